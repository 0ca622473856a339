// SPDX-License-Identifier: GPL-2.0-only
/*
 * BPF_RAW_TRACEPOINT_OPEN: what programs see, how long they stay, every errno, events of
 * modules, and coming and going while the tracepoint is hit on every CPU.
 *
 * The module is /trace-events-sample.ko, the kernel's samples/trace_events.
 */
#include <signal.h>
#include <stddef.h>
#include <time.h>
#include "events.h"

#define TYPE		BPF_PROG_TYPE_RAW_TRACEPOINT
#define TIMER		"itimer_state"		/* which, value, expires */
#define TIMER_ARGS	3
#define MODULE		"/trace-events-sample.ko"
#define MODULE_NAME	"trace_events_sample"

static int numbers;

/* descriptor or -errno */
static int raw_open(const char *name, int prog)
{
	union bpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.raw_tracepoint.name = (uintptr_t)name;
	attr.raw_tracepoint.prog_fd = prog;
	return result_of(bpf_call(BPF_RAW_TRACEPOINT_OPEN, &attr));
}

/* stores arguments 0 to @count in numbers 1 and on, counts in number 0 */
static int load_args(unsigned int count)
{
	static struct program p;
	unsigned int n;

	p.len = 0;
	add_array(&p, numbers);
	add_count(&p, 0);
	for (n = 0; n < count; n++)
		add_store_ctx(&p, 1 + n, 8 * n);
	add_return(&p, 0);
	return load_type(TYPE, &p, true);
}

/* ---- one program ---------------------------------------------------------------------------- */

static void test_arguments(void)
{
	int prog = load_args(TIMER_ARGS), link, event = open_event("timer/itimer_state");

	clear(numbers);
	link = fails(0, raw_open(TIMER, prog), "a program on a raw tracepoint");
	fire_timer(3);
	ok(number(numbers, 0) == 3, "it runs each time");
	ok(number(numbers, 1) == ITIMER_VIRTUAL, "a number as argument");
	ok(number(numbers, 2) >> 63, "an address of the kernel as argument");
	ok(number(numbers, 3) == 0, "a number of 64 bits as argument");
	ok(counted(event) == 3, "what it returns does not matter");
	close(event);
	close(prog);
	fire_timer(3);
	ok(number(numbers, 0) == 6, "it stays when its own descriptor is closed");
	close(link);
	fire_timer(3);
	ok(number(numbers, 0) == 6, "and goes with that of the tracepoint");
}

/* sys_exit(regs, ret), which has a wrapper of its own in the base */
static void test_syscall(void)
{
	static struct program p;
	int prog, link;

	p.len = 0;
	ADD(&p, BPF_LDX_MEM(BPF_DW, BPF_REG_2, BPF_REG_1, 8),
	    BPF_JMP_IMM(BPF_JEQ, BPF_REG_2, -ESRCH, 2));
	add_return(&p, 0);
	add_array(&p, numbers);
	add_count(&p, 0);
	add_return(&p, 0);
	prog = load_type(TYPE, &p, true);
	clear(numbers);
	link = fails(0, raw_open("sys_exit", prog), "a program on all system calls");
	syscall(__NR_getpgid, NO_PID);
	syscall(__NR_getpgid, 0);
	close(link);
	close(prog);
	ok(number(numbers, 0) == 1, "a negative argument has its sign: %llu",
	   number(numbers, 0));
}

static void test_bare(void)
{
	int prog = load_args(1), link;

	link = raw_open("pelt_cfs_tp", prog);
	if (link == -ENOENT)
		skip("no tracepoint without event");
	else
		ok(link >= 0, "a program on a tracepoint that has no event");
	close(link);
	close(prog);
}

