// SPDX-License-Identifier: GPL-2.0-only
/*
 * Constants into the instructions that use them: an operand that is the same number on
 * every way to an instruction becomes its immediate, an instruction whose result is such
 * a number becomes a move of it, and the key of a lookup is noted for inline.c.
 *
 * What the walk saw of numbers must not be used for this: where a path ended because an
 * old state covered it, a number that was not precise may have been another one, and
 * nobody looked. Demanding precision would make it right and the walk longer. So this is
 * a pass of its own, over ways and not over paths:
 *
 *	before an instruction	what all edges that lead to it agree on
 *	edges			those of the program, without the arms that the walk
 *				proved impossible; that proof holds for every run, as
 *				trim.c relies on it too
 *
 * Each instruction is looked at once, after all that lead to it, but for jumps back: at
 * a loop's head nothing is known. Known are numbers, distances from R10 and in map values
 * that the program names, and pointers that are not NULL; of the stack, bytes; of map
 * values, those that are constant. Kinds of pointers are compared exactly where paths end
 * early, so that info->stack tells of every store that may be to the stack, and a store
 * through any other pointer leaves it as it is.
 *
 * What a register and the stack have in common is known too, so that what was stored a
 * while ago is taken from where it came from. Stores to words of the stack that then
 * nobody reads, anywhere in the program, are idle and go away.
 *
 * A lookup with a known key says whether it finds something. The test behind it then
 * has one arm: info->arms and info->seen, which trim.c reads next, are narrowed.
 *
 * Layer V7. Tests: tools/testing/selftests/bpf/cases/rewrite/fold-*.bpft, fuzz_run.
 */
#include <linux/bitops.h>
#include <linux/bpf_func.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/limits.h>
#include <linux/string.h>
#include <linux/types.h>
#include "../insn.h"
#include "domain.h"
#include "facts.h"
#include "rewrite.h"

/* states that wait at targets; what comes when there are more is not known */
#define MOST_WAITING	4096

/**
 * struct fold - this pass
 * @env:	the check
 * @cur:	before the instruction looked at; has room for all words
 * @flows:	@cur flows to this instruction, or BV_NO_PC
 * @waits:	per instruction: what edges brought so far
 * @nothing:	in @waits: nothing is known
 * @waiting:	how many are in @waits
 * @spare:	memory of one that waits no more, or NULL
 * @read:	words of the stack that are read, bit by word
 * @stored:	words that are stored to where that is known, likewise
 */
struct fold {
	struct bv_env	*env;
	struct facts	*cur;
	u32		flows;
	struct facts	**waits;
	struct facts	*nothing;
	u32		waiting;
	struct facts	*spare;
	u64		read;
	u64		stored;
};

static bool fits(s64 num)
{
	return num >= S32_MIN && num <= S32_MAX;
}

/* ---- edges ----------------------------------------------------------------------- */

/* what is known now, or NULL without memory; most waits are short, and one at a time */
static struct facts *keep_facts(struct fold *f)
{
	struct facts *kept = f->spare;

	if (kept && kept->room >= f->cur->words) {
		f->spare = NULL;
	} else {
		kept = bv_alloc_unset(bv_facts_bytes(f->cur->words));
		if (!kept)
			return NULL;
		kept->room = f->cur->words;
	}
	bv_facts_copy(kept, f->cur);
	f->waiting++;
	return kept;
}

static void drop_facts(struct fold *f, struct facts *kept)
{
	f->waiting--;
	if (f->spare)
		bv_free(kept);
	else
		f->spare = kept;
}

/* what is known now waits at @to, the target of jumps */
static int meet_at(struct fold *f, u32 to)
{
	struct facts **at = &f->waits[to];

	if (f->env->info[to].head) {
		*at = f->nothing;
		return 0;
	}
	if (*at == f->nothing)
		return 0;
	if (*at) {
		bv_facts_meet(*at, f->cur);
		return 0;
	}
	if (f->waiting == MOST_WAITING) {
		*at = f->nothing;
		return 0;
	}
	*at = keep_facts(f);
	return *at ? 0 : -ENOMEM;
}

