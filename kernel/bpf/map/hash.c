// SPDX-License-Identifier: GPL-2.0-only
/*
 * Hash map: elements found, replaced and removed by key from any context, NMI
 * included. hash.h has the structure and the argument why readers need no lock,
 * hash_key.h what depends on the shape of keys, hash_walk.c the walk over all keys.
 *
 * Writers lock one bucket. The lock is taken with interrupts off, and a per-CPU depth
 * says how many bucket locks, of all maps, this CPU is busy with:
 *
 *	depth 1		the CPU holds no bucket lock: it may wait for one
 *	deeper		it interrupted a writer, or a program ran inside one's section:
 *			it only tries, and answers -EBUSY
 *
 * Whoever waits holds nothing that another could wait for, and whoever holds a lock
 * never waits, runs no code that sleeps and comes to its end in bounded time: no cycle
 * of waiting, so no deadlock, whatever interrupts what. In NMI even depth 1 waits a
 * bounded time only. The first attempt is always a trylock, which also tells lockdep
 * that no order is claimed between the locks of two buckets.
 *
 * On PREEMPT_RT nothing changes: raw locks, sections of a few dozen instructions plus
 * the copying of one value, and no allocation inside.
 *
 * An element is written only before it is linked; an update of a key that exists
 * exchanges its element, so that readers see the old value or the new one as a whole.
 * Layer K2. Tests: hash_test.c, selftests/bpf/map_test.c.
 */
#include <linux/bitops.h>
#include <linux/bpf.h>
#include <linux/capability.h>
#include <linux/err.h>
#include <linux/hardirq.h>
#include <linux/irqflags.h>
#include <linux/percpu.h>
#include <linux/random.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>
#include "hash.h"
#include "types.h"

#define HASH_FLAGS	(BPF_F_NO_PREALLOC | BPF_F_NUMA_NODE | BPF_F_ZERO_SEED | \
			 BPF_F_RDONLY | BPF_F_WRONLY | \
			 BPF_F_RDONLY_PROG | BPF_F_WRONLY_PROG)

/* attempts of a writer in NMI that holds no lock, and of a deeper one */
#define NMI_ATTEMPTS	4096
#define DEEP_ATTEMPTS	16

/* attempts of a reader from user space to copy a value before it takes the lock */
#define COPY_ATTEMPTS	32

/* see the head of this file */
static DEFINE_PER_CPU(int, bucket_depth);

/* sparse cannot follow a lock from function to function: it is told of none held */
static __always_inline bool try_lock(struct hash_bucket *b)
{
	if (!raw_spin_trylock(&b->lock))
		return false;
	__release(&b->lock);
	return true;
}

static bool try_lock_for(struct hash_bucket *b, int attempts)
{
	while (attempts--) {
		if (try_lock(b))
			return true;
		cpu_relax();
	}
	return false;
}

/* the lock is taken; may this one wait for it? */
static noinline bool wait_for_bucket(struct hash_bucket *b)
{
	if (this_cpu_read(bucket_depth) > 1)
		return try_lock_for(b, DEEP_ATTEMPTS);
	if (in_nmi())
		return try_lock_for(b, NMI_ATTEMPTS);
	raw_spin_lock(&b->lock);
	__release(&b->lock);
	return true;
}

static __always_inline bool lock_bucket(struct hash_bucket *b, unsigned long *irq)
{
	local_irq_save(*irq);
	this_cpu_inc(bucket_depth);
	if (likely(try_lock(b)) || wait_for_bucket(b))
		return true;
	this_cpu_dec(bucket_depth);
	local_irq_restore(*irq);
	return false;
}

/* afterwards interrupts are still off: the element that was replaced is put away */
static __always_inline void unlock_bucket(struct hash_bucket *b)
{
	__acquire(&b->lock);
	raw_spin_unlock(&b->lock);
}

static __always_inline void leave_bucket(unsigned long irq)
{
	this_cpu_dec(bucket_depth);
	local_irq_restore(irq);
}

/* between hash_read_begin() and hash_read_retry(), or with the bucket locked */
static __always_inline struct hash_elem *scan(const struct hash_bucket *b, u32 hash,
					      const void *key, u32 size,
					      enum key_shape shape)
{
	struct hash_elem *e;

