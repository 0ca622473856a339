/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the samples with programs on trace events have in common. The work is done by
 * the library of tools/bpf/tracefilter.
 */
#ifndef SAMPLES_EVENT_USER_H
#define SAMPLES_EVENT_USER_H

#include "attach.h"
#include "live.h"

/*
 * Loads the object @name, which lies beside the program that runs, and attaches what is
 * in it to @events, which are enabled; with @live, records go to stdout. 0, or -1 with a
 * message; watch_end() in either case.
 */
int watch_begin(struct session *s, struct wait *w, const char *name,
		const char *const *events, unsigned int count, bool live);
/* descriptor of a map of the object */
int watch_map(const struct session *s, const char *name);
void watch_end(struct session *s, struct wait *w);
/* reads "[-1 SECONDS]", or says how it is; @seconds stays as it is without. 0 or -1 */
int watch_options(int argc, char **argv, double *seconds);

#endif /* SAMPLES_EVENT_USER_H */
