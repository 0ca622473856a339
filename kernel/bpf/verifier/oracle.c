// SPDX-License-Identifier: GPL-2.0-only
/*
 * The oracle: before each instruction of a run, is what registers and stack hold in one
 * of the states that the walk claimed there (claims.h)? And is the access that follows
 * one of the object it is meant for?
 *
 *	claim		asked of the run's value
 *	number		is it in the known bits and both ranges?
 *	pointer		does it point to such an object, at an offset that is claimed?
 *	X or NULL	0, or a pointer to the start of such an object
 *	identity	are values of one name the same value, or as far apart as claimed?
 *	packet bytes	has the packet as many, counted from where the context says that it begins?
 *	stack bytes	zero where they are claimed so; saved registers as registers
 *
 * What an object is, is followed in the run itself, by a shadow of each register and
 * stack slot: where the pointer came from, not what the verifier takes it for. Numbers
 * that the walk did not look at claim nothing (precise.c), nor does what is dead.
 *
 * Changes nothing of the run. Any context. Layer V6. Tests: as claims.c.
 */
#include <linux/bitops.h>
#include <linux/kernel.h>
#include <linux/string.h>
#include <linux/types.h>
#include "../insn.h"
#include "claims.h"
#include "oracle_show.h"
#include "walk.h"

#define CLAIMS_SHOWN	8

static_assert(BV_ORACLE_SLOTS == BV_SLOTS);

static const struct bv_shadow a_number = { .kind = BV_SCALAR };
static const struct bv_shadow nothing = { .kind = BV_UNSET };

/* ---- what failed, in words -------------------------------------------------------- */

__printf(3, 4) static bool fails(struct bv_oracle_run *run, u32 pc, const char *fmt, ...)
{
	char why[BV_ORACLE_LINE - 40];
	va_list args;

	va_start(args, fmt);
	vscnprintf(why, sizeof(why), fmt, args);
	va_end(args);
	run->broken = true;
	bv_oracle_say("bpf oracle: instruction %u: %s", pc, why);
	bv_oracle_say("  values of the run:");
	bv_oracle_show_run(run);
	return false;
}

/* ---- stacks ------------------------------------------------------------------------- */

/* the function that waits for this one, as far as the walk knew of any */
static const struct bv_oracle_frame *known_caller(const struct bv_oracle_run *run)
{
	return run->caller && !run->caller->global ? run->caller : NULL;
}

static const struct bv_shadow *frame_pointer(const struct bv_oracle_run *run, u32 depth)
{
	const struct bv_oracle_frame *f;

	for (f = run->caller; f && !f->global; f = f->caller)
		if (f->depth == depth)
			return &f->fp;
	return &run->reg[BPF_REG_10];
}

/* the end of the program's stack */
static u64 stack_end(const struct bv_oracle_run *run)
{
	const struct bv_shadow *fp = &run->reg[BPF_REG_10];
	const struct bv_oracle_frame *f;

	for (f = run->caller; f; f = f->caller)
		fp = &f->fp;
	return fp->base;
}

/* slots of the run are counted from the end of the program's stack: slot 0 of a function */
static u32 first_slot(const struct bv_oracle_run *run, u64 base)
{
	return (stack_end(run) - base) / BV_SLOT_BYTES;
}

static const struct bv_claims_func nothing_known;

static const struct bv_claims_func *find_func(const struct bv_claims *c, u32 start)
{
	u32 i;

	for (i = 0; i < c->func_count; i++)
		if (c->funcs[i].start == start)
			return &c->funcs[i];
	return &nothing_known;
}

/* ---- one value --------------------------------------------------------------------- */

/* were all values that @deps names compared exactly? */
static bool is_exact(const struct bv_claims *c, const struct bv_claim *claim,
		     struct bv_deps deps)
{
	struct bv_deps precise = {};

	if (claim->point != BV_NO_POINT)
		precise = c->points[claim->point];
	return !(deps.regs & ~precise.regs) && !(deps.slots & ~precise.slots);
}

static u8 kind_not_null(u8 kind)
{
	switch (kind) {
	case BV_MAP_VALUE_OR_NULL:
		return BV_MAP_VALUE;
	case BV_OBJ_OR_NULL:
		return BV_OBJ;
	case BV_ACQUIRED_OR_NULL:
		return BV_ACQUIRED;
	case BV_MEM_OR_NULL:
		return BV_MEM;
	default:
		return kind;
	}
}

