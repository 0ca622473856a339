// SPDX-License-Identifier: GPL-2.0-only
/*
 * Filters of events become programs. One is run with the event's record as its context
 * and returns 1 to have it recorded, 0 to drop it. As kernel code has written it, it is
 * not verified.
 *
 * Each term is a load and a branch to where the filter goes on; strings are pred_str.c's.
 * A number is loaded once for the terms behind it that ask for the same: of a list of
 * numbers the optimiser then makes a search.
 *
 * What a program cannot say is a call of the parser's own function for that term. Must
 * never differ from the parser's own evaluation, which remains for filters that did not
 * become programs.
 *
 * Layer K5. Test: selftests/bpf/predicate_test.c.
 */
#include <linux/filter.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/limits.h>
#include <linux/minmax.h>
#include <linux/slab.h>
#include <linux/sysctl.h>
#include "pred_code.h"

/* ---- the switch ---------------------------------------------------------- */

static int filter_bpf __read_mostly = 1;

/**
 * trace_pred_is_on() - are filters to become programs?
 *
 * Machine code cannot be written while the kernel is still alone.
 *
 * Any context.
 * Return: false where kernel.trace_filter_bpf is 0, and early in boot.
 */
bool trace_pred_is_on(void)
{
	return READ_ONCE(filter_bpf) && system_state != SYSTEM_BOOTING;
}

#ifdef CONFIG_SYSCTL

static struct ctl_table knobs[] = {
	{
		.procname	= "trace_filter_bpf",
		.data		= &filter_bpf,
		.maxlen		= sizeof(int),
		.mode		= 0644,
		.proc_handler	= proc_dointvec_minmax,
		.extra1		= SYSCTL_ZERO,
		.extra2		= SYSCTL_ONE,
	},
	{ }
};

static int __init add_knobs(void)
{
	register_sysctl_init("kernel", knobs);
	return 0;
}
late_initcall(add_knobs);

#endif /* CONFIG_SYSCTL */

/* ---- writing instructions ------------------------------------------------ */

static bool grow(struct pred_code *code)
{
	u32 room = code->room ? 2 * code->room : 32;
	struct pred_insn *insns;

	insns = kvrealloc(code->insns, code->room * sizeof(*insns), room * sizeof(*insns),
			  GFP_KERNEL | __GFP_NOWARN);
	if (!insns) {
		code->err = -ENOMEM;
		return false;
	}
	code->insns = insns;
	code->room = room;
	return true;
}

/**
 * pred_jump() - append a jump or branch
 * @code:	the filter; remembers that memory was short
 * @insn:	the instruction
 * @label:	where it leads; nothing is appended to what has failed
 */
void pred_jump(struct pred_code *code, struct bpf_insn insn, u32 label)
{
	if (code->err || (code->len == code->room && !grow(code)))
		return;
	code->insns[code->len++] = (struct pred_insn){ .insn = insn, .label = label };
}

/**
 * pred_emit() - append an instruction
 * @code:	the filter
 * @insn:	the instruction, no jump
 */
void pred_emit(struct pred_code *code, struct bpf_insn insn)
{
	pred_jump(code, insn, PRED_NO_LABEL);
}

/**
 * pred_const() - append a constant of 64 bits
 * @code:	the filter
 * @reg:	becomes @value
 * @value:	the constant
 */
void pred_const(struct pred_code *code, u8 reg, u64 value)
{
	const struct bpf_insn both[] = { BPF_LD_IMM64(reg, value) };

	pred_emit(code, both[0]);
	pred_emit(code, both[1]);
}

/**
 * pred_call() - append a call
 * @code:	the filter; the value it has kept for terms behind is lost
 * @func:	function of the kernel
 * @args:	how many arguments are set
 */
void pred_call(struct pred_code *code, bpf_func_t func, u32 args)
{
	struct bpf_insn call = BPF_EMIT_CALL(func);

	call.off = BPF_CALL_ARITY(args);
	pred_emit(code, call);
	code->value = -1;
}

