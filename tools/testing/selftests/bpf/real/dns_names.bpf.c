// SPDX-License-Identifier: GPL-2.0-only
/* Questions to name servers, counted by the hash of the name and by type. */
#include "packet.h"

#define PORT		53
#define NAME_MOST	128

struct dns {
	__be16	id;
	__be16	flags;
	__be16	questions;
	__be16	answers;
	__be16	authorities;
	__be16	more;
};

struct question {
	__u64	hash;
	__u32	labels;
	__u32	type;
};

COUNTER_MAP(questions, struct question, 16384);

__u64 too_long, responses;

static __u64 mix(__u64 hash, __u8 c)
{
	if (c >= 'A' && c <= 'Z')
		c += 'a' - 'A';
	return (hash ^ c) * 0x100000001b3ULL;
}

/* the name at @at; how many bytes it takes, 0: too long or cut off */
static __u32 read_name(struct __sk_buff *skb, __u32 at, struct question *q)
{
	__u32 i, left = 0;
	__u8 c;

	q->hash = 0xcbf29ce484222325ULL;
	for (i = 0; i < NAME_MOST; i++) {
		if (!READ(skb, at + i, &c))
			return 0;
		if (left) {
			q->hash = mix(q->hash, c);
			left--;
			continue;
		}
		if (!c)
			return i + 1;
		if (c > 63)
			return 0;
		left = c;
		q->labels++;
	}
	return 0;
}

SEC("socket")
int dns_names(struct __sk_buff *skb)
{
	struct question q = { };
	struct udphdr udp;
	struct iphdr ip;
	struct dns dns;
	__u32 at = behind_ipv4(skb, &ip), len;
	__be16 type;

	if (!at || ip.protocol != IPPROTO_UDP || !READ(skb, at, &udp) ||
	    udp.dest != bpf_htons(PORT))
		return 0;
	at += sizeof(udp);
	if (!READ(skb, at, &dns) || dns.questions != bpf_htons(1))
		return 0;
	if (dns.flags & bpf_htons(0x8000)) {
		responses++;
		return 0;
	}
	len = read_name(skb, at + sizeof(dns), &q);
	if (!len || !READ(skb, at + sizeof(dns) + len, &type)) {
		too_long++;
		return 0;
	}
	q.type = bpf_ntohs(type);
	count_in(&questions, &q, 1);
	return 0;
}
