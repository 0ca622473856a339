// SPDX-License-Identifier: GPL-2.0-only
/* The value that was compared is not the one that is used: another program may have changed
 * it in the map between the two reads.
 */
#include "errors.h"

SEC("socket")
int prog(struct __sk_buff *skb)
{
	volatile struct record *r = find_record();
	__u32 i;

	if (!r)
		return 0;
	i = r->index;
	if (i >= SLOTS)
		return 0;
#ifdef FIXED
	return r->slot[i];
#else
	return r->slot[r->index];
#endif
}

char _license[] SEC("license") = "GPL";
