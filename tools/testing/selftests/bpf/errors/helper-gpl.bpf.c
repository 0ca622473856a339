// SPDX-License-Identifier: GPL-2.0-only
/* Some helpers are for programs under the GPL only. */
#define BPF_NO_GLOBAL_DATA	/* the format is put on the stack */
#include "errors.h"

SEC("socket")
int prog(struct __sk_buff *skb)
{
	bpf_printk("%d bytes", skb->len);
	return 0;
}

#ifdef FIXED
char _license[] SEC("license") = "GPL";
#else
char _license[] SEC("license") = "Proprietary";
#endif