/* control may go from the instruction looked at to @to, with @cur known */
static inline int flow_to(struct fold *f, u32 to)
{
	if (f->env->info[to].target)
		return meet_at(f, to);
	f->flows = to;
	return 0;
}

/* makes @cur what is known before @pc; false: no run comes there */
static bool arrive(struct fold *f, u32 pc)
{
	struct facts *at = f->waits[pc];
	bool here = f->flows == pc;

	f->flows = BV_NO_PC;
	if (here || !at)
		return here;
	bv_facts_copy(f->cur, at);
	if (at != f->nothing)
		drop_facts(f, at);
	f->waits[pc] = NULL;
	return true;
}

/* ---- the stack ------------------------------------------------------------------- */

/* somebody reads @size bytes there, if that is the stack */
static void note_read(struct fold *f, struct known base, s32 off, u32 size)
{
	s64 place = (s64)base.num + off;
	u32 first, last;

	if (base.fact != FACT_FRAME || !size || place < -BV_FACTS_BYTES ||
	    place + (s64)size > 0) {
		f->read = U64_MAX;
		return;
	}
	last = (u32)(-place - 1) / BV_FACTS_WORD;
	first = (u32)(-(place + size - 1) - 1) / BV_FACTS_WORD;
	f->read |= GENMASK_ULL(last, first);
}

/* a store of @val, or, where that is not known, of anything */
static void store(struct fold *f, u32 pc, struct known val)
{
	const struct bpf_insn *insn = &f->env->insns[pc];
	struct bv_insn_info *info = &f->env->info[pc];
	u32 size = bpf_size_bytes(insn->code);
	u32 word, at;

	if (!info->stack)
		return;
	if (!bv_facts_find(f->cur->reg[insn->dst_reg], insn->off, size, &word, &at)) {
		bv_facts_forget_stack(f->cur);
		return;
	}
	bv_facts_put(f->cur, word, at, size, val);
	info->key = word;
	info->key_known = true;
	f->stored |= BIT_ULL(word);
	if (insn->code == (BPF_STX | BPF_MEM | BPF_W) ||
	    insn->code == (BPF_STX | BPF_MEM | BPF_DW)) {
		f->cur->word[word].copy = (struct copy){ insn->src_reg, at, size };
		f->cur->copied |= BIT_ULL(word);
	}
}

/* ---- results --------------------------------------------------------------------- */

static bool is_wide(const struct bpf_insn *insn)
{
	u8 class = BPF_CLASS(insn->code);

	return class == BPF_ALU64 || class == BPF_JMP;
}

/* the second operand of an ALU operation or a jump */
static struct known operand(const struct fold *f, const struct bpf_insn *insn)
{
	if (BPF_SRC(insn->code) == BPF_X)
		return f->cur->reg[insn->src_reg];
	return number(is_wide(insn) ? (u64)(s64)insn->imm : (u32)insn->imm);
}

static struct known move(const struct bpf_insn *insn, struct known src)
{
	u64 num = src.num;

	if (is_wide(insn) && !insn->off)
		return src;
	if (!is_number(src))
		return unknown;
	if (insn->off)
		num = bv_scalar_sext(bv_scalar_const(num), insn->off).bits.value;
	return number(is_wide(insn) ? num : (u32)num);
}

static struct known compute(const struct bpf_insn *insn, struct known dst, struct known src)
{
	u8 op = BPF_OP(insn->code);

	if (!is_number(src))
		return unknown;
	if (is_place(dst) && is_wide(insn) && (op == BPF_ADD || op == BPF_SUB)) {
		dst.num += op == BPF_ADD ? src.num : -src.num;
		return dst;
	}
	if (!is_number(dst))
		return unknown;
	return number(bv_scalar_compute(op, is_wide(insn), insn->off == 1, dst.num, src.num));
}

/* of an ALU operation whose second operand is @src */
static struct known result(const struct bpf_insn *insn, struct known dst, struct known src)
{
	switch (BPF_OP(insn->code)) {
	case BPF_MOV:
		return move(insn, src);
	case BPF_NEG:
		return compute(insn, dst, number(0));
	case BPF_END:
		return unknown;
	default:
		return compute(insn, dst, src);
	}
}

