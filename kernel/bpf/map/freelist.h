/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Free elements of one area: a stack per CPU, popped and pushed from any context, NMI
 * included, without a lock.
 *
 *	head of a CPU = | tag | number of the top element, 0 when empty |
 *	link of a free element = number of the one below it
 *	link of an element in use = its own number
 *
 * Elements are numbered from 1 in the order of the area, so that a head with a tag fits
 * one word. Each pop and push changes the tag: a compare-and-swap that read the head
 * before another's pop cannot succeed after it, even when the same element is on top
 * again. The tag has all bits the numbers leave: 44 for a million elements, and at
 * least 32.
 *
 * Decides which free element is taken; never looks into one.
 * Layer K2. Tests: hash_test.c (exhaustion, twins).
 */
#ifndef _BPF_MAP_FREELIST_H
#define _BPF_MAP_FREELIST_H

#include <linux/atomic.h>
#include <linux/percpu.h>
#include <linux/types.h>

/**
 * struct freelist_node - what an element gives to the list
 * @link:	see above; written by the element's owner of the moment
 */
struct freelist_node {
	u32 link;
};

/**
 * struct freelist_cpu - the stack of one CPU
 * @head:	tag and top
 * @victim:	CPU that last had an element when this one had none; a hint
 */
struct freelist_cpu {
	atomic64_t	head;
	u32		victim;
};

/**
 * struct freelist - free elements of one area; constant after freelist_init()
 * @cpu:	stacks
 * @base:	address of the node of element 0, were there one
 * @stride:	bytes from one element to the next
 * @mask:	bits of a head that are the number
 */
struct freelist {
	struct freelist_cpu __percpu	*cpu;
	unsigned long			base;
	u64				stride;
	u64				mask;
};

int freelist_init(struct freelist *fl, void *first_node, u32 stride, u32 total,
		  u32 listed);
void freelist_destroy(struct freelist *fl);
struct freelist_node *freelist_steal(struct freelist *fl);

static inline struct freelist_node *freelist_node_at(const struct freelist *fl, u64 number)
{
	return (struct freelist_node *)(fl->base + number * fl->stride);
}

/*
 * @link may be garbage where another CPU took the element first; then the tag differs
 * and the swap fails. Success is an acquire: what the last owner did with the element
 * happened before.
 */
static __always_inline struct freelist_node *
freelist_pop_from(const struct freelist *fl, atomic64_t *head)
{
	u64 old = atomic64_read(head);
	struct freelist_node *node;
	u64 number, new;

	do {
		number = old & fl->mask;
		if (unlikely(!number))
			return NULL;
		node = freelist_node_at(fl, number);
		new = old - number + READ_ONCE(node->link) + fl->mask + 1;
	} while (unlikely(!atomic64_try_cmpxchg_acquire(head, (s64 *)&old, new)));

	WRITE_ONCE(node->link, number);
	return node;
}

/*
 * freelist_pop() - take a free element
 *
 * Any context. NULL only if at one instant during the call no element was free, or if
 * other CPUs changed the lists without end while this one searched.
 */
static __always_inline struct freelist_node *freelist_pop(struct freelist *fl)
{
	struct freelist_node *node;

	node = freelist_pop_from(fl, &raw_cpu_ptr(fl->cpu)->head);
	if (likely(node))
		return node;
	return freelist_steal(fl);
}

/*
 * freelist_push() - give an element back
 *
 * Any context. A release: what the caller did with the element happened before.
 */
static __always_inline void freelist_push(struct freelist *fl, struct freelist_node *node)
{
	atomic64_t *head = &raw_cpu_ptr(fl->cpu)->head;
	u64 old = atomic64_read(head);
	u64 number = node->link;
	u64 below, new;

	do {
		below = old & fl->mask;
		WRITE_ONCE(node->link, below);
		new = old - below + number + fl->mask + 1;
	} while (unlikely(!atomic64_try_cmpxchg_release(head, (s64 *)&old, new)));
}

#endif /* _BPF_MAP_FREELIST_H */
