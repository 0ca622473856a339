/* SPDX-License-Identifier: GPL-2.0-only */
/* What the programs here have in common: a map with one record, a ring buffer. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#define SLOTS 16

struct record {
	__u32 index;
	__u32 slot[SLOTS];
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct record);
} records SEC(".maps");

static __always_inline struct record *find_record(void)
{
	__u32 key = 0;

	return bpf_map_lookup_elem(&records, &key);
}
