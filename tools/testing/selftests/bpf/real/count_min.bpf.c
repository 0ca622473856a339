// SPDX-License-Identifier: GPL-2.0-only
/* Heavy sources by a count-min sketch, the heaviest told once a second. */
#include "packet.h"

#define ROWS	4
#define COLUMNS	512
#define SECOND	1000000000ULL

struct heavy {
	__be32	source;
	__u32	count;
};

static __u32 sketch[ROWS][COLUMNS];
static struct heavy heaviest;
static __u64 told_ns;

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
} told SEC(".maps");

static __u32 column(__u32 row, __u32 key)
{
	key = (key ^ row * 0x85ebca6b) * 0xcc9e2d51;
	key ^= key >> 15;
	return key % COLUMNS;
}

static __u32 add(__u32 key)
{
	__u32 least = ~0u, row, count;

	for (row = 0; row < ROWS; row++) {
		count = ++sketch[row][column(row, key)];
		if (count < least)
			least = count;
	}
	return least;
}

SEC("socket")
int count_min(struct __sk_buff *skb)
{
	__u64 now = bpf_ktime_get_ns();
	struct heavy copy;
	struct iphdr ip;
	__u32 count;

	if (!behind_ipv4(skb, &ip))
		return 0;
	count = add(ip.saddr);
	if (count > heaviest.count) {
		heaviest.source = ip.saddr;
		heaviest.count = count;
	}
	if (now - told_ns < SECOND)
		return 0;
	told_ns = now;
	copy = heaviest;
	heaviest.count = 0;
	bpf_ringbuf_output(&told, &copy, sizeof(copy), 0);
	return 0;
}
