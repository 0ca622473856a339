/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Between the parser of event filters and the compiler that makes programs of them: the
 * terms of a filter, as neither side's own structures say them.
 *
 *	text -> parser (trace_events_filter.c) -> terms -> compiler (pred.c) -> program
 *
 * A filter is a row of terms. Each has a result; where that is @when, control goes on at
 * @next, else at the term that follows. Behind the last term is "recorded", behind that
 * "dropped".
 *
 * Layer K5. Tests: selftests/bpf/predicate_test.c.
 */
#ifndef _TRACE_BPF_PRED_H
#define _TRACE_BPF_PRED_H

#include <linux/bpf_prog.h>
#include <linux/types.h>

/*
 * enum trace_pred_kind - where the value of a term comes from
 */
enum trace_pred_kind {
	TRACE_PRED_CALL,	/* the parser's own function says what the result is */
	TRACE_PRED_NEVER,	/* the result is always false */
	TRACE_PRED_NUMBER,	/* a number in the record */
	TRACE_PRED_CPU,		/* the CPU's number, an int */
	TRACE_PRED_COMM,	/* the name of the task */
	TRACE_PRED_STRING,	/* an array of characters in the record */
	TRACE_PRED_LOC,		/* likewise, its place and length are in the record */
	TRACE_PRED_RELLOC,	/* likewise, the place counted from behind that field */
};

/*
 * enum trace_pred_op - comparisons of numbers
 */
enum trace_pred_op {
	TRACE_PRED_EQ,
	TRACE_PRED_LT,
	TRACE_PRED_LE,
	TRACE_PRED_GT,
	TRACE_PRED_GE,
	TRACE_PRED_AND,		/* a bit is set in both */
};

/*
 * enum trace_pred_match - comparisons of strings
 */
enum trace_pred_match {
	TRACE_PRED_SEARCH,	/* any other; only the parser's own function knows */
	TRACE_PRED_FULL,	/* the string is the text */
	TRACE_PRED_FRONT,	/* begins with it */
	TRACE_PRED_END,		/* ends with it */
};

/**
 * struct trace_pred - a term
 * @kind:	where its value comes from
 * @op:		numbers: how it is compared with @value
 * @match:	strings: how it is compared with @text
 * @width:	NUMBER: bytes of the field, 1, 2, 4 or 8
 * @is_signed:	NUMBER: the field is
 * @negate:	the result is the opposite of what the comparison says
 * @when:	result with which control goes to @next
 * @next:	index of a term behind this one; the number of terms: recorded, one more:
 *		dropped
 * @offset:	of the field from the start of the record
 * @bytes:	STRING: of the field
 * @value:	what the number is compared with; only its low @width bytes count
 * @text:	what the string is compared with, ends with NUL; lives as long as the filter
 * @text_len:	its length
 * @call:	CALL: returns the result, 0 or 1, of (@self, record); strings: returns what
 *		the comparison says of (@self, string, its length)
 * @self:	first argument of @call; lives as long as the filter
 */
struct trace_pred {
	enum trace_pred_kind	kind;
	enum trace_pred_op	op;
	enum trace_pred_match	match;
	u8			width;
	bool			is_signed;
	bool			negate;
	bool			when;
	u32			next;
	int			offset;
	int			bytes;
	u64			value;
	const char		*text;
	int			text_len;
	u64			(*call)(u64 self, u64 record, u64 r3, u64 r4, u64 r5);
	const void		*self;
};

#ifdef CONFIG_BPF_EVENTS

/* pred.c; kernel-doc is with the definitions */
bool trace_pred_is_on(void);
bool trace_pred_sees(const struct trace_pred *preds, u32 count, u32 from, u32 to);
struct bpf_prog *trace_pred_compile(const struct trace_pred *preds, u32 count);

/**
 * trace_pred_run() - does an event match its filter?
 * @prog:	from trace_pred_compile()
 * @record:	the event's record
 *
 * Context: any, preemption off.
 * Return: 1 if it does, 0 to drop it.
 */
static __always_inline int trace_pred_run(const struct bpf_prog *prog, const void *record)
{
	return prog->bpf_func(record, prog);
}

/**
 * trace_pred_free() - give back a compiled filter
 * @prog:	from trace_pred_compile(), or NULL; nobody runs it any more
 *
 * Context: any.
 */
static inline void trace_pred_free(struct bpf_prog *prog)
{
	if (prog)
		bpf_prog_free(prog);
}

#else

static inline bool trace_pred_is_on(void)
{
	return false;
}

static inline bool trace_pred_sees(const struct trace_pred *preds, u32 count, u32 from, u32 to)
{
	return true;
}

static inline struct bpf_prog *trace_pred_compile(const struct trace_pred *preds, u32 count)
{
	return NULL;
}

static __always_inline int trace_pred_run(const struct bpf_prog *prog, const void *record)
{
	return 0;
}

static inline void trace_pred_free(struct bpf_prog *prog)
{
}

#endif /* CONFIG_BPF_EVENTS */

#endif /* _TRACE_BPF_PRED_H */
