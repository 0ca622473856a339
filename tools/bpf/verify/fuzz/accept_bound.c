// SPDX-License-Identifier: GPL-2.0-only
/*
 * Numbers of accept.c: arithmetic from the table, comparisons, and the ways in which a
 * program may bound a number so that the verifier knows: by an operation, by a test of
 * it, of a copy, of another number, on the stack, in 32 bits, signed.
 *
 * Layer: as bpfcase.c.
 */
#include "accept_private.h"

#define BIG	(1LL << 40)

/* ---- arithmetic ------------------------------------------------------------------------ */

static bool is_moderate(const struct val *v)
{
	return v->lo > -BIG && v->hi < BIG;
}

/* bounds of 64-bit results that are surely known to the verifier too */
static bool bounds_of(u8 op, bool is_signed, const struct val *a, const struct val *b,
		      s64 *lo, s64 *hi)
{
	bool con = b->lo == b->hi;

	switch (op) {
	case BPF_ADD:
		*lo = a->lo + b->lo;
		*hi = a->hi + b->hi;
		return is_moderate(a) && is_moderate(b);
	case BPF_SUB:
		*lo = a->lo - b->hi;
		*hi = a->hi - b->lo;
		return is_moderate(a) && is_moderate(b);
	case BPF_AND:
		*lo = 0;
		*hi = b->lo >= 0 ? b->hi : a->hi;
		return b->lo >= 0 || a->lo >= 0;
	case BPF_RSH:
		*lo = con && a->lo >= 0 ? a->lo >> (b->lo & 63) : 0;
		*hi = !con ? a->hi : a->lo >= 0 ? a->hi >> (b->lo & 63) :
		      (s64)(U64_MAX >> (b->lo & 63));
		return a->lo >= 0 || (con && (b->lo & 63));
	case BPF_MOD:
		*lo = 0;
		*hi = b->hi - 1;
		return con && b->lo > 0 && !is_signed;
	case BPF_DIV:
		*lo = 0;
		*hi = a->hi;
		return con && b->lo > 0 && a->lo >= 0;
	case BPF_MUL:
		*lo = a->lo * b->lo;
		*hi = a->hi * b->hi;
		return con && b->lo >= 0 && b->lo < 1000 && a->lo >= 0 && a->hi < BIG / 1000;
	case BPF_LSH:
		*lo = a->lo << (b->lo & 15);
		*hi = a->hi << (b->lo & 15);
		return con && b->lo >= 0 && b->lo < 16 && a->lo >= 0 && a->hi < BIG >> 16;
	default:
		return false;
	}
}

static void apply_alu(struct maker *m, u8 code, u8 dst, const struct val *b, bool is_signed)
{
	struct val a = m->now.r[dst], cut = *b;
	bool wide = BPF_CLASS(code) == BPF_ALU64;
	s64 lo, hi;

	if (!wide && (a.lo < 0 || a.hi > U32_MAX))
		a = (struct val){ .what = W_NUM, .hi = U32_MAX };
	if (!wide && cut.lo == cut.hi)
		cut.lo = cut.hi = (u32)cut.lo;
	else if (!wide && (cut.lo < 0 || cut.hi > U32_MAX))
		cut = (struct val){ .what = W_NUM, .hi = U32_MAX };
	if (bounds_of(BPF_OP(code), is_signed, &a, &cut, &lo, &hi) &&
	    (wide || (lo >= 0 && hi <= U32_MAX)))
		set_num(m, dst, lo, hi);
	else if (wide)
		set_wide(m, dst);
	else
		set_num(m, dst, 0, U32_MAX);
}

static void emit_move(struct maker *m, u8 code, s32 imm)
{
	bool wide = BPF_CLASS(code) == BPF_ALU64;
	u8 src = pick_num(m), dst = pick_dst(m);
	s16 off = rnd(m, 3) ? 0 : 8 << rnd(m, wide ? 3 : 2);

	if (BPF_SRC(code) == BPF_K) {
		emit(m, code, dst, 0, 0, imm);
		set_num(m, dst, wide ? imm : (u32)imm, wide ? imm : (u32)imm);
		return;
	}
	link_of(m, src);
	emit(m, code, dst, src, off, 0);
	m->now.r[dst] = m->now.r[src];
	if (off && wide)
		set_num(m, dst, -(1LL << (off - 1)), (1LL << (off - 1)) - 1);
	else if (!wide && (off || !is_small(&m->now.r[src], U32_MAX)))
		set_num(m, dst, 0, U32_MAX);
}

