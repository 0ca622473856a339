/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What gen.c and idioms.c share.
 */
#ifndef TOOLS_BPF_GEN_PRIVATE_H
#define TOOLS_BPF_GEN_PRIVATE_H

#include <linux/kernel.h>
#include <linux/types.h>
#include "../../../../kernel/bpf/flow.h"
#include "../../../../kernel/bpf/insn.h"
#include "gen.h"

#define MOST_OUTS	32
#define MOST_CALLS	32

enum value_kind {
	V_UNSET,
	V_NUMBER,
	V_MEM,			/* a number too: the same in every run */
	V_FRAME,		/* not the same in every run */
};

/**
 * struct value - what a register holds
 * @kind:	enum value_kind
 * @lo:		address: least offset from the start of the data, or the frame pointer
 * @hi:		greatest
 */
struct value {
	u8	kind;
	s32	lo;
	s32	hi;
};

/* @dead: no way leads here */
struct state {
	struct value	r[MAX_BPF_EXT_REG];
	bool		dead;
};

struct call {
	u32	at;
	u32	func;
};

/**
 * struct gen - a program being made
 * @random:	state of the random numbers
 * @place:	addresses
 * @mode:	enum gen_mode
 * @internal:	has instructions that RFC 9669 does not know
 * @b:		where it is written
 * @most:	instructions it should have by and large
 * @now:	what holds here
 * @end:	what holds on all ways to the end so far
 * @out:	jumps to the end
 * @outs:	how many
 * @locked:	registers that must not be written, by bit
 * @stack:	bytes of stack
 * @func:	number of the function
 * @func_count:	functions the program will have
 * @call:	calls of functions
 * @calls:	how many
 */
struct gen {
	u64			random;
	const struct gen_place	*place;
	enum gen_mode		mode;
	bool			internal;
	struct build		*b;
	u32			most;
	struct state		now;
	struct state		end;
	u32			out[MOST_OUTS];
	u32			outs;
	u32			locked;
	u32			stack;
	u32			func;
	u32			func_count;
	struct call		call[MOST_CALLS];
	u32			calls;
};

u32 rnd(struct gen *g, u32 below);
bool one_in(struct gen *g, u32 n);
s32 pick_imm(struct gen *g);
u64 pick_u64(struct gen *g);
bool is_number(const struct gen *g, u32 reg);
void set_number(struct gen *g, u32 reg);
void forget(struct gen *g, u32 first, u32 last);
u32 pick_dst(struct gen *g);
u32 pick_number(struct gen *g);
u32 pick_number_dst(struct gen *g);
u32 pick_base(struct gen *g);
bool pick_off(struct gen *g, u32 reg, u32 bytes, u32 align, s16 *off);
void emit_number(struct gen *g, u32 reg);
void emit_mem(struct gen *g, u32 reg, s32 off);

/* idioms.c: a few instructions that belong together */
void gen_idiom(struct gen *g);
void gen_packet_run(struct gen *g);

#endif /* TOOLS_BPF_GEN_PRIVATE_H */
