/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What drivers with XDP include to trace it.
 *
 * Layer K1.
 */
#ifndef _LINUX_BPF_TRACE_H
#define _LINUX_BPF_TRACE_H

#include <trace/events/xdp.h>

#endif /* _LINUX_BPF_TRACE_H */
