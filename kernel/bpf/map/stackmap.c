// SPDX-License-Identifier: GPL-2.0-only
/*
 * Map of stacks: a program asks for the number of the stack it was called from, user
 * space looks the number up. The number is a hash of the return addresses, and a stack is
 * stored once, however often it is met:
 *
 *	return addresses --hash--> slot --> stack, one of max_entries
 *	                           slot     (on the free list)
 *
 * All stacks exist from creation. One is filled while nobody sees it and then exchanged
 * for what is in the slot. A reader may find that the stack it looks at was taken out and
 * is being filled anew: each tenancy has a number of its own, and a reader starts over
 * where that has changed.
 *
 * Safe from any context, without a lock. Layer K2. Tests: selftests/bpf/stackmap_test.c,
 * trace_output_test.c.
 */
#include <linux/bpf.h>
#include <linux/bpf_stackmap.h>
#include <linux/capability.h>
#include <linux/err.h>
#include <linux/irqflags.h>
#include <linux/jhash.h>
#include <linux/log2.h>
#include <linux/mutex.h>
#include <linux/perf_event.h>
#include <linux/string.h>
#include <asm/unaligned.h>
#include "buildid.h"
#include "freelist.h"
#include "types.h"

#define STACK_MAP_FLAGS	(BPF_F_NUMA_NODE | BPF_F_RDONLY | BPF_F_WRONLY | BPF_F_STACK_BUILD_ID)
#define ID_FLAGS	(BPF_F_SKIP_FIELD_MASK | BPF_F_USER_STACK | BPF_F_FAST_STACK_CMP | \
			 BPF_F_REUSE_STACKID)
#define COPY_FLAGS	(BPF_F_SKIP_FIELD_MASK | BPF_F_USER_STACK | BPF_F_USER_BUILD_ID)

/**
 * struct stack - a stack that is stored, or free
 * @node:	the free list's
 * @tenancy:	changes each time it is filled
 * @hash:	of the return addresses
 * @bytes:	of @entry in use
 * @entry:	addresses, or struct bpf_stack_build_id
 */
struct stack {
	struct freelist_node	node;
	u32			tenancy;
	u32			hash;
	u32			bytes;
	u64			entry[];
};

/**
 * struct stack_map - the map
 * @map:	the common part
 * @free:	stacks that are in no slot
 * @stacks:	all of them
 * @mask:	of a hash, to make it a number
 * @slot:	one more than @mask
 */
struct stack_map {
	struct bpf_map	map;
	struct freelist	free;
	void		*stacks;
	u32		mask;
	struct stack	*slot[];
};

/* return addresses, innermost first; good until the CPU's next stack of this context */
struct trace {
	const u64	*ip;
	u32		count;
};

static struct stack_map *to_stacks(const struct bpf_map *map)
{
	return container_of(map, struct stack_map, map);
}

static bool has_build_ids(u32 map_flags)
{
	return map_flags & BPF_F_STACK_BUILD_ID;
}

static u32 entry_bytes(bool build_ids)
{
	return build_ids ? sizeof(struct bpf_stack_build_id) : sizeof(u64);
}

/* at most @most frames behind those that @flags leaves out. 0, -EFAULT */
static int find_trace(struct pt_regs *regs, u32 most, u64 flags, struct trace *trace)
{
	u32 skip = flags & BPF_F_SKIP_FIELD_MASK;
	u32 depth = min_t(u32, most + skip, sysctl_perf_event_max_stack);
	bool user = flags & BPF_F_USER_STACK;
	struct perf_callchain_entry *chain;

	if (!regs)
		return -EFAULT;
	chain = get_perf_callchain(regs, 0, !user, user, depth, false, false);
	if (!chain || chain->nr < skip)
		return -EFAULT;
	trace->ip = chain->ip + skip;
	trace->count = min_t(u32, chain->nr - skip, most);
	return 0;
}

/* ---- slots ----------------------------------------------------------------------- */

