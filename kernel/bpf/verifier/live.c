// SPDX-License-Identifier: GPL-2.0-only
/*
 * What may still be read: registers and stack, before each instruction. States are
 * compared in nothing else, so dead must mean dead; live may be too much.
 *
 *	live before i = reads(i) + (live behind i - writes(i))
 *
 * in one sweep over the finished list of cfg.c. Where there are loops, each that is in no
 * other is gone through until nothing changes, which is hardly more often than loops are
 * deep, before the sweep goes on. The stack is taken in units of four bytes, half a slot,
 * for keys are often that small.
 *
 * Which bytes of the stack an instruction touches is found by a sweep the other way: a
 * register is the frame address plus a constant, a map, a small number, something else
 * that is surely no stack address, or maybe one. Frame addresses that the program
 * itself puts on the stack and takes back are "maybe": the sweep first supposes that
 * there are none and, where it meets one being stored, starts over without that
 * supposition.
 *
 * Both sweeps keep a state only where jumps arrive (ORDER post, see cfg.c).
 *
 * Functions are looked at one by one. What is given to one is no address of its own
 * stack; a call that gives an address of the caller's may read all of that.
 *
 * Layer V3. Tests: tools/testing/selftests/bpf/cases/live.
 */
#include <linux/bpf_func.h>
#include <linux/bits.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/limits.h>
#include <linux/minmax.h>
#include <linux/string.h>
#include <linux/types.h>
#include "../flow.h"
#include "../insn.h"
#include "live.h"
#include "pass.h"

#define FRAME_BYTES	512
#define SLOT_BYTES	8
#define UNIT_BYTES	4
#define CALLER_SAVED	0x3f	/* R0 to R5, which calls and packet loads destroy */
#define ARGUMENTS	0x3e	/* R1 to R5 */

/* what a register is, as far as this room cares */
enum what {
	W_OTHER = 0,	/* surely no address of the stack */
	W_FRAME,	/* frame address + val */
	W_MAP,		/* map val */
	W_NUMBER,	/* val */
	W_MAYBE,	/* anything, maybe an address of the stack */
};

struct what_reg {
	u8	what;
	s16	val;
};

/* registers R0 to R9 where a jump arrives; @known: some way there has been seen */
struct what_regs {
	struct what_reg	r[BPF_REG_10];
	bool		known;
};

/**
 * struct live - this pass
 * @env:	the check
 * @at:		one per jump target, from 1 on, as they are come by; which one it is, its
 *		live_slots say until these are known
 * @arrived:	how many there are
 * @touch:	one per instruction: read by it, or wholly written by a store
 * @units:	one per instruction: the stack that is live before it
 * @now:	forward sweep: registers before the instruction
 * @changed:	what is known where a jump arrives is not what it was in the sweep before
 * @takes_back:	loads from the stack may give a frame address
 * @puts:	the program stores frame addresses
 */
struct live {
	struct bv_env		*env;
	struct what_regs	*at;
	u32			arrived;
	struct bv_touch		*touch;
	struct bv_units		*units;
	struct what_regs	now;
	bool			changed;
	bool			takes_back;
	bool			puts;
};

static struct what_reg look_at(const struct live *lv, u8 regno)
{
	if (regno == BPF_REG_10)
		return (struct what_reg){ W_FRAME, 0 };
	return lv->now.r[regno];
}

static bool is_address(struct what_reg r)
{
	return r.what == W_FRAME || r.what == W_MAYBE;
}

static struct what_reg make_number(s64 v)
{
	if (v < S16_MIN || v > S16_MAX)
		return (struct what_reg){ W_OTHER, 0 };
	return (struct what_reg){ W_NUMBER, v };
}

static struct what_reg add_number(struct what_reg a, s64 v)
{
	s64 sum = a.val + v;

	if (sum < -FRAME_BYTES || sum > 0)
		return (struct what_reg){ W_MAYBE, 0 };
	return (struct what_reg){ W_FRAME, sum };
}

/* ---- forward sweep: what registers are --------------------------------- */

static struct what_reg result_of_alu(const struct live *lv, const struct bpf_insn *insn)
{
	struct what_reg dst = look_at(lv, insn->dst_reg), src;
	bool is64 = BPF_CLASS(insn->code) == BPF_ALU64;
	u8 op = BPF_OP(insn->code);

