// SPDX-License-Identifier: GPL-2.0-only
/*
 * Where control goes: jumps go straight to where a chain of jumps ends, a branch around
 * a jump becomes the opposite branch, a jump to an exit is an exit, a branch with one
 * outcome is none. What cannot be reached any more is removed.
 *
 * Must never move an instruction, and never make a jump that its encoding cannot hold.
 *
 * Layer K3o; builds in user space too. Tests: tools/bpf/verify/opt_test.c, fuzz_opt.
 */
#include <linux/kernel.h>
#include "../insn.h"
#include "pass.h"

/* jumps to jumps that are followed; loops of nothing but jumps exist */
#define MOST_HOPS	16

/* sweeps for what can be reached; more only where blocks lie in reverse order */
#define MOST_SWEEPS	4

/* the first instruction at or behind @pc that is not "ja +0"; @count if there is none */
static u32 skip_nops(const struct bpf_opt *o, u32 pc)
{
	while (pc < o->count && bpf_opt_is_nop(&o->insns[pc]))
		pc++;
	return pc;
}

/* where control is really going that is sent to @pc */
static u32 final_target(const struct bpf_opt *o, u32 pc)
{
	u32 hops;

	for (hops = 0; hops < MOST_HOPS; hops++) {
		pc = skip_nops(o, pc);
		if (!bpf_opt_is_jump(&o->insns[pc]))
			break;
		bpf_insn_target(&o->insns[pc], pc, &pc);
	}
	return pc;
}

static bool fits_branch(s64 distance)
{
	return distance == (s16)distance;
}

/* writes "go to @target" in the shortest form that holds it */
static void write_jump(struct bpf_opt *o, u32 pc, u32 target)
{
	s64 distance = (s64)target - pc - 1;
	struct bpf_insn *insn = &o->insns[pc];

	if (fits_branch(distance))
		*insn = (struct bpf_insn){ .code = BPF_JMP | BPF_JA, .off = distance };
	else
		*insn = (struct bpf_insn){ .code = BPF_JMP32 | BPF_JA, .imm = distance };
}

static void improve_jump(struct bpf_opt *o, u32 pc)
{
	u32 first = pc, target;

	bpf_insn_target(&o->insns[pc], pc, &first);
	target = final_target(o, first);
	if (o->insns[target].code == (BPF_JMP | BPF_EXIT)) {
		o->insns[pc] = o->insns[target];
		o->changed = true;
	} else if (target == skip_nops(o, pc + 1)) {
		bpf_opt_remove(o, pc);
		o->again = true;
	} else {
		o->changed |= target != first;
		write_jump(o, pc, target);
	}
}

/* does a jump go to @from, @to or between them? */
static bool is_entered(const struct bpf_opt *o, u32 from, u32 to)
{
	u8 marks = 0;

	for (; from <= to; from++)
		marks |= o->marks[from];
	return marks & BPF_FLOW_TARGET;
}

/*
 * "if c goto 1; goto 2; 1:" is "if !c goto 2". @next: the jump, removed where nobody else
 * goes to it.
 */
static bool turn_round(struct bpf_opt *o, u32 pc, u32 next, u32 target)
{
	struct bpf_insn *insn = &o->insns[pc];
	u8 opposite = bpf_opt_opposite(BPF_OP(insn->code));
	s64 distance;

	if (!opposite || !bpf_opt_is_jump(&o->insns[next]) ||
	    skip_nops(o, next + 1) != target || is_entered(o, pc + 1, next))
		return false;
	bpf_insn_target(&o->insns[next], next, &target);
	distance = (s64)final_target(o, target) - pc - 1;
	if (!fits_branch(distance))
		return false;
	insn->code = BPF_CLASS(insn->code) | BPF_SRC(insn->code) | opposite;
	insn->off = distance;
	bpf_opt_remove(o, next);
	return true;
}