static void test_several(void)
{
	int one = load_counter(TYPE, numbers, 0, 0), two = load_counter(TYPE, numbers, 1, 0);
	int links[3];

	clear(numbers);
	links[0] = fails(0, raw_open(TIMER, one), "a program");
	links[1] = fails(0, raw_open(TIMER, two), "another on the same tracepoint");
	fails(EEXIST, raw_open(TIMER, one), "the same once more");
	links[2] = fails(0, raw_open("sys_exit", one), "the same on another tracepoint");
	close(links[2]);
	clear(numbers);
	fire_timer(2);
	ok(number(numbers, 0) == 2 && number(numbers, 1) == 2, "both run");
	close(links[0]);
	fire_timer(2);
	ok(number(numbers, 0) == 2 && number(numbers, 1) == 4, "the second one goes on alone");
	links[0] = fails(0, raw_open(TIMER, one), "the first one again");
	close(links[0]);
	close(links[1]);
	close(one);
	close(two);
}

/* who goes on in another program does not know how many arguments that one reads */
static void test_tail_call(void)
{
	int map = create_map(BPF_MAP_TYPE_PROG_ARRAY, 4, 4, 1, 0);
	int all = load_args(12), prog = load_jump(TYPE, map, 0), link;
	unsigned int n, zeroes = 0;

	fails(EINVAL, raw_open(TIMER, all), "a program that reads twelve arguments of three");
	put_prog(map, all);
	clear(numbers);
	link = fails(0, raw_open(TIMER, prog), "one that goes on in it");
	fire_timer(3);
	close(link);
	ok(number(numbers, 0) == 3, "that one runs, too");
	ok(number(numbers, 1) == ITIMER_VIRTUAL && number(numbers, 2) >> 63,
	   "and has the arguments that there are");
	for (n = TIMER_ARGS; n < 12; n++)
		zeroes += !number(numbers, 1 + n);
	ok(zeroes == 12 - TIMER_ARGS, "the others are zero");
	close(prog);
	close(all);
	close(map);
}

/* ---- errors --------------------------------------------------------------------------------- */

static void test_programs(void)
{
	static const unsigned int types[] = {
		BPF_PROG_TYPE_SOCKET_FILTER, BPF_PROG_TYPE_KPROBE, BPF_PROG_TYPE_TRACEPOINT,
		BPF_PROG_TYPE_PERF_EVENT, BPF_PROG_TYPE_TRACING,
	};
	unsigned int n;
	int prog;

	for (n = 0; n < COUNT(types); n++) {
		prog = load_reader(types[n], 0, 0, 0);
		ok(prog >= 0 && raw_open(TIMER, prog) == -EINVAL,
		   "a program of type %u: EINVAL", types[n]);
		close(prog);
	}
	fails(EBADF, raw_open(TIMER, 999), "a descriptor that is not open");
	fails(EINVAL, raw_open(TIMER, numbers), "a map");

	fails(EACCES, load_reader(TYPE, 96, 8, 0), "loading what reads a 13th argument");
	prog = load_reader(TYPE, 8 * TIMER_ARGS, 8, 0);
	ok(prog >= 0, "a program that reads a 4th argument");
	fails(EINVAL, raw_open(TIMER, prog), "on a tracepoint that has three");
	close(prog);
	prog = load_reader(TYPE, 8 * TIMER_ARGS - 1, 1, 0);
	fails(0, close(raw_open(TIMER, prog)), "a program that reads the last byte of three");
	close(prog);
}

static void test_names(void)
{
	int prog = load_reader(TYPE, 0, 0, 0);
	char name[300];
	union bpf_attr attr;

	fails(ENOENT, raw_open("itimer_stat", prog), "a part of a name");
	fails(ENOENT, raw_open("itimer_states", prog), "more than a name");
	fails(ENOENT, raw_open("timer:itimer_state", prog), "an event's whole name");
	fails(ENOENT, raw_open("", prog), "no name");
	memset(name, 'x', sizeof(name));
	name[sizeof(name) - 1] = '\0';
	fails(ENOENT, raw_open(name, prog), "a name of 299 letters");
	fails(EFAULT, raw_open((void *)BAD_POINTER, prog), "a name at a wild address");

	memset(&attr, 0, sizeof(attr));
	attr.raw_tracepoint.name = (uintptr_t)TIMER;
	attr.raw_tracepoint.prog_fd = prog;
	((char *)&attr)[offsetof(union bpf_attr, raw_tracepoint.prog_fd) + 4] = 1;
	fails(EINVAL, result_of(bpf_call(BPF_RAW_TRACEPOINT_OPEN, &attr)),
	      "a byte that means nothing yet");
	close(prog);
}

