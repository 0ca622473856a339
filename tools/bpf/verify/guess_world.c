// SPDX-License-Identifier: GPL-2.0-only
/*
 * guess_world.h.
 *
 * Layer: as bpfcase.c.
 */
#include <linux/bug.h>
#include <linux/kernel.h>
#include <linux/limits.h>
#include <linux/types.h>
#include <stdlib.h>
#include <string.h>
#include "guess_world.h"
#include "host_user.h"

/* of addresses: kernel's half, then the number of an object, then a place in its room */
#define ROOM_BITS	40
#define HALF_BITS	48
#define KERNEL_HALF	(0xffffULL << HALF_BITS)
/* numbers of objects differ by side, that their difference does, too */
#define OTHER_ROOM	0x5a

/* user space can map nothing below: there is nothing to be read by guesses either */
#define LOW_END		0x10000

#define STACK_MOST	512

static u64 next_random(struct guess_world *w)
{
	w->random = w->random * 6364136223846793005ULL + 1442695040888963407ULL;
	return w->random >> 33;
}

static u32 room_of(u32 idx, u32 side)
{
	return side ? idx ^ OTHER_ROOM : idx;
}

/* object @idx's address: in the middle of its room, that what is around it is nobody's */
static u64 pick_base(struct guess_world *w, u32 idx, u32 side)
{
	return KERNEL_HALF | (u64)room_of(idx, side) << ROOM_BITS | 1ULL << (ROOM_BITS - 1) |
	       next_random(w) << 3;
}

/* values only: what lies between may not be read by anybody */
static void copy_content(struct guess_object *o)
{
	u32 i;

	if (o->kind != GUESS_MAP) {
		memcpy(o->mem[1], o->mem[0], o->size);
		return;
	}
	for (i = 0; i < o->area.count; i++) {
		u32 at = o->area.values + i * o->area.stride;

		memcpy(o->mem[1] + at, o->mem[0] + at, o->area.value_size);
	}
}

static struct guess_object *add_object(struct guess_world *w, u8 kind,
				       const struct user_area *area, u8 *twin)
{
	struct guess_object *o = &w->obj[w->count];
	u32 side;

	if (w->count == GUESS_OBJECTS)
		return NULL;
	*o = (struct guess_object){
		.kind = kind, .owns = !twin, .size = area->bytes, .area = *area,
		.mem = { area->start, twin ?: calloc(1, area->bytes + 1) },
	};
	for (side = 0; side < GUESS_SIDES; side++)
		o->base[side] = pick_base(w, w->count, side);
	w->count++;
	if (!twin)
		copy_content(o);
	return o;
}

/* what is left of others: nobody may learn of it, so it differs by side */
static void add_stack(struct guess_world *w, u32 depth)
{
	static u8 bytes[STACK_MOST];
	const struct user_area area = { .name = "the stack", .start = bytes, .bytes = depth };
	struct guess_object *o;
	u32 i, side;

	o = add_object(w, GUESS_STACK, &area, NULL);
	for (side = 0; side < GUESS_SIDES; side++)
		for (i = 0; i < depth; i++)
			o->mem[side][i] = next_random(w);
}

/**
 * guess_world_start() - the memory that a program finds
 * @w:		takes it; to be given to guess_world_end() whatever is returned
 * @type:	type of the program
 * @ctx:	its context
 * @stack_depth: bytes of its stack
 * @seed:	where things lie
 *
 * The stack is the first object, the context the second.
 *
 * Return: false for types that take privilege, and where there are too many maps.
 */
bool guess_world_start(struct guess_world *w, const struct bpf_type_ops *type, void *ctx,
		       u32 stack_depth, u64 seed)
{
	struct user_area areas[USER_CONTEXT_AREAS], map;
	u32 n = user_context_areas(type, ctx, areas), i;

	w->count = 0;
	w->stores = 0;
	w->random = (seed + 1) * 0x9e3779b97f4a7c15ULL;
	if (!n || stack_depth > STACK_MOST)
		return false;
	add_stack(w, stack_depth);
	for (i = 0; i < n; i++)
		add_object(w, i ? GUESS_FIXED : GUESS_CTX, &areas[i], NULL);
	for (i = 0; user_map_area(i, &map); i++)
		if (!add_object(w, GUESS_MAP, &map, NULL))
			return false;
	return true;
}

void guess_world_end(struct guess_world *w)
{
	u32 i;

	for (i = 0; i < w->count; i++)
		if (w->obj[i].owns)
			free(w->obj[i].mem[1]);
	w->count = 0;
}

/* the object of that kind that begins there, NULL: none */
struct guess_object *guess_object_at(struct guess_world *w, u8 kind, const void *start)
{
	u32 i;

