// SPDX-License-Identifier: GPL-2.0-only
/*
 * Chooses one of several servers for each flow, always the same one, by a table that user
 * space fills; the answer is the mark under which a user of the socket sees the packet.
 */
#include "packet.h"

#define TABLE		1024
#define SERVERS		64

struct server {
	__u64	packets;
	__u64	bytes;
	__u32	weight;
	__u32	is_down;
};

__u8 table[TABLE];
struct server servers[SERVERS];
__u32 seed = 0x9e3779b9;
__u32 server_count = 4;
__u64 nobody;

static __u32 rotate(__u32 v, __u32 by)
{
	return v << by | v >> (32 - by);
}

static __u32 mix(__u32 a, __u32 b, __u32 c)
{
	c ^= b;
	c -= rotate(b, 14);
	a ^= c;
	a -= rotate(c, 11);
	b ^= a;
	b -= rotate(a, 25);
	c ^= b;
	c -= rotate(b, 16);
	a ^= c;
	a -= rotate(c, 4);
	b ^= a;
	b -= rotate(a, 14);
	c ^= b;
	c -= rotate(b, 24);
	return c;
}

/* the table's choice, or the next server that is up */
static int choose(__u32 hash)
{
	__u32 first = table[hash & (TABLE - 1)], i, n;

	for (i = 0; i < SERVERS; i++) {
		if (i >= server_count)
			break;
		n = (first + i) & (SERVERS - 1);
		if (!servers[n].is_down && servers[n].weight)
			return n;
	}
	return -1;
}

SEC("socket")
int balancer(struct __sk_buff *skb)
{
	struct iphdr ip;
	__u32 at = behind_ipv4(skb, &ip);
	__be32 ports = 0;
	int chosen;

	if (!at || (ip.protocol != IPPROTO_TCP && ip.protocol != IPPROTO_UDP))
		return 0;
	READ(skb, at, &ports);
	chosen = choose(mix(ip.saddr, ip.daddr ^ ip.protocol, ports ^ seed));
	if (chosen < 0 || chosen >= SERVERS) {
		nobody++;
		return 0;
	}
	__sync_fetch_and_add(&servers[chosen].packets, 1);
	__sync_fetch_and_add(&servers[chosen].bytes, skb->len);
	return skb->len;
}
