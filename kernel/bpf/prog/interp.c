// SPDX-License-Identifier: GPL-2.0-only
/*
 * The interpreter: one function that runs decoded instructions (xinsn.h).
 *
 * Each operation has a handler that ends by jumping to the handler of the next
 * instruction, found in a table by its number. There is no loop to return to, no
 * operand to take apart and no case to test for that decoding could settle; a
 * handler is the loads, the operation, the store, and three instructions of
 * x86-64 to go on.
 *
 * Nothing here checks a program: the verifier has. Must never grow a test that
 * xcode.c could make instead.
 *
 * Layer K4; builds in user space too. Tests: kernel/bpf/prog/interp_test.c,
 * interp_flow_test.c, lib/test_bpf.c.
 */
#include "interp_host.h"
#include "xinsn.h"

#ifndef __annotate_jump_table
#define __annotate_jump_table
#endif

/* ---- arithmetic where the machine's own does not do ---------------------- */

/* RFC 9669 section 4.1: no trap, whatever the operands are */
static __always_inline u64 div_64(u64 dst, u64 src)
{
	return src ? div64_u64(dst, src) : 0;
}

static __always_inline u64 mod_64(u64 dst, u64 src)
{
	return src ? dst - div64_u64(dst, src) * src : dst;
}

static __always_inline u32 div_32(u32 dst, u32 src)
{
	return src ? dst / src : 0;
}

static __always_inline u32 mod_32(u32 dst, u32 src)
{
	return src ? dst % src : dst;
}

/* a division by -1 is a negation, and the most negative number is its own */
static __always_inline u64 sdiv_64(s64 dst, s64 src)
{
	if (src == -1)
		return -(u64)dst;
	return src ? div64_s64(dst, src) : 0;
}

static __always_inline u64 smod_64(s64 dst, s64 src)
{
	if (src == -1)
		return 0;
	return src ? dst - div64_s64(dst, src) * src : dst;
}

static __always_inline u32 sdiv_32(s32 dst, s32 src)
{
	if (src == -1)
		return -(u32)dst;
	return src ? dst / src : 0;
}

static __always_inline u32 smod_32(s32 dst, s32 src)
{
	if (src == -1)
		return 0;
	return src ? dst % src : dst;
}

/* ---- operands ------------------------------------------------------------ */

#define DST		regs[x->dst]
#define SRC		regs[x->src]
#define IMM		x->imm
#define MEM(t, reg)	(*(t *)(unsigned long)((reg) + x->off))
#define ATOMIC		(&MEM(atomic_t, DST))
#define ATOMIC64	(&MEM(atomic64_t, DST))

/* ---- functions ----------------------------------------------------------- */

/*
 * A function of the program is run by the interpreter anew, on registers of its own: so
 * the caller's come to no harm, and neither calls nor exits cost those programs anything
 * that have no functions. xcode.c has bounded the depth.
 */
static noinline u64 call_function(const struct bpf_xinsn *x, const u64 *caller)
{
	u64 regs[MAX_BPF_EXT_REG];

	regs[BPF_REG_1] = caller[BPF_REG_1];
	regs[BPF_REG_2] = caller[BPF_REG_2];
	regs[BPF_REG_3] = caller[BPF_REG_3];
	regs[BPF_REG_4] = caller[BPF_REG_4];
	regs[BPF_REG_5] = caller[BPF_REG_5];
	regs[BPF_REG_FP] = caller[BPF_REG_FP] - x->off;
	return bpf_interp_run(x + 1 + x->imm, regs);
}

/* ---- control: every handler ends in one of these ------------------------- */

/*
 * GCC copies one place that all handlers go to into each of them, as a load of the
 * operation and a jump through the table, which is one instruction less than the
 * same written out in each. A jump that must be a retpoline it does not copy.
 */
#ifdef CONFIG_RETPOLINE
#define DISPATCH	goto *handlers[x->op]
#else
#define DISPATCH	goto dispatch
#endif

#define NEXT		do { x++; DISPATCH; } while (0)
#define JUMP(distance)	do { x += 1 + (long)(distance); DISPATCH; } while (0)

/* ---- handlers that differ in one expression only ------------------------- */

#define EFFECT(name, statement)						\
do_##name:								\
	statement;							\
	NEXT

/* the four forms of an operation; K and X operands come as @b */
#define ALU(name, expr64, expr32)					\
do_##name##64K: {							\
	u64 a = DST, b = (s64)IMM;					\
	DST = (expr64);							\
	NEXT;								\
}									\
do_##name##64X: {							\
	u64 a = DST, b = SRC;						\
	DST = (expr64);							\
	NEXT;								\
}									\
do_##name##32K: {							\
	u32 a = DST, b = IMM;						\
	DST = (u32)(expr32);						\
	NEXT;								\
}									\
do_##name##32X: {							\
	u32 a = DST, b = SRC;						\
	DST = (u32)(expr32);						\
	NEXT;								\
}

