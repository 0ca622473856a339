// SPDX-License-Identifier: GPL-2.0-only
/*
 * What all maps have in common: creation by type, references, descriptors, number,
 * memory, and the way to their end.
 *
 *	bpf_map_create -> refs 1 -> bpf_map_new_fd ... bpf_map_put -> refs 0
 *	    -> number released -> RCU grace period -> worker -> ops->free
 *
 * Knows no map type: the table bpf_map_list.h does. Never touches user memory.
 * Layer K2. Tests: array_test.c, hash_test.c, selftests/bpf/map_test.c.
 */
#include <linux/anon_inodes.h>
#include <linux/bpf.h>
#include <linux/bpf_btf.h>
#include <linux/bpf_ids.h>
#include <linux/err.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/idr.h>
#include <linux/limits.h>
#include <linux/mm.h>
#include <linux/nodemask.h>
#include <linux/numa.h>
#include <linux/poll.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include <linux/vmalloc.h>
#include "charge.h"
#include "types.h"

#define ACCESS_FD	(BPF_F_RDONLY | BPF_F_WRONLY)
#define ACCESS_PROG	(BPF_F_RDONLY_PROG | BPF_F_WRONLY_PROG)

static const struct bpf_map_ops *const map_types[] = {
#define BPF_MAP(number, ops)	\
	[number] = &(ops),
#include <linux/bpf_map_list.h>
#undef BPF_MAP
};

/* numbers of live maps; the lock is taken where the last reference goes: anywhere */
static DEFINE_IDR(map_ids);
static DEFINE_SPINLOCK(map_ids_lock);

static int take_id(struct bpf_map *map)
{
	unsigned long irq;
	int id;

	idr_preload(GFP_KERNEL);
	spin_lock_irqsave(&map_ids_lock, irq);
	id = idr_alloc_cyclic(&map_ids, map, 1, INT_MAX, GFP_ATOMIC);
	spin_unlock_irqrestore(&map_ids_lock, irq);
	idr_preload_end();
	if (id < 0)
		return id == -ENOSPC ? -ENOMEM : id;
	map->id = id;
	return 0;
}

static void release_id(struct bpf_map *map)
{
	unsigned long irq;

	if (!map->id)
		return;
	spin_lock_irqsave(&map_ids_lock, irq);
	idr_remove(&map_ids, map->id);
	spin_unlock_irqrestore(&map_ids_lock, irq);
	map->id = 0;
}

/**
 * bpf_map_by_id() - hold the map that has a number
 * @id:	the number, any value
 *
 * Called by: BPF_MAP_GET_FD_BY_ID. Context: any.
 * Return: the map with a reference for the caller, or ERR_PTR(-ENOENT).
 */
struct bpf_map *bpf_map_by_id(u32 id)
{
	struct bpf_map *map;
	unsigned long irq;

	spin_lock_irqsave(&map_ids_lock, irq);
	map = idr_find(&map_ids, id);
	/* one on its way out waits for the lock to give its number back */
	if (map && !atomic64_inc_not_zero(&map->refs))
		map = NULL;
	spin_unlock_irqrestore(&map_ids_lock, irq);
	return map ?: ERR_PTR(-ENOENT);
}

/**
 * bpf_map_next_id() - the least number of a map from some number on
 * @id:	that number; takes the result
 *
 * Called by: BPF_MAP_GET_NEXT_ID. Context: any.
 * Return: 0, or -ENOENT where there is none.
 */
int bpf_map_next_id(u32 *id)
{
	unsigned long irq;
	int next = *id;
	bool found;

	spin_lock_irqsave(&map_ids_lock, irq);
	found = idr_get_next(&map_ids, &next);
	spin_unlock_irqrestore(&map_ids_lock, irq);
	if (!found)
		return -ENOENT;
	*id = next;
	return 0;
}

/**
 * bpf_map_area_alloc() - memory for a map, as large as may be
 * @size_bytes:	bytes; a size computed without overflow, it may exceed the machine
 * @numa_node:	preferred node, or NUMA_NO_NODE
 *
 * Zeroed, charged to the caller's memory cgroup, of whole pages where it is large.
 * Fails rather than having the OOM killer make room, and does not warn: the size is
 * user space's.
 *
 * Context: may sleep.
 * Return: the memory, for bpf_map_area_free(), or NULL. Source: REQUIREMENTS S3.maps.
 */
