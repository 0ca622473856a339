// SPDX-License-Identifier: GPL-2.0-only
/*
 * Array map: all elements exist from creation, zeroed; the key is their index.
 *
 * value of index i = values + i * elem_size, elem_size = value_size rounded up to 8.
 *
 * Where the creator has no privilege, an index below max_entries is and-ed with a mask
 * all the same, so that a processor that guesses the comparison wrong reads no memory
 * beyond the map: memory behind the last element fills up to the mask. For others the
 * mask changes nothing, and programs that look values up themselves leave it out.
 *
 * With BPF_F_MMAPABLE the values begin on a page of their own, which user space maps.
 *
 * Values are written in place: a reader may see a value half old and half new, except
 * values of 8 bytes. Never allocates after creation, takes no lock.
 * Layer K2. Tests: array_test.c, selftests/bpf/map_test.c.
 */
#include <linux/bitops.h>
#include <linux/bpf.h>
#include <linux/capability.h>
#include <linux/err.h>
#include <linux/limits.h>
#include <linux/mm.h>
#include <linux/string.h>
#include <linux/vmalloc.h>
#include <asm/unaligned.h>
#include "types.h"

#define ARRAY_FLAGS	(BPF_F_NUMA_NODE | BPF_F_RDONLY | BPF_F_WRONLY | \
			 BPF_F_RDONLY_PROG | BPF_F_WRONLY_PROG | BPF_F_MMAPABLE)

/* from the map to its values: behind it, or, to be mapped, on pages of their own */
#define VALUES		offsetof(struct bpf_array, value)
#define PAGED_VALUES	PAGE_ALIGN(sizeof(struct bpf_array))

/* by far the most frequent size of a value: a counter */
#define COUNTER_BYTES	8

static struct bpf_array *to_array(struct bpf_map *map)
{
	return container_of(map, struct bpf_array, map);
}

static int array_check(const struct bpf_map_spec *spec)
{
	if (spec->key_size != sizeof(u32) || !spec->value_size ||
	    spec->flags & ~ARRAY_FLAGS)
		return -EINVAL;
	if (spec->value_size > INT_MAX)
		return -E2BIG;
	return 0;
}

static u32 read_index(const void *key)
{
	return get_unaligned((const u32 *)key);
}

/* @values and @elem_size are what the map has, as constants where the variant knows them */
static __always_inline void *value_at(struct bpf_map *map, u32 values, u32 idx, u32 elem_size)
{
	return (void *)map + values + (u64)elem_size * (idx & to_array(map)->index_mask);
}

static __always_inline void *find_value(struct bpf_map *map, const void *key, u32 values,
					u32 elem_size)
{
	u32 idx = read_index(key);

	if (unlikely(idx >= map->max_entries))
		return NULL;
	return value_at(map, values, idx, elem_size);
}

static void *array_lookup(struct bpf_map *map, const void *key)
{
	return find_value(map, key, VALUES, to_array(map)->elem_size);
}

static void *array_lookup_counter(struct bpf_map *map, const void *key)
{
	return find_value(map, key, VALUES, COUNTER_BYTES);
}

static void *array_lookup_paged(struct bpf_map *map, const void *key)
{
	return find_value(map, key, PAGED_VALUES, to_array(map)->elem_size);
}

static int check_update(struct bpf_map *map, u32 idx, u64 flags)
{
	if (unlikely(flags > BPF_EXIST))
		return -EINVAL;
	if (unlikely(idx >= map->max_entries))
		return -E2BIG;
	return unlikely(flags == BPF_NOEXIST) ? -EEXIST : 0;
}

static __always_inline long copy_in(struct bpf_map *map, const void *key, const void *value,
				    u64 flags, u32 values)
{
	u32 idx = read_index(key);
	int err = check_update(map, idx, flags);

	if (!err)
		memcpy(value_at(map, values, idx, to_array(map)->elem_size), value,
		       map->value_size);
	return err;
}

static long array_update(struct bpf_map *map, const void *key, const void *value,
			 u64 flags)
{
	return copy_in(map, key, value, flags, VALUES);
}

