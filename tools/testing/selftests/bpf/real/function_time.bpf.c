// SPDX-License-Identifier: GPL-2.0-only
/* How long a function of the kernel takes, in calls inside of each other, too. */
#include "trace.h"

#define DEEPEST	8

struct calls {
	__u64	ns[DEEPEST];
	__u32	depth;
	__u32	pad;
};

HASH_MAP(inside, __u32, struct calls, 10240);

static struct calls none;
__u64 histogram[SLOTS];
__u64 total_ns, count, too_deep;
const volatile __u32 only_pid = 0;
const volatile __u32 unit_ns = 1000;

static struct calls *find_calls(__u32 thread)
{
	struct calls *c = bpf_map_lookup_elem(&inside, &thread);

	if (c)
		return c;
	bpf_map_update_elem(&inside, &thread, &none, BPF_NOEXIST);
	return bpf_map_lookup_elem(&inside, &thread);
}

SEC("kprobe/vfs_read")
int begins(struct pt_regs *regs)
{
	struct calls *c;
	__u32 depth;

	if (only_pid && this_pid() != only_pid)
		return 0;
	c = find_calls(this_thread());
	if (!c)
		return 0;
	depth = c->depth++;
	if (depth < DEEPEST)
		c->ns[depth] = bpf_ktime_get_ns();
	else
		too_deep++;
	return 0;
}

SEC("kretprobe/vfs_read")
int ends(struct pt_regs *regs)
{
	__u32 thread = this_thread(), depth;
	struct calls *c = bpf_map_lookup_elem(&inside, &thread);
	__u64 took;

	if (!c || !c->depth)
		return 0;
	depth = --c->depth;
	if (depth < DEEPEST) {
		took = bpf_ktime_get_ns() - c->ns[depth];
		__sync_fetch_and_add(&total_ns, took);
		__sync_fetch_and_add(&count, 1);
		if (unit_ns)
			took /= unit_ns;
		__sync_fetch_and_add(&histogram[slot_of(took)], 1);
	}
	if (!depth)
		bpf_map_delete_elem(&inside, &thread);
	return 0;
}