	if (op == BPF_NEG || op == BPF_END)
		src = (struct what_reg){ W_OTHER, 0 };
	else if (BPF_SRC(insn->code) == BPF_X)
		src = look_at(lv, insn->src_reg);
	else
		src = make_number(insn->imm);

	if (op == BPF_MOV && is64 && !insn->off)
		return src;
	if (op == BPF_MOV && src.what == W_NUMBER && src.val >= 0 && !insn->off)
		return src;
	if (op == BPF_MOV)
		dst = (struct what_reg){ W_OTHER, 0 };
	if (!is_address(dst) && !is_address(src))
		return (struct what_reg){ W_OTHER, 0 };
	if (is64 && op == BPF_ADD && dst.what == W_FRAME && src.what == W_NUMBER)
		return add_number(dst, src.val);
	if (is64 && op == BPF_ADD && dst.what == W_NUMBER && src.what == W_FRAME)
		return add_number(src, dst.val);
	if (is64 && op == BPF_SUB && dst.what == W_FRAME && src.what == W_NUMBER)
		return add_number(dst, -(s64)src.val);
	return (struct what_reg){ W_MAYBE, 0 };
}

static struct what_reg result_of_load(const struct live *lv, u8 base)
{
	bool maybe = lv->takes_back && is_address(look_at(lv, base));

	return (struct what_reg){ maybe ? W_MAYBE : W_OTHER, 0 };
}

static struct what_reg result_of_const(const struct live *lv, u32 pc)
{
	const struct bpf_insn *insn = &lv->env->insns[pc];

	if (lv->env->info[pc].map != BV_NO_MAP)
		return (struct what_reg){ W_MAP, lv->env->info[pc].map };
	if (insn[1].imm)
		return (struct what_reg){ W_OTHER, 0 };
	return make_number((u32)insn->imm);
}

/* a store, or an atomic operation, which loads, too */
static void apply_store(struct live *lv, const struct bpf_insn *insn)
{
	u8 uses = bpf_insn_form_full(insn).uses;
	struct what_reg *r = lv->now.r;

	if ((uses & BPF_USES_SRC) && is_address(look_at(lv, insn->src_reg)))
		lv->puts = true;
	if (uses & BPF_SETS_SRC)
		r[insn->src_reg] = result_of_load(lv, insn->dst_reg);
	if (uses & BPF_USES_R0)
		r[BPF_REG_0] = result_of_load(lv, insn->dst_reg);
}

/* true where @to changes */
static bool join(struct what_regs *to, const struct what_regs *from)
{
	bool changed = false;
	u32 i;

	if (!to->known) {
		*to = *from;
		to->known = true;
		return true;
	}
	for (i = 0; i < BPF_REG_10; i++) {
		struct what_reg *a = &to->r[i];
		struct what_reg b = from->r[i], old = *a;

		if (a->what == b.what && a->val == b.val)
			continue;
		a->what = is_address(*a) || is_address(b) ? W_MAYBE : W_OTHER;
		a->val = 0;
		changed |= a->what != old.what || a->val != old.val;
	}
	return changed;
}

/* ---- which bytes of the stack an instruction touches --------------------- */

static struct bv_touch clip(s32 off, s64 bytes)
{
	s64 from = off + FRAME_BYTES, to = from + bytes;

	from = clamp_t(s64, from, 0, FRAME_BYTES);
	to = clamp_t(s64, to, from, FRAME_BYTES);
	return (struct bv_touch){ from, to - from };
}

static const struct bv_touch whole_frame = { 0, FRAME_BYTES, true };

/* a load or atomic may read anywhere where its address is not known; a store that is
 * not known writes nothing for sure
 */
static struct bv_touch touch_of_access(const struct live *lv, const struct bpf_insn *insn)
{
	struct bpf_insn_form form = bpf_insn_form_full(insn);
	bool load = form.class == BPF_IC_LOAD;
	struct what_reg base = look_at(lv, load ? insn->src_reg : insn->dst_reg);

	if (base.what == W_FRAME)
		return clip(base.val + insn->off, form.bytes);
	if (base.what == W_MAYBE && form.class != BPF_IC_STORE)
		return whole_frame;
	return (struct bv_touch){ 0, 0, base.what == W_MAYBE };
}

/* bytes of a key or value of the map in the call's map argument, or of the largest */
static u32 map_arg_bytes(const struct live *lv, const struct bpf_func_proto *proto,
			 enum bpf_arg_kind kind)
{
	u32 i, size, most = 0;
	s32 only = -1;

