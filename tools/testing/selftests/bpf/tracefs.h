/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Trace events for tests: files of tracefs, what was recorded, programs for filters.
 */
#ifndef SELFTESTS_BPF_TRACEFS_H
#define SELFTESTS_BPF_TRACEFS_H

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "load.h"

#define TRACEFS "/sys/kernel/tracing/"

/* 0 or -errno of writing @text to @path below tracefs, opened with @flags too */
static inline int trace_put(const char *path, const char *text, int flags)
{
	char full[256];
	int fd, err = 0;

	snprintf(full, sizeof(full), TRACEFS "%s", path);
	fd = open(full, O_WRONLY | flags);
	if (fd < 0)
		return -errno;
	if (write(fd, text, strlen(text)) < 0)
		err = -errno;
	close(fd);
	return err;
}

/* in place of what the file has */
static inline int trace_write(const char *path, const char *text)
{
	return trace_put(path, text, O_TRUNC);
}

/* a line more, as kprobe_events takes it */
static inline int trace_append(const char *path, const char *text)
{
	return trace_put(path, text, O_APPEND);
}

/* text of a file below tracefs, valid until the next call; "" where there is none */
static inline const char *trace_read(const char *path)
{
	static char text[1 << 20];
	char full[256];
	size_t used = 0;
	ssize_t got;
	int fd;

	snprintf(full, sizeof(full), TRACEFS "%s", path);
	fd = open(full, O_RDONLY);
	while (fd >= 0 && used < sizeof(text) - 1 &&
	       (got = read(fd, text + used, sizeof(text) - 1 - used)) > 0)
		used += got;
	if (fd >= 0)
		close(fd);
	text[used] = '\0';
	return text;
}

static inline unsigned int count_in(const char *text, const char *word)
{
	unsigned int count = 0;

	for (text = strstr(text, word); text; text = strstr(text + 1, word))
		count++;
	return count;
}

/* offset of a field in an event's record, or -1 */
static inline int field_offset(const char *event, const char *field)
{
	char path[128], want[64];
	const char *at;
	int off;

	snprintf(path, sizeof(path), "events/%s/format", event);
	snprintf(want, sizeof(want), " %s;\toffset:", field);
	at = strstr(trace_read(path), want);
	return at && sscanf(at + strlen(want), "%d", &off) == 1 ? off : -1;
}

/* descriptor of a program of @type, or -errno; a refusal is shown */
static inline int load_type(unsigned int type, const struct program *p)
{
	return load_as(type, "test", p->insns, p->len, true);
}

/* an open filter file below tracefs that @prog has been written to, or -errno */
static inline int attach_filter(const char *path, int prog)
{
	char full[256], text[32];
	int fd, err;

	snprintf(full, sizeof(full), TRACEFS "%s", path);
	snprintf(text, sizeof(text), "bpf-%d", prog);
	fd = open(full, O_RDWR);
	if (fd < 0)
		return -errno;
	if (write(fd, text, strlen(text)) == (ssize_t)strlen(text))
		return fd;
	err = -errno;
	close(fd);
	return err;
}

#endif /* SELFTESTS_BPF_TRACEFS_H */
