// SPDX-License-Identifier: GPL-2.0-only
/* Functions of a program: static and global ones, which libbpf puts behind it; callbacks. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#define ENTRIES 16

struct sum {
	__u64 bytes;
	__u32 most;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, ENTRIES);
	__type(key, __u32);
	__type(value, __u64);
} sizes SEC(".maps");

static __noinline int clamp(int n, int most)
{
	asm volatile("" : "+r"(n), "+r"(most));
	if (n > most)
		return most;
	return n < 0 ? 0 : n;
}

static __noinline void note(struct sum *sum, __u32 bytes)
{
	sum->bytes += bytes;
	if (bytes > sum->most)
		sum->most = bytes;
}

static long turn(__u32 i, void *arg)
{
	note(arg, i);
	return i > 1000;
}

static long each(void *map, __u32 *key, __u64 *value, struct sum *sum)
{
	note(sum, *value + *key);
	return 0;
}

__noinline int weight(struct __sk_buff *skb, int n)
{
	return skb->len + n;
}

SEC("socket")
int count(struct __sk_buff *skb)
{
	__u32 key = clamp(skb->len, ENTRIES - 1);
	__u64 *value = bpf_map_lookup_elem(&sizes, &key);
	__u64 many[ENTRIES] = {};
	struct sum sum = {};

	bpf_loop(skb->len, turn, &sum, 0);
	bpf_for_each_map_elem(&sizes, each, &sum, 0);
	many[clamp(skb->protocol, ENTRIES - 1)] = 1;
	if (value)
		*value += sum.bytes + many[0];
	return weight(skb, sum.most);
}

char _license[] SEC("license") = "GPL";
