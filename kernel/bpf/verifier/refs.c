// SPDX-License-Identifier: GPL-2.0-only
/*
 * Memory that a program is lent and must give back: a helper returns it or NULL, and on
 * every path another helper takes it back before the program can end.
 *
 *	acquire --> held, maybe NULL --test--> held --> given back: no copy is left
 *	                              \------> NULL: was never there
 *
 * What is held is a list in the state, and each pointer to it has its identity. It is not
 * found by looking for pointers: a program may lose all of them, and that is just what is
 * refused.
 *
 * Layer V4. Tests: tools/testing/selftests/bpf/cases/ops/acquire-*.bpft, walk/acquire-*.
 */
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/string.h>
#include "mem.h"

/**
 * bv_refs_acquire() - one more piece of memory is held
 * @env:	the check, env->pc being the call
 * @st:		the path
 * @id:		its identity
 *
 * Return: 0, or what bv_refuse() gave: -E2BIG where BV_MOST_HELD are held already.
 */
int bv_refs_acquire(struct bv_env *env, struct bv_state *st, u32 *id)
{
	if (st->nheld == BV_MOST_HELD)
		return bv_refuse(env, BV_R_HELD_MANY, BV_INSN, BV_MOST_HELD);
	*id = ++env->next_id;
	st->held[st->nheld++] = (struct bv_held){ *id, env->pc };
	return 0;
}

/**
 * bv_refs_absent() - memory turned out to be NULL
 * @st:	the path
 * @id:	its identity, or that of another pointer that is NULL, which is not held
 */
void bv_refs_absent(struct bv_state *st, u32 id)
{
	u32 i;

	for (i = 0; i < st->nheld; i++) {
		if (st->held[i].id != id)
			continue;
		st->nheld--;
		memmove(&st->held[i], &st->held[i + 1],
			(st->nheld - i) * sizeof(*st->held));
		return;
	}
}

static bool points_there(const struct bv_reg *r, u32 id)
{
	return r->kind == BV_ACQUIRED && r->id == id;
}

static void lose_reg(struct bv_reg *r, u32 id, u32 pc)
{
	if (!points_there(r, id))
		return;
	bv_reg_unset(r);
	r->def_pc = pc;
}

static void lose_slots(struct bv_slot *slots, u32 nslots, u32 id, u32 pc)
{
	u32 i;

	for (i = 0; i < nslots; i++) {
		if (!slots[i].whole || !points_there(&slots[i].spill, id))
			continue;
		bv_slot_unset(&slots[i]);
		slots[i].def_pc = pc;
	}
}

/**
 * bv_refs_release() - memory is given back
 * @env:	the check, env->pc being the call
 * @st:		the path; every copy of the pointer, on the stack too, and those that
 *		callers hold, becomes unset
 * @id:		which
 *
 * Return: 0 or -ENOMEM.
 */
int bv_refs_release(struct bv_env *env, struct bv_state *st, u32 id)
{
	struct bv_frame *f;
	u32 i;

	if (bv_frames_own_id(env, st, id) < 0)
		return -ENOMEM;
	bv_refs_absent(st, id);
	for (i = 0; i < MAX_BPF_REG; i++)
		lose_reg(&st->reg[i], id, env->pc);
	lose_slots(st->slots, st->nslots, id, env->pc);
	for (f = st->caller; f; f = f->caller) {
		for (i = 0; i < BV_KEPT_REGS; i++)
			lose_reg(&f->reg[i], id, env->pc);
		lose_slots(f->slots, f->nslots, id, env->pc);
	}
	return 0;
}

/**
 * bv_refs_check() - may the program end here?
 * @env:	the check, env->pc being an instruction that ends it, or may
 * @st:		the path
 * @why:	BV_R_HELD_*: the refusal where something is held
 *
 * Return: 0, or what bv_refuse() gave: -EINVAL.
 */
int bv_refs_check(struct bv_env *env, const struct bv_state *st, enum bv_reason why)
{
	return st->nheld ? bv_refuse(env, why, BV_INSN, st->held[0].pc) : 0;
}