/* a stack nobody sees, to be filled; NULL where all are in slots */
static struct stack *take_stack(struct stack_map *stacks)
{
	struct freelist_node *node = freelist_pop(&stacks->free);
	struct stack *stack;

	if (!node)
		return NULL;
	stack = container_of(node, struct stack, node);
	WRITE_ONCE(stack->tenancy, stack->tenancy + 1);
	/* who sees anything of what is filled in now sees the new tenancy, too */
	smp_wmb();
	return stack;
}

static void give_stack(struct stack_map *stacks, struct stack *stack)
{
	if (stack)
		freelist_push(&stacks->free, &stack->node);
}

/*
 * The stack in a slot, or NULL; what is read of it counts if it is_unchanged(). The slot is
 * looked at again behind the tenancy: a stack that is there then has been filled in that
 * tenancy, or in a later one, which is_unchanged() finds out. One that was there before
 * only may be being filled in the tenancy that we read.
 */
static struct stack *look_at(struct stack **slot, u32 *tenancy)
{
	struct stack *stack = READ_ONCE(*slot), *before;

	do {
		before = stack;
		if (!stack)
			return NULL;
		/* before the slot */
		*tenancy = smp_load_acquire(&stack->tenancy);
		/* pairs with xchg() of put_stack(): all of it is there */
		stack = smp_load_acquire(slot);
	} while (stack != before);
	return stack;
}

static bool is_unchanged(const struct stack *stack, u32 tenancy)
{
	/* what was read of it before, pairs with smp_wmb() of take_stack() */
	smp_rmb();
	return READ_ONCE(stack->tenancy) == tenancy;
}

/* does the slot hold just that? @bytes 0: the hash is enough */
static bool slot_holds(struct stack **slot, u32 hash, const void *entries, u32 bytes)
{
	u32 tenancy;
	struct stack *stack = look_at(slot, &tenancy);

	if (!stack || READ_ONCE(stack->hash) != hash)
		return false;
	if (bytes && (READ_ONCE(stack->bytes) != bytes ||
		      memcmp(stack->entry, entries, bytes)))
		return false;
	return is_unchanged(stack, tenancy);
}

static long put_stack(struct stack_map *stacks, struct stack *stack, u32 id, u32 hash,
		      u32 bytes)
{
	stack->hash = hash;
	stack->bytes = bytes;
	/* a full barrier: it is complete before others see it */
	give_stack(stacks, xchg(&stacks->slot[id], stack));
	return id;
}

/* number of a stack of plain addresses; @taken: with build ids, its stack already filled */
static long store(struct stack_map *stacks, struct stack *taken, const struct trace *trace,
		  u32 hash, u64 flags)
{
	u32 bytes = trace->count * entry_bytes(taken);
	const void *entries = taken ? taken->entry : trace->ip;
	u32 id = hash & stacks->mask;
	struct stack **slot = &stacks->slot[id];
	long result = -EEXIST;

	if (slot_holds(slot, hash, entries, bytes)) {
		result = id;
	} else if (!READ_ONCE(*slot) || flags & BPF_F_REUSE_STACKID) {
		if (taken)
			return put_stack(stacks, taken, id, hash, bytes);
		taken = take_stack(stacks);
		if (!taken)
			return -ENOMEM;
		memcpy(taken->entry, entries, bytes);
		return put_stack(stacks, taken, id, hash, bytes);
	}
	give_stack(stacks, taken);
	return result;
}

/**
 * bpf_stack_id() - number of the current stack in a map
 * @regs:	where the stack begins, or NULL
 * @map:	BPF_MAP_TYPE_STACK_TRACE
 * @flags:	BPF_F_SKIP_FIELD_MASK frames to leave out, BPF_F_USER_STACK,
 *		BPF_F_FAST_STACK_CMP, BPF_F_REUSE_STACKID
 *
 * What bpf_get_stackid() does in released Linux.
 *
 * Context: any, preemption disabled.
 * Return: the number; -EINVAL (flags), -EFAULT (no stack, or none behind the frames left
 * out), -EEXIST (the number is another stack's), -ENOMEM (max_entries are stored).
 */
