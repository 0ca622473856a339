// SPDX-License-Identifier: GPL-2.0-only
/*
 * Programs as user space holds them: descriptors and numbers.
 *
 * Must never keep a program alive by its number: a number is taken away with the
 * last reference.
 *
 * Layer K4. Test: tools/testing/selftests/bpf/sys_test.c.
 */
#include <linux/anon_inodes.h>
#include <linux/bpf.h>
#include <linux/bpf_ids.h>
#include <linux/export.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/idr.h>
#include <linux/security.h>
#include <linux/seq_file.h>
#include <linux/spinlock.h>
#include "prog.h"

/* numbers of live programs; the last reference may go with interrupts off */
static DEFINE_IDR(numbers);
static DEFINE_SPINLOCK(numbers_lock);

/**
 * bpf_prog_assign_id() - give a program its number
 * @prog:	a program without one
 *
 * Called by: program loading, last thing before the descriptor. Context: may
 * sleep.
 *
 * Return: 0, -ENOMEM, or -ENOSPC when all numbers are taken.
 */
int bpf_prog_assign_id(struct bpf_prog *prog)
{
	unsigned long irq;
	int id;

	idr_preload(GFP_KERNEL);
	spin_lock_irqsave(&numbers_lock, irq);
	id = idr_alloc_cyclic(&numbers, prog, 1, INT_MAX, GFP_ATOMIC);
	if (id > 0)
		prog->aux->id = id;
	spin_unlock_irqrestore(&numbers_lock, irq);
	idr_preload_end();
	return id > 0 ? 0 : id;
}

/**
 * bpf_prog_release_id() - take a program's number away
 * @prog:	a program without references; it may have no number
 *
 * Called by: bpf_prog_put(). Any context.
 */
void bpf_prog_release_id(struct bpf_prog *prog)
{
	unsigned long irq;

	if (!prog->aux->id)
		return;
	spin_lock_irqsave(&numbers_lock, irq);
	idr_remove(&numbers, prog->aux->id);
	spin_unlock_irqrestore(&numbers_lock, irq);
	prog->aux->id = 0;
}

/**
 * bpf_prog_by_id() - hold the program that has a number
 * @id:	the number, any value
 *
 * Called by: BPF_PROG_GET_FD_BY_ID. Any context.
 * Return: the program with a reference for the caller, or ERR_PTR(-ENOENT).
 */
struct bpf_prog *bpf_prog_by_id(u32 id)
{
	struct bpf_prog *prog;
	unsigned long irq;

	spin_lock_irqsave(&numbers_lock, irq);
	prog = idr_find(&numbers, id);
	/* one on its way out waits for the lock to give its number back */
	prog = prog ? bpf_prog_inc_not_zero(prog) : ERR_PTR(-ENOENT);
	spin_unlock_irqrestore(&numbers_lock, irq);
	return prog;
}

/**
 * bpf_prog_next_id() - the least number of a program from some number on
 * @id:	that number; takes the result
 *
 * Called by: BPF_PROG_GET_NEXT_ID. Any context.
 * Return: 0, or -ENOENT where there is none.
 */
int bpf_prog_next_id(u32 *id)
{
	unsigned long irq;
	int next = *id;
	bool found;

	spin_lock_irqsave(&numbers_lock, irq);
	found = idr_get_next(&numbers, &next);
	spin_unlock_irqrestore(&numbers_lock, irq);
	if (!found)
		return -ENOENT;
	*id = next;
	return 0;
}

/* ---- descriptors --------------------------------------------------------- */

static int prog_release(struct inode *inode, struct file *file)
{
	bpf_prog_put(file->private_data);
	return 0;
}

#ifdef CONFIG_PROC_FS
static void prog_show_fdinfo(struct seq_file *seq, struct file *file)
{
	const struct bpf_prog *prog = file->private_data;
	u64 memory = ((u64)prog->pages << PAGE_SHIFT) + bpf_runtime_memory(prog);

	seq_printf(seq, "prog_type:\t%u\n", prog->type);
	seq_printf(seq, "prog_jited:\t%u\n", prog->jited);
	seq_printf(seq, "prog_tag:\t%*phN\n", BPF_TAG_SIZE, prog->tag);
	seq_printf(seq, "memlock:\t%llu\n", memory);
	seq_printf(seq, "prog_id:\t%u\n", prog->aux->id);
	seq_printf(seq, "recursion_misses:\t%llu\n",
		   (u64)atomic64_read(&prog->aux->misses));
	seq_printf(seq, "verified_insns:\t%u\n", prog->aux->verified_insns);
}
#endif

