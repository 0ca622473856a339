// SPDX-License-Identifier: GPL-2.0-only
/*
 * Where control goes and which registers an instruction reads and writes, for programs
 * as they run.
 *
 * Decides what code that changes or compiles instructions may take for granted. It errs
 * on one side only: a register may be called live that is not, never the other way round.
 * Must never judge a program (the verifier has) nor allocate.
 *
 * Layer K0: pure; builds in user space too. Tests: tools/bpf/verify/opt_test.c and the
 * fuzzers of tools/bpf/verify.
 */
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/limits.h>
#include <linux/minmax.h>
#include <linux/string.h>
#include "flow.h"
#include "insn.h"

#define REG(r)		(1u << (r))
#define REGS_ALL	(REG(MAX_BPF_EXT_REG) - 1)

/* Sweeps over a program that jumps backwards, before its loops are taken to use every
 * register. Code that compilers write needs three; blocks laid out in reverse order,
 * one for each.
 */
#define MOST_SWEEPS	8

/* helper calls say how many registers they take, or nothing: then all five */
static u16 call_arguments(const struct bpf_insn *insn)
{
	u32 args = (u16)insn->off - BPF_CALL_ARITY(0);

	if (insn->src_reg || args >= 5)
		return BPF_REGS_ARGS;
	return (REG(args) - 1) << BPF_REG_1;
}

/* instructions that RFC 9669 does not have, see linux/bpf_func.h */
static struct bpf_touched touches_internal(const struct bpf_insn *insn)
{
	if (BPF_CLASS(insn->code) == BPF_LDX)
		return (struct bpf_touched){
			.uses = REG(insn->src_reg),
			.sets = REG(insn->dst_reg),
		};
	if (insn->code == (BPF_JMP | BPF_TAIL_CALL))
		return (struct bpf_touched){
			.uses = REG(BPF_REG_1) | REG(BPF_REG_2) | REG(BPF_REG_3),
			.sets = BPF_REGS_CLOBBERED,
		};
	return (struct bpf_touched){ 0 };	/* BPF_ST | BPF_NOSPEC */
}

static struct bpf_touched touches_atomic(const struct bpf_insn *insn)
{
	struct bpf_touched t = { .uses = REG(insn->dst_reg) | REG(insn->src_reg) };

	if (insn->imm == BPF_CMPXCHG) {
		t.uses |= REG(BPF_REG_0);
		t.sets = REG(BPF_REG_0);
	} else if (insn->imm & BPF_FETCH) {
		t.sets = REG(insn->src_reg);
	}
	return t;
}

/**
 * bpf_insn_touches() - registers that an instruction reads and writes
 * @insn:	an instruction of a legal program, not a second slot
 *
 * A call writes R0 and leaves R1 to R5 undefined; so does a packet load, and a tail
 * call that comes back leaves R0 undefined too. Which arguments a helper call reads is
 * in its off (BPF_CALL_ARITY); a call of a function reads all five. R10 counts as any
 * other. Pure. Source: RFC 9669 sections 4 and 5.
 *
 * Return: the two sets; both empty for what is no instruction.
 */
struct bpf_touched bpf_insn_touches(const struct bpf_insn *insn)
{
	const struct bpf_insn_form *form = bpf_insn_form(insn->code);
	struct bpf_touched t = { 0 };

	switch (form->class) {
	case BPF_IC_ILLEGAL:
		return touches_internal(insn);
	case BPF_IC_ATOMIC:
		return touches_atomic(insn);
	case BPF_IC_CALL:
		t.uses = call_arguments(insn);
		t.sets = BPF_REGS_CLOBBERED;
		return t;
	case BPF_IC_PACKET:
		t.uses = REG(BPF_REG_CTX);
		if (form->uses & BPF_USES_SRC)
			t.uses |= REG(insn->src_reg);
		t.sets = BPF_REGS_CLOBBERED;
		return t;
	case BPF_IC_EXIT:
		t.uses = REG(BPF_REG_0);
		return t;
	default:
		return bpf_operands_touch(insn, form->uses);
	}
}

/* gives @at the mark @mark; false where no instruction starts */
static bool put_mark(u8 *marks, u32 count, u32 at, u8 mark)
{
	if (at >= count || (marks[at] & BPF_FLOW_SECOND))
		return false;
	marks[at] |= mark;
	return true;
}

/**
 * bpf_flow_mark() - find where jumps go and functions start
 * @insns:	the program
 * @count:	its instructions; fewer than 2^31
 * @marks:	takes BPF_FLOW_* for each of them
 *
 * One pass. Pure.
 *
 * Return: 0, or -EINVAL where a jump or a call leaves the program or goes into a second
 * slot, or where the last instruction goes on.
 */
