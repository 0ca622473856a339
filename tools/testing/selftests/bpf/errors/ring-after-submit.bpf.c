// SPDX-License-Identifier: GPL-2.0-only
/* What was submitted belongs to the reader. */
#include "errors.h"

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
} ring SEC(".maps");

SEC("socket")
int prog(struct __sk_buff *skb)
{
	struct record *r = bpf_ringbuf_reserve(&ring, sizeof(*r), 0);

	if (!r)
		return 0;
#ifdef FIXED
	r->index = skb->len;
	bpf_ringbuf_submit(r, 0);
#else
	bpf_ringbuf_submit(r, 0);
	r->index = skb->len;
#endif
	return 0;
}

char _license[] SEC("license") = "GPL";
