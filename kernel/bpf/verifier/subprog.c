// SPDX-License-Identifier: GPL-2.0-only
/*
 * Functions of the program: where they begin, who calls whom, how deep, and how much
 * stack all that are under way at one time take together.
 *
 * A function begins where a call goes and ends where the next one begins. Who calls whom
 * is known from the instructions alone, so that calls that go round, and calls too deep,
 * are refused before anything is walked; the functions come out in an order in which
 * each stands behind all that it calls. Functions that nobody calls are not in it, and
 * cfg.c will find that no path comes there.
 *
 * It looks at no jump. Layer V3. Tests: tools/testing/selftests/bpf/cases/func.
 */
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/types.h>
#include "../insn.h"
#include "pass.h"

/* bv_func.frames of a function whose calls are being followed */
#define OPEN	U16_MAX

/* bytes of stack of all functions under way, as the runtimes have it */
#define ALL_STACK	512

/*
 * Functions that wait for one with tail calls keep their stack as long as the programs run
 * that it went on to, which may do the same: so many bytes each time, and as released Linux
 * counts them
 */
#define WAITING_STACK	256
#define WAITING_UNIT	32

/**
 * bv_func_at() - the function that an instruction belongs to
 * @env:	the check, after bv_subprogs()
 * @pc:		the instruction
 *
 * Return: the function, never NULL.
 */
struct bv_func *bv_func_at(const struct bv_env *env, u32 pc)
{
	u32 low = 0, high = env->func_count;

	/* funcs[low] begins at or before @pc, funcs[high] behind it */
	while (high - low > 1) {
		u32 mid = low + (high - low) / 2;

		if (env->funcs[mid].start <= pc)
			low = mid;
		else
			high = mid;
	}
	return &env->funcs[low];
}

/**
 * bv_global_at() - the global function that is called
 * @env:	the check, after bv_signatures()
 * @pc:		an instruction
 *
 * Return: the function; NULL where @pc is no such call.
 */
struct bv_func *bv_global_at(const struct bv_env *env, u32 pc)
{
	struct bv_func *f;

	if (!bpf_insn_calls_func(&env->insns[pc]))
		return NULL;
	f = bv_func_at(env, bv_callee(env, pc));
	return f->global ? f : NULL;
}

/* ---- where they begin ---------------------------------------------------- */

/* what callback.c wrote behind the program is for the calls that it put there, too */
static u32 end_for(const struct bv_env *env, u32 pc)
{
	bool own = pc < env->req->count && bpf_insn_calls_func(&env->req->insns[pc]);

	return own ? env->req->count : env->count;
}

/* marks where the call at env->pc goes; *count: functions so far */
static int mark_callee(struct bv_env *env, u32 *count)
{
	s64 to = (s64)env->pc + 1 + env->insns[env->pc].imm;
	u32 end = end_for(env, env->pc);

	if (to < 0 || to >= end || env->info[to].second)
		return bv_refuse(env, BV_R_CALL_OUT, BV_INSN, to, end - 1);
	if (to && !env->info[to].target && (*count)++ == BV_MOST_FUNCS)
		return bv_refuse(env, BV_R_FUNCS_MANY, BV_INSN, BV_MOST_FUNCS);
	env->info[to].target = true;
	env->info[env->pc].prune = true;
	env->info[env->pc].keep = true;
	if (env->pc + 1 < env->count) {
		env->info[env->pc + 1].prune = true;
		env->info[env->pc + 1].keep = true;
	}
	return 0;
}

static int mark_callees(struct bv_env *env, u32 *count)
{
	u32 pc;
	int err;

	*count = 1;
	for (pc = 0; pc < env->count; pc++) {
		if (env->info[pc].second || !bpf_insn_calls_func(&env->insns[pc]))
			continue;
		env->pc = pc;
		err = mark_callee(env, count);
		if (err)
			return err;
	}
	return 0;
}

/* no jump has been looked at, so that each target is a function's beginning */
static int list_funcs(struct bv_env *env, u32 count)
{
	u32 pc, n = 0;

	env->funcs = bv_pool_zero(&env->pool, count * sizeof(*env->funcs));
	if (!env->funcs)
		return -ENOMEM;
	env->func_count = count;
	for (pc = 0; pc < env->count && n < count; pc++) {
		if (pc && !env->info[pc].target)
			continue;
		if (n)
			env->funcs[n - 1].end = pc;
		env->funcs[n].start = pc;
		env->funcs[n++].loaded = pc;
	}
	env->funcs[n - 1].end = env->count;
	return 0;
}

