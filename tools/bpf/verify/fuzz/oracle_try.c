// SPDX-License-Identifier: GPL-2.0-only
/*
 * oracle_try.h. An accepted program
 *
 *  - runs under the oracle, which finds every register, slot and access as claimed;
 *  - gives one result and leaves one content of maps and context, whether interpreted or
 *    compiled, optimised or not, constants hidden or not;
 *  - is accepted with states compared elsewhere, and when an allocation fails the answer
 *    is that or -ENOMEM;
 *  - tells nothing where a processor guesses, if it needs no privilege (guess.h);
 *  - leaves no memory behind.
 *
 * Where the sanitizers are compiled in, they watch all of it.
 *
 * Layer: as bpfcase.c.
 */
#include <linux/bpf_func.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/types.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>
#include "../../../../kernel/bpf/disasm.h"
#include "../../../../kernel/bpf/verifier/oracle.h"
#include "../engine.h"
#include "../guess.h"
#include "../host_user.h"
#include "../oracle.h"
#include "oracle_try.h"
#include "verify.h"

#define CONTEXTS	3
#define STARVE_MOST	60
#define LOG_BYTES	4096

/* pieces of memory that types take, all the time */
static long live_at_start;

/* by enum accept_type */
static const char * const type_names[ACCEPT_TYPES] = { "socket_filter", "verdict", "shapes",
							"xdp" };

static struct bpf_case world = {
	.maps = {
		[ACCEPT_ARRAY] = { "a", BPF_MAP_TYPE_ARRAY, 4, ACCEPT_ARRAY_BYTES, 3, 0 },
		[ACCEPT_HASH] = { "h", BPF_MAP_TYPE_HASH, 8, ACCEPT_HASH_BYTES, 4, 0 },
		[ACCEPT_RING] = { "r", BPF_MAP_TYPE_RINGBUF, 0, 0, 128, 0 },
		[ACCEPT_BIG] = { "b", BPF_MAP_TYPE_ARRAY, 4, ACCEPT_BIG_BYTES, 4, 0 },
		[ACCEPT_PROGS] = { "p", BPF_MAP_TYPE_PROG_ARRAY, 4, 4, 4, 0 },
		[ACCEPT_ONE] = { "o", BPF_MAP_TYPE_ARRAY, 4, ACCEPT_ONE_BYTES, 1, 0 },
		[ACCEPT_CONST] = { "c", BPF_MAP_TYPE_ARRAY, 4, ACCEPT_CONST_BYTES, 1,
				   BPF_F_RDONLY_PROG, true },
	},
	.nmaps = ACCEPT_MAPS,
};

#define PACKET_BYTES	64
#define MOST_ELEMS	11

/* what maps and packet hold before a run */
static u8 packet[PACKET_BYTES];
static u64 keys[MOST_ELEMS];
static u8 values[MOST_ELEMS][ACCEPT_BIG_BYTES];
static struct case_elem elems[MOST_ELEMS];

static const u8 elem_maps[MOST_ELEMS] = {
	ACCEPT_ARRAY, ACCEPT_ARRAY, ACCEPT_ARRAY, ACCEPT_HASH, ACCEPT_HASH, ACCEPT_BIG,
	ACCEPT_BIG, ACCEPT_BIG, ACCEPT_BIG, ACCEPT_ONE, ACCEPT_CONST,
};

/* the same of every map, for those that programs name by it */
static s32 fds[ACCEPT_MAPS];

static char why[1 << 17];
static char log_text[LOG_BYTES];
static char rule[40];

/* what a run leaves */
struct outcome {
	u32	r0;
	u64	memory;
};

__printf(1, 2) static bool fails(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(why, sizeof(why), fmt, args);
	va_end(args);
	return false;
}

const char *try_why(void)
{
	return why;
}

const char *try_rule(void)
{
	return rule;
}

/* what names a map by an index is shown as naming it by its descriptor */
static void show_map(const struct bpf_insn *insn)
{
	bool idx = insn->src_reg == BPF_PSEUDO_MAP_IDX ||
		   insn->src_reg == BPF_PSEUDO_MAP_IDX_VALUE;
	bool value = insn->src_reg == BPF_PSEUDO_MAP_VALUE ||
		     insn->src_reg == BPF_PSEUDO_MAP_IDX_VALUE;

	printf("r%u = map[%s]", insn->dst_reg, world.maps[insn->imm - (idx ? 0 : FD_FIRST)].name);
	if (value)
		printf("[0]+%u", insn[1].imm);
	printf("\n");
}

