/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A compiled filter while it is written, shared by pred.c (numbers, control) and
 * pred_str.c (strings).
 *
 * Layer K5.
 */
#ifndef _TRACE_BPF_PRED_CODE_H
#define _TRACE_BPF_PRED_CODE_H

#include <linux/filter.h>
#include "pred.h"

/*
 * Registers. A number stays in PRED_VALUE for the terms behind; all others live for one
 * term. R1 is the record as long as nothing is called, see pred_code::record.
 */
#define PRED_VALUE	BPF_REG_2
#define PRED_STR	BPF_REG_3	/* address of a string */
#define PRED_LEN	BPF_REG_4	/* its length, where that is not known before */
#define PRED_WORD	BPF_REG_0	/* part of it */
#define PRED_CONST	BPF_REG_5	/* constant of 64 bits */

/**
 * struct pred_insn - an instruction on its way
 * @insn:	the instruction
 * @label:	where it jumps to, by label; PRED_NO_LABEL: it does not
 */
struct pred_insn {
	struct bpf_insn	insn;
	u32		label;
};

#define PRED_NO_LABEL	U32_MAX

/**
 * struct pred_code - a filter on its way
 * @preds:	its terms
 * @count:	how many
 * @insns:	instructions so far
 * @len:	how many
 * @room:	how many there is memory for
 * @err:	0, or why there will be no program
 * @at:		by label: index of the instruction. Labels are the terms, "recorded",
 *		"dropped", and for each term one of its own, see pred_own_label()
 * @first:	by label: the first term that jumps there, @count + 2 if none does
 * @index:	the term being written
 * @record:	register that has the record
 * @value:	term whose number is in PRED_VALUE, see pred.c; negative: none
 */
struct pred_code {
	const struct trace_pred	*preds;
	u32			count;
	struct pred_insn	*insns;
	u32			len;
	u32			room;
	int			err;
	u32			*at;
	u32			*first;
	u32			index;
	u8			record;
	int			value;
};

/* pred.c */
void pred_emit(struct pred_code *code, struct bpf_insn insn);
void pred_jump(struct pred_code *code, struct bpf_insn insn, u32 label);
void pred_const(struct pred_code *code, u8 reg, u64 value);
void pred_call(struct pred_code *code, bpf_func_t func, u32 args);
void pred_goto(struct pred_code *code, bool result);
void pred_branch(struct pred_code *code, u8 reg);

/* pred_str.c */
bool pred_str_calls(const struct trace_pred *pred);
void pred_str(struct pred_code *code, const struct trace_pred *pred);

/* a place inside a term's own code */
static inline u32 pred_own_label(const struct pred_code *code)
{
	return code->count + 2 + code->index;
}

/* where control goes from the term being written, once its comparison has a result */
static inline u32 pred_label(const struct pred_code *code, bool result)
{
	const struct trace_pred *pred = &code->preds[code->index];

	return (result ^ pred->negate) == pred->when ? pred->next : code->index + 1;
}

#endif /* _TRACE_BPF_PRED_CODE_H */
