/* SPDX-License-Identifier: GPL-2.0-only */
/* Waiting: for a signal, a child or a time, with what is recorded shown meanwhile. */
#ifndef TRACEFILTER_LIVE_H
#define TRACEFILTER_LIVE_H

#include <stdbool.h>
#include <sys/types.h>
#include "tracefs.h"

/**
 * struct wait - what to wait for
 * @pipe:	trace_pipe, which goes to stdout; -1 if it does not
 * @seconds:	no longer than this; 0 without limit
 * @child:	until it ends; 0 for none. Signals sent to us are passed on to it
 * @status:	how it ended, as of waitpid(2)
 */
struct wait {
	int	pipe;
	double	seconds;
	pid_t	child;
	int	status;
};

/* signals become something to be waited for; a child undoes it before it runs */
void wait_prepare(void);
void wait_forget(void);
/* sets @pipe if @live; 0, or -1 with a message */
int wait_open(struct wait *w, const struct tracefs *t, bool live);
/* true where the time is up and nothing else has happened */
bool wait_for(struct wait *w);
/* shows what is still to be shown when nothing more is recorded */
void wait_close(struct wait *w);

#endif /* TRACEFILTER_LIVE_H */