/* most programs call no function: there is the program itself, and nothing to look for */
static int list_program(struct bv_env *env)
{
	int err = list_funcs(env, 1);

	if (err)
		return err;
	env->funcs[0].frames = 1;
	env->called = 1;
	return 0;
}

/* ---- who calls whom ------------------------------------------------------ */

/**
 * struct calls - following calls, depth first
 * @path:	functions being followed
 * @at:		of each, the next instruction to be looked at
 * @depth:	how many
 */
struct calls {
	u16	path[BV_MOST_FRAMES];
	u32	at[BV_MOST_FRAMES];
	u32	depth;
};

static void note_insn(struct bv_env *env, struct bv_func *f, u32 pc)
{
	const struct bpf_insn *insn = &env->insns[pc];

	if (bpf_insn_form(insn->code)->class == BPF_IC_PACKET)
		f->packet = true;
	if (insn->code == (BPF_JMP | BPF_CALL) && !insn->src_reg &&
	    insn->imm == BPF_FUNC_tail_call)
		f->tail_calls = true;
	if (env->info[pc].proto && env->info[pc].proto->moves_packet)
		f->moves = true;
}

/* goes on to the next call of the function last in the path; false: there is none */
static bool find_call(struct bv_env *env, struct calls *c)
{
	struct bv_func *f = &env->funcs[c->path[c->depth - 1]];
	u32 *at = &c->at[c->depth - 1];

	for (; *at < f->end; (*at)++) {
		if (env->info[*at].second)
			continue;
		if (bpf_insn_calls_func(&env->insns[*at]))
			return true;
		note_insn(env, f, *at);
	}
	return false;
}

static void enter(struct bv_env *env, struct calls *c, u32 func)
{
	c->path[c->depth] = func;
	c->at[c->depth++] = env->funcs[func].start;
	env->funcs[func].frames = OPEN;
}

/* all that the last function in the path calls has been followed */
static void leave(struct bv_env *env, struct calls *c)
{
	u32 func = c->path[--c->depth], pc, most = 0;
	struct bv_func *f = &env->funcs[func];

	f->leaves = f->tail_calls;
	for (pc = f->start; pc < f->end; pc++) {
		const struct bv_func *to;

		if (env->info[pc].second || !bpf_insn_calls_func(&env->insns[pc]))
			continue;
		to = bv_func_at(env, bv_callee(env, pc));
		most = max_t(u32, most, to->frames);
		f->leaves |= to->leaves;
		f->moves |= to->moves;
	}
	f->moves |= f->leaves;
	f->frames = most + 1;
	env->funcs[env->called++].order = func;
}

static int follow_call(struct bv_env *env, struct calls *c)
{
	u32 pc = c->at[c->depth - 1]++;
	struct bv_func *to = bv_func_at(env, bv_callee(env, pc));

	env->pc = pc;
	if (to->frames == OPEN)
		return bv_refuse(env, BV_R_RECURSION, BV_INSN, to->start);
	if (c->depth + max_t(u32, to->frames, 1) > BV_MOST_FRAMES)
		return bv_refuse(env, BV_R_FRAMES_DEEP, BV_INSN, BV_MOST_FRAMES);
	if (!to->frames)
		enter(env, c, to - env->funcs);
	return 0;
}

static int order_funcs(struct bv_env *env)
{
	struct calls c = { .depth = 0 };
	int err;

	enter(env, &c, 0);
	while (c.depth) {
		if (!find_call(env, &c)) {
			leave(env, &c);
			continue;
		}
		err = follow_call(env, &c);
		if (err)
			return err;
	}
	return 0;
}

/* ---- ends that are not exits --------------------------------------------- */

/* does the program's source say that the function returns a number? */
static bool returns_number(const struct bpf_source *src, u32 start)
{
	const struct btf_type *t = bpf_source_type(src, start);

	t = t ? bpf_type_record(src->types, t->type) : NULL;
	return t && bv_type_is_number(src->types, t->type);
}

