/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a network namespace holds for programs attached to it. There is no way
 * to attach one: the flow dissector reads the array and always finds NULL.
 *
 * Layer K1.
 */
#ifndef _NET_NETNS_BPF_H
#define _NET_NETNS_BPF_H

struct bpf_prog_array;

enum netns_bpf_attach_type {
	NETNS_BPF_FLOW_DISSECTOR = 0,
	NETNS_BPF_HOOKS,
};

struct netns_bpf {
	struct bpf_prog_array __rcu	*run_array[NETNS_BPF_HOOKS];
};

#endif /* _NET_NETNS_BPF_H */
