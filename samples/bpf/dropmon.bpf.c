// SPDX-License-Identifier: GPL-2.0-only
/*
 * Drop monitor: counts freed packets that nobody wanted, by where in the kernel that
 * was. In the place of skb:kfree_skb's filter; nothing is recorded.
 */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 4096);
	__type(key, __u64);
	__type(value, __u64);
} drops SEC(".maps");

/* arguments of the tracepoint: the packet, the place, the reason */
SEC("filter/skb/kfree_skb")
int count_drop(struct bpf_context *event)
{
	__u64 place = event->arg2, one = 1, *count;

	count = bpf_map_lookup_elem(&drops, &place);
	if (!count) {
		if (!bpf_map_update_elem(&drops, &place, &one, BPF_NOEXIST))
			return 0;
		/* another CPU was faster, or there is no room */
		count = bpf_map_lookup_elem(&drops, &place);
	}
	if (count)
		__sync_fetch_and_add(count, 1);
	return 0;
}

char _license[] SEC("license") = "GPL";
