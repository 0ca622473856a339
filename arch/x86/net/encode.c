// SPDX-License-Identifier: GPL-2.0-only
/*
 * encode.h: operands to bytes. Facts of the encoding that everybody else may forget:
 * rsp and r12 as base need a SIB byte, rbp and r13 a displacement; the byte registers
 * spl, bpl, sil and dil need a REX prefix.
 *
 * Must never write a jump. Layer K5; builds in user space too. Tests: the operand tests
 * of tools/bpf/verify, which try every pair of registers.
 */
#include <linux/limits.h>
#include <linux/string.h>
#include "encode.h"

#define REX	0x40
#define REX_W	0x08
#define SIB_NONE	4	/* index: none; and rm: a SIB byte follows */
#define BASE_NONE	5	/* base, where mod is 0: none, a disp32 follows */

/* high bit of a register's number, for REX; HW_NONE has none */
static u8 high(u8 hw)
{
	return hw == HW_NONE ? 0 : hw >> 3;
}

/* is @hw a byte register whose encoding without REX means another? */
static bool needs_rex(u8 hw)
{
	return hw >= HW_SP && hw <= HW_DI;
}

static u8 *put_prefixes(u8 *p, u32 op)
{
	if (op & OP_LOCK)
		*p++ = 0xf0;
	if (op & OP_GS)
		*p++ = 0x65;
	if (op & OP_16)
		*p++ = 0x66;
	if (op & OP_F3)
		*p++ = 0xf3;
	if (op & OP_F2)
		*p++ = 0xf2;
	return p;
}

/* all that comes before ModRM; @rex: bits of the prefix, REX itself if it must be */
static __always_inline u8 *put_opcode(u8 *p, u32 op, u8 rex)
{
	if (op & ~(u32)(0xff | OP_0F | OP_W | OP_REG8 | OP_RM8))
		p = put_prefixes(p, op);
	if (op & OP_W)
		rex |= REX_W;
	if (rex)
		*p++ = rex | REX;
	if (op & (OP_0F | OP_0F38))
		*p++ = 0x0f;
	if (op & OP_0F38)
		*p++ = 0x38;
	*p++ = op;
	return p;
}

/* all of @value is written, but only @bytes of it count: there is room */
static u8 *put_value(u8 *p, u64 value, u32 bytes)
{
	memcpy(p, &value, sizeof(value));
	return p + bytes;
}

static u8 modrm(u8 mod, u8 reg, u8 rm)
{
	return mod << 6 | (reg & 7) << 3 | (rm & 7);
}

/* bytes of displacement that @mem needs */
static u32 disp_bytes(struct jit_mem mem)
{
	if (mem.base == HW_NONE)
		return 4;
	if (!mem.disp && (mem.base & 7) != HW_BP)
		return 0;
	return fits_s8(mem.disp) ? 1 : 4;
}

static u8 *put_mem(u8 *p, u8 reg, struct jit_mem mem)
{
	u32 bytes = disp_bytes(mem);
	u8 mod = 0;

	if (mem.base != HW_NONE)
		mod = bytes == 4 ? 2 : bytes;
	if (mem.base != HW_NONE && mem.index == HW_NONE && (mem.base & 7) != HW_SP) {
		*p++ = modrm(mod, reg, mem.base);
	} else {
		u8 base = mem.base == HW_NONE ? BASE_NONE : mem.base;
		u8 index = mem.index == HW_NONE ? SIB_NONE : mem.index;

		*p++ = modrm(mod, reg, SIB_NONE);
		*p++ = modrm(mem.scale, index, base);
	}
	return put_value(p, mem.disp, bytes);
}

/**
 * enc_rr_imm() - an instruction whose operands are registers
 * @jit:	the compilation
 * @op:		opcode and OP_*
 * @reg:	register of ModRM's reg field, or what else stands there
 * @rm:		register of its rm field
 * @imm:	constant behind it
 * @imm_bytes:	how wide, 0: there is none
 */
void enc_rr_imm(struct jit *jit, u32 op, u8 reg, u8 rm, s32 imm, u32 imm_bytes)
{
	u8 *start = jit_room(jit), *p;
	u8 rex = (reg & 8) >> 1 | (rm & 8) >> 3;

	if ((op & (OP_REG8 | OP_RM8)) &&
	    (((op & OP_REG8) && needs_rex(reg)) || ((op & OP_RM8) && needs_rex(rm))))
		rex |= REX;
	p = put_opcode(start, op, rex);
	*p++ = modrm(3, reg, rm);
	if (imm_bytes)
		p = put_value(p, imm, imm_bytes);
	jit->len += p - start;
}

/**
 * enc_rm_imm() - an instruction with an operand in memory
 * @jit:	the compilation
 * @op:		opcode and OP_*
 * @reg:	register of ModRM's reg field, or what else stands there
 * @mem:	the memory
 * @imm:	constant behind it
 * @imm_bytes:	how wide, 0: there is none
 */
