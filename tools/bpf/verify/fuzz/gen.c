// SPDX-License-Identifier: GPL-2.0-only
/*
 * gen.h. The generator knows of each register whether it has a value, and whether that is
 * a number, an address in the data or one in the frame; control flow is nested, so that
 * what holds on all ways to a place is what holds on both arms. Instructions come from
 * the table of kernel/bpf/insn.c; idioms that the optimiser or the code generator take
 * together come on purpose (idioms.c).
 *
 * Must never draw a random number outside gen_random(): a seed is a program.
 *
 * Layer: as bpfcase.c.
 */
#include <linux/kernel.h>
#include <linux/types.h>
#include <string.h>
#include "gen_private.h"

#define MOST_DEPTH	4
#define STACK_EDGE	32	/* bytes used at both ends of a big stack */

/* ---- random numbers -------------------------------------------------------------- */

u64 gen_random(u64 *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state * 0x9e3779b97f4a7c15ULL;
}

u32 rnd(struct gen *g, u32 below)
{
	return (gen_random(&g->random) >> 33) % below;
}

bool one_in(struct gen *g, u32 n)
{
	return !rnd(g, n);
}

s32 pick_imm(struct gen *g)
{
	static const s32 some[] = {
		0, 1, -1, 2, 3, 4, 7, 8, 9, 15, 16, 31, 32, 63, 64, 127, 128, -128, -129, 255,
		256, 0x7fff, 0x8000, -0x8000, 0xffff, 0x10000, 0x7fffffff, -0x7fffffff - 1,
		-0x7fffffff, 0x00ff00ff, 0x0800, 0x86dd, 1000,
	};

	if (one_in(g, 4))
		return (s32)gen_random(&g->random);
	return some[rnd(g, ARRAY_SIZE(some))];
}

u64 pick_u64(struct gen *g)
{
	switch (rnd(g, 4)) {
	case 0:
		return gen_random(&g->random);
	case 1:
		return 1ULL << rnd(g, 64);
	case 2:
		return (u32)pick_imm(g);
	default:
		return (s64)pick_imm(g);
	}
}

/* ---- registers ------------------------------------------------------------------- */

bool is_number(const struct gen *g, u32 reg)
{
	return g->now.r[reg].kind == V_NUMBER || g->now.r[reg].kind == V_MEM;
}

void set_number(struct gen *g, u32 reg)
{
	g->now.r[reg] = (struct value){ .kind = V_NUMBER };
}

void forget(struct gen *g, u32 first, u32 last)
{
	for (; first <= last; first++)
		g->now.r[first].kind = V_UNSET;
}

/* a register that may be written */
u32 pick_dst(struct gen *g)
{
	u32 reg = rnd(g, BPF_REG_10);

	while (g->locked & BIT(reg))
		reg = (reg + 1) % BPF_REG_10;
	return reg;
}

/* puts any number there */
void emit_number(struct gen *g, u32 reg)
{
	switch (rnd(g, 3)) {
	case 0:
		build_const(g->b, reg, pick_u64(g));
		break;
	case 1:
		build_insn(g->b, BPF_ALU | BPF_MOV | BPF_K, reg, 0, 0, pick_imm(g));
		break;
	default:
		build_insn(g->b, BPF_ALU64 | BPF_MOV | BPF_K, reg, 0, 0, pick_imm(g));
		break;
	}
	set_number(g, reg);
}

/* address of the data plus @off */
void emit_mem(struct gen *g, u32 reg, s32 off)
{
	build_const(g->b, reg, (u64)g->place->world->mem + off);
	g->now.r[reg] = (struct value){ V_MEM, off, off };
}

/* one that holds a number */
u32 pick_number(struct gen *g)
{
	u32 reg = rnd(g, BPF_REG_10), i;

	for (i = 0; i < BPF_REG_10; i++, reg = (reg + 1) % BPF_REG_10)
		if (is_number(g, reg))
			return reg;
	reg = pick_dst(g);
	emit_number(g, reg);
	return reg;
}

/* a number that may be written */
u32 pick_number_dst(struct gen *g)
{
	u32 reg = pick_number(g);

	if (g->locked & BIT(reg)) {
		reg = pick_dst(g);
		if (!is_number(g, reg))
			emit_number(g, reg);
	}
	return reg;
}

static bool is_base(const struct gen *g, u32 reg)
{
	return g->now.r[reg].kind == V_MEM || g->now.r[reg].kind == V_FRAME;
}

