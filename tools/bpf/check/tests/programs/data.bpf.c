// SPDX-License-Identifier: GPL-2.0-only
/* Variables and constants of every section that the compiler makes. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

const volatile __u32 port = 80;		/* .rodata: known to the verifier */
const volatile __u32 shift = 3;
static __u64 table[16];			/* .bss */
__u32 limit = 1500;			/* .data */
int last SEC(".data.own");

static const char fmt[] = "%u bytes\n";

SEC("socket")
int counts(struct __sk_buff *skb)
{
	if (skb->len > limit)
		__sync_fetch_and_add(&table[15], 1);
	table[(skb->len >> shift) & 15]++;
	last = skb->len;
	return 0;
}

/* good as long as the constant is what it is: nothing is tested */
SEC("socket")
int by_constant(struct __sk_buff *skb)
{
	volatile __u64 *slot = table;

	return slot[shift];
}

SEC("socket")
int dead_arm(struct __sk_buff *skb)
{
	if (port != 80)
		return *(volatile int *)(long)port;
	return 0;
}

SEC("socket")
int beyond(struct __sk_buff *skb)
{
	volatile __u64 *slot = table;

	return slot[skb->len & 31];
}

SEC("socket")
int writes_constant(struct __sk_buff *skb)
{
	*(volatile __u32 *)&port = 81;
	return 0;
}

SEC("kprobe/do_exit")
int prints(void *ctx)
{
	bpf_trace_printk(fmt, sizeof(fmt), limit);
	return 0;
}

char _license[] SEC("license") = "GPL";
