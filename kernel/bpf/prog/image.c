// SPDX-License-Identifier: GPL-2.0-only
/*
 * Executable memory for programs.
 *
 *	chunk:	|AAA.|B...|CCCC|CC..|    |    |...	granules of 64 bytes; small programs
 *						share a page, a big one has its own chunk
 *
 * A chunk is executable and read-only from the start; what is in no image traps. Two
 * ways lead to an image: the bitmaps of its chunk for who allocates (under the mutex),
 * and page -> chunk -> granule -> image for who has an address (RCU, no lock, also in
 * an NMI).
 *
 * Decides where code goes and how much there may be. Must never run or read any of it.
 *
 * Layer K4. Test: image_test.c.
 */
#include <linux/atomic.h>
#include <linux/bitmap.h>
#include <linux/bpf.h>
#include <linux/capability.h>
#include <linux/err.h>
#include <linux/extable.h>
#include <linux/list.h>
#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/random.h>
#include <linux/rculist.h>
#include <linux/sizes.h>
#include <linux/slab.h>
#include <linux/static_call.h>
#include <linux/xarray.h>
#include <asm/sections.h>
#include "image.h"

#define CHUNK_BYTES	SZ_64K

/**
 * struct bpf_image_chunk - executable memory that images share
 * @link:	in full_chunks where nothing is free, else in open_chunks
 * @base:	its memory
 * @granules:	it is that big
 * @free:	granules of no image
 * @used:	bit per granule: of some image
 * @stale:	bit per granule: held code since predictions were last forgotten
 * @rcu:	readers look at @base, @granules and @owner
 * @owner:	image of each granule, NULL while there is none that may run
 */
struct bpf_image_chunk {
	struct list_head	link;
	u8			*base;
	u32			granules;
	u32			free;
	unsigned long		*used;
	unsigned long		*stale;
	struct rcu_head		rcu;
	struct bpf_image __rcu	*owner[];
};

static DEFINE_MUTEX(chunks_mutex);
static LIST_HEAD(open_chunks);
static LIST_HEAD(full_chunks);
static u32 chunk_count;
static u32 empty_chunks;

/* memory that held code went back since predictions were last forgotten */
static bool gave_back;

/* page number -> chunk */
static DEFINE_XARRAY(pages);

/* bytes of granules given out */
static atomic_long_t charged;

DEFINE_STATIC_CALL_NULL(bpf_arch_pred_flush, bpf_pred_flush);
DEFINE_STATIC_KEY_FALSE(bpf_pred_flush_enabled);

/* ---- limit ------------------------------------------------------------------------- */

/* who is trusted with programs may exceed the limit, but no one the module area */
static int charge(u32 granules)
{
	long bytes = (long)granules * BPF_IMAGE_GRANULE;

	if (atomic_long_add_return(bytes, &charged) <= READ_ONCE(bpf_jit_knobs.most_bytes) ||
	    bpf_capable())
		return 0;
	atomic_long_sub(bytes, &charged);
	return -EPERM;
}

static void uncharge(u32 granules)
{
	atomic_long_sub((long)granules * BPF_IMAGE_GRANULE, &charged);
}

/**
 * bpf_image_charged() - how much executable memory programs have
 *
 * Any context.
 * Return: bytes, in whole granules.
 */
long bpf_image_charged(void)
{
	return atomic_long_read(&charged);
}

/**
 * bpf_image_chunks() - chunks that executable memory is taken from
 *
 * Any context.
 * Return: how many there are.
 */
u32 bpf_image_chunks(void)
{
	return READ_ONCE(chunk_count);
}

/* ---- finding ------------------------------------------------------------------------ */

/* modules and programs live close behind the kernel: small numbers, a flat tree */
static unsigned long index_of(unsigned long addr)
{
	return (addr >> PAGE_SHIFT) - ((unsigned long)_text >> PAGE_SHIFT);
}

/**
 * bpf_image_find() - image that an address is in
 * @addr:	any address
 *
 * Called by: symbols.c. Context: any, NMI included, under RCU.
 * Return: the image, to be looked at under RCU, whose code @addr is of; or NULL.
 */
struct bpf_image *bpf_image_find(unsigned long addr)
{
	const struct bpf_image_chunk *chunk;
	struct bpf_image *image;

	chunk = xa_load(&pages, index_of(addr));
	if (!chunk)
		return NULL;
	image = rcu_dereference(chunk->owner[(addr - (unsigned long)chunk->base) /
					     BPF_IMAGE_GRANULE]);
	return image && addr - image->start < image->bytes ? image : NULL;
}

/* ---- chunks ------------------------------------------------------------------------- */

static void forget_pages(const struct bpf_image_chunk *chunk, u32 count)
{
	unsigned long first = index_of((unsigned long)chunk->base);

	while (count--)
		xa_erase(&pages, first + count);
}

static u32 chunk_pages(const struct bpf_image_chunk *chunk)
{
	return chunk->granules / (PAGE_SIZE / BPF_IMAGE_GRANULE);
}

