// SPDX-License-Identifier: GPL-2.0-only
/*
 * The parts of the free list that are not in the fast path: dealing the elements out,
 * and taking one from another CPU. See freelist.h for the structure.
 *
 * Layer K2. Tests: hash_test.c.
 */
#include <linux/bitops.h>
#include <linux/cpumask.h>
#include <linux/errno.h>
#include <linux/gfp.h>
#include <linux/percpu.h>
#include <linux/sched.h>
#include "freelist.h"

/* searches of all CPUs before giving up; each failed one means others took or gave */
#define STEAL_ROUNDS	64

/* elements @first to @last become the stack of @cpu */
static void deal(struct freelist *fl, int cpu, u32 first, u32 last)
{
	u32 number;

	for (number = first; number <= last; number++) {
		freelist_node_at(fl, number)->link = number == first ? 0 : number - 1;
		if (!(number & 0xffff))
			cond_resched();
	}
	if (first <= last)
		atomic64_set(&per_cpu_ptr(fl->cpu, cpu)->head, last);
}

/**
 * freelist_init() - deal elements out to all CPUs
 * @fl:		the list
 * @first_node:	node of the first element
 * @stride:	bytes from one element to the next
 * @total:	elements of the area
 * @listed:	how many of them, from the first, go on the list; the others belong to
 *		the caller, who may push them at any time
 *
 * Context: process, may sleep. Nobody else knows the list yet.
 * Return: 0 or -ENOMEM.
 */
int freelist_init(struct freelist *fl, void *first_node, u32 stride, u32 total,
		  u32 listed)
{
	u32 cpus = num_possible_cpus();
	u32 first = 1, part = 0;
	u32 number;
	int cpu;

	fl->cpu = __alloc_percpu_gfp(sizeof(*fl->cpu), __alignof__(u64),
				     GFP_KERNEL_ACCOUNT);
	if (!fl->cpu)
		return -ENOMEM;
	fl->base = (unsigned long)first_node - stride;
	fl->stride = stride;
	fl->mask = (1ULL << fls(total)) - 1;

	for_each_possible_cpu(cpu) {
		u32 last = (u64)listed * ++part / cpus;

		per_cpu_ptr(fl->cpu, cpu)->victim = cpu;
		deal(fl, cpu, first, last);
		first = last + 1;
	}
	for (number = first; number <= total; number++)
		freelist_node_at(fl, number)->link = number;
	return 0;
}

/**
 * freelist_destroy() - undo freelist_init()
 * @fl:	the list; zeroed memory will do
 *
 * The elements are the caller's.
 *
 * Context: process.
 */
void freelist_destroy(struct freelist *fl)
{
	free_percpu(fl->cpu);
	fl->cpu = NULL;
}

/**
 * freelist_steal() - take an element of another CPU
 * @fl:	the list
 *
 * That all stacks were seen empty one after the other does not mean that they ever
 * were at the same time: an element may have been pushed behind the search and
 * another popped before it. Tags only grow, so equal sums of the heads in two
 * searches mean that nothing happened from the first's end to the second's start,
 * when all were empty: the answer "none" is then the truth of that instant.
 *
 * Context: any, NMI included; lock-free, bounded.
 * Return: an element or NULL.
 */
struct freelist_node *freelist_steal(struct freelist *fl)
{
	struct freelist_cpu *own = raw_cpu_ptr(fl->cpu);
	struct freelist_node *node;
	u64 sum, last_sum = 0;
	int round, cpu;

	node = freelist_pop_from(fl, &per_cpu_ptr(fl->cpu, READ_ONCE(own->victim))->head);
	if (node)
		return node;
	for (round = 0; round < STEAL_ROUNDS; round++) {
		sum = 0;
		for_each_possible_cpu(cpu) {
			atomic64_t *head = &per_cpu_ptr(fl->cpu, cpu)->head;

			node = freelist_pop_from(fl, head);
			if (node) {
				WRITE_ONCE(own->victim, cpu);
				return node;
			}
			sum += atomic64_read(head);
		}
		if (round && sum == last_sum)
			return NULL;
		last_sum = sum;
		/* the searches must not be merged or swapped */
		smp_rmb();
	}
	return NULL;
}
