// SPDX-License-Identifier: GPL-2.0-only
/*
 * seccomp filters: classic programs on struct seccomp_data instead of a packet.
 * Each claim is a child that installs a filter, makes system calls and says by its
 * end what came of them.
 *
 * Built for 32 bits too.
 */
#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include "classic_asm.h"
#include "seccomp_child.h"

#ifndef SECCOMP_RET_KILL_PROCESS
#define SECCOMP_RET_KILL_PROCESS 0x80000000U
#endif
#ifdef __x86_64__
#define NATIVE AUDIT_ARCH_X86_64
#else
#define NATIVE AUDIT_ARCH_I386
#endif

/* an argument as wide as they are */
#define FIRST ((long)(sizeof(long) == 8 ? 0x8765432112345678 : 0x12345678))

#define RET(k) STMT(BPF_RET | BPF_K, k)
#define LOAD(k) STMT(BPF_LD | BPF_W | BPF_ABS, k)
#define FIELD(f) LOAD(offsetof(struct seccomp_data, f))

static int install(const struct sock_filter *insns, unsigned int len)
{
	struct sock_fprog prog = { .len = len, .filter = (struct sock_filter *)insns };

	return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &prog) ? errno : 0;
}

/* ---- what is refused -------------------------------------------------------------- */

struct verdict {
	const char *what;
	int want;
	unsigned int len;
	struct sock_filter insns[4];
};

#define ALLOW RET(SECCOMP_RET_ALLOW)

static const struct verdict verdicts[] = {
	{ "smallest program", 0, PROGRAM(ALLOW) },
	{ "last word of the data", 0, PROGRAM(LOAD(60), ALLOW) },
	{ "behind the data", EINVAL, PROGRAM(LOAD(64), ALLOW) },
	{ "offset not aligned", EINVAL, PROGRAM(LOAD(2), ALLOW) },
	{ "negative offset", EINVAL, PROGRAM(LOAD(-4096), ALLOW) },
	{ "load of two bytes", EINVAL, PROGRAM(STMT(BPF_LD | BPF_H | BPF_ABS, 0), ALLOW) },
	{ "indirect load", EINVAL, PROGRAM(STMT(BPF_LD | BPF_W | BPF_IND, 0), ALLOW) },
	{ "header length", EINVAL, PROGRAM(STMT(BPF_LDX | BPF_B | BPF_MSH, 0), ALLOW) },
	{ "modulo", EINVAL, PROGRAM(STMT(BPF_ALU | BPF_MOD | BPF_K, 2), ALLOW) },
	{ "its own rewritten load", EINVAL,
	  PROGRAM(STMT(BPF_LDX | BPF_W | BPF_ABS, 0), ALLOW) },
	{ "no return", EINVAL, PROGRAM(LOAD(0)) },
	{ "word not written", EINVAL, PROGRAM(STMT(BPF_LD | BPF_MEM, 0), ALLOW) },
	{ "no instruction", EINVAL, 0, { } },
};

static int try_install(const void *arg)
{
	const struct verdict *v = arg;

	return install(v->insns, v->len);
}

static int try_wild(const void *arg)
{
	return install((void *)0x10, 1);
}

static int try_unprivileged(const void *arg)
{
	static const struct sock_filter allow[] = { ALLOW };

	/* a fresh process without no_new_privs and without capabilities */
	if (setresuid(65534, 65534, 65534))
		return 201;
	return install(allow, 1);
}

static void test_verdicts(void)
{
	unsigned int i;
	int status;
	pid_t pid;

	for (i = 0; i < COUNT(verdicts); i++)
		ok(exits_with(in_child(try_install, &verdicts[i]), verdicts[i].want),
		   "%s: %s", verdicts[i].what,
		   verdicts[i].want ? strerrorname_np(verdicts[i].want) : "accepted");
	ok(exits_with(in_child(try_wild, NULL), EFAULT), "wild pointer: EFAULT");

	fflush(stdout);
	pid = fork();
	if (!pid)
		_exit(try_unprivileged(NULL));
	waitpid(pid, &status, 0);
	ok(exits_with(status, EACCES), "neither privilege nor no_new_privs: EACCES");
}