/**
 * pred_goto() - the comparison has its result
 * @code:	the filter
 * @result:	the result
 */
void pred_goto(struct pred_code *code, bool result)
{
	u32 label = pred_label(code, result);

	if (label != code->index + 1)
		pred_jump(code, BPF_JMP_A(0), label);
}

/**
 * pred_branch() - the comparison's result is in a register
 * @code:	the filter
 * @reg:	its low half is not zero: true
 */
void pred_branch(struct pred_code *code, u8 reg)
{
	pred_jump(code, BPF_JMP32_IMM(BPF_JNE, reg, 0, 0), pred_label(code, true));
	pred_goto(code, false);
}

/* ---- numbers ------------------------------------------------------------- */

static const struct {
	u8	plain;
	u8	is_signed;
} branches[] = {
	[TRACE_PRED_EQ] = { BPF_JEQ, BPF_JEQ },
	[TRACE_PRED_LT] = { BPF_JLT, BPF_JSLT },
	[TRACE_PRED_LE] = { BPF_JLE, BPF_JSLE },
	[TRACE_PRED_GT] = { BPF_JGT, BPF_JSGT },
	[TRACE_PRED_GE] = { BPF_JGE, BPF_JSGE },
};

static u8 branch_of(const struct trace_pred *pred)
{
	return pred->is_signed ? branches[pred->op].is_signed : branches[pred->op].plain;
}

static u8 size_of(const struct trace_pred *pred)
{
	switch (pred->width) {
	case 1:
		return BPF_B;
	case 2:
		return BPF_H;
	case 4:
		return BPF_W;
	default:
		return BPF_DW;
	}
}

/* registers have no signed order of one and two bytes: those are extended */
static bool is_extended(const struct trace_pred *pred)
{
	return pred->is_signed && pred->width < 4 && pred->op > TRACE_PRED_EQ &&
	       pred->op < TRACE_PRED_AND;
}

/* the constant as the register has the number */
static u64 constant_of(const struct trace_pred *pred)
{
	switch (pred->width) {
	case 1:
		return is_extended(pred) ? (s8)pred->value : (u8)pred->value;
	case 2:
		return is_extended(pred) ? (s16)pred->value : (u16)pred->value;
	case 4:
		return (u32)pred->value;
	default:
		return pred->value;
	}
}

static void load_number(struct pred_code *code, const struct trace_pred *pred, u8 reg)
{
	u8 mode = is_extended(pred) ? BPF_MEMSX : BPF_MEM;

	pred_emit(code, BPF_RAW_INSN(BPF_LDX | mode | size_of(pred), reg, code->record,
				     pred->offset, 0));
}

static bool is_same_load(const struct trace_pred *a, const struct trace_pred *b)
{
	return a->offset == b->offset && a->width == b->width &&
	       is_extended(a) == is_extended(b);
}

/*
 * Is the number of this term in its register? Not if somebody jumps here from before it
 * was loaded.
 */
static bool has_number(const struct pred_code *code, const struct trace_pred *pred)
{
	return code->value >= 0 && is_same_load(&code->preds[code->value], pred);
}

/* a constant of 64 bits may be no operand: then it goes to a register */
static bool is_operand(const struct trace_pred *pred, u64 value)
{
	return pred->width < 8 || (s64)value == (s32)value;
}

static void write_bits(struct pred_code *code, const struct trace_pred *pred)
{
	u64 value = constant_of(pred);

	load_number(code, pred, PRED_WORD);
	if (!is_operand(pred, value)) {
		pred_const(code, PRED_CONST, value);
		pred_emit(code, BPF_ALU64_REG(BPF_AND, PRED_WORD, PRED_CONST));
	} else if (pred->width == 8) {
		pred_emit(code, BPF_ALU64_IMM(BPF_AND, PRED_WORD, value));
	} else {
		pred_emit(code, BPF_ALU32_IMM(BPF_AND, PRED_WORD, value));
	}
	pred_jump(code, BPF_JMP_IMM(BPF_JNE, PRED_WORD, 0, 0), pred_label(code, true));
	pred_goto(code, false);
}

