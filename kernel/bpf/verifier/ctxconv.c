// SPDX-License-Identifier: GPL-2.0-only
/*
 * One access of a view made real: the load or store that a program wrote against the
 * uapi structure becomes instructions on the kernel's own object. The row of the field
 * (struct bpf_field) says how; mem.c has found that the row allows the access.
 *
 * What a load leaves in the register is what the uapi structure would have held there,
 * on either byte order: a part of a field is cut out of the whole. Uses no register but
 * those of the access, and BPF_REG_AX inside a field's own emit().
 *
 * Layer V7. Tests: tools/testing/selftests/bpf/cases/rewrite.
 */
#include <linux/bpf_func.h>
#include <linux/types.h>
#include "../insn.h"
#include "rewrite.h"

#ifdef __BIG_ENDIAN
#define LOW_BYTES_FIRST	0
#else
#define LOW_BYTES_FIRST	1
#endif

static struct bpf_insn make_alu(u8 class, u8 op, u8 dst, s32 imm)
{
	return (struct bpf_insn){
		.code = class | op | BPF_K,
		.dst_reg = dst,
		.imm = imm,
	};
}

/* r = (s<bits>)r, or for bits 0 the low half of r, zero-extended */
static struct bpf_insn make_extend(u8 reg, u8 bits)
{
	return (struct bpf_insn){
		.code = (bits ? BPF_ALU64 : BPF_ALU) | BPF_MOV | BPF_X,
		.dst_reg = reg,
		.src_reg = reg,
		.off = bits,
	};
}

static bool is_plain_memory(const struct bpf_field *f)
{
	if (f->rights & BPF_FIELD_RAW)
		return true;
	return !f->emit && f->ksize == f->unit && !f->shift && !f->mask;
}

/* cuts bytes @at .. @at + @size of an element of @unit bytes out of @dst */
static u32 emit_narrow(u8 dst, u32 unit, u32 at, u32 size, struct bpf_insn *out)
{
	u32 shift = 8 * (LOW_BYTES_FIRST ? at : unit - size - at);
	u32 n = 0;

	if (size >= unit)
		return 0;
	if (shift)
		out[n++] = make_alu(unit == 8 ? BPF_ALU64 : BPF_ALU, BPF_RSH, dst, shift);
	if (size == 4)
		out[n++] = make_extend(dst, 0);
	else
		out[n++] = make_alu(BPF_ALU, BPF_AND, dst, size == 1 ? 0xff : 0xffff);
	return n;
}

/* the whole element, as its row describes it */
static u32 emit_element(const struct bpf_field *f, const struct bpf_insn *insn,
			u32 index, struct bpf_insn *out)
{
	u8 dst = insn->dst_reg;
	u32 n = 0;

	out[n++] = (struct bpf_insn){
		.code = BPF_LDX | BPF_MEM | bpf_size_code(f->ksize),
		.dst_reg = dst,
		.src_reg = insn->src_reg,
		.off = f->koff + index * f->ksize,
	};
	if (f->shift)
		out[n++] = make_alu(f->ksize == 8 ? BPF_ALU64 : BPF_ALU, BPF_RSH, dst,
				    f->shift);
	if (f->mask)
		out[n++] = make_alu(BPF_ALU, BPF_AND, dst, f->mask);
	return n;
}

static u32 emit_load(const struct bpf_field *f, const struct bpf_insn *insn,
		     struct bpf_insn *out)
{
	u32 size = bpf_size_bytes(insn->code);
	u32 at = insn->off - f->off;
	u32 part = at % f->unit;
	u32 n;

	if (f->emit) {
		struct bpf_access a = {
			.off = at - part,
			.size = f->unit,
			.dst = insn->dst_reg,
			.src = insn->src_reg,
		};

		n = f->emit(f, &a, out);
	} else {
		n = emit_element(f, insn, at / f->unit, out);
	}
	n += emit_narrow(insn->dst_reg, f->unit, part, size, out + n);
	if (BPF_MODE(insn->code) == BPF_MEMSX)
		out[n++] = make_extend(insn->dst_reg, 8 * size);
	return n;
}

static u32 emit_store(const struct bpf_field *f, const struct bpf_insn *insn,
		      struct bpf_insn *out)
{
	u32 at = insn->off - f->off;

	if (f->emit) {
		struct bpf_access a = {
			.off = at,
			.size = bpf_size_bytes(insn->code),
			.write = true,
			.dst = insn->dst_reg,
			.src = insn->src_reg,
			.imm = insn->imm,
			.is_imm = BPF_CLASS(insn->code) == BPF_ST,
		};

		return f->emit(f, &a, out);
	}
	out[0] = *insn;
	out[0].code = BPF_CLASS(insn->code) | BPF_MEM | bpf_size_code(f->ksize);
	out[0].off = f->koff + at / f->unit * f->ksize;
	return 1;
}

/**
 * bv_ctxconv_emit() - instructions for one access through a view
 * @view:	the view; a field of it covers the access (mem.c has checked)
 * @insn:	load or store, LDX, ST or STX, with the view's offset
 * @out:	room for BPF_EMIT_MAX + 4 instructions
 *
 * Called by lower.c. Pure: the same access gives the same instructions.
 *
 * Return: how many were written, at least 1.
 */
u32 bv_ctxconv_emit(const struct bpf_view *view, const struct bpf_insn *insn,
		    struct bpf_insn *out)
{
	const struct bpf_field *f = bpf_view_field(view, insn->off);

	if (is_plain_memory(f)) {
		out[0] = *insn;
		out[0].off = f->koff + (insn->off - f->off);
		return 1;
	}
	if (BPF_CLASS(insn->code) == BPF_LDX)
		return emit_load(f, insn, out);
	return emit_store(f, insn, out);
}
