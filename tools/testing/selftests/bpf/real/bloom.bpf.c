// SPDX-License-Identifier: GPL-2.0-only
/* Addresses seen before, nearly exactly and in little room. */
#include "packet.h"

#define BITS	(1 << 16)
#define HASHES	4

static __u64 filter[BITS / 64];
static const __u32 factors[HASHES] = { 0x9e3779b1, 0x85ebca77, 0xc2b2ae3d, 0x27d4eb2f };
__u64 again, fresh;

/* was every bit set before? */
static bool add(__u32 address)
{
	bool there = true;
	__u32 i, bit;
	__u64 mask;

	for (i = 0; i < HASHES; i++) {
		bit = address * factors[i] >> 16 & (BITS - 1);
		mask = 1ULL << (bit & 63);
		if (!(filter[bit / 64] & mask)) {
			there = false;
			filter[bit / 64] |= mask;
		}
	}
	return there;
}

SEC("socket")
int bloom(struct __sk_buff *skb)
{
	struct iphdr ip;

	if (!behind_ipv4(skb, &ip))
		return 0;
	if (add(ip.saddr))
		__sync_fetch_and_add(&again, 1);
	else
		__sync_fetch_and_add(&fresh, 1);
	return 0;
}
