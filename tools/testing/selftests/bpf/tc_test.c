// SPDX-License-Identifier: GPL-2.0-only
/*
 * Classic programs in traffic control, set up by Debian's tc: cls_bpf on the way in
 * and out, with a class, with actions, deciding itself; act_bpf; what tc shows of
 * them.
 *
 * Runs as root. Skips where there is no tc.
 */
#include <netinet/in.h>
#include <poll.h>
#include <stdarg.h>
#include "classic_asm.h"
#include "tapdev.h"

/* by its place: the shell has a smaller one of this name built in */
#define TC "/sbin/tc"

#define DEV "taptc0"
#define FRAME 80
#define BYTE 50		/* where frames differ */

static int tap = -1, tx = -1, rx = -1;

/* ---- tc ---------------------------------------------------------------------------------- */

/* status of "tc ..."; what it complains about is shown where @loud */
__attribute__((format(printf, 2, 3)))
static int tc(bool loud, const char *fmt, ...)
{
	char command[4096];
	va_list args;
	int n;

	n = snprintf(command, sizeof(command), TC " ");
	va_start(args, fmt);
	n += vsnprintf(command + n, sizeof(command) - n, fmt, args);
	va_end(args);
	snprintf(command + n, sizeof(command) - n, " 2>/tmp/tc.err");
	fflush(stdout);
	n = system(command);
	if (n && loud && system("sed 's/^/# /' /tmp/tc.err"))
		perror("# sed");
	return n;
}

/* a program as tc wants it written */
static const char *text_of(const struct sock_filter *insns, unsigned int len)
{
	static char text[2][2048];
	static unsigned int turn;
	char *out = text[turn++ % 2];
	unsigned int i;
	int n;

	n = sprintf(out, "%u", len);
	for (i = 0; i < len; i++)
		n += sprintf(out + n, ",%u %u %u %u", insns[i].code, insns[i].jt, insns[i].jf,
			     insns[i].k);
	return out;
}

#define TEXT(...) text_of((struct sock_filter[]){ __VA_ARGS__ },		\
			  COUNT(((struct sock_filter[]){ __VA_ARGS__ })))

/* does the output of a command have @part? */
static bool shows(const char *command, const char *part)
{
	static char text[65536];
	FILE *in = popen(command, "r");
	size_t n;

	if (!in)
		return false;
	n = fread(text, 1, sizeof(text) - 1, in);
	text[n] = 0;
	pclose(in);
	if (strstr(text, part))
		return true;
	printf("# no \"%s\" in: %.400s\n", part, text);
	return false;
}

/* packets that a class of the device's queueing discipline has had */
static long class_packets(const char *id)
{
	char line[512], start[64];
	long bytes, packets = -1;
	bool ours = false;
	FILE *in = popen(TC " -s class show dev " DEV, "r");

	snprintf(start, sizeof(start), "class prio %s ", id);
	while (in && fgets(line, sizeof(line), in)) {
		if (!strncmp(line, "class ", 6))
			ours = !strncmp(line, start, strlen(start));
		else if (ours && sscanf(line, " Sent %ld bytes %ld pkt", &bytes, &packets) == 2)
			break;
	}
	if (in)
		pclose(in);
	return packets;
}

/* ---- packets ------------------------------------------------------------------------------- */

static void make_frame(unsigned char *frame, unsigned char byte)
{
	static const unsigned char head[] = {
		0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2, 0, 0, 0, 0, 2, 8, 0, 0x45, 0, 0, 66,
		0, 0, 0, 0, 64, 17, 0, 0, 10, 1, 1, 1, 10, 1, 1, 2,
	};

	memset(frame, 0, FRAME);
	memcpy(frame, head, sizeof(head));
	frame[BYTE] = byte;
}

/* a frame with @byte comes in, and gets behind the ingress hook */
static bool comes_in(unsigned char byte)
{
	unsigned char frame[FRAME];
	bool got = false;

	make_frame(frame, byte);
	while (recv(rx, frame, 1, MSG_DONTWAIT) >= 0)
		;
	if (write(tap, frame, FRAME) != FRAME)
		perror("# write");
	while (recv(rx, frame, sizeof(frame), MSG_DONTWAIT) == FRAME)
		got |= frame[BYTE] == byte;
	return got;
}

