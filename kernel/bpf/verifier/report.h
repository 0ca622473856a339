/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Refusals and the log. A refusal is `return bv_refuse(env, BV_R_X, about, args...)`;
 * class, errno, wording and help are one row of reasons.def each. Nothing else in
 * the verifier words a refusal, and control flow never depends on the log.
 *
 * Layer V1: knows no state types.
 */
#ifndef _BPF_VERIFIER_REPORT_H
#define _BPF_VERIFIER_REPORT_H

#include <linux/types.h>

struct bv_env;

/* classes of reasons: whose move is it? */
enum bv_class {
	BV_MALFORMED,	/* not a program: encoding, jumps */
	BV_UNSAFE,	/* could do harm */
	BV_UNSUPPORTED,	/* may be fine, this kernel does not have it */
	BV_BUDGET,	/* too large or too long to check */
	BV_BUG,		/* the verifier contradicts itself */
};

enum bv_reason {
	BV_R_NONE = 0,
#define REASON(id, ...) BV_R_##id,
#include "reasons.def"
#undef REASON
	BV_R_COUNT,
};

/* what a refusal is about, for the notes under it */
enum bv_subject {
	BV_ABOUT_INSN,		/* the instruction alone */
	BV_ABOUT_REG,		/* @index is a register */
	BV_ABOUT_SLOT,		/* @index is an offset from the frame pointer, -8, -16 ... */
	BV_ABOUT_PROG,		/* the program as a whole; no instruction is shown */
};

struct bv_about {
	enum bv_subject	subject;
	s32		index;
};

#define BV_INSN		((struct bv_about){ BV_ABOUT_INSN, 0 })
#define BV_REG(n)	((struct bv_about){ BV_ABOUT_REG, (n) })
#define BV_SLOT(off)	((struct bv_about){ BV_ABOUT_SLOT, (off) })
#define BV_PROG		((struct bv_about){ BV_ABOUT_PROG, 0 })

/**
 * struct bv_log - the user's log buffer while a program is checked
 * @ubuf:	where to, or NULL
 * @size:	its bytes
 * @level:	bit mask as in union bpf_attr
 * @pos:	bytes written; the terminating NUL is always kept in the buffer
 * @truncated:	something did not fit: -ENOSPC at the end
 * @fault:	the buffer could not be written: -EFAULT at the end
 * @line:	text not yet flushed
 * @line_len:	its bytes
 */
struct bv_log {
	char __user	*ubuf;
	u32		size;
	u32		level;
	u32		pos;
	bool		truncated;
	bool		fault;
	char		line[1024];
	u32		line_len;
};

#define BV_LOG_PATH	1
#define BV_LOG_STEPS	2
#define BV_LOG_TOTALS	4

void bv_log_start(struct bv_log *log, char __user *ubuf, u32 size, u32 level);
__printf(2, 3) void bv_log(struct bv_log *log, const char *fmt, ...);
int bv_log_finish(struct bv_log *log);	/* 0, -ENOSPC, -EFAULT */

/*
 * The message of reason @why at env->pc about @about, the arguments being those of
 * its row; then what is known of the subject, where its value came from, and the
 * help line. Returns the row's errno, always negative.
 */
int bv_refuse(struct bv_env *env, enum bv_reason why, struct bv_about about, ...);

#endif /* _BPF_VERIFIER_REPORT_H */
