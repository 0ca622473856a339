// SPDX-License-Identifier: GPL-2.0-only
/* A loop whose end is not known is no program. */
#include "errors.h"

SEC("socket")
int prog(struct __sk_buff *skb)
{
	struct record *r = find_record();
	__u32 i, sum = 0;

	if (!r)
		return 0;
#ifdef FIXED
#pragma unroll
	for (i = 0; i < SLOTS; i++)
		sum += r->slot[i];
#else
	for (i = 0; i < skb->len; i++)
		sum += r->slot[i % SLOTS];
#endif
	return sum;
}

char _license[] SEC("license") = "GPL";
