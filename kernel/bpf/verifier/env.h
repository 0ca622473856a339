/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One check of one program: the instructions, what each pass found out about them,
 * and the host's answers. Each pass owns its own context; the members here say who
 * writes what.
 *
 * Layer V2.
 */
#ifndef _BPF_VERIFIER_ENV_H
#define _BPF_VERIFIER_ENV_H

#include <linux/bpf_func.h>
#include <linux/limits.h>
#include <linux/string.h>
#include "../btf/source.h"
#include "../flow.h"
#include "domain.h"
#include "host.h"
#include "report.h"
#include "verify.h"

struct bv_claims;
struct bv_deps;
struct bv_frame;
struct bv_state;
struct bv_walk;

/* no instruction, no map */
#define BV_NO_PC	U32_MAX
#define BV_NO_MAP	0xffff

/* what a call does with maps, seen over all paths (written by call.c) */
enum bv_call_map {
	BV_CALL_MAP_UNSEEN = 0,
	BV_CALL_MAP_ONE,	/* always the map @map */
	BV_CALL_MAP_MANY,	/* different maps: the generic helper stays */
};

/* what callback.c calls beside helpers, numbers that no helper has */
#define BV_CALL_NEXT_ELEM	-1	/* the value of the next element of a map */
#define BV_CALL_KEY_OF		-2	/* from a value to its key */
#define BV_CALL_KEY_AT		-3	/* a key in the stack, as a key */

/* loops that an instruction may be in at a time */
#define BV_MOST_NESTED	64

/* arms of a conditional jump that some path took (written by branch.c) */
#define BV_ARM_FALL	0x1
#define BV_ARM_JUMP	0x2

/* against guesses of the processor, for programs without privilege (harden.c) */
#define BV_HARDEN_MASK_SRC	0x01	/* a path moves a pointer by the source register */
#define BV_HARDEN_MASK_DST	0x02	/* by the destination, the source being the pointer */
#define BV_HARDEN_NUMBERS	0x04	/* on some path neither is a pointer */
#define BV_HARDEN_DIFFERS	0x08	/* paths differ in that number */
#define BV_HARDEN_BEFORE	0x10	/* hold speculation before the instruction */
#define BV_HARDEN_AFTER		0x20	/* and behind it */
/* those for which there may be more instructions */
#define BV_HARDEN_ADDS		(BV_HARDEN_MASK_SRC | BV_HARDEN_MASK_DST | \
				 BV_HARDEN_BEFORE | BV_HARDEN_AFTER)

/**
 * struct bv_limit - how far a number goes in a loop, as a test has it that leads out of it
 * @pc:		the test
 * @id:		identity of the number that it looked at last, 0 none
 * @is32:	its lower half, and all else of it is zero
 * @unequal:	those stay that are not @bound
 * @bound:	otherwise those up to here, or from here on, both without the distance that the
 *		number has from its identity
 */
struct bv_limit {
	u32	pc;
	u32	id;
	bool	is32;
	bool	unequal;
	u64	bound;
};

/**
 * struct bv_move - an identity that stands for a sum, in which not all is constant
 * @id:		the identity
 * @root:	identity of the number that it is a distance from
 * @by:		the distance, any of these
 * @least:	if the number is no less than this
 * @most:	and no more than this: else it wrapped, in 32 bits
 */
struct bv_move {
	u32		id;
	u32		root;
	struct range64	by;
	u64		least;
	u64		most;
};

/**
 * struct bv_tie - an identity that stands for some times what another one stands for
 * @id:		the identity
 * @to:		the other one
 * @times:	how often, in 64 bits that wrap
 * @rest:	what is to be added, one of these, the same always
 */
struct bv_tie {
	u32		id;
	u32		to;
	s64		times;
	struct scalar	rest;
};

