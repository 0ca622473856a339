// SPDX-License-Identifier: GPL-2.0-only
/* Functions of a program's own are compiled into it. */
#include "errors.h"

#ifdef FIXED
static __always_inline
#else
static __noinline
#endif
int double_of(int n)
{
	asm volatile("" : "+r"(n));
	return 2 * n;
}

SEC("socket")
int prog(struct __sk_buff *skb)
{
	return double_of(skb->len);
}

char _license[] SEC("license") = "GPL";
