// SPDX-License-Identifier: GPL-2.0-only
/*
 * Walking all keys of a hash map, for user space, and all elements, for programs.
 *
 * Two promises pull apart. The manual page: a key that is not in the map is followed by
 * the first one. And a walk must end while others delete and insert: a walker whose key
 * was deleted behind its back would by the first promise start again, without end.
 *
 * So keys have an order that does not depend on what is in the map: by bucket, within a
 * bucket as memcmp() orders them. The key after a present one is the least greater one.
 * The key after an absent one is the first of the map, unless the caller was given that
 * very key by this function: then it was deleted since, and the walk goes on behind
 * where it stood. To know that, a map remembers for the last HASH_WALKS threads that
 * walk it a fingerprint of the last key each was given; the end of a walk clears it.
 *
 * A walk thus visits keys in strictly rising order and ends, whatever others do; keys
 * that are in the map all the time are given exactly once. Only where more threads than
 * HASH_WALKS walk the same map at once, or one thread walks it twice at once, may a walk
 * whose key is deleted start again.
 *
 * A program that goes through the elements keeps the key that it was last given and asks
 * for the one behind it, present or not: of its walk nothing needs to be remembered.
 *
 * Changes nothing in the map but the fingerprints; takes no lock.
 * Layer K2. Tests: hash_test.c, selftests/bpf/map_test.c.
 */
#include <linux/errno.h>
#include <linux/sched.h>
#include <linux/string.h>
#include "hash.h"

/* keys of more bytes are worth a stack frame of their own, which may be zeroed each time */
#define SMALL_KEY_BYTES	32

/* no walk, and no thread has this number */
#define NO_THREAD	0

/* of a key given to this thread; 64 bits, so that two do not meet by chance */
static u64 fingerprint(const struct hash_map *h, const void *key)
{
	u64 print = h->seed0 ^ (u32)current->pid;
	u32 size = h->map.key_size;
	u32 off;

	for (off = 0; off + 8 <= size; off += 8)
		print = key_fold(print ^ key_word(key, off), h->seed1);
	if (off < size)
		print = key_fold(print ^ key_tail(key + off, size - off), h->seed1);
	return print;
}

/* entry that holds @thread, or NULL; the search starts where this thread would be put */
static struct hash_walk *find_walk(struct hash_map *h, u32 thread)
{
	u32 i = current->pid % HASH_WALKS, end = i + HASH_WALKS;

	for (; i < end; i++) {
		struct hash_walk *walk = &h->walk[i % HASH_WALKS];

		if (READ_ONCE(walk->thread) == thread)
			return walk;
	}
	return NULL;
}

/*
 * Entries are hints and races on them are harmless: a fingerprint is of one thread, so
 * one that was overwritten in part or wholly just does not match.
 */
static void remember_walk(struct hash_map *h, const void *given)
{
	struct hash_walk *walk = find_walk(h, current->pid);
	u32 turn;

	if (!walk)
		walk = find_walk(h, NO_THREAD);
	if (!walk) {
		turn = atomic_inc_return(&h->walk_turn);
		walk = &h->walk[turn % HASH_WALKS];
	}
	WRITE_ONCE(walk->print, fingerprint(h, given));
	WRITE_ONCE(walk->thread, current->pid);
}

static bool was_given(struct hash_map *h, const void *key)
{
	struct hash_walk *walk = find_walk(h, current->pid);

	return walk && READ_ONCE(walk->print) == fingerprint(h, key);
}

static void end_walk(struct hash_map *h)
{
	struct hash_walk *walk = find_walk(h, current->pid);

	if (walk)
		WRITE_ONCE(walk->thread, NO_THREAD);
}

/*
 * The element of the bucket with the least key that is greater than @after (NULL: of
 * all), or NULL; that key to @next.
 */
static struct hash_elem *least_elem(struct hash_map *h, struct hash_bucket *b,
				    const void *after, void *next)
{
	u32 size = h->map.key_size;
	struct hash_elem *e, *least;
	u32 seq;

	do {
		least = NULL;
		seq = hash_read_begin(b);
		hash_for_each(e, b) {
			if (after && memcmp(e->key, after, size) <= 0)
				continue;
			if (least && memcmp(e->key, next, size) >= 0)
				continue;
			memcpy(next, e->key, size);
			least = e;
		}
	} while (hash_read_retry(b, seq));
	return least;
}

/* the first one behind @after, which need not be present; NULL: the first of the map */
static struct hash_elem *next_in_order(struct hash_map *h, const void *after, u32 hash,
				       void *next)
{
	struct hash_elem *e;
	u64 i = 0;

	if (after) {
		i = hash & h->mask;
		e = least_elem(h, &h->buckets[i++], after, next);
		if (e)
			return e;
	}
	for (; i <= h->mask; i++) {
		if (!READ_ONCE(h->buckets[i].first))
			continue;
		e = least_elem(h, &h->buckets[i], NULL, next);
		if (e)
			return e;
	}
	return NULL;
}

/**
 * hash_next_key() - the key after a key; see the head of this file
 * @map:	the map
 * @key:	the key, or NULL for the first; not overlapping @next
 * @next:	room for a key
 *
 * Context: process, under rcu_read_lock().
 * Return: 0, or -ENOENT behind the last key. Source: bpf(2), BPF_MAP_GET_NEXT_KEY.
 */
int hash_next_key(struct bpf_map *map, const void *key, void *next)
{
	struct hash_map *h = to_hash(map);
	u32 hash = 0;

	if (key) {
		hash = hash_of_key(h, key);
		if (!map->ops->lookup(map, key) && !was_given(h, key))
			key = NULL;
	}
	if (next_in_order(h, key, hash, next)) {
		remember_walk(h, next);
		return 0;
	}
	end_walk(h);
	return -ENOENT;
}

/* @room: for a key, as @key itself is needed until the next one is surely found */
static void *step_elem(struct hash_map *h, void *key, bool first, void *room)
{
	u32 hash = first ? 0 : hash_of_key(h, key);
	struct hash_elem *e = next_in_order(h, first ? NULL : key, hash, room);

	if (!e)
		return NULL;
	memcpy(key, room, h->map.key_size);
	return hash_value(h, e, h->shape);
}

static noinline void *step_large(struct hash_map *h, void *key, bool first)
{
	u8 room[KEY_MAX_BYTES];

	return step_elem(h, key, first, room);
}

/**
 * hash_next_elem() - the element behind a key, for programs
 * @map:	the map
 * @key:	key of the element given last; takes that of the next one
 * @turn:	0: there was none, @key is written only
 *
 * Each call ends: it looks at every bucket once at most. So do all calls of a walk
 * together, as keys are given in rising order; how many there may be is for the caller to
 * bound, for others can insert keys that are behind all that were given.
 *
 * Context: as the map's lookup: any, NMI included, under rcu_read_lock().
 * Return: the value, which is what one that was looked up is; NULL behind the last
 * element, @key being as it was.
 */
void *hash_next_elem(struct bpf_map *map, void *key, u64 turn)
{
	struct hash_map *h = to_hash(map);
	u8 room[SMALL_KEY_BYTES];

	if (map->key_size > sizeof(room))
		return step_large(h, key, !turn);
	return step_elem(h, key, !turn, room);
}
