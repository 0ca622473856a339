// SPDX-License-Identifier: GPL-2.0-only
/*
 * Forwards through straight stretches of a program (entered at the top only), knowing of
 * each register: its number, or "another register plus a number", and how many low bits
 * of it may be set. With that, operands become constants or the register a copy was made
 * from, arithmetic is done here, branches are decided, 64-bit operations become 32-bit
 * ones that give the same (shorter for most machines).
 *
 * Must not learn how many bits are set from a branch: masks that guard accesses against
 * speculation would then look useless. A register that a branch has found equal to a
 * constant is replaced by the constant, which is safe on wrong paths too; but what makes it
 * that constant must stay, for on wrong paths it is another.
 *
 * Layer K3o; builds in user space too. Tests: tools/bpf/verify/opt_test.c, fuzz_opt.
 */
#include <linux/bitops.h>
#include <linux/kernel.h>
#include <linux/string.h>
#include "../insn.h"
#include "pass.h"

#define BASE_NONE	0xff	/* nothing known but the bits */
#define BASE_NUMBER	0xfe	/* it is the number */

/**
 * struct value - what is known of a register
 * @number:	itself, or what is added to @base
 * @base:	another register, or BASE_*
 * @bits:	low bits that may be set, 0 to 64; those above are zero, on wrong paths too
 * @told:	it is the number because a branch said so: on wrong paths it is not
 */
struct value {
	u64	number;
	u8	base;
	u8	bits;
	bool	told;
};

/**
 * struct values - one walk
 * @o:		the program
 * @insn:	the instruction at hand
 * @pc:		its index
 * @prev:	index of the instruction before it, if nothing can get between
 * @has_prev:	there is one
 * @of:		registers
 * @known:	those of which something may be known
 * @holders:	for each register those whose base it is
 * @unshifted:	what the register held that @prev has shifted left
 */
struct values {
	struct bpf_opt	*o;
	struct bpf_insn	*insn;
	u32		pc;
	u32		prev;
	bool		has_prev;
	struct value	of[MAX_BPF_EXT_REG];
	u16		known;
	u16		holders[MAX_BPF_EXT_REG];
	struct value	unshifted;
};

static const struct value unknown = { .base = BASE_NONE, .bits = 64 };

static u8 bits_of(u64 number)
{
	return fls64(number);
}

static struct value number(u64 n)
{
	return (struct value){ .number = n, .base = BASE_NUMBER, .bits = bits_of(n) };
}

static struct value told_number(u64 n, u8 bits)
{
	return (struct value){ .number = n, .base = BASE_NUMBER, .bits = bits, .told = true };
}

static struct value some_bits(u32 bits)
{
	return (struct value){ .base = BASE_NONE, .bits = min(bits, 64u) };
}

static bool is_number(const struct value *v)
{
	return v->base == BASE_NUMBER;
}

/* as the constant of a 64-bit operation, which is sign-extended */
static bool fits_imm(u64 n)
{
	return n == (u64)(s64)(s32)n;
}

static void start_stretch(struct values *v)
{
	while (v->known) {
		u32 r = __ffs(v->known);

		v->known &= v->known - 1;
		if (v->of[r].base < MAX_BPF_EXT_REG)
			v->holders[v->of[r].base] = 0;
		v->of[r] = unknown;
	}
	v->has_prev = false;
}

/* @r gets a value; what was known relative to its old one is lost, the bits are not */
static void set(struct values *v, u8 r, struct value value)
{
	u16 holders = v->holders[r];
	struct value *old = &v->of[r];

	if (old->base < MAX_BPF_EXT_REG)
		v->holders[old->base] &= ~BIT(r);
	v->holders[r] = 0;
	if (holders)
		v->o->marks[v->pc] |= BPF_OPT_PARTED;
	while (holders) {
		u32 h = __ffs(holders);

		holders &= holders - 1;
		v->of[h].base = BASE_NONE;
	}
	if (value.base < MAX_BPF_EXT_REG) {
		if (value.base == r || value.base == BPF_REG_AX)
			value.base = BASE_NONE;
		else
			v->holders[value.base] |= BIT(r);
	}
	*old = value;
	if (value.base == BASE_NONE && value.bits == 64)
		v->known &= ~BIT(r);
	else
		v->known |= BIT(r);
}

