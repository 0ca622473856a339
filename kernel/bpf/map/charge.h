/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Whose memory cgroup pays. A map is charged to the cgroup of the task that made
 * it, also for what is allocated later, on behalf of anyone, in any context that
 * may allocate. Without memory cgroups all of this is nothing.
 *
 * Layer K2. Test: the cgroup part of selftests/bpf/map_test.c.
 */
#ifndef _BPF_MAP_CHARGE_H
#define _BPF_MAP_CHARGE_H

#include <linux/gfp.h>
#include <linux/memcontrol.h>
#include <linux/sched/mm.h>

/**
 * struct charge_scope - from charge_begin() to charge_end()
 * @gfp:	to be or-ed to the flags of allocations between them
 * @ours:	cgroup that is charged, held; or NULL
 * @outer:	cgroup that was charged before
 */
struct charge_scope {
	gfp_t			gfp;
	struct mem_cgroup	*ours;
	struct mem_cgroup	*outer;
};

#ifdef CONFIG_MEMCG_KMEM

static inline struct obj_cgroup *charge_target(void)
{
	return memcg_kmem_enabled() ? get_obj_cgroup_from_current() : NULL;
}

static inline void charge_target_put(struct obj_cgroup *objcg)
{
	if (objcg)
		obj_cgroup_put(objcg);
}

/* no preemption concerns: the scope belongs to the task or to its interrupt */
static inline void charge_begin(struct charge_scope *s, struct obj_cgroup *objcg)
{
	*s = (struct charge_scope){};
	if (!objcg)
		return;
	s->gfp = __GFP_ACCOUNT;
	s->ours = get_mem_cgroup_from_objcg(objcg);
	s->outer = set_active_memcg(s->ours);
}

static inline void charge_end(struct charge_scope *s)
{
	if (!s->ours)
		return;
	set_active_memcg(s->outer);
	mem_cgroup_put(s->ours);
}

#else

static inline struct obj_cgroup *charge_target(void)
{
	return NULL;
}

static inline void charge_target_put(struct obj_cgroup *objcg)
{
}

static inline void charge_begin(struct charge_scope *s, struct obj_cgroup *objcg)
{
	*s = (struct charge_scope){};
}

static inline void charge_end(struct charge_scope *s)
{
}

#endif /* CONFIG_MEMCG_KMEM */

#endif /* _BPF_MAP_CHARGE_H */
