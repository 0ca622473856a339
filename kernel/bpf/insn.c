// SPDX-License-Identifier: GPL-2.0-only
/*
 * The instruction set of RFC 9669 as a table: one row per code byte, and the few
 * rules that need more than the code byte.
 *
 * Decides which encodings are legal. Must never know what a program is for,
 * which helper a number names, or where a jump lands.
 *
 * Layer K0: pure; builds in user space too. Test: kernel/bpf/prog/insn_test.c.
 */
#include "insn.h"

#define FORM(c, u, b)	{ .class = (c), .uses = (u), .bytes = (b) }

#define DST	BPF_USES_DST
#define SET	BPF_SETS_DST
#define SRC	BPF_USES_SRC
#define OFF	BPF_USES_OFF
#define IMM	BPF_USES_IMM

/* dst op= operand, in both widths and with both kinds of operand */
#define ALU(op, dst, off)						\
	[BPF_ALU | (op) | BPF_K]   = FORM(BPF_IC_ALU, (dst) | SET | IMM | (off), 4), \
	[BPF_ALU | (op) | BPF_X]   = FORM(BPF_IC_ALU, (dst) | SET | SRC | (off), 4), \
	[BPF_ALU64 | (op) | BPF_K] = FORM(BPF_IC_ALU, (dst) | SET | IMM | (off), 8), \
	[BPF_ALU64 | (op) | BPF_X] = FORM(BPF_IC_ALU, (dst) | SET | SRC | (off), 8)

#define BRANCH(op)							\
	[BPF_JMP | (op) | BPF_K]   = FORM(BPF_IC_BRANCH, DST | IMM | OFF, 8), \
	[BPF_JMP | (op) | BPF_X]   = FORM(BPF_IC_BRANCH, DST | SRC | OFF, 8), \
	[BPF_JMP32 | (op) | BPF_K] = FORM(BPF_IC_BRANCH, DST | IMM | OFF, 4), \
	[BPF_JMP32 | (op) | BPF_X] = FORM(BPF_IC_BRANCH, DST | SRC | OFF, 4)

#define MEMORY(size, bytes)						\
	[BPF_LDX | BPF_MEM | (size)] = FORM(BPF_IC_LOAD, SET | SRC | OFF, bytes), \
	[BPF_ST | BPF_MEM | (size)]  = FORM(BPF_IC_STORE, DST | OFF | IMM, bytes), \
	[BPF_STX | BPF_MEM | (size)] = FORM(BPF_IC_STORE, DST | SRC | OFF, bytes)

/* widths that a 64-bit register extends */
#define NARROW(size, bytes)						\
	[BPF_LDX | BPF_MEMSX | (size)] = FORM(BPF_IC_LOAD, SET | SRC | OFF, bytes), \
	[BPF_LD | BPF_ABS | (size)]    = FORM(BPF_IC_PACKET, IMM, bytes), \
	[BPF_LD | BPF_IND | (size)]    = FORM(BPF_IC_PACKET, SRC | IMM, bytes)

#define ATOMIC(size, bytes)						\
	[BPF_STX | BPF_ATOMIC | (size)] =				\
		FORM(BPF_IC_ATOMIC, DST | SRC | OFF | IMM, bytes)

