// SPDX-License-Identifier: GPL-2.0-only
/*
 * States of a path: made, copied, grown, freed, and checked against their own
 * invariants. A copy takes over only what is live where it goes on, and memory of
 * freed states is used again: both because a branch copies a state and programs are
 * made of branches.
 *
 * It must not know why a state is kept or compared (walk.h). What it holds is
 * counted in env->stats.
 *
 * Layer V2. Tests: bv_state_broken() after every instruction in the user-space build.
 */
#include <linux/bitops.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/string.h>
#include <linux/types.h>
#include "state.h"

/**
 * bv_state_bytes() - account memory held for states
 * @env:	the check
 * @bytes:	more, or less where negative
 */
void bv_state_bytes(struct bv_env *env, s64 bytes)
{
	struct bv_stats *s = &env->stats;

	s->bytes_now += bytes;
	s->bytes_peak = max(s->bytes_peak, s->bytes_now);
}

static struct bv_path path_of(const struct bv_state *st)
{
	return (struct bv_path){
		.nslots = st->nslots, .nheld = st->nheld, .depth = st->depth,
		.known = st->known, .grown = st->grown, .caller = st->caller,
		.last = st->last, .parent = st->parent, .result = st->result,
	};
}

static void set_path(struct bv_state *st, const struct bv_path *path)
{
	st->nslots = path->nslots;
	st->nheld = path->nheld;
	st->depth = path->depth;
	st->known = path->known;
	st->grown = path->grown;
	st->caller = path->caller;
	st->last = path->last;
	st->parent = path->parent;
	st->result = path->result;
}

/* no path is in it any more, or yet */
static void clear(struct bv_state *st)
{
	static const struct bv_path none;

	set_path(st, &none);
	st->next_spare = NULL;
}

/* a state whose registers and slots are anything; no slots are in use */
static struct bv_state *take(struct bv_env *env)
{
	struct bv_state *st = env->spare;

	if (st) {
		env->spare = st->next_spare;
		return st;
	}
	st = bv_heap_take(&env->heap, sizeof(*st));
	if (!st)
		return NULL;
	st->slots = NULL;
	st->cap = 0;
	clear(st);
	bv_state_bytes(env, sizeof(*st));
	return st;
}

/**
 * bv_state_free() - a path has ended
 * @env:	the check
 * @st:		its state, or NULL; kept for bv_state_copy()
 */
void bv_state_free(struct bv_env *env, struct bv_state *st)
{
	if (!st)
		return;
	bv_frames_put(env, st->caller);
	clear(st);
	st->next_spare = env->spare;
	env->spare = st;
}

/**
 * bv_state_free_spare() - give freed states back to the system
 * @env:	the check, at its end
 */
void bv_state_free_spare(struct bv_env *env)
{
	while (env->spare) {
		struct bv_state *st = env->spare;

		env->spare = st->next_spare;
		bv_state_bytes(env, -(s64)(sizeof(*st) + st->cap * sizeof(*st->slots)));
		bv_heap_give(&env->heap, st->slots, st->cap * sizeof(*st->slots));
		bv_heap_give(&env->heap, st, sizeof(*st));
	}
}

static int reserve(struct bv_env *env, struct bv_state *st, u32 nslots)
{
	u32 cap = max(st->cap, 1U);
	struct bv_slot *slots;
	u32 i;

	while (cap < nslots)
		cap *= 2;
	if (cap == st->cap)
		return 0;
	slots = bv_heap_take(&env->heap, cap * sizeof(*slots));
	if (!slots)
		return -ENOMEM;
	for (i = 0; i < st->nslots; i++)
		bv_slot_copy(&slots[i], &st->slots[i]);
	bv_heap_give(&env->heap, st->slots, st->cap * sizeof(*slots));
	bv_state_bytes(env, (s64)(cap - st->cap) * sizeof(*slots));
	st->slots = slots;
	st->cap = cap;
	return 0;
}

