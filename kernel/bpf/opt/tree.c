// SPDX-License-Identifier: GPL-2.0-only
/*
 * The code for a chain of comparisons: a binary search among parts of the number line,
 * and in each part what fits it best.
 *
 *	range	neighbouring numbers, same target:	if r <= last goto target
 *	mask	numbers less than 64 apart, same target: BPF_REG_AX = one bit for each,
 *		AX >>= r; if AX & 1 goto target. Shifts count modulo 64, so nothing has to
 *		be subtracted first, and the machine's bit test does it
 *	list	up to three others:			if r == key goto target, each
 *
 * Every constant in the code but masks is a key of the chain, so all of them can be
 * operands, whatever the width.
 *
 * Layer K3o; builds in user space too. Tests: tools/bpf/verify/opt_test.c, fuzz_opt.
 */
#include <linux/bitops.h>
#include <linux/kernel.h>
#include "pass.h"

#define LEAST_RANGE	3	/* numbers, or it is a list */
#define LEAST_MASK	4
#define MOST_LIST	3
#define MASK_BITS	64

/* tests from @i on with the same target: how many until one is @far from the first? */
static u32 count_near(const struct bpf_opt_chain *chain, u32 i, u64 far)
{
	const struct bpf_opt_test *first = &chain->tests[i];
	u32 n;

	for (n = 1; i + n < chain->count; n++) {
		const struct bpf_opt_test *t = &first[n];

		if (t->target != first->target || t->key - first->key >= far)
			break;
	}
	return n;
}

/* tests from @i on with the same target and no number left out between them */
static u32 count_run(const struct bpf_opt_chain *chain, u32 i)
{
	const struct bpf_opt_test *first = &chain->tests[i];
	u32 n;

	for (n = 1; i + n < chain->count; n++) {
		if (first[n].target != first->target || first[n].key - first->key != n)
			break;
	}
	return n;
}

/* the part that starts at test @i, if that is not a list */
static struct bpf_opt_part big_part(const struct bpf_opt_chain *chain, u32 i)
{
	u32 near = count_near(chain, i, MASK_BITS), run = count_run(chain, i);

	if (run >= LEAST_RANGE && run >= near)
		return (struct bpf_opt_part){ BPF_OPT_RANGE, i, run };
	if (near >= LEAST_MASK)
		return (struct bpf_opt_part){ BPF_OPT_MASK, i, near };
	return (struct bpf_opt_part){ BPF_OPT_LIST, i, 1 };
}

/* divides the tests into parts; small ones come together in lists */
static void divide(struct bpf_opt_chain *chain)
{
	struct bpf_opt_part *last = NULL;
	u32 i;

	chain->nparts = 0;
	for (i = 0; i < chain->count;) {
		struct bpf_opt_part part = big_part(chain, i);

		i += part.count;
		if (last && part.kind == BPF_OPT_LIST && last->kind == BPF_OPT_LIST &&
		    last->count < MOST_LIST) {
			last->count++;
			continue;
		}
		last = &chain->parts[chain->nparts++];
		*last = part;
	}
}

/**
 * bpf_opt_tree_room() - most instructions that code for a chain takes
 * @tests:	its tests
 *
 * A part of one test is two instructions and one of the search; larger parts are fewer
 * per test: nine for a mask of four. The first part may need one more.
 */
u32 bpf_opt_tree_room(u32 tests)
{
	return 3 * tests + 4;
}

/* in quarters of an instruction: what a test in this part takes on average */
static u32 part_cost(const struct bpf_opt_part *part)
{
	switch (part->kind) {
	case BPF_OPT_RANGE:
		return 6;
	case BPF_OPT_MASK:
		return 18;
	default:
		return 2 * part->count + 4;
	}
}

/**
 * bpf_opt_tree_pays() - is the code for a chain faster?
 * @chain:	the chain; its parts are found here
 * @linear:	comparisons it makes as it is, if none holds
 *
 * Compared are average numbers of instructions executed, with every test as likely as
 * any other and no match as likely as a match.
 */
bool bpf_opt_tree_pays(struct bpf_opt_chain *chain, u32 linear)
{
	u32 i, cost = 0;

	divide(chain);
	for (i = 0; i < chain->nparts; i++)
		cost += part_cost(&chain->parts[i]) * chain->parts[i].count;
	cost = cost / chain->count + 4 * fls(chain->nparts - 1);
	return cost <= 3 * linear;
}

/* ---- writing ------------------------------------------------------------------------ */

