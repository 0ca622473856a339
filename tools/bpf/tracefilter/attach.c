// SPDX-License-Identifier: GPL-2.0-only
/* Programs in place of filters while a session lives; attach.h says what is promised. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <bpf/libbpf.h>
#include "attach.h"
#include "say.h"

void say_tracefs(int err)
{
	if (err == -EACCES || err == -EPERM)
		say("tracefs: %s; are you root?", strerror(-err));
	else
		say("no tracefs: the kernel has no trace events, or mount it: "
		    "mount -t tracefs tracefs /sys/kernel/tracing");
}

int session_enter(struct session *s, const char *instance)
{
	int err = tracefs_enter(&s->tracefs, instance);

	if (!err)
		return 0;
	say("instance %s: %s%s", instance, strerror(-err),
	    err == -EACCES || err == -EPERM ? "; are you root?" : "");
	return -1;
}

int session_begin(struct session *s, const char *dir, const char *instance)
{
	int err = 0;

	memset(s, 0, sizeof(*s));
	if (dir)
		snprintf(s->tracefs.dir, sizeof(s->tracefs.dir), "%s", dir);
	else
		err = tracefs_find(&s->tracefs);
	if (err) {
		say_tracefs(err);
		return -1;
	}
	return instance ? session_enter(s, instance) : 0;
}

/* where an event of another system has the name that was taken for a system */
static int suggest(const struct tracefs *t, const struct event *e, void *wanted)
{
	char text[EVENT_TEXT];

	(void)t;
	if (strcmp(e->name, wanted))
		return 0;
	event_print(e, text);
	fprintf(stderr, "  did you mean %s?\n", text);
	return 0;
}

void say_no_event(const struct tracefs *t, const struct event *e, int err)
{
	struct event system = *e;
	char text[EVENT_TEXT];

	event_print(e, text);
	if (err == -EOPNOTSUPP) {
		say("%s has no filter", text);
		return;
	}
	if (err != -ENOENT) {
		say("%s: %s%s", text, strerror(-err), err == -EACCES ? "; are you root?" : "");
		return;
	}
	system.name[0] = '\0';
	if (event_exists(t, &system) == -ENOENT)
		say("no such event: %s, nor a system %s", text, e->system);
	else
		say("no such event: %s", text);
	event_each(t, NULL, suggest, e->name[0] ? (void *)e->name : (void *)e->system);
}

static int add_event(struct session *s, const char *name, const char *text)
{
	struct attachment *a = &s->of[s->count];
	int err;

	if (s->count == EVENTS_MAX) {
		say("more than %d events", EVENTS_MAX);
		return -1;
	}
	if (event_parse(&a->event, text)) {
		say("\"%s\": an event is SYSTEM:NAME, as in skb:kfree_skb", text);
		return -1;
	}
	err = event_exists(&s->tracefs, &a->event);
	if (err) {
		say_no_event(&s->tracefs, &a->event, err);
		return -1;
	}
	a->fd = -1;
	a->prog = object_choose(&s->object, name, &a->event);
	if (!a->prog || fields_check(&s->object, &s->tracefs, &a->event))
		return -1;
	s->count++;
	return 0;
}

int session_load(struct session *s, const char *path, const char *name,
		 char *const *events, unsigned int count)
{
	unsigned int i;

	if (object_open(&s->object, path))
		return -1;
	for (i = 0; i < count; i++) {
		if (add_event(s, name, events[i]))
			return -1;
	}
	return object_load(&s->object);
}

/* what it means that an event does not take a program */
static const char *refusal(int err, enum bpf_prog_type type)
{
	switch (err) {
	case -EACCES:
		return type == BPF_PROG_TYPE_TRACING ?
		       "it has not all the arguments that the program reads" :
		       "it records less than the program reads";
	case -EOPNOTSUPP:
		return "it has no arguments to show; a program that reads its fields may do";
	case -EINVAL:
		return "this kernel takes no such program in place of a filter";
	case -ENODEV:
		return "it has gone";
	case -EPERM:
		return "not permitted; are you root?";
	default:
		return strerror(-err);
	}
}

static bool is_program(const char *filter)
{
	return !strncmp(filter, "bpf ", 4);
}

