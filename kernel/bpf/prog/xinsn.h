/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Programs as the interpreter runs them: one 8-byte instruction for each of the
 * program's, at the same index, with everything decided that is known before it
 * runs: width, operand kind, sign, atomic operation, byte order of this machine.
 *
 * Must never be seen outside kernel/bpf/prog: it is no interface.
 *
 * Layer K4; builds in user space too.
 */
#ifndef _BPF_XINSN_H
#define _BPF_XINSN_H

#include <linux/types.h>
#include <uapi/linux/bpf.h>

struct bpf_jit_func;

/* the forms of an operation: 64 or 32 bits, constant or register */
#define BPF_XOP_FORMS(X, name)						\
	X(name##64K) X(name##64X) X(name##32K) X(name##32X)

/* every operation once; ORDER: the handlers in interp.c are found by name */
#define BPF_XOPS(X)							\
	BPF_XOP_FORMS(X, ADD) BPF_XOP_FORMS(X, SUB)			\
	BPF_XOP_FORMS(X, MUL) BPF_XOP_FORMS(X, OR)			\
	BPF_XOP_FORMS(X, AND) BPF_XOP_FORMS(X, XOR)			\
	BPF_XOP_FORMS(X, LSH) BPF_XOP_FORMS(X, RSH)			\
	BPF_XOP_FORMS(X, ARSH) BPF_XOP_FORMS(X, MOV)			\
	BPF_XOP_FORMS(X, DIV) BPF_XOP_FORMS(X, MOD)			\
	BPF_XOP_FORMS(X, SDIV) BPF_XOP_FORMS(X, SMOD)			\
	X(NEG64) X(NEG32)						\
	X(SX64_8) X(SX64_16) X(SX64_32) X(SX32_8) X(SX32_16)		\
	X(ZX16) X(SWAP16) X(SWAP32) X(SWAP64)				\
	X(CONST)							\
	X(LDX_B) X(LDX_H) X(LDX_W) X(LDX_DW)				\
	X(LDXS_B) X(LDXS_H) X(LDXS_W)					\
	X(PROBE_B) X(PROBE_H) X(PROBE_W) X(PROBE_DW)			\
	X(PROBES_B) X(PROBES_H) X(PROBES_W)				\
	X(STX_B) X(STX_H) X(STX_W) X(STX_DW)				\
	X(ST_B) X(ST_H) X(ST_W) X(ST_DW)				\
	X(ADD_W) X(OR_W) X(AND_W) X(XOR_W)				\
	X(ADD_DW) X(OR_DW) X(AND_DW) X(XOR_DW)				\
	X(FADD_W) X(FOR_W) X(FAND_W) X(FXOR_W)				\
	X(FADD_DW) X(FOR_DW) X(FAND_DW) X(FXOR_DW)			\
	X(XCHG_W) X(XCHG_DW) X(CMPXCHG_W) X(CMPXCHG_DW)			\
	X(ABS_B) X(ABS_H) X(ABS_W) X(IND_B) X(IND_H) X(IND_W)		\
	BPF_XOP_FORMS(X, JEQ) BPF_XOP_FORMS(X, JNE)			\
	BPF_XOP_FORMS(X, JGT) BPF_XOP_FORMS(X, JGE)			\
	BPF_XOP_FORMS(X, JLT) BPF_XOP_FORMS(X, JLE)			\
	BPF_XOP_FORMS(X, JSGT) BPF_XOP_FORMS(X, JSGE)			\
	BPF_XOP_FORMS(X, JSLT) BPF_XOP_FORMS(X, JSLE)			\
	BPF_XOP_FORMS(X, JSET)						\
	X(JA) X(NOP) X(LEA) X(NOSPEC)					\
	X(CALL) X(CALL_FUNC) X(TAIL_CALL) X(EXIT)

/*
 * The oracle's: stands in the place of an operation, which it tells the interpreter when
 * it has looked at the registers (oracle.c). No decoded program has it.
 */
#if defined(__BPF_USER_BUILD__) || defined(CONFIG_BPF_ORACLE)
#define BPF_XOPS_ORACLE(X)	X(WATCH)
#else
#define BPF_XOPS_ORACLE(X)
#endif

#define BPF_XOP_ENUM(name)	BPF_XOP_##name,
enum bpf_xop {
	BPF_XOPS(BPF_XOP_ENUM)
	BPF_XOPS_ORACLE(BPF_XOP_ENUM)
	BPF_XOP_COUNT,
};

/**
 * struct bpf_xinsn - one decoded instruction
 * @op:		enum bpf_xop
 * @dst:	destination register
 * @off:	offset of a memory access, distance of a branch, or for CALL_FUNC the bytes
 *		of stack that the caller keeps to itself
 * @src:	source register, where the operation takes one
 * @imm:	constant, where it takes that; distance of JA and CALL_FUNC
 */
struct bpf_xinsn {
	u8	op;
	u8	dst;
	s16	off;
	union {
		u8	src;
		s32	imm;
	};
};

/* functions of a program that may be under way at one time, the first one included */
#define BPF_XCODE_MAX_CALLS	8

/* functions in one program */
#define BPF_XCODE_MAX_FUNCS	256

/**
 * struct bpf_xtraits - what decoding found out about the whole program
 * @tail_calls:		may continue in a program with a bigger stack
 * @deep_tail_calls:	does so in functions that are called: a tail call takes the whole stack,
 *			and would start counting in each, so the interpreter must not run it
 * @stack_depth:	bytes of stack that functions calling each other take at most; 0
 *			where the program was decoded without functions
 */
struct bpf_xtraits {
	bool	tail_calls;
	bool	deep_tail_calls;
	u32	stack_depth;
};

/* xcode.c */
int bpf_xcode_decode(const struct bpf_insn *insns, u32 count,
		     struct bpf_xinsn *out, struct bpf_xtraits *traits);
int bpf_xcode_decode_funcs(const struct bpf_insn *insns, u32 count,
			   const struct bpf_jit_func *funcs, u32 func_count,
			   struct bpf_xinsn *out, struct bpf_xtraits *traits);

/* oracle.c: the operation that WATCH at @x stands for, or EXIT */
u8 bpf_oracle_look(const struct bpf_xinsn *x, u64 *regs);

/* interp.c */
u64 bpf_interp_run(const struct bpf_xinsn *code, u64 *regs);

#endif /* _BPF_XINSN_H */
