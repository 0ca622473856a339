// SPDX-License-Identifier: GPL-2.0-only
/*
 * Numbers of programs of accept.c that are bounded as compilers do it: what is tested was
 * computed from the number, or is the same computation made once more.
 *
 * Layer: as bpfcase.c.
 */
#include "accept_private.h"

static u8 either(struct maker *m)
{
	return rnd(m, 2) ? BPF_ALU64 : BPF_ALU;
}

/* a copy in another register, in the width of @class; 0: there is none */
static bool take_copy(struct maker *m, u8 class, u8 reg, u8 *copy)
{
	*copy = pick_dst(m);
	if (*copy == reg)
		return false;
	emit(m, class | BPF_MOV | BPF_X, *copy, reg, 0, 0);
	set_wide(m, *copy);
	return true;
}

/* no more than the low half */
static void cut(struct maker *m, u8 reg)
{
	if (is_small(&m->now.r[reg], U32_MAX))
		return;
	emit(m, BPF_ALU | BPF_MOV | BPF_X, reg, reg, 0, 0);
	set_num(m, reg, 0, U32_MAX);
}

/* n > 0 && n <= most, in 32 bits: the one below it, which wraps, is tested */
static void by_less_one(struct maker *m, u8 reg, u32 most)
{
	s32 less = 1 + rnd(m, 3);
	u8 copy;

	cut(m, reg);
	if (most < less || !take_copy(m, BPF_ALU, reg, &copy))
		return;
	emit(m, BPF_ALU | BPF_ADD | BPF_K, copy, 0, 0, -less);
	emit_out(m, either(m) == BPF_ALU ? BPF_JMP32 | BPF_JGT | BPF_K : BPF_JMP | BPF_JGT | BPF_K,
		 copy, 0, most - less);
	learn(m, reg, less, most);
}

/* bits above are zero in a copy, of which the test takes some; the rest is cut off */
static void by_no_bits(struct maker *m, u8 reg, u32 most)
{
	u32 low = (1U << (31 - __builtin_clz(most | 1))) - 1, width = rnd(m, 2) ? 0xff : 0xffff;
	u8 copy;

	if (low > width || !take_copy(m, either(m), reg, &copy))
		return;
	emit(m, either(m) | BPF_AND | BPF_K, copy, 0, 0, width & ~low);
	emit_out(m, BPF_JMP | BPF_JNE | BPF_K, copy, 0, 0);
	emit(m, either(m) | BPF_AND | BPF_K, reg, 0, 0, width);
	set_num(m, reg, 0, low);
}

/* the same bits are taken twice, and tested once */
static void by_mask_again(struct maker *m, u8 reg, u32 most)
{
	u32 width = rnd(m, 2) ? 0xff : 0xffff;
	u8 copy;

	if (!take_copy(m, either(m), reg, &copy))
		return;
	emit(m, either(m) | BPF_AND | BPF_K, copy, 0, 0, width);
	emit_out(m, BPF_JMP | BPF_JGT | BPF_K, copy, 0, most);
	emit(m, either(m) | BPF_AND | BPF_K, reg, 0, 0, width);
	set_num(m, reg, 0, min_t(u32, most, width));
}

/* some bits of @by tell */
static void halve_by_path(struct maker *m, u8 reg, u8 by)
{
	emit(m, BPF_JMP | BPF_JSET | BPF_K, by, 0, 1, 1 + rnd(m, 3));
	emit(m, BPF_JMP | BPF_JA, 0, 0, 1, 0);
	emit(m, BPF_ALU64 | BPF_RSH | BPF_K, reg, 0, 0, 1);
}

