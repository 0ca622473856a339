// SPDX-License-Identifier: GPL-2.0-only
/*
 * bpf_check(): the list of passes, in order, and what becomes of their results. The
 * only file of the verifier that sees all of its headers.
 *
 *	request --> decode --> cfg --> live --> walk --> fold --> trim --> lower --> result
 *	            |--------- may refuse ---------|     |----- may not -----|
 *
 * It judges nothing itself. Layer V8. Tests: the corpus, also with each allocation
 * failing in turn.
 */
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/string.h>
#include <linux/types.h>
#include "claims.h"
#include "pass.h"
#include "rewrite.h"
#include "verify.h"
#include "walk.h"

static int check(struct bv_env *env)
{
	int err;

	err = bv_callbacks(env);
	if (!err)
		err = bv_decode(env);
	if (!err)
		err = bv_subprogs(env);
	if (!err)
		err = bv_cfg(env);
	if (!err)
		err = bv_signatures(env);
	if (!err)
		err = bv_live(env);
	if (!err)
		err = bv_claims_start(env);
	if (!err)
		err = bv_walk(env);
	if (!err)
		err = bv_claims_funcs(env);
	return err;
}

static int rewrite(struct bv_env *env)
{
	int err = 0;

	if (!env->req->as_written)
		err = bv_fold(env);
	/* whoever holds runs against claims wants to see them go where no path went */
	if (!err && !env->claims)
		err = bv_trim(env);
	return err ? err : bv_lower(env);
}

/* of each function, as released Linux has it */
static void log_stack(struct bv_env *env)
{
	u32 i;

	bv_log(&env->log, "stack depth %u", env->funcs ? env->funcs[0].stack : 0);
	for (i = 1; i < env->func_count; i++)
		bv_log(&env->log, "+%u", env->funcs[i].stack);
	bv_log(&env->log, "\n");
}

/*
 * The first words, and the names of the counts, are what tools that compare
 * verification cost look for.
 */
static void log_totals(struct bv_env *env)
{
	const struct bv_stats *s = &env->stats;

	if (!env->log.level)
		return;
	if (env->log.level & BV_LOG_TOTALS) {
		bv_log(&env->log, "time %llu usec, %u paths, %u ended early, peak %llu bytes\n",
		       (bv_host_now() - s->started_ns) / 1000, s->paths, s->pruned,
		       s->bytes_peak);
		log_stack(env);
	}
	bv_log(&env->log, "processed %u insns (limit %u) ", s->visited, BV_LIMIT_VISITED);
	bv_log(&env->log, "max_states_per_insn %u total_states %u peak_states %u mark_read 0\n",
	       s->states_insn, s->states_total, s->states_peak);
}

static void hand_over(struct bv_env *env, struct bv_result *res)
{
	u32 i;

	res->insns = env->insns;
	res->count = env->count;
	res->placed = env->placed;
	res->funcs = env->placed_funcs;
	res->func_count = env->func_count;
	for (i = 0; i < env->map_count; i++)
		res->maps[i] = env->maps[i].map;
	res->map_count = env->map_count;
	env->map_count = 0;
	res->claims = bv_claims_finish(env);
	res->stack_depth = env->stack_depth;
	res->max_ctx_offset = env->max_ctx_offset;
	res->ctx_fields = env->ctx_fields;
	res->passes_ctx = env->passes_ctx;
	res->cb_access = env->cb_access;
	res->budget = env->budget;
	res->visited = env->stats.visited;
	res->states = env->stats.states_total;
	res->peak_bytes = env->stats.bytes_peak;
	res->pool = env->given;
	env->given = (struct bv_pool){ };
}

/*
 * What a check needs: the environment, room for names of a comparison or for what folding
 * knows, and for each instruction itself, its facts and its place. In small programs what a
 * pass keeps of it, too; in others that is dear, and goes when the pass ends.
 */
#define FIRST_BYTES	(sizeof(struct bv_env) + 2560)
#define INSN_BYTES	(sizeof(struct bpf_insn) + sizeof(struct bv_insn_info))
#define PASS_BYTES	36
#define SMALL_PROGRAM	256

static size_t first_bytes(const struct bv_request *req)
{
	size_t each = INSN_BYTES;

	if (!req->privileged)
		each += sizeof(struct bv_moved);
	if (req->source)
		each += sizeof(u32);
	if (req->count <= SMALL_PROGRAM)
		each += PASS_BYTES;
	return FIRST_BYTES + req->count * each;
}