/**
 * bv_state_grow() - more stack slots in use
 * @env:	the check
 * @st:		the state
 * @nslots:	at least so many, at most BV_SLOTS; new ones are BV_BYTE_UNSET
 *
 * Return: 0, or -ENOMEM with the state as it was.
 */
int bv_state_grow(struct bv_env *env, struct bv_state *st, u32 nslots)
{
	if (nslots <= st->nslots)
		return 0;
	if (reserve(env, st, nslots))
		return -ENOMEM;
	while (st->nslots < nslots)
		bv_slot_unset(&st->slots[st->nslots++]);
	return 0;
}

/**
 * bv_state_new() - the state on entry to the program
 * @env:	the check
 *
 * Return: R1 the context, R10 the stack, nothing else set; NULL without memory.
 */
struct bv_state *bv_state_new(struct bv_env *env)
{
	struct bv_state *st = take(env);
	int i;

	if (!st)
		return NULL;
	for (i = 0; i < MAX_BPF_REG; i++)
		bv_reg_unset(&st->reg[i]);
	bv_reg_obj(&st->reg[BPF_REG_1], BV_CTX, env->type->ctx, 0, BV_NO_PC);
	bv_reg_pointer(&st->reg[BPF_REG_10], BV_STACK, BV_NO_PC);
	return st;
}

/* registers to keep before @pc: R10 is what it is everywhere */
static u32 live_regs(const struct bv_env *env, u32 pc)
{
	return env->info[pc].live_regs | BIT(BPF_REG_10);
}

static void copy_held(struct bv_held *to, const struct bv_held *from, u32 count)
{
	while (count--)
		*to++ = *from++;
}

/**
 * bv_state_copy() - the same path, twice
 * @env:	the check
 * @from:	its state
 * @pc:		where the copy goes on: what is not live there becomes unset
 *
 * Return: the copy, NULL without memory.
 */
struct bv_state *bv_state_copy(struct bv_env *env, const struct bv_state *from, u32 pc)
{
	u32 nslots = min_t(u32, from->nslots, fls64(env->info[pc].live_slots));
	u64 slots = env->info[pc].live_slots;
	u32 regs = live_regs(env, pc);
	struct bv_state *st = take(env);
	struct bv_path path;
	u32 i;

	if (!st)
		return NULL;
	if (nslots && reserve(env, st, nslots)) {
		bv_state_free(env, st);
		return NULL;
	}
	for (i = 0; i < MAX_BPF_REG; i++, regs >>= 1) {
		if (regs & 1)
			st->reg[i] = from->reg[i];
		else
			bv_reg_unset(&st->reg[i]);
	}
	for (i = 0; i < nslots; i++, slots >>= 1) {
		if (slots & 1)
			bv_slot_copy(&st->slots[i], &from->slots[i]);
		else
			bv_slot_unset(&st->slots[i]);
	}
	path = path_of(from);
	path.nslots = nslots;
	set_path(st, &path);
	copy_held(st->held, from->held, st->nheld);
	bv_frames_get(st->caller);
	return st;
}

/* takes the registers and slots that @p says from @st; those that are unset are not in it */
static void pack(struct bv_packed *p, const struct bv_state *st)
{
	struct bv_reg *reg = p->reg;
	struct bv_slot *slot;
	u32 regs;
	u64 slots;

	for (regs = p->regs; regs; regs &= regs - 1)
		*reg++ = st->reg[__ffs(regs)];
	slot = (struct bv_slot *)reg;
	for (slots = p->slots; slots; slots &= slots - 1)
		bv_slot_copy(slot++, &st->slots[__ffs64(slots)]);
	copy_held((struct bv_held *)slot, st->held, st->nheld);
}

/**
 * bv_state_pack() - keep of a state what it takes to go on
 * @env:	the check
 * @pool:	where packed states lie, and nothing else: the last one there is freed first
 * @st:		the state
 * @pc:		where it goes on: what is not live there is left out
 *
 * Return: it in less memory, @st being freed; NULL without memory, @st being as it was.
 */
