/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the benchmarks share: programs put together piece by piece, bpf(2), the clock.
 */
#ifndef BENCH_CODE_H
#define BENCH_CODE_H

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "bpf_insn.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define MAX_INSNS 8192

/**
 * struct code - a program being written
 * @insns:	instructions
 * @n:		how many
 */
struct code {
	struct bpf_insn insns[MAX_INSNS];
	unsigned int n;
};

#define EMIT(code, ...)							\
	do {								\
		const struct bpf_insn more[] = { __VA_ARGS__ };		\
									\
		memcpy(&(code)->insns[(code)->n], more, sizeof(more));	\
		(code)->n += COUNT(more);				\
	} while (0)

static inline int die(const char *what)
{
	fprintf(stderr, "%s: %s: %s\n", program_invocation_short_name, what,
		strerror(errno));
	exit(1);
}

static inline __u64 now(void)
{
	unsigned int low, high;

	/* serialised by hand: nothing measured may move across it */
	__asm__ volatile("lfence; rdtsc; lfence" : "=a"(low), "=d"(high) : : "memory");
	return (__u64)high << 32 | low;
}

static inline bool put(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY);
	bool done = fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text);

	if (fd >= 0)
		close(fd);
	return done;
}

/* false: the kernel has no code generator, as the peer in User-Mode Linux */
static inline bool set_jit(const char *value)
{
	if (put("/proc/sys/net/core/bpf_jit_enable", value))
		return true;
	if (errno != ENOENT)
		die("bpf_jit_enable");
	return false;
}

static inline int bpf(int cmd, union bpf_attr *attr)
{
	return syscall(__NR_bpf, cmd, attr, sizeof(*attr));
}

static inline int load_as(unsigned int type, const struct code *code)
{
	union bpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.prog_type = type;
	attr.insns = (uintptr_t)code->insns;
	attr.insn_cnt = code->n;
	attr.license = (uintptr_t)"GPL";
	return bpf(BPF_PROG_LOAD, &attr);
}

static inline int load(const struct code *code)
{
	return load_as(BPF_PROG_TYPE_SOCKET_FILTER, code);
}

#endif /* BENCH_CODE_H */
