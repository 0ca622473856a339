// SPDX-License-Identifier: GPL-2.0-only
/*
 * From instructions to what the interpreter runs.
 *
 * Decides everything that can be decided before a program runs, so that nothing
 * is left to test while it does. Takes verified programs and those that kernel
 * code wrote; an encoding that would make the interpreter leave its program
 * (unknown opcode, jump outside) is refused all the same, and behind the last
 * instruction stands an exit. Must never judge what a program does.
 *
 * Layer K4; builds in user space too. Test: kernel/bpf/prog/interp_flow_test.c.
 */
#include <linux/bpf_func.h>
#include <linux/bpf_jit.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/types.h>
#include "../insn.h"
#include "xinsn.h"

#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
#define HOST_ORDER	BPF_TO_BE
#else
#define HOST_ORDER	BPF_TO_LE
#endif

/* position of a form among the four of an operation, see BPF_XOP_FORMS */
#define FORM_REG	1
#define FORM_32		2

/* by operation; 64K form of each. 0 is ADD64K, which has its own row */
static const u8 alu_ops[16] = {
	[BPF_ADD >> 4]	= BPF_XOP_ADD64K,
	[BPF_SUB >> 4]	= BPF_XOP_SUB64K,
	[BPF_MUL >> 4]	= BPF_XOP_MUL64K,
	[BPF_DIV >> 4]	= BPF_XOP_DIV64K,
	[BPF_OR >> 4]	= BPF_XOP_OR64K,
	[BPF_AND >> 4]	= BPF_XOP_AND64K,
	[BPF_LSH >> 4]	= BPF_XOP_LSH64K,
	[BPF_RSH >> 4]	= BPF_XOP_RSH64K,
	[BPF_MOD >> 4]	= BPF_XOP_MOD64K,
	[BPF_XOR >> 4]	= BPF_XOP_XOR64K,
	[BPF_MOV >> 4]	= BPF_XOP_MOV64K,
	[BPF_ARSH >> 4]	= BPF_XOP_ARSH64K,
};

static const u8 branch_ops[16] = {
	[BPF_JEQ >> 4]	= BPF_XOP_JEQ64K,
	[BPF_JGT >> 4]	= BPF_XOP_JGT64K,
	[BPF_JGE >> 4]	= BPF_XOP_JGE64K,
	[BPF_JSET >> 4]	= BPF_XOP_JSET64K,
	[BPF_JNE >> 4]	= BPF_XOP_JNE64K,
	[BPF_JSGT >> 4]	= BPF_XOP_JSGT64K,
	[BPF_JSGE >> 4]	= BPF_XOP_JSGE64K,
	[BPF_JLT >> 4]	= BPF_XOP_JLT64K,
	[BPF_JLE >> 4]	= BPF_XOP_JLE64K,
	[BPF_JSLT >> 4]	= BPF_XOP_JSLT64K,
	[BPF_JSLE >> 4]	= BPF_XOP_JSLE64K,
};

/* by width: 1, 2, 4, 8 bytes are rows 0 to 3 of the operations that have widths */
static u8 width_row(u32 bytes)
{
	switch (bytes) {
	case 1:
		return 0;
	case 2:
		return 1;
	case 4:
		return 2;
	default:
		return 3;
	}
}

/*
 * Division by a constant: zero gives zero, and leaves the dividend of a modulo
 * (RFC 9669 section 4.1). -1 cannot be divided by in the machine's way because of
 * the most negative number; negation is the same and has no such case.
 */
static void decode_constant_division(const struct bpf_insn *insn,
				     struct bpf_xinsn *out, u8 form)
{
	bool modulo = BPF_OP(insn->code) == BPF_MOD;
	bool is_signed = insn->off == 1;

	if (!insn->imm && modulo) {
		/* the 32-bit one still clears the upper half */
		out->op = form & FORM_32 ? BPF_XOP_MOV32X : BPF_XOP_NOP;
		out->src = insn->dst_reg;
	} else if (!insn->imm || (is_signed && modulo && insn->imm == -1)) {
		out->op = BPF_XOP_MOV64K;
		out->imm = 0;
	} else if (is_signed && insn->imm == -1) {
		out->op = form & FORM_32 ? BPF_XOP_NEG32 : BPF_XOP_NEG64;
	} else if (is_signed) {
		out->op = (modulo ? BPF_XOP_SMOD64K : BPF_XOP_SDIV64K) + form;
	}
}

