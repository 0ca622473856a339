// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a seccomp filter's verdict does: every action, which of several filters wins,
 * threads in step, notification, tracing, logging. seccomp_test.c has the language
 * itself.
 *
 * Each claim is a child, since a filter stays for life.
 */
#include <dirent.h>
#include <linux/audit.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/user.h>
#include <ucontext.h>
#include "classic_asm.h"
#include "seccomp_child.h"

#ifndef SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV
#define SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV (1UL << 5)
#endif

#define FIELD(f) LD_ABS(BPF_W, offsetof(struct seccomp_data, f))
#define ALLOW RET_K(SECCOMP_RET_ALLOW)

/* exit statuses of children, beside errno values */
#define EXIT_DONE 0
#define EXIT_TRAPPED 150
#define EXIT_PASSED 151

static long seccomp(unsigned int op, unsigned int flags, void *arg)
{
	return syscall(__NR_seccomp, op, flags, arg);
}

static long set_filter(unsigned int flags, const struct sock_filter *insns, unsigned int len)
{
	struct sock_fprog prog = { .len = len, .filter = (struct sock_filter *)insns };

	return seccomp(SECCOMP_SET_MODE_FILTER, flags, &prog);
}

/* @action for call @nr, everything else is allowed */
static long filter_call(unsigned int flags, int nr, __u32 action)
{
	const struct sock_filter insns[] = {
		FIELD(nr), IF_EQ(nr, 0, 1), RET_K(action), ALLOW,
	};

	return set_filter(flags, insns, COUNT(insns));
}

static bool killed(int status)
{
	if (WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS)
		return true;
	printf("# wait status %#x\n", status);
	return false;
}

/* the probe's errno, or EXIT_PASSED */
static int probe(void)
{
	return syscall(PROBE, 0) < 0 ? errno : EXIT_PASSED;
}

/* ---- ERRNO, TRAP, unknown actions ------------------------------------------------- */

static int probe_value(const void *arg)
{
	long got;

	if (filter_call(0, PROBE, *(const __u32 *)arg))
		return EXIT_BROKEN;
	/* without a library between: errno values may be too large for it */
	__asm__ volatile("syscall" : "=a"(got) : "a"((long)PROBE), "D"(0L)
			 : "rcx", "r11", "memory");
	if (got == -4095)
		return 95;
	return got <= 0 ? -got : EXIT_PASSED;
}

static atomic_long trap_rip, trap_rax;

static void on_trap(int sig, siginfo_t *info, void *context)
{
	ucontext_t *u = context;

	trap_rip = u->uc_mcontext.gregs[REG_RIP] - (long)info->si_call_addr;
	trap_rax = u->uc_mcontext.gregs[REG_RAX];
	if (info->si_code == 1 && info->si_errno == 0xffff && info->si_syscall == PROBE &&
	    info->si_arch == AUDIT_ARCH_X86_64)
		u->uc_mcontext.gregs[REG_RAX] = 4711;
}

static int probe_trap(const void *arg)
{
	struct sigaction act = { .sa_sigaction = on_trap, .sa_flags = SA_SIGINFO };

	sigaction(SIGSYS, &act, NULL);
	if (filter_call(0, PROBE, SECCOMP_RET_TRAP | 0xffff))
		return EXIT_BROKEN;
	if (syscall(PROBE, 0) != 4711)
		return 1;
	if (trap_rax != PROBE)
		return 2;
	return trap_rip ? 3 : EXIT_DONE;
}

/* the handler is ignored or blocked: the process dies all the same */
static int probe_trap_blocked(const void *arg)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGSYS);
	sigprocmask(SIG_BLOCK, &set, NULL);
	signal(SIGSYS, SIG_IGN);
	if (filter_call(0, PROBE, SECCOMP_RET_TRAP))
		return EXIT_BROKEN;
	return probe();
}

