// SPDX-License-Identifier: GPL-2.0-only
/*
 * The map types of the kernel as far as creating a map and verifying a program goes:
 * which sizes and flags each takes, and what the verifier may know of it. Nothing is kept
 * in them but the value of an array of one, which may become constant. The rules are those of kernel/bpf/map, one function for each check there;
 * tests/maps.txt and selftests/bpf/bpfcheck_test.c compare the answers in the guest.
 */
#include <linux/bpf.h>
#include <linux/bpf_btf.h>
#include <linux/capability.h>
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/log2.h>
#include <linux/numa.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <limits.h>
#include "maps.h"

#define ACCESS_FD	(BPF_F_RDONLY | BPF_F_WRONLY)
#define ACCESS_PROG	(BPF_F_RDONLY_PROG | BPF_F_WRONLY_PROG)

/* of the kernel: longest key, most that kmalloc() gives, deepest stack */
#define KEY_MAX_BYTES	512
#define KMALLOC_BYTES	(4 << 20)
#define STACK_ENTRIES	127
#define ELEM_BYTES	24

#define PAGE_BYTES	4096

/* values that are kept */
#define KEPT_BYTES	(16 << 20)

/**
 * struct map - a map
 * @kind:	what all programs of an array of programs are; 0 before the first one
 * @array:	the common part; behind it the value of an array of one
 */
struct map {
	enum bpf_prog_type	kind;
	struct bpf_array	array;
};

static struct map *to_map(struct bpf_map *map)
{
	return container_of(map, struct map, array.map);
}

/* ---- what is legal --------------------------------------------------------------- */

static int check_array(const struct bpf_map_spec *spec)
{
	if (spec->key_size != sizeof(u32) || !spec->value_size ||
	    spec->flags & ~(BPF_F_NUMA_NODE | ACCESS_FD | ACCESS_PROG | BPF_F_MMAPABLE))
		return -EINVAL;
	return spec->value_size > INT_MAX ? -E2BIG : 0;
}

static int check_hash(const struct bpf_map_spec *spec)
{
	if (!spec->key_size || !spec->value_size ||
	    spec->flags & ~(BPF_F_NO_PREALLOC | BPF_F_NUMA_NODE | BPF_F_ZERO_SEED |
			    ACCESS_FD | ACCESS_PROG))
		return -EINVAL;
	if (spec->key_size > KEY_MAX_BYTES)
		return -E2BIG;
	if (spec->value_size > KMALLOC_BYTES - KEY_MAX_BYTES - ELEM_BYTES)
		return -E2BIG;
	if (spec->max_entries > 1u << 31)
		return -E2BIG;
	return spec->flags & BPF_F_ZERO_SEED && !capable(CAP_SYS_ADMIN) ? -EPERM : 0;
}

static int check_descriptors(const struct bpf_map_spec *spec)
{
	if (spec->key_size != sizeof(u32) || spec->value_size != sizeof(u32) ||
	    spec->flags & ~(BPF_F_NUMA_NODE | ACCESS_FD))
		return -EINVAL;
	return 0;
}

static int check_events(const struct bpf_map_spec *spec)
{
	return bpf_capable() ? check_descriptors(spec) : -EPERM;
}

static int check_ring(const struct bpf_map_spec *spec)
{
	if (!bpf_capable())
		return -EPERM;
	if (spec->key_size || spec->value_size || spec->flags & ~BPF_F_NUMA_NODE)
		return -EINVAL;
	if (!is_power_of_2(spec->max_entries) || spec->max_entries % PAGE_BYTES)
		return -EINVAL;
	return 0;
}

static int check_stacks(const struct bpf_map_spec *spec)
{
	u32 each = spec->flags & BPF_F_STACK_BUILD_ID ? sizeof(struct bpf_stack_build_id) :
							sizeof(u64);

	if (!bpf_capable())
		return -EPERM;
	if (spec->flags & ~(BPF_F_NUMA_NODE | BPF_F_STACK_BUILD_ID | ACCESS_FD) ||
	    spec->key_size != sizeof(u32))
		return -EINVAL;
	if (!spec->value_size || spec->value_size % each ||
	    spec->value_size / each > STACK_ENTRIES)
		return -EINVAL;
	return spec->max_entries > 1u << 31 ? -E2BIG : 0;
}

/* ---- types ----------------------------------------------------------------------- */

/* libraries fill maps while they load an object: nothing is kept */
static long forget_update(struct bpf_map *map, const void *key, const void *value, u64 flags)
{
	return 0;
}

static bool is_kept(const struct bpf_map_spec *spec)
{
	return spec->type == BPF_MAP_TYPE_ARRAY && spec->max_entries == 1 &&
	       spec->value_size <= KEPT_BYTES;
}

static long keep_update(struct bpf_map *map, const void *key, const void *value, u64 flags)
{
	if (map->max_entries == 1 && map->value_size <= KEPT_BYTES && !*(const u32 *)key)
		memcpy(bpf_map_value(map), value, map->value_size);
	return 0;
}

