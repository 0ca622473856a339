/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The operations of every map type, declared from the list.
 *
 * Layer K2.
 */
#ifndef _BPF_MAP_TYPES_H
#define _BPF_MAP_TYPES_H

#include <linux/bpf_map.h>

#define BPF_MAP(type, ops) extern const struct bpf_map_ops ops;
#include <linux/bpf_map_list.h>
#undef BPF_MAP

#endif /* _BPF_MAP_TYPES_H */