	for (i = 0; i < w->count; i++)
		if (w->obj[i].kind == kind && w->obj[i].mem[0] == start && !w->obj[i].gone)
			return &w->obj[i];
	return NULL;
}

/**
 * guess_world_value() - the value that a lookup gave
 * @w:		the memory
 * @map:	of that map
 * @at:		where the host has it
 *
 * Return: its object; NULL where there are too many.
 */
struct guess_object *guess_world_value(struct guess_world *w, struct guess_object *map, u8 *at)
{
	struct guess_object *o = guess_object_at(w, GUESS_VALUE, at);
	struct user_area area = map->area;

	if (o)
		return o;
	area.start = at;
	area.bytes = map->area.value_size;
	return add_object(w, GUESS_VALUE, &area,
			  map->area.stride ? map->mem[1] + (at - map->mem[0]) : NULL);
}

struct guess_object *guess_world_record(struct guess_world *w, u8 *at, u32 size)
{
	const struct user_area area = { .name = "a record", .start = at, .bytes = size };

	return add_object(w, GUESS_RECORD, &area, NULL);
}

/* ---- where addresses lead ---------------------------------------------------------------- */

static struct guess_object *near_object(struct guess_world *w, u64 addr, u32 side)
{
	u32 room = addr >> ROOM_BITS & 0xff, idx = room_of(room, side);

	if (addr < KERNEL_HALF || idx >= w->count || w->obj[idx].gone)
		return NULL;
	return &w->obj[idx];
}

/* a power of two: what a mask for indices lets through */
static u32 masked_count(u32 count)
{
	u32 most = 1;

	while (most < count)
		most *= 2;
	return most;
}

/* in a value, or where the kernel has memory for one: as many as a mask lets through */
static enum guess_lead lead_in_map(const struct user_area *area, s64 off, u32 size)
{
	s64 at = off - area->values;

	if (!area->stride || at < 0 || at % area->stride + size > area->value_size ||
	    at / area->stride >= masked_count(area->count))
		return GUESS_OUTSIDE;
	return at / area->stride < area->count ? GUESS_THERE : GUESS_NULL;
}

static enum guess_lead lead_in(const struct guess_object *o, s64 off, u32 size)
{
	if (o->kind == GUESS_MAP)
		return lead_in_map(&o->area, off, size);
	return off >= 0 && off + size <= o->size ? GUESS_THERE : GUESS_OUTSIDE;
}

/**
 * guess_world_find() - where an address leads
 * @w:		the memory
 * @addr:	the address, by side
 * @size:	bytes there that are to be used
 * @at:		takes the object that it is in or next to
 *
 * Return: enum guess_lead.
 */
enum guess_lead guess_world_find(struct guess_world *w, const u64 addr[GUESS_SIDES], u32 size,
				 struct guess_place *at)
{
	struct guess_object *other = near_object(w, addr[1], 1);

	at->obj = near_object(w, addr[0], 0);
	at->off = at->obj ? addr[0] - at->obj->base[0] : 0;
	if (addr[0] < LOW_END && addr[1] == addr[0])
		return GUESS_NULL;
	if (!at->obj && !other)
		return GUESS_WILD;
	if (at->obj != other || at->off != (s64)(addr[1] - other->base[1]))
		return GUESS_TELLS;
	return lead_in(at->obj, at->off, size);
}

/* ---- loads and stores -------------------------------------------------------------------- */

u64 guess_number(u8 *p, u32 size)
{
	u64 dw = 0;
	u32 w;
	u16 h;

	switch (size) {
	case 1:
		return *p;
	case 2:
		memcpy(&h, p, size);
		return h;
	case 4:
		memcpy(&w, p, size);
		return w;
	default:
		memcpy(&dw, p, size);
		return dw;
	}
}

static void put_number(u8 *p, u32 size, u64 value)
{
	u32 w = value;
	u16 h = value;
	u8 b = value;

	switch (size) {
	case 1:
		memcpy(p, &b, size);
		break;
	case 2:
		memcpy(p, &h, size);
		break;
	case 4:
		memcpy(p, &w, size);
		break;
	default:
		memcpy(p, &value, size);
	}
}

/* a pointer in a kernel object is the host's */
static void translate(struct guess_world *w, const struct guess_place *at, u64 out[GUESS_SIDES])
{
	struct guess_object *o;
	u32 side;

	if (at->obj->kind != GUESS_CTX && at->obj->kind != GUESS_FIXED)
		return;
	o = guess_object_at(w, GUESS_FIXED, (void *)out[0]);
	for (side = 0; o && side < GUESS_SIDES; side++)
		out[side] = o->base[side];
}