/**
 * struct tree - code being written
 * @chain:	for this
 * @added:	to here
 */
struct tree {
	const struct bpf_opt_chain	*chain;
	struct bpf_opt_added		*added;
};

static void put(struct tree *t, struct bpf_insn insn, u32 to)
{
	t->added->insns[t->added->count] = insn;
	t->added->to[t->added->count++] = to;
}

static void put_jump(struct tree *t, u32 to)
{
	put(t, (struct bpf_insn){ .code = BPF_JMP | BPF_JA }, to);
}

/* if r @op @key goto @to */
static void put_branch(struct tree *t, u8 op, u64 key, u32 to)
{
	put(t, (struct bpf_insn){
		.code = t->chain->class | op | BPF_K,
		.dst_reg = t->chain->reg,
		.imm = (s32)key,
	}, to);
}

static void put_mask(struct tree *t, const struct bpf_opt_part *part)
{
	const struct bpf_opt_test *tests = &t->chain->tests[part->first];
	u64 mask = 0;
	u32 i;

	for (i = 0; i < part->count; i++)
		mask |= 1ULL << (tests[i].key % MASK_BITS);
	put(t, (struct bpf_insn){
		.code = BPF_LD | BPF_IMM | BPF_DW,
		.dst_reg = BPF_REG_AX,
		.imm = (s32)mask,
	}, BPF_OPT_TO_NONE);
	put(t, (struct bpf_insn){ .imm = mask >> 32 }, BPF_OPT_TO_NONE);
	put(t, (struct bpf_insn){
		.code = BPF_ALU64 | BPF_RSH | BPF_X,
		.dst_reg = BPF_REG_AX,
		.src_reg = t->chain->reg,
	}, BPF_OPT_TO_NONE);
	put(t, (struct bpf_insn){
		.code = BPF_JMP | BPF_JSET | BPF_K,
		.dst_reg = BPF_REG_AX,
		.imm = 1,
	}, tests->target);
}

/*
 * Code for one part. The register is at least @low and less than @high; a @high of 0 is
 * behind all numbers.
 */
static void put_part(struct tree *t, const struct bpf_opt_part *part, u64 low, u64 high)
{
	const struct bpf_opt_test *first = &t->chain->tests[part->first];
	const struct bpf_opt_test *last = first + part->count - 1;
	u32 i, otherwise = t->chain->otherwise;

	switch (part->kind) {
	case BPF_OPT_RANGE:
		if (low != first->key)
			put_branch(t, BPF_JLT, first->key, otherwise);
		if (high == last->key + 1)
			otherwise = first->target;
		else
			put_branch(t, BPF_JLE, last->key, first->target);
		break;
	case BPF_OPT_MASK:
		/* other numbers with the same bit must not get there */
		if (high - 1 - low >= MASK_BITS) {
			if (low != first->key)
				put_branch(t, BPF_JLT, first->key, otherwise);
			if (high - 1 - first->key >= MASK_BITS)
				put_branch(t, BPF_JGT, last->key, otherwise);
		}
		put_mask(t, part);
		break;
	case BPF_OPT_LIST:
		for (i = 0; i < part->count; i++)
			put_branch(t, BPF_JEQ, first[i].key, first[i].target);
		break;
	}
	put_jump(t, otherwise);
}

/*
 * Code for @count parts from @first on, between @low and @high as in put_part(). As deep
 * as the logarithm of their number.
 */
static void put_tree(struct tree *t, u32 first, u32 count, u64 low, u64 high)
{
	const struct bpf_opt_part *middle = &t->chain->parts[first + count / 2];
	u32 branch;
	u64 key;

	if (count == 1) {
		put_part(t, middle, low, high);
		return;
	}
	key = t->chain->tests[middle->first].key;
	branch = t->added->count;
	put_branch(t, BPF_JGE, key, 0);
	put_tree(t, first, count / 2, low, key);
	t->added->to[branch] = t->added->count | BPF_OPT_TO_ADDED;
	put_tree(t, first + count / 2, count - count / 2, key, high);
}

/**
 * bpf_opt_tree() - write the code for a chain
 * @chain:	the chain, found worth it by bpf_opt_tree_pays()
 * @added:	has room for bpf_opt_tree_room() more instructions
 */
void bpf_opt_tree(const struct bpf_opt_chain *chain, struct bpf_opt_added *added)
{
	struct tree t = { .chain = chain, .added = added };
	u64 high = chain->class == BPF_JMP ? 0 : BIT_ULL(32);

	put_tree(&t, 0, chain->nparts, 0, high);
}