	hash_for_each(e, b) {
		if (hash_elem_is(e, hash, key, size, shape))
			break;
	}
	return e;
}

static __always_inline struct hash_elem *find(struct hash_bucket *b, u32 hash,
					      const void *key, u32 size,
					      enum key_shape shape)
{
	struct hash_elem *e;
	u32 seq;

	do {
		seq = hash_read_begin(b);
		e = scan(b, hash, key, size, shape);
	} while (hash_read_retry(b, seq));
	return e;
}

/* bucket locked: what points to the element of the key, or to the end of the chain */
static __always_inline struct hash_elem **find_locked(struct hash_bucket *b, u32 hash,
						      const void *key, u32 size,
						      enum key_shape shape)
{
	struct hash_elem **link = &b->first;

	while (*link && !hash_elem_is(*link, hash, key, size, shape))
		link = &(*link)->next;
	return link;
}

/* bucket locked, after the element has left the chain and before it is used again */
static __always_inline void count_removal(struct hash_bucket *b)
{
	/* after the unlinking; pairs with hash_read_begin() */
	smp_store_release(&b->seq, b->seq + 1);
}

static __always_inline void *lookup(struct bpf_map *map, const void *key,
				    enum key_shape shape)
{
	struct hash_map *h = to_hash(map);
	u32 size = key_bytes(shape, map->key_size);
	u32 hash = key_hash(key, size, h->seed0, h->seed1, shape);
	struct hash_elem *e = find(hash_bucket_of(h, hash), hash, key, size, shape);

	return e ? hash_value(h, e, shape) : NULL;
}

/*
 * Preallocated element to become @old's successor, or a new key's. The spare one
 * belongs to the outermost writer of the CPU; one that interrupted it, perhaps between
 * taking and returning the spare, uses the free list.
 */
static __always_inline struct hash_elem *take_prealloc(struct hash_map *h, bool replace)
{
	struct freelist_node *node;

	if (replace && likely(this_cpu_read(bucket_depth) == 1))
		return this_cpu_read(*h->spare);
	node = freelist_pop(&h->free);
	return node ? container_of(node, struct hash_elem, node) : NULL;
}

static __always_inline void put_replaced(struct hash_map *h, struct hash_elem *old)
{
	if (likely(this_cpu_read(bucket_depth) == 1))
		this_cpu_write(*h->spare, old);
	else
		freelist_push(&h->free, &old->node);
}

static __always_inline void copy_bytes(void *to, const void *from, u32 size)
{
	if (size == sizeof(u64))
		*(u64 *)to = get_unaligned((const u64 *)from);
	else
		memcpy(to, from, size);
}

static __always_inline void fill(struct hash_map *h, struct hash_elem *e, u32 hash,
				 const void *key, const void *value, u32 size,
				 enum key_shape shape)
{
	/* the removal from the old bucket is seen before anything written here */
	smp_wmb();
	if (key_keeps_hash(shape))
		WRITE_ONCE(e->hash, hash);
	key_copy(e->key, key, size, shape);
	copy_bytes(hash_value(h, e, shape), value, h->map.value_size);
}

/* bucket locked: exchange *@link for @new, or put @new in front */
static __always_inline void link_elem(struct hash_bucket *b, struct hash_elem **link,
				      struct hash_elem *old, struct hash_elem *new)
{
	if (old) {
		WRITE_ONCE(new->next, old->next);
		/* contents before the link: readers follow it by address */
		smp_store_release(link, new);
		count_removal(b);
	} else {
		WRITE_ONCE(new->next, b->first);
		/* as above */
		smp_store_release(&b->first, new);
	}
}

static __always_inline int check_flags(const struct hash_elem *old, u64 flags)
{
	if (likely(flags == BPF_ANY))
		return 0;
	if (old)
		return flags == BPF_NOEXIST ? -EEXIST : 0;
	return flags == BPF_EXIST ? -ENOENT : 0;
}

