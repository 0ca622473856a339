// SPDX-License-Identifier: GPL-2.0-only
/*
 * The program as the machine runs it, written to a new array in one go: accesses of a
 * view become accesses of the kernel's object, a map becomes its address, a helper the
 * distance of its function from __bpf_call_base (a map's own function where the walk
 * saw one map only), or is written out (inline.c). LD_ABS and LD_IND stay, the runtime
 * knows them.
 *
 * First every instruction's length is found, which gives where each begins; then they
 * are written with their jumps right. Nothing is inserted, so nothing is moved. A jump
 * that came to span more than 16 bits can say is written as
 *
 *	if <condition> goto +1		(a plain jump: gotol alone)
 *	goto +1
 *	gotol <target>
 *
 * A lookup that is written out knows whether it found something. A test of R0 against 0
 * right behind it, where no jump comes in between, is joined with it: what finds nothing
 * goes to that arm at once. Where jumps may be long that is left alone.
 *
 * Layer V7. Tests: tools/testing/selftests/bpf/cases/rewrite.
 */
#include <linux/bpf_func.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/limits.h>
#include <linux/types.h>
#include "../insn.h"
#include "claims.h"
#include "rewrite.h"

#define FAR_BRANCH_INSNS	3

/**
 * struct lower - this pass
 * @env:	the check
 * @start:	where each old instruction begins in @out; one more for the end
 * @far:	the jump does not fit 16 bits; NULL where the program is so short that all do
 * @join:	tests behind lookups are joined with them
 * @out:	new instructions
 */
struct lower {
	struct bv_env	*env;
	u32		*start;
	bool		*far;
	bool		join;
	struct bpf_insn	*out;
};

static bool is_short_jump(const struct bpf_insn *insn)
{
	u8 class = bpf_insn_form(insn->code)->class;

	if (class == BPF_IC_BRANCH)
		return true;
	return class == BPF_IC_JUMP && BPF_CLASS(insn->code) == BPF_JMP;
}

static bool is_null_test(const struct bpf_insn *insn)
{
	return (insn->code == (BPF_JMP | BPF_JEQ | BPF_K) ||
		insn->code == (BPF_JMP | BPF_JNE | BPF_K)) &&
	       insn->dst_reg == BPF_REG_0 && !insn->imm;
}

/* is the instruction behind the lookup @pc a test that is joined with it? */
static bool joins_test(const struct lower *lw, u32 pc)
{
	const struct bv_env *env = lw->env;

	return lw->join && pc + 1 < env->count && is_null_test(&env->insns[pc + 1]) &&
	       !env->info[pc + 1].target && !env->info[pc + 1].barred &&
	       !bv_inline_known(env, pc);
}

static bool is_joined(const struct lower *lw, u32 pc)
{
	return pc && !lw->env->info[pc - 1].second &&
	       bv_inline_able(lw->env, pc - 1) && joins_test(lw, pc - 1);
}

static u32 target_of(const struct lower *lw, u32 pc)
{
	return pc + 1 + bpf_insn_jump(&lw->env->insns[pc]);
}

/* the lookup @pc without its jump to another place; returns the index of that place */
static u32 expand_lookup(const struct lower *lw, u32 pc, struct bv_inlined *out)
{
	const struct bv_env *env = lw->env;
	const struct bpf_insn *test = &env->insns[pc + 1];
	u32 absent = pc + 2;

	if (!joins_test(lw, pc)) {
		bv_inline_emit(env, pc, true, out);
		return pc + 1;
	}
	if (BPF_OP(test->code) == BPF_JEQ)
		absent = target_of(lw, pc + 1);
	bv_inline_emit(env, pc, env->info[absent].live_regs & BIT(BPF_REG_0), out);
	return absent;
}

/* a joined test that jumps with a value in R0 leaves its jump */
static bool leaves_jump(const struct lower *lw, u32 test)
{
	return BPF_OP(lw->env->insns[test].code) == BPF_JNE;
}

