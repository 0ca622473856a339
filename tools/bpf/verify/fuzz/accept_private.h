/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What accept.c and the files beside it share.
 */
#ifndef TOOLS_BPF_ACCEPT_PRIVATE_H
#define TOOLS_BPF_ACCEPT_PRIVATE_H

#include <linux/bpf_func.h>
#include <linux/kernel.h>
#include <linux/limits.h>
#include <linux/types.h>
#include "../../../../kernel/bpf/insn.h"
#include "../host_user.h"
#include "accept.h"

#define SLOTS		14		/* of the stack, from the top; all written at the start */
#define KEY_SLOT	11		/* keys of maps are made there */
#define RECORD_SLOT	12		/* a record that is held lies there */
#define MOST_OUTS	64
#define MOST_DEPTH	4		/* of blocks in blocks */
#define MOST_LOOPS	3		/* of loops in loops */
#define MOST_FUNCS	3		/* functions of a program */
#define MOST_FUNC_CALLS	8		/* calls of them */
#define MOST_OFFSET	(1 << 20)	/* of pointers, for the privileged */

enum what {
	W_UNSET,
	W_NUM,
	W_VALUE,		/* of a map */
	W_RECORD,		/* acquired memory */
	W_FRAME,
	W_CTX,
	W_OUTER,		/* eight bytes of the caller's stack, a number */
	W_PACKET,		/* of a frame */
};

/**
 * struct val - what is known of a register
 * @what:	enum what
 * @link:	numbers: the same in all that differ by known distances, 0 none; W_PACKET:
 *		in all whose offsets have the same variable part, 0 a constant
 * @apart:	from what the link stands for; W_PACKET: constant part of the offset
 * @size:	W_VALUE, W_RECORD: bytes of the memory; W_PACKET: those that are known to be
 *		there behind the variable part
 * @lo:		numbers: bounds, signed; pointers: offset; W_PACKET: its variable part
 * @hi:		likewise
 */
struct val {
	u8	what;
	u32	link;
	u32	size;
	s64	apart;
	s64	lo;
	s64	hi;
};

/**
 * struct cell - what is known of eight bytes of the stack
 * @val:	what was stored
 * @size:	bytes stored at the lowest address; 8 for pointers; 0: some number
 * @upper:	a number that was stored in the upper half
 * @upper_at:	its first byte
 * @upper_bytes: how many; 0: none is known
 */
struct cell {
	struct val	val;
	u8		size;
	struct val	upper;
	u8		upper_at;
	u8		upper_bytes;
};

struct know {
	struct val	r[MAX_BPF_REG];
	struct cell	s[SLOTS];
};

/* jumps to an end of the program */
struct outs {
	u32	at[MOST_OUTS];
	u32	count;
};

/* who calls a function back */
enum callback {
	CALLBACK_NONE,		/* nobody, it is called */
	CALLBACK_LOOP,		/* bpf_loop() */
	CALLBACK_ARRAY,		/* bpf_for_each_map_elem() of ACCEPT_ARRAY */
	CALLBACK_HASH,		/* likewise of ACCEPT_HASH */
	CALLBACKS,
};

/* a call of a function that is not made yet */
struct func_call {
	u32 at;
	u32 func;
};

/**
 * struct maker - a program being made
 * @p:		the program
 * @state:	of the random numbers, where there are no bytes
 * @bytes:	what chooses, or NULL
 * @left:	bytes left
 * @most:	instructions it should have by and large
 * @now:	what is known here
 * @out:	jumps to the end; [1]: with a record held
 * @held:	a record is held, in RECORD_SLOT
 * @links:	links given out
 * @loops:	loops around what is made
 * @funcs:	functions that may be called
 * @func:	those before it are not called from here
 * @bound:	of each, the highest number it returns; 0: any
 * @callback:	of each, enum callback
 * @type:	of each, enum accept_func_type
 * @call:	calls
 * @calls:	how many
 * @around:	innermost loop being made, or NULL
 * @sloppy:	now and then it goes too far, which may be accepted where the verifier errs
 * @large:	it is to be a long one
 * @bare:	nothing of it names the stack: R7 to R9 count the turns of loops
 * @mixed:	pointers into two objects were compared: what follows hangs on addresses
 */
