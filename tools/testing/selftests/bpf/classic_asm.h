/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * For tests of classic programs: instructions in short, and the same test run by the
 * interpreter, by machine code and by blinded machine code.
 */
#ifndef SELFTESTS_BPF_CLASSIC_ASM_H
#define SELFTESTS_BPF_CLASSIC_ASM_H

#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include "tap.h"

#ifndef COUNT
#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#endif

#define STMT(code, k) { (code), 0, 0, (__u32)(k) }
#define JUMP(code, k, jt, jf) { (code), (jt), (jf), (__u32)(k) }
#define RET_K(k) STMT(BPF_RET | BPF_K, k)
#define RET_A STMT(BPF_RET | BPF_A, 0)
#define LD_ABS(size, k) STMT(BPF_LD | (size) | BPF_ABS, k)
#define LD_AD(name) LD_ABS(BPF_W, SKF_AD_OFF + SKF_AD_##name)
#define IF_EQ(k, jt, jf) JUMP(BPF_JMP | BPF_JEQ | BPF_K, k, jt, jf)

/* the length of a program written in place, and the program */
#define PROGRAM(...) COUNT(((struct sock_filter[]){ __VA_ARGS__ })), { __VA_ARGS__ }

/* errno of an option that takes a classic program, or 0 */
static inline int set_classic(int fd, int option, const struct sock_filter *insns,
			      unsigned int len)
{
	struct sock_fprog prog = { .len = len, .filter = (struct sock_filter *)insns };

	return setsockopt(fd, SOL_SOCKET, option, &prog, sizeof(prog)) ? errno : 0;
}

/* a file of /proc or /sys takes a value; errno, or 0 */
static inline int write_value(const char *path, const char *value)
{
	int fd = open(path, O_WRONLY), err = 0;

	if (fd < 0)
		return errno;
	if (write(fd, value, strlen(value)) < 0)
		err = errno;
	close(fd);
	return err;
}

/* its first line, without the newline; false where it cannot be read */
static inline bool read_value(const char *path, char *value, size_t room)
{
	int fd = open(path, O_RDONLY);
	ssize_t n;

	if (fd < 0)
		return false;
	n = read(fd, value, room - 1);
	close(fd);
	if (n < 0)
		return false;
	value[n] = 0;
	value[strcspn(value, "\n")] = 0;
	return true;
}

#define JIT_ENABLE "/proc/sys/net/core/bpf_jit_enable"
#define JIT_HARDEN "/proc/sys/net/core/bpf_jit_harden"

/* one mode: @test in a process of its own, which leaves nothing behind */
static inline int in_one_mode(const char *name, void (*test)(void))
{
	int status = 0;
	pid_t pid;

	printf("# ---- %s\n", name);
	fflush(stdout);
	pid = fork();
	if (!pid) {
		test();
		exit(tap_done());
	}
	waitpid(pid, &status, 0);
	if (!WIFEXITED(status))
		printf("not ok - %s: wait status %#x\n", name, status);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

/* the whole of a program's main(): @test in each way this kernel can run programs */
static inline int in_every_mode(void (*test)(void))
{
	static const struct {
		const char *name, *enable, *harden;
	} modes[] = {
		{ "interpreter", "0", "0" },
		{ "JIT", "1", "0" },
		{ "JIT, hardened for everyone", "1", "2" },
	};
	char enable[16], harden[16];
	int result = TAP_SKIP_STATUS, status;
	unsigned int i;

	if (!read_value(JIT_ENABLE, enable, sizeof(enable)) ||
	    !read_value(JIT_HARDEN, harden, sizeof(harden))) {
		skip("JIT and hardened JIT: no net.core.bpf_jit_enable");
		return in_one_mode("interpreter", test);
	}
	for (i = 0; i < COUNT(modes); i++) {
		if (write_value(JIT_ENABLE, modes[i].enable) ||
		    write_value(JIT_HARDEN, modes[i].harden)) {
			skip("%s: this kernel does not let itself be set so", modes[i].name);
			continue;
		}
		status = in_one_mode(modes[i].name, test);
		if (status != TAP_SKIP_STATUS && result != 1)
			result = status;
	}
	write_value(JIT_ENABLE, enable);
	write_value(JIT_HARDEN, harden);
	return result;
}

#endif /* SELFTESTS_BPF_CLASSIC_ASM_H */
