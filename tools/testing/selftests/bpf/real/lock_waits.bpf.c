// SPDX-License-Identifier: GPL-2.0-only
/* Threads that wait for a lock of user space: futexes, by address and by who holds on. */
#include "trace.h"

#define COMMAND_MASK	0x7f
#define WAIT		0
#define WAIT_BITSET	9

struct lock {
	__u64	address;
	__u32	pid;
	__u32	pad;
};

struct waited {
	__u64	count;
	__u64	ns;
	__u64	longest_ns;
	__u64	timeouts;
};

struct begun {
	__u64	ns;
	__u64	address;
};

HASH_MAP(begun, __u32, struct begun, 10240);
HASH_MAP(locks, struct lock, struct waited, 10240);

const volatile __u32 only_pid = 0;

static bool is_wait(__u32 op)
{
	op &= COMMAND_MASK;
	return op == WAIT || op == WAIT_BITSET;
}

SEC("tp/syscalls/sys_enter_futex")
int begins(struct enter *e)
{
	struct begun b = { bpf_ktime_get_ns(), e->args[0] };
	__u32 thread = this_thread();

	if ((only_pid && this_pid() != only_pid) || !is_wait(e->args[1]))
		return 0;
	bpf_map_update_elem(&begun, &thread, &b, BPF_ANY);
	return 0;
}

SEC("tp/syscalls/sys_exit_futex")
int ends(struct leave *l)
{
	__u32 thread = this_thread();
	struct begun *b = bpf_map_lookup_elem(&begun, &thread);
	struct waited fresh = { .count = 1 }, *w;
	struct lock lock = { };
	__u64 took;

	if (!b)
		return 0;
	took = bpf_ktime_get_ns() - b->ns;
	lock.address = b->address;
	lock.pid = this_pid();
	bpf_map_delete_elem(&begun, &thread);
	w = bpf_map_lookup_elem(&locks, &lock);
	if (!w) {
		fresh.ns = took;
		fresh.longest_ns = took;
		bpf_map_update_elem(&locks, &lock, &fresh, BPF_NOEXIST);
		return 0;
	}
	w->count++;
	w->ns += took;
	w->timeouts += l->ret == -110;
	if (took > w->longest_ns)
		w->longest_ns = took;
	return 0;
}