/* the value of @r as others may refer to it */
static struct value reference(const struct values *v, u8 r)
{
	struct value value = v->of[r];

	if (value.base == BASE_NONE) {
		value.base = r;
		value.number = 0;
	}
	return value;
}

/* the register that @r is a copy of, or itself */
static u8 original(const struct values *v, u8 r)
{
	const struct value *value = &v->of[r];

	return value->base < MAX_BPF_EXT_REG && !value->number ? value->base : r;
}

static void clobber(struct values *v, u16 regs)
{
	while (regs) {
		u32 r = __ffs(regs);

		regs &= regs - 1;
		if ((v->known & BIT(r)) || v->holders[r])
			set(v, r, unknown);
	}
}

static void drop(struct values *v)
{
	bpf_opt_remove(v->o, v->pc);
}

/* ---- arithmetic -------------------------------------------------------------------- */

/* bits of the result of an operation in its width; operands already cut to it */
static u32 result_bits(u8 op, bool is_signed, u32 a, u32 b, const struct value *src, u32 width)
{
	u32 shift = src->number & (width - 1);

	switch (op) {
	case BPF_AND:
		return min(a, b);
	case BPF_OR:
	case BPF_XOR:
		return max(a, b);
	case BPF_ADD:
		return max(a, b) + 1;
	case BPF_MUL:
		return a + b;
	case BPF_LSH:
		return is_number(src) ? a + shift : width;
	case BPF_RSH:
		return is_number(src) ? a - min(a, shift) : a;
	case BPF_ARSH:
		if (a == width)
			return width;
		return is_number(src) ? a - min(a, shift) : a;
	case BPF_DIV:
		return is_signed ? width : a;
	case BPF_MOD:
		/* by zero leaves the dividend */
		return is_signed ? width : a;
	default:
		return width;
	}
}

/* can the low 32 bits of the operands give the whole 64-bit result? */
static bool is_narrow(u8 op, bool is_signed, u32 a, u32 b, const struct value *src, u32 result)
{
	switch (op) {
	case BPF_AND:
	case BPF_OR:
	case BPF_XOR:
	case BPF_ADD:
	case BPF_MUL:
		return result <= 32;
	case BPF_LSH:
	case BPF_RSH:
		return is_number(src) && src->number < 32 && a <= 32 && result <= 32;
	case BPF_DIV:
	case BPF_MOD:
		return !is_signed && a <= 32 && b <= 32;
	default:
		return false;
	}
}

/* writes "dst = @n" over the instruction, if it fits one slot: does it? */
static bool write_number(struct values *v, u8 dst, u64 n)
{
	struct bpf_insn *insn = v->insn;
	u8 class;

	if (fits_imm(n))
		class = BPF_ALU64;
	else if (n == (u32)n)
		class = BPF_ALU;
	else
		return false;
	*insn = (struct bpf_insn){
		.code = class | BPF_MOV | BPF_K,
		.dst_reg = dst,
		.imm = (s32)n,
	};
	return true;
}

/* "dst = src; dst += n" of 64 bits: engines do that at once */
static bool is_address_pair(const struct values *v)
{
	const struct bpf_insn *insn = v->insn;

	return v->pc + 1 < v->o->count &&
	       insn[1].code == (BPF_ALU64 | BPF_ADD | BPF_K) &&
	       insn[1].dst_reg == insn->dst_reg;
}

