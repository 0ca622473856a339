// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit tests of the array map (suite bpf_map_array): limits of creation, every errno,
 * and random histories against a plain C array.
 */
#include <kunit/test.h>
#include <linux/bpf.h>
#include <linux/err.h>
#include <linux/numa.h>
#include <linux/prandom.h>
#include <linux/sched.h>
#include <linux/string.h>
#include "types.h"

#define HISTORY_STEPS	20000

struct array_shape {
	u32 value_size;
	u32 max_entries;
};

static const struct array_shape shapes[] = {
	{ 1, 1 }, { 4, 2 }, { 7, 3 }, { 8, 1 }, { 8, 16 }, { 8, 1000 }, { 12, 33 },
	{ 64, 64 }, { 4097, 5 },
};

static void describe_shape(const struct array_shape *s, char *desc)
{
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "value %u entries %u", s->value_size,
		 s->max_entries);
}

KUNIT_ARRAY_PARAM(shape, shapes, describe_shape);

static struct bpf_map_spec spec_of(u32 value_size, u32 max_entries)
{
	return (struct bpf_map_spec){
		.type = BPF_MAP_TYPE_ARRAY,
		.key_size = 4,
		.value_size = value_size,
		.max_entries = max_entries,
		.numa_node = NUMA_NO_NODE,
	};
}

static struct bpf_map *make(struct kunit *test, u32 value_size, u32 max_entries)
{
	struct bpf_map_spec spec = spec_of(value_size, max_entries);
	struct bpf_map *map = bpf_map_create(&spec, "array_test");

	KUNIT_ASSERT_FALSE(test, IS_ERR(map));
	return map;
}

static void expect_refusal(struct kunit *test, const struct bpf_map_spec *spec, int err)
{
	struct bpf_map *map = bpf_map_create(spec, "");

	KUNIT_EXPECT_EQ(test, PTR_ERR_OR_ZERO(map), err);
	if (!IS_ERR(map))
		bpf_map_put(map);
}

static void creation_is_checked(struct kunit *test)
{
	static const u32 bad_flags[] = {
		BPF_F_NO_PREALLOC, BPF_F_ZERO_SEED, BIT(1), BIT(5), BIT(9), BIT(31),
		BPF_F_RDONLY | BPF_F_WRONLY, BPF_F_RDONLY_PROG | BPF_F_WRONLY_PROG,
	};
	struct bpf_map_spec spec;
	int i;

	for (i = 0; i < ARRAY_SIZE(bad_flags); i++) {
		spec = spec_of(8, 4);
		spec.flags = bad_flags[i];
		expect_refusal(test, &spec, -EINVAL);
	}
	spec = spec_of(0, 4);
	expect_refusal(test, &spec, -EINVAL);
	spec = spec_of(8, 0);
	expect_refusal(test, &spec, -EINVAL);
	spec = spec_of(8, 4);
	spec.key_size = 8;
	expect_refusal(test, &spec, -EINVAL);
	spec.key_size = 0;
	expect_refusal(test, &spec, -EINVAL);
	spec = spec_of(8, 4);
	spec.numa_node = MAX_NUMNODES;
	expect_refusal(test, &spec, -EINVAL);
	spec = spec_of(8, 4);
	spec.type = 0;
	expect_refusal(test, &spec, -EINVAL);
	spec.type = U32_MAX;
	expect_refusal(test, &spec, -EINVAL);
}

static void sizes_do_not_overflow(struct kunit *test)
{
	struct bpf_map_spec spec = spec_of(U32_MAX, 1);

	expect_refusal(test, &spec, -E2BIG);
	spec = spec_of(U32_MAX - 6, 2);
	expect_refusal(test, &spec, -E2BIG);
	spec = spec_of(INT_MAX, U32_MAX);
	expect_refusal(test, &spec, -ENOMEM);
	spec = spec_of(1U << 30, 1U << 31);
	expect_refusal(test, &spec, -ENOMEM);
	spec = spec_of(8, U32_MAX);
	spec.flags = BPF_F_NUMA_NODE;
	expect_refusal(test, &spec, -ENOMEM);
}

