// SPDX-License-Identifier: GPL-2.0-only
/* Programs of several types and fates in one object; the one that is refused is not last. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 8);
	__type(key, __u32);
	__type(value, __u64);
} counts SEC(".maps");

SEC("socket")
int good(struct __sk_buff *skb)
{
	return skb->len > 64 ? skb->len : 0;
}

SEC("socket")
int bad(struct __sk_buff *skb)
{
	__u32 key = skb->protocol;
	__u64 *count = bpf_map_lookup_elem(&counts, &key);

	*count += 1;
	return 0;
}

SEC("kprobe/do_exit")
int probe(void *ctx)
{
	__u64 one = 1;
	__u32 key = bpf_get_current_pid_tgid() >> 32;

	bpf_map_update_elem(&counts, &key, &one, BPF_ANY);
	return 0;
}

SEC("filter/skb/kfree_skb")
int event(struct { __u64 arg1; } *args)
{
	return args->arg1 != 0;
}

char _license[] SEC("license") = "GPL";