const struct bpf_insn_form bpf_insn_forms[256] = {
	ALU(BPF_ADD, DST, 0),
	ALU(BPF_SUB, DST, 0),
	ALU(BPF_MUL, DST, 0),
	ALU(BPF_DIV, DST, OFF),		/* off 1: signed */
	ALU(BPF_OR, DST, 0),
	ALU(BPF_AND, DST, 0),
	ALU(BPF_LSH, DST, 0),
	ALU(BPF_RSH, DST, 0),
	ALU(BPF_MOD, DST, OFF),
	ALU(BPF_XOR, DST, 0),
	ALU(BPF_ARSH, DST, 0),
	[BPF_ALU | BPF_MOV | BPF_K]	= FORM(BPF_IC_ALU, SET | IMM, 4),
	[BPF_ALU | BPF_MOV | BPF_X]	= FORM(BPF_IC_ALU, SET | SRC | OFF, 4),
	[BPF_ALU64 | BPF_MOV | BPF_K]	= FORM(BPF_IC_ALU, SET | IMM, 8),
	[BPF_ALU64 | BPF_MOV | BPF_X]	= FORM(BPF_IC_ALU, SET | SRC | OFF, 8),
	[BPF_ALU | BPF_NEG]		= FORM(BPF_IC_ALU, DST | SET, 4),
	[BPF_ALU64 | BPF_NEG]		= FORM(BPF_IC_ALU, DST | SET, 8),
	[BPF_ALU | BPF_END | BPF_TO_LE]	= FORM(BPF_IC_ALU, DST | SET | IMM, 4),
	[BPF_ALU | BPF_END | BPF_TO_BE]	= FORM(BPF_IC_ALU, DST | SET | IMM, 4),
	[BPF_ALU64 | BPF_END]		= FORM(BPF_IC_ALU, DST | SET | IMM, 8),

	BRANCH(BPF_JEQ),
	BRANCH(BPF_JGT),
	BRANCH(BPF_JGE),
	BRANCH(BPF_JSET),
	BRANCH(BPF_JNE),
	BRANCH(BPF_JSGT),
	BRANCH(BPF_JSGE),
	BRANCH(BPF_JLT),
	BRANCH(BPF_JLE),
	BRANCH(BPF_JSLT),
	BRANCH(BPF_JSLE),
	[BPF_JMP | BPF_JA]		= FORM(BPF_IC_JUMP, OFF, 0),
	[BPF_JMP32 | BPF_JA]		= FORM(BPF_IC_JUMP, IMM, 0),
	[BPF_JMP | BPF_CALL]		= FORM(BPF_IC_CALL, IMM, 0),
	[BPF_JMP | BPF_EXIT]		= FORM(BPF_IC_EXIT, 0, 0),

	MEMORY(BPF_B, 1),
	MEMORY(BPF_H, 2),
	MEMORY(BPF_W, 4),
	MEMORY(BPF_DW, 8),
	NARROW(BPF_B, 1),
	NARROW(BPF_H, 2),
	NARROW(BPF_W, 4),
	ATOMIC(BPF_W, 4),
	ATOMIC(BPF_DW, 8),
	[BPF_LD | BPF_IMM | BPF_DW]	= FORM(BPF_IC_CONST, SET | IMM, 8),
};

/* RFC 9669 section 5.3: operations of an atomic, fetch aside */
static bool is_atomic_operation(s32 imm)
{
	switch (imm) {
	case BPF_ADD:
	case BPF_OR:
	case BPF_AND:
	case BPF_XOR:
	case BPF_ADD | BPF_FETCH:
	case BPF_OR | BPF_FETCH:
	case BPF_AND | BPF_FETCH:
	case BPF_XOR | BPF_FETCH:
	case BPF_XCHG:
	case BPF_CMPXCHG:
		return true;
	default:
		return false;
	}
}

/**
 * bpf_insn_form_atomic() - what an atomic operation means, imm considered
 * @insn:	the instruction, of class BPF_IC_ATOMIC
 *
 * Adds to the row of the code byte what a fetching operation writes (RFC 9669
 * section 5.3).
 *
 * Called by: bpf_insn_form_full(). Pure.
 * Return: the form; class BPF_IC_ILLEGAL where there is no such operation.
 */
struct bpf_insn_form bpf_insn_form_atomic(const struct bpf_insn *insn)
{
	struct bpf_insn_form form = bpf_insn_forms[insn->code];

	if (!is_atomic_operation(insn->imm))
		form.class = BPF_IC_ILLEGAL;
	else if (insn->imm == BPF_CMPXCHG)
		form.uses |= BPF_USES_R0;
	else if (insn->imm & BPF_FETCH)
		form.uses |= BPF_SETS_SRC;
	return form;
}