static long forget_remove(struct bpf_map *map, const void *key)
{
	return -ENOENT;
}

static void *find_nothing(struct bpf_map *map, const void *key)
{
	return NULL;
}

static int no_next(struct bpf_map *map, const void *key, void *next)
{
	return -ENOENT;
}

static void *no_elem(struct bpf_map *map, void *key, u64 turn)
{
	return NULL;
}

/* the first program decides what all are; one that overrides returns is jumped to by none */
static int admit(struct bpf_map *map, const struct bpf_prog *prog)
{
	struct map *m = to_map(map);

	if (prog->kprobe_override)
		return -EINVAL;
	if (!m->kind)
		m->kind = prog->type;
	return m->kind == prog->type ? 0 : -EINVAL;
}

static long update_programs(struct bpf_map *map, struct file *file, const void *key,
			    const void *value, u64 flags)
{
	struct bpf_prog *prog = bpf_prog_get(*(const u32 *)value);

	if (flags != BPF_ANY)
		return -EINVAL;
	if (*(const u32 *)key >= map->max_entries)
		return -E2BIG;
	return IS_ERR(prog) ? PTR_ERR(prog) : admit(map, prog);
}

#define EMPTY_MAP							\
	.lookup = find_nothing, .update = forget_update,		\
	.remove = forget_remove, .next_key = no_next

static const struct bpf_map_ops types[] = {
	[BPF_MAP_TYPE_HASH] = { .name = "hash", .check = check_hash, EMPTY_MAP,
				.next_elem = no_elem },
	[BPF_MAP_TYPE_ARRAY] = { .name = "array", .check = check_array,
				 .lookup = find_nothing, .update = keep_update,
				 .remove = forget_remove, .next_key = no_next,
				 .flat = offsetof(struct bpf_array, value) },
	[BPF_MAP_TYPE_PROG_ARRAY] = { .name = "prog_array", .check = check_descriptors,
				      EMPTY_MAP, .update_file = update_programs,
				      .admit = admit, .opaque = true },
	[BPF_MAP_TYPE_RINGBUF] = { .name = "ringbuf", .check = check_ring, EMPTY_MAP,
				   .opaque = true },
	[BPF_MAP_TYPE_PERF_EVENT_ARRAY] = { .name = "perf_event_array",
					    .check = check_events, EMPTY_MAP,
					    .opaque = true },
	[BPF_MAP_TYPE_STACK_TRACE] = { .name = "stack_trace", .check = check_stacks,
				       EMPTY_MAP, .opaque = true },
};

static int check_spec(const struct bpf_map_spec *spec)
{
	if ((spec->flags & ACCESS_FD) == ACCESS_FD ||
	    (spec->flags & ACCESS_PROG) == ACCESS_PROG || !spec->max_entries)
		return -EINVAL;
	return 0;
}

static u32 index_mask(u32 entries)
{
	u64 slots = 1;

	while (slots < entries)
		slots *= 2;
	return world_privileged ? U32_MAX : slots - 1;
}

/**
 * bpf_map_create() - a map
 * @spec:	what is asked for
 * @name:	its name
 *
 * Return: the map, or ERR_PTR with the kernel's answer.
 */
struct bpf_map *bpf_map_create(const struct bpf_map_spec *spec, const char *name)
{
	static u32 last_id;
	const struct bpf_map_ops *ops;
	struct bpf_map *map;
	struct map *m;
	int err;

	if (spec->type >= ARRAY_SIZE(types) || !types[spec->type].check)
		return ERR_PTR(-EINVAL);
	ops = &types[spec->type];
	err = check_spec(spec);
	if (!err)
		err = ops->check(spec);
	if (err)
		return ERR_PTR(err);
	m = kzalloc(sizeof(*m) + (is_kept(spec) ? spec->value_size : 0), GFP_KERNEL);
	if (!m)
		return ERR_PTR(-ENOMEM);
	m->array.elem_size = round_up(spec->value_size, 8);
	m->array.index_mask = index_mask(spec->max_entries);
	map = &m->array.map;
	map->ops = ops;
	map->type = spec->type;
	map->key_size = spec->key_size;
	map->value_size = spec->value_size;
	map->max_entries = spec->max_entries;
	map->flags = spec->flags & ~ACCESS_FD;
	map->btf = spec->btf;
	map->key_type = spec->key_type;
	map->value_type = spec->value_type;
	map->id = ++last_id;
	strncpy(map->name, name, sizeof(map->name) - 1);
	return map;
}

/**
 * maps_constant() - bpf_map_constant(), of maps whose value is kept
 * @map:	the map
 *
 * Return: the value, or NULL.
 */
const void *maps_constant(const struct bpf_map *map)
{
	return map->value_size <= KEPT_BYTES ? bpf_map_constant(map) : NULL;
}

/**
 * maps_free() - a map goes
 * @map:	the map
 */
void maps_free(struct bpf_map *map)
{
	bpf_btf_put(map->btf);
	kfree(to_map(map));
}
