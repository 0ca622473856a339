// SPDX-License-Identifier: GPL-2.0-only
/*
 * Arithmetic on registers. Here it is decided whether an operation is one on numbers,
 * whose result the domain computes, or touches a pointer, which is ptr.c's. Numbers
 * never refuse: the worst that happens to one is that nothing is known of it, and
 * then the instruction is remembered for the log.
 *
 * Layer V5. Tests: tools/testing/selftests/bpf/cases/ops/{alu,range}-*.bpft
 */
#include <linux/kernel.h>
#include <linux/limits.h>
#include "move.h"
#include "op.h"
#include "origin.h"
#include "width.h"

#define NO_DEPS		((struct bv_deps){ 0, 0 })

/* the tightest range of a number with bounds is less than half of all numbers */
static bool has_bounds(const struct bv_reg *r)
{
	return r->val.r64.len <= S64_MAX;
}

/* operand as the operation sees it */
static u64 imm_number(const struct bpf_insn *insn)
{
	return BPF_CLASS(insn->code) == BPF_ALU64 ? (u64)(s64)insn->imm : (u32)insn->imm;
}

static struct scalar imm_value(const struct bpf_insn *insn)
{
	return bv_scalar_const(imm_number(insn));
}

static int refuse_unset(struct bv_env *env, u8 regno)
{
	return bv_refuse(env, BV_R_REG_UNSET, BV_REG(regno), regno);
}

/*
 * A result that is no address any more but was made from one: privileged programs
 * may have it as a number of which nothing is known.
 */
static int degrade_pointer(struct bv_env *env, struct bv_reg *dst, u8 from, bool is64)
{
	if (!env->req->privileged)
		return bv_refuse(env, BV_R_LEAK_ALU, BV_REG(from), from);
	bv_reg_unknown(dst, env->pc);
	if (!is64)
		bv_reg_scalar(dst, bv_scalar_bytes(4), NO_DEPS, env->pc);
	return 0;
}

/* @dst becomes a number computed from @src alone */
static void set_from(struct bv_env *env, struct bv_reg *dst, const struct bv_reg *src,
		     struct scalar val)
{
	struct bv_deps deps = src->deps;
	u32 lost = src->lost_pc;

	bv_reg_scalar(dst, val, deps, env->pc);
	dst->lost_pc = has_bounds(dst) ? BV_NO_PC : lost;
}

/* does a move change nothing, as the number fits in what it is cut to? */
static bool keeps_number(struct scalar val, u32 sign_bits, bool is64)
{
	if (!sign_bits)
		return is64 || bv_scalar_fits(val, 32, false);
	if (BV_SEEDED(47, is64, true))
		return bv_scalar_fits(val, sign_bits, true);
	return bv_scalar_fits(val, sign_bits - 1, false);
}

/* the low bits of a number */
static struct bv_origin low_of(u32 id, s64 delta, u32 bits)
{
	return (struct bv_origin){
		.to = id, .delta = delta, .num = U64_MAX >> (64 - bits), .op = BPF_AND,
		.is64 = true,
	};
}

/* the low half, from which something may be learnt of the number */
static int move_low(struct bv_env *env, struct bv_state *st, struct bv_reg *dst,
		    struct bv_reg *src)
{
	u64 bits = bv_scalar_bits(src->val);
	struct bv_origin origin;

	if (dst != src)
		bv_reg_link(env, src);
	origin = low_of(src->id, src->delta, 32);
	set_from(env, dst, src, bv_scalar_zext32(src->val));
	return origin.to ? bv_origin_name(env, st, dst, origin, bits) : 0;
}

/* did nothing but moves come between the shift and here? */
static bool is_just_shifted(const struct bv_env *env)
{
	return env->shifted.pc != BV_NO_PC && env->shifted.pc + 1 == env->pc;
}

/* a copy of what was shifted is shifted down as well, where the number itself is used again */
static void note_move(struct bv_env *env, const struct bpf_insn *insn)
{
	struct bv_shifted *was = &env->shifted;
	bool copies = insn->code == (BPF_ALU64 | BPF_MOV | BPF_X) && !insn->off;

	if (!is_just_shifted(env))
		return;
	was->pc = env->pc;
	if (copies && was->regs & BIT(insn->src_reg))
		was->regs |= BIT(insn->dst_reg);
	else
		was->regs &= ~BV_SEEDED(104, BIT(insn->dst_reg), 0);
}

