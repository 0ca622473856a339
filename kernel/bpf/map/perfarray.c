// SPDX-License-Identifier: GPL-2.0-only
/*
 * Array of perf events: user space opens events and puts them in by descriptor; programs
 * write records to them, which user space reads from their buffers, or read counts.
 *
 * An event stays in the array until the file that it was put in through is closed, so
 * that nothing is left behind of a process that ended. A slot holds the event's own file.
 *
 * Programs use an event under RCU. Layer K2. Tests: selftests/bpf/perfarray_test.c,
 * trace_output_test.c.
 */
#include <linux/bpf.h>
#include <linux/bpf_perfarray.h>
#include <linux/capability.h>
#include <linux/err.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/percpu.h>
#include <linux/perf_event.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/smp.h>
#include <asm/unaligned.h>
#include "fdarray.h"

/* programs that write records on one CPU, one having interrupted the other */
#define OUTPUT_LEVELS	3

/* a record has a header, a sample's other parts, and its size, in 16 bits together */
#define OUTPUT_MAX	(U16_MAX - 1024)

/**
 * struct event_slot - an event in an array
 * @event:	the event
 * @file:	its file, held
 * @map_file:	file of the array that it was put in through
 * @rcu:	for the grace period before freeing
 */
struct event_slot {
	struct perf_event	*event;
	struct file		*file;
	const struct file	*map_file;
	struct rcu_head		rcu;
};

/**
 * struct output_scratch - what is too large for the stack
 * @level:	how many of @data are in use
 * @data:	a sample for each level
 */
struct output_scratch {
	int			level;
	struct perf_sample_data	data[OUTPUT_LEVELS];
};

static DEFINE_PER_CPU(struct output_scratch, output_scratch);

static void free_slot(struct rcu_head *rcu)
{
	struct event_slot *slot = container_of(rcu, struct event_slot, rcu);

	fput(slot->file);
	kfree(slot);
}

static void put_slot(void *slot)
{
	call_rcu(&((struct event_slot *)slot)->rcu, free_slot);
}

/* the event behind a descriptor of the calling process; it can be read here */
static struct file *get_event(u32 fd)
{
	struct file *file = perf_event_get(fd);
	u64 count;

	if (IS_ERR(file))
		return file;
	if (perf_event_read_local(file->private_data, &count, NULL, NULL) != -EOPNOTSUPP)
		return file;
	fput(file);
	return ERR_PTR(-EOPNOTSUPP);
}

static long events_update(struct bpf_map *map, struct file *map_file, const void *key,
			  const void *value, u64 flags)
{
	void **at = fdarray_find(map, key);
	struct event_slot *slot;
	struct file *file;

	if (flags != BPF_ANY)
		return -EINVAL;
	if (!at)
		return -E2BIG;
	file = get_event(get_unaligned((const u32 *)value));
	if (IS_ERR(file))
		return PTR_ERR(file);
	slot = kzalloc(sizeof(*slot), GFP_KERNEL_ACCOUNT);
	if (!slot) {
		fput(file);
		return -ENOMEM;
	}
	slot->event = file->private_data;
	slot->file = file;
	slot->map_file = map_file;
	fdarray_exchange(at, slot, put_slot);
	return 0;
}

static long events_remove(struct bpf_map *map, const void *key)
{
	return fdarray_remove(map, key, put_slot);
}

/* a descriptor means nothing to another process */
static int events_copy_value(struct bpf_map *map, const void *key, void *value)
{
	return -ENOTSUPP;
}

static void events_release(struct bpf_map *map, struct file *map_file)
{
	struct event_slot *slot;
	void **at;
	u32 i;

	for (i = 0; i < map->max_entries; i++) {
		at = fdarray_slot(map, i);
		/* somebody else may take it out meanwhile */
		rcu_read_lock();
		slot = READ_ONCE(*at);
		if (slot && slot->map_file == map_file && cmpxchg(at, slot, NULL) == slot)
			put_slot(slot);
		rcu_read_unlock();
		cond_resched();
	}
}

static int events_check(const struct bpf_map_spec *spec)
{
	if (!bpf_capable())
		return -EPERM;
	return fdarray_check(spec);
}

static struct bpf_map *events_alloc(const struct bpf_map_spec *spec)
{
	struct bpf_array *array = fdarray_alloc(&bpf_perf_array_ops, spec, 0);

	return array ? &array->map : ERR_PTR(-ENOMEM);
}