/**
 * struct bv_origin - an identity that stands for what was computed from another one
 * @id:		the identity
 * @to:		the other one
 * @delta:	what is added to that first, in 64 bits that wrap
 * @num:	the second operand
 * @op:		BPF_ADD, BPF_AND, BPF_RSH, BPF_DIV or BPF_MUL
 * @is64:	in 64 bits, not in 32
 * @used:	something was learnt of the one by the other
 * @beside:	@to was computed from what this was really computed from; it is the same by that
 */
struct bv_origin {
	u32		id;
	u32		to;
	u64		delta;
	u64		num;
	u8		op;
	bool		is64;
	bool		used;
	bool		beside;
};

/* tests of a loop that are remembered */
#define BV_LOOP_LIMITS	4

/**
 * struct bv_loop - a loop of the program (loops.c)
 * @head:	instruction through which every way into it comes, and every turn
 * @first:	its first instruction in the order of the program, often @head
 * @last:	its last one
 * @parent:	number of the loop around it, 0 none. A loop's number is its index in
 *		env->loops and one
 * @began:	where in the finished list of cfg.c its first one is
 * @ended:	where its head is, which comes last
 * @visits:	instructions of it, and of no loop inside it, that the walk stepped over
 *		(walk.c)
 * @insns:	instructions of it, and of no loop inside it (count.c)
 * @turns:	most jumps back to the head that one way into the loop can lead to, over
 *		those of which a rule told; others were walked one by one (induct.c)
 * @all_turns:	those that all ways into it can lead to together, as a run may go on where
 *		another way was before
 * @singly:	turns that were walked one by one besides, as the loop is short: of all paths
 *		together, for one may go on where another one was before (prune.c)
 * @limit:	what its tests said in the last turn (limit.c)
 * @limits:	how many have had a place among these
 * @closed:	some state at the head covered what came back to it
 * @unroll:	walked turn by turn, as no rule was found that holds in every turn
 */
struct bv_loop {
	u32	head;
	u32	first;
	u32	last;
	u32	parent;
	u32	began;
	u32	ended;
	u32	visits;
	u32	insns;
	u64	turns;
	u64	all_turns;
	u32	singly;
	struct bv_limit limit[BV_LOOP_LIMITS];
	u32	limits;
	bool	closed;
	bool	unroll;
};

/**
 * struct bv_insn_info - what is known of one instruction
 * @proto:	helper called (decode.c), otherwise NULL
 * @view:	view that a load or store goes through (mem.c), otherwise NULL;
 *		the same on every path, or the program is refused
 * @live_slots:	stack slots whose content may still be read, bit i is the eight
 *		bytes at fp - 8 * (i + 1) (live.c)
 * @live_regs:	registers that may still be read before being written, bit n is Rn
 *		(live.c); both are for the moment before the instruction
 * @post:	of info[k]: the k-th instruction in an order in which each comes after all
 *		that may follow it; among them, the one behind it comes right before it
 *		unless that is a jump's target (cfg.c). Second slots are not in it, so
 *		the last entries are unused where there are any
 * @loop:	number of the innermost loop that it is in, 0 none (loops.c)
 * @map:	index in env->maps: of an ld_imm64 (decode.c) or of a call's map
 *		(call.c); BV_NO_MAP otherwise
 * @point:	where states are compared: index in env->walk->kept (as @prune)
 * @key:	where @key_known, a lookup's key of four bytes, or the eight bytes of the
 *		stack that a store goes to, as @live_slots counts them (fold.c); in place of @point
 * @key_reg:	register that holds the key of a lookup on every way, otherwise R10, which
 *		holds none (fold.c)
 * @arms:	BV_ARM_* (branch.c); fold.c takes away what cannot be
 * @harden:	BV_HARDEN_*: what the walk saw that a guess could abuse (ptr.c, stack.c, args.c)
 * @calls:	how often the walk stepped over this call of a global function (global.c); in
 *		place of @proto
 * @barred:	BV_ARM_* that some path cannot take, without privilege (branch.c)
 * @nulled:	BV_ARM_* in which a pointer is NULL, likewise
 * @call_map:	enum bv_call_map (call.c)
 * @second:	is the second slot of an ld_imm64 (decode.c)
 * @target:	some jump comes here (cfg.c, trim.c)
 * @head:	is the head of loop @loop (loops.c)
 * @prune:	states are compared here (cfg.c, loops.c; walk.c, where that is asked for
 *		otherwise)
 * @apart:	states are not joined here (join.c)
 * @keep:	a function is called here or was in front of it: worth a state however near
 *		the end is (subprog.c)
 * @seen:	some path came here (walk.c)
 * @plain:	a load or store here went through memory that needs no view (mem.c)
 * @stack:	an access here was one of the stack (mem.c). As kinds of pointers are
 *		compared exactly, no path that ended early would have said otherwise
 * @key_known:	@key is the key on every way (fold.c)
 * @idle:	a store to the stack that nobody reads (fold.c)
 * @entered:	an edge comes here (cfg.c only)
 * @open:	being visited (cfg.c only)
 * @done:	visited, with all that may follow (cfg.c only)
 */