static void show_funcs(const struct accept_prog *p)
{
	u32 i;

	if (!p->funcs)
		return;
	printf("-- source program random.c\n");
	for (i = 0; i < p->funcs; i++)
		printf("%s %u f%u int *%s long%s\n",
		       p->func[i].type == ACCEPT_GLOBAL ? "global" : "static",
		       p->func[i].start, i, user_type(type_names[p->type])->ctx->name,
		       p->func[i].type == ACCEPT_LONE ? "" : " *8");
}

void try_show(const struct accept_prog *p)
{
	char text[BPF_DISASM_BYTES];
	u32 i;

	printf("-- type %s\n-- maps\n", type_names[p->type]);
	printf("a array key=4 value=16 entries=3\nh hash key=8 value=24 entries=4\n");
	printf("r ring key=0 value=0 entries=128\nb array key=4 value=200 entries=4\n");
	printf("p progs key=4 value=4 entries=4\no array key=4 value=40 entries=1\n");
	printf("c array key=4 value=32 entries=1 flags=128 frozen\nc[00 00 00 00] =");
	for (i = 0; i < ACCEPT_CONST_BYTES; i++)
		printf(" %02x", accept_constant[i]);
	printf("\n");
	show_funcs(p);
	printf("-- prog\n");
	for (i = 0; i < p->count; i++) {
		const struct bpf_insn *insn = &p->insns[i];

		if (insn->code == (BPF_LD | BPF_IMM | BPF_DW) && insn->src_reg) {
			show_map(insn);
			i++;
			continue;
		}
		bpf_disasm(insn, p->count - i, text, sizeof(text));
		printf("%s\n", text);
		i += insn->code == (BPF_LD | BPF_IMM | BPF_DW);
	}
	printf("%s-- accept\n", p->privileged ? "" : "-- options unpriv\n");
}

/* ---- the world ------------------------------------------------------------------------- */

/* bytes that are numbers near the edges of ranges, or any */
static void fill_bytes(u8 *p, u32 bytes, u64 *random)
{
	static const u8 some[] = { 0, 0, 0xff, 0xff, 1, 7, 8, 15, 16, 0x7f, 0x80, 63 };

	while (bytes--) {
		*random = *random * 6364136223846793005ULL + 1442695040888963407ULL;
		*p++ = *random >> 62 ? some[(*random >> 33) % ARRAY_SIZE(some)] : *random >> 40;
	}
}

static void fill_world(u64 random)
{
	u32 i;

	fill_bytes(packet, PACKET_BYTES, &random);
	for (i = 0; i < MOST_ELEMS; i++)
		if (elem_maps[i] != ACCEPT_CONST)
			fill_bytes(values[i], ACCEPT_BIG_BYTES, &random);
}

static void make_world(void)
{
	u32 i, n = 0;

	world.packet = packet;
	world.packet_len = PACKET_BYTES;
	world.before.e = elems;
	world.before.count = MOST_ELEMS;
	for (i = 0; i < ACCEPT_MAPS; i++)
		fds[i] = FD_FIRST + i;
	for (i = 0; i < MOST_ELEMS; i++) {
		n = i && elem_maps[i] == elem_maps[i - 1] ? n + 1 : 0;
		keys[i] = n;
		elems[i] = (struct case_elem){
			.map = elem_maps[i], .key = (u8 *)&keys[i], .value = values[i],
		};
		if (elem_maps[i] == ACCEPT_CONST)
			memcpy(values[i], accept_constant, ACCEPT_CONST_BYTES);
	}
}

/* ---- checking --------------------------------------------------------------------------- */

static struct bv_request make_request(const struct accept_prog *p)
{
	return (struct bv_request){
		.type = user_type(type_names[p->type]),
		.insns = p->insns,
		.count = p->count,
		.fd_array = fds,
		.gpl_compatible = true,
		.privileged = p->privileged,
		.source = try_source(p),
	};
}