static void test_descriptor(void)
{
	int prog = load_args(1), link = raw_open(TIMER, prog), fd;
	char path[64], text[1024] = "", want[200], byte = 0;
	struct bpf_prog_info info;

	prog_info(prog, &info);
	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", link);
	fd = open(path, O_RDONLY);
	ok(read(fd, text, sizeof(text) - 1) > 0, "fdinfo");
	close(fd);
	snprintf(want, sizeof(want), "prog_id:\t%u\ntp_name:\t" TIMER "\n", info.id);
	ok(strstr(text, "link_type:\traw_tracepoint\nprog_tag:\t") && strstr(text, want),
	   "says type, tag, number and tracepoint");
	fails(EINVAL, result_of(read(link, &byte, 1)), "read");
	fails(EINVAL, result_of(write(link, &byte, 1)), "write");
	ok(fcntl(link, F_GETFD) & FD_CLOEXEC, "is closed on exec");
	close(link);
	close(prog);
}

/* ---- ends ----------------------------------------------------------------------------------- */

/* a process that attaches and is killed */
static void test_killed(void)
{
	int prog = load_counter(TYPE, numbers, 0, 0), ready[2], status;
	char byte = 0;
	pid_t pid;

	clear(numbers);
	if (pipe(ready))
		return;
	pid = fork();
	if (!pid) {
		raw_open(TIMER, prog);
		if (write(ready[1], &byte, 1) == 1)
			pause();
		_exit(1);
	}
	ok(read(ready[0], &byte, 1) == 1, "a process attaches");
	fire_timer(2);
	kill(pid, SIGKILL);
	waitpid(pid, &status, 0);
	ok(number(numbers, 0) == 2, "its program runs for everybody");
	fire_timer(2);
	ok(number(numbers, 0) == 2, "and no more when it was killed");
	close(ready[0]);
	close(ready[1]);
	close(prog);
}

static void test_nested(void)
{
	int inner = load_counter(TYPE, numbers, 0, 0), outer, links[2];
	struct bpf_prog_info info;
	static struct program p;

	p.len = 0;
	ADD(&p, BPF_ST_MEM(BPF_W, BPF_REG_10, -8, 'x'),
	    BPF_MOV64_REG(BPF_REG_1, BPF_REG_10),
	    BPF_ALU64_IMM(BPF_ADD, BPF_REG_1, -8),
	    BPF_MOV64_IMM(BPF_REG_2, 2),
	    BPF_CALL_FUNC(BPF_FUNC_trace_printk));
	add_return(&p, 0);
	outer = load_type(TYPE, &p, true);
	clear(numbers);
	links[0] = raw_open("bpf_trace_printk", inner);
	if (links[0] < 0) {
		skip("no event of bpf_trace_printk()");
		return;
	}
	links[1] = raw_open(TIMER, outer);
	fire_timer(5);
	prog_info(inner, &info);
	ok(!number(numbers, 0) && info.recursion_misses == 5,
	   "a program does not run inside another, and that is counted: %llu",
	   (unsigned long long)info.recursion_misses);
	close(links[0]);
	close(links[1]);
	close(inner);
	close(outer);
}

#define ROUNDS	2000
#define SECONDS	10

