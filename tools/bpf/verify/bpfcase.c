// SPDX-License-Identifier: GPL-2.0-only
/*
 * Runs the corpus (tools/testing/selftests/bpf/cases) through the verifier, the
 * interpreter, the optimiser and the code generator in user space, with sanitizers.
 *
 *	bpfcase PATH...			every case: verdict, log, result
 *	bpfcase --complete PATH...	and every rule must have its cases
 *	bpfcase --starve PATH...	every case again and again, each allocation failing
 *	bpfcase --guess PATH...		of cases without privilege what guesses tell, and nothing else
 *	bpfcase --log FILE		the log of one case, level 2
 *	bpfcase --stats PATH...		what checking each case took
 *	bpfcase --types			program types that cases may name
 *	bpfcase --helpers		helpers of each type: name, number, licence, arguments
 *
 * A case passes when the verdict is right with every log level, with pruning off and
 * at every instruction, with a log buffer that is too small or cannot be written; when
 * an accepted program gives its result twice, the second time from other garbage in
 * registers and stack, and in every other way of running it (engine.h); when the oracle,
 * watching it (oracle.h), has nothing to tell; when, of programs without privilege, guesses of
 * a processor tell nothing (guess.h); and when nothing is left over.
 */
#include <linux/bpf_func.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/types.h>
#include <stdlib.h>
#include <string.h>
#include "../insn.h"
#include "../disasm.h"
#include "../prog/xinsn.h"
#include "bpfasm.h"
#include "casefile.h"
#include "engine.h"
#include "guess.h"
#include "host_user.h"
#include "oracle.h"
#include "../verifier/oracle.h"
#include "report.h"
#include "tap.h"
#include "verify.h"

#define LOG_BYTES	(8 << 20)
#define STARVE_MOST	400

/* rows of reasons.def, with what the cases have of each */
static struct rule {
	const char	*name;
	u8		class;
	int		error;
	u32		refused;
	u32		worded;
	u32		near;
} rules[] = {
#define REASON(id, cls, err, name, ...) { name, cls, -(err) },
#include "reasons.def"
#undef REASON
};

/* a case being run */
struct run {
	struct bpf_case			c;
	const struct bpf_type_ops	*type;
	struct bpfasm_prog		prog;
	const struct bpf_source		*source;
	s32				fds[CASE_FDS];
	long				memory;		/* that the source takes */
	char				why[4000];
};

static char log_text[LOG_BYTES];
static bool short_log;

static struct rule *find_rule(const char *name)
{
	u32 i;

	for (i = 0; i < ARRAY_SIZE(rules); i++)
		if (!strcmp(rules[i].name, name))
			return &rules[i];
	return NULL;
}

/* rule of the refusal in the log, "" where there is none */
static void refused_by(const char *log, char *rule, size_t size)
{
	const char *line = strstr(log, "refused: "), *at;

	rule[0] = '\0';
	if (!line)
		return;
	at = line + strcspn(line, "\n");
	while (at > line && *at != '[')
		at--;
	snprintf(rule, size, "%.*s", (int)strcspn(at + 1, ","), at + 1);
}

__printf(2, 3) static bool fails(struct run *r, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(r->why, sizeof(r->why), fmt, args);
	va_end(args);
	return false;
}

static struct bv_request make_request(const struct run *r, u32 level, u32 log_size)
{
	return (struct bv_request){
		.type = r->type,
		.insns = r->prog.insns,
		.count = r->prog.count,
		.fd_array = r->c.nfds ? r->fds : NULL,
		.gpl_compatible = !r->c.no_gpl,
		.privileged = !r->c.unpriv,
		.strict_alignment = r->c.strict,
		.source = r->source,
		.log_level = level,
		.log_buf = level ? log_text : NULL,
		.log_size = level ? log_size : 0,
	};
}

/* one check whose program is not wanted; 0 or what bpf_check() gave */
static int check_once(const struct bv_request *req, struct bv_result *out)
{
	struct bv_result res = { 0 };
	int err;

	if (req->log_level)
		log_text[0] = '\0';
	err = bpf_check(req, &res);
	if (out)
		*out = res;
	if (!err)
		bv_result_drop(&res);
	return err;
}

