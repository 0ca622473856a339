/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Random programs that are legal to run: they end, read nothing that is undefined, stay
 * in their memory, and leave the frame pointer's value out of their results.
 */
#ifndef TOOLS_BPF_GEN_H
#define TOOLS_BPF_GEN_H

#include <linux/bpf_jit.h>
#include <linux/types.h>
#include "../build.h"

#define GEN_PROGS	4	/* the first is run, the others are tail-called */
#define GEN_FUNCS	4	/* of a program */
#define GEN_MEM		1024	/* bytes a program works on */
#define GEN_STACK_SLOTS	8
#define GEN_RESULTS	(MAX_BPF_REG + GEN_STACK_SLOTS)

/**
 * struct gen_world - what programs work on, at one place for all
 * @mem:	data
 * @results:	what registers and stack held at the end, by the last program
 */
struct gen_world {
	u8	mem[GEN_MEM];
	u64	results[GEN_RESULTS];
};

/* what a program may use beside plain instructions */
enum gen_mode {
	GEN_PLAIN,
	GEN_PACKET,		/* its context is a packet */
	GEN_TAIL,		/* there is an array of programs */
	GEN_CALLS,		/* it has functions */
	GEN_MODES,
};

/**
 * struct gen_prog - a program
 * @code:	its instructions
 * @funcs:	functions
 * @func_count:	how many
 */
struct gen_prog {
	struct build		code;
	struct bpf_jit_func	funcs[GEN_FUNCS];
	u32			func_count;
};

/**
 * struct gen_set - a program, and those it may go on in
 * @mode:	enum gen_mode
 * @internal:	has instructions that RFC 9669 does not know
 * @prog:	programs
 * @count:	how many
 */
struct gen_set {
	enum gen_mode	mode;
	bool		internal;
	struct gen_prog	prog[GEN_PROGS];
	u32		count;
};

/**
 * struct gen_place - addresses that go into programs
 * @world:	what they work on
 * @array:	map of the array of programs
 */
struct gen_place {
	struct gen_world	*world;
	void			*array;
};

void gen_make(struct gen_set *set, const struct gen_place *place, u64 seed);

/* defined.c */
bool gen_is_defined(const struct gen_prog *p);

/* random numbers, as the generator draws them */
u64 gen_random(u64 *state);

/*
 * Helpers that programs call: @arity arguments, mixed, or what code generators write as an
 * instruction; and one that reads and writes memory.
 */
#define GEN_HELPER_CPU	6
bpf_func_t gen_helper(u32 arity);
u64 gen_touch(u64 mem, u64 bytes, u64 r3, u64 r4, u64 r5);
/* distance of one, as calls carry it */
s32 gen_call_imm(bpf_func_t func);

#endif /* TOOLS_BPF_GEN_H */
