// SPDX-License-Identifier: GPL-2.0-only
/* The longest prefix that an address is in, by a binary trie in an array. */
#include "packet.h"

#define NODES	16384

struct node {
	__u32	child[2];	/* 0: none */
	__u32	route;		/* 0: none */
	__u32	pad;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, NODES);
	__type(key, __u32);
	__type(value, struct node);
} trie SEC(".maps");

__u64 by_route[256];

static __u32 find_route(__u32 address)
{
	__u32 at = 0, route = 0;
	struct node *node;
	int bit;

	for (bit = 31; bit >= 0; bit--) {
		node = bpf_map_lookup_elem(&trie, &at);
		if (!node)
			break;
		if (node->route)
			route = node->route;
		at = node->child[address >> bit & 1];
		if (!at)
			break;
	}
	return route;
}

SEC("socket")
int prefix_trie(struct __sk_buff *skb)
{
	struct iphdr ip;

	if (!behind_ipv4(skb, &ip))
		return 0;
	__sync_fetch_and_add(&by_route[find_route(bpf_ntohl(ip.daddr)) & 255], 1);
	return 0;
}
