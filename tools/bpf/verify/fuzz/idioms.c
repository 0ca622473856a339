// SPDX-License-Identifier: GPL-2.0-only
/*
 * Instructions that belong together: what compilers write, what the classic translation
 * and the verifier's rewriting write, and so what the optimiser and the code generator
 * take together. Each with its neighbours: a constant too big, another register, a jump
 * into the middle.
 *
 * Layer: as bpfcase.c. See gen.c.
 */
#include <linux/kernel.h>
#include <linux/types.h>
#include "gen_private.h"

static const u8 any_op[] = {
	BPF_ADD, BPF_SUB, BPF_MUL, BPF_OR, BPF_AND, BPF_LSH, BPF_RSH, BPF_XOR, BPF_ARSH,
	BPF_ADD, BPF_OR, BPF_AND, BPF_XOR,
};

static const u8 any_size[] = { BPF_B, BPF_H, BPF_W, BPF_DW };

#define PICK(g, array)	((array)[rnd(g, ARRAY_SIZE(array))])

static u8 alu_class(struct gen *g)
{
	return one_in(g, 2) ? BPF_ALU64 : BPF_ALU;
}

/* dst op= constant; legal for shifts too */
static void op_imm(struct gen *g, u8 class, u8 op, u32 dst)
{
	s32 imm = pick_imm(g);

	if (op == BPF_LSH || op == BPF_RSH || op == BPF_ARSH)
		imm &= class == BPF_ALU64 ? 63 : 31;
	build_insn(g->b, class | op | BPF_K, dst, 0, 0, imm);
	set_number(g, dst);
}

static void op_any(struct gen *g, u32 dst)
{
	u8 class = alu_class(g), op = PICK(g, any_op);

	if (one_in(g, 2)) {
		op_imm(g, class, op, dst);
		return;
	}
	build_insn(g->b, class | op | BPF_X, dst, pick_number(g), 0, 0);
	set_number(g, dst);
}

/* dst = src; dst += constant: numbers, data, frame */
static void move_and_add(struct gen *g)
{
	u32 dst = pick_dst(g), src = one_in(g, 3) ? pick_base(g) : pick_number(g);
	struct value v = g->now.r[src];
	s32 imm = pick_imm(g);

	if (v.kind == V_UNSET)
		return;
	if (v.kind != V_NUMBER) {
		imm = one_in(g, 2) ? -8 * (s32)rnd(g, 64) : (s32)rnd(g, 300);
		v.lo += imm;
		v.hi += imm;
	}
	build_mov(g->b, dst, src);
	build_insn(g->b, BPF_ALU64 | BPF_ADD | BPF_K, dst, 0, 0, imm);
	g->now.r[dst] = v;
}

/* dst = src; dst op= another */
static void move_and_op(struct gen *g)
{
	u32 src = pick_number(g), dst = pick_dst(g);

	build_insn(g->b, alu_class(g) | BPF_MOV | BPF_X, dst, src, 0, 0);
	set_number(g, dst);
	op_any(g, dst);
}

/* up and down again: the ways to cut or to extend a number */
static void shift_pair(struct gen *g)
{
	u32 dst = pick_number_dst(g), bits = one_in(g, 2) ? 32 : 8 * (1 + rnd(g, 7));
	u8 class = bits < 32 ? alu_class(g) : BPF_ALU64;

	build_insn(g->b, class | BPF_LSH | BPF_K, dst, 0, 0, bits);
	if (one_in(g, 8))
		bits = (bits + 1) & (class == BPF_ALU64 ? 63 : 31);
	build_insn(g->b, class | (one_in(g, 2) ? BPF_RSH : BPF_ARSH) | BPF_K, dst, 0, 0, bits);
	set_number(g, dst);
}

/* a move to itself clears the upper half; the verifier marks its own with 1 */
static void clear_upper(struct gen *g)
{
	u32 dst = pick_number_dst(g);

	if (one_in(g, 2))
		op_any(g, dst);
	build_insn(g->b, BPF_ALU | BPF_MOV | BPF_X, dst, dst, 0, rnd(g, 2));
	set_number(g, dst);
}

/* x = memory; x op= ...; memory = x */
static void read_modify_write(struct gen *g)
{
	u8 size = PICK(g, any_size);
	u32 base = pick_base(g), dst = pick_dst(g);
	s16 off;

	if (dst == base || !pick_off(g, base, bpf_size_bytes(size), 1, &off))
		return;
	build_insn(g->b, BPF_LDX | BPF_MEM | size, dst, base, off, 0);
	set_number(g, dst);
	op_any(g, dst);
	if (g->now.r[base].kind == V_MEM || g->now.r[base].kind == V_FRAME)
		build_insn(g->b, BPF_STX | BPF_MEM | size, base, dst, off, 0);
}

