// SPDX-License-Identifier: GPL-2.0-only
/* A mask bounds a size from above and lets it be zero. */
#include "errors.h"

SEC("socket")
int prog(struct __sk_buff *skb)
{
	char bytes[64];
	__u32 size = skb->len & (sizeof(bytes) - 1);

	__builtin_memset(bytes, 0, sizeof(bytes));
#ifdef FIXED
	if (!size)
		return 0;
#endif
	bpf_skb_load_bytes(skb, 0, bytes, size);
	return bytes[0];
}

char _license[] SEC("license") = "GPL";
