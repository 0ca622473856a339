// SPDX-License-Identifier: GPL-2.0-only
/*
 * Hides the constants of a program before it becomes machine code: whoever chooses the
 * immediates of a program could otherwise choose bytes of executable memory, and jump
 * into the middle of machine instructions that are none.
 *
 * Each constant is written in two parts that are random numbers by themselves and give
 * the constant together when the program runs. A move, an addition, a subtraction and an
 * exclusive or take the parts one after the other, in place:
 *
 *	dst += K		dst += K - r;  dst += r
 *	dst = K			dst = K ^ r;  dst ^= r
 *
 * and so does ld_imm64, half by half. All else takes its constant from a register that
 * is free at this place:
 *
 *	dst &= K		ax = K ^ r;  ax ^= r;  dst &= ax
 *
 * That is BPF_REG_AX; inside a sequence of kernel code that holds a value there, some
 * register whose value nobody reads any more. What no user can choose stays: zero, the
 * amount of a shift, widths, distances, offsets of memory.
 *
 * Must never change what a program computes, nor be followed by a pass that folds
 * constants. Layer K4; builds in user space too. Tests: kernel/bpf/prog/blind_test.c,
 * the fuzzers of tools/bpf/verify, lib/test_bpf.c with bpf_jit_harden.
 */
#include <linux/bpf_func.h>
#include <linux/bpf_jit.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/limits.h>
#include <linux/mm.h>
#include <linux/random.h>
#include <linux/slab.h>
#include <linux/types.h>
#include "../flow.h"
#include "../insn.h"
#include "../opt/opt.h"
#include "prog.h"

/* instructions that one may become: ld_imm64 */
#define MOST_INSNS	5

/* "goto +1; gotol" behind a branch whose target is too far away for 16 bits */
#define FAR_INSNS	2

/*
 * On BPF_REG_AX itself constants up to this one stay: only kernel code works there, with
 * numbers of bits and with masks of one.
 */
#define SMALL_ON_AX	64

/* no register is free; as a number of a register */
#define NONE		0xff

/**
 * struct blind - this pass
 * @insns:	the program as it was
 * @count:	its instructions
 * @marks:	BPF_FLOW_* of each
 * @live:	registers read after each; NULL where BPF_REG_AX is always free
 * @start:	where each begins in @out; one more for the end
 * @far:	the jump does not fit 16 bits
 * @out:	the new program
 */
struct blind {
	const struct bpf_insn	*insns;
	u32			count;
	u8			*marks;
	u16			*live;
	u32			*start;
	bool			*far;
	struct bpf_insn		*out;
};

/* ---- parts of a constant ------------------------------------------------------ */

/* two instructions at @out: @code is a move or an exclusive or, a whole K-form opcode */
static void write_by_xor(struct bpf_insn *out, u8 code, u8 dst, s32 imm)
{
	u32 part = get_random_u32();

	out[0] = (struct bpf_insn){ .code = code, .dst_reg = dst, .imm = imm ^ part };
	out[1] = (struct bpf_insn){
		.code = BPF_CLASS(code) | BPF_XOR | BPF_K, .dst_reg = dst, .imm = part,
	};
}

/*
 * Both parts are sign-extended where the operation has 64 bits, so that they must give
 * the constant without a carry out of 32: the one is random among those with which the
 * other fits. There are 2^31 of them at least.
 */
static void write_by_sum(struct bpf_insn *out, const struct bpf_insn *insn)
{
	s64 imm = insn->imm;
	s64 least = max_t(s64, S32_MIN, imm - S32_MAX);
	s64 most = min_t(s64, S32_MAX, imm - S32_MIN);
	u64 choices = most - least + 1;
	s64 part = least + (s64)((get_random_u32() * choices) >> 32);

	out[0] = *insn;
	out[0].imm = part;
	out[1] = *insn;
	out[1].imm = imm - part;
}

/* 32 bits are enough for what reads no more of the register */
static void write_to_scratch(struct bpf_insn *out, u8 scratch, s32 imm, bool wide)
{
	write_by_xor(out, (wide ? BPF_ALU64 : BPF_ALU) | BPF_MOV | BPF_K, scratch, imm);
}

/* ---- registers ------------------------------------------------------------------ */

