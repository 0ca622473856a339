// SPDX-License-Identifier: GPL-2.0-only
/* One packet in many, its first bytes to a ring. */
#include "packet.h"

#define HEAD_BYTES	128

struct sample {
	__u64	ns;
	__u32	len;
	__u32	head;
	__u32	interface;
	__u32	hash;
	__u8	bytes[HEAD_BYTES];
};

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 1 << 18);
} samples SEC(".maps");

const volatile __u32 one_in = 100;
__u64 seen, taken, no_room;

SEC("socket")
int sampler(struct __sk_buff *skb)
{
	struct sample *s;
	__u32 head = skb->len;

	__sync_fetch_and_add(&seen, 1);
	if (one_in > 1 && bpf_get_prandom_u32() % one_in)
		return 0;
	s = bpf_ringbuf_reserve(&samples, sizeof(*s), 0);
	if (!s) {
		__sync_fetch_and_add(&no_room, 1);
		return 0;
	}
	if (head > HEAD_BYTES)
		head = HEAD_BYTES;
	s->ns = bpf_ktime_get_ns();
	s->len = skb->len;
	s->interface = skb->ifindex;
	s->hash = skb->hash;
	s->head = head;
	if (!head || bpf_skb_load_bytes(skb, 0, s->bytes, head)) {
		bpf_ringbuf_discard(s, 0);
		return 0;
	}
	__sync_fetch_and_add(&taken, 1);
	bpf_ringbuf_submit(s, 0);
	return 0;
}
