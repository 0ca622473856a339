// SPDX-License-Identifier: GPL-2.0-only
/*
 * guess.h. A program without privilege, as it is given to the runtimes, run the way a
 * processor may that runs ahead on guesses:
 *
 *	a branch	goes the other way
 *	a load		does not wait for the last store to its place, nor for those before it
 *
 * From each such wrong guess the program is followed for so many instructions, with more
 * guesses on the way; a barrier ends it. What was stored is undone then.
 *
 * It runs on two sides at one time that differ in nothing but where objects lie, and in
 * what the stack held before. Both must do the same: an access that goes to another place,
 * or a branch another way, tells somebody who has a clock where objects lie or what was on
 * the stack. And each must stay inside its object, so that it tells nothing of other memory:
 * no number that a program may choose leads from one object to another.
 *
 * So must the run itself, where moreover no address may come into memory that others read,
 * into a helper or into the result.
 *
 * Layer: as bpfcase.c.
 */
#include <linux/bpf_func.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/limits.h>
#include <linux/types.h>
#include <stdlib.h>
#include <string.h>
#include "../disasm.h"
#include "../insn.h"
#include "../opt/pass.h"
#include "../prog/xinsn.h"
#include "engine.h"
#include "guess.h"
#include "guess_run.h"
#include "guess_world.h"
#include "verify.h"

#define MOST_OLDER	3	/* values before the last that a load may get */
#define RUN_STEPS	50000	/* of the run itself, which may be long */

struct guess_totals guess_totals;

static char told[1 << 16];
static u32 told_len;

const char *guess_told(void)
{
	return told;
}

/* ---- telling ------------------------------------------------------------------------------ */

__printf(1, 2) static void tell(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	told_len += vscnprintf(told + told_len, sizeof(told) - told_len, fmt, args);
	va_end(args);
}

static void tell_insn(const struct guess *g, u32 pc)
{
	const struct engine_prog *p = &g->prog[0];
	char text[BPF_DISASM_BYTES];

	bpf_disasm(&p->insns[pc], p->count - pc, text, sizeof(text));
	tell("%4u  %s\n", pc, text);
}

static void tell_turns(const struct guess *g)
{
	u32 i;

	for (i = 0; i < g->depth; i++) {
		const struct guess_turn *t = &g->turn[i];

		if (t->older)
			tell("guessed at %u: the load gets what was there %u stores before\n",
			     t->pc, t->older);
		else
			tell("guessed at %u: the branch goes to %u\n", t->pc, t->to);
	}
}

static void tell_program(const struct guess *g)
{
	u32 pc;

	for (pc = 0; pc < g->prog[0].count; pc++) {
		tell_insn(g, pc);
		pc += g->prog[0].insns[pc].code == (BPF_LD | BPF_IMM | BPF_DW);
	}
}

bool guess_fails(struct guess *g, const struct guess_machine *m, const char *fmt, ...)
{
	va_list args;

	if (g->found)
		return false;
	g->found = true;
	told_len = 0;
	va_start(args, fmt);
	told_len += vscnprintf(told, sizeof(told), fmt, args);
	va_end(args);
	tell(g->depth ? ", on a guess, at\n" : ", in the run itself, at\n");
	tell_insn(g, m->pc);
	tell_turns(g);
	tell("of the program%s\n", g->task->way & ENGINE_OPT ? ", optimised" : "");
	tell_program(g);
	return false;
}

/* ---- guesses ------------------------------------------------------------------------------ */

static bool step(struct guess *g, struct guess_machine *m);

/* may the instruction @m is at be guessed about once more? */
static bool may_guess(struct guess *g, const struct guess_machine *m)
{
	if (g->found || g->depth == g->task->depth || g->steps >= g->task->steps)
		return false;
	return g->depth || g->guessed[m->pc]++ < g->task->each;
}

