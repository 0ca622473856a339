/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The hash map's structure, for hash.c, hash_walk.c and their test.
 *
 *	buckets (power of two, at least max_entries)
 *	+-------------------+
 *	| first  seq  lock  |--> element --> element --> NULL
 *	+-------------------+
 *
 * Readers take no lock. An element that is taken off a bucket may be used again at once
 * for another key (preallocated maps), under the feet of a reader that stands on it and
 * then follows another bucket's chain. So each bucket counts the elements taken off it:
 *
 *	reader						writer, bucket locked
 *	s = seq (acquire)				unlink element
 *	walk the chain, compare keys			seq = seq + 1 (release)
 *	rmb						hand element to the free list
 *	seq == s ? answer : again			... wmb, write its new key
 *
 * A reader that saw anything of an element's new life also sees the count of its old
 * bucket changed, and starts again. An answer, hit or miss, therefore is of a walk
 * during which no element left the bucket, and since new elements are put in front and
 * a replaced one is exchanged for its successor by one store, a key that is in the map
 * all the time is always found. What may still change after the answer is the value.
 *
 * Layer K2.
 */
#ifndef _BPF_MAP_HASH_H
#define _BPF_MAP_HASH_H

#include <linux/bpf_map.h>
#include <linux/spinlock.h>
#include "alloc.h"
#include "freelist.h"
#include "hash_key.h"

/**
 * struct hash_elem - one element: header, key, value
 * @next:	in the bucket, or NULL; kept when the element is unlinked
 * @hash:	of the key, where key_keeps_hash()
 * @node:	for the free list; preallocated maps
 * @key:	key_size bytes, then from a multiple of 8 the value
 */
struct hash_elem {
	struct hash_elem	*next;
	u32			hash;
	struct freelist_node	node;
	u8			key[] __aligned(8);
};

/**
 * struct hash_bucket - one chain
 * @first:	newest element or NULL; written under @lock
 * @seq:	elements ever taken off; written under @lock
 * @lock:	held by writers with interrupts off, see lock_bucket() in hash.c
 */
struct hash_bucket {
	struct hash_elem	*first;
	u32			seq;
	raw_spinlock_t		lock;
};

/* a key must fit a program's stack */
#define KEY_MAX_BYTES	512

/* threads walking by next_key that a map remembers at once */
#define HASH_WALKS	16

/**
 * struct hash_walk - where a thread's walk stands
 * @thread:	its number, or 0
 * @print:	fingerprint of the key it was last given
 */
struct hash_walk {
	u32	thread;
	u64	print;
};

/**
 * struct hash_map - a hash map
 * @map:	common part
 * @buckets:	chains
 * @seed0:	of the hash
 * @seed1:	of the hash, odd
 * @mask:	number of buckets minus 1
 * @value_off:	from the start of an element to its value
 * @prealloc:	elements come from @free and @spare, otherwise from @cache
 * @shape:	of the keys
 * @elem_bytes:	of one element
 * @free:	preallocated: elements not in use
 * @spare:	preallocated: one element per CPU beside those on @free; becomes the
 *		new element when a key's element is replaced, and the old one takes
 *		its place. Used by the outermost writer of a CPU only
 * @area:	preallocated: all elements
 * @cache:	not preallocated: where elements come from
 * @count:	not preallocated: elements in use, at most max_entries
 * @walk:	walks by next_key; see hash_walk.c
 * @walk_turn:	next entry of @walk to be overwritten
 */
struct hash_map {
	struct bpf_map		map;
	struct hash_bucket	*buckets ____cacheline_aligned;
	u64			seed0;
	u64			seed1;
	u32			mask;
	u32			value_off;
	bool			prealloc;
	enum key_shape		shape;
	u32			elem_bytes;
	struct hash_elem * __percpu *spare;
	struct freelist		free;
	void			*area;
	struct objcache		cache;
	atomic_t		count ____cacheline_aligned_in_smp;
	struct hash_walk	walk[HASH_WALKS];
	atomic_t		walk_turn;
};

static inline struct hash_map *to_hash(struct bpf_map *map)
{
	return container_of(map, struct hash_map, map);
}

static __always_inline struct hash_bucket *hash_bucket_of(struct hash_map *h, u32 hash)
{
	return &h->buckets[hash & h->mask];
}

/* where the shape fixes the key's size, a constant distance */
static __always_inline void *hash_value(const struct hash_map *h, struct hash_elem *e,
					enum key_shape shape)
{
	if (shape == KEY_4 || shape == KEY_8)
		return e->key + 8;
	if (shape == KEY_16)
		return e->key + 16;
	return (void *)e + h->value_off;
}

static __always_inline bool hash_elem_is(const struct hash_elem *e, u32 hash,
					 const void *key, u32 size, enum key_shape shape)
{
	if (key_keeps_hash(shape) && READ_ONCE(e->hash) != hash)
		return false;
	return key_equal(e->key, key, size, shape);
}

/*
 * The read protocol of the head of this file, around any walk of a bucket:
 *
 *	do {
 *		seq = hash_read_begin(b);
 *		...
 *	} while (hash_read_retry(b, seq));
 */
static __always_inline u32 hash_read_begin(const struct hash_bucket *b)
{
	/* before the walk; pairs with count_removal() */
	return smp_load_acquire(&b->seq);
}

static __always_inline bool hash_read_retry(const struct hash_bucket *b, u32 seq)
{
	/* after the walk; pairs with the barrier in fill() */
	smp_rmb();
	return unlikely(READ_ONCE(b->seq) != seq);
}

#define hash_for_each(e, b)						\
	for (e = READ_ONCE((b)->first); e; e = READ_ONCE(e->next))

u32 hash_of_key(const struct hash_map *h, const void *key);
int hash_next_key(struct bpf_map *map, const void *key, void *next);
void *hash_next_elem(struct bpf_map *map, void *key, u64 turn);

#endif /* _BPF_MAP_HASH_H */
