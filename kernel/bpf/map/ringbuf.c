// SPDX-License-Identifier: GPL-2.0-only
/*
 * Ring buffer: records from programs on all CPUs, in one order, to a reader in user space
 * that maps them and copies nothing.
 *
 *	| head | consumer | producer | data ... | data ... again |
 *	         user rw    user ro    user ro    user ro
 *
 * Positions only grow; a position modulo the size is a place in the data, whose pages
 * follow once more behind the last one, so that no record is ever in two parts. A record
 * is eight bytes of header, then what the program wrote, to a multiple of eight:
 *
 *	oldest        producer
 *	  v               v
 *	[done][BUSY][done] ...		the reader stops at BUSY
 *
 * Writing is reserving (under a lock, a few instructions), filling, and taking BUSY off.
 * What the reader writes, its position, is believed only in so far as it can harm nobody
 * but the reader: whatever it says, no record that a program still fills is overwritten,
 * because room also ends one turn behind the oldest of these.
 *
 * Safe from any context; who comes by NMI and finds the lock taken gets nothing. Must
 * never wait for the reader. Layer K2. Tests: selftests/bpf/ringbuf_test.c.
 */
#include <linux/bpf.h>
#include <linux/bpf_ringbuf.h>
#include <linux/capability.h>
#include <linux/err.h>
#include <linux/gfp.h>
#include <linux/irq_work.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/poll.h>
#include <linux/sched.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include <linux/vmalloc.h>
#include <linux/wait.h>
#include "types.h"

#define RECORD_ALIGN	8

/* records passed over in one reservation, with interrupts off: each takes a cache miss */
#define WALK_MOST	256
#define WAKEUP_FLAGS	(BPF_RB_NO_WAKEUP | BPF_RB_FORCE_WAKEUP)

/* pages of the area before the data */
enum {
	PAGE_HEAD,
	PAGE_CONSUMER,		/* user space counts pages from here */
	PAGE_PRODUCER,
	PAGE_DATA,
};

/* as user space reads it */
struct record {
	u32	len;		/* of the program's bytes, with BPF_RINGBUF_*_BIT */
	u32	page;		/* that it begins in, counted from the head */
};

static_assert(sizeof(struct record) == BPF_RINGBUF_HDR_SZ);

/**
 * struct ring - the head page
 * @lock:	of reserving: @oldest and the producer's position
 * @oldest:	position of the first record that was BUSY when last looked at
 * @size:	bytes of data, a power of two
 * @wait:	readers in poll()
 * @wakeup:	wakes them where the program cannot
 */
struct ring {
	raw_spinlock_t		lock;
	unsigned long		oldest;
	unsigned long		size;
	wait_queue_head_t	wait ____cacheline_aligned_in_smp;
	struct irq_work		wakeup;
};

static_assert(sizeof(struct ring) <= PAGE_SIZE);

/**
 * struct ring_map - the map
 * @map:	the common part
 * @ring:	the area
 * @pages:	of the area, those of the data twice
 * @page_count:	pages there are
 */
struct ring_map {
	struct bpf_map	map;
	struct ring	*ring;
	struct page	**pages;
	u32		page_count;
};

static struct ring_map *to_ring_map(const struct bpf_map *map)
{
	return container_of(map, struct ring_map, map);
}

static void *page_of(struct ring *ring, u32 page)
{
	return (void *)ring + (unsigned long)page * PAGE_SIZE;
}

static unsigned long *consumer_of(struct ring *ring)
{
	return page_of(ring, PAGE_CONSUMER);
}

static unsigned long *producer_of(struct ring *ring)
{
	return page_of(ring, PAGE_PRODUCER);
}

static struct record *record_at(struct ring *ring, unsigned long position)
{
	return page_of(ring, PAGE_DATA) + (position & (ring->size - 1));
}

/* bytes that a record of @len bytes takes; @len as in the header */
static unsigned long record_bytes(u32 len)
{
	len &= ~(BPF_RINGBUF_BUSY_BIT | BPF_RINGBUF_DISCARD_BIT);
	return round_up((unsigned long)len + BPF_RINGBUF_HDR_SZ, RECORD_ALIGN);
}