/* ---- instructions ---------------------------------------------------------------- */

/* dst = num in one slot; false where it takes two */
static bool write_move(struct bpf_insn *insn, u64 num)
{
	u8 class = BPF_ALU64;

	if (!fits(num)) {
		if (num > U32_MAX)
			return false;
		class = BPF_ALU;
	}
	*insn = (struct bpf_insn){
		.code = class | BPF_MOV | BPF_K, .dst_reg = insn->dst_reg, .imm = num,
	};
	return true;
}

/* makes the second operand an immediate, where one can hold it */
static void write_immediate(struct bpf_insn *insn, u64 num)
{
	if (is_wide(insn) && !fits(num))
		return;
	insn->code ^= BPF_X ^ BPF_K;
	insn->src_reg = 0;
	insn->imm = num;
}

/*
 * The same of an ALU operation, if decode.c would let it. Moves come here with numbers that
 * need two slots only, so none that extends does.
 */
static void write_operand(struct bpf_insn *insn, u64 num)
{
	u8 op = BPF_OP(insn->code);

	if (op == BPF_LSH || op == BPF_RSH || op == BPF_ARSH)
		num &= is_wide(insn) ? 63 : 31;
	if ((op == BPF_DIV || op == BPF_MOD) && !(u32)num)
		return;
	write_immediate(insn, num);
}

/* an operation on a number and a constant, where the first is known; false: it is another */
static bool fold_number(struct fold *f, struct bpf_insn *insn)
{
	const struct known *dst = &f->cur->reg[insn->dst_reg];
	u8 op = BPF_OP(insn->code);
	u64 num;

	if (dst->fact != FACT_NUMBER || BPF_SRC(insn->code) != BPF_K || op == BPF_MOV ||
	    op == BPF_END)
		return false;
	num = bv_scalar_compute(op, is_wide(insn), insn->off == 1, dst->num,
				(s64)insn->imm);
	bv_facts_set(f->cur, insn->dst_reg, number(num));
	write_move(insn, num);
	return true;
}

static void fold_alu(struct fold *f, struct bpf_insn *insn)
{
	u8 op = BPF_OP(insn->code);
	bool by_reg = BPF_SRC(insn->code) == BPF_X && op != BPF_NEG && op != BPF_END;
	struct known src = operand(f, insn);
	struct known res = result(insn, f->cur->reg[insn->dst_reg], src);

	bv_facts_set(f->cur, insn->dst_reg, res);
	if (is_number(res) && write_move(insn, res.num))
		return;
	if (by_reg && is_number(src))
		write_operand(insn, src.num);
}

/* what a load gives that gives the same for ever */
static struct known load_value(const struct fold *f, struct known base, s32 off, u32 size)
{
	const struct bv_map *map;
	u64 at = base.num + off;

	if (base.fact != FACT_VALUE)
		return unknown;
	map = &f->env->maps[base.map];
	if (!map->constant || at > map->value_size ||
	    size > map->value_size - at)
		return unknown;
	return number(bv_load_bytes((const u8 *)map->constant + at, size));
}

static void fold_load(struct fold *f, u32 pc, struct bpf_insn *insn)
{
	struct known base = f->cur->reg[insn->src_reg], val;
	u32 size = bpf_size_bytes(insn->code);
	bool sign = BPF_MODE(insn->code) == BPF_MEMSX;
	s16 off = insn->off;
	u8 reg = BPF_REG_10;

	if (f->env->info[pc].stack) {
		val = bv_facts_load(f->cur, base, off, size);
		reg = bv_facts_holder(f->cur, base, off, size);
	} else {
		val = load_value(f, base, off, size);
	}
	if (is_number(val) && sign)
		val.num = bv_scalar_sext(bv_scalar_const(val.num), size * 8).bits.value;
	if (is_number(val) && write_move(insn, val.num)) {
		bv_facts_set(f->cur, insn->dst_reg, val);
		return;
	}
	if (reg != BPF_REG_10 && !sign) {
		if (size == BV_FACTS_WORD)
			val = f->cur->reg[reg];
		*insn = (struct bpf_insn){
			.code = (size == BV_FACTS_WORD ? BPF_ALU64 : BPF_ALU) | BPF_MOV | BPF_X,
			.dst_reg = insn->dst_reg, .src_reg = reg,
		};
	} else if (f->env->info[pc].stack) {
		note_read(f, base, off, size);
	}
	bv_facts_set(f->cur, insn->dst_reg, val);
}

