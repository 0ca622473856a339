// SPDX-License-Identifier: GPL-2.0-only
/*
 * Conditional jumps: which arms are possible, and what each arm knows more.
 *
 *	numbers		decided or refined by the operators of scalar.c; whatever
 *			differs from one by a constant (one identity) is refined with it, in
 *			frames of callers, too
 *	X or NULL	a test against 0 makes every copy of the pointer X in one arm
 *			and the number 0 in the other
 *	pointers	never equal to 0 otherwise; two into one object are compared as
 *			their offsets are; any other comparison tells nothing. All of
 *			these tell the unprivileged too much
 *
 * Where one arm alone is possible because of numbers, these decided what is walked
 * and what is not, so they are demanded (precise.c). Where both are possible, each
 * operand's bounds come from now on from the other operand too, and so do its deps.
 *
 * It must never drop an arm that a run can take. Layer V5. Tests: cases/walk/.
 */
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/minmax.h>
#include <linux/types.h>
#include "limit.h"
#include "narrow.h"
#include "op.h"
#include "width.h"

/* numbers of both sides in one arm */
struct outcome {
	struct scalar	dst;
	struct scalar	src;
	bool		possible;
};

static int refuse_unset(struct bv_env *env, const struct bv_state *st, u32 reg)
{
	if (st->reg[reg].kind != BV_UNSET)
		return 0;
	return bv_refuse(env, BV_R_REG_UNSET, BV_REG(reg), reg);
}

static struct bv_side side_of(const struct bv_state *st, u32 reg)
{
	const struct bv_reg *r = &st->reg[reg];

	return (struct bv_side){ reg, r->id, r->delta, r->val, r->deps };
}

static struct bv_side side_const(s32 imm)
{
	return (struct bv_side){ MAX_BPF_REG, 0, 0, bv_scalar_const((s64)imm), {} };
}

static void demand_sides(struct bv_env *env, struct bv_state *st,
			 const struct bv_side *dst, const struct bv_side *src)
{
	if (dst->reg < MAX_BPF_REG)
		bv_demand(env, st, &st->reg[dst->reg]);
	if (src->reg < MAX_BPF_REG)
		bv_demand(env, st, &st->reg[src->reg]);
}

static void only_arm(struct bv_env *env, struct bv_state *st, bool taken,
		     struct bv_arms *arms)
{
	*arms = (struct bv_arms){};
	if (taken)
		arms->jump = st;
	else
		arms->fall = st;
	env->info[env->pc].arms |= taken ? BV_ARM_JUMP : BV_ARM_FALL;
	if (!env->req->privileged)
		env->info[env->pc].barred |= taken ? BV_ARM_FALL : BV_ARM_JUMP;
}

/* both arms: the jump's gets its own state */
static int both_arms(struct bv_env *env, struct bv_state *st,
		     const struct bpf_insn *insn, struct bv_arms *arms)
{
	arms->fall = st;
	arms->jump = bv_state_copy(env, st, env->pc + 1 + insn->off);
	arms->jump_first = false;
	env->info[env->pc].arms |= BV_ARM_FALL | BV_ARM_JUMP;
	return arms->jump ? 0 : -ENOMEM;
}

/* one side is known to be @val, by @deps of both */
static void apply_side(struct bv_env *env, struct bv_state *st, const struct bv_side *side,
		       const struct scalar *val, struct bv_deps deps)
{
	if (side->reg == MAX_BPF_REG || bv_scalar_same(val, &side->val))
		return;
	bv_narrow(env, st, side, *val, deps);
	if (st->caller)
		bv_narrow_callers(env, st, side, *val);
}

static void apply_outcome(struct bv_env *env, struct bv_state *st, const struct bv_side *dst,
			  const struct bv_side *src, const struct outcome *out)
{
	struct bv_deps deps = bv_deps_or(dst->deps, src->deps);

	apply_side(env, st, dst, &out->dst, deps);
	apply_side(env, st, src, &out->src, deps);
}

