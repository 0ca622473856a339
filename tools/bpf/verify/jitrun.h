/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Machine code of the kernel's own generator, run in this process.
 *
 *	jit_image_load()	compile, find executable memory, place, make it read-only
 *	jit_image_run()		call it; a crash or an endless loop is an answer, not an end
 *	jit_image_unload()
 *
 * Executable memory is never writable, and lies in the low 2 GiB next to this program, so
 * that a direct call reaches helpers. Only x86-64 hosts have a generator; elsewhere
 * the Makefile says JIT_HOST=0 and nothing here exists.
 */
#ifndef TOOLS_BPF_JITRUN_H
#define TOOLS_BPF_JITRUN_H

#include <linux/bpf_jit.h>
#include <linux/types.h>
#include "guard.h"

/**
 * struct jit_image - a program as machine code in executable memory
 * @text:	its first byte
 * @bytes:	how many
 * @slot:	where in executable memory, for jit_image_unload()
 * @code:	what bpf_arch_jit_compile() gave
 */
struct jit_image {
	u8			*text;
	u32			bytes;
	u32			slot;
	struct bpf_jit_code	*code;
};

int jit_image_load(const struct bpf_jit_input *in, struct jit_image *image);
void jit_image_unload(struct jit_image *image);
bool jit_image_run(const struct jit_image *image, const void *ctx, const void *prog,
		   u64 *r0, struct run_crash *crash);
/* "# " lines: instructions and, unless @image is NULL, machine code */
void jit_image_print(const struct bpf_insn *insns, u32 count,
		     const struct jit_image *image);

/**
 * struct jit_machine - a machine whose code is to be tried
 * @name:	for messages
 * @set:	tells the generator
 */
struct jit_machine {
	const char	*name;
	void		(*set)(void);
};

/* the machines to be tried: all features of this one, none, two with mitigations */
const struct jit_machine *jit_machine(u32 n);

/* a helper that tells the CPU's number; some machines have it in memory by gs */
u64 jit_cpu_helper(u64 r1, u64 r2, u64 r3, u64 r4, u64 r5);

/* compile, run, forget; 0, what compiling gave, or -EFAULT and @crash */
int run_jit(const struct bpf_jit_input *in, const void *ctx, u64 *r0,
	    struct run_crash *crash);

#endif /* TOOLS_BPF_JITRUN_H */