void *bpf_map_area_alloc(u64 size_bytes, int numa_node)
{
	const gfp_t gfp = GFP_KERNEL_ACCOUNT | __GFP_ZERO | __GFP_NOWARN;
	void *area;

	if (!size_bytes || size_bytes > SIZE_MAX - PAGE_SIZE)
		return NULL;
	if (size_bytes <= (PAGE_SIZE << PAGE_ALLOC_COSTLY_ORDER)) {
		area = kmalloc_node(size_bytes, gfp | __GFP_NORETRY, numa_node);
		if (area)
			return area;
	}
	return __vmalloc_node(size_bytes, PAGE_SIZE, gfp | __GFP_RETRY_MAYFAIL,
			      numa_node, __builtin_return_address(0));
}

/**
 * bpf_map_pages_alloc() - memory for a map that user space maps
 * @size_bytes:	bytes
 * @numa_node:	preferred node, or NUMA_NO_NODE
 *
 * As bpf_map_area_alloc(), but whole pages that remap_vmalloc_range() takes.
 *
 * Context: may sleep.
 * Return: the memory, for bpf_map_area_free(), or NULL.
 */
void *bpf_map_pages_alloc(u64 size_bytes, int numa_node)
{
	const gfp_t gfp = GFP_KERNEL_ACCOUNT | __GFP_ZERO | __GFP_NOWARN |
			  __GFP_RETRY_MAYFAIL;

	if (!size_bytes || size_bytes > SIZE_MAX - PAGE_SIZE)
		return NULL;
	return __vmalloc_node_range(PAGE_ALIGN(size_bytes), SHMLBA, VMALLOC_START, VMALLOC_END,
				    gfp, PAGE_KERNEL, VM_USERMAP, numa_node,
				    __builtin_return_address(0));
}

/**
 * bpf_map_area_free() - undo bpf_map_area_alloc() and bpf_map_pages_alloc()
 * @base:	what it returned; NULL does nothing
 *
 * Context: may sleep.
 */
void bpf_map_area_free(void *base)
{
	kvfree(base);
}

/**
 * bpf_map_init() - fill in the common part of a new map
 * @map:	zeroed memory
 * @ops:	operations of the type, or a variant
 * @spec:	what was asked for, checked
 *
 * Called by ops->alloc. Takes a reference to the caller's memory cgroup, which a type
 * that fails later drops with bpf_map_exit().
 *
 * Context: process; current is who pays for the map.
 */
void bpf_map_init(struct bpf_map *map, const struct bpf_map_ops *ops,
		  const struct bpf_map_spec *spec)
{
	map->ops = ops;
	map->type = spec->type;
	map->key_size = spec->key_size;
	map->value_size = spec->value_size;
	map->max_entries = spec->max_entries;
	map->flags = spec->flags & ~ACCESS_FD;
	map->numa_node = spec->numa_node;
	atomic64_set(&map->refs, 1);
	map->objcg = charge_target();
}

/**
 * bpf_map_exit() - undo bpf_map_init()
 * @map:	the map; its type frees the memory afterwards
 *
 * Called by ops->free, and by an ops->alloc that fails after bpf_map_init().
 *
 * Context: any.
 */
void bpf_map_exit(struct bpf_map *map)
{
	charge_target_put(map->objcg);
	map->objcg = NULL;
}

static const struct bpf_map_ops *find_type(u32 type)
{
	return type < ARRAY_SIZE(map_types) ? map_types[type] : NULL;
}

/* what holds for every type */
static int check_spec(const struct bpf_map_spec *spec)
{
	if ((spec->flags & ACCESS_FD) == ACCESS_FD ||
	    (spec->flags & ACCESS_PROG) == ACCESS_PROG)
		return -EINVAL;
	if (!spec->max_entries)
		return -EINVAL;
	if (spec->numa_node == NUMA_NO_NODE)
		return 0;
	if (spec->numa_node < 0 || spec->numa_node >= nr_node_ids ||
	    !node_online(spec->numa_node))
		return -EINVAL;
	return 0;
}

/**
 * bpf_map_create() - make a map
 * @spec:	what is asked for
 * @name:	its name, shorter than BPF_OBJ_NAME_LEN, characters checked
 *
 * The map is charged to the memory cgroup of the caller.
 *
 * Context: process, may sleep.
 * Return: the map with one reference, or ERR_PTR: -EINVAL (no such type, zero size,
 * flag or node that the type does not take), -E2BIG (sizes beyond the type's limits),
 * -EPERM (flag that needs privilege), -ENOMEM. Source: bpf(2), BPF_MAP_CREATE.
 */
struct bpf_map *bpf_map_create(const struct bpf_map_spec *spec, const char *name)
{
	const struct bpf_map_ops *ops = find_type(spec->type);
	struct bpf_map *map;
	int err;

