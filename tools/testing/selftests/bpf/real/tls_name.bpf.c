// SPDX-License-Identifier: GPL-2.0-only
/* The server's name in the first message of TLS, to a ring. */
#include "packet.h"

#define MOST_EXTENSIONS	20
#define NAME_BYTES	64
#define HANDSHAKE	22
#define CLIENT_HELLO	1
#define SERVER_NAME	0

struct seen {
	__be32	from;
	__be32	to;
	__u32	len;
	char	name[NAME_BYTES];
};

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 1 << 16);
} names SEC(".maps");

__u64 without_name, no_room;

static bool get16(struct __sk_buff *skb, __u32 at, __u32 *to)
{
	__be16 half;

	if (!READ(skb, at, &half))
		return false;
	*to = bpf_ntohs(half);
	return true;
}

/* behind what is fixed, three lists that begin with their length; 0: cut off */
static __u32 find_extensions(struct __sk_buff *skb, __u32 at)
{
	__u32 ciphers;
	__u8 len;

	at += 5 + 4 + 2 + 32;
	if (!READ(skb, at, &len))
		return 0;
	at += 1 + len;
	if (!get16(skb, at, &ciphers))
		return 0;
	at += 2 + ciphers;
	if (!READ(skb, at, &len))
		return 0;
	return at + 1 + len + 2;
}

static void tell(struct __sk_buff *skb, __u32 at, const struct iphdr *ip)
{
	struct seen *seen;
	__u32 len;

	if (!get16(skb, at + 7, &len))
		return;
	if (len > NAME_BYTES)
		len = NAME_BYTES;
	barrier_var(len);
	if (!len)
		return;
	seen = bpf_ringbuf_reserve(&names, sizeof(*seen), 0);
	if (!seen) {
		no_room++;
		return;
	}
	seen->from = ip->saddr;
	seen->to = ip->daddr;
	seen->len = len;
	__builtin_memset(seen->name, 0, NAME_BYTES);
	if (bpf_skb_load_bytes(skb, at + 9, seen->name, len))
		bpf_ringbuf_discard(seen, 0);
	else
		bpf_ringbuf_submit(seen, 0);
}

SEC("socket")
int tls_name(struct __sk_buff *skb)
{
	__u32 at, i, type, len;
	struct tcphdr tcp;
	struct iphdr ip;
	__u8 head[6];

	at = behind_ipv4(skb, &ip);
	if (!at || ip.protocol != IPPROTO_TCP || !READ(skb, at, &tcp))
		return 0;
	at += tcp.doff * 4;
	if (!READ(skb, at, &head) || head[0] != HANDSHAKE || head[5] != CLIENT_HELLO)
		return 0;
	at = find_extensions(skb, at);
	for (i = 0; at && i < MOST_EXTENSIONS; i++) {
		if (!get16(skb, at, &type) || !get16(skb, at + 2, &len))
			break;
		if (type == SERVER_NAME) {
			tell(skb, at, &ip);
			return 0;
		}
		at += 4 + len;
	}
	without_name++;
	return 0;
}
