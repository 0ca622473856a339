// SPDX-License-Identifier: GPL-2.0-only
/*
 * Is what the verifier believes true? One random instruction after the other goes
 * through the rooms that step over one (alu.c, ptr.c, mem.c, stack.c, branch.c) and
 * through a machine of this file's own, which knows nothing of the verifier: registers
 * with addresses that are plain numbers, 512 bytes of stack, one map value. After each:
 *
 *	an access that was accepted is inside the stack or the value, aligned, and reads
 *	only bytes that were written;
 *	every register and every stored register is in the set that the state names, at
 *	the place of its memory that it names; bytes said to be zero are zero;
 *	numbers of one identity are one number;
 *	the arm that the machine takes is one of those the verifier deems possible;
 *	an instruction that was refused has changed nothing.
 *
 *	fuzz_ops [SEED [COUNT]]		SEED 0: of the clock; it is printed
 */
#include <linux/bpf_func.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/types.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "../../../../kernel/bpf/disasm.h"
#include "../../../../kernel/bpf/insn.h"
#include "../host_user.h"
#include "op.h"
#include "verify.h"

#define STEPS		80
#define VALUE_BYTES	64
#define FRAME		0x7fff12345000ULL	/* what R10 holds */
#define VALUE		0x7fff99999f00ULL	/* where the map value is */
#define CONTEXT		0x7fff55555000ULL

/**
 * struct machine - the naive twin
 * @reg:	what registers hold
 * @stack:	the stack, lowest byte first
 * @written:	bytes of it that were stored to, or may have been
 */
struct machine {
	u64	reg[MAX_BPF_REG];
	u8	stack[BV_STACK_BYTES];
	bool	written[BV_STACK_BYTES];
};

static struct bv_env env;
static struct bv_request req;
static struct machine m;
static struct bpf_insn insn;
static struct bpf_insn history[STEPS];
static u32 steps;
static u64 random_state, seed_now;

static u64 rnd64(void)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return random_state * 0x2545f4914f6cdd1dULL;
}

static u32 rnd(u64 below)
{
	return (u32)(rnd64() >> 32) % below;
}

#define PICK(array)	((array)[rnd(ARRAY_SIZE(array))])

static void fail(const char *what, s64 where)
{
	char text[BPF_DISASM_BYTES];
	u32 i;

	printf("not ok 1 fuzz_ops: %s (%lld): again with seed %llu, 1 program\n", what,
	       (long long)where, (unsigned long long)seed_now);
	for (i = 0; i < steps; i++) {
		bpf_disasm(&history[i], 1, text, sizeof(text));
		printf("# %s\n", text);
	}
	for (i = 0; i < MAX_BPF_REG; i++)
		printf("# r%u = 0x%llx\n", i, (unsigned long long)m.reg[i]);
	exit(1);
}

/* ---- the machine ------------------------------------------------------------- */

static u64 alu(u8 op, bool wide, bool is_signed, u64 a, u64 b)
{
	u32 by = b & (wide ? 63 : 31);
	s64 sa = wide ? (s64)a : (s32)a, sb = wide ? (s64)b : (s32)b;
	u64 r;

	if (!wide) {
		a = (u32)a;
		b = (u32)b;
	}
	switch (op) {
	case BPF_ADD:
		r = a + b;
		break;
	case BPF_SUB:
		r = a - b;
		break;
	case BPF_MUL:
		r = a * b;
		break;
	case BPF_OR:
		r = a | b;
		break;
	case BPF_AND:
		r = a & b;
		break;
	case BPF_XOR:
		r = a ^ b;
		break;
	case BPF_LSH:
		r = a << by;
		break;
	case BPF_RSH:
		r = a >> by;
		break;
	case BPF_ARSH:
		r = sa >> by;
		break;
	case BPF_NEG:
		r = -a;
		break;
	case BPF_DIV:
		if (!b)
			r = 0;
		else if (!is_signed)
			r = a / b;
		else
			r = sb == -1 ? -(u64)sa : (u64)(sa / sb);
		break;
	default: /* BPF_MOD */
		if (!b)
			r = a;
		else if (!is_signed)
			r = a % b;
		else
			r = sb == -1 ? 0 : (u64)(sa % sb);
	}
	return wide ? r : (u32)r;
}

