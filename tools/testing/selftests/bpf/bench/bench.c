// SPDX-License-Identifier: GPL-2.0-only
/*
 * What things cost, in guest instructions: run under QEMU's instruction counting
 * (-icount shift=0), where the time stamp counter advances by one an instruction. The
 * same binary runs on both kernels; bench/run makes the table.
 *
 * Prints one line a measurement: name, cost. Interpreter costs are per BPF instruction,
 * map costs per operation. What loading costs is verify.c's.
 *
 *   bench [GROUP]		interp, prog, syscall; default all
 */
#include <stddef.h>
#include "code.h"

static __u64 run(int prog, unsigned int repeat)
{
	static unsigned char packet[128] = {
		[12] = 0x08, [13] = 0x00, [14] = 0x45, [23] = 6, [36] = 0, [37] = 80,
	};
	union bpf_attr attr;
	__u64 start;

	memset(&attr, 0, sizeof(attr));
	attr.test.prog_fd = prog;
	attr.test.data_in = (uintptr_t)packet;
	attr.test.data_size_in = sizeof(packet);
	attr.test.repeat = repeat;
	start = now();
	if (bpf(BPF_PROG_TEST_RUN, &attr))
		die("test run");
	return now() - start;
}

/* cost of one run, without what a test run costs by itself */
static double run_cost(int prog)
{
	const unsigned int repeat = 200;
	__u64 one, many;

	run(prog, repeat);
	one = run(prog, 1);
	many = run(prog, repeat + 1);
	return (double)(many - one) / repeat;
}

/* cost of the calling loop, by a program of two instructions */
static double empty_cost(void)
{
	static struct code code;
	static double cost;
	int prog;

	if (cost)
		return cost;
	EMIT(&code, BPF_MOV64_IMM(BPF_REG_0, 0), BPF_EXIT_INSN());
	prog = load(&code);
	if (prog < 0)
		die("empty program");
	cost = run_cost(prog);
	close(prog);
	return cost;
}

static void report(const char *name, double cost)
{
	printf("%s %.2f\n", name, cost);
	fflush(stdout);
}

/* programs that run through: cost by instruction executed */
static void per_insn(const char *name, const struct code *code,
		     unsigned int executed)
{
	int prog = load(code);

	if (prog < 0)
		die(name);
	report(name, (run_cost(prog) - empty_cost()) / (executed - 2));
	close(prog);
}

static void bench_interp(void)
{
	static struct code alu, branch, parser;
	int i;

	EMIT(&alu, BPF_MOV64_IMM(BPF_REG_0, 1), BPF_MOV64_IMM(BPF_REG_1, 3));
	for (i = 0; i < 250; i++)
		EMIT(&alu, BPF_ALU64_REG(BPF_ADD, BPF_REG_0, BPF_REG_1),
		     BPF_ALU64_IMM(BPF_XOR, BPF_REG_0, 0x5555),
		     BPF_ALU32_REG(BPF_MUL, BPF_REG_1, BPF_REG_0),
		     BPF_ALU64_IMM(BPF_RSH, BPF_REG_1, 3));
	EMIT(&alu, BPF_EXIT_INSN());
	per_insn("interp/alu-chain", &alu, alu.n);

	/* never true, which is known at run time only: the words are 0x4500 and 0x45000000 */
	EMIT(&branch, BPF_MOV64_REG(BPF_REG_6, BPF_REG_1), BPF_LD_ABS(BPF_H, 0),
	     BPF_MOV64_REG(BPF_REG_7, BPF_REG_0), BPF_LD_ABS(BPF_W, 0),
	     BPF_MOV64_IMM(BPF_REG_2, 0));
	for (i = 0; i < 500; i++)
		EMIT(&branch, BPF_JMP_REG(BPF_JGT, BPF_REG_7, BPF_REG_0, 1),
		     BPF_ALU64_IMM(BPF_ADD, BPF_REG_2, 1));
	EMIT(&branch, BPF_MOV64_REG(BPF_REG_0, BPF_REG_2), BPF_EXIT_INSN());
	per_insn("interp/branch-chain", &branch, branch.n);

	/* a test run gives socket filters the packet from its network header on */
	EMIT(&parser, BPF_MOV64_REG(BPF_REG_6, BPF_REG_1));
	for (i = 0; i < 50; i++)
		EMIT(&parser, BPF_LD_ABS(BPF_H, 6),
		     BPF_JMP_IMM(BPF_JSET, BPF_REG_0, 0x1fff, 7),
		     BPF_LD_ABS(BPF_B, 9), BPF_JMP_IMM(BPF_JNE, BPF_REG_0, 6, 5),
		     BPF_LD_ABS(BPF_B, 0), BPF_ALU32_IMM(BPF_AND, BPF_REG_0, 15),
		     BPF_ALU32_IMM(BPF_LSH, BPF_REG_0, 2),
		     BPF_LD_IND(BPF_H, BPF_REG_0, 2),
		     BPF_STX_MEM(BPF_W, BPF_REG_10, BPF_REG_0, -4));
	EMIT(&parser, BPF_MOV64_IMM(BPF_REG_0, 0), BPF_EXIT_INSN());
	per_insn("interp/packet-parser", &parser, parser.n);
}