static void drop_result(struct bv_result *res)
{
	bv_claims_free(res->claims);
	bv_pool_free(&res->pool);
}

/* maps are made anew for every run, and references forgotten: no need to give them back */
static int check(const struct bv_request *req, struct bv_result *res)
{
	memset(res, 0, sizeof(*res));
	return bpf_check(req, res);
}

/* which rule; a check of its own, for a log costs */
static void find_rule(const struct accept_prog *p)
{
	struct bv_request req = make_request(p);
	struct bv_result res;
	const char *at;

	req.log_level = 1;
	req.log_buf = log_text;
	req.log_size = sizeof(log_text);
	log_text[0] = '\0';
	rule[0] = '\0';
	if (!check(&req, &res))
		drop_result(&res);
	at = strstr(log_text, "refused: ");
	if (!at)
		return;
	at = strchr(at, '[') ?: at;
	snprintf(rule, sizeof(rule), "%.*s", (int)strcspn(at + 1, ",]"), at + 1);
}

static bool starve(const struct accept_prog *p, bool claims)
{
	struct bv_request req = make_request(p);
	struct bv_result res;
	long live = user_memory_live();
	u32 nth, step = 1;
	int err;

	req.claims = claims;
	req.as_written = claims;
	for (nth = 1;; nth += step) {
		user_starve(nth);
		err = check(&req, &res);
		if (!err)
			drop_result(&res);
		if (!user_starved())
			break;
		user_starve(0);
		if (err && err != -ENOMEM)
			return fails("got %d with allocation %u failing", err, nth);
		if (user_memory_live() != live)
			return fails("%ld pieces of memory left over, allocation %u failed",
				     user_memory_live() - live, nth);
		if (nth > STARVE_MOST)
			step = nth / 4;
	}
	user_starve(0);
	return true;
}

/* ---- running ----------------------------------------------------------------------------- */

static void *start_run(const struct accept_prog *p, u64 context)
{
	user_maps_end();
	user_maps_start(&world);
	return user_context_random(user_type(type_names[p->type]), &world, context);
}

static void end_run(const struct accept_prog *p, void *ctx, struct outcome *out)
{
	out->memory = user_maps_sum() ^ user_context_sum(user_type(type_names[p->type]), ctx);
	free(ctx);
}

/* under the oracle, with states compared as @pruning says; results by context */
static bool watch(const struct accept_prog *p, u64 contexts, u8 pruning, struct outcome *out)
{
	struct bv_request req = make_request(p);
	struct bpf_oracle_code *code;
	struct bv_result res;
	bool good = true;
	int err;
	u32 i;

	req.claims = true;
	req.as_written = true;
	req.pruning = pruning;
	err = check(&req, &res);
	if (err == -E2BIG)
		return true;
	if (err)
		return fails("got %d with claims and pruning %u", err, pruning);
	code = oracle_make(&res);
	if (!code)
		good = fails("cannot be watched");
	for (i = 0; i < CONTEXTS && good; i++) {
		void *ctx = start_run(p, contexts + i);
		u64 r0;

		good = oracle_run(code, ctx, res.stack_depth, i * 0x5b, &r0);
		out[i].r0 = r0;
		end_run(p, ctx, &out[i]);
		if (!good)
			fails("%s", oracle_told());
	}
	oracle_free(code);
	drop_result(&res);
	return good;
}

static const u32 ways[] = {
	0, ENGINE_OPT,
#if JIT_HOST
	ENGINE_JIT | ENGINE_OPT, ENGINE_JIT | ENGINE_OPT | ENGINE_BLIND,
#endif
};

static bool run_way(const struct accept_prog *p, const struct engine_prog *e, u64 contexts,
		    const struct outcome *want)
{
	u32 i;

	for (i = 0; i < CONTEXTS; i++) {
		void *ctx = start_run(p, contexts + i);
		struct run_crash crash;
		struct outcome got;
		u64 r0;

		if (!engine_run(e, ctx, &r0, &crash)) {
			free(ctx);
			return fails("%s: %s", engine_name(e->way), crash.why);
		}
		got.r0 = r0;
		end_run(p, ctx, &got);
		if (!p->shows && (got.r0 != want[i].r0 || got.memory != want[i].memory))
			return fails("%s, context %u: result 0x%x, memory 0x%llx; watched: 0x%x, 0x%llx",
				     engine_name(e->way), i, got.r0, got.memory, want[i].r0,
				     want[i].memory);
	}
	return true;
}