static unsigned long load_consumer(struct ring *ring)
{
	/* pairs with the reader's release: it has finished with what is before it */
	return smp_load_acquire(consumer_of(ring));
}

static unsigned long load_producer(struct ring *ring)
{
	/* pairs with reserve_locked(): headers before it are there */
	return smp_load_acquire(producer_of(ring));
}

static unsigned long unread_bytes(struct ring *ring)
{
	unsigned long consumer = load_consumer(ring);

	return load_producer(ring) - consumer;
}

/* ---- writing --------------------------------------------------------------------- */

/*
 * May the record end at @end? Under the lock; a full ring has eight bytes to spare. Each
 * reservation goes on with @oldest where the last one stopped; where one record was held
 * very long there may be no room for a few.
 */
static bool has_room(struct ring *ring, unsigned long producer, unsigned long end)
{
	u32 steps = WALK_MOST;

	if (end - load_consumer(ring) >= ring->size)
		return false;
	while (ring->oldest != producer && steps--) {
		/* pairs with finish(): the program has finished with the record */
		u32 len = smp_load_acquire(&record_at(ring, ring->oldest)->len);

		if (len & BPF_RINGBUF_BUSY_BIT)
			break;
		ring->oldest += record_bytes(len);
	}
	return end - ring->oldest < ring->size;
}

static struct record *reserve_locked(struct ring *ring, u32 len)
{
	unsigned long producer = *producer_of(ring);
	unsigned long end = producer + record_bytes(len);
	struct record *record;

	if (!has_room(ring, producer, end))
		return NULL;
	record = record_at(ring, producer);
	record->len = len | BPF_RINGBUF_BUSY_BIT;
	record->page = ((void *)record - (void *)ring) >> PAGE_SHIFT;
	/* the header is there for a reader that sees the position */
	smp_store_release(producer_of(ring), end);
	return record;
}

/* a record of @len bytes to be filled, or NULL where there is no room */
static struct record *reserve(struct ring *ring, u64 len)
{
	struct record *record;
	unsigned long irq;

	if (len >= BPF_RINGBUF_DISCARD_BIT || record_bytes(len) > ring->size)
		return NULL;
	if (!in_nmi())
		raw_spin_lock_irqsave(&ring->lock, irq);
	else if (!raw_spin_trylock_irqsave(&ring->lock, irq))
		return NULL;
	record = reserve_locked(ring, len);
	raw_spin_unlock_irqrestore(&ring->lock, irq);
	return record;
}

/*
 * Gives the record to the reader. Only a reader that has read all before it can be
 * asleep, or about to sleep: others come here by themselves.
 */
static void finish(struct record *record, u64 flags, u32 discard)
{
	struct ring *ring = (void *)((unsigned long)record & PAGE_MASK) -
			    (unsigned long)record->page * PAGE_SIZE;
	unsigned long consumer;

	/* all that was written is there before the bit goes; also before the next load */
	xchg(&record->len, (record->len & ~BPF_RINGBUF_BUSY_BIT) | discard);
	/* from here on the record is the reader's, and may be overwritten */
	consumer = load_consumer(ring);
	if (flags & BPF_RB_FORCE_WAKEUP ||
	    (!(flags & BPF_RB_NO_WAKEUP) && record_at(ring, consumer) == record))
		irq_work_queue(&ring->wakeup);
}

static void wake_readers(struct irq_work *work)
{
	wake_up_all(&container_of(work, struct ring, wakeup)->wait);
}

/* ---- the map --------------------------------------------------------------------- */

static int ring_check(const struct bpf_map_spec *spec)
{
	if (!bpf_capable())
		return -EPERM;
	if (spec->key_size || spec->value_size || spec->flags & ~BPF_F_NUMA_NODE)
		return -EINVAL;
	if (!is_power_of_2(spec->max_entries) || !PAGE_ALIGNED(spec->max_entries))
		return -EINVAL;
	return 0;
}

static void free_pages_of(struct ring_map *rings)
{
	while (rings->page_count)
		__free_page(rings->pages[--rings->page_count]);
	bpf_map_area_free(rings->pages);
}