static bool touches(const struct bpf_insn *insn, u8 reg)
{
	struct bpf_touched t = bpf_insn_touches(insn);

	return (t.uses | t.sets) & (1u << reg);
}

/*
 * A register for a constant of the instruction at @pc: not one of its own, and nobody
 * reads what is in it.
 */
static u8 find_scratch(const struct blind *b, u32 pc)
{
	const struct bpf_insn *insn = &b->insns[pc];
	u8 reg;

	if (!b->live)
		return BPF_REG_AX;
	if (!touches(insn, BPF_REG_AX) && !(b->live[pc] & (1u << BPF_REG_AX)))
		return BPF_REG_AX;
	for (reg = BPF_REG_0; reg < BPF_REG_FP; reg++) {
		if (!touches(insn, reg) && !(b->live[pc] & (1u << reg)))
			return reg;
	}
	return NONE;
}

/* ---- one instruction ------------------------------------------------------------ */

/* does the instruction take a constant that a user may have chosen? Not ld_imm64 */
static bool has_constant(const struct bpf_insn *insn)
{
	u8 op = BPF_OP(insn->code);

	switch (bpf_insn_form(insn->code)->class) {
	case BPF_IC_ALU:
		return insn->imm && BPF_SRC(insn->code) == BPF_K && op != BPF_NEG &&
		       op != BPF_END && op != BPF_LSH && op != BPF_RSH && op != BPF_ARSH;
	case BPF_IC_BRANCH:
		return insn->imm && BPF_SRC(insn->code) == BPF_K;
	case BPF_IC_STORE:
		return insn->imm && BPF_CLASS(insn->code) == BPF_ST;
	case BPF_IC_PACKET:
		return insn->imm;
	default:
		return false;
	}
}

/*
 * A constant of 64 bits needs no second register: the lower half is sign-extended when
 * it is mixed in, and the upper one is written so that this makes it right.
 */
static u32 write_const(const struct bpf_insn *insn, struct bpf_insn *out)
{
	u64 value = (u64)(u32)insn[1].imm << 32 | (u32)insn[0].imm;
	u8 dst = insn->dst_reg;
	s32 low = value;

	if (!value) {
		out[0] = (struct bpf_insn){
			.code = BPF_ALU | BPF_MOV | BPF_K, .dst_reg = dst,
		};
		return 1;
	}
	if (value == (u32)value) {
		write_by_xor(out, BPF_ALU | BPF_MOV | BPF_K, dst, low);
		return 2;
	}
	if (value == (u64)(s64)low) {
		write_by_xor(out, BPF_ALU64 | BPF_MOV | BPF_K, dst, low);
		return 2;
	}
	write_by_xor(out, BPF_ALU | BPF_MOV | BPF_K, dst, (value ^ (s64)low) >> 32);
	out[2] = (struct bpf_insn){
		.code = BPF_ALU64 | BPF_LSH | BPF_K, .dst_reg = dst, .imm = 32,
	};
	write_by_xor(out + 3, BPF_ALU64 | BPF_XOR | BPF_K, dst, low);
	return 5;
}

/* the load's offset comes from @scratch alone; it is a number modulo 2^32 */
static u32 write_packet_load(const struct bpf_insn *insn, u8 scratch,
			     struct bpf_insn *out)
{
	const struct bpf_insn add = {
		.code = BPF_ALU | BPF_ADD | BPF_K, .dst_reg = scratch, .imm = insn->imm,
	};
	u32 n = 0;

	if (BPF_MODE(insn->code) == BPF_IND) {
		out[n++] = (struct bpf_insn){
			.code = BPF_ALU | BPF_MOV | BPF_X, .dst_reg = scratch,
			.src_reg = insn->src_reg,
		};
		write_by_sum(&out[n], &add);
	} else {
		write_to_scratch(&out[n], scratch, insn->imm, false);
	}
	n += 2;
	out[n++] = (struct bpf_insn){
		.code = BPF_LD | BPF_IND | BPF_SIZE(insn->code), .src_reg = scratch,
	};
	return n;
}

/* the constant goes to @scratch, the operation takes it from there */
static u32 write_operation(const struct bpf_insn *insn, u8 scratch,
			   struct bpf_insn *out)
{
	bool wide;