static void write_number(struct pred_code *code, const struct trace_pred *pred)
{
	u64 value = constant_of(pred);
	struct bpf_insn branch;

	if (pred->op == TRACE_PRED_AND) {
		write_bits(code, pred);
		return;
	}
	if (!has_number(code, pred)) {
		load_number(code, pred, PRED_VALUE);
		code->value = code->index;
	}
	if (pred->width < 8) {
		branch = BPF_JMP32_IMM(branch_of(pred), PRED_VALUE, value, 0);
	} else if (is_operand(pred, value)) {
		branch = BPF_JMP_IMM(branch_of(pred), PRED_VALUE, value, 0);
	} else {
		pred_const(code, PRED_CONST, value);
		branch = BPF_JMP_REG(branch_of(pred), PRED_VALUE, PRED_CONST, 0);
	}
	pred_jump(code, branch, pred_label(code, true));
	pred_goto(code, false);
}

static void write_cpu(struct pred_code *code, const struct trace_pred *pred)
{
	pred_call(code, bpf_base_proto(BPF_FUNC_get_smp_processor_id)->func, 0);
	pred_jump(code, BPF_JMP32_IMM(branches[pred->op].is_signed, BPF_REG_0, pred->value, 0),
		  pred_label(code, true));
	pred_goto(code, false);
}

/* ---- terms --------------------------------------------------------------- */

static void write_call(struct pred_code *code, const struct trace_pred *pred)
{
	pred_const(code, BPF_REG_1, (unsigned long)pred->self);
	pred_emit(code, BPF_MOV64_REG(BPF_REG_2, code->record));
	pred_call(code, pred->call, 2);
	pred_branch(code, BPF_REG_0);
}

static void write_term(struct pred_code *code, const struct trace_pred *pred)
{
	switch (pred->kind) {
	case TRACE_PRED_CALL:
		write_call(code, pred);
		break;
	case TRACE_PRED_NEVER:
		pred_goto(code, false);
		break;
	case TRACE_PRED_NUMBER:
		write_number(code, pred);
		break;
	case TRACE_PRED_CPU:
		write_cpu(code, pred);
		break;
	default:
		pred_str(code, pred);
		break;
	}
}

static bool calls(const struct trace_pred *pred)
{
	switch (pred->kind) {
	case TRACE_PRED_CALL:
	case TRACE_PRED_CPU:
		return true;
	case TRACE_PRED_NEVER:
	case TRACE_PRED_NUMBER:
		return false;
	default:
		return pred_str_calls(pred);
	}
}

/* calls leave only R6 and above as they are */
static void choose_record(struct pred_code *code)
{
	u32 i;

	code->record = BPF_REG_1;
	for (i = 0; i < code->count && !calls(&code->preds[i]); i++)
		;
	if (i == code->count)
		return;
	code->record = BPF_REG_6;
	pred_emit(code, BPF_MOV64_REG(BPF_REG_6, BPF_REG_1));
}

static void write_result(struct pred_code *code, int result)
{
	code->at[code->index++] = code->len;
	pred_emit(code, BPF_MOV64_IMM(BPF_REG_0, result));
	pred_emit(code, BPF_EXIT_INSN());
}

static void write_filter(struct pred_code *code)
{
	code->value = -1;
	choose_record(code);
	while (code->index < code->count) {
		if (code->value >= 0 && code->first[code->index] < (u32)code->value)
			code->value = -1;
		code->at[code->index] = code->len;
		write_term(code, &code->preds[code->index]);
		code->index++;
	}
	write_result(code, 1);
	write_result(code, 0);
}