/* likewise, but by the path the copy was halved */
static void by_mask_apart(struct maker *m, u8 reg, u32 most)
{
	u8 copy, by = pick_num(m);

	if (!most || !take_copy(m, BPF_ALU64, reg, &copy) || by == copy || by == reg)
		return;
	emit(m, BPF_ALU64 | BPF_AND | BPF_K, copy, 0, 0, 0xffff);
	halve_by_path(m, copy, by);
	emit_out(m, BPF_JMP | BPF_JGT | BPF_K, copy, 0, (most - 1) / 2);
	emit(m, BPF_ALU64 | BPF_AND | BPF_K, reg, 0, 0, 0xffff);
	set_num(m, reg, 0, most);
}

/* what is left of a copy that was shifted */
static void by_high_bits(struct maker *m, u8 reg, u32 most)
{
	u32 by = rnd(m, 4);
	u8 class = either(m), copy;

	if (class == BPF_ALU)
		cut(m, reg);
	if (most + 1 < 1U << by || !take_copy(m, class, reg, &copy))
		return;
	emit(m, class | BPF_RSH | BPF_K, copy, 0, 0, by);
	emit_out(m, BPF_JMP | BPF_JGE | BPF_K, copy, 0, (most + 1) >> by);
	learn(m, reg, 0, (((most + 1) >> by) << by) - 1);
}

static void by_quotient(struct maker *m, u8 reg, u32 most)
{
	u32 by = 1 + rnd(m, 12);
	u8 class = either(m), copy;

	if (class == BPF_ALU)
		cut(m, reg);
	if (most + 1 < by || !take_copy(m, class, reg, &copy))
		return;
	emit(m, class | BPF_DIV | BPF_K, copy, 0, 0, by);
	emit_out(m, BPF_JMP | BPF_JGE | BPF_K, copy, 0, (most + 1) / by);
	learn(m, reg, 0, (most + 1) / by * by - 1);
}

/* divided, multiplied, subtracted */
static void by_rest(struct maker *m, u8 reg, u32 most)
{
	u8 class = either(m), copy;

	if (!take_copy(m, class, reg, &copy))
		return;
	emit(m, class | BPF_DIV | BPF_K, copy, 0, 0, most + 1);
	emit(m, class | BPF_MUL | BPF_K, copy, 0, 0, most + 1);
	emit(m, class | BPF_SUB | BPF_X, reg, copy, 0, 0);
	set_num(m, reg, 0, most);
}

/* low bits of it are subtracted, or by the path half of them, which makes no multiple */
static void by_part(struct maker *m, u8 reg, u32 most)
{
	u32 low = (2U << rnd(m, 3)) - 1;
	u32 bits = (1U << (31 - __builtin_clz((most | low) + 1))) - 1;
	u8 class = either(m), copy, by = pick_num(m);

	if (!take_copy(m, class, reg, &copy))
		return;
	emit(m, either(m) | BPF_AND | BPF_K, reg, 0, 0, bits);
	emit(m, either(m) | BPF_AND | BPF_K, copy, 0, 0, low);
	if (by != copy && by != reg && !rnd(m, 4))
		halve_by_path(m, copy, by);
	if (rnd(m, 2)) {
		emit(m, class | BPF_SUB | BPF_X, reg, copy, 0, 0);
	} else {
		emit(m, class | BPF_SUB | BPF_X, copy, reg, 0, 0);
		set_wide(m, copy);
		emit(m, class | BPF_MOV | BPF_X, reg, copy, 0, 0);
		emit(m, class | BPF_NEG, reg, 0, 0, 0);
	}
	set_num(m, reg, 0, bits & ~low);
}

void by_origin(struct maker *m, u8 reg, u32 most)
{
	static void (* const ways[])(struct maker *m, u8 reg, u32 most) = {
		by_less_one, by_no_bits, by_mask_again, by_mask_apart, by_high_bits, by_quotient,
		by_rest, by_rest, by_part,
	};

	PICK(m, ways)(m, reg, most);
}

