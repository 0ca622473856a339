// SPDX-License-Identifier: GPL-2.0-only
/*
 * Arithmetic that touches a pointer. Only adding and subtracting numbers of known
 * size yields a pointer again, in whatever way that is written; what a kind allows is its
 * row in memkind.c. The constant part of an offset is kept apart from the variable one,
 * both stay within BV_OFFSET_LIMIT, and it is the access that is held against the memory's
 * end, not the arithmetic. No pointer may ever come out of two pointers.
 *
 * Layer V5. Tests: tools/testing/selftests/bpf/cases/ops/ptr-*.bpft
 */
#include <linux/kernel.h>
#include <linux/limits.h>
#include "op.h"
#include "width.h"

/**
 * struct ptr_math - one operation
 * @ptr:	the pointer operand
 * @num:	the number operand, of a register or built from the immediate
 * @stays:	the register of @num where that keeps it beside the pointer, otherwise NULL
 * @ptr_reg:	register of @ptr
 * @num_reg:	register of @num; that of @ptr for an immediate
 * @is_imm:	@num is the immediate
 * @sub:	subtraction
 */
struct ptr_math {
	const struct bv_reg	*ptr;
	const struct bv_reg	*num;
	struct bv_reg		*stays;
	u8			ptr_reg;
	u8			num_reg;
	bool			is_imm;
	bool			sub;
};

static bool is_large(s64 n)
{
	return n >= BV_OFFSET_LIMIT || n <= -BV_OFFSET_LIMIT;
}

static const char *op_sign(u8 op)
{
	static const char * const signs[] = {
		"+", "-", "*", "/", "|", "&", "<<", ">>", "neg", "%", "^", "=", "s>>",
	};

	return op >> 4 < ARRAY_SIZE(signs) ? signs[op >> 4] : "?";
}

/*
 * The difference of two pointers into one object is that of their offsets, which are
 * compared exactly wherever states are: it depends on no number. From a place that is known
 * it is as far as the pointer's variable part is.
 */
static void take_difference(struct bv_env *env, struct bv_reg *dst, const struct bv_reg *src)
{
	struct scalar from = bv_reg_whole_offset(src), to = bv_reg_whole_offset(dst);
	s64 delta = dst->delta + dst->off;
	u32 id = dst->var;

	if (id && id == src->var) {
		to = bv_scalar_const(delta - (src->delta + src->off));
		id = 0;
	} else {
		to = bv_scalar_alu(BPF_SUB, true, false, to, from);
	}
	bv_reg_scalar(dst, to, (struct bv_deps){ 0, 0 }, env->pc);
	if (!id || !bv_scalar_is_const(from))
		return;
	dst->id = id;
	dst->delta = delta - from.bits.value;
}

/* the difference of two addresses, or half of one: a number, for those who may see it */
static int make_number(struct bv_env *env, struct bv_reg *dst, const struct bv_reg *src,
		       bool is64)
{
	if (is64 && bv_reg_same_object(dst, src))
		take_difference(env, dst, src);
	else
		bv_reg_scalar(dst, is64 ? bv_scalar_any() : bv_scalar_bytes(4),
			      (struct bv_deps){ 0, 0 }, env->pc);
	return 0;
}

/* number operands that no pointer can be moved by */
static int check_number(struct bv_env *env, const struct ptr_math *m)
{
	const char *name = bv_memkind_of(m->ptr)->name;
	s64 min = bv_scalar_smin(m->num->val);

	if (min == S64_MIN)
		return bv_refuse(env, BV_R_PTR_UNBOUNDED, BV_REG(m->num_reg),
				 m->num_reg, name);
	if (is_large(min))
		return bv_refuse(env, BV_R_PTR_FAR, BV_REG(m->num_reg), min,
				 BV_OFFSET_LIMIT - 1, name);
	return 0;
}

/* what the row of the kind says to the operation as such */
static int check_kind(struct bv_env *env, const struct ptr_math *m)
{
	const struct bv_memkind *kind = bv_memkind_of(m->ptr);
	bool is_const = bv_scalar_is_const(m->num->val);

	if (kind->math == BV_MATH_ZERO && !m->sub && is_const &&
	    !bv_scalar_umax(m->num->val))
		return 0;
	if (kind->math == BV_MATH_NONE && bv_reg_maybe_null(m->ptr))
		return bv_refuse(env, BV_R_PTR_MAYBE_NULL, BV_REG(m->ptr_reg),
				 m->ptr_reg, kind->name);
	if (kind->math == BV_MATH_NONE || kind->math == BV_MATH_ZERO)
		return bv_refuse(env, BV_R_PTR_KIND, BV_REG(m->ptr_reg), kind->name);
	if (m->sub && kind->math == BV_MATH_ADD)
		return bv_refuse(env, BV_R_PTR_SUB, BV_REG(m->ptr_reg), kind->name);
	return 0;
}

