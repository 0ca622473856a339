// SPDX-License-Identifier: GPL-2.0-only
/*
 * Does a program read only registers that have a value, whichever way it goes? Running it
 * does not tell: the interpreter leaves R1 to R5 alone where a call may do with them what
 * it likes.
 *
 * Layer: as bpfcase.c. See gen.h.
 */
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/types.h>
#include <string.h>
#include "gen_private.h"

#define ALL	((1u << MAX_BPF_EXT_REG) - 1)

static u16 defined[BUILD_MOST];

/* registers with a value behind an instruction, from those before it */
static u16 defined_after(const struct bpf_insn *insn, u16 before)
{
	struct bpf_touched t = bpf_insn_touches(insn);

	switch (bpf_insn_form(insn->code)->class) {
	case BPF_IC_CALL:
	case BPF_IC_PACKET:
		return (before & ~BPF_REGS_CLOBBERED) | BIT(0);
	case BPF_IC_ILLEGAL:
		if (insn->code == (BPF_JMP | BPF_TAIL_CALL))
			return before & ~BPF_REGS_CLOBBERED;
		return before | t.sets;
	default:
		return before | t.sets;
	}
}

/* @changed: something there is known to have no value that was thought to have one */
static bool flow_to(u32 pc, u16 set, u32 count, bool *changed)
{
	if (pc >= count)
		return false;
	*changed |= !!(defined[pc] & ~set);
	defined[pc] &= set;
	return true;
}

static bool sweep(const struct gen_prog *p, bool *changed)
{
	const struct build *b = &p->code;
	u32 pc, target;

	for (pc = 0; pc < b->count; pc += bpf_insn_slots(&b->insns[pc])) {
		const struct bpf_insn *insn = &b->insns[pc];
		u16 after = defined_after(insn, defined[pc]);

		if (bpf_insn_target(insn, pc, &target) &&
		    !flow_to(target, after, b->count, changed))
			return false;
		if (bpf_insn_falls_through(insn) &&
		    !flow_to(pc + bpf_insn_slots(insn), after, b->count, changed))
			return false;
	}
	return true;
}

/**
 * gen_is_defined() - is every register written before it is read?
 * @p:	the program
 *
 * Return: true if so, and if control stays in the program.
 */
bool gen_is_defined(const struct gen_prog *p)
{
	const struct build *b = &p->code;
	bool changed = true;
	u32 pc, i;

	for (pc = 0; pc < b->count; pc++)
		defined[pc] = ALL;
	defined[0] = BIT(BPF_REG_1) | BIT(BPF_REG_10);
	for (i = 1; i < p->func_count; i++)
		defined[p->funcs[i].start] = BPF_REGS_ARGS | BIT(BPF_REG_10);
	while (changed) {
		changed = false;
		if (!sweep(p, &changed))
			return false;
	}
	/* what nobody reaches has all registers */
	for (pc = 0; pc < b->count; pc += bpf_insn_slots(&b->insns[pc]))
		if (bpf_insn_touches(&b->insns[pc]).uses & ~defined[pc])
			return false;
	return true;
}
