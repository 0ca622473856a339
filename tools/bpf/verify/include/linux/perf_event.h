/* SPDX-License-Identifier: GPL-2.0-only */
/* Stand-in: a sample, and counters that cannot be read. */
#ifndef _SHIM_LINUX_PERF_EVENT_H
#define _SHIM_LINUX_PERF_EVENT_H

#include <linux/errno.h>
#include <linux/ptrace.h>
#include <linux/types.h>
#include <uapi/linux/bpf_perf_event.h>

struct perf_event;

/* members that programs see, and some that they do not */
struct perf_sample_data {
	u64	flags;
	u64	period;
	u64	ip;
	u64	addr;
};

struct bpf_perf_event_data_kern {
	bpf_user_pt_regs_t	*regs;
	struct perf_sample_data	*data;
	struct perf_event	*event;
};

#define perf_fetch_caller_regs(regs)				((void)(regs))
#define perf_event_read_local(event, count, enabled, running)	(-EINVAL)

#endif /* _SHIM_LINUX_PERF_EVENT_H */
