// SPDX-License-Identifier: GPL-2.0-only
/*
 * pool.c: pieces are where nobody else's are and stay what they were, in few allocations,
 * until their mark is released; those of a heap until they are given back, and then somebody
 * else's. Not under the sanitizers, where each piece is alone.
 */
#include <linux/kernel.h>
#include <linux/types.h>
#include <stdlib.h>
#include <string.h>
#include "../../../kernel/bpf/verifier/pool.h"
#include "host_user.h"
#include "tap.h"

#define MOST	64
#define ROUNDS	2000

struct piece {
	unsigned char	*at;
	size_t		bytes;
	int		fill;
};

static struct piece pieces[MOST];

static bool take(struct bv_pool *pool, struct piece *p, size_t bytes, int fill)
{
	*p = (struct piece){ bv_pool_take(pool, bytes), bytes, fill };
	if (!p->at || (uintptr_t)p->at % 8)
		return false;
	memset(p->at, fill, bytes);
	return true;
}

static bool whole(const struct piece *p)
{
	size_t i;

	for (i = 0; i < p->bytes; i++)
		if (p->at[i] != p->fill)
			return false;
	return true;
}

static bool all_whole(unsigned int count)
{
	unsigned int i;

	for (i = 0; i < count; i++)
		if (!whole(&pieces[i]))
			return false;
	return true;
}

/* takes and releases at random, as passes in passes do */
static bool go_round(struct bv_pool *pool)
{
	unsigned int depth = 0, count = 0, at[8], i;
	struct bv_mark marks[8];

	for (i = 0; i < 200; i++) {
		int what = rand() % 8;

		if (!what && depth < ARRAY_SIZE(marks)) {
			marks[depth] = bv_pool_mark(pool);
			at[depth++] = count;
		} else if (what == 1 && depth) {
			bv_pool_release(pool, marks[--depth]);
			count = at[depth];
		} else if (count < MOST) {
			size_t bytes = rand() % (rand() % 8 ? 200 : 9000);

			if (!take(pool, &pieces[count++], bytes, rand() % 256))
				return false;
		}
		if (!all_whole(count))
			return false;
	}
	return true;
}

static void test_random(void)
{
	unsigned int i, good = 0;

	srand(1);
	for (i = 0; i < ROUNDS; i++) {
		struct bv_pool pool = { .step = rand() % 5000 };

		good += go_round(&pool);
		bv_pool_free(&pool);
	}
	ok(good == ROUNDS, "pieces are apart and stay, in %u of %u rounds", good, ROUNDS);
	ok(!user_memory_live(), "nothing is left of them");
}

static void test_few(void)
{
	struct bv_pool pool = { .step = 4096 };
	struct bv_mark mark;
	unsigned int i;
	void *first;

	for (i = 0; i < 32; i++)
		take(&pool, &pieces[i], 128, i);
	ok(user_memory_live() == 1 && all_whole(32), "as many as fit take one allocation");
	mark = bv_pool_mark(&pool);
	first = bv_pool_take(&pool, 100000);
	ok(first && user_memory_live() == 2, "what does not fit takes another");
	bv_pool_release(&pool, mark);
	ok(user_memory_live() == 1 && all_whole(32), "which goes with its mark");
	bv_pool_free(&pool);
	ok(!user_memory_live(), "as all goes at the end");

	mark = bv_pool_mark(&pool);
	first = bv_pool_take(&pool, 64);
	memset(first, 0xff, 64);
	bv_pool_release(&pool, mark);
	ok(!user_memory_live(), "and with a mark of an empty pool");
	take(&pool, &pieces[0], 1, 7);
	mark = bv_pool_mark(&pool);
	take(&pool, &pieces[1], 64, 0xff);
	first = pieces[1].at;
	bv_pool_release(&pool, mark);
	pieces[1] = (struct piece){ bv_pool_zero(&pool, 64), 64, 0 };
	ok(pieces[1].at == first && all_whole(2), "what was released is given again, zeroed");
	bv_pool_free(&pool);
}

static void test_starved(void)
{
	struct bv_pool pool = { .step = 64 };

	user_starve(2);
	take(&pool, &pieces[0], 64, 1);
	ok(!bv_pool_take(&pool, 4000) && user_starved(), "without memory there is no piece");
	ok(take(&pool, &pieces[1], 4000, 2) && all_whole(2), "and the others stay");
	bv_pool_free(&pool);
	ok(!user_memory_live(), "and can be given back");
}

static bool take_heap(struct bv_heap *heap, struct piece *p, size_t bytes, int fill)
{
	*p = (struct piece){ bv_heap_take(heap, bytes), bytes, fill };
	if (!p->at || (uintptr_t)p->at % 8)
		return false;
	memset(p->at, fill, bytes);
	return true;
}

/* takes and gives back at random, in no order */
static bool go_round_heap(struct bv_heap *heap)
{
	unsigned int count = 0, i, n;

	for (i = 0; i < 400; i++) {
		size_t bytes = 1 + rand() % (rand() % 8 ? 300 : 6000);

		if (count < MOST && rand() % 2) {
			if (!take_heap(heap, &pieces[count++], bytes, rand() % 256))
				return false;
		} else if (count) {
			n = rand() % count;
			bv_heap_give(heap, pieces[n].at, pieces[n].bytes);
			pieces[n] = pieces[--count];
		}
		if (!all_whole(count))
			return false;
	}
	while (count--)
		bv_heap_give(heap, pieces[count].at, pieces[count].bytes);
	return true;
}

static void test_heap(void)
{
	struct bv_heap heap = { };
	unsigned int i, good = 0;
	void *first;

	for (i = 0; i < ROUNDS; i++) {
		good += go_round_heap(&heap);
		if (!(i % 8))
			bv_heap_free(&heap);
	}
	ok(good == ROUNDS, "pieces of a heap are apart and stay, in %u of %u rounds", good, ROUNDS);
	bv_heap_free(&heap);
	ok(!user_memory_live(), "nothing is left of them");

	for (i = 0; i < 30; i++)
		take_heap(&heap, &pieces[i], 128, i);
	ok(user_memory_live() == 1 && all_whole(30), "as many as fit take one allocation");
	first = pieces[7].at;
	bv_heap_give(&heap, first, 128);
	take_heap(&heap, &pieces[7], 100, 7);
	ok(pieces[7].at == first && all_whole(30), "what was given back is given again");
	/* 4072 bytes, of which 3840 are taken: a piece of 1024 needs another allocation */
	take_heap(&heap, &pieces[30], 1024, 30);
	take_heap(&heap, &pieces[31], 224, 31);
	ok(user_memory_live() == 2 && pieces[31].at < pieces[0].at + 4096 &&
	   pieces[31].at > pieces[0].at && all_whole(32), "and so is the rest of an allocation");
	take_heap(&heap, &pieces[32], 5000, 32);
	ok(user_memory_live() == 3, "what is large is an allocation");
	bv_heap_give(&heap, pieces[32].at, 5000);
	ok(user_memory_live() == 2 && all_whole(32), "which goes when it is given back");
	bv_heap_free(&heap);
	ok(!user_memory_live(), "as all goes at the end");
}

int main(void)
{
	test_random();
	test_few();
	test_starved();
	test_heap();
	return tap_done();
}