static void stay_linked(struct val *v, const struct val *was, s64 by)
{
	v->link = was->link;
	v->apart = was->apart + by;
}

static void emit_alu(struct maker *m, u8 code, const struct bpf_insn_form *form)
{
	u8 op = BPF_OP(code), dst, src;
	bool wide = form->bytes == 8, sign = rnd(m, 3) == 0;
	s32 imm = pick_imm(m);
	struct val b, was;

	if (op == BPF_MOV) {
		emit_move(m, code, imm);
		return;
	}
	dst = pick_num_dst(m);
	if (op == BPF_END || op == BPF_NEG) {
		imm = op == BPF_END ? 16 << rnd(m, 3) : 0;
		emit(m, code, dst, 0, 0, imm);
		if (op == BPF_END ? imm == 64 : wide)
			set_wide(m, dst);
		else
			set_num(m, dst, 0, op == BPF_END && imm == 16 ? U16_MAX : U32_MAX);
		return;
	}
	src = form->uses & BPF_USES_SRC ? pick_num(m) : 0;
	if (op == BPF_LSH || op == BPF_RSH || op == BPF_ARSH)
		imm &= wide ? 63 : 31;
	if (op == BPF_DIV || op == BPF_MOD)
		imm = imm ? imm : 3;
	else
		sign = false;
	b = (struct val){ .what = W_NUM, .lo = imm, .hi = imm };
	if (form->uses & BPF_USES_SRC)
		b = m->now.r[src];
	was = m->now.r[dst];
	emit(m, code, dst, src, sign, form->uses & BPF_USES_SRC ? 0 : imm);
	apply_alu(m, code, dst, &b, sign);
	if (wide && (op == BPF_ADD || op == BPF_SUB) && b.lo == b.hi)
		stay_linked(&m->now.r[dst], &was, op == BPF_ADD ? b.lo : -b.lo);
}

void step_alu(struct maker *m)
{
	const struct bpf_insn_form *form;
	u8 code;

	/* bytes that ran out would never find one */
	if (m->bytes && !m->left)
		return;
	do {
		code = rnd(m, 256);
		form = bpf_insn_form(code);
	} while (form->class != BPF_IC_ALU && (!m->bytes || m->left));
	if (form->class == BPF_IC_ALU)
		emit_alu(m, code, form);
}

/* ---- ways to bound a number -------------------------------------------------------------- */

static void by_mask(struct maker *m, u8 reg, u32 most)
{
	u32 mask = most;

	/* a mask with holes keeps it below, too */
	if (most & (most + 1) && rnd(m, 2))
		mask = (1U << (31 - __builtin_clz(most))) - 1;
	if (!mask)
		mask = most;
	emit(m, (rnd(m, 2) ? BPF_ALU64 : BPF_ALU) | BPF_AND | BPF_K, reg, 0, 0, mask);
	set_num(m, reg, 0, mask);
}

static void by_modulo(struct maker *m, u8 reg, u32 most)
{
	emit(m, (rnd(m, 2) ? BPF_ALU64 : BPF_ALU) | BPF_MOD | BPF_K, reg, 0, 0, most + 1);
	set_num(m, reg, 0, most);
}

static void by_shift(struct maker *m, u8 reg, u32 most)
{
	u32 keep = 31 - __builtin_clz(most | 1);
	bool wide = rnd(m, 2);

	if (!keep) {
		by_mask(m, reg, most);
		return;
	}
	emit(m, (wide ? BPF_ALU64 : BPF_ALU) | BPF_RSH | BPF_K, reg, 0, 0,
	     (wide ? 64 : 32) - keep);
	set_num(m, reg, 0, (1U << keep) - 1);
}

static void by_test(struct maker *m, u8 reg, u32 most)
{
	if (rnd(m, 2))
		emit_out(m, BPF_JMP | BPF_JGT | BPF_K, reg, 0, most);
	else
		emit_out(m, BPF_JMP | BPF_JGE | BPF_K, reg, 0, most + 1);
	learn(m, reg, 0, most);
}