static void test_simple_actions(void)
{
	static const __u32 none = SECCOMP_RET_ERRNO, largest = SECCOMP_RET_ERRNO | 0xffff;
	static const __u32 some = SECCOMP_RET_ERRNO | 133;
	static const __u32 unknown[] = { 0x00010000, 0x40000000, 0x7ffe0000, 0x90000000 };
	unsigned int i;

	ok(exits_with(in_child(probe_value, &some), 133), "ERRNO 133");
	ok(exits_with(in_child(probe_value, &none), 0),
	   "ERRNO 0: the call is not made and returns 0");
	ok(exits_with(in_child(probe_value, &largest), 95), "ERRNO 65535: 4095 it is");
	ok(exits_with(in_child(probe_trap, NULL), EXIT_DONE),
	   "TRAP: the handler gets data, call, address, and gives the result");
	ok(killed(in_child(probe_trap_blocked, NULL)), "TRAP: blocked and ignored");
	for (i = 0; i < COUNT(unknown); i++)
		ok(killed(in_child(probe_value, &unknown[i])), "action %#x kills",
		   unknown[i]);
}

/* ---- KILL_THREAD, KILL_PROCESS ------------------------------------------------------ */

static atomic_int thread_id;

static void *probe_in_thread(void *arg)
{
	thread_id = syscall(__NR_gettid);
	syscall(PROBE, 0);
	thread_id = -1;
	return NULL;
}

static int kill_in_thread(const void *arg)
{
	const __u32 *actions = arg;
	pthread_t thread;
	int tries;

	for (; *actions != SECCOMP_RET_ALLOW; actions++)
		if (filter_call(0, PROBE, *actions))
			return EXIT_BROKEN;
	if (pthread_create(&thread, NULL, probe_in_thread, NULL))
		return EXIT_BROKEN;
	for (tries = 0; tries < 5000; tries++) {
		usleep(1000);
		if (thread_id == -1)
			return 1;
		if (thread_id && syscall(__NR_tgkill, getpid(), thread_id, 0) < 0)
			return errno == ESRCH ? EXIT_DONE : 2;
	}
	return 3;
}

static void test_kill(void)
{
	static const __u32 thread[] = { SECCOMP_RET_KILL_THREAD, SECCOMP_RET_ALLOW };
	static const __u32 process[] = { SECCOMP_RET_KILL_PROCESS, SECCOMP_RET_ALLOW };
	static const __u32 up[] = {
		SECCOMP_RET_KILL_THREAD, SECCOMP_RET_KILL_PROCESS, SECCOMP_RET_ALLOW,
	};
	static const __u32 down[] = {
		SECCOMP_RET_KILL_PROCESS, SECCOMP_RET_KILL_THREAD, SECCOMP_RET_ALLOW,
	};

	ok(exits_with(in_child(kill_in_thread, thread), EXIT_DONE),
	   "KILL_THREAD: the other thread lives");
	ok(killed(in_child(kill_in_thread, process)), "KILL_PROCESS: it does not");
	ok(killed(in_child(kill_in_thread, up)), "KILL_PROCESS over KILL_THREAD");
	ok(killed(in_child(kill_in_thread, down)), "whichever came first");
}

/* ---- which of two filters wins ---------------------------------------------------------- */

enum outcome { KILLED, TRAPPED, FAILED, NOTIFIED, TRACED, PASSED };

/* from the most severe on */
static const struct {
	__u32 action;
	enum outcome outcome;
	const char *name;
} actions[] = {
	{ SECCOMP_RET_KILL_PROCESS, KILLED, "KILL_PROCESS" },
	{ SECCOMP_RET_KILL_THREAD, KILLED, "KILL_THREAD" },
	{ SECCOMP_RET_TRAP, TRAPPED, "TRAP" },
	{ SECCOMP_RET_ERRNO | 5, FAILED, "ERRNO" },
	{ SECCOMP_RET_USER_NOTIF, NOTIFIED, "USER_NOTIF" },
	{ SECCOMP_RET_TRACE | 3, TRACED, "TRACE" },
	{ SECCOMP_RET_LOG, PASSED, "LOG" },
	{ SECCOMP_RET_ALLOW, PASSED, "ALLOW" },
};

static void exit_trapped(int sig)
{
	_exit(EXIT_TRAPPED);
}

static void probe_pair(__u32 first, __u32 second)
{
	signal(SIGSYS, exit_trapped);
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ||
	    ptrace(PTRACE_TRACEME, 0, 0, 0) || raise(SIGSTOP) ||
	    filter_call(0, PROBE, first) || filter_call(0, PROBE, second))
		_exit(EXIT_BROKEN);
	_exit(probe());
}