static void fold_store(struct fold *f, u32 pc, struct bpf_insn *insn)
{
	struct known val = number((s64)insn->imm);
	bool wide = bpf_size_bytes(insn->code) == BV_FACTS_WORD;

	if (BPF_CLASS(insn->code) == BPF_STX)
		val = f->cur->reg[insn->src_reg];
	store(f, pc, val);
	if (BPF_CLASS(insn->code) == BPF_ST || !is_number(val) || (wide && !fits(val.num)))
		return;
	insn->code = BPF_ST | BPF_MEM | BPF_SIZE(insn->code);
	insn->src_reg = 0;
	insn->imm = val.num;
}

static void fold_atomic(struct fold *f, u32 pc, const struct bpf_insn *insn)
{
	store(f, pc, unknown);
	if (f->env->info[pc].stack)
		note_read(f, f->cur->reg[insn->dst_reg], insn->off,
			  bpf_size_bytes(insn->code));
	if (insn->imm == BPF_CMPXCHG)
		bv_facts_set(f->cur, BPF_REG_0, unknown);
	else if (insn->imm & BPF_FETCH)
		bv_facts_set(f->cur, insn->src_reg, unknown);
}

static void clobber(struct fold *f)
{
	u32 i;

	for (i = BPF_REG_0; i <= BPF_REG_5; i++)
		bv_facts_set(f->cur, i, unknown);
}

/* bytes that a helper may read through an argument; 0: not known how many */
static u32 arg_bytes(const struct fold *f, u32 pc, enum bpf_arg_kind kind)
{
	const struct bv_insn_info *info = &f->env->info[pc];

	if (info->call_map != BV_CALL_MAP_ONE)
		return 0;
	switch (kind) {
	case BPF_ARG_MAP_KEY:
	case BPF_ARG_MAP_KEY_FILL:
		return f->env->maps[info->map].key_size;
	case BPF_ARG_MAP_VALUE:
		return f->env->maps[info->map].value_size;
	default:
		return 0;
	}
}

/* what a helper reads of the stack: through pointers, and what it is given beside them */
static void note_args(struct fold *f, u32 pc, const struct bpf_func_proto *proto)
{
	u32 i;

	if (proto->takes_more)
		f->read = U64_MAX;
	for (i = 0; i < ARRAY_SIZE(proto->arg); i++) {
		struct known val = f->cur->reg[BPF_REG_1 + i];

		switch (proto->arg[i]) {
		case BPF_ARG_NONE:
		case BPF_ARG_SCALAR:
		case BPF_ARG_CTX:
		case BPF_ARG_MAP:
		case BPF_ARG_SIZE:
		case BPF_ARG_SIZE_OR_ZERO:
		case BPF_ARG_CONST_SIZE:
		case BPF_ARG_ACQUIRED:
			break;
		case BPF_ARG_ANY:
			/* an address to read at, maybe, even where the walk saw a number */
			if (val.fact == FACT_FRAME || val.fact == FACT_NONE)
				f->read = U64_MAX;
			break;
		default:
			if (f->env->info[pc].stack)
				note_read(f, val, 0, arg_bytes(f, pc, proto->arg[i]));
		}
	}
}

/* what a lookup that inline.c writes out gives */
static struct known look_up(struct fold *f, u32 pc)
{
	struct bv_insn_info *info = &f->env->info[pc];
	struct known key;