static bool is_clean(struct run *r, const char *after)
{
	if (user_memory_live() != r->memory)
		return fails(r, "%ld pieces of memory left over after %s",
			     user_memory_live() - r->memory, after);
	if (user_maps_refs())
		return fails(r, "%ld map references left over after %s",
			     user_maps_refs(), after);
	return true;
}

static bool has_lines(struct run *r, const struct case_lines *want, const char *what)
{
	u32 i;

	for (i = 0; i < want->count; i++)
		if (!strstr(log_text, want->line[i]))
			return fails(r, "%s lacks: %s", what, want->line[i]);
	return true;
}

static int wanted_error(const struct run *r)
{
	const struct rule *rule = find_rule(r->c.rule);

	return r->c.verdict == CASE_REJECT && rule ? rule->error : 0;
}

/* level 1: verdict, rule, text */
static bool check_verdict(struct run *r, int *got)
{
	struct bv_request req = make_request(r, BV_LOG_PATH, LOG_BYTES);
	int want = wanted_error(r);
	char rule[CASE_NAME];

	if (r->c.verdict == CASE_REJECT && !find_rule(r->c.rule))
		return fails(r, "reasons.def has no rule %s", r->c.rule);
	*got = check_once(&req, NULL);
	refused_by(log_text, rule, sizeof(rule));
	if (*got != want || strcmp(rule, r->c.rule))
		return fails(r, "got %d [%s], want %d [%s]\n%s", *got, rule, want, r->c.rule,
			     log_text);
	return has_lines(r, &r->c.log, "log") && is_clean(r, "the check");
}

static bool check_levels(struct run *r, int want)
{
	struct bv_request req = make_request(r, 0, 0);
	int err = check_once(&req, NULL);

	if (err != want)
		return fails(r, "got %d without a log, %d with one", err, want);
	req = make_request(r, BV_LOG_STEPS | BV_LOG_TOTALS, LOG_BYTES);
	err = check_once(&req, NULL);
	if (err != want && !(err == -ENOSPC && r->c.budget))
		return fails(r, "got %d with log level 6, %d with 1", err, want);
	return has_lines(r, &r->c.log2, "log of level 2") && is_clean(r, "log level 2");
}

/* a log that does not fit keeps its head; one that just fits changes nothing */
static bool check_small_log(struct run *r, int want)
{
	struct bv_request req = make_request(r, BV_LOG_PATH, LOG_BYTES);
	u32 full;
	char *head;
	int err;

	check_once(&req, NULL);
	full = strlen(log_text);
	if (!full)
		return true;
	head = strndup(log_text, full / 2);
	memset(log_text, 'x', full + 2);
	req.log_size = full / 2 + 1;
	err = check_once(&req, NULL);
	if (err != -ENOSPC || strcmp(head, log_text) || log_text[req.log_size] != 'x') {
		free(head);
		return fails(r, "log of %u bytes in %u: got %d", full, req.log_size, err);
	}
	free(head);
	req.log_size = full + 1;
	err = check_once(&req, NULL);
	if (err != want)
		return fails(r, "got %d where the log just fits, want %d", err, want);
	user_fault_log(true);
	err = check_once(&req, NULL);
	user_fault_log(false);
	if (err != -EFAULT)
		return fails(r, "got %d where the log cannot be written", err);
	return is_clean(r, "a small log");
}

static bool check_pruning(struct run *r, int want)
{
	static const u8 ways[] = { BV_PRUNE_OFF, BV_PRUNE_ALWAYS };
	u32 i;

	if (r->c.budget)
		return true;
	for (i = 0; i < ARRAY_SIZE(ways); i++) {
		struct bv_request req = make_request(r, BV_LOG_PATH, LOG_BYTES);
		int err;

		req.pruning = ways[i];
		err = check_once(&req, NULL);
		if (err != want)
			return fails(r, "got %d with pruning %u, want %d\n%s", err, ways[i], want,
				     log_text);
	}
	return is_clean(r, "other pruning");
}

/* ---- running what was accepted -------------------------------------------------- */

