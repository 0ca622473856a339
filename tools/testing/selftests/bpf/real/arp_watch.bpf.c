// SPDX-License-Identifier: GPL-2.0-only
/* Addresses that move from one card to another. */
#include "packet.h"

struct arp {
	__be16	hardware;
	__be16	protocol;
	__u8	hardware_len;
	__u8	protocol_len;
	__be16	operation;
	__u8	sender[ETH_ALEN];
	__u8	sender_ip[4];
	__u8	target[ETH_ALEN];
	__u8	target_ip[4];
};

struct card {
	__u8	address[ETH_ALEN];
	__u16	changes;
	__u64	since;
};

struct change {
	__u8	ip[4];
	__u8	old[ETH_ALEN];
	__u8	new[ETH_ALEN];
	__u32	changes;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 4096);
	__type(key, __u32);
	__type(value, struct card);
} cards SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
} changes SEC(".maps");

static bool differ(const __u8 *a, const __u8 *b)
{
	int i;

	for (i = 0; i < ETH_ALEN; i++)
		if (a[i] != b[i])
			return true;
	return false;
}

static void move(struct card *card, const struct arp *arp)
{
	struct change c = { };

	__builtin_memcpy(c.ip, arp->sender_ip, sizeof(c.ip));
	__builtin_memcpy(c.old, card->address, ETH_ALEN);
	__builtin_memcpy(c.new, arp->sender, ETH_ALEN);
	c.changes = ++card->changes;
	__builtin_memcpy(card->address, arp->sender, ETH_ALEN);
	card->since = bpf_ktime_get_ns();
	bpf_ringbuf_output(&changes, &c, sizeof(c), 0);
}

SEC("socket")
int arp_watch(struct __sk_buff *skb)
{
	struct card fresh = { }, *card;
	struct arp arp;
	__u32 ip;

	if (skb->protocol != bpf_htons(ETH_P_ARP) || !READ(skb, ETH_HLEN, &arp))
		return 0;
	if (arp.hardware_len != ETH_ALEN || arp.protocol_len != 4)
		return 0;
	__builtin_memcpy(&ip, arp.sender_ip, sizeof(ip));
	card = bpf_map_lookup_elem(&cards, &ip);
	if (!card) {
		__builtin_memcpy(fresh.address, arp.sender, ETH_ALEN);
		fresh.since = bpf_ktime_get_ns();
		bpf_map_update_elem(&cards, &ip, &fresh, BPF_ANY);
	} else if (differ(card->address, arp.sender)) {
		move(card, &arp);
	}
	return 0;
}
