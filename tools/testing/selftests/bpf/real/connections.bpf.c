// SPDX-License-Identifier: GPL-2.0-only
/* Who connects to where: calls to connect, with the address that user space gives. */
#include "trace.h"

#define INTERNET	2
#define INTERNET6	10

struct address {
	__u16	family;
	__u16	port;
	__u8	bytes[24];
};

struct connect {
	__u32	pid;
	__u32	user;
	__u16	family;
	__u16	port;
	__s32	ret;
	__u8	to[16];
	char	name[NAME_BYTES];
};

HASH_MAP(begun, __u32, struct connect, 10240);
RING(connects, 1 << 16);

const volatile __u16 only_ports[4];
__u64 strange, no_room;

static bool wants(__u16 port)
{
	int i;

	if (!only_ports[0])
		return true;
	for (i = 0; i < 4; i++)
		if (only_ports[i] && only_ports[i] == port)
			return true;
	return false;
}

SEC("tp/syscalls/sys_enter_connect")
int begins(struct enter *e)
{
	__u32 thread = this_thread(), len = e->args[2];
	struct connect c = { };
	struct address a = { };

	if (len < 8 || bpf_probe_read_user(&a, 8, (void *)e->args[1]))
		return 0;
	if (len >= sizeof(a) && bpf_probe_read_user(&a, sizeof(a), (void *)e->args[1]))
		return 0;
	c.family = a.family;
	c.port = a.port << 8 | a.port >> 8;
	if (a.family == INTERNET) {
		__builtin_memcpy(c.to, a.bytes, 4);
	} else if (a.family == INTERNET6) {
		__builtin_memcpy(c.to, a.bytes + 4, 16);
	} else {
		strange++;
		return 0;
	}
	if (!wants(c.port))
		return 0;
	c.pid = this_pid();
	c.user = bpf_get_current_uid_gid();
	bpf_get_current_comm(c.name, sizeof(c.name));
	bpf_map_update_elem(&begun, &thread, &c, BPF_ANY);
	return 0;
}

SEC("tp/syscalls/sys_exit_connect")
int ends(struct leave *l)
{
	__u32 thread = this_thread();
	struct connect *c = bpf_map_lookup_elem(&begun, &thread);

	if (!c)
		return 0;
	c->ret = l->ret;
	if (bpf_ringbuf_output(&connects, c, sizeof(*c), 0))
		no_room++;
	bpf_map_delete_elem(&begun, &thread);
	return 0;
}
