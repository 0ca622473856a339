// SPDX-License-Identifier: GPL-2.0-only
/* Functions that are under way at one time have 512 bytes of stack together. */
#include "errors.h"

#ifdef FIXED
#define BYTES 192
#else
#define BYTES 320
#endif

static __noinline int last_byte(struct __sk_buff *skb, int from)
{
	__u8 bytes[BYTES];

	if (bpf_skb_load_bytes(skb, from, bytes, sizeof(bytes)))
		return 0;
	return bytes[BYTES - 1];
}

SEC("socket")
int prog(struct __sk_buff *skb)
{
	__u8 bytes[BYTES];

	if (bpf_skb_load_bytes(skb, 0, bytes, sizeof(bytes)))
		return 0;
	return bytes[BYTES - 1] + last_byte(skb, BYTES);
}

char _license[] SEC("license") = "GPL";
