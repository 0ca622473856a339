/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The files of tracefs: where they are, events by name, and programs in place of their
 * filters. Nothing here prints; what can fail returns a negative errno.
 */
#ifndef TRACEFILTER_TRACEFS_H
#define TRACEFILTER_TRACEFS_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

/**
 * struct tracefs - the top folder, or that of an instance
 * @dir:	its path
 * @made:	an instance that did not exist before
 */
struct tracefs {
	char	dir[PATH_MAX / 2];
	bool	made;
};

/* an event, or a whole system where name is empty */
struct event {
	char	system[64];
	char	name[64];
};

/* enough for an event written as people write it */
#define EVENT_TEXT 130

/* sets @t to where tracefs is mounted; mounts it where it is nowhere */
int tracefs_find(struct tracefs *t);
/* goes on to an instance, which is made if there is none of that name */
int tracefs_enter(struct tracefs *t, const char *instance);
/* removes the instance if tracefs_enter() made it; its files are closed by then */
void tracefs_leave(struct tracefs *t);

/* a descriptor of a file under @t, closed on exec */
int tracefs_open(const struct tracefs *t, const char *path, int flags);
/* content of a file, to be freed */
int tracefs_read(const struct tracefs *t, const char *path, char **text);
int tracefs_write(const struct tracefs *t, const char *path, const char *text);

/* SYSTEM:EVENT, SYSTEM/EVENT; SYSTEM or SYSTEM:* for all events of it */
int event_parse(struct event *e, const char *text);
/* the same, as text of at most EVENT_TEXT bytes */
void event_print(const struct event *e, char *text);
/* path of a file of the event or system: "filter", "enable", "format" */
void event_path(const struct event *e, const char *file, char *path, size_t size);
/* -ENOENT where there is no such event or system, -EOPNOTSUPP if it has no filter */
int event_exists(const struct tracefs *t, const struct event *e);

/* calls @each for every event, or every event of @of, in order of name, until not 0 */
int event_each(const struct tracefs *t, const struct event *of,
	       int (*each)(const struct tracefs *t, const struct event *e, void *data),
	       void *data);

/*
 * Puts a program in place of the filter. It stays as long as the descriptor returned,
 * and no longer than until somebody else writes to the file. -EACCES: the event has not
 * all that the program reads; -EPERM: the file cannot be opened.
 */
int event_attach(const struct tracefs *t, const struct event *e, int prog_fd);
/* 1 enabled, 0 not */
int event_enabled(const struct tracefs *t, const struct event *e);
int event_enable(const struct tracefs *t, const struct event *e, bool on);

#endif /* TRACEFILTER_TRACEFS_H */