static bool is_object(const struct bv_oracle_run *run, const struct bv_reg *r,
		      const struct bv_shadow *s)
{
	if (s->kind != kind_not_null(r->kind))
		return false;
	switch (s->kind) {
	case BV_MAP:
	case BV_MAP_VALUE:
	case BV_KEY:
		return s->map == r->map;
	case BV_ACQUIRED:
	case BV_MEM:
		return s->size == r->bytes;
	case BV_CTX:
	case BV_OBJ:
		return s->size == r->view->size;
	case BV_STACK:
		return s->base == frame_pointer(run, r->frame)->base;
	case BV_PACKET_END:
		return !s->size;
	default:
		return true;
	}
}

/* does the packet have as many bytes as are said to be behind offset @v, maybe negative? */
static bool is_there(const struct bv_reg *r, u64 v, const struct bv_shadow *s)
{
	return !bv_reg_is_packet(r) || r->there == BV_NONE_THERE || (s64)v + r->there <= s->size;
}

static bool value_holds(const struct bv_oracle_run *run, const struct bv_claim *claim,
			const struct bv_reg *r, u64 v, const struct bv_shadow *s)
{
	const struct bv_claims *c = run->claims;

	if (r->kind == BV_UNSET)
		return true;
	if (r->kind == BV_SCALAR) {
		if (s->kind > BV_SCALAR && !c->privileged)
			return false;
		return !is_exact(c, claim, r->deps) || bv_scalar_has(r->val, v);
	}
	if (!v && bv_reg_maybe_null(r))
		return s->kind <= BV_SCALAR;
	v -= s->base + (u64)(s64)r->off;
	return is_object(run, r, s) && bv_scalar_has(r->val, v) && is_there(r, v, s);
}

/* what the identity of a number or of an offset stands for, if @r is @v */
static u64 base_of(const struct bv_reg *r, u64 v, const struct bv_shadow *s)
{
	if (r->kind != BV_SCALAR)
		v -= s->base + (u64)(s64)r->off;
	return v - r->delta;
}

/* do two claims name one object or number, and is it two? */
static bool is_split(const struct bv_claims *c, const struct bv_claim *claim,
		     const struct bv_reg *a, u64 va, const struct bv_shadow *sa,
		     const struct bv_reg *b, u64 vb, const struct bv_shadow *sb)
{
	u32 name;

	if (a->kind == BV_UNSET || b->kind == BV_UNSET)
		return false;
	if (a->kind > BV_SCALAR && a->kind == b->kind && a->id && a->id == b->id &&
	    sa->base != sb->base)
		return true;
	name = bv_reg_name(a);
	if (!name || name != bv_reg_name(b))
		return false;
	return base_of(a, va, sa) != base_of(b, vb, sb) &&
	       is_exact(c, claim, a->deps) && is_exact(c, claim, b->deps);
}

/* ---- one state ---------------------------------------------------------------------- */

/* what of a state does not hold */
struct misfit {
	s32	reg;		/* a register, or -1 */
	s32	slot;
	bool	split;
};

static u8 *slot_memory(const struct bv_oracle_run *run, u32 idx)
{
	return (u8 *)(unsigned long)(run->reg[BPF_REG_10].base - 8ULL * (idx + 1));
}

static const struct bv_shadow *slot_shadow(const struct bv_oracle_run *run, u32 idx)
{
	idx += first_slot(run, run->reg[BPF_REG_10].base);
	return idx < BV_ORACLE_SLOTS ? &run->slot[idx] : &nothing;
}

/* what is not saved: zeroes and some number, no addresses that nobody may see */
static bool bytes_hold(const struct bv_oracle_run *run, const struct bv_claim *claim,
		       const struct bv_slot *slot, u32 idx)
{
	bool address = slot_shadow(run, idx)->kind > BV_SCALAR && !run->claims->privileged;
	const u8 *p = slot_memory(run, idx);
	u32 i;

	for (i = 0; i < BV_SLOT_BYTES && !slot->whole; i++)
		if ((slot->byte[i] != BV_BYTE_UNSET && address) ||
		    (slot->byte[i] == BV_BYTE_ZERO && p[i] &&
		     is_exact(run->claims, claim, slot->deps)))
			return false;
	return true;
}