static int alloc_pages_of(struct ring_map *rings, u32 data_pages, int numa_node)
{
	const gfp_t gfp = GFP_KERNEL_ACCOUNT | __GFP_ZERO | __GFP_NOWARN |
			  __GFP_RETRY_MAYFAIL;
	u32 count = PAGE_DATA + data_pages, i;

	rings->pages = bpf_map_area_alloc((u64)(count + data_pages) *
					  sizeof(*rings->pages), numa_node);
	if (!rings->pages)
		return -ENOMEM;
	for (i = 0; i < count; i++) {
		struct page *page = alloc_pages_node(numa_node, gfp, 0);

		if (!page || fatal_signal_pending(current)) {
			if (page)
				__free_page(page);
			return -ENOMEM;
		}
		rings->pages[i] = page;
		rings->page_count++;
		if (i >= PAGE_DATA)
			rings->pages[i + data_pages] = page;
		cond_resched();
	}
	return 0;
}

static int make_ring(struct ring_map *rings, u32 size, int numa_node)
{
	u32 data_pages = size >> PAGE_SHIFT;
	struct ring *ring;
	int err;

	err = alloc_pages_of(rings, data_pages, numa_node);
	if (err)
		return err;
	ring = vmap(rings->pages, rings->page_count + data_pages, VM_MAP | VM_USERMAP,
		    PAGE_KERNEL);
	if (!ring)
		return -ENOMEM;
	raw_spin_lock_init(&ring->lock);
	init_waitqueue_head(&ring->wait);
	init_irq_work(&ring->wakeup, wake_readers);
	ring->size = size;
	rings->ring = ring;
	return 0;
}

static void ring_free(struct bpf_map *map)
{
	struct ring_map *rings = to_ring_map(map);

	if (rings->ring) {
		irq_work_sync(&rings->ring->wakeup);
		vunmap(rings->ring);
	}
	free_pages_of(rings);
	bpf_map_exit(map);
	bpf_map_area_free(rings);
}

static struct bpf_map *ring_alloc(const struct bpf_map_spec *spec)
{
	struct ring_map *rings = bpf_map_area_alloc(sizeof(*rings), spec->numa_node);
	int err;

	if (!rings)
		return ERR_PTR(-ENOMEM);
	bpf_map_init(&rings->map, &bpf_ringbuf_ops, spec);
	err = make_ring(rings, spec->max_entries, spec->numa_node);
	if (!err)
		return &rings->map;
	ring_free(&rings->map);
	return ERR_PTR(err);
}

/* there are no elements */
static long ring_update(struct bpf_map *map, const void *key, const void *value, u64 flags)
{
	return -ENOTSUPP;
}

static long ring_remove(struct bpf_map *map, const void *key)
{
	return -ENOTSUPP;
}

static int ring_next_key(struct bpf_map *map, const void *key, void *next)
{
	return -ENOTSUPP;
}

static int ring_copy_value(struct bpf_map *map, const void *key, void *value)
{
	return -ENOTSUPP;
}

static __poll_t ring_poll(struct bpf_map *map, struct file *file,
			  struct poll_table_struct *wait)
{
	struct ring *ring = to_ring_map(map)->ring;

	poll_wait(file, &ring->wait, wait);
	return unread_bytes(ring) ? EPOLLIN | EPOLLRDNORM : 0;
}

/* the consumer's page alone may be written to */
static int ring_mmap(struct bpf_map *map, struct vm_area_struct *vma)
{
	if (vma->vm_flags & VM_WRITE &&
	    (vma->vm_pgoff || vma->vm_end - vma->vm_start != PAGE_SIZE))
		return -EPERM;
	return remap_vmalloc_range(vma, to_ring_map(map)->ring,
				   vma->vm_pgoff + PAGE_CONSUMER);
}

