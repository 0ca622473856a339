/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Object files that clang makes: which programs are in them, of which type, and loading
 * them through libbpf. All functions tell the user what is wrong and return -1.
 */
#ifndef TRACEFILTER_OBJECT_H
#define TRACEFILTER_OBJECT_H

#include <stdbool.h>
#include "tracefs.h"

struct bpf_object;
struct bpf_program;

/**
 * struct object - an object file
 * @path:	where it is
 * @bpf:	as libbpf has it
 */
struct object {
	const char		*path;
	struct bpf_object	*bpf;
};

/* what libbpf says is shown, all of it if @verbose, else where something fails */
void object_talk(bool verbose);
int object_open(struct object *o, const char *path);
/*
 * The program for an event: that called @name, or in the section @name; without a name
 * that whose section names the event; else the first one. It will be loaded.
 */
struct bpf_program *object_choose(struct object *o, const char *name,
				  const struct event *e);
/* loads what was chosen; shows the verifier's log of what is refused */
int object_load(struct object *o);
void object_close(struct object *o);

/* do the event's fields lie where the program's header says? fields.c */
int fields_check(const struct object *o, const struct tracefs *t, const struct event *e);

#endif /* TRACEFILTER_OBJECT_H */
