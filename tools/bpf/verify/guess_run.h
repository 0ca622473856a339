/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What guess.c and guess_call.c share: a run under way.
 */
#ifndef TOOLS_BPF_GUESS_RUN_H
#define TOOLS_BPF_GUESS_RUN_H

#include <linux/bpf_func.h>
#include <linux/types.h>
#include "engine.h"
#include "guess.h"
#include "guess_world.h"

#define GUESS_DEPTH	8	/* guesses in guesses at most */

/* registers by side, and where it is */
struct guess_machine {
	u64	reg[GUESS_SIDES][MAX_BPF_EXT_REG];
	u32	pc;
};

/**
 * struct guess_turn - a wrong guess
 * @pc:		where
 * @to:		where the branch goes
 * @older:	the load gets what was there so many stores before; 0: a branch
 */
struct guess_turn {
	u32	pc;
	u32	to;
	u32	older;
};

/**
 * struct guess - a run under way
 * @task:	what was asked for
 * @ctx:	the context, as the host knows it
 * @prog:	the program, by side: they differ in addresses
 * @code:	of each instruction what the interpreter runs, and an exit, by side
 * @world:	memory
 * @turn:	guesses under way
 * @depth:	how many; 0: the run itself
 * @left:	instructions left of the first of them
 * @steps:	instructions so far
 * @now:	likewise; helpers count as several
 * @guessed:	how often the run guessed at each instruction
 * @found:	something was
 */
struct guess {
	const struct guess_task	*task;
	void			*ctx;
	struct engine_prog	prog[GUESS_SIDES];
	struct bpf_xinsn	*code[GUESS_SIDES];
	struct guess_world	world;
	struct guess_turn	turn[GUESS_DEPTH];
	u32			depth;
	u32			left;
	u64			steps;
	u64			now;
	u32			*guessed;
	bool			found;
};

/* false, always: tells what was found, the first time */
__printf(3, 4) bool guess_fails(struct guess *g, const struct guess_machine *m,
				const char *fmt, ...);
/* may @size bytes be used there? Else the way ends, or something was found */
bool guess_access(struct guess *g, const struct guess_machine *m, const u64 addr[GUESS_SIDES],
		  u32 size, struct guess_place *at);
/* guess_call.c: false: it does not go on from there */
bool guess_call(struct guess *g, struct guess_machine *m, const struct bpf_insn *insn);

#endif /* TOOLS_BPF_GUESS_RUN_H */