	info->key_reg = BPF_REG_10;
	if (!bv_inline_able(f->env, pc))
		return unknown;
	key = bv_facts_load(f->cur, f->cur->reg[BPF_REG_2], 0, sizeof(u32));
	info->key_known = is_number(key);
	info->key = key.num;
	if (!bv_inline_known(f->env, pc)) {
		info->key_reg = bv_facts_holder(f->cur, f->cur->reg[BPF_REG_2], 0, sizeof(u32));
		return unknown;
	}
	if (info->key >= f->env->maps[info->map].values.count)
		return number(0);
	if (f->env->maps[info->map].values.count == 1)
		return (struct known){ FACT_VALUE, info->map, 0 };
	return (struct known){ .fact = FACT_NOT_NULL };
}

/*
 * A function may change what the stack holds, and read it: it says so where it does that.
 * Of what it is given nothing is known.
 */
static void fold_local_call(struct fold *f, u32 pc)
{
	f->waits[bv_callee(f->env, pc)] = f->nothing;
	/* but where it does not know that it is a stack */
	if (f->env->info[pc].stack)
		f->read = U64_MAX;
	bv_facts_forget_stack(f->cur);
	clobber(f);
}

static void fold_call(struct fold *f, u32 pc)
{
	const struct bpf_func_proto *proto = f->env->info[pc].proto;
	struct known found;
	u32 i;

	if (bpf_insn_calls_func(&f->env->insns[pc])) {
		fold_local_call(f, pc);
		return;
	}
	found = look_up(f, pc);
	if (!bv_inline_able(f->env, pc) ||
	    (!bv_inline_known(f->env, pc) && f->env->info[pc].key_reg == BPF_REG_10))
		note_args(f, pc, proto);
	for (i = 0; i < ARRAY_SIZE(proto->arg); i++)
		if (proto->arg[i] == BPF_ARG_MEM_FILL || proto->arg[i] == BPF_ARG_MAP_KEY_FILL)
			bv_facts_forget_stack(f->cur);
	clobber(f);
	bv_facts_set(f->cur, BPF_REG_0, found);
}

/* ---- branches -------------------------------------------------------------------- */

/* 1 the jump is always taken, 0 never, -1 not known */
static int decide(const struct bpf_insn *insn, struct known dst, struct known src)
{
	u8 op = BPF_OP(insn->code);

	if (!is_number(src))
		return -1;
	if (is_number(dst))
		return bv_scalar_decide(op, is_wide(insn), bv_scalar_const(dst.num),
					bv_scalar_const(src.num));
	if ((dst.fact != FACT_NOT_NULL && dst.fact != FACT_VALUE) || src.num || !is_wide(insn))
		return -1;
	if (op == BPF_JEQ || op == BPF_JNE)
		return op == BPF_JNE;
	return -1;
}

/* one arm, on which the operands may be equal */
static int flow_arm(struct fold *f, const struct bpf_insn *insn, u32 to, u8 equal_op)
{
	struct known src = operand(f, insn);
	struct known old = f->cur->reg[insn->dst_reg];
	int err;

	if (is_wide(insn) && BPF_OP(insn->code) == equal_op && is_number(src) &&
	    old.fact == FACT_NONE)
		f->cur->reg[insn->dst_reg] = src;
	err = flow_to(f, to);
	/* @cur is still wanted only where no other arm has it */
	if (f->env->info[to].target)
		f->cur->reg[insn->dst_reg] = old;
	return err;
}

static int fold_branch(struct fold *f, u32 pc, struct bpf_insn *insn)
{
	u32 target = pc + 1 + bpf_insn_jump(insn);
	u8 *arms = &f->env->info[pc].arms;
	struct known src = operand(f, insn);
	int always = decide(insn, f->cur->reg[insn->dst_reg], src);
	int err = 0;

	if (always >= 0)
		*arms &= always ? BV_ARM_JUMP : BV_ARM_FALL;
	/* the jump arm first: it always waits, and the other one may be @cur itself */
	if (*arms & BV_ARM_JUMP)
		err = flow_arm(f, insn, target, BPF_JEQ);
	if (!err && *arms & BV_ARM_FALL)
		err = flow_arm(f, insn, pc + 1, BPF_JNE);
	/* its operation shares its code with one of ALU: nothing of that one holds here */
	if (BPF_SRC(insn->code) == BPF_X && is_number(src))
		write_immediate(insn, src.num);
	return err;
}

