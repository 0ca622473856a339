// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which system calls programs of a name may make: a bit for each number. Who makes another
 * one is told of, and killed where that is wanted.
 */
#include "trace.h"

#define NUMBERS	512
#define KILL	9

struct policy {
	__u64	allowed[NUMBERS / 64];
	__u32	kills;
	__u32	pad;
};

struct broken {
	__u32	pid;
	__u32	user;
	__u32	nr;
	__u32	killed;
	char	name[NAME_BYTES];
};

struct name {
	char	text[NAME_BYTES];
};

HASH_MAP(policies, struct name, struct policy, 256);
RING(breaches, 1 << 14);

static const __u16 always[] = { 0, 1, 3, 15, 60, 231 };
__u64 allowed, refused;

static bool is_allowed(const struct policy *p, __u32 nr)
{
	__u32 i;

	for (i = 0; i < sizeof(always) / sizeof(always[0]); i++)
		if (always[i] == nr)
			return true;
	return nr < NUMBERS && p->allowed[nr / 64] >> (nr & 63) & 1;
}

static void tell(const struct name *name, __u32 nr, bool killed)
{
	struct broken *b = bpf_ringbuf_reserve(&breaches, sizeof(*b), 0);

	if (!b)
		return;
	b->pid = this_pid();
	b->user = bpf_get_current_uid_gid();
	b->nr = nr;
	b->killed = killed;
	__builtin_memcpy(b->name, name->text, NAME_BYTES);
	bpf_ringbuf_submit(b, 0);
}

SEC("raw_tp/sys_enter")
int call_filter(struct bpf_raw_tracepoint_args *args)
{
	struct name name = { };
	struct policy *p;
	__u64 nr = args->args[1];
	bool killed;

	bpf_get_current_comm(&name, sizeof(name));
	p = bpf_map_lookup_elem(&policies, &name);
	if (!p)
		return 0;
	if (is_allowed(p, nr)) {
		allowed++;
		return 0;
	}
	refused++;
	killed = p->kills && !bpf_send_signal(KILL);
	tell(&name, nr, killed);
	return 0;
}