static int decode_move(const struct bpf_insn *insn, struct bpf_xinsn *out,
		       u8 form)
{
	switch (insn->off) {
	case 0:
		return 0;
	case 8:
		out->op = form & FORM_32 ? BPF_XOP_SX32_8 : BPF_XOP_SX64_8;
		return 0;
	case 16:
		out->op = form & FORM_32 ? BPF_XOP_SX32_16 : BPF_XOP_SX64_16;
		return 0;
	case 32:
		if (form & FORM_32)
			return -EINVAL;
		out->op = BPF_XOP_SX64_32;
		return 0;
	default:
		return -EINVAL;
	}
}

/* RFC 9669 section 4.2: to the host's own order is truncation, else a swap */
static int decode_byte_order(const struct bpf_insn *insn, struct bpf_xinsn *out)
{
	bool swap = BPF_CLASS(insn->code) == BPF_ALU64 ||
		    BPF_SRC(insn->code) != HOST_ORDER;

	out->src = insn->dst_reg;
	switch (insn->imm) {
	case 16:
		out->op = swap ? BPF_XOP_SWAP16 : BPF_XOP_ZX16;
		return 0;
	case 32:
		out->op = swap ? BPF_XOP_SWAP32 : BPF_XOP_MOV32X;
		return 0;
	case 64:
		out->op = swap ? BPF_XOP_SWAP64 : BPF_XOP_NOP;
		return 0;
	default:
		return -EINVAL;
	}
}

static int decode_alu(const struct bpf_insn *insn, struct bpf_xinsn *out)
{
	u8 op = BPF_OP(insn->code);
	u8 form = 0;

	if (op == BPF_END)
		return decode_byte_order(insn, out);
	if (BPF_CLASS(insn->code) == BPF_ALU)
		form |= FORM_32;
	if (op == BPF_NEG) {
		out->op = form ? BPF_XOP_NEG32 : BPF_XOP_NEG64;
		return 0;
	}
	if (BPF_SRC(insn->code) == BPF_X)
		form |= FORM_REG;

	out->op = alu_ops[op >> 4] + form;
	if (form & FORM_REG)
		out->src = insn->src_reg;
	else
		out->imm = insn->imm;

	switch (op) {
	case BPF_DIV:
	case BPF_MOD:
		if (!(form & FORM_REG))
			decode_constant_division(insn, out, form);
		else if (insn->off == 1)
			out->op += BPF_XOP_SDIV64K - BPF_XOP_DIV64K;
		return insn->off == 0 || insn->off == 1 ? 0 : -EINVAL;
	case BPF_LSH:
	case BPF_RSH:
	case BPF_ARSH:
		if (!(form & FORM_REG))
			out->imm = insn->imm & (form & FORM_32 ? 31 : 63);
		return 0;
	case BPF_MOV:
		return form & FORM_REG ? decode_move(insn, out, form) : 0;
	default:
		return 0;
	}
}

static int decode_atomic(const struct bpf_insn *insn, struct bpf_xinsn *out)
{
	bool wide = BPF_SIZE(insn->code) == BPF_DW;

	out->src = insn->src_reg;
	switch (insn->imm) {
	case BPF_ADD:
		out->op = wide ? BPF_XOP_ADD_DW : BPF_XOP_ADD_W;
		return 0;
	case BPF_OR:
		out->op = wide ? BPF_XOP_OR_DW : BPF_XOP_OR_W;
		return 0;
	case BPF_AND:
		out->op = wide ? BPF_XOP_AND_DW : BPF_XOP_AND_W;
		return 0;
	case BPF_XOR:
		out->op = wide ? BPF_XOP_XOR_DW : BPF_XOP_XOR_W;
		return 0;
	case BPF_ADD | BPF_FETCH:
		out->op = wide ? BPF_XOP_FADD_DW : BPF_XOP_FADD_W;
		return 0;
	case BPF_OR | BPF_FETCH:
		out->op = wide ? BPF_XOP_FOR_DW : BPF_XOP_FOR_W;
		return 0;
	case BPF_AND | BPF_FETCH:
		out->op = wide ? BPF_XOP_FAND_DW : BPF_XOP_FAND_W;
		return 0;
	case BPF_XOR | BPF_FETCH:
		out->op = wide ? BPF_XOP_FXOR_DW : BPF_XOP_FXOR_W;
		return 0;
	case BPF_XCHG:
		out->op = wide ? BPF_XOP_XCHG_DW : BPF_XOP_XCHG_W;
		return 0;
	case BPF_CMPXCHG:
		out->op = wide ? BPF_XOP_CMPXCHG_DW : BPF_XOP_CMPXCHG_W;
		return 0;
	default:
		return -EINVAL;
	}
}