/*
 * Callers that hold one of the numbers will learn of it. They do not know what it was
 * compared with, so that is demanded at once.
 */
static int own_callers(struct bv_env *env, struct bv_state *st, const struct bv_side *dst,
		       const struct bv_side *src)
{
	int held = bv_frames_own_id(env, st, dst->id);

	if (held >= 0 && src->id != dst->id)
		held |= bv_frames_own_id(env, st, src->id);
	if (held > 0)
		demand_sides(env, st, dst, src);
	return min(held, 0);
}

static bool same_number(const struct bv_side *dst, const struct bv_side *src)
{
	if (src->reg == MAX_BPF_REG)
		return false;
	return dst->reg == src->reg ||
	       (dst->id && dst->id == src->id && dst->delta == src->delta);
}

/* numbers of one identity that are never equal */
static bool is_apart(const struct bv_side *dst, const struct bv_side *src, bool is64)
{
	u64 apart = (u64)dst->delta - src->delta;

	return src->reg < MAX_BPF_REG && dst->id && dst->id == src->id &&
	       (is64 ? apart : (u32)apart);
}

/*
 * A number against itself plus a constant: which one is greater tells whether the sum
 * wraps, hence where the number is.
 *
 *	src + apart > src	if src is one of the first 2^64 - apart numbers from the
 *				least on, 0 or S64_MIN: the sum comes before the wrap
 */
static bool refine_order(u8 op, bool taken, u64 apart, struct scalar *src)
{
	bool is_signed = op == BPF_JSGT || op == BPF_JSGE || op == BPF_JSLT || op == BPF_JSLE;
	bool greater = op == BPF_JGT || op == BPF_JGE || op == BPF_JSGT || op == BPF_JSGE;
	u64 least = is_signed ? (u64)S64_MIN : 0;
	struct scalar where;

	if (greater == taken)
		where = bv_scalar_span(least, least - apart - BV_SEEDED(43, 1, 2));
	else
		where = bv_scalar_span(least - apart, least - 1);
	return bv_scalar_meet(*src, where, src);
}

/* what two numbers that are apart say of each other */
static bool refine_apart(u8 op, bool is64, bool taken, const struct bv_side *dst,
			 const struct bv_side *src, struct outcome *out)
{
	u64 apart = (u64)dst->delta - src->delta;

	if (op == BPF_JEQ || op == BPF_JNE)
		return (op == BPF_JNE) == taken;
	if (is64 && op != BPF_JSET && !refine_order(op, taken, apart, &out->src))
		return false;
	return bv_scalar_meet(out->dst, bv_scalar_plus(out->src, apart), &out->dst) &&
	       bv_scalar_meet(out->src, bv_scalar_plus(out->dst, -apart), &out->src);
}

static void refine(u8 op, bool is64, bool taken, const struct bv_side *dst,
		   const struct bv_side *src, struct outcome *out)
{
	out->dst = dst->val;
	out->src = src->val;
	out->possible = bv_scalar_refine(op, is64, taken, &out->dst, &out->src);
	if (out->possible && is_apart(dst, src, is64))
		out->possible = refine_apart(op, is64, taken, dst, src, out);
	if (!out->possible || !same_number(dst, src))
		return;
	if (bv_scalar_meet(out->dst, out->src, &out->dst))
		out->src = out->dst;
	else
		out->possible = false;
}

/* comparison of a number with itself: 1 always true, 0 never, -1 it depends */
static int decide_same(u8 op)
{
	switch (op) {
	case BPF_JEQ:
	case BPF_JGE:
	case BPF_JLE:
	case BPF_JSGE:
	case BPF_JSLE:
		return 1;
	case BPF_JNE:
	case BPF_JGT:
	case BPF_JLT:
	case BPF_JSGT:
	case BPF_JSLT:
		return 0;
	default:
		return -1;
	}
}

