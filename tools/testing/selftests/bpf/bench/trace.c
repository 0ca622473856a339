// SPDX-License-Identifier: GPL-2.0-only
/*
 * What filters of a trace event cost: the measurement of 2013 (REQUIREMENTS S1.cost).
 * bpf_bench.ko takes memory for a packet and gives it back, which is the event
 * skb:kfree_skb, many times; this sets the event up. The same binary runs on both
 * kernels.
 *
 *	trace			name, cost of one packet in machine instructions
 *
 * "refused" stands for what the kernel does not have. Nothing but "enabled" is recorded.
 */
#include <linux/perf_event.h>
#include <stdbool.h>
#include <sys/ioctl.h>
#include "bench_mod/bpf_bench.h"
#include "code.h"

#define EVENT		"/sys/kernel/tracing/events/skb/kfree_skb/"
#define REPEAT		500
#define ROUNDS		5

/* arguments of the event, and its fields in the record */
#define ARG_LOCATION	8
#define ARG_REASON	16
#define FIELD_LOCATION	16
#define FIELD_REASON	28

static int device;

static void report(const char *name)
{
	static const unsigned char packet[64];
	struct bench_run run = {
		.kind = BENCH_DROP, .data = (uintptr_t)packet, .data_len = sizeof(packet),
		.repeat = REPEAT, .rounds = ROUNDS,
	};

	if (ioctl(device, BENCH_RUN, &run))
		die("BENCH_RUN");
	printf("trace/%s %.2f\n", name, (double)run.cost / REPEAT);
}

/* ---- programs ---------------------------------------------------------------------- */

/* wants one of @count reasons that the event does not have, so nothing */
static int load_conditions(unsigned int type, int off, unsigned int count)
{
	static struct code code;
	unsigned int i;

	code.n = 0;
	EMIT(&code, BPF_LDX_MEM(BPF_W, BPF_REG_1, BPF_REG_1, off));
	for (i = 0; i < count; i++)
		EMIT(&code, BPF_JMP_IMM(BPF_JEQ, BPF_REG_1, 71 + 3 * i, count - i + 1));
	EMIT(&code,
	     BPF_MOV64_IMM(BPF_REG_0, 0),
	     BPF_EXIT_INSN(),
	     BPF_MOV64_IMM(BPF_REG_0, 1),
	     BPF_EXIT_INSN());
	return load_as(type, &code);
}

static int make_hash(void)
{
	union bpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.map_type = BPF_MAP_TYPE_HASH;
	attr.key_size = 8;
	attr.value_size = 8;
	attr.max_entries = 1024;
	return bpf(BPF_MAP_CREATE, &attr);
}

/* counts by the place that freed the packet */
static int load_counting(unsigned int type, int off)
{
	static struct code code;
	int map = make_hash();

	code.n = 0;
	EMIT(&code,
	     BPF_LDX_MEM(BPF_DW, BPF_REG_1, BPF_REG_1, off),
	     BPF_STX_MEM(BPF_DW, BPF_REG_10, BPF_REG_1, -8),
	     BPF_LD_MAP_FD(BPF_REG_1, map),
	     BPF_MOV64_REG(BPF_REG_2, BPF_REG_10),
	     BPF_ALU64_IMM(BPF_ADD, BPF_REG_2, -8),
	     BPF_CALL_FUNC(BPF_FUNC_map_lookup_elem),
	     BPF_JMP_IMM(BPF_JEQ, BPF_REG_0, 0, 4),
	     BPF_MOV64_IMM(BPF_REG_1, 1),
	     BPF_ATOMIC_OP(BPF_DW, BPF_ADD, BPF_REG_0, BPF_REG_1, 0),
	     BPF_MOV64_IMM(BPF_REG_0, 0),
	     BPF_EXIT_INSN(),
	     BPF_ST_MEM(BPF_DW, BPF_REG_10, -16, 1),
	     BPF_LD_MAP_FD(BPF_REG_1, map),
	     BPF_MOV64_REG(BPF_REG_2, BPF_REG_10),
	     BPF_ALU64_IMM(BPF_ADD, BPF_REG_2, -8),
	     BPF_MOV64_REG(BPF_REG_3, BPF_REG_10),
	     BPF_ALU64_IMM(BPF_ADD, BPF_REG_3, -16),
	     BPF_MOV64_IMM(BPF_REG_4, 0),
	     BPF_CALL_FUNC(BPF_FUNC_map_update_elem),
	     BPF_MOV64_IMM(BPF_REG_0, 0),
	     BPF_EXIT_INSN());
	return load_as(type, &code);
}