/* ---- what the return value does ------------------------------------------------------ */

/* @action for PROBE, everything else is allowed */
static int install_for_probe(__u32 action)
{
	const struct sock_filter insns[] = {
		FIELD(nr), IF_EQ(PROBE, 0, 1), RET(action), ALLOW,
	};

	return install(insns, COUNT(insns));
}

static int probe_with(const void *arg)
{
	long got;

	if (install_for_probe(*(const __u32 *)arg))
		return 202;
	got = syscall(PROBE, 0);
	return got < 0 ? errno : 100;
}

static siginfo_t trapped;

static void on_trap(int sig, siginfo_t *info, void *context)
{
	trapped = *info;
}

static int probe_trap(const void *arg)
{
	struct sigaction act = { .sa_sigaction = on_trap, .sa_flags = SA_SIGINFO };

	sigaction(SIGSYS, &act, NULL);
	if (install_for_probe(SECCOMP_RET_TRAP | 77))
		return 202;
	syscall(PROBE, 0);
	return trapped.si_signo == SIGSYS && trapped.si_errno == 77 &&
	       trapped.si_syscall == PROBE && trapped.si_arch == NATIVE ? 0 : 1;
}

static void test_actions(void)
{
	static const __u32 errno_7 = SECCOMP_RET_ERRNO | 7;
	static const __u32 allow = SECCOMP_RET_ALLOW;
	static const __u32 kill_thread = SECCOMP_RET_KILL;
	static const __u32 kill_process = SECCOMP_RET_KILL_PROCESS;
	static const __u32 log = SECCOMP_RET_LOG;
	int status;

	ok(exits_with(in_child(probe_with, &errno_7), 7), "SECCOMP_RET_ERRNO");
	ok(exits_with(in_child(probe_with, &allow), 100), "SECCOMP_RET_ALLOW");
	ok(exits_with(in_child(probe_with, &log), 100), "SECCOMP_RET_LOG");
	ok(exits_with(in_child(probe_trap, NULL), 0), "SECCOMP_RET_TRAP");
	status = in_child(probe_with, &kill_thread);
	ok(WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS, "SECCOMP_RET_KILL");
	status = in_child(probe_with, &kill_process);
	ok(WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS, "SECCOMP_RET_KILL_PROCESS");
}

/* ---- what the program sees ---------------------------------------------------------- */

/* loads @off on PROBE; ERRNO 1 where A is @want, otherwise 2 */
static int install_compare(struct sock_filter load, __u32 want)
{
	const struct sock_filter insns[] = {
		FIELD(nr), IF_EQ(PROBE, 0, 3),
		load, IF_EQ(want, 0, 2), RET(SECCOMP_RET_ERRNO | 1),
		ALLOW, RET(SECCOMP_RET_ERRNO | 2),
	};

	return install(insns, COUNT(insns));
}

struct seen {
	struct sock_filter load;
	__u32 want;
};

static int probe_seen(const void *arg)
{
	const struct seen *seen = arg;

	if (install_compare(seen->load, seen->want))
		return 202;
	return syscall(PROBE, FIRST, 0x22222222L, 0x33333333L,
		       0x44444444L, 0x55555555L, 0x66666666L) < 0 ? errno : 100;
}

static bool sees(struct sock_filter load, __u32 want)
{
	const struct seen seen = { load, want };

	return exits_with(in_child(probe_seen, &seen), 1);
}

#define SEES(want, what, ...) ok(sees((struct sock_filter)__VA_ARGS__, want), what)
#define ARG(n, half) LOAD(offsetof(struct seccomp_data, args[n]) + 4 * (half))