/* elements from the map's own memory: none is taken before the key was searched */
static __always_inline long update_prealloc(struct hash_map *h, u32 hash,
					    const void *key, const void *value,
					    u64 flags, enum key_shape shape)
{
	u32 size = key_bytes(shape, h->map.key_size);
	struct hash_bucket *b = hash_bucket_of(h, hash);
	struct hash_elem **link, *old, *new;
	unsigned long irq;
	int err;

	if (unlikely(!lock_bucket(b, &irq)))
		return -EBUSY;
	link = find_locked(b, hash, key, size, shape);
	old = *link;
	err = check_flags(old, flags);
	if (unlikely(err))
		goto out;
	new = take_prealloc(h, old);
	if (unlikely(!new)) {
		err = old ? -EBUSY : -E2BIG;
		goto out;
	}
	fill(h, new, hash, key, value, size, shape);
	link_elem(b, link, old, new);
	unlock_bucket(b);
	if (old)
		put_replaced(h, old);
	leave_bucket(irq);
	return 0;
out:
	unlock_bucket(b);
	leave_bucket(irq);
	return err;
}

/* bucket locked: link @new if flags and the number of elements allow */
static int admit(struct hash_map *h, struct hash_bucket *b, struct hash_elem **link,
		 struct hash_elem *new, u64 flags)
{
	struct hash_elem *old = *link;
	int err = check_flags(old, flags);

	if (err)
		return err;
	if (!old && !atomic_add_unless(&h->count, 1, h->map.max_entries))
		return -E2BIG;
	link_elem(b, link, old, new);
	return 0;
}

/*
 * Elements from the allocator, which must not be called with the bucket locked. Not
 * inlined, so as not to burden the preallocated case.
 */
static noinline long update_alloc(struct hash_map *h, u32 hash, const void *key,
				  const void *value, u64 flags)
{
	enum key_shape shape = h->shape;
	u32 size = h->map.key_size;
	struct hash_bucket *b = hash_bucket_of(h, hash);
	struct hash_elem **link, *old, *new;
	unsigned long irq;
	int err;

	new = objcache_alloc(&h->cache);
	if (!new)
		return -ENOMEM;
	fill(h, new, hash, key, value, size, shape);
	if (!lock_bucket(b, &irq)) {
		objcache_free(&h->cache, new);
		return -EBUSY;
	}
	link = find_locked(b, hash, key, size, shape);
	old = *link;
	err = admit(h, b, link, new, flags);
	unlock_bucket(b);
	leave_bucket(irq);
	if (err)
		objcache_free(&h->cache, new);
	else if (old)
		objcache_free(&h->cache, old);
	return err;
}

static __always_inline long update(struct bpf_map *map, const void *key,
				   const void *value, u64 flags, enum key_shape shape)
{
	struct hash_map *h = to_hash(map);
	u32 size = key_bytes(shape, map->key_size);
	u32 hash = key_hash(key, size, h->seed0, h->seed1, shape);

	if (unlikely(flags > BPF_EXIST))
		return -EINVAL;
	if (likely(h->prealloc))
		return update_prealloc(h, hash, key, value, flags, shape);
	return update_alloc(h, hash, key, value, flags);
}

static __always_inline long remove(struct bpf_map *map, const void *key,
				   enum key_shape shape)
{
	struct hash_map *h = to_hash(map);
	u32 size = key_bytes(shape, map->key_size);
	u32 hash = key_hash(key, size, h->seed0, h->seed1, shape);
	struct hash_bucket *b = hash_bucket_of(h, hash);
	struct hash_elem **link, *old;
	unsigned long irq;

	if (unlikely(!lock_bucket(b, &irq)))
		return -EBUSY;
	link = find_locked(b, hash, key, size, shape);
	old = *link;
	if (old) {
		WRITE_ONCE(*link, old->next);
		count_removal(b);
	}
	unlock_bucket(b);
	if (old && likely(h->prealloc))
		freelist_push(&h->free, &old->node);
	leave_bucket(irq);
	if (!old)
		return -ENOENT;
	if (unlikely(!h->prealloc)) {
		atomic_dec(&h->count);
		objcache_free(&h->cache, old);
	}
	return 0;
}

/**
 * hash_of_key() - hash of a key
 * @h:		the map
 * @key:	the key
 *
 * For users that are not compiled per shape. Context: any.
 * Return: the hash, of which h->mask gives the bucket.
 */
