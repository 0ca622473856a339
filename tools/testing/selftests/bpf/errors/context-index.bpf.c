// SPDX-License-Identifier: GPL-2.0-only
/* Fields of the context are accessed by name: an offset must be known when it is loaded. */
#include "errors.h"

SEC("socket")
int prog(struct __sk_buff *skb)
{
	__u32 i = skb->mark & 3;

#ifdef FIXED
	__u32 cb[4] = { skb->cb[0], skb->cb[1], skb->cb[2], skb->cb[3] };

	return cb[i];
#else
	return skb->cb[i];
#endif
}

char _license[] SEC("license") = "GPL";
