// SPDX-License-Identifier: GPL-2.0-only
/*
 * Programs that a perf event attaches to its trace event (PERF_EVENT_IOC_SET_BPF):
 * tracepoints, system calls, kprobes and uprobes; several on one event, what each sees,
 * vetoes, every errno, and coming and going while the event fires on every CPU.
 *
 * Source: REQUIREMENTS S1.filter, S3.
 */
#include <time.h>
#include "events.h"

#define TIMER		"timer/itimer_state"
#define ENTER		"syscalls/sys_enter_getpgid"
#define EXIT		"syscalls/sys_exit_getpgid"
#define EVENT_PROGS	64

/* of itimer_state's record */
#define TIMER_WHICH	8
#define TIMER_BYTES	56

/* of struct pt_regs, x86-64 */
#define REGS_DI		112
#define REGS_AX		80

static int numbers;

/* ---- tracepoints ---------------------------------------------------------------------------- */

static void test_tracepoint(void)
{
	int event = open_event(TIMER);
	int prog = load_counter(BPF_PROG_TYPE_TRACEPOINT, numbers, 0, 1);

	clear(numbers);
	fails(0, set_bpf(event, prog), "a program on a tracepoint");
	fire_timer(10);
	ok(number(numbers, 0) == 10, "it runs for each event");
	ok(counted(event) == 10, "and lets it be counted");
	close(prog);
	fire_timer(10);
	ok(number(numbers, 0) == 20, "it stays when its descriptor is closed");
	close(event);
	fire_timer(10);
	ok(number(numbers, 0) == 20, "and goes with the perf event");
}

static void test_tail_call(void)
{
	int map = create_map(BPF_MAP_TYPE_PROG_ARRAY, 4, 4, 1, 0), event = open_event(TIMER);
	int prog = load_jump(BPF_PROG_TYPE_TRACEPOINT, map, 1);
	int last = load_counter(BPF_PROG_TYPE_TRACEPOINT, numbers, 0, 0);

	clear(numbers);
	fails(0, set_bpf(event, prog), "a program that may go on in another");
	fire_timer(5);
	ok(counted(event) == 5, "it runs where there is no other");
	put_prog(map, last);
	fire_timer(5);
	ok(number(numbers, 0) == 5 && counted(event) == 5, "the other decides where there is one");
	close(event);
	close(last);
	close(prog);
	close(map);
}

static void test_veto(void)
{
	int event = open_event(TIMER), other = open_event(TIMER);
	int none = load_counter(BPF_PROG_TYPE_TRACEPOINT, numbers, 0, 0);
	int all = load_counter(BPF_PROG_TYPE_TRACEPOINT, numbers, 1, 1);

	clear(numbers);
	set_bpf(event, none);
	fire_timer(10);
	ok(number(numbers, 0) == 10 && !counted(event) && !counted(other),
	   "an event is counted by nobody where a program returns 0");
	set_bpf(other, all);
	fire_timer(10);
	ok(number(numbers, 0) == 20 && number(numbers, 1) == 10,
	   "programs behind the one that returns 0 run");
	ok(!counted(event) && !counted(other), "and cannot take its veto back");
	close(event);
	fire_timer(10);
	ok(number(numbers, 0) == 20 && number(numbers, 1) == 20 && counted(other) == 10,
	   "the veto goes with its program");
	close(other);
	close(none);
	close(all);
}

/* number 0 of the array becomes itself plus @add, then times @times */
static int load_step(int add, int times)
{
	static struct program p;

	p.len = 0;
	add_array(&p, numbers);
	ADD(&p, BPF_LDX_MEM(BPF_DW, BPF_REG_1, BPF_REG_7, 0),
	    BPF_ALU64_IMM(BPF_ADD, BPF_REG_1, add),
	    BPF_ALU64_IMM(BPF_MUL, BPF_REG_1, times));
	add_store(&p, 0, BPF_REG_1);
	add_return(&p, 1);
	return load_type(BPF_PROG_TYPE_TRACEPOINT, &p, true);
}

