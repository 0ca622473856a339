/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * Context of a program attached to a perf event.
 */
#ifndef _UAPI__LINUX_BPF_PERF_EVENT_H__
#define _UAPI__LINUX_BPF_PERF_EVENT_H__

#include <asm/bpf_perf_event.h>

struct bpf_perf_event_data {
	bpf_user_pt_regs_t	regs;
	__u64			sample_period;
	__u64			addr;
};

#endif /* _UAPI__LINUX_BPF_PERF_EVENT_H__ */