	for (i = 0; i < ARRAY_SIZE(proto->arg); i++) {
		struct what_reg r = look_at(lv, BPF_REG_1 + i);

		if (proto->arg[i] == BPF_ARG_MAP && r.what == W_MAP)
			only = r.val;
	}
	for (i = 0; i < lv->env->map_count; i++) {
		const struct bv_map *map = &lv->env->maps[i];

		size = kind == BPF_ARG_MAP_VALUE ? map->value_size : map->key_size;
		if (only < 0 || only == i)
			most = max(most, size);
	}
	return most;
}

/*
 * Without privilege a saved pointer may not be damaged, so a write that leaves a part of
 * a slot depends on what was there, though no number is read.
 */
static bool content_counts(const struct live *lv)
{
	return !lv->env->req->privileged;
}

/* bytes that argument @n depends on at its address; FRAME_BYTES where not known */
static u32 arg_bytes(const struct live *lv, const struct bpf_func_proto *proto, u32 n)
{
	struct what_reg size = look_at(lv, BPF_REG_1 + min_t(u32, n + 1, 4));
	bool known_size = size.what == W_NUMBER && size.val >= 0;
	bool known_place = look_at(lv, BPF_REG_1 + n).what == W_FRAME;

	switch (proto->arg[n]) {
	case BPF_ARG_MAP_KEY:
	case BPF_ARG_MAP_VALUE:
		return map_arg_bytes(lv, proto, proto->arg[n]);
	case BPF_ARG_MAP_KEY_FILL:
		/* as below */
		if (known_place && !content_counts(lv))
			return 0;
		return map_arg_bytes(lv, proto, BPF_ARG_MAP_KEY);
	case BPF_ARG_MEM_READ:
	case BPF_ARG_MEM_READ_OR_NULL:
		return known_size ? size.val : FRAME_BYTES;
	case BPF_ARG_MEM_FILL:
		/* what a fill of another size or place may leave alone must be set */
		if (known_size && known_place && !content_counts(lv))
			return 0;
		return known_size ? size.val : FRAME_BYTES;
	case BPF_ARG_ANY:
	case BPF_ARG_SCALAR:
	case BPF_ARG_CTX:
	case BPF_ARG_MAP:
	case BPF_ARG_SIZE:
	case BPF_ARG_SIZE_OR_ZERO:
	case BPF_ARG_CONST_SIZE:
	case BPF_ARG_ACQUIRED:
	case BPF_ARG_NONE:
		return 0;
	default:
		return FRAME_BYTES;
	}
}

static struct bv_touch hull(struct bv_touch a, struct bv_touch b)
{
	u16 from, to;

	if (!a.bytes)
		return b;
	if (!b.bytes)
		return a;
	from = min(a.from, b.from);
	to = max(a.from + a.bytes, b.from + b.bytes);
	return (struct bv_touch){ from, to - from };
}

static struct bv_touch touch_of_call(const struct live *lv, const struct bpf_func_proto *proto)
{
	struct bv_touch all = { 0, 0 };
	u32 n;

	for (n = 0; n < ARRAY_SIZE(proto->arg); n++) {
		u32 bytes = arg_bytes(lv, proto, n);
		struct what_reg r = look_at(lv, BPF_REG_1 + n);

		if (bytes && r.what == W_FRAME)
			all = hull(all, clip(r.val, bytes));
		else if (bytes && r.what == W_MAYBE)
			return whole_frame;
	}
	return all;
}

/* a function may read all that it can reach */
static struct bv_touch touch_of_callee(const struct live *lv)
{
	u32 n;

	for (n = BPF_REG_1; n <= BPF_REG_5; n++)
		if (is_address(look_at(lv, n)))
			return whole_frame;
	return (struct bv_touch){ 0, 0 };
}

static void apply_call(struct live *lv, u32 pc, const struct bpf_insn *insn)
{
	if (bpf_insn_calls_func(insn))
		lv->touch[pc] = touch_of_callee(lv);
	else
		lv->touch[pc] = touch_of_call(lv, lv->env->info[pc].proto);
	memset(lv->now.r, 0, (BPF_REG_5 + 1) * sizeof(*lv->now.r));
}

