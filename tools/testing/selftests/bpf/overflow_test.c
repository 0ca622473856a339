// SPDX-License-Identifier: GPL-2.0-only
/*
 * Programs on perf events that are no trace events: page faults, clocks, breakpoints.
 * What a program sees of a sample, whether it is recorded, children, every errno.
 */
#include <linux/hw_breakpoint.h>
#include <sys/mman.h>
#include <time.h>
#include "events.h"

#define TYPE		BPF_PROG_TYPE_PERF_EVENT

/* of struct bpf_perf_event_data: registers of x86-64, then two numbers */
#define DATA_IP		128
#define DATA_CS		136
#define DATA_PERIOD	168
#define DATA_ADDR	176

static int numbers;
static long page_bytes;

/* of the linker: where this program's code is */
extern char __executable_start, etext;

/* ---- events --------------------------------------------------------------------------------- */

static int open_software(__u64 config, __u64 period, bool inherit)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_SOFTWARE,
		.config = config,
		.sample_period = period,
		.sample_type = PERF_SAMPLE_IP | PERF_SAMPLE_ADDR,
		.inherit = inherit,
	};

	return perf_open(&attr, 0, -1);
}

static int open_faults(void)
{
	return open_software(PERF_COUNT_SW_PAGE_FAULTS, 1, false);
}

/* new pages, touched one after the other; the first one */
static char *touch(unsigned int count)
{
	char *at = mmap(NULL, count * page_bytes, PROT_READ | PROT_WRITE,
			MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	unsigned int n;

	for (n = 0; n < count; n++)
		((volatile char *)at)[n * page_bytes] = 1;
	return at;
}

static void spin(long milliseconds)
{
	struct timespec now, end;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &end);
	end.tv_nsec += milliseconds * 1000000;
	end.tv_sec += end.tv_nsec / 1000000000;
	end.tv_nsec %= 1000000000;
	do {
		clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	} while (now.tv_sec < end.tv_sec ||
		 (now.tv_sec == end.tv_sec && now.tv_nsec < end.tv_nsec));
}

static int load_sample_reader(int value)
{
	static struct program p;

	p.len = 0;
	add_array(&p, numbers);
	add_count(&p, 0);
	add_store_ctx(&p, 1, DATA_IP);
	add_store_ctx(&p, 2, DATA_CS);
	add_store_ctx(&p, 3, DATA_PERIOD);
	add_store_ctx(&p, 4, DATA_ADDR);
	add_return(&p, value);
	return load_type(TYPE, &p, true);
}

/* ---- samples -------------------------------------------------------------------------------- */

static void test_faults(void)
{
	int event = open_faults(), prog = load_sample_reader(1);
	struct perf_event_mmap_page *ring;
	char *at;

	ring = mmap(NULL, 9 * page_bytes, PROT_READ | PROT_WRITE, MAP_SHARED, event, 0);
	ok(ring != MAP_FAILED, "a buffer for samples");
	fails(0, set_bpf(event, prog), "a program on page faults");
	clear(numbers);
	at = touch(1);
	ok(number(numbers, 0) >= 1, "it runs: %llu", number(numbers, 0));
	ok(number(numbers, 4) == (uintptr_t)at, "it sees the address");
	ok(number(numbers, 3) == 1, "and the period");
	ok(number(numbers, 1) >= (uintptr_t)&__executable_start &&
	   number(numbers, 1) < (uintptr_t)&etext && (number(numbers, 2) & 3) == 3,
	   "and the registers");
	ok(ring->data_head > 0, "what it wants is recorded");
	close(event);
	close(prog);
	munmap(ring, 9 * page_bytes);
	clear(numbers);
	touch(10);
	ok(number(numbers, 0) == 0, "it goes with the event");
}

static void test_drop(void)
{
	int event = open_faults(), prog = load_sample_reader(0);
	struct perf_event_mmap_page *ring;
	__u64 before;

	ring = mmap(NULL, 9 * page_bytes, PROT_READ | PROT_WRITE, MAP_SHARED, event, 0);
	set_bpf(event, prog);
	close(prog);
	clear(numbers);
	before = ring->data_head;
	touch(10);
	ok(number(numbers, 0) >= 10, "a program whose descriptor is closed runs");
	ok(ring->data_head == before, "what it does not want is not recorded");
	ok(counted(event) >= 10, "but counted");
	munmap(ring, 9 * page_bytes);
	close(event);
}