static void events_free(struct bpf_map *map)
{
	fdarray_clear(map, put_slot);
	fdarray_free(container_of(map, struct bpf_array, map), 0);
}

const struct bpf_map_ops bpf_perf_array_ops = {
	.name		= "perf_event_array",
	.check		= events_check,
	.alloc		= events_alloc,
	.free		= events_free,
	.update_file	= events_update,
	.remove		= events_remove,
	.next_key	= fdarray_next_key,
	.copy_value	= events_copy_value,
	.release	= events_release,
	.opaque		= true,
};

/* ---- for programs ---------------------------------------------------------------- */

/* the event that @flags name; under RCU. ERR_PTR: -EINVAL, -E2BIG, -ENOENT */
static struct perf_event *find_event(struct bpf_map *map, u64 flags)
{
	u32 index = flags & BPF_F_INDEX_MASK;
	struct event_slot *slot;
	void **at;

	if (unlikely(flags & ~BPF_F_INDEX_MASK))
		return ERR_PTR(-EINVAL);
	if (index == BPF_F_CURRENT_CPU)
		index = smp_processor_id();
	at = fdarray_slot(map, index);
	if (unlikely(!at))
		return ERR_PTR(-E2BIG);
	slot = READ_ONCE(*at);
	return slot ? slot->event : ERR_PTR(-ENOENT);
}

static bool takes_output(const struct perf_event *event)
{
	return event->attr.type == PERF_TYPE_SOFTWARE &&
	       event->attr.config == PERF_COUNT_SW_BPF_OUTPUT;
}

static long output(struct perf_event *event, struct pt_regs *regs,
		   struct perf_raw_record *raw)
{
	struct output_scratch *scratch = this_cpu_ptr(&output_scratch);
	struct perf_sample_data *data;
	long err = -EBUSY;

	if (likely(scratch->level < OUTPUT_LEVELS)) {
		data = &scratch->data[scratch->level++];
		/* who interrupts us finds the level taken, whoever that is */
		barrier();
		perf_sample_data_init(data, 0, 0);
		data->raw = raw;
		data->sample_flags |= PERF_SAMPLE_RAW;
		err = perf_event_output(event, data, regs);
		barrier();
		scratch->level--;
	}
	return err;
}

/**
 * bpf_perf_output() - a record for the reader of a perf event
 * @regs:	registers where the program runs
 * @map:	BPF_MAP_TYPE_PERF_EVENT_ARRAY
 * @flags:	index, or BPF_F_CURRENT_CPU: that of this CPU
 * @data:	the record
 * @size:	its bytes
 *
 * What bpf_perf_event_output() does in released Linux.
 *
 * Context: any, preemption disabled.
 * Return: 0; -EINVAL (flags; the event is not PERF_COUNT_SW_BPF_OUTPUT), -E2BIG (index,
 * size), -ENOENT (no event there), -EOPNOTSUPP (it belongs to another CPU), -ENOSPC (no
 * room for the record), -EBUSY (programs interrupted each other too often).
 */
long bpf_perf_output(struct pt_regs *regs, struct bpf_map *map, u64 flags,
		     const void *data, u64 size)
{
	struct perf_raw_record raw = { .frag = { .data = (void *)data } };
	struct perf_event *event = find_event(map, flags);

	if (IS_ERR(event))
		return PTR_ERR(event);
	if (unlikely(!takes_output(event)))
		return -EINVAL;
	if (unlikely(event->oncpu != smp_processor_id()))
		return -EOPNOTSUPP;
	if (unlikely(size > OUTPUT_MAX))
		return -E2BIG;
	raw.frag.size = size;
	return output(event, regs, &raw);
}

/**
 * bpf_perf_read() - what a perf event has counted
 * @map:	BPF_MAP_TYPE_PERF_EVENT_ARRAY
 * @flags:	index, or BPF_F_CURRENT_CPU
 * @value:	count and times; written where the result is 0
 *
 * Context: any, preemption disabled.
 * Return: 0; -EINVAL (flags; the event is of another task or CPU), -E2BIG (index),
 * -ENOENT (no event there), -EBUSY (pinned and not running here), -EOPNOTSUPP (inherited).
 */
long bpf_perf_read(struct bpf_map *map, u64 flags, struct bpf_perf_event_value *value)
{
	struct perf_event *event = find_event(map, flags);

	if (IS_ERR(event))
		return PTR_ERR(event);
	return perf_event_read_local(event, &value->counter, &value->enabled,
				     &value->running);
}