struct bv_insn_info {
	union {
		const struct bpf_func_proto	*proto;
		u32				calls;
	};
	const struct bpf_view		*view;
	u64				live_slots;
	u32				post;
	u32				loop;
	union {
		u32			point;
		u32			key;
	};
	u16				live_regs;
	u16				map;
	u8				harden;
	u8				barred;
	u8				nulled;
	u8				arms;
	u8				call_map;
	u8				key_reg;
	bool				second : 1,
					target : 1,
					head : 1,
					prune : 1,
					keep : 1,
					apart : 1,
					seen : 1,
					plain : 1,
					stack : 1,
					key_known : 1,
					idle : 1,
					entered : 1,
					open : 1,
					done : 1;
};

/* as it is before any pass has looked; most is zero */
static inline void bv_info_start(struct bv_insn_info *info, u32 count)
{
	static const struct bv_insn_info unseen = { .map = BV_NO_MAP };
	u32 i;

	for (i = 0; i < count; i++)
		info[i] = unseen;
}

/**
 * struct bv_moved - numbers that move a pointer at an instruction, seen over all paths
 * @lo:		the least
 * @hi:		the greatest
 */
struct bv_moved {
	s64	lo;
	s64	hi;
};

/* functions that a program may have, and how many of them may be under way at one time */
#define BV_MOST_FUNCS	256
#define BV_MOST_FRAMES	8

/* registers that pass arguments: R1 and up */
#define BV_MOST_ARGS	5

/* what a global function takes (signature.c) */
enum bv_arg_type {
	BV_ARG_TYPE_NUMBER,	/* any number */
	BV_ARG_TYPE_CTX,	/* the context */
	BV_ARG_TYPE_MEMORY,	/* @bytes of memory to read and write, or NULL */
};

/**
 * struct bv_func_arg - an argument of a global function
 * @type:	enum bv_arg_type
 * @aligned:	the widest atomic operation that it makes there, 0 none (mem.c)
 * @bytes:	of the memory
 */
struct bv_func_arg {
	u8	type;
	u8	aligned;
	u32	bytes;
};

/**
 * struct bv_func - a function of the program; the program itself is the first one
 * @start:	first instruction
 * @end:	index behind its last one
 * @stack:	deepest byte of its stack touched, positive (stack.c)
 * @below:	bytes of stack that it and those it calls take together (subprog.c)
 * @above:	bytes of stack that those keep that wait for it, at most (subprog.c)
 * @visits:	instructions of it, and of no loop in it, that the walk stepped over; of the
 *		first one they are not counted (walk.c)
 * @insns:	instructions of it, and of no loop in it (count.c)
 * @times:	how often a run may come to call it, for each way of doing so that was walked;
 *		0: none calls it (count.c)
 * @loaded:	first instruction, as the program was given
 * @order:	of funcs[k]: the k-th function in an order in which each comes after all
 *		that it calls; those that nobody calls are not in it, and the last entries
 *		unused then
 * @frames:	functions under way when it has called as deep as it can, itself included
 * @tail_calls:	it makes tail calls; neither this nor @packet is known of a program that is
 *		the only function
 * @packet:	it has packet loads
 * @leaves:	it, or one that it calls, may go on in another program
 * @moves:	likewise, or moves the packet: pointers into that end with a call of it
 * @global:	it is verified by itself, for all arguments that its signature lets pass, and
 *		calls of it are not walked into (signature.c)
 * @trial:	it is static, and @global is tried only
 * @nargs:	of global ones: how many arguments
 * @arg:	likewise: the arguments
 */
