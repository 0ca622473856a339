// SPDX-License-Identifier: GPL-2.0-only
/*
 * Objects for callers that may be anywhere, freed after an RCU grace period.
 *
 * The kernel's allocator may be called where interrupts are on: it disables them
 * around each of its own critical sections, so that code which runs with them on
 * cannot have interrupted one. Everyone else (interrupts off, NMI) takes from a few
 * slots per CPU that were filled before. A slot is one word, emptied and filled by an
 * exchange: no list to corrupt, so no context is excluded and nothing waits.
 *
 *	alloc:	interrupts on: kmalloc; off, NMI, or kmalloc failed: a slot
 *	free:	any context: lock-free list of the CPU
 *	irq_work, raised by both: fills the slots; starts a grace period, after which
 *	the list is freed
 *
 * Programs that run on events of memory may change a map of this kind: no program runs on
 * the events of the irq_work and of the freeing, which would never be done otherwise.
 *
 * Never sleeps after objcache_init(), takes no lock of its own.
 * Layer K2. Tests: hash_test.c (maps without preallocation).
 */
#include <linux/atomic.h>
#include <linux/bpf_events.h>
#include <linux/cpumask.h>
#include <linux/errno.h>
#include <linux/hardirq.h>
#include <linux/irqflags.h>
#include <linux/minmax.h>
#include <linux/percpu.h>
#include <linux/preempt.h>
#include <linux/slab.h>
#include "alloc.h"
#include "charge.h"

/* objects kept ready by a CPU: this many, or as many as fit these bytes, at least 2 */
#define SLOTS_MAX	64
#define SLOTS_BYTES	SZ_16K
#define SLOTS_MIN	2

/**
 * struct objcache_cpu - what one CPU keeps
 * @cache:	back to the cache
 * @work:	fills slots, starts grace periods
 * @freed:	objects given back, not yet waiting
 * @waiting:	objects that wait for the grace period; owned by who set @busy
 * @busy:	a grace period is under way
 * @rcu:	for it
 * @slot:	objects ready, or NULL
 */
struct objcache_cpu {
	struct objcache		*cache;
	struct irq_work		work;
	struct llist_head	freed;
	struct llist_node	*waiting;
	atomic_t		busy;
	struct rcu_head		rcu;
	void			*slot[SLOTS_MAX];
};

/* precedes the object, which stays readable until the grace period is over */
struct object_header {
	struct llist_node	node;
} __aligned(8);

static void *object_of(struct object_header *header)
{
	return header + 1;
}

static struct object_header *header_of(void *object)
{
	return (struct object_header *)object - 1;
}

static void *new_object(const struct objcache *cache, gfp_t gfp)
{
	struct charge_scope charge;
	struct object_header *header;

	charge_begin(&charge, cache->objcg);
	header = kmalloc_node(cache->bytes, gfp | charge.gfp | __GFP_NOWARN,
			      cache->numa_node);
	charge_end(&charge);
	return header ? object_of(header) : NULL;
}

static bool fill_slots(struct objcache_cpu *pc, gfp_t gfp)
{
	u32 i;

	for (i = 0; i < pc->cache->slots; i++) {
		void *object;

		if (READ_ONCE(pc->slot[i]))
			continue;
		object = new_object(pc->cache, gfp);
		if (!object)
			return false;
		if (cmpxchg(&pc->slot[i], NULL, object))
			objcache_free_now(object);
	}
	return true;
}

static void free_list(struct llist_node *list)
{
	struct object_header *header, *next;

	llist_for_each_entry_safe(header, next, list, node)
		kfree(header);
}

static void free_after_readers(struct rcu_head *rcu);

/*
 * One grace period at a time per CPU: what is freed meanwhile waits for the next. Who
 * moves @busy from 0 to 1 owns @waiting.
 */
static void start_grace_period(struct objcache_cpu *pc)
{
	if (llist_empty(&pc->freed) || atomic_cmpxchg(&pc->busy, 0, 1))
		return;
	pc->waiting = llist_del_all(&pc->freed);
	call_rcu(&pc->rcu, free_after_readers);
}

static void free_after_readers(struct rcu_head *rcu)
{
	struct objcache_cpu *pc = container_of(rcu, struct objcache_cpu, rcu);
	int events;

	preempt_disable();
	events = bpf_events_shut();
	free_list(pc->waiting);
	bpf_events_reopen(events);
	preempt_enable();
	pc->waiting = NULL;
	atomic_set_release(&pc->busy, 0);
	/* pairs with llist_add() before the cmpxchg: a free that saw us busy is seen */
	smp_mb();
	if (!READ_ONCE(pc->cache->ending))
		start_grace_period(pc);
}

static void serve(struct irq_work *work)
{
	struct objcache_cpu *pc = container_of(work, struct objcache_cpu, work);
	int events;

	preempt_disable();
	events = bpf_events_shut();
	start_grace_period(pc);
	fill_slots(pc, GFP_NOWAIT);
	bpf_events_reopen(events);
	preempt_enable();
}

