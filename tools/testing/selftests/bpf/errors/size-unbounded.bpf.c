// SPDX-License-Identifier: GPL-2.0-only
/* A size that comes from outside may be larger than the room. */
#include "errors.h"

SEC("socket")
int prog(struct __sk_buff *skb)
{
	char bytes[64];
	__u32 size = skb->len;

	__builtin_memset(bytes, 0, sizeof(bytes));
#ifdef FIXED
	size = (size & (sizeof(bytes) - 1)) + 1;
#endif
	bpf_skb_load_bytes(skb, 0, bytes, size);
	return bytes[0];
}

char _license[] SEC("license") = "GPL";
