/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Programs from text: the notation that kernel/bpf/disasm.c prints, with labels. The
 * notation is described in cases/README.
 *
 * Used by the corpus runners in user space and in the kernel; needs the C library
 * and linux/bpf.h only.
 */
#ifndef SELFTESTS_BPFASM_H
#define SELFTESTS_BPFASM_H

#include <stddef.h>
#include <linux/bpf.h>

/* descriptor of the map called @name, or -1 where there is none of that name */
typedef int (*bpfasm_map_fn)(void *arg, const char *name);

/**
 * struct bpfasm_prog - a program
 * @insns:	malloc()ed
 * @count:	instructions
 * @error:	what is wrong and in which line, where bpfasm() fails
 */
struct bpfasm_prog {
	struct bpf_insn	*insns;
	unsigned int	count;
	char		error[160];
};

int bpfasm(const char *text, bpfasm_map_fn find_map, void *arg, struct bpfasm_prog *out);
void bpfasm_free(struct bpfasm_prog *prog);

#endif /* SELFTESTS_BPFASM_H */