static void test_data(void)
{
	SEES(PROBE, "nr", FIELD(nr));
	SEES(NATIVE, "arch", FIELD(arch));
	SEES(0x12345678, "first argument, low half", ARG(0, 0));
	SEES(sizeof(long) == 8 ? 0x87654321 : 0, "first argument, high half", ARG(0, 1));
	SEES(0x22222222, "second argument", ARG(1, 0));
	SEES(0x66666666, "sixth argument", ARG(5, 0));
	SEES(sizeof(struct seccomp_data), "length", STMT(BPF_LD | BPF_W | BPF_LEN, 0));
	SEES(0, "M[] and X start at 0 as far as readable", STMT(BPF_MISC | BPF_TXA, 0));
}

/* ---- big filters --------------------------------------------------------------------- */

/* a rule of two instructions for each number from 1000 up, PROBE's last */
static int probe_many(const void *arg)
{
	unsigned int rules = *(const unsigned int *)arg, i, n = 0;
	struct sock_filter *insns = calloc(2 * rules + 4, sizeof(*insns));

	insns[n++] = (struct sock_filter)FIELD(nr);
	for (i = 0; i < rules; i++) {
		insns[n++] = (struct sock_filter)IF_EQ(i + 1 < rules ? 1000 + i : PROBE, 0, 1);
		insns[n++] = (struct sock_filter)RET(SECCOMP_RET_ERRNO | (i % 90 + 1));
	}
	insns[n++] = (struct sock_filter)ALLOW;
	if (install(insns, n))
		return 202;
	for (i = 0; i + 1 < rules; i += 7) {
		if (syscall(1000 + i) != -1 || errno != (int)(i % 90 + 1))
			return 203;
	}
	if (syscall(OTHER, 0) < 0)
		return 204;
	return syscall(PROBE, 0) < 0 ? errno : 100;
}

/* several filters on one task: the most severe verdict wins */
static int probe_stacked(const void *arg)
{
	unsigned int i;

	for (i = 0; i < 40; i++)
		if (install_for_probe(SECCOMP_RET_ERRNO | (100 - i)))
			return 202;
	if (syscall(OTHER, 0) < 0)
		return 204;
	return syscall(PROBE, 0) < 0 ? errno : 100;
}

static int try_longest(const void *arg)
{
	struct sock_filter *insns = calloc(BPF_MAXINSNS + 1, sizeof(*insns));
	unsigned int i;

	for (i = 0; i <= BPF_MAXINSNS; i++)
		insns[i] = (struct sock_filter)FIELD(nr);
	insns[BPF_MAXINSNS] = (struct sock_filter)ALLOW;
	if (install(insns, BPF_MAXINSNS + 1) != EINVAL)
		return 1;
	insns[BPF_MAXINSNS - 1] = (struct sock_filter)ALLOW;
	return install(insns, BPF_MAXINSNS) ? 2 : 0;
}

static void test_big(void)
{
	static const unsigned int few = 300, many = 2000;

	ok(exits_with(in_child(probe_many, &few), 299 % 90 + 1), "300 rules");
	ok(exits_with(in_child(probe_many, &many), 1999 % 90 + 1), "2000 rules");
	ok(exits_with(in_child(probe_stacked, NULL), 61), "40 filters, the last one wins");
	ok(exits_with(in_child(try_longest, NULL), 0), "4096 instructions, not 4097");
}

/* ---- all of what is refused ----------------------------------------------------------------- */

/* each opcode alone; several answers stack up harmlessly in one child */
static int try_opcodes(const void *arg)
{
	static const unsigned char legal[] = {
		0x20, 0x80, 0x81, 0x06, 0x16,
		0x04, 0x0c, 0x14, 0x1c, 0x24, 0x2c, 0x34, 0x3c, 0x54, 0x5c, 0x44, 0x4c, 0xa4,
		0xac, 0x64, 0x6c, 0x74, 0x7c, 0x84,
		0x00, 0x01, 0x07, 0x87, 0x60, 0x61, 0x02, 0x03,
		0x05, 0x15, 0x1d, 0x25, 0x2d, 0x35, 0x3d, 0x45, 0x4d,
	};
	unsigned int code, wrong = 0, i;

	for (code = 0; code < 300; code++) {
		struct sock_filter insns[] = {
			STMT(BPF_ST, 0), STMT(BPF_LDX | BPF_IMM, 1), STMT(code, 0),
			ALLOW, ALLOW,
		};
		bool want = false;
		int got;

		for (i = 0; i < COUNT(legal); i++)
			want |= legal[i] == code;
		if (BPF_CLASS(code) == BPF_ALU && BPF_OP(code) == BPF_DIV)
			insns[2].k = 1;
		/* as the first of all they leave the child alive */
		if (BPF_CLASS(code) == BPF_RET && want)
			insns[2].k = SECCOMP_RET_ALLOW;
		if (code == (BPF_RET | BPF_A))
			continue;
		got = install(insns, COUNT(insns));
		if (got != (want ? 0 : EINVAL)) {
			printf("# opcode %#x: errno %d\n", code, got);
			wrong++;
		}
	}
	return wrong ? 1 : 0;
}

