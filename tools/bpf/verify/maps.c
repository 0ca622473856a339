// SPDX-License-Identifier: GPL-2.0-only
/*
 * Maps of a case in user space. Every key and value has forbidden bytes on both sides, so
 * that the sanitizer sees a program that reads or writes one byte past it. The values of an
 * array lie behind the map, as in the kernel, those of a hash table behind their keys.
 */
#include <linux/bug.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/types.h>
#include <sanitizer/asan_interface.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "host_user.h"

struct user_elem {
	u8	*key;
	u8	*value;
};

/* @programs: zeros, where runtimes find the length of an array of programs: none is in */
struct user_map {
	u8			programs[160];
	const struct case_map	*spec;
	size_t			bytes;
	u32			id;
	struct user_elem	*elems;
	u32			count;
	u32			stride;
	u8			values[] __aligned(8);
};

/* forbidden bytes behind a value, at least, and between a key and a value */
#define GAP		8

static struct user_map *maps[CASE_MAPS];
static const struct bpf_case *current;
static long refs;

static struct user_elem *find_elem(const struct user_map *m, const u8 *key)
{
	u32 i;

	for (i = 0; i < m->count; i++)
		if (!memcmp(m->elems[i].key, key, m->spec->key_size))
			return &m->elems[i];
	return NULL;
}

/* from the key of a hash table's element to its value */
static u32 key_before(const struct case_map *spec)
{
	return round_up(spec->key_size, 8) + GAP;
}

static void add_elem(struct user_map *m, const u8 *key, const u8 *value)
{
	u32 key_bytes = m->stride ? m->spec->key_size : key_before(m->spec);
	struct user_elem *e;

	m->elems = realloc(m->elems, (m->count + 1) * sizeof(*m->elems));
	e = &m->elems[m->count];
	e->key = calloc(1, key_bytes + (m->stride ? 0 : m->spec->value_size));
	e->value = m->stride ? m->values + m->count * m->stride : e->key + key_bytes;
	ASAN_POISON_MEMORY_REGION(e->key + m->spec->key_size, key_bytes - m->spec->key_size);
	memcpy(e->key, key, m->spec->key_size);
	if (value)
		memcpy(e->value, value, m->spec->value_size);
	if (m->stride)
		ASAN_POISON_MEMORY_REGION(e->value + m->spec->value_size,
					  m->stride - m->spec->value_size);
	m->count++;
}

/*
 * A map of the same size as the one before takes its place: programs that were checked
 * then run again.
 */
static void start_map(struct user_map **at, const struct case_map *spec, u32 id)
{
	bool array = spec->type == BPF_MAP_TYPE_ARRAY;
	u32 stride = array ? round_up(spec->value_size, 8) + GAP : 0;
	size_t bytes = sizeof(struct user_map) + (size_t)stride * spec->entries;
	struct user_map *m = *at;
	u32 i;

	if (m && m->bytes != bytes) {
		free(m);
		m = NULL;
	}
	if (!m)
		m = *at = malloc(bytes);
	ASAN_UNPOISON_MEMORY_REGION(m, bytes);
	memset(m, 0, bytes);
	m->bytes = bytes;
	m->spec = spec;
	m->id = id;
	m->stride = stride;
	for (i = 0; array && i < spec->entries; i++)
		add_elem(m, (const u8 *)&i, NULL);
}

/* makes the maps of @c with the elements it wants before the run */
void user_maps_start(const struct bpf_case *c)
{
	u32 i;

	current = c;
	refs = 0;
	for (i = 0; i < c->nmaps; i++)
		start_map(&maps[i], &c->maps[i], i + 1);
	for (i = 0; i < c->before.count; i++) {
		const struct case_elem *e = &c->before.e[i];

		user_map_update((u64)maps[e->map], (u64)e->key, (u64)e->value, BPF_ANY, 0);
	}
}

/* elements deleted in this run: a program may still use them, as it is a reader of RCU */
static u8 **deleted;
static u32 deleted_count;

static void keep_deleted(u8 *elem)
{
	deleted = realloc(deleted, (deleted_count + 1) * sizeof(*deleted));
	deleted[deleted_count++] = elem;
}

static void free_deleted(void)
{
	while (deleted_count)
		free(deleted[--deleted_count]);
	free(deleted);
	deleted = NULL;
}

