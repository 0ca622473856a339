/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the rooms of the x86-64 code generator share.
 *
 *	compile.c	entry points; a function after the other: plan, prologue, body,
 *			out-of-line code
 *	plan.c		before any code: which registers live where, is a frame needed
 *	select.c	one instruction (or a few that go together) at a time: alu.c, mem.c,
 *			branch.c, calls.c, packet.c write it with the encoders of encode.h
 *	encode.c	machine instructions as bytes
 *	code.c		the growing code: bytes, labels, jumps, calls
 *	layout.c	how long jumps are; the final bytes
 *	host.h		all that is asked of the kernel, or of the user-space build
 *
 * Code is written once, without its jumps: each is noted with the place where it
 * stands. When all is written, jumps start out as short as can be and those that do not
 * reach grow until nothing changes; only then the bytes get their places.
 *
 * Layer K5; builds in user space too.
 */
#ifndef _BPF_X86_JIT_H
#define _BPF_X86_JIT_H

#include <linux/bpf_func.h>
#include <linux/bpf_jit.h>
#include <linux/types.h>

/* hardware registers as encodings number them */
enum jit_hw {
	HW_AX, HW_CX, HW_DX, HW_BX, HW_SP, HW_BP, HW_SI, HW_DI,
	HW_8, HW_9, HW_10, HW_11, HW_12, HW_13, HW_14, HW_15,
	HW_NONE = 0xff,
};

/* what lives in a hardware register: R0 to R10 and AX of the program, then ours */
enum jit_reg {
	JIT_DATA = MAX_BPF_EXT_REG,	/* skb->data */
	JIT_HLEN,			/* bytes there, skb_headlen(), zero-extended */
	JIT_TEMP,			/* free between two instructions of the program */
	JIT_COUNT,			/* where tail calls are counted, if that has a register */
	JIT_REGS,
};

/**
 * struct jit_plan - how a function uses the machine
 * @hw:		hardware register of each jit_reg, HW_NONE where it has none. R10 is
 *		HW_BP always. JIT_TEMP is never HW_NONE and never one that calls take
 *		arguments in
 * @saved:	callee-saved hardware registers to be kept for the caller, bit by number,
 *		HW_BP not among them
 * @stack:	bytes of the program's stack, right below the frame pointer
 * @frame:	push rbp; mov rbp, rsp
 * @leaf:	calls nothing in the straight line: all registers but @saved are free
 * @tail_calls:	makes tail calls, or calls functions in a program whose functions do: knows
 *		where those that are left are counted, by JIT_COUNT or [rbp - stack - 8]
 * @narrow:	jit_narrow(), where @narrow_known
 * @narrow_known: it has been asked for
 * @pad:	bytes that align the stack, right above the saved registers
 * @entry_move:	index of an instruction that moves R1 to a register that lives where R1
 *		arrives, or JIT_NO_INSN
 *
 * Frame: [rbp + 8] return address, [rbp] caller's rbp, then the program's stack, the
 * address of the count of tail calls, the saved registers in ascending order of their numbers.
 */
struct jit_plan {
	u8	hw[JIT_REGS];
	u16	saved;
	u32	stack;
	bool	frame;
	bool	leaf;
	bool	tail_calls;
	u8	pad;
	u16	narrow;
	bool	narrow_known;
	u32	entry_move;
};

#define JIT_NO_INSN	(~0u)

/*
 * Where tail calls, and calls of functions, tell their target by its address how many tail
 * calls are left: 64 bits in the frame of the program that a run began with (jit_prologue())
 */
#define JIT_HW_COUNT	HW_10

/* what is called in the line may change the register */
static inline bool jit_count_on_stack(const struct jit_plan *plan)
{
	return plan->tail_calls && !plan->leaf;
}

#define JIT_NO_REG	0xff

/**
 * struct jit_place - a place in code whose jumps have no length yet
 * @off:	bytes before it, jumps not counted
 * @jumps:	jumps before it
 */
struct jit_place {
	u32	off;
	u32	jumps;
};

