// SPDX-License-Identifier: GPL-2.0-only
/*
 * Programs on tap and tun devices: a classic filter of what user space reads
 * (TUNATTACHFILTER), an extended one, and the program that chooses the queue.
 *
 * Runs as root.
 */
#include <netinet/in.h>
#include <poll.h>
#include <stdbool.h>
#include "load.h"
#include "classic_asm.h"
#include "tapdev.h"

#ifndef TUNSETSTEERINGEBPF
#define TUNSETSTEERINGEBPF _IOR('T', 224, int)
#endif
#ifndef TUNSETFILTEREBPF
#define TUNSETFILTEREBPF _IOR('T', 225, int)
#endif

#define TAP "taptun0"
#define QUEUES 3
#define FRAME 80

static int queue[QUEUES], tx = -1;

static int call(int fd, unsigned long request, void *arg)
{
	return ioctl(fd, request, arg) ? errno : 0;
}

static int attach(int fd, const struct sock_filter *insns, unsigned int len)
{
	struct sock_fprog prog = { .len = len, .filter = (struct sock_filter *)insns };

	return call(fd, TUNATTACHFILTER, &prog);
}

static int set_extended(int fd, unsigned long request, int prog)
{
	return call(fd, request, &prog);
}

static void drain(void)
{
	char sink[256];
	int i;

	for (i = 0; i < QUEUES; i++)
		while (read(queue[i], sink, sizeof(sink)) > 0)
			;
}

/* sends a frame out with @byte behind the link layer; bytes read, 0: none; *@from is
 * the queue
 */
static int send_out(unsigned char byte, int *from)
{
	unsigned char out[FRAME] = { 2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 0x88, 0xb5, byte };
	struct pollfd in[QUEUES];
	char got[256];
	int i, n = 0;

	drain();
	for (i = 0; i < QUEUES; i++)
		in[i] = (struct pollfd){ .fd = queue[i], .events = POLLIN };
	if (send(tx, out, sizeof(out), 0) != sizeof(out)) {
		perror("# send");
		return -1;
	}
	/* the device's transmit function runs in send(), unless another holds its lock */
	if (poll(in, QUEUES, 5) < 1)
		return 0;
	for (i = 0; i < QUEUES; i++) {
		if (!(in[i].revents & POLLIN))
			continue;
		n = read(queue[i], got, sizeof(got));
		if (from)
			*from = i;
	}
	return n;
}

/* ---- TUNATTACHFILTER ---------------------------------------------------------------- */

/* frames whose byte is at least 10 pass whole, 5 to 9 are cut to 20 bytes */
static const struct sock_filter by_byte[] = {
	LD_ABS(BPF_B, 14), JUMP(BPF_JMP | BPF_JGE | BPF_K, 10, 0, 1), RET_K(-1),
	JUMP(BPF_JMP | BPF_JGE | BPF_K, 5, 0, 1), RET_K(20), RET_K(0),
};

static bool filters_by_byte(void)
{
	return send_out(12, NULL) == FRAME && send_out(10, NULL) == FRAME &&
	       send_out(9, NULL) == 20 && send_out(5, NULL) == 20 &&
	       send_out(4, NULL) == 0 && send_out(0, NULL) == 0;
}

static void test_attach(void)
{
	static const struct sock_filter bad[] = { LD_ABS(BPF_B, 14) };
	struct sock_fprog prog = { .len = 1, .filter = (void *)0x10 }, got = { };

	ok(send_out(1, NULL) == FRAME, "a frame goes out");
	ok(!attach(queue[0], by_byte, COUNT(by_byte)) && filters_by_byte(),
	   "TUNATTACHFILTER: passes, cuts, drops");
	ok(!call(queue[0], TUNGETFILTER, &got) && got.len == COUNT(by_byte) &&
	   got.filter == by_byte, "TUNGETFILTER: what was attached");
	ok(call(queue[0], TUNATTACHFILTER, &prog) == EFAULT, "instructions nowhere: EFAULT");
	ok(call(queue[0], TUNATTACHFILTER, (void *)0x10) == EFAULT, "nowhere: EFAULT");
	ok(attach(queue[0], bad, COUNT(bad)) == EINVAL, "a bad program: EINVAL");
	ok(attach(queue[0], by_byte, 0) == EINVAL, "no instruction: EINVAL");
	ok(!attach(queue[0], by_byte, COUNT(by_byte)) && filters_by_byte(), "a good one again");
	ok(!call(queue[0], TUNDETACHFILTER, &prog) && send_out(0, NULL) == FRAME,
	   "TUNDETACHFILTER: everything passes");
	ok(!call(queue[0], TUNDETACHFILTER, &prog), "and once more");
}

