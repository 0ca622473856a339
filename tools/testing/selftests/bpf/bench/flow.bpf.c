// SPDX-License-Identifier: GPL-2.0-only
/*
 * A flow dissector: what the kernel's own, skb_flow_dissect_flow_keys(), finds out about
 * a packet, for VLANs, IPv4, IPv6, GRE and packets inside packets. Loads are those that
 * end the program where the packet does.
 *
 * Returns what bpf_bench.ko finds in the keys of the kernel's: the protocol above IP,
 * where its header starts, and the sum of addresses, ports and label, so that all of them
 * have to be read. Built by bench/run: clang -target bpf.
 */
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <bpf/bpf_helpers.h>

__u64 load_byte(void *skb, __u64 off) asm("llvm.bpf.load.byte");
__u64 load_half(void *skb, __u64 off) asm("llvm.bpf.load.half");
__u64 load_word(void *skb, __u64 off) asm("llvm.bpf.load.word");

#define MOST_VLANS	2
#define MOST_NESTED	2

#define GRE_SUM		0x8000
#define GRE_ROUTE	0x4000
#define GRE_KEY		0x2000
#define GRE_SEQ		0x1000
#define GRE_VERSION	0x0007

/* a packet's flow */
struct keys {
	__u32	source[4];
	__u32	dest[4];
	__u32	ports;
	__u32	label;
	__u32	gre_key;
	__u16	protocol;
	__u16	vlan;
	__u16	header;
	__u8	ip_protocol;
	__u8	fragment;
};

static __always_inline __u32 sum(const struct keys *keys)
{
	__u32 all = keys->ports + keys->label + keys->gre_key;
	int i;

#pragma unroll
	for (i = 0; i < 4; i++)
		all += keys->source[i] + keys->dest[i];
	return all;
}

/* each leaves @off behind its header and gives the protocol that follows */
static __always_inline __u64 ipv4(void *skb, struct keys *keys, __u64 *off)
{
	__u64 first = load_byte(skb, *off);
	__u64 part = load_half(skb, *off + 6);
	__u64 next = load_byte(skb, *off + 9);

	keys->source[0] = load_word(skb, *off + 12);
	keys->dest[0] = load_word(skb, *off + 16);
	keys->fragment = (part & 0x3fff) != 0;
	*off += (first & 15) << 2;
	return next;
}

static __always_inline __u64 ipv6(void *skb, struct keys *keys, __u64 *off)
{
	__u64 next = load_byte(skb, *off + 6);
	int i;

	keys->label = load_word(skb, *off) & 0xfffff;
#pragma unroll
	for (i = 0; i < 4; i++) {
		keys->source[i] = load_word(skb, *off + 8 + 4 * i);
		keys->dest[i] = load_word(skb, *off + 24 + 4 * i);
	}
	*off += 40;
	return next;
}

static __always_inline __u64 gre(void *skb, struct keys *keys, __u64 *off)
{
	__u64 flags = load_half(skb, *off);
	__u64 next = load_half(skb, *off + 2);

	if (flags & (GRE_ROUTE | GRE_VERSION))
		return 0;
	*off += 4;
	if (flags & GRE_SUM)
		*off += 4;
	if (flags & GRE_KEY) {
		keys->gre_key = load_word(skb, *off);
		*off += 4;
	}
	if (flags & GRE_SEQ)
		*off += 4;
	return next;
}

SEC("socket/flow")
int flow(struct __sk_buff *skb)
{
	struct keys keys = { };
	__u64 protocol = load_half(skb, 12);
	__u64 next = 0, off = ETH_HLEN;
	int i;

#pragma unroll
	for (i = 0; i < MOST_VLANS; i++) {
		if (protocol != ETH_P_8021Q && protocol != ETH_P_8021AD)
			break;
		keys.vlan = load_half(skb, off) & 0xfff;
		protocol = load_half(skb, off + 2);
		off += 4;
	}
#pragma unroll
	for (i = 0; i < MOST_NESTED; i++) {
		keys.protocol = protocol;
		if (protocol == ETH_P_IP)
			next = ipv4(skb, &keys, &off);
		else if (protocol == ETH_P_IPV6)
			next = ipv6(skb, &keys, &off);
		else
			return 0;
		if (keys.fragment)
			goto out;
		if (next == IPPROTO_IPIP)
			protocol = ETH_P_IP;
		else if (next == IPPROTO_IPV6)
			protocol = ETH_P_IPV6;
		else if (next == IPPROTO_GRE)
			protocol = gre(skb, &keys, &off);
		else
			break;
		if (!protocol)
			goto out;
	}
	if (next == IPPROTO_TCP || next == IPPROTO_UDP || next == IPPROTO_SCTP)
		keys.ports = load_word(skb, off);
out:
	keys.ip_protocol = next;
	keys.header = off;
	/* somebody reads them */
	asm volatile("" : : "r"(&keys) : "memory");
	return (int)(next << 16 | off) + sum(&keys);
}
