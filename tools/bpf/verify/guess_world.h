/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Memory of a program under guess.c. Every object lies at two addresses, one on each of
 * two sides, and has two contents; these are the same but for what addresses make differ.
 * Objects are so far apart that no number of 32 bits leads from one to another.
 */
#ifndef TOOLS_BPF_GUESS_WORLD_H
#define TOOLS_BPF_GUESS_WORLD_H

#include <linux/bpf_func.h>
#include <linux/types.h>
#include "host_user.h"

#define GUESS_SIDES	2
#define GUESS_OBJECTS	200
#define GUESS_STORES	4096

enum guess_kind {
	GUESS_STACK,
	GUESS_CTX,
	GUESS_FIXED,		/* a kernel object behind a field of the context */
	GUESS_MAP,		/* the whole map, values of an array included */
	GUESS_VALUE,		/* one value, as a lookup gives it */
	GUESS_RECORD,		/* acquired memory */
};

/**
 * struct guess_object - memory that pointers lead to
 * @kind:	enum guess_kind
 * @gone:	it was given back
 * @owns:	mem[1] is its own, not a part of another's
 * @size:	bytes
 * @base:	its first address, by side
 * @mem:	content, by side; mem[0] is the memory that helpers know
 * @area:	what the host says of it
 */
struct guess_object {
	u8			kind;
	bool			gone;
	bool			owns;
	u32			size;
	u64			base[GUESS_SIDES];
	u8			*mem[GUESS_SIDES];
	struct user_area	area;
};

/**
 * struct guess_store - a store that a load may not have waited for
 * @obj:	object
 * @off:	first byte
 * @size:	bytes, at most 8
 * @when:	instructions before it
 * @old:	what was there, by side
 */
struct guess_store {
	struct guess_object	*obj;
	u32			off;
	u32			size;
	u64			when;
	u8			old[GUESS_SIDES][8];
};

/**
 * struct guess_world - the memory
 * @obj:	objects
 * @count:	how many
 * @store:	stores, oldest first
 * @stores:	how many
 * @random:	state of the random numbers
 */
struct guess_world {
	struct guess_object	obj[GUESS_OBJECTS];
	u32			count;
	struct guess_store	store[GUESS_STORES];
	u32			stores;
	u64			random;
};

/* where an address leads */
enum guess_lead {
	GUESS_THERE,
	GUESS_NULL,		/* where nothing is to be read: NULL, or a value not in use */
	GUESS_WILD,		/* to no object */
	GUESS_TELLS,		/* elsewhere on each side */
	GUESS_OUTSIDE,		/* out of the object */
};

struct guess_place {
	struct guess_object	*obj;
	s64			off;
};

bool guess_world_start(struct guess_world *w, const struct bpf_type_ops *type, void *ctx,
		       u32 stack_depth, u64 seed);
void guess_world_end(struct guess_world *w);
struct guess_object *guess_object_at(struct guess_world *w, u8 kind, const void *start);
struct guess_object *guess_world_value(struct guess_world *w, struct guess_object *map, u8 *at);
struct guess_object *guess_world_record(struct guess_world *w, u8 *at, u32 size);
enum guess_lead guess_world_find(struct guess_world *w, const u64 addr[GUESS_SIDES], u32 size,
				 struct guess_place *at);
u64 guess_number(u8 *p, u32 size);
void guess_world_load(struct guess_world *w, const struct guess_place *at, u32 size,
		      u64 out[GUESS_SIDES]);
bool guess_world_older(struct guess_world *w, const struct guess_place *at, u32 size, u32 nth,
		       u64 since, u64 out[GUESS_SIDES]);
void guess_world_note(struct guess_world *w, const struct guess_place *at, u32 size, u64 now);
void guess_world_store(struct guess_world *w, const struct guess_place *at, u32 size,
		       const u64 value[GUESS_SIDES], u64 now);
bool guess_world_same(const struct guess_place *at, u32 size);
void guess_world_undo(struct guess_world *w, u32 mark);
void guess_world_wait(struct guess_world *w);
void guess_world_trim(struct guess_world *w);
void guess_world_settle(struct guess_world *w);
void guess_world_name(const struct guess_object *o, char *buf, size_t size);

#endif /* TOOLS_BPF_GUESS_WORLD_H */