static bool elems_are_there(struct run *r)
{
	u32 i;

	for (i = 0; i < r->c.after.count; i++) {
		const struct case_elem *e = &r->c.after.e[i];
		const u8 *value = user_map_peek(e->map, e->key);

		if (!value || memcmp(value, e->value, r->c.maps[e->map].value_size))
			return fails(r, "element %u of section after is not there", i);
	}
	return true;
}

static u64 run_code(const struct run *r, const struct bv_result *res,
		    const struct bpf_xinsn *code, u8 garbage)
{
	u64 regs[MAX_BPF_EXT_REG];
	u8 *stack = malloc(res->stack_depth + 1);
	void *ctx = user_context(r->type, &r->c);
	u64 ret;

	memset(regs, garbage, sizeof(regs));
	memset(stack, garbage, res->stack_depth + 1);
	/* the sanitizer watches both ends: depth is a multiple of 8, malloc() aligned */
	regs[BPF_REG_1] = (u64)ctx;
	regs[BPF_REG_10] = (u64)(stack + res->stack_depth);
	ret = bpf_interp_run(code, regs);
	free(ctx);
	free(stack);
	return ret;
}

static bool run_twice(struct run *r, const struct bv_result *res,
		      const struct bpf_xinsn *code)
{
	static const u8 garbage[] = { 0xa5, 0x3c };
	u32 i;

	for (i = 0; i < ARRAY_SIZE(garbage); i++) {
		u64 got;
		bool there;

		user_maps_end();
		user_maps_start(&r->c);
		got = run_code(r, res, code, garbage[i]);
		there = elems_are_there(r);
		if ((u32)got != r->c.result)
			return fails(r, "result is 0x%x, want 0x%x (run %u)", (u32)got,
				     r->c.result, i);
		if (!there)
			return false;
	}
	return true;
}

/* ---- all ways to run it ---------------------------------------------------------- */

/* a way of running, on the machine of that number */
static const struct {
	u32	way;
	u32	machine;
} ways[] = {
	{ ENGINE_OPT, 0 },
#if JIT_HOST
	{ ENGINE_JIT, 0 },
	{ ENGINE_JIT | ENGINE_OPT, 0 },
	{ ENGINE_JIT | ENGINE_OPT, 1 },
	{ ENGINE_JIT | ENGINE_OPT | ENGINE_BLIND, 0 },
	{ ENGINE_JIT | ENGINE_OPT | ENGINE_BLIND, 3 },
#endif
};

static void use_machine(u32 n)
{
#if JIT_HOST
	jit_machine(n)->set();
#endif
}

static struct bpf_jit_input make_input(const struct run *r, const struct bv_result *res,
				       const struct bpf_jit_func *funcs)
{
	return (struct bpf_jit_input){
		.insns = res->insns,
		.count = res->count,
		.flags = r->type->traits & BPF_TYPE_PACKET_LOADS ? BPF_JIT_PACKET : 0,
		.funcs = funcs,
		.func_count = res->func_count,
	};
}

static bool run_way(struct run *r, const struct engine_prog *p)
{
	struct run_crash crash;
	void *ctx;
	bool good;
	u64 got;

	user_maps_end();
	user_maps_start(&r->c);
	ctx = user_context(r->type, &r->c);
	good = engine_run(p, ctx, &got, &crash);
	free(ctx);
	if (!good)
		return fails(r, "%s: %s", engine_name(p->way), crash.why);
	if ((u32)got != r->c.result)
		return fails(r, "%s: result is 0x%x, want 0x%x", engine_name(p->way), (u32)got,
			     r->c.result);
	return elems_are_there(r);
}

static bool run_ways(struct run *r, const struct bv_result *res)
{
	struct bpf_jit_func *funcs = engine_funcs(res);
	const struct bpf_jit_input in = make_input(r, res, funcs);
	bool good = true;
	u32 i;

	for (i = 0; i < ARRAY_SIZE(ways) && good; i++) {
		struct engine_prog p;
		int err;

		use_machine(ways[i].machine);
		err = engine_prepare(&p, &in, ways[i].way);
		/* blinding may find no register, and says so */
		if (err && !engine_may_refuse(ways[i].way, err))
			good = fails(r, "%s: got %d", engine_name(ways[i].way), err);
		else if (!err && r->c.verdict == CASE_RESULT)
			good = run_way(r, &p);
		engine_drop(&p);
	}
	free(funcs);
	return good;
}

