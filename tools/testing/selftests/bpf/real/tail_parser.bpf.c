// SPDX-License-Identifier: GPL-2.0-only
/* A parser in pieces: each header's program calls the next one's by protocol. */
#include "packet.h"

enum { IPV4, IPV6, TCP, UDP, PIECES };

struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, PIECES);
	__uint(key_size, sizeof(__u32));
	__uint(value_size, sizeof(__u32));
} pieces SEC(".maps");

struct seen {
	__u64	packets;
	__u64	bytes;
};

struct seen by_piece[PIECES];
__u64 stopped;

static void see(__u32 piece, __u32 len)
{
	__sync_fetch_and_add(&by_piece[piece].packets, 1);
	__sync_fetch_and_add(&by_piece[piece].bytes, len);
}

static void go_on(struct __sk_buff *skb, __u8 protocol, __u32 at)
{
	skb->cb[0] = at;
	if (protocol == IPPROTO_TCP)
		bpf_tail_call(skb, &pieces, TCP);
	else if (protocol == IPPROTO_UDP)
		bpf_tail_call(skb, &pieces, UDP);
	stopped++;
}

SEC("socket")
int first(struct __sk_buff *skb)
{
	if (skb->protocol == bpf_htons(ETH_P_IP))
		bpf_tail_call(skb, &pieces, IPV4);
	else if (skb->protocol == bpf_htons(ETH_P_IPV6))
		bpf_tail_call(skb, &pieces, IPV6);
	stopped++;
	return 0;
}

SEC("socket")
int ipv4(struct __sk_buff *skb)
{
	struct iphdr ip;
	__u32 at = behind_ipv4(skb, &ip);

	see(IPV4, skb->len);
	if (at)
		go_on(skb, ip.protocol, at);
	return 0;
}

SEC("socket")
int ipv6(struct __sk_buff *skb)
{
	struct ipv6hdr ip;

	see(IPV6, skb->len);
	if (READ(skb, ETH_HLEN, &ip))
		go_on(skb, ip.nexthdr, ETH_HLEN + sizeof(ip));
	return 0;
}

SEC("socket")
int tcp(struct __sk_buff *skb)
{
	struct tcphdr tcp;

	if (READ(skb, skb->cb[0], &tcp) && tcp.doff >= 5)
		see(TCP, skb->len - skb->cb[0] - tcp.doff * 4);
	return 0;
}

SEC("socket")
int udp(struct __sk_buff *skb)
{
	struct udphdr udp;

	if (READ(skb, skb->cb[0], &udp))
		see(UDP, bpf_ntohs(udp.len));
	return 0;
}