struct bv_func {
	u32	start;
	u32	end;
	u32	stack;
	u32	below;
	u32	above;
	u32	loaded;
	u64	times;
	u32	visits;
	u32	insns;
	u16	order;
	u16	frames;
	bool	tail_calls;
	bool	packet;
	bool	leaves;
	bool	moves;
	bool	global;
	bool	trial;
	u8	nargs;
	struct bv_func_arg arg[BV_MOST_ARGS];
};

/**
 * struct bv_stats - totals for the log and the result
 * @visited:		instructions stepped over
 * @visited_before:	of these, before the walk last started again
 * @states_total:	states kept, ever
 * @states_now:		states held
 * @states_peak:	most of those
 * @states_insn:	states held for one instruction, most
 * @pruned:		paths ended because an old state covers them
 * @paths:		paths walked, to their end or to a state that covers them
 * @bytes_now:		bytes held for states, waiting ones included
 * @bytes_peak:		most of those
 * @started_ns:		when the check began
 */
struct bv_stats {
	u32	visited;
	u32	visited_before;
	u32	states_total;
	u32	states_now;
	u32	states_peak;
	u32	states_insn;
	u32	pruned;
	u32	paths;
	u64	bytes_now;
	u64	bytes_peak;
	u64	started_ns;
};

/**
 * struct bv_decision - a conditional jump on the path being walked
 * @pc:		the jump
 * @arm:	BV_ARM_FALL or BV_ARM_JUMP
 * @forced:	the other arm is impossible
 */
struct bv_decision {
	u32	pc;
	u8	arm;
	bool	forced;
};

/**
 * struct bv_trail - how the walk came to env->pc, for the log
 * @made:	decisions, oldest first; the walk goes depth first, so going back to
 *		a waiting arm is cutting the end off
 * @len:	how many
 * @cap:	room for
 */
struct bv_trail {
	struct bv_decision	*made;
	u32			len;
	u32			cap;
};

/**
 * struct bv_shifted - a number before it was shifted left by 32, 48 or 56
 * @pc:		the shift, or the last of the moves behind it; BV_NO_PC where there was none, or
 *		states were compared or the path jumped since
 * @regs:	registers that hold what was shifted, bit n is Rn
 * @by:		how far
 * @id:		its identity
 * @delta:	its distance from that
 * @val:	what was known of it
 */
struct bv_shifted {
	u32		pc;
	u16		regs;
	u8		by;
	u32		id;
	s64		delta;
	struct scalar	val;
};

/**
 * struct bv_vain_join - a joined state that was refused (join.c)
 * @slots:	slots of the stack that differed where it was joined
 * @pc:		where that was
 * @at:		the instruction that was refused
 * @regs:	registers that differed, bit n is Rn
 * @why:	and why
 */
struct bv_vain_join {
	u64		slots;
	u32		pc;
	u32		at;
	u32		regs;
	enum bv_reason	why;
};

