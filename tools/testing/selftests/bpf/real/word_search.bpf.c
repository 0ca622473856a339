// SPDX-License-Identifier: GPL-2.0-only
/* Packets that have a word in them, by an automaton that user space makes. */
#include "packet.h"

#define STATES	64
#define CHUNK	64
#define MOST	8		/* chunks of a packet */

const volatile __u8 next_state[STATES][256];
const volatile __u8 accepting = STATES - 1;
__u64 found, looked_at;

/* the automaton's state behind some bytes */
static __u8 run(__u8 state, const __u8 *bytes, __u32 len)
{
	__u32 i;

	for (i = 0; i < CHUNK; i++) {
		if (i >= len || state == accepting)
			break;
		state = next_state[state & (STATES - 1)][bytes[i]];
	}
	return state;
}

SEC("socket")
int word_search(struct __sk_buff *skb)
{
	__u32 at = 0, left = skb->len, len, i;
	__u8 bytes[CHUNK] = { };
	__u8 state = 0;

	for (i = 0; i < MOST && left; i++) {
		len = left < CHUNK ? left : CHUNK;
		barrier_var(len);
		if (!len)
			break;
		if (bpf_skb_load_bytes(skb, at, bytes, len))
			break;
		state = run(state, bytes, len);
		if (state == accepting) {
			__sync_fetch_and_add(&found, 1);
			return skb->len;
		}
		at += len;
		left -= len;
	}
	__sync_fetch_and_add(&looked_at, at);
	return 0;
}
