// SPDX-License-Identifier: GPL-2.0-only
/*
 * Results that nobody reads need not be computed.
 *
 * Removes arithmetic, constants and loads from the program's own stack only: any other
 * access may have an effect, or fault, or end the program, and a call always has one.
 *
 * Layer K3o; builds in user space too. Tests: tools/bpf/verify/opt_test.c, fuzz_opt.
 */
#include <linux/kernel.h>
#include "../insn.h"
#include "pass.h"

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

/**
 * bpf_opt_dead() - remove what computes what is not read
 * @o:	the program; o->live is written
 *
 * A sweep backwards that removes as it goes finds what only removed instructions read,
 * too. Around loops bpf_flow_live() has to say first what is live there.
 */
void bpf_opt_dead(struct bpf_opt *o)
{
	u32 pc, target;
	u16 before = 0;

	if (o->loops)
		bpf_flow_live(o->insns, o->count, o->marks, o->live);
	for (pc = o->count; pc-- > 0;) {
		const struct bpf_insn *insn = &o->insns[pc];
		struct bpf_touched t;
		u16 after = 0;

		if (o->marks[pc] & BPF_FLOW_SECOND)
			continue;
		if (bpf_opt_is_nop(insn)) {
			o->live[pc] = before;
			continue;
		}
		/* live registers before a target were left in its place */
		if (bpf_insn_falls_through(insn))
			after = before;
		if (bpf_insn_target(insn, pc, &target))
			after |= target <= pc ? o->live[pc] : o->live[target];
		t = bpf_insn_touches(insn);
		before = (after & ~t.sets) | t.uses;
		if (has_no_effect(insn) && !(t.sets & after)) {
			bpf_opt_remove(o, pc);
			before = after;
		}
		o->live[pc] = before;
	}
}
