// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the base helpers give a program: clocks against this process's own, numbers
 * of the machine, random numbers that differ, and lines of bpf_trace_printk() as
 * they stand in the trace. And a program's descriptor as /proc shows it.
 */
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <stdbool.h>
#include <stdlib.h>
#include <time.h>
#include "load.h"
#include "tap.h"

#define TRACE "/sys/kernel/tracing/trace"

static int run_repeatedly(int prog, __u32 runs, __u32 *result)
{
	static unsigned char packet[64];
	union bpf_attr attr;
	long err;

	memset(&attr, 0, sizeof(attr));
	attr.test.prog_fd = prog;
	attr.test.data_in = (uintptr_t)packet;
	attr.test.data_size_in = sizeof(packet);
	attr.test.repeat = runs;
	err = bpf_call(BPF_PROG_TEST_RUN, &attr);
	*result = attr.test.retval;
	return err ? -errno : 0;
}

static int run_prog(int prog, __u32 *result)
{
	return run_repeatedly(prog, 1, result);
}

/* the result of helper @id, or of two calls of it the first minus the second */
static __u64 ask(int id, bool again)
{
	static struct program p;
	__u64 numbers[2] = { };
	__u32 result;
	int map = make_array(2), prog;

	p.len = 0;
	add_array(&p, map);
	ADD(&p, BPF_CALL_FUNC(id));
	add_store(&p, 0, BPF_REG_0);
	ADD(&p, BPF_CALL_FUNC(id));
	add_store(&p, 1, BPF_REG_0);
	add_return(&p, 1);
	prog = load(&p);
	if (!ok(prog >= 0 && !run_prog(prog, &result) && result == 1,
		"helper %d is run", id))
		return 0;
	read_array(map, numbers);
	close(prog);
	close(map);
	return again ? numbers[0] - numbers[1] : numbers[0];
}

static __u64 now(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return t.tv_sec * 1000000000ULL + t.tv_nsec;
}

static void test_clock(int id, clockid_t clock, __u64 slack, const char *name)
{
	__u64 before = now(clock), then = ask(id, false), after = now(clock);

	ok(then + slack >= before && then <= after + slack,
	   "%s is between %llu and %llu: %llu", name, before, after, then);
}

static void test_numbers(void)
{
	cpu_set_t all, one;
	int cpu;

	sched_getaffinity(0, sizeof(all), &all);
	for (cpu = 0; cpu < 2; cpu++) {
		CPU_ZERO(&one);
		CPU_SET(cpu, &one);
		if (sched_setaffinity(0, sizeof(one), &one))
			continue;
		ok(ask(BPF_FUNC_get_smp_processor_id, false) == (__u64)cpu,
		   "processor is %d", cpu);
	}
	sched_setaffinity(0, sizeof(all), &all);
	ok(ask(BPF_FUNC_get_numa_node_id, false) == 0, "node is 0");
	ok(ask(BPF_FUNC_jiffies64, false) > 1000, "jiffies count");
	ok(ask(BPF_FUNC_get_prandom_u32, true) != 0, "two random numbers differ");
	ok(ask(BPF_FUNC_get_prandom_u32, false) >> 32 == 0,
	   "a random number has 32 bits");
}

/* appends stores of @text, ended by zero, at R10 - 64 */
static void add_text(struct program *p, const char *text)
{
	char padded[64] = "";
	unsigned int i;

	strncpy(padded, text, sizeof(padded) - 1);
	for (i = 0; i < sizeof(padded); i += 4) {
		__s32 word;

		memcpy(&word, padded + i, 4);
		ADD(p, BPF_ST_MEM(BPF_W, BPF_REG_10, -64 + (int)i, word));
	}
}

static bool trace_has(const char *line)
{
	static char text[1 << 20];
	int fd = open(TRACE, O_RDONLY);
	ssize_t n, used = 0;

	if (fd < 0)
		return false;
	while ((n = read(fd, text + used, sizeof(text) - 1 - used)) > 0)
		used += n;
	close(fd);
	text[used] = '\0';
	return strstr(text, line);
}

