// SPDX-License-Identifier: GPL-2.0-only
/* Walks the extension headers of IPv6 and counts what is behind them. */
#include "packet.h"

#define MOST_HEADERS	8

struct extension {
	__u8	next;
	__u8	len;
};

__u64 by_protocol[256];
__u64 by_depth[MOST_HEADERS + 1];
__u64 fragments;

static bool is_extension(__u8 header)
{
	switch (header) {
	case IPPROTO_HOPOPTS:
	case IPPROTO_ROUTING:
	case IPPROTO_DSTOPTS:
	case IPPROTO_FRAGMENT:
	case IPPROTO_AH:
		return true;
	default:
		return false;
	}
}

static __u32 bytes_of(__u8 header, __u8 len)
{
	if (header == IPPROTO_FRAGMENT)
		return 8;
	if (header == IPPROTO_AH)
		return (len + 2) * 4;
	return (len + 1) * 8;
}

SEC("socket")
int ipv6_ext(struct __sk_buff *skb)
{
	__u32 at = ETH_HLEN + sizeof(struct ipv6hdr), depth;
	struct extension ext;
	struct ipv6hdr ip;
	__u8 header;

	if (skb->protocol != bpf_htons(ETH_P_IPV6) || !READ(skb, ETH_HLEN, &ip))
		return 0;
	header = ip.nexthdr;
	for (depth = 0; depth < MOST_HEADERS && is_extension(header); depth++) {
		if (!READ(skb, at, &ext))
			return 0;
		if (header == IPPROTO_FRAGMENT)
			fragments++;
		at += bytes_of(header, ext.len);
		header = ext.next;
	}
	by_depth[depth]++;
	__sync_fetch_and_add(&by_protocol[header], 1);
	return 0;
}
