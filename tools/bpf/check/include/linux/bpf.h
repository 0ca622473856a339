/* SPDX-License-Identifier: GPL-2.0-only */
/* Stand-in: maps and programs are the kernel's own. */
#ifndef _SHIM_LINUX_BPF_H
#define _SHIM_LINUX_BPF_H

#include <linux/bpf_map.h>
#include <linux/bpf_prog.h>
#include <uapi/linux/bpf.h>

/* kernel/bpf/sys/bpf.c */
extern int sysctl_unprivileged_bpf_disabled;

static inline bool unprivileged_ebpf_enabled(void)
{
	return !sysctl_unprivileged_bpf_disabled;
}

void unpriv_ebpf_notify(int new_state);

#endif /* _SHIM_LINUX_BPF_H */
