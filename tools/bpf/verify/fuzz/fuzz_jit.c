// SPDX-License-Identifier: GPL-2.0-only
/*
 * Random programs, each interpreted as it is, and then run in every other way the kernel
 * has: optimised, as machine code on machines with different features and mitigations,
 * with its constants hidden. R0, registers, stack and memory must be the same.
 *
 *	fuzz_jit [SEED [COUNT]]		programs SEED, SEED + 1, ...
 *	fuzz_jit --show SEED		one program as text, with its machine code
 *
 * Now and then the model (model.c) runs a program too, and the interpreter runs it from
 * other garbage at other addresses, so that a program which reads what is undefined is
 * found out as the generator's fault. One that fails is made as small as it still fails.
 */
#include <linux/bpf_func.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/types.h>
#include <stdlib.h>
#include <string.h>
#include "../../../../kernel/bpf/disasm.h"
#include "../engine.h"
#include "../host_user.h"
#include "../judge.h"
#include "../model.h"
#include "gen.h"
#include "tap.h"

#define INPUTS		2
#define FRAME_BYTES	160
#define MOST_FAILURES	5
#define MODEL_EVERY	4
#define GARBAGE_EVERY	8
#define PROGRESS	250000

static struct gen_world world __aligned(64);
static struct gen_place place = { .world = &world };
static struct gen_set now;
static struct gen_world start[INPUTS], want[INPUTS];
static u64 want_r0[INPUTS];
static u8 frame[INPUTS][FRAME_BYTES], linear[INPUTS][FRAME_BYTES];
static struct user_packet packet[INPUTS];
static u64 now_seed;
static u64 runs, closed, models;

/* a way on a machine */
struct setting {
	u32	way;
	u32	machine;
};

/* a set made ready */
struct ready {
	struct engine_prog	p[GEN_PROGS];
	u32			count;
};

/* ---- helpers --------------------------------------------------------------------- */

static u64 mix(u32 arity, u64 r1, u64 r2, u64 r3, u64 r4, u64 r5)
{
	const u64 arg[] = { r1, r2, r3, r4, r5 };
	u64 mixed = 0x1234567890abcdefULL;
	u32 i;

	for (i = 0; i < arity; i++)
		mixed = (mixed ^ arg[i]) * 0x9e3779b97f4a7c15ULL + i;
	return mixed;
}

#define MIX(arity)							\
static u64 mix_##arity(u64 r1, u64 r2, u64 r3, u64 r4, u64 r5)		\
{									\
	u64 mixed = mix(arity, r1, r2, r3, r4, r5);			\
									\
	engine_scrub();							\
	return mixed;							\
}

MIX(0)
MIX(1)
MIX(2)
MIX(3)
MIX(4)
MIX(5)

bpf_func_t gen_helper(u32 arity)
{
	static const bpf_func_t helpers[] = {
		mix_0, mix_1, mix_2, mix_3, mix_4, mix_5,
		[GEN_HELPER_CPU] = JIT_HOST ? jit_cpu_helper : mix_0,
	};

	return helpers[arity];
}

u64 gen_touch(u64 mem, u64 bytes, u64 r3, u64 r4, u64 r5)
{
	u8 *p = (u8 *)mem;
	u64 sum = 0;

	while (bytes--) {
		sum = sum * 31 + *p;
		*p++ ^= 0x5a;
	}
	engine_scrub();
	return sum;
}

s32 gen_call_imm(bpf_func_t func)
{
	return (long)func - (long)__bpf_call_base;
}

/* ---- inputs ---------------------------------------------------------------------- */

static void make_inputs(u64 seed)
{
	u64 state = seed * 0xd1342543de82ef95ULL | 1;
	u32 i, j;

	for (i = 0; i < INPUTS; i++) {
		u32 len = 60 + gen_random(&state) % (FRAME_BYTES - 59);

		memset(&start[i], 0, sizeof(start[i]));
		for (j = 0; j < GEN_MEM; j++) {
			u8 byte = gen_random(&state) >> 40;

			/* the second has long rows of zeros and ones */
			start[i].mem[j] = i && j % 32 < 16 ? (j & 16 ? 0xff : 0) : byte;
		}
		for (j = 0; j < FRAME_BYTES; j++)
			frame[i][j] = gen_random(&state) >> 40;
		memset(&packet[i], 0, sizeof(packet[i]));
		user_packet_init(&packet[i], frame[i], len);
		user_packet_page(&packet[i], linear[i], gen_random(&state) % (len - 13));
	}
}

static const void *context(const struct gen_set *set, u32 input)
{
	return set->mode == GEN_PACKET ? (void *)&packet[input] : (void *)&world;
}

/* ---- one program, one way -------------------------------------------------------- */

