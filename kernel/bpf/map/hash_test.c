// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit tests of the hash map (suite bpf_map_hash): limits of creation, random
 * histories of every kind of key against a plain array of pairs, full maps, the walk,
 * and many threads at once. validate() states the whole structure.
 */
#include <kunit/test.h>
#include <linux/bitmap.h>
#include <linux/bpf.h>
#include <linux/completion.h>
#include <linux/delay.h>
#include <linux/err.h>
#include <linux/irqflags.h>
#include <linux/kthread.h>
#include <linux/numa.h>
#include <linux/prandom.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/string.h>
#include "hash.h"
#include "types.h"

#define HISTORY_STEPS	6000
#define CHURN_STEPS	60000
#define KEY_ROOM	512
#define VALUE_ROOM	128

struct hash_case {
	u32 key_size;
	u32 value_size;
	u32 max_entries;
	u32 flags;
};

/* tried with each of all_flags */
static const struct hash_case cases[] = {
	{ 4, 8, 1 }, { 4, 8, 16 }, { 4, 1, 100 }, { 8, 8, 16 }, { 8, 100, 50 },
	{ 16, 4, 33 }, { 1, 3, 20 }, { 2, 8, 16 }, { 3, 8, 16 }, { 5, 8, 16 },
	{ 7, 9, 16 }, { 12, 8, 64 }, { 20, 12, 64 }, { 24, 16, 64 }, { 63, 8, 40 },
	{ 512, 128, 10 },
};

static const u32 all_flags[] = { 0, BPF_F_NO_PREALLOC, BPF_F_ZERO_SEED };

static void describe_case(const struct hash_case *c, char *desc)
{
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "key %u value %u entries %u flags %#x",
		 c->key_size, c->value_size, c->max_entries, c->flags);
}

KUNIT_ARRAY_PARAM(hash, cases, describe_case);

static struct bpf_map_spec spec_of(const struct hash_case *c)
{
	return (struct bpf_map_spec){
		.type = BPF_MAP_TYPE_HASH,
		.key_size = c->key_size,
		.value_size = c->value_size,
		.max_entries = c->max_entries,
		.flags = c->flags,
		.numa_node = NUMA_NO_NODE,
	};
}

static struct bpf_map *make(struct kunit *test, const struct hash_case *c)
{
	struct bpf_map_spec spec = spec_of(c);
	struct bpf_map *map = bpf_map_create(&spec, "hash_test");

	KUNIT_ASSERT_FALSE(test, IS_ERR(map));
	return map;
}

/* ---- the structure as a whole ------------------------------------------------ */

static u32 number_of(struct hash_map *h, struct hash_elem *e)
{
	return ((void *)e - h->area) / h->elem_bytes + 1;
}

/* marks an element that was found; each is found in one place only */
static void mark(struct kunit *test, struct hash_map *h, struct hash_elem *e,
		 unsigned long *seen)
{
	u32 number = number_of(h, e);

	KUNIT_ASSERT_GE(test, number, 1);
	KUNIT_ASSERT_LE(test, number, h->map.max_entries + num_possible_cpus());
	KUNIT_EXPECT_FALSE(test, test_and_set_bit(number, seen));
}

static u32 mark_chains(struct kunit *test, struct hash_map *h, unsigned long *seen)
{
	struct hash_elem *e, *other;
	u32 i, count = 0;

	for (i = 0; i <= h->mask; i++) {
		hash_for_each(e, &h->buckets[i]) {
			u32 hash = hash_of_key(h, e->key);

			count++;
			KUNIT_EXPECT_EQ(test, hash & h->mask, i);
			if (key_keeps_hash(h->shape))
				KUNIT_EXPECT_EQ(test, e->hash, hash);
			for (other = e->next; other; other = other->next)
				KUNIT_EXPECT_NE(test, 0, memcmp(e->key, other->key,
								h->map.key_size));
			if (!h->prealloc)
				continue;
			KUNIT_EXPECT_EQ(test, e->node.link, number_of(h, e));
			mark(test, h, e, seen);
		}
	}
	return count;
}