/* as far as a wrong guess leads; @m is where it comes to */
static void follow(struct guess *g, struct guess_machine *m, struct guess_turn turn)
{
	u32 mark = g->world.stores, left = g->left;

	g->turn[g->depth++] = turn;
	if (g->depth == 1)
		g->left = g->task->window;
	guess_totals.guesses++;
	while (g->left && !g->found && g->steps < g->task->steps && step(g, m))
		g->left--;
	guess_world_undo(&g->world, mark);
	g->left = left;
	g->depth--;
}

/* ---- memory ------------------------------------------------------------------------------- */

bool guess_access(struct guess *g, const struct guess_machine *m, const u64 addr[GUESS_SIDES],
		  u32 size, struct guess_place *at)
{
	enum guess_lead lead = guess_world_find(&g->world, addr, size, at);
	char name[64];

	if (at->obj)
		guess_world_name(at->obj, name, sizeof(name));
	switch (lead) {
	case GUESS_THERE:
		return true;
	case GUESS_NULL:
		/* no guess goes on with what it got there */
		return g->depth ? false : guess_fails(g, m, "access of NULL");
	case GUESS_OUTSIDE:
		return guess_fails(g, m, "%u bytes at %lld of %s, which has %u", size, at->off,
				   name, at->obj->size);
	case GUESS_TELLS:
		return guess_fails(g, m, "where the access goes tells what nobody may know");
	default:
		return guess_fails(g, m, "access of 0x%llx, no memory of the program's", addr[0]);
	}
}

static bool access_at(struct guess *g, const struct guess_machine *m, u8 reg, s16 off, u32 size,
		      struct guess_place *at)
{
	const u64 addr[GUESS_SIDES] = { m->reg[0][reg] + off, m->reg[1][reg] + off };

	return guess_access(g, m, addr, size, at);
}

static void set_reg(struct guess_machine *m, u8 reg, const u64 value[GUESS_SIDES])
{
	u32 side;

	for (side = 0; side < GUESS_SIDES; side++)
		m->reg[side][reg] = value[side];
}

static void sign_extend(const struct bpf_insn *insn, u32 size, u64 value[GUESS_SIDES])
{
	u32 side;

	for (side = 0; BPF_MODE(insn->code) == BPF_MEMSX && side < GUESS_SIDES; side++)
		value[side] = (s64)(value[side] << (64 - 8 * size)) >> (64 - 8 * size);
}

/* the same load, not having waited for stores to that place */
static void guess_load(struct guess *g, const struct guess_machine *m,
		       const struct bpf_insn *insn, const struct guess_place *at, u32 size,
		       const u64 value[GUESS_SIDES])
{
	u64 since = g->now > g->task->window ? g->now - g->task->window : 0;
	u32 nth;

	for (nth = 0; nth < MOST_OLDER; nth++) {
		struct guess_machine other = *m;
		u64 old[GUESS_SIDES];

		if (!guess_world_older(&g->world, at, size, nth, since, old))
			break;
		if (!memcmp(old, value, sizeof(old)))
			continue;
		if (!may_guess(g, m))
			break;
		sign_extend(insn, size, old);
		set_reg(&other, insn->dst_reg, old);
		other.pc++;
		follow(g, &other, (struct guess_turn){ .pc = m->pc, .older = nth + 1 });
	}
}

static bool load(struct guess *g, struct guess_machine *m, const struct bpf_insn *insn)
{
	u32 size = bpf_size_bytes(insn->code);
	struct guess_place at;
	u64 value[GUESS_SIDES];

	if (!access_at(g, m, insn->src_reg, insn->off, size, &at))
		return false;
	guess_world_load(&g->world, &at, size, value);
	guess_load(g, m, insn, &at, size, value);
	sign_extend(insn, size, value);
	set_reg(m, insn->dst_reg, value);
	m->pc++;
	return !g->found;
}

