// SPDX-License-Identifier: GPL-2.0-only
/* Bits of a pointer are nobody's business: what is aligned is the offset. */
#include "errors.h"

SEC("socket")
int prog(struct __sk_buff *skb)
{
	struct record *r = find_record();
	__u32 i = skb->mark & 31;
	char *bytes = (char *)r;

	if (!r)
		return 0;
#ifdef FIXED
	return bytes[i & ~7];
#else
	return *(char *)((unsigned long)(bytes + i) & ~7UL);
#endif
}

char _license[] SEC("license") = "GPL";
