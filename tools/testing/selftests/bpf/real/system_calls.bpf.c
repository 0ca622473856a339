// SPDX-License-Identifier: GPL-2.0-only
/* System calls: how often, how long, how many fail, for each number. */
#include "trace.h"

#define CALLS	512

struct call {
	__u64	count;
	__u64	failed;
	__u64	ns;
	__u64	longest_ns;
};

struct begun {
	__u64	ns;
	__u32	nr;
	__u32	pad;
};

struct call calls[CALLS];
HASH_MAP(begun, __u32, struct begun, 16384);

const volatile __u32 only_pid = 0;
__u64 others;

SEC("raw_tp/sys_enter")
int begins(struct bpf_raw_tracepoint_args *args)
{
	struct begun b = { bpf_ktime_get_ns(), args->args[1], 0 };
	__u32 thread = this_thread();

	if (only_pid && this_pid() != only_pid)
		return 0;
	bpf_map_update_elem(&begun, &thread, &b, BPF_ANY);
	return 0;
}

SEC("raw_tp/sys_exit")
int ends(struct bpf_raw_tracepoint_args *args)
{
	__u32 thread = this_thread();
	struct begun *b = bpf_map_lookup_elem(&begun, &thread);
	struct call *call;
	__s64 ret = args->args[1];
	__u64 took;

	if (!b)
		return 0;
	if (b->nr < CALLS) {
		call = &calls[b->nr];
		took = bpf_ktime_get_ns() - b->ns;
		__sync_fetch_and_add(&call->count, 1);
		__sync_fetch_and_add(&call->ns, took);
		if (ret < 0 && ret >= -4095)
			__sync_fetch_and_add(&call->failed, 1);
		if (took > call->longest_ns)
			call->longest_ns = took;
	} else {
		others++;
	}
	bpf_map_delete_elem(&begun, &thread);
	return 0;
}