/* the low half is tested; the upper one is known to be zero */
static void by_half_test(struct maker *m, u8 reg, u32 most)
{
	if (!is_small(&m->now.r[reg], U32_MAX)) {
		emit(m, BPF_ALU | BPF_MOV | BPF_X, reg, reg, 0, 0);
		set_num(m, reg, 0, U32_MAX);
	}
	emit_out(m, BPF_JMP32 | BPF_JGT | BPF_K, reg, 0, most);
	learn(m, reg, 0, most);
}

static void by_signed_tests(struct maker *m, u8 reg, u32 most)
{
	bool first = rnd(m, 2);

	if (m->out[m->held].count + 1 >= MOST_OUTS)
		return;
	if (first)
		emit_out(m, BPF_JMP | BPF_JSLT | BPF_K, reg, 0, 0);
	emit_out(m, BPF_JMP | BPF_JSGT | BPF_K, reg, 0, most);
	if (!first)
		emit_out(m, BPF_JMP | BPF_JSLE | BPF_K, reg, 0, -1);
	learn(m, reg, 0, most);
}

/* a copy is tested */
static void by_copy(struct maker *m, u8 reg, u32 most)
{
	u8 copy = pick_dst(m);

	if (copy == reg) {
		by_test(m, reg, most);
		return;
	}
	copy_num(m, copy, reg);
	by_test(m, copy, most);
}

/* the same, of one on the stack, which comes back bounded */
static void by_saved(struct maker *m, u8 reg, u32 most)
{
	u32 slot = rnd(m, KEY_SLOT);
	u8 test = pick_dst(m);
	struct cell *cell = &m->now.s[slot];

	if (m->bare || (cell->val.what != W_NUM && !m->p->privileged)) {
		by_test(m, reg, most);
		return;
	}
	link_of(m, reg);
	emit(m, BPF_STX | BPF_MEM | BPF_DW, BPF_REG_10, reg, -8 * (s32)(slot + 1), 0);
	*cell = (struct cell){ .val = m->now.r[reg], .size = 8 };
	if (rnd(m, 2) && test != reg) {
		emit(m, BPF_LDX | BPF_MEM | BPF_DW, test, BPF_REG_10, -8 * (s32)(slot + 1), 0);
		m->now.r[test] = cell->val;
		by_test(m, test, most);
	} else {
		by_test(m, reg, most);
		emit(m, BPF_LDX | BPF_MEM | BPF_DW, reg, BPF_REG_10, -8 * (s32)(slot + 1), 0);
		m->now.r[reg] = cell->val;
	}
}

/* a sum of a copy and a constant is tested; or the copy, and the number becomes the sum */
static void by_linked(struct maker *m, u8 reg, u32 most)
{
	u8 copy = pick_dst(m), moved = rnd(m, 3) ? copy : reg;
	s32 by = rnd(m, 4) ? 1 + rnd(m, 200) : -1 - (s32)rnd(m, 8);
	bool half = is_small(&m->now.r[reg], U32_MAX / 2) && by > 0 && rnd(m, 2);
	struct val was;

	if (copy == reg) {
		by_test(m, reg, most);
		return;
	}
	copy_num(m, copy, reg);
	was = m->now.r[moved];
	emit(m, (half ? BPF_ALU : BPF_ALU64) | BPF_ADD | BPF_K, moved, 0, 0, by);
	if (was.lo > -BIG && was.hi < BIG)
		set_num(m, moved, was.lo + by, was.hi + by);
	else
		set_wide(m, moved);
	stay_linked(&m->now.r[moved], &was, by);
	by_test(m, copy, moved == copy ? max_t(s64, (s64)most + by, 0) :
					 max_t(s64, (s64)most - by, 0));
}