/* the same the other way */
static bool goes_out(unsigned char byte)
{
	struct pollfd in = { .fd = tap, .events = POLLIN };
	unsigned char frame[FRAME];
	bool got = false;

	make_frame(frame, byte);
	while (read(tap, frame, FRAME) > 0)
		;
	make_frame(frame, byte);
	if (send(tx, frame, FRAME, 0) != FRAME && errno != ENOBUFS)
		perror("# send");
	while (poll(&in, 1, 5) == 1 && read(tap, frame, FRAME) == FRAME)
		got |= frame[BYTE] == byte;
	return got;
}

/* which of the bytes 0 to 7 get through, as bits */
static unsigned int through(bool (*way)(unsigned char byte))
{
	unsigned int got = 0, i;

	for (i = 0; i < 8; i++)
		got |= way(i) << i;
	return got;
}

/* actions that only drop, or only let go on, as programs too */
#define DROP "action bpf bytecode '1,6 0 0 2'"
#define PASS "action bpf bytecode '1,6 0 0 0'"

/* ---- cls_bpf -------------------------------------------------------------------------------- */

#define FILTER "filter %s dev " DEV " %s protocol all prio %u bpf "

/* matches bytes with one of the bits of @mask */
#define IF_BITS(mask) LD_ABS(BPF_B, BYTE),					\
	JUMP(BPF_JMP | BPF_JSET | BPF_K, mask, 0, 1), RET_K(-1), RET_K(0)

static void test_classifier(const char *hook, bool (*way)(unsigned char byte))
{
	static const struct sock_filter bad[] = { LD_ABS(BPF_B, BYTE) };
	char show[128];
	const char *text = TEXT(IF_BITS(4));

	snprintf(show, sizeof(show), TC " filter show dev " DEV " %s", hook);
	ok(!tc(true, FILTER "bytecode '%s' flowid 1:1 " DROP, "add", hook, 2, text) &&
	   through(way) == 0x0f, "%s: a filter whose match is dropped", hook);
	ok(shows(show, text), "%s: tc shows it", hook);
	ok(!tc(true, FILTER "bytecode '%s' flowid 1:1 " PASS, "add", hook, 1,
	       TEXT(IF_BITS(1))) && through(way) == 0xaf, "%s: another before it", hook);
	ok(tc(false, FILTER "bytecode '%s' flowid 1:1 " DROP, "add", hook, 3,
	      text_of(bad, COUNT(bad))) && through(way) == 0xaf,
	   "%s: a bad program is refused", hook);
	ok(!tc(true, FILTER "bytecode '%s' flowid 1:1 " DROP, "add", hook, 3,
	       TEXT(LD_ABS(BPF_W, FRAME - 3), RET_K(-1))) && through(way) == 0xaf,
	   "%s: a load behind the end is no match", hook);
	ok(!tc(true, "filter del dev " DEV " %s prio 1", hook) &&
	   !tc(true, "filter del dev " DEV " %s prio 3", hook) && through(way) == 0x0f &&
	   !tc(true, "filter del dev " DEV " %s prio 2", hook) && through(way) == 0xff,
	   "%s: removed", hook);

	/* the return value is the action: 0 go on, 2 drop, -1 the next filter */
	ok(!tc(true, FILTER "bytecode '%s' da", "add", hook, 1,
	       TEXT(LD_ABS(BPF_B, BYTE), STMT(BPF_ALU | BPF_AND | BPF_K, 3),
		    IF_EQ(3, 0, 1), RET_K(-1), IF_EQ(2, 0, 1), RET_K(2), RET_K(0))) &&
	   !tc(true, FILTER "bytecode '%s' da", "add", hook, 2, TEXT(RET_K(2))) &&
	   through(way) == 0x33, "%s: filters that decide themselves", hook);
	ok(!tc(true, "filter del dev " DEV " %s", hook) && through(way) == 0xff,
	   "%s: all removed", hook);
}

