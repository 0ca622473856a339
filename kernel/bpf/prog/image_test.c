// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit: executable memory of programs: many in a page, none writable, nothing left
 * behind, found by address, limited.
 *
 * Layer K4. Run: CONFIG_BPF_KUNIT_TEST, in UML or QEMU.
 */
#include <kunit/test.h>
#include <linux/bpf.h>
#include <linux/err.h>
#include <linux/extable.h>
#include <linux/filter.h>
#include <linux/kallsyms.h>
#include <linux/cred.h>
#include <linux/mm.h>
#include <linux/pgtable.h>
#include <linux/sizes.h>
#include <linux/slab.h>
#include <linux/static_call.h>
#include <linux/string.h>
#include <linux/vmalloc.h>
#include <asm/sections.h>
#include "image.h"

#define MANY	1500

#define TRAP	0xcc
#define NOP	0x90

/* images with @bytes of no-operations */
static struct bpf_image *make(struct kunit *test, u32 bytes, u32 faults, bool fenced)
{
	struct bpf_jit_fault *table = kunit_kcalloc(test, faults + 1, sizeof(*table),
						    GFP_KERNEL);
	u8 *code = kvmalloc(bytes, GFP_KERNEL);
	struct bpf_image *image;
	u32 i;

	KUNIT_ASSERT_NOT_NULL(test, table);
	KUNIT_ASSERT_NOT_NULL(test, code);
	memset(code, NOP, bytes);
	for (i = 0; i < faults; i++)
		table[i] = (struct bpf_jit_fault){ .at = 4 * i, .resume = 4 * i + 3,
						   .clear = i % 16 };
	image = bpf_image_alloc(bytes, faults, fenced);
	KUNIT_ASSERT_FALSE(test, IS_ERR(image));
	KUNIT_ASSERT_EQ(test, 0, bpf_image_write(image, code, table));
	kvfree(code);
	return image;
}

static bool is_all(const void *at, u8 byte, size_t bytes)
{
	return !memchr_inv(at, byte, bytes);
}

static struct bpf_image *find(unsigned long addr)
{
	struct bpf_image *image;

	rcu_read_lock();
	image = bpf_image_find(addr);
	rcu_read_unlock();
	return image;
}

/* small images share pages, and go without a trace */
static void packing_test(struct kunit *test)
{
	struct bpf_image **images = kunit_kcalloc(test, MANY, sizeof(*images), GFP_KERNEL);
	unsigned long low = ULONG_MAX, high = 0;
	long before = bpf_image_charged();
	u32 chunks = bpf_image_chunks(), i, bad = 0;

	KUNIT_ASSERT_NOT_NULL(test, images);
	for (i = 0; i < MANY; i++) {
		images[i] = make(test, 40, 0, false);
		low = min(low, images[i]->start & PAGE_MASK);
		high = max(high, images[i]->start & PAGE_MASK);
	}
	KUNIT_EXPECT_EQ(test, before + MANY * (long)BPF_IMAGE_GRANULE, bpf_image_charged());
	/* 1500 granules are a chunk and a half */
	KUNIT_EXPECT_LE(test, bpf_image_chunks(), chunks + 2);
	for (i = 0; i < MANY; i++) {
		bad += find(images[i]->start) != images[i];
		bad += find(images[i]->start + 39) != images[i];
		bad += find(images[i]->start + 40) == images[i];
		bad += images[i]->start % BPF_IMAGE_ALIGN != 0;
		bad += !is_all((void *)images[i]->start, NOP, 40);
	}
	KUNIT_EXPECT_EQ(test, 0u, bad);
	for (i = 0; i < MANY; i++)
		bpf_image_free(images[i]);
	KUNIT_EXPECT_EQ(test, before, bpf_image_charged());
	/* one empty chunk may stay */
	KUNIT_EXPECT_LE(test, bpf_image_chunks(), chunks + 1);
}