static void common_part_is_filled_in(struct kunit *test)
{
	struct bpf_map_spec spec = spec_of(12, 10);
	struct bpf_map *map, *other;

	spec.flags = BPF_F_RDONLY | BPF_F_RDONLY_PROG;
	map = bpf_map_create(&spec, "fifteen_letters");
	KUNIT_ASSERT_FALSE(test, IS_ERR(map));
	KUNIT_EXPECT_EQ(test, map->type, BPF_MAP_TYPE_ARRAY);
	KUNIT_EXPECT_EQ(test, map->key_size, 4);
	KUNIT_EXPECT_EQ(test, map->value_size, 12);
	KUNIT_EXPECT_EQ(test, map->max_entries, 10);
	KUNIT_EXPECT_EQ(test, map->flags, (u32)BPF_F_RDONLY_PROG);
	KUNIT_EXPECT_STREQ(test, map->name, "fifteen_letters");
	KUNIT_EXPECT_EQ(test, bpf_map_memory(map), (u64)PAGE_SIZE);
	KUNIT_EXPECT_GT(test, map->id, 0);
	other = make(test, 8, 1);
	KUNIT_EXPECT_NE(test, map->id, other->id);
	bpf_map_put(other);
	bpf_map_put(map);
}

static void edges_answer_their_errno(struct kunit *test)
{
	struct bpf_map *map = make(test, 8, 4);
	u64 value = 5;
	u32 key = 4, next = 77;

	rcu_read_lock();
	KUNIT_EXPECT_NULL(test, map->ops->lookup(map, &key));
	KUNIT_EXPECT_EQ(test, map->ops->update(map, &key, &value, BPF_ANY), -E2BIG);
	KUNIT_EXPECT_EQ(test, map->ops->remove(map, &key), -EINVAL);
	KUNIT_EXPECT_EQ(test, map->ops->next_key(map, &key, &next), 0);
	KUNIT_EXPECT_EQ(test, next, 0);
	key = 3;
	KUNIT_EXPECT_NOT_NULL(test, map->ops->lookup(map, &key));
	KUNIT_EXPECT_EQ(test, map->ops->update(map, &key, &value, BPF_NOEXIST), -EEXIST);
	KUNIT_EXPECT_EQ(test, map->ops->update(map, &key, &value, BPF_F_LOCK), -EINVAL);
	KUNIT_EXPECT_EQ(test, map->ops->update(map, &key, &value, 3), -EINVAL);
	KUNIT_EXPECT_EQ(test, map->ops->update(map, &key, &value, 1ULL << 32), -EINVAL);
	KUNIT_EXPECT_EQ(test, map->ops->update(map, &key, &value, BPF_EXIST), 0);
	KUNIT_EXPECT_EQ(test, *(u64 *)map->ops->lookup(map, &key), 5);
	KUNIT_EXPECT_EQ(test, map->ops->remove(map, &key), -EINVAL);
	KUNIT_EXPECT_EQ(test, map->ops->next_key(map, &key, &next), -ENOENT);
	rcu_read_unlock();
	bpf_map_put(map);
}

static void walk_gives_all_indexes(struct kunit *test)
{
	const struct array_shape *s = test->param_value;
	struct bpf_map *map = make(test, s->value_size, s->max_entries);
	u32 key, next, count = 0;
	int err;

	for (err = map->ops->next_key(map, NULL, &next); !err;
	     err = map->ops->next_key(map, &key, &next)) {
		KUNIT_ASSERT_EQ(test, next, count);
		count++;
		key = next;
	}
	KUNIT_EXPECT_EQ(test, err, -ENOENT);
	KUNIT_EXPECT_EQ(test, count, s->max_entries);
	bpf_map_put(map);
}

/* what the map must hold, in the plainest way: values one after the other */
static void histories_agree_with_twin(struct kunit *test)
{
	const struct array_shape *s = test->param_value;
	struct bpf_map *map = make(test, s->value_size, s->max_entries);
	struct rnd_state rnd;
	u8 *value, *twin, *held;
	int step, want;

	prandom_seed_state(&rnd, 1);
	value = kunit_kzalloc(test, s->value_size, GFP_KERNEL);
	twin = kunit_kzalloc(test, s->value_size * s->max_entries, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, value);
	KUNIT_ASSERT_NOT_NULL(test, twin);
	for (step = 0; step < HISTORY_STEPS; step++) {
		u32 key = prandom_u32_state(&rnd) % (s->max_entries + 2);
		u64 flags = prandom_u32_state(&rnd) % 3;
		bool inside = key < s->max_entries;

		prandom_bytes_state(&rnd, value, s->value_size);
		rcu_read_lock();
		want = inside ? flags == BPF_NOEXIST ? -EEXIST : 0 : -E2BIG;
		KUNIT_ASSERT_EQ(test, map->ops->update(map, &key, value, flags), want);
		if (!want)
			memcpy(twin + key * s->value_size, value, s->value_size);
		key = prandom_u32_state(&rnd) % s->max_entries;
		held = map->ops->lookup(map, &key);
		KUNIT_ASSERT_NOT_NULL(test, held);
		KUNIT_ASSERT_EQ(test, (unsigned long)held % 8, 0);
		KUNIT_ASSERT_EQ(test, 0, memcmp(held, twin + key * s->value_size,
						s->value_size));
		rcu_read_unlock();
		cond_resched();
	}
	bpf_map_put(map);
}