/* the number is cut to what was seen here, if all paths agree on it (harden.c) */
static void note_number(struct bv_env *env, const struct ptr_math *m, bool is_dst)
{
	struct bv_insn_info *info = &env->info[env->pc];
	struct bv_moved by, *moved;

	if (env->req->privileged || m->is_imm)
		return;
	moved = &env->moved[env->pc];
	by = (struct bv_moved){ bv_scalar_smin(m->num->val), bv_scalar_smax(m->num->val) };
	if (!(info->harden & (BV_HARDEN_MASK_SRC | BV_HARDEN_MASK_DST)))
		*moved = by;
	else if (moved->lo != by.lo || moved->hi != by.hi)
		info->harden |= BV_HARDEN_DIFFERS;
	info->harden |= is_dst ? BV_HARDEN_MASK_DST : BV_HARDEN_MASK_SRC;
}

/*
 * Without privilege, as in released Linux: only pointers to memory of known size are
 * moved by a register, and only by numbers of one sign.
 */
static int check_guess(struct bv_env *env, const struct ptr_math *m)
{
	const struct bv_memkind *kind = bv_memkind_of(m->ptr);
	s64 min, max;

	if (env->req->privileged || m->is_imm)
		return 0;
	if (kind->extent != BV_EXTENT_VALUE && kind->extent != BV_EXTENT_BYTES &&
	    kind->extent != BV_EXTENT_STACK)
		return bv_refuse(env, BV_R_PTR_UNPRIV_KIND, BV_REG(m->ptr_reg),
				 kind->name);
	min = bv_scalar_smin(m->num->val);
	max = bv_scalar_smax(m->num->val);
	if (min < 0 && max >= 0)
		return bv_refuse(env, BV_R_PTR_UNPRIV_SIGNS, BV_REG(m->num_reg),
				 m->num_reg, min, max);
	return 0;
}

/* the moved pointer, as an offset from the start of its memory */
static int check_moved(struct bv_env *env, const struct ptr_math *m,
		       struct scalar val, s64 off)
{
	const struct bv_memkind *kind = bv_memkind_of(m->ptr);
	struct bv_reg moved;
	s64 min = bv_scalar_smin(val);

	if (is_large(off))
		return bv_refuse(env, BV_R_PTR_OFFSET, BV_REG(m->ptr_reg), kind->name,
				 off, BV_OFFSET_LIMIT - 1);
	if (min == S64_MIN)
		return bv_refuse(env, BV_R_PTR_UNBOUNDED, BV_REG(m->num_reg),
				 m->num_reg, kind->name);
	if (is_large(min))
		return bv_refuse(env, BV_R_PTR_OFFSET, BV_REG(m->ptr_reg), kind->name,
				 min, BV_OFFSET_LIMIT - 1);
	if (env->req->privileged)
		return 0;
	moved = *m->ptr;
	moved.val = val;
	moved.off = off;
	if (!bv_memkind_is_inside(env, &moved))
		return bv_refuse(env, BV_R_PTR_UNPRIV_RANGE, BV_REG(m->ptr_reg),
				 m->ptr_reg, kind->name);
	return 0;
}

static int move_pointer(struct bv_env *env, struct bv_reg *dst,
			const struct ptr_math *m)
{
	struct scalar num = m->num->val;
	struct scalar val = m->ptr->val;
	u32 lost = m->num->lost_pc;
	s64 off = m->ptr->off, delta = m->ptr->delta;
	u32 var = m->ptr->var;
	int err;

	if (bv_scalar_is_const(num))
		off += BV_SEEDED(24, m->sub, false) ? -bv_scalar_smin(num) : bv_scalar_smin(num);
	else
		val = bv_scalar_alu(m->sub ? BPF_SUB : BPF_ADD, true, false, val, num);
	err = check_moved(env, m, val, off);
	if (err)
		return err;

	/* a number that stays beside the pointer can be tested later, or told by it */
	if (m->stays)
		bv_reg_link(env, m->stays);
	/* the variable part is the number itself, linked to it, where there was none before */
	if (!bv_scalar_is_const(num) && !bv_reg_has_view(m->ptr)) {
		/* without privilege no later test may tell of an offset: it may be guessed */
		bool first = bv_reg_const_offset(m->ptr) && !m->sub && env->req->privileged;

		var = first ? m->num->id : 0;
		delta = first ? m->num->delta : 0;
	}
	/* from here on @m->num may be the pointer */
	if (dst != m->ptr)
		*dst = *m->ptr;
	dst->val = val;
	dst->off = off;
	dst->var = var;
	dst->delta = delta;
	if (bv_reg_is_packet(dst) && !bv_scalar_is_const(num))
		bv_packet_step(env, dst, BV_SEEDED(108, num, m->num->val), m->sub);
	dst->def_pc = env->pc;
	if (lost != BV_NO_PC)
		dst->lost_pc = lost;
	return 0;
}

