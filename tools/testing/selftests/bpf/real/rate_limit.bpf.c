// SPDX-License-Identifier: GPL-2.0-only
/* Lets so many packets a second of each source pass, and bursts. */
#include "packet.h"

#define SECOND	1000000000ULL

struct bucket {
	__u64	tokens;
	__u64	filled_ns;
	__u64	refused;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 32768);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, __be32);
	__type(value, struct bucket);
} buckets SEC(".maps");

const volatile __u64 rate = 1000;
const volatile __u64 burst = 100;

static void fill(struct bucket *b, __u64 now)
{
	__u64 more = (now - b->filled_ns) * rate / SECOND;

	if (!more)
		return;
	b->tokens += more;
	if (b->tokens > burst)
		b->tokens = burst;
	b->filled_ns = now;
}

SEC("socket")
int rate_limit(struct __sk_buff *skb)
{
	__u64 now = bpf_ktime_get_ns();
	struct bucket fresh = { burst - 1, now, 0 }, *b;
	struct iphdr ip;

	if (!behind_ipv4(skb, &ip))
		return skb->len;
	b = bpf_map_lookup_elem(&buckets, &ip.saddr);
	if (!b) {
		bpf_map_update_elem(&buckets, &ip.saddr, &fresh, BPF_NOEXIST);
		return skb->len;
	}
	fill(b, now);
	if (!b->tokens) {
		b->refused++;
		return 0;
	}
	b->tokens--;
	return skb->len;
}
