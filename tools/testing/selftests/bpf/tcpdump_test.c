// SPDX-License-Identifier: GPL-2.0-only
/*
 * Debian's tcpdump on lo: what its filters, classic programs that libpcap compiles,
 * count of traffic that is known.
 *
 * Runs as root. Skips where there is no tcpdump.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include "tap.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define PORT 9531

/*
 * 7 datagrams of 9 bytes to PORT and 5 to the next one, 3 to a port that nobody has
 * (which is answered by ICMP), one TCP connection refused.
 */
static const struct {
	int want;
	const char *expression;
} rows[] = {
	{ 7, "udp dst port 9531 and not icmp" },
	{ 15, "udp" },
	{ 3, "icmp[icmptype] == icmp-unreach" },
	{ 1, "tcp[tcpflags] & tcp-syn != 0" },
	{ 1, "tcp[tcpflags] & tcp-rst != 0" },
	{ 2, "tcp port 9534" },
	{ 7, "ip[20:2] > 1024 and udp[2:2] == 9531 and udp[4:2] == 17" },
	{ 5, "src host 127.0.0.1 and udp portrange 9532-9532" },
	{ 0, "ip6 or arp or vlan" },
	{ 7, "udp and ((ip[0] & 0xf) << 2) + 17 == 37 and dst port 9531" },
	{ 15, "udp and ip[2:2] / 4 * 4 >= 36 and ip[2:2] % 1000 == 37" },
	{ 15, "udp and not (ether[12:2] > 0x800)" },
	{ 12, "udp and (udp[8] = 0x61 or udp[8] = 0x62)" },
	{ 0, "less 30" },
	{ 5, "greater 52 and not udp" },
	{ 15, "ip proto 17 and ip[8] = 64 and len = 51" },
};

static void send_udp(int port, const char *text, int times)
{
	struct sockaddr_in to = {
		.sin_family = AF_INET, .sin_port = htons(port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	while (times--)
		sendto(fd, text, strlen(text), 0, (void *)&to, sizeof(to));
	close(fd);
}

static int listen_udp(int port)
{
	struct sockaddr_in at = {
		.sin_family = AF_INET, .sin_port = htons(port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	if (bind(fd, (void *)&at, sizeof(at)))
		perror("# bind");
	return fd;
}

static void send_traffic(void)
{
	int a = listen_udp(PORT), b = listen_udp(PORT + 1);
	int tcp = socket(AF_INET, SOCK_STREAM, 0);
	struct sockaddr_in to = {
		.sin_family = AF_INET, .sin_port = htons(PORT + 3),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};

	send_udp(PORT, "a datagra", 7);
	send_udp(PORT + 1, "b datagra", 5);
	send_udp(PORT + 2, "c datagra", 3);
	if (!connect(tcp, (void *)&to, sizeof(to)))
		puts("# somebody listens");
	close(tcp);
	close(a);
	close(b);
}

struct sniffer {
	pid_t pid;
	FILE *err;	/* what it says */
};

/* tcpdump with @options before @expression; returns when it listens */
static bool start(struct sniffer *s, const char *count, const char *expression)
{
	const char *const argv[] = {
		"tcpdump", "-n", "-i", "lo", "-Q", "in", "-Z", "root", "--immediate-mode",
		"-c", count, "-w", "/dev/null", expression, NULL,
	};
	char line[512];
	int fds[2];

	if (pipe(fds))
		return false;
	fflush(stdout);
	s->pid = fork();
	if (!s->pid) {
		dup2(fds[1], 2);
		close(fds[0]);
		close(fds[1]);
		execvp(argv[0], (char *const *)argv);
		_exit(127);
	}
	close(fds[1]);
	s->err = fdopen(fds[0], "r");
	while (fgets(line, sizeof(line), s->err)) {
		if (strstr(line, "listening on"))
			return true;
		printf("# %s", line);
	}
	return false;
}

/* packets it says it captured; -1 where it failed */
static int stop(struct sniffer *s, int sig)
{
	int captured = -1, status, n;
	char line[512];

	if (sig) {
		usleep(400000);
		kill(s->pid, sig);
	}
	while (fgets(line, sizeof(line), s->err))
		if (sscanf(line, "%d packet%*s captured", &n) == 1 && strstr(line, "captured"))
			captured = n;
	fclose(s->err);
	waitpid(s->pid, &status, 0);
	return status ? -1 : captured;
}

static int count_traffic(const char *expression)
{
	struct sniffer s;

	if (!start(&s, "1000000", expression))
		return -2;
	send_traffic();
	return stop(&s, SIGINT);
}

int main(void)
{
	struct sniffer s;
	unsigned int i;
	int got;

	if (system("tcpdump --version >/dev/null 2>&1")) {
		skip("tcpdump: not installed");
		return tap_done();
	}
	for (i = 0; i < COUNT(rows); i++) {
		got = count_traffic(rows[i].expression);
		ok(got == rows[i].want, "%d packets of \"%s\"", rows[i].want,
		   rows[i].expression);
		if (got != rows[i].want)
			printf("# got %d\n", got);
	}
	ok(start(&s, "4", "udp dst port 9531"), "tcpdump -c 4");
	send_traffic();
	ok(stop(&s, 0) == 4, "ends by itself after 4 packets");
	return tap_done();
}