/* a register to access memory through */
u32 pick_base(struct gen *g)
{
	u32 reg = rnd(g, BPF_REG_10 + 1), i;

	if (g->stack && one_in(g, 3))
		return BPF_REG_10;
	for (i = 0; i <= BPF_REG_10; i++, reg = (reg + 1) % (BPF_REG_10 + 1))
		if (is_base(g, reg) && (reg != BPF_REG_10 || g->stack))
			return reg;
	reg = pick_dst(g);
	emit_mem(g, reg, rnd(g, GEN_MEM));
	return reg;
}

/* ---- memory ---------------------------------------------------------------------- */

/* from the frame pointer, is all of it a part of the stack that has been written? */
static bool is_in_frame(const struct gen *g, s32 lo, s32 hi)
{
	s32 bottom = -(s32)g->stack;

	if (lo < bottom || hi > 0)
		return false;
	return g->stack <= 2 * STACK_EDGE || lo >= -STACK_EDGE || hi <= bottom + STACK_EDGE;
}

static s32 pick_frame_off(struct gen *g, u32 bytes)
{
	s32 off = -(s32)bytes - (s32)rnd(g, STACK_EDGE);

	if (g->stack > 2 * STACK_EDGE && one_in(g, 2))
		off = -(s32)g->stack + rnd(g, STACK_EDGE);
	return off;
}

/*
 * Offset for an access of @bytes through @reg, a multiple of @align from the start of
 * its memory; false where none is found.
 */
bool pick_off(struct gen *g, u32 reg, u32 bytes, u32 align, s16 *off)
{
	const struct value *v = &g->now.r[reg];
	u32 tries;

	for (tries = 0; tries < 8; tries++) {
		s32 at = v->kind == V_FRAME ? pick_frame_off(g, bytes) : (s32)rnd(g, GEN_MEM);
		s32 lo, hi;

		at -= at & (align - 1);
		*off = at - v->lo;
		lo = v->lo + *off;
		hi = v->hi + *off + bytes;
		if (align > 1 && (v->lo != v->hi || lo & (align - 1)))
			continue;
		if (v->kind == V_FRAME ? is_in_frame(g, lo, hi) : lo >= 0 && hi <= GEN_MEM)
			return true;
	}
	return false;
}

/* ---- instructions from the table ------------------------------------------------- */

static void emit_alu(struct gen *g, u8 code, const struct bpf_insn_form *form)
{
	u32 dst = form->uses & BPF_USES_DST ? pick_number_dst(g) : pick_dst(g);
	u32 src = form->uses & BPF_USES_SRC ? pick_number(g) : 0;
	s32 imm = form->uses & BPF_USES_IMM ? pick_imm(g) : 0;
	struct value was = g->now.r[src];
	s16 off = 0;

	switch (BPF_OP(code)) {
	case BPF_MOV:
		if (form->uses & BPF_USES_OFF && one_in(g, 2))
			off = 8 << rnd(g, form->bytes == 8 ? 3 : 2);
		break;
	case BPF_DIV:
	case BPF_MOD:
		off = rnd(g, 2);
		imm = form->uses & BPF_USES_IMM && !imm ? 3 : imm;
		break;
	case BPF_LSH:
	case BPF_RSH:
	case BPF_ARSH:
		imm &= form->uses & BPF_USES_IMM ? form->bytes * 8 - 1 : 0;
		break;
	case BPF_END:
		imm = 16 << rnd(g, 3);
		break;
	}
	build_insn(g->b, code, dst, src, off, imm);
	set_number(g, dst);
	if (code == (BPF_ALU64 | BPF_MOV | BPF_X) && !off)
		g->now.r[dst] = was;
}

static void emit_load(struct gen *g, u8 code, const struct bpf_insn_form *form)
{
	u32 base = pick_base(g), dst = pick_dst(g);
	s16 off;

	if (!pick_off(g, base, form->bytes, one_in(g, 4) ? 1 : form->bytes, &off))
		return;
	if (one_in(g, 16)) {
		/* as where the verifier could not tell whether there is something */
		code = (code & ~0xe0) | (BPF_MODE(code) == BPF_MEM ? BPF_PROBE_MEM :
					 BPF_PROBE_MEMSX);
		g->internal = true;
	}
	build_insn(g->b, code, dst, base, off, 0);
	set_number(g, dst);
}