	if (BPF_CLASS(insn->code) == BPF_ST)
		wide = BPF_SIZE(insn->code) == BPF_DW;
	else
		wide = BPF_CLASS(insn->code) == BPF_ALU64 ||
		       BPF_CLASS(insn->code) == BPF_JMP;
	write_to_scratch(out, scratch, insn->imm, wide);
	out[2] = *insn;
	out[2].src_reg = scratch;
	out[2].imm = 0;
	if (BPF_CLASS(insn->code) == BPF_ST)
		out[2].code ^= BPF_ST ^ BPF_STX;
	else
		out[2].code |= BPF_X;
	return 3;
}

/*
 * Writes what becomes of the instruction at @pc, jumps and calls as they were. Returns
 * how many, which does not depend on chance; 0 where no register is free.
 */
static u32 write_hidden(const struct blind *b, u32 pc, struct bpf_insn *out)
{
	const struct bpf_insn *insn = &b->insns[pc];
	u8 class = bpf_insn_form(insn->code)->class;
	u8 scratch;

	if (class == BPF_IC_CONST)
		return write_const(insn, out);
	*out = *insn;
	if (!has_constant(insn))
		return 1;
	if (class == BPF_IC_ALU) {
		switch (BPF_OP(insn->code)) {
		case BPF_MOV:
		case BPF_XOR:
			write_by_xor(out, insn->code, insn->dst_reg, insn->imm);
			return 2;
		case BPF_ADD:
		case BPF_SUB:
			write_by_sum(out, insn);
			return 2;
		}
	}
	if (insn->dst_reg == BPF_REG_AX && (u32)insn->imm <= SMALL_ON_AX)
		return 1;
	scratch = find_scratch(b, pc);
	if (scratch == NONE)
		return 0;
	if (class == BPF_IC_PACKET)
		return write_packet_load(insn, scratch, out);
	return write_operation(insn, scratch, out);
}

/* ---- the whole program ------------------------------------------------------------ */

static bool is_short_jump(const struct bpf_insn *insn)
{
	u8 class = bpf_insn_form(insn->code)->class;

	return class == BPF_IC_BRANCH || insn->code == (BPF_JMP | BPF_JA);
}

/* fills @start; false where an instruction cannot be written */
static bool measure(struct blind *b)
{
	struct bpf_insn scratch[MOST_INSNS];
	u32 pc, n, at = 0;

	for (pc = 0; pc < b->count; pc++) {
		const struct bpf_insn *insn = &b->insns[pc];

		b->start[pc] = at;
		if (b->marks[pc] & BPF_FLOW_SECOND)
			continue;
		n = write_hidden(b, pc, scratch);
		if (!n)
			return false;
		if (b->far[pc] && insn->code != (BPF_JMP | BPF_JA))
			n += FAR_INSNS;
		at += n;
	}
	b->start[pc] = at;
	return true;
}

/* distance for a jump or a call written at @at to where its target went */
static s32 find_distance(const struct blind *b, u32 pc, u32 at)
{
	const struct bpf_insn *insn = &b->insns[pc];
	u32 target = pc + 1 + (bpf_insn_calls_func(insn) ? insn->imm : bpf_insn_jump(insn));

	return b->start[target] - at - 1;
}

/*
 * Jumps that may not fit. A jump stands between the start of its instruction and that of
 * the next, so that distances from both ends enclose the real one; and with all jumps
 * taken as far, no distance is shorter than in the end.
 */
static bool find_far(struct blind *b)
{
	u32 pc;

	if (!measure(b))
		return false;
	if (b->start[b->count] <= S16_MAX)
		return true;
	for (pc = 0; pc < b->count; pc++)
		b->far[pc] = !(b->marks[pc] & BPF_FLOW_SECOND) &&
			     is_short_jump(&b->insns[pc]);
	if (!measure(b))
		return false;
	for (pc = 0; pc < b->count; pc++) {
		if (b->far[pc])
			b->far[pc] = find_distance(b, pc, b->start[pc]) > S16_MAX ||
				     find_distance(b, pc, b->start[pc + 1]) < S16_MIN;
	}
	return measure(b);
}

