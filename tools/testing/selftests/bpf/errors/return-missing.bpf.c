// SPDX-License-Identifier: GPL-2.0-only
/* Not every path gives the program a result. */
#include "errors.h"

SEC("socket")
int prog(struct __sk_buff *skb)
{
	skb->cb[0] = 1;
#ifdef FIXED
	return 0;
#endif
}

char _license[] SEC("license") = "GPL";
