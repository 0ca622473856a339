// SPDX-License-Identifier: GPL-2.0-only
/*
 * xt_bpf: programs as matches of iptables rules, in both revisions, as bytecode and by
 * descriptor. The test writes the table itself, one rule in INPUT that drops what
 * matches.
 *
 * Runs as root.
 */
#include <limits.h>
#include <netinet/in.h>
#include <linux/netfilter/x_tables.h>
#include <linux/netfilter/xt_bpf.h>
#include <linux/netfilter_ipv4/ip_tables.h>
#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include "load.h"
#include "classic_asm.h"

#define FIRST_PORT 9700
#define PORTS 4

/* ---- a table ------------------------------------------------------------------------------ */

struct table {
	struct ipt_replace head;
	unsigned char entries[4096];
};

/* entry with a match of @bytes (0: none) and a verdict */
static void add_verdict(struct table *t, unsigned char revision, const void *info,
			unsigned int bytes, int verdict)
{
	struct ipt_entry *e = (void *)(t->entries + t->head.size);
	struct xt_standard_target *target;
	struct xt_entry_match *match = (void *)e->elems;

	e->target_offset = sizeof(*e);
	if (bytes) {
		match->u.user.match_size = XT_ALIGN(sizeof(*match) + bytes);
		strcpy(match->u.user.name, "bpf");
		match->u.user.revision = revision;
		memcpy(match->data, info, bytes);
		e->target_offset += match->u.user.match_size;
	}
	target = (void *)((char *)e + e->target_offset);
	target->target.u.user.target_size = XT_ALIGN(sizeof(*target));
	target->verdict = -verdict - 1;
	e->next_offset = e->target_offset + XT_ALIGN(sizeof(*target));
	t->head.size += e->next_offset;
	t->head.num_entries++;
}

static void add_error(struct table *t)
{
	struct ipt_entry *e = (void *)(t->entries + t->head.size);
	struct xt_error_target *target = (void *)e->elems;

	e->target_offset = sizeof(*e);
	target->target.u.user.target_size = XT_ALIGN(sizeof(*target));
	strcpy(target->target.u.user.name, XT_ERROR_TARGET);
	strcpy(target->errorname, XT_ERROR_TARGET);
	e->next_offset = sizeof(*e) + XT_ALIGN(sizeof(*target));
	t->head.size += e->next_offset;
	t->head.num_entries++;
}

/* errno of a table whose one rule drops what the match of @info says */
static int set_table(unsigned char revision, const void *info, unsigned int bytes)
{
	struct table *t = calloc(1, sizeof(*t));
	struct ipt_getinfo old = { .name = "filter" };
	socklen_t len = sizeof(old);
	int fd = socket(AF_INET, SOCK_RAW, IPPROTO_RAW), err = 0;

	strcpy(t->head.name, "filter");
	t->head.valid_hooks = 1 << NF_INET_LOCAL_IN | 1 << NF_INET_FORWARD |
			      1 << NF_INET_LOCAL_OUT;
	if (bytes)
		add_verdict(t, revision, info, bytes, NF_DROP);
	/* the policies; INPUT begins with the rule */
	t->head.underflow[NF_INET_LOCAL_IN] = t->head.size;
	add_verdict(t, 0, NULL, 0, NF_ACCEPT);
	t->head.hook_entry[NF_INET_FORWARD] = t->head.size;
	t->head.underflow[NF_INET_FORWARD] = t->head.size;
	add_verdict(t, 0, NULL, 0, NF_ACCEPT);
	t->head.hook_entry[NF_INET_LOCAL_OUT] = t->head.size;
	t->head.underflow[NF_INET_LOCAL_OUT] = t->head.size;
	add_verdict(t, 0, NULL, 0, NF_ACCEPT);
	add_error(t);

	if (getsockopt(fd, IPPROTO_IP, IPT_SO_GET_INFO, &old, &len)) {
		err = errno;
	} else {
		t->head.num_counters = old.num_entries;
		t->head.counters = calloc(old.num_entries, sizeof(*t->head.counters));
		if (setsockopt(fd, IPPROTO_IP, IPT_SO_SET_REPLACE, t,
			       sizeof(t->head) + t->head.size))
			err = errno;
		free(t->head.counters);
	}
	close(fd);
	free(t);
	return err;
}

