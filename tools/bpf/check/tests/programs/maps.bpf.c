// SPDX-License-Identifier: GPL-2.0-only
/* A map that no kernel makes: a ring buffer whose size is no power of two. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 12288);
	__uint(key_size, 4);
} ring SEC(".maps");

SEC("socket")
int prog(struct __sk_buff *skb)
{
	return bpf_ringbuf_query(&ring, 0);
}

char _license[] SEC("license") = "GPL";