/* what is free traps; what is freed traps, is found no more, and is used again */
static void reuse_test(struct kunit *test)
{
	struct bpf_image *keep = make(test, 64, 0, false);
	struct bpf_image *first = make(test, 100, 0, false), *second;
	unsigned long start = first->start, granule = start & -BPF_IMAGE_GRANULE;

	KUNIT_EXPECT_EQ(test, 2u, first->granules);
	KUNIT_EXPECT_TRUE(test, is_all((void *)granule, TRAP, start - granule));
	KUNIT_EXPECT_TRUE(test, is_all((void *)start + 100, TRAP,
				       granule + 2 * BPF_IMAGE_GRANULE - start - 100));
	KUNIT_EXPECT_TRUE(test, is_bpf_text_address(start));
	bpf_image_free(first);
	KUNIT_EXPECT_FALSE(test, is_bpf_text_address(start));
	KUNIT_EXPECT_TRUE(test, is_all((void *)granule, TRAP, 2 * BPF_IMAGE_GRANULE));
	second = make(test, 100, 0, false);
	KUNIT_EXPECT_EQ(test, granule, second->start & -BPF_IMAGE_GRANULE);
	bpf_image_free(second);
	bpf_image_free(keep);
}

/* an image that no chunk of the usual size holds */
static void big_test(struct kunit *test)
{
	u32 chunks = bpf_image_chunks();
	struct bpf_image *big = make(test, 300000, 0, false);
	struct bpf_image *small = make(test, 10, 0, false);

	KUNIT_EXPECT_PTR_EQ(test, big, find(big->start + 299999));
	KUNIT_EXPECT_PTR_EQ(test, small, find(small->start));
	KUNIT_EXPECT_TRUE(test, is_all((void *)big->start, NOP, 300000));
	bpf_image_free(small);
	bpf_image_free(big);
	KUNIT_EXPECT_LE(test, bpf_image_chunks(), chunks + 1);
}

/* an image that was never written is not found, and can be freed */
static void unwritten_test(struct kunit *test)
{
	struct bpf_image *image = bpf_image_alloc(10, 0, false);

	KUNIT_ASSERT_FALSE(test, IS_ERR(image));
	KUNIT_EXPECT_NULL(test, find(image->start));
	bpf_image_free(image);
}

/* the whole machine may exceed the limit only with privilege, and this test has it */
static void limit_test(struct kunit *test)
{
	long limit = bpf_jit_knobs.most_bytes, before = bpf_image_charged();
	struct cred *cred = prepare_creds();
	const struct cred *old;
	struct bpf_image *image;

	KUNIT_ASSERT_NOT_NULL(test, cred);
	cap_clear(cred->cap_effective);
	WRITE_ONCE(bpf_jit_knobs.most_bytes, before + 2 * BPF_IMAGE_GRANULE);
	image = make(test, 10 * BPF_IMAGE_GRANULE, 0, false);
	KUNIT_EXPECT_EQ(test, before + 10 * BPF_IMAGE_GRANULE, bpf_image_charged());
	bpf_image_free(image);

	old = override_creds(cred);
	image = bpf_image_alloc(2 * BPF_IMAGE_GRANULE + 1, 0, true);
	KUNIT_EXPECT_EQ(test, (long)-EPERM, PTR_ERR(image));
	KUNIT_EXPECT_EQ(test, before, bpf_image_charged());
	image = bpf_image_alloc(2 * BPF_IMAGE_GRANULE, 0, true);
	KUNIT_EXPECT_FALSE(test, IS_ERR(image));
	if (!IS_ERR(image))
		bpf_image_free(image);
	revert_creds(old);
	put_cred(cred);
	WRITE_ONCE(bpf_jit_knobs.most_bytes, limit);
}

/* symbols: an address has its image's name as long as that exists */
static void names_test(struct kunit *test)
{
	static const u8 tag[BPF_TAG_SIZE] = { 1, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef };
	struct bpf_image *image = make(test, 200, 0, false);
	unsigned long size = 0, off = 0;
	char text[KSYM_NAME_LEN];

	KUNIT_EXPECT_NULL(test, __bpf_address_lookup(image->start, &size, &off, text));
	bpf_image_set_name(image, tag, "");
	KUNIT_EXPECT_STREQ(test, image->name, "bpf_prog_0123456789abcdef");
	bpf_image_set_name(image, tag, "fifteen_letters");
	bpf_image_show(image);
	KUNIT_EXPECT_PTR_EQ(test, (const char *)text,
			    __bpf_address_lookup(image->start + 199, &size, &off, text));
	KUNIT_EXPECT_STREQ(test, text, "bpf_prog_0123456789abcdef_fifteen_letters");
	KUNIT_EXPECT_EQ(test, 200ul, size);
	KUNIT_EXPECT_EQ(test, 199ul, off);
	KUNIT_EXPECT_NULL(test, __bpf_address_lookup(image->start + 200, NULL, NULL, text));
	sprint_symbol(text, image->start + 3);
	KUNIT_EXPECT_TRUE(test, strstr(text, "bpf_prog_0123456789abcdef_fifteen_letters+0x3/0xc8"));
	bpf_image_hide(image);
	bpf_image_free(image);
}

