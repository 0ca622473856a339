// SPDX-License-Identifier: GPL-2.0-only
/*
 * Second example of the proposal of 2013: counts received packets by device, and lets
 * every EVERY-th of a device be recorded.
 */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include "count_per_device.h"
#include "net_events.h"

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 256);
	__type(key, struct device);
	__type(value, __u64);
} packets SEC(".maps");

SEC("tp/net/netif_receive_skb")
int count_packet(struct event_net_netif_receive_skb *event)
{
	struct device key = { };
	__u64 zero = 0, *count;

	bpf_probe_read_kernel_str(key.name, sizeof(key.name),
				  event_net_netif_receive_skb_name(event));
	count = bpf_map_lookup_elem(&packets, &key);
	if (!count) {
		bpf_map_update_elem(&packets, &key, &zero, BPF_NOEXIST);
		count = bpf_map_lookup_elem(&packets, &key);
	}
	return count && (__sync_fetch_and_add(count, 1) + 1) % EVERY == 0;
}

char _license[] SEC("license") = "GPL";
