// SPDX-License-Identifier: GPL-2.0-only
/* How long threads wait for a processor, by powers of two of microseconds. */
#include "trace.h"

struct wakeup {
	struct common	common;
	char		name[NAME_BYTES];
	__s32		pid;
	__s32		priority;
	__s32		cpu;
};

struct switched {
	struct common	common;
	char		old_name[NAME_BYTES];
	__s32		old_pid;
	__s32		old_priority;
	__s64		old_state;
	char		new_name[NAME_BYTES];
	__s32		new_pid;
	__s32		new_priority;
};

HASH_MAP(waiting, __u32, __u64, 16384);

__u64 histogram[SLOTS];
__u64 longest_ns;
__u32 longest_pid;
const volatile __u64 only_above_ns = 0;

static void begin(__u32 pid)
{
	__u64 now = bpf_ktime_get_ns();

	if (pid)
		bpf_map_update_elem(&waiting, &pid, &now, BPF_ANY);
}

SEC("tp/sched/sched_wakeup")
int wakes(struct wakeup *w)
{
	begin(w->pid);
	return 0;
}

SEC("tp/sched/sched_wakeup_new")
int wakes_new(struct wakeup *w)
{
	begin(w->pid);
	return 0;
}

SEC("tp/sched/sched_switch")
int switches(struct switched *s)
{
	__u32 pid = s->new_pid;
	__u64 *since, waited;

	/* it would go on running: it waits again */
	if (!s->old_state)
		begin(s->old_pid);
	since = bpf_map_lookup_elem(&waiting, &pid);
	if (!since)
		return 0;
	waited = bpf_ktime_get_ns() - *since;
	bpf_map_delete_elem(&waiting, &pid);
	if (waited < only_above_ns)
		return 0;
	if (waited > longest_ns) {
		longest_ns = waited;
		longest_pid = pid;
	}
	__sync_fetch_and_add(&histogram[slot_of(waited / 1000)], 1);
	return 0;
}