static struct bpf_jit_input make_input(const struct gen_set *set, u32 n)
{
	return (struct bpf_jit_input){
		.insns = set->prog[n].code.insns,
		.count = set->prog[n].code.count,
		.flags = (set->mode == GEN_PACKET ? BPF_JIT_PACKET : 0) |
			 (now_seed % 3 ? 0 : BPF_JIT_FENCED),
		.funcs = set->prog[n].funcs,
		.func_count = set->prog[n].func_count,
	};
}

static void drop(struct ready *r)
{
	engine_array_clear(place.array);
	while (r->count--)
		engine_drop(&r->p[r->count]);
}

/* all programs of the set, in the array; what was not possible is dropped */
static int make_ready(struct ready *r, const struct gen_set *set, u32 way)
{
	int err = 0;
	u32 i;

	user_seed(now_seed);
	r->count = 0;
	for (i = 0; i < set->count && !err; i++) {
		const struct bpf_jit_input in = make_input(set, i);

		err = engine_prepare(&r->p[i], &in, way);
		r->count++;
		if (!err)
			engine_array_set(place.array, i, &r->p[i]);
	}
	if (err)
		drop(r);
	return err;
}

static bool run_one(const struct ready *r, const struct gen_set *set, u32 input, u64 *r0,
		    struct run_crash *crash)
{
	world = start[input];
	runs++;
	return engine_run(&r->p[0], context(set, input), r0, crash);
}

/* what the interpreter makes of the program as it is */
static bool make_reference(const struct gen_set *set, char *why, size_t size)
{
	struct run_crash crash;
	struct ready r;
	bool good = true;
	int err = make_ready(&r, set, 0);
	u32 i;

	if (err) {
		snprintf(why, size, "cannot be decoded: %d", err);
		return false;
	}
	for (i = 0; i < INPUTS && good; i++) {
		good = run_one(&r, set, i, &want_r0[i], &crash);
		want[i] = world;
	}
	drop(&r);
	if (!good)
		snprintf(why, size, "%s", crash.why);
	return good;
}

static void use_machine(u32 n)
{
#if JIT_HOST
	jit_machine(n)->set();
#endif
}

/* the first place where the world is not as it must be */
static void tell_difference(u32 input, u64 r0, char *why, size_t size)
{
	const u8 *got = (const u8 *)&world, *must = (const u8 *)&want[input];
	u32 i;

	if (r0 != want_r0[input]) {
		snprintf(why, size, "R0 is %#llx, must be %#llx (input %u)", r0, want_r0[input],
			 input);
		return;
	}
	for (i = 0; got[i] == must[i]; i++)
		;
	if (i < GEN_MEM)
		snprintf(why, size, "memory at %u is %#x, must be %#x (input %u)", i, got[i],
			 must[i], input);
	else
		snprintf(why, size, "%s %u is %#llx, must be %#llx (input %u)",
			 i < GEN_MEM + 8 * MAX_BPF_REG ? "R" : "stack slot",
			 (i - GEN_MEM) / 8 - (i < GEN_MEM + 8 * MAX_BPF_REG ? 0 : MAX_BPF_REG),
			 world.results[(i - GEN_MEM) / 8],
			 want[input].results[(i - GEN_MEM) / 8], input);
}

/* is this way as the reference? Blinding may be closed to a program */
static bool is_same(const struct gen_set *set, struct setting s, char *why, size_t size)
{
	struct run_crash crash;
	bool good = true;
	struct ready r;
	int err;
	u64 r0;
	u32 i;

	use_machine(s.machine);
	err = make_ready(&r, set, s.way);
	if (err == -EOPNOTSUPP && s.way & ENGINE_BLIND) {
		closed++;
		return true;
	}
	if (err) {
		snprintf(why, size, "cannot be made ready: %d", err);
		return false;
	}
	for (i = 0; i < INPUTS && good; i++) {
		good = run_one(&r, set, i, &r0, &crash);
		if (!good)
			snprintf(why, size, "%s (input %u)", crash.why, i);
		else if (r0 != want_r0[i] || memcmp(&world, &want[i], sizeof(world)))
			good = false, tell_difference(i, r0, why, size);
	}
	drop(&r);
	return good;
}

/* does the program read nothing undefined, and no address but that of the data? */
static bool is_sound(const struct gen_set *set, char *why, size_t size)
{
	bool good;
	u32 i;

	for (i = 0; i < set->count; i++) {
		if (gen_is_defined(&set->prog[i]))
			continue;
		snprintf(why, size, "program %u reads a register without a value", i);
		return false;
	}
	engine_set_garbage(0x3c);
	good = is_same(set, (struct setting){ 0, 0 }, why, size);
	engine_set_garbage(0xb5);
	return good;
}

