// SPDX-License-Identifier: GPL-2.0-only
/* Memory of the kernel that was taken and not given back, by the stack that took it. */
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

struct given {
	struct common	common;
	__u64		place;
	__u64		address;
};

struct piece {
	__u64	bytes;
	__u64	ns;
	__s32	stack;
	__u32	pad;
};

struct total {
	__u64	bytes;
	__u64	pieces;
};

HASH_MAP(pieces, __u64, struct piece, 65536);
HASH_MAP(totals, __u32, struct total, 10240);
STACKS(stacks, 10240);

const volatile __u64 least_bytes = 0, most_bytes = ~0ULL;
const volatile __u32 one_in = 1;

static void add(__u32 stack, __s64 bytes)
{
	struct total fresh = { bytes, 1 }, *t = bpf_map_lookup_elem(&totals, &stack);

	if (t) {
		__sync_fetch_and_add(&t->bytes, bytes);
		__sync_fetch_and_add(&t->pieces, bytes > 0 ? 1 : -1);
	} else if (bytes > 0) {
		bpf_map_update_elem(&totals, &stack, &fresh, BPF_NOEXIST);
	}
}

SEC("tp/kmem/kmalloc")
int takes(struct taken *t)
{
	struct piece piece = { .bytes = t->bytes, .ns = bpf_ktime_get_ns() };
	__u64 address = t->address;

	if (!address || t->bytes < least_bytes || t->bytes > most_bytes)
		return 0;
	if (one_in > 1 && bpf_get_prandom_u32() % one_in)
		return 0;
	piece.stack = bpf_get_stackid(t, &stacks, BPF_F_REUSE_STACKID);
	if (piece.stack < 0)
		return 0;
	if (!bpf_map_update_elem(&pieces, &address, &piece, BPF_NOEXIST))
		add(piece.stack, piece.bytes);
	return 0;
}

SEC("tp/kmem/kfree")
int gives(struct given *g)
{
	__u64 address = g->address;
	struct piece *piece = bpf_map_lookup_elem(&pieces, &address);

	if (!piece)
		return 0;
	add(piece->stack, -(__s64)piece->bytes);
	bpf_map_delete_elem(&pieces, &address);
	return 0;
}