/* a value, and those of its name in registers */
static bool one_holds(const struct bv_oracle_run *run, const struct bv_claim *claim,
		      const struct bv_reg *r, u64 v, const struct bv_shadow *s, struct misfit *bad)
{
	const struct bv_reg *other = claim->reg;
	u32 regs;

	if (!value_holds(run, claim, r, v, s))
		return false;
	for (regs = r->id || r->var ? claim->regs : 0; regs && !bad->split;
	     regs &= regs - 1, other++)
		bad->split = is_split(run->claims, claim, r, v, s, other,
				      run->regs[__ffs(regs)], &run->reg[__ffs(regs)]);
	return !bad->split;
}

static bool regs_hold(const struct bv_oracle_run *run, const struct bv_claim *claim,
		      struct misfit *bad)
{
	const struct bv_reg *r = claim->reg;
	u32 regs = claim->regs;

	for (; regs; regs &= regs - 1, r++) {
		u32 i = __ffs(regs);

		bad->reg = i;
		if (!one_holds(run, claim, r, run->regs[i], &run->reg[i], bad))
			return false;
	}
	bad->reg = -1;
	return true;
}

/* all that is saved in a slot */
static bool slot_holds(const struct bv_oracle_run *run, const struct bv_claim *claim,
		       const struct bv_slot *slot, u32 idx, struct misfit *bad)
{
	const struct bv_shadow *s = slot->whole ? slot_shadow(run, idx) : &a_number;
	u32 begins;

	for (begins = slot->begins; begins; begins &= begins - 1) {
		u32 at = __ffs(begins);
		struct bv_reg r;
		u64 v;

		bv_slot_get(slot, at, &r);
		v = bv_load_bytes(slot_memory(run, idx) + at, bv_slot_width(slot, at));
		if (!one_holds(run, claim, &r, v, s, bad))
			return false;
	}
	return bytes_hold(run, claim, slot, idx);
}

static bool slots_hold(const struct bv_oracle_run *run, const struct bv_claim *claim,
		       struct misfit *bad)
{
	const struct bv_slot *slot = claim->slot;
	u64 slots = claim->slots;

	for (; slots; slots &= slots - 1, slot++) {
		bad->slot = __ffs64(slots);
		if (!slot_holds(run, claim, slot, bad->slot, bad))
			return false;
	}
	return true;
}

/* the call that a function is of, BV_NO_PC where the walk began in it */
static u32 call_of(const struct bv_oracle_run *run)
{
	const struct bv_oracle_frame *f = known_caller(run);

	return f ? f->call : BV_NO_PC;
}

static bool claim_holds(const struct bv_oracle_run *run, const struct bv_claim *claim,
			struct misfit *bad)
{
	*bad = (struct misfit){ .reg = -1, .slot = -1 };
	return claim->call == call_of(run) && regs_hold(run, claim, bad) &&
	       slots_hold(run, claim, bad);
}

static void show_misfit(const struct bv_oracle_run *run, const struct bv_claim *claim,
			const struct misfit *bad, u32 n)
{
	const char *why = bad->split ? "one identity, two values" : "not as claimed";

	if (claim->call != call_of(run))
		bv_oracle_say("  claim %u: is of the call at %d", n, (s32)claim->call);
	else if (bad->reg >= 0)
		bv_oracle_say("  claim %u: r%d is 0x%llx: %s", n, bad->reg,
			      run->regs[bad->reg], why);
	else
		bv_oracle_say("  claim %u: fp%d is 0x%llx: %s", n, -8 * (bad->slot + 1),
			      bv_load_bytes(slot_memory(run, bad->slot), 8), why);
	bv_oracle_show_claim(run->claims, claim);
}