static long array_update_paged(struct bpf_map *map, const void *key, const void *value,
			       u64 flags)
{
	return copy_in(map, key, value, flags, PAGED_VALUES);
}

static long array_update_counter(struct bpf_map *map, const void *key,
				 const void *value, u64 flags)
{
	u32 idx = read_index(key);
	int err = check_update(map, idx, flags);
	u64 *counter;

	if (err)
		return err;
	counter = value_at(map, VALUES, idx, COUNTER_BYTES);
	WRITE_ONCE(*counter, get_unaligned((const u64 *)value));
	return 0;
}

static long array_remove(struct bpf_map *map, const void *key)
{
	return -EINVAL;
}

static int array_next_key(struct bpf_map *map, const void *key, void *next)
{
	u32 idx = key ? read_index(key) : U32_MAX;

	if (idx == map->max_entries - 1)
		return -ENOENT;
	idx = idx < map->max_entries ? idx + 1 : 0;
	put_unaligned(idx, (u32 *)next);
	return 0;
}

static void array_free(struct bpf_map *map)
{
	bpf_map_exit(map);
	bpf_map_area_free(to_array(map));
}

/* what user space may map */
static u64 mapped_bytes(const struct bpf_map *map)
{
	return PAGE_ALIGN((u64)map->max_entries *
			  container_of(map, struct bpf_array, map)->elem_size);
}

static int array_mmap(struct bpf_map *map, struct vm_area_struct *vma)
{
	u64 end = ((u64)vma->vm_pgoff << PAGE_SHIFT) + (vma->vm_end - vma->vm_start);

	if (!(map->flags & BPF_F_MMAPABLE) || end > mapped_bytes(map))
		return -EINVAL;
	return remap_vmalloc_range(vma, map, vma->vm_pgoff + (PAGED_VALUES >> PAGE_SHIFT));
}

static const struct bpf_map_ops counter_array_ops, paged_array_ops;

static const struct bpf_map_ops *ops_for(const struct bpf_map_spec *spec)
{
	if (spec->flags & BPF_F_MMAPABLE)
		return &paged_array_ops;
	return spec->value_size == COUNTER_BYTES ? &counter_array_ops : &bpf_array_ops;
}

static struct bpf_map *array_alloc(const struct bpf_map_spec *spec)
{
	const struct bpf_map_ops *ops = ops_for(spec);
	u32 elem_size = round_up(spec->value_size, 8);
	/* a power of two; 2^32 does not fit u32 */
	u64 slots = 1ULL << fls(spec->max_entries - 1);
	bool trusted = perfmon_capable();
	u64 bytes = ops->flat + (trusted ? spec->max_entries : slots) * elem_size;
	struct bpf_array *array;

	if (spec->flags & BPF_F_MMAPABLE)
		array = bpf_map_pages_alloc(bytes, spec->numa_node);
	else
		array = bpf_map_area_alloc(bytes, spec->numa_node);
	if (!array)
		return ERR_PTR(-ENOMEM);
	bpf_map_init(&array->map, ops, spec);
	array->elem_size = elem_size;
	array->index_mask = trusted ? U32_MAX : slots - 1;
	return &array->map;
}

#define ARRAY_OPS(values, lookup_func, update_func)	\
{							\
	.name		= "array",			\
	.check		= array_check,			\
	.alloc		= array_alloc,			\
	.free		= array_free,			\
	.lookup		= lookup_func,			\
	.update		= update_func,			\
	.remove		= array_remove,			\
	.next_key	= array_next_key,		\
	.mmap		= array_mmap,			\
	.flat		= values,			\
}

/* values of 8 bytes: no multiplication, no call to copy */
static const struct bpf_map_ops counter_array_ops =
	ARRAY_OPS(VALUES, array_lookup_counter, array_update_counter);

static const struct bpf_map_ops paged_array_ops =
	ARRAY_OPS(PAGED_VALUES, array_lookup_paged, array_update_paged);

const struct bpf_map_ops bpf_array_ops = ARRAY_OPS(VALUES, array_lookup, array_update);
