// SPDX-License-Identifier: GPL-2.0-only
/* A ring buffer has no elements to look up. */
#include "errors.h"

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
} ring SEC(".maps");

SEC("socket")
int prog(struct __sk_buff *skb)
{
	__u32 key = 0;

#ifdef FIXED
	return bpf_map_lookup_elem(&records, &key) != 0;
#else
	return bpf_map_lookup_elem(&ring, &key) != 0;
#endif
}

char _license[] SEC("license") = "GPL";