static void frames_test(struct kunit *test)
{
	struct bpf_image *image = make(test, 8, 0, false);

	KUNIT_EXPECT_EQ(test, BPF_FRAME_NONE, bpf_image_frame(image->start));
	image->has_frame = true;
	KUNIT_EXPECT_EQ(test, BPF_FRAME_POINTER, bpf_image_frame(image->start + 7));
	KUNIT_EXPECT_EQ(test, BPF_FRAME_UNKNOWN, bpf_image_frame(image->start + 8));
	bpf_image_free(image);
}

#ifndef CONFIG_UML

/* no page of an image is writable, all are executable */
static void protection_test(struct kunit *test)
{
	struct bpf_image *image = make(test, 3 * PAGE_SIZE, 0, false);
	unsigned long at;
	unsigned int level;

	for (at = image->start; at < image->start + image->bytes; at += PAGE_SIZE) {
		pte_t *pte = lookup_address(at, &level);

		KUNIT_ASSERT_NOT_NULL(test, pte);
		KUNIT_EXPECT_FALSE(test, pte_write(*pte));
		KUNIT_EXPECT_TRUE(test, pte_exec(*pte));
		/* nor does the kernel's other mapping of it let anybody write */
		pte = lookup_address((unsigned long)page_address(vmalloc_to_page((void *)at)),
				     &level);
		KUNIT_EXPECT_TRUE(test, !pte || !pte_write(*pte));
	}
	bpf_image_free(image);
}

/* a row for each load, found by its address only; the handler zeroes one register */
static void fault_test(struct kunit *test)
{
	struct bpf_image *image = make(test, 64, 16, false);
	const struct exception_table_entry *row;
	struct pt_regs regs;
	u32 i, zeros;

	for (i = 0; i < 16; i++) {
		row = search_bpf_extables(image->start + 4 * i);
		KUNIT_ASSERT_NOT_NULL(test, row);
		memset(&regs, 0xff, sizeof(regs));
		KUNIT_EXPECT_TRUE(test, ex_handler_bpf(row, &regs));
		KUNIT_EXPECT_EQ(test, image->start + 4 * i + 3, regs.ip);
		regs.ip = ~0UL;
		for (zeros = 0; zeros < sizeof(regs) / sizeof(long); zeros++) {
			if (!((unsigned long *)&regs)[zeros])
				break;
		}
		KUNIT_EXPECT_LT(test, (size_t)zeros, sizeof(regs) / sizeof(long));
		((unsigned long *)&regs)[zeros] = ~0UL;
		KUNIT_EXPECT_TRUE(test, is_all(&regs, 0xff, sizeof(regs)));
		KUNIT_EXPECT_NULL(test, search_bpf_extables(image->start + 4 * i + 1));
	}
	KUNIT_EXPECT_PTR_EQ(test, search_exception_tables(image->start),
			    search_bpf_extables(image->start));
	bpf_image_free(image);
}

#else

static void protection_test(struct kunit *test)
{
	kunit_skip(test, "memory of User-Mode Linux is the host's");
}

static void fault_test(struct kunit *test)
{
	kunit_skip(test, "no fault tables in User-Mode Linux");
}

#endif /* CONFIG_UML */

static u32 flushes;

static void count_flush(void)
{
	flushes++;
}

/* more than a chunk of the usual size: memory of its own, which goes back when freed */
#define OWN_CHUNK	(3 * SZ_64K)

/* flushes that an untrusted program's memory costs */
static u32 flushes_for(struct kunit *test, u32 bytes, struct bpf_image **image)
{
	u32 before = flushes;

	*image = make(test, bytes, 0, true);
	return flushes - before;
}

/*
 * Memory that held code goes to an untrusted program after a flush, which is not done
 * where there is other memory, or for trusted ones.
 */
