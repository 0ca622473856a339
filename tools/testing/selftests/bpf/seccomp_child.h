/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Seccomp filters cannot be taken away again: tests of them run in children.
 */
#ifndef SELFTESTS_BPF_SECCOMP_CHILD_H
#define SELFTESTS_BPF_SECCOMP_CHILD_H

#include <stdbool.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* calls that no library makes behind our back */
#define PROBE __NR_getpgid
#define OTHER __NR_getsid

/* exit status of a child that could not do what it is for */
#define EXIT_BROKEN 200

/* wait status of a child that runs @body, its result the exit status */
static inline int in_child(int (*body)(const void *arg), const void *arg)
{
	int status = -1;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (!pid) {
		if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
			_exit(EXIT_BROKEN);
		_exit(body(arg));
	}
	waitpid(pid, &status, 0);
	return status;
}

static inline bool exits_with(int status, int code)
{
	if (WIFEXITED(status) && WEXITSTATUS(status) == code)
		return true;
	printf("# wait status %#x\n", status);
	return false;
}

#endif /* SELFTESTS_BPF_SECCOMP_CHILD_H */