/* "dst = src", either width, no sign extension */
static void do_copy(struct values *v, bool wide)
{
	struct bpf_insn *insn = v->insn;
	u8 dst = insn->dst_reg, src = original(v, insn->src_reg);
	struct value value = reference(v, src);
	const struct value *now = &v->of[dst];

	if (src != BPF_REG_AX)
		insn->src_reg = src;
	/* the verifier marks zero extensions; nobody behind us looks for that */
	insn->imm = 0;
	if (!wide && value.bits > 32) {
		set(v, dst, some_bits(32));
		return;
	}
	if (dst == src || (now->base == value.base && now->number == value.number &&
			   now->base != BASE_NONE && !now->told)) {
		drop(v);
		return;
	}
	if (is_number(&value) && write_number(v, dst, value.number))
		value = number(value.number);
	else if (wide && value.bits <= 32 && !is_address_pair(v))
		insn->code = BPF_ALU | BPF_MOV | BPF_X;
	set(v, dst, value);
}

/* 64 bits that their low half decides take 32; bits of the result, either way */
static u32 narrow_arithmetic(const struct values *v, const struct value *src)
{
	struct bpf_insn *insn = v->insn;
	u8 op = BPF_OP(insn->code);
	bool wide = BPF_CLASS(insn->code) == BPF_ALU64;
	u32 width = wide ? 64 : 32;
	u32 a = min_t(u32, v->of[insn->dst_reg].bits, width), b = min_t(u32, src->bits, width);
	u32 bits = min(result_bits(op, insn->off, a, b, src, width), width);

	if (wide && is_narrow(op, insn->off, a, b, src, bits))
		insn->code = (insn->code & ~0x07) | BPF_ALU;
	return bits;
}

/* dst op= constant, where the operation is not a move */
static void learn_arithmetic(struct values *v, const struct value *src)
{
	u8 op = BPF_OP(v->insn->code), dst = v->insn->dst_reg;
	bool wide = BPF_CLASS(v->insn->code) == BPF_ALU64;
	u32 bits = narrow_arithmetic(v, src);
	struct value value = v->of[dst];

	if (wide && is_number(src) && value.base < MAX_BPF_EXT_REG &&
	    (op == BPF_ADD || op == BPF_SUB)) {
		value.number += op == BPF_ADD ? src->number : -src->number;
		value.bits = bits;
		set(v, dst, value);
		return;
	}
	set(v, dst, some_bits(bits));
}

/*
 * "x <<= n; x >>= n" clears high bits, or copies the sign into them. @v is at the second;
 * the first becomes nothing and the second does it all. False where it is not so.
 */
static bool join_shifts(struct values *v)
{
	struct bpf_insn *insn = v->insn, *first = &v->o->insns[v->prev];
	u8 class = BPF_CLASS(insn->code), op = BPF_OP(insn->code);
	u32 kept = (class == BPF_ALU64 ? 64 : 32) - insn->imm;

	if (!v->has_prev || first->code != (class | BPF_LSH | BPF_K) ||
	    first->dst_reg != insn->dst_reg || first->imm != insn->imm)
		return false;
	if (op == BPF_ARSH && kept != 8 && kept != 16 && kept != 32)
		return false;
	if (op == BPF_RSH && kept > 32)
		return false;

	if (op == BPF_ARSH) {
		insn->code = class | BPF_MOV | BPF_X;
		insn->off = kept;
	} else if (kept == 32) {
		insn->code = BPF_ALU | BPF_MOV | BPF_X;
	} else {
		insn->code = BPF_ALU | BPF_AND | BPF_K;
	}
	if (BPF_SRC(insn->code) == BPF_X) {
		insn->src_reg = insn->dst_reg;
		insn->imm = 0;
	} else {
		insn->imm = (1u << kept) - 1;
	}
	bpf_opt_remove(v->o, v->prev);
	v->has_prev = false;
	set(v, insn->dst_reg, v->unshifted);
	return true;
}