static bool check_claims(struct bv_oracle_run *run, u32 pc)
{
	const struct bv_claims_insn *at = &run->claims->at[pc];
	const struct bv_claim *claim;
	struct misfit bad;
	u32 n = 0;

	if (at->open)
		return true;
	for (claim = at->first; claim; claim = claim->next)
		if (claim_holds(run, claim, &bad))
			return true;
	if (!at->count)
		return fails(run, pc, "no path was thought to come here");
	fails(run, pc, "the run is in none of %u states", at->count);
	for (claim = at->first; claim && n < CLAIMS_SHOWN; claim = claim->next) {
		claim_holds(run, claim, &bad);
		show_misfit(run, claim, &bad, ++n);
	}
	return false;
}

/* ---- the access that follows --------------------------------------------------------- */

static bool check_range(struct bv_oracle_run *run, u32 pc, u32 regno, s32 off, u64 size)
{
	const struct bv_shadow *s = &run->reg[regno];
	s64 at = run->regs[regno] + off - s->base;
	s64 lo = 0, hi = s->size;

	if (s->kind <= BV_SCALAR || s->kind == BV_MAP)
		return fails(run, pc, "access through r%u, which points to nothing", regno);
	if (s->kind == BV_STACK) {
		lo = -(s64)s->size;
		hi = 0;
	}
	if (at < lo || size > hi - lo || at > hi - (s64)size)
		return fails(run, pc, "%llu bytes at offset %lld through r%u, memory is %lld..%lld",
			     size, at, regno, lo, hi - 1);
	return true;
}

static u32 find_arg(const struct bpf_func_proto *proto, enum bpf_arg_kind kind)
{
	u32 n = 0;

	while (n < ARRAY_SIZE(proto->arg) && proto->arg[n] != kind)
		n++;
	return n;
}

/* the map that a call works on, or NULL */
static const struct bv_map *map_of_call(const struct bv_oracle_run *run,
					const struct bpf_func_proto *proto,
					const struct bv_shadow *regs)
{
	u32 n = find_arg(proto, BPF_ARG_MAP);

	if (n == ARRAY_SIZE(proto->arg) || regs[BPF_REG_1 + n].kind != BV_MAP)
		return NULL;
	return &run->claims->maps[regs[BPF_REG_1 + n].map];
}

static bool check_arg(struct bv_oracle_run *run, u32 pc, const struct bpf_func_proto *proto,
		      u32 n)
{
	const struct bv_map *map = map_of_call(run, proto, run->reg);
	const struct bv_shadow *s = &run->reg[BPF_REG_1 + n];
	u64 v = run->regs[BPF_REG_1 + n], bytes;

	switch (proto->arg[n]) {
	case BPF_ARG_CTX:
		if (s->kind == BV_CTX && v == s->base)
			return true;
		return fails(run, pc, "argument %u is not the context", n + 1);
	case BPF_ARG_MAP:
		if (map && v == s->base)
			return true;
		return fails(run, pc, "argument %u is not a map", n + 1);
	case BPF_ARG_MAP_KEY:
	case BPF_ARG_MAP_KEY_FILL:
		return !map || check_range(run, pc, BPF_REG_1 + n, 0, map->key_size);
	case BPF_ARG_MAP_VALUE:
		return !map || check_range(run, pc, BPF_REG_1 + n, 0, map->value_size);
	case BPF_ARG_ACQUIRED:
		if (s->kind == BV_ACQUIRED && v == s->base)
			return true;
		return fails(run, pc, "argument %u is not what was acquired", n + 1);
	case BPF_ARG_MEM_READ:
	case BPF_ARG_MEM_READ_OR_NULL:
	case BPF_ARG_MEM_FILL:
		bytes = n < 4 ? bpf_proto_takes(proto, n + 1, run->regs[BPF_REG_2 + n]) : 0;
		return !bytes || check_range(run, pc, BPF_REG_1 + n, 0, bytes);
	default:
		return true;
	}
}

static bool check_exit(struct bv_oracle_run *run, u32 pc)
{
	const struct bpf_type_ops *type = run->claims->type;
	s32 result = run->regs[BPF_REG_0];

	if (run->caller)
		return true;
	if (run->held)
		return fails(run, pc, "%u pieces of memory not given back", run->held);
	if (result < type->ret_min || result > type->ret_max)
		return fails(run, pc, "result %d, legal is %d..%d", result, type->ret_min,
			     type->ret_max);
	return true;
}

