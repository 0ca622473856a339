// SPDX-License-Identifier: GPL-2.0-only
/* A signed index that is below the length may still be below zero. */
#include "errors.h"

SEC("socket")
int prog(struct __sk_buff *skb)
{
	struct record *r = find_record();
	int i = skb->mark;

	if (!r)
		return 0;
#ifdef FIXED
	if (i < 0)
		return 0;
#endif
	if (i >= SLOTS)
		return 0;
	r->slot[i] += 1;
	return 0;
}

char _license[] SEC("license") = "GPL";
