// SPDX-License-Identifier: GPL-2.0-only
/* A key has the size that the map was made with. */
#include "errors.h"

SEC("socket")
int prog(struct __sk_buff *skb)
{
#ifdef FIXED
	__u32 key = 0;
#else
	__u16 key = 0;
#endif

	return bpf_map_lookup_elem(&records, &key) != 0;
}

char _license[] SEC("license") = "GPL";
