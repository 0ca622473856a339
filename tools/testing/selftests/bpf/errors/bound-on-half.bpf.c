// SPDX-License-Identifier: GPL-2.0-only
/* The lower 32 bits of a number are compared and all 64 are used. */
#include "errors.h"

SEC("socket")
int prog(struct __sk_buff *skb)
{
	struct record *r = find_record();
	__u64 i = bpf_ktime_get_ns();

	if (!r)
		return 0;
#ifdef FIXED
	if (i >= SLOTS)
#else
	if ((__u32)i >= SLOTS)
#endif
		return 0;
	r->slot[i] += 1;
	return 0;
}

char _license[] SEC("license") = "GPL";
