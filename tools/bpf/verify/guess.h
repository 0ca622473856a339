/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Runs a program as a processor may that guesses: what a program without privilege could
 * learn from that, or from what it computes itself.
 */
#ifndef TOOLS_BPF_GUESS_H
#define TOOLS_BPF_GUESS_H

#include <linux/bpf_func.h>
#include <linux/types.h>

struct bpf_case;
struct bv_request;
struct bv_result;

/**
 * struct guess_task - a run
 * @type:	type of the program
 * @res:	the program, as the verifier leaves it
 * @way:	ENGINE_OPT or 0
 * @window:	instructions that a guess lasts at most
 * @depth:	guesses in guesses
 * @each:	how often an instruction of the run itself is guessed about
 * @steps:	instructions at most, those after wrong guesses included
 * @seed:	where objects lie, and what was on the stack before
 */
struct guess_task {
	const struct bpf_type_ops	*type;
	const struct bv_result		*res;
	u32				way;
	u32				window;
	u32				depth;
	u32				each;
	u64				steps;
	u64				seed;
};

/**
 * struct guess_totals - what was done so far
 * @runs:	runs
 * @guesses:	wrong guesses followed
 * @steps:	instructions, those after wrong guesses included
 * @cut:	runs that took all the steps they may
 */
struct guess_totals {
	u64	runs;
	u64	guesses;
	u64	steps;
	u64	cut;
};

extern struct guess_totals guess_totals;

/* maps are there; true if there is nothing to tell */
bool guess_run(const struct guess_task *task, void *ctx);
/* guess_case.c: the case in all ways */
bool guess_case(const struct bpf_case *c, struct bv_request *req);
/* what was wrong, with the program */
const char *guess_told(void);

#endif /* TOOLS_BPF_GUESS_H */
