// SPDX-License-Identifier: GPL-2.0-only
/* Which processes come from a given one: children are marked as their parents are. */
#include "trace.h"

#define MOST_DEPTH	32

struct forked {
	struct common	common;
	char		parent_name[NAME_BYTES];
	__s32		parent;
	char		child_name[NAME_BYTES];
	__s32		child;
};

struct ended {
	struct common	common;
	char		name[NAME_BYTES];
	__s32		pid;
	__s32		priority;
};

struct process {
	__u32	parent;
	__u32	depth;
	__u64	born_ns;
	__u64	children;
};

HASH_MAP(tree, __u32, struct process, 16384);

const volatile __u32 root = 1;
__u64 born, died, by_depth[MOST_DEPTH + 1];
__u64 lifetime[SLOTS];

/* how far from the root, by going up */
static __u32 find_depth(__u32 pid)
{
	struct process *p;
	__u32 depth;

	for (depth = 0; depth < MOST_DEPTH && pid != root; depth++) {
		p = bpf_map_lookup_elem(&tree, &pid);
		if (!p)
			return MOST_DEPTH;
		pid = p->parent;
	}
	return depth;
}

SEC("tp/sched/sched_process_fork")
int forks(struct forked *f)
{
	struct process fresh = { f->parent, 0, bpf_ktime_get_ns(), 0 }, *p;
	__u32 parent = f->parent, child = f->child;

	p = bpf_map_lookup_elem(&tree, &parent);
	if (!p && parent != root)
		return 0;
	if (p)
		__sync_fetch_and_add(&p->children, 1);
	fresh.depth = find_depth(parent) + 1;
	if (fresh.depth > MOST_DEPTH)
		return 0;
	bpf_map_update_elem(&tree, &child, &fresh, BPF_ANY);
	born++;
	by_depth[fresh.depth]++;
	return 0;
}

SEC("tp/sched/sched_process_exit")
int exits(struct ended *e)
{
	__u32 pid = e->pid;
	struct process *p = bpf_map_lookup_elem(&tree, &pid);

	if (!p)
		return 0;
	died++;
	__sync_fetch_and_add(&lifetime[slot_of((bpf_ktime_get_ns() - p->born_ns) / 1000000)], 1);
	bpf_map_delete_elem(&tree, &pid);
	return 0;
}