static bool check_access(struct bv_oracle_run *run, u32 pc)
{
	const struct bpf_insn *insn = &run->claims->insns[pc];
	const struct bpf_insn_form *form = bpf_insn_form(insn->code);
	const struct bpf_func_proto *proto = run->claims->at[pc].proto;
	u32 n;

	switch (form->class) {
	case BPF_IC_LOAD:
		return check_range(run, pc, insn->src_reg, insn->off, form->bytes);
	case BPF_IC_STORE:
	case BPF_IC_ATOMIC:
		return check_range(run, pc, insn->dst_reg, insn->off, form->bytes);
	case BPF_IC_CALL:
		for (n = 0; proto && n < ARRAY_SIZE(proto->arg); n++)
			if (!check_arg(run, pc, proto, n))
				return false;
		return true;
	case BPF_IC_EXIT:
		return check_exit(run, pc);
	default:
		return true;
	}
}

/* ---- what the instruction just run did to the shadows --------------------------------- */

/* slots of the stack that bytes at offset @at from its end touch */
static bool slots_of(s64 at, u64 size, u32 *first, u32 *last)
{
	if (at < -(s64)MAX_BPF_STACK || at >= 0 || !size)
		return false;
	*last = (u32)(-at - 1) / BV_SLOT_BYTES;
	*first = at + (s64)size >= 0 ? 0 : (u32)(-(at + (s64)size)) / BV_SLOT_BYTES;
	return true;
}

/* slots of the run that bytes @at @s touch */
static bool run_slots_of(const struct bv_oracle_run *run, const struct bv_shadow *s, s64 at,
			 u64 size, u32 *first, u32 *last)
{
	u32 shift = first_slot(run, s->base);

	if (!slots_of(at, size, first, last))
		return false;
	*first += shift;
	*last += shift;
	return *last < BV_ORACLE_SLOTS;
}

/* numbers were written through what register @regno was */
static void fill(struct bv_oracle_run *run, u32 regno, s32 off, u64 size)
{
	const struct bv_shadow *s = &run->reg[regno];
	u32 first, last;

	if (s->kind != BV_STACK ||
	    !run_slots_of(run, s, run->before[regno] + off - s->base, size, &first, &last))
		return;
	for (; first <= last; first++)
		run->slot[first] = a_number;
}

/* the slot that an access of all of it means, or NULL */
static struct bv_shadow *whole_slot(struct bv_oracle_run *run, u32 regno,
				    const struct bpf_insn *insn)
{
	const struct bv_shadow *s = &run->reg[regno];
	s64 at = run->before[regno] + insn->off - s->base;
	u32 first, last;

	if (s->kind != BV_STACK || BPF_SIZE(insn->code) != BPF_DW || at % BV_SLOT_BYTES ||
	    !run_slots_of(run, s, at, BV_SLOT_BYTES, &first, &last))
		return NULL;
	return &run->slot[last];
}

static void follow_alu(struct bv_oracle_run *run, const struct bpf_insn *insn)
{
	struct bv_shadow *dst = &run->reg[insn->dst_reg];
	struct bv_shadow src = BPF_SRC(insn->code) == BPF_X ? run->reg[insn->src_reg] : a_number;
	bool wide = BPF_CLASS(insn->code) == BPF_ALU64;

	switch (BPF_OP(insn->code)) {
	case BPF_MOV:
		*dst = wide && !insn->off ? src : a_number;
		return;
	case BPF_OR:	/* of a pointer only where that is a sum */
	case BPF_ADD:
		if (!wide || (dst->kind > BV_SCALAR && src.kind > BV_SCALAR))
			*dst = a_number;
		else if (src.kind > BV_SCALAR)
			*dst = src;
		return;
	case BPF_SUB:
		if (!wide || src.kind > BV_SCALAR)
			*dst = a_number;
		return;
	default:
		*dst = a_number;
	}
}

/* the address that a field of @view gives is in the kernel's object at @base */
static u64 address_of(const struct bpf_view *view, u64 base, u8 gives)
{
	const struct bpf_field *f = view->fields;

	while (f->gives != gives)
		f++;
	return *(const unsigned long *)(unsigned long)(base + f->koff);
}

