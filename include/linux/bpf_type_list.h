/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The program types there are: BPF_TYPE(number, ops), where ops is a const struct
 * bpf_type_ops of the subsystem. Included with BPF_TYPE defined, more than once.
 *
 * Layer K1.
 */
#ifdef CONFIG_NET
BPF_TYPE(BPF_PROG_TYPE_SOCKET_FILTER, bpf_socket_filter_type)
BPF_TYPE(BPF_PROG_TYPE_XDP, bpf_xdp_type)
#endif
#ifdef CONFIG_BPF_EVENTS
BPF_TYPE(BPF_PROG_TYPE_KPROBE, bpf_kprobe_type)
BPF_TYPE(BPF_PROG_TYPE_TRACEPOINT, bpf_tracepoint_type)
BPF_TYPE(BPF_PROG_TYPE_PERF_EVENT, bpf_perf_event_type)
BPF_TYPE(BPF_PROG_TYPE_RAW_TRACEPOINT, bpf_raw_tracepoint_type)
BPF_TYPE(BPF_PROG_TYPE_TRACING, bpf_tracing_type)
#endif
