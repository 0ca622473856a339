// SPDX-License-Identifier: GPL-2.0-only
/* Capabilities that are asked for, by whom and from where, each once. */
#include "trace.h"

#define CAPS	41

struct asked {
	__u32	pid;
	__u32	user;
	__s32	cap;
	__s32	kernel;
	char	name[NAME_BYTES];
};

struct once {
	__u32	pid;
	__s32	cap;
	__s32	kernel;
};

HASH_MAP(told, struct once, __u8, 10240);
STACKS(stacks, 4096);
RING(asks, 1 << 16);

__u64 by_cap[CAPS];
const volatile bool audit_only = true;
const volatile __s32 only_user = -1;

SEC("kprobe/cap_capable")
int asks_for(struct pt_regs *regs)
{
	__s32 cap = PT_REGS_PARM3(regs), options = PT_REGS_PARM4(regs);
	struct once once = { };
	struct asked *a;
	__u8 yes = 1;

	/* the second bit: not to be audited */
	if (audit_only && options & 2)
		return 0;
	if (only_user >= 0 && (__u32)bpf_get_current_uid_gid() != (__u32)only_user)
		return 0;
	if (cap >= 0 && cap < CAPS)
		__sync_fetch_and_add(&by_cap[cap], 1);
	once.pid = this_pid();
	once.cap = cap;
	once.kernel = bpf_get_stackid(regs, &stacks, 0);
	if (bpf_map_update_elem(&told, &once, &yes, BPF_NOEXIST))
		return 0;
	a = bpf_ringbuf_reserve(&asks, sizeof(*a), 0);
	if (!a)
		return 0;
	a->pid = once.pid;
	a->user = bpf_get_current_uid_gid();
	a->cap = cap;
	a->kernel = once.kernel;
	bpf_get_current_comm(a->name, sizeof(a->name));
	bpf_ringbuf_submit(a, 0);
	return 0;
}
