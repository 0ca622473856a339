/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Return addresses as build ids and offsets; see buildid.c.
 *
 * Layer K2.
 */
#ifndef _BPF_MAP_BUILDID_H
#define _BPF_MAP_BUILDID_H

#include <linux/types.h>
#include <uapi/linux/bpf.h>

void buildid_fill(struct bpf_stack_build_id *to, const u64 *ip, u32 count, bool user);

#endif /* _BPF_MAP_BUILDID_H */