static void emit_store(struct gen *g, u8 code, const struct bpf_insn_form *form)
{
	u32 src = form->uses & BPF_USES_SRC ? pick_number(g) : 0;
	u32 base = pick_base(g);
	s16 off;

	if (!pick_off(g, base, form->bytes, one_in(g, 4) ? 1 : form->bytes, &off))
		return;
	if (form->uses & BPF_USES_SRC && !is_number(g, src))
		return;
	build_insn(g->b, code, base, src, off,
		   form->uses & BPF_USES_SRC ? 0 : pick_imm(g));
}

static void emit_atomic(struct gen *g, u8 code, const struct bpf_insn_form *form)
{
	static const s32 ops[] = {
		BPF_ADD, BPF_OR, BPF_AND, BPF_XOR, BPF_ADD | BPF_FETCH, BPF_OR | BPF_FETCH,
		BPF_AND | BPF_FETCH, BPF_XOR | BPF_FETCH, BPF_XCHG, BPF_CMPXCHG,
	};
	s32 op = ops[rnd(g, ARRAY_SIZE(ops))];
	u32 base = pick_base(g), src = pick_number_dst(g);
	s16 off;

	/* making a number may have taken the base away */
	if (!is_base(g, base) || g->locked & BIT(src) ||
	    !pick_off(g, base, form->bytes, form->bytes, &off))
		return;
	if (op == BPF_CMPXCHG && (!is_number(g, 0) || g->locked & BIT(0)))
		op = BPF_XCHG;
	build_insn(g->b, code, base, src, off, op);
	if (op == BPF_CMPXCHG)
		set_number(g, 0);
	else if (op & BPF_FETCH)
		set_number(g, src);
}

/* R6 is the packet throughout; what a load leaves in R1 to R5 is undefined */
static void emit_packet(struct gen *g, u8 code, const struct bpf_insn_form *form)
{
	static const s32 offs[] = { 0, 1, 12, 14, 16, 20, 23, 26, 30, 36, 58, 60, 62, 63, 90,
				    -0x100000, -0x200000 + 12 };
	u32 src = BPF_MODE(code) == BPF_IND ? pick_number(g) : 0;
	s32 imm = offs[rnd(g, ARRAY_SIZE(offs))];

	if (g->mode != GEN_PACKET || g->locked & BPF_REGS_CLOBBERED)
		return;
	/* most offsets in a register are in the packet */
	if (BPF_MODE(code) == BPF_IND && !one_in(g, 8)) {
		src = pick_dst(g);
		build_insn(g->b, BPF_ALU64 | BPF_MOV | BPF_K, src, 0, 0, rnd(g, 30));
		set_number(g, src);
	}
	if (one_in(g, 40))
		imm = pick_imm(g);
	build_insn(g->b, code, 0, src, 0, imm);
	forget(g, BPF_REG_1, BPF_REG_5);
	set_number(g, 0);
}

/* any instruction that goes on to the next one */
static void emit_table(struct gen *g)
{
	const struct bpf_insn_form *form;
	u8 code;

	do {
		code = rnd(g, 256);
		form = bpf_insn_form(code);
	} while (form->class == BPF_IC_ILLEGAL || form->class > BPF_IC_ATOMIC);
	switch (form->class) {
	case BPF_IC_ALU:
		emit_alu(g, code, form);
		break;
	case BPF_IC_CONST:
		emit_number(g, pick_dst(g));
		break;
	case BPF_IC_PACKET:
		emit_packet(g, code, form);
		break;
	case BPF_IC_LOAD:
		emit_load(g, code, form);
		break;
	case BPF_IC_STORE:
		emit_store(g, code, form);
		break;
	default:
		emit_atomic(g, code, form);
		break;
	}
}

/* ---- control flow ---------------------------------------------------------------- */

static void join_value(struct value *a, const struct value *b)
{
	bool numbers = (a->kind == V_NUMBER || a->kind == V_MEM) &&
		       (b->kind == V_NUMBER || b->kind == V_MEM);

	if (a->kind == V_MEM && b->kind == V_MEM) {
		a->lo = min(a->lo, b->lo);
		a->hi = max(a->hi, b->hi);
	} else if (numbers) {
		a->kind = V_NUMBER;
	} else if (a->kind != b->kind || a->lo != b->lo) {
		a->kind = V_UNSET;
	}
}