/* where the packet begins and ends is known from the context, not from tests */
static struct bv_shadow packet_loaded(const struct bv_oracle_run *run, u8 ctx,
				      const struct bpf_view *view, u8 gives, u64 v)
{
	u8 end = gives == BPF_GIVES_PACKET_META ? BPF_GIVES_PACKET : BPF_GIVES_PACKET_END;

	return (struct bv_shadow){
		.kind = bv_packet_kind(gives), .base = v,
		.size = address_of(view, run->before[ctx], end) - v,
	};
}

static struct bv_shadow object_loaded(const struct bv_oracle_run *run,
				      const struct bpf_insn *insn, u64 v)
{
	const struct bpf_view *view = run->claims->at[run->pc].view;
	const struct bpf_field *f = view && v ? bpf_view_field(view, insn->off) : NULL;

	if (f && f->gives)
		return packet_loaded(run, insn->src_reg, view, f->gives, v);
	if (!f || !f->target)
		return a_number;
	return (struct bv_shadow){ .kind = BV_OBJ, .base = v, .size = f->target->size };
}

static void follow_load(struct bv_oracle_run *run, const struct bpf_insn *insn)
{
	const struct bv_shadow *slot = whole_slot(run, insn->src_reg, insn);
	struct bv_shadow *dst = &run->reg[insn->dst_reg];

	*dst = slot ? *slot : object_loaded(run, insn, run->regs[insn->dst_reg]);
}

static void follow_store(struct bv_oracle_run *run, const struct bpf_insn *insn, u32 bytes)
{
	struct bv_shadow *slot = whole_slot(run, insn->dst_reg, insn);

	if (slot && BPF_CLASS(insn->code) == BPF_STX)
		*slot = run->reg[insn->src_reg];
	else
		fill(run, insn->dst_reg, insn->off, bytes);
}

static void follow_atomic(struct bv_oracle_run *run, const struct bpf_insn *insn, u32 bytes)
{
	struct bv_shadow *slot = whole_slot(run, insn->dst_reg, insn);
	struct bv_shadow was = slot ? *slot : a_number;

	fill(run, insn->dst_reg, insn->off, bytes);
	if (insn->imm == BPF_CMPXCHG)
		run->reg[BPF_REG_0] = was;
	else if (insn->imm & BPF_FETCH)
		run->reg[insn->src_reg] = was;
}

/* whoever points there points to nothing now; addresses in a packet become numbers */
static void forget_one(struct bv_shadow *s, u8 kind, u64 base)
{
	bool packet = s->kind == BV_PACKET || s->kind == BV_PACKET_META ||
		      s->kind == BV_PACKET_END;

	if (kind == BV_PACKET ? packet : s->kind == kind && s->base == base)
		*s = kind == BV_PACKET ? a_number : nothing;
}

static void forget(struct bv_oracle_run *run, u8 kind, u64 base)
{
	struct bv_oracle_frame *f;
	u32 i;

	for (i = 0; i < MAX_BPF_REG; i++)
		forget_one(&run->reg[i], kind, base);
	for (i = 0; i < BV_SLOTS; i++)
		forget_one(&run->slot[i], kind, base);
	for (f = run->caller; f; f = f->caller)
		for (i = 0; i < BV_KEPT_REGS; i++)
			forget_one(&f->reg[i], kind, base);
}

static struct bv_shadow call_result(struct bv_oracle_run *run,
				    const struct bpf_func_proto *proto,
				    const struct bv_map *map)
{
	struct bv_shadow got = { .base = run->regs[BPF_REG_0] };
	bool key = proto->ret == BPF_RET_MAP_KEY;
	u32 n;

	if (proto->ret == BPF_RET_VOID)
		return nothing;
	if (!got.base || proto->ret == BPF_RET_SCALAR)
		return a_number;
	if ((key || proto->ret == BPF_RET_MAP_VALUE_OR_NULL) && map) {
		got.kind = key ? BV_KEY : BV_MAP_VALUE;
		got.size = key ? map->key_size : map->value_size;
		got.map = map - run->claims->maps;
		return got;
	}
	n = find_arg(proto, BPF_ARG_CONST_SIZE);
	got.kind = BV_ACQUIRED;
	got.size = n < ARRAY_SIZE(proto->arg) ? run->before[BPF_REG_1 + n] : 0;
	run->held++;
	return got;
}