static void mark_free(struct kunit *test, struct hash_map *h, unsigned long *seen)
{
	u64 number;
	int cpu;

	for_each_possible_cpu(cpu) {
		mark(test, h, *per_cpu_ptr(h->spare, cpu), seen);
		number = atomic64_read(&per_cpu_ptr(h->free.cpu, cpu)->head) &
			 h->free.mask;
		while (number) {
			struct freelist_node *node = freelist_node_at(&h->free, number);

			mark(test, h, container_of(node, struct hash_elem, node), seen);
			number = node->link;
		}
	}
}

/* nobody else uses the map: every element is in exactly one place, chains are right */
static void validate(struct kunit *test, struct bpf_map *map, u32 want_count)
{
	struct hash_map *h = to_hash(map);
	u32 total = map->max_entries + num_possible_cpus();
	unsigned long *seen = bitmap_zalloc(total + 1, GFP_KERNEL);
	u32 count;

	KUNIT_ASSERT_NOT_NULL(test, seen);
	count = mark_chains(test, h, seen);
	KUNIT_EXPECT_EQ(test, count, want_count);
	if (h->prealloc) {
		mark_free(test, h, seen);
		KUNIT_EXPECT_EQ(test, bitmap_weight(seen, total + 1), total);
	} else {
		KUNIT_EXPECT_EQ(test, atomic_read(&h->count), count);
	}
	bitmap_free(seen);
}

/* ---- a naive twin: pairs by number of key ------------------------------------ */

struct twin {
	bool	*present;
	u8	*values;
	u32	keys;
	u32	count;
};

/* key number @i of a universe; different numbers give different keys of any size */
static void make_key(u8 *key, u32 size, u32 i)
{
	u32 off;

	for (off = 0; off < size; off++)
		key[off] = off < 4 ? i >> (8 * off) : off * 7;
	/* keys that differ at their end only, too */
	if (size > 8 && i & 1)
		swap(key[0], key[size - 1]);
}

static u32 universe(const struct hash_case *c)
{
	return min_t(u32, 2 * c->max_entries + 3, c->key_size == 1 ? 256 : U16_MAX);
}

static void make_twin(struct kunit *test, const struct hash_case *c, struct twin *t)
{
	t->keys = universe(c);
	t->count = 0;
	t->present = kunit_kzalloc(test, t->keys * sizeof(bool), GFP_KERNEL);
	t->values = kunit_kzalloc(test, t->keys * c->value_size, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, t->present);
	KUNIT_ASSERT_NOT_NULL(test, t->values);
}

static int twin_update(struct twin *t, const struct hash_case *c, u32 i,
		       const u8 *value, u64 flags)
{
	if (flags > BPF_EXIST)
		return -EINVAL;
	if (flags == BPF_NOEXIST && t->present[i])
		return -EEXIST;
	if (flags == BPF_EXIST && !t->present[i])
		return -ENOENT;
	if (!t->present[i] && t->count == c->max_entries)
		return -E2BIG;
	t->count += !t->present[i];
	t->present[i] = true;
	memcpy(t->values + i * c->value_size, value, c->value_size);
	return 0;
}

static int twin_remove(struct twin *t, u32 i)
{
	if (!t->present[i])
		return -ENOENT;
	t->present[i] = false;
	t->count--;
	return 0;
}

static void compare_lookup(struct kunit *test, struct bpf_map *map, struct twin *t,
			   const u8 *key, u32 i)
{
	const u8 *want = t->values + i * map->value_size;
	u8 copy[VALUE_ROOM];
	u8 *held;
	int err;

	held = map->ops->lookup(map, key);
	err = map->ops->copy_value(map, key, copy);
	KUNIT_ASSERT_EQ(test, !!held, t->present[i]);
	KUNIT_ASSERT_EQ(test, err, t->present[i] ? 0 : -ENOENT);
	if (!held)
		return;
	KUNIT_ASSERT_EQ(test, (unsigned long)held % 8, 0);
	KUNIT_ASSERT_EQ(test, 0, memcmp(held, want, map->value_size));
	KUNIT_ASSERT_EQ(test, 0, memcmp(copy, want, map->value_size));
}