static u64 extend(u64 v, u32 bits)
{
	return bits == 8 ? (u64)(s8)v : bits == 16 ? (u64)(s16)v : (u64)(s32)v;
}

static u64 cut(u64 v, u32 bytes)
{
	return bytes == 8 ? v : v & ((1ULL << 8 * bytes) - 1);
}

static u64 in_order(u64 v, u32 bits, bool swap)
{
	if (!swap)
		return cut(v, bits / 8);
	return bits == 16 ? __builtin_bswap16(v) :
	       bits == 32 ? __builtin_bswap32(v) : __builtin_bswap64(v);
}

static void machine_alu(void)
{
	bool wide = BPF_CLASS(insn.code) == BPF_ALU64;
	u64 src = BPF_SRC(insn.code) == BPF_X ? m.reg[insn.src_reg] : (u64)(s64)insn.imm;
	u64 *dst = &m.reg[insn.dst_reg];

	switch (BPF_OP(insn.code)) {
	case BPF_MOV:
		if (insn.off)
			src = extend(src, insn.off);
		*dst = wide ? src : (u32)src;
		break;
	case BPF_END:
		*dst = in_order(*dst, insn.imm, wide || BPF_SRC(insn.code) == BPF_TO_BE);
		break;
	default:
		*dst = alu(BPF_OP(insn.code), wide, insn.off == 1, *dst, src);
	}
}

static bool machine_jumps(void)
{
	bool wide = BPF_CLASS(insn.code) == BPF_JMP;
	u64 a = m.reg[insn.dst_reg];
	u64 b = BPF_SRC(insn.code) == BPF_X ? m.reg[insn.src_reg] : (u64)(s64)insn.imm;
	s64 sa = wide ? (s64)a : (s32)a, sb = wide ? (s64)b : (s32)b;

	if (!wide) {
		a = (u32)a;
		b = (u32)b;
	}
	switch (BPF_OP(insn.code)) {
	case BPF_JEQ:
		return a == b;
	case BPF_JNE:
		return a != b;
	case BPF_JSET:
		return a & b;
	case BPF_JGT:
		return a > b;
	case BPF_JGE:
		return a >= b;
	case BPF_JLT:
		return a < b;
	case BPF_JLE:
		return a <= b;
	case BPF_JSGT:
		return sa > sb;
	case BPF_JSGE:
		return sa >= sb;
	case BPF_JSLT:
		return sa < sb;
	default:
		return sa <= sb;
	}
}

/* where the access goes; NULL is the map value, whose content is anything */
static u8 *place(u64 addr, u32 size, bool read, bool aligned)
{
	u64 at = addr - (FRAME - BV_STACK_BYTES);
	u32 i;

	if (addr - VALUE < VALUE_BYTES && size <= VALUE_BYTES - (addr - VALUE)) {
		if (aligned && addr % size)
			fail("atomic access not aligned", addr - VALUE);
		return NULL;
	}
	if (at >= BV_STACK_BYTES || size > BV_STACK_BYTES - at)
		fail("accepted access outside", addr - FRAME);
	for (i = 0; read && i < size; i++)
		if (!m.written[at + i])
			fail("accepted read of what was never written", (s32)(at + i) - 512);
	return m.stack + at;
}

static u64 load(u64 addr, u32 size, bool aligned)
{
	const u8 *p = place(addr, size, true, aligned);
	u64 v = 0;

	if (!p)
		return cut(rnd64() >> rnd(64), size);
	memcpy(&v, p, size);
	return v;
}

static void store(u64 addr, u32 size, u64 v, bool aligned)
{
	u8 *p = place(addr, size, false, aligned);

	if (!p)
		return;
	memcpy(p, &v, size);
	memset(m.written + (p - m.stack), true, size);
}

static void machine_atomic(void)
{
	u32 size = bpf_size_bytes(insn.code);
	u64 addr = m.reg[insn.dst_reg] + insn.off;
	u64 old = load(addr, size, true), val = m.reg[insn.src_reg];

	if (insn.imm == BPF_CMPXCHG) {
		store(addr, size, old == cut(m.reg[0], size) ? val : old, true);
		m.reg[0] = old;
		return;
	}
	if (insn.imm == BPF_XCHG)
		store(addr, size, val, true);
	else
		store(addr, size, alu(insn.imm & 0xf0, size == 8, false, old, val), true);
	if (insn.imm & BPF_FETCH)
		m.reg[insn.src_reg] = old;
}

