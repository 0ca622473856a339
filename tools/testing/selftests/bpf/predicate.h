/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Filters of events, for tests: the module whose events have what contents a test likes
 * (kernel/trace/bpf/pred_events.c), perf events that count what a filter lets through,
 * and how many filters have become programs.
 */
#ifndef SELFTESTS_BPF_PREDICATE_H
#define SELFTESTS_BPF_PREDICATE_H

#include <errno.h>
#include <fcntl.h>
#include <linux/perf_event.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "firing.h"

#define TRACING	"/sys/kernel/tracing"
#define SWITCH	"/proc/sys/kernel/trace_filter_bpf"

/* 0 or errno; the text is written in one piece */
static inline int put_text(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_TRUNC), err = 0;

	if (fd < 0)
		return errno;
	if (write(fd, text, strlen(text)) < 0)
		err = errno;
	close(fd);
	return err;
}

/* what a file says, always ended with NUL; bytes, or -errno */
static inline int get_text(const char *path, char *text, size_t room)
{
	int fd = open(path, O_RDONLY);
	size_t len = 0;
	ssize_t got = 1;

	text[0] = '\0';
	if (fd < 0)
		return -errno;
	while (len < room - 1 && (got = read(fd, text + len, room - 1 - len)) > 0)
		len += got;
	text[len] = '\0';
	close(fd);
	return got < 0 ? -errno : (int)len;
}

static inline int get_number(const char *path)
{
	char text[32];

	return get_text(path, text, sizeof(text)) > 0 ? atoi(text) : -1;
}

static inline int put_number(const char *path, int value)
{
	char text[32];

	snprintf(text, sizeof(text), "%d", value);
	return put_text(path, text);
}

/* filters made from now on: do they become programs? */
static inline int set_switch(int value)
{
	return put_number(SWITCH, value);
}

static inline int event_id(const char *event)
{
	char path[128];

	snprintf(path, sizeof(path), TRACING "/events/%s/id", event);
	return get_number(path);
}

/*
 * Counts the event in this task, if the filter lets it through: descriptor or -errno.
 * One that leads a group is off; the others follow it.
 */
static inline int open_counter(int id, int leader, bool leads, const char *filter)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_TRACEPOINT,
		.size = sizeof(attr),
		.config = id,
		.disabled = leads,
		.read_format = leads ? PERF_FORMAT_GROUP : 0,
	};
	int fd = syscall(__NR_perf_event_open, &attr, 0, -1, leader, 0), err;

	if (fd < 0)
		return -errno;
	if (filter && ioctl(fd, PERF_EVENT_IOC_SET_FILTER, filter)) {
		err = -errno;
		close(fd);
		return err;
	}
	return fd;
}

static inline uint64_t read_counter(int fd)
{
	uint64_t value = 0;

	if (read(fd, &value, sizeof(value)) != sizeof(value))
		return 0;
	return value;
}

/* counts how often this task makes a program with that runtime, jit or interp */
static inline int open_made_counter(const char *runtime)
{
	char text[128], event[64];
	int old = get_number(SWITCH), id, fd;

	snprintf(event, sizeof(event), "kprobes/made_%s", runtime);
	id = event_id(event);
	if (id < 0) {
		snprintf(text, sizeof(text), "r:made_%s bpf_%s_make ret=$retval:s32\n", runtime,
			 runtime);
		if (put_text(TRACING "/kprobe_events", text))
			return -1;
		id = event_id(event);
	}
	set_switch(0);
	fd = open_counter(id, -1, false, "ret == 0");
	set_switch(old);
	return fd;
}

#endif /* SELFTESTS_BPF_PREDICATE_H */
