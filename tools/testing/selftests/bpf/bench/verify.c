// SPDX-License-Identifier: GPL-2.0-only
/*
 * What loading costs: programs of shapes that are hard for a verifier, each as long as it
 * takes to matter. The same binary runs on both kernels; bench/run makes the table.
 *
 *   verify [native]		native: nanoseconds, of many loads
 *
 * Prints a line a shape: name, guest instructions of a load (the least of three: the first
 * one warms allocators), most bytes held meanwhile; "refused" where it is not taken and is
 * meant to be. Interpreted, but where the name says jit.
 */
#include <stdbool.h>
#include <stddef.h>
#include <time.h>
#include "peak.h"

static bool native;

static __u64 clock_now(void)
{
	struct timespec t;

	if (!native)
		return now();
	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000ULL + t.tv_nsec;
}

static __u64 cost_of(const struct code *code, bool *loads)
{
	__u64 best = -1ULL, start, cost;
	int prog, i;

	for (i = 0; i < (native ? 20 : 3); i++) {
		start = clock_now();
		prog = load(code);
		cost = clock_now() - start;
		*loads = prog >= 0;
		if (*loads)
			close(prog);
		if (cost < best)
			best = cost;
	}
	return best;
}

static __u64 memory_of(const struct code *code)
{
	int prog;

	peak_start();
	prog = load(code);
	if (prog >= 0)
		close(prog);
	return peak_stop();
}

/* what is known of a shape; all are timed first, and then looked at again */
static struct {
	__u64	cost;
	bool	loads;
} known[32];

static unsigned int shapes;
static bool watched;

static void measure(const char *name, const struct code *code, bool wanted)
{
	unsigned int n = shapes++;

	if (!watched)
		known[n].cost = cost_of(code, &known[n].loads);
	if (!watched && !native)
		return;
	if (known[n].loads != wanted)
		printf("verify/%s refused\n", name);
	else
		printf("verify/%s %llu %llu\n", name, known[n].cost,
		       watched ? memory_of(code) : 0);
	fflush(stdout);
}

/* ---- shapes ------------------------------------------------------------------------- */

static int new_map(int type, unsigned int value, unsigned int max)
{
	union bpf_attr attr;
	int fd;

	memset(&attr, 0, sizeof(attr));
	attr.map_type = type;
	attr.key_size = 4;
	attr.value_size = value;
	attr.max_entries = max;
	fd = bpf(BPF_MAP_CREATE, &attr);
	return fd < 0 ? die("map") : fd;
}

/* r6: a number of which nothing is known; r0: 0 */
static void start_unknown(struct code *code)
{
	code->n = 0;
	EMIT(code, BPF_LDX_MEM(BPF_W, BPF_REG_6, BPF_REG_1, offsetof(struct __sk_buff, len)),
	     BPF_MOV64_IMM(BPF_REG_0, 0));
}

static void straight(struct code *code, unsigned int count)
{
	start_unknown(code);
	while (code->n < count - 1)
		EMIT(code, BPF_ALU64_IMM(BPF_ADD, BPF_REG_0, 1));
	EMIT(code, BPF_EXIT_INSN());
}

/* branches on numbers that have nothing in common; each skips one instruction */
static void diamonds(struct code *code, unsigned int count)
{
	unsigned int i;

	start_unknown(code);
	EMIT(code, BPF_MOV64_REG(BPF_REG_7, BPF_REG_1));
	for (i = 0; i < count; i++)
		EMIT(code, BPF_LDX_MEM(BPF_W, BPF_REG_6, BPF_REG_7,
				       offsetof(struct __sk_buff, len)),
		     BPF_JMP_IMM(BPF_JGT, BPF_REG_6, i, 1),
		     BPF_ALU64_IMM(BPF_ADD, BPF_REG_0, 1));
	EMIT(code, BPF_EXIT_INSN());
}

/* branches on one number, of which each knows more */
static void ranges(struct code *code, unsigned int count)
{
	unsigned int i;

	start_unknown(code);
	for (i = 0; i < count; i++)
		EMIT(code, BPF_JMP_IMM(BPF_JGT, BPF_REG_6, i, 1),
		     BPF_ALU64_IMM(BPF_ADD, BPF_REG_0, 1));
	EMIT(code, BPF_EXIT_INSN());
}

/* each branch sets a number of its own; at the end all of them make an index */
static void diverging(struct code *code, unsigned int count)
{
	unsigned int i;

	start_unknown(code);
	for (i = 0; i < count; i++)
		EMIT(code, BPF_ST_MEM(BPF_DW, BPF_REG_10, -8 * (int)(i + 1), 0));
	for (i = 0; i < count; i++)
		EMIT(code, BPF_JMP_IMM(BPF_JSET, BPF_REG_6, 1 << i, 1),
		     BPF_ST_MEM(BPF_DW, BPF_REG_10, -8 * (int)(i + 1), 1));
	EMIT(code, BPF_MOV64_IMM(BPF_REG_1, 0));
	for (i = 0; i < count; i++)
		EMIT(code, BPF_LDX_MEM(BPF_DW, BPF_REG_2, BPF_REG_10, -8 * (int)(i + 1)),
		     BPF_ALU64_REG(BPF_ADD, BPF_REG_1, BPF_REG_2));
	EMIT(code, BPF_MOV64_REG(BPF_REG_2, BPF_REG_10),
	     BPF_ALU64_IMM(BPF_ADD, BPF_REG_2, -8 * (int)count),
	     BPF_ALU64_REG(BPF_ADD, BPF_REG_2, BPF_REG_1),
	     BPF_LDX_MEM(BPF_B, BPF_REG_0, BPF_REG_2, 0), BPF_EXIT_INSN());
}

