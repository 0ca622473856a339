// SPDX-License-Identifier: GPL-2.0-only
/* An index is compared before it is used; afterwards is too late. */
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
	__sync_fetch_and_add(&r->slot[i], 1);
	if (i >= SLOTS)
		return 0;
	return 1;
}

char _license[] SEC("license") = "GPL";