/*
 * Compilers add with "|" where they know that no bit meets another, as what the address
 * points into begins at a multiple of something.
 */
static bool adds_bits(const struct bv_env *env, const struct bpf_insn *insn,
		      const struct bv_reg *dst, const struct bv_reg *src)
{
	const struct bv_reg *ptr = bv_reg_is_pointer(dst) ? dst : src;
	const struct bv_reg *num = ptr == dst ? src : dst;
	u64 bits = num ? bv_scalar_bits(num->val) : (u64)(s64)insn->imm;

	if (insn->code != (BPF_ALU64 | BPF_OR | BPF_SRC(insn->code)) || !env->req->privileged ||
	    (num && num->kind != BV_SCALAR))
		return false;
	return bits < bv_memkind_of(ptr)->begins &&
	       !(bits & bv_scalar_bits(bv_reg_whole_offset(ptr)));
}

/* operations whose shape alone refuses them, or makes them yield a number */
static int check_shape(struct bv_env *env, const struct bpf_insn *insn,
		       const struct bv_reg *dst, const struct bv_reg *src)
{
	bool both = src && bv_reg_is_pointer(dst) && bv_reg_is_pointer(src);
	u8 op = BPF_OP(insn->code);
	u8 regno = bv_reg_is_pointer(dst) ? insn->dst_reg : insn->src_reg;

	if (op != BPF_ADD && op != BPF_SUB && !adds_bits(env, insn, dst, src))
		return bv_refuse(env, BV_R_PTR_OP, BV_REG(regno), op_sign(op), regno);
	if (both)
		return bv_refuse(env, op == BPF_SUB ? BV_R_PTR_DIFF : BV_R_PTR_PTR,
				 BV_REG(insn->dst_reg), insn->dst_reg, insn->src_reg);
	if (BPF_CLASS(insn->code) != BPF_ALU64)
		return bv_refuse(env, BV_R_PTR_HALF, BV_REG(regno), regno);
	if (op == BPF_SUB && !bv_reg_is_pointer(dst))
		return bv_refuse(env, BV_R_PTR_FROM_NUMBER, BV_REG(insn->src_reg),
				 insn->src_reg, insn->dst_reg);
	return 0;
}

/**
 * bv_op_pointer() - arithmetic where an operand is a pointer
 * @env:	the check, env->pc being the instruction
 * @st:		state, the destination register is written
 * @insn:	the instruction, of class BPF_ALU or BPF_ALU64
 * @src:	source register, or NULL for the immediate; one of it and the
 *		destination is a pointer
 *
 * A number that moves a pointer is demanded exactly. For the privileged, subtracting
 * pointers and 32-bit subtraction yield numbers of which nothing is known.
 *
 * Return: 0, or what bv_refuse() gave: -EACCES for an operation that no pointer has,
 * -EINVAL for a number that is unbounded or too large.
 */
int bv_op_pointer(struct bv_env *env, struct bv_state *st, const struct bpf_insn *insn,
		  const struct bv_reg *src)
{
	struct bv_reg *dst = &st->reg[insn->dst_reg];
	bool is64 = BPF_CLASS(insn->code) == BPF_ALU64;
	bool sub = BPF_OP(insn->code) == BPF_SUB;
	bool dst_is_ptr = bv_reg_is_pointer(dst);
	struct bv_reg imm = {};
	struct ptr_math m = { .is_imm = !src, .sub = sub };
	int err;

	if (sub && env->req->privileged &&
	    (!is64 || (dst_is_ptr && src && bv_reg_is_pointer(src))))
		return make_number(env, dst, src, is64);
	err = check_shape(env, insn, dst, src);
	if (err)
		return err;
	if (!src) {
		bv_reg_const(&imm, (s64)insn->imm, (struct bv_deps){ 0, 0 }, env->pc);
		imm.lost_pc = BV_NO_PC;
	}
	m.ptr = dst_is_ptr ? dst : src;
	m.ptr_reg = dst_is_ptr ? insn->dst_reg : insn->src_reg;
	m.num = !dst_is_ptr ? dst : src ? src : &imm;
	m.num_reg = dst_is_ptr && src ? insn->src_reg : insn->dst_reg;
	if (!m.is_imm)
		bv_demand(env, st, m.num);
	m.stays = src && m.num == src ? &st->reg[insn->src_reg] : NULL;

	err = check_kind(env, &m);
	if (!err)
		err = check_number(env, &m);
	if (!err)
		err = check_guess(env, &m);
	if (err)
		return err;
	note_number(env, &m, !dst_is_ptr);
	return move_pointer(env, dst, &m);
}
