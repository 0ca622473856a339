// SPDX-License-Identifier: GPL-2.0-only
/* One object, several events: each gets the program whose section names it. */
#include "filters.h"

SEC("filter/skb/consume_skb")
int drop(struct args *a)
{
	return 0;
}

SEC("filter/skb/kfree_skb")
int keep(struct args *a)
{
	return 1;
}

char _license[] SEC("license") = "GPL";