static int move_register(struct bv_env *env, struct bv_state *st,
			 const struct bpf_insn *insn)
{
	bool is64 = BPF_CLASS(insn->code) == BPF_ALU64;
	struct bv_reg *src = &st->reg[insn->src_reg];
	struct bv_reg *dst = &st->reg[insn->dst_reg];
	struct scalar val;

	if (src->kind == BV_UNSET)
		return refuse_unset(env, insn->src_reg);
	if (bv_reg_is_pointer(src) && (!is64 || insn->off))
		return degrade_pointer(env, dst, insn->src_reg, is64);
	if (src->kind == BV_SCALAR && !keeps_number(src->val, insn->off, is64)) {
		if (!insn->off)
			return move_low(env, st, dst, src);
		val = bv_scalar_sext(src->val, insn->off);
		set_from(env, dst, src, is64 ? val : bv_scalar_zext32(val));
		return 0;
	}
	if (dst != src) {
		bv_reg_link(env, src);
		*dst = *src;
	}
	dst->def_pc = env->pc;
	return 0;
}

static int alu_mov(struct bv_env *env, struct bv_state *st, const struct bpf_insn *insn)
{
	note_move(env, insn);
	if (BPF_SRC(insn->code) == BPF_X)
		return move_register(env, st, insn);
	bv_reg_const(&st->reg[insn->dst_reg], imm_number(insn), NO_DEPS, env->pc);
	return 0;
}

/* byte order: swapped, or cut where the machine has the order asked for */
static struct scalar in_byte_order(const struct bpf_insn *insn, struct scalar val)
{
	bool big = BPF_SRC(insn->code) == BPF_TO_BE;
	bool machine_big = __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__;

	if (BPF_CLASS(insn->code) == BPF_ALU64 || big != machine_big)
		return bv_scalar_swap(val, insn->imm);
	return insn->imm < 64 ? bv_scalar_low(val, insn->imm) : val;
}

static int alu_unary(struct bv_env *env, struct bv_state *st,
		     const struct bpf_insn *insn)
{
	bool is64 = BPF_CLASS(insn->code) == BPF_ALU64;
	struct bv_reg *dst = &st->reg[insn->dst_reg];
	struct scalar val;

	if (dst->kind == BV_UNSET)
		return refuse_unset(env, insn->dst_reg);
	if (bv_reg_is_pointer(dst))
		return degrade_pointer(env, dst, insn->dst_reg, true);
	if (BPF_OP(insn->code) == BPF_END)
		val = in_byte_order(insn, dst->val);
	else
		val = bv_scalar_alu(BPF_NEG, is64, false, dst->val, bv_scalar_const(0));
	set_from(env, dst, dst, val);
	return 0;
}

/* instruction to blame for a result without bounds */
static u32 blame(struct bv_env *env, const struct bv_reg *dst, const struct bv_reg *src)
{
	if (!has_bounds(dst))
		return dst->lost_pc;
	if (src && !has_bounds(src))
		return src->lost_pc;
	return env->pc;
}

/*
 * In 32 bits: does @num plus the low half of @by wrap never, or always? Then it is a sum
 * in 64 bits too, with @by as it becomes.
 */
static bool is_exact_half(struct scalar num, u64 *by)
{
	u64 low = (u32)*by;

	if (bv_scalar_umax(num) > U32_MAX)
		return false;
	if (BV_SEEDED(41, bv_scalar_umax(num) + low <= U32_MAX, true))
		*by = low;
	else if (bv_scalar_umin(num) + low > U32_MAX)
		*by = low - (U32_MAX + 1ULL);
	else
		return false;
	return true;
}

/*
 * The identity and distance that a result has, 0 where it has none, and how it was computed:
 * of a number with @bits, those that may be set.
 */
struct link {
	u32			id;
	s64			delta;
	struct bv_origin	origin;
	u64			bits;
};

/*
 * Compilers without instructions of that width cut a number to 32, 16 or 8 bits by shifting
 * it up and down. In between more is lost than at the end, so the two are taken as one.
 */
static bool is_cut_shift(const struct bpf_insn *insn, u8 op)
{
	return insn->code == (BPF_ALU64 | BPF_K | op) &&
	       (insn->imm == 32 || insn->imm == 48 || insn->imm == 56);
}