static int decode_memory(const struct bpf_insn *insn, struct bpf_xinsn *out,
			 const struct bpf_insn_form *form)
{
	u8 row = width_row(form->bytes);

	switch (form->class) {
	case BPF_IC_ATOMIC:
		return decode_atomic(insn, out);
	case BPF_IC_LOAD:
		out->op = BPF_MODE(insn->code) == BPF_MEMSX ?
			  BPF_XOP_LDXS_B + row : BPF_XOP_LDX_B + row;
		out->src = insn->src_reg;
		return 0;
	case BPF_IC_PACKET:
		out->op = BPF_MODE(insn->code) == BPF_IND ?
			  BPF_XOP_IND_B + row : BPF_XOP_ABS_B + row;
		/* LD_IND has both a register and a constant: dst is free for it */
		out->dst = insn->src_reg;
		out->imm = insn->imm;
		return 0;
	default:
		if (BPF_CLASS(insn->code) == BPF_ST) {
			out->op = BPF_XOP_ST_B + row;
			out->imm = insn->imm;
		} else {
			out->op = BPF_XOP_STX_B + row;
			out->src = insn->src_reg;
		}
		return 0;
	}
}

/* distances count from the next instruction; a target may be any but the end */
static bool is_inside(s64 target, u32 count)
{
	return target >= 0 && target < count;
}

static int decode_jump(const struct bpf_insn *insn, struct bpf_xinsn *out,
		       u32 at, u32 count)
{
	u8 form = 0;

	if (!is_inside((s64)at + 1 + bpf_insn_jump(insn), count))
		return -EINVAL;
	if (BPF_OP(insn->code) == BPF_JA) {
		out->op = BPF_XOP_JA;
		out->imm = bpf_insn_jump(insn);
		return 0;
	}
	if (BPF_CLASS(insn->code) == BPF_JMP32)
		form |= FORM_32;
	if (BPF_SRC(insn->code) == BPF_X)
		form |= FORM_REG;
	out->op = branch_ops[BPF_OP(insn->code) >> 4] + form;
	if (form & FORM_REG)
		out->src = insn->src_reg;
	else
		out->imm = insn->imm;
	return 0;
}

static int decode_call(const struct bpf_insn *insn, struct bpf_xinsn *out,
		       u32 at, u32 count)
{
	out->imm = insn->imm;
	if (!insn->src_reg) {
		out->op = BPF_XOP_CALL;
		return 0;
	}
	if (insn->src_reg != BPF_PSEUDO_CALL ||
	    !is_inside((s64)at + 1 + insn->imm, count))
		return -EINVAL;
	/* whose stack begins where is known when all is decoded */
	out->op = BPF_XOP_CALL_FUNC;
	return 0;
}

/* what RFC 9669 does not have, see linux/bpf_func.h */
static int decode_internal(const struct bpf_insn *insn, struct bpf_xinsn *out,
			   struct bpf_xtraits *traits)
{
	u8 row = width_row(bpf_size_bytes(insn->code));

	switch (insn->code) {
	case BPF_JMP | BPF_TAIL_CALL:
		traits->tail_calls = true;
		out->op = BPF_XOP_TAIL_CALL;
		return 0;
	case BPF_ST | BPF_NOSPEC:
		out->op = BPF_XOP_NOSPEC;
		return 0;
	case BPF_LDX | BPF_PROBE_MEM | BPF_B:
	case BPF_LDX | BPF_PROBE_MEM | BPF_H:
	case BPF_LDX | BPF_PROBE_MEM | BPF_W:
	case BPF_LDX | BPF_PROBE_MEM | BPF_DW:
		out->op = BPF_XOP_PROBE_B + row;
		out->src = insn->src_reg;
		return 0;
	case BPF_LDX | BPF_PROBE_MEMSX | BPF_B:
	case BPF_LDX | BPF_PROBE_MEMSX | BPF_H:
	case BPF_LDX | BPF_PROBE_MEMSX | BPF_W:
		out->op = BPF_XOP_PROBES_B + row;
		out->src = insn->src_reg;
		return 0;
	default:
		return -EINVAL;
	}
}