/* is @text the instruction @want says, or does it begin as @want does before "..."? */
static bool is_line(const char *text, const char *want)
{
	size_t len = strlen(want);

	if (len >= 3 && !strcmp(want + len - 3, "..."))
		return !strncmp(text, want, len - 3);
	return !strcmp(text, want);
}

/* the section becomes, line by line */
static bool becomes_that(struct run *r, const struct bv_result *res)
{
	const struct case_lines *want = &r->c.becomes;
	char text[BPF_DISASM_BYTES];
	u32 pc, n = 0;

	if (!want->count)
		return true;
	for (pc = 0; pc < res->count; pc++, n++) {
		bpf_disasm(&res->insns[pc], res->count - pc, text, sizeof(text));
		if (n == want->count || !is_line(text, want->line[n]))
			return fails(r, "line %u becomes \"%s\", want \"%s\"", n + 1, text,
				     n == want->count ? "the end" : want->line[n]);
		pc += res->insns[pc].code == (BPF_LD | BPF_IMM | BPF_DW);
	}
	return n == want->count || fails(r, "it becomes %u lines, want %u", n, want->count);
}

/* instructions with a place keep their order, and some have one */
static bool places_are_good(struct run *r, const struct bv_result *res)
{
	u32 pc, last = U32_MAX;

	if (!r->source)
		return !res->placed || fails(r, "places without a source");
	for (pc = 0; pc < r->prog.count; pc++) {
		u32 at = res->placed[pc];

		if (at == U32_MAX)
			continue;
		if (at >= res->count || (last != U32_MAX && at <= last))
			return fails(r, "instruction %u is placed at %u", pc, at);
		last = at;
	}
	return last != U32_MAX || fails(r, "no instruction has a place");
}

static bool check_result(struct run *r, bool as_written)
{
	struct bv_request req = make_request(r, 0, 0);
	struct bv_result res = { 0 };
	struct bpf_xinsn *code;
	long refs;
	bool good;
	int err;

	req.as_written = as_written;
	err = bpf_check(&req, &res);
	if (err)
		return fails(r, "got %d on the way to running", err);
	if (res.stack_depth % 8 || res.stack_depth > 512)
		return fails(r, "stack depth %u", res.stack_depth);
	code = calloc(res.count + 1, sizeof(*code));
	err = engine_decode(&res, code);
	refs = user_maps_refs();
	if (err)
		good = fails(r, "rewritten program cannot be decoded: %d", err);
	else if (refs != res.map_count)
		good = fails(r, "%ld references to %u maps", refs, res.map_count);
	else if (!places_are_good(r, &res) || (!as_written && !becomes_that(r, &res)))
		good = false;
	else
		good = (r->c.verdict != CASE_RESULT || run_twice(r, &res, code)) &&
		       run_ways(r, &res);
	/* run_twice() made new maps and forgot the references to the old */
	if (r->c.verdict == CASE_RESULT && good)
		res.map_count = 0;
	bv_result_drop(&res);
	free(code);
	if (good && user_memory_live() != r->memory)
		good = fails(r, "memory left over after running");
	return good;
}

/* ---- what the verifier claims ------------------------------------------------------ */

static bool watch_run(struct run *r, const struct bv_result *res,
		      const struct bpf_oracle_code *code, u8 garbage)
{
	void *ctx;
	bool good;
	u64 got;

	user_maps_end();
	user_maps_start(&r->c);
	ctx = user_context(r->type, &r->c);
	good = oracle_run(code, ctx, res->stack_depth, garbage, &got);
	free(ctx);
	if (!good)
		return fails(r, "%s", oracle_told());
	if (r->c.verdict == CASE_RESULT && (u32)got != r->c.result)
		return fails(r, "watched: result is 0x%x, want 0x%x", (u32)got, r->c.result);
	return true;
}

