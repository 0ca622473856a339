/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Extended BPF inside the kernel: what other parts may use. Maps and programs
 * are in their own headers; what this kernel does not have answers in
 * linux/bpf_absent.h.
 *
 * Layer K1.
 */
#ifndef _LINUX_BPF_H
#define _LINUX_BPF_H

#include <linux/bpf_map.h>
#include <linux/bpf_prog.h>
#include <linux/bpf_absent.h>
#include <linux/bpf_events.h>
#include <linux/jump_label.h>
#include <linux/static_call.h>
#include <uapi/linux/bpf.h>

#ifdef CONFIG_BPF_SYSCALL

/* kernel.unprivileged_bpf_disabled: 0 allowed, 1 never again, 2 not now */
extern int sysctl_unprivileged_bpf_disabled;

/**
 * unprivileged_ebpf_enabled() - may users without capabilities load programs?
 *
 * Return: true where the sysctl says so. Any context.
 */
static inline bool unprivileged_ebpf_enabled(void)
{
	return !READ_ONCE(sysctl_unprivileged_bpf_disabled);
}

void unpriv_ebpf_notify(int new_state);

#else

static inline bool unprivileged_ebpf_enabled(void)
{
	return false;
}

#endif /* CONFIG_BPF_SYSCALL */

#ifdef CONFIG_BPF_JIT
/*
 * What indirect branches have learnt about memory that held another program's code is
 * to be forgotten before an untrusted program gets it: an architecture that needs this
 * sets the call, then the key. kernel/bpf/prog/image.c
 */
void bpf_pred_flush(void);
DECLARE_STATIC_CALL(bpf_arch_pred_flush, bpf_pred_flush);
DECLARE_STATIC_KEY_FALSE(bpf_pred_flush_enabled);
#endif

#endif /* _LINUX_BPF_H */
