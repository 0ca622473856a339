// SPDX-License-Identifier: GPL-2.0-only
/*
 * Jumps and branches: RFC 9669 section 4.3.
 *
 * A branch is a comparison and a jump. The comparison takes the shortest form that
 * tells what is asked, or none at all where the flags are known already. Jumps to jumps
 * go where those go.
 *
 * Layer K5; builds in user space too. Tests: every branch with every pair of registers
 * and constants at the boundaries, against the model in tools/bpf/verify.
 */
#include <linux/kernel.h>
#include <linux/limits.h>
#include <linux/log2.h>
#include <linux/string.h>
#include "../../../kernel/bpf/flow.h"
#include "encode.h"
#include "fuse.h"

/* jumps that lead to jumps are followed so far; they may go in circles */
#define MOST_HOPS	8

/**
 * struct branch - a comparison on its way
 * @insn:	the instruction
 * @wide:	OP_W or 0
 * @dst:	machine register
 * @src:	likewise; HW_NONE: it is @imm
 * @imm:	the constant
 * @cc:		what is asked
 */
struct branch {
	const struct bpf_insn	*insn;
	u32			wide;
	u8			dst;
	u8			src;
	s32			imm;
	enum jit_cc		cc;
};

/* by BPF_OP() >> 4; CC_O where there is no such branch */
static const u8 conditions[16] = {
	[BPF_JEQ >> 4] = CC_E,
	[BPF_JNE >> 4] = CC_NE,
	[BPF_JGT >> 4] = CC_A,
	[BPF_JGE >> 4] = CC_AE,
	[BPF_JLT >> 4] = CC_B,
	[BPF_JLE >> 4] = CC_BE,
	[BPF_JSGT >> 4] = CC_G,
	[BPF_JSGE >> 4] = CC_GE,
	[BPF_JSLT >> 4] = CC_L,
	[BPF_JSLE >> 4] = CC_LE,
	[BPF_JSET >> 4] = CC_NE,
};

/**
 * jit_unsigned() - a condition for numbers without sign
 * @cc:	any condition
 *
 * Return: what asks the same of numbers that are known not to be negative.
 */
enum jit_cc jit_unsigned(enum jit_cc cc)
{
	switch (cc) {
	case CC_L:
		return CC_B;
	case CC_GE:
		return CC_AE;
	case CC_LE:
		return CC_BE;
	case CC_G:
		return CC_A;
	default:
		return cc;
	}
}

static bool is_jump(const struct bpf_insn *insn)
{
	return insn->code == (BPF_JMP | BPF_JA) || insn->code == (BPF_JMP32 | BPF_JA);
}

/* where control is after a jump to @pc */
static u32 follow(const struct jit *jit, u32 pc)
{
	u32 hops, target;

	for (hops = 0; hops < MOST_HOPS; hops++) {
		const struct bpf_insn *insn = &jit->in->insns[pc];

		if (!is_jump(insn) || !bpf_insn_target(insn, pc, &target))
			break;
		pc = target;
	}
	return pc;
}

/* ---- comparisons ------------------------------------------------------------------ */

/* sign and zero flag are there already: the condition that reads them, or CC_ALWAYS */
static enum jit_cc known_flags(const struct jit *jit, const struct branch *b)
{
	const struct jit_flags *flags = &jit->flags;
	bool zero_only = false;

	if (flags->len != jit->len || flags->reg != b->insn->dst_reg)
		return CC_ALWAYS;
	if (flags->wide != !!b->wide) {
		/* whether it is zero is the same where the upper half is */
		if (!jit_upper_known(jit, b->insn->dst_reg))
			return CC_ALWAYS;
		zero_only = true;
	}
	switch (b->cc) {
	case CC_E:
	case CC_BE:
		return CC_E;
	case CC_NE:
	case CC_A:
		return CC_NE;
	case CC_L:
		return zero_only ? CC_ALWAYS : CC_S;
	case CC_GE:
		return zero_only ? CC_ALWAYS : CC_NS;
	default:
		return CC_ALWAYS;
	}
}