struct bv_packed *bv_state_pack(struct bv_env *env, struct bv_pool *pool, struct bv_state *st,
				u32 pc)
{
	struct bv_mark mark = bv_pool_mark(pool);
	u32 nslots = min_t(u32, st->nslots, fls64(env->info[pc].live_slots));
	u64 slots = nslots ? env->info[pc].live_slots & GENMASK_ULL(nslots - 1, 0) : 0;
	u32 regs = live_regs(env, pc);
	struct bv_packed *p;
	u32 bytes;

	bytes = sizeof(*p) + hweight32(regs) * sizeof(struct bv_reg) +
		hweight64(slots) * sizeof(struct bv_slot) + st->nheld * sizeof(struct bv_held);
	p = bv_pool_take(pool, bytes);
	if (!p)
		return NULL;
	p->path = path_of(st);
	p->path.nslots = nslots;
	p->mark = mark;
	p->bytes = bytes;
	p->regs = regs;
	p->slots = slots;
	pack(p, st);
	bv_state_bytes(env, bytes);
	/* the frames are held by the packed one now */
	st->caller = NULL;
	bv_state_free(env, st);
	return p;
}

/**
 * bv_state_unpack() - go on with a packed state
 * @env:	the check
 * @p:		the packed state, still to be freed
 *
 * Return: the state, with frames of its own; NULL without memory.
 */
struct bv_state *bv_state_unpack(struct bv_env *env, const struct bv_packed *p)
{
	const struct bv_reg *reg = p->reg;
	struct bv_state *st = take(env);
	const struct bv_slot *slot;
	u32 i;

	if (!st)
		return NULL;
	if (p->path.nslots && reserve(env, st, p->path.nslots)) {
		bv_state_free(env, st);
		return NULL;
	}
	for (i = 0; i < MAX_BPF_REG; i++) {
		if (p->regs & BIT(i))
			st->reg[i] = *reg++;
		else
			bv_reg_unset(&st->reg[i]);
	}
	slot = (const struct bv_slot *)reg;
	for (i = 0; i < p->path.nslots; i++) {
		if (p->slots & BIT_ULL(i))
			bv_slot_copy(&st->slots[i], slot++);
		else
			bv_slot_unset(&st->slots[i]);
	}
	set_path(st, &p->path);
	copy_held(st->held, (const struct bv_held *)slot, st->nheld);
	bv_frames_get(st->caller);
	return st;
}

/**
 * bv_packed_free() - a packed state is not needed any more
 * @env:	the check
 * @pool:	where it lies
 * @p:		the packed state, the last one there
 */
void bv_packed_free(struct bv_env *env, struct bv_pool *pool, const struct bv_packed *p)
{
	bv_frames_put(env, p->path.caller);
	bv_state_bytes(env, -(s64)p->bytes);
	bv_pool_release(pool, p->mark);
}

/**
 * bv_state_keep_live() - forget what nothing will read
 * @env:	the check
 * @st:		the state
 * @pc:		instruction it is before
 */
void bv_state_keep_live(struct bv_env *env, struct bv_state *st, u32 pc)
{
	u32 dead = (BIT(MAX_BPF_REG) - 1) & ~live_regs(env, pc);
	u64 slots = env->info[pc].live_slots;
	u32 i;

	for (; dead; dead &= dead - 1)
		if (st->reg[__ffs(dead)].kind != BV_UNSET)
			bv_reg_unset(&st->reg[__ffs(dead)]);
	st->nslots = min_t(u32, st->nslots, fls64(slots));
	for (i = 0; i < st->nslots; i++)
		if (!(slots & BIT_ULL(i)))
			bv_slot_unset(&st->slots[i]);
}

/**
 * bv_state_each() - visit what a state holds
 * @st:		the state
 * @fn:		called for every register and every saved one
 * @arg:	passed on
 */