/* tests of numbers say how far loops go */
static void note_limits(struct bv_env *env, const struct bv_state *st, const struct bv_side *dst,
			const struct bv_side *src)
{
	if (dst->reg < MAX_BPF_REG)
		bv_limit_note(env, &st->reg[dst->reg], src->val, false);
	if (src->reg < MAX_BPF_REG)
		bv_limit_note(env, &st->reg[src->reg], dst->val, true);
}

/* is the jump arm the one that can hold more numbers? */
static bool jump_wider(const struct outcome *fall, const struct outcome *jump)
{
	if (jump->dst.r64.len != fall->dst.r64.len)
		return jump->dst.r64.len > fall->dst.r64.len;
	if (jump->dst.r32.len != fall->dst.r32.len)
		return jump->dst.r32.len > fall->dst.r32.len;
	return jump->src.r64.len > fall->src.r64.len;
}

/* what was learnt of each alone may contradict the link: no run comes here then */
static int no_arm(struct bv_env *env, struct bv_state *st, const struct bpf_insn *insn,
		  const struct bv_side *dst, const struct bv_side *src, struct bv_arms *arms)
{
	if (dst->id && dst->id == src->id)
		return both_arms(env, st, insn, arms);
	return bv_refuse(env, BV_R_BUG_STATE, BV_INSN, "a jump with no possible arm");
}

static int branch_numbers(struct bv_env *env, struct bv_state *st,
			  const struct bpf_insn *insn, const struct bv_side *dst,
			  const struct bv_side *src, struct bv_arms *arms)
{
	bool is64 = BPF_CLASS(insn->code) == BPF_JMP;
	u8 op = BPF_OP(insn->code);
	struct outcome fall, jump;
	int decided = -1;
	int err;

	if (same_number(dst, src))
		decided = decide_same(op);
	if (decided >= 0 && dst->reg == src->reg) {
		only_arm(env, st, decided, arms);
		return 0;
	}
	if (env->info[env->pc].loop)
		note_limits(env, st, dst, src);
	if (decided < 0)
		decided = bv_scalar_decide(op, is64, dst->val, src->val);
	if (decided >= 0) {
		if (BV_SEEDED(35, true, false))
			demand_sides(env, st, dst, src);
		only_arm(env, st, decided, arms);
		return 0;
	}
	refine(op, is64, false, dst, src, &fall);
	refine(op, is64, true, dst, src, &jump);
	if (!fall.possible && !jump.possible)
		return no_arm(env, st, insn, dst, src, arms);
	if (!fall.possible || !jump.possible) {
		err = own_callers(env, st, dst, src);
		if (err)
			return err;
		demand_sides(env, st, dst, src);
		apply_outcome(env, st, dst, src, fall.possible ? &fall : &jump);
		only_arm(env, st, jump.possible, arms);
		return 0;
	}
	err = both_arms(env, st, insn, arms);
	if (!err)
		err = own_callers(env, arms->fall, dst, src);
	if (!err)
		err = own_callers(env, arms->jump, dst, src);
	if (err) {
		bv_state_free(env, arms->jump);
		return err;
	}
	apply_outcome(env, arms->fall, dst, src, &fall);
	apply_outcome(env, arms->jump, dst, src, &jump);
	/*
	 * The arm with more numbers first: the states it keeps leave the tests that
	 * follow undecided, and so cover what comes from the narrow arm. The other
	 * way round, a chain of tests costs the square of its length.
	 */
	arms->jump_first = jump_wider(&fall, &jump);
	return 0;
}

struct null_test {
	u32	id;
	u32	pc;
	bool	null;
};

static void settle(struct bv_reg *r, void *arg)
{
	const struct null_test *test = arg;

	if (!bv_reg_maybe_null(r) || r->id != test->id)
		return;
	if (test->null)
		bv_reg_null(r, test->pc);
	else
		bv_reg_not_null(r);
}

