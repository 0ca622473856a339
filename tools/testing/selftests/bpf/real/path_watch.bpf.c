// SPDX-License-Identifier: GPL-2.0-only
/* Files below some folders that are removed: the path is compared with each of a list. */
#include "trace.h"

#define FOLDERS		8
#define FOLDER_BYTES	32
#define PATH_BYTES	128

struct removed {
	__u32	pid;
	__u32	user;
	__u32	folder;
	__u32	pad;
	char	name[NAME_BYTES];
	char	path[PATH_BYTES];
};

const volatile char folders[FOLDERS][FOLDER_BYTES] = {
	"/etc/", "/usr/", "/boot/", "/var/lib/",
};

RING(removals, 1 << 16);
__u64 by_folder[FOLDERS];
__u64 elsewhere;

/* number of the folder that the path is in, -1: none */
static int find_folder(const char *path)
{
	int f, i;

	for (f = 0; f < FOLDERS; f++) {
		if (!folders[f][0])
			break;
		for (i = 0; i < FOLDER_BYTES; i++)
			if (!folders[f][i] || folders[f][i] != path[i])
				break;
		if (i == FOLDER_BYTES || !folders[f][i])
			return f;
	}
	return -1;
}

SEC("tp/syscalls/sys_enter_unlinkat")
int removes(struct enter *e)
{
	struct removed *r = bpf_ringbuf_reserve(&removals, sizeof(*r), 0);
	int folder;

	if (!r)
		return 0;
	if (bpf_probe_read_user_str(r->path, sizeof(r->path), (void *)e->args[1]) <= 0) {
		bpf_ringbuf_discard(r, 0);
		return 0;
	}
	folder = find_folder(r->path);
	if (folder < 0) {
		elsewhere++;
		bpf_ringbuf_discard(r, 0);
		return 0;
	}
	by_folder[folder]++;
	r->pid = this_pid();
	r->user = bpf_get_current_uid_gid();
	r->folder = folder;
	bpf_get_current_comm(r->name, sizeof(r->name));
	bpf_ringbuf_submit(r, 0);
	return 0;
}
