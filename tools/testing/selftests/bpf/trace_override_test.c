// SPDX-License-Identifier: GPL-2.0-only
/*
 * bpf_override_return(): a system call's function returns what a program says, in this
 * process and while the program is attached. Where a program that may do so cannot be
 * attached, and that no other one can jump to it.
 */
#include <sys/wait.h>
#include "fire.h"
#include "tap.h"

#define FUNCTION	"__x64_sys_getpgid"
#define ANSWER		77

static long ask(void)
{
	return result_of(syscall(__NR_getpgid, 0));
}

/* where this process calls: its function returns @value; @map is jumped to, if any */
static int load_override(int value, int map)
{
	static struct program p;

	p.len = 0;
	ADD(&p,
	    BPF_MOV64_REG(BPF_REG_6, BPF_REG_1),
	    BPF_CALL_FUNC(BPF_FUNC_get_current_pid_tgid),
	    BPF_ALU64_IMM(BPF_RSH, BPF_REG_0, 32),
	    BPF_JMP_IMM(BPF_JNE, BPF_REG_0, getpid(), 3),
	    BPF_MOV64_REG(BPF_REG_1, BPF_REG_6),
	    BPF_MOV64_IMM(BPF_REG_2, value),
	    BPF_CALL_FUNC(BPF_FUNC_override_return));
	if (map >= 0)
		ADD(&p, BPF_MOV64_REG(BPF_REG_1, BPF_REG_6));
	if (map >= 0)
		add_jump(&p, map);
	add_return(&p, 0);
	return load_type(BPF_PROG_TYPE_KPROBE, &p);
}

/* a program that only returns */
static int load_plain(void)
{
	static struct program p;

	p.len = 0;
	add_return(&p, 0);
	return load_type(BPF_PROG_TYPE_KPROBE, &p);
}

static void overridden(int value)
{
	long before = ask();
	int prog = load_override(value, -1), at = fire_probe(FUNCTION, false, prog);
	int status = -1;

	if (!ok(prog >= 0 && at >= 0, "a program that says %d is attached", value))
		printf("# load %d, attach %d\n", prog, at);
	ok(ask() == value && ask() == value, "the function returns %d", value);
	if (!fork())
		_exit(ask() == before ? ANSWER : 1);
	wait(&status);
	ok(WIFEXITED(status) && WEXITSTATUS(status) == ANSWER,
	   "in another process it does what it does");
	close(at);
	ok(ask() == before, "and here too when the program is gone");
	close(prog);
}

/* an attachment that must not be */
static void refused(int got, const char *what)
{
	if (!ok(got == -EINVAL, "%s: EINVAL", what))
		printf("# got %d\n", got);
	if (got >= 0)
		close(got);
}

static void test_where(void)
{
	struct perf_event_attr inside = {
		.sample_period = 1,
		.type = fire_number("/sys/bus/event_source/devices/kprobe/type"),
		.kprobe_func = (uintptr_t)FUNCTION,
		.probe_offset = 5,	/* behind the call that tracers patch in */
	};
	int prog = load_override(-ENOLCK, -1);

	refused(fire_probe(FIRE_FUNCTION, false, prog), "a function that may not fail so");
	refused(fire_open(&inside, prog), "inside a function");
	close(prog);
}

/* released kernels take it there too: the function has run, and its result is replaced */
static void test_end(void)
{
	long before = ask();
	int prog = load_override(ANSWER, -1), at = fire_probe(FUNCTION, true, prog);

	ok(at >= 0 && ask() == ANSWER, "at its end a function's result is replaced");
	close(at);
	ok(ask() == before, "until the program is gone");
	close(prog);
}

static void test_jumps(void)
{
	int array = create_map(BPF_MAP_TYPE_PROG_ARRAY, 4, 4, 1, 0);
	int override = load_override(-ENOLCK, -1), plain = load_plain();

	ok(array >= 0 && put_prog(array, plain) == 0, "an array of programs takes a plain one");
	ok(put_prog(array, override) == -EINVAL, "not one that overrides: EINVAL");
	ok(load_override(-ENOLCK, array) == -EINVAL, "which may not jump either: EINVAL");
	close(array);
	close(override);
	close(plain);
}

int main(void)
{
	FILE *list = fopen("/sys/kernel/debug/error_injection/list", "r");
	char line[200];
	bool there = false;

	while (list && fgets(line, sizeof(line), list))
		there |= !strncmp(line, FUNCTION "\t", strlen(FUNCTION) + 1);
	if (list)
		fclose(list);
	ok(there, "%s is marked as one that may fail", FUNCTION);
	overridden(-ENOLCK);
	overridden(ANSWER);
	test_where();
	test_end();
	test_jumps();
	return tap_done();
}