static bool is_tail_call(const struct bv_env *env, u32 pc)
{
	return env->insns[pc].code == (BPF_JMP | BPF_CALL) && !env->insns[pc].src_reg &&
	       env->insns[pc].imm == BPF_FUNC_tail_call;
}

/*
 * The call itself, which compares the index; in front of it, where the creator of the
 * array has no privilege, what keeps a wrong guess of that comparison inside the array.
 */
static u32 emit_tail_call(const struct bv_env *env, u32 pc, struct bpf_insn *out)
{
	const struct bv_insn_info *info = &env->info[pc];
	const struct bv_values *v;
	u32 n = 0;

	if (info->call_map == BV_CALL_MAP_ONE) {
		v = &env->maps[info->map].values;
		if (v->mask != U32_MAX) {
			out[n++] = (struct bpf_insn){
				.code = BPF_JMP32 | BPF_JGE | BPF_K,
				.dst_reg = BPF_REG_3, .off = 2, .imm = v->count,
			};
			out[n++] = (struct bpf_insn){
				.code = BPF_ALU | BPF_AND | BPF_K,
				.dst_reg = BPF_REG_3, .imm = v->mask,
			};
		}
	}
	out[n++] = (struct bpf_insn){ .code = BPF_JMP | BPF_TAIL_CALL };
	return n;
}

static bool is_key_of(const struct bv_env *env, u32 pc)
{
	const struct bpf_insn *insn = &env->insns[pc];

	return insn->code == (BPF_JMP | BPF_CALL) && !insn->src_reg &&
	       (insn->imm == BV_CALL_KEY_OF || insn->imm == BV_CALL_KEY_AT);
}

/* R0 = the key of the value R2, which is so far in front of it, or R2, which is the key */
static u32 emit_key_of(const struct bv_env *env, u32 pc, struct bpf_insn *out)
{
	const struct bv_insn_info *info = &env->info[pc];
	u32 n = 0;

	out[n++] = (struct bpf_insn){
		.code = BPF_ALU64 | BPF_MOV | BPF_X,
		.dst_reg = BPF_REG_0, .src_reg = BPF_REG_2,
	};
	if (info->call_map == BV_CALL_MAP_ONE && env->insns[pc].imm == BV_CALL_KEY_OF)
		out[n++] = (struct bpf_insn){
			.code = BPF_ALU64 | BPF_ADD | BPF_K, .dst_reg = BPF_REG_0,
			.imm = -(s32)env->maps[info->map].key_before,
		};
	return n;
}

static u32 count_bits(u8 arms)
{
	return !!(arms & BV_ARM_FALL) + !!(arms & BV_ARM_JUMP);
}

/* instructions that old instruction @pc itself becomes, where it may be another number */
static u32 measure_body(const struct lower *lw, u32 pc)
{
	const struct bpf_insn *insn = &lw->env->insns[pc];
	const struct bv_insn_info *info = &lw->env->info[pc];
	struct bpf_insn scratch[BPF_EMIT_MAX + 4];
	struct bv_inlined lookup;

	if (bv_inline_able(lw->env, pc)) {
		expand_lookup(lw, pc, &lookup);
		return lookup.count;
	}
	if (is_tail_call(lw->env, pc))
		return emit_tail_call(lw->env, pc, scratch);
	if (is_key_of(lw->env, pc))
		return emit_key_of(lw->env, pc, scratch);
	if (is_joined(lw, pc))
		return leaves_jump(lw, pc);
	if (info->view)
		return bv_ctxconv_emit(info->view, insn, scratch);
	if (bv_harden_arms(lw->env, pc))
		return FAR_BRANCH_INSNS + count_bits(bv_harden_arms(lw->env, pc));
	if (lw->far && lw->far[pc] && bpf_insn_form(insn->code)->class == BPF_IC_BRANCH)
		return FAR_BRANCH_INSNS;
	return 1;
}