static void test_clocks(void)
{
	static const struct { __u64 config; const char *name; } clocks[] = {
		{ PERF_COUNT_SW_CPU_CLOCK, "processor's" },
		{ PERF_COUNT_SW_TASK_CLOCK, "task's" },
	};
	unsigned int n;

	for (n = 0; n < COUNT(clocks); n++) {
		int event = open_software(clocks[n].config, 1000000, false);
		int prog = load_sample_reader(1);

		clear(numbers);
		fails(0, set_bpf(event, prog), "a program on the %s clock", clocks[n].name);
		spin(200);
		ok(number(numbers, 0) > 3, "it runs from time to time: %llu", number(numbers, 0));
		ok(number(numbers, 3) >= 1000000, "period of a sample: %llu", number(numbers, 3));
		close(event);
		close(prog);
	}
}

static volatile int watched;

static void test_breakpoint(void)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_BREAKPOINT,
		.bp_type = HW_BREAKPOINT_W,
		.bp_addr = (uintptr_t)&watched,
		.bp_len = HW_BREAKPOINT_LEN_4,
		.sample_period = 1,
	};
	int event = perf_open(&attr, 0, -1), prog;

	if (event < 0) {
		skip("no breakpoints");
		return;
	}
	prog = load_sample_reader(1);
	clear(numbers);
	fails(0, set_bpf(event, prog), "a program on a breakpoint");
	watched = 1;
	watched = 2;
	ok(number(numbers, 0) == 2, "it runs: %llu", number(numbers, 0));
	close(event);
	close(prog);
}

/* ---- children ------------------------------------------------------------------------------- */

static void touch_in_child(unsigned int count)
{
	int status;
	pid_t pid = fork();

	if (!pid) {
		touch(count);
		_exit(0);
	}
	waitpid(pid, &status, 0);
}

static void test_children(void)
{
	int event = open_software(PERF_COUNT_SW_PAGE_FAULTS, 1, true);
	int prog = load_sample_reader(1);

	set_bpf(event, prog);
	close(prog);
	clear(numbers);
	touch_in_child(1000);
	ok(number(numbers, 0) >= 1000, "a child has its parent's program: %llu",
	   number(numbers, 0));
	close(event);
	clear(numbers);
	touch_in_child(1000);
	ok(number(numbers, 0) == 0, "and no more when the event is closed");
}

/* children of children are made while the event gets its program */
static void test_children_races(void)
{
	int rounds, status, bad = 0;

	for (rounds = 0; rounds < 20; rounds++) {
		int event = open_software(PERF_COUNT_SW_PAGE_FAULTS, 1, true), n;
		int prog = load_counter(TYPE, numbers, 0, 1);
		pid_t pid = fork();

		if (!pid) {
			for (n = 0; n < 10; n++)
				touch_in_child(3);
			_exit(0);
		}
		usleep(rounds * 500);
		bad += set_bpf(event, prog) != 0;
		waitpid(pid, &status, 0);
		clear(numbers);
		touch_in_child(3);
		bad += number(numbers, 0) < 3;
		close(event);
		close(prog);
	}
	ok(!bad, "children are made while their ancestor's event gets a program");
}

/* ---- errors --------------------------------------------------------------------------------- */

static void test_programs(void)
{
	static const unsigned int types[] = {
		BPF_PROG_TYPE_SOCKET_FILTER, BPF_PROG_TYPE_KPROBE, BPF_PROG_TYPE_TRACEPOINT,
		BPF_PROG_TYPE_RAW_TRACEPOINT, BPF_PROG_TYPE_TRACING,
	};
	int event = open_faults(), prog, other;
	unsigned int n;

	for (n = 0; n < COUNT(types); n++) {
		prog = load_reader(types[n], 0, 0, 1);
		ok(prog >= 0 && set_bpf(event, prog) == -EINVAL,
		   "a program of type %u: EINVAL", types[n]);
		close(prog);
	}
	fails(EBADF, set_bpf(event, 999), "a descriptor that is not open");
	fails(EINVAL, set_bpf(event, numbers), "a map");
	prog = load_counter(TYPE, numbers, 0, 1);
	other = load_counter(TYPE, numbers, 1, 1);
	fails(0, set_bpf(event, prog), "a program");
	fails(EEXIST, set_bpf(event, other), "another one");
	fails(EEXIST, set_bpf(event, prog), "itself");
	close(event);
	event = open_faults();
	fails(0, set_bpf(event, prog), "itself on another event");
	close(event);
	close(prog);
	close(other);
	fails(EACCES, load_reader(TYPE, DATA_ADDR + 8, 8, 1), "reading behind the context");
	prog = load_reader(TYPE, DATA_PERIOD, 4, 1);
	ok(prog >= 0, "reading half of the period");
	close(prog);
}

