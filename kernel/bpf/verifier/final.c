// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which kept states are final, that is, whether all that can come of them is known to be
 * safe. Without loops that is so as soon as nothing that follows is open. In a loop paths
 * end at a state of their own past, so what they came by hangs on that one, and what ends
 * at one of these hangs on it too:
 *
 *	entry --> A (head) --> B --> C --> back to A, which covers it
 *	                        \--> D --> covered by C
 *
 * C, D and B are closed before A is, but hang on A. When A is closed and hangs on nothing
 * older, all become final at once: these are the strongly connected components of what
 * was walked, found as Tarjan found them, for the walk is a depth-first search.
 *
 * It knows no instructions and compares nothing. Layer V6. Tests: cases/loop/.
 */
#include <linux/kernel.h>
#include <linux/types.h>
#include "walk.h"

/**
 * bv_final_hold() - something more follows from a kept state
 * @cp:	the state, or NULL for the entry
 */
void bv_final_hold(struct bv_checkpoint *cp)
{
	if (cp)
		cp->open++;
}

/**
 * bv_final_hang() - what follows from a state hangs on another one
 * @cp:		last checkpoint of a path that ends
 * @old:	what it ends at, not final
 */
void bv_final_hang(struct bv_checkpoint *cp, const struct bv_checkpoint *old)
{
	cp->low = min(cp->low, old->index);
}

static void make_final(struct bv_checkpoint *cp)
{
	cp->final = true;
	cp->last = NULL;
	cp->parent = NULL;
	cp->result = NULL;
}

/* @cp and all that hang on it */
static void finish(struct bv_checkpoint *cp)
{
	struct bv_checkpoint *next;

	make_final(cp);
	for (cp = cp->hanging; cp; cp = next) {
		next = cp->hangs;
		cp->hangs = NULL;
		make_final(cp);
	}
}

/* @cp, and all that hang on it, hang on what @parent hangs on, or on @parent */
static void pass_on(struct bv_checkpoint *cp, struct bv_checkpoint *parent)
{
	struct bv_checkpoint *last = cp->hanging ? cp->hanging_last : cp;

	cp->hangs = cp->hanging;
	cp->hanging = NULL;
	last->hangs = parent->hanging;
	if (!parent->hanging)
		parent->hanging_last = last;
	parent->hanging = cp;
	parent->low = min(parent->low, cp->low);
}

/**
 * bv_final_release() - something that followed from a kept state has ended
 * @env:	the check
 * @cp:		the state, or NULL for the entry
 *
 * A state of which all has ended is closed, and its own parent has one less to wait for.
 */
void bv_final_release(struct bv_env *env, struct bv_checkpoint *cp)
{
	while (cp && !--cp->open) {
		struct bv_checkpoint *last = cp->last;

		if (env->info[cp->pc].head)
			bv_induct_close(env, cp);
		bv_prune_closed(env, cp);
		if (cp->low < cp->index)
			pass_on(cp, last);
		else
			finish(cp);
		cp = last;
	}
}
