// SPDX-License-Identifier: GPL-2.0-only
/* A helper that wants the context wants all of it, not a pointer to one of its fields. */
#include "errors.h"

SEC("socket")
int prog(struct __sk_buff *skb)
{
	char first = 0;

#ifdef FIXED
	bpf_skb_load_bytes(skb, 0, &first, sizeof(first));
#else
	bpf_skb_load_bytes(skb->cb, 0, &first, sizeof(first));
#endif
	return first;
}

char _license[] SEC("license") = "GPL";
