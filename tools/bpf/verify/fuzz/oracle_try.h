/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One program of accept.h against all that must hold of it.
 */
#ifndef TOOLS_BPF_ORACLE_TRY_H
#define TOOLS_BPF_ORACLE_TRY_H

#include "accept.h"

enum try_result {
	TRY_REFUSED,
	TRY_GOOD,
	TRY_BAD,		/* try_why() says how */
};

/* what is not done with every program */
#define TRY_STARVE	0x01	/* every allocation fails in turn */
#define TRY_PRUNE	0x02	/* with states compared nowhere and everywhere, too */
#define TRY_ENGINES	0x04	/* on every engine */
#define TRY_GUESS	0x08	/* on a processor that guesses */

void try_start(void);
void try_end(void);
enum try_result try_program(const struct accept_prog *p, u64 contexts, u32 how);
const char *try_why(void);
/* rule of the last refusal, "" where there was none */
const char *try_rule(void);
/* the program as a case file */
void try_show(const struct accept_prog *p);

/* try_source.c: what programs say of their functions */
int try_source_start(u8 type, const char *ctx);
void try_source_end(void);
const struct bpf_source *try_source(const struct accept_prog *p);

#endif /* TOOLS_BPF_ORACLE_TRY_H */