	if (!ops)
		return ERR_PTR(-EINVAL);
	err = check_spec(spec);
	if (!err)
		err = ops->check(spec);
	if (err)
		return ERR_PTR(err);
	map = ops->alloc(spec);
	if (IS_ERR(map))
		return map;
	strscpy(map->name, name, sizeof(map->name));
	map->btf = spec->btf;
	map->key_type = spec->key_type;
	map->value_type = spec->value_type;
	err = take_id(map);
	if (err) {
		map->ops->free(map);
		return ERR_PTR(err);
	}
	return map;
}

static void free_in_worker(struct work_struct *work)
{
	struct bpf_map *map = container_of(work, struct bpf_map, work);

	bpf_btf_put(map->btf);
	map->ops->free(map);
}

/* the grace period is over, but here sleeping is not allowed */
static void free_after_readers(struct rcu_head *rcu)
{
	struct bpf_map *map = container_of(rcu, struct bpf_map, rcu);

	INIT_WORK(&map->work, free_in_worker);
	queue_work(system_unbound_wq, &map->work);
}

/**
 * bpf_map_inc() - take one more reference
 * @map:	a map that the caller holds
 *
 * Context: any.
 */
void bpf_map_inc(struct bpf_map *map)
{
	atomic64_inc(&map->refs);
}

/**
 * bpf_map_put() - drop a reference
 * @map:	the map; may be gone afterwards
 *
 * The last one frees the map once every RCU reader that may still use it has ended.
 *
 * Context: any but NMI.
 */
void bpf_map_put(struct bpf_map *map)
{
	if (!atomic64_dec_and_test(&map->refs))
		return;
	release_id(map);
	call_rcu(&map->rcu, free_after_readers);
}

/**
 * bpf_map_memory() - bytes a map's elements take
 * @map:	the map
 *
 * Keys and values of all elements it may hold, in whole pages: the figure of fdinfo.
 * Memory that the machinery around them takes is not in it.
 *
 * Context: any.
 * Return: bytes.
 */
u64 bpf_map_memory(const struct bpf_map *map)
{
	u64 element_bytes = (u64)round_up(map->value_size, 8);

	if (map->type != BPF_MAP_TYPE_ARRAY && map->type != BPF_MAP_TYPE_PROG_ARRAY)
		element_bytes += round_up(map->key_size, 8);
	return round_up(element_bytes * map->max_entries, PAGE_SIZE);
}

/*
 * Programs that hold a map which holds programs may hold each other in a circle. Only
 * user space can undo that, so where it cannot any more the map lets go.
 */
static int map_release(struct inode *inode, struct file *file)
{
	struct bpf_map *map = file->private_data;

	if (map->ops->release)
		map->ops->release(map, file);
	if (atomic64_dec_and_test(&map->user_refs) && map->ops->no_user)
		map->ops->no_user(map);
	bpf_map_put(map);
	return 0;
}

#ifdef CONFIG_PROC_FS
/* names and order are what bpftool reads */
static void map_show_fdinfo(struct seq_file *m, struct file *file)
{
	const struct bpf_map *map = file->private_data;

	seq_printf(m, "map_type:\t%u\n", map->type);
	seq_printf(m, "key_size:\t%u\n", map->key_size);
	seq_printf(m, "value_size:\t%u\n", map->value_size);
	seq_printf(m, "max_entries:\t%u\n", map->max_entries);
	seq_printf(m, "map_flags:\t%#x\n", map->flags);
	seq_printf(m, "map_extra:\t%#llx\n", 0ULL);
	seq_printf(m, "memlock:\t%llu\n", bpf_map_memory(map));
	seq_printf(m, "map_id:\t%u\n", map->id);
	seq_printf(m, "frozen:\t%u\n", bpf_map_frozen(map));
	if (map->ops->show)
		map->ops->show(map, m);
}
#else
#define map_show_fdinfo NULL
#endif

static __poll_t map_poll(struct file *file, struct poll_table_struct *wait)
{
	struct bpf_map *map = file->private_data;

	return map->ops->poll ? map->ops->poll(map, file, wait) : EPOLLERR;
}

/* part of a mapping, or one that a child got: the map has a writer already */
static void map_mapping_copied(struct vm_area_struct *vma)
{
	if (vma->vm_flags & VM_MAYWRITE)
		bpf_map_write_begin(vma->vm_private_data);
}