/* "x += a; x += b": the second adds both */
static void join_additions(struct values *v)
{
	struct bpf_insn *insn = v->insn, *first = &v->o->insns[v->prev];
	s64 sum = (s64)first->imm + insn->imm;

	if (!v->has_prev || first->code != insn->code || first->dst_reg != insn->dst_reg)
		return;
	if (BPF_CLASS(insn->code) == BPF_ALU64 && !fits_imm(sum))
		return;
	insn->imm = (s32)sum;
	bpf_opt_remove(v->o, v->prev);
	v->has_prev = false;
}

static void do_sign_extension(struct values *v)
{
	struct bpf_insn *insn = v->insn;
	u8 dst = insn->dst_reg;
	struct value src = v->of[insn->src_reg];

	if (is_number(&src)) {
		u64 n = bpf_opt_alu(insn->code, insn->off, 0, src.number);

		write_number(v, dst, n);
		set(v, dst, number(n));
		return;
	}
	insn->src_reg = original(v, insn->src_reg);
	if (src.bits < insn->off) {
		/* no sign to extend */
		insn->off = 0;
		do_copy(v, BPF_CLASS(insn->code) == BPF_ALU64);
		return;
	}
	set(v, dst, some_bits(BPF_CLASS(insn->code) == BPF_ALU64 ? 64 : 32));
}

static void do_move(struct values *v)
{
	struct bpf_insn *insn = v->insn;
	bool wide = BPF_CLASS(insn->code) == BPF_ALU64;
	struct value value;

	if (BPF_SRC(insn->code) == BPF_X) {
		if (insn->off)
			do_sign_extension(v);
		else
			do_copy(v, wide);
		return;
	}
	value = number(wide ? (u64)(s64)insn->imm : (u32)insn->imm);
	if (is_number(&v->of[insn->dst_reg]) && !v->of[insn->dst_reg].told &&
	    v->of[insn->dst_reg].number == value.number)
		drop(v);
	else
		set(v, insn->dst_reg, value);
}

/* dst and operand are known; false: the result does not fit, the instruction stays */
static bool do_known(struct values *v, u64 b)
{
	struct bpf_insn *insn = v->insn;
	u8 dst = insn->dst_reg;
	struct value value = number(bpf_opt_alu(insn->code, insn->off, v->of[dst].number, b));
	bool told = v->of[dst].told, fits = write_number(v, dst, value.number);

	value.told = told && !fits;
	set(v, dst, value);
	return fits;
}

/* both operands are known registers */
static void do_known_operand(struct values *v, const struct value *src)
{
	struct bpf_insn *insn = v->insn;
	u8 op = BPF_OP(insn->code);

	if (do_known(v, src->number))
		return;
	/* an address that is moved: the constant, whatever the register is on wrong paths */
	if ((op == BPF_ADD || op == BPF_SUB) && fits_imm(src->number)) {
		insn->code = (insn->code & ~BPF_X) | BPF_K;
		insn->src_reg = 0;
		insn->imm = (s32)src->number;
	} else {
		v->of[insn->dst_reg].told |= src->told;
	}
}

static void do_constant_operand(struct values *v)
{
	struct bpf_insn *insn = v->insn;
	struct value src = number((s64)insn->imm);
	u8 op;

	if (is_number(&v->of[insn->dst_reg])) {
		do_known(v, src.number);
		return;
	}
	bpf_opt_simplify_alu(insn);
	op = BPF_OP(insn->code);
	src = number(BPF_CLASS(insn->code) == BPF_ALU64 ? (u64)(s64)insn->imm :
							   (u32)insn->imm);
	if (bpf_opt_is_nop(insn)) {
		v->o->changed = true;
		return;
	}
	if (op == BPF_RSH || op == BPF_ARSH) {
		if (join_shifts(v)) {
			op = BPF_OP(insn->code);
			src = number((u32)insn->imm);
		}
	} else if (op == BPF_ADD) {
		join_additions(v);
	} else if (op == BPF_LSH) {
		v->unshifted = reference(v, insn->dst_reg);
	}
	if (op == BPF_MOV)
		do_move(v);
	else if (op == BPF_NEG)
		set(v, insn->dst_reg,
		    some_bits(BPF_CLASS(insn->code) == BPF_ALU64 ? 64 : 32));
	else
		learn_arithmetic(v, &src);
}