/* ---- what a filter sees -------------------------------------------------- */

/* bytes of the record where a term's field is, or what tells of a string */
static u32 field_bytes(const struct trace_pred *pred)
{
	switch (pred->kind) {
	case TRACE_PRED_NEVER:
	case TRACE_PRED_CPU:
	case TRACE_PRED_COMM:
		return 0;
	case TRACE_PRED_NUMBER:
		return pred->width;
	default:
		return sizeof(u64);
	}
}

/**
 * trace_pred_sees() - does a filter look at part of the record?
 * @preds:	its terms
 * @count:	how many
 * @from:	first byte of the part
 * @to:		behind its last byte; strings of the record are behind it
 *
 * Context: any.
 * Return: true if it may.
 */
bool trace_pred_sees(const struct trace_pred *preds, u32 count, u32 from, u32 to)
{
	u32 i;

	for (i = 0; i < count; i++) {
		u32 at = preds[i].offset;

		if (at < to && at + field_bytes(&preds[i]) > from)
			return true;
	}
	return false;
}

/* ---- the program --------------------------------------------------------- */

/* can instructions reach the field, the whole of it and a little more? */
static bool is_in_reach(const struct trace_pred *pred)
{
	return pred->offset >= 0 && pred->bytes >= 0 &&
	       (s64)pred->offset + pred->bytes < S16_MAX - 64;
}

/* labels and who jumps there first */
static int find_jumps(struct pred_code *code)
{
	u32 i, labels = 2 * code->count + 2;

	code->at = kvmalloc_array(2 * labels, sizeof(*code->at), GFP_KERNEL);
	if (!code->at)
		return -ENOMEM;
	code->first = code->at + labels;
	for (i = 0; i < labels; i++)
		code->first[i] = labels;
	for (i = 0; i < code->count; i++) {
		const struct trace_pred *pred = &code->preds[i];

		if (pred->next <= i || pred->next > code->count + 1 || !is_in_reach(pred))
			return -EINVAL;
		code->first[pred->next] = min(code->first[pred->next], i);
	}
	return 0;
}

/* jumps get their distance */
static int link_jumps(struct pred_code *code)
{
	u32 i;

	for (i = 0; i < code->len; i++) {
		struct pred_insn *jump = &code->insns[i];
		u32 distance;

		if (jump->label == PRED_NO_LABEL)
			continue;
		distance = code->at[jump->label] - i - 1;
		if (distance > S16_MAX)
			return -ERANGE;
		jump->insn.off = distance;
	}
	return 0;
}

static struct bpf_prog *make_prog(const struct pred_code *code)
{
	struct bpf_prog *prog;
	int err;
	u32 i;

	prog = bpf_prog_alloc(bpf_prog_size(code->len), 0);
	if (!prog)
		return NULL;
	prog->len = code->len;
	for (i = 0; i < code->len; i++)
		prog->insnsi[i] = code->insns[i].insn;
	prog = bpf_prog_select_runtime(prog, &err);
	if (!err)
		return prog;
	bpf_prog_free(prog);
	return NULL;
}

/**
 * trace_pred_compile() - make a program of a filter
 * @preds:	its terms
 * @count:	how many, at least one
 *
 * Called by: the parser, for filters of events, triggers and perf events. Context: may
 * sleep.
 * Return: the program, to be given to trace_pred_free(); NULL where there is none, as
 * memory is short or the filter too large.
 */
struct bpf_prog *trace_pred_compile(const struct trace_pred *preds, u32 count)
{
	struct pred_code code = { .preds = preds, .count = count };
	struct bpf_prog *prog = NULL;

	code.err = find_jumps(&code);
	if (!code.err)
		write_filter(&code);
	if (!code.err)
		code.err = link_jumps(&code);
	if (!code.err)
		prog = make_prog(&code);
	kvfree(code.insns);
	kvfree(code.at);
	return prog;
}