/* a copy, by the path moved or not, of a small number that nobody knows to be small */
static void by_apart(struct maker *m, u8 reg, u32 most)
{
	u8 copy = pick_dst(m), by = pick_num(m);

	if (copy == reg || copy == by || by == reg || m->now.r[reg].what != W_NUM) {
		by_mask(m, reg, most);
		return;
	}
	by_mask(m, reg, 2 * most + 1);
	emit(m, BPF_ALU64 | BPF_MOV | BPF_X, copy, by, 0, 0);
	emit(m, BPF_ALU64 | BPF_MUL | BPF_K, copy, 0, 0, -0x61c8864f);
	emit(m, BPF_ALU64 | BPF_SUB | BPF_X, reg, copy, 0, 0);
	emit(m, BPF_ALU64 | BPF_ADD | BPF_X, reg, copy, 0, 0);
	set_wide(m, reg);
	emit(m, BPF_ALU64 | BPF_MOV | BPF_X, copy, reg, 0, 0);
	set_wide(m, copy);
	emit(m, BPF_JMP | BPF_JSET | BPF_K, by, 0, 1, 1 + rnd(m, 3));
	emit(m, BPF_ALU64 | BPF_ADD | BPF_K, copy, 0, 0, 1 + rnd(m, 8));
	by_test(m, copy, most);
	emit_out(m, BPF_JMP | BPF_JSLT | BPF_K, reg, 0, 0);
	learn(m, reg, 0, most);
}

/* another number, which is bounded, is the limit */
static void by_number(struct maker *m, u8 reg, u32 most)
{
	u8 limit = pick_dst(m);

	if (limit == reg) {
		by_test(m, reg, most);
		return;
	}
	emit(m, BPF_ALU | BPF_MOV | BPF_X, limit, reg, 0, 0);
	by_mask(m, limit, most);
	emit_out(m, BPF_JMP | BPF_JGT | BPF_X, reg, limit, 0);
	learn(m, reg, 0, m->now.r[limit].hi);
}

/* equal to one of few constants */
static void by_equal(struct maker *m, u8 reg, u32 most)
{
	u32 value = rnd(m, most + 1);

	emit_out(m, BPF_JMP | BPF_JNE | BPF_K, reg, 0, value);
	learn(m, reg, value, value);
}

/* no bit above is set */
static void by_bits(struct maker *m, u8 reg, u32 most)
{
	u32 keep = 31 - __builtin_clz(most | 1);

	emit_out(m, BPF_JMP | BPF_JSET | BPF_K, reg, 0, -(1 << keep));
	learn(m, reg, 0, (1U << keep) - 1);
}

/* in an arithmetic way: moved up, tested, and moved back */
static void by_sum(struct maker *m, u8 reg, u32 most)
{
	s32 by = 1 + rnd(m, 100);

	emit(m, BPF_ALU64 | BPF_ADD | BPF_K, reg, 0, 0, by);
	set_wide(m, reg);
	emit_out(m, BPF_JMP | BPF_JGT | BPF_K, reg, 0, most + by);
	emit_out(m, BPF_JMP | BPF_JLT | BPF_K, reg, 0, by);
	emit(m, BPF_ALU64 | BPF_SUB | BPF_K, reg, 0, 0, by);
	set_num(m, reg, 0, most);
}

void bound(struct maker *m, u8 reg, u32 most)
{
	static void (* const ways[])(struct maker *m, u8 reg, u32 most) = {
		by_mask, by_mask, by_modulo, by_shift, by_test, by_test, by_half_test,
		by_signed_tests, by_copy, by_linked, by_linked, by_apart, by_saved, by_number, by_equal, by_bits,
		by_sum, by_origin, by_origin, by_origin,
	};
	u32 way = rnd(m, ARRAY_SIZE(ways));

	/* some add two jumps */
	if (m->out[m->held].count + 2 >= MOST_OUTS)
		way = 0;
	if (is_small(&m->now.r[reg], most) && rnd(m, 4))
		return;
	/* too far, and taken for right */
	if (errs(m)) {
		ways[way](m, reg, most + 1 + rnd(m, rnd(m, 2) ? 8 : 100));
		learn(m, reg, 0, most);
		return;
	}
	ways[way](m, reg, most);
	/* whatever went wrong on the way */
	if (!is_small(&m->now.r[reg], most))
		by_mask(m, reg, most);
}