static bool model_agrees(const struct gen_set *set, char *why, size_t size)
{
	u32 i;

	for (i = 0; i < INPUTS; i++) {
		struct model m = {
			.code = (const u8 *)set->prog[0].code.insns,
			.count = set->prog[0].code.count,
			.region = { { (u64)&world, sizeof(world) } },
			.regions = 1,
			.call = judge_call,
			.packet = set->mode == GEN_PACKET ? judge_packet : NULL,
			.arg = &packet[i],
			.most_steps = 10000000,
		};

		world = start[i];
		m.reg[1] = (u64)context(set, i);
		models++;
		if (!model_run(&m)) {
			snprintf(why, size, "the model at %u: %s", m.at, m.wrong);
			return false;
		}
		if (m.reg[0] != want_r0[i] || memcmp(&world, &want[i], sizeof(world))) {
			tell_difference(i, m.reg[0], why, size);
			return false;
		}
	}
	return true;
}

/* ---- making a program that fails small ------------------------------------------- */

static bool still_fails(const struct gen_set *set, struct setting s)
{
	char why[200];

	return make_reference(set, why, sizeof(why)) && is_sound(set, why, sizeof(why)) &&
	       !is_same(set, s, why, sizeof(why));
}

static bool is_nop(const struct bpf_insn *insn)
{
	return insn->code == (BPF_JMP | BPF_JA) && !insn->off;
}

/* ends and plain jumps stay: what is behind them must not be run into */
static void make_nops(struct bpf_insn *insns, u32 from, u32 to, u32 count)
{
	u32 i;

	for (i = from; i < to && i < count; i++) {
		struct bpf_insn *insn = &insns[i];
		u32 slots = insn->code == (BPF_LD | BPF_IMM | BPF_DW) ? 2 : 1;

		if (insn->code == (BPF_JMP | BPF_EXIT) || insn->code == (BPF_JMP | BPF_JA) ||
		    insn->code == (BPF_JMP32 | BPF_JA) || (!insn->code && i == from))
			continue;
		insns[i] = (struct bpf_insn){ .code = BPF_JMP | BPF_JA };
		if (slots == 2)
			insns[++i] = (struct bpf_insn){ .code = BPF_JMP | BPF_JA };
	}
}

static void shrink(struct gen_set *set, struct setting s, u32 n)
{
	static struct bpf_insn kept[BUILD_MOST];
	struct build *code = &set->prog[n].code;
	size_t bytes = code->count * sizeof(kept[0]);
	u32 step, from;

	for (step = code->count / 2 + 1; step; step /= 2)
		for (from = 0; from < code->count; from += step) {
			memcpy(kept, code->insns, bytes);
			make_nops(code->insns, from, from + step, code->count);
			if (memcmp(kept, code->insns, bytes) && !still_fails(set, s))
				memcpy(code->insns, kept, bytes);
		}
}

/* takes the nops out, if nothing but distances changes and it still fails */
static void squeeze(struct gen_set *set, struct setting s, u32 n)
{
	static struct gen_prog kept;
	struct gen_prog *p = &set->prog[n];
	static u32 to[BUILD_MOST + 1];
	u32 i, at = 0;

	kept = *p;
	for (i = 0; i < p->code.count; i++) {
		to[i] = at;
		at += !is_nop(&p->code.insns[i]);
	}
	to[i] = at;
	for (i = 0; i < p->code.count; i++) {
		struct bpf_insn insn = p->code.insns[i];
		u8 class = insn.code & 7, op = BPF_OP(insn.code);
		s32 distance = insn.code == (BPF_JMP32 | BPF_JA) ? insn.imm : insn.off;

		if (is_nop(&insn))
			continue;
		if (insn.code == (BPF_JMP | BPF_CALL) && insn.src_reg)
			insn.imm = to[i + 1 + insn.imm] - to[i] - 1;
		else if (insn.code == (BPF_JMP32 | BPF_JA))
			insn.imm = to[i + 1 + distance] - to[i] - 1;
		else if ((class == BPF_JMP || class == BPF_JMP32) && op != BPF_CALL &&
			 op != BPF_EXIT && op != BPF_TAIL_CALL)
			insn.off = to[i + 1 + distance] - to[i] - 1;
		p->code.insns[to[i]] = insn;
	}
	p->code.count = at;
	for (i = 0; i < p->func_count; i++)
		p->funcs[i].start = to[p->funcs[i].start];
	if (!still_fails(set, s))
		*p = kept;
}

static void minimise(struct gen_set *set, struct setting s)
{
	u32 n, round;

	if (!still_fails(set, s))
		return;
	for (round = 0; round < 2; round++)
		for (n = 0; n < set->count; n++) {
			shrink(set, s, n);
			squeeze(set, s, n);
		}
}

/* ---- messages -------------------------------------------------------------------- */