static int note_pages(struct bpf_image_chunk *chunk)
{
	unsigned long first = index_of((unsigned long)chunk->base);
	u32 i;
	int err;

	for (i = 0; i < chunk_pages(chunk); i++) {
		err = xa_err(xa_store(&pages, first + i, chunk, GFP_KERNEL));
		if (err) {
			forget_pages(chunk, i);
			return err;
		}
	}
	return 0;
}

/* structure, table of owners, then both bitmaps */
static struct bpf_image_chunk *alloc_struct(u32 granules)
{
	size_t longs = BITS_TO_LONGS(granules), table;
	struct bpf_image_chunk *chunk;

	table = struct_size(chunk, owner, granules);
	chunk = kvzalloc(table + 2 * longs * sizeof(long), GFP_KERNEL);
	if (!chunk)
		return NULL;
	chunk->used = (void *)chunk + table;
	chunk->stale = chunk->used + longs;
	chunk->granules = granules;
	chunk->free = granules;
	return chunk;
}

static struct bpf_image_chunk *chunk_alloc(u32 granules)
{
	unsigned long bytes = max_t(unsigned long, CHUNK_BYTES,
				    PAGE_ALIGN((unsigned long)granules * BPF_IMAGE_GRANULE));
	struct bpf_image_chunk *chunk = alloc_struct(bytes / BPF_IMAGE_GRANULE);

	if (!chunk)
		return NULL;
	chunk->base = bpf_arch_text_alloc(bytes);
	if (!chunk->base)
		goto no_text;
	if (note_pages(chunk))
		goto no_pages;
	if (gave_back)
		bitmap_fill(chunk->stale, chunk->granules);
	list_add(&chunk->link, &open_chunks);
	chunk_count++;
	empty_chunks++;
	return chunk;

no_pages:
	bpf_arch_text_free(chunk->base);
no_text:
	kvfree(chunk);
	return NULL;
}

static void chunk_free(struct bpf_image_chunk *chunk)
{
	list_del(&chunk->link);
	chunk_count--;
	empty_chunks--;
	gave_back = true;
	forget_pages(chunk, chunk_pages(chunk));
	bpf_arch_text_free(chunk->base);
	kvfree_rcu(chunk, rcu);
}

/* ---- predictions ----------------------------------------------------------------------- */

/**
 * bpf_pred_flush() - make all CPUs forget what indirect branches have learnt
 *
 * Called by: image.c, where the architecture asked for it. Context: may sleep.
 */
void bpf_pred_flush(void)
{
	static_call_cond(bpf_arch_pred_flush)();
}

static void forget_predictions(void)
{
	struct bpf_image_chunk *chunk;

	bpf_pred_flush();
	list_for_each_entry(chunk, &open_chunks, link)
		bitmap_zero(chunk->stale, chunk->granules);
	list_for_each_entry(chunk, &full_chunks, link)
		bitmap_zero(chunk->stale, chunk->granules);
	gave_back = false;
}

static bool is_stale(const struct bpf_image_chunk *chunk, u32 first, u32 granules)
{
	return find_next_bit(chunk->stale, first + granules, first) < first + granules;
}

/* ---- room in chunks ---------------------------------------------------------------------- */

/* first granule of a free run, of memory without history if @fresh; or past the end */
static u32 find_run(const struct bpf_image_chunk *chunk, u32 granules, bool fresh)
{
	unsigned long at = 0, end, bad;

	for (;;) {
		at = bitmap_find_next_zero_area(chunk->used, chunk->granules, at,
						granules, 0);
		end = at + granules;
		if (!fresh || at >= chunk->granules)
			return at;
		bad = find_next_bit(chunk->stale, end, at);
		if (bad >= end)
			return at;
		at = bad + 1;
	}
}

static struct bpf_image_chunk *find_room(u32 granules, bool fresh, u32 *first)
{
	struct bpf_image_chunk *chunk;

	list_for_each_entry(chunk, &open_chunks, link) {
		if (chunk->free < granules)
			continue;
		*first = find_run(chunk, granules, fresh);
		if (*first < chunk->granules)
			return chunk;
	}
	return NULL;
}

static void take(struct bpf_image *image, struct bpf_image_chunk *chunk, u32 first)
{
	image->chunk = chunk;
	image->first = first;
	bitmap_set(chunk->used, first, image->granules);
	if (chunk->free == chunk->granules)
		empty_chunks--;
	chunk->free -= image->granules;
	if (!chunk->free)
		list_move(&chunk->link, &full_chunks);
}

/*
 * Who may write programs without privilege could have them jump where predictions of
 * an earlier program lead; such a program gets memory without history, if there is any.
 */
static int reserve(struct bpf_image *image, bool fenced)
{
	bool wary = fenced && static_branch_unlikely(&bpf_pred_flush_enabled);
	struct bpf_image_chunk *chunk = NULL;
	u32 first = 0;

	mutex_lock(&chunks_mutex);
	if (wary)
		chunk = find_room(image->granules, true, &first);
	if (!chunk)
		chunk = find_room(image->granules, false, &first);
	if (!chunk) {
		chunk = chunk_alloc(image->granules);
		first = 0;
	}
	if (chunk) {
		if (wary && is_stale(chunk, first, image->granules))
			forget_predictions();
		take(image, chunk, first);
	}
	mutex_unlock(&chunks_mutex);
	return chunk ? 0 : -ENOMEM;
}

