// SPDX-License-Identifier: GPL-2.0-only
/*
 * Memory of one check in few allocations. A program of ten instructions needs twenty
 * arrays; to allocate and free each cost as much as the check.
 *
 * Layer V0. Tests: tools/bpf/verify/pool_test.c, and whatever is verified.
 */
#include <linux/kernel.h>
#include <linux/string.h>
#include "host.h"
#include "pool.h"

/* pieces begin where anything may */
#define ALIGNMENT	sizeof(u64)

#ifdef __SANITIZE_ADDRESS__
#define EACH_ALONE	true
#else
#define EACH_ALONE	false
#endif

/**
 * struct bv_chunk - an allocation
 * @before:	the one before it, or NULL
 * @room:	bytes behind this structure
 * @used:	of these, given out
 * @bytes:	the pieces
 */
struct bv_chunk {
	struct bv_chunk	*before;
	size_t		room;
	size_t		used;
	u8		bytes[] __aligned(sizeof(u64));
};

/* of an allocation that nobody said a size for: with its head, what kmalloc() would take */
#define LEAST_STEP	(4096 - sizeof(struct bv_chunk))

static bool add_chunk(struct bv_pool *pool, size_t bytes)
{
	size_t room = EACH_ALONE ? bytes : max(bytes, pool->step ?: LEAST_STEP);
	struct bv_chunk *chunk = bv_alloc_exact(sizeof(*chunk) + room);

	if (!chunk)
		return false;
	chunk->before = pool->last;
	chunk->room = room;
	chunk->used = 0;
	pool->last = chunk;
	pool->step = 0;
	return true;
}

/**
 * bv_pool_take() - memory that the caller writes before reading it
 * @pool:	the pool
 * @bytes:	how much
 *
 * Context: may sleep.
 * Return: the memory, at a multiple of 8, until it is released; NULL without memory.
 */
void *bv_pool_take(struct bv_pool *pool, size_t bytes)
{
	struct bv_chunk *chunk;
	void *piece;

	bytes = ALIGN(bytes, ALIGNMENT);
	chunk = pool->last;
	if (!chunk || chunk->room - chunk->used < bytes || EACH_ALONE) {
		if (!add_chunk(pool, bytes))
			return NULL;
		chunk = pool->last;
	}
	piece = chunk->bytes + chunk->used;
	chunk->used += bytes;
	return piece;
}

/**
 * bv_pool_zero() - zeroed memory
 * @pool:	the pool
 * @bytes:	how much
 *
 * Context: may sleep.
 * Return: as bv_pool_take().
 */
void *bv_pool_zero(struct bv_pool *pool, size_t bytes)
{
	void *piece = bv_pool_take(pool, bytes);

	if (piece)
		memset(piece, 0, bytes);
	return piece;
}

/**
 * bv_pool_mark() - for bv_pool_release()
 * @pool:	the pool
 *
 * Return: what it has given out up to now.
 */
struct bv_mark bv_pool_mark(const struct bv_pool *pool)
{
	return (struct bv_mark){ pool->last, pool->last ? pool->last->used : 0 };
}

/**
 * bv_pool_release() - what was taken behind a mark is free for others
 * @pool:	the pool
 * @mark:	from bv_pool_mark(), with nothing before it released since
 */
void bv_pool_release(struct bv_pool *pool, struct bv_mark mark)
{
	while (pool->last != mark.last) {
		struct bv_chunk *chunk = pool->last;

		pool->last = chunk->before;
		bv_free_exact(chunk, sizeof(*chunk) + chunk->room);
	}
	if (pool->last)
		pool->last->used = mark.used;
}

/**
 * bv_pool_free() - all of it goes
 * @pool:	the pool; may be used again
 */
void bv_pool_free(struct bv_pool *pool)
{
	bv_pool_release(pool, (struct bv_mark){ });
}

/* a piece that can be given out again: @bytes of it, a multiple of the step */
static void put_spare(struct bv_heap *heap, void *piece, size_t bytes)
{
	void **spare = &heap->spare[bytes / BV_HEAP_STEP - 1];

	*(void **)piece = *spare;
	*spare = piece;
}

/* what is left of the allocation is too little for the next piece, but not for others */
static void keep_rest(struct bv_heap *heap)
{
	struct bv_chunk *chunk = heap->pool.last;
	size_t rest = chunk ? round_down(chunk->room - chunk->used, BV_HEAP_STEP) : 0;

	if (!rest || rest > BV_HEAP_MOST)
		return;
	put_spare(heap, chunk->bytes + chunk->used, rest);
	chunk->used += rest;
}

/**
 * bv_heap_take() - memory that the caller writes before reading it
 * @heap:	the heap
 * @bytes:	how much, more than none
 *
 * Context: may sleep.
 * Return: the memory, at a multiple of 8, until it is given back; NULL without memory.
 */
void *bv_heap_take(struct bv_heap *heap, size_t bytes)
{
	struct bv_chunk *chunk = heap->pool.last;
	void **spare, *piece;

	if (bytes > BV_HEAP_MOST || EACH_ALONE)
		return bv_alloc_exact(bytes);
	bytes = round_up(bytes, BV_HEAP_STEP);
	spare = &heap->spare[bytes / BV_HEAP_STEP - 1];
	piece = *spare;
	if (piece) {
		*spare = *(void **)piece;
		return piece;
	}
	if (!chunk || chunk->room - chunk->used < bytes)
		keep_rest(heap);
	return bv_pool_take(&heap->pool, bytes);
}

/**
 * bv_heap_give() - a piece is not needed any more
 * @heap:	the heap
 * @piece:	from bv_heap_take(), or NULL
 * @bytes:	as many as were asked for
 */
void bv_heap_give(struct bv_heap *heap, void *piece, size_t bytes)
{
	if (bytes > BV_HEAP_MOST || EACH_ALONE)
		bv_free_exact(piece, bytes);
	else if (piece)
		put_spare(heap, piece, round_up(bytes, BV_HEAP_STEP));
}

/**
 * bv_heap_free() - all of it goes
 * @heap:	the heap, of which every piece was given back; may be used again
 */
void bv_heap_free(struct bv_heap *heap)
{
	bv_pool_free(&heap->pool);
	memset(heap->spare, 0, sizeof(heap->spare));
}
