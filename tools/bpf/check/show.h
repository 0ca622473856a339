/* SPDX-License-Identifier: GPL-2.0-only */
/* The ways of showing what came of objects. All write to standard output. */
#ifndef TOOLS_BPF_CHECK_SHOW_H
#define TOOLS_BPF_CHECK_SHOW_H

#include <stdbool.h>
#include "object.h"

/**
 * struct show - how
 * @colour:	for a terminal
 * @stats:	what verification took, too
 */
struct show {
	bool	colour;
	bool	stats;
};

/* ends a stretch of colour; for the others see show.c */
const char *show_paint(const struct show *how, const char *code);
#define PAINT_END	"0"
#define PAINT_BAD	"1;31"
#define PAINT_GOOD	"32"
#define PAINT_NAME	"1"
#define PAINT_HELP	"36"
#define PAINT_DIM	"2"

void show_object(const struct object *o, const struct show *how);
void show_verdict(const struct object *o, const struct verdict *v, const struct show *how);

/* json.c: an array of programs; @first where nothing was written yet */
void json_begin(void);
void json_object(const struct object *o);
void json_end(void);

/* explain.c: each instruction with what is known before it */
void explain_object(const struct object *o, const struct show *how);

/* dot.c: the graph of each program, for dot(1) */
void dot_object(const struct object *o);

#endif /* TOOLS_BPF_CHECK_SHOW_H */
