/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Every map type, once: BPF_MAP(number, operations). Adding a type is a line here and
 * in kernel/bpf/map/types.h, and a file there. No include guard: each user defines BPF_MAP, then
 * includes this.
 *
 * Layer K1. Test: a type that is missing here is EINVAL in selftests/bpf/map_test.c.
 */
BPF_MAP(BPF_MAP_TYPE_HASH, bpf_hash_ops)
BPF_MAP(BPF_MAP_TYPE_ARRAY, bpf_array_ops)
BPF_MAP(BPF_MAP_TYPE_PROG_ARRAY, bpf_prog_array_ops)
BPF_MAP(BPF_MAP_TYPE_RINGBUF, bpf_ringbuf_ops)
#ifdef CONFIG_PERF_EVENTS
BPF_MAP(BPF_MAP_TYPE_PERF_EVENT_ARRAY, bpf_perf_array_ops)
BPF_MAP(BPF_MAP_TYPE_STACK_TRACE, bpf_stack_ops)
#endif
