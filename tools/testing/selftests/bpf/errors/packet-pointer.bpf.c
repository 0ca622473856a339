// SPDX-License-Identifier: GPL-2.0-only
/* Programs on sockets have no pointer into the packet: a helper copies bytes of it. */
#include "errors.h"

SEC("socket")
int prog(struct __sk_buff *skb)
{
#ifdef FIXED
	char first = 0;

	bpf_skb_load_bytes(skb, 0, &first, sizeof(first));
	return first;
#else
	const char *packet = (void *)(long)skb->data;

	return *packet;
#endif
}

char _license[] SEC("license") = "GPL";
