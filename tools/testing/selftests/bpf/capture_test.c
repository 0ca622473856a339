// SPDX-License-Identifier: GPL-2.0-only
/*
 * Debian's tcpdump and many expressions: of a fixed set of frames that come in through
 * a tap, a live capture, filtered by the kernel, has exactly those that libpcap's own
 * evaluator selects of the same frames in a file. The filters that tcpdump attached
 * are then run again in each way that the kernel can run programs.
 *
 * The kernel takes a VLAN tag out of a frame before a filter sees it, and libpcap
 * knows that only in what follows "vlan": other expressions are compared with the
 * frames without their tags.
 *
 * With the argument "selected" it only prints, for each expression, which frames the
 * kernel selects: series/peer_capture.sh compares two kernels so.
 *
 * Runs as root. Skips where there is no tcpdump.
 */
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <sys/syscall.h>
#include "classic_asm.h"
#include "frames.h"
#include "tapdev.h"

#define TAP "tapcap0"
#define AT_ONCE 14		/* captures that run side by side */

static const struct expression {
	bool tagged;	/* compared with frames that have their tags */
	const char *text;
} expressions[] = {
	{ false, "" },
	{ false, "ip" },
	{ false, "ip6" },
	{ false, "arp" },
	{ false, "rarp" },
	{ false, "tcp" },
	{ false, "udp" },
	{ false, "icmp" },
	{ false, "icmp6" },
	{ false, "igmp or pim or vrrp" },
	{ false, "ah or esp" },
	{ false, "sctp" },
	{ false, "ip proto 47" },
	{ false, "ip6 proto 89" },
	{ false, "proto \\udp" },
	{ false, "not ip and not ip6" },
	{ false, "host 10.0.0.1" },
	{ false, "src host 10.1.2.3" },
	{ false, "dst host 255.255.255.255" },
	{ false, "src 10.0.0.2 or dst 8.8.8.8" },
	{ false, "net 10.1.0.0/16" },
	{ false, "src net 192.168.1.0 mask 255.255.255.0" },
	{ false, "dst net 224.0.0.0/4" },
	{ false, "net 10 and not host 10.1.255.255" },
	{ false, "ip6 host 2001:db8:1::1 or ip6 net 2001:db8:2::/48" },
	{ false, "ip6 net ff02::/16" },
	{ false, "port 53" },
	{ false, "src port 80" },
	{ false, "tcp dst port 443" },
	{ false, "udp port 22 or tcp port 22" },
	{ false, "portrange 1000-2000" },
	{ false, "tcp src portrange 1024-4000" },
	{ false, "udp dst portrange 33434-65535" },
	{ false, "ip6 and udp and port 53" },
	{ false, "tcp port 80 and host 10.0.0.1" },
	{ false, "not port 80 and not port 443 and (tcp or udp)" },
	{ false, "tcp[tcpflags] & (tcp-syn|tcp-fin) != 0" },
	{ false, "tcp[tcpflags] == tcp-syn" },
	{ false, "tcp[13] & 0x10 != 0 and tcp[13] & 0x02 = 0" },
	{ false, "tcp[tcpflags] & tcp-rst != 0 or tcp[tcpflags] & tcp-urg != 0" },
	{ false, "icmp[icmptype] = icmp-echo or icmp[icmptype] = icmp-echoreply" },
	{ false, "icmp[icmptype] != 0 and icmp[icmpcode] > 1" },
	{ false, "icmp6[icmp6type] = icmp6-neighborsolicit or icmp6[0] = 1" },
	{ false, "ip[0] & 0xf != 5" },
	{ false, "ip[6:2] & 0x1fff != 0" },
	{ false, "ip[6] & 0x40 != 0 and ip[8] < 128" },
	{ false, "ip[2:2] > 300" },
	{ false, "ip[1] != 0" },
	{ false, "((ip[2:2] - ((ip[0]&0xf)<<2)) - ((tcp[12]&0xf0)>>2)) != 0" },
	{ false, "(ip[12:4] ^ ip[16:4]) & 0xff000000 = 0" },
	{ false, "ip[ip[0] & 0xf] > 100" },
	{ false, "ip[8] % 7 = 4 and ip[8] * 3 / 2 > 100" },
	{ false, "udp[4:2] - 8 > 100 and udp[8] | 1 > 100" },
	{ false, "ip6[6] = 17 and ip6[4:2] > 100" },
	{ false, "ip6[40:2] = 443" },
	{ false, "len > 1000" },
	{ false, "len % 3 = 0" },
	{ false, "less 60" },
	{ false, "greater 200" },
	{ false, "len - 14 != ip[2:2]" },
	{ false, "ether broadcast" },
	{ false, "ether multicast" },
	{ false, "ip multicast" },
	{ false, "ip6 multicast" },
	{ false, "ether host 02:00:00:00:00:01" },
	{ false, "ether dst 02:00:00:00:00:22 and not ip" },
	{ false, "ether proto 0x88cc" },
	{ false, "ether[0] & 1 = 0 and ether[5] = 0x22" },
	{ false, "ether[10:2] & 0x7 = 3" },
	{ false, "ether[12:2] <= 1500" },
	{ false, "ether[60:4] > 0x80000000" },
	{ false, "ether[4500:4] & 1 = 1" },
	{ false, "llc" },
	{ false, "stp" },
	{ false, "iso or isis" },
	{ false, "llc u" },
	{ false, "mpls" },
	{ false, "mpls 100" },
	{ false, "mpls 100 and mpls 200" },
	{ false, "mpls and net 10" },
	{ false, "pppoed" },
	{ false, "pppoes" },
	{ false, "pppoes 3 and ip" },
	{ false, "pppoes and udp" },
	{ false, "geneve" },
	{ false, "geneve 2 and ip" },
	{ false, "(tcp or udp) and not (src net 10.0.0.0/8 and (port 53 or port 80)) and ip[8] > 9" },
	{ false, "not (ip or (ip6 and (udp or (tcp and not port 22))) or arp)" },
	{ true, "vlan" },
	{ true, "vlan 5" },
	{ true, "not vlan" },
	{ true, "vlan and ip" },
	{ true, "vlan 6 and tcp" },
	{ true, "vlan and ip6 and udp" },
	{ true, "vlan and host 10.0.0.1" },
	{ true, "vlan and portrange 1000-4000" },
	{ true, "vlan 7 and ip[8] < 100" },
	{ true, "vlan and not ip" },
	{ true, "vlan and mpls" },
};

