// SPDX-License-Identifier: GPL-2.0-only
/* Programs that are started, with their first arguments. */
#include "trace.h"

#define MOST_ARGS	12
#define ARG_BYTES	64

struct started {
	__u32	pid;
	__u32	user;
	__u32	count;
	__u32	more;
	char	name[NAME_BYTES];
	char	args[MOST_ARGS][ARG_BYTES];
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct started);
} scratch SEC(".maps");

RING(programs, 1 << 18);

const volatile __u32 most_args = MOST_ARGS;

static void read_args(struct started *s, const char *const *argv)
{
	const char *arg;
	__u32 i;

	for (i = 0; i < MOST_ARGS && i < most_args; i++) {
		if (bpf_probe_read_user(&arg, sizeof(arg), &argv[i]) || !arg)
			break;
		if (bpf_probe_read_user_str(s->args[i], ARG_BYTES, arg) < 0)
			break;
	}
	s->count = i;
	s->more = i == MOST_ARGS;
}

SEC("tp/syscalls/sys_enter_execve")
int starts(struct enter *e)
{
	__u32 zero = 0;
	struct started *s = bpf_map_lookup_elem(&scratch, &zero);

	if (!s)
		return 0;
	s->pid = this_pid();
	s->user = bpf_get_current_uid_gid();
	bpf_get_current_comm(s->name, sizeof(s->name));
	read_args(s, (void *)e->args[1]);
	bpf_ringbuf_output(&programs, s, sizeof(*s), 0);
	return 0;
}