static void machine_memory(void)
{
	u32 size = bpf_size_bytes(insn.code);

	switch (BPF_CLASS(insn.code)) {
	case BPF_LDX: {
		u64 v = load(m.reg[insn.src_reg] + insn.off, size, false);

		m.reg[insn.dst_reg] = BPF_MODE(insn.code) == BPF_MEMSX ?
				      extend(v, 8 * size) : v;
		break;
	}
	case BPF_ST:
		store(m.reg[insn.dst_reg] + insn.off, size, (s64)insn.imm, false);
		break;
	default:
		if (BPF_MODE(insn.code) == BPF_ATOMIC)
			machine_atomic();
		else
			store(m.reg[insn.dst_reg] + insn.off, size, m.reg[insn.src_reg],
			      false);
	}
}

/* ---- belief against truth ------------------------------------------------------ */

/* the number, or what the pointer's constant part leaves of its offset */
static u64 variable_part(const struct bv_reg *r, u64 v)
{
	static const u64 base[BV_KIND_COUNT] = {
		[BV_CTX] = CONTEXT, [BV_MAP_VALUE] = VALUE, [BV_STACK] = FRAME,
	};

	return r->kind == BV_SCALAR ? v : v - base[r->kind] - (s64)r->off;
}

static bool holds(const struct bv_reg *r, u64 v)
{
	return r->kind == BV_UNSET || bv_scalar_has(r->val, variable_part(r, v));
}

struct identity {
	u32	id;
	u64	value;
};

static void check_identity(struct identity *seen, u32 *count, const struct bv_reg *r, u64 v)
{
	u32 i;

	if (r->kind == BV_UNSET || !bv_reg_name(r))
		return;
	v = variable_part(r, v) - r->delta;
	for (i = 0; i < *count; i++) {
		if (seen[i].id == bv_reg_name(r) && seen[i].value != v)
			fail("one identity, two numbers", bv_reg_name(r));
	}
	seen[*count].id = bv_reg_name(r);
	seen[(*count)++].value = v;
}

static void check_saved(const struct bv_slot *s, u32 begin, u32 at, struct identity *seen,
			u32 *count)
{
	struct bv_reg r;
	u64 v = 0;

	memcpy(&v, m.stack + at + begin, bv_slot_width(s, begin));
	bv_slot_get(s, begin, &r);
	if (!holds(&r, v))
		fail("stored register", (s32)(at + begin) - 512);
	check_identity(seen, count, &r, v);
}

static void check_slot(const struct bv_slot *s, u32 idx, struct identity *seen, u32 *count)
{
	u32 at = BV_STACK_BYTES - BV_SLOT_BYTES * (idx + 1), i;

	for (i = 0; i < BV_SLOT_BYTES; i++) {
		if (s->byte[i] != BV_BYTE_UNSET && !m.written[at + i])
			fail("byte said to be written", (s32)(at + i) - 512);
		if (s->byte[i] == BV_BYTE_ZERO && m.stack[at + i])
			fail("byte said to be zero", (s32)(at + i) - 512);
		if (s->begins >> i & 1)
			check_saved(s, i, at, seen, count);
	}
}

static void check_state(const struct bv_state *st)
{
	struct identity seen[MAX_BPF_REG + 4 * BV_SLOTS];
	const char *why = bv_state_broken(&env, st);
	u32 i, count = 0;

	if (why)
		fail(why, 0);
	for (i = 0; i < MAX_BPF_REG; i++) {
		if (!holds(&st->reg[i], m.reg[i]))
			fail("register", i);
		check_identity(seen, &count, &st->reg[i], m.reg[i]);
	}
	for (i = 0; i < st->nslots; i++)
		check_slot(&st->slots[i], i, seen, &count);
}

/* ---- random instructions --------------------------------------------------------- */

static s32 number(void)
{
	static const s32 some[] = { 0, 1, 2, 3, 4, 7, 8, 15, 16, 24, 31, 32, 48, 56, 63, 64,
				    -1, -2, -8, -16, -64, -512, 127, 128, 255, 256, 0xfff,
				    0x10000, S32_MIN, S32_MAX, 0x1fffffff, 0x20000000 };

	return rnd(8) ? PICK(some) : (s32)rnd64();
}