/* does the run itself leave an address where somebody may read it? */
static bool leaves_address(struct guess *g, const struct guess_machine *m,
			   const struct guess_place *at, u32 size)
{
	if (g->depth || at->obj->kind == GUESS_STACK || guess_world_same(at, size))
		return false;
	guess_fails(g, m, "an address in memory");
	return true;
}

static bool store(struct guess *g, struct guess_machine *m, const struct bpf_insn *insn)
{
	u32 size = bpf_size_bytes(insn->code), side;
	struct guess_place at;
	u64 value[GUESS_SIDES];

	if (!access_at(g, m, insn->dst_reg, insn->off, size, &at))
		return false;
	if (at.obj->kind == GUESS_FIXED || (at.obj->area.constant && !g->depth))
		return guess_fails(g, m, "store to constant memory");
	for (side = 0; side < GUESS_SIDES; side++)
		value[side] = BPF_CLASS(insn->code) == BPF_ST ? (u64)(s64)insn->imm :
							       m->reg[side][insn->src_reg];
	guess_world_store(&g->world, &at, size, value, g->now);
	m->pc++;
	return !leaves_address(g, m, &at, size);
}

static u64 atomic_result(s32 op, u64 was, u64 src, u64 r0)
{
	switch (op & ~BPF_FETCH) {
	case BPF_ADD:
		return was + src;
	case BPF_OR:
		return was | src;
	case BPF_AND:
		return was & src;
	case BPF_XOR:
		return was ^ src;
	case BPF_XCHG & ~BPF_FETCH:
		return src;
	default:
		return was == r0 ? src : was;
	}
}

static bool atomic(struct guess *g, struct guess_machine *m, const struct bpf_insn *insn)
{
	u32 size = bpf_size_bytes(insn->code), side;
	u64 was[GUESS_SIDES], now[GUESS_SIDES];
	struct guess_place at;

	if (!access_at(g, m, insn->dst_reg, insn->off, size, &at))
		return false;
	guess_world_load(&g->world, &at, size, was);
	for (side = 0; side < GUESS_SIDES; side++) {
		u64 r0 = m->reg[side][BPF_REG_0];

		now[side] = atomic_result(insn->imm, was[side], m->reg[side][insn->src_reg],
					  size == 4 ? (u32)r0 : r0);
	}
	guess_world_store(&g->world, &at, size, now, g->now);
	if (insn->imm == BPF_CMPXCHG)
		set_reg(m, BPF_REG_0, was);
	else if (insn->imm & BPF_FETCH)
		set_reg(m, insn->src_reg, was);
	m->pc++;
	return !leaves_address(g, m, &at, size);
}

/* the run ends where there is no such packet; what guesses do there is the kernel's code */
static bool load_packet(struct guess *g, struct guess_machine *m, const struct bpf_insn *insn)
{
	u64 from[GUESS_SIDES] = {}, value;
	u32 side;

	for (side = 0; BPF_MODE(insn->code) == BPF_IND && side < GUESS_SIDES; side++)
		from[side] = m->reg[side][insn->src_reg];
	if ((u32)from[0] != (u32)from[1])
		return guess_fails(g, m, "the place in the packet tells what nobody may know");
	if (!bpf_user_load_packet((u64)g->ctx, (u32)from[0] + insn->imm,
				  bpf_size_bytes(insn->code), &value))
		return false;
	set_reg(m, BPF_REG_0, (const u64[]){ value, value });
	m->pc++;
	return true;
}

/* ---- all else ----------------------------------------------------------------------------- */

static bool is_taken(const struct guess *g, const struct guess_machine *m, u32 side)
{
	const struct bpf_insn *insn = &g->prog[side].insns[m->pc];
	u64 a = m->reg[side][insn->dst_reg];
	u64 b = BPF_SRC(insn->code) == BPF_X ? m->reg[side][insn->src_reg] :
					       (u64)(s64)insn->imm;

	return bpf_opt_taken(insn->code, a, b);
}

