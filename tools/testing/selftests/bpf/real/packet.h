/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What socket filters here share: headers as they are on the wire, and reading them. A
 * packet begins with its link-layer header.
 */
#ifndef REAL_PACKET_H
#define REAL_PACKET_H

#include <stdbool.h>
#include <stddef.h>
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/tcp.h>
#include <linux/udp.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

/* a structure of the packet at an offset; false: the packet ends before */
#define READ(skb, off, to)	(!bpf_skb_load_bytes(skb, off, to, sizeof(*(to))))

#define COUNTER_MAP(name, key_type, entries)		\
struct {						\
	__uint(type, BPF_MAP_TYPE_HASH);		\
	__uint(max_entries, entries);			\
	__type(key, key_type);				\
	__type(value, __u64);				\
} name SEC(".maps")

/* one more under a key */
static __always_inline void count_in(void *map, const void *key, __u64 by)
{
	__u64 *count = bpf_map_lookup_elem(map, key);

	if (count)
		__sync_fetch_and_add(count, by);
	else
		bpf_map_update_elem(map, key, &by, BPF_ANY);
}

/* where the header behind IPv4 begins, its protocol; 0: there is none */
static __always_inline __u32 behind_ipv4(struct __sk_buff *skb, struct iphdr *ip)
{
	if (skb->protocol != bpf_htons(ETH_P_IP) || !READ(skb, ETH_HLEN, ip))
		return 0;
	if (ip->ihl < 5 || ip->frag_off & bpf_htons(0x1fff))
		return 0;
	return ETH_HLEN + ip->ihl * 4;
}

char _license[] SEC("license") = "GPL";

#endif /* REAL_PACKET_H */
