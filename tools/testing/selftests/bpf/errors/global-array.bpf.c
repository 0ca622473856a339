// SPDX-License-Identifier: GPL-2.0-only
/* Global variables live in a map's value; an index of an array there needs its bounds. */
#include "errors.h"

static __u64 by_size[16];

SEC("socket")
int prog(struct __sk_buff *skb)
{
#ifdef FIXED
	__sync_fetch_and_add(&by_size[skb->len / 128 & 15], 1);
#else
	__sync_fetch_and_add(&by_size[skb->len / 128], 1);
#endif
	return 0;
}

char _license[] SEC("license") = "GPL";