static void map_mapping_ends(struct vm_area_struct *vma)
{
	if (vma->vm_flags & VM_MAYWRITE)
		bpf_map_write_end(vma->vm_private_data);
}

static const struct vm_operations_struct map_mapping_ops = {
	.open	= map_mapping_copied,
	.close	= map_mapping_ends,
};

static int map_pages(struct bpf_map *map, struct vm_area_struct *vma)
{
	vma->vm_ops = &map_mapping_ops;
	vma->vm_private_data = map;
	return map->ops->mmap(map, vma);
}

/*
 * Writable mappings are writers from now to their end. What programs cannot write to is
 * never one: it is meant to become constant.
 */
static int map_pages_writable(struct bpf_map *map, struct vm_area_struct *vma)
{
	int err;

	if (!bpf_map_write_begin(map))
		return -EPERM;
	err = map->flags & BPF_F_RDONLY_PROG ? -EACCES : map_pages(map, vma);
	if (err)
		bpf_map_write_end(map);
	return err;
}

/* what may not be written to now may not be later, and nothing may be run */
static int map_mmap(struct file *file, struct vm_area_struct *vma)
{
	struct bpf_map *map = file->private_data;

	if (!map->ops->mmap)
		return -ENOTSUPP;
	if (!(vma->vm_flags & VM_SHARED))
		return -EINVAL;
	vma->vm_flags &= ~VM_MAYEXEC;
	if (vma->vm_flags & VM_WRITE)
		return map_pages_writable(map, vma);
	vma->vm_flags &= ~VM_MAYWRITE;
	return map_pages(map, vma);
}

/* a descriptor that is a map has these; the LSM of the base asks for them by name */
const struct file_operations bpf_map_fops = {
	.release	= map_release,
	.show_fdinfo	= map_show_fdinfo,
	.poll		= map_poll,
	.mmap		= map_mmap,
};

/**
 * bpf_map_new_fd() - a descriptor for a map
 * @map:	a map that the caller holds
 * @access:	0, or BPF_F_RDONLY or BPF_F_WRONLY
 *
 * On success the descriptor has taken over the caller's reference.
 *
 * Context: process, may sleep.
 * Return: descriptor, closed on exec; -EINVAL (both access bits), -EMFILE, -ENFILE,
 * -ENOMEM.
 */
int bpf_map_new_fd(struct bpf_map *map, u32 access)
{
	int mode = O_RDWR;
	int fd;

	if ((access & ACCESS_FD) == ACCESS_FD)
		return -EINVAL;
	if (access & BPF_F_RDONLY)
		mode = O_RDONLY;
	else if (access & BPF_F_WRONLY)
		mode = O_WRONLY;
	/* before anybody else can close the descriptor */
	atomic64_inc(&map->user_refs);
	fd = anon_inode_getfd("bpf-map", &bpf_map_fops, map, mode | O_CLOEXEC);
	if (fd < 0)
		atomic64_dec(&map->user_refs);
	return fd;
}

/**
 * bpf_map_from_file() - map behind an open file
 * @file:	the file
 *
 * Context: any. Takes no reference: the map lives as long as the file is held.
 * Return: the map, or ERR_PTR(-EINVAL) where the file is not a map.
 */
struct bpf_map *bpf_map_from_file(const struct file *file)
{
	if (file->f_op != &bpf_map_fops)
		return ERR_PTR(-EINVAL);
	return file->private_data;
}

/**
 * bpf_map_get() - map behind a descriptor
 * @fd:	descriptor of the calling process
 *
 * Context: process.
 * Return: the map with a reference for the caller, or ERR_PTR: -EBADF (descriptor is
 * not open), -EINVAL (it is of another kind).
 */
struct bpf_map *bpf_map_get(u32 fd)
{
	struct fd f = fdget(fd);
	struct bpf_map *map;

	if (!f.file)
		return ERR_PTR(-EBADF);
	map = bpf_map_from_file(f.file);
	if (!IS_ERR(map))
		bpf_map_inc(map);
	fdput(f);
	return map;
}

/**
 * bpf_map_can_read() - may elements be read through this file?
 * @file:	file of a map
 *
 * Context: any.
 * Return: true unless the map was created with BPF_F_WRONLY.
 */
bool bpf_map_can_read(const struct file *file)
{
	return file->f_mode & FMODE_READ;
}

/**
 * bpf_map_can_write() - may elements be changed through this file?
 * @file:	file of a map
 *
 * Context: any.
 * Return: true unless the map was created with BPF_F_RDONLY.
 */
bool bpf_map_can_write(const struct file *file)
{
	return file->f_mode & FMODE_WRITE;
}