static int set_bytecode(unsigned char revision, const struct sock_filter *insns,
			unsigned int len)
{
	struct xt_bpf_info info = { .bpf_program_num_elem = len };
	struct xt_bpf_info_v1 info1 = {
		.mode = XT_BPF_MODE_BYTECODE, .bpf_program_num_elem = len,
	};
	unsigned int copied = len < XT_BPF_MAX_NUM_INSTR ? len : XT_BPF_MAX_NUM_INSTR;

	memcpy(info.bpf_program, insns, copied * sizeof(*insns));
	memcpy(info1.bpf_program, insns, copied * sizeof(*insns));
	return revision ? set_table(1, &info1, sizeof(info1)) :
			  set_table(0, &info, sizeof(info));
}

/* ---- datagrams --------------------------------------------------------------------------------- */

static int tx, rx[PORTS];

static bool open_sockets(void)
{
	struct sockaddr_in at = {
		.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	int i;

	tx = socket(AF_INET, SOCK_DGRAM, 0);
	for (i = 0; i < PORTS; i++) {
		at.sin_port = htons(FIRST_PORT + i);
		rx[i] = socket(AF_INET, SOCK_DGRAM, 0);
		if (bind(rx[i], (void *)&at, sizeof(at)))
			return false;
	}
	return true;
}

/* a bit for each port that a datagram of @bytes gets through to */
static unsigned int arrivals(unsigned int bytes)
{
	struct sockaddr_in to = {
		.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	struct pollfd in = { .events = POLLIN };
	static char data[1024];
	unsigned int got = 0;
	int i;

	for (i = 0; i < PORTS; i++) {
		to.sin_port = htons(FIRST_PORT + i);
		if (sendto(tx, data, bytes, 0, (void *)&to, sizeof(to)) < 0)
			continue;
		/* lo hands packets on before sendto() comes back, mostly */
		in.fd = rx[i];
		if (poll(&in, 1, 10) == 1 && recv(in.fd, data, sizeof(data), MSG_DONTWAIT) >= 0)
			got |= 1 << i;
	}
	return got;
}

/* ---- the tests ------------------------------------------------------------------------------------ */

/* it sees a packet from its IP header on */
static const struct sock_filter odd_port[] = {
	LD_ABS(BPF_B, 9), IF_EQ(IPPROTO_UDP, 0, 4),
	STMT(BPF_LDX | BPF_B | BPF_MSH, 0), STMT(BPF_LD | BPF_H | BPF_IND, 2),
	JUMP(BPF_JMP | BPF_JSET | BPF_K, 1, 0, 1), RET_K(77), RET_K(0),
};

static void test_revision(unsigned char revision)
{
	static const struct sock_filter too_long[XT_BPF_MAX_NUM_INSTR + 1] = {
		[0 ... XT_BPF_MAX_NUM_INSTR] = RET_K(0),
	};
	static const struct sock_filter longest[XT_BPF_MAX_NUM_INSTR] = {
		[0 ... XT_BPF_MAX_NUM_INSTR - 2] = STMT(BPF_ALU | BPF_ADD | BPF_K, 1),
		[XT_BPF_MAX_NUM_INSTR - 1] = RET_A,
	};
	static const struct sock_filter bad[] = { LD_ABS(BPF_B, 9) };
	static const struct sock_filter by_len[] = {
		STMT(BPF_LD | BPF_W | BPF_LEN, 0),
		JUMP(BPF_JMP | BPF_JGT | BPF_K, 20 + 8 + 100, 0, 1), RET_K(1), RET_K(0),
	};
	static const struct sock_filter behind[] = { LD_ABS(BPF_W, 2000), RET_K(1) };
	static const struct sock_filter by_protocol[] = {
		LD_AD(PROTOCOL), IF_EQ(0x800, 0, 2), LD_AD(IFINDEX), IF_EQ(1, 1, 0),
		RET_K(0), RET_K(1),
	};

	ok(!set_bytecode(revision, odd_port, COUNT(odd_port)) && arrivals(10) == 0x5,
	   "revision %u: drops what matches", revision);
	ok(set_bytecode(revision, bad, COUNT(bad)) == EINVAL, "revision %u: a bad program: EINVAL",
	   revision);
	ok(set_bytecode(revision, odd_port, 0) == EINVAL, "revision %u: none: EINVAL", revision);
	ok(set_bytecode(revision, too_long, COUNT(too_long)) == EINVAL,
	   "revision %u: 65 instructions: EINVAL", revision);
	ok(arrivals(10) == 0x5, "revision %u: which change nothing", revision);
	ok(!set_bytecode(revision, by_len, COUNT(by_len)) && arrivals(100) == 0xf &&
	   arrivals(101) == 0, "revision %u: by length", revision);
	ok(!set_bytecode(revision, behind, COUNT(behind)) && arrivals(100) == 0xf,
	   "revision %u: a load behind the end is no match", revision);
	ok(!set_bytecode(revision, by_protocol, COUNT(by_protocol)) && arrivals(10) == 0,
	   "revision %u: ancillary data", revision);
	ok(!set_bytecode(revision, longest, COUNT(longest)) && arrivals(10) == 0,
	   "revision %u: 64 instructions", revision);
	ok(!set_table(0, NULL, 0) && arrivals(10) == 0xf, "revision %u: rule removed", revision);
}

/* UDP to an even port, as an extended program */
static int load_even_port(void)
{
	struct program p = { };

	ADD(&p, BPF_MOV64_REG(BPF_REG_6, BPF_REG_1), BPF_LD_ABS(BPF_B, 9),
	    BPF_JMP_IMM(BPF_JEQ, BPF_REG_0, IPPROTO_UDP, 2), BPF_MOV64_IMM(BPF_REG_0, 0),
	    BPF_EXIT_INSN(), BPF_LD_ABS(BPF_H, 22), BPF_ALU64_IMM(BPF_AND, BPF_REG_0, 1),
	    BPF_ALU64_IMM(BPF_XOR, BPF_REG_0, 1), BPF_EXIT_INSN());
	return load(&p);
}

static void test_extended(void)
{
	struct xt_bpf_info_v1 info = {
		.mode = XT_BPF_MODE_FD_ELF, .fd = load_even_port(),
	};
	int prog = info.fd;

	ok(prog >= 0 && !set_table(1, &info, sizeof(info)) && arrivals(10) == 0xa,
	   "a descriptor: drops what matches");
	info.fd = 0;
	ok(set_table(1, &info, sizeof(info)) == EINVAL, "another file: EINVAL");
	info.fd = 999;
	ok(set_table(1, &info, sizeof(info)) == EBADF, "no descriptor: EBADF");
	info.mode = 9;
	ok(set_table(1, &info, sizeof(info)) == EINVAL, "an unknown mode: EINVAL");
	close(prog);
	ok(arrivals(10) == 0xa, "the table holds the program");
	set_table(0, NULL, 0);
}

static void test_all(void)
{
	if (!open_sockets() || set_table(0, NULL, 0)) {
		skip("iptables: needs CONFIG_IP_NF_FILTER");
		return;
	}
	ok(arrivals(10) == 0xf, "without rules everything arrives");
	test_revision(0);
	test_revision(1);
	test_extended();
}

int main(void)
{
	return in_every_mode(test_all);
}
