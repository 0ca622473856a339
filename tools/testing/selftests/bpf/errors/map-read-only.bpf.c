// SPDX-License-Identifier: GPL-2.0-only
/* A map that was made read-only for programs is written by user space. */
#include "errors.h"

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
#ifndef FIXED
	__uint(map_flags, BPF_F_RDONLY_PROG);
#endif
	__type(key, __u32);
	__type(value, __u64);
} limits SEC(".maps");

SEC("socket")
int prog(struct __sk_buff *skb)
{
	__u32 key = 0;
	__u64 *limit = bpf_map_lookup_elem(&limits, &key);

	if (limit)
		*limit = skb->len;
	return 0;
}

char _license[] SEC("license") = "GPL";