/* a number with an identity and a constant: does either tell of the other? */
static struct bv_origin origin_of(const struct bpf_insn *insn, const struct bv_reg *num,
				  const struct bv_reg *src)
{
	bool is64 = BPF_CLASS(insn->code) == BPF_ALU64;
	struct bv_origin origin = {
		.to = num->id, .delta = num->delta, .op = BPF_OP(insn->code), .is64 = is64,
	};

	if (src && !bv_scalar_is_const(src->val))
		return (struct bv_origin){};
	origin.num = src ? src->val.bits.value : imm_number(insn);
	if (!is64)
		origin.num = (u32)origin.num;
	switch (origin.op) {
	case BPF_SUB:
		origin.num = -(u32)origin.num;
		origin.op = BPF_ADD;
		fallthrough;
	case BPF_ADD:
		origin.num = (u32)origin.num;
		return is64 ? (struct bv_origin){} : origin;
	case BPF_AND:
		origin.is64 = true;
		return origin;
	case BPF_RSH:
		origin.num &= is64 ? 63 : 31;
		return origin;
	case BPF_LSH:
		if (is_cut_shift(insn, BPF_LSH))
			return (struct bv_origin){};
		origin.op = BPF_MUL;
		origin.num = 1ULL << (origin.num & (is64 ? 63 : 31));
		return origin;
	case BPF_DIV:
		return insn->off || !origin.num ? (struct bv_origin){} : origin;
	case BPF_MUL:
		return origin;
	default:
		return (struct bv_origin){};
	}
}

/*
 * What adding @val moves @num by, or taking it away if @down. In 32 bits also where it moved
 * so and did not wrap, unless it cannot; false: it may have done anything.
 */
static bool find_move(struct scalar num, struct scalar val, bool down, bool is64,
		      struct bv_move *move)
{
	u64 most = bv_scalar_umax(val);

	move->by = val.r64;
	move->least = 0;
	move->most = U64_MAX;
	if (down)
		move->by.base = -(val.r64.base + val.r64.len);
	if (is64)
		return true;
	if (most > U32_MAX || bv_scalar_umax(num) > U32_MAX)
		return false;
	if (down && bv_scalar_umin(num) < most)
		move->most = U32_MAX - most;
	if (!down && bv_scalar_umax(num) + most > U32_MAX)
		move->least = most;
	return true;
}

/*
 * A number by which turns of a loop are told, and another one: the result has an identity
 * that tells how far it is from that; *id is 0 if it has none.
 */
static int link_moved(struct bv_env *env, const struct bv_state *st, u8 op, bool is64,
		      const struct bv_reg *num, struct scalar val, u32 *id)
{
	bool down = op == BPF_SUB;
	struct bv_move move;

	if (!bv_move_tells(env, st, num->id))
		return 0;
	/* in 32 bits, to add -1 is to take 1 away */
	if (!is64 && !down && bv_scalar_is_const(val) && (s32)val.bits.value < 0) {
		val = bv_scalar_const(-(u32)val.bits.value);
		down = true;
	}
	if (!find_move(num->val, val, down, is64, &move))
		return 0;
	*id = ++env->next_id;
	move.id = *id;
	return bv_move_note(env, st, num, move);
}

/*
 * A number plus a constant stays linked to the number. That it is this constant, and in
 * 32 bits that nothing wraps, follows from both operands, whose deps the result has: where
 * the link is made use of, these go along (branch.c).
 */
static int link_of(struct bv_env *env, const struct bv_state *st, const struct bpf_insn *insn,
		   const struct bv_reg *dst, struct bv_reg *src, struct link *link)
{
	bool is64 = BPF_CLASS(insn->code) == BPF_ALU64;
	const struct bv_reg *num = dst;
	u8 op = BPF_OP(insn->code);
	u64 by;

	*link = (struct link){};
	/* a mask that takes nothing away */
	if (op == BPF_AND && !src && num->id &&
	    !(bv_scalar_bits(num->val) & ~imm_number(insn))) {
		*link = (struct link){ num->id, num->delta };
		return 0;
	}
	if (op != BPF_ADD && op != BPF_SUB)
		return 0;
	if (!src) {
		by = imm_number(insn);
	} else if (bv_scalar_is_const(src->val)) {
		by = src->val.bits.value;
	} else if (op == BPF_ADD && bv_scalar_is_const(dst->val)) {
		bv_reg_link(env, src);
		num = src;
		by = dst->val.bits.value;
	} else {
		if (op == BPF_ADD && !bv_move_tells(env, st, dst->id))
			return link_moved(env, st, op, is64, src, dst->val, &link->id);
		return link_moved(env, st, op, is64, dst, src->val, &link->id);
	}
	if (!num->id)
		return 0;
	if (op == BPF_SUB)
		by = -by;
	if (!is64 && !is_exact_half(num->val, &by))
		return link_moved(env, st, BPF_ADD, false, num, bv_scalar_const((u32)by),
				  &link->id);
	*link = (struct link){ num->id, num->delta + by };
	return 0;
}

