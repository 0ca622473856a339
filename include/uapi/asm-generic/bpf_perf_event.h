/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * Registers of the interrupted user as a program on a perf event sees them.
 */
#ifndef _UAPI__ASM_GENERIC_BPF_PERF_EVENT_H__
#define _UAPI__ASM_GENERIC_BPF_PERF_EVENT_H__

#include <linux/ptrace.h>

/* pt_regs of the kernel is part of the user interface on this architecture */
typedef struct pt_regs bpf_user_pt_regs_t;

#endif /* _UAPI__ASM_GENERIC_BPF_PERF_EVENT_H__ */