/* conditions as encodings number them; and no condition */
enum jit_cc {
	CC_O, CC_NO, CC_B, CC_AE, CC_E, CC_NE, CC_BE, CC_A,
	CC_S, CC_NS, CC_P, CC_NP, CC_L, CC_GE, CC_LE, CC_G,
	CC_ALWAYS,
};

/**
 * struct jit_jump - a jump, wherever it will stand
 * @off:	bytes of code before it, jumps not counted
 * @label:	where it goes
 * @cc:		enum jit_cc
 * @bytes:	its length now: 0 (goes to what follows), 2, 5 or 6
 */
struct jit_jump {
	u32	off;
	u32	label;
	u8	cc;
	u8	bytes;
};

/**
 * struct jit_call - a rel32 to be filled in when the address is known
 * @at:		of the four bytes; they end the machine instruction
 * @target:	address, or a label where @local
 * @local:	in this code
 */
struct jit_call {
	struct jit_place	at;
	unsigned long		target;
	bool			local;
};

/* a load that may fault, see struct bpf_jit_fault */
struct jit_fault {
	struct jit_place	at;
	struct jit_place	resume;
	u8			clear;
};

/* per instruction, jit->facts: set before code is written */
#define JIT_FACT_CACHED		0x01	/* JIT_DATA and JIT_HLEN hold on every way here */
#define JIT_FACT_RAW16		0x02	/* load: leaves its bytes in the packet's order */
#define JIT_FACT_RAW32		0x04	/* branch: finds R0 so; jit_packet_branch() */
#define JIT_FACT_RAW		(JIT_FACT_RAW16 | JIT_FACT_RAW32)

/**
 * struct jit_flags - sign and zero flag are as a comparison of a register with 0 sets them
 * @len:	jit->len where that is so; as soon as more is written, it is not
 * @reg:	register of the program
 * @wide:	all of it, or its low half
 * @compared_len: jit->len where the flags are those of another comparison, of @reg, as
 *		@wide says, with
 * @other:	a register of the program; JIT_NO_REG: with @imm
 * @imm:	a constant
 */
struct jit_flags {
	u32	len;
	u8	reg;
	bool	wide;
	u32	compared_len;
	u8	other;
	s32	imm;
};

/* no machine instruction is longer, nor what is written and then not counted */
#define JIT_INSN_BYTES	24

struct jit_stub;

/**
 * struct jit - a compilation; zeroed at the start
 * @in:		the program
 * @first:	memory that all tables begin in; those that grow move out of it
 * @first_bytes: how much
 * @marks:	BPF_FLOW_* of each instruction
 * @live_after:	registers of the program that are read later, by instruction
 * @facts:	JIT_FACT_* of each instruction
 * @sets:	register of the program that an instruction writes, or JIT_NO_REG; by plan.c
 * @upper_at:	by instruction that is jumped to: what @upper is on all ways there so far
 * @plan:	of the function being written
 * @func:	number of that function
 * @func_end:	index behind its last instruction
 * @err:	first error, sticky; writing goes on to nowhere after it
 * @code:	bytes so far
 * @len:	how many
 * @room:	how many there is memory for
 * @labels:	places by label; labels 0 to in->count - 1 are the instructions, the next
 *		in->func_count the functions' entries, then jit_label_new()
 * @label_count: entries of @labels
 * @label_room:	entries there is memory for, as with the other tables
 * @jumps:	in the order of their places
 * @jump_count:	entries of @jumps
 * @jump_room:	likewise
 * @calls:	in the order of their places
 * @call_count:	entries of @calls
 * @call_room:	likewise
 * @faults:	in the order of their places
 * @fault_count: entries of @faults
 * @fault_room:	likewise
 * @stubs:	out-of-line code wanted by this function so far; packet.c, calls.c
 * @stub_count:	entries of @stubs
 * @stub_room:	likewise
 * @deep_tail_calls: functions that are called make tail calls
 * @tail_entry:	where tail calls enter the first function
 * @upper:	registers of the program whose upper halves are known to be zero here
 * @flags:	what the machine's flags tell here
 * @exit_label:	the function's shared way out, 0 before there is one
 * @nowhere:	where code goes after an error
 */