/* @at: where the jump stands in @out, its constant before it */
static void write_jump(const struct blind *b, u32 pc, u32 at)
{
	struct bpf_insn *jump = &b->out[at];

	if (!b->far[pc] && is_short_jump(jump)) {
		jump->off = find_distance(b, pc, at);
		return;
	}
	if (bpf_insn_form(jump->code)->class == BPF_IC_BRANCH) {
		jump[0].off = 1;
		jump[1] = (struct bpf_insn){ .code = BPF_JMP | BPF_JA, .off = 1 };
		at += FAR_INSNS;
	}
	b->out[at] = (struct bpf_insn){
		.code = BPF_JMP32 | BPF_JA, .imm = find_distance(b, pc, at),
	};
}

static void write_insn(const struct blind *b, u32 pc)
{
	const struct bpf_insn *insn = &b->insns[pc];
	u32 last = b->start[pc] + write_hidden(b, pc, &b->out[b->start[pc]]) - 1;
	u8 class = bpf_insn_form(insn->code)->class;

	if (class == BPF_IC_JUMP || class == BPF_IC_BRANCH)
		write_jump(b, pc, last);
	else if (bpf_insn_calls_func(insn))
		b->out[last].imm = find_distance(b, pc, last);
}

/* liveness costs a few passes; most programs have no sequence of kernel code */
static int find_live(struct blind *b)
{
	bool wanted = false;
	u32 pc;

	for (pc = 0; pc < b->count && !wanted; pc++)
		wanted = !(b->marks[pc] & BPF_FLOW_SECOND) &&
			 touches(&b->insns[pc], BPF_REG_AX);
	if (!wanted)
		return 0;
	b->live = kvmalloc_array(b->count, sizeof(*b->live), GFP_KERNEL);
	if (!b->live)
		return -ENOMEM;
	bpf_flow_live(b->insns, b->count, b->marks, b->live);
	return 0;
}

static int write_all(struct blind *b, struct bpf_code *code,
		     struct bpf_jit_func *funcs, u32 func_count)
{
	u32 i, pc;
	int err;

	err = bpf_flow_mark(b->insns, b->count, b->marks);
	if (!err)
		err = find_live(b);
	if (err)
		return err;
	if (!find_far(b))
		return -EOPNOTSUPP;
	b->out = kvmalloc_array(b->start[b->count], sizeof(*b->out), GFP_KERNEL);
	if (!b->out)
		return -ENOMEM;
	for (pc = 0; pc < b->count; pc++) {
		if (!(b->marks[pc] & BPF_FLOW_SECOND))
			write_insn(b, pc);
	}
	for (i = 0; i < func_count; i++)
		funcs[i].start = b->start[funcs[i].start];
	kvfree(code->insns);
	*code = (struct bpf_code){ .insns = b->out, .count = b->start[b->count] };
	return 0;
}

/**
 * bpf_blind() - hide the constants of a program
 * @code:	the program as it would run, after every other pass; its instructions are
 *		replaced, jumps and calls of functions mended
 * @funcs:	its functions; their starts are mended. May be NULL
 * @func_count:	how many
 *
 * Every constant that user space can choose is gone afterwards, whatever instruction it
 * was in; the program computes the same (REQUIREMENTS, JIT: bpf_jit_harden). What stays
 * is zero, amounts of shifts, widths, distances and offsets, and on BPF_REG_AX constants
 * up to 64. May use R0 to R9 where BPF_REG_AX is taken and their values are not read any
 * more. Time is linear in the program.
 *
 * Called by: bpf_prog_select_runtime(), tests. Context: may sleep.
 *
 * Return: 0. Else @code and @funcs are as before and it is -ENOMEM; -EINVAL for a jump
 * out of the program or an end that is none; -EOPNOTSUPP where a constant on BPF_REG_AX
 * finds no free register.
 */
int bpf_blind(struct bpf_code *code, struct bpf_jit_func *funcs, u32 func_count)
{
	struct blind b = { .insns = code->insns, .count = code->count };
	int err = -ENOMEM;

	b.marks = kvmalloc(b.count, GFP_KERNEL);
	b.start = kvmalloc_array(b.count + 1, sizeof(*b.start), GFP_KERNEL);
	b.far = kvcalloc(b.count, sizeof(*b.far), GFP_KERNEL);
	if (b.marks && b.start && b.far)
		err = write_all(&b, code, funcs, func_count);
	kvfree(b.live);
	kvfree(b.far);
	kvfree(b.start);
	kvfree(b.marks);
	return err;
}