static u32 measure_hardened(const struct lower *lw, u32 pc)
{
	struct bpf_insn scratch[BV_HARDEN_MOST];

	return bv_harden_before(lw->env, pc, scratch) + measure_body(lw, pc) +
	       bv_harden_after(lw->env, pc, scratch);
}

/* most instructions, and each half of a constant, become one */
static u32 measure(const struct lower *lw, u32 pc)
{
	const struct bv_insn_info *info = &lw->env->info[pc];
	u8 class = bpf_insn_form(lw->env->insns[pc].code)->class;

	if (info->second)
		return 1;
	if (info->harden & BV_HARDEN_ADDS)
		return measure_hardened(lw, pc);
	if (class == BPF_IC_BRANCH || class == BPF_IC_CALL || info->view)
		return measure_body(lw, pc);
	return 1;
}

static void measure_all(struct lower *lw)
{
	u32 pc, at = 0;

	for (pc = 0; pc < lw->env->count; pc++) {
		lw->start[pc] = at;
		at += measure(lw, pc);
	}
	lw->start[pc] = at;
}

/* distance for a jump written at @at to the new place of the target of @pc */
static s32 find_distance(const struct lower *lw, u32 pc, u32 at)
{
	return lw->start[target_of(lw, pc)] - at - 1;
}

/*
 * Finds the jumps that do not fit. First all are taken as long, which gives distances
 * that the real ones do not exceed; so what fits then, fits. 0 or -ENOMEM.
 */
static int find_far(struct lower *lw)
{
	u32 pc;

	lw->join = true;
	measure_all(lw);
	if (lw->start[lw->env->count] <= S16_MAX)
		return 0;
	lw->far = bv_pool_zero(&lw->env->pool, lw->env->count * sizeof(*lw->far));
	if (!lw->far)
		return -ENOMEM;
	lw->join = false;
	for (pc = 0; pc < lw->env->count; pc++)
		lw->far[pc] = !lw->env->info[pc].second &&
			      is_short_jump(&lw->env->insns[pc]);
	measure_all(lw);
	for (pc = 0; pc < lw->env->count; pc++) {
		s32 distance;

		if (!lw->far[pc])
			continue;
		distance = find_distance(lw, pc, lw->start[pc]);
		lw->far[pc] = distance < S16_MIN || distance > S16_MAX;
	}
	measure_all(lw);
	return 0;
}

/*
 * A jump with a barrier at the beginning of an arm, or of both:
 *
 *	if <condition> goto +1
 *	goto fall
 *	barrier
 *	goto <target>
 *  fall:
 *	barrier
 */
static void write_fenced(const struct lower *lw, u32 pc, u8 arms)
{
	static const struct bpf_insn barrier = { .code = BPF_ST | BPF_NOSPEC };
	struct bpf_insn *out = &lw->out[lw->start[pc]];
	bool jump = arms & BV_ARM_JUMP;
	s32 distance = find_distance(lw, pc, lw->start[pc] + 2 + jump);

	*out = lw->env->insns[pc];
	out++->off = 1;
	*out++ = (struct bpf_insn){ .code = BPF_JMP | BPF_JA, .off = 1 + jump };
	if (jump)
		*out++ = barrier;
	if (distance >= S16_MIN && distance <= S16_MAX)
		*out++ = (struct bpf_insn){ .code = BPF_JMP | BPF_JA, .off = distance };
	else
		*out++ = (struct bpf_insn){ .code = BPF_JMP32 | BPF_JA, .imm = distance };
	if (arms & BV_ARM_FALL)
		*out = barrier;
}

