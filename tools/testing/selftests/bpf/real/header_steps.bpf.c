// SPDX-License-Identifier: GPL-2.0-only
/*
 * How packets are wrapped, one header a step. Each step is a global function, which knows
 * of the packet what the record says that it is given.
 */
#include "packet.h"

#define STEPS	6

/* where the next header is, and what it is; written by each step */
struct place {
	__u32	at;
	__u16	ether;		/* behind a link-layer header or a tag; 0: none */
	__u8	protocol;	/* behind a network header */
	__u8	depth;
};

struct tag {
	__be16	id;
	__be16	ether;
};

COUNTER_MAP(by_protocol, __u32, 512);
__u64 by_depth[STEPS + 1];

__attribute__((noinline)) int step_tag(struct __sk_buff *skb, struct place *p)
{
	struct tag tag;

	if (!p || !READ(skb, p->at, &tag))
		return 0;
	p->at += sizeof(tag);
	p->ether = bpf_ntohs(tag.ether);
	p->depth++;
	return 1;
}

__attribute__((noinline)) int step_ipv4(struct __sk_buff *skb, struct place *p)
{
	struct iphdr ip;

	if (!p || !READ(skb, p->at, &ip) || ip.ihl < 5)
		return 0;
	p->at += ip.ihl * 4;
	p->protocol = ip.protocol;
	p->ether = ip.protocol == IPPROTO_IPIP ? ETH_P_IP :
		   ip.protocol == IPPROTO_IPV6 ? ETH_P_IPV6 : 0;
	p->depth++;
	return 1;
}

__attribute__((noinline)) int step_ipv6(struct __sk_buff *skb, struct place *p)
{
	struct ipv6hdr ip;

	if (!p || !READ(skb, p->at, &ip))
		return 0;
	p->at += sizeof(ip);
	p->protocol = ip.nexthdr;
	p->ether = ip.nexthdr == IPPROTO_IPIP ? ETH_P_IP :
		   ip.nexthdr == IPPROTO_IPV6 ? ETH_P_IPV6 : 0;
	p->depth++;
	return 1;
}

__attribute__((noinline)) int step(struct __sk_buff *skb, struct place *p)
{
	if (!p)
		return 0;
	switch (p->ether) {
	case ETH_P_8021Q:
	case ETH_P_8021AD:
		return step_tag(skb, p);
	case ETH_P_IP:
		return step_ipv4(skb, p);
	case ETH_P_IPV6:
		return step_ipv6(skb, p);
	default:
		return 0;
	}
}

SEC("socket")
int header_steps(struct __sk_buff *skb)
{
	struct place p = { .at = ETH_HLEN, .ether = bpf_ntohs(skb->protocol) };
	__u32 key;
	int i;

	for (i = 0; i < STEPS; i++)
		if (!step(skb, &p))
			break;
	if (p.depth <= STEPS)
		by_depth[p.depth]++;
	key = p.protocol;
	count_in(&by_protocol, &key, 1);
	return 0;
}
