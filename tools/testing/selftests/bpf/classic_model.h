/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The language of classic programs, a second time: an interpreter as naive as can be,
 * and random programs to compare it and the kernel on. Packets only; ancillary data
 * has its own tests.
 */
#ifndef SELFTESTS_BPF_CLASSIC_MODEL_H
#define SELFTESTS_BPF_CLASSIC_MODEL_H

#include <linux/filter.h>
#include <stdbool.h>
#include <stdlib.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* bytes of the packet that programs run on; more than a number of 14 bits */
#define PACKET_BYTES 20000

struct machine {
	__u32 a, x, m[BPF_MEMWORDS];
	const unsigned char *p;
	__u32 len;
};

/* big-endian bytes; false where the packet has not all of them */
static bool model_bytes(const struct machine *v, __u32 off, int size, __u32 *val)
{
	const __u32 n = size == BPF_W ? 4 : size == BPF_H ? 2 : 1;
	__u32 i;

	if (off >= 0x80000000 || off > v->len || n > v->len - off)
		return false;
	for (*val = 0, i = 0; i < n; i++)
		*val = *val << 8 | v->p[off + i];
	return true;
}

static __u32 model_result(__u8 op, __u32 a, __u32 s)
{
	switch (op) {
	case BPF_ADD:
		return a + s;
	case BPF_SUB:
		return a - s;
	case BPF_MUL:
		return a * s;
	case BPF_OR:
		return a | s;
	case BPF_AND:
		return a & s;
	case BPF_XOR:
		return a ^ s;
	case BPF_LSH:
		return a << (s & 31);
	case BPF_RSH:
		return a >> (s & 31);
	case BPF_NEG:
		return -a;
	case BPF_DIV:
		return a / s;
	case BPF_MOD:
		return a % s;
	}
	abort();
}

/* false: the program ends with 0 */
static bool model_alu(struct machine *v, const struct sock_filter *in)
{
	__u32 s = BPF_SRC(in->code) == BPF_X ? v->x : in->k;
	__u8 op = BPF_OP(in->code);

	if (!s && (op == BPF_DIV || op == BPF_MOD))
		return false;
	v->a = model_result(op, v->a, s);
	return true;
}

static bool model_load(struct machine *v, const struct sock_filter *in)
{
	bool to_x = BPF_CLASS(in->code) == BPF_LDX;
	__u32 val = 0;

	switch (BPF_MODE(in->code)) {
	case BPF_IMM:
		val = in->k;
		break;
	case BPF_LEN:
		val = v->len;
		break;
	case BPF_MEM:
		val = v->m[in->k];
		break;
	case BPF_ABS:
		if (!model_bytes(v, in->k, BPF_SIZE(in->code), &val))
			return false;
		break;
	case BPF_IND:
		if (!model_bytes(v, v->x + in->k, BPF_SIZE(in->code), &val))
			return false;
		break;
	case BPF_MSH:
		if (!model_bytes(v, in->k, BPF_B, &val))
			return false;
		val = (val & 15) * 4;
		break;
	}
	*(to_x ? &v->x : &v->a) = val;
	return true;
}

static bool model_condition(const struct machine *v, const struct sock_filter *in)
{
	__u32 s = BPF_SRC(in->code) == BPF_X ? v->x : in->k;

	switch (BPF_OP(in->code)) {
	case BPF_JEQ:
		return v->a == s;
	case BPF_JGT:
		return v->a > s;
	case BPF_JGE:
		return v->a >= s;
	default:
		return v->a & s;
	}
}

/* what program @in returns for packet @p */
static __u32 model_run(const struct sock_filter *in, const unsigned char *p, __u32 len)
{
	struct machine v = { .p = p, .len = len };

	for (;; in++) {
		switch (BPF_CLASS(in->code)) {
		case BPF_LD:
		case BPF_LDX:
			if (!model_load(&v, in))
				return 0;
			break;
		case BPF_ST:
			v.m[in->k] = v.a;
			break;
		case BPF_STX:
			v.m[in->k] = v.x;
			break;
		case BPF_ALU:
			if (!model_alu(&v, in))
				return 0;
			break;
		case BPF_JMP:
			if (BPF_OP(in->code) == BPF_JA)
				in += in->k;
			else
				in += model_condition(&v, in) ? in->jt : in->jf;
			break;
		case BPF_RET:
			return BPF_RVAL(in->code) == BPF_A ? v.a : in->k;
		case BPF_MISC:
			if (BPF_MISCOP(in->code) == BPF_TAX)
				v.x = v.a;
			else
				v.a = v.x;
			break;
		}
	}
}

