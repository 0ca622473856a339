// SPDX-License-Identifier: GPL-2.0-only
/* By arguments: some that skb:kfree_skb has, some that it has not. */
#include "filters.h"

#define UNWANTED 2	/* SKB_DROP_REASON_NO_SOCKET: nobody has the port */

SEC("filter")
int nobody(struct args *a)
{
	return a->arg3 == UNWANTED;
}

SEC("filter/all")
int all(struct args *a)
{
	return 1;
}

SEC("filter/none")
int none(struct args *a)
{
	return 0;
}

SEC("filter/sixth")
int sixth(struct args *a)
{
	return a->arg6 != 0;
}

SEC("filter/result")
int failed(struct args *a)
{
	return (long long)a->ret < 0;
}

char _license[] SEC("license") = "GPL";