void bv_state_each(struct bv_state *st, void (*fn)(struct bv_reg *r, void *arg), void *arg)
{
	u32 i;

	for (i = 0; i < MAX_BPF_REG; i++)
		fn(&st->reg[i], arg);
	for (i = 0; i < st->nslots; i++)
		if (st->slots[i].begins)
			bv_slot_each(&st->slots[i], fn, arg);
}

static const char *reg_broken(const struct bv_env *env, const struct bv_reg *r)
{
	struct scalar val = r->val;

	if (r->kind >= BV_KIND_COUNT)
		return "register of no kind";
	if (r->kind == BV_UNSET)
		return NULL;
	if (!bv_scalar_sync(&val))
		return "number that cannot be";
	if (r->id > env->next_id)
		return "identity never given out";
	if (!bv_reg_has_view(r) && r->delta && !bv_reg_name(r))
		return "a distance from nothing";
	if (r->var > env->next_id || (r->var && (bv_reg_has_view(r) || r->kind == BV_SCALAR)))
		return "an offset with a name that it cannot have";
	if (bv_reg_maybe_null(r) && (!r->id || r->off || !bv_reg_const_offset(r)))
		return "untested pointer without identity or with an offset";
	if (bv_reg_is_pointer(r) && (r->deps.regs || r->deps.slots))
		return "pointer with open demands";
	switch (r->kind) {
	case BV_MAP:
	case BV_MAP_VALUE:
	case BV_MAP_VALUE_OR_NULL:
	case BV_KEY:
		return r->map < env->map_count ? NULL : "map kind without a map";
	case BV_CTX:
	case BV_OBJ:
	case BV_OBJ_OR_NULL:
		return r->view ? NULL : "object without a view";
	case BV_ACQUIRED:
	case BV_ACQUIRED_OR_NULL:
		return r->bytes && r->id ? NULL : "acquired memory without size or identity";
	case BV_PACKET:
	case BV_PACKET_META:
		if (!r->var && !bv_scalar_is_const(r->val))
			return "a packet's offset without a name";
		return NULL;
	case BV_MEM:
	case BV_MEM_OR_NULL:
		return r->id ? NULL : "an argument's memory without identity";
	default:
		return NULL;
	}
}

static const char *part_broken(const struct bv_env *env, const struct bv_slot *slot, u32 at)
{
	u32 width = bv_slot_width(slot, at);
	struct bv_reg r;

	if (!slot->whole && (width > BV_SLOT_BYTES / 2 || at & (width - 1)))
		return "saved bytes that are not aligned";
	bv_slot_get(slot, at, &r);
	if (r.kind == BV_UNSET)
		return "nothing, saved";
	if (r.kind == BV_SCALAR && !bv_scalar_fits(r.val, width * 8, false))
		return "a number in fewer bytes than it needs";
	return reg_broken(env, &r);
}

static const char *slot_broken(const struct bv_env *env, const struct bv_slot *slot)
{
	const char *why = NULL;
	u32 i, end = 0;

	if (slot->whole && slot->begins != 1)
		return "a whole register, and not alone";
	for (i = 0; i < BV_SLOT_BYTES && !why; i++) {
		bool begins = slot->begins >> i & 1;

		if (slot->byte[i] > BV_BYTE_SPILL || (begins && slot->byte[i] != BV_BYTE_SPILL) ||
		    (slot->byte[i] == BV_BYTE_SPILL && !begins && i >= end))
			return "stack bytes that disagree with what is saved";
		if (!begins)
			continue;
		end = i + bv_slot_width(slot, i);
		why = part_broken(env, slot, i);
	}
	return why;
}

/* a pointer to acquired memory that is not held any more, or held twice */
static bool is_stray(const struct bv_state *st, const struct bv_reg *r)
{
	u32 i, found = 0;

	if (r->kind != BV_ACQUIRED && r->kind != BV_ACQUIRED_OR_NULL)
		return false;
	for (i = 0; i < st->nheld; i++)
		found += st->held[i].id == r->id;
	return found != 1;
}