/* what became of the probe of a traced child; nobody listens to notifications */
static enum outcome outcome_of(__u32 first, __u32 second)
{
	enum outcome got = -1;
	int status;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (!pid)
		probe_pair(first, second);
	waitpid(pid, &status, 0);
	ptrace(PTRACE_SETOPTIONS, pid, 0, PTRACE_O_TRACESECCOMP | PTRACE_O_EXITKILL);
	ptrace(PTRACE_CONT, pid, 0, 0);
	while (waitpid(pid, &status, 0) == pid && WIFSTOPPED(status)) {
		int sig = WSTOPSIG(status);

		if (status >> 16 == PTRACE_EVENT_SECCOMP) {
			got = TRACED;
			sig = 0;
		}
		ptrace(PTRACE_CONT, pid, 0, sig);
	}
	if (got == TRACED)
		return got;
	if (WIFSIGNALED(status))
		return WTERMSIG(status) == SIGSYS ? KILLED : -1;
	switch (WEXITSTATUS(status)) {
	case EXIT_TRAPPED:
		return TRAPPED;
	case 5:
		return FAILED;
	case ENOSYS:
		return NOTIFIED;
	case EXIT_PASSED:
		return PASSED;
	}
	return -1;
}

static void test_precedence(void)
{
	unsigned int i, j, wrong = 0;

	for (i = 0; i < COUNT(actions); i++) {
		for (j = 0; j < COUNT(actions); j++) {
			unsigned int severe = i < j ? i : j;
			enum outcome got = outcome_of(actions[i].action, actions[j].action);

			if (got == actions[severe].outcome)
				continue;
			printf("# %s, then %s: outcome %d\n", actions[i].name,
			       actions[j].name, got);
			wrong++;
		}
	}
	ok(!wrong, "of all pairs of filters the more severe action wins");
}

/* the data of the youngest filter with the winning action */
static int probe_data(const void *arg)
{
	if (filter_call(0, PROBE, SECCOMP_RET_ERRNO | 1) ||
	    filter_call(0, PROBE, SECCOMP_RET_ERRNO | 2) ||
	    filter_call(0, PROBE, SECCOMP_RET_TRACE | 3))
		return EXIT_BROKEN;
	return probe();
}

static void test_winner_data(void)
{
	ok(exits_with(in_child(probe_data, NULL), 2), "the younger of two ERRNO filters");
}

/* ---- TRACE ---------------------------------------------------------------------------- */

static int probe_untraced(const void *arg)
{
	if (filter_call(0, PROBE, SECCOMP_RET_TRACE))
		return EXIT_BROKEN;
	return probe();
}

static void traced_child(void)
{
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ||
	    ptrace(PTRACE_TRACEME, 0, 0, 0) || raise(SIGSTOP) ||
	    filter_call(0, PROBE, SECCOMP_RET_TRACE | 0xabcd) ||
	    filter_call(0, OTHER, SECCOMP_RET_ERRNO | 9))
		_exit(EXIT_BROKEN);
	if (syscall(PROBE, 0) < 0)
		_exit(1);
	if (syscall(PROBE, 0) != 1234)
		_exit(2);
	if (syscall(PROBE, 0) != getppid())
		_exit(3);
	/* what the tracer makes of the call is judged again */
	if (syscall(PROBE, 0) != -1 || errno != 9)
		_exit(4);
	_exit(EXIT_DONE);
}

/* let the call be, answer for it, make another of it, a forbidden one */
static void answer_event(pid_t pid, unsigned int event)
{
	struct user_regs_struct regs;

	ptrace(PTRACE_GETREGS, pid, 0, &regs);
	switch (event) {
	case 1:
		regs.orig_rax = -1;
		regs.rax = 1234;
		break;
	case 2:
		regs.orig_rax = __NR_getppid;
		break;
	case 3:
		regs.orig_rax = OTHER;
		break;
	}
	ptrace(PTRACE_SETREGS, pid, 0, &regs);
}