static void print_set(const struct gen_set *set, struct setting s)
{
	u32 i;

	use_machine(s.machine);
	for (i = 0; i < set->count; i++) {
		const struct bpf_jit_input in = make_input(set, i);
		struct engine_prog p;
		u32 f;

		printf("# program %u:\n", i);
		for (f = 0; f < in.func_count; f++)
			printf("# function at %u, stack %u\n", in.funcs[f].start,
			       in.funcs[f].stack_depth);
#if JIT_HOST
		jit_image_print(in.insns, in.count, NULL);
#endif
		user_seed(now_seed);
		if (!engine_prepare(&p, &in, s.way) && s.way) {
			printf("# as it is run:\n");
#if JIT_HOST
			jit_image_print(p.insns, p.count,
					s.way & ENGINE_JIT ? &p.image : NULL);
#endif
		}
		engine_drop(&p);
	}
}

static void report(struct gen_set *set, struct setting s, const char *why)
{
	const char *machine = "";
	char now_why[200] = "";

#if JIT_HOST
	if (s.way & ENGINE_JIT)
		machine = jit_machine(s.machine)->name;
#endif
	printf("# fuzz_jit %llu 1: %s, machine %u %s: %s\n", now_seed, engine_name(s.way),
	       s.machine, machine, why);
	minimise(set, s);
	make_reference(set, now_why, sizeof(now_why));
	is_same(set, s, now_why, sizeof(now_why));
	printf("# smallest program, where %s:\n", now_why);
	print_set(set, s);
	fflush(stdout);
}

/* ---- all programs ---------------------------------------------------------------- */

static bool test_ways(struct gen_set *set)
{
	const u32 opt = now_seed & 1 ? ENGINE_OPT : 0;
	const struct setting settings[] = {
		{ ENGINE_OPT, 0 },
#if JIT_HOST
		{ ENGINE_JIT, 0 },
		{ ENGINE_JIT | ENGINE_OPT, 0 },
		{ ENGINE_JIT, 1 },
		{ ENGINE_JIT | ENGINE_OPT, 1 },
		{ ENGINE_JIT | opt, 2 + now_seed / 2 % 2 },
		{ ENGINE_JIT | ENGINE_BLIND | opt, now_seed / 2 % 4 },
#endif
		{ ENGINE_BLIND | opt, 0 },
	};
	char why[200];
	u32 i;

	for (i = 0; i < ARRAY_SIZE(settings); i++) {
		if (!(settings[i].way & ENGINE_JIT) && settings[i].way & ENGINE_BLIND &&
		    now_seed % 8 > 1)
			continue;
		if (is_same(set, settings[i], why, sizeof(why)))
			continue;
		report(set, settings[i], why);
		return false;
	}
	return true;
}

static bool test_seed(u64 seed)
{
	const struct setting none = { 0, 0 };
	char why[200];

	now_seed = seed;
	gen_make(&now, &place, seed);
	make_inputs(seed);
	if (!make_reference(&now, why, sizeof(why)) ||
	    (seed % GARBAGE_EVERY == 0 && !is_sound(&now, why, sizeof(why)))) {
		printf("# fuzz_jit %llu 1: the generator made an unsound program: %s\n", seed, why);
		print_set(&now, none);
		return false;
	}
	if (seed % MODEL_EVERY == 0 && !now.internal && !model_agrees(&now, why, sizeof(why))) {
		printf("# fuzz_jit %llu 1: interpreter and model differ: %s\n", seed, why);
		print_set(&now, none);
		return false;
	}
	return test_ways(&now);
}

static void show(u64 seed)
{
	const struct setting s = { JIT_HOST ? ENGINE_JIT : 0, 0 };

	now_seed = seed;
	gen_make(&now, &place, seed);
	printf("# mode %u\n", now.mode);
	print_set(&now, s);
}

int main(int argc, char **argv)
{
	u64 seed = argc > 1 ? strtoull(argv[1], NULL, 0) : 1;
	u64 count = argc > 2 ? strtoull(argv[2], NULL, 0) : 1000, i;
	u32 bad = 0;

	place.array = engine_array_make();
	if (argc > 2 && !strcmp(argv[1], "--show")) {
		show(count);
		return 0;
	}
	for (i = 0; i < count && bad < MOST_FAILURES; i++) {
		bad += !test_seed(seed + i);
		if (i % PROGRESS == PROGRESS - 1) {
			printf("# %llu programs so far\n", i + 1);
			fflush(stdout);
		}
	}
	ok(!bad, "%llu random programs from seed %llu do the same in every way", i, seed);
	printf("# %llu runs, %llu of the model; blinding was closed to %llu\n", runs, models,
	       closed);
	engine_array_drop(place.array);
	if (!JIT_HOST)
		skip("no code generator for this machine");
	return tap_done();
}
