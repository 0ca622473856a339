// SPDX-License-Identifier: GPL-2.0-only
/*
 * Loops: which instructions belong to which, and how they nest. A loop is the target of
 * a jump that goes back, its head, with all instructions from which that jump can be
 * reached without coming through the head again. Every way into a loop must come through
 * the head; otherwise nobody could say where a turn begins, and the program is refused.
 *
 * One sweep over the finished list of cfg.c, what follows before what leads to it:
 *
 *	a jump back to a head		its instruction belongs to that loop
 *	a way into a loop, not to its	its instruction belongs to that loop, too
 *	head
 *	a way to a head from before	its instruction belongs to the loops around it
 *
 * A way that leads into a loop past its head becomes a part of the loop by this, and so
 * does what leads to it, up to an instruction that comes before the head: there it is
 * noticed. Layer V3. Tests: cases/cfg/loop-*.bpft.
 */
#include <linux/errno.h>
#include <linux/minmax.h>
#include <linux/types.h>
#include "../insn.h"
#include "pass.h"

/**
 * struct nest - this pass
 * @env:	the check
 * @place:	of each instruction its index in the finished list: the lower, the later
 * @cap:	room in env->loops
 */
struct nest {
	struct bv_env	*env;
	u32		*place;
	u32		cap;
};

/* where the head of loop @number is in the list */
static u32 head_place(const struct nest *n, u32 number)
{
	return n->place[bv_loop(n->env, number)->head];
}

static int make_loop(struct nest *n, u32 head)
{
	struct bv_env *env = n->env;

	if (env->info[head].head)
		return 0;
	if (env->loop_count == n->cap &&
	    bv_grow_array((void **)&env->loops, &n->cap, 4, sizeof(*env->loops)))
		return -ENOMEM;
	env->loops[env->loop_count++] = (struct bv_loop){
		.head = head, .first = head, .last = head,
		.began = n->place[head], .ended = n->place[head],
	};
	env->info[head].head = true;
	env->info[head].loop = env->loop_count;
	return 0;
}

/* @outer is a loop around loop @inner: puts it where it belongs among those */
static void put_around(struct nest *n, u32 inner, u32 outer)
{
	while (outer) {
		u32 next = bv_loop(n->env, inner)->parent;

		if (next == outer)
			return;
		if (!next || head_place(n, next) > head_place(n, outer)) {
			bv_loop(n->env, inner)->parent = outer;
			inner = outer;
			outer = next;
		} else {
			inner = next;
		}
	}
}

/* the instruction at @pc belongs to loop @number */
static int add_loop(struct nest *n, u32 pc, u32 number)
{
	struct bv_insn_info *info = &n->env->info[pc];
	u32 inner = info->loop;

	if (!number || inner == number)
		return 0;
	if (n->place[pc] > head_place(n, number)) {
		n->env->pc = pc;
		return bv_refuse(n->env, BV_R_LOOP_ENTRY, BV_INSN,
				 bv_loop(n->env, number)->head, pc);
	}
	if (!inner) {
		info->loop = number;
	} else if (head_place(n, number) < head_place(n, inner)) {
		info->loop = number;
		put_around(n, number, inner);
	} else {
		put_around(n, inner, number);
	}
	return 0;
}

/* control may go from @pc to @to */
static int add_edge(struct nest *n, u32 pc, u32 to)
{
	const struct bv_insn_info *info = &n->env->info[to];
	u32 number = info->loop;
	int err;

	if (n->place[to] >= n->place[pc]) {
		err = make_loop(n, to);
		if (err)
			return err;
		number = info->loop;
	} else if (info->head) {
		number = bv_loop(n->env, number)->parent;
	}
	return add_loop(n, pc, number);
}

static int add_edges(struct nest *n, u32 pc)
{
	const struct bpf_insn *insn = &n->env->insns[pc];
	u8 class = bpf_insn_form(insn->code)->class;
	u32 next = pc + (class == BPF_IC_CONST ? 2 : 1);
	int err = 0;

	if (class == BPF_IC_JUMP || class == BPF_IC_BRANCH)
		err = add_edge(n, pc, pc + 1 + bpf_insn_jump(insn));
	if (err || class == BPF_IC_JUMP || class == BPF_IC_EXIT)
		return err;
	/* most go on to what is in no loop */
	if (!n->env->info[next].loop && n->place[next] < n->place[pc])
		return 0;
	return add_edge(n, pc, next);
}

