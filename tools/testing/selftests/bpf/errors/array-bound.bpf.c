// SPDX-License-Identifier: GPL-2.0-only
/* An index that comes from outside is compared with the length of the array. */
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
		return 0;
#endif
	r->slot[i] += 1;
	return 0;
}

char _license[] SEC("license") = "GPL";