static void test_while_firing(void)
{
	int always = load_counter(TYPE, numbers, 0, 0), stays, n;
	struct bpf_prog_info info;
	unsigned long fired, bad = 0;
	time_t end = time(NULL) + SECONDS;

	clear(numbers);
	stays = raw_open(TIMER, always);
	start_firing();
	for (n = 0; n < ROUNDS && time(NULL) < end; n++) {
		int prog = load_counter(TYPE, numbers, 1, 0);
		int links[2] = { raw_open(TIMER, prog), raw_open("sys_enter", prog) };

		bad += links[0] < 0 || links[1] < 0;
		close(prog);
		sched_yield();
		close(links[0]);
		close(links[1]);
	}
	fired = stop_firing();
	prog_info(always, &info);
	ok(!bad, "programs come and go %d times while %d CPUs fire", n, CPUS);
	ok(fired > CPUS && number(numbers, 0) == fired && !info.recursion_misses,
	   "one that stays has seen each event: %llu of %lu", number(numbers, 0), fired);
	ok(number(numbers, 1) > 0, "the others have run: %llu", number(numbers, 1));
	close(stays);
	close(always);
}

/* ---- modules -------------------------------------------------------------------------------- */

static int insert(void)
{
	int fd = open(MODULE, O_RDONLY | O_CLOEXEC), err;

	if (fd < 0)
		return -errno;
	err = result_of(syscall(__NR_finit_module, fd, "", 0));
	close(fd);
	return err;
}

static int withdraw(void)
{
	return result_of(syscall(__NR_delete_module, MODULE_NAME, O_NONBLOCK));
}

/* waits for the module's thread, which fires each second */
static bool counts(unsigned int idx, int seconds)
{
	clear(numbers);
	while (!number(numbers, idx) && seconds-- > 0)
		sleep(1);
	return number(numbers, idx) > 0;
}

static void test_module(void)
{
	int prog = load_args(2), link, event, record, err;

	fails(ENOENT, raw_open("foo_bar", prog), "a module's tracepoint without the module");
	err = insert();
	if (err) {
		skip("no module to insert: %s", strerrorname_np(-err));
		close(prog);
		return;
	}
	link = fails(0, raw_open("foo_bar", prog), "with it");
	ok(counts(0, 20), "its program runs");
	ok(number(numbers, 1) >> 63 && number(numbers, 2) < 100000,
	   "and sees arguments of the module");
	fails(EWOULDBLOCK, withdraw(), "taking the module away meanwhile");
	close(link);
	event = open_event("sample-trace/foo_bar_with_cond");
	record = load_counter(BPF_PROG_TYPE_TRACEPOINT, numbers, 0, 0);
	fails(0, set_bpf(event, record), "a program on a perf event of the module");
	fails(EWOULDBLOCK, withdraw(), "taking the module away meanwhile");
	ok(counts(0, 30), "it runs");
	close(event);
	close(record);
	fails(0, withdraw(), "taking the module away afterwards");
	fails(ENOENT, raw_open("foo_bar", prog), "its tracepoint is gone");
	close(prog);
}

/* in and out while somebody attaches */
static void *attach_again(void *stop)
{
	int prog = load_reader(TYPE, 0, 8, 0), link;

	while (!__atomic_load_n((bool *)stop, __ATOMIC_RELAXED)) {
		link = raw_open("foo_bar", prog);
		if (link >= 0)
			close(link);
	}
	close(prog);
	return NULL;
}

static void test_module_races(void)
{
	bool stop = false, bad = false;
	pthread_t thread;
	int n, err;

	if (access(MODULE, R_OK))
		return;
	pthread_create(&thread, NULL, attach_again, &stop);
	for (n = 0; n < 10; n++) {
		bad |= insert() != 0;
		/* somebody may hold it just now */
		do {
			err = withdraw();
		} while (err == -EWOULDBLOCK);
		bad |= err != 0;
	}
	__atomic_store_n(&stop, true, __ATOMIC_RELAXED);
	pthread_join(thread, NULL);
	ok(!bad, "a module comes and goes while a program is attached again and again");
}

int main(void)
{
	numbers = make_array(64);
	test_arguments();
	test_syscall();
	test_bare();
	test_several();
	test_tail_call();
	test_programs();
	test_names();
	test_descriptor();
	test_killed();
	test_nested();
	test_while_firing();
	test_module();
	test_module_races();
	return tap_done();
}