static int new_map(int type, unsigned int max)
{
	union bpf_attr attr;
	int fd;

	memset(&attr, 0, sizeof(attr));
	attr.map_type = type;
	attr.key_size = 4;
	attr.value_size = 8;
	attr.max_entries = max;
	fd = bpf(BPF_MAP_CREATE, &attr);
	return fd < 0 ? die("map") : fd;
}

static int element(int cmd, int fd, __u32 *key, __u64 *value)
{
	union bpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.map_fd = fd;
	attr.key = (uintptr_t)key;
	attr.value = (uintptr_t)value;
	return bpf(cmd, &attr);
}

static void fill(int map, unsigned int count)
{
	__u64 value = 1;
	__u32 key;

	for (key = 0; key < count; key++) {
		if (element(BPF_MAP_UPDATE_ELEM, map, &key, &value))
			die("filling a map");
	}
}

#define OPS 64

/* keys of a measurement: spread over the map, the same on every kernel */
static __u32 nth_key(unsigned int i, unsigned int count)
{
	return (i * 2654435761U) % count;
}

static void map_call(struct code *code, int map, __u32 key, int func)
{
	EMIT(code, BPF_ST_MEM(BPF_W, BPF_REG_10, -4, (int)key),
	     BPF_MOV64_REG(BPF_REG_2, BPF_REG_10),
	     BPF_ALU64_IMM(BPF_ADD, BPF_REG_2, -4), BPF_LD_MAP_FD(BPF_REG_1, map));
	if (func == BPF_FUNC_map_update_elem)
		EMIT(code, BPF_MOV64_REG(BPF_REG_3, BPF_REG_10),
		     BPF_ALU64_IMM(BPF_ADD, BPF_REG_3, -16),
		     BPF_MOV64_IMM(BPF_REG_4, 0));
	EMIT(code, BPF_CALL_FUNC(func));
}

/* @pairs: every delete is followed by an update of the same key */
static double prog_ops(int map, unsigned int count, int func, int pairs)
{
	struct code *code = calloc(1, sizeof(*code));
	unsigned int i;
	double cost;
	int prog;

	EMIT(code, BPF_ST_MEM(BPF_DW, BPF_REG_10, -16, 7));
	for (i = 0; i < OPS; i++) {
		map_call(code, map, nth_key(i, count), func);
		if (pairs)
			map_call(code, map, nth_key(i, count),
				 BPF_FUNC_map_update_elem);
	}
	EMIT(code, BPF_MOV64_IMM(BPF_REG_0, 0), BPF_EXIT_INSN());
	prog = load(code);
	if (prog < 0)
		die("map program");
	cost = (run_cost(prog) - empty_cost()) / OPS;
	close(prog);
	free(code);
	return cost;
}