/* reading and writing a descriptor are nothing; both fail like on other objects */
static ssize_t prog_read(struct file *file, char __user *buf, size_t size,
			 loff_t *pos)
{
	return -EINVAL;
}

static ssize_t prog_write(struct file *file, const char __user *buf, size_t size,
			  loff_t *pos)
{
	return -EINVAL;
}

const struct file_operations bpf_prog_fops = {
#ifdef CONFIG_PROC_FS
	.show_fdinfo	= prog_show_fdinfo,
#endif
	.release	= prog_release,
	.read		= prog_read,
	.write		= prog_write,
};

/**
 * bpf_prog_new_fd() - a descriptor for a program
 * @prog:	the program; on success the descriptor owns the caller's reference
 *
 * Called by: program loading. Context: may sleep.
 * Return: the descriptor, close-on-exec; -EMFILE, -ENFILE, -ENOMEM, or what a
 * security module says.
 */
int bpf_prog_new_fd(struct bpf_prog *prog)
{
	int err = security_bpf_prog(prog);

	if (err)
		return err;
	return anon_inode_getfd("bpf-prog", &bpf_prog_fops, prog,
				O_RDWR | O_CLOEXEC);
}

/**
 * bpf_prog_from_file() - program behind an open file
 * @file:	held by the caller
 *
 * Any context.
 * Return: the program, held by @file; ERR_PTR(-EINVAL) where it is another kind.
 */
struct bpf_prog *bpf_prog_from_file(const struct file *file)
{
	if (file->f_op != &bpf_prog_fops)
		return ERR_PTR(-EINVAL);
	return file->private_data;
}

/**
 * bpf_prog_get() - hold the program behind a descriptor
 * @fd:		descriptor of the calling process
 *
 * Context: process.
 * Return: the program with a reference for the caller; ERR_PTR(-EBADF) where
 * nothing is open, ERR_PTR(-EINVAL) where it is no program.
 */
struct bpf_prog *bpf_prog_get(u32 fd)
{
	struct fd f = fdget(fd);
	struct bpf_prog *prog;

	if (!f.file)
		return ERR_PTR(-EBADF);
	prog = bpf_prog_from_file(f.file);
	if (!IS_ERR(prog))
		bpf_prog_inc(prog);
	fdput(f);
	return prog;
}

/**
 * bpf_prog_get_type_dev() - hold the program behind a descriptor, if of one type
 * @fd:		descriptor of the calling process
 * @type:	the type
 * @attach_drv:	the caller is a device that could run programs itself; there are
 *		no such programs
 *
 * Context: process.
 * Return: as bpf_prog_get(), and ERR_PTR(-EINVAL) for another type.
 */
struct bpf_prog *bpf_prog_get_type_dev(u32 fd, enum bpf_prog_type type,
				       bool attach_drv)
{
	struct bpf_prog *prog = bpf_prog_get(fd);

	if (IS_ERR(prog) || prog->type == type)
		return prog;
	bpf_prog_put(prog);
	return ERR_PTR(-EINVAL);
}
EXPORT_SYMBOL_GPL(bpf_prog_get_type_dev);

/**
 * bpf_prog_get_type_path() - hold a program by its name in a file system
 * @name:	path
 * @type:	the type
 *
 * Called by: net/netfilter/xt_bpf.c. Context: process.
 * Return: ERR_PTR(-EOPNOTSUPP): programs are in no file system.
 */
struct bpf_prog *bpf_prog_get_type_path(const char *name, enum bpf_prog_type type)
{
	return ERR_PTR(-EOPNOTSUPP);
}
EXPORT_SYMBOL_GPL(bpf_prog_get_type_path);
