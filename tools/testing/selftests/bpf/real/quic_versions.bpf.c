// SPDX-License-Identifier: GPL-2.0-only
/* Versions and connection numbers in QUIC's long headers. */
#include "packet.h"

#define ID_MOST		20
#define PORT		443

struct start {
	__u32	version;
	__u8	kind;
	__u8	to_len;
	__u8	from_len;
	__u8	pad;
};

COUNTER_MAP(starts, struct start, 1024);

__u64 tokens, token_bytes;

/* a number whose first two bits say how many bytes it has; how many, 0: cut off */
static __u32 read_varint(struct __sk_buff *skb, __u32 at, __u64 *value)
{
	__u32 bytes, i;
	__u8 c;

	if (!READ(skb, at, &c))
		return 0;
	bytes = 1 << (c >> 6);
	*value = c & 0x3f;
	for (i = 1; i < bytes; i++) {
		if (!READ(skb, at + i, &c))
			return 0;
		*value = *value << 8 | c;
	}
	return bytes;
}

SEC("socket")
int quic_versions(struct __sk_buff *skb)
{
	struct start start = { };
	struct udphdr udp;
	struct iphdr ip;
	__u32 at = behind_ipv4(skb, &ip);
	__be32 version;
	__u64 token;
	__u8 c;

	if (!at || ip.protocol != IPPROTO_UDP || !READ(skb, at, &udp) ||
	    udp.dest != bpf_htons(PORT))
		return 0;
	at += sizeof(udp);
	if (!READ(skb, at, &c) || !(c & 0x80) || !READ(skb, at + 1, &version))
		return 0;
	start.version = bpf_ntohl(version);
	start.kind = c >> 4 & 3;
	at += 5;
	if (!READ(skb, at, &start.to_len) || start.to_len > ID_MOST)
		return 0;
	at += 1 + start.to_len;
	if (!READ(skb, at, &start.from_len) || start.from_len > ID_MOST)
		return 0;
	at += 1 + start.from_len;
	count_in(&starts, &start, 1);
	if (!start.kind && read_varint(skb, at, &token) && token) {
		tokens++;
		token_bytes += token;
	}
	return 0;
}
