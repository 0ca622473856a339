// SPDX-License-Identifier: GPL-2.0-only
/*
 * The example of the bpf(2) manual page: a program on a raw socket counts TCP and UDP
 * packets in a map, by the protocol byte of the IPv4 header; user space reads the map.
 *
 *   sock_example [INTERFACE [SECONDS]]	print the counts every second (default lo, 5)
 *   sock_example --check		send a known number of packets and compare
 */
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "bpf_insn.h"
#include "bpf_user.h"
#include "traffic.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* frame: 14 bytes Ethernet, then IPv4 with the protocol in byte 9 */
#define PROTOCOL_OFFSET (14 + 9)

static int die(const char *what)
{
	fprintf(stderr, "sock_example: %s: %s\n", what, strerror(errno));
	if (bpf_log_text[0])
		fputs(bpf_log_text, stderr);
	exit(1);
}

static int load_counter(int map_fd)
{
	const struct bpf_insn prog[] = {
		BPF_MOV64_REG(BPF_REG_6, BPF_REG_1),
		BPF_LD_ABS(BPF_B, PROTOCOL_OFFSET),
		BPF_STX_MEM(BPF_W, BPF_REG_10, BPF_REG_0, -4),
		BPF_MOV64_REG(BPF_REG_2, BPF_REG_10),
		BPF_ALU64_IMM(BPF_ADD, BPF_REG_2, -4),
		BPF_LD_MAP_FD(BPF_REG_1, map_fd),
		BPF_CALL_FUNC(BPF_FUNC_map_lookup_elem),
		BPF_JMP_IMM(BPF_JEQ, BPF_REG_0, 0, 2),
		BPF_MOV64_IMM(BPF_REG_1, 1),
		BPF_ATOMIC_OP(BPF_DW, BPF_ADD, BPF_REG_0, BPF_REG_1, 0),
		BPF_MOV64_IMM(BPF_REG_0, 0),
		BPF_EXIT_INSN(),
	};

	return bpf_prog_load(BPF_PROG_TYPE_SOCKET, prog, COUNT(prog), "GPL");
}

static long long count_of(int map_fd, int protocol)
{
	long long value;

	if (bpf_lookup_elem(map_fd, &protocol, &value))
		die("bpf_lookup_elem");
	return value;
}

static int watch(int map_fd, int seconds)
{
	int i;

	for (i = 0; i < seconds; i++) {
		sleep(1);
		printf("TCP %lld UDP %lld packets\n",
		       count_of(map_fd, IPPROTO_TCP),
		       count_of(map_fd, IPPROTO_UDP));
		fflush(stdout);
	}
	return 0;
}

static int compare(const char *what, long long sent, long long counted)
{
	printf("%s: %lld received, %lld counted by the program: %s\n", what, sent,
	       counted, sent == counted ? "equal" : "DIFFERENT");
	return sent != counted;
}

/* sends packets; the kernel's own statistics are the truth to compare with */
static int check(int map_fd)
{
	const int datagrams = 400, segments = 300, messages = 25;
	struct traffic_counts before, after;

	if (traffic_counted(&before))
		die("/proc/net/snmp");
	if (traffic_udp(datagrams) != datagrams)
		die("sending datagrams");
	if (traffic_tcp_segments(segments) != segments)
		die("sending segments");
	if (compare("lone TCP segments", segments, count_of(map_fd, IPPROTO_TCP)))
		return 1;
	if (traffic_tcp_echo(messages))
		die("TCP connection");
	if (traffic_counted(&after))
		die("/proc/net/snmp");
	printf("sent %d UDP datagrams, %d lone TCP segments, a TCP connection of %d echoes\n",
	       datagrams, segments, messages);
	return compare("UDP", datagrams, count_of(map_fd, IPPROTO_UDP)) |
	       compare("TCP", after.tcp - before.tcp,
		       count_of(map_fd, IPPROTO_TCP));
}

int main(int argc, char **argv)
{
	int checking = argc > 1 && !strcmp(argv[1], "--check");
	const char *interface = argc > 1 && !checking ? argv[1] : "lo";
	int protocols[] = { IPPROTO_TCP, IPPROTO_UDP };
	int map_fd, prog_fd, sock;
	long long zero = 0;
	size_t i;

	map_fd = bpf_create_map(BPF_MAP_TYPE_HASH, sizeof(int), sizeof(zero),
				COUNT(protocols), 0);
	if (map_fd < 0)
		die("bpf_create_map");
	for (i = 0; i < COUNT(protocols); i++) {
		if (bpf_update_elem(map_fd, &protocols[i], &zero, BPF_ANY))
			die("bpf_update_elem");
	}
	prog_fd = load_counter(map_fd);
	if (prog_fd < 0)
		die("bpf_prog_load");
	sock = traffic_raw_socket(interface);
	if (sock < 0)
		die(interface);
	if (bpf_attach_socket(sock, prog_fd))
		die("SO_ATTACH_BPF");
	if (checking)
		return check(map_fd);
	return watch(map_fd, argc > 2 ? atoi(argv[2]) : 5);
}