/* first and last instruction of each loop in either order, and how deep loops are in others */
static int measure(struct bv_env *env)
{
	u32 k, pc, number, depth;

	for (k = 0; k < env->insn_count; k++) {
		pc = env->info[k].post;
		depth = 0;
		for (number = env->info[pc].loop; number; depth++) {
			struct bv_loop *loop = bv_loop(env, number);

			loop->began = min(loop->began, k);
			loop->first = min(loop->first, pc);
			loop->last = max(loop->last, pc);
			number = loop->parent;
		}
		env->pc = pc;
		if (depth > BV_MOST_NESTED)
			return bv_refuse(env, BV_R_LOOP_NEST, BV_INSN, depth,
					 BV_MOST_NESTED);
	}
	return 0;
}

/**
 * bv_loops() - find the loops of a program that has jumps back
 * @env:	the check, within bv_cfg(), all instructions reached; env->loops and point_count
 *		are written, and of info loop, head, prune and point
 *
 * Time is linear in the program, times the depth of its loops.
 *
 * Return: 0; -EINVAL through bv_refuse() for a loop with two ways in, -E2BIG for too many
 * loops in loops; -ENOMEM.
 */
int bv_loops(struct bv_env *env)
{
	struct bv_mark mark = bv_pool_mark(&env->pool);
	struct nest n = { .env = env };
	int err = 0;
	u32 k;

	n.place = bv_pool_take(&env->pool, env->count * sizeof(*n.place));
	if (!n.place)
		return -ENOMEM;
	for (k = 0; k < env->insn_count; k++)
		n.place[env->info[k].post] = k;
	for (k = 0; k < env->insn_count && !err; k++)
		err = add_edges(&n, env->info[k].post);
	bv_pool_release(&env->pool, mark);
	if (err)
		return err;
	for (k = 0; k < env->loop_count; k++) {
		struct bv_insn_info *head = &env->info[env->loops[k].head];

		if (!head->prune)
			head->point = env->point_count++;
		head->prune = true;
	}
	return measure(env);
}

/**
 * bv_loop_again() - must a sweep over the finished list look at a loop once more?
 * @env:	the check
 * @k:		index in that list of the instruction that was just looked at
 * @forward:	the sweep goes from its end to its begin
 *
 * Loops in others are looked at with those around them.
 *
 * Return: the loop, where the sweep has come by all of it and there is none around it;
 * else NULL.
 */
const struct bv_loop *bv_loop_again(const struct bv_env *env, u32 k, bool forward)
{
	const struct bv_insn_info *info = &env->info[env->info[k].post];
	const struct bv_loop *loop;

	if (!info->loop)
		return NULL;
	loop = bv_loop(env, info->loop);
	while (loop->parent)
		loop = bv_loop(env, loop->parent);
	return k == (forward ? loop->began : loop->ended) ? loop : NULL;
}

/**
 * bv_loop_has() - is an instruction in a loop, or in one inside it?
 * @env:	the check
 * @pc:		the instruction
 * @number:	the loop
 */
bool bv_loop_has(const struct bv_env *env, u32 pc, u32 number)
{
	u32 at;

	for (at = env->info[pc].loop; at && at != number;)
		at = bv_loop(env, at)->parent;
	return at;
}

/**
 * bv_loop_branches() - is an instruction a conditional jump in a loop?
 * @env:	the check
 * @pc:		the instruction
 * @number:	the loop
 */
bool bv_loop_branches(const struct bv_env *env, u32 pc, u32 number)
{
	return bpf_insn_form(env->insns[pc].code)->class == BPF_IC_BRANCH &&
	       !env->info[pc].second && bv_loop_has(env, pc, number);
}

/**
 * bv_loop_left() - may a conditional jump in a loop lead out of it?
 * @env:	the check
 * @pc:		the jump
 * @number:	the loop
 */
bool bv_loop_left(const struct bv_env *env, u32 pc, u32 number)
{
	return !bv_loop_has(env, pc + 1, number) ||
	       !bv_loop_has(env, pc + 1 + bpf_insn_jump(&env->insns[pc]), number);
}
