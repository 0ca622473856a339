// SPDX-License-Identifier: GPL-2.0-only
/*
 * What programs cost when they run: machine code, and classic programs interpreted.
 * bpf_bench.ko runs them; this loads them and knows the packets. The same binary runs on
 * both kernels, on User-Mode Linux too; bench/run makes the tables.
 *
 *	jit jit		machine code: name, cost of a run, bytes of image, result
 *	jit hardened	the same with constants hidden (bpf_jit_harden)
 *	jit classic	classic programs, interpreted: the same
 *	jit load	cost of loading by instruction: name, with JIT, without, instructions
 *	jit flow	the flow dissector and the kernel's own: name, nanoseconds of a run
 *
 * A cost is the machine instructions of a run where the machine counts them, else cycles;
 * the loop around it is measured with a function of one instruction and taken off.
 * "refused" stands for what the kernel does not take.
 */
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include "bench_mod/bpf_bench.h"
#include "code.h"
#include "filters.h"

#define PROGRAMS "/programs/"

/* the least of so many counts; where time is real, others take the processor away */
#define ROUNDS 20

static int device;

/* ---- packets ---------------------------------------------------------------------- */

/* 10.0.0.1:80 to 10.0.0.2:4242, with four bytes behind the headers */
static const unsigned char tcp4[64] = {
	2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 0x08, 0x00,
	0x45, 0, 0, 50, 0, 1, 0x40, 0, 64, 6, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2,
	0, 80, 0x10, 0x92, 0, 0, 0, 1, 0, 0, 0, 2, 0x50, 0x10, 1, 0, 0, 0, 0, 0,
	'd', 'a', 't', 'a',
};

/* fd00::1:53 to fd00::2:1500 */
static const unsigned char udp6[64] = {
	2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 0x86, 0xdd,
	0x60, 0, 0, 0, 0, 10, 17, 64,
	0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1,
	0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2,
	0, 53, 0x05, 0xdc, 0, 10, 0, 0,
};

/* ---- the kernel ---------------------------------------------------------------------- */

static int new_map(int type, unsigned int max)
{
	union bpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.map_type = type;
	attr.key_size = 4;
	attr.value_size = type == BPF_MAP_TYPE_PROG_ARRAY ? 4 : 8;
	attr.max_entries = max;
	return bpf(BPF_MAP_CREATE, &attr);
}

static int set_element(int map, __u32 key, const void *value)
{
	union bpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.map_fd = map;
	attr.key = (uintptr_t)&key;
	attr.value = (uintptr_t)value;
	return bpf(BPF_MAP_UPDATE_ELEM, &attr);
}

/* ---- measuring -------------------------------------------------------------------------- */

static void set_data(struct bench_run *run, const void *data, unsigned int len)
{
	run->data = (uintptr_t)data;
	run->data_len = len;
}

/* false where the kernel refuses the program */
static int ask(struct bench_run *run, unsigned int repeat)
{
	run->repeat = repeat;
	run->rounds = ROUNDS;
	return !ioctl(device, BENCH_RUN, run);
}

/* of @repeat runs; @ns: in nanoseconds */
static double empty_cost(unsigned int repeat, int ns)
{
	struct bench_run run = { .kind = BENCH_EMPTY };

	set_data(&run, tcp4, sizeof(tcp4));
	if (!ask(&run, repeat))
		die("empty function");
	return ns ? run.time_ns : run.cost;
}

/* the empty function returns, which the program does too: one instruction */
static void report(const char *group, const char *name, struct bench_run *run)
{
	const unsigned int repeat = 1000;

	if (!ask(run, repeat)) {
		printf("%s/%s refused\n", group, name);
		return;
	}
	printf("%s/%s %.2f %u %u\n", group, name,
	       (run->cost - empty_cost(repeat, 0)) / repeat + 1, run->image, run->result);
	fflush(stdout);
}

/* ---- extended programs ---------------------------------------------------------------- */

static int read_code(struct code *code, const char *name)
{
	char path[64];
	ssize_t bytes;
	int fd;

	snprintf(path, sizeof(path), PROGRAMS "%s", name);
	fd = open(path, O_RDONLY);
	bytes = fd < 0 ? -1 : read(fd, code->insns, sizeof(code->insns));
	if (bytes <= 0 || bytes % sizeof(struct bpf_insn))
		die(path);
	close(fd);
	code->n = bytes / sizeof(struct bpf_insn);
	return load(code);
}

static int load_return(struct code *code)
{
	EMIT(code, BPF_MOV64_IMM(BPF_REG_0, 0), BPF_EXIT_INSN());
	return load(code);
}

/* ten ports, and it is the last one */
static int load_chain(struct code *code)
{
	static const int ports[] = { 22, 25, 53, 110, 143, 443, 993, 3306, 8080, 80 };
	unsigned int i;

	EMIT(code, BPF_MOV64_REG(BPF_REG_6, BPF_REG_1), BPF_LD_ABS(BPF_H, 34));
	for (i = 0; i < COUNT(ports); i++)
		EMIT(code, BPF_JMP_IMM(BPF_JNE, BPF_REG_0, ports[i], 2),
		     BPF_MOV64_IMM(BPF_REG_0, i * 37 + 5), BPF_EXIT_INSN());
	EMIT(code, BPF_MOV64_IMM(BPF_REG_0, 0), BPF_EXIT_INSN());
	return load(code);
}