static struct frame bare[FRAMES_MAX], with_tags[FRAMES_MAX];
static unsigned int frames;
static int tap = -1;
static bool print_only;

/* which frames; by number */
struct selection {
	unsigned char has[FRAMES_MAX];
	int total;	/* -1: it failed */
};

/* ---- pcap files: microseconds, Ethernet, this machine's byte order ------------------------- */

struct pcap_head {
	__u32 magic;
	__u16 major, minor;
	__u32 zone, figures, snaplen, link;
};

struct pcap_record {
	__u32 sec, usec, caplen, len;
};

/* the number of a frame is its second */
static bool write_pcap(const char *path, const struct frame *set)
{
	const struct pcap_head head = { 0xa1b2c3d4, 2, 4, 0, 0, 262144, 1 };
	FILE *out = fopen(path, "w");
	unsigned int i;

	if (!out)
		return false;
	fwrite(&head, sizeof(head), 1, out);
	for (i = 0; i < frames; i++) {
		const struct pcap_record record = { i, 0, set[i].len, set[i].len };

		fwrite(&record, sizeof(record), 1, out);
		fwrite(set[i].bytes, set[i].len, 1, out);
	}
	return !fclose(out);
}

/* the frame of @set that these bytes are; -1: none of ours */
static int find_frame(const struct frame *set, const unsigned char *bytes, unsigned int len)
{
	unsigned int i;

	for (i = 0; i < frames; i++)
		if (set[i].len == len && !memcmp(set[i].bytes, bytes, len))
			return i;
	return -1;
}

/* one more frame is selected; false where that cannot be */
static bool select_frame(struct selection *s, int i, unsigned int len)
{
	if (i < 0 || i >= (int)frames || s->has[i]) {
		printf("# a frame of %u bytes that is not ours, or twice\n", len);
		s->total = -1;
		return false;
	}
	s->has[i] = 1;
	s->total++;
	return true;
}

/* what a capture has; @live: its frames are known by their bytes */
static void read_pcap(const char *path, bool live, struct selection *s)
{
	static unsigned char bytes[262144];
	struct pcap_record record;
	struct pcap_head head;
	FILE *in = fopen(path, "r");

	memset(s, 0, sizeof(*s));
	if (!in || fread(&head, sizeof(head), 1, in) != 1 || head.magic != 0xa1b2c3d4 ||
	    head.link != 1)
		s->total = -1;
	while (s->total >= 0 && fread(&record, sizeof(record), 1, in) == 1) {
		if (record.caplen > sizeof(bytes) ||
		    fread(bytes, 1, record.caplen, in) != record.caplen) {
			s->total = -1;
			break;
		}
		if (!select_frame(s, live ? find_frame(with_tags, bytes, record.caplen) :
				  (int)record.sec, record.caplen))
			break;
	}
	if (in)
		fclose(in);
}

/* a program as tcpdump attached it */
struct filter {
	unsigned int len;
	struct sock_filter insns[1024];
};

/* ---- running tcpdump --------------------------------------------------------------------------- */

struct dump {
	pid_t pid;
	FILE *err;
	char path[64];
};