/* dst op= src, not a move */
static void do_register_operand(struct values *v)
{
	struct bpf_insn *insn = v->insn;
	struct value src = v->of[insn->src_reg];
	u8 op = BPF_OP(insn->code);

	if ((op == BPF_XOR || op == BPF_SUB) && insn->src_reg == insn->dst_reg) {
		write_number(v, insn->dst_reg, 0);
		set(v, insn->dst_reg, number(0));
		return;
	}
	if (is_number(&src) && is_number(&v->of[insn->dst_reg])) {
		do_known_operand(v, &src);
		return;
	}
	if (is_number(&src) && !fits_imm(src.number))
		narrow_arithmetic(v, &src);
	if (is_number(&src) &&
	    (BPF_CLASS(insn->code) == BPF_ALU || fits_imm(src.number))) {
		insn->code = (insn->code & ~BPF_X) | BPF_K;
		insn->src_reg = 0;
		insn->imm = (s32)src.number;
		do_constant_operand(v);
		return;
	}
	insn->src_reg = original(v, insn->src_reg);
	learn_arithmetic(v, &src);
}

static void do_byte_order(struct values *v)
{
	struct bpf_insn *insn = v->insn;

	set(v, insn->dst_reg, some_bits(insn->imm));
}

static void do_alu(struct values *v)
{
	struct bpf_insn *insn = v->insn;
	bool wide = BPF_CLASS(insn->code) == BPF_ALU64;

	switch (BPF_OP(insn->code)) {
	case BPF_END:
		do_byte_order(v);
		return;
	case BPF_NEG:
		if (is_number(&v->of[insn->dst_reg]))
			do_known(v, 0);
		else
			set(v, insn->dst_reg, some_bits(wide ? 64 : 32));
		return;
	case BPF_MOV:
		do_move(v);
		return;
	default:
		if (BPF_SRC(insn->code) == BPF_X)
			do_register_operand(v);
		else
			do_constant_operand(v);
	}
}

static void do_ld_imm64(struct values *v)
{
	struct bpf_insn *insn = v->insn;
	u64 n = (u64)(u32)insn[1].imm << 32 | (u32)insn->imm;
	u8 dst = insn->dst_reg;

	if (fits_imm(n) || n == (u32)n) {
		bpf_opt_remove(v->o, v->pc);
		write_number(v, dst, n);
	}
	set(v, dst, number(n));
}

/* ---- memory ------------------------------------------------------------------------ */

/* the address register: where it is another one plus a number, that one */
static u8 address(const struct values *v, u8 reg, s16 *off)
{
	const struct value *value = &v->of[reg];
	s64 sum = *off + (s64)value->number;

	if (value->base >= MAX_BPF_EXT_REG || value->number + 0x10000 > 0x20000 ||
	    sum != (s16)sum)
		return reg;
	*off = sum;
	return value->base;
}

static void do_load(struct values *v, u32 bytes)
{
	struct bpf_insn *insn = v->insn;
	bool extends = BPF_MODE(insn->code) == BPF_MEMSX ||
		       BPF_MODE(insn->code) == BPF_PROBE_MEMSX;
	s16 off = insn->off;

	insn->src_reg = address(v, insn->src_reg, &off);
	insn->off = off;
	set(v, insn->dst_reg, some_bits(extends ? 64 : bytes * 8));
}

static void do_store(struct values *v)
{
	struct bpf_insn *insn = v->insn;
	s16 off = insn->off;

	insn->dst_reg = address(v, insn->dst_reg, &off);
	insn->off = off;
	v->o->stores |= insn->dst_reg == BPF_REG_FP;
	if (BPF_CLASS(insn->code) == BPF_STX)
		insn->src_reg = original(v, insn->src_reg);
}

