// SPDX-License-Identifier: GPL-2.0-only
/* Where the processors are: stacks at each tick, of one process or of all. */
#include <linux/bpf_perf_event.h>
#include "trace.h"

struct sample {
	__u32	pid;
	__s32	kernel;
	__s32	user;
	char	name[NAME_BYTES];
};

HASH_MAP(samples, struct sample, __u64, 40960);
STACKS(stacks, 16384);

const volatile __u32 only_pid = 0;
const volatile bool with_idle = false;
const volatile bool user_only = false, kernel_only = false;
__u64 ticks, collisions, without_stack;

SEC("perf_event")
int tick(struct bpf_perf_event_data *event)
{
	__u64 ids = bpf_get_current_pid_tgid();
	struct sample s = { .pid = ids >> 32, .kernel = -1, .user = -1 };

	__sync_fetch_and_add(&ticks, 1);
	if (!with_idle && !(__u32)ids)
		return 0;
	if (only_pid && s.pid != only_pid)
		return 0;
	bpf_get_current_comm(s.name, sizeof(s.name));
	if (!user_only)
		s.kernel = bpf_get_stackid(event, &stacks, 0);
	if (!kernel_only)
		s.user = bpf_get_stackid(event, &stacks, BPF_F_USER_STACK);
	if (s.kernel == -17 || s.user == -17)
		__sync_fetch_and_add(&collisions, 1);
	if (s.kernel < 0 && s.user < 0)
		__sync_fetch_and_add(&without_stack, 1);
	count_in(&samples, &s, event->sample_period);
	return 0;
}
