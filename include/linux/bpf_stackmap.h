/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Stacks for programs: kept in a map under a number, or copied.
 *
 * Layer K1. Implemented in kernel/bpf/map/stackmap.c. kernel-doc is with the definitions.
 */
#ifndef _LINUX_BPF_STACKMAP_H
#define _LINUX_BPF_STACKMAP_H

#include <linux/types.h>

struct bpf_map;
struct pt_regs;

int bpf_stack_prepare(void);
void bpf_stack_release(void);
long bpf_stack_id(struct pt_regs *regs, struct bpf_map *map, u64 flags);
long bpf_stack_copy(struct pt_regs *regs, void *to, u32 size, u64 flags);

#endif /* _LINUX_BPF_STACKMAP_H */