static void follow_call(struct bv_oracle_run *run, const struct bpf_func_proto *proto)
{
	const struct bv_map *map = map_of_call(run, proto, run->reg);
	struct bv_shadow got;
	u32 n;

	got = call_result(run, proto, map);
	for (n = 0; n < ARRAY_SIZE(proto->arg); n++) {
		if (proto->arg[n] == BPF_ARG_MEM_FILL)
			fill(run, BPF_REG_1 + n, 0,
			     bpf_proto_takes(proto, n + 1, run->before[BPF_REG_2 + n]));
		if (proto->arg[n] == BPF_ARG_MAP_KEY_FILL && map)
			fill(run, BPF_REG_1 + n, 0, map->key_size);
		if (proto->arg[n] == BPF_ARG_ACQUIRED) {
			forget(run, BV_ACQUIRED, run->before[BPF_REG_1 + n]);
			run->held--;
		}
	}
	if (proto->moves_packet)
		forget(run, BV_PACKET, 0);
	run->reg[BPF_REG_0] = got;
	for (n = BPF_REG_1; n <= BPF_REG_5; n++)
		run->reg[n] = nothing;
}

static void follow_const(struct bv_oracle_run *run, const struct bpf_insn *insn)
{
	u16 map = run->claims->at[run->pc].map;
	struct bv_shadow *dst = &run->reg[insn->dst_reg];

	*dst = a_number;
	if (map == BV_NO_MAP)
		return;
	*dst = (struct bv_shadow){
		.kind = BV_MAP, .map = map, .base = run->regs[insn->dst_reg],
	};
	if (!bv_const_is_value(insn))
		return;
	dst->kind = BV_MAP_VALUE;
	dst->base -= (u32)insn[1].imm;
	dst->size = run->claims->maps[map].value_size;
}

static void follow_packet(struct bv_oracle_run *run)
{
	u32 n;

	run->reg[BPF_REG_0] = a_number;
	for (n = BPF_REG_1; n <= BPF_REG_5; n++)
		run->reg[n] = nothing;
}

/* calls of functions are told of (bv_oracle_call()) */
static void follow(struct bv_oracle_run *run)
{
	const struct bpf_insn *insn = &run->claims->insns[run->pc];
	const struct bpf_insn_form *form = bpf_insn_form(insn->code);

	switch (form->class) {
	case BPF_IC_ALU:
		follow_alu(run, insn);
		break;
	case BPF_IC_CONST:
		follow_const(run, insn);
		break;
	case BPF_IC_LOAD:
		follow_load(run, insn);
		break;
	case BPF_IC_STORE:
		follow_store(run, insn, form->bytes);
		break;
	case BPF_IC_ATOMIC:
		follow_atomic(run, insn, form->bytes);
		break;
	case BPF_IC_CALL:
		follow_call(run, run->claims->at[run->pc].proto);
		break;
	case BPF_IC_PACKET:
		follow_packet(run);
		break;
	default:
		break;
	}
}

/* ---- the door ------------------------------------------------------------------------- */

/**
 * bv_oracle_enter() - a run begins, or a tail call goes on in another program
 * @run:	the run; R1 and R10 are set, and @broken is
 * @claims:	of the program
 */
void bv_oracle_enter(struct bv_oracle_run *run, const struct bv_claims *claims)
{
	u32 i;

	run->claims = claims;
	run->pc = BV_NO_PC;
	run->steps = 0;
	run->held = 0;
	run->caller = NULL;
	for (i = 0; i < MAX_BPF_REG; i++)
		run->reg[i] = nothing;
	for (i = 0; i < BV_SLOTS; i++)
		run->slot[i] = nothing;
	run->reg[BPF_REG_1] = (struct bv_shadow){
		.kind = BV_CTX, .base = run->regs[BPF_REG_1], .size = claims->type->ctx->size,
	};
	run->reg[BPF_REG_10] = (struct bv_shadow){
		.kind = BV_STACK, .base = run->regs[BPF_REG_10],
		.size = find_func(claims, 0)->stack_depth,
	};
}

/**
 * bv_oracle_before() - an instruction is about to run
 * @run:	the run
 * @pc:		the instruction, counted as in the program that was given to the verifier
 *
 * What does not hold is told to bv_host_violation(), line by line, and @run is broken.
 * Any context.
 *
 * Return: whether it may run.
 */
