/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The instruction set as a table: which encodings are legal and what each does
 * (RFC 9669). The verifier's decoder, the interpreter's decoder, the disassembler
 * and the tests all read it.
 *
 * Layer K0: pure; builds in user space too.
 */
#ifndef _BPF_INSN_H
#define _BPF_INSN_H

#include <linux/types.h>
#include <uapi/linux/bpf.h>

/* what an opcode is; one value per way of treating it */
enum bpf_insn_class {
	BPF_IC_ILLEGAL = 0,
	BPF_IC_ALU,		/* dst op= operand, 32 or 64 bits; MOV, NEG, END too */
	BPF_IC_CONST,		/* ld_imm64, two slots */
	BPF_IC_PACKET,		/* LD_ABS, LD_IND */
	BPF_IC_LOAD,		/* LDX MEM, MEMSX */
	BPF_IC_STORE,		/* ST, STX MEM */
	BPF_IC_ATOMIC,
	BPF_IC_JUMP,		/* ja, gotol */
	BPF_IC_BRANCH,		/* conditional */
	BPF_IC_CALL,
	BPF_IC_EXIT,
};

/* operands that an encoding uses; the others must be zero */
#define BPF_USES_DST	0x01	/* reads dst */
#define BPF_SETS_DST	0x02	/* writes dst */
#define BPF_USES_SRC	0x04	/* reads src */
#define BPF_SETS_SRC	0x08	/* writes src (fetch) */
#define BPF_USES_OFF	0x10	/* off means something */
#define BPF_USES_IMM	0x20	/* imm means something */
#define BPF_USES_R0	0x40	/* reads and writes R0 (cmpxchg) */

/**
 * struct bpf_insn_form - a legal encoding
 * @class:	enum bpf_insn_class, BPF_IC_ILLEGAL where the opcode is none
 * @uses:	BPF_USES_*, BPF_SETS_*
 * @bytes:	width of a memory access, of an operation (4 or 8), or 0
 */
struct bpf_insn_form {
	u8	class;
	u8	uses;
	u8	bytes;
};

/* one per code byte; insn.c. Read it through the functions below */
extern const struct bpf_insn_form bpf_insn_forms[256];

/* the form of an atomic operation, its imm considered */
struct bpf_insn_form bpf_insn_form_atomic(const struct bpf_insn *insn);

/**
 * bpf_insn_form() - what a code byte means
 * @code:	first byte of an instruction
 *
 * Called by: every reader of programs. Pure.
 * Return: its row; class is BPF_IC_ILLEGAL where RFC 9669 has no such opcode.
 */
static inline const struct bpf_insn_form *bpf_insn_form(u8 code)
{
	return &bpf_insn_forms[code];
}

/**
 * bpf_insn_form_full() - what an instruction means, off and imm considered
 * @insn:	the instruction
 *
 * Adds to the row of the code byte what fetching atomics write (RFC 9669 section
 * 5.3), and takes BPF_USES_OFF away from moves and divisions that are the plain
 * ones (section 4.1).
 *
 * Called by: verifier, disassembler. Pure.
 * Return: the form; class BPF_IC_ILLEGAL for an atomic without such an operation.
 */
static inline struct bpf_insn_form bpf_insn_form_full(const struct bpf_insn *insn)
{
	struct bpf_insn_form form = bpf_insn_forms[insn->code];

	if (form.class == BPF_IC_ATOMIC)
		return bpf_insn_form_atomic(insn);
	if (form.class == BPF_IC_ALU && !insn->off)
		form.uses &= ~BPF_USES_OFF;
	return form;
}

/* why an encoding is illegal, or BPF_ENC_OK */
enum bpf_enc_error {
	BPF_ENC_OK = 0,
	BPF_ENC_OPCODE,		/* no such opcode */
	BPF_ENC_REG,		/* register number above R10 */
	BPF_ENC_RESERVED_DST,	/* dst must be 0 */
	BPF_ENC_RESERVED_SRC,	/* src must be 0, or is no known kind */
	BPF_ENC_RESERVED_OFF,	/* off must be 0, or is no known variant */
	BPF_ENC_RESERVED_IMM,	/* imm must be 0, or is no known operation */
	BPF_ENC_FRAME,		/* writes R10 */
	BPF_ENC_SHIFT,		/* constant shift by the width or more */
	BPF_ENC_DIV_ZERO,	/* division by constant zero */
	BPF_ENC_SECOND,		/* second slot of ld_imm64 missing or malformed */
};

/* @left: instructions from @insn to the end of the program */
enum bpf_enc_error bpf_insn_check(const struct bpf_insn *insn, u32 left);

/* is @kind, src_reg of a 64-bit constant, one that there is? */
static inline bool bpf_insn_const_kind(u8 kind)
{
	switch (kind) {
	case 0:
	case BPF_PSEUDO_MAP_FD:
	case BPF_PSEUDO_MAP_VALUE:
	case BPF_PSEUDO_MAP_IDX:
	case BPF_PSEUDO_MAP_IDX_VALUE:
		return true;
	default:
		return false;
	}
}

/* distance a jump goes: gotol has it in imm */
static inline s32 bpf_insn_jump(const struct bpf_insn *insn)
{
	return insn->code == (BPF_JMP32 | BPF_JA) ? insn->imm : insn->off;
}

/* bytes of a BPF_SIZE */
static inline u32 bpf_size_bytes(u8 code)
{
	switch (BPF_SIZE(code)) {
	case BPF_B:
		return 1;
	case BPF_H:
		return 2;
	case BPF_W:
		return 4;
	default:
		return 8;
	}
}

#endif /* _BPF_INSN_H */
