// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the walk never did is taken out: a conditional jump of which only one arm was
 * ever taken becomes a plain jump or nothing, instructions that no path reached go
 * away, and so do jumps to where control goes anyway and stores that fold.c found idle.
 * The walk covers every run, so this changes none.
 *
 * Works in place, in linear time: mark, number, mend jumps, move. info moves along;
 * info->post is used for the numbers (nobody reads it after the walk).
 *
 * Layer V7. Tests: tools/testing/selftests/bpf/cases/rewrite.
 */
#include <linux/errno.h>
#include <linux/types.h>
#include "../insn.h"
#include "rewrite.h"

/* index of the target of a jump, before anything moves */
static u32 find_target(const struct bv_env *env, u32 pc)
{
	return pc + 1 + bpf_insn_jump(&env->insns[pc]);
}

/* makes the conditional jump with one arm what it always does; false: that is nothing */
static bool decide_branch(struct bv_env *env, u32 pc)
{
	struct bpf_insn *insn = &env->insns[pc];

	switch (env->info[pc].arms) {
	case BV_ARM_FALL:
		return false;
	case BV_ARM_JUMP:
		*insn = (struct bpf_insn){ .code = BPF_JMP | BPF_JA, .off = insn->off };
		return true;
	default:
		return true;
	}
}

/*
 * Does the instruction stay? @first: of every index behind @pc, the first one from there
 * on that stays.
 */
static bool is_needed(struct bv_env *env, u32 pc, const u32 *first)
{
	u8 class = bpf_insn_form(env->insns[pc].code)->class;
	u32 target;

	if (!env->info[pc].seen || env->info[pc].idle)
		return false;
	if (class == BPF_IC_BRANCH && !decide_branch(env, pc))
		return false;
	if (class != BPF_IC_JUMP && class != BPF_IC_BRANCH)
		return true;
	/* both arms may lead to the same place, now that things went away between */
	target = find_target(env, pc);
	return target <= pc || first[target] != first[pc + 1];
}

/* fills first[0 .. count], env->count stands for "none"; does everything stay? */
static bool mark_needed(struct bv_env *env, u32 *first)
{
	bool all = true;
	u32 pc;

	first[env->count] = env->count;
	for (pc = env->count; pc-- > 0;) {
		if (env->info[pc].second) {
			/* stays when its first half does: settled one step later */
			first[pc] = first[pc + 1];
			continue;
		}
		if (is_needed(env, pc, first)) {
			first[pc] = pc;
		} else {
			first[pc] = first[pc + 1];
			all = false;
		}
	}
	return all;
}

static bool is_kept(const struct bv_env *env, const u32 *first, u32 pc)
{
	if (env->info[pc].second)
		return first[pc - 1] == pc - 1;
	return first[pc] == pc;
}

/* info->post: index after moving; returns how many stay */
static u32 number_kept(struct bv_env *env, const u32 *first)
{
	u32 pc, n = 0;

	for (pc = 0; pc < env->count; pc++)
		if (is_kept(env, first, pc))
			env->info[pc].post = n++;
	return n;
}

static void mend_jump(struct bv_env *env, u32 pc, const u32 *first)
{
	struct bpf_insn *insn = &env->insns[pc];
	u32 target = first[find_target(env, pc)];
	s32 distance = env->info[target].post - env->info[pc].post - 1;

	env->info[target].target = true;
	/* distances only shrink, so what fitted fits */
	if (insn->code == (BPF_JMP32 | BPF_JA))
		insn->imm = distance;
	else
		insn->off = distance;
}

/* that function has been walked, and so its exit stays, if nothing in front of it */
static void mend_call(struct bv_env *env, u32 pc, const u32 *first)
{
	u32 target = first[bv_callee(env, pc)];

	env->info[target].target = true;
	env->insns[pc].imm = env->info[target].post - env->info[pc].post - 1;
}

static void mend_jumps(struct bv_env *env, const u32 *first)
{
	u32 pc;

	for (pc = 0; pc < env->count; pc++) {
		u8 class = bpf_insn_form(env->insns[pc].code)->class;

		if (env->info[pc].second || !is_kept(env, first, pc))
			continue;
		if (class == BPF_IC_JUMP || class == BPF_IC_BRANCH)
			mend_jump(env, pc, first);
		else if (bpf_insn_calls_func(&env->insns[pc]))
			mend_call(env, pc, first);
	}
}

/* functions of which nothing stays go, those behind them move up */
static void mend_funcs(struct bv_env *env, const u32 *first, u32 kept)
{
	u32 i, n = 0;

	for (i = 0; i < env->func_count; i++) {
		struct bv_func f = env->funcs[i];
		u32 start = first[f.start];

		if (start >= f.end)
			continue;
		f.start = env->info[start].post;
		env->funcs[n++] = f;
	}
	env->func_count = n;
	for (i = 0; i < n; i++)
		env->funcs[i].end = i + 1 < n ? env->funcs[i + 1].start : kept;
}

static void move_kept(struct bv_env *env, const u32 *first, u32 kept)
{
	u32 pc, to;

	/* most goes at the end */
	for (pc = 0; pc < env->count && is_kept(env, first, pc);)
		pc++;
	for (to = pc; pc < env->count; pc++) {
		if (!is_kept(env, first, pc))
			continue;
		env->insns[to] = env->insns[pc];
		env->info[to] = env->info[pc];
		if (env->moved)
			env->moved[to] = env->moved[pc];
		if (env->loaded)
			env->loaded[to] = env->loaded[pc];
		to++;
	}
	env->count = kept;
}

/**
 * bv_trim() - remove what the walk never did
 * @env:	the check, accepted; insns, info and count change
 *
 * Time is linear in the program.
 *
 * Return: 0 or -ENOMEM.
 */
int bv_trim(struct bv_env *env)
{
	struct bv_mark mark = bv_pool_mark(&env->pool);
	u32 *first = bv_pool_take(&env->pool, (env->count + 1) * sizeof(*first));
	u32 kept;

	if (!first)
		return -ENOMEM;
	if (!mark_needed(env, first)) {
		kept = number_kept(env, first);
		mend_jumps(env, first);
		mend_funcs(env, first, kept);
		move_kept(env, first, kept);
	}
	bv_pool_release(&env->pool, mark);
	return 0;
}
