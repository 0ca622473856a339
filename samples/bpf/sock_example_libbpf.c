// SPDX-License-Identifier: GPL-2.0-only
/*
 * sock_example by the stock library: libbpf opens and loads the object that clang made
 * of sock_example.bpf.c, the counts are checked against the kernel's statistics.
 *
 *   sock_example_libbpf OBJECT.o
 */
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include "traffic.h"

#ifndef SO_ATTACH_BPF
#define SO_ATTACH_BPF 50
#endif

static long long count_of(int map_fd, int protocol)
{
	unsigned long long value = 0;

	bpf_map_lookup_elem(map_fd, &protocol, &value);
	return value;
}

static int check(int map_fd)
{
	const int datagrams = 200, segments = 100;
	struct traffic_counts before, after;
	long long tcp, udp;

	if (traffic_counted(&before) || traffic_udp(datagrams) < 0 ||
	    traffic_tcp_segments(segments) < 0 || traffic_tcp_echo(5) ||
	    traffic_counted(&after)) {
		perror("traffic");
		return 1;
	}
	tcp = count_of(map_fd, IPPROTO_TCP);
	udp = count_of(map_fd, IPPROTO_UDP);
	printf("libbpf: UDP %d received, %lld counted; TCP %lld received, %lld counted\n",
	       datagrams, udp, after.tcp - before.tcp, tcp);
	return udp != datagrams || tcp != after.tcp - before.tcp;
}

static int fail(const char *what)
{
	fprintf(stderr, "sock_example_libbpf: %s: %s\n", what, strerror(errno));
	return 1;
}

int main(int argc, char **argv)
{
	struct bpf_object *object;
	struct bpf_program *prog;
	int sock, prog_fd, result;

	if (argc != 2) {
		fprintf(stderr, "usage: sock_example_libbpf OBJECT.o\n");
		return 2;
	}
	object = bpf_object__open(argv[1]);
	if (!object || bpf_object__load(object))
		return fail(argv[1]);
	prog = bpf_object__find_program_by_name(object, "count_packets");
	sock = traffic_raw_socket("lo");
	if (!prog || sock < 0)
		return fail("count_packets on lo");
	prog_fd = bpf_program__fd(prog);
	if (setsockopt(sock, SOL_SOCKET, SO_ATTACH_BPF, &prog_fd, sizeof(prog_fd)))
		return fail("SO_ATTACH_BPF");
	result = check(bpf_object__find_map_fd_by_name(object, "packets"));
	bpf_object__close(object);
	return result;
}
