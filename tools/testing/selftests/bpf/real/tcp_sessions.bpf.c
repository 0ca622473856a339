// SPDX-License-Identifier: GPL-2.0-only
/* Connections of TCP from first to last, with how long they were there. */
#include "trace.h"

#define ESTABLISHED	1
#define CLOSED		7
#define INTERNET	2

struct state_change {
	struct common	common;
	__u64		sock;
	__s32		old_state;
	__s32		new_state;
	__u16		from_port;
	__u16		to_port;
	__u16		family;
	__u16		protocol;
	__u8		from[4];
	__u8		to[4];
	__u8		from6[16];
	__u8		to6[16];
};

struct birth {
	__u64	ns;
	__u32	pid;
	__u32	user;
	char	name[NAME_BYTES];
};

struct session {
	__u64		ns;
	struct birth	birth;
	__u16		from_port;
	__u16		to_port;
	__u16		family;
	__u16		pad;
	__u8		from[16];
	__u8		to[16];
};

HASH_MAP(births, __u64, struct birth, 10240);
RING(sessions, 1 << 16);

const volatile __u16 only_port = 0;

static void begin(__u64 sock)
{
	struct birth b = {
		.ns = bpf_ktime_get_ns(),
		.pid = this_pid(),
		.user = bpf_get_current_uid_gid(),
	};

	bpf_get_current_comm(b.name, sizeof(b.name));
	bpf_map_update_elem(&births, &sock, &b, BPF_ANY);
}

static void end(const struct state_change *c, const struct birth *b)
{
	struct session *s = bpf_ringbuf_reserve(&sessions, sizeof(*s), 0);

	if (!s)
		return;
	__builtin_memset(s, 0, sizeof(*s));
	s->ns = bpf_ktime_get_ns() - b->ns;
	s->birth = *b;
	s->from_port = c->from_port;
	s->to_port = c->to_port;
	s->family = c->family;
	if (c->family == INTERNET) {
		__builtin_memcpy(s->from, c->from, sizeof(c->from));
		__builtin_memcpy(s->to, c->to, sizeof(c->to));
	} else {
		__builtin_memcpy(s->from, c->from6, sizeof(c->from6));
		__builtin_memcpy(s->to, c->to6, sizeof(c->to6));
	}
	bpf_ringbuf_submit(s, 0);
}

SEC("tp/sock/inet_sock_set_state")
int changes(struct state_change *c)
{
	__u64 sock = c->sock;
	struct birth *b;

	if (c->protocol != 6)
		return 0;
	if (only_port && c->from_port != only_port && c->to_port != only_port)
		return 0;
	if (c->new_state == ESTABLISHED) {
		begin(sock);
		return 0;
	}
	if (c->new_state != CLOSED)
		return 0;
	b = bpf_map_lookup_elem(&births, &sock);
	if (!b)
		return 0;
	end(c, b);
	bpf_map_delete_elem(&births, &sock);
	return 0;
}
