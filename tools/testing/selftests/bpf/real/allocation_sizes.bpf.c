// SPDX-License-Identifier: GPL-2.0-only
/* What is wasted by allocations: bytes wanted and bytes taken, for each place and size. */
#include "trace.h"

struct taken {
	struct common	common;
	__u64		place;
	__u64		address;
	__u64		wanted;
	__u64		bytes;
	__u32		flags;
	__s32		node;
};

struct use {
	__u64	count;
	__u64	wanted;
	__u64	taken;
	__u64	histogram[16];
};

HASH_MAP(uses, __u64, struct use, 4096);

static struct use none;
__u64 total_wanted, total_taken, crowded;

static __u32 class_of(__u64 bytes)
{
	__u32 class = 0;

	while (class < 15 && 8ULL << class < bytes)
		class++;
	return class;
}

SEC("tp/kmem/kmalloc")
int allocates(struct taken *t)
{
	__u64 place = t->place;
	struct use *u;

	__sync_fetch_and_add(&total_wanted, t->wanted);
	__sync_fetch_and_add(&total_taken, t->bytes);
	u = bpf_map_lookup_elem(&uses, &place);
	if (!u) {
		if (bpf_map_update_elem(&uses, &place, &none, BPF_NOEXIST) == -7)
			crowded++;
		u = bpf_map_lookup_elem(&uses, &place);
	}
	if (!u)
		return 0;
	__sync_fetch_and_add(&u->count, 1);
	__sync_fetch_and_add(&u->wanted, t->wanted);
	__sync_fetch_and_add(&u->taken, t->bytes);
	__sync_fetch_and_add(&u->histogram[class_of(t->wanted)], 1);
	return 0;
}
