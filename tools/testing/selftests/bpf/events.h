/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Events for tests of programs on them: perf_event_open(2), programs of the types of
 * trace events, what fires an event as often as one wants.
 */
#ifndef SELFTESTS_BPF_EVENTS_H
#define SELFTESTS_BPF_EVENTS_H

#include <elf.h>
#include <fcntl.h>
#include <linux/perf_event.h>
#include <pthread.h>
#include <sched.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/auxv.h>
#include <sys/ioctl.h>
#include <sys/time.h>
#include <sys/wait.h>
#include "load.h"
#include "tap.h"

#ifndef PERF_EVENT_IOC_QUERY_BPF
#define PERF_EVENT_IOC_QUERY_BPF _IOWR('$', 10, struct perf_event_query_bpf *)
#endif

#define COUNT(a)	(sizeof(a) / sizeof((a)[0]))
#define BAD_POINTER	0x10UL
#define TRACING		"/sys/kernel/tracing/"

/* for calls that return -1 and errno: 0 or more, or -errno */
static inline long result_of(long ret)
{
	return ret < 0 ? -errno : ret;
}

/* claims that @got, a result or -errno, is -@want; any result where @want is 0 */
__attribute__((format(printf, 3, 4), unused))
static long fails(int want, long got, const char *fmt, ...)
{
	char what[200];
	va_list args;

	va_start(args, fmt);
	vsnprintf(what, sizeof(what), fmt, args);
	va_end(args);
	if (!ok(want ? got == -want : got >= 0, "%s: %s", what,
		want ? strerrorname_np(want) : "success"))
		printf("# got %s\n", got < 0 ? strerrorname_np(-got) : "success");
	return got;
}

/* a program of a type; its log is shown where that is asked for. Descriptor or -errno */
static inline int load_type(unsigned int type, const struct program *p, bool loud)
{
	return load_as(type, NULL, p->insns, p->len, loud);
}

/* number @idx of the array becomes one more; after add_array() */
static inline void add_count(struct program *p, unsigned int idx)
{
	ADD(p,
	    BPF_MOV64_IMM(BPF_REG_1, 1),
	    BPF_ATOMIC_OP(BPF_DW, BPF_ADD, BPF_REG_7, BPF_REG_1, 8 * idx));
}

/* number @idx of the array becomes 8 bytes of the context; after add_array() */
static inline void add_store_ctx(struct program *p, unsigned int idx, unsigned int off)
{
	ADD(p, BPF_LDX_MEM(BPF_DW, BPF_REG_1, BPF_REG_6, off));
	add_store(p, idx, BPF_REG_1);
}

/* counts in number @idx of the array and returns @value */
static inline int load_counter(unsigned int type, int array, unsigned int idx, int value)
{
	static struct program p;

	p.len = 0;
	add_array(&p, array);
	add_count(&p, idx);
	add_return(&p, value);
	return load_type(type, &p, true);
}

/* returns @value and reads @size bytes of the context at @off, if any */
static inline int load_reader(unsigned int type, unsigned int off, unsigned int size,
			      int value)
{
	static struct program p;

	p.len = 0;
	if (size)
		ADD(&p, BPF_LDX_MEM(size == 8 ? BPF_DW : size == 4 ? BPF_W :
				    size == 2 ? BPF_H : BPF_B,
				    BPF_REG_2, BPF_REG_1, (int)off));
	add_return(&p, value);
	return load_type(type, &p, false);
}

/* goes on in slot 0 of @map, an array of programs; returns @otherwise where none is there */
static inline int load_jump(unsigned int type, int map, int otherwise)
{
	static struct program p;

	p.len = 0;
	add_jump(&p, map);
	add_return(&p, otherwise);
	return load_type(type, &p, false);
}

static inline __u64 number(int array, unsigned int idx)
{
	__u64 numbers[64] = { };

	read_array(array, numbers);
	return numbers[idx];
}

static inline void clear(int array)
{
	__u64 numbers[64] = { };

	write_array(array, numbers);
}

static inline int prog_info(int fd, struct bpf_prog_info *info)
{
	union bpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	memset(info, 0, sizeof(*info));
	attr.info.bpf_fd = fd;
	attr.info.info_len = sizeof(*info);
	attr.info.info = (uintptr_t)info;
	return result_of(bpf_call(BPF_OBJ_GET_INFO_BY_FD, &attr));
}

/* ---- events --------------------------------------------------------------------------------- */

static inline int perf_open(struct perf_event_attr *attr, pid_t pid, int cpu)
{
	attr->size = sizeof(*attr);
	return result_of(syscall(__NR_perf_event_open, attr, pid, cpu, -1,
				 PERF_FLAG_FD_CLOEXEC));
}

static inline int set_bpf(int event, int prog)
{
	return result_of(ioctl(event, PERF_EVENT_IOC_SET_BPF, prog));
}

/* the number in a file, or -1 */
static inline long file_number(const char *path)
{
	char text[64] = "";
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t got;

	if (fd < 0)
		return -1;
	got = read(fd, text, sizeof(text) - 1);
	close(fd);
	return got > 0 ? strtol(text, NULL, 0) : -1;
}