/* the store is read back, all of it or a part */
static void store_and_load(struct gen *g)
{
	u8 size = PICK(g, any_size), again = one_in(g, 3) ? PICK(g, any_size) : size;
	u32 src = pick_number(g), base = pick_base(g), dst = pick_dst(g);
	s16 off;

	if (!is_number(g, src) || !pick_off(g, base, 8, 1, &off))
		return;
	build_insn(g->b, BPF_STX | BPF_MEM | size, base, src, off, 0);
	build_insn(g->b, BPF_LDX | BPF_MEM | again, dst, base, off, 0);
	set_number(g, dst);
}

/* a branch over one instruction, behind which what it asked for may be dead */
static void skip_one(struct gen *g, u8 code, u32 dst, u32 src, s32 imm)
{
	u32 to = pick_number_dst(g), from = one_in(g, 2) ? dst : pick_number(g);

	build_insn(g->b, code, dst, src, 1, imm);
	/* exactly one: constants of 64 bits are two */
	build_insn(g->b, alu_class(g) | PICK(g, any_op) | BPF_X, to, from, 0, 0);
	set_number(g, to);
	if (one_in(g, 3) && !(g->locked & BIT(dst)))
		emit_number(g, dst);
}

static const u8 any_jump[] = {
	BPF_JEQ, BPF_JNE, BPF_JGT, BPF_JGE, BPF_JLT, BPF_JLE, BPF_JSGT, BPF_JSGE, BPF_JSLT,
	BPF_JSLE, BPF_JSET,
};

static u8 jump_class(struct gen *g)
{
	return one_in(g, 2) ? BPF_JMP : BPF_JMP32;
}

/* a load of any width to @dst; false where there is no place for it */
static bool load_some(struct gen *g, u32 *dst)
{
	u8 size = PICK(g, any_size);
	u32 base = pick_base(g);
	s16 off;

	*dst = pick_dst(g);
	if (!pick_off(g, base, bpf_size_bytes(size), 1, &off))
		return false;
	build_insn(g->b, BPF_LDX | BPF_MEM | size, *dst, base, off, 0);
	return true;
}

/* load, compare, branch */
static void load_and_branch(struct gen *g)
{
	u32 dst;

	if (!load_some(g, &dst))
		return;
	set_number(g, dst);
	if (one_in(g, 3))
		build_insn(g->b, alu_class(g) | BPF_AND | BPF_K, dst, 0, 0, pick_imm(g));
	skip_one(g, jump_class(g) | PICK(g, any_jump) | BPF_K, dst, 0, pick_imm(g));
}

/* x &= mask, then a branch on zero or on something else */
static void mask_and_branch(struct gen *g)
{
	static const u8 ops[] = { BPF_JEQ, BPF_JNE, BPF_JGT, BPF_JSGT, BPF_JSLT };
	u32 src = pick_number(g), dst = pick_dst(g);
	u8 class = alu_class(g);

	build_insn(g->b, class | BPF_MOV | BPF_X, dst, src, 0, 0);
	set_number(g, dst);
	if (one_in(g, 2))
		build_insn(g->b, class | BPF_AND | BPF_K, dst, 0, 0, pick_imm(g));
	else
		build_insn(g->b, class | PICK(g, any_op) | BPF_X, dst, pick_number(g), 0, 0);
	skip_one(g, jump_class(g) | PICK(g, ops) | BPF_K, dst, 0, one_in(g, 4) ? pick_imm(g) : 0);
}

/* an operation sets the flags that the branch asks for, or not quite */
static void op_and_branch(struct gen *g)
{
	u32 dst = pick_number_dst(g);

	op_any(g, dst);
	skip_one(g, jump_class(g) | PICK(g, any_jump) | BPF_K, dst, 0, 0);
}

/* the second answer is known from the first, or nearly */
static void branch_twice(struct gen *g)
{
	u32 dst = pick_number(g);
	u8 class = jump_class(g);
	s32 imm = pick_imm(g);

	skip_one(g, class | PICK(g, any_jump) | BPF_K, dst, 0, imm);
	if (one_in(g, 4))
		class = jump_class(g);
	skip_one(g, class | PICK(g, any_jump) | BPF_K, dst, 0, imm + (s32)rnd(g, 3) - 1);
}