static void do_atomic(struct values *v)
{
	struct bpf_insn *insn = v->insn;
	struct bpf_touched t = bpf_insn_touches(insn);
	u32 bits = bpf_size_bytes(insn->code) * 8;
	s16 off = insn->off;

	insn->dst_reg = address(v, insn->dst_reg, &off);
	insn->off = off;
	if (insn->imm == BPF_CMPXCHG) {
		insn->src_reg = original(v, insn->src_reg);
		set(v, BPF_REG_0, some_bits(bits));
	} else if (t.sets) {
		set(v, insn->src_reg, some_bits(bits));
	} else {
		insn->src_reg = original(v, insn->src_reg);
	}
}

/* where in the packet: the sum of register and constant, in 32 bits */
static void find_in_packet(struct values *v)
{
	struct bpf_insn *insn = v->insn;
	const struct value *at = &v->of[insn->src_reg];
	s32 off = (u32)at->number + (u32)insn->imm;

	if (BPF_MODE(insn->code) != BPF_IND || at->base == BASE_NONE)
		return;
	if (!is_number(at)) {
		insn->src_reg = at->base;
		insn->imm = off;
	} else if (off >= 0) {
		/* those below zero mean other things */
		insn->code = BPF_LD | BPF_ABS | BPF_SIZE(insn->code);
		insn->src_reg = 0;
		insn->imm = off;
	}
}

static void do_packet(struct values *v, u32 bytes)
{
	find_in_packet(v);
	clobber(v, BPF_REGS_CLOBBERED);
	set(v, BPF_REG_0, some_bits(bytes * 8));
}

/* ---- branches ---------------------------------------------------------------------- */

/* unsigned comparisons with the least number there is */
static void compare_with_zero(struct bpf_insn *insn)
{
	u8 op = BPF_OP(insn->code);

	if (BPF_SRC(insn->code) != BPF_K)
		return;
	if ((!insn->imm && op == BPF_JGT) || (insn->imm == 1 && op == BPF_JGE)) {
		insn->code = BPF_CLASS(insn->code) | BPF_JNE | BPF_K;
		insn->imm = 0;
	} else if ((!insn->imm && op == BPF_JLE) || (insn->imm == 1 && op == BPF_JLT)) {
		insn->code = BPF_CLASS(insn->code) | BPF_JEQ | BPF_K;
		insn->imm = 0;
	}
}

/* a comparison of 64 bits whose upper halves are zero is one of 32 */
static void narrow_branch(const struct values *v, struct bpf_insn *insn)
{
	u32 bits = v->of[insn->dst_reg].bits;

	if (BPF_CLASS(insn->code) != BPF_JMP)
		return;
	if (BPF_SRC(insn->code) == BPF_X)
		bits = max_t(u32, bits, v->of[insn->src_reg].bits);
	else if (insn->imm < 0)
		return;
	switch (BPF_OP(insn->code)) {
	case BPF_JSET:
		/* a bit of a mask (tree.c), which engines know in this form */
		if (insn->dst_reg == BPF_REG_AX)
			return;
		break;
	case BPF_JSGT:
	case BPF_JSGE:
	case BPF_JSLT:
	case BPF_JSLE:
		/* with the sign bit clear too */
		if (bits > 31)
			return;
		break;
	}
	if (bits <= 32)
		insn->code = (insn->code & ~0x07) | BPF_JMP32;
}

/* the next instruction is reached only where dst is what it was compared with */
static void learn_equality(struct values *v)
{
	struct bpf_insn *insn = v->insn;
	u8 dst = insn->dst_reg;
	bool wide = BPF_CLASS(insn->code) == BPF_JMP;
	u64 n = wide ? (u64)(s64)insn->imm : (u32)insn->imm;
	u16 holders = v->holders[dst];

	if (BPF_OP(insn->code) != BPF_JNE || BPF_SRC(insn->code) != BPF_K ||
	    (!wide && v->of[dst].bits > 32))
		return;
	set(v, dst, told_number(n, v->of[dst].bits));
	while (holders) {
		u32 h = __ffs(holders);

		holders &= holders - 1;
		v->of[h] = told_number(n + v->of[h].number, v->of[h].bits);
	}
}