u32 hash_of_key(const struct hash_map *h, const void *key)
{
	u32 size = h->map.key_size;

	/* one multiplication per word either way, except the 4-byte shape */
	if (h->shape == KEY_4)
		return key_hash(key, size, h->seed0, h->seed1, KEY_4);
	return key_hash(key, size, h->seed0, h->seed1, KEY_BYTES);
}

static bool copy_locked(struct hash_map *h, struct hash_bucket *b, u32 hash,
			const void *key, void *value, int *err)
{
	struct hash_elem *e;
	unsigned long irq;

	if (!lock_bucket(b, &irq))
		return false;
	e = scan(b, hash, key, h->map.key_size, h->shape);
	*err = e ? 0 : -ENOENT;
	if (e)
		memcpy(value, hash_value(h, e, h->shape), h->map.value_size);
	unlock_bucket(b);
	leave_bucket(irq);
	return true;
}

/*
 * A value that was the key's while all of it was copied: the count of removals holds
 * for the copy as for the walk. What programs write in place is not covered.
 */
static __always_inline int copy_value(struct bpf_map *map, const void *key, void *value,
				      enum key_shape shape)
{
	struct hash_map *h = to_hash(map);
	u32 size = key_bytes(shape, map->key_size);
	u32 hash = key_hash(key, size, h->seed0, h->seed1, shape);
	struct hash_bucket *b = hash_bucket_of(h, hash);
	int attempts = COPY_ATTEMPTS, err;
	struct hash_elem *e;
	u32 seq;

	do {
		seq = hash_read_begin(b);
		e = scan(b, hash, key, size, shape);
		if (e)
			copy_bytes(value, hash_value(h, e, shape), map->value_size);
		if (likely(!hash_read_retry(b, seq)))
			return e ? 0 : -ENOENT;
	} while (--attempts || !copy_locked(h, b, hash, key, value, &err));
	return err;
}

static int hash_check(const struct bpf_map_spec *spec)
{
	if (!spec->key_size || !spec->value_size || spec->flags & ~HASH_FLAGS)
		return -EINVAL;
	if (spec->key_size > KEY_MAX_BYTES)
		return -E2BIG;
	/* an element must be something kmalloc() can give, preallocated or not */
	if (spec->value_size > KMALLOC_MAX_SIZE - KEY_MAX_BYTES - sizeof(struct hash_elem) -
	    sizeof(struct llist_node))
		return -E2BIG;
	/* buckets are counted, and elements numbered, in 32 bits */
	if (spec->max_entries > BIT(31))
		return -E2BIG;
	/* who knows the seed can fill one bucket */
	if (spec->flags & BPF_F_ZERO_SEED && !capable(CAP_SYS_ADMIN))
		return -EPERM;
	return 0;
}

/* also the undoing of a creation that failed halfway */
static void hash_free(struct bpf_map *map)
{
	struct hash_map *h = to_hash(map);
	struct hash_elem *e, *next;
	u32 i;

	for (i = 0; h->buckets && !h->prealloc && i <= h->mask; i++) {
		for (e = h->buckets[i].first; e; e = next) {
			next = e->next;
			objcache_free_now(e);
		}
		cond_resched();
	}
	objcache_destroy(&h->cache);
	freelist_destroy(&h->free);
	free_percpu(h->spare);
	bpf_map_area_free(h->area);
	bpf_map_area_free(h->buckets);
	bpf_map_exit(map);
	bpf_map_area_free(h);
}

static struct hash_elem *area_elem(struct hash_map *h, u64 idx)
{
	return h->area + idx * h->elem_bytes;
}

static int alloc_elements(struct hash_map *h)
{
	u32 total = h->map.max_entries + num_possible_cpus();
	u32 idx = h->map.max_entries;
	int cpu, err;

	h->spare = __alloc_percpu_gfp(sizeof(*h->spare), __alignof__(void *),
				      GFP_KERNEL_ACCOUNT);
	h->area = bpf_map_area_alloc((u64)total * h->elem_bytes, h->map.numa_node);
	if (!h->spare || !h->area)
		return -ENOMEM;
	err = freelist_init(&h->free, &area_elem(h, 0)->node, h->elem_bytes, total,
			    h->map.max_entries);
	if (err)
		return err;
	for_each_possible_cpu(cpu) {
		struct hash_elem **spare = per_cpu_ptr(h->spare, cpu);

		*spare = area_elem(h, idx++);
	}
	return 0;
}

