/* SPDX-License-Identifier: GPL-2.0-only */
/* What the user is told, on stderr. */
#ifndef TRACEFILTER_SAY_H
#define TRACEFILTER_SAY_H

/* exit statuses */
#define STATUS_FAILED	1
#define STATUS_USAGE	2
#define STATUS_NOT_RUN	125	/* run: failed before the command was started */

/* a line that begins with the name of the program */
__attribute__((format(printf, 1, 2)))
void say(const char *fmt, ...);

#endif /* TRACEFILTER_SAY_H */