/* a run is in a state that the walk saw, with states compared here, nowhere, everywhere */
static bool check_oracle(struct run *r)
{
	bool good = true;
	u8 way;

	for (way = 0; way <= BV_PRUNE_ALWAYS && good && !r->c.budget; way++) {
		struct bv_request req = make_request(r, 0, 0);
		struct bv_result res = { 0 };
		struct bpf_oracle_code *code;

		req.as_written = true;
		req.claims = true;
		req.pruning = way;
		if (bpf_check(&req, &res))
			return fails(r, "refused, now that claims are kept");
		code = oracle_make(&res);
		if (!code)
			good = fails(r, "cannot be watched");
		else if (r->c.verdict == CASE_RESULT)
			good = watch_run(r, &res, code, 0xa5 + way);
		oracle_free(code);
		/* as in check_result() */
		if (r->c.verdict == CASE_RESULT)
			res.map_count = 0;
		bv_result_drop(&res);
	}
	return good;
}

/* without privilege, a processor that guesses may run it and nothing is told */
static bool check_guesses(struct run *r)
{
	struct bv_request req = make_request(r, 0, 0);

	return !r->c.unpriv || guess_case(&r->c, &req) || fails(r, "%s", guess_told());
}

/* the program in the disassembler's words gives the same program */
static bool check_notation(struct run *r)
{
	struct bpfasm_prog again;
	char *text = calloc(r->prog.count + 1, BPF_DISASM_BYTES + 1), *at = text;
	bool same;
	u32 i;

	for (i = 0; i < r->prog.count; i++) {
		const struct bpf_insn *insn = &r->prog.insns[i];

		if (bpf_insn_check(insn, r->prog.count - i)) {
			free(text);
			return true;
		}
		at += bpf_disasm(insn, r->prog.count - i, at, BPF_DISASM_BYTES);
		at += sprintf(at, "\n");
		i += insn->code == (BPF_LD | BPF_IMM | BPF_DW);
	}
	same = !bpfasm(text, user_find_map, NULL, &again) && again.count == r->prog.count &&
	       !memcmp(again.insns, r->prog.insns, again.count * sizeof(*again.insns));
	if (!same)
		fails(r, "disassembled and assembled it is another program: %s\n%.200s",
		      again.error, text);
	bpfasm_free(&again);
	free(text);
	return same;
}

/* ---- modes ------------------------------------------------------------------------- */

static bool find_fds(struct run *r)
{
	u32 i;

	for (i = 0; i < r->c.nfds; i++) {
		r->fds[i] = user_find_map(NULL, r->c.fds[i]);
		if (r->fds[i] < 0)
			return fails(r, "no map %s for fd_array", r->c.fds[i]);
	}
	return true;
}

static bool open_case(struct run *r, const char *path)
{
	memset(r, 0, sizeof(*r));
	if (case_read(path, &r->c)) {
		user_maps_start(&r->c);
		return fails(r, "%s", r->c.error);
	}
	user_maps_start(&r->c);
	r->type = user_type(r->c.type);
	if (!r->type)
		return fails(r, "no program type %s", r->c.type);
	if (bpfasm(r->c.prog, user_find_map, NULL, &r->prog))
		return fails(r, "%s", r->prog.error);
	if (!find_fds(r))
		return false;
	r->source = user_source_start(&r->c, r->prog.insns, r->prog.count);
	r->memory = user_memory_live();
	return !r->c.error[0] || fails(r, "%s", r->c.error);
}

static void close_case(struct run *r)
{
	user_maps_end();
	user_source_end();
	bpfasm_free(&r->prog);
	case_free(&r->c);
}

static void print_why(const char *why)
{
	while (*why) {
		int len = strcspn(why, "\n");

		printf("# %.*s\n", len, why);
		why += len + !!why[len];
	}
}

static void count_rules(const struct run *r)
{
	struct rule *refused = find_rule(r->c.rule), *near = find_rule(r->c.near);

	if (refused) {
		refused->refused++;
		refused->worded += !!r->c.log.count;
	}
	if (near && r->c.verdict != CASE_REJECT)
		near->near++;
}

static void run_case(const char *path)
{
	struct run r;
	int err = 0;
	bool good = open_case(&r, path);

	if (good)
		count_rules(&r);
	if (good && r.c.near[0] && !find_rule(r.c.near))
		good = fails(&r, "reasons.def has no rule %s", r.c.near);
	good = good && check_notation(&r) && check_verdict(&r, &err) &&
	       check_levels(&r, err) && check_small_log(&r, err) && check_pruning(&r, err);
	if (good && !err)
		good = check_result(&r, false) && check_result(&r, true) && check_oracle(&r) &&
		       check_guesses(&r);
	ok(good, "%s", path);
	if (!good)
		print_why(r.why);
	close_case(&r);
}