/* what is given to the caller: the program, which may become somewhat longer, and places */
static size_t given_bytes(const struct bv_request *req)
{
	size_t places = req->source ? req->count * sizeof(u32) : 0;

	return places + (req->count + req->count / 8) * sizeof(struct bpf_insn) +
	       sizeof(struct bv_placed_func);
}

static bool alloc_arrays(struct bv_env *env)
{
	u32 count = env->req->count, i;

	env->insns = bv_pool_take(&env->pool, count * sizeof(*env->insns));
	env->info = bv_pool_take(&env->pool, count * sizeof(*env->info));
	if (!env->insns || !env->info)
		return false;
	memcpy(env->insns, env->req->insns, count * sizeof(*env->insns));
	bv_info_start(env->info, count);
	if (!env->req->privileged) {
		env->moved = bv_pool_zero(&env->pool, count * sizeof(*env->moved));
		if (!env->moved)
			return false;
	}
	if (!env->req->source)
		return true;
	env->loaded = bv_pool_take(&env->pool, count * sizeof(*env->loaded));
	env->placed = bv_pool_take(&env->given, count * sizeof(*env->placed));
	if (!env->loaded || !env->placed)
		return false;
	for (i = 0; i < count; i++) {
		env->loaded[i] = i;
		env->placed[i] = BV_NO_PC;
	}
	return true;
}

/* maps and memory that were not handed over go too */
static void env_free(struct bv_env *env)
{
	struct bv_pool pool = env->pool;
	u32 i;

	for (i = 0; i < env->map_count; i++)
		bv_host_map_put(env->maps[i].map);
	bv_claims_drop(env);
	bv_free(env->maps);
	bv_free(env->loops);
	bv_free(env->moves);
	bv_free(env->ties);
	bv_free(env->origins);
	bv_pool_free(&env->given);
	bv_pool_free(&pool);
}

static struct bv_env *env_new(const struct bv_request *req)
{
	struct bv_pool pool = { .step = first_bytes(req) };
	struct bv_env *env = bv_pool_take(&pool, sizeof(*env));

	if (!env)
		return NULL;
	/* most of it is the log, whose text nobody reads before it is written */
	memset(env, 0, offsetof(struct bv_env, log));
	bv_log_start(&env->log, req->log_buf, req->log_size, req->log_level);
	env->pool = pool;
	env->given.step = given_bytes(req);
	env->req = req;
	env->type = req->type;
	env->pc = BV_NO_PC;
	env->count = req->count;
	env->shown_line = BPF_NO_LINE;
	env->stats.started_ns = bv_host_now();
	if (alloc_arrays(env))
		return env;
	env_free(env);
	return NULL;
}

/**
 * bpf_check() - is the program safe? Then make it what the machine runs
 * @req:	the program and what is asked; constant
 * @res:	filled in on success, and then the caller's: instructions and maps
 *
 * Process context, may sleep. The log is written in any case; a log that does not
 * fit, or cannot be written, is what the caller hears of first, as the manual page
 * of bpf(2) has it, for without the log it could not tell why.
 *
 * Return: 0; -EINVAL, -EACCES, -E2BIG and others through bv_refuse(); -ENOSPC, -EFAULT
 * for the log; -EBADF for a map's descriptor; -EINTR; -ENOMEM.
 */
int bpf_check(const struct bv_request *req, struct bv_result *res)
{
	struct bv_env *env = env_new(req);
	int err, log_err;

	if (!env)
		return -ENOMEM;
	err = check(env);
	if (!err)
		err = rewrite(env);
	log_totals(env);
	log_err = bv_log_finish(&env->log);
	if (log_err)
		err = log_err;
	if (!err)
		hand_over(env, res);
	env_free(env);
	return err;
}

/**
 * bv_result_drop() - nobody needs the program as bpf_check() gave it any more
 * @res:	the result; zero where there is none. Maps and claims that it still has go too
 *
 * Context: may sleep.
 */
void bv_result_drop(struct bv_result *res)
{
	u32 i;

	for (i = 0; i < res->map_count; i++)
		bv_host_map_put(res->maps[i]);
	bv_claims_free(res->claims);
	bv_pool_free(&res->pool);
	res->map_count = 0;
	res->claims = NULL;
}
