// SPDX-License-Identifier: GPL-2.0-only
/*
 * Traffic whose size is known, so that counts can be checked: datagrams one by one,
 * TCP segments made by hand, and a real TCP connection whose segments the kernel's own
 * statistics count.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/ip.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include "traffic.h"

int traffic_raw_socket(const char *interface)
{
	struct sockaddr_ll where = {
		.sll_family = AF_PACKET,
		.sll_protocol = htons(ETH_P_IP),
	};
	int sock, error;

	where.sll_ifindex = if_nametoindex(interface);
	if (!where.sll_ifindex)
		return -1;
	sock = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
	if (sock < 0)
		return -1;
	if (!bind(sock, (struct sockaddr *)&where, sizeof(where)))
		return sock;
	error = errno;
	close(sock);
	errno = error;
	return -1;
}

static int loopback_socket(int type, struct sockaddr_in *where)
{
	socklen_t len = sizeof(*where);
	int sock = socket(AF_INET, type | SOCK_CLOEXEC, 0);

	if (sock < 0)
		return -1;
	memset(where, 0, sizeof(*where));
	where->sin_family = AF_INET;
	where->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (bind(sock, (struct sockaddr *)where, len) ||
	    getsockname(sock, (struct sockaddr *)where, &len)) {
		close(sock);
		return -1;
	}
	return sock;
}

/* the value in column @name of the rows of @proto */
static long long snmp_value(const char *proto, const char *name)
{
	char names[1024], values[1024], *n, *v, *n_rest, *v_rest;
	long long found = -1;
	FILE *f = fopen("/proc/net/snmp", "re");

	if (!f)
		return -1;
	while (found < 0 && fgets(names, sizeof(names), f) &&
	       fgets(values, sizeof(values), f)) {
		if (strncmp(names, proto, strlen(proto)))
			continue;
		n = strtok_r(names, " \n", &n_rest);
		v = strtok_r(values, " \n", &v_rest);
		while (n && v && strcmp(n, name)) {
			n = strtok_r(NULL, " \n", &n_rest);
			v = strtok_r(NULL, " \n", &v_rest);
		}
		if (n && v)
			sscanf(v, "%lld", &found);
	}
	fclose(f);
	return found;
}

int traffic_counted(struct traffic_counts *counts)
{
	counts->tcp = snmp_value("Tcp:", "InSegs");
	counts->udp = snmp_value("Udp:", "InDatagrams");
	return counts->tcp < 0 || counts->udp < 0 ? -1 : 0;
}

int traffic_udp(int datagrams)
{
	struct sockaddr_in to, from;
	int receiver = loopback_socket(SOCK_DGRAM, &to);
	int sender = loopback_socket(SOCK_DGRAM, &from);
	int i, arrived = 0;
	char byte = 'u';

	for (i = 0; receiver >= 0 && sender >= 0 && i < datagrams; i++) {
		if (sendto(sender, &byte, 1, 0, (struct sockaddr *)&to,
			   sizeof(to)) != 1)
			break;
		arrived += recv(receiver, &byte, 1, 0) == 1;
	}
	close(sender);
	close(receiver);
	return arrived == datagrams ? arrived : -1;
}

/* sends without waiting for an answer; how many, or -1 */
static int send_udp(const struct sockaddr_in *to, int datagrams)
{
	struct sockaddr_in from;
	int sender = loopback_socket(SOCK_DGRAM, &from);
	char byte = 'u';
	int i;

	for (i = 0; sender >= 0 && i < datagrams; i++) {
		if (sendto(sender, &byte, 1, 0, (struct sockaddr *)to, sizeof(*to)) != 1)
			break;
	}
	close(sender);
	return sender >= 0 && i == datagrams ? datagrams : -1;
}

int traffic_to_nobody(int datagrams)
{
	struct sockaddr_in to;
	int receiver = loopback_socket(SOCK_DGRAM, &to);

	if (receiver < 0)
		return -1;
	/* what was its port is closed from now on */
	close(receiver);
	return send_udp(&to, datagrams);
}

int traffic_filtered(int datagrams)
{
	struct sock_filter drop = BPF_STMT(BPF_RET | BPF_K, 0);
	struct sock_fprog all = { 1, &drop };
	struct sockaddr_in to;
	int receiver = loopback_socket(SOCK_DGRAM, &to);
	int sent = -1;

	if (receiver < 0)
		return -1;
	if (!setsockopt(receiver, SOL_SOCKET, SO_ATTACH_FILTER, &all, sizeof(all)))
		sent = send_udp(&to, datagrams);
	close(receiver);
	return sent;
}

static unsigned short sum16(const void *data, size_t bytes, unsigned int sum)
{
	const unsigned short *words = data;
	size_t i;

	for (i = 0; i < bytes / 2; i++)
		sum += words[i];
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return sum;
}

int traffic_tcp_segments(int segments)
{
	struct sockaddr_in to = { .sin_family = AF_INET };
	struct {
		unsigned int from, to;
		unsigned char zero, proto;
		unsigned short bytes;
	} pseudo = { 0 };
	struct tcphdr tcp = { 0 };
	int i, sock = socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_TCP);

	if (sock < 0)
		return -1;
	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	pseudo.from = to.sin_addr.s_addr;
	pseudo.to = to.sin_addr.s_addr;
	pseudo.proto = IPPROTO_TCP;
	pseudo.bytes = htons(sizeof(tcp));
	tcp.source = htons(9);
	tcp.dest = htons(9);
	tcp.doff = sizeof(tcp) / 4;
	tcp.rst = 1;
	tcp.check = ~sum16(&tcp, sizeof(tcp), sum16(&pseudo, sizeof(pseudo), 0));
	for (i = 0; i < segments; i++) {
		if (sendto(sock, &tcp, sizeof(tcp), 0, (struct sockaddr *)&to,
			   sizeof(to)) != sizeof(tcp))
			break;
	}
	close(sock);
	return i == segments ? segments : -1;
}

static int echo(int client, int server, int messages)
{
	char text[100] = "an echo", back[100];
	int i;

	for (i = 0; i < messages; i++) {
		if (write(client, text, sizeof(text)) != sizeof(text) ||
		    recv(server, back, sizeof(back), MSG_WAITALL) != sizeof(back) ||
		    write(server, back, sizeof(back)) != sizeof(back) ||
		    recv(client, text, sizeof(text), MSG_WAITALL) != sizeof(text))
			return -1;
	}
	return 0;
}

int traffic_tcp_echo(int messages)
{
	int listener, client = -1, server = -1, err = -1;
	struct sockaddr_in where, from;

	listener = loopback_socket(SOCK_STREAM, &where);
	if (listener < 0)
		return -1;
	client = loopback_socket(SOCK_STREAM, &from);
	if (client >= 0 && !listen(listener, 1) &&
	    !connect(client, (struct sockaddr *)&where, sizeof(where)))
		server = accept(listener, NULL, NULL);
	if (server >= 0)
		err = echo(client, server, messages);
	close(server);
	close(client);
	close(listener);
	return err;
}
