// SPDX-License-Identifier: GPL-2.0-only
/* Faults of user space: how many of which kind, and where in the program, by process. */
#include "trace.h"

struct fault {
	struct common	common;
	__u64		address;
	__u64		ip;
	__u64		error;
};

struct who {
	__u32	pid;
	__u32	kind;
	char	name[NAME_BYTES];
};

HASH_MAP(faults, struct who, __u64, 10240);

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 4096);
	__type(key, __u32);
	__type(value, __u64);
} by_place SEC(".maps");

const volatile __u32 place_bits = 12;
__u64 near_null;

SEC("tp/exceptions/page_fault_user")
int faults_on(struct fault *f)
{
	struct who who = { .pid = this_pid(), .kind = f->error & 7 };
	__u32 place = f->ip >> place_bits & 4095;
	__u64 *count;

	if (f->address < 4096)
		__sync_fetch_and_add(&near_null, 1);
	bpf_get_current_comm(who.name, sizeof(who.name));
	count_in(&faults, &who, 1);
	count = bpf_map_lookup_elem(&by_place, &place);
	if (count)
		__sync_fetch_and_add(count, 1);
	return 0;
}
