// SPDX-License-Identifier: GPL-2.0-only
/*
 * Signals that programs on events send: to the process and to the thread in which the
 * event fires, with interrupts on (a renaming) and off (a switch of tasks); and who gets
 * none: kernel threads, the idle task, the first process, a task that is leaving.
 */
#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>
#include "fire.h"
#include "tap.h"

/* numbers of the array */
enum { PROCESS, FIRST, SECOND, RUNS, NUMBERS };

static int map;
static volatile sig_atomic_t caught[65], caught_by[65];

static void catch(int signal)
{
	caught[signal]++;
	caught_by[signal] = gettid();
}

/* result number @idx of helper @id for @signal */
static void add_send(struct program *p, unsigned int idx, int id, int signal)
{
	ADD(p,
	    BPF_MOV64_IMM(BPF_REG_1, signal),
	    BPF_CALL_FUNC(id));
	add_store(p, idx, BPF_REG_0);
}

/*
 * A program that, once, where the process is that of the array, calls helper @id for
 * @first and then for @second.
 */
static int load_sender(int id, int first, int second)
{
	static struct program p;

	p.len = 0;
	add_array(&p, map);
	ADD(&p,
	    BPF_CALL_FUNC(BPF_FUNC_get_current_pid_tgid),
	    BPF_ALU64_IMM(BPF_RSH, BPF_REG_0, 32),
	    BPF_LDX_MEM(BPF_DW, BPF_REG_1, BPF_REG_7, 8 * PROCESS),
	    BPF_JMP_REG(BPF_JEQ, BPF_REG_0, BPF_REG_1, 2),
	    BPF_MOV64_IMM(BPF_REG_0, 1),
	    BPF_EXIT_INSN(),
	    BPF_LDX_MEM(BPF_DW, BPF_REG_1, BPF_REG_7, 8 * RUNS),
	    BPF_JMP_IMM(BPF_JEQ, BPF_REG_1, 0, 2),
	    BPF_MOV64_IMM(BPF_REG_0, 1),
	    BPF_EXIT_INSN(),
	    BPF_ST_MEM(BPF_DW, BPF_REG_7, 8 * RUNS, 1));
	add_send(&p, FIRST, id, first);
	add_send(&p, SECOND, id, second);
	add_return(&p, 1);
	return load_type(BPF_PROG_TYPE_RAW_TRACEPOINT, &p);
}

static __u64 numbers[NUMBERS];

/* attaches such a program for @process; descriptor */
static int send_on(const char *event, pid_t process, int id, int first, int second)
{
	int prog = load_sender(id, first, second), at;

	memset(numbers, 0, sizeof(numbers));
	numbers[PROCESS] = process;
	numbers[FIRST] = numbers[SECOND] = 999;
	write_array(map, numbers);
	at = fire_raw(prog, event);
	if (at < 0)
		printf("# %s: %s\n", event, strerror(-at));
	close(prog);
	return at;
}

/* waits until it has run, a few seconds at most */
static bool has_run(void)
{
	int i;

	for (i = 0; i < 500; i++) {
		read_array(map, numbers);
		if (numbers[RUNS])
			return true;
		usleep(10000);
	}
	return false;
}

static bool results(long first, long second)
{
	bool good = has_run() && (long)numbers[FIRST] == first &&
		    (long)numbers[SECOND] == second;

	if (!good)
		printf("# runs %llu: %lld, %lld\n", numbers[RUNS], numbers[FIRST],
		       numbers[SECOND]);
	return good;
}

static void forget(void)
{
	memset((void *)caught, 0, sizeof(caught));
	memset((void *)caught_by, 0, sizeof(caught_by));
}

/* ---- with interrupts on --------------------------------------------------------------- */

static void test_process(void)
{
	int at;

	forget();
	at = send_on("task_rename", getpid(), BPF_FUNC_send_signal, SIGUSR1, SIGUSR2);
	prctl(PR_SET_NAME, FIRE_NAME);
	close(at);
	ok(results(0, 0), "two signals are sent");
	ok(caught[SIGUSR1] == 1 && caught[SIGUSR2] == 1, "and have come");

	forget();
	at = send_on("task_rename", getpid(), BPF_FUNC_send_signal, 0, SIGRTMAX);
	prctl(PR_SET_NAME, FIRE_NAME);
	close(at);
	ok(results(0, 0) && caught[SIGRTMAX] == 1, "signal 0 is none; the last one is one");

	at = send_on("task_rename", getpid(), BPF_FUNC_send_signal, SIGRTMAX + 1, -1);
	prctl(PR_SET_NAME, FIRE_NAME);
	close(at);
	ok(results(-EINVAL, -EINVAL), "no such signal: EINVAL");
}

static void *rename_self(void *arg)
{
	prctl(PR_SET_NAME, FIRE_NAME);
	usleep(1000);
	return (void *)(long)gettid();
}