static const struct {
	const char *name;
	int type;
	unsigned int count;
} sizes[] = {
	{ "array-16", BPF_MAP_TYPE_ARRAY, 16 },
	{ "array-10k", BPF_MAP_TYPE_ARRAY, 10000 },
	{ "array-1M", BPF_MAP_TYPE_ARRAY, 1000000 },
	{ "hash-16", BPF_MAP_TYPE_HASH, 16 },
	{ "hash-10k", BPF_MAP_TYPE_HASH, 10000 },
	{ "hash-1M", BPF_MAP_TYPE_HASH, 1000000 },
};

static void prog_line(const char *op, unsigned int size, double cost)
{
	char name[64];

	snprintf(name, sizeof(name), "prog/%s-%s", sizes[size].name, op);
	report(name, cost);
}

static void bench_prog_map(unsigned int s, int map)
{
	double update;

	prog_line("lookup", s, prog_ops(map, sizes[s].count,
					BPF_FUNC_map_lookup_elem, 0));
	update = prog_ops(map, sizes[s].count, BPF_FUNC_map_update_elem, 0);
	prog_line("update", s, update);
	if (sizes[s].type == BPF_MAP_TYPE_HASH)
		prog_line("delete-and-insert", s,
			  prog_ops(map, sizes[s].count,
				   BPF_FUNC_map_delete_elem, 1));
}

static double syscall_ops(int cmd, int map, unsigned int count)
{
	const unsigned int ops = 500;
	__u64 value = 3, start;
	unsigned int i;
	__u32 key;

	start = now();
	for (i = 0; i < ops; i++) {
		key = nth_key(i, count);
		element(cmd, map, &key, cmd == BPF_MAP_DELETE_ELEM ? NULL : &value);
	}
	return (double)(now() - start) / ops;
}

static void syscall_line(const char *op, unsigned int size, double cost)
{
	char name[64];

	snprintf(name, sizeof(name), "syscall/%s-%s", sizes[size].name, op);
	report(name, cost);
}

static void bench_syscall_map(unsigned int s, int map)
{
	unsigned int count = sizes[s].count;

	syscall_line("lookup", s, syscall_ops(BPF_MAP_LOOKUP_ELEM, map, count));
	syscall_line("update", s, syscall_ops(BPF_MAP_UPDATE_ELEM, map, count));
	syscall_line("next-key", s, syscall_ops(BPF_MAP_GET_NEXT_KEY, map, count));
	if (sizes[s].type != BPF_MAP_TYPE_HASH)
		return;
	syscall_line("delete", s, syscall_ops(BPF_MAP_DELETE_ELEM, map, count));
	syscall_line("insert", s, syscall_ops(BPF_MAP_UPDATE_ELEM, map, count));
}

static void bench_maps(int from_program, int by_syscall)
{
	unsigned int s;

	for (s = 0; s < COUNT(sizes); s++) {
		int map = new_map(sizes[s].type, sizes[s].count);

		if (sizes[s].type == BPF_MAP_TYPE_HASH)
			fill(map, sizes[s].count);
		if (from_program)
			bench_prog_map(s, map);
		if (by_syscall)
			bench_syscall_map(s, map);
		close(map);
	}
}

int main(int argc, char **argv)
{
	const char *group = argc > 1 ? argv[1] : "all";
	int all = !strcmp(group, "all");

	/* both kernels interpret here; jit.c is about machine code */
	set_jit("0");
	if (all || !strcmp(group, "interp"))
		bench_interp();
	if (all || !strcmp(group, "prog") || !strcmp(group, "syscall"))
		bench_maps(all || !strcmp(group, "prog"),
			   all || !strcmp(group, "syscall"));
	return 0;
}
