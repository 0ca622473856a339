// SPDX-License-Identifier: GPL-2.0-only
/*
 * Frames of callers: what a function that waits for one it called will find again, R6 to
 * R9 and its stack.
 *
 *	path's state --caller--> frame 1 --caller--> frame 0 (the program)
 *	kept state ----caller-------^
 *
 * Nothing but pointers reaches them meanwhile, so states of all paths through the callee
 * share them, and so do kept states. Where a path writes to one, or learns of a value in
 * it, it gets frames of its own first, from that one inwards.
 *
 * Deps of the values in a frame name values of the checkpoint at the call, which the
 * callee never changes: precise.c has the rules for what crosses.
 *
 * It must not know why a frame is changed. Layer V2. Tests: cases/func.
 */
#include <linux/bitops.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/string.h>
#include <linux/types.h>
#include "state.h"

static s64 bytes_of(const struct bv_frame *f)
{
	return sizeof(*f) + (s64)f->cap * sizeof(*f->slots);
}

/**
 * bv_frames_sweep() - give back what nobody refers to
 * @env:	the check
 */
void bv_frames_sweep(struct bv_env *env)
{
	struct bv_frame **link = &env->frames;
	struct bv_frame *f;

	while (env->dead_frames && (f = *link)) {
		if (f->refs) {
			link = &f->next;
			continue;
		}
		*link = f->next;
		env->dead_frames--;
		bv_state_bytes(env, -bytes_of(f));
		bv_heap_give(&env->heap, f->slots, f->cap * sizeof(*f->slots));
		bv_heap_give(&env->heap, f, sizeof(*f));
	}
}

/* a frame with room for @nslots slots, which are anything; one reference */
static struct bv_frame *new_frame(struct bv_env *env, u32 nslots)
{
	struct bv_frame *f = bv_heap_take(&env->heap, sizeof(*f));

	if (!f)
		return NULL;
	memset(f, 0, offsetof(struct bv_frame, reg));
	if (nslots)
		f->slots = bv_heap_take(&env->heap, nslots * sizeof(*f->slots));
	if (nslots && !f->slots) {
		bv_heap_give(&env->heap, f, sizeof(*f));
		return NULL;
	}
	f->refs = 1;
	f->cap = nslots;
	f->nslots = nslots;
	f->next = env->frames;
	env->frames = f;
	bv_state_bytes(env, bytes_of(f));
	return f;
}

/**
 * bv_frames_push() - the path's function calls another one
 * @env:	the check; env->pc is the call
 * @st:		the path; R1 to R5 stay, R10 and the stack become the callee's, all else is
 *		unset
 * @saved:	checkpoint whose values deps of @st name
 *
 * Return: 0, or -ENOMEM with @st as it was.
 */
int bv_frames_push(struct bv_env *env, struct bv_state *st, struct bv_checkpoint *saved)
{
	struct bv_frame *f;
	u32 i;

	bv_state_keep_live(env, st, env->pc);
	f = new_frame(env, st->nslots);
	if (!f)
		return -ENOMEM;
	f->call = env->pc;
	f->depth = st->depth++;
	f->saved = saved;
	f->caller = st->caller;
	st->caller = f;
	memcpy(f->reg, &st->reg[BPF_REG_6], sizeof(f->reg));
	if (st->nslots)
		memcpy(f->slots, st->slots, st->nslots * sizeof(*f->slots));
	st->nslots = 0;
	bv_reg_unset(&st->reg[BPF_REG_0]);
	for (i = BPF_REG_6; i <= BPF_REG_9; i++)
		bv_reg_unset(&st->reg[i]);
	st->reg[BPF_REG_10].frame = st->depth;
	return 0;
}

/**
 * bv_frames_pop() - the path returns to whom called its function
 * @env:	the check
 * @st:		the path; R0 stays, R1 to R5 are unset, all else is the caller's
 *
 * Return: 0, or -ENOMEM.
 */
int bv_frames_pop(struct bv_env *env, struct bv_state *st)
{
	struct bv_frame *f = st->caller;
	u32 i;

	st->nslots = 0;
	if (bv_state_grow(env, st, f->nslots))
		return -ENOMEM;
	if (f->nslots)
		memcpy(st->slots, f->slots, f->nslots * sizeof(*st->slots));
	memcpy(&st->reg[BPF_REG_6], f->reg, sizeof(f->reg));
	for (i = BPF_REG_1; i <= BPF_REG_5; i++)
		bv_reg_unset(&st->reg[i]);
	st->depth = f->depth;
	st->reg[BPF_REG_10].frame = f->depth;
	st->parent = f->saved;
	st->caller = bv_frames_get(f->caller);
	bv_frames_put(env, f);
	return 0;
}