/* notes what the instruction touches, and makes lv->now what it is behind it */
static void apply_what(struct live *lv, u32 pc, const struct bpf_insn *insn, u8 class)
{
	struct what_reg *r = lv->now.r;

	lv->touch[pc] = (struct bv_touch){ };
	switch (class) {
	case BPF_IC_ALU:
		r[insn->dst_reg] = result_of_alu(lv, insn);
		break;
	case BPF_IC_CONST:
		r[insn->dst_reg] = result_of_const(lv, pc);
		break;
	case BPF_IC_LOAD:
		lv->touch[pc] = touch_of_access(lv, insn);
		r[insn->dst_reg] = result_of_load(lv, insn->src_reg);
		break;
	case BPF_IC_ATOMIC:
	case BPF_IC_STORE:
		lv->touch[pc] = touch_of_access(lv, insn);
		apply_store(lv, insn);
		break;
	case BPF_IC_CALL:
		apply_call(lv, pc, insn);
		break;
	case BPF_IC_PACKET:
		memset(r, 0, (BPF_REG_5 + 1) * sizeof(*r));
		break;
	}
}

static u32 next_insn(u32 pc, u8 class)
{
	return pc + (class == BPF_IC_CONST ? 2 : 1);
}

/* a way from @pc to @to; only at the end of a turn there are instructions that it comes late for */
static void arrive(struct live *lv, u32 pc, u32 to)
{
	struct bv_insn_info *info = &lv->env->info[to];
	u64 *number = &info->live_slots;
	bool more;

	if (!*number) {
		*number = ++lv->arrived;
		lv->at[*number].known = false;
	}
	more = join(&lv->at[*number], &lv->now);
	if (more && info->head && bv_loop_has(lv->env, pc, info->loop))
		lv->changed = true;
}

/* hands lv->now to the instructions that may follow where a jump arrives there */
static void hand_on(struct live *lv, u32 pc, const struct bpf_insn *insn, u8 class)
{
	u32 next = next_insn(pc, class);

	if (class == BPF_IC_JUMP || class == BPF_IC_BRANCH)
		arrive(lv, pc, pc + 1 + bpf_insn_jump(insn));
	if (class == BPF_IC_JUMP || class == BPF_IC_EXIT)
		return;
	if (lv->env->info[next].target)
		arrive(lv, pc, next);
}

/* the @k-th was looked at: from where a sweep forwards goes down */
static u32 next_forward(struct live *lv, u32 k)
{
	const struct bv_loop *loop = lv->changed ? bv_loop_again(lv->env, k, true) : NULL;

	if (!loop)
		return k;
	lv->changed = false;
	return loop->ended + 1;
}

static void sweep_forward(struct live *lv)
{
	struct bv_env *env = lv->env;
	u32 k = env->insn_count, i;

	for (i = 1; i <= lv->arrived; i++)
		lv->at[i].known = false;
	memset(&lv->now, 0, sizeof(lv->now));
	while (k-- > 0) {
		u32 pc = env->info[k].post;
		const struct bpf_insn *insn = &env->insns[pc];
		u8 class = bpf_insn_form(insn->code)->class;

		if (env->info[pc].target)
			lv->now = lv->at[env->info[pc].live_slots];
		apply_what(lv, pc, insn, class);
		hand_on(lv, pc, insn, class);
		k = next_forward(lv, k);
	}
}

/* ---- backward sweep: what is live ---------------------------------------- */

/* slots @from to @end, counted from the deepest, as a set */
static u64 slots_between(u32 from, u32 end)
{
	/* the deepest slot is the topmost bit */
	return from < end ? (U64_MAX >> from) & ~(U64_MAX >> (end - 1) >> 1) : 0;
}

/**
 * bv_units_of() - halves of stack slots
 * @t:		bytes of the stack
 * @inside:	those that lie in @t wholly, otherwise all that it overlaps
 *
 * Return: the set.
 */
struct bv_units bv_units_of(struct bv_touch t, bool inside)
{
	u32 first = t.from, end = t.from + t.bytes;

	if (inside) {
		first = DIV_ROUND_UP(first, UNIT_BYTES);
		end /= UNIT_BYTES;
	} else {
		first /= UNIT_BYTES;
		end = DIV_ROUND_UP(end, UNIT_BYTES);
	}
	/* even ones are lower halves */
	return (struct bv_units){
		.lo = slots_between(DIV_ROUND_UP(first, 2), DIV_ROUND_UP(end, 2)),
		.hi = slots_between(first / 2, end / 2),
	};
}