static void drop_elem(struct user_map *m, struct user_elem *e)
{
	if (m->stride)
		free(e->key);
	else
		keep_deleted(e->key);
	*e = m->elems[--m->count];
}

void user_maps_end(void)
{
	u32 i;

	user_rings_end();
	for (i = 0; i < current->nmaps; i++) {
		while (maps[i]->count)
			drop_elem(maps[i], maps[i]->elems);
		free(maps[i]->elems);
		maps[i]->elems = NULL;
	}
	free_deleted();
}

long user_maps_refs(void)
{
	return refs;
}

static u64 add_bytes(u64 sum, const u8 *p, u32 bytes)
{
	u32 i;

	for (i = 0; i < bytes; i++)
		sum = (sum ^ p[i]) * 0x100000001b3ULL;
	return sum;
}

/* a number that the content of all maps makes up */
u64 user_maps_sum(void)
{
	u64 sum = 0xcbf29ce484222325ULL;
	u32 i, k;

	for (i = 0; i < current->nmaps; i++) {
		const struct user_map *m = maps[i];

		for (k = 0; k < m->count; k++) {
			sum = add_bytes(sum, m->elems[k].key, m->spec->key_size);
			sum = add_bytes(sum, m->elems[k].value, m->spec->value_size);
		}
	}
	return sum;
}

const u8 *user_map_peek(u32 map, const u8 *key)
{
	struct user_elem *e = find_elem(maps[map], key);

	return e ? e->value : NULL;
}

/* names in programs: those of the case, NAME_again, closed, notmap */
int user_find_map(void *arg, const char *name)
{
	const char *again = strstr(name, "_again");
	char base[CASE_NAME];
	int map;

	if (!strcmp(name, "closed"))
		return FD_CLOSED;
	if (!strcmp(name, "notmap"))
		return FD_NOT_MAP;
	snprintf(base, sizeof(base), "%.*s", again ? (int)(again - name) : CASE_NAME - 1, name);
	map = case_find_map(current, base);
	if (map < 0)
		return -1;
	return (again ? FD_AGAIN : FD_FIRST) + map;
}

/* ---- what programs call -------------------------------------------------- */

u64 user_map_lookup(u64 map, u64 key, u64 r3, u64 r4, u64 r5)
{
	struct user_elem *e = find_elem((struct user_map *)map, (const u8 *)key);

	return e ? (u64)e->value : 0;
}

u64 user_map_update(u64 map, u64 key, u64 value, u64 flags, u64 r5)
{
	struct user_map *m = (struct user_map *)map;
	struct user_elem *e = find_elem(m, (const u8 *)key);

	if (flags > BPF_EXIST)
		return (u64)-EINVAL;
	if (e && flags == BPF_NOEXIST)
		return (u64)-EEXIST;
	if (e) {
		memcpy(e->value, (const void *)value, m->spec->value_size);
		return 0;
	}
	if (m->spec->type == BPF_MAP_TYPE_ARRAY)
		return (u64)-E2BIG;
	if (flags == BPF_EXIST)
		return (u64)-ENOENT;
	if (m->count == m->spec->entries)
		return (u64)-E2BIG;
	add_elem(m, (const u8 *)key, (const u8 *)value);
	return 0;
}

u64 user_map_delete(u64 map, u64 key, u64 r3, u64 r4, u64 r5)
{
	struct user_map *m = (struct user_map *)map;
	struct user_elem *e = find_elem(m, (const u8 *)key);

	if (m->spec->type == BPF_MAP_TYPE_ARRAY)
		return (u64)-EINVAL;
	if (!e)
		return (u64)-ENOENT;
	drop_elem(m, e);
	return 0;
}

/* in the order of memcmp() */
u64 user_map_next(u64 map, u64 key, u64 turn, u64 r4, u64 r5)
{
	struct user_map *m = (struct user_map *)map;
	u32 size = m->spec->key_size, i;
	struct user_elem *least = NULL;

	WARN_ON(m->spec->type != BPF_MAP_TYPE_HASH);
	for (i = 0; i < m->count; i++) {
		struct user_elem *e = &m->elems[i];

		if (turn && memcmp(e->key, (const void *)key, size) <= 0)
			continue;
		if (!least || memcmp(e->key, least->key, size) < 0)
			least = e;
	}
	if (!least)
		return 0;
	memcpy((void *)key, least->key, size);
	return (u64)least->value;
}

u32 user_map_entries(u64 map)
{
	return ((struct user_map *)map)->spec->entries;
}