/* a walk gives each key of the twin once, and no other */
static void compare_walk(struct kunit *test, struct bpf_map *map, struct twin *t)
{
	static u8 key[KEY_ROOM], next[KEY_ROOM], want[KEY_ROOM];	/* one case at a time */
	u32 count = 0, i;
	int err;

	for (err = map->ops->next_key(map, NULL, next); !err;
	     err = map->ops->next_key(map, key, next)) {
		for (i = 0; i < t->keys; i++) {
			make_key(want, map->key_size, i);
			if (t->present[i] && !memcmp(want, next, map->key_size))
				break;
		}
		KUNIT_ASSERT_LT(test, i, t->keys);
		count++;
		KUNIT_ASSERT_LE(test, count, t->count);
		memcpy(key, next, map->key_size);
	}
	KUNIT_EXPECT_EQ(test, err, -ENOENT);
	KUNIT_EXPECT_EQ(test, count, t->count);
}

/* so does a program's walk, and each element is the twin's, its key in front of its value */
static void compare_elems(struct kunit *test, struct bpf_map *map, struct twin *t)
{
	static u8 key[KEY_ROOM], want[KEY_ROOM];	/* one case at a time */
	u32 size = map->key_size, count = 0, i;
	const u8 *value;

	rcu_read_lock();
	while ((value = map->ops->next_elem(map, key, count))) {
		for (i = 0; i < t->keys; i++) {
			make_key(want, size, i);
			if (t->present[i] && !memcmp(want, key, size))
				break;
		}
		count++;
		if (i == t->keys || count > t->count ||
		    memcmp(value - round_up(size, 8), key, size) ||
		    memcmp(value, t->values + i * map->value_size, map->value_size))
			break;
	}
	rcu_read_unlock();
	KUNIT_ASSERT_NULL(test, value);
	KUNIT_ASSERT_EQ(test, count, t->count);
}

static void history(struct kunit *test, const struct hash_case *c)
{
	struct bpf_map *map = make(test, c);
	/* one off: programs' keys and values are not aligned */
	u8 key_room[KEY_ROOM + 1], value_room[VALUE_ROOM + 1];
	u8 *key = key_room + 1, *value = value_room + 1;
	struct rnd_state rnd;
	struct twin t;
	int step;

	prandom_seed_state(&rnd, c->key_size * 1000 + c->flags);
	make_twin(test, c, &t);
	for (step = 0; step < HISTORY_STEPS; step++) {
		u32 i = prandom_u32_state(&rnd) % t.keys;
		u32 action = prandom_u32_state(&rnd) % 16;
		u64 flags = action < 8 ? BPF_ANY : action - 7;

		make_key(key, c->key_size, i);
		rcu_read_lock();
		if (action < 11) {
			prandom_bytes_state(&rnd, value, c->value_size);
			KUNIT_ASSERT_EQ(test, map->ops->update(map, key, value, flags),
					twin_update(&t, c, i, value, flags));
		} else {
			KUNIT_ASSERT_EQ(test, map->ops->remove(map, key),
					twin_remove(&t, i));
		}
		compare_lookup(test, map, &t, key, i);
		rcu_read_unlock();
		if (step % 500 == 0) {
			compare_walk(test, map, &t);
			compare_elems(test, map, &t);
			validate(test, map, t.count);
		}
		cond_resched();
	}
	compare_walk(test, map, &t);
	compare_elems(test, map, &t);
	validate(test, map, t.count);
	bpf_map_put(map);
}

static void with_all_flags(struct kunit *test,
			   void (*func)(struct kunit *test, const struct hash_case *c))
{
	struct hash_case c = *(const struct hash_case *)test->param_value;
	int i;

	for (i = 0; i < ARRAY_SIZE(all_flags); i++) {
		c.flags = all_flags[i];
		func(test, &c);
	}
}

static void histories_agree_with_twin(struct kunit *test)
{
	with_all_flags(test, history);
}

/* ---- limits ------------------------------------------------------------------ */

static void expect_refusal(struct kunit *test, const struct hash_case *c, int err)
{
	struct bpf_map_spec spec = spec_of(c);
	struct bpf_map *map = bpf_map_create(&spec, "");

	KUNIT_EXPECT_EQ(test, PTR_ERR_OR_ZERO(map), err);
	if (!IS_ERR(map))
		bpf_map_put(map);
}

