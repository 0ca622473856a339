// SPDX-License-Identifier: GPL-2.0-only
/*
 * What nobody reads need not be computed, nor stored on the stack.
 *
 * Removes arithmetic, constants, loads from the stack, and stores to words of it that are
 * not loaded again, where the program does nothing with its frame pointer but such loads
 * and stores, and no barrier waits for the store. Any other access may have an effect, or
 * fault, or end the program, and a call always has one. And where only a branch reads the
 * result of "x &= mask", it tests the bits itself.
 *
 * Layer K3o; builds in user space too. Tests: tools/bpf/verify/opt_test.c, fuzz_opt.
 */
#include <linux/kernel.h>
#include "../insn.h"
#include "pass.h"

/* the part of the stack that is looked after: a bit for each four bytes, topmost last */
#define STACK_WORDS	32
#define WORD_BYTES	4
#define ALL_WORDS	U32_MAX

/**
 * struct dead - one sweep
 * @o:		the program; its map holds the words that are live before each
 *		instruction, its table of live registers likewise
 * @words:	words of the stack that are live at this point
 * @regs:	registers
 * @own_stack:	stores to the stack may go
 */
struct dead {
	struct bpf_opt	*o;
	u32		words;
	u16		regs;
	bool		own_stack;
};

static bool has_no_effect(const struct bpf_insn *insn)
{
	switch (bpf_insn_form(insn->code)->class) {
	case BPF_IC_ALU:
	case BPF_IC_CONST:
		return true;
	case BPF_IC_LOAD:
		return insn->src_reg == BPF_REG_FP;
	default:
		return false;
	}
}

/* does it do anything with R10 but to load and store on the stack? */
static bool uses_frame(const struct bpf_insn *insn)
{
	switch (BPF_CLASS(insn->code)) {
	case BPF_LDX:
		return insn->src_reg == BPF_REG_FP &&
		       bpf_insn_form(insn->code)->class != BPF_IC_LOAD;
	case BPF_ST:
		return false;
	case BPF_LD:
		return BPF_MODE(insn->code) == BPF_IND && insn->src_reg == BPF_REG_FP;
	case BPF_STX:
		return insn->src_reg == BPF_REG_FP;
	default:
		return insn->src_reg == BPF_REG_FP || insn->dst_reg == BPF_REG_FP;
	}
}

/* may anything but the program's loads and stores at R10 see what is on the stack? */
static bool frame_escapes(const struct bpf_opt *o)
{
	u32 pc;

	for (pc = 0; pc < o->count; pc += bpf_insn_slots(&o->insns[pc])) {
		if (uses_frame(&o->insns[pc]))
			return true;
	}
	return false;
}

/* words that an access at R10 + @off touches; *@all: none of it is outside those we know */
static u32 words_at(s32 off, u32 bytes, bool *all)
{
	s32 first = off + STACK_WORDS * WORD_BYTES, end = first + (s32)bytes;
	u32 words;

	*all = first >= 0 && off < 0;
	if (end <= 0 || off >= 0)
		return 0;
	first = max(first, 0) / WORD_BYTES;
	end = min_t(s32, DIV_ROUND_UP(end, WORD_BYTES), STACK_WORDS);
	words = ALL_WORDS >> (STACK_WORDS - (end - first));
	return words << first;
}

/* an access to the stack; true where it is a store that nobody needs */
static bool is_dead_store(struct dead *d, const struct bpf_insn *insn)
{
	const struct bpf_insn_form *form = bpf_insn_form(insn->code);
	u32 words;
	bool all;

	switch (form->class) {
	case BPF_IC_LOAD:
		if (insn->src_reg == BPF_REG_FP)
			d->words |= words_at(insn->off, form->bytes, &all);
		return false;
	case BPF_IC_ATOMIC:
		if (insn->dst_reg == BPF_REG_FP)
			d->words |= words_at(insn->off, form->bytes, &all);
		return false;
	case BPF_IC_STORE:
		if (insn->dst_reg != BPF_REG_FP)
			return false;
		words = words_at(insn->off, form->bytes, &all);
		if (all && !(words & d->words))
			return true;
		/* a whole word, or several, and no part of another */
		if (form->bytes >= WORD_BYTES && insn->off % WORD_BYTES == 0)
			d->words &= ~words;
		return false;
	default:
		return false;
	}
}

