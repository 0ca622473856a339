/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The passes of the optimiser and what they share.
 *
 * Between two passes a program is always a whole one that could be run. An instruction
 * that is to go becomes "ja +0", and nothing moves until bpf_opt_pack(): so indices,
 * marks and distances stay good throughout, and distances only ever shrink.
 *
 * BPF_REG_AX is never made to live longer than it did: who comes later (blinding, code
 * generators) uses it between any two instructions that do not.
 *
 * Layer K3o; builds in user space too.
 */
#ifndef _BPF_OPT_PASS_H
#define _BPF_OPT_PASS_H

#include <linux/types.h>
#include "../flow.h"
#include "opt.h"

/* further marks, beside BPF_FLOW_* */
#define BPF_OPT_PARTED	0x20	/* values.c: writes over what another register was known by */
#define BPF_OPT_REACHED	0x40	/* jumps.c: control may get here */
#define BPF_OPT_TAKEN	0x80	/* chain.c: a test that is part of a chain already */

/**
 * struct bpf_opt - a program being improved
 * @insns:	its instructions
 * @count:	how many
 * @marks:	BPF_FLOW_* and BPF_OPT_* of each instruction
 * @live:	registers live after each instruction
 * @map:	one word for each instruction, for whoever needs it
 * @unseen:	some passes have not been through it as it is
 * @better:	values.c has written another instruction somewhere
 * @changed:	a pass has removed something
 * @again:	a branch is gone, so that more may be known where it went, or what wrote over
 *		the origin of a copy: another round may find more
 * @loops:	something jumps backwards
 * @tests:	comparisons for equality with a constant, about
 * @stores:	something is stored on the stack
 */
struct bpf_opt {
	struct bpf_insn	*insns;
	u32		count;
	u8		*marks;
	u16		*live;
	u32		*map;
	bool		unseen;
	bool		better;
	bool		changed;
	bool		again;
	bool		loops;
	u32		tests;
	bool		stores;
};

/* "ja +0": removed, or useless as the program's author wrote it */
static inline bool bpf_opt_is_nop(const struct bpf_insn *insn)
{
	return insn->code == (BPF_JMP | BPF_JA) && !insn->off;
}

static inline bool bpf_opt_is_jump(const struct bpf_insn *insn)
{
	return insn->code == (BPF_JMP | BPF_JA) || insn->code == (BPF_JMP32 | BPF_JA);
}

static inline void bpf_opt_make_nop(struct bpf_insn *insn)
{
	*insn = (struct bpf_insn){ .code = BPF_JMP | BPF_JA };
}

/* the instruction at @pc with both its slots */
static inline void bpf_opt_remove(struct bpf_opt *o, u32 pc)
{
	u32 slots = bpf_insn_slots(&o->insns[pc]);

	bpf_opt_make_nop(&o->insns[pc]);
	if (slots == 2) {
		bpf_opt_make_nop(&o->insns[pc + 1]);
		o->marks[pc + 1] = 0;
	}
	o->changed = true;
}

/* fold.c: arithmetic on constants, and instructions that come to less */
u64 bpf_opt_alu(u8 code, s16 off, u64 a, u64 b);
bool bpf_opt_taken(u8 code, u64 a, u64 b);
void bpf_opt_simplify_alu(struct bpf_insn *insn);
u8 bpf_opt_opposite(u8 op);

/* the passes, in the order they are run; each in the file of its name */
void bpf_opt_values(struct bpf_opt *o);
void bpf_opt_jumps(struct bpf_opt *o);
void bpf_opt_dead(struct bpf_opt *o);
void bpf_opt_pack(struct bpf_opt *o);

/* ---- chains of comparisons --------------------------------------------------------- */

/* shorter ones stay: their author may have put the frequent cases first */
#define BPF_OPT_LEAST_TESTS	5

/**
 * struct bpf_opt_test - "if r == key goto target" of a chain
 * @key:	as the comparison has it: 32 bits, or 64 with the sign extended
 * @order:	position in the chain; of two that ask the same the first counts
 * @target:	index in the program
 */
struct bpf_opt_test {
	u64	key;
	u32	order;
	u32	target;
};

enum bpf_opt_part_kind { BPF_OPT_RANGE, BPF_OPT_MASK, BPF_OPT_LIST };

/**
 * struct bpf_opt_part - tests that are decided together
 * @kind:	how, see tree.c
 * @first:	index of the first test
 * @count:	how many
 */
struct bpf_opt_part {
	enum bpf_opt_part_kind	kind;
	u32			first;
	u32			count;
};

/**
 * struct bpf_opt_chain - comparisons of one register, one behind the other
 * @tests:	by ascending key, every key once
 * @count:	how many
 * @parts:	what tree.c makes of them, all tests in order; room for one each
 * @nparts:	how many
 * @otherwise:	where control goes if none holds
 * @class:	BPF_JMP or BPF_JMP32
 * @reg:	the register
 */
struct bpf_opt_chain {
	struct bpf_opt_test	*tests;
	u32			count;
	struct bpf_opt_part	*parts;
	u32			nparts;
	u32			otherwise;
	u8			class;
	u8			reg;
};

/**
 * struct bpf_opt_spot - an instruction that code is to be put in the place of
 * @pc:		its index
 * @start:	first instruction of the code, in struct bpf_opt_added
 */
struct bpf_opt_spot {
	u32	pc;
	u32	start;
};

/* bpf_opt_added.to: no jump; a jump within the code, to this index of it */
#define BPF_OPT_TO_NONE		U32_MAX
#define BPF_OPT_TO_ADDED	BIT(31)

/**
 * struct bpf_opt_added - code to be added
 * @insns:	the code for all spots; every piece ends in a jump or an exit
 * @to:		for each instruction where it jumps: an index of the program, or
 *		BPF_OPT_TO_*
 * @count:	instructions
 * @room:	instructions there is memory for
 * @spots:	where the pieces go, ascending
 * @nspots:	how many
 * @spot_room:	spots there is memory for
 */
struct bpf_opt_added {
	struct bpf_insn		*insns;
	u32			*to;
	u32			count;
	u32			room;
	struct bpf_opt_spot	*spots;
	u32			nspots;
	u32			spot_room;
};

/* chain.c: finds chains worth it. False: none, or no memory */
bool bpf_opt_chains(struct bpf_opt *o, struct bpf_opt_added *added);

/* tree.c: instructions that a chain's code takes at most, what it gains, the code */
u32 bpf_opt_tree_room(u32 tests);
bool bpf_opt_tree_pays(struct bpf_opt_chain *chain, u32 linear);
void bpf_opt_tree(const struct bpf_opt_chain *chain, struct bpf_opt_added *added);

/* place.c: the program with the code in it */
int bpf_opt_place(struct bpf_opt *o, const struct bpf_opt_added *added);

#endif /* _BPF_OPT_PASS_H */