static void write_jump(const struct lower *lw, u32 pc)
{
	u8 arms = bv_harden_arms(lw->env, pc);
	struct bpf_insn *out = &lw->out[lw->start[pc]];
	struct bpf_insn far = { .code = BPF_JMP32 | BPF_JA };
	bool branch;

	if (arms) {
		write_fenced(lw, pc, arms);
		return;
	}
	*out = lw->env->insns[pc];
	branch = bpf_insn_form(out->code)->class == BPF_IC_BRANCH;
	if ((!lw->far || !lw->far[pc]) && is_short_jump(out)) {
		out->off = find_distance(lw, pc, lw->start[pc]);
		return;
	}
	if (branch) {
		out[0].off = 1;
		out[1] = (struct bpf_insn){ .code = BPF_JMP | BPF_JA, .off = 1 };
		out += 2;
	}
	far.imm = find_distance(lw, pc, out - lw->out);
	*out = far;
}

/* the map's own function for a helper that the walk saw with one map only, or NULL */
static bpf_func_t find_map_func(const struct bv_env *env, u32 pc)
{
	const struct bv_insn_info *info = &env->info[pc];

	if (info->call_map != BV_CALL_MAP_ONE || info->map >= env->map_count)
		return NULL;
	switch (env->insns[pc].imm) {
	case BPF_FUNC_map_lookup_elem:
		return env->maps[info->map].lookup;
	case BPF_FUNC_map_update_elem:
		return env->maps[info->map].update;
	case BPF_FUNC_map_delete_elem:
		return env->maps[info->map].remove;
	case BV_CALL_NEXT_ELEM:
		return env->maps[info->map].next;
	default:
		return NULL;
	}
}

/* off of a call: how many arguments it uses, if that is known */
static s16 call_arity(const struct bpf_func_proto *proto)
{
	u32 n = 0;

	if (proto->takes_more)
		return 0;
	while (n < ARRAY_SIZE(proto->arg) && proto->arg[n] != BPF_ARG_NONE)
		n++;
	return BPF_CALL_ARITY(n);
}

static void write_lookup(const struct lower *lw, u32 pc)
{
	struct bpf_insn *out = &lw->out[lw->start[pc]];
	struct bv_inlined lookup;
	u32 absent, i;

	absent = expand_lookup(lw, pc, &lookup);
	for (i = 0; i < lookup.count; i++)
		out[i] = lookup.insns[i];
	if (lookup.miss < lookup.count)
		out[lookup.miss].off = lw->start[absent] - (lw->start[pc] + lookup.miss) - 1;
}

/* what the lookup before it left of a test: R0 is a value here */
static void write_joined(const struct lower *lw, u32 pc)
{
	if (leaves_jump(lw, pc))
		lw->out[lw->start[pc]] = (struct bpf_insn){
			.code = BPF_JMP | BPF_JA,
			.off = find_distance(lw, pc, lw->start[pc]),
		};
}

/* @ahead: instructions that stand before the call */
static void write_call(const struct lower *lw, u32 pc, u32 ahead)
{
	const struct bpf_func_proto *proto = lw->env->info[pc].proto;
	bpf_func_t func = find_map_func(lw->env, pc);

	if (bpf_insn_calls_func(&lw->env->insns[pc])) {
		lw->out[lw->start[pc]] = lw->env->insns[pc];
		lw->out[lw->start[pc]].imm = lw->start[bv_callee(lw->env, pc)] -
					     lw->start[pc] - 1;
		return;
	}
	if (bv_inline_able(lw->env, pc)) {
		write_lookup(lw, pc);
		return;
	}
	if (is_tail_call(lw->env, pc)) {
		emit_tail_call(lw->env, pc, &lw->out[lw->start[pc]]);
		return;
	}
	if (is_key_of(lw->env, pc)) {
		emit_key_of(lw->env, pc, &lw->out[lw->start[pc]]);
		return;
	}
	lw->out[lw->start[pc] + ahead] = (struct bpf_insn){
		.code = BPF_JMP | BPF_CALL,
		.off = call_arity(proto),
		.imm = bv_host_call_imm(func ? func : proto->func),
	};
}

