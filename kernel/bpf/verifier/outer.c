// SPDX-License-Identifier: GPL-2.0-only
/*
 * Accesses of a caller's stack, through pointers that a function was given. Its slots
 * take the place of the function's own while stack.c works, which knows one stack.
 *
 * What crosses frames leaves its deps behind (precise.c): a number that is read is
 * demanded of the checkpoint at the call, and a slot that is written stands from then on
 * for the one that was there at the call.
 *
 * It judges nothing. Layer V4. Tests: tools/testing/selftests/bpf/cases/func.
 */
#include <linux/bits.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include "mem.h"

/**
 * bv_outer_begin() - an access of a stack is about to be looked at
 * @env:	the check, env->pc being the instruction
 * @st:		the path
 * @op:		the access, of a stack; gets its owner
 * @write:	it may change the stack
 * @outer:	for bv_outer_end()
 *
 * Return: 0, and then bv_outer_end() is due in any case; -ENOMEM.
 */
int bv_outer_begin(struct bv_env *env, struct bv_state *st, struct bv_memop *op, bool write,
		   struct bv_outer *outer)
{
	*outer = (struct bv_outer){ .write = write };
	op->owner = env->pc;
	if (op->ptr->frame == st->depth)
		return 0;
	if (write)
		outer->frame = bv_frames_own(env, st, op->ptr->frame);
	else
		outer->frame = bv_frames_find(st, op->ptr->frame);
	if (!outer->frame)
		return -ENOMEM;
	op->owner = outer->frame->call;
	bv_frames_swap(st, outer->frame);
	return 0;
}

/* slots that the access may have changed name those of the checkpoint at the call */
static void name_slots(struct bv_frame *f, const struct bv_memop *op)
{
	u32 first = (u32)-(op->hi + op->size) / BV_SLOT_BYTES;
	u32 last = (u32)(-op->lo - 1) / BV_SLOT_BYTES;
	u32 i;

	for (i = first; i <= last && i < f->nslots; i++) {
		f->slots[i].deps.slots |= BIT_ULL(i);
		if (f->slots[i].whole && f->slots[i].spill.kind == BV_SCALAR)
			f->slots[i].spill.deps.slots |= BIT_ULL(i);
	}
}

/**
 * bv_outer_end() - the access has been looked at
 * @env:	the check
 * @st:		the path
 * @op:		the access
 * @outer:	from bv_outer_begin()
 * @dst:	register that was loaded, or -1
 */
void bv_outer_end(struct bv_env *env, struct bv_state *st, const struct bv_memop *op,
		  const struct bv_outer *outer, int dst)
{
	struct bv_frame *f = outer->frame;
	struct bv_reg *r;

	if (!f)
		return;
	bv_frames_swap(st, f);
	if (!f->saved)
		return;
	if (dst >= 0 && st->reg[dst].kind == BV_SCALAR) {
		r = &st->reg[dst];
		bv_demand_at(env, f->saved, r->deps);
		r->deps = (struct bv_deps){};
	}
	if (outer->write)
		name_slots(f, op);
}
