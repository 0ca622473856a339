/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Maps and programs by their numbers. For kernel/bpf/sys only; kernel-doc is with the
 * definitions.
 *
 * Layer K1. Implemented in kernel/bpf/map/map.c and kernel/bpf/prog/fd.c.
 */
#ifndef _LINUX_BPF_IDS_H
#define _LINUX_BPF_IDS_H

#include <linux/types.h>

struct bpf_map;
struct bpf_prog;

struct bpf_prog *bpf_prog_by_id(u32 id);
int bpf_prog_next_id(u32 *id);
struct bpf_map *bpf_map_by_id(u32 id);
int bpf_map_next_id(u32 *id);

#endif /* _LINUX_BPF_IDS_H */
