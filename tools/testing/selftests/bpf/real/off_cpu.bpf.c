// SPDX-License-Identifier: GPL-2.0-only
/* Time that threads do not run, by what they wait for: the stack they left with. */
#include "trace.h"

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

struct wait {
	__s32	kernel;
	__s32	user;
	__u32	pid;
	__u32	state;
};

struct left {
	struct wait	wait;
	__u64		ns;
};

HASH_MAP(waits, struct wait, __u64, 10240);
HASH_MAP(gone, __u32, struct left, 10240);
STACKS(stacks, 10240);

const volatile __u64 least_ns = 1000;
const volatile __u64 most_ns = ~0ULL;

static void leaves(void *ctx, __u32 pid, __u32 state)
{
	struct left left = {
		.wait = { .pid = pid, .state = state },
		.ns = bpf_ktime_get_ns(),
	};

	left.wait.kernel = bpf_get_stackid(ctx, &stacks, 0);
	left.wait.user = bpf_get_stackid(ctx, &stacks, BPF_F_USER_STACK);
	bpf_map_update_elem(&gone, &pid, &left, BPF_ANY);
}

static void comes_back(__u32 pid)
{
	struct left *left = bpf_map_lookup_elem(&gone, &pid);
	__u64 away;

	if (!left)
		return;
	away = bpf_ktime_get_ns() - left->ns;
	if (away >= least_ns && away <= most_ns) {
		struct wait wait = left->wait;

		count_in(&waits, &wait, away);
	}
	bpf_map_delete_elem(&gone, &pid);
}

SEC("tp/sched/sched_switch")
int switches(struct switched *s)
{
	if (s->old_pid && s->old_state)
		leaves(s, s->old_pid, s->old_state);
	if (s->new_pid)
		comes_back(s->new_pid);
	return 0;
}