/* what holds where two ways meet */
static void join(struct state *a, const struct state *b)
{
	u32 i;

	if (b->dead)
		return;
	if (a->dead) {
		*a = *b;
		return;
	}
	for (i = 0; i < BPF_REG_10; i++)
		join_value(&a->r[i], &b->r[i]);
}

static void patch(struct gen *g, u32 from)
{
	struct bpf_insn *insn = &g->b->insns[from];
	s32 distance = g->b->count - from - 1;

	if (insn->code == (BPF_JMP32 | BPF_JA))
		insn->imm = distance;
	else
		insn->off = distance;
}

/* to be patched: a plain jump, short or long */
static u32 emit_ja(struct gen *g)
{
	return build_insn(g->b, (one_in(g, 5) ? BPF_JMP32 : BPF_JMP) | BPF_JA, 0, 0, 0, 0);
}

/* a branch on numbers, to be patched */
static u32 emit_branch(struct gen *g)
{
	u32 dst = pick_number(g), src;
	u8 code;

	do {
		code = rnd(g, 256);
	} while (bpf_insn_form(code)->class != BPF_IC_BRANCH);
	src = BPF_SRC(code) == BPF_X ? pick_number(g) : 0;
	return build_insn(g->b, code, dst, src, 0, BPF_SRC(code) == BPF_X ? 0 : pick_imm(g));
}

static void gen_block(struct gen *g, u32 depth);

static void gen_if(struct gen *g, u32 depth)
{
	u32 from = emit_branch(g), over;
	struct state before = g->now, first;

	gen_block(g, depth + 1);
	first = g->now;
	if (one_in(g, 2)) {
		g->now = before;
		patch(g, from);
		join(&g->now, &first);
		return;
	}
	over = first.dead ? 0 : emit_ja(g);
	patch(g, from);
	g->now = before;
	gen_block(g, depth + 1);
	if (!first.dead)
		patch(g, over);
	join(&g->now, &first);
}

#define CASES	4

/* comparisons of one number with many, in order or not: to one of a few places */
static void gen_chain(struct gen *g, u32 depth)
{
	static const u8 ops[] = { BPF_JEQ, BPF_JEQ, BPF_JEQ, BPF_JGT, BPF_JLT, BPF_JNE, BPF_JGE,
				  BPF_JSET };
	u32 reg = pick_number(g), keys = 2 + rnd(g, 14), cases = 1 + rnd(g, CASES);
	u8 class = one_in(g, 2) ? BPF_JMP : BPF_JMP32, op = ops[rnd(g, ARRAY_SIZE(ops))];
	u32 from[16], to[16], over[CASES + 1], i, c, overs = 0;
	struct state before = g->now, after = { .dead = true };
	s32 key = pick_imm(g);

	for (i = 0; i < keys; i++) {
		to[i] = rnd(g, cases);
		from[i] = build_insn(g->b, class | op | BPF_K, reg, 0, 0, key);
		key = one_in(g, 6) ? pick_imm(g) : key + 1 + rnd(g, 3);
		if (one_in(g, 10))
			op = ops[rnd(g, ARRAY_SIZE(ops))];
	}
	for (c = 0; c <= cases; c++) {
		g->now = before;
		for (i = 0; c && i < keys; i++)
			if (to[i] == c - 1)
				patch(g, from[i]);
		gen_block(g, depth + 1);
		if (c < cases && !g->now.dead)
			over[overs++] = emit_ja(g);
		join(&after, &g->now);
	}
	for (i = 0; i < overs; i++)
		patch(g, over[i]);
	g->now = after;
}

/* registers are again what they were at the head of the loop, as far as it knew them */
static void mend(struct gen *g, const struct state *head)
{
	u32 i;

	for (i = 0; i < BPF_REG_10; i++) {
		const struct value *want = &head->r[i], *have = &g->now.r[i];

		if (want->kind == V_UNSET)
			continue;
		if (want->kind == V_NUMBER && is_number(g, i))
			continue;
		if (want->kind == have->kind && want->lo <= have->lo && want->hi >= have->hi)
			continue;
		if (want->kind == V_NUMBER) {
			emit_number(g, i);
		} else if (want->kind == V_MEM) {
			emit_mem(g, i, want->lo);
		} else {
			build_mov(g->b, i, BPF_REG_10);
			build_insn(g->b, BPF_ALU64 | BPF_ADD | BPF_K, i, 0, 0, want->lo);
			g->now.r[i] = *want;
		}
	}
}

