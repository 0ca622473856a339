/* SPDX-License-Identifier: GPL-2.0-only */
/* What is loaded and attached. Functions return an exit status. */
#ifndef TRACEFILTER_LIST_H
#define TRACEFILTER_LIST_H

#include "tracefs.h"

int list_all(const struct tracefs *t);
int show_events(const struct tracefs *t, char *const *events, unsigned int count);

#endif /* TRACEFILTER_LIST_H */
