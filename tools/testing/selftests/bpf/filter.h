/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Tests of programs in place of event filters: programs, an instance for what is recorded,
 * and signals to this process, which ignores them, as events.
 */
#ifndef SELFTESTS_BPF_FILTER_H
#define SELFTESTS_BPF_FILTER_H

#include <signal.h>
#include "tracefs.h"

#define INSTANCE	"instances/filter_test/"
#define SIGNAL		"signal/signal_generate"
#define COUNT(a)	(sizeof(a) / sizeof((a)[0]))

#define ARG(n)		(8 * ((n) - 1))
#define RET		48

/* signals that are sent: the one that programs want, and one they do not */
#define WANTED		SIGUSR2
#define OTHER		SIGUSR1

/* ---- programs -------------------------------------------------------------------------- */

/* wants what has @value in the low 32 bits at @off of the context */
static inline int load_wants(unsigned int type, int off, int value)
{
	struct program p = { };

	ADD(&p,
	    BPF_LDX_MEM(BPF_W, BPF_REG_1, BPF_REG_1, off),
	    BPF_MOV64_IMM(BPF_REG_0, 1),
	    BPF_JMP_IMM(BPF_JEQ, BPF_REG_1, value, 1),
	    BPF_MOV64_IMM(BPF_REG_0, 0),
	    BPF_EXIT_INSN());
	return load_type(type, &p);
}

static inline int load_constant(unsigned int type, int value)
{
	struct program p = { };

	add_return(&p, value);
	return load_type(type, &p);
}

/* counts in number 0 of @array, keeps the value at @off in number 1, wants nothing */
static inline int load_counts(unsigned int type, int array, int off)
{
	struct program p = { };

	add_array(&p, array);
	ADD(&p,
	    BPF_LDX_MEM(BPF_DW, BPF_REG_2, BPF_REG_6, off),
	    BPF_STX_MEM(BPF_DW, BPF_REG_7, BPF_REG_2, 8),
	    BPF_MOV64_IMM(BPF_REG_1, 1),
	    BPF_ATOMIC_OP(BPF_DW, BPF_ADD, BPF_REG_7, BPF_REG_1, 0));
	add_return(&p, 0);
	return load_type(type, &p);
}

/* ---- events ---------------------------------------------------------------------------- */

static inline void fire(int sig, unsigned int times)
{
	while (times--)
		kill(getpid(), sig);
}

static inline int enable(const char *event, bool on)
{
	char path[160];

	snprintf(path, sizeof(path), INSTANCE "events/%s/enable", event);
	return trace_write(path, on ? "1" : "0");
}

static inline const char *filter_path(const char *event)
{
	static char path[160];

	snprintf(path, sizeof(path), INSTANCE "events/%s/filter", event);
	return path;
}

static inline int attach(const char *event, int prog)
{
	return attach_filter(filter_path(event), prog);
}

static inline void forget(void)
{
	trace_write(INSTANCE "trace", " ");
}

/* how often @word stands in what was recorded since forget() */
static inline unsigned int recorded(const char *word)
{
	return count_in(trace_read(INSTANCE "trace"), word);
}

static inline bool filter_says(const char *event, const char *text)
{
	return !strncmp(trace_read(filter_path(event)), text, strlen(text));
}

#endif /* SELFTESTS_BPF_FILTER_H */
