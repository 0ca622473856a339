/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Instructions written as C initialisers, for programs without a compiler: every
 * macro is one (BPF_LD_IMM64 and BPF_LD_MAP_FD: two) struct bpf_insn. The names are
 * those of the manual page; RFC 9669 says what each does.
 */
#ifndef SAMPLES_BPF_INSN_H
#define SAMPLES_BPF_INSN_H

#include <linux/bpf.h>

#define INSN(c, d, s, o, i) \
	{ .code = (c), .dst_reg = (d), .src_reg = (s), .off = (o), .imm = (i) }

/* dst op= src, dst op= imm; 64 and 32 bits */
#define BPF_ALU64_REG(op, dst, src)	INSN(BPF_ALU64 | BPF_X | (op), dst, src, 0, 0)
#define BPF_ALU64_IMM(op, dst, imm)	INSN(BPF_ALU64 | BPF_K | (op), dst, 0, 0, imm)
#define BPF_ALU32_REG(op, dst, src)	INSN(BPF_ALU | BPF_X | (op), dst, src, 0, 0)
#define BPF_ALU32_IMM(op, dst, imm)	INSN(BPF_ALU | BPF_K | (op), dst, 0, 0, imm)
#define BPF_MOV64_REG(dst, src)		BPF_ALU64_REG(BPF_MOV, dst, src)
#define BPF_MOV64_IMM(dst, imm)		BPF_ALU64_IMM(BPF_MOV, dst, imm)
#define BPF_MOV32_REG(dst, src)		BPF_ALU32_REG(BPF_MOV, dst, src)
#define BPF_MOV32_IMM(dst, imm)		BPF_ALU32_IMM(BPF_MOV, dst, imm)

/* byte order: type is BPF_TO_LE or BPF_TO_BE, bits 16, 32 or 64 */
#define BPF_ENDIAN(type, dst, bits)	INSN(BPF_ALU | BPF_END | (type), dst, 0, 0, bits)

/* dst = *(size *)(src + off); *(size *)(dst + off) = src or imm */
#define BPF_LDX_MEM(size, dst, src, off) \
	INSN(BPF_LDX | BPF_MEM | (size), dst, src, off, 0)
#define BPF_STX_MEM(size, dst, src, off) \
	INSN(BPF_STX | BPF_MEM | (size), dst, src, off, 0)
#define BPF_ST_MEM(size, dst, off, imm) \
	INSN(BPF_ST | BPF_MEM | (size), dst, 0, off, imm)

/* lock *(size *)(dst + off) op= src; op may be or-ed with BPF_FETCH */
#define BPF_ATOMIC_OP(size, op, dst, src, off) \
	INSN(BPF_STX | BPF_ATOMIC | (size), dst, src, off, op)

/* packet data in host order to R0; the packet must be in R6 */
#define BPF_LD_ABS(size, imm)		INSN(BPF_LD | BPF_ABS | (size), 0, 0, 0, imm)
#define BPF_LD_IND(size, src, imm)	INSN(BPF_LD | BPF_IND | (size), 0, src, 0, imm)

/* 64-bit constant; a map, by descriptor */
#define BPF_IMM64(dst, src, low, high) \
	INSN(BPF_LD | BPF_DW | BPF_IMM, dst, src, 0, low), INSN(0, 0, 0, 0, high)
#define BPF_LD_IMM64(dst, imm) \
	BPF_IMM64(dst, 0, (__u32)(imm), (__u32)((__u64)(imm) >> 32))
#define BPF_LD_MAP_FD(dst, fd)		BPF_IMM64(dst, BPF_PSEUDO_MAP_FD, fd, 0)

/* if dst op src (or imm) skip off instructions; skip always; call; return */
#define BPF_JMP_REG(op, dst, src, off)	INSN(BPF_JMP | BPF_X | (op), dst, src, off, 0)
#define BPF_JMP_IMM(op, dst, imm, off)	INSN(BPF_JMP | BPF_K | (op), dst, 0, off, imm)
#define BPF_JMP32_REG(op, dst, src, off) \
	INSN(BPF_JMP32 | BPF_X | (op), dst, src, off, 0)
#define BPF_JMP32_IMM(op, dst, imm, off) \
	INSN(BPF_JMP32 | BPF_K | (op), dst, 0, off, imm)
#define BPF_JMP_A(off)			INSN(BPF_JMP | BPF_JA, 0, 0, off, 0)
#define BPF_CALL_FUNC(id)		INSN(BPF_JMP | BPF_CALL, 0, 0, 0, id)
#define BPF_EXIT_INSN()			INSN(BPF_JMP | BPF_EXIT, 0, 0, 0, 0)

#endif /* SAMPLES_BPF_INSN_H */
