// SPDX-License-Identifier: GPL-2.0-only
/* Packets and bytes of each flow of TCP or UDP over IPv4. */
#include "packet.h"

struct flow {
	__be32	from;
	__be32	to;
	__be16	from_port;
	__be16	to_port;
	__u32	protocol;
};

struct volume {
	__u64	packets;
	__u64	bytes;
	__u64	last_ns;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 65536);
	__type(key, struct flow);
	__type(value, struct volume);
} flows SEC(".maps");

__u64 lost;

static bool find_flow(struct __sk_buff *skb, struct flow *flow)
{
	struct iphdr ip;
	__u32 at = behind_ipv4(skb, &ip);
	__be16 ports[2];

	if (!at || (ip.protocol != IPPROTO_TCP && ip.protocol != IPPROTO_UDP))
		return false;
	if (bpf_skb_load_bytes(skb, at, ports, sizeof(ports)))
		return false;
	flow->from = ip.saddr;
	flow->to = ip.daddr;
	flow->from_port = ports[0];
	flow->to_port = ports[1];
	flow->protocol = ip.protocol;
	return true;
}

SEC("socket")
int flow_count(struct __sk_buff *skb)
{
	struct volume fresh = { 1, skb->len, bpf_ktime_get_ns() };
	struct flow flow = { };
	struct volume *volume;

	if (!find_flow(skb, &flow))
		return 0;
	volume = bpf_map_lookup_elem(&flows, &flow);
	if (volume) {
		__sync_fetch_and_add(&volume->packets, 1);
		__sync_fetch_and_add(&volume->bytes, skb->len);
		volume->last_ns = fresh.last_ns;
	} else if (bpf_map_update_elem(&flows, &flow, &fresh, BPF_NOEXIST)) {
		__sync_fetch_and_add(&lost, 1);
	}
	return 0;
}
