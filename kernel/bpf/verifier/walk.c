// SPDX-License-Identifier: GPL-2.0-only
/*
 * The exploration of all paths, depth first: one path is walked to its end, then the
 * arm that waits for the shortest time is taken up.
 *
 *	entry --> step --> step --> branch --> step --> exit
 *	                              |                   |
 *	                              +-- arm waits <-----+ next path
 *
 * It keeps the budget: instructions visited over all paths, and bytes of states. It
 * knows neither instructions (step.c) nor when states are alike (prune.c).
 *
 * Layer V6. Tests: cases/walk/, `make bench` for the cost.
 */
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/string.h>
#include <linux/types.h>
#include "claims.h"
#include "pass.h"
#include "walk.h"

/* instructions between two pauses for others; a power of two */
#define BREATHE_EVERY	4096

/* arms that wait, and decisions of a path, that there is room for at first */
#define FIRST_ROOM	16

/* the arms that come next have their state at hand, all others a packed one */
#define WAIT_UNPACKED	1

/* instructions visited while functions are tried, after which that is given up */
#define TRIAL_VISITED	(BV_LIMIT_VISITED / 8)

/* of many arms those that wait for longest take little memory; without any, they stay */
static void pack_waiting(struct bv_env *env)
{
	struct bv_walk *walk = env->walk;
	struct bv_waiting *w = &walk->waiting[walk->npacked];

	if (walk->count - walk->npacked <= WAIT_UNPACKED)
		return;
	w->packed = bv_state_pack(env, &walk->packed, w->st, w->pc);
	if (!w->packed)
		return;
	w->st = NULL;
	walk->npacked++;
}

/* the arm that comes next; false without memory: it is as it was */
static bool unpack_waiting(struct bv_env *env, struct bv_waiting *w)
{
	struct bv_walk *walk = env->walk;

	if (!w->packed)
		return true;
	w->st = bv_state_unpack(env, w->packed);
	if (!w->st)
		return false;
	bv_packed_free(env, &walk->packed, w->packed);
	w->packed = NULL;
	walk->npacked--;
	return true;
}

static void drop_waiting(struct bv_env *env, const struct bv_waiting *w)
{
	if (w->packed)
		bv_packed_free(env, &env->walk->packed, w->packed);
	else
		bv_state_free(env, w->st);
}

/**
 * bv_walk_push() - an arm of a conditional jump waits
 * @env:	the check
 * @st:		its state; the walk owns it from now on, also where this fails
 * @pc:		where it goes on
 * @from_pc:	the jump
 *
 * Return: 0, -ENOMEM, -E2BIG through bv_refuse() where states take too much memory.
 */
int bv_walk_push(struct bv_env *env, struct bv_state *st, u32 pc, u32 from_pc)
{
	struct bv_walk *walk = env->walk;
	u32 first = pc;
	int err = 0;

	if (env->stats.bytes_now > BV_LIMIT_STATE_BYTES)
		err = bv_refuse(env, BV_R_BUDGET_STATES, BV_INSN, env->stats.bytes_now,
				BV_LIMIT_STATE_BYTES, walk->count);
	else if (walk->count == walk->cap)
		err = bv_grow_array((void **)&walk->waiting, &walk->cap, FIRST_ROOM,
				    sizeof(*walk->waiting));
	if (err) {
		bv_state_free(env, st);
		return err;
	}
	bv_final_hold(st->last);
	if (walk->count)
		first = min(first, walk->waiting[walk->count - 1].first);
	walk->waiting[walk->count] = (struct bv_waiting){
		.st = st, .pc = pc, .from = from_pc, .first = first, .trail = env->trail.len,
	};
	walk->count++;
	pack_waiting(env);
	return 0;
}

/**
 * bv_walk_log_decided() - for the log, a conditional jump is behind the path
 * @env:	the check
 * @pc:		the jump
 * @arm:	BV_ARM_FALL or BV_ARM_JUMP
 * @forced:	the other arm is impossible
 *
 * Return: 0, -ENOMEM.
 */
int bv_walk_log_decided(struct bv_env *env, u32 pc, u8 arm, bool forced)
{
	struct bv_trail *trail = &env->trail;

	if (trail->len == trail->cap &&
	    bv_grow_array((void **)&trail->made, &trail->cap, FIRST_ROOM, sizeof(*trail->made)))
		return -ENOMEM;
	trail->made[trail->len++] = (struct bv_decision){ pc, arm, forced };
	return 0;
}

