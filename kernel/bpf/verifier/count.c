// SPDX-License-Identifier: GPL-2.0-only
/*
 * How many instructions may a run of the program take? The walk stepped over each of them, and
 * induct.c noted how often loops turn that were not walked one by one. And is there the stack that
 * its functions take together (subprog.c)?
 *
 * Layer V6. Tests: cases/loop/, cases/walk/budget*.bpft; the oracle holds runs against it.
 */
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/limits.h>
#include <linux/types.h>
#include "../insn.h"
#include "pass.h"
#include "walk.h"

/* @by, which is above all limits where a factor was */
static u64 times(u64 count, u64 by)
{
	if (count > BV_LIMIT_RUN || by > BV_LIMIT_RUN)
		return count && by ? BV_LIMIT_RUN + 1 : 0;
	return min(count * by, BV_LIMIT_RUN + 1);
}

/* a loop that bpf_loop() and the like stand for, which have bounds of their own */
static bool is_of_helper(const struct bv_env *env, const struct bv_loop *loop)
{
	return loop->head >= env->req->count;
}

/*
 * Turns of the loops around an instruction, and one; if @each, of all ways into them, and
 * those walked one by one too.
 */
static u64 turns_around(const struct bv_env *env, u32 number, bool helpers, bool each)
{
	u64 all = 1, turns;

	for (; number; number = bv_loop(env, number)->parent) {
		const struct bv_loop *loop = bv_loop(env, number);

		turns = each ? loop->all_turns + loop->singly : loop->turns;
		if (helpers || !is_of_helper(env, loop))
			all = times(all, min(turns, BV_LIMIT_RUN) + 1);
	}
	return all;
}

/*
 * How often functions are called from where loops go round, callers first: at most from
 * one place, or from all together, if @sum.
 */
static void count_calls(struct bv_env *env, bool helpers, bool sum)
{
	u32 i, pc;

	for (i = 0; i < env->func_count; i++)
		env->funcs[i].times = !i;
	for (i = env->called; i-- > 0;) {
		const struct bv_func *f = &env->funcs[env->funcs[i].order];

		for (pc = f->start; f->frames > 1 && pc < f->end; pc++) {
			struct bv_func *to;
			u64 calls;

			if (!env->info[pc].seen || !bpf_insn_calls_func(&env->insns[pc]))
				continue;
			to = bv_func_at(env, bv_callee(env, pc));
			calls = times(f->times,
				      turns_around(env, env->info[pc].loop, helpers, sum));
			/* a global one was walked once, whoever calls it */
			if (to->global && !sum)
				calls = times(calls, env->info[pc].calls);
			if (to->global || sum)
				to->times = min(to->times + calls, BV_LIMIT_RUN + 1);
			else
				to->times = max(to->times, calls);
		}
	}
}

static int refuse_long(struct bv_env *env)
{
	const struct bv_loop *most = env->loops;
	u32 i;

	for (i = 1; i < env->loop_count; i++)
		if (env->loops[i].turns > most->turns && !is_of_helper(env, &env->loops[i]))
			most = &env->loops[i];
	env->pc = most->head;
	return bv_refuse(env, BV_R_BUDGET_RUN, BV_INSN, most->head, most->turns + most->singly,
			 BV_LIMIT_RUN);
}

/* visits of the program itself, outside of loops */
static u64 own_visits(const struct bv_env *env)
{
	u64 own = env->stats.visited - env->stats.visited_before;
	u32 i;

	for (i = 0; i < env->loop_count; i++)
		own -= env->loops[i].visits;
	for (i = 0; i < env->func_count; i++)
		own -= env->funcs[i].visits;
	return own;
}

static bool is_any_unrolled(const struct bv_env *env)
{
	u32 i;

	for (i = 0; i < env->loop_count; i++)
		if (env->loops[i].unroll)
			return true;
	return false;
}

static void count_insns(struct bv_env *env)
{
	struct bv_func *f = env->funcs;
	u32 pc, i;

	for (i = 0; i < env->loop_count; i++)
		env->loops[i].insns = 0;
	for (i = 0; i < env->func_count; i++)
		env->funcs[i].insns = 0;
	for (pc = 0; pc < env->count; pc++) {
		f += pc == f->end;
		if (env->info[pc].loop)
			bv_loop(env, env->info[pc].loop)->insns++;
		else
			f->insns++;
	}
}

/* by what was visited, or, if @once, by what there is, of which a turn or a call does all */
static u64 sum_up(struct bv_env *env, u64 own, bool helpers, bool once)
{
	u64 total = own;
	u32 i;

	count_calls(env, helpers, once);
	for (i = 0; i < env->func_count; i++) {
		const struct bv_func *f = &env->funcs[i];

		total += times(once && i ? f->insns : f->visits, f->times);
	}
	for (i = 0; i < env->loop_count; i++) {
		const struct bv_loop *loop = &env->loops[i];

		total += times(times(once ? loop->insns : loop->visits,
				     turns_around(env, i + 1, helpers, once)),
			       bv_func_at(env, loop->head)->times);
	}
	return total;
}

/*
 * All of a run; those of @helpers turn as often as they may, or not at all. However many
 * paths there are through a loop or a function, a turn or a call comes by each instruction
 * once; but of a loop that is walked turn by turn nothing tells how many turns there are
 * but the visits.
 */
static u64 count_run(struct bv_env *env, u64 own, bool helpers)
{
	u64 total = sum_up(env, own, helpers, false);

	return is_any_unrolled(env) ? total : min(total, sum_up(env, own, helpers, true));
}

/* where states were joined, maybe no run is as the walk has it: then it is told without */
static int walk_apart(struct bv_env *env)
{
	env->apart = true;
	return BV_AGAIN;
}

static int count_all(struct bv_env *env)
{
	u64 own = own_visits(env);

	if (!env->loop_count && env->func_count == 1) {
		env->funcs[0].times = 1;
		env->budget = own;
		return 0;
	}
	count_insns(env);
	env->budget = count_run(env, own, true);
	if (env->budget <= BV_LIMIT_RUN)
		return 0;
	env->budget = U64_MAX;
	if (count_run(env, own, false) <= BV_LIMIT_RUN)
		return 0;
	return env->joins ? walk_apart(env) : refuse_long(env);
}

/**
 * bv_count_run() - how many instructions can a run take, and how much stack?
 * @env:	the check, its walk at its end; env->budget is written, and what bv_subprogs_fit()
 *		writes
 *
 * A run comes by each instruction that the walk stepped over at most once, but for turns
 * of loops that the walk did not go through one by one, and functions that these call.
 * What helpers repeat has their bounds, as in released Linux, and is no reason to refuse.
 *
 * Return: 0; -E2BIG through bv_refuse(), -EACCES likewise for the stack; BV_AGAIN where joined
 * states may have made it more than it is.
 */
int bv_count_run(struct bv_env *env)
{
	int err = count_all(env);

	if (err || bv_subprogs_fit(env))
		return err;
	return env->joins ? walk_apart(env) : bv_subprogs_crowded(env);
}