/* values on pages of their own are found as others are */
static void paged_values(struct kunit *test)
{
	struct bpf_map_spec spec = spec_of(12, 1000);
	struct bpf_map *map;
	u32 key;

	spec.flags = BPF_F_MMAPABLE;
	map = bpf_map_create(&spec, "paged");
	KUNIT_ASSERT_FALSE(test, IS_ERR(map));
	rcu_read_lock();
	for (key = 0; key < 1000; key++) {
		u32 value[3] = { key, ~key, 7 }, *held = map->ops->lookup(map, &key);

		KUNIT_ASSERT_PTR_EQ(test, (void *)held,
				    (void *)map + map->ops->flat + 16 * key);
		KUNIT_ASSERT_EQ(test, held[0] | held[1] | held[2], 0);
		KUNIT_ASSERT_EQ(test, map->ops->update(map, &key, value, BPF_ANY), 0);
		KUNIT_ASSERT_EQ(test, 0, memcmp(held, value, sizeof(value)));
	}
	KUNIT_EXPECT_NULL(test, map->ops->lookup(map, &key));
	rcu_read_unlock();
	KUNIT_EXPECT_EQ(test, map->ops->flat % PAGE_SIZE, 0);
	KUNIT_EXPECT_NULL(test, bpf_map_value(map));
	bpf_map_put(map);
}

static void frozen_maps_have_no_writers(struct kunit *test)
{
	struct bpf_map *map = make(test, 8, 1);

	KUNIT_EXPECT_TRUE(test, bpf_map_write_begin(map));
	KUNIT_EXPECT_TRUE(test, bpf_map_write_begin(map));
	KUNIT_EXPECT_EQ(test, bpf_map_freeze(map), -EBUSY);
	bpf_map_write_end(map);
	KUNIT_EXPECT_EQ(test, bpf_map_freeze(map), -EBUSY);
	bpf_map_write_end(map);
	KUNIT_EXPECT_FALSE(test, bpf_map_frozen(map));
	KUNIT_EXPECT_EQ(test, bpf_map_freeze(map), 0);
	KUNIT_EXPECT_TRUE(test, bpf_map_frozen(map));
	KUNIT_EXPECT_FALSE(test, bpf_map_write_begin(map));
	KUNIT_EXPECT_EQ(test, bpf_map_freeze(map), -EBUSY);
	/* programs may write: not constant */
	KUNIT_EXPECT_NULL(test, bpf_map_constant(map));
	bpf_map_put(map);
}

static void constants_are_frozen(struct kunit *test)
{
	struct bpf_map_spec spec = spec_of(8, 1);
	struct bpf_map *map;
	u32 key = 0;

	spec.flags = BPF_F_RDONLY_PROG;
	map = bpf_map_create(&spec, "constant");
	KUNIT_ASSERT_FALSE(test, IS_ERR(map));
	KUNIT_EXPECT_NULL(test, bpf_map_constant(map));
	KUNIT_EXPECT_EQ(test, bpf_map_freeze(map), 0);
	rcu_read_lock();
	KUNIT_EXPECT_PTR_EQ(test, bpf_map_constant(map),
			    (const void *)map->ops->lookup(map, &key));
	rcu_read_unlock();
	bpf_map_put(map);
}

static struct kunit_case array_cases[] = {
	KUNIT_CASE(creation_is_checked),
	KUNIT_CASE(sizes_do_not_overflow),
	KUNIT_CASE(common_part_is_filled_in),
	KUNIT_CASE(edges_answer_their_errno),
	KUNIT_CASE(paged_values),
	KUNIT_CASE(frozen_maps_have_no_writers),
	KUNIT_CASE(constants_are_frozen),
	KUNIT_CASE_PARAM(walk_gives_all_indexes, shape_gen_params),
	KUNIT_CASE_PARAM(histories_agree_with_twin, shape_gen_params),
	{}
};

static struct kunit_suite array_suite = {
	.name = "bpf_map_array",
	.test_cases = array_cases,
};

kunit_test_suite(array_suite);
