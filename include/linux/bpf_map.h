/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Maps as objects: lifetime, and the table a map type plugs in with.
 *
 * Layer K1. Implemented in kernel/bpf/map/.
 */
#ifndef _LINUX_BPF_MAP_H
#define _LINUX_BPF_MAP_H

#include <linux/atomic.h>
#include <linux/cache.h>
#include <linux/rcupdate.h>
#include <linux/types.h>
#include <linux/workqueue.h>
#include <uapi/linux/bpf.h>

struct bpf_btf;
struct bpf_map;
struct bpf_prog;
struct file;
struct obj_cgroup;
struct poll_table_struct;
struct seq_file;
struct vm_area_struct;

/**
 * struct bpf_map_spec - a map that is asked for, attributes decoded
 * @type:		enum bpf_map_type
 * @key_size:		bytes
 * @value_size:		bytes
 * @max_entries:	elements
 * @flags:		BPF_F_* of map creation, access bits included
 * @numa_node:		node, or NUMA_NO_NODE
 * @btf:		types of keys and values, checked to fit, or NULL; a map that is made
 *			takes the reference over
 * @key_type:		of these, that of keys, or 0
 * @value_type:		of these, that of values
 */
struct bpf_map_spec {
	u32	type;
	u32	key_size;
	u32	value_size;
	u32	max_entries;
	u32	flags;
	int	numa_node;
	struct bpf_btf *btf;
	u32	key_type;
	u32	value_type;
};

/**
 * struct bpf_map_ops - a map type, or the variant of one for a key size
 * @name:	of the type, for messages
 * @check:	is @spec legal? 0, -EINVAL or -E2BIG; takes no memory. Bits of
 *		flags that the type does not know are -EINVAL
 * @alloc:	makes a map; may choose another ops for map->ops (a variant with
 *		the same @name). ERR_PTR(-ENOMEM, -EINVAL, -E2BIG)
 * @free:	frees the map and its elements; no user is left, a grace period
 *		has passed. May sleep
 * @lookup:	element's value or NULL. Under rcu_read_lock or stronger, any
 *		context, NMI included; the value stays valid memory until the
 *		reader leaves its RCU section, though it may come to hold another
 *		element's value
 * @update:	BPF_ANY, BPF_NOEXIST, BPF_EXIST; context as @lookup. 0, -EINVAL
 *		(flags), -E2BIG (full), -EEXIST, -ENOENT, -ENOMEM, -EBUSY (would
 *		deadlock with what it interrupted)
 * @remove:	context as @lookup. 0, -ENOENT, -EINVAL, -EBUSY
 * @next_key:	key after @key (NULL or unknown: the first) to @next; 0, -ENOENT
 *		at the end. Under rcu_read_lock. A walk ends even while others
 *		delete and insert
 * @next_elem:	for programs that go through all elements: the value of the first one
 *		(@turn 0) or of the one behind @key, whose key goes to @key; NULL behind
 *		the last, and @key is as it was. Context, and what the value is, as
 *		@lookup. Calls that are given what the one before gave go through at most
 *		each key once, and through each element that stays. The key of an element
 *		is directly in front of its value, at a multiple of 8. NULL: there is no
 *		such walk
 * @copy_value:	copies the value of @key to @value (map->value_size bytes),
 *		for user space; 0 or -ENOENT. NULL: memcpy from @lookup
 *
 * @admit:	may @prog, ready to run, use the map? 0 or -EINVAL. NULL: any may
 * @no_user:	the last descriptor is gone; programs may go on using the map. May
 *		sleep. NULL: nothing to do
 * @show:	lines of fdinfo that only this type has, or NULL
 * @update_file: instead of @update for user space, where values are descriptors of the
 *		calling process; @file is the map's own. May sleep. NULL: @update
 * @release:	a file of the map is closed. May sleep. NULL: nothing to do
 * @poll:	which of EPOLLIN, EPOLLOUT holds, as file_operations.poll says. NULL: the
 *		descriptor cannot be polled
 * @mmap:	user space maps memory of the map. 0 or -errno. NULL: -ENOTSUPP
 * @flat:	not 0: the map is a struct bpf_array, its keys are indices of four bytes, and
 *		lookup gives map + @flat + elem_size * (index & index_mask) for an index
 *		below max_entries, NULL for others: programs compute it themselves
 * @opaque:	programs use it through helpers that name its type only, not through those
 *		for elements
 *
 * lookup, update, remove and next_elem have the shape of a helper (three or more register
 * arguments), so that the verifier can make a program call the map's own
 * function with no dispatch between.
 */