static void test_order(void)
{
	static const struct { int add, times; } steps[] = {
		{ 3, 1 }, { 0, 5 }, { 7, 1 }, { 0, 11 },
	};
	int events[COUNT(steps)];
	unsigned int n;

	clear(numbers);
	for (n = 0; n < COUNT(steps); n++) {
		int prog = load_step(steps[n].add, steps[n].times);

		events[n] = open_event(TIMER);
		set_bpf(events[n], prog);
		close(prog);
	}
	fire_timer(1);
	ok(number(numbers, 0) == ((3 * 5) + 7) * 11, "programs run in the order they came");
	close(events[1]);
	clear(numbers);
	fire_timer(1);
	ok(number(numbers, 0) == (3 + 7) * 11, "one from the middle leaves, the order stays");
	close(events[0]);
	close(events[2]);
	close(events[3]);
}

static void test_record(void)
{
	int event = open_event(TIMER), prog;
	static struct program p;
	__u64 got;

	p.len = 0;
	add_array(&p, numbers);
	ADD(&p, BPF_LDX_MEM(BPF_W, BPF_REG_1, BPF_REG_6, TIMER_WHICH));
	add_store(&p, 0, BPF_REG_1);
	ADD(&p, BPF_LDX_MEM(BPF_DW, BPF_REG_1, BPF_REG_6, TIMER_BYTES - 8));
	add_store(&p, 1, BPF_REG_1);
	add_return(&p, 1);
	prog = load_type(BPF_PROG_TYPE_TRACEPOINT, &p, true);
	fails(0, set_bpf(event, prog), "a program that reads the last field");
	fire_timer(1);
	got = number(numbers, 0);
	ok(got == ITIMER_VIRTUAL, "a field of the record: %llu is %d", got, ITIMER_VIRTUAL);
	close(prog);
	close(event);
}

/* ---- system calls --------------------------------------------------------------------------- */

static void test_syscalls(void)
{
	int enter = open_event(ENTER), leave = open_event(EXIT), prog, other;
	static struct program p;

	p.len = 0;
	add_array(&p, numbers);
	add_count(&p, 0);
	ADD(&p, BPF_LDX_MEM(BPF_W, BPF_REG_1, BPF_REG_6, 8));
	add_store(&p, 1, BPF_REG_1);
	add_store_ctx(&p, 2, 16);
	add_return(&p, 1);
	prog = load_type(BPF_PROG_TYPE_TRACEPOINT, &p, true);
	clear(numbers);
	fails(0, set_bpf(enter, prog), "a program on the entry of a system call");
	syscall(__NR_getpgid, NO_PID);
	ok(number(numbers, 0) == 1 && number(numbers, 1) == __NR_getpgid &&
	   number(numbers, 2) == NO_PID, "it sees number and argument");
	syscall(__NR_getpid);
	ok(number(numbers, 0) == 1, "of that system call only");
	ok(counted(enter) == 1, "which is counted");
	close(enter);

	fails(0, set_bpf(leave, prog), "the same program on the exit");
	syscall(__NR_getpgid, NO_PID);
	ok(number(numbers, 0) == 2 && number(numbers, 2) == (__u64)-ESRCH, "it sees the result");
	close(leave);
	close(prog);

	enter = open_event(ENTER);
	leave = open_event(EXIT);
	prog = load_reader(BPF_PROG_TYPE_TRACEPOINT, 24, 8, 1);
	other = load_reader(BPF_PROG_TYPE_TRACEPOINT, 16, 8, 1);
	fails(EACCES, set_bpf(enter, prog), "reading a second argument of one");
	fails(EACCES, set_bpf(leave, prog), "reading behind the result");
	fails(0, set_bpf(leave, other), "reading the result");
	close(enter);
	close(leave);
	close(prog);
	close(other);
}

/* ---- kprobes -------------------------------------------------------------------------------- */

