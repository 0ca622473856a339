// SPDX-License-Identifier: GPL-2.0-only
/* A helper is told of more room than the variable has. */
#include "errors.h"

SEC("socket")
int prog(struct __sk_buff *skb)
{
	char header[20];

#ifdef FIXED
	bpf_skb_load_bytes(skb, 0, header, sizeof(header));
#else
	bpf_skb_load_bytes(skb, 0, header, 32);
#endif
	return header[9];
}

char _license[] SEC("license") = "GPL";
