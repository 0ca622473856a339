// SPDX-License-Identifier: GPL-2.0-only
/*
 * Programs whose types and lines btf_test.c looks for again: one that is accepted, one that
 * forgets a test.
 */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct flow {
	__u64	packets;
	__u64	bytes;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 4);
	__type(key, __u32);
	__type(value, struct flow);
} flows SEC(".maps");

SEC("socket")
int count_good_packets(struct __sk_buff *skb)
{
	__u32 key = skb->protocol & 3;
	struct flow *flow = bpf_map_lookup_elem(&flows, &key);

	if (flow) {
		flow->packets++;
		flow->bytes += skb->len;
	}
	return 0;
}

SEC("socket")
int count_bad(struct __sk_buff *skb)
{
	__u32 key = skb->protocol & 3;
	struct flow *flow = bpf_map_lookup_elem(&flows, &key);

	flow->bytes = skb->len; /* flow may be NULL */
	return 0;
}

char _license[] SEC("license") = "GPL";
