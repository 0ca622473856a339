/* SPDX-License-Identifier: GPL-2.0-only */
/* Stand-in: the longest record of an event. */
#ifndef _SHIM_LINUX_TRACE_EVENTS_H
#define _SHIM_LINUX_TRACE_EVENTS_H

#define PERF_MAX_TRACE_SIZE	8192

#endif /* _SHIM_LINUX_TRACE_EVENTS_H */
