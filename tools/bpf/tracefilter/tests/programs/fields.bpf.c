// SPDX-License-Identifier: GPL-2.0-only
/* By fields of skb:kfree_skb; and behind them. */
#include "filters.h"
#include "kfree_skb.h"

SEC("tp/skb/kfree_skb")
int nobody(struct event_skb_kfree_skb *e)
{
	return e->reason == 2 && e->protocol == 0x800;
}

SEC("tracepoint/far")
int far(const unsigned long long *record)
{
	return record[100] != 0;
}

char _license[] SEC("license") = "GPL";