static void test_thread(void)
{
	pthread_t thread;
	void *tid = NULL;
	int at;

	forget();
	at = send_on("task_rename", getpid(), BPF_FUNC_send_signal_thread, SIGUSR1, 65);
	if (!pthread_create(&thread, NULL, rename_self, NULL))
		pthread_join(thread, &tid);
	close(at);
	ok(results(0, -EINVAL), "a signal to a thread; no such signal: EINVAL");
	ok(caught[SIGUSR1] == 1 && caught_by[SIGUSR1] == (long)tid && tid,
	   "the thread has got it");
}

/* ---- with interrupts off -------------------------------------------------------------- */

static void test_switch(void)
{
	int at;

	forget();
	at = send_on("sched_switch", getpid(), BPF_FUNC_send_signal, SIGUSR1, SIGUSR2);
	usleep(10000);
	close(at);
	ok(results(0, -EBUSY), "one signal waits for interrupts, the next is refused: EBUSY");
	ok(caught[SIGUSR1] == 1 && !caught[SIGUSR2], "the first one came");

	forget();
	at = send_on("sched_switch", getpid(), BPF_FUNC_send_signal, 65, SIGUSR2);
	usleep(1000);
	close(at);
	ok(results(-EINVAL, 0), "no such signal: EINVAL, and nothing waits for it");
	ok(caught[SIGUSR2] == 1, "so that another one is sent");
}

/* takes signals and does nothing until it is told to end, which is no switch of its */
static void *wait_for_end(void *end)
{
	char byte;

	while (read(*(int *)end, &byte, 1) < 0 && errno == EINTR)
		;
	return NULL;
}

static void test_switch_thread(void)
{
	pthread_t thread;
	sigset_t all, was;
	int at, end[2];

	forget();
	sigfillset(&all);
	if (pipe(end) || pthread_create(&thread, NULL, wait_for_end, end))
		return;
	usleep(100000);
	pthread_sigmask(SIG_BLOCK, &all, &was);
	at = send_on("sched_switch", getpid(), BPF_FUNC_send_signal_thread, SIGUSR1, SIGUSR1);
	usleep(1000);
	close(at);
	ok(results(0, -EBUSY) && !caught[SIGUSR1],
	   "a signal to a thread that blocks it is not given to another");
	pthread_sigmask(SIG_SETMASK, &was, NULL);
	ok(caught[SIGUSR1] == 1 && caught_by[SIGUSR1] == gettid(), "but to that thread, later");
	close(end[1]);
	pthread_join(thread, NULL);
	close(end[0]);
}

/* ---- who gets none -------------------------------------------------------------------- */

/* number of the process called @name, or -1 */
static pid_t find_process(const char *name)
{
	char path[64], text[64];
	pid_t pid;

	for (pid = 2; pid < 400; pid++) {
		FILE *f;

		snprintf(path, sizeof(path), "/proc/%d/comm", pid);
		f = fopen(path, "r");
		if (!f)
			continue;
		if (!fgets(text, sizeof(text), f))
			text[0] = '\0';
		fclose(f);
		if (!strncmp(text, name, strlen(name)))
			return pid;
	}
	return -1;
}

static void refused(pid_t process, const char *what)
{
	int at = send_on("sched_switch", process, BPF_FUNC_send_signal, SIGUSR1, SIGUSR1);

	ok(process >= 0 && results(-EPERM, -EPERM), "%s: EPERM", what);
	close(at);
}

static void test_init(void)
{
	int at = send_on("sched_switch", 1, BPF_FUNC_send_signal_thread, SIGKILL, SIGKILL);
	pid_t child = fork();

	/* the first process gets a child of a child that is gone, and looks at it */
	if (!child) {
		if (!fork())
			usleep(50000);
		_exit(0);
	}
	waitpid(child, NULL, 0);
	ok(results(-EPERM, -EPERM), "the first process: EPERM");
	close(at);
}

static void test_leaving(void)
{
	int go[2], at;
	pid_t child;
	char byte;

	if (pipe(go))
		return;
	child = fork();
	if (!child)
		_exit(read(go[0], &byte, 1) != 1);
	at = send_on("sched_process_exit", child, BPF_FUNC_send_signal, SIGUSR1, SIGUSR1);
	if (write(go[1], "", 1) != 1)
		printf("# the child does not hear\n");
	waitpid(child, NULL, 0);
	ok(results(-EPERM, -EPERM), "a task that is leaving: EPERM");
	close(at);
	close(go[0]);
	close(go[1]);
}

int main(void)
{
	struct sigaction action = { .sa_handler = catch };

	map = make_array(NUMBERS);
	sigaction(SIGUSR1, &action, NULL);
	sigaction(SIGUSR2, &action, NULL);
	sigaction(SIGRTMAX, &action, NULL);
	test_process();
	test_thread();
	test_switch();
	test_switch_thread();
	refused(find_process("rcu_preempt") > 0 ? find_process("rcu_preempt") :
		find_process("rcu_sched"), "a kernel thread");
	refused(0, "the idle task");
	test_init();
	test_leaving();
	return tap_done();
}
