// SPDX-License-Identifier: GPL-2.0-only
/* Options of TCP's first packets: segment size, window scale, what is supported. */
#include "packet.h"

#define OPTION_BYTES	40

enum { END, NOP, MSS, WINDOW_SCALE, SACK_OK, TIMESTAMP = 8 };

struct syn {
	__u16	mss;
	__u8	scale;
	__u8	features;
};

COUNTER_MAP(syns, struct syn, 1024);

__u64 malformed;

static bool parse(const __u8 *bytes, __u32 len, struct syn *syn)
{
	__u32 at = 0;

	while (at < len && at < OPTION_BYTES) {
		__u8 kind = bytes[at], size;

		if (kind == END)
			return true;
		if (kind == NOP) {
			at++;
			continue;
		}
		if (at + 1 >= OPTION_BYTES)
			return false;
		size = bytes[at + 1];
		if (size < 2 || at + size > len)
			return false;
		if (kind == MSS && size == 4 && at + 3 < OPTION_BYTES)
			syn->mss = bytes[at + 2] << 8 | bytes[at + 3];
		else if (kind == WINDOW_SCALE && size == 3 && at + 2 < OPTION_BYTES)
			syn->scale = bytes[at + 2];
		else if (kind == SACK_OK || kind == TIMESTAMP)
			syn->features |= 1 << (kind & 7);
		at += size;
	}
	return true;
}

SEC("socket")
int tcp_options(struct __sk_buff *skb)
{
	__u8 bytes[OPTION_BYTES] = { };
	struct syn syn = { };
	struct tcphdr tcp;
	struct iphdr ip;
	__u32 at = behind_ipv4(skb, &ip), len;

	if (!at || ip.protocol != IPPROTO_TCP || !READ(skb, at, &tcp) || !tcp.syn)
		return 0;
	len = tcp.doff * 4 - sizeof(tcp);
	if (len > OPTION_BYTES)
		return 0;
	/* two tests, not one of a difference */
	barrier_var(len);
	if (!len)
		return 0;
	if (bpf_skb_load_bytes(skb, at + sizeof(tcp), bytes, len))
		return 0;
	if (parse(bytes, len, &syn))
		count_in(&syns, &syn, 1);
	else
		malformed++;
	return 0;
}
