// SPDX-License-Identifier: GPL-2.0-only
/* A program on a socket looks at packets and does not change them. */
#include "errors.h"

SEC("socket")
int prog(struct __sk_buff *skb)
{
#ifdef FIXED
	skb->cb[0] = 7;
#else
	skb->mark = 7;
#endif
	return 0;
}

char _license[] SEC("license") = "GPL";
