// SPDX-License-Identifier: GPL-2.0-only
/* The last of 16 slots has the index 15. */
#include "errors.h"

SEC("socket")
int prog(struct __sk_buff *skb)
{
	struct record *r = find_record();
	__u32 i = skb->mark;

	if (!r)
		return 0;
#ifdef FIXED
	if (i >= SLOTS)
#else
	if (i > SLOTS)
#endif
		return 0;
	r->slot[i] += 1;
	return 0;
}

char _license[] SEC("license") = "GPL";
