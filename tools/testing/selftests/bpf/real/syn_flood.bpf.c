// SPDX-License-Identifier: GPL-2.0-only
/* Sources that open connections and never finish, in windows of a second. */
#include "packet.h"

#define WINDOW_NS	1000000000ULL

struct source {
	__u64	window;
	__u32	opened;
	__u32	answered;
	__u32	warned;
	__u32	pad;
};

struct warning {
	__be32	source;
	__u32	opened;
	__u32	answered;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 16384);
	__type(key, __be32);
	__type(value, struct source);
} sources SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
} warnings SEC(".maps");

const volatile __u32 threshold = 200;

static void warn(__be32 address, const struct source *s)
{
	struct warning w = { address, s->opened, s->answered };

	bpf_ringbuf_output(&warnings, &w, sizeof(w), 0);
}

static void note(__be32 address, bool is_syn)
{
	struct source fresh = { .window = bpf_ktime_get_ns() / WINDOW_NS }, *s;

	s = bpf_map_lookup_elem(&sources, &address);
	if (!s) {
		fresh.opened = is_syn;
		bpf_map_update_elem(&sources, &address, &fresh, BPF_NOEXIST);
		return;
	}
	if (s->window != fresh.window) {
		s->window = fresh.window;
		s->opened = 0;
		s->answered = 0;
		s->warned = 0;
	}
	if (is_syn)
		__sync_fetch_and_add(&s->opened, 1);
	else
		__sync_fetch_and_add(&s->answered, 1);
	if (s->opened > threshold && s->answered < s->opened / 4 && !s->warned) {
		s->warned = 1;
		warn(address, s);
	}
}

SEC("socket")
int syn_flood(struct __sk_buff *skb)
{
	struct tcphdr tcp;
	struct iphdr ip;
	__u32 at = behind_ipv4(skb, &ip);

	if (!at || ip.protocol != IPPROTO_TCP || !READ(skb, at, &tcp))
		return 0;
	if (tcp.syn && !tcp.ack)
		note(ip.saddr, true);
	else if (tcp.ack && !tcp.syn && !tcp.fin && !tcp.rst)
		note(ip.saddr, false);
	return 0;
}