/* one of two constants */
static void select_constant(struct gen *g)
{
	u32 a = pick_number(g), b = pick_number(g), dst = pick_dst(g);

	if (dst == a || dst == b)
		return;
	build_insn(g->b, BPF_ALU64 | BPF_MOV | BPF_K, dst, 0, 0, pick_imm(g));
	build_insn(g->b, jump_class(g) | PICK(g, any_jump) | BPF_X, a, b, 1, 0);
	build_insn(g->b, alu_class(g) | BPF_MOV | BPF_K, dst, 0, 0, pick_imm(g));
	set_number(g, dst);
}

static void zero(struct gen *g)
{
	static const u8 ops[] = { BPF_XOR, BPF_SUB, BPF_AND, BPF_OR };
	u32 dst = pick_number_dst(g);

	build_insn(g->b, alu_class(g) | PICK(g, ops) | BPF_X, dst, dst, 0, 0);
	set_number(g, dst);
}

/* a number from single bytes, most significant first or last */
static void gather_bytes(struct gen *g)
{
	u32 base = pick_base(g), dst = pick_dst(g), part = pick_dst(g), i, bytes = 2 + rnd(g, 3);
	bool big = one_in(g, 2);
	s16 off;

	if (dst == base || part == base || dst == part || !pick_off(g, base, 8, 1, &off))
		return;
	build_insn(g->b, BPF_LDX | BPF_MEM | BPF_B, dst, base, off, 0);
	for (i = 1; i < bytes; i++) {
		build_insn(g->b, BPF_LDX | BPF_MEM | BPF_B, part, base, off + i, 0);
		if (big)
			build_insn(g->b, BPF_ALU64 | BPF_LSH | BPF_K, dst, 0, 0, 8);
		else
			build_insn(g->b, BPF_ALU64 | BPF_LSH | BPF_K, part, 0, 0, 8 * i);
		build_insn(g->b, BPF_ALU64 | BPF_OR | BPF_X, dst, part, 0, 0);
	}
	set_number(g, dst);
	set_number(g, part);
}

/* the other byte order, behind a load or before a store */
static void swap_memory(struct gen *g)
{
	u8 size = PICK(g, any_size);
	u32 bytes = bpf_size_bytes(size), base = pick_base(g), dst = pick_dst(g);
	s32 bits = one_in(g, 6) || bytes == 1 ? 16 << rnd(g, 3) : 8 * bytes;
	u8 code = one_in(g, 2) ? BPF_ALU64 | BPF_END : BPF_ALU | BPF_END | BPF_TO_BE;
	s16 off;

	if (dst == base || !pick_off(g, base, bytes, 1, &off))
		return;
	if (one_in(g, 3) && is_number(g, dst)) {
		build_insn(g->b, code, dst, 0, 0, bits);
		build_insn(g->b, BPF_STX | BPF_MEM | size, base, dst, off, 0);
	} else {
		build_insn(g->b, BPF_LDX | BPF_MEM | size, dst, base, off, 0);
		build_insn(g->b, code, dst, 0, 0, bits);
	}
	set_number(g, dst);
}

/* both parts of a number, shifted by what is 32 or 64 together, become one again */
static void rotate(struct gen *g)
{
	u32 src = pick_number(g), one = pick_dst(g), two = pick_dst(g);
	u8 class = alu_class(g), ops[] = { BPF_LSH, BPF_RSH };
	static const u8 unions[] = { BPF_OR, BPF_XOR, BPF_ADD, BPF_SUB };
	u32 bits = class == BPF_ALU64 ? 64 : 32, n = 1 + rnd(g, bits - 1), first = rnd(g, 2);

	if (one == src || one == two || g->locked & BIT(src))
		return;
	build_insn(g->b, alu_class(g) | BPF_MOV | BPF_X, one, src, 0, 0);
	build_insn(g->b, class | ops[first] | BPF_K, one, 0, 0, n);
	if (one_in(g, 3))
		two = src;
	else if (two != src)
		build_mov(g->b, two, src);
	if (one_in(g, 12))
		n++;
	build_insn(g->b, class | ops[!first] | BPF_K, two, 0, 0, (bits - n) & (bits - 1));
	if (one_in(g, 2))
		swap(one, two);
	build_insn(g->b, class | PICK(g, unions) | BPF_X, one, two, 0, 0);
	set_number(g, one);
	set_number(g, two);
	if (!one_in(g, 3))
		emit_number(g, two);
}