static __u32 seed = 1;

static __u32 draw(__u32 below)
{
	seed = seed * 1664525 + 1013904223;
	return (__u64)(seed ^ seed >> 15) * below >> 32;
}

/* numbers where arithmetic and comparisons go wrong */
static __u32 draw_number(void)
{
	static const __u32 edges[] = {
		0, 1, 2, 31, 32, 255, 256, 0x7fff, 0x8000, 0xffff, 0x10000,
		0x7fffffff, 0x80000000, 0x80000001, 0xfffffffe, 0xffffffff,
	};

	return draw(3) ? edges[draw(COUNT(edges))] : seed * 2654435761u;
}

/* one instruction of a program with @left more behind it, returns not counted */
__attribute__((unused))
static struct sock_filter draw_insn(__u32 left)
{
	static const unsigned short plain[] = {
		BPF_LD | BPF_W | BPF_ABS, BPF_LD | BPF_H | BPF_ABS, BPF_LD | BPF_B | BPF_ABS,
		BPF_LD | BPF_W | BPF_IND, BPF_LD | BPF_H | BPF_IND, BPF_LD | BPF_B | BPF_IND,
		BPF_LDX | BPF_B | BPF_MSH,
	};
	static const unsigned short numbers[] = {
		BPF_LD | BPF_IMM, BPF_LDX | BPF_IMM, BPF_LD | BPF_W | BPF_LEN,
		BPF_LDX | BPF_W | BPF_LEN, BPF_MISC | BPF_TAX, BPF_MISC | BPF_TXA,
		BPF_ALU | BPF_ADD | BPF_K, BPF_ALU | BPF_ADD | BPF_X,
		BPF_ALU | BPF_SUB | BPF_K, BPF_ALU | BPF_SUB | BPF_X,
		BPF_ALU | BPF_MUL | BPF_K, BPF_ALU | BPF_MUL | BPF_X,
		BPF_ALU | BPF_OR | BPF_K, BPF_ALU | BPF_OR | BPF_X,
		BPF_ALU | BPF_AND | BPF_K, BPF_ALU | BPF_AND | BPF_X,
		BPF_ALU | BPF_XOR | BPF_K, BPF_ALU | BPF_XOR | BPF_X, BPF_ALU | BPF_NEG,
		BPF_ALU | BPF_DIV | BPF_X, BPF_ALU | BPF_MOD | BPF_X,
	};
	static const unsigned short bounded[] = {
		BPF_ALU | BPF_LSH | BPF_K, BPF_ALU | BPF_RSH | BPF_K,
		BPF_ALU | BPF_DIV | BPF_K, BPF_ALU | BPF_MOD | BPF_K,
	};
	struct sock_filter in = { };

	switch (draw(8)) {
	case 0:
		in.code = plain[draw(COUNT(plain))];
		in.k = draw(16) ? draw(PACKET_BYTES) : draw_number() & 0x7fffffff;
		break;
	case 1:
		in.code = (draw(2) ? BPF_LD : BPF_LDX) | BPF_MEM;
		in.k = draw(BPF_MEMWORDS);
		break;
	case 2:
		in.code = draw(2) ? BPF_ST : BPF_STX;
		in.k = draw(BPF_MEMWORDS);
		break;
	case 3:
		in.code = bounded[draw(COUNT(bounded))];
		in.k = 1 + draw(31);
		break;
	case 4:
		in.code = BPF_JMP | BPF_JA;
		in.k = draw(left < 4 ? left + 1 : 4);
		if (!draw(4))
			break;
		in.code = BPF_JMP | (BPF_JEQ + 0x10 * draw(4)) | (draw(2) ? BPF_X : BPF_K);
		in.jt = draw(left < 5 ? left + 1 : 5);
		in.jf = draw(left < 5 ? left + 1 : 5);
		in.k = draw_number();
		break;
	default:
		in.code = numbers[draw(COUNT(numbers))];
		in.k = draw_number();
	}
	return in;
}

#endif /* SELFTESTS_BPF_CLASSIC_MODEL_H */
