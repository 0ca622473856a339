// SPDX-License-Identifier: GPL-2.0-only
/*
 * Return addresses of user space as build ids of files and offsets in them, which mean
 * the same after the process has ended, and in another one.
 *
 * The current process's mappings are needed, and nobody can be waited for: where their
 * lock is not free, or for addresses that are in no file, or in one without build id, the
 * address stays what it is. Dropping the lock may wake somebody, which must not be done
 * where interrupts are off, as a lock of the scheduler may be held there: then an
 * interrupt of our own drops it.
 *
 * Must never touch a page that is not in memory. Layer K2. Tests:
 * selftests/bpf/trace_output_test.c.
 */
#include <linux/buildid.h>
#include <linux/init.h>
#include <linux/irq_work.h>
#include <linux/irqflags.h>
#include <linux/mm.h>
#include <linux/mmap_lock.h>
#include <linux/percpu.h>
#include <linux/sched.h>
#include <linux/string.h>
#include "buildid.h"

/**
 * struct unlock_work - a lock to be dropped soon
 * @work:	drops it
 * @mm:		whose; not NULL from before it is taken until it is dropped
 */
struct unlock_work {
	struct irq_work		work;
	struct mm_struct	*mm;
};

static DEFINE_PER_CPU(struct unlock_work, unlock_later);

static void unlock_now(struct irq_work *work)
{
	struct unlock_work *later = container_of(work, struct unlock_work, work);
	struct mm_struct *mm = later->mm;

	WRITE_ONCE(later->mm, NULL);
	mmap_read_unlock_non_owner(mm);
}

static int __init init_unlock_later(void)
{
	int cpu;

	for_each_possible_cpu(cpu)
		init_irq_work(&per_cpu(unlock_later, cpu).work, unlock_now);
	return 0;
}
pure_initcall(init_unlock_later);

/* the mappings of the current process, locked, or NULL */
static struct mm_struct *lock_mappings(void)
{
	struct mm_struct *mm = current->mm;
	bool later = irqs_disabled();

	if (!mm || (later && this_cpu_cmpxchg(unlock_later.mm, NULL, mm)))
		return NULL;
	if (mmap_read_trylock(mm))
		return mm;
	if (later)
		this_cpu_write(unlock_later.mm, NULL);
	return NULL;
}

static void unlock_mappings(struct mm_struct *mm)
{
	if (!irqs_disabled()) {
		mmap_read_unlock(mm);
		return;
	}
	/* lockdep: another one drops it */
	rwsem_release(&mm->mmap_lock.dep_map, _RET_IP_);
	irq_work_queue(&this_cpu_ptr(&unlock_later)->work);
}

static void fill_address(struct bpf_stack_build_id *to, u64 ip)
{
	memset(to, 0, sizeof(*to));
	to->status = BPF_STACK_BUILD_ID_IP;
	to->ip = ip;
}

/* the address becomes an offset, if it is in a file with a build id */
static void fill_one(struct bpf_stack_build_id *to, struct vm_area_struct *vma)
{
	if (!vma || build_id_parse(vma, to->build_id, NULL))
		return;
	to->status = BPF_STACK_BUILD_ID_VALID;
	to->offset = ((u64)vma->vm_pgoff << PAGE_SHIFT) + to->ip - vma->vm_start;
}

/**
 * buildid_fill() - return addresses as build ids and offsets
 * @to:		gets @count of them
 * @ip:		the addresses; may not be in the memory of @to
 * @count:	how many
 * @user:	they are the current process's; the kernel's stay addresses
 *
 * Context: any, preemption disabled.
 */
void buildid_fill(struct bpf_stack_build_id *to, const u64 *ip, u32 count, bool user)
{
	struct vm_area_struct *vma = NULL;
	struct mm_struct *mm;
	u32 i;

	/* taking the lock is an event: who looks at it may want the memory of @ip */
	for (i = 0; i < count; i++)
		fill_address(&to[i], ip[i]);
	mm = user ? lock_mappings() : NULL;
	if (!mm)
		return;
	for (i = 0; i < count; i++) {
		/* callers are often in the file that the callee is in */
		if (!vma || to[i].ip < vma->vm_start || to[i].ip >= vma->vm_end)
			vma = vma_lookup(mm, to[i].ip);
		fill_one(&to[i], vma);
	}
	unlock_mappings(mm);
}
