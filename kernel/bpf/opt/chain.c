// SPDX-License-Identifier: GPL-2.0-only
/*
 * Finds chains: "if r == 1 goto a; if r == 2 goto b; if r != 3 goto c; ...", each test
 * reached where the one before says no, nothing between them. Where system calls or ports
 * are listed, that is all a program does, hundreds of times over.
 *
 * The first test of a chain is replaced by code that finds the place at once (tree.c).
 * The others stay for those who jump to them; usually nobody does, and they go.
 *
 * Layer K3o; builds in user space too. Tests: tools/bpf/verify/opt_test.c, fuzz_opt.
 */
#include <linux/bitops.h>
#include <linux/kernel.h>
#include <linux/slab.h>
#include <linux/sort.h>
#include <linux/string.h>
#include "../insn.h"
#include "pass.h"

/* longer ones are taken in parts */
#define MOST_TESTS	4096

/* is this a test of the chain that @head starts, or may it start one? */
static inline bool is_test(const struct bpf_opt *o, u32 pc, const struct bpf_insn *head)
{
	const struct bpf_insn *insn = &o->insns[pc];
	u8 class = BPF_CLASS(insn->code), op = BPF_OP(insn->code);

	if ((class != BPF_JMP && class != BPF_JMP32) || BPF_SRC(insn->code) != BPF_K ||
	    (op != BPF_JEQ && op != BPF_JNE) || insn->dst_reg == BPF_REG_AX)
		return false;
	return class == BPF_CLASS(head->code) && insn->dst_reg == head->dst_reg &&
	       !(o->marks[pc] & BPF_OPT_TAKEN);
}

/*
 * Takes the test at @pc: its key and target to @test; returns the index where control
 * goes on if it does not hold.
 */
static u32 take_test(const struct bpf_opt *o, u32 pc, struct bpf_opt_test *test)
{
	const struct bpf_insn *insn = &o->insns[pc];
	u32 target = pc + 1 + insn->off;
	bool equal = BPF_OP(insn->code) == BPF_JEQ;

	test->key = BPF_CLASS(insn->code) == BPF_JMP ? (u64)(s64)insn->imm : (u32)insn->imm;
	test->target = equal ? target : pc + 1;
	return equal ? pc + 1 : target;
}

/*
 * Walks the chain from @head, forwards only, and marks its tests. Without @tests it only
 * counts them. *@otherwise: where it ends.
 */
static u32 walk(struct bpf_opt *o, u32 head, struct bpf_opt_test *tests, u32 *otherwise)
{
	struct bpf_opt_test test;
	u32 pc = head, next, n = 0;

	while (n < MOST_TESTS) {
		if (bpf_opt_is_jump(&o->insns[pc])) {
			bpf_insn_target(&o->insns[pc], pc, &next);
		} else if (is_test(o, pc, &o->insns[head])) {
			next = take_test(o, pc, &test);
			test.order = n;
			if (tests) {
				tests[n] = test;
				o->marks[pc] |= BPF_OPT_TAKEN;
			}
			n++;
		} else {
			break;
		}
		if (next <= pc) {
			/* a loop; what was tested last may be tested again */
			pc = next;
			break;
		}
		pc = next;
	}
	*otherwise = pc;
	return n;
}

static int compare_tests(const void *one, const void *two)
{
	const struct bpf_opt_test *a = one, *b = two;

	if (a->key != b->key)
		return a->key < b->key ? -1 : 1;
	return a->order < b->order ? -1 : a->order > b->order;
}

/* sorts; drops keys asked for again, and those that go where all others do */
static void arrange(struct bpf_opt_chain *chain)
{
	struct bpf_opt_test *tests = chain->tests;
	u32 i, n = 0;
	u64 last = 0;

	/* who writes lists sorts them, mostly */
	for (i = 1; i < chain->count && tests[i - 1].key < tests[i].key; i++)
		;
	if (i < chain->count)
		sort(tests, chain->count, sizeof(*tests), compare_tests, NULL);
	for (i = 0; i < chain->count; i++) {
		bool again = i && tests[i].key == last;

		last = tests[i].key;
		if (!again && tests[i].target != chain->otherwise)
			tests[n++] = tests[i];
	}
	chain->count = n;
}

static void *grown(void *old, u32 have, u32 want, size_t size)
{
	return kvrealloc(old, have * size, want * size, GFP_KERNEL | __GFP_NOWARN);
}

/* memory for one more spot and @insns more instructions */
static bool make_room(struct bpf_opt_added *added, u32 insns)
{
	u32 want = max(added->count + insns, 2 * added->room);
	void *p;

	if (added->count + insns > added->room) {
		p = grown(added->insns, added->room, want, sizeof(*added->insns));
		if (!p)
			return false;
		added->insns = p;
		p = grown(added->to, added->room, want, sizeof(*added->to));
		if (!p)
			return false;
		added->to = p;
		added->room = want;
	}
	if (added->nspots == added->spot_room) {
		want = 2 * added->spot_room + 8;
		p = grown(added->spots, added->spot_room, want, sizeof(*added->spots));
		if (!p)
			return false;
		added->spots = p;
		added->spot_room = want;
	}
	return true;
}

/*
 * Replaces the chain that starts at @head, if that pays; false without memory. @chain:
 * with memory for tests and parts, the rest is set here.
 */
static bool replace_chain(struct bpf_opt *o, u32 head, struct bpf_opt_chain *chain,
			  struct bpf_opt_added *added)
{
	u32 linear = walk(o, head, chain->tests, &chain->otherwise);

	chain->class = BPF_CLASS(o->insns[head].code);
	chain->reg = o->insns[head].dst_reg;
	chain->count = linear;
	arrange(chain);
	if (!chain->count || !bpf_opt_tree_pays(chain, linear))
		return true;
	if (!make_room(added, bpf_opt_tree_room(chain->count)))
		return false;
	added->spots[added->nspots++] = (struct bpf_opt_spot){ head, added->count };
	bpf_opt_tree(chain, added);
	return true;
}

/* no chain has more tests than the program */
static bool alloc_chain(struct bpf_opt_chain *chain, u32 count)
{
	count = min_t(u32, count, MOST_TESTS);
	chain->tests = kvmalloc_array(count, sizeof(*chain->tests) + sizeof(*chain->parts),
				      GFP_KERNEL | __GFP_NOWARN);
	chain->parts = (struct bpf_opt_part *)(chain->tests + count);
	return chain->tests;
}

/**
 * bpf_opt_chains() - write the code that replaces chains
 * @o:		the program; not changed but for its marks, which are void
 * @added:	zeroed; takes the code. The caller frees its three arrays
 *
 * Every test is looked at twice at most.
 * Return: true where there is something to be placed.
 */
bool bpf_opt_chains(struct bpf_opt *o, struct bpf_opt_added *added)
{
	struct bpf_opt_chain chain = {};
	u32 pc, otherwise;
	bool good = true;

	memset(o->marks, 0, o->count);
	for (pc = 0; good && pc < o->count; pc += bpf_insn_slots(&o->insns[pc])) {
		if (!is_test(o, pc, &o->insns[pc]) ||
		    walk(o, pc, NULL, &otherwise) < BPF_OPT_LEAST_TESTS)
			continue;
		good = (chain.tests || alloc_chain(&chain, o->count)) &&
		       replace_chain(o, pc, &chain, added);
	}
	kvfree(chain.tests);
	return good && added->nspots;
}