static void compute(struct maker *m, u8 reg, bool only_masks)
{
	static const s32 masks[] = { 1, 12, 15, 0x3c, 0xf0, 0xff, 0xff00, 0xfff0, 0xffff, -16, -1 };
	static const s32 shifts[] = { 1, 2, 4, 8, 32 };
	static const u8 ops[] = {
		BPF_AND, BPF_AND, BPF_AND, BPF_RSH, BPF_LSH, BPF_ADD, BPF_SUB, BPF_MUL, BPF_DIV,
	};
	u8 class = either(m), op = only_masks ? BPF_AND : PICK(m, ops);
	s32 imm = 1 + rnd(m, 3);

	if (op == BPF_AND)
		imm = PICK(m, masks);
	if (op == BPF_RSH || op == BPF_LSH)
		imm = shifts[rnd(m, class == BPF_ALU ? 4 : 5)];
	if (rnd(m, 8))
		emit(m, class | op | BPF_K, reg, 0, 0, imm);
	else
		emit(m, BPF_ALU | BPF_MOV | BPF_X, reg, reg, 0, 0);
}

/**
 * step_origins() - one step: numbers are computed from copies of one, often in the same way
 * @m:	the program; tests tell of one what may be so of another, or of none
 */
void step_origins(struct maker *m)
{
	static const u8 tests[] = { BPF_JNE, BPF_JEQ, BPF_JGT, BPF_JLT, BPF_JSET };
	u8 reg = pick_num(m), copies = 2 + rnd(m, 2), copy, ops;
	bool only_masks = rnd(m, 2);

	while (copies--) {
		if (!take_copy(m, rnd(m, 4) ? BPF_ALU64 : BPF_ALU, reg, &copy))
			continue;
		for (ops = 1 + rnd(m, 3); ops; ops--)
			compute(m, copy, only_masks);
		if (!can_out(m) || rnd(m, 3))
			continue;
		emit_out(m, (either(m) == BPF_ALU ? BPF_JMP32 : BPF_JMP) | PICK(m, tests) | BPF_K,
			 copy, 0, rnd(m, 20));
	}
}

/* the instructions from @from to @to once more */
static void repeat(struct maker *m, u32 from, u32 to)
{
	for (; from < to; from++) {
		struct bpf_insn insn = m->p->insns[from];

		emit(m, insn.code, insn.dst_reg, insn.src_reg, insn.off, insn.imm);
	}
}

/* one of two numbers as the path is, from which the same is computed */
static void compute_either(struct maker *m, u8 reg, u8 one, u8 other, u8 by, bool only_masks)
{
	u32 at = m->p->count, from, skip, ops = rnd(m, 3);

	emit(m, BPF_JMP | BPF_JSGT | BPF_K, by, 0, 0, pick_imm(m));
	emit(m, BPF_ALU64 | BPF_MOV | BPF_X, reg, one, 0, 0);
	from = m->p->count;
	while (ops--)
		compute(m, reg, only_masks);
	skip = m->p->count;
	emit(m, BPF_JMP | BPF_JA, 0, 0, 0, 0);
	come_here(m, at);
	emit(m, BPF_ALU64 | BPF_MOV | BPF_X, reg, other, 0, 0);
	repeat(m, from, skip);
	come_here(m, skip);
	set_wide(m, reg);
}

/**
 * step_siblings() - one step: two numbers are computed from one, on one path, or from two
 * @m:	the program; what they came of may be gone when one of them is tested
 */
