// SPDX-License-Identifier: GPL-2.0-only
/*
 * The program of sock_example.c in restricted C: counts IPv4 packets by protocol.
 * Compiled by clang for the bpf target, loaded by sock_example_libbpf.
 */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#define PROTOCOL_OFFSET (14 + 9)

/* LD_ABS: a byte of the packet, or the program ends with 0 */
unsigned long long load_byte(void *skb, unsigned long long off)
	asm("llvm.bpf.load.byte");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 256);
	__type(key, __u32);
	__type(value, __u64);
} packets SEC(".maps");

SEC("socket")
int count_packets(struct __sk_buff *skb)
{
	__u32 protocol = load_byte(skb, PROTOCOL_OFFSET);
	__u64 one = 1, *count;

	count = bpf_map_lookup_elem(&packets, &protocol);
	if (count)
		__sync_fetch_and_add(count, 1);
	else
		bpf_map_update_elem(&packets, &protocol, &one, BPF_NOEXIST);
	return 0;
}

char _license[] SEC("license") = "GPL";