/* functions of the program have been looked at before those that call them */
static u16 call_reads(const struct bv_env *env, u32 pc)
{
	const struct bpf_func_proto *proto = env->info[pc].proto;
	const struct bv_func *global = bv_global_at(env, pc);
	u16 regs = 0;
	u32 n;

	/* what it is given is checked whether it reads it or not */
	if (global)
		return (BIT(global->nargs) - 1) << BPF_REG_1;
	if (bpf_insn_calls_func(&env->insns[pc]))
		return env->info[bv_callee(env, pc)].live_regs & ARGUMENTS;
	for (n = 0; n < ARRAY_SIZE(proto->arg); n++)
		if (proto->arg[n] != BPF_ARG_NONE)
			regs |= BIT(BPF_REG_1 + n);
	return regs;
}

/* @regs being live behind an instruction: those live before it, as far as operands go */
static inline u32 operands_before(const struct bpf_insn *insn, u32 uses, u32 regs)
{
	struct bpf_touched t = bpf_operands_touch(insn, uses);

	return (regs & ~t.sets) | t.uses;
}

static u32 atomic_before(const struct bpf_insn *insn, u32 regs)
{
	u32 uses = bpf_insn_form_atomic(insn).uses;

	if (uses & BPF_SETS_SRC)
		regs &= ~BIT(insn->src_reg);
	if (uses & BPF_USES_R0)
		regs |= BIT(BPF_REG_0);
	return operands_before(insn, uses, regs);
}

/* instructions between a copy's mask and that of the original, at most */
#define MASKS_APART	12

static bool is_mask(const struct bpf_insn *insn)
{
	return insn->code == (BPF_ALU64 | BPF_AND | BPF_K) ||
	       insn->code == (BPF_ALU | BPF_AND | BPF_K);
}

static bool is_copy(const struct bpf_insn *insn, u8 from, u8 to)
{
	return (insn->code == (BPF_ALU64 | BPF_MOV | BPF_X) ||
		insn->code == (BPF_ALU | BPF_MOV | BPF_X)) &&
	       insn->src_reg == from && insn->dst_reg == to;
}

/*
 * A mask is taken of a register that a copy was taken of shortly before and masked, too.
 * Maybe it was tested, and what that told will be wanted here (origin.c): in a way this
 * instruction reads the copy.
 */
static u32 masked_copy(const struct bv_env *env, u32 pc)
{
	const struct bpf_insn *insn = &env->insns[pc];
	u32 i;

	for (i = 1; i < MASKS_APART && i < pc; i++) {
		const struct bpf_insn *before = insn - i;

		if (is_mask(before) && is_copy(before - 1, insn->dst_reg, before->dst_reg))
			return BIT(before->dst_reg);
		if (before->dst_reg == insn->dst_reg &&
		    bpf_insn_form(before->code)->uses & BPF_SETS_DST)
			return 0;
	}
	return 0;
}

/* the same, all considered */
static u16 regs_before(const struct bv_env *env, u32 pc, u16 regs)
{
	const struct bpf_insn *insn = &env->insns[pc];
	const struct bpf_insn_form *form = bpf_insn_form(insn->code);

	switch (form->class) {
	case BPF_IC_CALL:
		return (regs & ~CALLER_SAVED) | call_reads(env, pc);
	case BPF_IC_EXIT:
		return BIT(BPF_REG_0);
	case BPF_IC_PACKET:
		regs = (regs & ~CALLER_SAVED) | BIT(BPF_REG_6);
		break;
	case BPF_IC_ATOMIC:
		return atomic_before(insn, regs);
	}
	return operands_before(insn, form->uses, regs);
}

/* adds what is live before @next to *regs and *units */
static void add_live(const struct live *lv, u32 next, u16 *regs, struct bv_units *units)
{
	*regs |= lv->env->info[next].live_regs;
	units->lo |= lv->units[next].lo;
	units->hi |= lv->units[next].hi;
}

/* takes off @live what a store surely writes, and adds what another instruction reads */
static void apply_touch(const struct live *lv, struct bv_touch t, bool store,
			struct bv_units *live)
{
	struct bv_units u;

	store = store && !(content_counts(lv) && t.bytes < SLOT_BYTES);
	u = bv_units_of(t, store);
	if (store) {
		live->lo &= ~u.lo;
		live->hi &= ~u.hi;
	} else {
		live->lo |= u.lo;
		live->hi |= u.hi;
	}
}

