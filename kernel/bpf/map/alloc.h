/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Objects of one size for callers that may be anywhere: with interrupts off, in NMI,
 * inside the memory allocator itself. See alloc.c.
 *
 * Layer K2.
 */
#ifndef _BPF_MAP_ALLOC_H
#define _BPF_MAP_ALLOC_H

#include <linux/irq_work.h>
#include <linux/llist.h>
#include <linux/rcupdate.h>
#include <linux/types.h>

struct obj_cgroup;
struct objcache_cpu;

/**
 * struct objcache - objects of one size; constant after objcache_init()
 * @cpu:	what each CPU keeps
 * @bytes:	of one object with the cache's own header
 * @slots:	objects that each CPU keeps ready
 * @numa_node:	preferred, or NUMA_NO_NODE
 * @objcg:	who pays; the owner of the cache holds it
 * @ending:	objcache_destroy() has begun
 */
struct objcache {
	struct objcache_cpu __percpu	*cpu;
	u32				bytes;
	u32				slots;
	int				numa_node;
	struct obj_cgroup		*objcg;
	bool				ending;
};

int objcache_init(struct objcache *cache, u32 object_bytes, int numa_node,
		  struct obj_cgroup *objcg);
void objcache_destroy(struct objcache *cache);
void *objcache_alloc(struct objcache *cache);
void objcache_free(struct objcache *cache, void *object);
void objcache_free_now(void *object);

#endif /* _BPF_MAP_ALLOC_H */
