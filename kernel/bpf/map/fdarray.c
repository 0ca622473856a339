// SPDX-License-Identifier: GPL-2.0-only
/*
 * What arrays of objects have in common: user space puts an object in by its descriptor;
 * programs name the array to helpers made for its type and nothing else.
 *
 *	user space				program
 *	slot = object (exchanged)		READ_ONCE(slot), use it
 *	put what was there ... grace period ... freed
 *
 * The key is an index. Which objects, how they are found and let go is the type's.
 *
 * Layer K2. Tests: selftests/bpf/tail_test.c, perfarray_test.c.
 */
#include <linux/bitops.h>
#include <linux/bpf.h>
#include <linux/capability.h>
#include <linux/sched.h>
#include <asm/unaligned.h>
#include "fdarray.h"

#define FDARRAY_FLAGS	(BPF_F_NUMA_NODE | BPF_F_RDONLY | BPF_F_WRONLY)

/**
 * fdarray_check() - is an array of objects legal?
 * @spec:	what is asked for
 *
 * Context: any.
 * Return: 0 or -EINVAL: keys and values have four bytes, flags are those of access for
 * user space, and the node.
 */
int fdarray_check(const struct bpf_map_spec *spec)
{
	if (spec->key_size != sizeof(u32) || spec->value_size != sizeof(u32) ||
	    spec->flags & ~FDARRAY_FLAGS)
		return -EINVAL;
	return 0;
}

/**
 * fdarray_alloc() - an array of empty slots
 * @ops:	of the type
 * @spec:	what is asked for, checked
 * @head:	bytes before it that the type wants for itself, a multiple of 64
 *
 * Context: process, may sleep.
 * Return: the array, for fdarray_free(), or NULL.
 */
struct bpf_array *fdarray_alloc(const struct bpf_map_ops *ops,
				const struct bpf_map_spec *spec, u32 head)
{
	/* a power of two; 2^32 does not fit u32 */
	u64 slots = 1ULL << fls(spec->max_entries - 1);
	u64 count = spec->max_entries;
	bool trusted = perfmon_capable();
	struct bpf_array *array;
	void *area;

	if (!trusted)
		count = slots;
	area = bpf_map_area_alloc(head + sizeof(*array) + count * sizeof(*array->ptrs),
				  spec->numa_node);
	if (!area)
		return NULL;
	array = area + head;
	bpf_map_init(&array->map, ops, spec);
	array->elem_size = sizeof(*array->ptrs);
	array->index_mask = trusted ? U32_MAX : slots - 1;
	return array;
}

/**
 * fdarray_free() - undo fdarray_alloc()
 * @array:	the array, its slots empty
 * @head:	as there
 *
 * Context: may sleep.
 */
void fdarray_free(struct bpf_array *array, u32 head)
{
	bpf_map_exit(&array->map);
	bpf_map_area_free((void *)array - head);
}

/**
 * fdarray_slot() - the slot of an index
 * @map:	an array of objects
 * @index:	from anywhere
 *
 * Context: any.
 * Return: the slot, or NULL where there is none.
 */
void **fdarray_slot(struct bpf_map *map, u32 index)
{
	struct bpf_array *array = container_of(map, struct bpf_array, map);

	if (index >= map->max_entries)
		return NULL;
	return &array->ptrs[index & array->index_mask];
}

/**
 * fdarray_find() - the slot of a key
 * @map:	an array of objects
 * @key:	in any memory
 *
 * Context: any.
 * Return: the slot, or NULL where there is none.
 */
void **fdarray_find(struct bpf_map *map, const void *key)
{
	return fdarray_slot(map, get_unaligned((const u32 *)key));
}

/**
 * fdarray_exchange() - put something in a slot
 * @slot:	the slot
 * @object:	object whose reference passes to the slot, or NULL
 * @put:	lets go of what was there
 *
 * Context: that of @put.
 * Return: was there something before?
 */
bool fdarray_exchange(void **slot, void *object, void (*put)(void *object))
{
	void *old = xchg(slot, object);

	if (old)
		put(old);
	return old;
}

/**
 * fdarray_remove() - empty the slot of a key
 * @map:	an array of objects
 * @key:	in any memory
 * @put:	lets go of what was there
 *
 * Context: that of @put.
 * Return: 0, -E2BIG (no such slot), -ENOENT (nothing in it).
 */
long fdarray_remove(struct bpf_map *map, const void *key, void (*put)(void *object))
{
	void **slot = fdarray_find(map, key);

	if (!slot)
		return -E2BIG;
	return fdarray_exchange(slot, NULL, put) ? 0 : -ENOENT;
}

/**
 * fdarray_clear() - empty all slots
 * @map:	an array of objects
 * @put:	lets go of what was there
 *
 * Context: may sleep.
 */
void fdarray_clear(struct bpf_map *map, void (*put)(void *object))
{
	u32 i;

	for (i = 0; i < map->max_entries; i++) {
		fdarray_exchange(fdarray_slot(map, i), NULL, put);
		cond_resched();
	}
}

/**
 * fdarray_next_key() - map operation next_key: index after index, empty or not
 * @map:	an array of objects
 * @key:	index, or NULL
 * @next:	gets the one behind it
 *
 * Context: any.
 * Return: 0 or -ENOENT.
 */
int fdarray_next_key(struct bpf_map *map, const void *key, void *next)
{
	return bpf_array_ops.next_key(map, key, next);
}
