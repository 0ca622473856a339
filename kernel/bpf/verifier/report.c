// SPDX-License-Identifier: GPL-2.0-only
/*
 * Wording of refusals. A refusal is a block of the log:
 *
 *	refused: <what was required, what is known> [<rule>, <class>]
 *	  at 12: r0 = *(u8 *)(r1 +16)
 *	    count() at pkt.c:23: value->packets++;
 *	  called at 4: call pc+6		(in functions of the program)
 *	  r1: <what is known of it>
 *	  note: <where that came from>
 *	  note: <the path that leads here>
 *	  help: <what would make it pass>
 *
 * This room turns a row of reasons.def into that block and an errno. It never decides
 * that something is refused.
 *
 * Layer V1 (the block itself; print.c knows the states). Tests: the corpus, which
 * has the text of every row.
 */
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/types.h>
#include "../disasm.h"
#include "env.h"
#include "report.h"

#define MESSAGE_BYTES	240
#define SUBJECT_BYTES	240

/**
 * struct reason - a row of reasons.def
 * @class:	enum bv_class
 * @error:	errno, negative
 * @rule:	its name
 * @message:	format
 * @help:	text
 */
struct reason {
	u8		class;
	s16		error;
	const char	*rule;
	const char	*message;
	const char	*help;
};

static const struct reason reasons[BV_R_COUNT] = {
#define REASON(id, cls, err, name, text, advice) \
	[BV_R_##id] = { cls, -(err), name, text, advice },
#include "reasons.def"
#undef REASON
};

static const char * const class_words[] = {
	[BV_MALFORMED]	= "malformed",
	[BV_UNSAFE]	= "unsafe",
	[BV_UNSUPPORTED] = "unsupported here",
	[BV_BUDGET]	= "over budget",
	[BV_BUG]	= "verifier bug",
};

static void print_insn(struct bv_env *env)
{
	char text[BPF_DISASM_BYTES];

	if (env->pc >= env->count)
		return;
	bpf_disasm(&env->insns[env->pc], env->count - env->pc, text, sizeof(text));
	bv_log(&env->log, "  at %u: %s\n", env->pc, text);
	bv_print_source(env, env->pc, "    ");
}

/* what is known of the register or slot, and since when */
static void print_subject(struct bv_env *env, struct bv_about about)
{
	char text[SUBJECT_BYTES] = "";

	if (about.subject != BV_ABOUT_REG && about.subject != BV_ABOUT_SLOT)
		return;
	bv_print_subject(env, about, text, sizeof(text));
	if (text[0] && about.subject == BV_ABOUT_REG)
		bv_log(&env->log, "  r%d: %s\n", about.index, text);
	else if (text[0])
		bv_log(&env->log, "  stack at r10%+d: %s\n", about.index, text);
	bv_print_origin(env, about);
}

/**
 * bv_rule() - name of a reason, as refusals show it
 * @why:	row of reasons.def
 */
const char *bv_rule(enum bv_reason why)
{
	return reasons[why].rule;
}

/**
 * bv_refuse() - refuse the program
 * @env:	the check; env->pc is the instruction at fault
 * @why:	row of reasons.def
 * @about:	register or stack slot at fault, BV_INSN or BV_PROG
 *
 * The arguments after @about are those of the row's message. Where no run may be in the
 * state at all, nothing is told, and env->muted says why: the walk tries another way.
 *
 * Return: the row's errno, negative.
 */
int bv_refuse(struct bv_env *env, enum bv_reason why, struct bv_about about, ...)
{
	const struct reason *r = &reasons[why];
	char message[MESSAGE_BYTES];
	va_list args;

	if (env->grown && (r->class == BV_UNSAFE || r->class == BV_UNSUPPORTED)) {
		env->muted = why;
		return r->error;
	}
	if (!env->log.level)
		return r->error;
	va_start(args, about);
	vscnprintf(message, sizeof(message), r->message, args);
	va_end(args);
	bv_log(&env->log, "refused: %s [%s, %s]\n", message, r->rule, class_words[r->class]);
	if (about.subject != BV_ABOUT_PROG)
		print_insn(env);
	if (env->cur) {
		bv_print_callers(env);
		print_subject(env, about);
		if (env->log.level & BV_LOG_PATH)
			bv_print_path(env);
	}
	bv_log(&env->log, "  help: %s\n", r->help);
	return r->error;
}
