/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Memory of one check: pieces that stand one behind the other in few allocations and go
 * together. A pass marks where it begins and releases what it took when it ends. Pieces that
 * come and go in any order are those of a heap.
 *
 * Where the compiler watches addresses each piece is an allocation of its own, so that
 * whoever leaves it is seen.
 */
#ifndef _BPF_VERIFIER_POOL_H
#define _BPF_VERIFIER_POOL_H

#include <linux/types.h>

struct bv_chunk;

/**
 * struct bv_pool - memory that goes as a whole; zero when nothing was taken yet
 * @last:	the allocation that pieces are taken from, behind it those before
 * @step:	bytes of the next allocation, if no piece needs more
 */
struct bv_pool {
	struct bv_chunk	*last;
	size_t		step;
};

/**
 * struct bv_mark - what a pool had given out at some time
 * @last:	its last allocation then
 * @used:	bytes of that
 */
struct bv_mark {
	struct bv_chunk	*last;
	size_t		used;
};

/* pieces of a heap are multiples of the step; those above the most are allocations */
#define BV_HEAP_STEP	32
#define BV_HEAP_MOST	2048

/**
 * struct bv_heap - pieces that come and go; zero when nothing was taken yet
 * @pool:	where they lie
 * @spare:	those given back, by size
 */
struct bv_heap {
	struct bv_pool	pool;
	void		*spare[BV_HEAP_MOST / BV_HEAP_STEP];
};

void *bv_pool_take(struct bv_pool *pool, size_t bytes);
void *bv_pool_zero(struct bv_pool *pool, size_t bytes);
struct bv_mark bv_pool_mark(const struct bv_pool *pool);
void bv_pool_release(struct bv_pool *pool, struct bv_mark mark);
void bv_pool_free(struct bv_pool *pool);
void *bv_heap_take(struct bv_heap *heap, size_t bytes);
void bv_heap_give(struct bv_heap *heap, void *piece, size_t bytes);
void bv_heap_free(struct bv_heap *heap);

#endif /* _BPF_VERIFIER_POOL_H */
