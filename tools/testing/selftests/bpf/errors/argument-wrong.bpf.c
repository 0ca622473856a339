// SPDX-License-Identifier: GPL-2.0-only
/* The map comes first, then the key. */
#include "errors.h"

SEC("socket")
int prog(struct __sk_buff *skb)
{
	__u32 key = 0;

#ifdef FIXED
	return bpf_map_lookup_elem(&records, &key) != 0;
#else
	return bpf_map_lookup_elem(&key, &records) != 0;
#endif
}

char _license[] SEC("license") = "GPL";