/* all known beforehand */
static void constants_only(struct gen *g)
{
	u32 dst = pick_dst(g), other = pick_dst(g), i, n = 1 + rnd(g, 4);

	emit_number(g, dst);
	emit_number(g, other);
	for (i = 0; i < n; i++) {
		u8 op = PICK(g, any_op), class = alu_class(g);

		if (one_in(g, 2))
			op_imm(g, class, op, dst);
		else
			build_insn(g->b, class | op | BPF_X, dst, other, 0, 0);
		set_number(g, dst);
	}
	if (one_in(g, 2))
		skip_one(g, jump_class(g) | PICK(g, any_jump) | BPF_K, dst, 0, pick_imm(g));
}

/* powers of two and their neighbours */
static void multiply_divide(struct gen *g)
{
	static const u8 ops[] = { BPF_MUL, BPF_DIV, BPF_MOD };
	u32 dst = pick_number_dst(g);
	s32 imm = (1U << rnd(g, 32)) + (one_in(g, 3) ? rnd(g, 3) - 1 : 0);
	u8 op = PICK(g, ops);

	if (!imm)
		imm = -1;
	build_insn(g->b, alu_class(g) | op | BPF_K, dst, 0, op == BPF_MUL ? 0 : rnd(g, 2), imm);
	set_number(g, dst);
}

/* jumps that go nowhere, to jumps, and over what nobody reaches */
static void jump_about(struct gen *g)
{
	u32 dst = pick_number_dst(g);

	switch (rnd(g, 3)) {
	case 0:
		build_insn(g->b, BPF_JMP | BPF_JA, 0, 0, 0, 0);
		break;
	case 1:
		build_insn(g->b, BPF_JMP | BPF_JA, 0, 0, 1, 0);
		build_insn(g->b, BPF_ALU | BPF_MOV | BPF_K, dst, 0, 0, 1);
		break;
	default:
		build_insn(g->b, jump_class(g) | PICK(g, any_jump) | BPF_K, dst, 0, 1,
			   pick_imm(g));
		build_insn(g->b, BPF_JMP | BPF_JA, 0, 0, 1, 0);
		build_insn(g->b, BPF_JMP32 | BPF_JA, 0, 0, 0, 1);
		build_insn(g->b, BPF_ALU64 | BPF_NEG, dst, 0, 0, 0);
		set_number(g, dst);
		break;
	}
}

/* data at an index that the program computes */
static void index_memory(struct gen *g)
{
	u32 src = pick_number(g), dst = pick_dst(g), start = pick_dst(g);
	s32 mask = 8 * (1 << rnd(g, 6)) - (one_in(g, 2) ? 1 : 8);

	if (dst == start || src == start)
		return;
	build_mov(g->b, dst, src);
	build_insn(g->b, alu_class(g) | BPF_AND | BPF_K, dst, 0, 0, mask);
	emit_mem(g, start, 0);
	build_insn(g->b, BPF_ALU64 | BPF_ADD | BPF_X, dst, start, 0, 0);
	g->now.r[dst] = (struct value){ V_MEM, 0, mask };
}

/* addresses in the frame: what is between two of them is a number */
static void frame_distance(struct gen *g)
{
	u32 a = pick_dst(g), b = pick_dst(g);

	if (a == b)
		return;
	build_mov(g->b, a, BPF_REG_10);
	build_insn(g->b, BPF_ALU64 | BPF_ADD | BPF_K, a, 0, 0, pick_imm(g));
	build_mov(g->b, b, BPF_REG_10);
	if (one_in(g, 2))
		build_insn(g->b, BPF_JMP | PICK(g, any_jump) | BPF_X, b, BPF_REG_10, 0, 0);
	build_insn(g->b, BPF_ALU64 | BPF_SUB | BPF_X, a, one_in(g, 2) ? b : BPF_REG_10, 0, 0);
	set_number(g, a);
	g->now.r[b] = (struct value){ V_FRAME, 0, 0 };
}

/* constants next to each other */
static void store_pair(struct gen *g)
{
	u8 size = PICK(g, any_size);
	u32 base = pick_base(g), bytes = bpf_size_bytes(size);
	s16 off;

	if (!pick_off(g, base, 2 * bytes, 1, &off))
		return;
	build_insn(g->b, BPF_ST | BPF_MEM | size, base, 0, off, pick_imm(g));
	build_insn(g->b, BPF_ST | BPF_MEM | size, base, 0, off + bytes, pick_imm(g));
}