static void creation_is_checked(struct kunit *test)
{
	static const struct {
		struct hash_case c;
		int err;
	} refused[] = {
		{ { 0, 8, 1, 0 }, -EINVAL },
		{ { 4, 0, 1, 0 }, -EINVAL },
		{ { 4, 8, 0, 0 }, -EINVAL },
		{ { 4, 8, 1, BIT(1) }, -EINVAL },
		{ { 4, 8, 1, BIT(5) }, -EINVAL },
		{ { 4, 8, 1, BIT(9) }, -EINVAL },
		{ { 4, 8, 1, BIT(31) }, -EINVAL },
		{ { 4, 8, 1, BPF_F_RDONLY | BPF_F_WRONLY }, -EINVAL },
		{ { 4, 8, 1, BPF_F_RDONLY_PROG | BPF_F_WRONLY_PROG }, -EINVAL },
		{ { 513, 8, 1, 0 }, -E2BIG },
		{ { U32_MAX, 8, 1, 0 }, -E2BIG },
		{ { 4, U32_MAX, 1, 0 }, -E2BIG },
		{ { 4, KMALLOC_MAX_SIZE, 1, BPF_F_NO_PREALLOC }, -E2BIG },
		{ { 4, 8, U32_MAX, 0 }, -E2BIG },
		{ { 4, 8, BIT(31) + 1, BPF_F_NO_PREALLOC }, -E2BIG },
		{ { 512, 1 << 20, BIT(31), 0 }, -ENOMEM },
	};
	int i;

	for (i = 0; i < ARRAY_SIZE(refused); i++)
		expect_refusal(test, &refused[i].c, refused[i].err);
}

/* as many as promised go in, not one more, again and again, from every CPU's list */
static void fill_and_empty(struct kunit *test, const struct hash_case *c)
{
	struct bpf_map *map = make(test, c);
	u8 key[KEY_ROOM], value[VALUE_ROOM] = {};
	u32 round, i;

	for (round = 0; round < 3; round++) {
		rcu_read_lock();
		for (i = 0; i < c->max_entries; i++) {
			make_key(key, c->key_size, i + round);
			KUNIT_ASSERT_EQ(test, 0, map->ops->update(map, key, value,
								  BPF_NOEXIST));
		}
		make_key(key, c->key_size, i + round);
		KUNIT_EXPECT_EQ(test, -E2BIG, map->ops->update(map, key, value, BPF_ANY));
		KUNIT_EXPECT_EQ(test, -ENOENT,
				map->ops->update(map, key, value, BPF_EXIST));
		/* replacing goes on in a full map */
		make_key(key, c->key_size, round);
		for (i = 0; i < 1000; i++)
			KUNIT_ASSERT_EQ(test, 0,
					map->ops->update(map, key, value, BPF_ANY));
		rcu_read_unlock();
		validate(test, map, c->max_entries);
		rcu_read_lock();
		for (i = 0; i < c->max_entries; i++) {
			make_key(key, c->key_size, i + round);
			KUNIT_ASSERT_EQ(test, 0, map->ops->remove(map, key));
			KUNIT_ASSERT_EQ(test, -ENOENT, map->ops->remove(map, key));
		}
		rcu_read_unlock();
		validate(test, map, 0);
	}
	bpf_map_put(map);
}

static void full_means_full(struct kunit *test)
{
	with_all_flags(test, fill_and_empty);
}

/* keys in arithmetic progression share buckets no more than random ones would */
static void expect_spread(struct kunit *test, struct hash_map *h, u32 count, u32 stride)
{
	u32 used = 0, longest = 0, i;

	for (i = 0; i <= h->mask; i++) {
		struct hash_elem *e;
		u32 length = 0;

		hash_for_each(e, &h->buckets[i])
			length++;
		used += !!length;
		longest = max(longest, length);
	}
	/* random keys: 63% of the buckets in use, the longest chain 6 to 9 */
	KUNIT_EXPECT_GT_MSG(test, used, count / 2, "stride %u", stride);
	KUNIT_EXPECT_LT_MSG(test, longest, 14, "stride %u", stride);
}