static void improve_branch(struct bpf_opt *o, u32 pc)
{
	u32 next = skip_nops(o, pc + 1), first = pc, target;
	s64 distance;

	bpf_insn_target(&o->insns[pc], pc, &first);
	target = final_target(o, first);
	if (target == next || target == final_target(o, next)) {
		/* both ways lead there */
		bpf_opt_remove(o, pc);
		o->again = true;
		return;
	}
	if (turn_round(o, pc, next, target))
		return;
	distance = (s64)target - pc - 1;
	if (target == first || !fits_branch(distance))
		return;
	o->insns[pc].off = distance;
	o->changed = true;
	o->again = true;
	/* the jump that it does not go to any more may go, too */
	o->unseen = true;
}

static void improve(struct bpf_opt *o, u32 pc)
{
	const struct bpf_insn *insn = &o->insns[pc];

	if (bpf_opt_is_nop(insn))
		o->changed = true;
	else if (bpf_opt_is_jump(insn))
		improve_jump(o, pc);
	else if (bpf_insn_form(insn->code)->class == BPF_IC_BRANCH)
		improve_branch(o, pc);
}

/* ---- reachability ------------------------------------------------------------------- */

/**
 * struct reach - how far sweeps have come
 * @from:	where the next one is to begin: the first place that control gets to, and
 *		was not known to when that was passed over; or behind the program
 * @passed:	the first instruction that none has reached, or behind the program
 */
struct reach {
	u32	from;
	u32	passed;
};

/*
 * From reach->from to the end: jumps are improved, and what they lead to is reached. Jumps of
 * what is passed over are improved too, as it may turn out to be reached.
 */
static void sweep(struct bpf_opt *o, struct reach *reach)
{
	u32 pc = reach->from, slots, target;
	bool here = !pc;

	reach->from = o->count;
	if (reach->passed >= pc)
		reach->passed = o->count;
	for (; pc < o->count; pc += slots) {
		const struct bpf_insn *insn = &o->insns[pc];
		u8 class = BPF_CLASS(insn->code);

		slots = bpf_insn_slots(insn);
		if (class == BPF_JMP || class == BPF_JMP32)
			improve(o, pc);
		here |= o->marks[pc] & BPF_OPT_REACHED;
		if (!here) {
			reach->passed = min(reach->passed, pc);
			continue;
		}
		if (o->marks[pc] & BPF_FLOW_TARGET)
			o->marks[pc] |= BPF_OPT_REACHED;
		if (class != BPF_JMP && class != BPF_JMP32)
			continue;
		here = bpf_insn_falls_through(insn);
		if (!bpf_insn_target(insn, pc, &target))
			continue;
		if (target <= pc && !(o->marks[target] & BPF_OPT_REACHED))
			reach->from = min(reach->from, target);
		o->marks[target] |= BPF_OPT_REACHED;
	}
}

/* what no sweep came to */
static void remove_passed(struct bpf_opt *o)
{
	bool here = true;
	u32 pc, slots;

	for (pc = 0; pc < o->count; pc += slots) {
		const struct bpf_insn *insn = &o->insns[pc];

		slots = bpf_insn_slots(insn);
		here |= o->marks[pc] & BPF_OPT_REACHED;
		if (here)
			here = bpf_insn_falls_through(insn);
		else if (!bpf_opt_is_nop(insn))
			bpf_opt_remove(o, pc);
	}
}

/**
 * bpf_opt_jumps() - straighten jumps, remove what cannot be reached
 * @o:	the program, marked by bpf_flow_mark() and gone through by bpf_opt_values();
 *	marks of targets are too many afterwards
 */
void bpf_opt_jumps(struct bpf_opt *o)
{
	struct reach reach = {};
	u32 round = 0;

	do {
		sweep(o, &reach);
	} while (reach.from < o->count && round++ < MOST_SWEEPS);
	if (reach.passed < o->count && reach.from == o->count)
		remove_passed(o);
	/* what is left at the end is an exit or a jump: nothing goes behind it */
	while (bpf_opt_is_nop(&o->insns[o->count - 1]))
		o->count--;
}