/* a load where nothing may be, and a fence */
static void load_anywhere(struct gen *g)
{
	static const u64 nowhere[] = {
		0, 8, 0xfff, 0xffff, 0x00007ffffffff000ULL, 0x8000000000000000ULL,
		0xffff888000000000ULL, 0xffffffffffffff00ULL, 0x0000800000000000ULL,
	};
	u8 size = PICK(g, any_size), mode = BPF_PROBE_MEM;
	u32 base = pick_dst(g), dst = pick_dst(g);

	if (size != BPF_DW && one_in(g, 3))
		mode = BPF_PROBE_MEMSX;
	build_const(g->b, base, PICK(g, nowhere));
	set_number(g, base);
	build_insn(g->b, BPF_LDX | mode | size, dst, base, (s32)rnd(g, 256) - 128, 0);
	set_number(g, dst);
	if (one_in(g, 2))
		build_insn(g->b, BPF_ST | BPF_NOSPEC, 0, 0, 0, 0);
	g->internal = true;
}

/* a narrow load, extended by hand */
static void load_and_extend(struct gen *g)
{
	u32 dst;

	if (!load_some(g, &dst))
		return;
	if (one_in(g, 2))
		build_insn(g->b, BPF_ALU64 | BPF_MOV | BPF_X, dst, dst, 8 << rnd(g, 3), 0);
	else
		build_insn(g->b, BPF_ALU64 | BPF_AND | BPF_K, dst, 0, 0,
			   one_in(g, 2) ? 0xff : 0xffff);
	set_number(g, dst);
}

/* between two loads of a run, now and then */
static void between_loads(struct gen *g)
{
	u32 to = BPF_REG_7 + rnd(g, 3);
	s16 off;

	switch (rnd(g, 6)) {
	case 0:
		if (!(g->locked & BIT(to))) {
			build_mov(g->b, to, BPF_REG_0);
			set_number(g, to);
		}
		break;
	case 1:
		if (g->stack && pick_off(g, BPF_REG_10, 4, 1, &off))
			build_insn(g->b, BPF_STX | BPF_MEM | BPF_W, BPF_REG_10, BPF_REG_0, off, 0);
		break;
	case 2:
		op_any(g, BPF_REG_0);
		break;
	case 3:
		skip_one(g, jump_class(g) | PICK(g, any_jump) | BPF_K, BPF_REG_0, 0,
			 pick_imm(g));
		break;
	default:
		break;
	}
}

/**
 * gen_packet_run() - loads of one header, as parsers have them
 * @g:	the program; its context is a packet
 *
 * From fixed offsets, or from one register plus fixed offsets; each near the one before.
 */
void gen_packet_run(struct gen *g)
{
	static const u8 narrow[] = { BPF_B, BPF_H, BPF_W };
	u32 src = BPF_REG_7 + rnd(g, 3), loads = 2 + rnd(g, 6);
	bool variable = one_in(g, 2) && !(g->locked & BIT(src));
	s32 off = rnd(g, one_in(g, 4) ? 140 : 40);

	if (g->locked & BPF_REGS_CLOBBERED)
		return;
	if (variable) {
		build_insn(g->b, alu_class(g) | BPF_MOV | BPF_K, src, 0, 0,
			   one_in(g, 6) ? pick_imm(g) : (s32)rnd(g, 40));
		set_number(g, src);
		if (one_in(g, 6))
			off = -(s32)rnd(g, 20);
	}
	while (loads--) {
		/* the register may get another value on the way */
		bool ind = variable && is_number(g, src) && !one_in(g, 10);

		build_insn(g->b, BPF_LD | (ind ? BPF_IND : BPF_ABS) | PICK(g, narrow), 0,
			   ind ? src : 0, 0, off);
		forget(g, BPF_REG_1, BPF_REG_5);
		set_number(g, BPF_REG_0);
		between_loads(g);
		off += (s32)rnd(g, 9) - (one_in(g, 3) ? 6 : 0);
	}
}

/**
 * gen_idiom() - one of the above
 * @g:	the program
 */
void gen_idiom(struct gen *g)
{
	static void (* const idioms[])(struct gen *g) = {
		move_and_add, move_and_op, shift_pair, clear_upper, read_modify_write,
		store_and_load, load_and_branch, mask_and_branch, op_and_branch, branch_twice,
		select_constant, zero, gather_bytes, swap_memory, constants_only,
		multiply_divide, jump_about, index_memory, frame_distance, store_pair,
		load_anywhere, load_and_extend, rotate,
	};

	PICK(g, idioms)(g);
}
