// SPDX-License-Identifier: GPL-2.0-only
/*
 * The code generator's way in: what has to be known of the whole program first, then a
 * function after the other, then the lengths of jumps.
 *
 * Layer K5; builds in user space too. Tests: tools/bpf/verify and lib/test_bpf.c.
 */
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/string.h>
#include "../../../kernel/bpf/flow.h"
#include "encode.h"

/* bytes of machine code that an instruction takes, on average, and some */
#define BYTES_PER_INSN	5

/* in functions that are called? Those that call them hand on where tail calls are counted */
static bool has_deep_tail_calls(const struct bpf_jit_input *in, const u8 *marks)
{
	u32 pc;

	for (pc = in->func_count > 1 ? in->funcs[1].start : in->count; pc < in->count; pc++) {
		if (in->insns[pc].code == (BPF_JMP | BPF_TAIL_CALL) &&
		    !(marks[pc] & BPF_FLOW_SECOND))
			return true;
	}
	return false;
}

/*
 * Instructions behind the last that ends a path may go on to nowhere, for nobody comes
 * to them: programs of kernel code do that. How many instructions there are without.
 */
static u32 count_without_tail(const struct bpf_jit_input *in)
{
	u32 pc, end = 0, furthest = 0, target;

	for (pc = 0; pc < in->count; pc += jit_slots(&in->insns[pc])) {
		const struct bpf_insn *insn = &in->insns[pc];

		if (!bpf_insn_falls_through(insn))
			end = pc + 1;
		if (bpf_insn_calls_func(insn))
			furthest = max_t(u32, furthest, pc + 1 + insn->imm);
		else if (bpf_insn_target(insn, pc, &target))
			furthest = max(furthest, target);
	}
	return end > furthest ? end : in->count;
}

/* elements that tables which grow begin with, if there are so many instructions */
#define FIRST_LABELS	64
#define FIRST_JUMPS	32
#define FIRST_CALLS	16

static void guess_rooms(struct jit *jit, u32 count)
{
	jit->label_count = count + jit->in->func_count;
	jit->label_room = jit->label_count + min_t(u32, count, FIRST_LABELS);
	jit->jump_room = min_t(u32, count, FIRST_JUMPS);
	jit->call_room = min_t(u32, count, FIRST_CALLS);
	jit->room = count * BYTES_PER_INSN + 64;
}

/* the next of the tables in one piece of memory; those of larger elements come first */
static void *cut(void **rest, size_t bytes)
{
	void *table = *rest;

	*rest += bytes;
	return table;
}

/*
 * All tables in one piece of memory, for to allocate each takes as long as a short program
 * does. Those of stubs and of loads that may fault are rare.
 */
static bool alloc_tables(struct jit *jit, u32 count)
{
	const u32 facts = sizeof(*jit->live_after) + sizeof(*jit->upper_at) +
			  sizeof(*jit->marks) + sizeof(*jit->facts) + sizeof(*jit->sets);
	size_t bytes = (size_t)count * facts + jit->label_room * sizeof(*jit->labels) +
		       jit->jump_room * sizeof(*jit->jumps) +
		       jit->call_room * sizeof(*jit->calls) + jit->room;
	void *rest = kvmalloc(bytes, GFP_KERNEL);

	if (!rest)
		return false;
	jit->first = rest;
	jit->first_bytes = bytes;
	jit->calls = cut(&rest, jit->call_room * sizeof(*jit->calls));
	jit->labels = cut(&rest, jit->label_room * sizeof(*jit->labels));
	jit->jumps = cut(&rest, jit->jump_room * sizeof(*jit->jumps));
	jit->live_after = cut(&rest, count * sizeof(*jit->live_after));
	jit->upper_at = cut(&rest, count * sizeof(*jit->upper_at));
	jit->marks = cut(&rest, count);
	jit->facts = cut(&rest, count);
	jit->sets = cut(&rest, count);
	jit->code = cut(&rest, jit->room);
	memset(jit->upper_at, 0xff, count * sizeof(*jit->upper_at));
	memset(jit->facts, 0, count * sizeof(*jit->facts));
	/* no label has a place */
	memset(jit->labels, 0xff, jit->label_count * sizeof(*jit->labels));
	return true;
}

