// SPDX-License-Identifier: GPL-2.0-only
/* Packets of RTP streams that did not come: gaps in their numbers. */
#include "packet.h"

struct rtp {
	__u8	version;
	__u8	type;
	__be16	sequence;
	__be32	stamp;
	__be32	source;
};

struct stream {
	__u64	packets;
	__u64	lost;
	__u64	late;
	__u64	jitter;
	__u64	came_ns;
	__u32	stamp;
	__u16	next;
	__u16	pad;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1024);
	__type(key, __be32);
	__type(value, struct stream);
} streams SEC(".maps");

const volatile __u16 low_port = 16384, high_port = 32767;

static void see(struct stream *s, __u16 sequence, __u32 stamp)
{
	__s16 gap = sequence - s->next;
	__u64 now = bpf_ktime_get_ns();
	__s64 d;

	s->packets++;
	if (gap < 0) {
		s->late++;
		return;
	}
	s->lost += gap;
	s->next = sequence + 1;
	/* a clock of 8 kHz */
	d = (now - s->came_ns) / 125000 - (stamp - s->stamp);
	if (d < 0)
		d = -d;
	s->jitter += (d - (s->jitter >> 4));
	s->came_ns = now;
	s->stamp = stamp;
}

SEC("socket")
int rtp_loss(struct __sk_buff *skb)
{
	struct stream fresh = { .packets = 1 }, *s;
	struct udphdr udp;
	struct iphdr ip;
	struct rtp rtp;
	__u32 at = behind_ipv4(skb, &ip);
	__u16 port;

	if (!at || ip.protocol != IPPROTO_UDP || !READ(skb, at, &udp))
		return 0;
	port = bpf_ntohs(udp.dest);
	if (port < low_port || port > high_port || !READ(skb, at + sizeof(udp), &rtp) ||
	    rtp.version >> 6 != 2)
		return 0;
	s = bpf_map_lookup_elem(&streams, &rtp.source);
	if (s) {
		see(s, bpf_ntohs(rtp.sequence), bpf_ntohl(rtp.stamp));
		return 0;
	}
	fresh.next = bpf_ntohs(rtp.sequence) + 1;
	fresh.stamp = bpf_ntohl(rtp.stamp);
	fresh.came_ns = bpf_ktime_get_ns();
	bpf_map_update_elem(&streams, &rtp.source, &fresh, BPF_NOEXIST);
	return 0;
}
