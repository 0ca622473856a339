/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * bpf(2) for tests that are about something else: programs put together piece by
 * piece, loaded and run, and maps, with no library between.
 */
#ifndef SELFTESTS_BPF_LOAD_H
#define SELFTESTS_BPF_LOAD_H

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "bpf_insn.h"

#define PROGRAM_MAX 4096

/* a program that grows */
struct program {
	unsigned int	len;
	struct bpf_insn	insns[PROGRAM_MAX];
};

/* appends instructions to a struct program */
#define ADD(p, ...) do {						\
	const struct bpf_insn part_[] = { __VA_ARGS__ };		\
									\
	memcpy((p)->insns + (p)->len, part_, sizeof(part_));		\
	(p)->len += sizeof(part_) / sizeof(part_[0]);			\
} while (0)

static inline long bpf_call(int cmd, union bpf_attr *attr)
{
	return syscall(__NR_bpf, cmd, attr, sizeof(*attr));
}

/* a program of a type, @name or NULL; descriptor, or -errno; a @loud one's refusal is shown */
static inline int load_as(unsigned int type, const char *name, const struct bpf_insn *insns,
			  unsigned int len, bool loud)
{
	static char text[65536];
	union bpf_attr attr;
	int fd;

	memset(&attr, 0, sizeof(attr));
	attr.prog_type = type;
	attr.insns = (uintptr_t)insns;
	attr.insn_cnt = len;
	attr.license = (uintptr_t)"GPL";
	if (name)
		strncpy(attr.prog_name, name, sizeof(attr.prog_name) - 1);
	fd = bpf_call(BPF_PROG_LOAD, &attr);
	fd = fd < 0 ? -errno : fd;
	if (fd >= 0 || !loud)
		return fd;
	attr.log_level = 1;
	attr.log_size = sizeof(text);
	attr.log_buf = (uintptr_t)text;
	text[0] = '\0';
	bpf_call(BPF_PROG_LOAD, &attr);
	for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n"))
		printf("# %s\n", line);
	return fd;
}

/* a socket filter */
static inline int load_insns(const struct bpf_insn *insns, unsigned int len, bool loud)
{
	return load_as(BPF_PROG_TYPE_SOCKET_FILTER, NULL, insns, len, loud);
}

static inline int load(const struct program *p)
{
	return load_insns(p->insns, p->len, true);
}

/* descriptor, or -errno */
static inline int create_map(unsigned int type, unsigned int key_bytes,
			     unsigned int value_bytes, unsigned int entries,
			     unsigned int flags)
{
	union bpf_attr attr;
	int fd;

	memset(&attr, 0, sizeof(attr));
	attr.map_type = type;
	attr.key_size = key_bytes;
	attr.value_size = value_bytes;
	attr.max_entries = entries;
	attr.map_flags = flags;
	fd = bpf_call(BPF_MAP_CREATE, &attr);
	return fd < 0 ? -errno : fd;
}

/* an array of @count numbers of 64 bits */
static inline int make_array(unsigned int count)
{
	return create_map(BPF_MAP_TYPE_ARRAY, 4, 8 * count, 1, 0);
}

static inline int element_call(int cmd, int fd, void *value)
{
	static const __u32 zero;
	union bpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.map_fd = fd;
	attr.key = (uintptr_t)&zero;
	attr.value = (uintptr_t)value;
	return bpf_call(cmd, &attr);
}

static inline int read_array(int fd, __u64 *numbers)
{
	return element_call(BPF_MAP_LOOKUP_ELEM, fd, numbers);
}

static inline int write_array(int fd, __u64 *numbers)
{
	return element_call(BPF_MAP_UPDATE_ELEM, fd, numbers);
}

/* slot 0 of an array of programs; 0 or -errno */
static inline int put_prog(int array, int prog)
{
	return element_call(BPF_MAP_UPDATE_ELEM, array, &prog) < 0 ? -errno : 0;
}

/* goes on in slot 0 of @array, if a program is there; R1 is the context */
static inline void add_jump(struct program *p, int array)
{
	ADD(p, BPF_MOV64_IMM(BPF_REG_3, 0), BPF_LD_MAP_FD(BPF_REG_2, array),
	    BPF_CALL_FUNC(BPF_FUNC_tail_call));
}

/* R6 is the context, R7 the numbers of the array; a program begins so */
static inline void add_array(struct program *p, int array)
{
	ADD(p,
	    BPF_MOV64_REG(BPF_REG_6, BPF_REG_1),
	    BPF_MOV64_REG(BPF_REG_2, BPF_REG_10),
	    BPF_LD_MAP_FD(BPF_REG_1, array),
	    BPF_ST_MEM(BPF_DW, BPF_REG_10, -16, 0),
	    BPF_ALU64_IMM(BPF_ADD, BPF_REG_2, -16),
	    BPF_CALL_FUNC(BPF_FUNC_map_lookup_elem),
	    BPF_JMP_IMM(BPF_JNE, BPF_REG_0, 0, 1),
	    BPF_EXIT_INSN(),
	    BPF_MOV64_REG(BPF_REG_7, BPF_REG_0));
}

/* number @idx of the array becomes @reg */
static inline void add_store(struct program *p, unsigned int idx, int reg)
{
	ADD(p, BPF_STX_MEM(BPF_DW, BPF_REG_7, reg, 8 * idx));
}

static inline void add_return(struct program *p, int value)
{
	ADD(p, BPF_MOV64_IMM(BPF_REG_0, value), BPF_EXIT_INSN());
}

#endif /* SELFTESTS_BPF_LOAD_H */