struct bpf_map_ops {
	const char	*name;
	int		(*check)(const struct bpf_map_spec *spec);
	struct bpf_map	*(*alloc)(const struct bpf_map_spec *spec);
	void		(*free)(struct bpf_map *map);
	void		*(*lookup)(struct bpf_map *map, const void *key);
	long		(*update)(struct bpf_map *map, const void *key,
				  const void *value, u64 flags);
	long		(*remove)(struct bpf_map *map, const void *key);
	int		(*next_key)(struct bpf_map *map, const void *key,
				    void *next);
	void		*(*next_elem)(struct bpf_map *map, void *key, u64 turn);
	int		(*copy_value)(struct bpf_map *map, const void *key,
				      void *value);
	int		(*admit)(struct bpf_map *map,
				 const struct bpf_prog *prog);
	void		(*no_user)(struct bpf_map *map);
	void		(*show)(const struct bpf_map *map, struct seq_file *m);
	long		(*update_file)(struct bpf_map *map, struct file *file,
				       const void *key, const void *value, u64 flags);
	void		(*release)(struct bpf_map *map, struct file *file);
	__poll_t	(*poll)(struct bpf_map *map, struct file *file,
				struct poll_table_struct *wait);
	int		(*mmap)(struct bpf_map *map, struct vm_area_struct *vma);
	u32		flat;
	bool		opaque;
};

/**
 * struct bpf_map - what all maps have in common
 * @ops:		the type; set by ops->alloc, constant afterwards
 * @type:		enum bpf_map_type
 * @key_size:		bytes
 * @value_size:		bytes, as user space asked
 * @max_entries:	elements
 * @flags:		BPF_F_* without the access bits
 * @id:			number in bpf_map_info, unique among live maps
 * @numa_node:		or NUMA_NO_NODE
 * @btf:		types of keys and values, held, or NULL; for people and tools
 * @key_type:		of these, that of keys, or 0
 * @value_type:		of these, that of values
 * @name:		given at creation, NUL-terminated
 * @refs:		holders: descriptors and programs; 0 frees
 * @user_refs:		those of @refs that are descriptors' files
 * @writers:		who writes for user space; negative: frozen (freeze.c)
 * @rcu:		for the grace period before freeing
 * @work:		for freeing where sleeping is allowed
 * @objcg:		memory cgroup charged, or NULL
 */
struct bpf_map {
	const struct bpf_map_ops	*ops ____cacheline_aligned;
	enum bpf_map_type		type;
	u32				key_size;
	u32				value_size;
	u32				max_entries;
	u32				flags;
	u32				id;
	int				numa_node;
	struct bpf_btf			*btf;
	u32				key_type;
	u32				value_type;
	char				name[BPF_OBJ_NAME_LEN];
	atomic64_t			refs ____cacheline_aligned;
	atomic64_t			user_refs;
	atomic_t			writers;
	struct rcu_head			rcu;
	struct work_struct		work;
	struct obj_cgroup		*objcg;
};

/**
 * struct bpf_array - array-like map; lib/test_bpf.c builds one by hand
 * @map:	common part
 * @elem_size:	bytes from one value to the next
 * @index_mask:	and-ed to an index against speculation
 * @value:	array maps: the values, unless they have pages of their own
 * @ptrs:	maps of objects: the objects
 */
struct bpf_array {
	struct bpf_map	map;
	u32		elem_size;
	u32		index_mask;
	union {
		DECLARE_FLEX_ARRAY(char, value) __aligned(8);
		DECLARE_FLEX_ARRAY(void *, ptrs) __aligned(8);
	};
};

/* kernel/bpf/map/map.c: life of a map. kernel-doc is with the definitions */
struct bpf_map *bpf_map_create(const struct bpf_map_spec *spec, const char *name);
void bpf_map_init(struct bpf_map *map, const struct bpf_map_ops *ops,
		  const struct bpf_map_spec *spec);
void bpf_map_exit(struct bpf_map *map);
struct bpf_map *bpf_map_get(u32 fd);
struct bpf_map *bpf_map_from_file(const struct file *file);
void bpf_map_inc(struct bpf_map *map);
void bpf_map_put(struct bpf_map *map);
int bpf_map_new_fd(struct bpf_map *map, u32 access);
bool bpf_map_can_read(const struct file *file);
bool bpf_map_can_write(const struct file *file);
u64 bpf_map_memory(const struct bpf_map *map);

/* memory for maps: zeroed, charged to the caller's (or the map's) cgroup */
void *bpf_map_area_alloc(u64 size, int numa_node);
void *bpf_map_pages_alloc(u64 size, int numa_node);
void bpf_map_area_free(void *base);

/* kernel/bpf/map/freeze.c */
bool bpf_map_write_begin(struct bpf_map *map);
void bpf_map_write_end(struct bpf_map *map);
int bpf_map_freeze(struct bpf_map *map);
bool bpf_map_frozen(const struct bpf_map *map);
const void *bpf_map_constant(const struct bpf_map *map);

/* the value of a map that never has but one, in one place; NULL of others */
static inline void *bpf_map_value(const struct bpf_map *map)
{
	if (!map->ops->flat || map->max_entries != 1)
		return NULL;
	return (void *)map + map->ops->flat;
}

extern const struct file_operations bpf_map_fops;

#endif /* _LINUX_BPF_MAP_H */