/**
 * struct bv_env - one check
 * @req:	what was asked; constant
 * @type:	program type; constant
 * @insns:	working copy of the program; decode.c and the rewrite rooms write it
 * @count:	instructions in it, second slots of constants too
 * @insn_count:	and without these (decode.c)
 * @frame_named: some instruction names R10 (decode.c)
 * @target_count: instructions that jumps go to (cfg.c)
 * @back_first: where jumps back go to, the first one of these, and the last such jump; with
 * @back_last: none, the first is behind the last (cfg.c)
 * @point_count: those where states are compared (cfg.c, loops.c; walk.c, where that is asked
 *		for otherwise)
 * @info:	one per instruction, same index
 * @moved:	one per instruction, same index, with BV_HARDEN_MASK_* (ptr.c); NULL for who has
 *		privilege
 * @loaded:	of each instruction its index in the request (verify.c), BV_NO_PC of those that
 *		the verifier adds (callback.c); NULL where nobody asks, as @placed
 * @funcs:	functions, in the order of the program; subprog.c's
 * @func_count:	how many, at least one
 * @local_calls: instructions that call one; decode.c writes
 * @called:	how many of them are called, the first one included
 * @frames:	all frames of callers, also those of nobody; frames.c's own
 * @dead_frames: how many of those are nobody's
 * @maps:	maps the program names; decode.c writes
 * @map_count:	how many
 * @map_cap:	room for
 * @pc:		instruction being looked at, or BV_NO_PC; for messages
 * @root:	function that the walk began in: the program, or a global one; walk.c writes
 * @cur:	state before that instruction, while walking; otherwise NULL
 * @walk:	pending paths and kept states; walk.c's own
 * @trail:	decisions of the path; walk.c writes, empty without a log
 * @shown:	state as the log last showed it; print.c's own
 * @shown_line:	line of the source that the log last showed; print.c's own
 * @loops:	loops, NULL where there are none (loops.c)
 * @loop_count:	how many
 * @strict:	where there are loops, of each instruction the values before it that may
 *		come to decide something (live.c)
 * @placed:	where each instruction of the request went, or NULL (lower.c)
 * @placed_funcs: where functions begin in the end (lower.c)
 * @spare:	states to be used again; state.c's own
 * @stack_depth: bytes of stack that the functions take at most; subprog.c writes
 * @max_ctx_offset: mem.c writes
 * @ctx_fields:	mem.c writes: fields of the context that are accessed, bit n the n-th
 * @cb_access:	mem.c writes: field "cb" is used
 * @passes_ctx:	call.c writes: some helper gets the context
 * @next_id:	identities given out to registers
 * @moves:	sums in loops, by identity, the lowest first; move.c's own, as the next two
 * @move_count:	how many
 * @move_cap:	room for
 * @ties:	numbers that go together, by identity, the lowest first; tie.c's own, as the
 *		next two, but that others see that there are none
 * @tie_count:	how many
 * @tie_cap:	room for
 * @origins:	numbers that were computed from others, likewise; origin.c's own
 * @origin_count: how many
 * @origin_cap:	room for
 * @shifted:	alu.c writes: what was shifted up just before
 * @grown:	env->cur may be a state that no run is in (bv_state.grown): a refusal is not
 *		told, but tried again in another way; walk.c's
 * @muted:	that happened, and why it would have been refused (report.c)
 * @trying:	static functions are verified as if they were global: a refusal is not told
 * @failed:	that happened (report.c)
 * @apart:	states are joined nowhere any more (join.c)
 * @joins:	states joined in this walk
 * @vain_joins:	walks that started again because of one
 * @vain:	the last of them
 * @budget:	instructions that a run may take (count.c)
 * @claims:	what the walk claims, or NULL: claims.c's own
 * @stats:	totals
 * @pool:	memory of this check; what a pass marks goes when it ends
 * @heap:	memory of states, during the walk
 * @given:	memory of what the caller gets
 * @log:	the user's log; last, as its text is not cleared
 */