static u8 any_reg(void)
{
	return rnd(10);
}

/* a register of that kind, if there is one */
static u8 reg_of(const struct bv_state *st, u8 kind)
{
	u8 from = rnd(10), i;

	for (i = 0; i < 10; i++)
		if (st->reg[(from + i) % 10].kind == kind)
			return (from + i) % 10;
	return from;
}

static void put(u8 code, u8 dst, u8 src, s16 off, s32 imm)
{
	insn = (struct bpf_insn){ code, dst, src, off, imm };
}

static u8 size_code(void)
{
	static const u8 codes[] = { BPF_B, BPF_H, BPF_W, BPF_DW, BPF_DW };

	return PICK(codes);
}

static void make_alu(const struct bv_state *st)
{
	static const u8 ops[] = { BPF_ADD, BPF_SUB, BPF_MUL, BPF_DIV, BPF_OR, BPF_AND, BPF_AND,
				  BPF_LSH, BPF_RSH, BPF_RSH, BPF_MOD, BPF_XOR, BPF_ARSH };
	u8 class = rnd(3) ? BPF_ALU64 : BPF_ALU, op = PICK(ops);
	u8 dst = rnd(4) ? reg_of(st, BV_SCALAR) : any_reg();
	s32 imm = number();
	bool sig = (op == BPF_DIV || op == BPF_MOD) && rnd(2);

	if (op == BPF_LSH || op == BPF_RSH || op == BPF_ARSH)
		imm &= class == BPF_ALU64 ? 63 : 31;
	if ((op == BPF_DIV || op == BPF_MOD) && !imm)
		imm = 1;
	if (rnd(2))
		put(class | op | BPF_K, dst, 0, sig, imm);
	else
		put(class | op | BPF_X, dst, rnd(4) ? reg_of(st, BV_SCALAR) : any_reg(), sig, 0);
}

static void make_unary(const struct bv_state *st)
{
	static const u8 bits[] = { 16, 32, 64 };
	u8 dst = reg_of(st, BV_SCALAR);

	switch (rnd(3)) {
	case 0:
		put((rnd(2) ? BPF_ALU64 : BPF_ALU) | BPF_NEG, dst, 0, 0, 0);
		break;
	case 1:
		put(BPF_ALU | BPF_END | (rnd(2) ? BPF_TO_LE : BPF_TO_BE), dst, 0, 0, PICK(bits));
		break;
	default:
		put(BPF_ALU64 | BPF_END, dst, 0, 0, PICK(bits));
	}
}

static void make_mov(const struct bv_state *st)
{
	static const s16 from[] = { 0, 0, 0, 8, 16, 32 };
	u8 class = rnd(3) ? BPF_ALU64 : BPF_ALU;
	s16 off = PICK(from);

	if (!rnd(3))
		put(class | BPF_MOV | BPF_K, any_reg(), 0, 0, number());
	else
		put(class | BPF_MOV | BPF_X, any_reg(), rnd(8) ? any_reg() : 10,
		    off == 32 && class == BPF_ALU ? 8 : off, 0);
}

/* a bounded number is added to a pointer */
static void make_pointer(const struct bv_state *st)
{
	u8 kind = rnd(2) ? BV_STACK : BV_MAP_VALUE;
	u8 op = rnd(4) ? BPF_ADD : BPF_SUB;

	if (rnd(3))
		put(BPF_ALU64 | op | BPF_X, reg_of(st, kind), reg_of(st, BV_SCALAR), 0, 0);
	else if (rnd(3))
		put(BPF_ALU64 | op | BPF_K, reg_of(st, kind), 0, 0, 8 * ((s32)rnd(16) - 8));
	else
		put(BPF_ALU64 | BPF_ADD | BPF_X, reg_of(st, BV_SCALAR), reg_of(st, kind), 0, 0);
}

static u8 pointer_reg(const struct bv_state *st)
{
	if (!rnd(3))
		return 10;
	return reg_of(st, rnd(2) ? BV_STACK : BV_MAP_VALUE);
}