static void end_path(struct bv_env *env)
{
	struct bv_walk *walk = env->walk;

	env->cur = NULL;
	bv_final_release(env, walk->st->last);
	bv_state_free(env, walk->st);
	walk->st = NULL;
	bv_prune_sweep(env);
	env->stats.paths++;
}

/* is every step logged, and is there room for one more? */
static bool logs_steps(const struct bv_env *env)
{
	return env->log.level & BV_LOG_STEPS && !env->log.truncated;
}

/* the newest waiting arm becomes the path: *pc, BV_NO_PC where none waits. 0 or -ENOMEM */
static int take_up(struct bv_env *env, u32 *pc)
{
	struct bv_walk *walk = env->walk;
	struct bv_waiting *arm;
	bool jumped;

	*pc = BV_NO_PC;
	if (!walk->count)
		return 0;
	arm = &walk->waiting[walk->count - 1];
	if (!unpack_waiting(env, arm))
		return -ENOMEM;
	walk->count--;
	walk->st = arm->st;
	walk->from = arm->from;
	env->cur = walk->st;
	env->grown = walk->st->grown;
	env->trail.len = arm->trail;
	jumped = arm->pc != arm->from + 1;
	if (bv_walk_decided(env, arm->from, jumped ? BV_ARM_JUMP : BV_ARM_FALL, false))
		return -ENOMEM;
	if (logs_steps(env)) {
		bv_log(&env->log, "path %u, other arm of %u, ", env->stats.paths + 1,
		       arm->from);
		bv_print_arrival(env, arm->pc, "goes on at");
	}
	*pc = arm->pc;
	return 0;
}

/*
 * The second shift of a pair wants to know what was shifted, which no state says: does the
 * instruction come between the two, or behind one that does, @before?
 */
static bool is_in_shift(u8 code, bool before)
{
	if (BPF_CLASS(code) != BPF_ALU64 && BPF_CLASS(code) != BPF_ALU)
		return false;
	if (BPF_OP(code) == BPF_LSH)
		return BPF_CLASS(code) == BPF_ALU64;
	return before && BPF_OP(code) == BPF_MOV;
}

/* may states be compared at the instruction, where cfg.c's choice is not asked for? */
static bool is_prune_point(const struct bv_env *env, u32 pc, bool shifted)
{
	if (env->req->pruning == BV_PRUNE_ALWAYS)
		return env->info[pc].prune || !shifted;
	/*
	 * A loop has no other end than a state that covers its turns, which is told by
	 * those at the calls, too.
	 */
	return env->info[pc].head || (env->loop_count && bpf_insn_calls_func(&env->insns[pc]));
}

/* numbers other points than those of cfg.c */
static void choose_points(struct bv_env *env)
{
	bool shifted = false;
	u32 pc;

	env->point_count = 0;
	for (pc = 0; pc < env->count; pc++) {
		env->info[pc].prune = is_prune_point(env, pc, shifted);
		shifted = is_in_shift(env->insns[pc].code, shifted);
		if (env->info[pc].prune)
			env->info[pc].point = env->point_count++;
	}
}

/* the instruction where most paths arrived */
static u32 find_busiest(const struct bv_env *env)
{
	u32 pc, most = 0, busiest = 0;

	for (pc = 0; pc < env->count; pc++) {
		if (!env->info[pc].prune || bv_walk_kept(env, pc)->arrivals <= most)
			continue;
		most = bv_walk_kept(env, pc)->arrivals;
		busiest = pc;
	}
	return busiest;
}

static int refuse_budget(struct bv_env *env)
{
	u32 busiest = find_busiest(env);
	bool meet = env->info[busiest].prune;
	int err;

	err = bv_refuse(env, BV_R_BUDGET_VISITED, BV_INSN, BV_LIMIT_VISITED, env->stats.paths,
			busiest, meet ? bv_walk_kept(env, busiest)->arrivals : 0);
	if (meet)
		bv_join_log(env, busiest);
	return err;
}

/* most programs compare states at few instructions: only for these there is room */
static int make_kept(struct bv_env *env)
{
	if (env->req->pruning != BV_PRUNE_NORMAL)
		choose_points(env);
	env->walk->kept = bv_pool_zero(&env->pool, max(env->point_count, 1U) *
				       sizeof(*env->walk->kept));
	return env->walk->kept ? 0 : -ENOMEM;
}

/* budget, signals, self-checks: before each instruction */
static int check_visit(struct bv_env *env)
{
	const char *broken;
	int err;

	if (++env->stats.visited > (env->trying ? TRIAL_VISITED : BV_LIMIT_VISITED))
		return refuse_budget(env);
	if (!(env->stats.visited & (BREATHE_EVERY - 1))) {
		err = bv_host_breathe();
		if (err)
			return err;
	}
	if (!BV_SELF_CHECK)
		return 0;
	broken = bv_state_broken(env, env->cur);
	return broken ? bv_refuse(env, BV_R_BUG_STATE, BV_INSN, broken) : 0;
}