static void find_live(struct live *lv, u32 pc)
{
	struct bv_env *env = lv->env;
	struct bv_insn_info *info = &env->info[pc];
	const struct bpf_insn *insn = &env->insns[pc];
	const struct bpf_insn_form *form = bpf_insn_form(insn->code);
	struct bv_units live = { 0, 0 };
	u16 regs = 0;

	if (form->class == BPF_IC_JUMP || form->class == BPF_IC_BRANCH)
		add_live(lv, pc + 1 + bpf_insn_jump(insn), &regs, &live);
	if (form->class != BPF_IC_JUMP && form->class != BPF_IC_EXIT)
		add_live(lv, next_insn(pc, form->class), &regs, &live);

	if (lv->touch[pc].bytes)
		apply_touch(lv, lv->touch[pc], form->class == BPF_IC_STORE, &live);
	if (form->class == BPF_IC_ALU || form->class == BPF_IC_LOAD)
		regs = operands_before(insn, form->uses, regs);
	else
		regs = regs_before(env, pc, regs);
	if (is_mask(insn))
		regs |= masked_copy(env, pc);
	if (info->head)
		lv->changed |= info->live_regs != regs || lv->units[pc].hi != live.hi ||
			       lv->units[pc].lo != live.lo;
	info->live_regs = regs;
	info->live_slots = live.lo | live.hi;
	lv->units[pc] = live;
}

static void sweep_backward(struct live *lv)
{
	struct bv_env *env = lv->env;
	u32 i, k;

	/* only where a turn ends is something looked at before it is known */
	for (i = 0; i < env->loop_count; i++)
		lv->units[env->loops[i].head] = (struct bv_units){ 0, 0 };
	lv->changed = false;
	for (k = 0; k < env->insn_count; k = bv_next_backward(env, k, &lv->changed))
		find_live(lv, env->info[k].post);
}

/* registers alone, for a program that never names R10 and so has no stack address */
static void sweep_registers(struct bv_env *env)
{
	bool changed = false;
	u32 k;

	for (k = 0; k < env->insn_count; k = bv_next_backward(env, k, &changed)) {
		u32 pc = env->info[k].post;
		struct bv_insn_info *info = &env->info[pc];
		const struct bpf_insn *insn = &env->insns[pc];
		const struct bpf_insn_form *form = bpf_insn_form(insn->code);
		u16 regs;

		switch (form->class) {
		case BPF_IC_ALU:
		case BPF_IC_LOAD:
			regs = operands_before(insn, form->uses, info[1].live_regs);
			if (is_mask(insn))
				regs |= masked_copy(env, pc);
			break;
		case BPF_IC_JUMP:
			regs = info[1 + bpf_insn_jump(insn)].live_regs;
			break;
		case BPF_IC_BRANCH:
			regs = info[1].live_regs | info[1 + insn->off].live_regs;
			regs = operands_before(insn, form->uses, regs);
			break;
		default:
			regs = form->class == BPF_IC_EXIT ? 0 :
			       info[form->class == BPF_IC_CONST ? 2 : 1].live_regs;
			regs = regs_before(env, pc, regs);
		}
		changed |= info->head && info->live_regs != regs;
		info->live_regs = regs;
	}
}

/**
 * bv_live() - find what is live before each instruction
 * @env:	the check, after bv_cfg(); info gets live_regs, live_slots; env->strict is
 *		written where there are loops
 *
 * Time is linear in the program, times the depth of its loops.
 *
 * Return: 0 or -ENOMEM.
 */
int bv_live(struct bv_env *env)
{
	struct live lv = { .env = env };
	struct bv_mark mark;
	int err = -ENOMEM;

	if (env->loop_count && !env->strict) {
		env->strict = bv_pool_take(&env->pool, env->count * sizeof(*env->strict));
		if (!env->strict)
			return -ENOMEM;
	}
	if (!env->frame_named) {
		sweep_registers(env);
		return env->loop_count ? bv_strict(env, NULL) : 0;
	}
	mark = bv_pool_mark(&env->pool);
	lv.at = bv_pool_take(&env->pool, (env->target_count + 1) * sizeof(*lv.at));
	lv.touch = bv_pool_take(&env->pool, env->count * sizeof(*lv.touch));
	lv.units = bv_pool_take(&env->pool, env->count * sizeof(*lv.units));
	if (!lv.at || !lv.touch || !lv.units)
		goto out;
	sweep_forward(&lv);
	if (lv.puts) {
		lv.takes_back = true;
		sweep_forward(&lv);
	}
	sweep_backward(&lv);
	err = env->loop_count ? bv_strict(env, lv.touch) : 0;
out:
	bv_pool_release(&env->pool, mark);
	return err;
}
