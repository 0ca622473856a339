// SPDX-License-Identifier: GPL-2.0-only
/* Sizes of packets by powers of two, for each protocol and direction. */
#include "packet.h"

#define SLOTS	16
#define KINDS	4

__u64 histogram[2][KINDS][SLOTS];

static __u32 slot_of(__u32 len)
{
	__u32 slot = 0;

	while (len > 1 && slot < SLOTS - 1) {
		len >>= 1;
		slot++;
	}
	return slot;
}

static __u32 kind_of(struct __sk_buff *skb)
{
	struct iphdr ip;

	if (skb->protocol == bpf_htons(ETH_P_IPV6))
		return 3;
	if (!behind_ipv4(skb, &ip))
		return 0;
	return ip.protocol == IPPROTO_TCP ? 1 : 2;
}

SEC("socket")
int size_histogram(struct __sk_buff *skb)
{
	__u32 sent = skb->pkt_type == 4;

	__sync_fetch_and_add(&histogram[sent][kind_of(skb)][slot_of(skb->len)], 1);
	return 0;
}