static int prepare(struct jit *jit)
{
	const struct bpf_jit_input *in = jit->in;

	guess_rooms(jit, in->count);
	if (!alloc_tables(jit, in->count))
		return -ENOMEM;
	return bpf_flow_mark(in->insns, in->count, jit->marks);
}

static void clean_up(struct jit *jit)
{
	jit_give_back(jit, jit->labels);
	jit_give_back(jit, jit->code);
	jit_give_back(jit, jit->jumps);
	jit_give_back(jit, jit->calls);
	jit_give_back(jit, jit->faults);
	jit_give_back(jit, jit->stubs);
	kvfree(jit->first);
}

/* ways come together here: what is known is what is known on all of them */
static void join(struct jit *jit, u32 pc, bool falls)
{
	u16 here = jit->upper_at[pc];

	if (falls)
		here &= jit->upper;
	/* ways that come back are not written yet, but this holds on all of them */
	if (jit->marks[pc] & BPF_FLOW_LOOP)
		here &= jit_narrow(jit);
	if (jit->marks[pc] & BPF_FLOW_FUNC)
		here = 0;
	jit_forget(jit);
	jit->upper = here;
	jit_label_here(jit, jit_label_insn(pc));
}

static bool is_jump_class(const struct bpf_insn *insn)
{
	return BPF_CLASS(insn->code) == BPF_JMP || BPF_CLASS(insn->code) == BPF_JMP32;
}

static void write_body(struct jit *jit, u32 start)
{
	const u8 joins = BPF_FLOW_TARGET | BPF_FLOW_FUNC;
	const struct bpf_insn *insns = jit->in->insns;
	u32 pc = start, last, end;
	bool reached = true;

	while (pc < jit->func_end) {
		if (jit->marks[pc] & joins) {
			join(jit, pc, reached);
			reached = true;
		}
		if (!reached) {
			pc += jit_slots(&insns[pc]);
			continue;
		}
		end = pc + jit_select(jit, pc);
		do {
			last = pc;
			pc += jit_slots(&insns[pc]);
		} while (pc < end);
		reached = !is_jump_class(&insns[last]) || bpf_insn_falls_through(&insns[last]);
	}
}

static int compile_func(struct jit *jit, u32 func)
{
	int err = jit_plan_func(jit, func);

	if (err)
		return err;
	jit->exit_label = 0;
	/* those registers are for packet loads, and there are some */
	if (jit->plan.hw[JIT_DATA] != HW_NONE)
		jit_packet_plan(jit);
	jit_prologue(jit);
	write_body(jit, jit->in->funcs[func].start);
	jit_stubs(jit);
	return jit->err;
}

/* the program as a whole: 0, or why it is not compiled */
static int compile(struct jit *jit, bool *has_frame)
{
	const struct bpf_jit_input *in = jit->in;
	int err = prepare(jit);
	u32 func;

	if (err)
		return err;
	jit->deep_tail_calls = has_deep_tail_calls(in, jit->marks);
	bpf_flow_live(in->insns, in->count, jit->marks, jit->live_after);
	*has_frame = true;
	for (func = 0; func < in->func_count && !err; func++) {
		err = compile_func(jit, func);
		if (!jit->plan.frame)
			*has_frame = false;
	}
	return err;
}

/**
 * bpf_arch_jit_compile() - machine code for a program
 * @in:		the program, legal and verified, or written by the kernel
 *
 * Called by: kernel/bpf/prog/image.c. Context: may sleep.
 *
 * Return: code for bpf_arch_jit_place(), to be given back with bpf_arch_jit_release();
 * or ERR_PTR of -ENOMEM, -EINVAL for what is no program, -E2BIG for code that jumps could
 * not cross.
 */
struct bpf_jit_code *bpf_arch_jit_compile(const struct bpf_jit_input *in)
{
	struct bpf_jit_input reached = *in;
	struct jit jit = { .in = &reached };
	struct bpf_jit_code *code;
	bool has_frame = false;
	int err;

	if (!in->count || !in->func_count)
		return ERR_PTR(-EINVAL);
	if (bpf_insn_falls_through(&in->insns[in->count - 1]))
		reached.count = count_without_tail(in);
	err = compile(&jit, &has_frame);
	code = err ? ERR_PTR(err) : jit_finish(&jit);
	if (!IS_ERR(code))
		code->has_frame = has_frame;
	clean_up(&jit);
	return code;
}