/* 64 bits that are known to be 32 compare as such, both without sign */
static void narrow(const struct jit *jit, struct branch *b)
{
	if (!b->wide || !jit_upper_known(jit, b->insn->dst_reg))
		return;
	if (b->src == HW_NONE ? b->imm < 0 : !jit_upper_known(jit, b->insn->src_reg))
		return;
	b->wide = 0;
	b->cc = jit_unsigned(b->cc);
}

/**
 * jit_shorten() - ask for less with a shorter constant
 * @cc:		condition
 * @imm:	what is compared with
 *
 * x < 128 is x <= 127, which takes three bytes less.
 */
void jit_shorten(enum jit_cc *cc, s32 *imm)
{
	if (*imm != 128)
		return;
	switch (*cc) {
	case CC_B:
		*cc = CC_BE;
		break;
	case CC_L:
		*cc = CC_LE;
		break;
	case CC_AE:
		*cc = CC_A;
		break;
	case CC_GE:
		*cc = CC_G;
		break;
	default:
		return;
	}
	*imm = 127;
}

static u8 other_of(const struct branch *b)
{
	return b->src == HW_NONE ? JIT_NO_REG : b->insn->src_reg;
}

/* has the branch before compared the same? */
static bool is_compared(const struct jit *jit, const struct branch *b)
{
	const struct jit_flags *flags = &jit->flags;

	return flags->compared_len == jit->len && flags->reg == b->insn->dst_reg &&
	       flags->wide == !!b->wide && flags->other == other_of(b) &&
	       (b->src != HW_NONE || flags->imm == b->imm);
}

static void note_compared(struct jit *jit, const struct branch *b)
{
	jit->flags = (struct jit_flags){
		.len = U32_MAX,
		.reg = b->insn->dst_reg,
		.wide = b->wide,
		.compared_len = jit->len,
		.other = other_of(b),
		.imm = b->imm,
	};
}

static void put_compare(struct jit *jit, struct branch *b)
{
	enum jit_cc known;

	narrow(jit, b);
	if (is_compared(jit, b))
		return;
	if (b->src != HW_NONE) {
		enc_alu(jit, X86_CMP, b->wide, b->dst, b->src);
		note_compared(jit, b);
		return;
	}
	if (b->imm) {
		jit_shorten(&b->cc, &b->imm);
		if (is_compared(jit, b))
			return;
		enc_alu_imm(jit, X86_CMP, b->wide, b->dst, b->imm);
		note_compared(jit, b);
		return;
	}
	known = known_flags(jit, b);
	if (known != CC_ALWAYS) {
		b->cc = known;
		return;
	}
	enc_rr(jit, OP_TEST | b->wide, b->dst, b->dst);
	jit_flags_are(jit, b->insn->dst_reg, b->wide);
}

static void put_test_imm(struct jit *jit, struct branch *b)
{
	u32 mask = b->imm;

	if (b->imm >= 0)
		b->wide = 0;
	if (mask <= 0xff && b->dst == HW_AX) {
		enc_bytes(jit, 0xa8, mask);
	} else if (mask <= 0xff) {
		enc_rr_imm(jit, OP_GROUP3_BYTE, X86_TEST, b->dst, mask, 1);
	} else if (!(mask & ~0xff00u) && b->dst <= HW_BX) {
		/* ah, ch, dh, bh: as byte registers without REX, four further on */
		enc_bytes(jit, 0xf6, 0xc4 + b->dst, mask >> 8);
	} else if (!b->wide && is_power_of_2(mask)) {
		enc_rr_imm(jit, OP_BT_IMM, 4, b->dst, ilog2(mask), 1);
		b->cc = CC_B;
	} else if (b->dst == HW_AX) {
		u8 *p = jit_room(jit), *start = p;

		if (b->wide)
			*p++ = 0x48;
		*p++ = 0xa9;
		memcpy(p, &mask, 4);
		jit->len += p + 4 - start;
	} else {
		enc_rr_imm(jit, OP_GROUP3 | b->wide, X86_TEST, b->dst, b->imm, 4);
	}
}