static void test_trace(void)
{
	unsigned long data = 0;
	unsigned int events = 0, wrong = 0;
	int status;
	pid_t pid;

	ok(exits_with(in_child(probe_untraced, NULL), ENOSYS), "TRACE without tracer: ENOSYS");
	fflush(stdout);
	pid = fork();
	if (!pid)
		traced_child();
	waitpid(pid, &status, 0);
	ptrace(PTRACE_SETOPTIONS, pid, 0, PTRACE_O_TRACESECCOMP | PTRACE_O_EXITKILL);
	ptrace(PTRACE_CONT, pid, 0, 0);
	while (waitpid(pid, &status, 0) == pid && WIFSTOPPED(status)) {
		int sig = WSTOPSIG(status);

		if (status >> 16 == PTRACE_EVENT_SECCOMP) {
			ptrace(PTRACE_GETEVENTMSG, pid, 0, &data);
			wrong += data != 0xabcd;
			answer_event(pid, events++);
			sig = 0;
		}
		ptrace(PTRACE_CONT, pid, 0, sig);
	}
	ok(events == 4 && !wrong, "TRACE: the tracer gets 4 events with their data");
	ok(exits_with(status, EXIT_DONE),
	   "TRACE: it lets calls be, answers them, changes them; filters judge the change");
}

/* ---- USER_NOTIF --------------------------------------------------------------------------- */

struct listener {
	int fd;
	unsigned int wrong, seen;
};

/* answers: a value, an error, "go on"; for ever */
static void *listen_to(void *arg)
{
	struct listener *l = arg;

	for (;;) {
		struct seccomp_notif req = { };
		struct seccomp_notif_resp resp = { };

		if (ioctl(l->fd, SECCOMP_IOCTL_NOTIF_RECV, &req))
			return NULL;
		resp.id = req.id;
		l->wrong += req.data.nr != PROBE || req.data.args[1] != 0x123456789abcULL ||
			    req.data.arch != AUDIT_ARCH_X86_64 || req.flags;
		switch (req.data.args[0]) {
		case 1:
			resp.val = 5555;
			break;
		case 2:
			resp.error = -EXDEV;
			break;
		default:
			resp.flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE;
		}
		l->seen++;
		l->wrong += !!ioctl(l->fd, SECCOMP_IOCTL_NOTIF_ID_VALID, &req.id);
		l->wrong += !!ioctl(l->fd, SECCOMP_IOCTL_NOTIF_SEND, &resp);
		/* twice: the caller has left, or is about to */
		l->wrong += !ioctl(l->fd, SECCOMP_IOCTL_NOTIF_SEND, &resp) ||
			    (errno != ENOENT && errno != EINPROGRESS);
	}
}

static int probe_notified(const void *arg)
{
	struct seccomp_notif_sizes sizes = { };
	struct listener l = { };
	pthread_t thread;

	if (seccomp(SECCOMP_GET_NOTIF_SIZES, 0, &sizes) ||
	    sizes.seccomp_notif != sizeof(struct seccomp_notif) ||
	    sizes.seccomp_notif_resp != sizeof(struct seccomp_notif_resp) ||
	    sizes.seccomp_data != sizeof(struct seccomp_data))
		return 1;
	l.fd = filter_call(SECCOMP_FILTER_FLAG_NEW_LISTENER, PROBE, SECCOMP_RET_USER_NOTIF);
	if (l.fd < 0)
		return 2;
	if (filter_call(SECCOMP_FILTER_FLAG_NEW_LISTENER, PROBE, SECCOMP_RET_USER_NOTIF) >= 0 ||
	    errno != EBUSY)
		return 3;
	pthread_create(&thread, NULL, listen_to, &l);
	if (syscall(PROBE, 1, 0x123456789abcL) != 5555)
		return 4;
	if (syscall(PROBE, 2, 0x123456789abcL) != -1 || errno != EXDEV)
		return 5;
	if (syscall(PROBE, 0, 0x123456789abcL) < 0)
		return 6;
	return l.seen == 3 && !l.wrong ? EXIT_DONE : 7;
}

static int probe_unheard(const void *arg)
{
	int fd = filter_call(SECCOMP_FILTER_FLAG_NEW_LISTENER, PROBE, SECCOMP_RET_USER_NOTIF);

	if (fd < 0)
		return EXIT_BROKEN;
	close(fd);
	return probe();
}

static void test_notify(void)
{
	ok(exits_with(in_child(probe_notified, NULL), EXIT_DONE),
	   "USER_NOTIF: a listener answers with a value, an error, and lets the call be");
	ok(exits_with(in_child(probe_unheard, NULL), ENOSYS), "nobody listens: ENOSYS");
}

/* ---- TSYNC ------------------------------------------------------------------------------ */

#define THREADS 4

static pthread_barrier_t before, after;
static atomic_int wrong_threads, diverged_tid;

