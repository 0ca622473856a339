/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Where control goes and which registers an instruction reads and writes, for whole
 * programs as they run: verified and rewritten ones, classic ones, and what kernel code
 * wrote, loops and internal instructions (linux/bpf_func.h) included. The optimiser and
 * the code generators read this; the verifier has its own, which knows more.
 *
 * Layer K0: pure; builds in user space too.
 */
#ifndef _BPF_FLOW_H
#define _BPF_FLOW_H

#include <linux/bits.h>
#include <linux/bpf_func.h>
#include <linux/types.h>
#include "insn.h"

/* sets of registers: bit n is Rn, bit 10 the frame pointer, bit 11 BPF_REG_AX */
#define BPF_REGS_ARGS		0x3e	/* R1 to R5 */
#define BPF_REGS_CLOBBERED	0x3f	/* by calls and packet loads */

/**
 * struct bpf_touched - registers that an instruction touches
 * @uses:	read
 * @sets:	written with a result, or left undefined (R1 to R5 of a call)
 */
struct bpf_touched {
	u16	uses;
	u16	sets;
};

struct bpf_touched bpf_insn_touches(const struct bpf_insn *insn);

/* of operands, where @uses of the table says all, as it does for most instructions */
static inline struct bpf_touched bpf_operands_touch(const struct bpf_insn *insn, u32 uses)
{
	struct bpf_touched t = { 0 };

	if (uses & BPF_USES_DST)
		t.uses = 1u << insn->dst_reg;
	if (uses & BPF_USES_SRC)
		t.uses |= 1u << insn->src_reg;
	if (uses & BPF_SETS_DST)
		t.sets = 1u << insn->dst_reg;
	return t;
}

/* classes of which the table says all that is touched */
#define BPF_IC_SIMPLE	(BIT(BPF_IC_ALU) | BIT(BPF_IC_CONST) | BIT(BPF_IC_LOAD) | \
			 BIT(BPF_IC_STORE) | BIT(BPF_IC_JUMP) | BIT(BPF_IC_BRANCH))

/* bpf_insn_touches(), without a call for what is most frequent */
static inline struct bpf_touched bpf_insn_touches_quick(const struct bpf_insn *insn)
{
	const struct bpf_insn_form *form = bpf_insn_form(insn->code);

	if (BPF_IC_SIMPLE >> form->class & 1)
		return bpf_operands_touch(insn, form->uses);
	return bpf_insn_touches(insn);
}

/**
 * bpf_insn_slots() - how far away the next instruction is
 * @insn:	an instruction, not a second slot
 *
 * Return: 2 for ld_imm64, else 1.
 */
static inline u32 bpf_insn_slots(const struct bpf_insn *insn)
{
	return insn->code == (BPF_LD | BPF_IMM | BPF_DW) ? 2 : 1;
}

/**
 * bpf_insn_falls_through() - may control go to the next instruction?
 * @insn:	an instruction, not a second slot
 *
 * Return: false behind exit and unconditional jumps. Calls come back, tail calls may.
 */
static inline bool bpf_insn_falls_through(const struct bpf_insn *insn)
{
	return insn->code != (BPF_JMP | BPF_EXIT) &&
	       insn->code != (BPF_JMP | BPF_JA) && insn->code != (BPF_JMP32 | BPF_JA);
}

/**
 * bpf_insn_calls_func() - does an instruction call a function of the program?
 * @insn:	an instruction, not a second slot
 *
 * Return: true for BPF_PSEUDO_CALL.
 */
static inline bool bpf_insn_calls_func(const struct bpf_insn *insn)
{
	return insn->code == (BPF_JMP | BPF_CALL) && insn->src_reg == BPF_PSEUDO_CALL;
}

/* operations of BPF_JMP and BPF_JMP32 that name a target: all but call, exit, tail call */
#define BPF_OPS_WITH_TARGET	0x3cff

/**
 * bpf_insn_target() - where an instruction may jump to
 * @insn:	an instruction, not a second slot
 * @pc:		its index
 * @target:	takes the index it names; outside the program where the program is
 *		wrong, never wrapped into it
 *
 * Return: true for jumps and branches. Functions called and tail calls are no targets.
 */
static inline bool bpf_insn_target(const struct bpf_insn *insn, u32 pc, u32 *target)
{
	u8 class = BPF_CLASS(insn->code);

	if ((class != BPF_JMP && class != BPF_JMP32) ||
	    !(BPF_OPS_WITH_TARGET >> (insn->code >> 4) & 1))
		return false;
	*target = pc + 1 +
		  (insn->code == (BPF_JMP32 | BPF_JA) ? insn->imm : insn->off);
	return true;
}

/* flags of bpf_flow_mark() */
#define BPF_FLOW_TARGET		0x01	/* a jump goes here */
#define BPF_FLOW_FUNC		0x02	/* a function starts here (index 0 too) */
#define BPF_FLOW_SECOND		0x04	/* second slot of ld_imm64 */
#define BPF_FLOW_LOOP		0x08	/* a jump from here or from further on goes here */

int bpf_flow_mark(const struct bpf_insn *insns, u32 count, u8 *marks);
void bpf_flow_live(const struct bpf_insn *insns, u32 count, const u8 *marks,
		   u16 *live_after);

#endif /* _BPF_FLOW_H */