static int decode_one(const struct bpf_insn *insns, u32 at, u32 count,
		      struct bpf_xinsn *out, struct bpf_xtraits *traits)
{
	const struct bpf_insn *insn = &insns[at];
	const struct bpf_insn_form *form = bpf_insn_form(insn->code);

	if (insn->dst_reg >= MAX_BPF_EXT_REG || insn->src_reg >= MAX_BPF_EXT_REG)
		return -EINVAL;

	*out = (struct bpf_xinsn) {
		.dst = insn->dst_reg,
		.off = insn->off,
	};
	switch (form->class) {
	case BPF_IC_ALU:
		return decode_alu(insn, out);
	case BPF_IC_CONST:
		if (at + 1 >= count)
			return -EINVAL;
		out->op = BPF_XOP_CONST;
		out->imm = insn->imm;
		return 0;
	case BPF_IC_JUMP:
	case BPF_IC_BRANCH:
		return decode_jump(insn, out, at, count);
	case BPF_IC_CALL:
		return decode_call(insn, out, at, count);
	case BPF_IC_EXIT:
		out->op = BPF_XOP_EXIT;
		return 0;
	case BPF_IC_ILLEGAL:
		return decode_internal(insn, out, traits);
	default:
		return decode_memory(insn, out, form);
	}
}

/*
 * "dst = src; dst += imm" is how compilers take the address of a stack slot or a
 * field. The first of the pair does the work of both and steps over the second,
 * which stays for those who jump to it.
 */
static void join_move_and_add(struct bpf_xinsn *first, const struct bpf_xinsn *second)
{
	if (first->op == BPF_XOP_MOV64X && second->op == BPF_XOP_ADD64K &&
	    first->dst == second->dst)
		first->op = BPF_XOP_LEA;
}

static int decode_all(const struct bpf_insn *insns, u32 count,
		      struct bpf_xinsn *out, struct bpf_xtraits *traits)
{
	u32 at, slots;
	int err;

	*traits = (struct bpf_xtraits) {};
	if (!count)
		return -EINVAL;
	for (at = 0; at < count; at += slots) {
		slots = 1;
		err = decode_one(insns, at, count, &out[at], traits);
		if (err)
			return err;
		if (out[at].op != BPF_XOP_CONST)
			continue;
		/* the upper half; only its constant is ever read */
		out[at + 1] = (struct bpf_xinsn) {
			.op = BPF_XOP_NOP,
			.imm = insns[at + 1].imm,
		};
		slots = 2;
	}

	out[count] = (struct bpf_xinsn) { .op = BPF_XOP_EXIT };

	for (at = 0; at + 1 < count; at++)
		join_move_and_add(&out[at], &out[at + 1]);
	return 0;
}

/* ---- functions ----------------------------------------------------------- */

/**
 * struct nest - what a function needs while it and those it calls are under way
 * @slots:	stack, in slots of 8 bytes
 * @calls:	functions, itself included
 */
struct nest {
	u8	slots;
	u8	calls;
};

#define SLOT_BYTES	8

/* number of the function that starts at @start, or @func_count */
static u32 find_func(const struct bpf_jit_func *funcs, u32 func_count, s64 start)
{
	u32 lo = 0, hi = func_count;

	while (lo < hi) {
		u32 mid = lo + (hi - lo) / 2;

		if (funcs[mid].start == start)
			return mid;
		if (funcs[mid].start < start)
			lo = mid + 1;
		else
			hi = mid;
	}
	return func_count;
}

/* functions in order, each with a stack there is */
static bool are_functions(const struct bpf_jit_func *funcs, u32 func_count, u32 count)
{
	u32 i;

	if (!func_count || func_count > BPF_XCODE_MAX_FUNCS || funcs[0].start)
		return false;
	for (i = 0; i < func_count; i++) {
		if (funcs[i].start >= count || funcs[i].stack_depth > MAX_BPF_STACK ||
		    funcs[i].stack_depth % SLOT_BYTES)
			return false;
		if (i && funcs[i].start <= funcs[i - 1].start)
			return false;
	}
	return true;
}

/* the caller's nest holds that of whom it calls; 1 if it grew by that */
static int widen_nest(struct nest *caller, const struct nest *callee, u32 own)
{
	u32 slots = own / SLOT_BYTES + callee->slots;
	bool wider = false;

	if (callee->calls >= BPF_XCODE_MAX_CALLS || slots > MAX_BPF_STACK / SLOT_BYTES)
		return -EINVAL;
	if (caller->calls <= callee->calls) {
		caller->calls = callee->calls + 1;
		wider = true;
	}
	if (caller->slots < slots) {
		caller->slots = slots;
		wider = true;
	}
	return wider;
}

