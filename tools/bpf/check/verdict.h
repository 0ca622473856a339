/* SPDX-License-Identifier: GPL-2.0-only */
/* What came of one program, and what the verifier's log says about it. */
#ifndef TOOLS_BPF_CHECK_VERDICT_H
#define TOOLS_BPF_CHECK_VERDICT_H

#include <stddef.h>

enum verdict_kind {
	VERDICT_NONE,		/* libbpf never came to it */
	VERDICT_ACCEPTED,
	VERDICT_REFUSED,
	VERDICT_UNREADABLE,	/* the kernel would never be asked */
};

/**
 * struct verdict_stats - what the verification took
 * @insns:	instructions visited, over all paths
 * @paths:	paths walked
 * @pruned:	of these, ended because an earlier one covers them
 * @states:	states kept
 * @peak_bytes:	most memory that states took
 * @stack:	bytes of stack the program uses
 * @usec:	microseconds
 */
struct verdict_stats {
	unsigned long long	insns;
	unsigned long long	paths;
	unsigned long long	pruned;
	unsigned long long	states;
	unsigned long long	peak_bytes;
	unsigned long long	stack;
	unsigned long long	usec;
};

/**
 * struct verdict - what came of one program
 * @kind:	enum verdict_kind
 * @program:	its name
 * @section:	where it is in the object
 * @type:	its type, "unknown" where it has none
 * @error:	errno of a refusal, positive
 * @insns:	struct bpf_insn, as given to the kernel
 * @count:	how many
 * @log:	the whole log
 * @text:	lines that explain a refusal, each with its end of line
 * @message:	the first of them without "refused: " and without rule and class
 * @rule:	name of the rule, "" where no rule of the verifier refused it
 * @class:	whose move it is, as in Documentation/bpf/log.rst; ""
 * @pc:		instruction at fault, or -1
 * @file:	file of the source that the instruction comes from, NULL where not known
 * @line:	number of the line there
 * @source:	the line
 * @stats:	all zero where the verifier was not asked
 */
struct verdict {
	enum verdict_kind	kind;
	char			*program;
	char			*section;
	const char		*type;
	int			error;
	void			*insns;
	unsigned int		count;
	char			*log;
	char			*text;
	char			*message;
	char			*rule;
	char			*class;
	int			pc;
	char			*file;
	unsigned int		line;
	char			*source;
	struct verdict_stats	stats;
};

/* takes @log apart; the kernel's answer is @error, 0 or a positive errno */
void verdict_from_log(struct verdict *v, char *log, int error);
/* a refusal, or an object that cannot be read, without a log; @text has no end of line */
void verdict_without_log(struct verdict *v, enum verdict_kind kind, int error,
			 const char *text);
/* takes the last line away, where it is the advice that a rule gives */
void verdict_drop_help(struct verdict *v);
/* adds a line to the explanation; as printf() */
__attribute__((__format__(printf, 2, 3)))
void verdict_note(struct verdict *v, const char *fmt, ...);
void verdict_free(struct verdict *v);

#endif /* TOOLS_BPF_CHECK_VERDICT_H */