static void counting_keys_spread(struct kunit *test)
{
	static const struct hash_case c = { 4, 8, 1 << 12, 0 };
	u32 key, stride, seed, i;
	u64 value = 0;

	for (seed = 0; seed < 40; seed++) {
		struct bpf_map *map = make(test, &c);

		for (stride = seed | 1; stride <= (seed | 1) << 20; stride <<= 4) {
			rcu_read_lock();
			for (i = 0; i < c.max_entries; i++) {
				key = i * stride;
				map->ops->update(map, &key, &value, BPF_NOEXIST);
			}
			rcu_read_unlock();
			expect_spread(test, to_hash(map), c.max_entries, stride);
			for (i = 0; i < c.max_entries; i++) {
				key = i * stride;
				map->ops->remove(map, &key);
			}
			cond_resched();
		}
		bpf_map_put(map);
	}
}

/* with interrupts off elements come from slots: some are there, more come later */
static void no_prealloc_with_interrupts_off(struct kunit *test)
{
	static const struct hash_case c = { 4, 8, 100000, BPF_F_NO_PREALLOC };
	struct bpf_map *map = make(test, &c);
	u32 key = 0, count, round;
	unsigned long irq;
	u64 value = 1;
	long err;

	for (round = 0; round < 10; round++) {
		count = 0;
		rcu_read_lock();
		local_irq_save(irq);
		do {
			err = map->ops->update(map, &key, &value, BPF_ANY);
			if (!err) {
				key++;
				count++;
			}
		} while (!err && count < c.max_entries / 20);
		local_irq_restore(irq);
		rcu_read_unlock();
		if (count < c.max_entries / 20)
			KUNIT_EXPECT_EQ(test, err, -ENOMEM);
		/* what objcache keeps ready per CPU, see alloc.c */
		KUNIT_EXPECT_GE(test, count, 32);
		/* with interrupts on there is no such limit */
		for (count = 0; count < 200; count++, key++)
			KUNIT_EXPECT_EQ(test, 0, map->ops->update(map, &key, &value,
								  BPF_NOEXIST));
		msleep(20);
	}
	validate(test, map, key);
	bpf_map_put(map);
}

/* ---- the walk ---------------------------------------------------------------- */

static void fill_counting(struct bpf_map *map, u32 count)
{
	u64 value = 0;
	u32 key;

	rcu_read_lock();
	for (key = 0; key < count; key++)
		map->ops->update(map, &key, &value, BPF_ANY);
	rcu_read_unlock();
}

static void unknown_key_means_first(struct kunit *test)
{
	static const struct hash_case c = { 4, 8, 64, 0 };
	struct bpf_map *map = make(test, &c);
	u32 first, next, key = 12345;

	KUNIT_EXPECT_EQ(test, map->ops->next_key(map, NULL, &next), -ENOENT);
	KUNIT_EXPECT_EQ(test, map->ops->next_key(map, &key, &next), -ENOENT);
	fill_counting(map, 64);
	KUNIT_EXPECT_EQ(test, map->ops->next_key(map, NULL, &first), 0);
	KUNIT_EXPECT_EQ(test, map->ops->next_key(map, &key, &next), 0);
	KUNIT_EXPECT_EQ(test, next, first);
	/* also in the middle of a walk, for a key this walk was not given last */
	KUNIT_EXPECT_EQ(test, map->ops->next_key(map, &first, &next), 0);
	map->ops->remove(map, &next);
	KUNIT_EXPECT_EQ(test, map->ops->next_key(map, &key, &next), 0);
	KUNIT_EXPECT_EQ(test, next, first);
	bpf_map_put(map);
}

/* each key is deleted as soon as it was given, and others behind and before it too */
static void walk_survives_deletion(struct kunit *test)
{
	static const struct hash_case c = { 4, 8, 256, 0 };
	struct bpf_map *map = make(test, &c);
	u32 key, next, other, count = 0;
	struct rnd_state rnd;
	u64 value = 0;
	int err;

	prandom_seed_state(&rnd, 7);
	fill_counting(map, 256);
	for (err = map->ops->next_key(map, NULL, &next); !err;
	     err = map->ops->next_key(map, &key, &next)) {
		key = next;
		KUNIT_ASSERT_EQ(test, 0, map->ops->remove(map, &key));
		count++;
	}
	KUNIT_EXPECT_EQ(test, count, 256);
	validate(test, map, 0);

	/* deletion and insertion of others at each step: rising order, so an end */
	fill_counting(map, 256);
	count = 0;
	for (err = map->ops->next_key(map, NULL, &next); !err;
	     err = map->ops->next_key(map, &key, &next)) {
		key = next;
		map->ops->remove(map, &key);
		other = prandom_u32_state(&rnd) % 512;
		map->ops->update(map, &other, &value, BPF_ANY);
		map->ops->update(map, &key, &value, BPF_ANY);
		other = prandom_u32_state(&rnd) % 512;
		map->ops->remove(map, &other);
		map->ops->remove(map, &key);
		KUNIT_ASSERT_LE(test, ++count, 512);
	}
	KUNIT_EXPECT_EQ(test, err, -ENOENT);
	bpf_map_put(map);
}