/* number 1 becomes a register, number 0 counts */
static int load_regs_reader(unsigned int off, int value)
{
	static struct program p;

	p.len = 0;
	add_array(&p, numbers);
	add_count(&p, 0);
	add_store_ctx(&p, 1, off);
	add_return(&p, value);
	return load_type(BPF_PROG_TYPE_KPROBE, &p, true);
}

static void test_kprobe(void)
{
	int event = open_kprobe("sched_getaffinity", 0, false);
	int prog = load_regs_reader(REGS_DI, 1), none;

	clear(numbers);
	fails(0, set_bpf(event, prog), "a program on a kprobe");
	ask_affinity();
	ok(number(numbers, 0) == 1 && number(numbers, 1) == NO_PID, "it sees registers");
	ok(counted(event) == 1, "and lets it be counted");
	close(event);
	close(prog);

	event = open_kprobe("sched_getaffinity", 0, true);
	none = load_regs_reader(REGS_AX, 0);
	clear(numbers);
	fails(0, set_bpf(event, none), "a program on a kretprobe");
	ask_affinity();
	ok(number(numbers, 0) == 1 && number(numbers, 1) == (__u64)-ESRCH,
	   "it sees what is returned");
	ok(!counted(event), "and has a veto");
	close(event);
	close(none);
}

static void test_kprobe_events(void)
{
	int prog = load_regs_reader(REGS_DI, 1), event;

	if (write_file(TRACING "kprobe_events", O_APPEND, "p:mine/probe sched_getaffinity")) {
		skip("no kprobe_events");
		return;
	}
	event = open_event("mine/probe");
	clear(numbers);
	fails(0, set_bpf(event, prog), "a program on an event of kprobe_events");
	ask_affinity();
	ok(number(numbers, 0) == 1 && number(numbers, 1) == NO_PID, "it runs");
	fails(EBUSY, write_file(TRACING "kprobe_events", O_APPEND, "-:mine/probe"),
	      "removing the event meanwhile");
	close(event);
	fails(0, write_file(TRACING "kprobe_events", O_APPEND, "-:mine/probe"),
	      "removing it afterwards");
	ask_affinity();
	ok(number(numbers, 0) == 1, "nothing runs any more");
	close(prog);
}

/* ---- uprobes -------------------------------------------------------------------------------- */

static void test_uprobe(void)
{
	int event = open_uprobe(false), prog = load_regs_reader(REGS_DI, 1), other;

	clear(numbers);
	fails(0, set_bpf(event, prog), "a program on a uprobe");
	probed(77);
	ok(number(numbers, 0) == 1 && (__u32)number(numbers, 1) == 77, "it sees registers");
	ok(counted(event) == 1, "and lets it be counted");
	other = load_reader(BPF_PROG_TYPE_TRACEPOINT, 0, 0, 1);
	close(event);
	event = open_uprobe(false);
	fails(EINVAL, set_bpf(event, other), "a tracepoint program on a uprobe");
	close(event);
	close(prog);
	close(other);

	event = open_uprobe(true);
	prog = load_regs_reader(REGS_AX, 0);
	clear(numbers);
	fails(0, set_bpf(event, prog), "a program on a uretprobe");
	probed(77);
	ok(number(numbers, 0) == 1 && (__u32)number(numbers, 1) == 231,
	   "it sees what is returned");
	ok(!counted(event), "and has a veto");
	close(event);
	close(prog);
}

/* ---- errors --------------------------------------------------------------------------------- */

