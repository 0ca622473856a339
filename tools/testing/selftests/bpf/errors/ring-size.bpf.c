// SPDX-License-Identifier: GPL-2.0-only
/* How much is reserved must be known when the program is loaded. */
#include "errors.h"

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
} ring SEC(".maps");

SEC("socket")
int prog(struct __sk_buff *skb)
{
#ifdef FIXED
	__u64 size = sizeof(struct record);
#else
	__u64 size = skb->len;
#endif
	void *bytes = bpf_ringbuf_reserve(&ring, size, 0);

	if (bytes)
		bpf_ringbuf_discard(bytes, 0);
	return 0;
}

char _license[] SEC("license") = "GPL";
