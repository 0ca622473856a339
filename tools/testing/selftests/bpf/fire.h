/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A program of any type of events, attached to something that this process alone fires,
 * and when it wants: its renaming, or for PERF_EVENT a page of memory that it touches.
 */
#ifndef SELFTESTS_BPF_FIRE_H
#define SELFTESTS_BPF_FIRE_H

#include <linux/perf_event.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include "tracefs.h"

#define COUNT(a)	(sizeof(a) / sizeof((a)[0]))
#define FIRE_EVENT	"task/task_rename"
#define FIRE_FUNCTION	"__set_task_comm"
#define FIRE_NAME	"renamed"

static const struct {
	unsigned int	type;
	const char	*name;
} fire_types[] = {
	{ BPF_PROG_TYPE_KPROBE, "kprobe" },
	{ BPF_PROG_TYPE_TRACEPOINT, "tracepoint" },
	{ BPF_PROG_TYPE_RAW_TRACEPOINT, "raw_tracepoint" },
	{ BPF_PROG_TYPE_PERF_EVENT, "perf_event" },
	{ BPF_PROG_TYPE_TRACING, "tracing" },
};

/* for calls that return -1 and errno: 0 or more, or -errno */
static inline long result_of(long ret)
{
	return ret < 0 ? -errno : ret;
}

/* the number in a file, or -1 */
static inline long fire_number(const char *path)
{
	FILE *f = fopen(path, "r");
	long number = -1;

	if (f && fscanf(f, "%ld", &number) != 1)
		number = -1;
	if (f)
		fclose(f);
	return number;
}

/* a perf event of this thread, with @prog if that is a descriptor */
static inline int fire_open(struct perf_event_attr *attr, int prog)
{
	int fd, err;

	attr->size = sizeof(*attr);
	fd = result_of(syscall(__NR_perf_event_open, attr, 0, -1, -1, PERF_FLAG_FD_CLOEXEC));
	if (fd < 0 || prog < 0)
		return fd;
	err = result_of(ioctl(fd, PERF_EVENT_IOC_SET_BPF, prog));
	if (!err)
		return fd;
	close(fd);
	return err;
}

/* a kprobe at the start of @function, or at its end */
static inline int fire_probe(const char *function, bool returns, int prog)
{
	struct perf_event_attr attr = { .sample_period = 1 };
	long type = fire_number("/sys/bus/event_source/devices/kprobe/type");

	if (type < 0)
		return -ENODEV;
	attr.type = type;
	attr.config = returns;
	attr.kprobe_func = (uintptr_t)function;
	return fire_open(&attr, prog);
}

static inline int fire_event(const char *event, int prog)
{
	struct perf_event_attr attr = { .type = PERF_TYPE_TRACEPOINT, .sample_period = 1 };
	char path[200];

	snprintf(path, sizeof(path), TRACEFS "events/%s/id", event);
	attr.config = fire_number(path);
	return fire_open(&attr, prog);
}

static inline int fire_faults(int prog)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_SOFTWARE,
		.config = PERF_COUNT_SW_PAGE_FAULTS,
		.sample_period = 1,
	};

	return fire_open(&attr, prog);
}

static inline int fire_raw(int prog, const char *name)
{
	union bpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.raw_tracepoint.name = (uintptr_t)name;
	attr.raw_tracepoint.prog_fd = prog;
	return result_of(bpf_call(BPF_RAW_TRACEPOINT_OPEN, &attr));
}

/* attaches; a descriptor that keeps it so until it is closed, or -errno */
static inline int hook(unsigned int type, int prog)
{
	switch (type) {
	case BPF_PROG_TYPE_KPROBE:
		return fire_probe(FIRE_FUNCTION, false, prog);
	case BPF_PROG_TYPE_TRACEPOINT:
		return fire_event(FIRE_EVENT, prog);
	case BPF_PROG_TYPE_RAW_TRACEPOINT:
		return fire_raw(prog, "task_rename");
	case BPF_PROG_TYPE_PERF_EVENT:
		return fire_faults(prog);
	default:
		trace_write("events/" FIRE_EVENT "/enable", "1");
		return attach_filter("events/" FIRE_EVENT "/filter", prog);
	}
}

static inline void touch_page(void)
{
	volatile char *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
				   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	*page = 1;
	munmap((void *)page, 4096);
}

static inline void fire(unsigned int type)
{
	if (type == BPF_PROG_TYPE_PERF_EVENT)
		touch_page();
	else
		prctl(PR_SET_NAME, FIRE_NAME);
}

/*
 * As add_array(), and ends in tasks of other processes: workers of the kernel are made, and
 * named, at any time.
 */
static inline void add_array_here(struct program *p, int array)
{
	add_array(p, array);
	ADD(p,
	    BPF_CALL_FUNC(BPF_FUNC_get_current_pid_tgid),
	    BPF_ALU64_IMM(BPF_RSH, BPF_REG_0, 32),
	    BPF_JMP_IMM(BPF_JEQ, BPF_REG_0, getpid(), 2));
	add_return(p, 1);
}

/* loads @p, attaches it, fires once; true if all of that worked */
static inline bool fire_once(unsigned int type, const struct program *p)
{
	int prog = load_type(type, p), at = prog < 0 ? prog : hook(type, prog);

	if (prog < 0 || at < 0) {
		printf("# load %d, attach %d\n", prog, at);
		if (prog >= 0)
			close(prog);
		return false;
	}
	fire(type);
	close(at);
	close(prog);
	return true;
}

/* address of a symbol of the kernel, 0 where there is none */
static inline __u64 symbol(const char *wanted)
{
	FILE *f = fopen("/proc/kallsyms", "r");
	unsigned long long address, found = 0;
	char kind, name[256];

	while (f && !found && fscanf(f, "%llx %c %255s%*[^\n]", &address, &kind, name) == 3)
		if (!strcmp(name, wanted))
			found = address;
	if (f)
		fclose(f);
	return found;
}

#endif /* SELFTESTS_BPF_FIRE_H */
