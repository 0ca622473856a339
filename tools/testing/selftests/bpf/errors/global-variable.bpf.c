// SPDX-License-Identifier: GPL-2.0-only
/* Data that outlives a run of the program is in a map. */
#include "errors.h"

#ifndef FIXED
__u32 counter;
#endif

SEC("socket")
int prog(struct __sk_buff *skb)
{
#ifdef FIXED
	struct record *r = find_record();

	if (r)
		__sync_fetch_and_add(&r->index, 1);
#else
	__sync_fetch_and_add(&counter, 1);
#endif
	return 0;
}

char _license[] SEC("license") = "GPL";
