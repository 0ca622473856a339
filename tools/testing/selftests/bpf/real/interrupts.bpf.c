// SPDX-License-Identifier: GPL-2.0-only
/* Time in interrupts, hard and soft: for each number, and the longest. */
#include "trace.h"

#define LINES	256
#define KINDS	10
#define CPUS	64

struct irq {
	struct common	common;
	__s32		line;
};

struct soft {
	struct common	common;
	__u32		kind;
};

struct spent {
	__u64	count;
	__u64	ns;
	__u64	longest_ns;
};

struct spent by_line[LINES];
struct spent by_kind[KINDS];
static __u64 hard_since[CPUS], soft_since[CPUS];
__u64 histogram[SLOTS];

static void note(struct spent *s, __u64 took)
{
	s->count++;
	s->ns += took;
	if (took > s->longest_ns)
		s->longest_ns = took;
	__sync_fetch_and_add(&histogram[slot_of(took)], 1);
}

SEC("tp/irq/irq_handler_entry")
int hard_begins(struct irq *i)
{
	hard_since[bpf_get_smp_processor_id() % CPUS] = bpf_ktime_get_ns();
	return 0;
}

SEC("tp/irq/irq_handler_exit")
int hard_ends(struct irq *i)
{
	__u64 since = hard_since[bpf_get_smp_processor_id() % CPUS];

	if (since && i->line >= 0 && i->line < LINES)
		note(&by_line[i->line], bpf_ktime_get_ns() - since);
	return 0;
}

SEC("tp/irq/softirq_entry")
int soft_begins(struct soft *s)
{
	soft_since[bpf_get_smp_processor_id() & (CPUS - 1)] = bpf_ktime_get_ns();
	return 0;
}

SEC("tp/irq/softirq_exit")
int soft_ends(struct soft *s)
{
	__u64 since = soft_since[bpf_get_smp_processor_id() & (CPUS - 1)];

	if (since && s->kind < KINDS)
		note(&by_kind[s->kind], bpf_ktime_get_ns() - since);
	return 0;
}