static void put_test(struct jit *jit, struct branch *b)
{
	if (b->src == HW_NONE)
		put_test_imm(jit, b);
	else
		enc_rr(jit, OP_TEST | b->wide, b->src, b->dst);
}

/* ---- jumps --------------------------------------------------------------------------- */

static void put_jump(struct jit *jit, u32 pc)
{
	u32 to = follow(jit, pc);

	if (jit->in->insns[to].code == (BPF_JMP | BPF_EXIT))
		jit_leave(jit);
	else
		jit_jump_to(jit, CC_ALWAYS, jit_label_insn(to));
}

/**
 * jit_condition() - what a branch asks
 * @insn:	a branch
 *
 * Return: the condition of a comparison of its operands; of their common bits for JSET.
 */
enum jit_cc jit_condition(const struct bpf_insn *insn)
{
	return conditions[BPF_OP(insn->code) >> 4];
}

/**
 * jit_jump_if() - write the jump of a branch
 * @jit:	the compilation; the flags are set
 * @pc:		the branch
 * @cc:		condition that is the branch's
 */
void jit_jump_if(struct jit *jit, u32 pc, enum jit_cc cc)
{
	u32 target;

	if (bpf_insn_target(&jit->in->insns[pc], pc, &target))
		jit_jump_to(jit, cc, jit_label_insn(follow(jit, target)));
}

/**
 * jit_test_and_jump() - write a test of bits and the jump of a branch
 * @jit:	the compilation
 * @pc:		the branch
 * @reg:	register of the program
 * @wide:	OP_W or 0
 * @imm:	bits, not zero, sign-extended if @wide
 * @if_zero:	jump if none of them is set, else if some are
 */
void jit_test_and_jump(struct jit *jit, u32 pc, u8 reg, u32 wide, s32 imm, bool if_zero)
{
	struct branch b = {
		.wide = wide,
		.dst = jit_hw(jit, reg),
		.imm = imm,
		.cc = CC_NE,
	};

	put_test_imm(jit, &b);
	/* conditions come in pairs, one the other's contrary */
	jit_jump_if(jit, pc, if_zero ? b.cc ^ 1 : b.cc);
}

/* if condition, over the next instruction; jump: that jump, if not */
static bool is_over_jump(const struct jit *jit, u32 pc, u32 target)
{
	return target == pc + 2 && jit_next(jit, pc) && is_jump(&jit->in->insns[pc + 1]);
}

/**
 * jit_branch() - a jump, with a condition or without
 * @jit:	the compilation
 * @pc:		the instruction
 *
 * Return: slots written, 0 where there is no such branch.
 */
u32 jit_branch(struct jit *jit, u32 pc)
{
	const struct bpf_insn *insn = &jit->in->insns[pc];
	struct branch b = {
		.insn = insn,
		.wide = BPF_CLASS(insn->code) == BPF_JMP ? OP_W : 0,
		.dst = jit_hw(jit, insn->dst_reg),
		.src = BPF_SRC(insn->code) == BPF_X ? jit_hw(jit, insn->src_reg) : HW_NONE,
		.imm = insn->imm,
		.cc = conditions[BPF_OP(insn->code) >> 4],
	};
	u32 target;

	if (!bpf_insn_target(insn, pc, &target))
		return 0;
	if (is_jump(insn)) {
		if (target != pc + 1)
			put_jump(jit, target);
		return 1;
	}
	if (BPF_OP(insn->code) == BPF_JSET)
		put_test(jit, &b);
	else
		put_compare(jit, &b);
	if (is_over_jump(jit, pc, target)) {
		/* conditions come in pairs, one the other's contrary */
		jit_jump_if(jit, pc + 1, b.cc ^ 1);
		return 2;
	}
	jit_jump_if(jit, pc, b.cc);
	return 1;
}
