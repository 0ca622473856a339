// SPDX-License-Identifier: GPL-2.0-only
/* How often each byte occurs in what UDP carries: is it text, or encrypted? */
#include "packet.h"

#define CHUNK	64

__u32 frequency[256];
__u64 packets, printable, bytes_seen;

static bool is_printable(__u8 c)
{
	return (c >= 0x20 && c < 0x7f) || c == '\n' || c == '\r' || c == '\t';
}

SEC("socket")
int byte_frequency(struct __sk_buff *skb)
{
	__u32 at, i, end, text = 0;
	__u8 bytes[CHUNK] = { };
	struct iphdr ip;

	at = behind_ipv4(skb, &ip);
	if (!at || ip.protocol != IPPROTO_UDP)
		return 0;
	at += sizeof(struct udphdr);
	end = skb->len;
	if (end <= at)
		return 0;
	end -= at;
	if (end > CHUNK)
		end = CHUNK;
	/* the verifier is to see that it is not 0 */
	barrier_var(end);
	if (!end)
		return 0;
	if (bpf_skb_load_bytes(skb, at, bytes, end))
		return 0;
	for (i = 0; i < end && i < CHUNK; i++) {
		frequency[bytes[i]]++;
		text += is_printable(bytes[i]);
	}
	packets++;
	printable += text;
	bytes_seen += end;
	return 0;
}