long bpf_stack_id(struct pt_regs *regs, struct bpf_map *map, u64 flags)
{
	struct stack_map *stacks = to_stacks(map);
	bool build_ids = has_build_ids(map->flags);
	struct stack *taken = NULL;
	struct trace trace;
	u32 hash;
	int err;

	if (unlikely(flags & ~ID_FLAGS))
		return -EINVAL;
	err = find_trace(regs, map->value_size / entry_bytes(build_ids), flags, &trace);
	if (err)
		return err;
	if (!trace.count)
		return -EFAULT;
	hash = jhash2((const u32 *)trace.ip, trace.count * sizeof(u64) / sizeof(u32), 0);
	if (flags & BPF_F_FAST_STACK_CMP &&
	    slot_holds(&stacks->slot[hash & stacks->mask], hash, NULL, 0))
		return hash & stacks->mask;
	if (build_ids) {
		taken = take_stack(stacks);
		if (!taken)
			return -ENOMEM;
		buildid_fill((void *)taken->entry, trace.ip, trace.count,
			     flags & BPF_F_USER_STACK);
	}
	return store(stacks, taken, &trace, hash, flags);
}

/**
 * bpf_stack_copy() - the current stack
 * @regs:	where the stack begins, or NULL
 * @to:		gets the addresses, or struct bpf_stack_build_id; the rest of it, and all
 *		of it where there is an error, is filled with zeros
 * @size:	its bytes, whole entries
 * @flags:	BPF_F_SKIP_FIELD_MASK frames to leave out, BPF_F_USER_STACK, and with it
 *		BPF_F_USER_BUILD_ID
 *
 * What bpf_get_stack() does in released Linux. Somebody has called bpf_stack_prepare().
 *
 * Context: any, preemption disabled.
 * Return: bytes of the entries; -EINVAL (flags, size), -EFAULT (no stack).
 */
long bpf_stack_copy(struct pt_regs *regs, void *to, u32 size, u64 flags)
{
	bool build_ids = flags & BPF_F_USER_BUILD_ID, user = flags & BPF_F_USER_STACK;
	u32 each = entry_bytes(build_ids), bytes;
	struct trace trace;
	long err = -EINVAL;

	if (likely(!(flags & ~COPY_FLAGS) && !(build_ids && !user) && size % each == 0))
		err = find_trace(regs, size / each, flags, &trace);
	if (err) {
		memset(to, 0, size);
		return err;
	}
	bytes = trace.count * each;
	if (build_ids)
		buildid_fill(to, trace.ip, trace.count, user);
	else
		memcpy(to, trace.ip, bytes);
	memset(to + bytes, 0, size - bytes);
	return bytes;
}

/**
 * bpf_stack_prepare() - what bpf_stack_copy() needs, before it is called
 *
 * The memory that stacks are put together in exists while somebody wants it. To be called
 * where a program with that helper is loaded; bpf_stack_release() where it ends.
 *
 * Context: process, may sleep.
 * Return: 0 or -ENOMEM, -EOVERFLOW.
 */
int bpf_stack_prepare(void)
{
	return get_callchain_buffers(sysctl_perf_event_max_stack);
}

/**
 * bpf_stack_release() - undo one bpf_stack_prepare() that returned 0
 *
 * Context: process, may sleep.
 */
void bpf_stack_release(void)
{
	put_callchain_buffers();
}

/* ---- the map --------------------------------------------------------------------- */

static int stacks_check(const struct bpf_map_spec *spec)
{
	u32 each = entry_bytes(has_build_ids(spec->flags));

	if (!bpf_capable())
		return -EPERM;
	if (spec->flags & ~STACK_MAP_FLAGS || spec->key_size != sizeof(u32))
		return -EINVAL;
	if (!spec->value_size || spec->value_size % each ||
	    spec->value_size / each > sysctl_perf_event_max_stack)
		return -EINVAL;
	/* slots are a power of two, counted in 32 bits */
	return spec->max_entries > BIT(31) ? -E2BIG : 0;
}