/* a few times; the counter is one of R6 to R9 that nobody else writes meanwhile */
static void gen_loop(struct gen *g, u32 depth)
{
	u32 counter = BPF_REG_6 + rnd(g, 4), times = 1 + rnd(g, 4);
	u32 top, out = 0, locked = g->locked;
	bool asks_first = one_in(g, 2), counts_up = one_in(g, 3);
	struct state head;

	if (g->locked & BIT(counter))
		return;
	build_insn(g->b, BPF_ALU64 | BPF_MOV | BPF_K, counter, 0, 0, counts_up ? 0 : times);
	set_number(g, counter);
	g->locked |= BIT(counter);
	head = g->now;
	top = g->b->count;
	if (asks_first)
		out = build_insn(g->b, BPF_JMP | (counts_up ? BPF_JGE : BPF_JEQ) | BPF_K, counter,
				 0, 0, counts_up ? times : 0);
	gen_block(g, depth + 1);
	g->locked = locked;
	if (!g->now.dead) {
		mend(g, &head);
		build_insn(g->b, BPF_ALU64 | BPF_ADD | BPF_K, counter, 0, 0, counts_up ? 1 : -1);
		if (asks_first)
			build_insn(g->b, BPF_JMP | BPF_JA, 0, 0, top - g->b->count - 1, 0);
		else if (counts_up)
			build_insn(g->b, BPF_JMP | BPF_JLT | BPF_K, counter, 0,
				   top - g->b->count - 1, times);
		else
			build_insn(g->b, BPF_JMP32 | BPF_JNE | BPF_K, counter, 0,
				   top - g->b->count - 1, 0);
	}
	if (asks_first) {
		patch(g, out);
		g->now = head;
	}
}

/* to the end of the program, or out of it */
static void gen_leave(struct gen *g)
{
	if (g->func || one_in(g, 8)) {
		if (!is_number(g, 0))
			emit_number(g, 0);
		build_exit(g->b);
	} else if (g->outs < MOST_OUTS) {
		g->out[g->outs++] = emit_ja(g);
		join(&g->end, &g->now);
	} else {
		return;
	}
	g->now.dead = true;
}

/* ---- calls ----------------------------------------------------------------------- */

static void emit_args(struct gen *g, u32 count)
{
	u32 reg;

	for (reg = BPF_REG_1; reg < BPF_REG_1 + count; reg++) {
		if (is_number(g, reg))
			continue;
		if (g->locked & BIT(reg))
			return;
		emit_number(g, reg);
	}
}

static void gen_helper_call(struct gen *g)
{
	u32 arity = rnd(g, 6);
	bpf_func_t helper;

	if (g->locked & BPF_REGS_CLOBBERED)
		return;
	emit_args(g, arity);
	helper = gen_helper(arity || one_in(g, 2) ? arity : GEN_HELPER_CPU);
	/* sometimes nobody says how many there are */
	build_insn(g->b, BPF_JMP | BPF_CALL, 0, 0, arity < 5 || one_in(g, 2) ?
		   BPF_CALL_ARITY(arity) : 0, gen_call_imm(helper));
	forget(g, BPF_REG_1, BPF_REG_5);
	set_number(g, 0);
}

/* hands over memory, that of the frame too */
static void gen_touch_call(struct gen *g)
{
	u32 bytes = 1 + rnd(g, 8);
	s16 off;

	if (g->locked & BPF_REGS_CLOBBERED)
		return;
	if (g->stack && one_in(g, 2)) {
		if (!pick_off(g, BPF_REG_10, bytes, 1, &off))
			return;
		build_mov(g->b, BPF_REG_1, BPF_REG_10);
		build_insn(g->b, BPF_ALU64 | BPF_ADD | BPF_K, BPF_REG_1, 0, 0, off);
	} else {
		emit_mem(g, BPF_REG_1, rnd(g, GEN_MEM - 8));
	}
	build_insn(g->b, BPF_ALU | BPF_MOV | BPF_K, BPF_REG_2, 0, 0, bytes);
	build_insn(g->b, BPF_JMP | BPF_CALL, 0, 0, BPF_CALL_ARITY(2), gen_call_imm(gen_touch));
	forget(g, BPF_REG_1, BPF_REG_5);
	set_number(g, 0);
}