bool bv_oracle_before(struct bv_oracle_run *run, u32 pc)
{
	const struct bv_claims *c = run->claims;

	/* a function that was broken off returned to here */
	if (run->broken)
		return false;
	if (pc >= c->count)
		return fails(run, pc, "there is no such instruction");
	if (run->pc != BV_NO_PC)
		follow(run);
	if (++run->steps > c->budget)
		return fails(run, pc, "more instructions than the program has");
	if (!check_claims(run, pc) || !check_access(run, pc)) {
		bv_oracle_show_program(c, pc);
		return false;
	}
	memcpy(run->before, run->regs, sizeof(run->before));
	run->pc = pc;
	return true;
}

/*
 * Argument @n of a global function is memory: there must be so much, and from here on it is
 * nothing else. What a stack holds there counts as numbers, whatever will be written.
 */
static void give_memory(struct bv_oracle_run *run, u32 n, u32 bytes)
{
	struct bv_shadow *s = &run->reg[BPF_REG_1 + n];
	u64 v = run->regs[BPF_REG_1 + n];

	if (!v && s->kind <= BV_SCALAR)
		return;
	if (bytes && !check_range(run, run->pc, BPF_REG_1 + n, 0, bytes))
		return;
	fill(run, BPF_REG_1 + n, 0, bytes);
	*s = (struct bv_shadow){ .kind = BV_MEM, .base = v, .size = bytes };
}

/* is what a global function is given what its signature says? */
static void give_args(struct bv_oracle_run *run, const struct bv_claims_func *func)
{
	u32 n;

	for (n = 0; n < func->nargs; n++) {
		const struct bv_shadow *s = &run->reg[BPF_REG_1 + n];

		if (func->arg[n].type == BV_ARG_TYPE_MEMORY)
			give_memory(run, n, func->arg[n].bytes);
		else if (func->arg[n].type == BV_ARG_TYPE_CTX && s->kind != BV_CTX)
			fails(run, run->pc, "argument %u is not the context", n + 1);
	}
	for (; n < BV_MOST_ARGS; n++)
		run->reg[BPF_REG_1 + n] = nothing;
}

/**
 * bv_oracle_call() - a function of the program is about to run
 * @run:	the run, its registers those of the function; the call was the last thing it
 *		was asked for
 * @f:		filled in, and the run's until bv_oracle_return()
 * @pc:		its first instruction
 */
void bv_oracle_call(struct bv_oracle_run *run, struct bv_oracle_frame *f, u32 pc)
{
	const struct bv_claims_func *func = find_func(run->claims, pc);
	const struct bv_oracle_frame *caller = known_caller(run);
	u32 i;

	if (func->global)
		give_args(run, func);
	f->caller = run->caller;
	f->depth = caller ? caller->depth + 1 : 0;
	f->global = func->global;
	f->call = run->pc;
	f->fp = run->reg[BPF_REG_10];
	memcpy(f->reg, &run->reg[BPF_REG_6], sizeof(f->reg));
	run->caller = f;
	run->reg[BPF_REG_0] = nothing;
	for (i = BPF_REG_6; i <= BPF_REG_9; i++)
		run->reg[i] = nothing;
	run->reg[BPF_REG_10].base = run->regs[BPF_REG_10];
	run->reg[BPF_REG_10].size = func->stack_depth;
	run->pc = BV_NO_PC;
}

/**
 * bv_oracle_return() - it has run
 * @run:	the run, its registers those of the caller again
 */
void bv_oracle_return(struct bv_oracle_run *run)
{
	const struct bv_oracle_frame *f = run->caller;
	u32 i;

	/* a packet load that found nothing ends a function, too */
	if (run->pc != BV_NO_PC &&
	    bpf_insn_form(run->claims->insns[run->pc].code)->class == BPF_IC_PACKET)
		follow_packet(run);
	run->reg[BPF_REG_10] = f->fp;
	memcpy(&run->reg[BPF_REG_6], f->reg, sizeof(f->reg));
	for (i = BPF_REG_1; i <= BPF_REG_5; i++)
		run->reg[i] = nothing;
	run->caller = f->caller;
	run->pc = BV_NO_PC;
}
