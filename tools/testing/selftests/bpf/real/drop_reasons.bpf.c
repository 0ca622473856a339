// SPDX-License-Identifier: GPL-2.0-only
/* In the place of an event's filter: packets that are dropped, by reason and by place. */
#include "trace.h"

#define REASONS	96

struct drop {
	__u64	place;
	__u32	reason;
	__u32	pad;
};

HASH_MAP(drops, struct drop, __u64, 4096);

__u64 by_reason[REASONS];
__u32 ignored[4] = { 2 };		/* not specified */

static bool is_ignored(__u32 reason)
{
	__u32 i;

	for (i = 0; i < 4; i++)
		if (ignored[i] && ignored[i] == reason)
			return true;
	return false;
}

/* the packet, the place, the reason; not 0: the event is recorded, too */
SEC("filter/skb/kfree_skb")
int drop_reasons(struct { __u64 arg1, arg2, arg3; } *event)
{
	struct drop drop = { event->arg2, event->arg3, 0 };

	if (is_ignored(drop.reason))
		return 0;
	if (drop.reason < REASONS)
		__sync_fetch_and_add(&by_reason[drop.reason], 1);
	count_in(&drops, &drop, 1);
	return drop.reason >= REASONS;
}