/* asks for a stack, which a precise event without one cannot give */
static int load_stack_reader(void)
{
	static struct program p;

	p.len = 0;
	ADD(&p, BPF_MOV64_REG(BPF_REG_2, BPF_REG_10),
	    BPF_ALU64_IMM(BPF_ADD, BPF_REG_2, -64),
	    BPF_MOV64_IMM(BPF_REG_3, 64),
	    BPF_MOV64_IMM(BPF_REG_4, 0),
	    BPF_CALL_FUNC(BPF_FUNC_get_stack));
	add_return(&p, 1);
	return load_type(TYPE, &p, false);
}

static void test_precise(void)
{
	static const struct {
		__u32		precise;
		__u64		sample_type;
		bool		no_kernel, no_user;
		int		err;
		const char	*name;
	} rows[] = {
		{ 0, 0, false, false, 0, "not precise" },
		{ 1, 0, false, false, EPROTO, "precise, without stack" },
		{ 1, PERF_SAMPLE_CALLCHAIN, true, false, EPROTO, "without the kernel's" },
		{ 1, PERF_SAMPLE_CALLCHAIN, false, true, EPROTO, "without user space's" },
		{ 1, PERF_SAMPLE_CALLCHAIN, false, false, 0, "precise, with stack" },
	};
	int prog = load_stack_reader(), simple = load_reader(TYPE, 0, 0, 1);
	unsigned int n;

	if (prog < 0)
		skip("no bpf_get_stack()");
	for (n = 0; n < COUNT(rows); n++) {
		struct perf_event_attr attr = {
			.type = PERF_TYPE_SOFTWARE,
			.config = PERF_COUNT_SW_PAGE_FAULTS,
			.sample_period = 1,
			.sample_type = rows[n].sample_type,
			.precise_ip = rows[n].precise,
			.exclude_callchain_kernel = rows[n].no_kernel,
			.exclude_callchain_user = rows[n].no_user,
		};
		int event = perf_open(&attr, 0, -1);

		if (event < 0) {
			skip("no such event: %s", rows[n].name);
			continue;
		}
		if (prog >= 0)
			fails(rows[n].err, set_bpf(event, prog), "stacks of an event %s",
			      rows[n].name);
		else
			fails(0, set_bpf(event, simple), "an event %s", rows[n].name);
		if (prog >= 0 && !rows[n].err)
			touch(10);
		close(event);
	}
	close(prog);
	close(simple);
}

/* ---- while it fires ------------------------------------------------------------------------- */

#define ROUNDS	500
#define SECONDS	10

static void test_while_firing(void)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_SOFTWARE,
		.config = PERF_COUNT_SW_CPU_CLOCK,
		.sample_period = 100000,
	};
	time_t end = time(NULL) + SECONDS;
	int n, cpu, bad = 0;

	clear(numbers);
	start_firing();
	for (n = 0; n < ROUNDS && time(NULL) < end; n++) {
		int prog = load_counter(TYPE, numbers, 0, n & 1), events[CPUS];

		for (cpu = 0; cpu < CPUS; cpu++) {
			events[cpu] = perf_open(&attr, -1, cpu);
			bad += set_bpf(events[cpu], prog) != 0;
		}
		close(prog);
		usleep(2000);
		for (cpu = 0; cpu < CPUS; cpu++)
			close(events[cpu]);
	}
	stop_firing();
	ok(!bad && number(numbers, 0) > 0,
	   "programs come and go %d times on the clocks of %d CPUs, and run: %llu", n, CPUS,
	   number(numbers, 0));
}

int main(void)
{
	page_bytes = sysconf(_SC_PAGESIZE);
	numbers = make_array(64);
	test_faults();
	test_drop();
	test_clocks();
	test_breakpoint();
	test_children();
	test_children_races();
	test_programs();
	test_precise();
	test_while_firing();
	return tap_done();
}