static bool branch(struct guess *g, struct guess_machine *m, const struct bpf_insn *insn)
{
	bool taken = is_taken(g, m, 0);
	u32 next = m->pc + 1, there = next + insn->off;

	if (taken != is_taken(g, m, 1))
		return guess_fails(g, m, "the way tells what nobody may know");
	if (may_guess(g, m)) {
		struct guess_machine other = *m;

		other.pc = taken ? next : there;
		follow(g, &other, (struct guess_turn){ .pc = m->pc, .to = other.pc });
	}
	m->pc = taken ? there : next;
	return !g->found;
}

/* a barrier, or what ends a program */
static bool special(struct guess *g, struct guess_machine *m, const struct bpf_insn *insn)
{
	if (insn->code != (BPF_ST | BPF_NOSPEC) || g->depth)
		return false;
	guess_world_wait(&g->world);
	m->pc++;
	return true;
}

static bool leave(struct guess *g, struct guess_machine *m)
{
	if (!g->depth && (u32)m->reg[0][BPF_REG_0] != (u32)m->reg[1][BPF_REG_0])
		guess_fails(g, m, "the result tells what nobody may know");
	return false;
}

/* what touches registers only is the interpreter's, an instruction at a time */
static bool compute(struct guess *g, struct guess_machine *m)
{
	u32 side;

	for (side = 0; side < GUESS_SIDES; side++)
		bpf_interp_run(&g->code[side][2 * m->pc], m->reg[side]);
	m->pc++;
	return true;
}

static bool load_const(struct guess *g, struct guess_machine *m)
{
	u32 side;

	for (side = 0; side < GUESS_SIDES; side++) {
		const struct bpf_insn *insn = &g->prog[side].insns[m->pc];

		m->reg[side][insn->dst_reg] = (u64)(u32)insn[1].imm << 32 | (u32)insn->imm;
	}
	m->pc += 2;
	return true;
}

/* false: it does not go on from there */
static bool step(struct guess *g, struct guess_machine *m)
{
	const struct bpf_insn *insn = &g->prog[0].insns[m->pc];

	g->steps++;
	g->now++;
	switch (bpf_insn_form(insn->code)->class) {
	case BPF_IC_ALU:
		return compute(g, m);
	case BPF_IC_CONST:
		return load_const(g, m);
	case BPF_IC_PACKET:
		return load_packet(g, m, insn);
	case BPF_IC_LOAD:
		return load(g, m, insn);
	case BPF_IC_STORE:
		return store(g, m, insn);
	case BPF_IC_ATOMIC:
		return atomic(g, m, insn);
	case BPF_IC_JUMP:
		m->pc += 1 + bpf_insn_jump(insn);
		return true;
	case BPF_IC_BRANCH:
		return branch(g, m, insn);
	case BPF_IC_CALL:
		return guess_call(g, m, insn);
	case BPF_IC_EXIT:
		return leave(g, m);
	default:
		return special(g, m, insn);
	}
}

/* ---- a run -------------------------------------------------------------------------------- */

/* a map, or a value in it, is named by the address that it has on that side */
static void place_maps(const struct guess_world *w, u32 side, struct bpf_insn *insns, u32 count)
{
	u32 pc, i;

	for (pc = 0; pc < count; pc++) {
		struct bpf_insn *insn = &insns[pc];
		u64 value;

		if (insn->code != (BPF_LD | BPF_IMM | BPF_DW))
			continue;
		value = (u64)(u32)insn[1].imm << 32 | (u32)insn->imm;
		for (i = 0; i < w->count; i++) {
			const struct guess_object *o = &w->obj[i];
			u64 off = value - (u64)o->mem[0];

			if (o->kind != GUESS_MAP || off >= o->size)
				continue;
			insn[0].imm = o->base[side] + off;
			insn[1].imm = (o->base[side] + off) >> 32;
		}
		pc++;
	}
}

/* one instruction of the interpreter's, then the end */
static struct bpf_xinsn *take_apart(const struct engine_prog *p)
{
	struct bpf_xinsn *code = calloc(2 * p->count, sizeof(*code));
	u32 pc;