/* visits by loop, or by function where that is not the program itself */
static void count_visit(struct bv_env *env, u32 pc)
{
	if (env->info[pc].loop)
		bv_loop(env, env->info[pc].loop)->visits++;
	else if (env->walk->st->caller || env->root)
		bv_func_at(env, pc)->visits++;
}

/* one path from @pc to exit, or to where an old state covers it */
static int walk_path(struct bv_env *env, u32 pc)
{
	struct bv_walk *walk = env->walk;
	u32 next;
	int ret;

	for (; pc != BV_NO_PC; pc = next) {
		env->pc = pc;
		ret = check_visit(env);
		if (ret)
			return ret;
		env->info[pc].seen = true;
		count_visit(env, pc);
		if (env->info[pc].prune) {
			ret = bv_prune(env, walk->st);
			if (walk->again)
				return BV_AGAIN;
			if (ret < 0)
				return ret;
			if (ret && logs_steps(env))
				bv_print_arrival(env, pc, "safe as seen before at");
			if (ret)
				return 0;
		}
		if (walk->st->result)
			bv_demand_result(env, walk->st);
		ret = env->claims ? bv_claims_note(env, walk->st) : 0;
		if (ret)
			return ret;
		ret = bv_step(env, walk->st, &next);
		if (walk->again)
			return BV_AGAIN;
		if (ret)
			return env->muted ? bv_induct_refused(env) : ret;
		walk->from = pc;
		/* whoever jumps to behind a shift has not shifted */
		if (BV_SEEDED(103, next != pc + 1, false))
			env->shifted.pc = BV_NO_PC;
		if (logs_steps(env))
			bv_print_step(env, pc);
	}
	return 0;
}

/* what passes over the instructions found out stays, what the walk did goes */
static int forget(struct bv_env *env)
{
	u32 pc, i;

	for (pc = 0; pc < env->count; pc++) {
		struct bv_insn_info *info = &env->info[pc];

		info->seen = false;
		info->plain = false;
		info->stack = false;
		info->view = NULL;
		info->arms = 0;
		info->harden = 0;
		info->barred = 0;
		info->nulled = 0;
		if (bpf_insn_calls_func(&env->insns[pc])) {
			info->calls = 0;
		} else if (info->proto) {
			info->call_map = BV_CALL_MAP_UNSEEN;
			info->map = BV_NO_MAP;
		}
	}
	for (i = 0; i < env->loop_count; i++) {
		env->loops[i].visits = 0;
		env->loops[i].turns = 0;
		env->loops[i].all_turns = 0;
		env->loops[i].singly = 0;
		env->loops[i].closed = false;
	}
	for (i = 0; i < env->func_count; i++) {
		env->funcs[i].stack = 0;
		env->funcs[i].visits = 0;
	}
	env->stack_depth = 0;
	env->max_ctx_offset = 0;
	env->ctx_fields = 0;
	env->cb_access = false;
	env->passes_ctx = false;
	env->stats.visited_before = env->stats.visited;
	env->joins = 0;
	env->move_count = 0;
	env->tie_count = 0;
	env->origin_count = 0;
	bv_claims_drop(env);
	if (logs_steps(env))
		bv_log(&env->log, "walk starts again\n");
	return bv_claims_start(env);
}

/* all paths from the first instruction of the program, or of a global function */
static int walk_root(struct bv_env *env, u32 root)
{
	struct bv_walk *walk = env->walk;
	const struct bv_func *f = &env->funcs[root];
	u32 pc = f->start;
	int err;

	walk->st = bv_state_new(env);
	if (!walk->st)
		return -ENOMEM;
	env->root = root;
	if (root)
		bv_op_begin_global(env, walk->st, f);
	env->cur = walk->st;
	env->grown = false;
	env->muted = BV_R_NONE;
	env->shifted.pc = BV_NO_PC;
	env->trail.len = 0;
	walk->from = BV_NO_PC;
	if (logs_steps(env)) {
		bv_log(&env->log, "path %u ", env->stats.paths + 1);
		bv_print_arrival(env, pc, "begins at");
	}
	for (;;) {
		err = walk_path(env, pc);
		if (err)
			return err;
		end_path(env);
		/* a loop's number of turns mattered where it was not foreseen to */
		if (walk->again)
			return BV_AGAIN;
		err = take_up(env, &pc);
		if (err || pc == BV_NO_PC)
			return err;
	}
}

