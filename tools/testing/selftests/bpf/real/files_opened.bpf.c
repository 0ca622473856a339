// SPDX-License-Identifier: GPL-2.0-only
/* Files that are opened, with the result; those of one user or of all. */
#include "trace.h"

#define PATH_BYTES	200

struct opened {
	__u32	pid;
	__u32	user;
	__s32	ret;
	__s32	flags;
	char	name[NAME_BYTES];
	char	path[PATH_BYTES];
};

struct args {
	__u64	path;
	__s32	flags;
	__u32	pad;
};

HASH_MAP(begun, __u32, struct args, 10240);
RING(files, 1 << 18);

const volatile __s32 only_user = -1;
const volatile bool only_failed = false;
__u64 no_room;

SEC("tp/syscalls/sys_enter_openat")
int begins(struct enter *e)
{
	struct args args = { e->args[1], e->args[2], 0 };
	__u32 thread = this_thread();

	if (only_user >= 0 && (__u32)bpf_get_current_uid_gid() != (__u32)only_user)
		return 0;
	bpf_map_update_elem(&begun, &thread, &args, BPF_ANY);
	return 0;
}

SEC("tp/syscalls/sys_exit_openat")
int ends(struct leave *l)
{
	__u32 thread = this_thread();
	struct args *args = bpf_map_lookup_elem(&begun, &thread);
	struct opened *o;

	if (!args)
		return 0;
	if (only_failed && l->ret >= 0)
		goto out;
	o = bpf_ringbuf_reserve(&files, sizeof(*o), 0);
	if (!o) {
		__sync_fetch_and_add(&no_room, 1);
		goto out;
	}
	o->pid = this_pid();
	o->user = bpf_get_current_uid_gid();
	o->ret = l->ret;
	o->flags = args->flags;
	bpf_get_current_comm(o->name, sizeof(o->name));
	if (bpf_probe_read_user_str(o->path, sizeof(o->path), (void *)args->path) < 0)
		o->path[0] = 0;
	bpf_ringbuf_submit(o, 0);
out:
	bpf_map_delete_elem(&begun, &thread);
	return 0;
}
