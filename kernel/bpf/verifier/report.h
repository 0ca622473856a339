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
#include "vlog.h"

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

/*
 * The message of reason @why at env->pc about @about, the arguments being those of
 * its row; then what is known of the subject, where its value came from, and the
 * help line. Returns the row's errno, always negative.
 */
int bv_refuse(struct bv_env *env, enum bv_reason why, struct bv_about about, ...);

/* name of a reason */
const char *bv_rule(enum bv_reason why);

#endif /* _BPF_VERIFIER_REPORT_H */
