// SPDX-License-Identifier: GPL-2.0-only
/*
 * Classic programs of a ppp unit: which packets pass it (PPPIOCSPASS) and which count
 * as activity (PPPIOCSACTIVE). The unit's channel is one end of a pseudo terminal, the
 * test is the peer at the other end.
 *
 * Runs as root.
 */
#include <linux/ppp-ioctl.h>
#include <netinet/in.h>
#include <poll.h>
#include <termios.h>
#include "classic_asm.h"
#include "tapdev.h"

#define N_PPP_LINE 3
#define PROTO_IP 0x0021

static int terminal, line, channel, unit, sniffer, number = -1;

/* ---- frames on an asynchronous line (RFC 1662) ----------------------------------------- */

static unsigned short fcs_of(const unsigned char *p, unsigned int len)
{
	unsigned int fcs = 0xffff, bit;

	while (len--) {
		fcs ^= *p++;
		for (bit = 0; bit < 8; bit++)
			fcs = fcs & 1 ? fcs >> 1 ^ 0x8408 : fcs >> 1;
	}
	return ~fcs;
}

static unsigned int put_escaped(unsigned char *out, unsigned char byte)
{
	if (byte >= 0x20 && byte != 0x7d && byte != 0x7e) {
		out[0] = byte;
		return 1;
	}
	out[0] = 0x7d;
	out[1] = byte ^ 0x20;
	return 2;
}

/* the peer sends a packet of IP */
static bool peer_sends(const unsigned char *ip, unsigned int len)
{
	unsigned char plain[256] = { 0xff, 0x03, 0, PROTO_IP }, out[600];
	unsigned int i, n = 0, fcs;

	memcpy(plain + 4, ip, len);
	len += 4;
	fcs = fcs_of(plain, len);
	plain[len++] = fcs;
	plain[len++] = fcs >> 8;
	out[n++] = 0x7e;
	for (i = 0; i < len; i++)
		n += put_escaped(out + n, plain[i]);
	out[n++] = 0x7e;
	return write(terminal, out, n) == (ssize_t)n;
}

/* IPv4, UDP to @port */
static unsigned int make_packet(unsigned char *p, unsigned int port)
{
	static const unsigned char head[] = {
		0x45, 0, 0, 40, 0, 0, 0, 0, 64, 17, 0, 0, 10, 9, 0, 2, 10, 9, 0, 1,
		0x30, 0x39, 0, 0, 0, 20, 0, 0,
	};

	memset(p, 'p', 40);
	memcpy(p, head, sizeof(head));
	p[22] = port >> 8;
	p[23] = port;
	return 40;
}

/* ---- the two ways through ------------------------------------------------------------------- */

static bool comes_in(unsigned int port)
{
	struct pollfd in = { .fd = sniffer, .events = POLLIN };
	unsigned char p[64];
	char byte;

	while (recv(sniffer, &byte, 1, MSG_DONTWAIT) >= 0)
		;
	if (!peer_sends(p, make_packet(p, port)))
		perror("# write to the line");
	/* the line's packets come out of a work queue and a tasklet */
	return poll(&in, 1, 60) == 1;
}

static bool goes_out(unsigned int port)
{
	struct sockaddr_ll to = {
		.sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_IP),
	};
	struct pollfd in = { .fd = terminal, .events = POLLIN };
	unsigned char p[600];
	unsigned int len;
	char name[16];

	snprintf(name, sizeof(name), "ppp%d", number);
	to.sll_ifindex = if_nametoindex(name);
	tcflush(terminal, TCIFLUSH);
	while (poll(&in, 1, 0) == 1 && read(terminal, p, sizeof(p)) > 0)
		;
	len = make_packet(p, port);
	if (sendto(sniffer, p, len, 0, (void *)&to, sizeof(to)) != (ssize_t)len)
		perror("# send over ppp");
	if (poll(&in, 1, 60) != 1)
		return false;
	usleep(2000);
	return read(terminal, p, sizeof(p)) > 0;
}

/* ---- the unit --------------------------------------------------------------------------------- */

static bool bring_unit_up(void)
{
	struct npioctl mode = { PROTO_IP, NPMODE_PASS };
	char name[16];

	snprintf(name, sizeof(name), "ppp%d", number);
	sniffer = bring_up(name, 1500) ? open_sniffer(name, SOCK_DGRAM) : -1;
	return sniffer >= 0 && !ioctl(unit, PPPIOCSNPMODE, &mode);
}

static bool open_unit(void)
{
	int discipline = N_PPP_LINE, index;
	struct termios raw;

	terminal = open("/dev/ptmx", O_RDWR | O_NOCTTY);
	if (terminal < 0 || grantpt(terminal) || unlockpt(terminal))
		return false;
	line = open(ptsname(terminal), O_RDWR | O_NOCTTY);
	if (line < 0 || tcgetattr(line, &raw))
		return false;
	cfmakeraw(&raw);
	tcsetattr(line, TCSANOW, &raw);
	fcntl(terminal, F_SETFL, O_NONBLOCK);
	if (ioctl(line, TIOCSETD, &discipline) || ioctl(line, PPPIOCGCHAN, &index))
		return false;
	channel = open("/dev/ppp", O_RDWR);
	unit = open("/dev/ppp", O_RDWR);
	if (channel < 0 || unit < 0 || ioctl(channel, PPPIOCATTCHAN, &index) ||
	    ioctl(unit, PPPIOCNEWUNIT, &number) || ioctl(channel, PPPIOCCONNECT, &number))
		return false;
	return bring_unit_up();
}

