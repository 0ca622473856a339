// SPDX-License-Identifier: GPL-2.0-only
/*
 * The part of jit_forms about tail calls: in the program and in functions that it calls,
 * which all count as one. The interpreter does not run such, so results are told here.
 */
#include <linux/bpf_func.h>
#include <linux/kernel.h>
#include <linux/types.h>
#include <string.h>
#include "build.h"
#include "engine.h"
#include "forms.h"
#include "judge.h"

#if JIT_HOST

#define MISSED		1000		/* result of a function whose tail call did not happen */
#define RUNS		0		/* words of the context: programs run */
#define KEPT		1		/* frames that were not as they had been left */

/* the array's places */
enum { PLACE_MAIN, PLACE_COUNT, PLACE_CHAIN, PLACE_NONE };

static struct build prog;
static u64 memory[8];
static void *array;

/**
 * struct shape - a program whose functions make tail calls
 * @depth:	functions that wait for the one that makes them
 * @stack:	bytes of stack of each
 * @helper:	functions call a helper, too
 * @target:	place of the array
 */
struct shape {
	u32	depth;
	u32	stack;
	bool	helper;
	s32	target;
};

/* one more in the context at @base */
static void put_count(u8 base, u32 word)
{
	build_load(&prog, 0, base, 8 * word);
	build_insn(&prog, BPF_ALU64 | BPF_ADD | BPF_K, 0, 0, 0, 1);
	build_store(&prog, base, 8 * word, 0);
}

static void put_tail_call(s32 target)
{
	build_const(&prog, BPF_REG_2, (u64)array);
	build_insn(&prog, BPF_ALU64 | BPF_MOV | BPF_K, BPF_REG_3, 0, 0, target);
	build_insn(&prog, BPF_JMP | BPF_TAIL_CALL, 0, 0, 0, 0);
}

/* what a call must not change: R7 and the deepest word of the stack; R6 is the context */
static void put_marks(const struct shape *s, u32 n)
{
	build_mov(&prog, BPF_REG_6, BPF_REG_1);
	build_insn(&prog, BPF_ALU64 | BPF_MOV | BPF_K, BPF_REG_7, 0, 0, 100 + n);
	if (s->stack)
		build_store(&prog, BPF_REG_10, -(s32)s->stack, BPF_REG_7);
	if (s->helper)
		build_insn(&prog, BPF_JMP | BPF_CALL, 0, 0, BPF_CALL_ARITY(0),
			   judge_helper_imm());
	build_mov(&prog, BPF_REG_1, BPF_REG_6);
}

/* counts where they were changed; R0 is kept in R8 */
static void put_check(const struct shape *s, u32 n)
{
	build_mov(&prog, BPF_REG_8, BPF_REG_0);
	if (s->stack)
		build_load(&prog, BPF_REG_7, BPF_REG_10, -(s32)s->stack);
	build_insn(&prog, BPF_JMP | BPF_JEQ | BPF_K, BPF_REG_7, 0, 3, 100 + n);
	put_count(BPF_REG_6, KEPT);
	build_mov(&prog, BPF_REG_0, BPF_REG_8);
}

static void put_call(u32 *at)
{
	*at = build_insn(&prog, BPF_JMP | BPF_CALL, 0, BPF_PSEUDO_CALL, 0, 0);
}

/* function @n: calls the next one, or makes the tail call */
static void write_function(const struct shape *s, struct bpf_jit_func *func, u32 n)
{
	u32 call;

	*func = (struct bpf_jit_func){ prog.count, s->stack };
	put_marks(s, n);
	if (n < s->depth) {
		put_call(&call);
		put_check(s, n);
		build_exit(&prog);
		prog.insns[call].imm = prog.count - call - 1;
		return;
	}
	put_tail_call(s->target);
	build_insn(&prog, BPF_ALU64 | BPF_MOV | BPF_K, 0, 0, 0, MISSED);
	build_exit(&prog);
}