/* likewise a program, which is told again where it stands; two walks do not meet */
static void elems_survive_deletion(struct kunit *test)
{
	static const struct hash_case c = { 4, 8, 256, 0 };
	struct bpf_map *map = make(test, &c);
	u32 key = 4711, other = 0, count = 0, others = 0;
	u64 value = 0;

	KUNIT_EXPECT_NULL(test, map->ops->next_elem(map, &key, 0));
	KUNIT_EXPECT_EQ(test, key, 4711);
	fill_counting(map, 256);
	rcu_read_lock();
	while (map->ops->next_elem(map, &key, count)) {
		if (count++ % 2 && map->ops->next_elem(map, &other, others))
			others++;
		map->ops->remove(map, &key);
	}
	rcu_read_unlock();
	KUNIT_EXPECT_EQ(test, count, 256);
	KUNIT_EXPECT_GT(test, others, 0);
	validate(test, map, 0);

	/* one for which another one comes whose key is next: rising order, so an end */
	fill_counting(map, 16);
	rcu_read_lock();
	for (count = 0; map->ops->next_elem(map, &key, count); count++) {
		map->ops->remove(map, &key);
		other = key + 16;
		if (other < 512)
			map->ops->update(map, &other, &value, BPF_ANY);
	}
	rcu_read_unlock();
	KUNIT_EXPECT_GE(test, count, 16);
	KUNIT_EXPECT_LE(test, count, 512);
	bpf_map_put(map);
}

/* ---- many at once ------------------------------------------------------------ */

/* keys below STABLE are never deleted; a value holds its key and the key's complement */
#define STABLE		24
#define CHURN_KEYS	96

struct churn {
	struct kunit		*test;
	struct bpf_map		*map;
	struct completion	done;
	atomic_t		running;
	atomic_t		lost;	/* a stable key was not found */
	atomic_t		torn;	/* a copied value was not its key's */
	atomic_t		refused; /* an errno that must not be */
	atomic_t		astray;	/* a walk lost, repeated or did not end */
};

struct churn_value {
	u64 key;
	u64 inverse;
};

static void churn_write(struct churn *c, u32 key, struct rnd_state *rnd)
{
	struct churn_value value = { key, ~(u64)key };
	long err;

	if (key < STABLE || prandom_u32_state(rnd) & 1)
		err = c->map->ops->update(c->map, &key, &value, BPF_ANY);
	else
		err = c->map->ops->remove(c->map, &key);
	if (err && (key < STABLE || (err != -E2BIG && err != -ENOENT)))
		atomic_inc(&c->refused);
}

static void churn_read(struct churn *c, u32 key)
{
	struct churn_value value;
	int err = c->map->ops->copy_value(c->map, &key, &value);

	if (err && key < STABLE)
		atomic_inc(&c->lost);
	if (!err && (value.key != key || value.inverse != ~(u64)key))
		atomic_inc(&c->torn);
	if (key < STABLE && !c->map->ops->lookup(c->map, &key))
		atomic_inc(&c->lost);
}

static void churn_walk(struct churn *c)
{
	DECLARE_BITMAP(seen, CHURN_KEYS) = {};
	u32 key, next, count = 0;
	int err;

	for (err = c->map->ops->next_key(c->map, NULL, &next); !err;
	     err = c->map->ops->next_key(c->map, &key, &next)) {
		key = next;
		if (key >= CHURN_KEYS || test_and_set_bit(key, seen) ||
		    ++count > CHURN_KEYS) {
			atomic_inc(&c->astray);
			return;
		}
	}
	if (find_first_zero_bit(seen, STABLE) < STABLE)
		atomic_inc(&c->astray);
}