/* conditions inside each other, each with both outcomes possible */
static void nest(struct code *code, unsigned int count)
{
	unsigned int i;

	start_unknown(code);
	for (i = 0; i < count; i++)
		EMIT(code, BPF_JMP_IMM(BPF_JLE, BPF_REG_6, i, (count - i) * 2 - 1),
		     BPF_ALU64_IMM(BPF_ADD, BPF_REG_0, 1));
	EMIT(code, BPF_EXIT_INSN());
}

/* cases of one number, each with a result of its own */
static void cases(struct code *code, unsigned int count)
{
	unsigned int i;

	start_unknown(code);
	for (i = 0; i < count; i++)
		EMIT(code, BPF_JMP_IMM(BPF_JNE, BPF_REG_6, i * 7, 2),
		     BPF_MOV64_IMM(BPF_REG_0, i), BPF_JMP_A((count - i - 1) * 3));
	EMIT(code, BPF_EXIT_INSN());
}

static void look_up(struct code *code, int map, __u32 key)
{
	EMIT(code, BPF_ST_MEM(BPF_W, BPF_REG_10, -4, (int)key),
	     BPF_MOV64_REG(BPF_REG_2, BPF_REG_10),
	     BPF_ALU64_IMM(BPF_ADD, BPF_REG_2, -4), BPF_LD_MAP_FD(BPF_REG_1, map),
	     BPF_CALL_FUNC(BPF_FUNC_map_lookup_elem));
}

/* for (i = 0; i < count; i++) sum += value[i & 15] */
static void loop(struct code *code, int map, unsigned int count)
{
	start_unknown(code);
	look_up(code, map, 0);
	EMIT(code, BPF_JMP_IMM(BPF_JNE, BPF_REG_0, 0, 1), BPF_EXIT_INSN(),
	     BPF_MOV64_REG(BPF_REG_7, BPF_REG_0), BPF_MOV64_IMM(BPF_REG_8, 0),
	     BPF_MOV64_IMM(BPF_REG_0, 0),
	     BPF_MOV64_REG(BPF_REG_1, BPF_REG_8), BPF_ALU64_IMM(BPF_AND, BPF_REG_1, 15),
	     BPF_MOV64_REG(BPF_REG_2, BPF_REG_7), BPF_ALU64_REG(BPF_ADD, BPF_REG_2, BPF_REG_1),
	     BPF_LDX_MEM(BPF_B, BPF_REG_1, BPF_REG_2, 0),
	     BPF_ALU64_REG(BPF_ADD, BPF_REG_0, BPF_REG_1),
	     BPF_ALU64_IMM(BPF_ADD, BPF_REG_8, 1),
	     BPF_JMP_IMM(BPF_JLT, BPF_REG_8, (int)count, -8), BPF_EXIT_INSN());
}

static void lookups(struct code *code, int map, unsigned int count)
{
	unsigned int i;

	start_unknown(code);
	for (i = 0; i < count; i++) {
		look_up(code, map, i);
		EMIT(code, BPF_JMP_IMM(BPF_JEQ, BPF_REG_0, 0, 2),
		     BPF_MOV64_IMM(BPF_REG_1, 1),
		     BPF_STX_MEM(BPF_DW, BPF_REG_0, BPF_REG_1, 0));
	}
	EMIT(code, BPF_MOV64_IMM(BPF_REG_0, 0), BPF_EXIT_INSN());
}

/* something unsafe behind @before diamonds, and @behind instructions after it */
static void refused(struct code *code, unsigned int before, unsigned int behind)
{
	diamonds(code, before);
	code->n--;
	EMIT(code, BPF_LDX_MEM(BPF_W, BPF_REG_1, BPF_REG_6, 0));
	while (behind--)
		EMIT(code, BPF_ALU64_IMM(BPF_ADD, BPF_REG_0, 1));
	EMIT(code, BPF_EXIT_INSN());
}

static void measure_all(int hash, int array)
{
	static struct code code;

	shapes = 0;
	set_jit("0");
	lookups(&code, hash, 1);
	measure("one-lookup", &code, true);
	straight(&code, 4096);
	measure("straight-4096", &code, true);
	diamonds(&code, 1000);
	measure("diamonds-1000", &code, true);
	ranges(&code, 400);
	measure("ranges-400", &code, true);
	diverging(&code, 12);
	measure("diverging-12", &code, true);
	nest(&code, 64);
	measure("nest-64", &code, true);
	cases(&code, 64);
	measure("switch-64", &code, true);
	loop(&code, array, 100);
	measure("loop-100", &code, true);
	loop(&code, array, 10000);
	measure("loop-10000", &code, true);
	refused(&code, 2, 2000);
	measure("refused-early", &code, false);
	refused(&code, 1000, 0);
	measure("refused-late", &code, false);
	if (!set_jit("1"))
		return;
	lookups(&code, hash, 100);
	measure("lookups-100-jit", &code, true);
}

int main(int argc, char **argv)
{
	int hash = new_map(BPF_MAP_TYPE_HASH, 8, 128);
	int array = new_map(BPF_MAP_TYPE_ARRAY, 16, 1);

	native = argc > 1 && !strcmp(argv[1], "native");
	measure_all(hash, array);
	if (native)
		return 0;
	watched = peak_prepare();
	if (!watched)
		die("events of memory");
	measure_all(hash, array);
	return 0;
}