int bpf_flow_mark(const struct bpf_insn *insns, u32 count, u8 *marks)
{
	u32 pc, next, target, last = 0;

	if (!count)
		return -EINVAL;
	memset(marks, 0, count);
	marks[0] = BPF_FLOW_FUNC;
	for (pc = 0; pc < count; pc = next) {
		const struct bpf_insn *insn = &insns[pc];

		last = pc;
		next = pc + bpf_insn_slots(insn);
		if (next > pc + 1) {
			/* marked already: somebody jumps into it */
			if (next > count || marks[pc + 1])
				return -EINVAL;
			marks[pc + 1] = BPF_FLOW_SECOND;
		} else if (bpf_insn_target(insn, pc, &target)) {
			u8 mark = BPF_FLOW_TARGET;

			if (target <= pc)
				mark |= BPF_FLOW_LOOP;
			if (!put_mark(marks, count, target, mark))
				return -EINVAL;
		} else if (bpf_insn_calls_func(insn)) {
			if (!put_mark(marks, count, pc + 1 + insn->imm, BPF_FLOW_FUNC))
				return -EINVAL;
		}
	}
	return bpf_insn_falls_through(&insns[last]) ? -EINVAL : 0;
}

/* registers live before the instruction at @pc, given those live after it */
static inline u16 live_before(const struct bpf_insn *insn, u16 after)
{
	struct bpf_touched t = bpf_insn_touches_quick(insn);

	return (after & ~t.sets) | t.uses;
}

/**
 * struct sweep - backwards through a program
 * @insns:	the program
 * @marks:	of bpf_flow_mark()
 * @live_after:	what the sweep before has left there, and this one makes of it
 * @give_up:	what jumps backwards has every register live behind it
 * @last:	the last instruction that jumps backwards; the first sweep finds it
 * @first:	the first one of a loop
 * @changed:	at a target of such a jump something is live that was not
 * @moved:	at any target
 */
struct sweep {
	const struct bpf_insn	*insns;
	const u8		*marks;
	u16			*live_after;
	bool			give_up;
	u32			last;
	u32			first;
	bool			changed;
	bool			moved;
};

/* registers live after the instruction at @pc, which is one that may jump */
static u16 live_behind(struct sweep *s, u32 pc, u16 before_next)
{
	const struct bpf_insn *insn = &s->insns[pc];
	u16 after = bpf_insn_falls_through(insn) ? before_next : 0;
	u32 target;

	if (!bpf_insn_target(insn, pc, &target))
		return after;
	if (target <= pc) {
		s->last = max(s->last, pc);
		if (s->give_up)
			return REGS_ALL;
	}
	return after | live_before(&s->insns[target], s->live_after[target]);
}

/* others go to @pc, where @before is live now */
static void compare_target(struct sweep *s, u32 pc, u16 before)
{
	bool differs = before != live_before(&s->insns[pc], s->live_after[pc]);

	s->moved |= differs;
	if (s->marks[pc] & BPF_FLOW_LOOP) {
		s->changed |= differs;
		s->first = pc;
	}
}

/* from the instruction at @pc on, with @before live behind it, until nothing can differ */
static void sweep(struct sweep *s, u32 pc, u16 before)
{
	const u32 stop = s->first;

	s->changed = false;
	s->moved = false;
	do {
		const struct bpf_insn *insn = &s->insns[pc];
		u8 class = BPF_CLASS(insn->code);
		u16 after = before;

		if (s->marks[pc] & BPF_FLOW_SECOND)
			continue;
		/* most instructions are none that jump */
		if (class == BPF_JMP || class == BPF_JMP32)
			after = live_behind(s, pc, before);
		before = live_before(insn, after);
		if (s->marks[pc] & BPF_FLOW_TARGET)
			compare_target(s, pc, before);
		s->live_after[pc] = after;
		if (bpf_insn_slots(insn) == 2)
			s->live_after[pc + 1] = after;
		if (pc == stop && !s->moved)
			return;
	} while (pc-- > 0);
}

/* once more where there are loops: what is behind them stays, and maybe what is before them */
static void sweep_loops(struct sweep *s)
{
	const struct bpf_insn *last = &s->insns[s->last];
	u16 before = 0;

	if (bpf_insn_falls_through(last))
		before = live_before(last + 1, s->live_after[s->last + 1]);
	sweep(s, s->last, before);
}

/**
 * bpf_flow_live() - find the registers that are live after each instruction
 * @insns:	the program
 * @count:	its instructions
 * @marks:	of bpf_flow_mark(), which has returned 0
 * @live_after:	takes, for each instruction, registers whose value may be read later.
 *		Both slots of ld_imm64 get the same
 *
 * One sweep where nothing jumps backwards, a few where something does; never more than
 * linear time. In functions, R6 to R9 of the caller are none of the callee's.
 * Pure.
 */
void bpf_flow_live(const struct bpf_insn *insns, u32 count, const u8 *marks,
		   u16 *live_after)
{
	struct sweep s = {
		.insns = insns, .marks = marks, .live_after = live_after, .first = U32_MAX,
	};
	u32 round;

	memset(live_after, 0, count * sizeof(*live_after));
	sweep(&s, count - 1, 0);
	if (s.first == U32_MAX)
		return;
	for (round = 1; s.changed && round < MOST_SWEEPS; round++)
		sweep_loops(&s);
	if (!s.changed)
		return;
	s.give_up = true;
	sweep(&s, count - 1, 0);
}