/* both halves; a number stays as it is */
static void write_const(const struct lower *lw, u32 pc)
{
	const struct bpf_insn *insn = &lw->env->insns[pc];
	struct bpf_insn *out = &lw->out[lw->start[pc]];
	u16 map = lw->env->info[pc].map;
	u64 address;

	out[0] = insn[0];
	out[1] = insn[1];
	if (map == BV_NO_MAP)
		return;
	address = (unsigned long)lw->env->maps[map].map;
	if (bv_const_is_value(insn))
		address += lw->env->maps[map].values.off + (u32)insn[1].imm;
	out[0].src_reg = 0;
	out[0].imm = (u32)address;
	out[1].imm = address >> 32;
}

static void write_insn(const struct lower *lw, u32 pc)
{
	const struct bpf_insn *insn = &lw->env->insns[pc];
	const struct bv_insn_info *info = &lw->env->info[pc];
	struct bpf_insn *out = &lw->out[lw->start[pc]];
	u32 n = 0;

	if (info->view) {
		bv_ctxconv_emit(info->view, insn, out);
		return;
	}
	if (info->harden & BV_HARDEN_ADDS) {
		n = bv_harden_before(lw->env, pc, out);
		bv_harden_after(lw->env, pc, &lw->out[lw->start[pc + 1] - 1]);
	}
	switch (bpf_insn_form(insn->code)->class) {
	case BPF_IC_BRANCH:
		if (is_joined(lw, pc)) {
			write_joined(lw, pc);
			break;
		}
		fallthrough;
	case BPF_IC_JUMP:
		write_jump(lw, pc);
		break;
	case BPF_IC_CALL:
		write_call(lw, pc, n);
		break;
	case BPF_IC_CONST:
		write_const(lw, pc);
		break;
	default:
		out[n] = *insn;
	}
}

/* what lines of the source follow: an instruction that became none is gone */
static void note_places(const struct lower *lw)
{
	const struct bv_env *env = lw->env;
	u32 pc;

	for (pc = 0; env->placed && pc < env->count; pc++)
		if (!env->info[pc].second && lw->start[pc] != lw->start[pc + 1] &&
		    env->loaded[pc] != BV_NO_PC)
			env->placed[env->loaded[pc]] = lw->start[pc];
}

/* where functions begin now */
static int list_funcs(const struct lower *lw)
{
	struct bv_env *env = lw->env;
	struct bv_placed_func *placed;
	u32 i;

	placed = bv_pool_take(&env->given, env->func_count * sizeof(*placed));
	if (!placed)
		return -ENOMEM;
	for (i = 0; i < env->func_count; i++) {
		const struct bv_func *f = &env->funcs[i];

		placed[i] = (struct bv_placed_func){
			lw->start[f->start], round_up(f->stack, 8), f->loaded,
		};
	}
	env->placed_funcs = placed;
	return 0;
}

/**
 * bv_lower() - write the program as the machine runs it
 * @env:	the check, accepted and trimmed; insns and count are replaced, info no
 *		longer fits them; placed is filled in where there is one
 *
 * Time is linear in the program.
 *
 * Return: 0 or -ENOMEM; insns are as before then.
 */
int bv_lower(struct bv_env *env)
{
	struct lower lw = { .env = env };
	int err;
	u32 pc, count;

	lw.start = bv_pool_take(&env->pool, (env->count + 1) * sizeof(*lw.start));
	if (!lw.start)
		return -ENOMEM;
	err = find_far(&lw);
	if (!err)
		err = bv_claims_place(env, lw.start);
	if (err)
		return err;
	count = lw.start[env->count];
	lw.out = bv_pool_zero(&env->given, count * sizeof(*lw.out));
	if (!lw.out)
		return -ENOMEM;
	for (pc = 0; pc < env->count; pc++)
		if (!env->info[pc].second)
			write_insn(&lw, pc);
	err = list_funcs(&lw);
	if (err)
		return err;
	note_places(&lw);
	env->insns = lw.out;
	env->count = count;
	return 0;
}
