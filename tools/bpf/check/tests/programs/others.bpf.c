// SPDX-License-Identifier: GPL-2.0-only
/* Sections of types that this kernel has not, and of none. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("tc")
int drop(struct xdp_md *ctx)
{
	return XDP_DROP;
}

SEC("nothing/known")
int whatever(void *ctx)
{
	return 0;
}

char _license[] SEC("license") = "GPL";