/* A packet load returns a number to the caller: there must be one. A tail call does, too. */
static int check_ends(struct bv_env *env)
{
	u32 i;

	for (i = 1; i < env->func_count; i++) {
		const struct bv_func *f = &env->funcs[i];

		env->pc = f->start;
		if ((!f->tail_calls && !f->packet) ||
		    returns_number(env->req->source, f->loaded))
			continue;
		if (f->tail_calls)
			return bv_refuse(env, BV_R_FUNC_TAIL, BV_INSN);
		return bv_refuse(env, BV_R_FUNC_NUMBER, BV_INSN);
	}
	return 0;
}

/**
 * bv_subprogs() - find the functions of the program
 * @env:	the check, decoded; gets funcs, func_count and called, info gets keep, and
 *		prune and target of what calls go to
 *
 * Time is linear in the program.
 *
 * Return: 0; -EINVAL through bv_refuse() for a call that goes to no instruction, for
 * recursion, for packet loads and tail calls in a function of which it is not known that it
 * returns a number; -E2BIG likewise for more than BV_MOST_FUNCS functions or more
 * than BV_MOST_FRAMES of them under way; -ENOMEM.
 */
int bv_subprogs(struct bv_env *env)
{
	u32 count;
	int err;

	if (!env->local_calls)
		return list_program(env);
	err = mark_callees(env, &count);
	if (!err)
		err = list_funcs(env, count);
	if (!err)
		err = order_funcs(env);
	if (!err)
		err = check_ends(env);
	if (!err)
		env->pc = BV_NO_PC;
	return err;
}

/* ---- their stack --------------------------------------------------------- */

static u32 own_stack(const struct bv_func *f)
{
	return round_up(f->stack, 8);
}

/* @pc, in @f, is a call: what is below @f grows by whom it calls */
static void join_stacks(struct bv_env *env, struct bv_func *f, u32 pc)
{
	struct bv_func *to = bv_func_at(env, bv_callee(env, pc));

	f->below = max(f->below, own_stack(f) + to->below);
}

static void join_calls(struct bv_env *env, struct bv_func *f)
{
	u32 pc;

	f->below = own_stack(f);
	if (f->frames == 1)
		return;
	for (pc = f->start; pc < f->end; pc++)
		if (!env->info[pc].second && bpf_insn_calls_func(&env->insns[pc]))
			join_stacks(env, f, pc);
}

/* how much of their stacks those keep that wait for a function, at most; callers first */
static void find_waiting(struct bv_env *env)
{
	u32 i, pc;

	for (i = 0; i < env->func_count; i++)
		env->funcs[i].above = 0;
	for (i = env->called; i-- > 0;) {
		const struct bv_func *f = &env->funcs[env->funcs[i].order];
		u32 all = f->above + round_up(max(f->stack, 1U), WAITING_UNIT);

		for (pc = f->start; f->frames > 1 && pc < f->end; pc++) {
			struct bv_func *to;

			if (env->info[pc].second || !bpf_insn_calls_func(&env->insns[pc]))
				continue;
			to = bv_func_at(env, bv_callee(env, pc));
			to->above = max(to->above, all);
		}
	}
}

/* a function that makes tail calls while too much waits for it, or NULL */
static const struct bv_func *find_crowded(const struct bv_env *env)
{
	u32 i;

	for (i = 1; i < env->func_count; i++)
		if (env->funcs[i].tail_calls && env->funcs[i].above >= WAITING_STACK)
			return &env->funcs[i];
	return NULL;
}

/**
 * bv_subprogs_fit() - is there as much stack as functions take that call each other?
 * @env:	the check, walked; of funcs below and above are written, and stack_depth
 */
bool bv_subprogs_fit(struct bv_env *env)
{
	u32 i;

	for (i = 0; i < env->called; i++)
		join_calls(env, &env->funcs[env->funcs[i].order]);
	env->stack_depth = env->funcs[0].below;
	find_waiting(env);
	return env->stack_depth <= ALL_STACK && !find_crowded(env);
}

/**
 * bv_subprogs_crowded() - there is not
 * @env:	the check, after bv_subprogs_fit()
 *
 * Return: -EACCES through bv_refuse().
 */
int bv_subprogs_crowded(struct bv_env *env)
{
	const struct bv_func *f = find_crowded(env);

	env->pc = BV_NO_PC;
	if (env->stack_depth > ALL_STACK)
		return bv_refuse(env, BV_R_STACK_FRAMES, BV_PROG, env->stack_depth, ALL_STACK);
	env->pc = f->start;
	return bv_refuse(env, BV_R_TAIL_STACK, BV_INSN, f->above, WAITING_STACK);
}