/* all queues have the filter */
static void test_queues(void)
{
	int prog = -1, i, from, seen = 0;
	struct program p = { };

	/* the program chooses by the byte behind the one that the filter judges */
	ADD(&p, BPF_MOV64_REG(BPF_REG_6, BPF_REG_1), BPF_LD_ABS(BPF_B, 14), BPF_EXIT_INSN());
	prog = load(&p);
	ok(prog >= 0 && !set_extended(queue[0], TUNSETSTEERINGEBPF, prog),
	   "TUNSETSTEERINGEBPF");
	for (i = 0; i < 30; i++) {
		from = -1;
		send_out(i, &from);
		seen += from == i % QUEUES;
	}
	ok(seen == 30, "the program's number modulo the queues");
	ok(!attach(queue[1], by_byte, COUNT(by_byte)) && filters_by_byte(),
	   "a filter attached to one queue is every queue's");
	from = -1;
	ok(send_out(5, &from) == 20 && from == 2, "the last one's");
	call(queue[0], TUNDETACHFILTER, &from);
	ok(set_extended(queue[0], TUNSETSTEERINGEBPF, queue[0]) == EINVAL,
	   "steering by a tap: EINVAL");
	ok(set_extended(queue[0], TUNSETSTEERINGEBPF, 999) == EBADF, "by nothing: EBADF");
	ok(call(queue[0], TUNSETSTEERINGEBPF, (void *)0x10) == EFAULT, "from nowhere: EFAULT");
	from = -1;
	ok(send_out(1, &from) == FRAME && from == 1, "which change nothing");
	close(prog);
	from = -1;
	ok(send_out(2, &from) == FRAME && from == 2, "the device holds the program");
	ok(!set_extended(queue[0], TUNSETSTEERINGEBPF, -1) && send_out(2, &from) == FRAME,
	   "no program any more");
}

/* ---- TUNSETFILTEREBPF -------------------------------------------------------------------- */

static void test_extended(void)
{
	struct program p = { };
	int prog;

	/* the byte is how much passes */
	ADD(&p, BPF_MOV64_REG(BPF_REG_6, BPF_REG_1), BPF_LD_ABS(BPF_B, 14), BPF_EXIT_INSN());
	prog = load(&p);
	ok(prog >= 0 && !set_extended(queue[0], TUNSETFILTEREBPF, prog), "TUNSETFILTEREBPF");
	ok(send_out(0, NULL) == 0, "0 drops");
	ok(send_out(33, NULL) == 33, "33 cuts");
	ok(send_out(FRAME, NULL) == FRAME && send_out(255, NULL) == FRAME, "more is all of it");
	ok(!attach(queue[0], by_byte, COUNT(by_byte)) && send_out(3, NULL) == 0 &&
	   send_out(7, NULL) == 7 && send_out(12, NULL) == 12 && send_out(90, NULL) == FRAME,
	   "and a classic filter before it");
	call(queue[0], TUNDETACHFILTER, &prog);
	ok(set_extended(queue[0], TUNSETFILTEREBPF, tx) == EINVAL &&
	   set_extended(queue[0], TUNSETFILTEREBPF, 999) == EBADF, "EINVAL, EBADF");
	close(prog);
	ok(send_out(21, NULL) == 21, "the device holds it");
	ok(!set_extended(queue[0], TUNSETFILTEREBPF, -1) && send_out(21, NULL) == FRAME,
	   "until it is taken off");
}

static void test_tun(void)
{
	int tun = open_tun("tuntun0", IFF_TUN | IFF_NO_PI);
	struct sock_fprog got;

	if (!ok(tun >= 0, "a tun"))
		return;
	ok(attach(tun, by_byte, COUNT(by_byte)) == EINVAL, "TUNATTACHFILTER: EINVAL on a tun");
	ok(call(tun, TUNDETACHFILTER, &got) == EINVAL, "TUNDETACHFILTER: too");
	ok(call(tun, TUNGETFILTER, &got) == EINVAL, "TUNGETFILTER: too");
	close(tun);
}

static void test_all(void)
{
	int i;

	for (i = 0; i < QUEUES; i++) {
		queue[i] = open_tun(TAP, IFF_TAP | IFF_NO_PI | IFF_MULTI_QUEUE);
		fcntl(queue[i], F_SETFL, O_NONBLOCK);
	}
	if (queue[QUEUES - 1] < 0 || !bring_up(TAP, 1500)) {
		skip("tap devices: need CONFIG_TUN");
		return;
	}
	tx = open_sniffer(TAP, SOCK_RAW);
	test_attach();
	test_queues();
	test_extended();
	test_tun();
	for (i = 0; i < QUEUES; i++)
		close(queue[i]);
	close(tx);
}

int main(void)
{
	return in_every_mode(test_all);
}
