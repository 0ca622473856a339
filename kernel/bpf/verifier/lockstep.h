/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Numbers and pointers that go in lockstep with the counter of a loop.
 *
 * Layer V6.
 */
#ifndef _BPF_VERIFIER_LOCKSTEP_H
#define _BPF_VERIFIER_LOCKSTEP_H

#include "grow.h"

void bv_lockstep_note(struct bv_grow *g, const struct bv_reg *old, const struct bv_reg *cur);
void bv_lockstep_start(struct bv_grow *g);
void bv_lockstep_tie(struct bv_grow *g, const struct bv_reg *old, const struct bv_reg *was,
		     struct bv_reg *cur);

#endif /* _BPF_VERIFIER_LOCKSTEP_H */