static bool starve(struct run *r)
{
	struct bv_request req = make_request(r, BV_LOG_STEPS, LOG_BYTES);
	int want = wanted_error(r), err;
	/* those that reach a budget take long, and their allocations are all alike */
	u32 each = r->c.budget ? STARVE_MOST / 8 : STARVE_MOST, part = r->c.budget ? 4 : 8;
	u32 nth, step = 1;

	for (nth = 1;; nth += step) {
		user_starve(nth);
		err = check_once(&req, NULL);
		if (!user_starved())
			break;
		user_starve(0);
		if (err != -ENOMEM && err != want && !(err == -ENOSPC && r->c.budget))
			return fails(r, "got %d with allocation %u failing", err, nth);
		if (!is_clean(r, "an allocation failed"))
			return false;
		if (nth > each)
			step = nth / part;
	}
	user_starve(0);
	return true;
}

/* optimiser, blinding and code generator give back what they took */
static bool starve_runtime(struct run *r)
{
	const u32 way = ENGINE_OPT | ENGINE_BLIND | (JIT_HOST ? ENGINE_JIT : 0);
	struct bv_request req = make_request(r, 0, 0);
	struct bv_result res = { 0 };
	struct bpf_jit_func *funcs;
	struct bpf_jit_input in;
	bool good = true, enough = false;
	u32 nth;
	long live;

	if (bpf_check(&req, &res))
		return true;
	funcs = engine_funcs(&res);
	in = make_input(r, &res, funcs);
	live = user_memory_live();
	for (nth = 1; good && !enough; nth += nth > STARVE_MOST ? nth / 8 : 1) {
		struct engine_prog p;
		int err;

		user_starve(nth);
		err = engine_prepare(&p, &in, way);
		engine_drop(&p);
		enough = !user_starved();
		if (user_memory_live() != live)
			good = fails(r, "runtime: %ld pieces of memory left over",
				     user_memory_live() - live);
		/* the optimiser can do without a part of itself, blinding finds no register */
		else if (!enough && err && err != -ENOMEM && err != -EOPNOTSUPP)
			good = fails(r, "runtime: got %d with allocation %u failing", err, nth);
	}
	user_starve(0);
	bv_result_drop(&res);
	free(funcs);
	return good;
}

static void starve_case(const char *path)
{
	struct run r;
	bool good = open_case(&r, path) && starve(&r) && starve_runtime(&r);

	ok(good, "%s", path);
	if (!good)
		print_why(r.why);
	close_case(&r);
}

/* only what others may tell of an accepted program */
static void guess_one(const char *path)
{
	struct run r;
	bool good = open_case(&r, path);

	if (good && r.c.unpriv && r.c.verdict != CASE_REJECT) {
		good = check_guesses(&r);
		ok(good, "%s", path);
		if (!good)
			print_why(r.why);
	}
	close_case(&r);
}

static void log_case(const char *path)
{
	struct run r;
	struct bv_request req;
	int err;

	if (open_case(&r, path)) {
		req = make_request(&r, short_log ? BV_LOG_PATH | BV_LOG_TOTALS :
				   BV_LOG_STEPS | BV_LOG_TOTALS, LOG_BYTES);
		err = check_once(&req, NULL);
		printf("%s%s: %s\n", log_text, path, err ? strerror(-err) : "accepted");
	} else {
		printf("%s: %s\n", path, r.why);
	}
	close_case(&r);
}

static void stats_case(const char *path)
{
	struct bv_result res;
	struct run r;

	if (open_case(&r, path)) {
		struct bv_request req = make_request(&r, 0, 0);
		u64 start = bv_host_now();
		int err = check_once(&req, &res);

		printf("%-60s %4d %7u insns %8u visited %6u states %9llu bytes %9llu ns\n",
		       path, err, r.prog.count, err ? 0 : res.visited,
		       err ? 0 : res.states, err ? 0 : res.peak_bytes,
		       bv_host_now() - start);
	}
	close_case(&r);
}