struct jit {
	const struct bpf_jit_input	*in;
	void				*first;
	u32				first_bytes;
	u8				*marks;
	u16				*live_after;
	u8				*facts;
	u8				*sets;
	u16				*upper_at;
	struct jit_plan			plan;
	u32				func;
	u32				func_end;
	int				err;
	u8				*code;
	u32				len, room;
	struct jit_place		*labels;
	u32				label_count, label_room;
	struct jit_jump			*jumps;
	u32				jump_count, jump_room;
	struct jit_call			*calls;
	u32				call_count, call_room;
	struct jit_fault		*faults;
	u32				fault_count, fault_room;
	struct jit_stub			*stubs;
	u32				stub_count, stub_room;
	bool				deep_tail_calls;
	struct jit_place		tail_entry;
	u16				upper;
	struct jit_flags		flags;
	u32				exit_label;
	u8				nowhere[JIT_INSN_BYTES];
};

/* ---- code.c: never fail, but set jit->err ----------------------------------- */

u8 *jit_room_slow(struct jit *jit);

/* room for JIT_INSN_BYTES more; who writes there adds to jit->len */
static inline u8 *jit_room(struct jit *jit)
{
	if (jit->err || jit->room - jit->len < JIT_INSN_BYTES)
		return jit_room_slow(jit);
	return jit->code + jit->len;
}

void jit_bytes(struct jit *jit, const u8 *bytes, u32 count);
u32 jit_label_new(struct jit *jit);
void jit_label_here(struct jit *jit, u32 label);
struct jit_place jit_here(const struct jit *jit);
void jit_jump_to(struct jit *jit, enum jit_cc cc, u32 label);
/* opcode bytes of a call or jump with rel32 come before: these are its four bytes */
void jit_rel32(struct jit *jit, unsigned long target);
void jit_rel32_label(struct jit *jit, u32 label);
void jit_fault_note(struct jit *jit, struct jit_place at, u8 clear);
void jit_give_back(const struct jit *jit, void *table);
/* makes room for one more in an array of @jit; NULL and jit->err where there is none */
void *jit_grow(struct jit *jit, void *array, u32 *room, u32 count, u32 size);

/* ---- layout.c ----------------------------------------------------------------- */

struct bpf_jit_code *jit_finish(struct jit *jit);

/* ---- plan.c ------------------------------------------------------------------- */

int jit_plan_func(struct jit *jit, u32 func);

/* a machine register that the instruction at @pc may use; HW_NONE: none but by push */
u8 jit_spare(const struct jit *jit, u32 pc, u32 avoid);
/* registers that the function writes with an upper half of zero only */
u16 jit_narrow(struct jit *jit);
/* is something in @hw that is needed behind the instruction at @pc? */
bool jit_hw_needed(const struct jit *jit, u32 pc, u8 hw);

/* how far away the next instruction is; asked all the time */
static inline u32 jit_slots(const struct bpf_insn *insn)
{
	return insn->code == (BPF_LD | BPF_IMM | BPF_DW) ? 2 : 1;
}

static inline u8 jit_hw(const struct jit *jit, u8 reg)
{
	return jit->plan.hw[reg];
}

/* label of an instruction, and of a function's entry */
static inline u32 jit_label_insn(u32 pc)
{
	return pc;
}

static inline u32 jit_label_func(const struct jit *jit, u32 func)
{
	return jit->in->count + func;
}

/* ---- select.c ------------------------------------------------------------------ */

/* writes the instruction at @pc, and perhaps some that follow it; returns how many slots */
u32 jit_select(struct jit *jit, u32 pc);
bool jit_upper_slow(const struct bpf_insn *insn, u16 upper);

/* operations of 64 bits whose upper half is anything, by BPF_OP() >> 4 */
#define JIT_WIDE_RESULTS						\
	(1u << (BPF_ADD >> 4) | 1u << (BPF_SUB >> 4) | 1u << (BPF_MUL >> 4) |	\
	 1u << (BPF_LSH >> 4) | 1u << (BPF_NEG >> 4))

