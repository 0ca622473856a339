// SPDX-License-Identifier: GPL-2.0-only
/*
 * Instructions move together where others were removed.
 *
 * Layer K3o; builds in user space too. Tests: tools/bpf/verify/opt_test.c, fuzz_opt.
 */
#include <linux/kernel.h>
#include "../insn.h"
#include "pass.h"

/* true where a jump has become one that goes to what follows */
static bool pack_once(struct bpf_opt *o)
{
	u32 pc, slots, target, count, at = 0;
	bool more = false;

	for (pc = 0; pc < o->count; pc += slots) {
		slots = bpf_insn_slots(&o->insns[pc]);
		o->map[pc] = at;
		if (!bpf_opt_is_nop(&o->insns[pc]))
			at += slots;
	}
	count = at;
	if (count == o->count)
		return false;
	for (pc = 0; pc < o->count; pc += slots) {
		struct bpf_insn *insn = &o->insns[pc], *out;
		bool jumps;

		slots = bpf_insn_slots(insn);
		if (bpf_opt_is_nop(insn))
			continue;
		jumps = bpf_insn_target(insn, pc, &target);
		at = o->map[pc];
		out = &o->insns[at];
		*out = *insn;
		if (slots == 2)
			out[1] = insn[1];
		if (!jumps)
			continue;
		if (out->code == (BPF_JMP32 | BPF_JA))
			out->imm = o->map[target] - (at + 1);
		else
			out->off = o->map[target] - (at + 1);
		more |= bpf_opt_is_nop(out);
	}
	o->count = count;
	return more;
}

/**
 * bpf_opt_pack() - leave out every "ja +0"
 * @o:	the program; o->count is the new length, o->marks are void
 *
 * Every distance shrinks or stays. Jumps that go to what follows then are left out, too.
 */
void bpf_opt_pack(struct bpf_opt *o)
{
	while (pack_once(o))
		;
}