/* counts packets by protocol, as the manual page's example */
static int load_counter(struct code *code, int type)
{
	int map = new_map(type, 256);
	__u64 zero = 0;

	if (map < 0 || set_element(map, 6, &zero))
		return -1;
	EMIT(code, BPF_MOV64_REG(BPF_REG_6, BPF_REG_1), BPF_LD_ABS(BPF_B, 23),
	     BPF_STX_MEM(BPF_W, BPF_REG_10, BPF_REG_0, -4),
	     BPF_MOV64_REG(BPF_REG_2, BPF_REG_10),
	     BPF_ALU64_IMM(BPF_ADD, BPF_REG_2, -4), BPF_LD_MAP_FD(BPF_REG_1, map),
	     BPF_CALL_FUNC(BPF_FUNC_map_lookup_elem),
	     BPF_JMP_IMM(BPF_JEQ, BPF_REG_0, 0, 2), BPF_MOV64_IMM(BPF_REG_1, 1),
	     BPF_ATOMIC_OP(BPF_DW, BPF_ADD, BPF_REG_0, BPF_REG_1, 0),
	     BPF_MOV64_IMM(BPF_REG_0, 7), BPF_EXIT_INSN());
	return load(code);
}

static int load_array(struct code *code)
{
	return load_counter(code, BPF_MAP_TYPE_ARRAY);
}

static int load_hash(struct code *code)
{
	return load_counter(code, BPF_MAP_TYPE_HASH);
}

/* each of ten programs calls the next, the last one returns */
static int load_tail(struct code *code)
{
	const unsigned int links = 10;
	int map = new_map(BPF_MAP_TYPE_PROG_ARRAY, links), prog = -1;
	unsigned int i;

	if (map < 0)
		return -1;
	for (i = 0; i < links; i++) {
		code->n = 0;
		if (prog >= 0)
			EMIT(code, BPF_LD_MAP_FD(BPF_REG_2, map),
			     BPF_MOV64_IMM(BPF_REG_3, i - 1),
			     BPF_CALL_FUNC(BPF_FUNC_tail_call));
		EMIT(code, BPF_MOV64_IMM(BPF_REG_0, prog < 0 ? 99 : 0), BPF_EXIT_INSN());
		prog = load(code);
		if (prog < 0 || set_element(map, i, &prog))
			return -1;
	}
	return prog;
}

/* NULL @load: compiled, from the file of that name */
static const struct {
	const char *name;
	int (*load)(struct code *code);
} extended[] = {
	{ "return", load_return },
	{ "alu" },
	{ "parser" },
	{ "chain", load_chain },
	{ "spill" },
	{ "context" },
	{ "cpu" },
	{ "loop" },
	{ "array", load_array },
	{ "hash", load_hash },
	{ "tail-calls", load_tail },
	{ "flow" },
};

static void bench_extended(const char *group)
{
	static struct code code;
	unsigned int i;

	for (i = 0; i < COUNT(extended); i++) {
		struct bench_run run = { .kind = BENCH_EXTENDED };

		code.n = 0;
		run.fd = extended[i].load ? extended[i].load(&code)
					  : read_code(&code, extended[i].name);
		set_data(&run, tcp4, sizeof(tcp4));
		report(group, extended[i].name, &run);
		close(run.fd);
	}
}

/* ---- classic programs ------------------------------------------------------------------ */

static const struct {
	const char *name;
	const struct sock_filter *code;
	unsigned int len;
	const unsigned char *packet;
} filters[] = {
	{ "tcp-port-host", tcp_port_host, COUNT(tcp_port_host), tcp4 },
	{ "tcp-port-host-other", tcp_port_host, COUNT(tcp_port_host), udp6 },
	{ "ip6-udp-range", ip6_udp_range, COUNT(ip6_udp_range), udp6 },
	{ "tcp-data", tcp_data, COUNT(tcp_data), tcp4 },
};

/* numbers looked at early, late, and refused */
static const struct {
	const char *name;
	int nr;
} syscalls[] = {
	{ "seccomp-getpid", __NR_getpid },
	{ "seccomp-last", 446 },
	{ "seccomp-refused", 999 },
};

static unsigned int read_profile(struct sock_filter *profile, size_t room)
{
	int fd = open(PROGRAMS "profile", O_RDONLY);
	ssize_t bytes = fd < 0 ? -1 : read(fd, profile, room);

	if (bytes <= 0)
		die(PROGRAMS "profile");
	close(fd);
	return bytes / sizeof(*profile);
}