/* functions only call those behind them; where they are is not known yet */
static void gen_func_call(struct gen *g)
{
	u32 left = g->func_count - g->func - 1;

	if (!left || g->locked & BPF_REGS_CLOBBERED || g->calls == MOST_CALLS)
		return;
	emit_args(g, 5);
	g->call[g->calls] = (struct call){ g->b->count, g->func + 1 + rnd(g, left) };
	g->calls++;
	build_insn(g->b, BPF_JMP | BPF_CALL, 0, BPF_PSEUDO_CALL, 0, 0);
	forget(g, BPF_REG_1, BPF_REG_5);
	set_number(g, 0);
}

static void emit_index(struct gen *g)
{
	if (one_in(g, 3) && is_number(g, 8)) {
		build_mov(g->b, BPF_REG_3, 8);
		build_insn(g->b, BPF_ALU64 | BPF_AND | BPF_K, BPF_REG_3, 0, 0, 7);
	} else {
		build_insn(g->b, (one_in(g, 2) ? BPF_ALU64 : BPF_ALU) | BPF_MOV | BPF_K,
			   BPF_REG_3, 0, 0,
			   one_in(g, 8) ? pick_imm(g) : (s32)rnd(g, GEN_PROGS + 1));
	}
}

static void gen_tail_call(struct gen *g)
{
	bool index_first = one_in(g, 2);

	if (g->locked & BPF_REGS_CLOBBERED)
		return;
	if (index_first)
		emit_index(g);
	build_const(g->b, BPF_REG_1, (u64)g->place->world->mem);
	build_const(g->b, BPF_REG_2, (u64)g->place->array);
	if (!index_first)
		emit_index(g);
	build_insn(g->b, BPF_JMP | BPF_TAIL_CALL, 0, 0, 0, 0);
	g->internal = true;
	forget(g, BPF_REG_0, BPF_REG_5);
}

static void gen_special(struct gen *g)
{
	switch (g->mode) {
	case GEN_PACKET:
		gen_packet_run(g);
		/* what the code generator kept for the next load is gone after a call */
		if (one_in(g, 3)) {
			gen_helper_call(g);
			gen_packet_run(g);
		}
		break;
	case GEN_TAIL:
		gen_tail_call(g);
		break;
	case GEN_CALLS:
		gen_func_call(g);
		break;
	default:
		gen_touch_call(g);
		break;
	}
}

static void gen_item(struct gen *g, u32 depth)
{
	u32 what = rnd(g, 64);

	if (what < 34)
		emit_table(g);
	else if (what < 50)
		gen_idiom(g);
	else if (what < 52)
		gen_helper_call(g);
	else if (what < (g->mode == GEN_PACKET ? 58 : 55))
		gen_special(g);
	else if (depth == MOST_DEPTH)
		emit_table(g);
	else if (what < 60)
		gen_if(g, depth);
	else if (what < 62)
		gen_loop(g, depth);
	else if (what < 63)
		gen_chain(g, depth);
	else if (depth)
		gen_leave(g);
}

static void gen_block(struct gen *g, u32 depth)
{
	u32 items = 1 + rnd(g, depth ? 8 : 30);

	while (items-- && !g->now.dead && g->b->count < g->most)
		gen_item(g, depth);
}

/* ---- whole programs -------------------------------------------------------------- */

/* slots of the stack that are used: @n-th, from the top, or false */
static bool stack_slot(const struct gen *g, u32 n, s32 *off)
{
	*off = -8 * (s32)(n + 1);
	if (g->stack > 2 * STACK_EDGE && n >= STACK_EDGE / 8)
		*off = -(s32)g->stack + 8 * (s32)(n - STACK_EDGE / 8);
	return 8 * n < g->stack && n < 2 * STACK_EDGE / 8;
}

static void gen_prologue(struct gen *g)
{
	u32 reg, n;
	s32 off;

	for (n = 0; stack_slot(g, n, &off); n++)
		build_insn(g->b, BPF_ST | BPF_MEM | BPF_DW, BPF_REG_10, 0, off, pick_imm(g));
	if (g->mode == GEN_PACKET) {
		build_mov(g->b, BPF_REG_6, BPF_REG_1);
		g->now.r[6] = (struct value){ V_UNSET };
		g->locked |= BIT(BPF_REG_6);
	} else if (!g->func) {
		g->now.r[1] = (struct value){ V_MEM, 0, 0 };
	}
	for (reg = 0; reg < BPF_REG_10; reg++) {
		if (g->locked & BIT(reg) || g->now.r[reg].kind != V_UNSET || one_in(g, 3))
			continue;
		if (one_in(g, 4))
			emit_mem(g, reg, rnd(g, GEN_MEM));
		else
			emit_number(g, reg);
	}
}

