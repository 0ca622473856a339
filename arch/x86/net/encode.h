/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Machine instructions of x86-64 as bytes, as short as their operands allow: prefixes,
 * ModRM, SIB, displacement, immediate. The caller names opcode and operands; which form
 * of an instruction is best is decided by those who call, but for constants
 * (enc_const(), enc_alu_imm()).
 *
 * Must know nothing of programs. Layer K5; builds in user space too.
 */
#ifndef _BPF_X86_ENCODE_H
#define _BPF_X86_ENCODE_H

#include "jit.h"

/* an opcode is its last byte and some of these */
#define OP_0F		0x00100		/* 0f before it */
#define OP_0F38		0x00200		/* 0f 38 before it */
#define OP_16		0x00400		/* 16-bit operands */
#define OP_W		0x00800		/* 64-bit operands */
#define OP_REG8		0x01000		/* the reg operand is a byte register */
#define OP_RM8		0x02000		/* the rm operand, if a register, is a byte register */
#define OP_F3		0x04000
#define OP_F2		0x08000
#define OP_LOCK		0x10000
#define OP_GS		0x20000		/* address is relative to gs */

/* reg, rm and back */
#define OP_MOV_STORE	0x89
#define OP_MOV_LOAD	0x8b
#define OP_MOV_STORE8	(0x88 | OP_REG8)
#define OP_MOV_IMM	0xc7		/* /0, imm32 */
#define OP_MOV_IMM8	0xc6		/* /0, imm8, memory */
#define OP_MOVZX8	(OP_0F | OP_RM8 | 0xb6)
#define OP_MOVZX16	(OP_0F | 0xb7)
#define OP_MOVSX8	(OP_0F | OP_RM8 | 0xbe)
#define OP_MOVSX16	(OP_0F | 0xbf)
#define OP_MOVSX32	(OP_W | 0x63)
#define OP_LEA		0x8d
#define OP_TEST		0x85
#define OP_XCHG		0x87
#define OP_IMUL		(OP_0F | 0xaf)
#define OP_IMUL_IMM8	0x6b
#define OP_IMUL_IMM	0x69
#define OP_MOVBE_LOAD	(OP_0F38 | 0xf0)
#define OP_MOVBE_STORE	(OP_0F38 | 0xf1)
#define OP_CMPXCHG	(OP_LOCK | OP_0F | 0xb1)
#define OP_XADD		(OP_LOCK | OP_0F | 0xc1)
#define OP_BT_IMM	(OP_0F | 0xba)	/* /4, imm8 */
#define OP_BT		(OP_0F | 0xa3)

/* operation in the reg field */
#define OP_GROUP1_IMM	0x81		/* enum x86_alu, imm32 */
#define OP_GROUP1_IMM8	0x83		/* enum x86_alu, imm8 sign-extended */
#define OP_GROUP1_BYTE	(0x80 | OP_RM8)	/* enum x86_alu, byte operand, imm8 */
#define OP_SHIFT_IMM	0xc1		/* enum x86_shift, imm8 */
#define OP_SHIFT_ONE	0xd1		/* enum x86_shift */
#define OP_SHIFT_CL	0xd3		/* enum x86_shift */
#define OP_GROUP3	0xf7		/* enum x86_group3 */
#define OP_GROUP3_BYTE	(0xf6 | OP_RM8)
#define OP_GROUP5	0xff		/* 0 inc, 1 dec, 2 call, 4 jmp, 6 push */

enum x86_alu {
	X86_ADD, X86_OR, X86_ADC, X86_SBB, X86_AND, X86_SUB, X86_XOR, X86_CMP,
};

enum x86_shift {
	X86_ROL = 0, X86_SHL = 4, X86_SHR = 5, X86_SAR = 7,
};

enum x86_group3 {
	X86_TEST = 0, X86_NOT = 2, X86_NEG = 3, X86_MUL = 4, X86_DIV = 6, X86_IDIV = 7,
};

/**
 * struct jit_mem - a memory operand
 * @disp:	added
 * @base:	register, or HW_NONE
 * @index:	register other than rsp, or HW_NONE
 * @scale:	log2 of what @index is multiplied by
 */
struct jit_mem {
	s32	disp;
	u8	base;
	u8	index;
	u8	scale;
};

/* encode.c */
void enc_rr_imm(struct jit *jit, u32 op, u8 reg, u8 rm, s32 imm, u32 imm_bytes);
void enc_rm_imm(struct jit *jit, u32 op, u8 reg, struct jit_mem mem, s32 imm,
		u32 imm_bytes);
void enc_opreg(struct jit *jit, u32 op, u8 hw);
void enc_const(struct jit *jit, u8 hw, u64 value);
void enc_alu_imm(struct jit *jit, enum x86_alu alu, u32 wide, u8 hw, s32 imm);
void enc_shift_by(struct jit *jit, enum x86_shift shift, u32 wide, u8 dst, u8 src,
		  u8 count);
void enc_rotate_right(struct jit *jit, u32 wide, u8 dst, u8 src, u8 count);

/* @base + @disp */
static inline struct jit_mem mem_at(u8 base, s32 disp)
{
	return (struct jit_mem){ .disp = disp, .base = base, .index = HW_NONE };
}

/* @base + (@index << @scale) + @disp */
static inline struct jit_mem mem_index(u8 base, u8 index, u8 scale, s32 disp)
{
	return (struct jit_mem){
		.disp = disp, .base = base, .index = index, .scale = scale,
	};
}

/* @op with registers @reg and @rm in these places */
static inline void enc_rr(struct jit *jit, u32 op, u8 reg, u8 rm)
{
	enc_rr_imm(jit, op, reg, rm, 0, 0);
}

/* @op with register @reg and memory */
static inline void enc_rm(struct jit *jit, u32 op, u8 reg, struct jit_mem mem)
{
	enc_rm_imm(jit, op, reg, mem, 0, 0);
}

/* bytes that need no encoding */
#define enc_bytes(jit, ...)						\
	jit_bytes(jit, (const u8 []){ __VA_ARGS__ },			\
		  sizeof((const u8 []){ __VA_ARGS__ }))

/* @dst = @src, all bits; nothing where they are the same */
static inline void enc_mov64(struct jit *jit, u8 dst, u8 src)
{
	if (dst != src)
		enc_rr(jit, OP_MOV_STORE | OP_W, src, dst);
}

/* @dst = low half of @src, also where they are the same */
static inline void enc_mov32(struct jit *jit, u8 dst, u8 src)
{
	enc_rr(jit, OP_MOV_STORE, src, dst);
}

/* @dst @alu= @src; @wide: OP_W or 0 */
static inline void enc_alu(struct jit *jit, enum x86_alu alu, u32 wide, u8 dst, u8 src)
{
	enc_rr(jit, (alu << 3) | 0x01 | wide, src, dst);
}

static inline void enc_zero(struct jit *jit, u8 hw)
{
	enc_alu(jit, X86_XOR, 0, hw, hw);
}

static inline void enc_push(struct jit *jit, u8 hw)
{
	enc_opreg(jit, 0x50, hw);
}

static inline void enc_pop(struct jit *jit, u8 hw)
{
	enc_opreg(jit, 0x58, hw);
}

static inline bool fits_s8(s64 value)
{
	return value == (s8)value;
}

static inline bool fits_s32(s64 value)
{
	return value == (s32)value;
}

#endif /* _BPF_X86_ENCODE_H */