static bool run_engines(const struct accept_prog *p, const struct bv_result *res, u64 contexts,
			const struct outcome *want)
{
	struct bpf_jit_func *funcs = engine_funcs(res);
	struct bpf_jit_input in = {
		.insns = res->insns, .count = res->count, .funcs = funcs,
		.func_count = res->func_count,
		.flags = p->type == ACCEPT_SOCKET ? BPF_JIT_PACKET : 0,
	};
	bool good = true;
	int err;
	u32 i;

	for (i = 0; i < ARRAY_SIZE(ways) && good; i++) {
		struct engine_prog e;

		err = engine_prepare(&e, &in, ways[i]);
		if (err && !engine_may_refuse(ways[i], err))
			good = fails("%s: got %d", engine_name(ways[i]), err);
		else if (!err)
			good = run_way(p, &e, contexts, want);
		engine_drop(&e);
	}
	free(funcs);
	return good;
}

/* a processor that guesses may run what needs no privilege, and nothing is told */
static bool guess(const struct accept_prog *p, const struct bv_result *res, u64 contexts)
{
	static const u32 guess_ways[] = { 0, ENGINE_OPT };
	bool good = true;
	u32 i;

	for (i = 0; i < ARRAY_SIZE(guess_ways) && good; i++) {
		const struct guess_task task = {
			.type = user_type(type_names[p->type]), .res = res,
			.way = guess_ways[i], .window = 100, .depth = 2, .each = 2,
			.steps = 5000, .seed = contexts + i,
		};
		void *ctx = start_run(p, contexts + i);

		good = guess_run(&task, ctx);
		free(ctx);
	}
	return good || fails("%s", guess_told());
}

static bool hold(const struct accept_prog *p, const struct bv_result *res, u64 contexts,
		 u32 how)
{
	struct outcome out[CONTEXTS] = {}, other[CONTEXTS] = {};

	if (!watch(p, contexts, BV_PRUNE_NORMAL, out))
		return false;
	if (how & TRY_PRUNE && (!watch(p, contexts, BV_PRUNE_OFF, other) ||
				!watch(p, contexts, BV_PRUNE_ALWAYS, other)))
		return false;
	if (how & TRY_ENGINES && !run_engines(p, res, contexts, out))
		return false;
	if (how & TRY_GUESS && !p->privileged && !guess(p, res, contexts))
		return false;
	return !(how & TRY_STARVE) || (starve(p, false) && starve(p, true));
}

/**
 * try_program() - one program
 * @p:		the program
 * @contexts:	number that the fields of its contexts come from
 * @how:	TRY_*
 *
 * Return: what became of it.
 */
enum try_result try_program(const struct accept_prog *p, u64 contexts, u32 how)
{
	struct bv_request req = make_request(p);
	struct bv_result res;
	bool bad;
	int err;

	why[0] = '\0';
	fill_world(contexts);
	user_maps_masked(!p->privileged);
	err = check(&req, &res);
	bad = !err && !hold(p, &res, contexts, how);
	if (!err)
		drop_result(&res);
	if (bad)
		return TRY_BAD;
	if (user_memory_live() != live_at_start) {
		fails("%ld pieces of memory left over", user_memory_live() - live_at_start);
		return TRY_BAD;
	}
	if (err)
		find_rule(p);
	return err ? TRY_REFUSED : TRY_GOOD;
}

/* to give memory back between programs costs three times what they do */
static void keep_memory(void)
{
	mallopt(M_MMAP_THRESHOLD, 1 << 30);
	mallopt(M_TRIM_THRESHOLD, 1 << 30);
	mallopt(M_TOP_PAD, 64 << 20);
}

void try_start(void)
{
	u8 i;

	keep_memory();
	make_world();
	user_maps_start(&world);
	for (i = 0; i < ACCEPT_TYPES; i++)
		if (try_source_start(i, user_type(type_names[i])->ctx->name))
			abort();
	live_at_start = user_memory_live();
}

void try_end(void)
{
	try_source_end();
	user_maps_end();
}
