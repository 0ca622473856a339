// SPDX-License-Identifier: GPL-2.0-only
/*
 * The order of the passes.
 *
 *	values	operands become constants, arithmetic is done, branches are decided
 *	jumps	go where they end; what cannot be reached is removed
 *	dead	results nobody reads
 *	pack	what is left moves together
 *
 * and once, behind the first round,
 *
 *	chain	finds rows of comparisons with constants,
 *	tree	writes a search for them,
 *	place	puts it into the program
 *
 * Each is one or a few sweeps over the program. Where a branch went, more is known on the
 * ways that are left, and so it is where a register keeps what copies of it have: then small
 * programs get another round, which ends at once where no more is known after all. Large
 * ones get one, for loading takes as long as their instructions.
 *
 * Must never fail a program: without memory, or faced with what it does not know, it
 * leaves the instructions as they are.
 *
 * Layer K3o; builds in user space too. Tests: tools/bpf/verify/opt_test.c, fuzz_opt,
 * lib/test_bpf.c.
 */
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/slab.h>
#include "../insn.h"
#include "pass.h"

/* instructions */
#define SMALL_PROGRAM	512
#define MEDIUM_PROGRAM	8192

static bool has_functions(const struct bpf_code *code)
{
	u32 pc;

	for (pc = 0; pc < code->count; pc += bpf_insn_slots(&code->insns[pc])) {
		const struct bpf_insn *insn = &code->insns[pc];

		if (bpf_insn_calls_func(insn))
			return true;
	}
	return false;
}

/* one piece of memory for all of them; the one with the largest entries comes first */
static void free_tables(struct bpf_opt *o)
{
	kvfree(o->map);
}

static int alloc_tables(struct bpf_opt *o)
{
	o->map = kvmalloc_array(o->count,
				sizeof(*o->map) + sizeof(*o->live) + sizeof(*o->marks),
				GFP_KERNEL | __GFP_NOWARN);
	if (!o->map)
		return -ENOMEM;
	o->live = (u16 *)(o->map + o->count);
	o->marks = (u8 *)(o->live + o->count);
	return 0;
}

/* how often may a program of @count instructions be gone through? */
static u32 most_rounds(u32 count)
{
	if (count <= SMALL_PROGRAM)
		return 4;
	return count <= MEDIUM_PROGRAM ? 2 : 1;
}

/* once through all passes; false where the program is beyond us, or no better than it was */
static bool go_through(struct bpf_opt *o)
{
	bool jumps;

	if (bpf_flow_mark(o->insns, o->count, o->marks))
		return false;
	o->changed = false;
	o->again = false;
	bpf_opt_values(o);
	if (!o->unseen && !o->better)
		return false;
	/* branches that are only written in another way lead to where they did */
	jumps = o->unseen || o->changed;
	o->unseen = false;
	if (jumps)
		bpf_opt_jumps(o);
	bpf_opt_dead(o);
	if (o->changed)
		bpf_opt_pack(o);
	return true;
}

/* most tests of the chains cannot be reached any more: away with them first */
static void clean_up(struct bpf_opt *o)
{
	bpf_flow_mark(o->insns, o->count, o->marks);
	bpf_opt_jumps(o);
	bpf_opt_pack(o);
	o->again = true;
	o->unseen = true;
}

/* true where the program has become another, in other memory, with tables for it */
static bool replace_chains(struct bpf_opt *o)
{
	struct bpf_opt_added added = {};
	bool replaced = false;

	if (o->tests < BPF_OPT_LEAST_TESTS)
		return false;
	if (bpf_opt_chains(o, &added) && !bpf_opt_place(o, &added)) {
		free_tables(o);
		replaced = !alloc_tables(o);
	}
	kvfree(added.insns);
	kvfree(added.to);
	kvfree(added.spots);
	return replaced;
}

/**
 * bpf_opt_run() - improve a program
 * @code:	the program; code->insns may be replaced by other memory of kvmalloc()
 *
 * What the program returns, what it writes to memory other than its own stack, which
 * helpers it calls with which arguments and in which order stay as they are, for every
 * context. Programs with functions of their own, and those that a jump or the last
 * instruction leaves, come back unchanged.
 *
 * Context: may sleep.
 * Return: 0, or -ENOMEM: @code is then as good as before.
 */
int bpf_opt_run(struct bpf_code *code)
{
	struct bpf_opt o = { .insns = code->insns, .count = code->count, .unseen = true };
	u32 left = most_rounds(code->count) - 1;

	if (has_functions(code))
		return 0;
	if (alloc_tables(&o))
		return -ENOMEM;
	if (go_through(&o)) {
		if (replace_chains(&o))
			clean_up(&o);
		while (o.map && o.again && left-- && go_through(&o))
			;
	}
	code->insns = o.insns;
	code->count = o.count;
	free_tables(&o);
	return 0;
}
