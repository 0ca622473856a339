// SPDX-License-Identifier: GPL-2.0-only
/*
 * The control-flow graph: every edge ends on an instruction, every instruction is
 * reached, and no path runs off the end. Each function is a graph of its own. Loops are
 * loops.c's.
 *
 * Depth first, without recursion and without memory of its own. What is visited are
 * straight ways, entered at the top only, each of which waits as one entry; ways that
 * are being visited and instructions that are finished together are never more than
 * the program, so the stack and the list of finished ones share one array,
 *
 *	info[0].post ... finished, oldest first | free | being visited ... info[count - 1].post
 *
 * A jump's target is visited before the instruction behind the jump. Hence, read from
 * the end, the finished list is an order in which an instruction comes after all that
 * lead to it, but for jumps back, and straight lines stay together; live.c depends on
 * that (ORDER post). Most programs have no jump that goes
 * back: their own order is such an order, and nothing is searched.
 *
 * Where to compare states: only where two edges meet can an instruction be walked
 * twice for the first time, so no other place needs a kept state. A meeting point
 * with only a few instructions left on a straight way to exit is not worth one.
 *
 * Layer V3. Tests: tools/testing/selftests/bpf/cases/cfg.
 */
#include <linux/errno.h>
#include <linux/minmax.h>
#include <linux/types.h>
#include "../insn.h"
#include "pass.h"

/* a straight way to exit of up to so many instructions is walked again, not compared */
#define SHORT_WAY	3

/* where control may go from an instruction */
struct edges {
	u32	next[2];
	u32	count;
};

static u32 insn_slots(const struct bv_env *env, u32 pc)
{
	return pc + 1 < env->count && env->info[pc + 1].second ? 2 : 1;
}

/* legal targets only: for instructions that check_edges() has passed */
static struct edges find_edges(const struct bv_env *env, u32 pc)
{
	const struct bpf_insn *insn = &env->insns[pc];
	struct edges e = { .count = 0 };

	switch (bpf_insn_form(insn->code)->class) {
	case BPF_IC_EXIT:
		break;
	case BPF_IC_JUMP:
		e.next[e.count++] = pc + 1 + bpf_insn_jump(insn);
		break;
	case BPF_IC_BRANCH:
		e.next[e.count++] = pc + 1 + bpf_insn_jump(insn);
		fallthrough;
	default:
		e.next[e.count++] = pc + insn_slots(env, pc);
	}
	return e;
}

static void note_edge(struct bv_env *env, u32 to)
{
	if (env->info[to].entered)
		env->info[to].prune = true;
	env->info[to].entered = true;
}

static int check_jump(struct bv_env *env, const struct bv_func *f,
		      const struct bpf_insn *insn, bool *back)
{
	s64 to = (s64)env->pc + 1 + bpf_insn_jump(insn);

	if (to < 0 || to >= env->count)
		return bv_refuse(env, BV_R_JUMP_OUT, BV_INSN, to, env->count - 1);
	if (to < f->start || to >= f->end)
		return bv_refuse(env, BV_R_JUMP_FUNC, BV_INSN, (u32)to, f->start, f->end - 1);
	if (env->info[to].second)
		return bv_refuse(env, BV_R_JUMP_MIDDLE, BV_INSN, (u32)to, (u32)to - 1);
	if (to <= env->pc) {
		*back = true;
		env->back_first = min_t(u32, env->back_first, to);
		env->back_last = env->pc;
	}
	env->target_count += !env->info[to].target;
	env->info[to].target = true;
	note_edge(env, to);
	return 0;
}

static int check_fall(struct bv_env *env, const struct bv_func *f, u32 next)
{
	if (next < f->end) {
		note_edge(env, next);
		return 0;
	}
	if (next >= env->count)
		return bv_refuse(env, BV_R_FALL_OFF, BV_INSN);
	return bv_refuse(env, BV_R_FALL_FUNC, BV_INSN, next);
}

static void note_call(struct bv_env *env, bool *back)
{
	u32 callee = bv_callee(env, env->pc);

	/* those behind it are looked at first, where all calls go forward */
	if (callee <= env->pc)
		*back = true;
	env->info[callee].entered = true;
}

/* the edges of the instruction at env->pc, in @f; sets *back if one goes back */
static int check_edges(struct bv_env *env, const struct bv_func *f, bool *back)
{
	const struct bpf_insn *insn = &env->insns[env->pc];
	u32 next = env->pc + 1;
	int err;

	switch (bpf_insn_form(insn->code)->class) {
	case BPF_IC_EXIT:
		return 0;
	case BPF_IC_JUMP:
		return check_jump(env, f, insn, back);
	case BPF_IC_BRANCH:
		err = check_jump(env, f, insn, back);
		if (err)
			return err;
		break;
	case BPF_IC_CALL:
		if (bpf_insn_calls_func(insn))
			note_call(env, back);
		break;
	case BPF_IC_CONST:
		next++;
		break;
	}
	return check_fall(env, f, next);
}

/*
 * The last instruction of the straight way that begins at @pc: control comes into it at @pc
 * only, and leaves it behind the last one.
 */