/* 0 or -errno */
static inline int write_file(const char *path, int flags, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC | flags);
	ssize_t put;

	if (fd < 0)
		return -errno;
	put = result_of(write(fd, text, strlen(text)));
	close(fd);
	return put < 0 ? put : 0;
}

/* a perf event that counts a trace event, "system/event", of this thread anywhere */
static inline int open_event(const char *name)
{
	struct perf_event_attr attr = { .type = PERF_TYPE_TRACEPOINT, .sample_period = 1 };
	char path[200];
	long id;

	snprintf(path, sizeof(path), TRACING "events/%s/id", name);
	id = file_number(path);
	if (id < 0)
		return -ENOENT;
	attr.config = id;
	return perf_open(&attr, 0, -1);
}

/* how often it was counted */
static inline __u64 counted(int event)
{
	__u64 count = 0;

	return read(event, &count, sizeof(count)) == sizeof(count) ? count : ~0ULL;
}

/* fires timer/itimer_state @times times, and nobody else does */
static inline void fire_timer(unsigned int times)
{
	static const struct itimerval never;

	while (times--)
		setitimer(ITIMER_VIRTUAL, &never, NULL);
}

/* ---- probes --------------------------------------------------------------------------------- */

static inline int open_kprobe(const char *function, __u64 offset, bool returns)
{
	long type = file_number("/sys/bus/event_source/devices/kprobe/type");
	struct perf_event_attr attr = {
		.type = type,
		.config = returns,
		.kprobe_func = (uintptr_t)function,
		.probe_offset = offset,
		.sample_period = 1,
	};

	return type < 0 ? -ENOENT : perf_open(&attr, 0, -1);
}

/* a process that does not exist */
#define NO_PID		0x3ffffff1

/* calls sched_getaffinity(NO_PID) in the kernel, which says -ESRCH */
static inline void ask_affinity(void)
{
	cpu_set_t set;

	sched_getaffinity(NO_PID, sizeof(set), &set);
}

/* not inlined, and not thrown away as it does nothing */
__attribute__((noinline, noclone, unused)) static int probed(int number)
{
	asm volatile("" ::: "memory");
	return number * 3;
}

/* where in this program's file an address is */
static inline __u64 file_offset(const void *at)
{
	const Elf64_Phdr *head = (void *)getauxval(AT_PHDR);
	unsigned long n, count = getauxval(AT_PHNUM), addr = (uintptr_t)at;

	for (n = 0; n < count; n++) {
		if (head[n].p_type == PT_LOAD && addr >= head[n].p_vaddr &&
		    addr < head[n].p_vaddr + head[n].p_filesz)
			return addr - head[n].p_vaddr + head[n].p_offset;
	}
	return 0;
}

static inline int open_uprobe(bool returns)
{
	long type = file_number("/sys/bus/event_source/devices/uprobe/type");
	struct perf_event_attr attr = {
		.type = type,
		.config = returns,
		.uprobe_path = (uintptr_t)"/proc/self/exe",
		.probe_offset = file_offset(probed),
		.sample_period = 1,
	};

	return type < 0 ? -ENOENT : perf_open(&attr, 0, -1);
}

/* ---- events on all CPUs --------------------------------------------------------------------- */

#define CPUS	4

static struct {
	pthread_t	threads[CPUS];
	bool		stop;
} firing;

__attribute__((unused)) static void *fire(void *cpu)
{
	unsigned long fired = 0;
	cpu_set_t one;

	CPU_ZERO(&one);
	CPU_SET((long)cpu, &one);
	sched_setaffinity(0, sizeof(one), &one);
	while (!__atomic_load_n(&firing.stop, __ATOMIC_RELAXED)) {
		fire_timer(1);
		probed(1);
		syscall(__NR_getpgid, NO_PID);
		/* whoever attaches needs the guest's processors, too */
		if (++fired % 64 == 0)
			usleep(500);
	}
	return (void *)fired;
}

static inline void start_firing(void)
{
	long n;

	firing.stop = false;
	/* CPUs that are busy in user space are long grace periods in a slow guest */
	write_file("/sys/kernel/rcu_expedited", 0, "1");
	for (n = 0; n < CPUS; n++)
		pthread_create(&firing.threads[n], NULL, fire, (void *)n);
}

/* how often each event has fired */
static inline unsigned long stop_firing(void)
{
	unsigned long fired = 0;
	void *one;
	int n;

	__atomic_store_n(&firing.stop, true, __ATOMIC_RELAXED);
	for (n = 0; n < CPUS; n++) {
		pthread_join(firing.threads[n], &one);
		fired += (unsigned long)one;
	}
	return fired;
}

/* ---- privilege ------------------------------------------------------------------------------ */

/* runs @test in a process without privilege; its answer, 0 to 255 */
static inline int as_nobody(int (*test)(void *arg), void *arg)
{
	int status = -1;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (!pid) {
		if (setresgid(65534, 65534, 65534) || setresuid(65534, 65534, 65534))
			_exit(255);
		_exit(test(arg));
	}
	waitpid(pid, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 255;
}

#endif /* SELFTESTS_BPF_EVENTS_H */
