// SPDX-License-Identifier: GPL-2.0-only
/*
 * Code is put in the place of instructions, and every distance made right again.
 *
 * Must leave the program as it was where a distance would not fit.
 *
 * Layer K3o; builds in user space too. Tests: tools/bpf/verify/opt_test.c, fuzz_opt.
 */
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/slab.h>
#include "../insn.h"
#include "pass.h"

/**
 * struct placing - a program being put together
 * @o:		the old one; its map has the new index of each instruction
 * @added:	the code that comes in
 * @out:	the new one
 */
struct placing {
	const struct bpf_opt		*o;
	const struct bpf_opt_added	*added;
	struct bpf_insn			*out;
};

static u32 spot_end(const struct bpf_opt_added *added, u32 spot)
{
	return spot + 1 < added->nspots ? added->spots[spot + 1].start : added->count;
}

/* new indices of the old instructions; returns the new length */
static u32 lay_out(struct bpf_opt *o, const struct bpf_opt_added *added)
{
	u32 pc, at = 0, spot = 0;

	for (pc = 0; pc < o->count; pc++) {
		o->map[pc] = at++;
		if (spot < added->nspots && added->spots[spot].pc == pc) {
			at += spot_end(added, spot) - added->spots[spot].start - 1;
			spot++;
		}
	}
	return at;
}

/* makes the jump at @at go to @target; false where it cannot */
static bool aim(struct placing *p, u32 at, u32 target)
{
	struct bpf_insn *insn = &p->out[at];
	s64 distance = (s64)target - at - 1;
	bool is_near = distance == (s16)distance;

	if (bpf_opt_is_jump(insn)) {
		insn->code = is_near ? BPF_JMP | BPF_JA : BPF_JMP32 | BPF_JA;
		insn->off = is_near ? distance : 0;
		insn->imm = is_near ? 0 : distance;
		return true;
	}
	insn->off = distance;
	return is_near;
}

/* the code of spot @spot, to where its instruction was */
static bool put_spot(struct placing *p, u32 spot)
{
	const struct bpf_opt_added *added = p->added;
	u32 start = added->spots[spot].start, end = spot_end(added, spot), i;
	u32 at = p->o->map[added->spots[spot].pc];

	for (i = start; i < end; i++) {
		u32 to = added->to[i], target;

		p->out[at + i - start] = added->insns[i];
		if (to == BPF_OPT_TO_NONE)
			continue;
		target = to & BPF_OPT_TO_ADDED ? at + (to & ~BPF_OPT_TO_ADDED) - start :
						 p->o->map[to];
		if (!aim(p, at + i - start, target))
			return false;
	}
	return true;
}

static bool put_all(struct placing *p)
{
	const struct bpf_opt *o = p->o;
	u32 pc, slots, target, spot = 0;

	for (pc = 0; pc < o->count; pc += slots) {
		const struct bpf_insn *insn = &o->insns[pc];

		slots = bpf_insn_slots(insn);
		if (spot < p->added->nspots && p->added->spots[spot].pc == pc) {
			if (!put_spot(p, spot++))
				return false;
			continue;
		}
		p->out[o->map[pc]] = *insn;
		if (slots == 2)
			p->out[o->map[pc] + 1] = insn[1];
		if (bpf_insn_target(insn, pc, &target) &&
		    !aim(p, o->map[pc], o->map[target]))
			return false;
	}
	return true;
}

/**
 * bpf_opt_place() - put code in the place of instructions
 * @o:		the program; gets new memory for its instructions, the old is freed. Its
 *		tables are still those of the old length
 * @added:	the code
 *
 * Return: 0; -ENOMEM, or -ERANGE where a jump would not reach any more: then nothing
 * has changed.
 */
int bpf_opt_place(struct bpf_opt *o, const struct bpf_opt_added *added)
{
	struct placing p = { .o = o, .added = added };
	u32 count = lay_out(o, added);

	p.out = kvmalloc_array(count, sizeof(*p.out), GFP_KERNEL | __GFP_NOWARN);
	if (!p.out)
		return -ENOMEM;
	if (!put_all(&p)) {
		kvfree(p.out);
		return -ERANGE;
	}
	kvfree(o->insns);
	o->insns = p.out;
	o->count = count;
	return 0;
}
