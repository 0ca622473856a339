// SPDX-License-Identifier: GPL-2.0-only
/* References to the last cache and misses, by process: two events, one program each. */
#include <linux/bpf_perf_event.h>
#include "trace.h"

struct who {
	__u32	pid;
	__u32	cpu;
	char	name[NAME_BYTES];
};

struct use {
	__u64	references;
	__u64	misses;
};

HASH_MAP(uses, struct who, struct use, 10240);

static struct use none;
const volatile bool by_thread = false;
const volatile bool by_cpu = true;

static struct use *find_use(void)
{
	__u64 ids = bpf_get_current_pid_tgid();
	struct who who = { .pid = by_thread ? ids : ids >> 32 };
	struct use *u;

	if (by_cpu)
		who.cpu = bpf_get_smp_processor_id();
	bpf_get_current_comm(who.name, sizeof(who.name));
	u = bpf_map_lookup_elem(&uses, &who);
	if (u)
		return u;
	bpf_map_update_elem(&uses, &who, &none, BPF_NOEXIST);
	return bpf_map_lookup_elem(&uses, &who);
}

SEC("perf_event")
int references(struct bpf_perf_event_data *event)
{
	struct use *u = find_use();

	if (u)
		__sync_fetch_and_add(&u->references, event->sample_period);
	return 0;
}

SEC("perf_event")
int misses(struct bpf_perf_event_data *event)
{
	struct use *u = find_use();

	if (u)
		__sync_fetch_and_add(&u->misses, event->sample_period);
	return 0;
}