void enc_rm_imm(struct jit *jit, u32 op, u8 reg, struct jit_mem mem, s32 imm,
		u32 imm_bytes)
{
	u8 *start = jit_room(jit), *p;
	u8 rex = high(reg) << 2 | high(mem.index) << 1 | high(mem.base);

	if ((op & OP_REG8) && needs_rex(reg))
		rex |= REX;
	p = put_opcode(start, op, rex);
	p = put_mem(p, reg, mem);
	if (imm_bytes)
		p = put_value(p, imm, imm_bytes);
	jit->len += p - start;
}

/**
 * enc_opreg() - an instruction whose register is part of the opcode
 * @jit:	the compilation
 * @op:		opcode for register 0, and OP_*
 * @hw:		the register
 */
void enc_opreg(struct jit *jit, u32 op, u8 hw)
{
	u8 *start = jit_room(jit);

	jit->len += put_opcode(start, op + (hw & 7), high(hw)) - start;
}

/**
 * enc_const() - put a constant into a register
 * @jit:	the compilation
 * @hw:		the register; flags are lost
 * @value:	all 64 bits
 */
void enc_const(struct jit *jit, u8 hw, u64 value)
{
	u8 *start, *p;

	if (!value) {
		enc_zero(jit, hw);
	} else if (value == ~0ULL) {
		enc_rr_imm(jit, OP_GROUP1_IMM8 | OP_W, X86_OR, hw, -1, 1);
	} else if (value <= U32_MAX || !fits_s32(value)) {
		bool wide = value > U32_MAX;

		start = jit_room(jit);
		p = put_opcode(start, (0xb8 + (hw & 7)) | (wide ? OP_W : 0), high(hw));
		p = put_value(p, value, wide ? 8 : 4);
		jit->len += p - start;
	} else {
		enc_rr_imm(jit, OP_MOV_IMM | OP_W, 0, hw, value, 4);
	}
}

/**
 * enc_alu_imm() - arithmetic with a constant
 * @jit:	the compilation
 * @alu:	the operation
 * @wide:	OP_W or 0
 * @hw:		register
 * @imm:	constant, sign-extended if @wide
 */
void enc_alu_imm(struct jit *jit, enum x86_alu alu, u32 wide, u8 hw, s32 imm)
{
	u8 *start, *p;

	if (fits_s8(imm)) {
		enc_rr_imm(jit, OP_GROUP1_IMM8 | wide, alu, hw, imm, 1);
	} else if (hw == HW_AX) {
		/* one byte less than for other registers */
		start = jit_room(jit);
		p = put_opcode(start, alu << 3 | 0x05 | wide, 0);
		p = put_value(p, imm, 4);
		jit->len += p - start;
	} else {
		enc_rr_imm(jit, OP_GROUP1_IMM | wide, alu, hw, imm, 4);
	}
}

/* pp field of a VEX prefix */
static u8 vex_shift_prefix(enum x86_shift shift)
{
	switch (shift) {
	case X86_SHL:
		return 1;
	case X86_SAR:
		return 2;
	default:
		return 3;
	}
}

/**
 * enc_shift_by() - BMI2 shift by a register into any register
 * @jit:	the compilation
 * @shift:	X86_SHL, X86_SHR or X86_SAR
 * @wide:	OP_W or 0
 * @dst:	takes the result
 * @src:	what is shifted
 * @count:	by how much
 */
void enc_shift_by(struct jit *jit, enum x86_shift shift, u32 wide, u8 dst, u8 src,
		  u8 count)
{
	u8 *p = jit_room(jit);

	/* REX bits and vvvv are stored inverted */
	*p++ = 0xc4;
	*p++ = (~(high(dst) << 7 | high(src) << 5) & 0xe0) | 0x02;
	*p++ = (wide ? 0x80 : 0) | ((~count & 15) << 3) | vex_shift_prefix(shift);
	*p++ = 0xf7;
	*p++ = modrm(3, dst, src);
	jit->len += 5;
}

/**
 * enc_rotate_right() - BMI2 rotation by a constant into any register
 * @jit:	the compilation
 * @wide:	OP_W or 0
 * @dst:	takes the result
 * @src:	what is rotated
 * @count:	by how much
 */
void enc_rotate_right(struct jit *jit, u32 wide, u8 dst, u8 src, u8 count)
{
	u8 *p = jit_room(jit);

	*p++ = 0xc4;
	*p++ = (~(high(dst) << 7 | high(src) << 5) & 0xe0) | 0x03;
	*p++ = (wide ? 0x80 : 0) | 0x7b;
	*p++ = 0xf0;
	*p++ = modrm(3, dst, src);
	*p++ = count;
	jit->len += 6;
}