static bool is_shift(const struct bpf_insn *insn)
{
	u8 op = BPF_OP(insn->code);

	return op == BPF_LSH || op == BPF_RSH || op == BPF_ARSH;
}

static void note_shift_up(struct bv_env *env, const struct bpf_insn *insn,
			  const struct bv_reg *dst)
{
	if (is_cut_shift(insn, BPF_LSH))
		env->shifted = (struct bv_shifted){
			.pc = env->pc, .regs = BIT(insn->dst_reg), .by = insn->imm,
			.id = dst->id, .delta = dst->delta, .val = dst->val,
		};
}

/* the second of the two: *val and *link become those of the number, cut */
static void shift_down(const struct bv_env *env, const struct bpf_insn *insn,
		       struct scalar *val, struct link *link)
{
	const struct bv_shifted *was = &env->shifted;
	bool sign = is_cut_shift(insn, BPF_ARSH);
	u32 bits = 64 - insn->imm;

	if ((!sign && !is_cut_shift(insn, BPF_RSH)) || !is_just_shifted(env) ||
	    !(was->regs & BIT(insn->dst_reg)) || was->by != insn->imm)
		return;
	*val = sign ? bv_scalar_sext(was->val, bits) : bv_scalar_low(was->val, bits);
	if (!sign && was->id) {
		link->origin = low_of(was->id, was->delta, bits);
		link->bits = bv_scalar_bits(was->val);
	}
	/* nothing is cut off */
	if (bv_scalar_fits(was->val, bits, BV_SEEDED(48, sign, false)))
		*link = (struct link){ was->id, was->delta };
}

static struct scalar binary_result(const struct bpf_insn *insn, const struct bv_reg *dst,
				   const struct bv_reg *src)
{
	return bv_scalar_alu(BPF_OP(insn->code), BPF_CLASS(insn->code) == BPF_ALU64,
			     insn->off == 1, dst->val, src ? src->val : imm_value(insn));
}

/* @whole without the bits that are subtracted from it, by a mask of them */
static struct scalar without(struct scalar whole, u64 mask, bool is64)
{
	return bv_scalar_alu(BPF_AND, is64, false, whole,
			     bv_scalar_const(BV_SEEDED(102, ~mask, ~mask << 1)));
}

/*
 * A difference by what its operands came of. Compilers divide, multiply and subtract where
 * there is BPF_MOD. Where a loop does several of its turns at once, they subtract the low
 * bits of the count from it; or it from them, for what is left, less than nothing.
 */
static bool find_difference(const struct bv_env *env, bool is64, const struct bv_reg *dst,
			    const struct bv_reg *src, struct scalar *rest)
{
	u64 by = bv_origin_remainder(env, dst, src, is64);
	u64 mask;

	if (by) {
		*rest = bv_scalar_alu(BPF_MOD, is64, false, dst->val, bv_scalar_const(by));
		return true;
	}
	mask = bv_origin_part(env, dst, src);
	if (mask) {
		*rest = without(dst->val, mask, is64);
		return true;
	}
	mask = bv_origin_part(env, src, dst);
	if (mask)
		*rest = bv_scalar_alu(BPF_NEG, is64, false, without(src->val, mask, is64),
				      bv_scalar_const(0));
	return mask;
}

static void meet_difference(const struct bv_env *env, const struct bpf_insn *insn,
			    const struct bv_reg *dst, const struct bv_reg *src,
			    struct scalar *val)
{
	bool is64 = BPF_CLASS(insn->code) == BPF_ALU64;
	struct scalar rest;

	if (find_difference(env, is64, dst, src, &rest) && !bv_scalar_meet(*val, rest, val))
		*val = rest;
}

/* are the operands, both numbers, constants that stand alone, as most of those do? */
static bool are_constants(const struct bv_reg *dst, const struct bv_reg *src)
{
	return !dst->val.bits.mask && !dst->id && (!src || (!src->val.bits.mask && !src->id));
}