const struct bpf_map_ops bpf_ringbuf_ops = {
	.name		= "ringbuf",
	.check		= ring_check,
	.alloc		= ring_alloc,
	.free		= ring_free,
	.update		= ring_update,
	.remove		= ring_remove,
	.next_key	= ring_next_key,
	.copy_value	= ring_copy_value,
	.poll		= ring_poll,
	.mmap		= ring_mmap,
	.opaque		= true,
};

/* ---- helpers --------------------------------------------------------------------- */

BPF_CALL_4(bpf_ringbuf_output, struct bpf_map *, map, const void *, data, u64, size,
	   u64, flags)
{
	struct record *record;

	if (unlikely(flags & ~WAKEUP_FLAGS))
		return -EINVAL;
	record = reserve(to_ring_map(map)->ring, size);
	if (!record)
		return -EAGAIN;
	memcpy(record + 1, data, size);
	finish(record, flags, 0);
	return 0;
}

BPF_CALL_3(bpf_ringbuf_reserve, struct bpf_map *, map, u64, size, u64, flags)
{
	struct record *record = NULL;

	if (likely(!flags))
		record = reserve(to_ring_map(map)->ring, size);
	return record ? (unsigned long)(record + 1) : 0;
}

BPF_CALL_2(bpf_ringbuf_submit, void *, bytes, u64, flags)
{
	finish((struct record *)bytes - 1, flags, 0);
	return 0;
}

BPF_CALL_2(bpf_ringbuf_discard, void *, bytes, u64, flags)
{
	finish((struct record *)bytes - 1, flags, BPF_RINGBUF_DISCARD_BIT);
	return 0;
}

BPF_CALL_2(bpf_ringbuf_query, struct bpf_map *, map, u64, what)
{
	struct ring *ring = to_ring_map(map)->ring;

	switch (what) {
	case BPF_RB_AVAIL_DATA:
		return unread_bytes(ring);
	case BPF_RB_RING_SIZE:
		return ring->size;
	case BPF_RB_CONS_POS:
		return load_consumer(ring);
	case BPF_RB_PROD_POS:
		return load_producer(ring);
	default:
		return 0;
	}
}

static const struct bpf_func_proto ringbuf_protos[] = {
	{
		.name		= "ringbuf_output",
		.func		= bpf_ringbuf_output,
		.ret		= BPF_RET_SCALAR,
		.arg		= { BPF_ARG_MAP, BPF_ARG_MEM_READ, BPF_ARG_SIZE_OR_ZERO,
				    BPF_ARG_ANY },
		.map_type	= BPF_MAP_TYPE_RINGBUF,
	}, {
		.name		= "ringbuf_reserve",
		.func		= bpf_ringbuf_reserve,
		.ret		= BPF_RET_ACQUIRED_OR_NULL,
		.arg		= { BPF_ARG_MAP, BPF_ARG_CONST_SIZE, BPF_ARG_ANY },
		.map_type	= BPF_MAP_TYPE_RINGBUF,
	}, {
		.name		= "ringbuf_submit",
		.func		= bpf_ringbuf_submit,
		.ret		= BPF_RET_VOID,
		.arg		= { BPF_ARG_ACQUIRED, BPF_ARG_ANY },
	}, {
		.name		= "ringbuf_discard",
		.func		= bpf_ringbuf_discard,
		.ret		= BPF_RET_VOID,
		.arg		= { BPF_ARG_ACQUIRED, BPF_ARG_ANY },
	}, {
		.name		= "ringbuf_query",
		.func		= bpf_ringbuf_query,
		.ret		= BPF_RET_SCALAR,
		.arg		= { BPF_ARG_MAP, BPF_ARG_ANY },
		.map_type	= BPF_MAP_TYPE_RINGBUF,
	},
};

/**
 * bpf_ringbuf_proto() - a helper of ring buffers
 * @id:	BPF_FUNC_ringbuf_*
 *
 * Context: any.
 * Return: its description, or NULL where @id is another helper's.
 */
const struct bpf_func_proto *bpf_ringbuf_proto(enum bpf_func_id id)
{
	if (id < BPF_FUNC_ringbuf_output || id > BPF_FUNC_ringbuf_query)
		return NULL;
	return &ringbuf_protos[id - BPF_FUNC_ringbuf_output];
}
