// SPDX-License-Identifier: GPL-2.0-only
/* The first rule of a list that fits a packet decides; the list is set before loading. */
#include "packet.h"

#define RULES	32

struct rule {
	__u32	from;
	__u32	from_mask;
	__u32	to;
	__u32	to_mask;
	__u16	low_port;
	__u16	high_port;
	__u8	protocol;
	__u8	allow;
	__u16	used;
};

const volatile struct rule rules[RULES];
const volatile __u32 rule_count = 8;
__u64 hits[RULES + 1];

static bool fits(const volatile struct rule *r, const struct iphdr *ip, __u16 port)
{
	if (!r->used)
		return false;
	if (r->protocol && r->protocol != ip->protocol)
		return false;
	if ((ip->saddr ^ r->from) & r->from_mask || (ip->daddr ^ r->to) & r->to_mask)
		return false;
	return port >= r->low_port && port <= r->high_port;
}

SEC("socket")
int access_list(struct __sk_buff *skb)
{
	struct iphdr ip;
	__u32 at = behind_ipv4(skb, &ip), i;
	__be16 ports[2] = { };

	if (!at)
		return 0;
	if (ip.protocol == IPPROTO_TCP || ip.protocol == IPPROTO_UDP)
		READ(skb, at, &ports);
	for (i = 0; i < rule_count && i < RULES; i++) {
		if (!fits(&rules[i], &ip, bpf_ntohs(ports[1])))
			continue;
		__sync_fetch_and_add(&hits[i], 1);
		return rules[i].allow ? skb->len : 0;
	}
	__sync_fetch_and_add(&hits[RULES], 1);
	return 0;
}