/* every rule that a program can break has a refused and an accepted program */
static void check_complete(void)
{
	u32 i;

	for (i = 0; i < ARRAY_SIZE(rules); i++) {
		const struct rule *rule = &rules[i];

		if (rule->class == BV_BUG)
			continue;
		ok(rule->worded, "rule %s has a refused case with its message", rule->name);
		ok(rule->near, "rule %s has an accepted neighbour", rule->name);
	}
}

static void list_types(void)
{
	u32 i;

	for (i = 0; user_type_nth(i); i++)
		printf("%s\n", user_type_nth(i)->name);
}

/* ORDER arguments: enum bpf_arg_kind; words as Documentation/bpf/helpers.rst has them */
static const char *const arg_words[] = {
	[BPF_ARG_ANY] = "any", [BPF_ARG_SCALAR] = "number", [BPF_ARG_CTX] = "context",
	[BPF_ARG_MAP] = "map", [BPF_ARG_MAP_KEY] = "key", [BPF_ARG_MAP_VALUE] = "value",
	[BPF_ARG_MAP_KEY_FILL] = "room for a key",
	[BPF_ARG_MEM_READ] = "memory", [BPF_ARG_MEM_READ_OR_NULL] = "memory or null",
	[BPF_ARG_MEM_FILL] = "room", [BPF_ARG_SIZE] = "size",
	[BPF_ARG_SIZE_OR_ZERO] = "size or zero", [BPF_ARG_CONST_SIZE] = "constant size",
	[BPF_ARG_ACQUIRED] = "acquired",
};

static_assert(ARRAY_SIZE(arg_words) == BPF_ARG_KIND_COUNT);

static void list_helper(const struct bpf_type_ops *type, s32 id)
{
	const struct bpf_func_proto *proto = type->proto(id);
	u32 i;

	if (!proto)
		return;
	printf("%s|%d|%s|%s|", type->name, id, proto->name, proto->gpl_only ? "GPL" : "any");
	for (i = 0; i < ARRAY_SIZE(proto->arg) && proto->arg[i]; i++)
		printf("%s%s", i ? ", " : "", arg_words[proto->arg[i]]);
	printf("%s\n", proto->takes_more ? ", ..." : "");
}

/* of the types that the kernel has, too */
static void list_helpers(void)
{
	const struct bpf_type_ops *type;
	u32 i;
	s32 id;

	for (i = 0; (type = user_type_nth(i)); i++) {
		for (id = 0; type->type && id < 0x2000; id++)
			list_helper(type, id);
	}
}

int main(int argc, char **argv)
{
	void (*mode)(const char *path) = run_case;
	bool complete = false, tap = true;
	int i;

	for (i = 1; i < argc && !strncmp(argv[i], "--", 2); i++) {
		if (!strcmp(argv[i], "--complete")) {
			complete = true;
		} else if (!strcmp(argv[i], "--starve")) {
			mode = starve_case;
		} else if (!strcmp(argv[i], "--guess")) {
			mode = guess_one;
		} else if (!strcmp(argv[i], "--log") || !strcmp(argv[i], "--log1")) {
			mode = log_case;
			short_log = argv[i][5] == '1';
			tap = false;
		} else if (!strcmp(argv[i], "--stats")) {
			mode = stats_case;
			tap = false;
		} else if (!strcmp(argv[i], "--types")) {
			list_types();
			return 0;
		} else if (!strcmp(argv[i], "--helpers")) {
			list_helpers();
			return 0;
		} else {
			i = argc;
		}
	}
	if (i >= argc) {
		fprintf(stderr,
			"usage: bpfcase [--complete|--starve|--guess|--log|--log1|--stats] PATH...\n"
			"       bpfcase --types|--helpers\n");
		return 2;
	}
	for (; i < argc; i++)
		if (case_walk(argv[i], mode))
			ok(false, "%s can be read", argv[i]);
	if (complete)
		check_complete();
	if (mode == guess_one)
		printf("# %llu runs, %llu wrong guesses, %llu instructions, %llu runs cut short\n",
		       guess_totals.runs, guess_totals.guesses, guess_totals.steps,
		       guess_totals.cut);
	return tap ? tap_done() : 0;
}