static void give_up(struct bpf_image *image)
{
	struct bpf_image_chunk *chunk = image->chunk;

	mutex_lock(&chunks_mutex);
	bitmap_clear(chunk->used, image->first, image->granules);
	bitmap_set(chunk->stale, image->first, image->granules);
	if (!chunk->free)
		list_move(&chunk->link, &open_chunks);
	chunk->free += image->granules;
	if (chunk->free == chunk->granules) {
		empty_chunks++;
		/* one stays, so that loading and unloading a program costs no pages */
		if (empty_chunks > 1 || chunk->granules * BPF_IMAGE_GRANULE != CHUNK_BYTES)
			chunk_free(chunk);
	}
	mutex_unlock(&chunks_mutex);
	uncharge(image->granules);
}

/* ---- images ---------------------------------------------------------------------------- */

static void *first_byte(const struct bpf_image *image)
{
	return image->chunk->base + image->first * BPF_IMAGE_GRANULE;
}

static void set_owner(struct bpf_image *image, struct bpf_image *owner)
{
	u32 i;

	for (i = 0; i < image->granules; i++)
		rcu_assign_pointer(image->chunk->owner[image->first + i], owner);
}

/*
 * What granules have over the code and its table is spread before and behind it at
 * random, so that nobody knows where in a page an instruction's bytes are.
 */
static u32 choose_lead(u32 slack)
{
	return prandom_u32_max(slack / BPF_IMAGE_ALIGN + 1) * BPF_IMAGE_ALIGN;
}

/**
 * bpf_image_alloc() - executable memory for code
 * @bytes:	of code, at least one
 * @fault_count: entries of its fault table
 * @fenced:	the program is from a user without privilege
 *
 * Context: may sleep.
 * Return: an image that knows its address and is not found yet; ERR_PTR(-EPERM) at the
 * limit (net.core.bpf_jit_limit), ERR_PTR(-ENOMEM).
 */
struct bpf_image *bpf_image_alloc(u32 bytes, u32 fault_count, bool fenced)
{
	u32 table = fault_count * sizeof(struct exception_table_entry);
	u32 all = ALIGN(bytes, sizeof(long)) + table;
	struct bpf_image *image;
	u32 lead;
	int err;

	image = kzalloc(sizeof(*image), GFP_KERNEL_ACCOUNT);
	if (!image)
		return ERR_PTR(-ENOMEM);
	image->bytes = bytes;
	image->fault_count = fault_count;
	image->granules = DIV_ROUND_UP(all, BPF_IMAGE_GRANULE);
	err = charge(image->granules);
	if (err)
		goto free_image;
	err = reserve(image, fenced);
	if (err)
		goto free_charge;
	lead = choose_lead(image->granules * BPF_IMAGE_GRANULE - all);
	image->start = (unsigned long)first_byte(image) + lead;
	image->faults = (void *)image->start + ALIGN(bytes, sizeof(long));
	return image;

free_charge:
	uncharge(image->granules);
free_image:
	kfree(image);
	return ERR_PTR(err);
}

/* the table as it will stand behind the code */
static void write_faults(const struct bpf_image *image, struct exception_table_entry *out,
			 const struct bpf_jit_fault *faults)
{
	u32 i;

	for (i = 0; i < image->fault_count; i++)
		bpf_arch_fault_entry(&out[i], (unsigned long)&image->faults[i],
				     image->start, &faults[i]);
}

/**
 * bpf_image_write() - put code into its memory; from then on it is found
 * @image:	from bpf_image_alloc()
 * @code:	image->bytes bytes, for running at image->start
 * @faults:	image->fault_count of them, by ascending address
 *
 * Context: may sleep.
 * Return: 0 or -ENOMEM.
 */
int bpf_image_write(struct bpf_image *image, const u8 *code,
		    const struct bpf_jit_fault *faults)
{
	u32 table = image->fault_count * sizeof(struct exception_table_entry);
	struct exception_table_entry *entries;

	if (!bpf_arch_text_write((void *)image->start, code, image->bytes))
		return -ENOMEM;
	if (table) {
		entries = kvmalloc(table, GFP_KERNEL);
		if (!entries)
			return -ENOMEM;
		write_faults(image, entries, faults);
		bpf_arch_text_write(image->faults, entries, table);
		kvfree(entries);
	}
	set_owner(image, image);
	return 0;
}

/**
 * bpf_image_free() - give executable memory back
 * @image:	nobody runs it any more, nor will; may never have been written
 *
 * Context: may sleep.
 */
void bpf_image_free(struct bpf_image *image)
{
	bpf_image_hide(image);
	set_owner(image, NULL);
	bpf_arch_text_erase(first_byte(image),
			    (size_t)image->granules * BPF_IMAGE_GRANULE);
	give_up(image);
	kfree_rcu(image, rcu);
}