static void test_wrong_programs(void)
{
	static const struct { unsigned int type; const char *name; } types[] = {
		{ BPF_PROG_TYPE_SOCKET_FILTER, "socket filter" },
		{ BPF_PROG_TYPE_RAW_TRACEPOINT, "raw tracepoint" },
		{ BPF_PROG_TYPE_PERF_EVENT, "perf event" },
		{ BPF_PROG_TYPE_TRACING, "tracing" },
		{ BPF_PROG_TYPE_TRACEPOINT, "tracepoint" },
		{ BPF_PROG_TYPE_KPROBE, "kprobe" },
	};
	int tracepoint = open_event(TIMER), syscall = open_event(ENTER);
	int kprobe = open_kprobe("sched_getaffinity", 0, false);
	unsigned int n;

	for (n = 0; n < COUNT(types); n++) {
		int prog = load_reader(types[n].type, 0, 0, 1);

		ok(prog >= 0, "a %s program", types[n].name);
		if (types[n].type != BPF_PROG_TYPE_TRACEPOINT) {
			fails(EINVAL, set_bpf(tracepoint, prog), "on a tracepoint");
			fails(EINVAL, set_bpf(syscall, prog), "on a system call");
		}
		if (types[n].type != BPF_PROG_TYPE_KPROBE)
			fails(EINVAL, set_bpf(kprobe, prog), "on a kprobe");
		close(prog);
	}
	fails(EBADF, set_bpf(tracepoint, 999), "a descriptor that is not open");
	fails(EINVAL, set_bpf(tracepoint, numbers), "a map");
	fails(EINVAL, set_bpf(tracepoint, tracepoint), "a perf event");
	close(tracepoint);
	close(syscall);
	close(kprobe);
}

static void test_bounds(void)
{
	int event = open_event(TIMER), prog;

	fails(EACCES, load_reader(BPF_PROG_TYPE_TRACEPOINT, 0, 8, 1),
	      "loading what reads the first 8 bytes of the record");
	fails(EACCES, load_reader(BPF_PROG_TYPE_TRACEPOINT, 8192, 8, 1),
	      "loading what reads more than any record has");
	fails(EACCES, load_reader(BPF_PROG_TYPE_KPROBE, 168, 8, 1),
	      "loading what reads behind the registers");
	prog = load_reader(BPF_PROG_TYPE_TRACEPOINT, TIMER_BYTES, 8, 1);
	ok(prog >= 0, "a program that reads 8 bytes more than the record of an event has");
	fails(EACCES, set_bpf(event, prog), "on that event");
	close(prog);
	prog = load_reader(BPF_PROG_TYPE_TRACEPOINT, TIMER_BYTES - 1, 1, 1);
	fails(0, set_bpf(event, prog), "one that reads its last byte");
	close(prog);
	close(event);
}

static void test_many(void)
{
	int events[EVENT_PROGS + 1], progs[EVENT_PROGS + 1], n, attached = 0;

	for (n = 0; n <= EVENT_PROGS; n++) {
		events[n] = open_event(TIMER);
		progs[n] = load_counter(BPF_PROG_TYPE_TRACEPOINT, numbers, 0, 1);
	}
	clear(numbers);
	fails(0, set_bpf(events[0], progs[0]), "a program");
	fails(EEXIST, set_bpf(events[0], progs[1]), "another one on the same perf event");
	fails(EEXIST, set_bpf(events[0], progs[0]), "itself on the same perf event");
	fails(EEXIST, set_bpf(events[1], progs[0]), "itself on another one of the event");
	for (n = 1; n < EVENT_PROGS; n++)
		attached += !set_bpf(events[n], progs[n]);
	ok(attached == EVENT_PROGS - 1, "64 programs on one event");
	fails(E2BIG, set_bpf(events[EVENT_PROGS], progs[EVENT_PROGS]), "one more");
	fire_timer(3);
	ok(number(numbers, 0) == 3 * EVENT_PROGS, "all of them run");
	close(events[0]);
	fails(0, set_bpf(events[EVENT_PROGS], progs[EVENT_PROGS]), "one more after one has gone");
	for (n = 1; n <= EVENT_PROGS; n++)
		close(events[n]);
	for (n = 0; n <= EVENT_PROGS; n++)
		close(progs[n]);
	clear(numbers);
	fire_timer(3);
	ok(number(numbers, 0) == 0, "none of them runs when all have gone");
}

/* ---- override ------------------------------------------------------------------------------- */

static int load_override(void)
{
	static struct program p;

	p.len = 0;
	ADD(&p, BPF_MOV64_IMM(BPF_REG_2, -5),
	    BPF_CALL_FUNC(BPF_FUNC_override_return));
	add_return(&p, 0);
	return load_type(BPF_PROG_TYPE_KPROBE, &p, false);
}