/*
 * Once backwards over all calls, since functions mostly call those behind them. Tells
 * each call how much stack its caller keeps. 1 if a nest grew.
 */
static int widen_nests(struct bpf_xinsn *code, u32 count, struct nest *nests,
		       const struct bpf_jit_func *funcs, u32 func_count)
{
	u32 at, func = func_count - 1;
	int grew = 0, ret;

	for (at = count; at-- > 0;) {
		u32 callee;

		while (at < funcs[func].start)
			func--;
		if (code[at].op != BPF_XOP_CALL_FUNC)
			continue;
		callee = find_func(funcs, func_count, (s64)at + 1 + code[at].imm);
		if (callee == func_count)
			return -EINVAL;
		code[at].off = funcs[func].stack_depth;
		ret = widen_nest(&nests[func], &nests[callee], funcs[func].stack_depth);
		if (ret < 0)
			return ret;
		grew |= ret;
	}
	return grew;
}

/* ends: a nest of calls that goes round grows until it is too deep */
static int link_functions(struct bpf_xinsn *code, u32 count,
			  const struct bpf_jit_func *funcs, u32 func_count,
			  struct bpf_xtraits *traits)
{
	struct nest nests[BPF_XCODE_MAX_FUNCS];
	int grew;
	u32 i;

	for (i = 0; i < func_count; i++)
		nests[i] = (struct nest) {
			.slots = funcs[i].stack_depth / SLOT_BYTES, .calls = 1,
		};
	do {
		grew = widen_nests(code, count, nests, funcs, func_count);
	} while (grew > 0);
	traits->stack_depth = nests[0].slots * SLOT_BYTES;
	return grew;
}

/**
 * bpf_xcode_decode_funcs() - decode a program with functions of its own
 * @insns:	the program, rewritten by the verifier or written by the kernel
 * @count:	its instructions
 * @funcs:	its functions, the first one at 0, in order
 * @func_count:	how many, at least one
 * @out:	takes @count decoded instructions and one more
 * @traits:	takes what concerns the program as a whole
 *
 * A function gets R1 to R5 and a stack of its own, below the caller's; R6 to R9 and R10
 * are the caller's again when it returns.
 *
 * Called by: bpf_prog_select_runtime(), tests. Any context.
 *
 * Return: 0, or -EINVAL for what the interpreter could not run within bounds: see
 * bpf_xcode_decode(), a call that goes to no function, more than BPF_XCODE_MAX_CALLS
 * functions under way at one time (so recursion), with more than MAX_BPF_STACK bytes
 * of stack or one that is no multiple of 8.
 */
int bpf_xcode_decode_funcs(const struct bpf_insn *insns, u32 count,
			   const struct bpf_jit_func *funcs, u32 func_count,
			   struct bpf_xinsn *out, struct bpf_xtraits *traits)
{
	u32 at;
	int err;

	if (!are_functions(funcs, func_count, count))
		return -EINVAL;
	err = decode_all(insns, count, out, traits);
	if (err)
		return err;
	for (at = func_count > 1 ? funcs[1].start : count; at < count; at++)
		traits->deep_tail_calls |= out[at].op == BPF_XOP_TAIL_CALL;
	return link_functions(out, count, funcs, func_count, traits);
}

/**
 * bpf_xcode_decode() - decode a program for the interpreter
 * @insns:	the program, rewritten by the verifier or written by the kernel
 * @count:	its instructions
 * @out:	takes @count decoded instructions and one more
 * @traits:	takes what concerns the program as a whole
 *
 * Called by: bpf_prog_select_runtime(), tests. Any context.
 *
 * Return: 0, or -EINVAL for what the interpreter could not run within bounds: an
 * unknown opcode, a jump out of the program, no instruction, a function of the program.
 */
int bpf_xcode_decode(const struct bpf_insn *insns, u32 count,
		     struct bpf_xinsn *out, struct bpf_xtraits *traits)
{
	int err = decode_all(insns, count, out, traits);
	u32 at;

	for (at = 0; !err && at < count; at++) {
		if (out[at].op == BPF_XOP_CALL_FUNC)
			err = -EINVAL;
	}
	return err;
}