static void *wait_and_probe(void *arg)
{
	if (arg) {
		diverged_tid = syscall(__NR_gettid);
		if (filter_call(0, OTHER, SECCOMP_RET_LOG))
			wrong_threads += 100;
	}
	pthread_barrier_wait(&before);
	pthread_barrier_wait(&after);
	if (probe() != 21)
		wrong_threads++;
	return NULL;
}

static void start_threads(pthread_t *threads, bool diverge)
{
	long i;

	pthread_barrier_init(&before, NULL, THREADS + 1);
	pthread_barrier_init(&after, NULL, THREADS + 1);
	for (i = 0; i < THREADS; i++)
		pthread_create(&threads[i], NULL, wait_and_probe,
			       (void *)(long)(diverge && i == 2));
	pthread_barrier_wait(&before);
}

static void join_threads(pthread_t *threads)
{
	int i;

	pthread_barrier_wait(&after);
	for (i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
}

static int sync_threads(const void *arg)
{
	pthread_t threads[THREADS];

	start_threads(threads, false);
	if (filter_call(SECCOMP_FILTER_FLAG_TSYNC, PROBE, SECCOMP_RET_ERRNO | 21))
		return EXIT_BROKEN;
	join_threads(threads);
	if (wrong_threads)
		return 1;
	return probe() == 21 ? EXIT_DONE : 2;
}

/* a thread with a filter that ours does not descend from */
static int sync_diverged(const void *arg)
{
	unsigned int flags = *(const unsigned int *)arg;
	pthread_t threads[THREADS];
	int result = EXIT_DONE;
	long got;

	start_threads(threads, true);
	got = filter_call(flags, PROBE, SECCOMP_RET_ERRNO | 21);
	if (flags & SECCOMP_FILTER_FLAG_TSYNC_ESRCH)
		result = got == -1 && errno == ESRCH ? EXIT_DONE : 1;
	else
		result = got == diverged_tid ? EXIT_DONE : 2;
	/* nobody has it, not even who asked */
	join_threads(threads);
	if (wrong_threads != THREADS || probe() != EXIT_PASSED)
		result = 3;
	return result;
}

static int sync_with_listener(const void *arg)
{
	long fd;

	if (filter_call(SECCOMP_FILTER_FLAG_TSYNC | SECCOMP_FILTER_FLAG_NEW_LISTENER, PROBE,
			SECCOMP_RET_USER_NOTIF) != -1 || errno != EINVAL)
		return 1;
	fd = filter_call(SECCOMP_FILTER_FLAG_TSYNC | SECCOMP_FILTER_FLAG_NEW_LISTENER |
			 SECCOMP_FILTER_FLAG_TSYNC_ESRCH, PROBE, SECCOMP_RET_USER_NOTIF);
	return fd >= 0 ? EXIT_DONE : 2;
}

static void test_sync(void)
{
	static const unsigned int plain = SECCOMP_FILTER_FLAG_TSYNC;
	static const unsigned int esrch = SECCOMP_FILTER_FLAG_TSYNC |
					  SECCOMP_FILTER_FLAG_TSYNC_ESRCH;

	ok(exits_with(in_child(sync_threads, NULL), EXIT_DONE), "TSYNC: all threads have it");
	ok(exits_with(in_child(sync_diverged, &plain), EXIT_DONE),
	   "TSYNC: a thread went its own way: its id, and no filter");
	ok(exits_with(in_child(sync_diverged, &esrch), EXIT_DONE),
	   "TSYNC_ESRCH: the same as an error");
	ok(exits_with(in_child(sync_with_listener, NULL), EXIT_DONE),
	   "TSYNC and a listener: only with TSYNC_ESRCH");
}

/* ---- flags, and what is available --------------------------------------------------------- */

static int try_flags(const void *arg)
{
	return filter_call(*(const unsigned int *)arg, PROBE, SECCOMP_RET_ERRNO | 9) < 0 ?
		errno : probe();
}

static void test_flags(void)
{
	static const struct {
		const char *what;
		unsigned int flags;
		int want;
	} rows[] = {
		{ "FLAG_LOG", SECCOMP_FILTER_FLAG_LOG, 9 },
		{ "FLAG_SPEC_ALLOW", SECCOMP_FILTER_FLAG_SPEC_ALLOW, 9 },
		{ "FLAG_LOG | FLAG_SPEC_ALLOW | FLAG_TSYNC", SECCOMP_FILTER_FLAG_LOG |
		  SECCOMP_FILTER_FLAG_SPEC_ALLOW | SECCOMP_FILTER_FLAG_TSYNC, 9 },
		{ "FLAG_WAIT_KILLABLE_RECV without listener",
		  SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV, EINVAL },
		{ "an unknown flag", 1 << 6, EINVAL },
	};
	__u32 unknown = 0x00040000;
	unsigned int i;

	for (i = 0; i < COUNT(rows); i++)
		ok(exits_with(in_child(try_flags, &rows[i].flags), rows[i].want), "%s",
		   rows[i].what);
	for (i = 0; i < COUNT(actions); i++) {
		__u32 action = actions[i].action & SECCOMP_RET_ACTION_FULL;

		ok(!seccomp(SECCOMP_GET_ACTION_AVAIL, 0, &action), "%s is available",
		   actions[i].name);
	}
	ok(seccomp(SECCOMP_GET_ACTION_AVAIL, 0, &unknown) && errno == EOPNOTSUPP,
	   "an unknown action is not: EOPNOTSUPP");
}

/* ---- the log --------------------------------------------------------------------------------- */

/* does the kernel's log, from @fd's place on, name call @nr with @action? */
static bool is_logged(int fd, int nr, __u32 action)
{
	char record[1024], call[32], code[32];
	bool found = false;
	int tries;
	ssize_t n;

	snprintf(call, sizeof(call), " syscall=%d ", nr);
	snprintf(code, sizeof(code), " code=0x%x", action);
	for (tries = 0; tries < 10 && !found; tries++) {
		while ((n = read(fd, record, sizeof(record) - 1)) > 0 || errno == EPIPE) {
			record[n > 0 ? n : 0] = 0;
			found |= strstr(record, "type=1326") && strstr(record, call) &&
				 strstr(record, code);
		}
		if (!found)
			usleep(10000);
	}
	return found;
}

static int logged_body(const void *arg)
{
	const __u32 *flags_and_action = arg;

	filter_call(flags_and_action[0], PROBE, flags_and_action[1]);
	probe();
	return 0;
}

static bool logs(unsigned int flags, __u32 action)
{
	const __u32 arg[] = { flags, action };
	int fd = open("/dev/kmsg", O_RDONLY | O_NONBLOCK);
	bool found;

	lseek(fd, 0, SEEK_END);
	in_child(logged_body, arg);
	found = is_logged(fd, PROBE, action & SECCOMP_RET_ACTION_FULL);
	close(fd);
	return found;
}

#define LOGGED "/proc/sys/kernel/seccomp/actions_logged"

static void test_log(void)
{
	const unsigned int flag = SECCOMP_FILTER_FLAG_LOG;
	char line[256];

	/* every record is printed */
	write_value("/proc/sys/kernel/printk_ratelimit", "0");
	ok(read_value("/proc/sys/kernel/seccomp/actions_avail", line, sizeof(line)) &&
	   !strcmp(line, "kill_process kill_thread trap errno user_notif trace log allow"),
	   "actions_avail");
	if (!logs(0, SECCOMP_RET_LOG)) {
		char config[64] = "";

		/* every kernel of ours has it; a strange one may do without */
		read_value("/proc/self/loginuid", config, sizeof(config));
		if (!*config) {
			skip("the log: needs CONFIG_AUDIT");
			return;
		}
		ok(false, "LOG is logged");
		return;
	}
	ok(true, "LOG is logged");
	ok(logs(0, SECCOMP_RET_KILL_PROCESS), "KILL_PROCESS is");
	ok(logs(0, SECCOMP_RET_KILL_THREAD), "KILL_THREAD is");
	ok(!logs(0, SECCOMP_RET_ERRNO | 1), "ERRNO is not");
	ok(logs(flag, SECCOMP_RET_ERRNO | 1), "ERRNO is with FLAG_LOG");
	ok(logs(flag, SECCOMP_RET_TRAP), "TRAP is with FLAG_LOG");
	ok(!logs(flag, SECCOMP_RET_ALLOW), "ALLOW never");
	read_value(LOGGED, line, sizeof(line));
	ok(!write_value(LOGGED, "kill_process") && !logs(0, SECCOMP_RET_LOG) &&
	   !logs(flag, SECCOMP_RET_ERRNO | 1), "only what actions_logged names");
	write_value(LOGGED, line);
}

/* ---- what it sees: where from, and which entry ----------------------------------------------- */

static int see_address(const void *arg)
{
	const struct sock_filter insns[] = {
		FIELD(nr), IF_EQ(PROBE, 0, 3),
		FIELD(instruction_pointer), STMT(BPF_ALU | BPF_AND | BPF_K, 0x7ff),
		STMT(BPF_ALU | BPF_OR | BPF_K, SECCOMP_RET_ERRNO), RET_A,
	};
	struct sock_filter all[COUNT(insns) + 1];
	long got, here;

	memcpy(all, insns, sizeof(insns));
	all[1].jf = 4;
	all[COUNT(insns)] = (struct sock_filter)ALLOW;
	if (set_filter(0, all, COUNT(all)))
		return EXIT_BROKEN;
	__asm__ volatile("syscall\n1:\tlea 1b(%%rip), %1" : "=a"(got), "=&r"(here)
			 : "a"((long)PROBE), "D"(0L) : "rcx", "r11", "memory");
	return -got == (here & 0x7ff) ? EXIT_DONE : 1;
}

/* ERRNO 1 for native calls, 2 for 32-bit ones, 3 where bit 30 of the number is set */
static int see_entry(const void *arg)
{
	static const struct sock_filter insns[] = {
		FIELD(args[0]), IF_EQ(0x600d, 1, 0), ALLOW,
		FIELD(arch), IF_EQ(AUDIT_ARCH_I386, 4, 0),
		FIELD(nr), JUMP(BPF_JMP | BPF_JSET | BPF_K, 0x40000000, 1, 0),
		RET_K(SECCOMP_RET_ERRNO | 1), RET_K(SECCOMP_RET_ERRNO | 3),
		RET_K(SECCOMP_RET_ERRNO | 2),
	};
	int entry = *(const int *)arg;
	long got;

	if (set_filter(0, insns, COUNT(insns)))
		return EXIT_BROKEN;
	if (entry == 2)
		__asm__ volatile("int $0x80" : "=a"(got) : "a"(132L), "b"(0x600dL)
				 : "memory", "r8", "r9", "r10", "r11");
	else
		__asm__ volatile("syscall" : "=a"(got)
				 : "a"((long)(PROBE | (entry == 3 ? 0x40000000 : 0))),
				   "D"(0x600dL) : "rcx", "r11", "memory");
	return -(int)got & 0xff;
}

static void test_seen(void)
{
	static const int native = 1, compat = 2, x32 = 3;

	ok(exits_with(in_child(see_address, NULL), EXIT_DONE),
	   "instruction_pointer: behind the call");
	ok(exits_with(in_child(see_entry, &native), native), "arch: x86-64");
	ok(exits_with(in_child(see_entry, &compat), compat), "arch: i386 by int 0x80");
	ok(exits_with(in_child(see_entry, &x32), x32), "nr: bit 30 is shown");
}

/* ---- children have it ------------------------------------------------------------------------ */

static int fork_filtered(const void *arg)
{
	int status;
	pid_t pid;

	if (filter_call(0, PROBE, SECCOMP_RET_ERRNO | 77))
		return EXIT_BROKEN;
	pid = fork();
	if (!pid)
		_exit(probe());
	waitpid(pid, &status, 0);
	if (WEXITSTATUS(status) != 77)
		return 1;
	pid = fork();
	if (!pid) {
		setenv("SECCOMP_PROBE", "1", 1);
		execl("/proc/self/exe", "probe", NULL);
		_exit(EXIT_BROKEN);
	}
	waitpid(pid, &status, 0);
	return WEXITSTATUS(status) == 77 ? EXIT_DONE : 2;
}

static void test_inherited(void)
{
	ok(exits_with(in_child(fork_filtered, NULL), EXIT_DONE),
	   "a filter stays over fork and exec");
}

static void test_all(void)
{
	test_simple_actions();
	test_kill();
	test_precedence();
	test_winner_data();
	test_trace();
	test_notify();
	test_sync();
	test_flags();
	test_log();
	test_seen();
	test_inherited();
}

int main(void)
{
	if (getenv("SECCOMP_PROBE"))
		return probe();
	return in_every_mode(test_all);
}