static int set_filter(unsigned long request, const struct sock_filter *insns,
		      unsigned int len)
{
	struct sock_fprog prog = { .len = len, .filter = (struct sock_filter *)insns };

	return ioctl(unit, request, &prog) ? errno : 0;
}

/* ---- what passes ------------------------------------------------------------------------------ */

/* It sees a header of four bytes, the first tells the direction (1: out), the last two
 * the protocol. Port 1 passes out only, port 2 in only, port 3 both, port 4 neither.
 */
static const struct sock_filter by_port[] = {
	LD_ABS(BPF_H, 2), IF_EQ(PROTO_IP, 0, 9),
	STMT(BPF_LDX | BPF_B | BPF_MSH, 4),
	STMT(BPF_LD | BPF_H | BPF_IND, 4 + 2), IF_EQ(3, 6, 0),
	IF_EQ(1, 1, 0), IF_EQ(2, 0, 5),
	/* direction 1 for port 1, 0 for port 2 */
	STMT(BPF_MISC | BPF_TAX, 0), LD_ABS(BPF_B, 0),
	STMT(BPF_ALU | BPF_ADD | BPF_X, 0), IF_EQ(2, 0, 1), RET_K(-1), RET_K(0),
};

static void test_pass(void)
{
	static const struct sock_filter bad[] = { LD_ABS(BPF_H, 2) };
	static const struct sock_filter all[] = { RET_K(1) };
	struct sock_fprog wild = { .len = 1, .filter = (void *)0x10 };

	ok(goes_out(1) && comes_in(1), "without a filter packets pass");
	ok(!set_filter(PPPIOCSPASS, by_port, COUNT(by_port)), "PPPIOCSPASS");
	ok(goes_out(1) && !comes_in(1), "a port that passes out only");
	ok(!goes_out(2) && comes_in(2), "one that passes in only");
	ok(goes_out(3) && comes_in(3), "one that passes both ways");
	ok(!goes_out(4) && !comes_in(4), "one that passes neither way");
	ok(set_filter(PPPIOCSPASS, bad, 1) == EINVAL, "a bad program: EINVAL");
	ok(ioctl(unit, PPPIOCSPASS, &wild) && errno == EFAULT, "instructions nowhere: EFAULT");
	ok(ioctl(unit, PPPIOCSPASS, (void *)0x10) && errno == EFAULT, "nowhere: EFAULT");
	ok(!goes_out(4) && goes_out(1), "which change nothing");
	ok(!set_filter(PPPIOCSPASS, all, 1) && goes_out(4) && comes_in(4), "replace");
	ok(!set_filter(PPPIOCSPASS, by_port, COUNT(by_port)) && !goes_out(4), "and back");
	ok(!set_filter(PPPIOCSPASS, NULL, 0) && goes_out(4) && comes_in(4),
	   "a program of no instructions is none");
}

/* ---- what is activity -------------------------------------------------------------------------- */

/* whole seconds since the last activity */
static struct ppp_idle idle_time(void)
{
	struct ppp_idle idle = { -1, -1 };

	if (ioctl(unit, PPPIOCGIDLE, &idle))
		perror("# PPPIOCGIDLE");
	return idle;
}

/* until it has been idle for a second both ways; false: never */
static bool wait_idle(void)
{
	struct ppp_idle idle = { };
	int tries;

	for (tries = 0; tries < 100 && !(idle.xmit_idle >= 1 && idle.recv_idle >= 1); tries++) {
		usleep(50000);
		idle = idle_time();
	}
	return tries < 100;
}

static void test_active(void)
{
	struct ppp_idle idle;

	ok(!set_filter(PPPIOCSACTIVE, by_port, COUNT(by_port)), "PPPIOCSACTIVE");
	ok(goes_out(1) && comes_in(2) && wait_idle(), "idle after a second");
	ok(goes_out(4) && comes_in(4) && goes_out(2) && comes_in(1),
	   "what is no activity passes");
	idle = idle_time();
	ok(idle.xmit_idle >= 1 && idle.recv_idle >= 1, "and leaves the unit idle");
	ok(goes_out(1), "a packet out that is activity");
	idle = idle_time();
	ok(!idle.xmit_idle && idle.recv_idle >= 1, "ends that way's idleness");
	ok(comes_in(2), "a packet in that is activity");
	idle = idle_time();
	ok(!idle.recv_idle, "ends the other's");
	ok(!set_filter(PPPIOCSACTIVE, NULL, 0), "no program any more");
}

static void test_all(void)
{
	if (!open_unit()) {
		if (access("/dev/ppp", F_OK))
			skip("ppp: needs CONFIG_PPP");
		else
			ok(false, "a ppp unit over a pseudo terminal: %s", strerror(errno));
		return;
	}
	test_pass();
	test_active();
	close(sniffer);
	close(channel);
	close(unit);
	close(line);
	close(terminal);
}

int main(void)
{
	return in_every_mode(test_all);
}