static const char *held_broken(const struct bv_state *st)
{
	u32 i;

	if (st->nheld > BV_MOST_HELD)
		return "more held than there is room for";
	for (i = 0; i < MAX_BPF_REG; i++)
		if (is_stray(st, &st->reg[i]))
			return "a pointer to memory that is not held";
	for (i = 0; i < st->nslots; i++)
		if (st->slots[i].whole && is_stray(st, &st->slots[i].spill))
			return "a saved pointer to memory that is not held";
	return NULL;
}

/* a pointer to the stack of a function that has returned, or is called by this one */
static bool dangles(const struct bv_reg *r, u32 depth)
{
	return r->kind == BV_STACK && r->frame > depth;
}

static bool some_dangle(const struct bv_reg *reg, u32 nregs, const struct bv_slot *slots,
			u32 nslots, u32 depth)
{
	u32 i;

	for (i = 0; i < nregs; i++)
		if (dangles(&reg[i], depth))
			return true;
	for (i = 0; i < nslots; i++)
		if (slots[i].whole && dangles(&slots[i].spill, depth))
			return true;
	return false;
}

static const char *frames_broken(const struct bv_state *st)
{
	const char *why = "a pointer to the stack of nobody";
	const struct bv_frame *f;
	u32 depth = st->depth;

	if (some_dangle(st->reg, MAX_BPF_REG, st->slots, st->nslots, depth))
		return why;
	for (f = st->caller; f; f = f->caller) {
		if (!f->refs || f->depth != --depth)
			return "frames that are not one inside the other";
		if (some_dangle(f->reg, BV_KEPT_REGS, f->slots, f->nslots, depth))
			return why;
	}
	return depth ? "fewer frames than functions" : NULL;
}

/**
 * bv_state_broken() - check the invariants of struct bv_state
 * @env:	the check
 * @st:		the state
 *
 * Return: what does not hold, in words for the log, or NULL.
 */
const char *bv_state_broken(const struct bv_env *env, const struct bv_state *st)
{
	const struct bv_reg *fp = &st->reg[BPF_REG_10];
	const char *why = NULL;
	u32 i;

	if (fp->kind != BV_STACK || fp->off || !bv_reg_const_offset(fp) ||
	    fp->frame != st->depth)
		return "R10 is not the frame pointer";
	if (st->nslots > st->cap || st->nslots > BV_SLOTS)
		return "more stack in use than there is";
	for (i = 0; i < MAX_BPF_REG && !why; i++)
		why = reg_broken(env, &st->reg[i]);
	for (i = 0; i < st->nslots && !why; i++)
		why = slot_broken(env, &st->slots[i]);
	return why ?: held_broken(st) ?: frames_broken(st);
}

/**
 * bv_id_room() - room for one more note of an identity
 * @env:	the check
 * @items:	array of notes, as of bv_id_find(); maybe moved
 * @count:	how many
 * @cap:	room for; maybe more afterwards
 * @first:	how many notes there is room for at first
 * @bytes:	size of one
 *
 * Return: 0 or -ENOMEM.
 */
int bv_id_room(struct bv_env *env, void **items, u32 count, u32 *cap, u32 first, size_t bytes)
{
	u32 before = *cap;

	if (count == before && bv_grow_array(items, cap, first, bytes))
		return -ENOMEM;
	bv_state_bytes(env, (s64)(*cap - before) * bytes);
	return 0;
}

/**
 * bv_id_find() - what is noted of an identity
 * @items:	array of notes, each of which begins with its identity, the lowest first
 * @count:	how many
 * @bytes:	size of one
 * @id:		the identity
 *
 * Return: the note, or NULL.
 */
const void *bv_id_find(const void *items, u32 count, size_t bytes, u32 id)
{
	u32 lo = 0, hi = count;

	while (lo < hi) {
		u32 mid = lo + (hi - lo) / 2;
		const u32 *item = items + mid * bytes;

		if (*item == id)
			return item;
		if (*item < id)
			lo = mid + 1;
		else
			hi = mid;
	}
	return NULL;
}