static void make_memory(const struct bv_state *st)
{
	static const s32 atomics[] = { BPF_ADD, BPF_OR | BPF_FETCH, BPF_AND, BPF_XOR | BPF_FETCH,
				       BPF_XCHG, BPF_CMPXCHG, BPF_ADD | BPF_FETCH };
	u8 size = size_code(), ptr = pointer_reg(st);
	s16 off = ptr == 10 || rnd(2) ? -(s16)rnd(40) : (s16)rnd(64);

	if (rnd(2))
		off &= -(s16)bpf_size_bytes(size);
	switch (rnd(8)) {
	case 0:
	case 1:
		put(BPF_STX | BPF_MEM | size, ptr, rnd(3) ? reg_of(st, BV_SCALAR) : any_reg(),
		    off, 0);
		break;
	case 2:
		put(BPF_ST | BPF_MEM | size, ptr, 0, off, rnd(2) ? 0 : number());
		break;
	case 3:
		put(BPF_STX | BPF_ATOMIC | (rnd(2) ? BPF_W : BPF_DW), ptr,
		    reg_of(st, BV_SCALAR), off, PICK(atomics));
		break;
	case 4:
		put(BPF_LDX | BPF_MEMSX | (size == BPF_DW ? BPF_W : size), any_reg(), ptr, off, 0);
		break;
	default:
		put(BPF_LDX | BPF_MEM | size, any_reg(), ptr, off, 0);
	}
}

static void make_branch(const struct bv_state *st)
{
	static const u8 ops[] = { BPF_JEQ, BPF_JNE, BPF_JSET, BPF_JGT, BPF_JGE, BPF_JLT, BPF_JLE,
				  BPF_JSGT, BPF_JSGE, BPF_JSLT, BPF_JSLE };
	u8 class = rnd(3) ? BPF_JMP : BPF_JMP32;

	if (rnd(2))
		put(class | PICK(ops) | BPF_K, reg_of(st, BV_SCALAR), 0, 1, number());
	else
		put(class | PICK(ops) | BPF_X, reg_of(st, BV_SCALAR), reg_of(st, BV_SCALAR), 1, 0);
}

/* ---- a step ------------------------------------------------------------------------ */

static struct bv_state *step_branch(struct bv_state *st)
{
	struct bv_arms arms = {};

	if (bv_op_branch(&env, st, &insn, &arms))
		return st;
	if (machine_jumps()) {
		if (!arms.jump)
			fail("the jump was taken", 0);
		if (arms.fall)
			bv_state_free(&env, arms.fall);
		return arms.jump;
	}
	if (!arms.fall)
		fail("the jump was not taken", 0);
	if (arms.jump)
		bv_state_free(&env, arms.jump);
	return arms.fall;
}

/* a helper reads or fills memory */
static void step_helper(struct bv_state *st)
{
	u8 reg = pointer_reg(st);
	u32 min = 1 + rnd(24), max = min + (rnd(2) ? rnd(16) : 0), i;
	u32 size = min + rnd(max - min + 1);
	bool fill = rnd(2);

	if (reg == 10 || bv_mem_helper(&env, st, reg, min, max, fill))
		return;
	for (i = 0; i < (fill ? size : max); i++) {
		if (fill)
			store(m.reg[reg] + i, 1, rnd64(), false);
		else
			load(m.reg[reg] + i, 1, false);
	}
}

/* bytes that a store at an offset not known may have hit count as written, as there */
static void note_maybe_written(const struct bv_state *st)
{
	u32 i, k;

	for (i = 0; i < st->nslots; i++)
		for (k = 0; k < BV_SLOT_BYTES; k++)
			if (st->slots[i].byte[k] == BV_BYTE_MISC)
				m.written[BV_STACK_BYTES - 8 * (i + 1) + k] = true;
}

static bool is_variable_store(const struct bv_reg *before)
{
	u8 class = BPF_CLASS(insn.code);

	return (class == BPF_ST || class == BPF_STX) && req.privileged &&
	       before[insn.dst_reg].kind == BV_STACK &&
	       !bv_reg_const_offset(&before[insn.dst_reg]);
}