/* what trace_printk says to @fmt with 7, -2 and @third */
static __s32 print(const char *fmt, __u64 third)
{
	static struct program p;
	__u32 result = 0;
	int prog;

	p.len = 0;
	add_text(&p, fmt);
	ADD(&p,
	    BPF_MOV64_REG(BPF_REG_1, BPF_REG_10),
	    BPF_ALU64_IMM(BPF_ADD, BPF_REG_1, -64),
	    BPF_MOV64_IMM(BPF_REG_2, (int)strlen(fmt) + 1),
	    BPF_MOV64_IMM(BPF_REG_3, 7),
	    BPF_MOV64_IMM(BPF_REG_4, -2),
	    BPF_LD_IMM64(BPF_REG_5, third),
	    BPF_CALL_FUNC(BPF_FUNC_trace_printk),
	    BPF_EXIT_INSN());
	prog = load(&p);
	if (prog < 0 || run_prog(prog, &result))
		return -1000;
	close(prog);
	return result;
}

static void test_print(void)
{
	if (access(TRACE, R_OK)) {
		skip("no trace to read");
		return;
	}
	ok(print("seven %d two %lld u %u", 5) == 18, "length of the text");
	ok(trace_has("bpf_trace_printk: seven 7 two -2 u 5"),
	   "the line is in the trace");
	ok(print("hex %x %llx %lx", 0x123456789aULL) > 0 &&
	   trace_has("bpf_trace_printk: hex 7 fffffffffffffffe 123456789a"),
	   "widths of numbers");
	ok(print("str %d %d '%s'", 8) > 0 &&
	   trace_has("bpf_trace_printk: str 7 -2 ''"),
	   "a string at a wild address is empty");
	ok(print("user %d %d '%pus'", (uintptr_t)"mine") > 0 &&
	   trace_has("bpf_trace_printk: user 7 -2 'mine'"),
	   "a string of this process");
	ok(print("kern %d %d '%pks'", -4096ULL) > 0 &&
	   trace_has("bpf_trace_printk: kern 7 -2 ''"),
	   "a string at a wild kernel address is empty");
	ok(print("four %d %d %d %d", 1) == -EINVAL, "four conversions are EINVAL");
	ok(print("what %q", 1) == -EINVAL, "an unknown conversion is EINVAL");
	ok(print("write %n", 1) == -EINVAL, "%%n is EINVAL");
}

#define TEXT_BYTES	64
#define PRINT_RUNS	100000

/* a format in a map, and whether another thread is to go on writing to it */
static struct {
	int	map;
	bool	stop;
} rewritten;

/* with its end, without its end, and so on */
static void *rewrite_format(void *unused)
{
	char text[TEXT_BYTES];

	memset(text, 'x', sizeof(text));
	while (!__atomic_load_n(&rewritten.stop, __ATOMIC_RELAXED)) {
		text[TEXT_BYTES - 1] ^= 'x';
		write_array(rewritten.map, (__u64 *)text);
	}
	return NULL;
}

/* two formats one behind the other, so that the first can be run over */
static int make_formats(void)
{
	static const __u32 second = 1;
	char text[TEXT_BYTES];
	union bpf_attr attr;
	int fd;

	memset(&attr, 0, sizeof(attr));
	attr.map_type = BPF_MAP_TYPE_ARRAY;
	attr.key_size = 4;
	attr.value_size = TEXT_BYTES;
	attr.max_entries = 2;
	fd = bpf_call(BPF_MAP_CREATE, &attr);
	memset(text, 'y', sizeof(text));
	memset(&attr, 0, sizeof(attr));
	attr.map_fd = fd;
	attr.key = (uintptr_t)&second;
	attr.value = (uintptr_t)text;
	bpf_call(BPF_MAP_UPDATE_ELEM, &attr);
	return fd;
}

