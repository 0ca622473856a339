// SPDX-License-Identifier: GPL-2.0-only
/* A field that moves and one that a kernel may not have, by CO-RE. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>

struct thing {
	int first;
	int wanted;
	int absent;
} __attribute__((preserve_access_index));

SEC("kprobe/do_exit")
int moved(struct thing **ctx)
{
	struct thing *thing = *ctx;
	int value = 0;

	bpf_probe_read_kernel(&value, sizeof(value), &thing->wanted);
	return value;
}

SEC("kprobe/do_exit")
int missing(struct thing **ctx)
{
	struct thing *thing = *ctx;
	int value = 0;

	bpf_probe_read_kernel(&value, sizeof(value), &thing->absent);
	return value;
}

char _license[] SEC("license") = "GPL";