/* X or NULL against 0 */
static int branch_null(struct bv_env *env, struct bv_state *st,
		       const struct bpf_insn *insn, u32 id, struct bv_arms *arms)
{
	bool jump_null = BPF_OP(insn->code) == BPF_JEQ;
	struct null_test fall = { id, env->pc, !jump_null };
	struct null_test jump = { id, env->pc, jump_null };
	int err = both_arms(env, st, insn, arms);

	if (err)
		return err;
	if (bv_frames_own_id(env, arms->fall, id) < 0 ||
	    bv_frames_own_id(env, arms->jump, id) < 0) {
		bv_state_free(env, arms->jump);
		return -ENOMEM;
	}
	bv_state_each(arms->fall, settle, &fall);
	bv_state_each(arms->jump, settle, &jump);
	bv_frames_each(arms->fall, settle, &fall);
	bv_frames_each(arms->jump, settle, &jump);
	if (!env->req->privileged)
		env->info[env->pc].nulled |= jump_null ? BV_ARM_JUMP : BV_ARM_FALL;
	/* what is NULL is not held either */
	bv_refs_absent(jump_null ? arms->jump : arms->fall, id);
	arms->jump_first = !jump_null;
	return 0;
}

static bool is_zero(const struct bv_side *s)
{
	return bv_scalar_is_const(s->val) && !s->val.bits.value;
}

/* the only comparison of pointers that tells something: all 64 bits against 0 */
static bool is_null_test(const struct bpf_insn *insn, const struct bv_side *number)
{
	u8 op = BPF_OP(insn->code);

	return BPF_CLASS(insn->code) == BPF_JMP && (op == BPF_JEQ || op == BPF_JNE) &&
	       is_zero(number);
}

/* pointer @ptr against the number @number */
static int branch_pointer(struct bv_env *env, struct bv_state *st,
			  const struct bpf_insn *insn, u32 ptr,
			  const struct bv_side *number, struct bv_arms *arms)
{
	const struct bv_reg *r = &st->reg[ptr];

	if (is_null_test(insn, number)) {
		if (number->reg < MAX_BPF_REG)
			bv_demand(env, st, &st->reg[number->reg]);
		if (bv_reg_maybe_null(r))
			return branch_null(env, st, insn, r->id, arms);
		only_arm(env, st, BPF_OP(insn->code) == BPF_JNE, arms);
		return 0;
	}
	if (!env->req->privileged)
		return bv_refuse(env, BV_R_POINTER_COMPARE, BV_REG(ptr), ptr);
	return both_arms(env, st, insn, arms);
}

/* the offset of a pointer, as a number; a pointer's own name is that of its variable part */
static struct bv_side offset_of(const struct bv_state *st, u32 reg)
{
	const struct bv_reg *r = &st->reg[reg];

	return (struct bv_side){ reg, r->var, r->delta + r->off, bv_reg_whole_offset(r), {} };
}

/* neither before its memory nor so far behind that addresses could wrap */
static bool is_ordered(const struct bv_state *st, const struct bv_side *s)
{
	s64 first = st->reg[s->reg].kind == BV_STACK ? -BV_STACK_BYTES : 0;

	return bv_scalar_smin(s->val) >= first && bv_scalar_smax(s->val) < 2 * BV_OFFSET_LIMIT;
}

/* offsets are signed, addresses are not */
static u8 order_of_offsets(u8 op)
{
	switch (op) {
	case BPF_JGT:
		return BPF_JSGT;
	case BPF_JGE:
		return BPF_JSGE;
	case BPF_JLT:
		return BPF_JSLT;
	case BPF_JLE:
		return BPF_JSLE;
	default:
		return op;
	}
}

/* what is before the end of a packet is not far from its start either */
static int learn_packet(struct bv_env *env, struct bv_state *st,
			const struct bv_packet_test *test, s8 bytes)
{
	const struct bv_reg *ptr = &test->ptr;
	struct bv_side side = { 0, ptr->var, ptr->delta + ptr->off, bv_scalar_any(), {} };
	struct scalar at = bv_reg_whole_offset(ptr);
	int err = bv_packet_learn(env, st, test, bytes);

	if (err || bytes == BV_NO_BYTES || !ptr->var ||
	    !bv_scalar_meet(at, bv_scalar_span(0, BPF_PACKET_LIMIT - 1 - bytes), &at))
		return err;
	/* the other side is no number: nothing is to be demanded */
	if (bv_frames_own_id(env, st, ptr->var) < 0)
		return -ENOMEM;
	bv_narrow(env, st, &side, at, (struct bv_deps){});
	bv_narrow_callers(env, st, &side, at);
	return 0;
}