static int make_stacks(struct stack_map *stacks, const struct bpf_map_spec *spec)
{
	u32 stride = sizeof(struct stack) + spec->value_size, count = spec->max_entries;
	struct stack *first;

	stacks->stacks = bpf_map_area_alloc((u64)stride * count, spec->numa_node);
	if (!stacks->stacks)
		return -ENOMEM;
	first = stacks->stacks;
	return freelist_init(&stacks->free, &first->node, stride, count, count);
}

static struct bpf_map *stacks_alloc(const struct bpf_map_spec *spec)
{
	unsigned long slots = roundup_pow_of_two((unsigned long)spec->max_entries);
	struct stack_map *stacks;
	int err;

	stacks = bpf_map_area_alloc(struct_size(stacks, slot, slots), spec->numa_node);
	if (!stacks)
		return ERR_PTR(-ENOMEM);
	bpf_map_init(&stacks->map, &bpf_stack_ops, spec);
	stacks->mask = slots - 1;
	err = make_stacks(stacks, spec);
	if (!err) {
		err = bpf_stack_prepare();
		if (!err)
			return &stacks->map;
		freelist_destroy(&stacks->free);
	}
	bpf_map_area_free(stacks->stacks);
	bpf_map_exit(&stacks->map);
	bpf_map_area_free(stacks);
	return ERR_PTR(err);
}

static void stacks_free(struct bpf_map *map)
{
	struct stack_map *stacks = to_stacks(map);

	bpf_stack_release();
	freelist_destroy(&stacks->free);
	bpf_map_area_free(stacks->stacks);
	bpf_map_exit(map);
	bpf_map_area_free(stacks);
}

static struct stack **find_slot(struct bpf_map *map, const void *key)
{
	struct stack_map *stacks = to_stacks(map);
	u32 id = get_unaligned((const u32 *)key);

	return id <= stacks->mask ? &stacks->slot[id] : NULL;
}

static int stacks_copy(struct bpf_map *map, const void *key, void *value)
{
	struct stack **slot = find_slot(map, key);
	struct stack *stack;
	u32 tenancy, bytes;

	do {
		stack = slot ? look_at(slot, &tenancy) : NULL;
		if (!stack)
			return -ENOENT;
		bytes = min(READ_ONCE(stack->bytes), map->value_size);
		memcpy(value, stack->entry, bytes);
	} while (!is_unchanged(stack, tenancy));
	memset(value + bytes, 0, map->value_size - bytes);
	return 0;
}

/* stacks come from programs */
static long stacks_update(struct bpf_map *map, const void *key, const void *value, u64 flags)
{
	return -EINVAL;
}

static long stacks_remove(struct bpf_map *map, const void *key)
{
	struct stack **slot = find_slot(map, key);
	struct stack *old;

	if (!slot)
		return -E2BIG;
	old = xchg(slot, NULL);
	give_stack(to_stacks(map), old);
	return old ? 0 : -ENOENT;
}

static int stacks_next_key(struct bpf_map *map, const void *key, void *next)
{
	struct stack_map *stacks = to_stacks(map);
	struct stack **slot = key ? find_slot(map, key) : NULL;
	u64 id = 0;

	if (slot && READ_ONCE(*slot))
		id = slot - stacks->slot + 1;
	while (id <= stacks->mask && !READ_ONCE(stacks->slot[id]))
		id++;
	if (id > stacks->mask)
		return -ENOENT;
	put_unaligned((u32)id, (u32 *)next);
	return 0;
}

const struct bpf_map_ops bpf_stack_ops = {
	.name		= "stack_trace",
	.check		= stacks_check,
	.alloc		= stacks_alloc,
	.free		= stacks_free,
	.update		= stacks_update,
	.remove		= stacks_remove,
	.next_key	= stacks_next_key,
	.copy_value	= stacks_copy,
	.opaque		= true,
};