struct bv_env {
	const struct bv_request		*req;
	const struct bpf_type_ops	*type;
	struct bpf_insn			*insns;
	u32				count;
	u32				insn_count;
	u32				target_count;
	u32				back_first;
	u32				back_last;
	u32				point_count;
	bool				frame_named;
	struct bv_insn_info		*info;
	struct bv_moved			*moved;
	u32				*loaded;
	struct bv_func			*funcs;
	u32				func_count;
	u32				local_calls;
	u32				called;
	struct bv_frame			*frames;
	u32				dead_frames;
	struct bv_map			*maps;
	u32				map_count;
	u32				map_cap;
	u32				pc;
	u32				root;
	struct bv_state			*cur;
	struct bv_walk			*walk;
	struct bv_trail			trail;
	struct bv_state			*shown;
	u32				shown_line;
	struct bv_loop			*loops;
	u32				loop_count;
	struct bv_deps			*strict;
	u32				*placed;
	struct bv_placed_func		*placed_funcs;
	struct bv_state			*spare;
	u32				stack_depth;
	u32				max_ctx_offset;
	u32				ctx_fields;
	bool				cb_access;
	bool				passes_ctx;
	u32				next_id;
	struct bv_move			*moves;
	u32				move_count;
	u32				move_cap;
	struct bv_tie			*ties;
	u32				tie_count;
	u32				tie_cap;
	struct bv_origin		*origins;
	u32				origin_count;
	u32				origin_cap;
	struct bv_shifted		shifted;
	bool				grown;
	enum bv_reason			muted;
	bool				trying;
	bool				failed;
	bool				apart;
	u32				joins;
	u32				vain_joins;
	struct bv_vain_join		vain;
	u64				budget;
	struct bv_claims		*claims;
	struct bv_stats			stats;
	struct bv_pool			pool;
	struct bv_heap			heap;
	struct bv_pool			given;
	struct bv_log			log;
};

/* subprog.c: the function that an instruction belongs to */
struct bv_func *bv_func_at(const struct bv_env *env, u32 pc);
/* subprog.c: the instruction that such a call at @pc goes to */
static inline u32 bv_callee(const struct bv_env *env, u32 pc)
{
	return pc + 1 + env->insns[pc].imm;
}

/* subprog.c: the function that such a call at @pc goes to, where it is a global one, or NULL */
struct bv_func *bv_global_at(const struct bv_env *env, u32 pc);

/* number that @bytes bytes of memory hold: 1, 2, 4 or 8 */
static inline u64 bv_load_bytes(const void *p, u32 bytes)
{
	u16 h;
	u32 w;
	u64 dw;

	switch (bytes) {
	case 1:
		return *(const u8 *)p;
	case 2:
		memcpy(&h, p, sizeof(h));
		return h;
	case 4:
		memcpy(&w, p, sizeof(w));
		return w;
	default:
		memcpy(&dw, p, sizeof(dw));
		return dw;
	}
}

/* does a constant name a byte of a map's value, and not the map? */
static inline bool bv_const_is_value(const struct bpf_insn *insn)
{
	return insn->src_reg == BPF_PSEUDO_MAP_VALUE ||
	       insn->src_reg == BPF_PSEUDO_MAP_IDX_VALUE;
}

static inline struct bv_loop *bv_loop(const struct bv_env *env, u32 number)
{
	return &env->loops[number - 1];
}

/* print.c: what is known of a register or slot of env->cur, as text into @buf */
void bv_print_subject(struct bv_env *env, struct bv_about about,
		      char *buf, size_t size);
/* print.c: instructions that gave the subject its value and that lost its bounds */
void bv_print_origin(struct bv_env *env, struct bv_about about);
/* print.c: the line of the source that an instruction comes from, on a line of its own */
void bv_print_source(struct bv_env *env, u32 pc, const char *indent);
/* print.c: the calls that functions under way wait at, the innermost first */
void bv_print_callers(struct bv_env *env);
/* print.c: the jumps taken on the way to env->pc, one a line (BV_LOG_PATH) */
void bv_print_path(struct bv_env *env);

#endif /* _BPF_VERIFIER_ENV_H */