static void decide(struct values *v, bool taken)
{
	struct bpf_insn *insn = v->insn;

	v->o->again = true;
	if (!taken) {
		drop(v);
		return;
	}
	*insn = (struct bpf_insn){ .code = BPF_JMP | BPF_JA, .off = insn->off };
	v->o->changed = true;
}

static void do_branch(struct values *v)
{
	struct bpf_insn *insn = v->insn;
	struct value dst, src = number((s64)insn->imm);

	insn->dst_reg = original(v, insn->dst_reg);
	dst = v->of[insn->dst_reg];
	if (BPF_SRC(insn->code) == BPF_X) {
		insn->src_reg = original(v, insn->src_reg);
		src = v->of[insn->src_reg];
	}
	if (is_number(&dst) && is_number(&src)) {
		decide(v, bpf_opt_taken(insn->code, dst.number, src.number));
		return;
	}
	if (BPF_SRC(insn->code) == BPF_X && is_number(&src) &&
	    (BPF_CLASS(insn->code) == BPF_JMP32 || fits_imm(src.number))) {
		insn->code &= ~BPF_X;
		insn->src_reg = 0;
		insn->imm = (s32)src.number;
	}
	compare_with_zero(insn);
	narrow_branch(v, insn);
	v->o->tests += BPF_OP(insn->code) == BPF_JEQ || BPF_OP(insn->code) == BPF_JNE;
	learn_equality(v);
}

/* ---- the walk ---------------------------------------------------------------------- */

static void do_insn(struct values *v)
{
	const struct bpf_insn_form *form = bpf_insn_form(v->insn->code);

	switch (form->class) {
	case BPF_IC_ALU:
		do_alu(v);
		break;
	case BPF_IC_CONST:
		do_ld_imm64(v);
		break;
	case BPF_IC_LOAD:
		do_load(v, form->bytes);
		break;
	case BPF_IC_STORE:
		do_store(v);
		break;
	case BPF_IC_ATOMIC:
		do_atomic(v);
		break;
	case BPF_IC_PACKET:
		do_packet(v, form->bytes);
		break;
	case BPF_IC_BRANCH:
		do_branch(v);
		break;
	case BPF_IC_JUMP:
	case BPF_IC_EXIT:
		break;
	default:
		if (BPF_CLASS(v->insn->code) == BPF_LDX)
			do_load(v, bpf_size_bytes(v->insn->code));
		else
			clobber(v, bpf_insn_touches(v->insn).sets);
	}
}

/**
 * bpf_opt_values() - use what is known of registers
 * @o:	the program, marked by bpf_flow_mark(); o->better, o->loops, o->tests and
 *	o->stores are written, and BPF_OPT_PARTED
 *
 * One sweep.
 */
void bpf_opt_values(struct bpf_opt *o)
{
	struct values v = { .o = o, .known = BIT(MAX_BPF_EXT_REG) - 1 };
	struct bpf_insn was;
	u32 next;

	start_stretch(&v);
	o->better = false;
	o->loops = false;
	o->stores = false;
	o->tests = 0;
	for (v.pc = 0; v.pc < o->count; v.pc = next) {
		v.insn = &o->insns[v.pc];
		next = v.pc + bpf_insn_slots(v.insn);
		if (o->marks[v.pc]) {
			start_stretch(&v);
			o->loops |= !!(o->marks[v.pc] & BPF_FLOW_LOOP);
		}
		if (bpf_opt_is_nop(v.insn))
			continue;
		was = *v.insn;
		do_insn(&v);
		o->better |= !!memcmp(v.insn, &was, sizeof(was));
		if (bpf_opt_is_nop(v.insn))
			continue;
		v.prev = v.pc;
		v.has_prev = bpf_insn_falls_through(v.insn);
	}
}
