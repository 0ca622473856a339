/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The ways in which the kernel may run one program: interpreter or machine code, each of
 * the program as given or as the optimiser leaves it, constants hidden or not.
 */
#ifndef TOOLS_BPF_ENGINE_H
#define TOOLS_BPF_ENGINE_H

#include <linux/bpf_jit.h>
#include <linux/types.h>
#include "jitrun.h"

struct bpf_xinsn;
struct bv_result;

/* steps on the way, or-ed */
#define ENGINE_OPT	0x01	/* optimised */
#define ENGINE_BLIND	0x02	/* constants hidden */
#define ENGINE_JIT	0x04	/* machine code; else interpreted */
#define ENGINE_WAYS	8

#define ENGINE_ENTRIES	8	/* of an array of programs */

/**
 * struct engine_prog - a program made ready for one way of running it
 * @way:	ENGINE_*
 * @insns:	what is run, after all passes
 * @count:	how many
 * @funcs:	functions of it
 * @func_count:	how many
 * @depth:	bytes of stack of all functions under way
 * @xcode:	for the interpreter
 * @image:	for the processor
 */
struct engine_prog {
	u32			way;
	struct bpf_insn		*insns;
	u32			count;
	struct bpf_jit_func	*funcs;
	u32			func_count;
	u32			depth;
	struct bpf_xinsn	*xcode;
	struct jit_image	image;
};

const char *engine_name(u32 way);

/*
 * Last thing in functions that machine code calls: leaves rubbish in all registers that a
 * function may change, where compiled code would change two or three.
 */
static inline void engine_scrub(void)
{
#ifdef __x86_64__
	asm volatile("movabs $0xdeadbeefbadc0de1, %%rcx\n"
		     "mov %%rcx, %%rdx\n"
		     "mov %%rcx, %%rsi\n"
		     "mov %%rcx, %%rdi\n"
		     "mov %%rcx, %%r8\n"
		     "mov %%rcx, %%r9\n"
		     "mov %%rcx, %%r10\n"
		     "mov %%rcx, %%r11\n"
		     : : : "rcx", "rdx", "rsi", "rdi", "r8", "r9", "r10", "r11", "cc");
#endif
}

/* functions of an accepted program as runtimes take them; free() */
struct bpf_jit_func *engine_funcs(const struct bv_result *res);
/* res->count + 1 decoded instructions to @out; 0, or what the decoder says */
int engine_decode(const struct bv_result *res, struct bpf_xinsn *out);

/* 0; -EOPNOTSUPP, -ERANGE where this way is closed to the program; else an error */
bool engine_may_refuse(u32 way, int err);
int engine_prepare(struct engine_prog *p, const struct bpf_jit_input *in, u32 way);
bool engine_run(const struct engine_prog *p, const void *ctx, u64 *r0,
		struct run_crash *crash);
void engine_drop(struct engine_prog *p);
void engine_set_garbage(u8 byte);

/* the array of programs for tail calls, all of one way; what programs call their map */
void *engine_array_make(void);
void engine_array_set(void *map, u32 idx, const struct engine_prog *p);
void engine_array_clear(void *map);
void engine_array_drop(void *map);

#endif /* TOOLS_BPF_ENGINE_H */