/* main: counts itself and returns what two calls of the first function give together */
static u32 write_main(const struct shape *s, struct bpf_jit_func *funcs)
{
	u32 call[2], n;

	prog.count = 0;
	funcs[0] = (struct bpf_jit_func){ 0, s->stack };
	put_marks(s, 0);
	put_count(BPF_REG_6, RUNS);
	put_call(&call[0]);
	put_check(s, 0);
	build_mov(&prog, BPF_REG_9, BPF_REG_0);
	build_mov(&prog, BPF_REG_1, BPF_REG_6);
	put_call(&call[1]);
	put_check(s, 0);
	build_insn(&prog, BPF_ALU64 | BPF_ADD | BPF_X, 0, BPF_REG_9, 0, 0);
	build_exit(&prog);
	for (n = 0; n < 2; n++)
		prog.insns[call[n]].imm = prog.count - call[n] - 1;
	for (n = 1; n <= s->depth; n++)
		write_function(s, &funcs[n], n);
	return s->depth + 1;
}

/* programs without functions: one counts itself and returns 5, one goes on to itself */
static u32 write_plain(bool chain, struct bpf_jit_func *funcs)
{
	prog.count = 0;
	funcs[0] = (struct bpf_jit_func){ 0, 0 };
	put_count(BPF_REG_1, RUNS);
	if (chain)
		put_tail_call(PLACE_CHAIN);
	build_insn(&prog, BPF_ALU64 | BPF_MOV | BPF_K, 0, 0, 0, 5);
	build_exit(&prog);
	return 1;
}

static int prepare(struct engine_prog *p, const struct bpf_jit_func *funcs, u32 func_count,
		   u32 way)
{
	const struct bpf_jit_input in = {
		.insns = prog.insns, .count = prog.count, .funcs = funcs,
		.func_count = func_count,
	};

	return engine_prepare(p, &in, way);
}

/* programs run, and the result, as they must be */
static bool test_shape(const struct shape *s, u32 way, u64 runs, u64 result)
{
	struct bpf_jit_func funcs[8];
	struct engine_prog p[3];
	struct run_crash crash;
	bool good;
	int err;
	u64 r0;

	memset(memory, 0, sizeof(memory));
	array = engine_array_make();
	err = prepare(&p[PLACE_COUNT], funcs, write_plain(false, funcs), way);
	err = prepare(&p[PLACE_CHAIN], funcs, write_plain(true, funcs), way) ?: err;
	err = prepare(&p[PLACE_MAIN], funcs, write_main(s, funcs), way) ?: err;
	good = err && engine_may_refuse(way, err);
	if (!err) {
		engine_array_set(array, PLACE_MAIN, &p[PLACE_MAIN]);
		engine_array_set(array, PLACE_COUNT, &p[PLACE_COUNT]);
		engine_array_set(array, PLACE_CHAIN, &p[PLACE_CHAIN]);
		good = engine_run(&p[PLACE_MAIN], memory, &r0, &crash) && r0 == result &&
		       memory[RUNS] == runs && !memory[KEPT];
	}
	engine_array_drop(array);
	engine_drop(&p[PLACE_COUNT]);
	engine_drop(&p[PLACE_CHAIN]);
	engine_drop(&p[PLACE_MAIN]);
	return good;
}

static u32 test_way(u32 way, u32 *tried)
{
	static const u32 stacks[] = { 0, 8, 24, 64 };
	const u32 all = MAX_TAIL_CALL_CNT;
	u32 depth, i, good = 0;

	for (depth = 1; depth < 4; depth++)
		for (i = 0; i < 2 * ARRAY_SIZE(stacks); i++, *tried += 4) {
			struct shape s = { depth, stacks[i / 2], i % 2 };

			/* itself: called twice each time, but 33 calls go on in all */
			s.target = PLACE_MAIN;
			good += test_shape(&s, way, 1 + all, (all + 2) * MISSED);
			s.target = PLACE_COUNT;
			good += test_shape(&s, way, 3, 10);
			/* the first call uses all of them up, the second has none left */
			s.target = PLACE_CHAIN;
			good += test_shape(&s, way, 1 + all, 5 + MISSED);
			s.target = PLACE_NONE;
			good += test_shape(&s, way, 1, 2 * MISSED);
		}
	return good;
}

/**
 * test_tail_calls() - tail calls of functions
 */
void test_tail_calls(void)
{
	u32 way, good = 0, tried = 0;

	for (way = ENGINE_JIT; way < ENGINE_WAYS; way++)
		good += test_way(way, &tried);
	form_ok(good == tried, "tail calls of functions, counted together, %u programs", tried);
}

#else

void test_tail_calls(void)
{
}

#endif
