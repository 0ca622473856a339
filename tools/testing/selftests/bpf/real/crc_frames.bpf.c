// SPDX-License-Identifier: GPL-2.0-only
/* The CRC-32 of each frame's first bytes: which frames come twice? */
#include "packet.h"

#define BYTES	64

static __u32 table[256];
static __u32 is_made;

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 8192);
	__type(key, __u32);
	__type(value, __u64);
} frames SEC(".maps");

__u64 twice;

static void make_table(void)
{
	__u32 i, k, c;

	for (i = 0; i < 256; i++) {
		c = i;
		for (k = 0; k < 8; k++)
			c = c & 1 ? c >> 1 ^ 0xedb88320 : c >> 1;
		table[i] = c;
	}
	is_made = 1;
}

static __u32 crc_of(const __u8 *bytes)
{
	__u32 crc = ~0u, i;

	for (i = 0; i < BYTES; i++)
		crc = table[(crc ^ bytes[i]) & 255] ^ crc >> 8;
	return ~crc;
}

SEC("socket")
int crc_frames(struct __sk_buff *skb)
{
	__u64 now = bpf_ktime_get_ns(), *last;
	__u8 bytes[BYTES];
	__u32 crc;

	if (!is_made)
		make_table();
	if (bpf_skb_load_bytes(skb, 0, bytes, sizeof(bytes)))
		return 0;
	crc = crc_of(bytes);
	last = bpf_map_lookup_elem(&frames, &crc);
	if (last && now - *last < 1000000)
		__sync_fetch_and_add(&twice, 1);
	bpf_map_update_elem(&frames, &crc, &now, BPF_ANY);
	return 0;
}