static void test_override(void)
{
	int prog = load_override(), event;

	if (prog < 0) {
		skip("no bpf_override_return()");
		return;
	}
	event = open_kprobe("sched_getaffinity", 0, false);
	fails(EINVAL, set_bpf(event, prog), "override of a function that may not fail so");
	close(event);
	event = open_kprobe("__x64_sys_getpgid", 4, false);
	if (event >= 0)
		fails(EINVAL, set_bpf(event, prog), "override inside of a function");
	close(event);
	event = open_uprobe(false);
	fails(EINVAL, set_bpf(event, prog), "override in user space");
	close(event);
	event = open_kprobe("__x64_sys_getpgid", 0, false);
	fails(0, set_bpf(event, prog), "override of a system call");
	ok(syscall(__NR_getpgid, 0) == -1 && errno == 5, "it fails as the program says");
	close(event);
	ok(syscall(__NR_getpgid, 0) >= 0, "and no more when the program has gone");
	close(prog);
}

/* ---- query ---------------------------------------------------------------------------------- */

struct query {
	struct perf_event_query_bpf	head;
	__u32				ids[EVENT_PROGS + 1];
};

static int query(int event, struct query *q, __u32 room)
{
	memset(q, 0, sizeof(*q));
	q->head.ids_len = room;
	return result_of(ioctl(event, PERF_EVENT_IOC_QUERY_BPF, q));
}

static int query_as_nobody(void *event)
{
	struct query q;

	return -query(*(int *)event, &q, 2);
}

static __u32 id_of(int prog)
{
	struct bpf_prog_info info;

	return prog_info(prog, &info) ? 0 : info.id;
}

static void test_query(void)
{
	int events[3], progs[3], n, other;
	struct perf_event_attr attr = {
		.type = PERF_TYPE_SOFTWARE, .config = PERF_COUNT_SW_PAGE_FAULTS,
	};
	struct query q;

	for (n = 0; n < 3; n++) {
		events[n] = open_event(TIMER);
		progs[n] = load_counter(BPF_PROG_TYPE_TRACEPOINT, numbers, 0, 1);
	}
	fails(0, query(events[0], &q, 8), "query without programs");
	ok(q.head.prog_cnt == 0, "there are none");
	for (n = 0; n < 3; n++)
		set_bpf(events[n], progs[n]);
	fails(0, query(events[1], &q, 8), "query");
	ok(q.head.prog_cnt == 3 && q.ids[0] == id_of(progs[0]) &&
	   q.ids[1] == id_of(progs[1]) && q.ids[2] == id_of(progs[2]) && !q.ids[3],
	   "numbers of the event's programs, in order");
	fails(0, query(events[0], &q, 0), "query of the count");
	ok(q.head.prog_cnt == 3 && !q.ids[0], "only that");
	fails(ENOSPC, query(events[0], &q, 2), "query with room for two");
	ok(q.head.prog_cnt == 3 && q.ids[1] == id_of(progs[1]) && !q.ids[2],
	   "two numbers, and how many there are");
	fails(0, query(events[0], &q, EVENT_PROGS), "query with room for 64");
	fails(E2BIG, query(events[0], &q, EVENT_PROGS + 1), "query with room for 65");
	fails(EFAULT, result_of(ioctl(events[0], PERF_EVENT_IOC_QUERY_BPF, BAD_POINTER)),
	      "query to a wild address");
	ok(as_nobody(query_as_nobody, &events[0]) == EPERM, "query without privilege: EPERM");
	other = perf_open(&attr, 0, -1);
	fails(EINVAL, query(other, &q, 2), "query of an event that is no trace event");
	close(other);
	other = open_kprobe("sched_getaffinity", 0, false);
	fails(EINVAL, query(other, &q, 2), "query of perf's own kprobe");
	close(other);
	for (n = 0; n < 3; n++) {
		close(events[n]);
		close(progs[n]);
	}
}

/* ---- one inside another --------------------------------------------------------------------- */

