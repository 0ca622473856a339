// SPDX-License-Identifier: GPL-2.0-only
/* Sources that try many ports: a bitmap of the ports of each, and how many are set. */
#include "packet.h"

#define BITS	1024

struct source {
	__u64	ports[BITS / 64];
	__u64	first_ns;
	__u32	count;
	__u32	told;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 4096);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, __be32);
	__type(value, struct source);
} sources SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
} scanners SEC(".maps");

const volatile __u32 threshold = 40;
static struct source empty;

static struct source *find_source(__be32 address)
{
	struct source *s = bpf_map_lookup_elem(&sources, &address);

	if (s)
		return s;
	bpf_map_update_elem(&sources, &address, &empty, BPF_NOEXIST);
	return bpf_map_lookup_elem(&sources, &address);
}

/* how many ports there are now */
static __u32 set_port(struct source *s, __u16 port)
{
	__u32 bit = port * 0x9e37u >> 3 & (BITS - 1), i, count = 0;
	__u64 word;

	s->ports[bit / 64] |= 1ULL << (bit & 63);
	for (i = 0; i < BITS / 64; i++)
		for (word = s->ports[i]; word; word &= word - 1)
			if (++count > threshold)
				return count;
	return count;
}

SEC("socket")
int port_scan(struct __sk_buff *skb)
{
	struct tcphdr tcp;
	struct source *s;
	struct iphdr ip;
	__u32 at = behind_ipv4(skb, &ip);

	if (!at || ip.protocol != IPPROTO_TCP || !READ(skb, at, &tcp) || !tcp.syn || tcp.ack)
		return 0;
	s = find_source(ip.saddr);
	if (!s)
		return 0;
	if (!s->first_ns)
		s->first_ns = bpf_ktime_get_ns();
	s->count = set_port(s, bpf_ntohs(tcp.dest));
	if (s->count > threshold && !s->told) {
		s->told = 1;
		bpf_ringbuf_output(&scanners, &ip.saddr, sizeof(ip.saddr), 0);
	}
	return 0;
}