static void predictions_test(struct kunit *test)
{
	void *flush = static_call_query(bpf_arch_pred_flush);
	bool was_on = static_key_enabled(&bpf_pred_flush_enabled);
	struct bpf_image *keep = make(test, 10, 0, false), *a, *b, *c;
	unsigned long stale;

	static_call_update(bpf_arch_pred_flush, count_flush);
	static_branch_enable(&bpf_pred_flush_enabled);

	/* pages went back: new ones may be the same */
	bpf_image_free(make(test, OWN_CHUNK, 0, false));
	KUNIT_EXPECT_EQ(test, 1u, flushes_for(test, OWN_CHUNK, &a));
	KUNIT_EXPECT_EQ(test, 0u, flushes_for(test, OWN_CHUNK, &b));
	bpf_image_free(b);
	KUNIT_EXPECT_EQ(test, 1u, flushes_for(test, OWN_CHUNK, &b));
	bpf_image_free(b);
	bpf_image_free(a);
	flushes = 0;
	bpf_image_free(make(test, OWN_CHUNK, 0, false));
	KUNIT_EXPECT_EQ(test, 0u, flushes);

	/* granules of a chunk that stays: others are taken */
	KUNIT_EXPECT_EQ(test, 1u, flushes_for(test, OWN_CHUNK, &a));
	c = make(test, 200, 0, false);
	stale = c->start & -BPF_IMAGE_GRANULE;
	bpf_image_free(c);
	KUNIT_EXPECT_EQ(test, 0u, flushes_for(test, 200, &b));
	KUNIT_EXPECT_NE(test, stale, b->start & -BPF_IMAGE_GRANULE);
	bpf_image_free(b);
	c = make(test, 200, 0, false);
	KUNIT_EXPECT_EQ(test, stale, c->start & -BPF_IMAGE_GRANULE);
	bpf_image_free(c);
	bpf_image_free(a);

	if (!was_on)
		static_branch_disable(&bpf_pred_flush_enabled);
	static_call_update(bpf_arch_pred_flush, flush);
	bpf_image_free(keep);
}

/* address space in pieces of @bytes, until one is behind @end; how many */
static u32 fill_up_to(unsigned long end, unsigned long bytes, struct vm_struct **area, u32 room)
{
	u32 count = 0;

	while (count < room) {
		area[count] = get_vm_area(bytes, VM_MAP);
		if (!area[count])
			break;
		if ((unsigned long)area[count++]->addr > end)
			break;
	}
	return count;
}

/* calls go no further than 2 GiB: where all that is near is taken, there is no memory */
static void reach_test(struct kunit *test)
{
	unsigned long end = (unsigned long)_text + SZ_2G, bytes;
	struct vm_struct *area[96];
	struct bpf_image *image;
	u32 count = 0;

	for (bytes = SZ_256M; bytes >= SZ_512K; bytes /= 4)
		count += fill_up_to(end, bytes, area + count, ARRAY_SIZE(area) - count);
	KUNIT_EXPECT_LT(test, count, (u32)ARRAY_SIZE(area));
	image = bpf_image_alloc(SZ_2M, 0, false);
	if (!IS_ERR(image)) {
		KUNIT_EXPECT_GT(test, image->start, (unsigned long)_text);
		KUNIT_EXPECT_LE(test, image->start + image->bytes, end);
		bpf_image_free(image);
	} else {
		KUNIT_EXPECT_EQ(test, -ENOMEM, (int)PTR_ERR(image));
	}
	while (count)
		free_vm_area(area[--count]);
}

static struct kunit_case image_cases[] = {
	KUNIT_CASE(packing_test),
	KUNIT_CASE(reuse_test),
	KUNIT_CASE(big_test),
	KUNIT_CASE(unwritten_test),
	KUNIT_CASE(reach_test),
	KUNIT_CASE(limit_test),
	KUNIT_CASE(names_test),
	KUNIT_CASE(frames_test),
	KUNIT_CASE(protection_test),
	KUNIT_CASE(fault_test),
	KUNIT_CASE(predictions_test),
	{ }
};

static struct kunit_suite image_suite = {
	.name = "bpf_image",
	.test_cases = image_cases,
};

kunit_test_suite(image_suite);