static void fold_const(struct fold *f, u32 pc, const struct bpf_insn *insn)
{
	struct known val = number((u32)insn[0].imm | (u64)(u32)insn[1].imm << 32);

	if (bv_const_is_value(insn))
		val = (struct known){ FACT_VALUE, f->env->info[pc].map, (u32)insn[1].imm };
	else if (insn->src_reg)
		val = (struct known){ .fact = FACT_NOT_NULL };
	bv_facts_set(f->cur, insn->dst_reg, val);
}

static int fold_insn(struct fold *f, u32 pc)
{
	struct bpf_insn *insn = &f->env->insns[pc];

	switch (bpf_insn_form(insn->code)->class) {
	case BPF_IC_ALU:
		if (!fold_number(f, insn))
			fold_alu(f, insn);
		break;
	case BPF_IC_CONST:
		fold_const(f, pc, insn);
		return flow_to(f, pc + 2);
	case BPF_IC_PACKET:
		clobber(f);
		break;
	case BPF_IC_LOAD:
		fold_load(f, pc, insn);
		break;
	case BPF_IC_STORE:
		fold_store(f, pc, insn);
		break;
	case BPF_IC_ATOMIC:
		fold_atomic(f, pc, insn);
		break;
	case BPF_IC_CALL:
		fold_call(f, pc);
		break;
	case BPF_IC_JUMP:
		return flow_to(f, pc + 1 + bpf_insn_jump(insn));
	case BPF_IC_BRANCH:
		return fold_branch(f, pc, insn);
	default:
		return 0;
	}
	return flow_to(f, pc + 1);
}

static int fold_all(struct fold *f)
{
	struct bv_env *env = f->env;
	u32 k = env->insn_count, pc;
	int err;

	f->flows = 0;
	while (k-- > 0) {
		pc = env->info[k].post;
		if (!env->info[pc].seen)
			continue;
		if (!arrive(f, pc)) {
			env->info[pc].seen = false;
			continue;
		}
		err = fold_insn(f, pc);
		if (err)
			return err;
	}
	return 0;
}

/* stores to words that nobody reads */
static void find_idle(struct fold *f)
{
	struct bv_env *env = f->env;
	u32 pc;

	if (!(f->stored & ~f->read))
		return;
	for (pc = 0; pc < env->count; pc++) {
		struct bv_insn_info *info = &env->info[pc];

		if (!info->seen || info->second || !info->key_known)
			continue;
		if (bpf_insn_form(env->insns[pc].code)->class == BPF_IC_STORE)
			info->idle = !(f->read >> info->key & 1);
	}
}

/**
 * bv_fold() - constants become immediates
 * @env:	the check, accepted, not trimmed yet; insns, and of info key, key_known,
 *		key_reg, idle, arms and seen are written
 *
 * Time is linear in the program.
 *
 * Return: 0 or -ENOMEM; the program does the same in any case.
 */
int bv_fold(struct bv_env *env)
{
	struct bv_mark mark = bv_pool_mark(&env->pool);
	struct fold *f = bv_pool_zero(&env->pool, sizeof(*f));
	int err = -ENOMEM;
	u32 pc;

	if (!f)
		return -ENOMEM;
	f->env = env;
	f->cur = bv_pool_take(&env->pool, bv_facts_bytes(BV_FACTS_WORDS));
	f->nothing = bv_pool_zero(&env->pool, bv_facts_bytes(0));
	f->waits = bv_pool_zero(&env->pool, env->count * sizeof(*f->waits));
	if (f->cur && f->nothing && f->waits) {
		f->nothing->reg[BPF_REG_10].fact = FACT_FRAME;
		bv_facts_copy(f->cur, f->nothing);
		err = fold_all(f);
	}
	if (!err)
		find_idle(f);
	for (pc = 0; f->waits && f->waiting && pc < env->count; pc++) {
		if (!f->waits[pc] || f->waits[pc] == f->nothing)
			continue;
		bv_free(f->waits[pc]);
		f->waiting--;
	}
	bv_free(f->spare);
	bv_pool_release(&env->pool, mark);
	return err;
}
