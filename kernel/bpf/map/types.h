/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The operations of every map type; a line for each of linux/bpf_map_list.h, which
 * does not compile without.
 *
 * Layer K2.
 */
#ifndef _BPF_MAP_TYPES_H
#define _BPF_MAP_TYPES_H

#include <linux/bpf_map.h>

extern const struct bpf_map_ops bpf_hash_ops;
extern const struct bpf_map_ops bpf_array_ops;
extern const struct bpf_map_ops bpf_prog_array_ops;
extern const struct bpf_map_ops bpf_ringbuf_ops;
extern const struct bpf_map_ops bpf_perf_array_ops;
extern const struct bpf_map_ops bpf_stack_ops;

#endif /* _BPF_MAP_TYPES_H */