void step_siblings(struct maker *m)
{
	u8 base = pick_num(m), other = pick_num(m), by = pick_num(m), a, b = pick_dst(m);
	bool only_masks = rnd(m, 4);

	if (!take_copy(m, BPF_ALU64, base, &a) || b == a || b == base || a == by || a == other ||
	    m->now.r[base].what != W_NUM || m->now.r[other].what != W_NUM ||
	    m->now.r[by].what != W_NUM)
		return;
	compute(m, a, only_masks);
	if (rnd(m, 2))
		compute(m, a, only_masks);
	compute_either(m, b, base, other, by, only_masks);
	if (rnd(m, 2)) {
		emit(m, BPF_ALU64 | BPF_MOV | BPF_K, base, 0, 0, 1);
		set_num(m, base, 1, 1);
	}
	/* far enough from an exit that states are compared */
	make_block(m, 1 + rnd(m, 2), MOST_DEPTH);
	if (m->now.r[b].what != W_NUM || !can_out(m))
		return;
	if (rnd(m, 4))
		compute(m, b, only_masks);
	set_wide(m, b);
	emit_out(m, BPF_JMP | (rnd(m, 2) ? BPF_JNE : BPF_JGT) | BPF_K, b, 0,
		 rnd(m, 2) ? 0 : rnd(m, 20));
	if (m->now.r[a].what == W_NUM && can_out(m))
		emit_out(m, BPF_JMP | BPF_JEQ | BPF_K, a, 0, 0);
}

/* a byte of a value by number @a, where a test of @b lets it; @a is no more than @most | 15 then */
static void rely_on_other(struct maker *m, u8 a, u8 b, u32 most)
{
	if (!can_out(m))
		return;
	emit_out(m, BPF_JMP | BPF_JGT | BPF_K, b, 0, most);
	if (!can_out(m))
		return;
	emit_out(m, BPF_JMP | BPF_JGT | BPF_K, a, 0, most | 15);
	set_num(m, a, 0, most | 15);
	emit_value(m, b, ACCEPT_ONE, 0);
	emit(m, BPF_ALU64 | BPF_ADD | BPF_X, b, a, 0, 0);
	emit(m, BPF_LDX | BPF_MEM | BPF_B, b, b, 0, 0);
	set_num(m, b, 0, U8_MAX);
}

static void take_bits(struct maker *m, u8 reg, u8 from, s32 bits)
{
	emit(m, BPF_ALU64 | BPF_MOV | BPF_X, reg, from, 0, 0);
	emit(m, BPF_ALU64 | BPF_AND | BPF_K, reg, 0, 0, bits);
}

/**
 * step_gone() - one step: bits of a number, and of it or another one, which are gone when tested
 * @m:	the program; on one path the test of the one tells of the other, on which an access hangs
 */
void step_gone(struct maker *m)
{
	u8 base = BPF_REG_7 + rnd(m, 2), a = BPF_REG_1 + rnd(m, 2), b = BPF_REG_3 + rnd(m, 2);
	u8 other = BPF_REG_0, by = BPF_REG_5;
	u32 at, skip;
	bool late = rnd(m, 2);
	u8 either = late ? a : b;

	emit_call(m, BPF_FUNC_get_prandom_u32);
	if (m->now.r[base].what != W_NUM || rnd(m, 2))
		load_number(m, base);
	load_number(m, by);
	if (!late)
		take_bits(m, a, base, 0xf0);
	at = m->p->count;
	emit(m, BPF_JMP | (rnd(m, 2) ? BPF_JGT : BPF_JLE) | BPF_K, by, 0, 0, rnd(m, 64));
	take_bits(m, either, base, 0xff);
	skip = m->p->count;
	emit(m, BPF_JMP | BPF_JA, 0, 0, 0, 0);
	come_here(m, at);
	take_bits(m, either, other, 0xff);
	come_here(m, skip);
	set_wide(m, a);
	set_wide(m, b);
	make_block(m, rnd(m, 3), MOST_DEPTH);
	if (m->now.r[a].what != W_NUM || m->now.r[b].what != W_NUM || m->now.r[base].what != W_NUM)
		return;
	if (late)
		emit(m, BPF_ALU64 | BPF_MOV | BPF_X, b, base, 0, 0);
	emit(m, BPF_ALU64 | BPF_AND | BPF_K, b, 0, 0, 0xf0);
	emit(m, BPF_ALU64 | BPF_MOV | BPF_K, base, 0, 0, 0);
	set_num(m, base, 0, 0);
	rely_on_other(m, a, b, 16 * rnd(m, 2));
}
