// SPDX-License-Identifier: GPL-2.0-only
/* An array on the stack has bounds, too. */
#include "errors.h"

SEC("socket")
int prog(struct __sk_buff *skb)
{
	char header[64] = { };
	__u32 i = skb->mark;

	bpf_skb_load_bytes(skb, 0, header, sizeof(header));
#ifdef FIXED
	i &= sizeof(header) - 1;
#endif
	return header[i];
}

char _license[] SEC("license") = "GPL";
