// SPDX-License-Identifier: GPL-2.0-only
/* A loop must come nearer to its end in every turn. */
#include "errors.h"

SEC("socket")
int prog(struct __sk_buff *skb)
{
	struct record *r = find_record();
	__u32 next = 0, sum = 0;
	__u32 turns = 0;

	if (!r)
		return 0;
	do {
		next = r->slot[next % SLOTS];
		sum += next;
#ifdef FIXED
		if (++turns == SLOTS)
			break;
#endif
	} while (next);
	return sum + turns;
}

char _license[] SEC("license") = "GPL";
