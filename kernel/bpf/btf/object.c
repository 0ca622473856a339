// SPDX-License-Identifier: GPL-2.0-only
/*
 * Types as user space holds them: references, descriptors, numbers. What the types are has
 * been checked before they come here and does not change any more.
 *
 * A number keeps nothing alive: it is taken away with the last reference, which only goes
 * where sleeping is allowed (descriptors are closed, maps and programs freed by workers).
 *
 * Layer Kt. Test: tools/testing/selftests/bpf/btf_test.c.
 */
#include <linux/anon_inodes.h>
#include <linux/bpf_btf.h>
#include <linux/err.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/idr.h>
#include <linux/limits.h>
#include <linux/mutex.h>
#include <linux/refcount.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include "types.h"

/**
 * struct bpf_btf - types with a number
 * @types:	the types; owned
 * @refs:	descriptors, maps and programs
 * @id:		number in struct bpf_btf_info, unique among those that live
 */
struct bpf_btf {
	struct bpf_types	*types;
	refcount_t		refs;
	u32			id;
};

static DEFINE_IDR(numbers);
static DEFINE_MUTEX(numbers_lock);

/**
 * bpf_btf_new() - an object for types
 * @types:	checked; taken over, also where this fails
 *
 * Context: may sleep.
 * Return: it, with one reference, or ERR_PTR: -ENOMEM, -ENOSPC (no number is left).
 */
struct bpf_btf *bpf_btf_new(struct bpf_types *types)
{
	struct bpf_btf *btf = kzalloc(sizeof(*btf), GFP_KERNEL_ACCOUNT);
	int id = -ENOMEM;

	if (btf) {
		btf->types = types;
		refcount_set(&btf->refs, 1);
		mutex_lock(&numbers_lock);
		id = idr_alloc_cyclic(&numbers, btf, 1, INT_MAX, GFP_KERNEL);
		if (id > 0)
			btf->id = id;
		mutex_unlock(&numbers_lock);
	}
	if (id > 0)
		return btf;
	bpf_types_free(types);
	kfree(btf);
	return ERR_PTR(id);
}

/**
 * bpf_btf_put() - drop a reference
 * @btf:	types, or NULL; may be gone afterwards
 *
 * Context: may sleep.
 */
void bpf_btf_put(struct bpf_btf *btf)
{
	if (!btf || !refcount_dec_and_mutex_lock(&btf->refs, &numbers_lock))
		return;
	idr_remove(&numbers, btf->id);
	mutex_unlock(&numbers_lock);
	bpf_types_free(btf->types);
	kfree(btf);
}

/**
 * bpf_btf_by_id() - hold the types that have a number
 * @id:		the number, any value
 *
 * Context: may sleep.
 * Return: the types with a reference for the caller, or ERR_PTR(-ENOENT).
 */
struct bpf_btf *bpf_btf_by_id(u32 id)
{
	struct bpf_btf *btf;

	mutex_lock(&numbers_lock);
	btf = idr_find(&numbers, id);
	if (btf)
		refcount_inc(&btf->refs);
	mutex_unlock(&numbers_lock);
	return btf ?: ERR_PTR(-ENOENT);
}

/**
 * bpf_btf_next_id() - the least number of types from some number on
 * @id:		that number; takes the result
 *
 * Context: may sleep.
 * Return: 0, or -ENOENT where there is none.
 */
int bpf_btf_next_id(u32 *id)
{
	int next = *id;
	bool found;

	mutex_lock(&numbers_lock);
	found = idr_get_next(&numbers, &next);
	mutex_unlock(&numbers_lock);
	if (!found)
		return -ENOENT;
	*id = next;
	return 0;
}

/**
 * bpf_btf_id() - number of types
 * @btf:	the types
 *
 * Context: any.
 * Return: it.
 */
u32 bpf_btf_id(const struct bpf_btf *btf)
{
	return btf->id;
}

/**
 * bpf_btf_types() - what the types are
 * @btf:	the types, held by the caller
 *
 * Context: any.
 * Return: them, constant and valid as long as @btf is held.
 */
const struct bpf_types *bpf_btf_types(const struct bpf_btf *btf)
{
	return btf->types;
}

/* ---- descriptors --------------------------------------------------------- */

static int btf_release(struct inode *inode, struct file *file)
{
	bpf_btf_put(file->private_data);
	return 0;
}

#ifdef CONFIG_PROC_FS
static void btf_show_fdinfo(struct seq_file *m, struct file *file)
{
	const struct bpf_btf *btf = file->private_data;

	seq_printf(m, "btf_id:\t%u\n", btf->id);
}
#endif

static const struct file_operations btf_fops = {
#ifdef CONFIG_PROC_FS
	.show_fdinfo	= btf_show_fdinfo,
#endif
	.release	= btf_release,
};

/**
 * bpf_btf_new_fd() - a descriptor for types
 * @btf:	the types; on success the descriptor owns the caller's reference
 *
 * Context: may sleep.
 * Return: the descriptor, close-on-exec; -EMFILE, -ENFILE, -ENOMEM.
 */
int bpf_btf_new_fd(struct bpf_btf *btf)
{
	return anon_inode_getfd("btf", &btf_fops, btf, O_RDONLY | O_CLOEXEC);
}

/**
 * bpf_btf_from_file() - types behind an open file
 * @file:	held by the caller
 *
 * Context: any.
 * Return: the types, held by @file; ERR_PTR(-EINVAL) where it is another kind.
 */
struct bpf_btf *bpf_btf_from_file(const struct file *file)
{
	if (file->f_op != &btf_fops)
		return ERR_PTR(-EINVAL);
	return file->private_data;
}

/**
 * bpf_btf_get() - hold the types behind a descriptor
 * @fd:		descriptor of the calling process
 *
 * Context: process.
 * Return: the types with a reference for the caller; ERR_PTR(-EBADF) where nothing is
 * open, ERR_PTR(-EINVAL) where it is something else.
 */
struct bpf_btf *bpf_btf_get(u32 fd)
{
	struct fd f = fdget(fd);
	struct bpf_btf *btf;

	if (!f.file)
		return ERR_PTR(-EBADF);
	btf = bpf_btf_from_file(f.file);
	if (!IS_ERR(btf))
		refcount_inc(&btf->refs);
	fdput(f);
	return btf;
}