/**
 * objcache_init() - make a cache, its slots full
 * @cache:	the cache, zeroed
 * @object_bytes:	bytes of an object
 * @numa_node:	preferred node, or NUMA_NO_NODE
 * @objcg:	who pays, or NULL; the caller holds it for the life of the cache
 *
 * Context: process, may sleep.
 * Return: 0 or -ENOMEM. After -ENOMEM objcache_destroy() is due all the same.
 */
int objcache_init(struct objcache *cache, u32 object_bytes, int numa_node,
		  struct obj_cgroup *objcg)
{
	int cpu;

	cache->bytes = object_bytes + sizeof(struct object_header);
	cache->slots = clamp_t(u32, SLOTS_BYTES / cache->bytes, SLOTS_MIN, SLOTS_MAX);
	cache->numa_node = numa_node;
	cache->objcg = objcg;
	cache->cpu = __alloc_percpu_gfp(sizeof(*cache->cpu),
					__alignof__(struct objcache_cpu),
					GFP_KERNEL_ACCOUNT);
	if (!cache->cpu)
		return -ENOMEM;
	for_each_possible_cpu(cpu) {
		struct objcache_cpu *pc = per_cpu_ptr(cache->cpu, cpu);

		pc->cache = cache;
		init_irq_work(&pc->work, serve);
		init_llist_head(&pc->freed);
	}
	for_each_possible_cpu(cpu) {
		if (!fill_slots(per_cpu_ptr(cache->cpu, cpu), GFP_KERNEL))
			return -ENOMEM;
	}
	return 0;
}

/**
 * objcache_destroy() - free the cache and what was given back to it
 * @cache:	the cache; nobody allocates or frees any more, and a grace period has
 *		passed since the last one did. Zeroed memory will do
 *
 * Context: process, may sleep.
 */
void objcache_destroy(struct objcache *cache)
{
	int cpu;
	u32 i;

	if (!cache->cpu)
		return;
	WRITE_ONCE(cache->ending, true);
	for_each_possible_cpu(cpu)
		irq_work_sync(&per_cpu_ptr(cache->cpu, cpu)->work);
	/*
	 * Callbacks under way. One that had looked at @ending just before may have
	 * started another grace period behind the first barrier's back; that one's
	 * callback sees @ending.
	 */
	rcu_barrier();
	rcu_barrier();
	for_each_possible_cpu(cpu) {
		struct objcache_cpu *pc = per_cpu_ptr(cache->cpu, cpu);

		free_list(llist_del_all(&pc->freed));
		for (i = 0; i < cache->slots; i++) {
			if (pc->slot[i])
				objcache_free_now(pc->slot[i]);
		}
	}
	free_percpu(cache->cpu);
	cache->cpu = NULL;
}

/*
 * Interrupts on means that no critical section of the allocator was interrupted. Where
 * spin locks sleep, its sections run with interrupts on, but preemptible ones only.
 */
static bool may_call_allocator(void)
{
	if (IS_ENABLED(CONFIG_PREEMPT_RT))
		return false;
	return !in_nmi() && !irqs_disabled();
}

static void *take_slot(struct objcache *cache)
{
	struct objcache_cpu *pc = raw_cpu_ptr(cache->cpu);
	void *object = NULL;
	u32 i;

	for (i = 0; i < cache->slots && !object; i++) {
		if (READ_ONCE(pc->slot[i]))
			object = xchg(&pc->slot[i], NULL);
	}
	irq_work_queue(&pc->work);
	return object;
}

/**
 * objcache_alloc() - take an object
 * @cache:	the cache
 *
 * Context: any, NMI included; bounded.
 * Return: the object, not zeroed, or NULL: no memory, the cgroup's limit is reached, or
 * more were asked for with interrupts off than the CPU kept ready.
 */
void *objcache_alloc(struct objcache *cache)
{
	void *object = NULL;

	if (may_call_allocator())
		object = new_object(cache, GFP_NOWAIT);
	return object ? object : take_slot(cache);
}

/**
 * objcache_free() - give an object back; RCU readers may still see it
 * @cache:	the cache
 * @object:	from objcache_alloc()
 *
 * Context: any, NMI included, never waits.
 */
void objcache_free(struct objcache *cache, void *object)
{
	struct objcache_cpu *pc = raw_cpu_ptr(cache->cpu);

	/* true for the first on the list: one request serves all that follow */
	if (llist_add(&header_of(object)->node, &pc->freed))
		irq_work_queue(&pc->work);
}

/**
 * objcache_free_now() - free an object that no reader can see
 * @object:	from objcache_alloc()
 *
 * Context: as kfree(); what a map still holds at its end, for one.
 */
void objcache_free_now(void *object)
{
	kfree(header_of(object));
}