struct maker {
	struct accept_prog	*p;
	u64			state;
	const u8		*bytes;
	size_t			left;
	u32			most;
	struct know		now;
	struct outs		out[2];
	bool			held;
	bool			sloppy;
	const struct loop	*around;
	bool			large;
	bool			bare;
	bool			mixed;
	u32			links;
	u32			loops;
	u32			funcs;
	u32			func;
	u32			bound[MOST_FUNCS];
	u8			callback[MOST_FUNCS];
	u8			type[MOST_FUNCS];
	struct func_call	call[MOST_FUNC_CALLS];
	u32			calls;
};

/* accept.c */
u32 rnd(struct maker *m, u32 below);
u64 rnd64(struct maker *m);
s32 pick_imm(struct maker *m);
#define PICK(m, array)	((array)[rnd(m, ARRAY_SIZE(array))])
struct bpf_insn *emit(struct maker *m, u8 code, u8 dst, u8 src, s32 off, s32 imm);
void emit_out(struct maker *m, u8 code, u8 dst, u8 src, s32 imm);
bool can_out(const struct maker *m);
void come_here(struct maker *m, u32 at);
u8 pick_dst(struct maker *m);
void load_number(struct maker *m, u8 reg);
u8 pick_num(struct maker *m);
u8 pick_num_dst(struct maker *m);
int find(struct maker *m, enum what what);
void set_num(struct maker *m, u8 reg, s64 lo, s64 hi);
void set_wide(struct maker *m, u8 reg);
void forget_args(struct maker *m);
u32 link_of(struct maker *m, u8 reg);
void copy_num(struct maker *m, u8 to, u8 from);
void learn(struct maker *m, u8 reg, s64 lo, s64 hi);
bool errs(struct maker *m);
bool is_small(const struct val *v, s64 most);
void make_block(struct maker *m, u32 steps, u32 depth);
u32 emit_condition(struct maker *m);
void join(struct maker *m, struct know *a, const struct know *b);
void settle_cells(struct maker *m);
void make_end(struct maker *m, u32 mask);

/* accept_func.c */
void choose_funcs(struct maker *m);
void make_funcs(struct maker *m);
void step_call(struct maker *m);

/* accept_loop.c */
void forget_turns(struct maker *m, int kept);
void restore_numbers(struct maker *m, const struct know *head);
void make_loop(struct maker *m, u32 depth);

/* accept_bare.c */
void make_bare_loop(struct maker *m, u32 depth);

/* accept_bound.c: makes @reg, a number that may be written, one of 0..@most */
void bound(struct maker *m, u8 reg, u32 most);
void step_alu(struct maker *m);
void step_compare(struct maker *m);
void step_order(struct maker *m);
void step_choose(struct maker *m);

/* accept_origin.c: the same by what is computed from it; or not, it may be anything then */
void by_origin(struct maker *m, u8 reg, u32 most);
void step_origins(struct maker *m);
void step_siblings(struct maker *m);
void step_gone(struct maker *m);

/* accept_parts.c */
void step_parts(struct maker *m);

/* accept_packet.c */
void step_frame_bytes(struct maker *m);
void give_packet(struct maker *m, u8 to);
void take_packet(struct maker *m, u8 to, u8 from);

/* of a slot of the stack: where it is from R10 */
static inline s32 slot_off(u32 slot)
{
	return -8 * (s32)(slot + 1);
}

static inline bool is_pointer_to_bytes(const struct val *v)
{
	return v->what == W_VALUE || v->what == W_RECORD;
}

/* accept_move.c */
int find_memory(struct maker *m);
int move_pointer(struct maker *m);
void step_shift(struct maker *m);
void step_frame(struct maker *m);
void step_pointer(struct maker *m);

/* accept_steps.c */
void accept_step(struct maker *m);
void emit_map(struct maker *m, u8 dst, u32 map);
void emit_value(struct maker *m, u8 dst, u32 map, u32 off);
void step_record(struct maker *m, u32 depth);
void step_lookup(struct maker *m);
void emit_map(struct maker *m, u8 dst, u32 map);
void emit_call(struct maker *m, s32 helper);
void emit_key(struct maker *m, u8 reg);

/* accept_guess.c: without privilege only */
void step_guess(struct maker *m);

#endif /* TOOLS_BPF_ACCEPT_PRIVATE_H */