#define BRANCH_FORM(name, t, operand, cond)				\
do_##name: {								\
	t a = DST, b = (operand);					\
	if (cond)							\
		JUMP(x->off);						\
	NEXT;								\
}

#define BRANCH(name, t64, t32, cond)					\
	BRANCH_FORM(name##64K, t64, (s64)IMM, cond)			\
	BRANCH_FORM(name##64X, t64, SRC, cond)				\
	BRANCH_FORM(name##32K, t32, IMM, cond)				\
	BRANCH_FORM(name##32X, t32, SRC, cond)

#define PACKET(name, size)						\
do_ABS_##name:								\
	if (!load_packet(regs[BPF_REG_CTX], IMM, size, &regs[BPF_REG_0]))	\
		return 0;						\
	NEXT;								\
do_IND_##name:								\
	if (!load_packet(regs[BPF_REG_CTX], (u32)DST + IMM, size,	\
			 &regs[BPF_REG_0]))				\
		return 0;						\
	NEXT

#define PROBE(name, t, t_extended)					\
do_##name: {								\
	t value = load_nofault(SRC + x->off, sizeof(t));		\
									\
	DST = (t_extended)value;					\
	NEXT;								\
}

#define ORACLE_HANDLER(name)						\
do_##name:								\
	goto *handlers[bpf_oracle_look(x, regs)]

#define HANDLER_ADDRESS(name)	[BPF_XOP_##name] = &&do_##name,

/**
 * bpf_interp_run() - run a decoded program
 * @x:		its first instruction
 * @regs:	MAX_BPF_EXT_REG registers; R1 and R10 are set, and R10's stack is as
 *		deep as the program's, or MAX_BPF_STACK if it has tail calls
 *
 * Called by: prog/select.c's entries, tests. Context: what the program's helpers
 * need; RCU read side for maps and tail calls.
 *
 * Return: R0, or 0 where a packet load was out of the packet; in a function of the
 * program that ends the function.
 */
u64 bpf_interp_run(const struct bpf_xinsn *x, u64 *regs)
{
	static const void * const handlers[BPF_XOP_COUNT] __annotate_jump_table = {
		BPF_XOPS(HANDLER_ADDRESS)
		BPF_XOPS_ORACLE(HANDLER_ADDRESS)
	};
	u32 tail_calls = 0;

	DISPATCH;
dispatch: __maybe_unused;
	goto *handlers[x->op];

	ALU(ADD, a + b, a + b)
	ALU(SUB, a - b, a - b)
	ALU(MUL, a * b, a * b)
	ALU(OR, a | b, a | b)
	ALU(AND, a & b, a & b)
	ALU(XOR, a ^ b, a ^ b)
	ALU(LSH, a << (b & 63), a << (b & 31))
	ALU(RSH, a >> (b & 63), a >> (b & 31))
	ALU(ARSH, (s64)a >> (b & 63), (s32)a >> (b & 31))
	ALU(DIV, div_64(a, b), div_32(a, b))
	ALU(MOD, mod_64(a, b), mod_32(a, b))
	ALU(SDIV, sdiv_64(a, b), sdiv_32(a, b))
	ALU(SMOD, smod_64(a, b), smod_32(a, b))

	EFFECT(MOV64K, DST = (s64)IMM);
	EFFECT(MOV64X, DST = SRC);
	EFFECT(MOV32K, DST = (u32)IMM);
	EFFECT(MOV32X, DST = (u32)SRC);
	EFFECT(SX64_8, DST = (s64)(s8)SRC);
	EFFECT(SX64_16, DST = (s64)(s16)SRC);
	EFFECT(SX64_32, DST = (s64)(s32)SRC);
	EFFECT(SX32_8, DST = (u32)(s8)SRC);
	EFFECT(SX32_16, DST = (u32)(s16)SRC);
	EFFECT(NEG64, DST = -DST);
	EFFECT(NEG32, DST = (u32)-(u32)DST);
	EFFECT(ZX16, DST = (u16)DST);
	EFFECT(SWAP16, DST = swab16((u16)DST));
	EFFECT(SWAP32, DST = swab32((u32)DST));
	EFFECT(SWAP64, DST = swab64(DST));
	EFFECT(NOP, );
	EFFECT(NOSPEC, hold_speculation());

do_CONST:
	DST = (u64)(u32)x[1].imm << 32 | (u32)IMM;
	JUMP(1);
do_LEA:
	DST = SRC + x[1].imm;
	JUMP(1);

	EFFECT(LDX_B, DST = MEM(u8, SRC));
	EFFECT(LDX_H, DST = MEM(u16, SRC));
	EFFECT(LDX_W, DST = MEM(u32, SRC));
	EFFECT(LDX_DW, DST = MEM(u64, SRC));
	EFFECT(LDXS_B, DST = (s64)MEM(s8, SRC));
	EFFECT(LDXS_H, DST = (s64)MEM(s16, SRC));
	EFFECT(LDXS_W, DST = (s64)MEM(s32, SRC));
	PROBE(PROBE_B, u8, u8)
	PROBE(PROBE_H, u16, u16)
	PROBE(PROBE_W, u32, u32)
	PROBE(PROBE_DW, u64, u64)
	PROBE(PROBES_B, s8, s64)
	PROBE(PROBES_H, s16, s64)
	PROBE(PROBES_W, s32, s64)
	EFFECT(STX_B, MEM(u8, DST) = SRC);
	EFFECT(STX_H, MEM(u16, DST) = SRC);
	EFFECT(STX_W, MEM(u32, DST) = SRC);
	EFFECT(STX_DW, MEM(u64, DST) = SRC);
	EFFECT(ST_B, MEM(u8, DST) = IMM);
	EFFECT(ST_H, MEM(u16, DST) = IMM);
	EFFECT(ST_W, MEM(u32, DST) = IMM);
	EFFECT(ST_DW, MEM(u64, DST) = (s64)IMM);

	EFFECT(ADD_W, atomic_add((u32)SRC, ATOMIC));
	EFFECT(OR_W, atomic_or((u32)SRC, ATOMIC));
	EFFECT(AND_W, atomic_and((u32)SRC, ATOMIC));
	EFFECT(XOR_W, atomic_xor((u32)SRC, ATOMIC));
	EFFECT(ADD_DW, atomic64_add(SRC, ATOMIC64));
	EFFECT(OR_DW, atomic64_or(SRC, ATOMIC64));
	EFFECT(AND_DW, atomic64_and(SRC, ATOMIC64));
	EFFECT(XOR_DW, atomic64_xor(SRC, ATOMIC64));
	EFFECT(FADD_W, SRC = (u32)atomic_fetch_add((u32)SRC, ATOMIC));
	EFFECT(FOR_W, SRC = (u32)atomic_fetch_or((u32)SRC, ATOMIC));
	EFFECT(FAND_W, SRC = (u32)atomic_fetch_and((u32)SRC, ATOMIC));
	EFFECT(FXOR_W, SRC = (u32)atomic_fetch_xor((u32)SRC, ATOMIC));
	EFFECT(FADD_DW, SRC = atomic64_fetch_add(SRC, ATOMIC64));
	EFFECT(FOR_DW, SRC = atomic64_fetch_or(SRC, ATOMIC64));
	EFFECT(FAND_DW, SRC = atomic64_fetch_and(SRC, ATOMIC64));
	EFFECT(FXOR_DW, SRC = atomic64_fetch_xor(SRC, ATOMIC64));
	EFFECT(XCHG_W, SRC = (u32)atomic_xchg(ATOMIC, (u32)SRC));
	EFFECT(XCHG_DW, SRC = atomic64_xchg(ATOMIC64, SRC));
	EFFECT(CMPXCHG_W, regs[BPF_REG_0] = (u32)
	       atomic_cmpxchg(ATOMIC, (u32)regs[BPF_REG_0], (u32)SRC));
	EFFECT(CMPXCHG_DW, regs[BPF_REG_0] =
	       atomic64_cmpxchg(ATOMIC64, regs[BPF_REG_0], SRC));

	PACKET(B, 1);
	PACKET(H, 2);
	PACKET(W, 4);

	BRANCH(JEQ, u64, u32, a == b)
	BRANCH(JNE, u64, u32, a != b)
	BRANCH(JGT, u64, u32, a > b)
	BRANCH(JGE, u64, u32, a >= b)
	BRANCH(JLT, u64, u32, a < b)
	BRANCH(JLE, u64, u32, a <= b)
	BRANCH(JSGT, s64, s32, a > b)
	BRANCH(JSGE, s64, s32, a >= b)
	BRANCH(JSLT, s64, s32, a < b)
	BRANCH(JSLE, s64, s32, a <= b)
	BRANCH(JSET, u64, u32, a & b)

do_JA:
	JUMP(IMM);

do_CALL: {
	bpf_func_t helper = (bpf_func_t)((unsigned long)__bpf_call_base + IMM);

	regs[BPF_REG_0] = helper(regs[BPF_REG_1], regs[BPF_REG_2],
				 regs[BPF_REG_3], regs[BPF_REG_4],
				 regs[BPF_REG_5]);
	NEXT;
}

	EFFECT(CALL_FUNC, regs[BPF_REG_0] = call_function(x, regs));

do_TAIL_CALL: {
	const struct bpf_xinsn *target;

	if (tail_calls >= MAX_TAIL_CALL_CNT)
		NEXT;
	target = tail_call_target(regs[BPF_REG_2], regs[BPF_REG_3]);
	if (!target)
		NEXT;
	tail_calls++;
	x = target;
	DISPATCH;
}

do_EXIT:
	return regs[BPF_REG_0];

	BPF_XOPS_ORACLE(ORACLE_HANDLER);
}
