// SPDX-License-Identifier: GPL-2.0-only
/* Signals: who sent which one to whom, and what came of it. */
#include "trace.h"

#define SIGNALS	65

struct sent {
	__u32	from;
	__u32	to;
	__s32	signal;
	__s32	ret;
	char	name[NAME_BYTES];
};

struct intent {
	__s32	to;
	__s32	signal;
};

HASH_MAP(intents, __u32, struct intent, 10240);
RING(signals, 1 << 14);

__u64 by_signal[SIGNALS];
const volatile __s32 only_signal = 0;
const volatile bool only_failed = false;

static int begin(__s32 to, __s32 signal)
{
	struct intent i = { to, signal };
	__u32 thread = this_thread();

	if (only_signal && signal != only_signal)
		return 0;
	bpf_map_update_elem(&intents, &thread, &i, BPF_ANY);
	return 0;
}

static int end(__s64 ret)
{
	__u32 thread = this_thread();
	struct intent *i = bpf_map_lookup_elem(&intents, &thread);
	struct sent *s;

	if (!i)
		return 0;
	if (i->signal >= 0 && i->signal < SIGNALS)
		__sync_fetch_and_add(&by_signal[i->signal], 1);
	if (only_failed && ret >= 0)
		goto out;
	s = bpf_ringbuf_reserve(&signals, sizeof(*s), 0);
	if (s) {
		s->from = this_pid();
		s->to = i->to;
		s->signal = i->signal;
		s->ret = ret;
		bpf_get_current_comm(s->name, sizeof(s->name));
		bpf_ringbuf_submit(s, 0);
	}
out:
	bpf_map_delete_elem(&intents, &thread);
	return 0;
}

SEC("tp/syscalls/sys_enter_kill")
int kill_begins(struct enter *e)
{
	return begin(e->args[0], e->args[1]);
}

SEC("tp/syscalls/sys_exit_kill")
int kill_ends(struct leave *l)
{
	return end(l->ret);
}

SEC("tp/syscalls/sys_enter_tgkill")
int tgkill_begins(struct enter *e)
{
	return begin(e->args[1], e->args[2]);
}

SEC("tp/syscalls/sys_exit_tgkill")
int tgkill_ends(struct leave *l)
{
	return end(l->ret);
}