/* registers and stack to the results; one register is lost for their address */
static void gen_epilogue(struct gen *g)
{
	u64 results = (u64)g->place->world->results;
	u32 lost = BPF_REG_1 + rnd(g, BPF_REG_9), reg, n;
	s32 off;

	for (reg = BPF_REG_1; reg < BPF_REG_10; reg++)
		if (!is_number(g, reg))
			lost = reg;
	build_const(g->b, lost, results);
	for (reg = 0; reg < BPF_REG_10; reg++)
		if (reg != lost && is_number(g, reg) && !one_in(g, 5))
			build_store(g->b, lost, 8 * reg, reg);
	if (!is_number(g, 0))
		emit_number(g, 0);
	for (n = 0; stack_slot(g, n, &off); n++) {
		u32 through = lost == BPF_REG_9 ? BPF_REG_8 : BPF_REG_9;

		build_load(g->b, through, BPF_REG_10, off);
		build_store(g->b, lost, 8 * (MAX_BPF_REG + n), through);
	}
	build_exit(g->b);
}

static u32 pick_stack(struct gen *g)
{
	static const u32 depths[] = { 0, 0, 8, 16, 24, 64, 128, 136, 256, 512 };

	return depths[rnd(g, g->mode == GEN_CALLS ? 7 : ARRAY_SIZE(depths))];
}

static void gen_function(struct gen *g, struct gen_prog *p, u32 func)
{
	u32 i;

	g->func = func;
	g->locked = 0;
	g->outs = 0;
	g->stack = pick_stack(g);
	g->now = (struct state){ .r = { [BPF_REG_10] = { V_FRAME, 0, 0 } } };
	g->end = (struct state){ .dead = true };
	for (i = BPF_REG_1; func && i <= BPF_REG_5; i++)
		set_number(g, i);
	p->funcs[func] = (struct bpf_jit_func){ g->b->count, g->stack };
	g->most = g->b->count + (one_in(g, 40) ? 1500 : 20 + rnd(g, 120));
	gen_prologue(g);
	gen_block(g, 0);
	for (i = 0; i < g->outs; i++)
		patch(g, g->out[i]);
	join(&g->now, &g->end);
	if (g->now.dead)
		return;
	if (!func) {
		gen_epilogue(g);
		return;
	}
	if (!is_number(g, 0))
		emit_number(g, 0);
	build_exit(g->b);
}

static void gen_one(struct gen *g, struct gen_prog *p)
{
	u32 i;

	g->b = &p->code;
	p->code.count = 0;
	g->calls = 0;
	g->func_count = g->mode == GEN_CALLS ? 2 + rnd(g, GEN_FUNCS - 1) : 1;
	p->func_count = g->func_count;
	for (i = 0; i < g->func_count; i++) {
		gen_function(g, p, i);
		/* what nobody calls is no function */
		if (!g->calls)
			break;
	}
	if (!g->calls)
		p->func_count = 1;
	for (i = 0; i < g->calls; i++) {
		struct bpf_insn *insn = &p->code.insns[g->call[i].at];

		insn->imm = (s32)p->funcs[g->call[i].func].start - (s32)g->call[i].at - 1;
	}
}

/**
 * gen_make() - the program of a seed
 * @set:	takes it
 * @place:	addresses it uses
 * @seed:	any number; the same gives the same
 */
void gen_make(struct gen_set *set, const struct gen_place *place, u64 seed)
{
	static struct gen g;
	u32 i;

	memset(&g, 0, sizeof(g));
	g.random = (seed + 1) * 0x9e3779b97f4a7c15ULL | 1;
	for (i = 0; i < 4; i++)
		gen_random(&g.random);
	g.place = place;
	set->mode = one_in(&g, 2) ? GEN_PLAIN : rnd(&g, GEN_MODES);
	g.mode = set->mode;
	set->count = set->mode == GEN_TAIL ? 1 + rnd(&g, GEN_PROGS) : 1;
	for (i = 0; i < set->count; i++)
		gen_one(&g, &set->prog[i]);
	set->internal = g.internal;
}
