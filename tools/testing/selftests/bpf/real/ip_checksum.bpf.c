// SPDX-License-Identifier: GPL-2.0-only
/* IPv4 headers whose sum is wrong, by their source. */
#include "packet.h"

#define WORDS	30		/* half words in the longest header */

COUNTER_MAP(wrong, __be32, 1024);

__u64 right;

static __u16 fold(__u32 sum)
{
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	return ~sum;
}

SEC("socket")
int ip_checksum(struct __sk_buff *skb)
{
	__u16 words[WORDS] = { };
	__u32 bytes, sum = 0, i;
	struct iphdr ip;

	if (!behind_ipv4(skb, &ip))
		return 0;
	bytes = ip.ihl * 4;
	if (bytes < sizeof(ip) || bytes > sizeof(words))
		return 0;
	if (bpf_skb_load_bytes(skb, ETH_HLEN, words, bytes))
		return 0;
	for (i = 0; i < WORDS; i++) {
		if (i * 2 >= bytes)
			break;
		sum += words[i];
	}
	if (fold(sum))
		count_in(&wrong, &ip.saddr, 1);
	else
		right++;
	return 0;
}