/* global functions, each behind those that it calls, and then the program itself */
static int walk_all(struct bv_env *env)
{
	struct bv_walk *walk = env->walk;
	int err;
	u32 i;

	err = make_kept(env);
	if (err)
		return err;
	walk->names = bv_pool_take(&env->pool, bv_names_bytes());
	if (!walk->names)
		return -ENOMEM;
	for (i = 0; !err && i < env->called; i++)
		if (!env->funcs[i].order || env->funcs[env->funcs[i].order].global)
			err = walk_root(env, env->funcs[i].order);
	return err;
}

static void free_all(struct bv_env *env)
{
	struct bv_walk *walk = env->walk;

	env->cur = NULL;
	env->grown = false;
	bv_prune_free(env);
	while (walk->count)
		drop_waiting(env, &walk->waiting[--walk->count]);
	bv_state_free(env, walk->st);
	bv_state_free(env, env->shown);
	env->shown = NULL;
	bv_frames_sweep(env);
	bv_state_free_spare(env);
	bv_heap_give(&env->heap, walk->grow, bv_grow_bytes());
	bv_free(walk->waiting);
	bv_free(env->trail.made);
	memset(&env->trail, 0, sizeof(env->trail));
	env->walk = NULL;
}

/* under a refusal that too much was walked: loops that may be why */
static void log_unrolled(struct bv_env *env)
{
	u32 i;

	for (i = 0; i < env->loop_count && env->log.level; i++)
		if (env->loops[i].unroll)
			bv_log(&env->log, "  note: the loop at %u was walked turn by turn%s\n",
			       env->loops[i].head, ", as no state covers all its turns");
}

/* a global function is walked whether it is called or not; what no run does may go */
static void drop_uncalled(struct bv_env *env)
{
	u32 i, pc;

	for (i = 0; i < env->func_count; i++)
		for (pc = env->funcs[i].start; !env->funcs[i].times && pc < env->funcs[i].end; pc++)
			env->info[pc].seen = false;
}

static int explore(struct bv_env *env)
{
	struct bv_walk walk;
	bool again;
	int err;

	do {
		struct bv_mark mark = bv_pool_mark(&env->pool);

		walk = (struct bv_walk){};
		env->walk = &walk;
		err = walk_all(env);
		free_all(env);
		bv_pool_release(&env->pool, mark);
		if (!err)
			err = bv_count_run(env);
		again = err == BV_AGAIN;
		if (again)
			err = forget(env);
	} while (again && !err);
	bv_heap_free(&env->heap);
	return err;
}

/*
 * Somebody relies on more than a function's types say, or a function on more than that of
 * its arguments: static functions are walked at each call, as if nothing had been tried.
 */
static int end_trial(struct bv_env *env)
{
	u32 i;
	int err;

	env->trying = false;
	env->failed = false;
	for (i = 0; i < env->func_count; i++) {
		if (!env->funcs[i].trial)
			continue;
		env->funcs[i].global = false;
		env->funcs[i].trial = false;
		env->funcs[i].nargs = 0;
	}
	for (i = 0; i < env->loop_count; i++)
		env->loops[i].unroll = false;
	for (i = 0; i < env->count; i++) {
		env->info[i].live_regs = 0;
		env->info[i].live_slots = 0;
		env->info[i].apart = false;
	}
	env->pc = BV_NO_PC;
	env->apart = false;
	env->joins = 0;
	env->vain_joins = 0;
	env->stats.visited = 0;
	env->stats.paths = 0;
	env->stats.pruned = 0;
	env->stats.states_total = 0;
	err = bv_live(env);
	return err ?: forget(env);
}

/**
 * bv_walk() - explore all paths of the program
 * @env:	the check, with what the passes found out; info gets seen, arms and what
 *		the operations write
 *
 * Takes at most BV_LIMIT_VISITED steps, those of walks that had to start again included;
 * that happens once for each loop that is to be walked turn by turn, where a value turns out
 * to be strict, and a few times where a joined state is refused; an eighth more where
 * functions are tried in vain. May sleep.
 *
 * Return: 0 if every path is safe; what bv_refuse() gave; -ENOMEM; -EAGAIN where
 * a signal waits for the loader.
 */
int bv_walk(struct bv_env *env)
{
	int err = explore(env);

	if (err && env->failed)
		err = end_trial(env) ?: explore(env);
	env->trying = false;
	if (!err)
		drop_uncalled(env);
	if (err == -E2BIG)
		log_unrolled(env);
	env->pc = BV_NO_PC;
	return err;
}