static int alloc_buckets(struct hash_map *h)
{
	u64 count = (u64)h->mask + 1;
	u64 i;

	h->buckets = bpf_map_area_alloc(count * sizeof(*h->buckets), h->map.numa_node);
	if (!h->buckets)
		return -ENOMEM;
	for (i = 0; i < count; i++) {
		raw_spin_lock_init(&h->buckets[i].lock);
		if (!(i & 0xffff))
			cond_resched();
	}
	return 0;
}

static const struct bpf_map_ops hash_ops_of_shape[KEY_SHAPES];

static struct bpf_map *hash_alloc(const struct bpf_map_spec *spec)
{
	struct hash_map *h = bpf_map_area_alloc(sizeof(*h), spec->numa_node);
	enum key_shape shape = key_shape_of(spec->key_size);
	int err;

	if (!h)
		return ERR_PTR(-ENOMEM);
	bpf_map_init(&h->map, &hash_ops_of_shape[shape], spec);
	h->shape = shape;
	h->prealloc = !(spec->flags & BPF_F_NO_PREALLOC);
	h->mask = (1ULL << fls(spec->max_entries - 1)) - 1;
	h->value_off = sizeof(struct hash_elem) + round_up(spec->key_size, 8);
	h->elem_bytes = h->value_off + round_up(spec->value_size, 8);
	if (!(spec->flags & BPF_F_ZERO_SEED)) {
		get_random_bytes(&h->seed0, sizeof(h->seed0));
		get_random_bytes(&h->seed1, sizeof(h->seed1));
	}
	/* multiplying by the golden ratio is what "no seed" means here */
	h->seed1 = (h->seed1 | 1) ^ (0x9e3779b97f4a7c15ULL - 1);

	err = alloc_buckets(h);
	if (!err && h->prealloc)
		err = alloc_elements(h);
	else if (!err)
		err = objcache_init(&h->cache, h->elem_bytes, spec->numa_node,
				    h->map.objcg);
	if (!err)
		return &h->map;
	hash_free(&h->map);
	return ERR_PTR(err);
}

/* the functions that programs call, for keys of one shape */
#define HASH_SHAPE_FUNCS(name, shape)						\
static void *lookup_##name(struct bpf_map *map, const void *key)		\
{										\
	return lookup(map, key, shape);						\
}										\
static long update_##name(struct bpf_map *map, const void *key,			\
			  const void *value, u64 flags)				\
{										\
	return update(map, key, value, flags, shape);				\
}										\
static long remove_##name(struct bpf_map *map, const void *key)			\
{										\
	return remove(map, key, shape);						\
}										\
static int copy_value_##name(struct bpf_map *map, const void *key, void *value)	\
{										\
	return copy_value(map, key, value, shape);				\
}

#define HASH_SHAPE_OPS(func_name)		\
{						\
	.name		= "hash",		\
	.check		= hash_check,		\
	.alloc		= hash_alloc,		\
	.free		= hash_free,		\
	.lookup		= lookup_##func_name,	\
	.update		= update_##func_name,	\
	.remove		= remove_##func_name,	\
	.next_key	= hash_next_key,	\
	.next_elem	= hash_next_elem,	\
	.copy_value	= copy_value_##func_name,	\
}

HASH_SHAPE_FUNCS(4, KEY_4)
HASH_SHAPE_FUNCS(8, KEY_8)
HASH_SHAPE_FUNCS(16, KEY_16)
HASH_SHAPE_FUNCS(words, KEY_WORDS)
HASH_SHAPE_FUNCS(bytes, KEY_BYTES)

static const struct bpf_map_ops hash_ops_of_shape[KEY_SHAPES] = {
	[KEY_4]		= HASH_SHAPE_OPS(4),
	[KEY_8]		= HASH_SHAPE_OPS(8),
	[KEY_16]	= HASH_SHAPE_OPS(16),
	[KEY_WORDS]	= HASH_SHAPE_OPS(words),
	[KEY_BYTES]	= HASH_SHAPE_OPS(bytes),
};

/* what is asked to check and make a map of any shape */
const struct bpf_map_ops bpf_hash_ops = HASH_SHAPE_OPS(bytes);