/*
 * Does a barrier follow, so that loads must not get what was there before the store? Stores
 * behind it have none, as what is there since then may be seen: this one stays.
 */
static bool is_waited_for(const struct bpf_opt *o, u32 pc)
{
	do {
		pc++;
	} while (pc < o->count && bpf_opt_is_nop(&o->insns[pc]));
	return pc < o->count && o->insns[pc].code == (BPF_ST | BPF_NOSPEC);
}

/* what is live behind the instruction at @pc, now that d tells what is behind that */
static void look_behind(struct dead *d, u32 pc)
{
	const struct bpf_insn *insn = &d->o->insns[pc];
	u32 target;

	if (!bpf_insn_falls_through(insn)) {
		d->regs = 0;
		d->words = 0;
	}
	if (!bpf_insn_target(insn, pc, &target))
		return;
	if (target <= pc) {
		d->regs |= d->o->live[pc];
		d->words = ALL_WORDS;
	} else {
		d->regs |= d->o->live[target];
		d->words |= d->o->map[target];
	}
}

/*
 * "x &= mask; if x != 0 goto" is "if x & mask goto", where x is not read any more. The
 * branch is at @pc, the other anywhere before it without anything between.
 */
static void join_mask(struct dead *d, u32 pc)
{
	struct bpf_insn *insn = &d->o->insns[pc], *mask;
	u32 at = pc;
	u8 class;

	if (BPF_OP(insn->code) != BPF_JNE || BPF_SRC(insn->code) != BPF_K || insn->imm ||
	    (d->regs & BIT(insn->dst_reg)))
		return;
	do {
		if (!at || (d->o->marks[at] & BPF_FLOW_TARGET))
			return;
		at--;
	} while (bpf_opt_is_nop(&d->o->insns[at]));

	mask = &d->o->insns[at];
	class = BPF_CLASS(mask->code);
	if ((class != BPF_ALU && class != BPF_ALU64) || BPF_OP(mask->code) != BPF_AND ||
	    mask->dst_reg != insn->dst_reg)
		return;
	/* half of it is enough for both */
	if (class == BPF_ALU)
		class = BPF_JMP32;
	else
		class = BPF_CLASS(insn->code);
	d->o->again = true;
	insn->code = class | BPF_JSET | BPF_SRC(mask->code);
	insn->src_reg = mask->src_reg;
	insn->imm = mask->imm;
	bpf_opt_remove(d->o, at);
}

static void visit(struct dead *d, u32 pc)
{
	struct bpf_opt *o = d->o;
	const struct bpf_insn *insn = &o->insns[pc];
	u8 class = BPF_CLASS(insn->code);
	struct bpf_touched t;

	/* most instructions go on to the next one */
	if (class == BPF_JMP || class == BPF_JMP32) {
		look_behind(d, pc);
		join_mask(d, pc);
	}
	t = bpf_insn_touches_quick(insn);
	if (has_no_effect(insn) && !(t.sets & d->regs)) {
		o->again |= !!(o->marks[pc] & BPF_OPT_PARTED);
		bpf_opt_remove(o, pc);
		return;
	}
	if (d->own_stack && is_dead_store(d, insn) && !is_waited_for(o, pc)) {
		bpf_opt_remove(o, pc);
		return;
	}
	d->regs = (d->regs & ~t.sets) | t.uses;
}

/**
 * bpf_opt_dead() - remove what computes or stores what is not read
 * @o:	the program; o->live and o->map are written
 *
 * A sweep backwards that removes as it goes finds what only removed instructions read,
 * too. Around loops bpf_flow_live() has to say first what is live there.
 */
void bpf_opt_dead(struct bpf_opt *o)
{
	struct dead d = { .o = o };
	u32 pc;

	d.own_stack = o->stores && !frame_escapes(o);
	if (o->loops)
		bpf_flow_live(o->insns, o->count, o->marks, o->live);
	for (pc = o->count; pc-- > 0;) {
		if (o->marks[pc] & BPF_FLOW_SECOND)
			continue;
		if (!bpf_opt_is_nop(&o->insns[pc]))
			visit(&d, pc);
		o->live[pc] = d.regs;
		o->map[pc] = d.words;
	}
}