static void test_class(void)
{
	long before[3], i;
	static const char *const ids[] = { "1:1", "1:2", "1:3" };

	if (!ok(!tc(true, "qdisc add dev " DEV " root handle 1: prio bands 3 "
		    "priomap 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0"), "a discipline of three bands"))
		return;
	/* byte 1: the class of the filter; byte 2: its own; byte 3: another; else none */
	ok(!tc(true, "filter add dev " DEV " parent 1: protocol all prio 1 bpf bytecode '%s' "
	       "flowid 1:2", TEXT(LD_ABS(BPF_B, BYTE), IF_EQ(1, 0, 1), RET_K(-1),
				  IF_EQ(2, 0, 1), RET_K(0x10003), IF_EQ(3, 0, 1),
				  RET_K(0x10002), RET_K(0))), "a filter that says the class");
	for (i = 0; i < 3; i++)
		before[i] = class_packets(ids[i]);
	ok(goes_out(1) && goes_out(2) && goes_out(3) && goes_out(2) && goes_out(2) &&
	   goes_out(0), "packets go out");
	ok(class_packets("1:2") - before[1] == 2, "two by class 1:2, one as the filter says");
	ok(class_packets("1:3") - before[2] == 3, "three by class 1:3");
	ok(class_packets("1:1") - before[0] >= 1, "what matches nothing by class 1:1");
	tc(true, "qdisc del dev " DEV " root");
}

/* ---- act_bpf ----------------------------------------------------------------------------------- */

/* everything comes to action bpf with program @text, and to what else @rest says */
static int set_action(bool loud, const char *text, const char *rest)
{
	tc(false, "filter del dev " DEV " ingress");
	return tc(loud, FILTER "bytecode '1,6 0 0 4294967295' flowid 1:1 "
		  "action bpf bytecode '%s' %s", "add", "ingress", 1, text, rest);
}

static void test_action(void)
{
	/* bytes 0, 1: go on (0); 2, 3: drop (2); 4, 5: the next action (3); 6, 7: default */
	const char *text = TEXT(LD_ABS(BPF_B, BYTE), STMT(BPF_ALU | BPF_RSH | BPF_K, 1),
				IF_EQ(0, 0, 1), RET_K(0), IF_EQ(1, 0, 1), RET_K(2),
				IF_EQ(2, 0, 1), RET_K(3), RET_K(-1));

	ok(!set_action(true, text, "pass " DROP) && through(comes_in) == 0xc3,
	   "act_bpf: go on, drop, the next action, the default");
	ok(shows(TC " filter show dev " DEV " ingress", text), "act_bpf: tc shows it");
	ok(!set_action(true, text, "drop") && through(comes_in) == 0x33,
	   "act_bpf: another default");
	ok(set_action(false, "1,40 0 0 12", "pass"), "act_bpf: a bad program is refused");
	ok(through(comes_in) == 0xff, "act_bpf: and nothing is left");
}

static void test_all(void)
{
	struct sockaddr_ll ip = {
		.sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_IP),
	};

	tap = open_tun(DEV, IFF_TAP | IFF_NO_PI);
	if (tap < 0 || !bring_up(DEV, 1500)) {
		skip("tap devices: need CONFIG_TUN");
		return;
	}
	fcntl(tap, F_SETFL, O_NONBLOCK);
	tx = open_sniffer(DEV, SOCK_RAW);
	/* sockets of one protocol come after the ingress hook */
	ip.sll_ifindex = if_nametoindex(DEV);
	rx = socket(AF_PACKET, SOCK_RAW, 0);
	if (bind(rx, (void *)&ip, sizeof(ip)) || tc(true, "qdisc add dev " DEV " clsact")) {
		skip("tc: needs CONFIG_NET_SCH_INGRESS");
		return;
	}
	ok(through(comes_in) == 0xff && through(goes_out) == 0xff, "without filters all pass");
	test_classifier("ingress", comes_in);
	test_classifier("egress", goes_out);
	test_class();
	test_action();
	close(tap);
	close(tx);
	close(rx);
}

int main(void)
{
	if (access(TC, X_OK)) {
		skip(TC ": not installed");
		return tap_done();
	}
	return in_every_mode(test_all);
}