static void start(struct dump *d, const char *const *argv)
{
	int fds[2];

	d->pid = -1;
	d->err = NULL;
	if (pipe2(fds, O_CLOEXEC))
		return;
	fflush(stdout);
	d->pid = fork();
	if (!d->pid) {
		dup2(fds[1], 2);
		execvp(argv[0], (char *const *)argv);
		_exit(127);
	}
	close(fds[1]);
	d->err = fdopen(fds[0], "r");
}

static void start_live(struct dump *d, const char *expression, unsigned int n)
{
	const char *const argv[] = {
		"tcpdump", "-n", "-i", TAP, "-Z", "root", "-s", "8192", "-B",
		"8192", "--immediate-mode", "-U", "-w", d->path, expression, NULL,
	};

	snprintf(d->path, sizeof(d->path), "/tmp/live%u.pcap", n);
	start(d, argv);
}

static bool wait_listening(struct dump *d)
{
	char line[512];

	while (d->err && fgets(line, sizeof(line), d->err)) {
		if (strstr(line, "listening on"))
			return true;
		if (!strstr(line, "data link type"))
			printf("# %s", line);
	}
	return false;
}

/* false where it failed, or the kernel had no room for a packet */
static bool end(struct dump *d)
{
	bool complete = true;
	char line[512];
	int status, n;

	while (d->err && fgets(line, sizeof(line), d->err))
		if (strstr(line, "dropped") && sscanf(line, "%d", &n) == 1 && n)
			complete = false;
	if (d->err)
		fclose(d->err);
	waitpid(d->pid, &status, 0);
	return complete && !status;
}

/* the oracle: what libpcap selects of a file, for some expressions at once */
static void select_in_file(const struct expression *e, unsigned int count, struct selection *s)
{
	struct dump dumps[AT_ONCE];
	unsigned int i;

	for (i = 0; i < count; i++) {
		const char *const argv[] = {
			"tcpdump", "-n", "-Z", "root", "-r",
			e[i].tagged ? "/tmp/tagged.pcap" : "/tmp/bare.pcap", "-w",
			dumps[i].path, e[i].text, NULL,
		};

		snprintf(dumps[i].path, sizeof(dumps[i].path), "/tmp/file%u.pcap", i);
		start(&dumps[i], argv);
	}
	for (i = 0; i < count; i++) {
		if (end(&dumps[i]))
			read_pcap(dumps[i].path, false, &s[i]);
		else
			s[i].total = -1;
		unlink(dumps[i].path);
	}
}

static bool feed_all(void)
{
	unsigned int i;

	for (i = 0; i < frames; i++)
		if (write(tap, with_tags[i].bytes, with_tags[i].len) !=
		    (ssize_t)with_tags[i].len) {
			perror("# write to the tap");
			return false;
		}
	return true;
}

/* a copy of the filter on a packet socket of process @pid; its length 0: there is none */
static void copy_filter(pid_t pid, struct filter *f)
{
	int pidfd = syscall(SYS_pidfd_open, pid, 0), fd, remote;
	struct sockaddr_ll at;
	socklen_t len;

	for (f->len = 0, remote = 3; remote < 16 && !f->len; remote++) {
		fd = syscall(SYS_pidfd_getfd, pidfd, remote, 0);
		if (fd < 0)
			continue;
		len = sizeof(at);
		if (!getsockname(fd, (void *)&at, &len) && at.sll_family == AF_PACKET) {
			len = COUNT(f->insns);
			if (!getsockopt(fd, SOL_SOCKET, SO_GET_FILTER, f->insns, &len))
				f->len = len;
		}
		close(fd);
	}
	close(pidfd);
}

/* captures of some expressions at once, each given @patience ms to write */
static void select_live(const struct expression *e, unsigned int count, unsigned int patience,
			struct selection *s, struct filter *filters)
{
	struct dump dumps[AT_ONCE];
	unsigned int i;
	bool well = true;

	for (i = 0; i < count; i++)
		start_live(&dumps[i], e[i].text, i);
	for (i = 0; i < count; i++) {
		well &= wait_listening(&dumps[i]);
		copy_filter(dumps[i].pid, &filters[i]);
	}
	well = well && feed_all();
	usleep(patience * 1000);
	for (i = 0; i < count; i++)
		kill(dumps[i].pid, SIGINT);
	for (i = 0; i < count; i++) {
		if (end(&dumps[i]) && well)
			read_pcap(dumps[i].path, true, &s[i]);
		else
			s[i].total = -1;
		unlink(dumps[i].path);
	}
}

/* ---- comparing ------------------------------------------------------------------------------------- */

static struct selection want[COUNT(expressions)];

static bool same(const struct selection *a, const struct selection *b)
{
	return a->total >= 0 && a->total == b->total && !memcmp(a->has, b->has, sizeof(a->has));
}