/* every offset around the 64 bytes that there are */
static int try_offsets(const void *arg)
{
	static const __u32 far[] = {
		SKF_AD_OFF + SKF_AD_CPU, SKF_NET_OFF, SKF_LL_OFF, 0x7fffffff, 0x80000000,
		0xffffffff, 0xfffffffc, 0x10000, 0x40000000,
	};
	unsigned int k, i, wrong = 0;

	for (k = 0; k < 140; k++) {
		const struct sock_filter insns[] = { LOAD(k), ALLOW };
		int got = install(insns, 2);

		wrong += got != (k % 4 || k >= sizeof(struct seccomp_data) ? EINVAL : 0);
	}
	for (i = 0; i < COUNT(far); i++) {
		const struct sock_filter insns[] = { LOAD(far[i]), ALLOW };

		wrong += install(insns, 2) != EINVAL;
	}
	return wrong ? 1 : 0;
}

/* All filters of a task have 32768 instructions together, counted as translated: a
 * return is one or two of them, or more where constants are blinded.
 */
static int try_total(const void *arg)
{
	struct sock_filter *insns = calloc(BPF_MAXINSNS, sizeof(*insns));
	unsigned int i;
	int err;

	for (i = 0; i < BPF_MAXINSNS; i++)
		insns[i] = (struct sock_filter)ALLOW;
	if (install(insns, BPF_MAXINSNS))
		return 1;
	i = 1;
	while (!(err = install(insns, BPF_MAXINSNS)) && i < 9)
		i++;
	return i < 8 && err == ENOMEM ? 0 : 2;
}

static void test_refused(void)
{
	ok(exits_with(in_child(try_opcodes, NULL), 0),
	   "opcodes: those for data that is no packet, and no other");
	ok(exits_with(in_child(try_offsets, NULL), 0),
	   "loads: aligned words of the data, and no packet");
	ok(exits_with(in_child(try_total, NULL), 0),
	   "all filters of a task together: at most 32768");
}

/* ---- the filter as the tracer gets it ---------------------------------------------------- */

static void test_get_filter(void)
{
	static const struct sock_filter insns[] = {
		FIELD(nr), IF_EQ(PROBE, 0, 1), RET(SECCOMP_RET_ERRNO | 5), ALLOW,
	};
	struct sock_filter got[8];
	int status;
	long n;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (!pid) {
		prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
		ptrace(PTRACE_TRACEME, 0, 0, 0);
		_exit(install(insns, COUNT(insns)) || raise(SIGSTOP));
	}
	waitpid(pid, &status, 0);
	n = ptrace(PTRACE_SECCOMP_GET_FILTER, pid, 0, got);
	if (n < 0 && (errno == EIO || errno == EINVAL))
		skip("PTRACE_SECCOMP_GET_FILTER: needs CONFIG_CHECKPOINT_RESTORE");
	else
		ok(n == COUNT(insns) && !memcmp(got, insns, sizeof(insns)),
		   "a tracer gets the program as it was given");
	kill(pid, SIGKILL);
	waitpid(pid, &status, 0);
}

static void test_all(void)
{
	test_verdicts();
	test_actions();
	test_data();
	test_big();
	test_refused();
	test_get_filter();
}

int main(void)
{
	return in_every_mode(test_all);
}
