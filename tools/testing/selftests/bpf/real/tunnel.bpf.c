// SPDX-License-Identifier: GPL-2.0-only
/* Flows inside of VXLAN and GRE, by the network they belong to. */
#include "packet.h"

#define VXLAN_PORT	4789

struct vxlan {
	__be32	flags;
	__be32	vni;
};

struct gre {
	__be16	flags;
	__be16	protocol;
};

struct inner {
	__u32	network;
	__be32	from;
	__be32	to;
	__u32	protocol;
};

COUNTER_MAP(inside, struct inner, 8192);

__u64 not_ipv4;

/* optional words behind the header, by its flags */
static __u32 gre_bytes(__be16 flags)
{
	__u32 bytes = sizeof(struct gre);

	if (flags & bpf_htons(0x8000))
		bytes += 4;
	if (flags & bpf_htons(0x2000))
		bytes += 4;
	if (flags & bpf_htons(0x1000))
		bytes += 4;
	return bytes;
}

static __u32 open_gre(struct __sk_buff *skb, __u32 at, struct inner *inner)
{
	struct gre gre;
	__be32 key;

	if (!READ(skb, at, &gre) || gre.protocol != bpf_htons(ETH_P_IP))
		return 0;
	if (gre.flags & bpf_htons(0x2000) &&
	    READ(skb, at + (gre.flags & bpf_htons(0x8000) ? 8 : 4), &key))
		inner->network = bpf_ntohl(key);
	return at + gre_bytes(gre.flags);
}

static __u32 open_vxlan(struct __sk_buff *skb, __u32 at, struct inner *inner)
{
	struct ethhdr eth;
	struct udphdr udp;
	struct vxlan vxlan;

	if (!READ(skb, at, &udp) || udp.dest != bpf_htons(VXLAN_PORT))
		return 0;
	at += sizeof(udp);
	if (!READ(skb, at, &vxlan) || !(vxlan.flags & bpf_htonl(1 << 27)))
		return 0;
	inner->network = bpf_ntohl(vxlan.vni) >> 8;
	at += sizeof(vxlan);
	if (!READ(skb, at, &eth) || eth.h_proto != bpf_htons(ETH_P_IP))
		return 0;
	return at + sizeof(eth);
}

SEC("socket")
int tunnel(struct __sk_buff *skb)
{
	struct inner inner = { };
	struct iphdr ip;
	__u32 at = behind_ipv4(skb, &ip);

	if (!at)
		return 0;
	if (ip.protocol == IPPROTO_GRE)
		at = open_gre(skb, at, &inner);
	else if (ip.protocol == IPPROTO_UDP)
		at = open_vxlan(skb, at, &inner);
	else
		return 0;
	if (!at || !READ(skb, at, &ip) || ip.version != 4) {
		not_ipv4++;
		return 0;
	}
	inner.from = ip.saddr;
	inner.to = ip.daddr;
	inner.protocol = ip.protocol;
	count_in(&inside, &inner, 1);
	return 0;
}