static void print_selection(const char *text, const struct selection *s)
{
	unsigned int i;

	printf("# selected %d by \"%s\":", s->total, text);
	for (i = 0; i + 4 <= frames; i += 4)
		printf("%x", s->has[i] | s->has[i + 1] << 1 | s->has[i + 2] << 2 |
		       s->has[i + 3] << 3);
	printf("\n");
}

static void compare(const struct expression *e, const struct selection *live,
		    const struct selection *file)
{
	unsigned int i, shown = 0;

	if (print_only) {
		print_selection(e->text, live);
		return;
	}
	if (ok(same(live, file), "%d of %u frames: \"%s\"", file->total, frames, e->text))
		return;
	printf("# live %d\n", live->total);
	for (i = 0; i < frames && live->total >= 0 && shown < 5; i++)
		if (live->has[i] != file->has[i] && ++shown)
			printf("# frame %u of %u bytes: live %d, file %d\n", i,
			       with_tags[i].len, live->has[i], file->has[i]);
}

static struct filter filters[COUNT(expressions)];

/* tcpdump itself, in the mode that the kernel is in */
static void test_tcpdump(void)
{
	static struct selection live[AT_ONCE];
	unsigned int i, j, n, patience;

	for (i = 0; i < COUNT(expressions); i += n) {
		bool all = false;

		n = COUNT(expressions) - i < AT_ONCE ? COUNT(expressions) - i : AT_ONCE;
		/* a capture that is stopped too early lacks some: once more, with more time */
		for (patience = 100; !all && patience < 3000; patience *= 5) {
			select_live(expressions + i, n, patience, live, filters + i);
			for (all = true, j = 0; j < n; j++)
				all &= same(&live[j], &want[i + j]);
		}
		for (j = 0; j < n; j++)
			compare(&expressions[i + j], &live[j], &want[i + j]);
	}
}

/* the frames that a socket has received, all of them without tags */
static void select_received(int fd, struct selection *s)
{
	static unsigned char bytes[FRAME_ROOM];
	int n;

	memset(s, 0, sizeof(*s));
	for (;;) {
		n = recv(fd, bytes, sizeof(bytes), MSG_DONTWAIT);
		if (n < 0 || !select_frame(s, find_frame(bare, bytes, n), n))
			return;
	}
}

/* tcpdump's filters, in the mode that is asked for */
static void test_filters(void)
{
	static struct selection got;
	int fds[COUNT(expressions)], room = 16 << 20;
	unsigned int i, wrong = 0;

	for (i = 0; i < COUNT(expressions); i++) {
		fds[i] = open_sniffer(TAP, SOCK_RAW);
		setsockopt(fds[i], SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof(room));
		if (filters[i].len)
			wrong += !!set_classic(fds[i], SO_ATTACH_FILTER, filters[i].insns,
					       filters[i].len);
	}
	ok(!wrong && feed_all(), "the filters of all captures attached again");
	for (i = 0; i < COUNT(expressions); i++) {
		select_received(fds[i], &got);
		compare(&expressions[i], &got, &want[i]);
		close(fds[i]);
	}
}

/* the oracle's answers; each expression selects some, and only the empty one all */
static bool prepare(void)
{
	unsigned int i, n, some = 0;

	frames = make_frames(bare, false);
	make_frames(with_tags, true);
	if (!write_pcap("/tmp/bare.pcap", bare) || !write_pcap("/tmp/tagged.pcap", with_tags)) {
		perror("# /tmp");
		return false;
	}
	for (i = 0; i < COUNT(expressions); i += n) {
		n = COUNT(expressions) - i < AT_ONCE ? COUNT(expressions) - i : AT_ONCE;
		select_in_file(expressions + i, n, want + i);
	}
	for (i = 0; i < COUNT(expressions); i++) {
		if (want[i].total > 0 && (want[i].total < (int)frames || !expressions[i].text[0]))
			some++;
		else
			printf("# \"%s\" selects %d frames\n", expressions[i].text,
			       want[i].total);
	}
	return ok(some == COUNT(expressions), "each of %zu expressions selects some frames",
		  COUNT(expressions));
}

int main(int argc, char **argv)
{
	int status;

	if (system("tcpdump --version >/dev/null 2>&1")) {
		skip("tcpdump: not installed");
		return tap_done();
	}
	print_only = argc > 1 && !strcmp(argv[1], "selected");
	tap = open_tun(TAP, IFF_TAP | IFF_NO_PI);
	if (tap < 0 || !bring_up(TAP, 9000)) {
		skip("tap devices: need CONFIG_TUN");
		return tap_done();
	}
	if (prepare())
		test_tcpdump();
	status = tap_done();
	if (status)
		return status;
	tap_passed = 0;
	return in_every_mode(test_filters);
}