/* what the filter of an event is, to be freed; NULL for none or a program */
static char *read_text(const struct tracefs *t, const struct event *e)
{
	char path[256], *text;

	event_path(e, "filter", path, sizeof(path));
	if (tracefs_read(t, path, &text))
		return NULL;
	text[strcspn(text, "\n")] = '\0';
	if (strcmp(text, "none") && !is_program(text))
		return text;
	free(text);
	return NULL;
}

static bool has_program(const struct tracefs *t, const struct event *e)
{
	char path[256], *text;
	bool has;

	event_path(e, "filter", path, sizeof(path));
	if (tracefs_read(t, path, &text))
		return false;
	has = is_program(text);
	free(text);
	return has;
}

static int remember(const struct tracefs *t, const struct event *e, void *data)
{
	struct before *before = calloc(1, sizeof(*before));
	struct session *s = data;

	if (!before) {
		say("%s", strerror(ENOMEM));
		return -1;
	}
	before->event = *e;
	before->filter = read_text(t, e);
	before->next = s->before;
	s->before = before;
	return 0;
}

int session_attach(struct session *s)
{
	char text[EVENT_TEXT];
	unsigned int i;

	for (i = 0; i < s->count; i++) {
		struct attachment *a = &s->of[i];

		if (event_each(&s->tracefs, &a->event, remember, s))
			return -1;
		event_print(&a->event, text);
		a->fd = event_attach(&s->tracefs, &a->event, bpf_program__fd(a->prog));
		if (a->fd >= 0)
			continue;
		say("%s does not take program %s: %s", text, bpf_program__name(a->prog),
		    refusal(a->fd, bpf_program__type(a->prog)));
		return -1;
	}
	return 0;
}

int session_enable(struct session *s)
{
	struct before *b;
	int err;

	for (b = s->before; b; b = b->next) {
		/* of a system, only what is filtered */
		if (!has_program(&s->tracefs, &b->event))
			continue;
		err = event_enabled(&s->tracefs, &b->event);
		if (err > 0)
			continue;
		if (!err)
			err = event_enable(&s->tracefs, &b->event, true);
		if (err) {
			say("%s:%s: cannot be enabled: %s", b->event.system, b->event.name,
			    strerror(-err));
			return -1;
		}
		b->enabled = true;
	}
	return 0;
}

void session_disable(struct session *s)
{
	struct before *b;

	for (b = s->before; b; b = b->next) {
		if (b->enabled)
			event_enable(&s->tracefs, &b->event, false);
		b->enabled = false;
	}
}

static int count_one(const struct tracefs *t, const struct event *e, void *count)
{
	*(unsigned int *)count += has_program(t, e);
	return 0;
}

void session_say(const struct session *s)
{
	unsigned int i, events;
	char text[EVENT_TEXT];

	for (i = 0; i < s->count; i++) {
		const struct attachment *a = &s->of[i];

		events = 0;
		event_print(&a->event, text);
		event_each(&s->tracefs, &a->event, count_one, &events);
		if (a->event.name[0])
			say("%s: program %s attached", text, bpf_program__name(a->prog));
		else
			say("%s: program %s attached to %u event%s", text,
			    bpf_program__name(a->prog), events, events == 1 ? "" : "s");
	}
}

/* unless the event has got another filter meanwhile */
static void restore(const struct tracefs *t, const struct before *b)
{
	char path[256], *now;

	event_path(&b->event, "filter", path, sizeof(path));
	if (tracefs_read(t, path, &now))
		return;
	if (!strcmp(now, "none\n"))
		tracefs_write(t, path, b->filter);
	free(now);
}

void session_end(struct session *s)
{
	struct before *b;
	unsigned int i;

	/* before their programs go, or they are recorded without */
	session_disable(s);
	for (i = 0; i < s->count; i++) {
		if (s->of[i].fd >= 0)
			close(s->of[i].fd);
	}
	while (s->before) {
		b = s->before;
		s->before = b->next;
		if (b->filter)
			restore(&s->tracefs, b);
		free(b->filter);
		free(b);
	}
	object_close(&s->object);
	tracefs_leave(&s->tracefs);
}