/* prints, which fires bpf_trace_printk */
static int load_printer(void)
{
	static struct program p;

	p.len = 0;
	ADD(&p, BPF_ST_MEM(BPF_W, BPF_REG_10, -8, 'x'),
	    BPF_MOV64_REG(BPF_REG_1, BPF_REG_10),
	    BPF_ALU64_IMM(BPF_ADD, BPF_REG_1, -8),
	    BPF_MOV64_IMM(BPF_REG_2, 2),
	    BPF_CALL_FUNC(BPF_FUNC_trace_printk));
	add_return(&p, 1);
	return load_type(BPF_PROG_TYPE_KPROBE, &p, true);
}

static void test_nested(void)
{
	int outer = load_printer();
	int inner = load_counter(BPF_PROG_TYPE_TRACEPOINT, numbers, 0, 1);
	int event = open_kprobe("sched_getaffinity", 0, false);
	int printed = open_event("bpf_trace/bpf_trace_printk"), n;
	struct bpf_prog_info info;

	if (printed < 0) {
		skip("no event of bpf_trace_printk()");
		return;
	}
	clear(numbers);
	set_bpf(event, outer);
	fails(0, set_bpf(printed, inner), "a program on what another's helper fires");
	for (n = 0; n < 10; n++)
		ask_affinity();
	ok(number(numbers, 0) == 0, "does not run inside that one");
	prog_info(inner, &info);
	ok(info.recursion_misses == 10, "it has missed the events: %llu",
	   (unsigned long long)info.recursion_misses);
	ok(counted(event) == 10 && !counted(printed), "which are not counted either");
	prog_info(outer, &info);
	ok(!info.recursion_misses, "the outer one has missed none");
	close(event);
	close(printed);
	close(outer);
	close(inner);
}

/* ---- while it fires ------------------------------------------------------------------------- */

#define ROUNDS	300
#define SECONDS	15

/* one that stays, and a round of ones that come and go */
static void test_while_firing(void)
{
	int stays = open_event(TIMER), always, n;
	unsigned long fired, bad = 0;
	struct bpf_prog_info info;
	time_t end;

	always = load_counter(BPF_PROG_TYPE_TRACEPOINT, numbers, 0, 1);
	clear(numbers);
	set_bpf(stays, always);
	start_firing();
	end = time(NULL) + SECONDS;
	for (n = 0; n < ROUNDS && time(NULL) < end; n++) {
		int record = load_counter(BPF_PROG_TYPE_TRACEPOINT, numbers, 1, n & 1);
		int regs = load_counter(BPF_PROG_TYPE_KPROBE, numbers, 2, n & 1);
		int timer = open_event(TIMER), enter = open_event(ENTER);
		int user = n % 4 ? -1 : open_uprobe(n & 4);

		bad += set_bpf(timer, record) || set_bpf(enter, record) ||
		       (user >= 0 && set_bpf(user, regs));
		close(record);
		close(regs);
		sched_yield();
		close(timer);
		close(enter);
		if (user >= 0)
			close(user);
	}
	fired = stop_firing();
	prog_info(always, &info);
	ok(!bad, "programs come and go %d times while events fire on %d CPUs", n, CPUS);
	ok(fired > CPUS && number(numbers, 0) == fired && !info.recursion_misses,
	   "one that stays has seen each event: %llu of %lu", number(numbers, 0), fired);
	ok(number(numbers, 1) > 0, "the others have run: %llu, %llu in user space's probes",
	   number(numbers, 1), number(numbers, 2));
	close(stays);
	close(always);
}

int main(void)
{
	numbers = make_array(64);
	if (open_event(TIMER) < 0) {
		skip("no trace events");
		return tap_done();
	}
	test_tracepoint();
	test_tail_call();
	test_veto();
	test_order();
	test_record();
	test_syscalls();
	test_kprobe();
	test_kprobe_events();
	test_uprobe();
	test_wrong_programs();
	test_bounds();
	test_many();
	test_override();
	test_query();
	test_nested();
	test_while_firing();
	return tap_done();
}