/* a frame like @f that nobody else refers to, in its place at @link */
static struct bv_frame *own_one(struct bv_env *env, struct bv_frame **link)
{
	struct bv_frame *f = *link, *copy;

	if (f->refs == 1)
		return f;
	copy = new_frame(env, f->nslots);
	if (!copy)
		return NULL;
	copy->call = f->call;
	copy->depth = f->depth;
	copy->saved = f->saved;
	memcpy(copy->reg, f->reg, sizeof(copy->reg));
	if (f->nslots)
		memcpy(copy->slots, f->slots, f->nslots * sizeof(*f->slots));
	copy->caller = bv_frames_get(f->caller);
	*link = copy;
	bv_frames_put(env, f);
	return copy;
}

/**
 * bv_frames_own() - the path is about to change a caller's frame
 * @env:	the check
 * @st:		the path
 * @depth:	the frame, below st->depth; those inwards from it are the path's own, too
 *
 * Return: the frame, NULL without memory.
 */
struct bv_frame *bv_frames_own(struct bv_env *env, struct bv_state *st, u32 depth)
{
	struct bv_frame **link = &st->caller;
	struct bv_frame *f;

	do {
		f = own_one(env, link);
		if (!f)
			return NULL;
		link = &f->caller;
	} while (f->depth > depth);
	return f;
}

/* by its own identity, or by that of its offset */
static bool is_of(const struct bv_reg *r, u32 id)
{
	return r->kind != BV_UNSET && (r->id == id || bv_reg_name(r) == id);
}

static bool saves_id(const struct bv_slot *slot, u32 id)
{
	u32 begins;

	if (slot->whole)
		return is_of(&slot->spill, id);
	for (begins = slot->begins; begins; begins &= begins - 1)
		if (bv_slot_id(slot, __ffs(begins)) == id)
			return true;
	return false;
}

static bool has_id(const struct bv_frame *f, u32 id)
{
	u32 i;

	for (i = 0; i < ARRAY_SIZE(f->reg); i++)
		if (is_of(&f->reg[i], id))
			return true;
	for (i = 0; i < f->nslots; i++)
		if (saves_id(&f->slots[i], id))
			return true;
	return false;
}

/**
 * bv_frames_own_named() - the path is about to learn of, or to lose, what has an identity
 * @env:	the check
 * @st:		the path; frames that hold values of that identity are its own then
 * @id:		the identity, not 0
 *
 * Return: 1 if some frame does, 0 if none does, -ENOMEM.
 */
int bv_frames_own_named(struct bv_env *env, struct bv_state *st, u32 id)
{
	const struct bv_frame *f;
	u32 depth = st->depth;

	for (f = st->caller; f; f = f->caller)
		if (has_id(f, id))
			depth = f->depth;
	if (depth == st->depth)
		return 0;
	return bv_frames_own(env, st, depth) ? 1 : -ENOMEM;
}

/**
 * bv_frames_each() - visit what callers hold
 * @st:		the path; frames in which @fn changes something are its own
 * @fn:		called for every register and every saved one
 * @arg:	passed on
 */
void bv_frames_each(struct bv_state *st, void (*fn)(struct bv_reg *r, void *arg), void *arg)
{
	struct bv_frame *f;
	u32 i;

	for (f = st->caller; f; f = f->caller) {
		for (i = 0; i < ARRAY_SIZE(f->reg); i++)
			fn(&f->reg[i], arg);
		for (i = 0; i < f->nslots; i++)
			if (f->slots[i].begins)
				bv_slot_each(&f->slots[i], fn, arg);
	}
}

/**
 * bv_frames_find() - frame of a caller
 * @st:		the path
 * @depth:	which, below st->depth
 *
 * Return: the frame, never NULL.
 */
struct bv_frame *bv_frames_find(const struct bv_state *st, u32 depth)
{
	struct bv_frame *f = st->caller;

	while (f->depth != depth)
		f = f->caller;
	return f;
}

/**
 * bv_frames_swap() - the stack of a caller in the place of the function's own
 * @st:	the path
 * @f:	one of its frames
 *
 * For an access of that stack; the same again puts both back.
 */
void bv_frames_swap(struct bv_state *st, struct bv_frame *f)
{
	swap(st->nslots, f->nslots);
	swap(st->cap, f->cap);
	swap(st->slots, f->slots);
}
