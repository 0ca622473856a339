// SPDX-License-Identifier: GPL-2.0-only
/* Variables and constants of every section, for globals_test.c. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

const volatile __u32 step = 1;		/* .rodata: set before the program is loaded */
const volatile __u32 mask = 3;
__u64 start = 1000;			/* .data */
__u64 runs;				/* .bss */
__u64 by_len[4];

SEC("socket")
int counts(struct __sk_buff *skb)
{
	runs += step;
	by_len[skb->len & 3]++;
	return start + runs;
}

/* good with the mask that was set, and no other */
SEC("socket")
int masked(struct __sk_buff *skb)
{
	volatile __u64 *place = by_len;

	return place[skb->len & mask];
}

char _license[] SEC("license") = "GPL";