/* prints the first format; the length of the longest line goes to the array */
static int load_printer(int numbers)
{
	static struct program p;

	p.len = 0;
	add_array(&p, numbers);
	ADD(&p,
	    BPF_LD_MAP_FD(BPF_REG_1, rewritten.map),
	    BPF_MOV64_REG(BPF_REG_2, BPF_REG_10),
	    BPF_ALU64_IMM(BPF_ADD, BPF_REG_2, -16),
	    BPF_CALL_FUNC(BPF_FUNC_map_lookup_elem),
	    BPF_JMP_IMM(BPF_JNE, BPF_REG_0, 0, 1),
	    BPF_EXIT_INSN(),
	    BPF_MOV64_REG(BPF_REG_1, BPF_REG_0),
	    BPF_MOV64_IMM(BPF_REG_2, TEXT_BYTES),
	    BPF_CALL_FUNC(BPF_FUNC_trace_printk),
	    BPF_LDX_MEM(BPF_DW, BPF_REG_1, BPF_REG_7, 0),
	    BPF_JMP_REG(BPF_JSLE, BPF_REG_0, BPF_REG_1, 1),
	    BPF_STX_MEM(BPF_DW, BPF_REG_7, BPF_REG_0, 0));
	add_return(&p, 1);
	return load(&p);
}

static void test_print_rewritten(void)
{
	int numbers = make_array(1), prog, err;
	__u64 longest = 0;
	pthread_t writer;
	__u32 result = 0;

	rewritten.map = make_formats();
	prog = load_printer(numbers);
	pthread_create(&writer, NULL, rewrite_format, NULL);
	err = run_repeatedly(prog, PRINT_RUNS, &result);
	__atomic_store_n(&rewritten.stop, true, __ATOMIC_RELAXED);
	pthread_join(writer, NULL);
	read_array(numbers, &longest);
	ok(!err && result == 1 && longest >= TEXT_BYTES - 1 && longest <= TEXT_BYTES,
	   "a format that loses its end while it is printed ends where its memory does");
	close(prog);
	close(numbers);
	close(rewritten.map);
}

static void test_descriptor(void)
{
	static struct program p;
	char path[64], text[1024], *at;
	unsigned long bytes;
	ssize_t n;
	int prog, fd;

	p.len = 0;
	add_return(&p, 0);
	prog = load(&p);
	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", prog);
	fd = open(path, O_RDONLY);
	n = read(fd, text, sizeof(text) - 1);
	text[n > 0 ? n : 0] = '\0';
	close(fd);
	ok(strstr(text, "prog_type:\t1\n"), "fdinfo has the type");
	ok(strstr(text, "prog_tag:\ta04f5eef06a7f555\n"),
	   "fdinfo has the tag released Linux gives this program");
	at = strstr(text, "memlock:\t");
	bytes = at ? strtoul(at + strlen("memlock:\t"), NULL, 10) : 0;
	ok(bytes >= 4096 && bytes < 8192, "a small program takes one page, and less than "
	   "another for its machine code");
	ok(strstr(text, "prog_id:\t") && !strstr(text, "prog_id:\t0\n"),
	   "fdinfo has a number");
	ok(fcntl(prog, F_GETFD) & FD_CLOEXEC, "the descriptor is closed by exec");
	ok(read(prog, text, 1) < 0 && errno == EINVAL, "it cannot be read");
	close(prog);
}

int main(void)
{
	/* the coarse clock stands still between ticks */
	const __u64 tick = 20000000;

	test_clock(BPF_FUNC_ktime_get_ns, CLOCK_MONOTONIC, 0, "ktime_get_ns");
	test_clock(BPF_FUNC_ktime_get_boot_ns, CLOCK_BOOTTIME, 0,
		   "ktime_get_boot_ns");
	test_clock(BPF_FUNC_ktime_get_coarse_ns, CLOCK_MONOTONIC_COARSE, tick,
		   "ktime_get_coarse_ns");
	test_numbers();
	test_print();
	test_print_rewritten();
	test_descriptor();
	return tap_done();
}
