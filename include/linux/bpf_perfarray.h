/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Perf events that programs write records to and read counts from.
 *
 * Layer K1. Implemented in kernel/bpf/map/perfarray.c. kernel-doc is with the definitions.
 */
#ifndef _LINUX_BPF_PERFARRAY_H
#define _LINUX_BPF_PERFARRAY_H

#include <linux/types.h>
#include <uapi/linux/bpf.h>

struct bpf_map;
struct pt_regs;

long bpf_perf_output(struct pt_regs *regs, struct bpf_map *map, u64 flags,
		     const void *data, u64 size);
long bpf_perf_read(struct bpf_map *map, u64 flags, struct bpf_perf_event_value *value);

#endif /* _LINUX_BPF_PERFARRAY_H */
