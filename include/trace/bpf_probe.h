/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What each trace event adds for programs on raw tracepoints: nothing, they are
 * absent. Included by trace/define_trace.h once for every header of events, so
 * there is no guard.
 *
 * Layer K1.
 */