/* does the constant operand name an operation, or a possible one? */
static enum bpf_enc_error check_alu_operands(const struct bpf_insn *insn,
					     const struct bpf_insn_form *form)
{
	switch (BPF_OP(insn->code)) {
	case BPF_MOV:
		if (!(form->uses & BPF_USES_OFF) || !insn->off)
			break;
		if (insn->off != 8 && insn->off != 16 &&
		    !(insn->off == 32 && form->bytes == 8))
			return BPF_ENC_RESERVED_OFF;
		break;
	case BPF_DIV:
	case BPF_MOD:
		if (insn->off != 0 && insn->off != 1)
			return BPF_ENC_RESERVED_OFF;
		if (BPF_SRC(insn->code) == BPF_K && !insn->imm)
			return BPF_ENC_DIV_ZERO;
		break;
	case BPF_LSH:
	case BPF_RSH:
	case BPF_ARSH:
		if (BPF_SRC(insn->code) == BPF_K &&
		    (u32)insn->imm >= form->bytes * 8u)
			return BPF_ENC_SHIFT;
		break;
	case BPF_END:
		if (insn->imm != 16 && insn->imm != 32 && insn->imm != 64)
			return BPF_ENC_RESERVED_IMM;
		break;
	}
	return BPF_ENC_OK;
}

/* RFC 9669 section 5.4: the upper half is the second slot's imm, all else zero */
static enum bpf_enc_error check_second_slot(const struct bpf_insn *insn, u32 left)
{
	const struct bpf_insn *second = insn + 1;

	if (left < 2 || second->code || second->dst_reg || second->src_reg ||
	    second->off)
		return BPF_ENC_SECOND;
	if ((insn->src_reg == BPF_PSEUDO_MAP_FD || insn->src_reg == BPF_PSEUDO_MAP_IDX) &&
	    second->imm)
		return BPF_ENC_SECOND;
	return BPF_ENC_OK;
}

/* may that, not 0, be in the field of a source register that says what imm is? */
static bool is_kind(u8 class, u8 kind)
{
	if (class == BPF_IC_CONST)
		return bpf_insn_const_kind(kind);
	return class == BPF_IC_CALL && kind == BPF_PSEUDO_CALL;
}

/* register fields; in calls and constants src says what imm is instead */
static inline enum bpf_enc_error check_registers(const struct bpf_insn *insn, u8 class, u8 uses)
{
	if (uses & (BPF_USES_DST | BPF_SETS_DST)) {
		if (insn->dst_reg > BPF_REG_10)
			return BPF_ENC_REG;
	} else if (insn->dst_reg) {
		return BPF_ENC_RESERVED_DST;
	}

	if (uses & BPF_USES_SRC) {
		if (insn->src_reg > BPF_REG_10)
			return BPF_ENC_REG;
	} else if (insn->src_reg && !is_kind(class, insn->src_reg)) {
		return BPF_ENC_RESERVED_SRC;
	}

	if ((uses & BPF_SETS_DST) && insn->dst_reg == BPF_REG_10)
		return BPF_ENC_FRAME;
	if ((uses & BPF_SETS_SRC) && insn->src_reg == BPF_REG_10)
		return BPF_ENC_FRAME;
	return BPF_ENC_OK;
}

/**
 * bpf_insn_check() - is an instruction encoded as RFC 9669 allows?
 * @insn:	the instruction
 * @left:	instructions from @insn to the end of the program, at least 1
 *
 * Called by: the verifier's decoder, before anything else looks at the program.
 * Pure; reads the second slot of a 64-bit constant when @left says there is one.
 *
 * Return: BPF_ENC_OK or the first rule broken.
 */
enum bpf_enc_error bpf_insn_check(const struct bpf_insn *insn, u32 left)
{
	const struct bpf_insn_form *row = &bpf_insn_forms[insn->code];
	enum bpf_enc_error err;
	u8 uses = row->uses;

	if (row->class == BPF_IC_ILLEGAL)
		return BPF_ENC_OPCODE;
	if (row->class == BPF_IC_ATOMIC) {
		struct bpf_insn_form form = bpf_insn_form_atomic(insn);

		if (form.class == BPF_IC_ILLEGAL)
			return BPF_ENC_RESERVED_IMM;
		uses = form.uses;
	}

	err = check_registers(insn, row->class, uses);
	if (err)
		return err;
	if (!(row->uses & BPF_USES_OFF) && insn->off)
		return BPF_ENC_RESERVED_OFF;
	if (!(row->uses & BPF_USES_IMM) && insn->imm)
		return BPF_ENC_RESERVED_IMM;

	switch (row->class) {
	case BPF_IC_ALU:
		return check_alu_operands(insn, row);
	case BPF_IC_CONST:
		return check_second_slot(insn, left);
	default:
		return BPF_ENC_OK;
	}
}