/* of these the domain has nothing to say */
static void alu_constants(struct bv_env *env, const struct bpf_insn *insn, struct bv_reg *dst,
			  const struct bv_reg *src)
{
	u64 num = bv_scalar_compute(BPF_OP(insn->code), BPF_CLASS(insn->code) == BPF_ALU64,
				    insn->off == 1, dst->val.bits.value,
				    src ? src->val.bits.value : imm_number(insn));

	bv_reg_const(dst, num, src ? bv_deps_or(dst->deps, src->deps) : dst->deps, env->pc);
}

static int alu_numbers(struct bv_env *env, struct bv_state *st,
		       const struct bpf_insn *insn, struct bv_reg *dst, struct bv_reg *src)
{
	struct bv_deps deps = src ? bv_deps_or(dst->deps, src->deps) : dst->deps;
	u32 lost = blame(env, dst, src);
	struct scalar val;
	struct link link;
	int err;

	err = link_of(env, st, insn, dst, src, &link);
	if (err)
		return err;
	if (dst->id && link.id != dst->id) {
		link.origin = origin_of(insn, dst, src);
		link.bits = bv_scalar_bits(dst->val);
	}
	val = binary_result(insn, dst, src);
	if (src && BPF_OP(insn->code) == BPF_SUB)
		meet_difference(env, insn, dst, src, &val);
	if (is_shift(insn)) {
		shift_down(env, insn, &val, &link);
		note_shift_up(env, insn, dst);
	}
	bv_reg_scalar(dst, val, deps, env->pc);
	dst->lost_pc = has_bounds(dst) ? BV_NO_PC : lost;
	dst->id = link.id;
	dst->delta = link.delta;
	return link.origin.to && link.id != link.origin.to ?
	       bv_origin_name(env, st, dst, link.origin, link.bits) : 0;
}

static int alu_binary(struct bv_env *env, struct bv_state *st,
		      const struct bpf_insn *insn)
{
	struct bv_reg *dst = &st->reg[insn->dst_reg], *src = NULL;

	if (BPF_SRC(insn->code) == BPF_X)
		src = &st->reg[insn->src_reg];
	if (src && src->kind == BV_UNSET)
		return refuse_unset(env, insn->src_reg);
	if (dst->kind == BV_UNSET)
		return refuse_unset(env, insn->dst_reg);
	if (bv_reg_is_pointer(dst) || (src && bv_reg_is_pointer(src)))
		return bv_op_pointer(env, st, insn, src);

	env->info[env->pc].harden |= BV_HARDEN_NUMBERS;
	if (!are_constants(dst, src))
		return alu_numbers(env, st, insn, dst, src);
	alu_constants(env, insn, dst, src);
	return 0;
}

/**
 * bv_op_alu() - arithmetic, moves and byte order
 * @env:	the check, env->pc being the instruction
 * @st:		state, the destination register is written
 * @insn:	the instruction, of class BPF_ALU or BPF_ALU64
 *
 * RFC 9669 sections 4.1 and 4.2. Copies of a number share an identity, and so do sums
 * of it and a constant.
 *
 * Return: 0, or what bv_refuse() gave: -EACCES, or -EINVAL for a pointer moved by
 * what has no bounds.
 */
int bv_op_alu(struct bv_env *env, struct bv_state *st, const struct bpf_insn *insn)
{
	switch (BPF_OP(insn->code)) {
	case BPF_MOV:
		return alu_mov(env, st, insn);
	case BPF_NEG:
	case BPF_END:
		return alu_unary(env, st, insn);
	default:
		return alu_binary(env, st, insn);
	}
}

/**
 * bv_op_const() - 64-bit constant, map, or place in the value of one
 * @env:	the check, env->pc being the first of the two slots
 * @st:		state, the destination register is written
 * @insn:	the first slot; the second follows it
 *
 * RFC 9669 section 5.4.
 *
 * Return: 0.
 */
int bv_op_const(struct bv_env *env, struct bv_state *st, const struct bpf_insn *insn)
{
	struct bv_reg *dst = &st->reg[insn->dst_reg];
	u64 val;

	if (bv_const_is_value(insn)) {
		bv_reg_map(dst, BV_MAP_VALUE, env->info[env->pc].map, 0, env->pc);
		dst->off = insn[1].imm;
		return 0;
	}
	if (insn->src_reg) {
		bv_reg_map(dst, BV_MAP, env->info[env->pc].map, 0, env->pc);
		return 0;
	}
	val = (u32)insn[0].imm | (u64)(u32)insn[1].imm << 32;
	bv_reg_const(dst, val, NO_DEPS, env->pc);
	return 0;
}
