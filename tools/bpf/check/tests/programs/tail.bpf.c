// SPDX-License-Identifier: GPL-2.0-only
/* Programs of two types that use one array of programs: the second one cannot. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, 2);
	__uint(key_size, 4);
	__uint(value_size, 4);
} next SEC(".maps");

SEC("socket")
int first(struct __sk_buff *skb)
{
	bpf_tail_call(skb, &next, 0);
	return 0;
}

SEC("kprobe/do_exit")
int second(void *ctx)
{
	bpf_tail_call(ctx, &next, 1);
	return 0;
}

char _license[] SEC("license") = "GPL";