bool user_map_area(u32 i, struct user_area *area)
{
	const struct case_map *spec;

	if (i >= current->nmaps)
		return false;
	spec = maps[i]->spec;
	*area = (struct user_area){
		.name = spec->name, .start = (u8 *)maps[i], .bytes = maps[i]->bytes,
		.key_size = spec->key_size, .value_size = spec->value_size,
		.constant = spec->frozen || spec->flags & BPF_F_RDONLY_PROG,
	};
	if (!maps[i]->stride)
		return true;
	area->values = offsetof(struct user_map, values);
	area->stride = maps[i]->stride;
	area->count = maps[i]->count;
	return true;
}

/*
 * A map's own function must only ever be given that kind of map: the verifier calls
 * it directly where it saw one map.
 */
#define OWN(kind, upper)							\
static u64 kind##_lookup(u64 map, u64 key, u64 r3, u64 r4, u64 r5)		\
{										\
	WARN_ON(((struct user_map *)map)->spec->type != BPF_MAP_TYPE_##upper);	\
	return user_map_lookup(map, key, r3, r4, r5);				\
}										\
										\
static u64 kind##_update(u64 map, u64 key, u64 value, u64 flags, u64 r5)	\
{										\
	WARN_ON(((struct user_map *)map)->spec->type != BPF_MAP_TYPE_##upper);	\
	return user_map_update(map, key, value, flags, r5);			\
}										\
										\
static u64 kind##_delete(u64 map, u64 key, u64 r3, u64 r4, u64 r5)		\
{										\
	WARN_ON(((struct user_map *)map)->spec->type != BPF_MAP_TYPE_##upper);	\
	return user_map_delete(map, key, r3, r4, r5);				\
}

OWN(array, ARRAY)
OWN(hash, HASH)

/* ---- host.h ---------------------------------------------------------------- */

static bool all_masked;

void user_maps_masked(bool all)
{
	all_masked = all;
}

/* the kernel's maps have a mask where their creator had no privilege: here, even ones */
static u32 mask_for(u32 entries)
{
	u32 mask = 1;

	if (entries % 2 && !all_masked)
		return U32_MAX;
	while (mask < entries)
		mask *= 2;
	return mask - 1;
}

static bool is_opaque(u32 type)
{
	return type != BPF_MAP_TYPE_ARRAY && type != BPF_MAP_TYPE_HASH;
}

int bv_host_map_get(u32 fd, struct bv_map *out)
{
	struct user_map *m;
	bool array;
	u32 i = fd >= FD_AGAIN ? fd - FD_AGAIN : fd - FD_FIRST;

	if (fd == FD_NOT_MAP)
		return -EINVAL;
	if (i >= current->nmaps)
		return -EBADF;
	m = maps[i];
	array = m->spec->type == BPF_MAP_TYPE_ARRAY;
	*out = (struct bv_map){
		.map = m,
		.type = m->spec->type,
		.key_size = m->spec->key_size,
		.value_size = m->spec->value_size,
		.max_entries = m->spec->entries,
		.flags = m->spec->flags,
		.opaque = is_opaque(m->spec->type),
		.id = m->id,
		.lookup = array ? array_lookup : hash_lookup,
		.update = array ? array_update : hash_update,
		.remove = array ? array_delete : hash_delete,
		.next = m->spec->type == BPF_MAP_TYPE_HASH ? user_map_next : NULL,
		.key_before = key_before(m->spec),
	};
	if (array)
		out->values = (struct bv_values){
			.off = offsetof(struct user_map, values),
			.stride = m->stride,
			.count = m->spec->entries,
			.mask = mask_for(m->spec->entries),
		};
	if (array && m->spec->entries == 1 && m->spec->frozen &&
	    m->spec->flags & BPF_F_RDONLY_PROG)
		out->constant = m->values;
	/* the same of arrays of programs */
	if (m->spec->type == BPF_MAP_TYPE_PROG_ARRAY) {
		out->values.count = m->spec->entries;
		out->values.mask = mask_for(m->spec->entries);
	}
	/* which helpers for elements must not touch, nor any other without elements */
	if (out->opaque) {
		out->lookup = NULL;
		out->update = NULL;
		out->remove = NULL;
	}
	out->types = user_map_types(i, &out->value_type);
	refs++;
	return 0;
}

void bv_host_map_put(void *map)
{
	refs--;
}