	for (pc = 0; pc < p->count; pc++) {
		code[2 * pc] = p->xcode[pc];
		if (code[2 * pc].op == BPF_XOP_LEA)
			code[2 * pc].op = BPF_XOP_MOV64X;
		code[2 * pc + 1].op = BPF_XOP_EXIT;
	}
	return code;
}

static int prepare_side(struct guess *g, u32 side)
{
	const struct bv_result *res = g->task->res;
	struct bpf_jit_func *funcs = engine_funcs(res);
	struct bpf_insn *insns = calloc(res->count, sizeof(*insns));
	const struct bpf_jit_input in = {
		.insns = insns, .count = res->count, .funcs = funcs,
		.func_count = res->func_count,
	};
	int err;

	memcpy(insns, res->insns, res->count * sizeof(*insns));
	place_maps(&g->world, side, insns, res->count);
	err = engine_prepare(&g->prog[side], &in, g->task->way);
	if (!err)
		g->code[side] = take_apart(&g->prog[side]);
	free(insns);
	free(funcs);
	return err;
}

/* where things lie makes no other program */
static bool prepare(struct guess *g)
{
	if (prepare_side(g, 0) || prepare_side(g, 1))
		return false;
	g->guessed = calloc(g->prog[0].count, sizeof(*g->guessed));
	return g->prog[0].count == g->prog[1].count;
}

static void drop(struct guess *g)
{
	u32 side;

	for (side = 0; side < GUESS_SIDES; side++) {
		engine_drop(&g->prog[side]);
		free(g->code[side]);
		g->code[side] = NULL;
	}
	free(g->guessed);
	g->guessed = NULL;
	guess_world_end(&g->world);
}

static void start(struct guess *g, struct guess_machine *m)
{
	const struct guess_object *stack = &g->world.obj[0], *ctx = &g->world.obj[1];
	u32 side, i;

	for (side = 0; side < GUESS_SIDES; side++) {
		/* nobody reads what is in the others */
		for (i = 0; i < MAX_BPF_EXT_REG; i++)
			m->reg[side][i] = 0x5bd1e995u * (i + 1 + 16ULL * side);
		m->reg[side][BPF_REG_1] = ctx->base[side];
		m->reg[side][BPF_REG_10] = stack->base[side] + stack->size;
	}
	m->pc = 0;
}

static void run(struct guess *g)
{
	struct guess_machine m;

	start(g, &m);
	while (!g->found && g->now < RUN_STEPS && step(g, &m))
		guess_world_trim(&g->world);
	user_rings_drop();
}

/**
 * guess_run() - is nothing to be learnt from what a processor may do of a program?
 * @task:	the program and how much is tried
 * @ctx:	its context
 *
 * Maps are there; what the run itself writes stays in them, and the length that the context
 * tells is another one. Types that take privilege are left alone.
 *
 * Return: false if something is; guess_told() says what.
 */
bool guess_run(const struct guess_task *task, void *ctx)
{
	static struct guess g;

	g.task = task;
	g.ctx = ctx;
	g.depth = 0;
	g.left = 0;
	g.steps = 0;
	g.now = 0;
	g.found = false;
	told[0] = '\0';
	/* whoever sends packets chooses it; loads go by the packet itself */
	if (user_context_areas(task->type, ctx, (struct user_area[USER_CONTEXT_AREAS]){}))
		((struct user_packet *)ctx)->len = task->seed * 0x9e3779b1u;
	if (guess_world_start(&g.world, task->type, ctx, task->res->stack_depth, task->seed)) {
		if (prepare(&g)) {
			run(&g);
			guess_totals.runs++;
			guess_totals.steps += g.steps;
			guess_totals.cut += g.steps >= task->steps;
		} else {
			snprintf(told, sizeof(told), "no such program can be prepared");
			g.found = true;
		}
	}
	drop(&g);
	return !g.found;
}
