// SPDX-License-Identifier: GPL-2.0-only
/* The middle between two pointers is the one plus half of what is between them. */
#include "errors.h"

SEC("socket")
int prog(struct __sk_buff *skb)
{
	struct record *r = find_record();
	char *low, *high;

	if (!r)
		return 0;
	low = (char *)r;
	high = (char *)(r + 1);
	asm volatile("" : "+r"(high));
#ifdef FIXED
	return low[sizeof(*r) / 2];
#else
	return *(char *)(((unsigned long)low + (unsigned long)high) / 2);
#endif
}

char _license[] SEC("license") = "GPL";
