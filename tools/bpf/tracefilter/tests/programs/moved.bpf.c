// SPDX-License-Identifier: GPL-2.0-only
/* Compiled for a kernel that has the fields of skb:kfree_skb elsewhere. */
#include "filters.h"
#include "moved.h"

SEC("tp/skb/kfree_skb")
int nobody(struct event_skb_kfree_skb *e)
{
	return e->reason == 2;
}

char _license[] SEC("license") = "GPL";