static void churn_elems(struct churn *c)
{
	DECLARE_BITMAP(seen, CHURN_KEYS) = {};
	u32 key, count = 0;

	while (c->map->ops->next_elem(c->map, &key, count)) {
		if (key >= CHURN_KEYS || test_and_set_bit(key, seen) ||
		    ++count > CHURN_KEYS) {
			atomic_inc(&c->astray);
			return;
		}
	}
	if (find_first_zero_bit(seen, STABLE) < STABLE)
		atomic_inc(&c->astray);
}

static int churn_thread(void *data)
{
	struct churn *c = data;
	struct rnd_state rnd;
	int step;

	prandom_seed_state(&rnd, current->pid);
	for (step = 0; step < CHURN_STEPS; step++) {
		u32 key = prandom_u32_state(&rnd) % CHURN_KEYS;

		rcu_read_lock();
		if (step & 1)
			churn_write(c, key, &rnd);
		else
			churn_read(c, key);
		if (step % 64 == 0)
			churn_walk(c);
		if (step % 64 == 32)
			churn_elems(c);
		rcu_read_unlock();
		cond_resched();
	}
	if (atomic_dec_and_test(&c->running))
		complete(&c->done);
	return 0;
}

static const struct hash_case churn_cases[] = {
	{ 4, 16, CHURN_KEYS, 0 },
	{ 4, 16, CHURN_KEYS, BPF_F_NO_PREALLOC },
	/* often full */
	{ 4, 16, CHURN_KEYS / 2, 0 },
	{ 4, 16, CHURN_KEYS / 2, BPF_F_NO_PREALLOC },
};

KUNIT_ARRAY_PARAM(churn, churn_cases, describe_case);

/* long chains make readers walk: all keys in a few buckets */
static void shrink_to_few_buckets(struct bpf_map *map)
{
	to_hash(map)->mask = 3;
}

static void threads_lose_nothing(struct kunit *test)
{
	struct churn c = { .test = test, .map = make(test, test->param_value) };
	u32 key, next, count = 0;
	int cpu, err;

	shrink_to_few_buckets(c.map);
	init_completion(&c.done);
	for (key = 0; key < STABLE; key++) {
		struct churn_value value = { key, ~(u64)key };

		KUNIT_ASSERT_EQ(test, 0, c.map->ops->update(c.map, &key, &value, 0));
	}
	atomic_set(&c.running, 1);
	for_each_online_cpu(cpu) {
		struct task_struct *task;

		task = kthread_create_on_cpu(churn_thread, &c, cpu, "churn/%u");
		KUNIT_EXPECT_FALSE(test, IS_ERR(task));
		if (IS_ERR(task))
			continue;
		atomic_inc(&c.running);
		wake_up_process(task);
	}
	if (!atomic_dec_and_test(&c.running))
		wait_for_completion(&c.done);
	KUNIT_EXPECT_EQ(test, atomic_read(&c.lost), 0);
	KUNIT_EXPECT_EQ(test, atomic_read(&c.torn), 0);
	KUNIT_EXPECT_EQ(test, atomic_read(&c.refused), 0);
	KUNIT_EXPECT_EQ(test, atomic_read(&c.astray), 0);
	for (err = c.map->ops->next_key(c.map, NULL, &next); !err;
	     err = c.map->ops->next_key(c.map, &key, &next)) {
		key = next;
		count++;
	}
	validate(test, c.map, count);
	bpf_map_put(c.map);
}

static struct kunit_case hash_cases[] = {
	KUNIT_CASE(creation_is_checked),
	KUNIT_CASE_PARAM(histories_agree_with_twin, hash_gen_params),
	KUNIT_CASE_PARAM(full_means_full, hash_gen_params),
	KUNIT_CASE(counting_keys_spread),
	KUNIT_CASE(no_prealloc_with_interrupts_off),
	KUNIT_CASE(unknown_key_means_first),
	KUNIT_CASE(walk_survives_deletion),
	KUNIT_CASE(elems_survive_deletion),
	KUNIT_CASE_PARAM(threads_lose_nothing, churn_gen_params),
	{}
};

static struct kunit_suite hash_suite = {
	.name = "bpf_map_hash",
	.test_cases = hash_cases,
};

kunit_test_suite(hash_suite);