void guess_world_load(struct guess_world *w, const struct guess_place *at, u32 size,
		      u64 out[GUESS_SIDES])
{
	u32 side;

	for (side = 0; side < GUESS_SIDES; side++)
		out[side] = guess_number(at->obj->mem[side] + at->off, size);
	if (size == sizeof(void *))
		translate(w, at, out);
}

/**
 * guess_world_older() - what a load gets that does not wait for stores
 * @w:		the memory
 * @at:		where it loads
 * @size:	bytes
 * @nth:	0: it does not wait for the last store there, 1: nor for the one before it, ...
 * @since:	stores before that have been done
 * @out:	takes what was there before, by side
 *
 * Return: false where there were not so many stores.
 */
bool guess_world_older(struct guess_world *w, const struct guess_place *at, u32 size, u32 nth,
		       u64 since, u64 out[GUESS_SIDES])
{
	u8 bytes[GUESS_SIDES][8];
	u32 i, k, side;

	for (side = 0; side < GUESS_SIDES; side++)
		memcpy(bytes[side], at->obj->mem[side] + at->off, size);
	for (i = w->stores; i-- > 0;) {
		const struct guess_store *s = &w->store[i];
		/* one value of an array may be known as two objects */
		s64 from = s->obj->mem[0] + s->off - (at->obj->mem[0] + at->off);

		if (s->when < since)
			return false;
		if (from >= size || from + s->size <= 0)
			continue;
		for (k = 0; k < s->size; k++)
			for (side = 0; side < GUESS_SIDES; side++)
				if (from + k >= 0 && from + k < size)
					bytes[side][from + k] = s->old[side][k];
		if (!nth--) {
			for (side = 0; side < GUESS_SIDES; side++)
				out[side] = guess_number(bytes[side], size);
			return true;
		}
	}
	return false;
}

/* @size bytes are about to change; @now: instructions so far */
void guess_world_note(struct guess_world *w, const struct guess_place *at, u32 size, u64 now)
{
	u32 done, part, side;

	for (done = 0; done < size; done += part) {
		struct guess_store *s = &w->store[w->stores];

		/* more than any processor has under way */
		if (WARN_ON(w->stores == GUESS_STORES))
			return;
		w->stores++;
		part = min_t(u32, size - done, 8);
		*s = (struct guess_store){
			.obj = at->obj, .off = at->off + done, .size = part, .when = now,
		};
		for (side = 0; side < GUESS_SIDES; side++)
			memcpy(s->old[side], at->obj->mem[side] + s->off, part);
	}
}

void guess_world_store(struct guess_world *w, const struct guess_place *at, u32 size,
		       const u64 value[GUESS_SIDES], u64 now)
{
	u32 side;

	guess_world_note(w, at, size, now);
	for (side = 0; side < GUESS_SIDES; side++)
		put_number(at->obj->mem[side] + at->off, size, value[side]);
}

/* do both sides have the same there? */
bool guess_world_same(const struct guess_place *at, u32 size)
{
	return !memcmp(at->obj->mem[0] + at->off, at->obj->mem[1] + at->off, size);
}

/* the guess was wrong: stores from @mark on were never made */
void guess_world_undo(struct guess_world *w, u32 mark)
{
	u32 side;

	while (w->stores > mark) {
		const struct guess_store *s = &w->store[--w->stores];

		for (side = 0; side < GUESS_SIDES; side++)
			memcpy(s->obj->mem[side] + s->off, s->old[side], s->size);
	}
}

/* a barrier in the run itself: nobody gets older values any more */
void guess_world_wait(struct guess_world *w)
{
	w->stores = 0;
}

/* the run itself goes on: those that were made long ago are done */
void guess_world_trim(struct guess_world *w)
{
	const u32 keep = GUESS_STORES / 4;

	if (w->stores < 2 * keep)
		return;
	memmove(w->store, w->store + w->stores - keep, keep * sizeof(*w->store));
	w->stores = keep;
}

/* a helper has written mem[0] of maps: the same on both sides */
void guess_world_settle(struct guess_world *w)
{
	u32 i;

	for (i = 0; i < w->count; i++) {
		struct guess_object *o = &w->obj[i];

		if (o->owns && (o->kind == GUESS_MAP || o->kind == GUESS_VALUE))
			copy_content(o);
	}
}

void guess_world_name(const struct guess_object *o, char *buf, size_t size)
{
	static const char * const formats[] = {
		[GUESS_MAP] = "map %s", [GUESS_VALUE] = "a value of %s",
	};
	const char *format = o->kind < ARRAY_SIZE(formats) ? formats[o->kind] : NULL;

	snprintf(buf, size, format ?: "%s", o->area.name);
}
