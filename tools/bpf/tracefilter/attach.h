/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Programs in place of filters, for as long as a struct session lives: what is attached
 * where, and what was enabled for it. Functions tell the user what is wrong and return -1.
 */
#ifndef TRACEFILTER_ATTACH_H
#define TRACEFILTER_ATTACH_H

#include <stdbool.h>
#include "object.h"
#include "tracefs.h"

#define EVENTS_MAX 64

/* an event with its program */
struct attachment {
	struct event		event;
	struct bpf_program	*prog;
	int			fd;	/* its filter file, or -1 */
};

/* how an event was before it got a program */
struct before {
	struct event	event;
	char		*filter;	/* a text; NULL for none or a program */
	bool		enabled;	/* by us: it was not */
	struct before	*next;
};

struct session {
	struct tracefs		tracefs;
	struct object		object;
	struct attachment	of[EVENTS_MAX];
	unsigned int		count;
	struct before		*before;
};

/* opens tracefs, of an instance where that is not NULL; @dir is instead of the usual place */
int session_begin(struct session *s, const char *dir, const char *instance);
/* goes on in an instance, which is made if there is none of that name */
int session_enter(struct session *s, const char *instance);
/* loads programs of an object for events; @name as for object_choose() */
int session_load(struct session *s, const char *path, const char *name,
		 char *const *events, unsigned int count);
int session_attach(struct session *s);
/* events that have their program; others of a system stay as they are */
int session_enable(struct session *s);
/* tells the user what is attached */
void session_say(const struct session *s);
/* disables again what session_enable() has enabled: nothing more is recorded */
void session_disable(struct session *s);
/* all of it is undone; what the session has not done is left alone */
void session_end(struct session *s);

/* what is wrong with tracefs, in words */
void say_tracefs(int err);
/* tells what is wrong with an event that is not there */
void say_no_event(const struct tracefs *t, const struct event *e, int err);

#endif /* TRACEFILTER_ATTACH_H */