/* a test of which something is learnt, or not */
void step_compare(struct maker *m)
{
	static const u8 ops[] = { BPF_JGT, BPF_JSGT, BPF_JLT, BPF_JEQ, BPF_JNE, BPF_JSET };
	u8 reg = pick_num(m), op = PICK(m, ops);
	const struct val *v = &m->now.r[reg];
	s32 imm = pick_imm(m);

	/* where both ways are possible, if there is such a place */
	if (is_small(v, 1000) && rnd(m, 4))
		imm = v->lo + rnd(m, v->hi - v->lo + 1);

	if (can_out(m))
		emit_out(m, (rnd(m, 2) ? BPF_JMP : BPF_JMP32) | op | BPF_K, reg, 0, imm);
}

/* a number around 0 against itself plus a constant: one of them may wrap */
void step_order(struct maker *m)
{
	static const u8 ops[] = { BPF_JGT, BPF_JLT, BPF_JSGT, BPF_JSLT, BPF_JGE, BPF_JSLE };
	u8 reg = pick_num_dst(m), sum = pick_dst(m), op = PICK(m, ops);
	s32 by = 1 + rnd(m, 8), down = rnd(m, 16);

	if (sum == reg || !can_out(m))
		return;
	by_mask(m, reg, 15);
	emit(m, BPF_ALU64 | BPF_SUB | BPF_K, reg, 0, 0, down);
	set_num(m, reg, -down, 15 - down);
	link_of(m, reg);
	emit(m, BPF_ALU64 | BPF_MOV | BPF_X, sum, reg, 0, 0);
	emit(m, BPF_ALU64 | (rnd(m, 2) ? BPF_ADD : BPF_SUB) | BPF_K, sum, 0, 0, by);
	set_num(m, sum, -down - by, 15 - down + by);
	if (rnd(m, 2))
		emit_out(m, BPF_JMP | op | BPF_X, sum, reg, 0);
	else
		emit_out(m, BPF_JMP | op | BPF_X, reg, sum, 0);
}

/* one of two small numbers, in a slot, which may be zero bytes; it comes back later */
static void choose_slot(struct maker *m, u32 a, u32 b)
{
	u32 slot = rnd(m, KEY_SLOT);
	struct cell *cell = &m->now.s[slot];
	u8 by = pick_num(m), reg = pick_dst(m);

	if (by == reg || (cell->val.what != W_NUM && !m->p->privileged))
		return;
	a = rnd(m, 2) ? 0 : a;
	emit(m, BPF_ST | BPF_MEM | BPF_DW, BPF_REG_10, 0, -8 * (s32)(slot + 1), a);
	emit(m, BPF_JMP | BPF_JSGT | BPF_K, by, 0, 1, pick_imm(m));
	emit(m, BPF_ST | BPF_MEM | BPF_DW, BPF_REG_10, 0, -8 * (s32)(slot + 1), b);
	*cell = (struct cell){
		.val = { .what = W_NUM, .lo = min(a, b), .hi = max(a, b) }, .size = 8,
	};
	if (rnd(m, 2))
		return;
	emit(m, BPF_LDX | BPF_MEM | BPF_DW, reg, BPF_REG_10, -8 * (s32)(slot + 1), 0);
	m->now.r[reg] = cell->val;
}

/* one of two small numbers, and later a test that tells them apart */
void step_choose(struct maker *m)
{
	u32 a = rnd(m, 16), b = rnd(m, 16);
	u8 by, reg;

	if (!m->bare && !rnd(m, 3)) {
		choose_slot(m, a, b);
		return;
	}
	by = pick_num(m);
	reg = pick_dst(m);
	if (by == reg)
		return;
	emit(m, BPF_ALU64 | BPF_MOV | BPF_K, reg, 0, 0, a);
	emit(m, BPF_JMP | BPF_JSGT | BPF_K, by, 0, 1, pick_imm(m));
	emit(m, BPF_ALU64 | BPF_MOV | BPF_K, reg, 0, 0, b);
	set_num(m, reg, min(a, b), max(a, b));
	if (!rnd(m, 3))
		return;
	make_block(m, rnd(m, 3), MOST_DEPTH);
	if (m->now.r[reg].what == W_NUM && can_out(m))
		emit_out(m, BPF_JMP | (rnd(m, 2) ? BPF_JEQ : BPF_JNE) | BPF_K, reg, 0,
			 rnd(m, 2) ? a : b);
}