static void bench_classic(const char *group)
{
	static struct sock_filter profile[4096];
	unsigned int len = read_profile(profile, sizeof(profile));
	struct seccomp_data data = { .arch = AUDIT_ARCH_X86_64 };
	unsigned int i;

	for (i = 0; i < COUNT(filters); i++) {
		struct bench_run run = { .kind = BENCH_CLASSIC };

		run.code = (uintptr_t)filters[i].code;
		run.code_len = filters[i].len;
		set_data(&run, filters[i].packet, sizeof(tcp4));
		report(group, filters[i].name, &run);
	}
	for (i = 0; i < COUNT(syscalls); i++) {
		struct bench_run run = { .kind = BENCH_SECCOMP };

		data.nr = syscalls[i].nr;
		run.code = (uintptr_t)profile;
		run.code_len = len;
		set_data(&run, &data, sizeof(data));
		report(group, syscalls[i].name, &run);
	}
}

/* ---- loading ------------------------------------------------------------------------------ */

/* the least of five: the first one warms allocators */
static __u64 load_cost(const struct code *code)
{
	__u64 best = -1ULL;
	int i;

	for (i = 0; i < 5; i++) {
		__u64 start = now(), cost;
		int prog = load(code);

		cost = now() - start;
		if (prog < 0)
			die("load");
		close(prog);
		if (cost < best)
			best = cost;
	}
	return best;
}

static void report_load(const char *name, const struct code *code)
{
	__u64 with, without;

	set_jit("0");
	without = load_cost(code);
	set_jit("1");
	with = load_cost(code);
	printf("load/%s %llu %llu %u\n", name, with, without, code->n);
	fflush(stdout);
}

static void bench_load(void)
{
	static struct code code;
	unsigned int i;

	EMIT(&code, BPF_LDX_MEM(BPF_W, BPF_REG_0, BPF_REG_1, 0),
	     BPF_LDX_MEM(BPF_W, BPF_REG_2, BPF_REG_1, 8));
	while (code.n < 4000)
		EMIT(&code, BPF_ALU64_IMM(BPF_ADD, BPF_REG_0, code.n * 77),
		     BPF_ALU64_REG(BPF_XOR, BPF_REG_2, BPF_REG_0),
		     BPF_ALU32_IMM(BPF_MUL, BPF_REG_0, 31),
		     BPF_ALU64_REG(BPF_ADD, BPF_REG_0, BPF_REG_2));
	EMIT(&code, BPF_EXIT_INSN());
	report_load("alu-4000", &code);

	code.n = 0;
	EMIT(&code, BPF_MOV64_REG(BPF_REG_6, BPF_REG_1), BPF_MOV64_IMM(BPF_REG_7, 0));
	for (i = 0; i < 500; i++)
		EMIT(&code, BPF_LD_ABS(BPF_H, i % 60),
		     BPF_JMP_IMM(BPF_JGT, BPF_REG_0, i * 5, 1),
		     BPF_ALU64_REG(BPF_ADD, BPF_REG_7, BPF_REG_0),
		     BPF_STX_MEM(BPF_DW, BPF_REG_10, BPF_REG_7, -8));
	EMIT(&code, BPF_MOV64_REG(BPF_REG_0, BPF_REG_7), BPF_EXIT_INSN());
	report_load("parser-2000", &code);

	if (read_code(&code, "flow") < 0)
		die("flow");
	report_load("flow", &code);
}

/* ---- the flow dissector against the kernel's ------------------------------------------------ */

static void bench_flow(void)
{
	const unsigned int repeat = 20000;
	static struct code code;
	static const struct {
		const char *name;
		const unsigned char *packet;
	} packets[] = { { "tcp4", tcp4 }, { "udp6", udp6 } };
	unsigned int i, results[2];

	for (i = 0; i < 2 * COUNT(packets); i++) {
		struct bench_run run = { .kind = i & 1 ? BENCH_DISSECT : BENCH_EXTENDED };

		if (run.kind == BENCH_EXTENDED)
			run.fd = read_code(&code, "flow");
		set_data(&run, packets[i / 2].packet, sizeof(tcp4));
		if (!ask(&run, repeat))
			die("flow");
		results[i & 1] = run.result;
		printf("flow/%s-%s %.2f\n", packets[i / 2].name,
		       i & 1 ? "kernel" : "program",
		       (run.time_ns - empty_cost(repeat, 1)) / repeat);
		if (i & 1 && results[0] != results[1]) {
			fprintf(stderr, "jit: flow: %#x, not %#x\n", results[0], results[1]);
			exit(1);
		}
	}
}

int main(int argc, char **argv)
{
	const char *group = argc > 1 ? argv[1] : "jit";

	device = open("/dev/bpf_bench", O_RDWR);
	if (device < 0)
		die("/dev/bpf_bench");
	if (!set_jit(strcmp(group, "classic") ? "1" : "0") && strcmp(group, "classic"))
		die("bpf_jit_enable");
	if (!strcmp(group, "hardened") &&
	    !put("/proc/sys/net/core/bpf_jit_harden", "2"))
		die("bpf_jit_harden");
	if (!strcmp(group, "jit") || !strcmp(group, "hardened")) {
		bench_extended(group);
		bench_classic(group);
	} else if (!strcmp(group, "classic")) {
		bench_classic(group);
	} else if (!strcmp(group, "load")) {
		bench_load();
	} else {
		bench_flow();
	}
	return 0;
}