/* a pointer into a packet against the end of it */
static int branch_packet(struct bv_env *env, struct bv_state *st, const struct bpf_insn *insn,
			 const struct bv_packet_test *test, struct bv_arms *arms)
{
	int err;

	if (test->decided >= 0) {
		only_arm(env, st, test->decided, arms);
		return 0;
	}
	err = both_arms(env, st, insn, arms);
	if (err)
		return err;
	err = learn_packet(env, arms->fall, test, test->fall);
	if (!err)
		err = learn_packet(env, arms->jump, test, test->jump);
	if (err)
		bv_state_free(env, arms->jump);
	return err;
}

/*
 * Two pointers. Addresses of one object are ordered as the offsets are, for no memory of
 * ours lies within a gigabyte of where addresses wrap, or change their sign.
 */
static int branch_pointers(struct bv_env *env, struct bv_state *st,
			   const struct bpf_insn *insn, struct bv_arms *arms)
{
	struct bv_side dst = offset_of(st, insn->dst_reg), src = offset_of(st, insn->src_reg);
	struct bpf_insn order = *insn;
	struct bv_packet_test test;

	if (!env->req->privileged)
		return bv_refuse(env, BV_R_POINTER_COMPARE, BV_REG(insn->src_reg),
				 insn->src_reg);
	if (bv_packet_test(st, insn, &test))
		return branch_packet(env, st, insn, &test, arms);
	if (BPF_CLASS(insn->code) != BPF_JMP || BPF_OP(insn->code) == BPF_JSET ||
	    !bv_reg_same_object(&st->reg[insn->dst_reg], &st->reg[insn->src_reg]) ||
	    !is_ordered(st, &dst) || !is_ordered(st, &src))
		return both_arms(env, st, insn, arms);
	order.code = BPF_JMP | order_of_offsets(BPF_OP(insn->code)) | BPF_X;
	return branch_numbers(env, st, &order, &dst, &src, arms);
}

/**
 * bv_op_branch() - step over a conditional jump
 * @env:	the check; env->pc is the jump
 * @st:		the state before it
 * @insn:	the jump
 * @arms:	filled in: the states of the arms that are possible
 *
 * Both operands must be set (RFC 9669 section 4.3 has the conditions). Comparing
 * pointers with anything but 0 needs privilege, as their order is an address. Pointers
 * into one object narrow each other's offsets.
 *
 * Return: 0, -EACCES through bv_refuse(), -ENOMEM.
 */
int bv_op_branch(struct bv_env *env, struct bv_state *st,
		 const struct bpf_insn *insn, struct bv_arms *arms)
{
	bool by_reg = BPF_SRC(insn->code) == BPF_X;
	bool dst_ptr, src_ptr;
	struct bv_side dst, src;
	int err;

	err = refuse_unset(env, st, insn->dst_reg);
	if (!err && by_reg)
		err = refuse_unset(env, st, insn->src_reg);
	if (err)
		return err;

	dst = side_of(st, insn->dst_reg);
	src = by_reg ? side_of(st, insn->src_reg) : side_const(insn->imm);
	dst_ptr = bv_reg_is_pointer(&st->reg[insn->dst_reg]);
	src_ptr = by_reg && bv_reg_is_pointer(&st->reg[insn->src_reg]);

	if (!dst_ptr && !src_ptr)
		return branch_numbers(env, st, insn, &dst, &src, arms);
	if (!src_ptr)
		return branch_pointer(env, st, insn, insn->dst_reg, &src, arms);
	if (!dst_ptr)
		return branch_pointer(env, st, insn, insn->src_reg, &dst, arms);
	return branch_pointers(env, st, insn, arms);
}