/**
 * jit_upper_set() - does an instruction leave an upper half of zero?
 * @insn:	the instruction
 * @upper:	registers of the program of which that is known before it
 *
 * Return: true where the register that it writes has one; false too where it writes none.
 */
static inline bool jit_upper_set(const struct bpf_insn *insn, u16 upper)
{
	if (BPF_CLASS(insn->code) == BPF_ALU && BPF_OP(insn->code) != BPF_END)
		return true;
	if (BPF_CLASS(insn->code) == BPF_ALU64 &&
	    (JIT_WIDE_RESULTS >> (insn->code >> 4) & 1))
		return false;
	return jit_upper_slow(insn, upper);
}

/* ---- fuse.c: slots consumed, 0 where nothing goes together ------------------------ */

u32 jit_fuse(struct jit *jit, u32 pc);

/* forget what was known at the place before: control may come from elsewhere */
static inline void jit_forget(struct jit *jit)
{
	jit->upper = 0;
	jit->flags.len = ~0u;
	jit->flags.compared_len = ~0u;
}

static inline bool jit_upper_known(const struct jit *jit, u8 reg)
{
	return jit->upper >> reg & 1;
}

/* what was written last set sign and zero flag by its result, now in @reg */
static inline void jit_flags_are(struct jit *jit, u8 reg, bool wide)
{
	jit->flags = (struct jit_flags){ .len = jit->len, .reg = reg, .wide = wide };
}

/* ---- alu.c, divide.c, mem.c, branch.c: return slots consumed, 0 where the pattern is none -- */

u32 jit_alu(struct jit *jit, u32 pc);
bool jit_is_hard_division(const struct bpf_insn *insn);
void jit_divide(struct jit *jit, u32 pc);
u32 jit_load(struct jit *jit, u32 pc);
u32 jit_store(struct jit *jit, u32 pc);
u32 jit_atomic(struct jit *jit, u32 pc);
u32 jit_branch(struct jit *jit, u32 pc);

/* ---- calls.c -------------------------------------------------------------------- */

void jit_call_helper(struct jit *jit, u32 pc);
void jit_call_func(struct jit *jit, u32 pc);
void jit_tail_call(struct jit *jit, u32 pc);
/* R3 = constant and a tail call; 0 where it is something else */
u32 jit_tail_call_const(struct jit *jit, u32 pc);
void jit_nospec(struct jit *jit);
/* the return alone, as the kernel wants returns */
void jit_return(struct jit *jit);
/* is the call of a helper that becomes a few instructions and clobbers R0 only? */
bool jit_is_intrinsic(const struct bpf_insn *insn);

/* ---- frame.c --------------------------------------------------------------------- */

/* the rest of a plan: how the stack is aligned */
void jit_plan_frame(struct jit_plan *plan);
void jit_prologue(struct jit *jit);
/* gives saved registers and frame back, all but the return; for exit and tail calls */
void jit_unwind(struct jit *jit);
/* unwind, fences, return */
void jit_exit(struct jit *jit);
/* a function's exit instruction: jit_exit(), or a jump to where that was written */
void jit_leave(struct jit *jit);

/* ---- packet.c --------------------------------------------------------------------- */

/* fills jit->facts for a function; before its body, behind jit_plan_func() */
void jit_packet_plan(struct jit *jit);
/* LD_ABS, LD_IND, and perhaps the branch that follows; returns slots consumed */
u32 jit_load_abs(struct jit *jit, u32 pc);
/* a branch with one of JIT_FACT_RAW: R0 against a constant, both in packet order */
u32 jit_packet_branch(struct jit *jit, u32 pc);
/* LDX with BPF_PROBE_MEM or BPF_PROBE_MEMSX */
void jit_load_probe(struct jit *jit, u32 pc);
/* all out-of-line code of the function; behind its body */
void jit_stubs(struct jit *jit);

#endif /* _BPF_X86_JIT_H */