/* ---- ways to filter ------------------------------------------------------------------ */

static void with_text(const char *name, const char *filter)
{
	if (!put(EVENT "filter", filter))
		die(filter);
	report(name);
	put(EVENT "filter", "0");
}

static void with_filter(const char *name, int prog)
{
	char text[32];
	int fd = open(EVENT "filter", O_RDWR);

	snprintf(text, sizeof(text), "bpf-%d", prog);
	if (prog < 0 || write(fd, text, strlen(text)) < 0)
		printf("trace/%s refused\n", name);
	else
		report(name);
	close(fd);
	close(prog);
}

static int event_id(void)
{
	char text[16] = "";
	int fd = open(EVENT "id", O_RDONLY);

	if (fd < 0 || read(fd, text, sizeof(text) - 1) < 0)
		die(EVENT "id");
	close(fd);
	return atoi(text);
}

static void with_perf(const char *name, int prog)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_TRACEPOINT, .size = sizeof(attr), .config = event_id(),
		.sample_period = 1,
	};
	int fd = syscall(__NR_perf_event_open, &attr, -1, 0, -1, 0);

	if (fd < 0 || prog < 0 || ioctl(fd, PERF_EVENT_IOC_SET_BPF, prog)) {
		printf("trace/%s refused\n", name);
	} else {
		ioctl(fd, PERF_EVENT_IOC_ENABLE, 0);
		report(name);
	}
	close(fd);
	close(prog);
}

int main(void)
{
	static const char one[] = "reason == 71";
	static const char ten[] = "reason == 71 || reason == 74 || reason == 77 || "
		"reason == 80 || reason == 83 || reason == 86 || reason == 89 || "
		"reason == 92 || reason == 95 || reason == 98";

	device = open("/dev/bpf_bench", O_RDWR);
	if (device < 0)
		die("/dev/bpf_bench");
	if (!set_jit("1"))
		die("bpf_jit_enable");
	report("disabled");
	with_perf("perf", load_conditions(BPF_PROG_TYPE_TRACEPOINT, FIELD_REASON, 1));
	with_perf("perf-ten", load_conditions(BPF_PROG_TYPE_TRACEPOINT, FIELD_REASON, 10));
	with_perf("perf-count", load_counting(BPF_PROG_TYPE_TRACEPOINT, FIELD_LOCATION));
	if (!put(EVENT "enable", "1"))
		die(EVENT "enable");
	report("enabled");
	with_text("predicate", one);
	with_text("predicate-ten", ten);
	with_filter("program", load_conditions(BPF_PROG_TYPE_TRACING, ARG_REASON, 1));
	with_filter("program-ten", load_conditions(BPF_PROG_TYPE_TRACING, ARG_REASON, 10));
	with_filter("program-count", load_counting(BPF_PROG_TYPE_TRACING, ARG_LOCATION));
	with_filter("fields", load_conditions(BPF_PROG_TYPE_TRACEPOINT, FIELD_REASON, 1));
	with_filter("fields-ten", load_conditions(BPF_PROG_TYPE_TRACEPOINT, FIELD_REASON, 10));
	put(EVENT "enable", "0");
	report("disabled-again");
	return 0;
}
