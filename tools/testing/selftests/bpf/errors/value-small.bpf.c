// SPDX-License-Identifier: GPL-2.0-only
/* A value has the size that the map was made with: this map's is a whole record. */
#include "errors.h"

SEC("socket")
int prog(struct __sk_buff *skb)
{
	__u32 key = 0;
#ifdef FIXED
	struct record value = { .index = 1 };
#else
	__u32 value = 1;
#endif

	return bpf_map_update_elem(&records, &key, &value, BPF_ANY);
}

char _license[] SEC("license") = "GPL";