static void step_plain(struct bv_state *st)
{
	static struct bv_reg before[MAX_BPF_REG];
	bool is_alu = BPF_CLASS(insn.code) == BPF_ALU || BPF_CLASS(insn.code) == BPF_ALU64;
	int err;

	memcpy(before, st->reg, sizeof(before));
	if (is_alu)
		err = bv_op_alu(&env, st, &insn);
	else if (BPF_CLASS(insn.code) == BPF_LDX)
		err = bv_mem_load(&env, st, &insn);
	else if (BPF_CLASS(insn.code) == BPF_STX && BPF_MODE(insn.code) == BPF_ATOMIC)
		err = bv_mem_atomic(&env, st, &insn);
	else
		err = bv_mem_store(&env, st, &insn);
	if (err == -ENOMEM)
		fail("no memory", err);
	if (err) {
		if (memcmp(before, st->reg, sizeof(before)))
			fail("refused, and changed a register", err);
		steps--;
		return;
	}
	if (is_alu)
		machine_alu();
	else
		machine_memory();
	if (is_variable_store(before))
		note_maybe_written(st);
}

static struct bv_state *step(struct bv_state *st)
{
	u32 what = rnd(20);

	if (what == 19) {
		step_helper(st);
		return st;
	}
	if (what < 5)
		make_alu(st);
	else if (what < 6)
		make_unary(st);
	else if (what < 8)
		make_mov(st);
	else if (what < 10)
		make_pointer(st);
	else if (what < 16)
		make_memory(st);
	else
		make_branch(st);
	history[steps++] = insn;
	if (what >= 16)
		return step_branch(st);
	step_plain(st);
	return st;
}

static struct bv_state *start(void)
{
	struct bv_state *st = bv_state_new(&env);
	u32 i;

	memset(&m, 0, sizeof(m));
	for (i = 0; i < BV_STACK_BYTES; i++)
		m.stack[i] = rnd64();
	m.reg[1] = CONTEXT;
	m.reg[10] = FRAME;
	for (i = 2; i < 5; i++) {
		m.reg[i] = rnd64() >> rnd(64);
		bv_reg_unknown(&st->reg[i], 0);
	}
	for (i = 6; i < 8; i++) {
		m.reg[i] = VALUE;
		bv_reg_map(&st->reg[i], BV_MAP_VALUE, 0, 0, 0);
	}
	m.reg[8] = FRAME - 32;
	st->reg[8] = st->reg[10];
	st->reg[8].off = -32;
	m.reg[9] = rnd(16);
	bv_reg_scalar(&st->reg[9], bv_scalar_span(0, 15), (struct bv_deps){}, 0);
	return st;
}

static u64 run_one(void)
{
	struct bv_state *st;
	u64 done;

	req.privileged = rnd(4);
	req.strict_alignment = rnd(2);
	steps = 0;
	env.next_id = 0;
	env.origin_count = 0;
	env.info[0].view = NULL;
	st = start();
	check_state(st);
	while (steps < STEPS && rnd(400)) {
		st = step(st);
		check_state(st);
	}
	done = steps;
	bv_state_free(&env, st);
	return done;
}

int main(int argc, char **argv)
{
	u64 seed = argc > 1 ? strtoull(argv[1], NULL, 0) : 1;
	u64 count = argc > 2 ? strtoull(argv[2], NULL, 0) : 20000;
	static struct bv_insn_info info[4];
	static struct bv_func func = { .end = 1 };
	static struct bv_map map = { .value_size = VALUE_BYTES, .key_size = 4 };
	static struct bv_moved moved[4];
	u64 i, done = 0;

	if (!seed)
		seed = time(NULL);
	printf("TAP version 13\n1..1\n# seed %llu, %llu programs\n",
	       (unsigned long long)seed, (unsigned long long)count);
	for (i = 0; i < ARRAY_SIZE(info); i++) {
		info[i].live_regs = 0x7ff;
		info[i].live_slots = ~0ULL;
	}
	req.type = user_type("socket_filter");
	env.req = &req;
	env.type = req.type;
	env.insns = &insn;
	env.count = 1;
	env.funcs = &func;
	env.func_count = 1;
	env.info = info;
	env.moved = moved;
	env.maps = &map;
	env.map_count = 1;
	for (i = 0; i < count; i++) {
		seed_now = seed + i;
		random_state = (seed + i) * 0x9e3779b97f4a7c15ULL + 1;
		rnd(2);
		done += run_one();
	}
	bv_state_free_spare(&env);
	printf("# %llu instructions accepted\n", (unsigned long long)done);
	printf("%s 1 fuzz_ops\n", done ? "ok" : "not ok");
	return !done;
}