static u32 find_way_end(const struct bv_env *env, u32 pc)
{
	const struct bv_insn_info *info = env->info;
	u32 next;

	for (;; pc = next) {
		u8 class = bpf_insn_form(env->insns[pc].code)->class;

		if (class == BPF_IC_EXIT || class == BPF_IC_JUMP || class == BPF_IC_BRANCH)
			return pc;
		next = pc + insn_slots(env, pc);
		if (info[next].target)
			return pc;
	}
}

/*
 * A way begins at @start and is being visited. The first one is open, and of all the last
 * one is what waits.
 */
static u32 open_way(struct bv_env *env, u32 start)
{
	env->info[start].open = true;
	return find_way_end(env, start);
}

/* the way that ends at @pc is finished, the last instruction first */
static u32 finish_way(struct bv_env *env, u32 pc, u32 finished)
{
	struct bv_insn_info *info = env->info;

	for (;; pc--) {
		if (info[pc].second)
			continue;
		info[pc].done = true;
		info[finished++].post = pc;
		if (info[pc].open)
			break;
	}
	info[pc].open = false;
	return finished;
}

/* the first successor of @pc not yet visited, or BV_NO_PC; *loops: one is being visited */
static u32 pick_next(const struct bv_env *env, u32 pc, bool *loops)
{
	struct edges e = find_edges(env, pc);
	u32 i;

	for (i = 0; i < e.count; i++) {
		const struct bv_insn_info *to = &env->info[e.next[i]];

		if (to->open)
			*loops = true;
		else if (!to->done)
			return e.next[i];
	}
	return BV_NO_PC;
}

/* goes through the function that begins at @start; *loops: some jump closes a loop */
static u32 visit_from(struct bv_env *env, u32 start, u32 finished, bool *loops)
{
	struct bv_insn_info *info = env->info;
	u32 top = env->count;

	info[--top].post = open_way(env, start);
	while (top < env->count) {
		u32 end = info[top].post;
		u32 next = pick_next(env, end, loops);

		if (next != BV_NO_PC) {
			info[--top].post = open_way(env, next);
			continue;
		}
		top++;
		finished = finish_way(env, end, finished);
	}
	return finished;
}

/*
 * Fills info->post, function by function, whom it calls before itself. *loops: some jump
 * closes a loop
 */
static void visit_all(struct bv_env *env, bool *loops)
{
	u32 i, finished = 0;

	for (i = 0; i < env->called; i++)
		finished = visit_from(env, env->funcs[env->funcs[i].order].start, finished,
				      loops);
}

/*
 * Where no jump and no call goes back there can be no loop, and the order of the program is
 * topological. The first instruction that no path reaches is one that no edge enters,
 * as all edges into it would come from instructions before it, which are reached.
 */
static void visit_forward(struct bv_env *env)
{
	struct bv_insn_info *info = env->info;
	u32 pc, finished = 0;

	for (pc = env->count; pc-- > 0;) {
		if (info[pc].second)
			continue;
		info[finished++].post = pc;
		info[pc].done = info[pc].entered;
	}
	info[0].done = true;
}

static bool is_near_exit(const struct bv_env *env, u32 pc)
{
	struct edges e;
	u32 n;

	for (n = 0; n < SHORT_WAY; n++) {
		e = find_edges(env, pc);
		if (!e.count)
			return true;
		if (e.count > 1)
			return false;
		pc = e.next[0];
	}
	return false;
}

/* all is reached? and number the meeting points, but for those that are not worth a state */
static int check_reached(struct bv_env *env)
{
	u32 pc;

	for (pc = 0; pc < env->count; pc++) {
		struct bv_insn_info *info = &env->info[pc];

		env->pc = pc;
		if (!info->done && !info->second)
			return bv_refuse(env, BV_R_UNREACHABLE, BV_INSN);
		if (!info->prune)
			continue;
		if (!info->keep && is_near_exit(env, pc))
			info->prune = false;
		else
			info->point = env->point_count++;
	}
	return 0;
}

/**
 * bv_cfg() - check the control-flow graph
 * @env:	the check, its functions known; info gets target, prune, point, post, loop,
 *		head; target_count, point_count, back_first and back_last are written
 *
 * Time is linear in the program; memory is given back before it returns.
 *
 * Return: 0, or -EINVAL for a jump that leaves its function or lands inside a 64-bit
 * constant, a path off the end, an instruction never reached, a loop with two ways in;
 * -E2BIG for too many loops in loops; -ENOMEM.
 */
int bv_cfg(struct bv_env *env)
{
	const struct bv_func *f = env->funcs;
	bool back = false, loops = false;
	int err = 0;
	u32 pc;

	env->back_first = env->count;
	for (pc = 0; pc < env->count; pc++) {
		if (env->info[pc].second)
			continue;
		env->pc = pc;
		f += pc == f->end;
		err = check_edges(env, f, &back);
		if (err)
			return err;
	}
	if (back)
		visit_all(env, &loops);
	else
		visit_forward(env);
	err = check_reached(env);
	if (!err && loops)
		err = bv_loops(env);
	if (!err)
		env->pc = BV_NO_PC;
	return err;
}
