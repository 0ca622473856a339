// SPDX-License-Identifier: GPL-2.0-only
/*
 * Programs of a trace event that perf events attach: several on one, in the order in
 * which they came, and each has a veto.
 *
 * An event's programs are an array that never changes: who attaches or detaches puts
 * another in its place. Whoever fires the event has RCU watching and preemption off
 * while it looks at the array: tracepoints of the idle loop wake RCU before they call,
 * and uprobes, which may sleep, come here with preemption on and have it turned off.
 * So one RCU grace period is enough for what was replaced.
 *
 * Must never run a program inside another of the same context (linux/bpf_events.h).
 *
 * Layer K5. Test: tools/testing/selftests/bpf/perf_attach_test.c.
 */
#include <linux/bpf.h>
#include <linux/bpf_events.h>
#include <linux/capability.h>
#include <linux/err.h>
#include <linux/mutex.h>
#include <linux/perf_event.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/trace_events.h>
#include <linux/uaccess.h>
#include "../trace.h"
#include "../trace_probe.h"

/* programs of one event; released kernels have the same limit */
#define EVENT_PROGS_MAX	64

DEFINE_PER_CPU(u8[BPF_EVENT_LEVELS], bpf_event_busy);

/* who replaces an event's programs holds it; it nests inside a perf context's mutex */
static DEFINE_MUTEX(programs_lock);

/* ---- running --------------------------------------------------------------------- */

static u32 run_all(const struct bpf_prog_array *array, const void *ctx)
{
	const struct bpf_prog_array_item *item;
	u32 result = 1;

	for (item = array->items; item->prog; item++)
		result &= bpf_prog_run(item->prog, ctx) != 0;
	return result;
}

static void miss_all(const struct bpf_prog_array *array)
{
	const struct bpf_prog_array_item *item;

	for (item = array->items; item->prog; item++)
		atomic64_inc(&item->prog->aux->misses);
}

/*
 * All of them run, whatever the first ones say. None runs where a program is running in
 * this context of the CPU already; each has a miss counted then.
 */
static __always_inline u32 run_programs(struct bpf_prog_array __rcu *const *programs,
					const void *ctx)
{
	const struct bpf_prog_array *array;
	u32 result = 1;
	int level;

	preempt_disable_notrace();
	array = rcu_dereference_sched(*programs);
	/* the last one may just have gone */
	if (!array)
		goto out;
	level = bpf_event_enter();
	if (unlikely(level < 0)) {
		miss_all(array);
		result = 0;
		goto out;
	}
	/* for lockdep, which maps' code asks; taking it may fire events, so not before */
	rcu_read_lock();
	result = run_all(array, ctx);
	rcu_read_unlock();
	bpf_event_leave(level);
out:
	preempt_enable_notrace();
	return result;
}

/**
 * bpf_events_run() - run the programs of an event
 * @programs:	where the event has them
 * @ctx:	their context
 *
 * Called by: uprobes, which have preemption on. Context: any in which RCU is watching.
 * Return: 1 where the event may be recorded, 0 where a program forbids it or none ran
 * that could have allowed it.
 */
u32 bpf_events_run(struct bpf_prog_array __rcu *const *programs, const void *ctx)
{
	return run_programs(programs, ctx);
}

/**
 * trace_call_bpf() - run the programs of a trace event
 * @call:	the event
 * @ctx:	their context: registers, or the record with them in its first bytes
 *
 * Called by: perf's side of tracepoints, kprobes and system call events. Context: as
 * bpf_events_run().
 * Return: as bpf_events_run().
 */
unsigned int trace_call_bpf(struct trace_event_call *call, void *ctx)
{
	return run_programs(&call->prog_array, ctx);
}

/* ---- attaching ------------------------------------------------------------------- */

static struct bpf_prog_array *programs_of(const struct trace_event_call *call)
{
	return rcu_dereference_protected(call->prog_array,
					 lockdep_is_held(&programs_lock));
}

static void replace_programs(struct trace_event_call *call, struct bpf_prog_array *array)
{
	struct bpf_prog_array *old = programs_of(call);

	rcu_assign_pointer(call->prog_array, array);
	if (old)
		kfree_rcu(old, rcu);
}

/* room for @count programs and the end */
static struct bpf_prog_array *alloc_programs(u32 count, gfp_t gfp)
{
	struct bpf_prog_array *array;

	array = kzalloc(struct_size(array, items, count + 1), gfp);
	if (array)
		array->count = count;
	return array;
}

/* @old, which may be NULL, and one more behind its last */
static struct bpf_prog_array *programs_with(const struct bpf_prog_array *old,
					    struct bpf_prog *prog, u64 cookie)
{
	u32 i, count = old ? old->count : 0;
	struct bpf_prog_array *array;

	if (count >= EVENT_PROGS_MAX)
		return ERR_PTR(-E2BIG);
	for (i = 0; i < count; i++) {
		if (old->items[i].prog == prog)
			return ERR_PTR(-EEXIST);
	}
	array = alloc_programs(count + 1, GFP_KERNEL);
	if (!array)
		return ERR_PTR(-ENOMEM);
	if (count)
		memcpy(array->items, old->items, count * sizeof(*old->items));
	array->items[count].prog = prog;
	array->items[count].cookie = cookie;
	return array;
}

/* @old without @prog, which is in it; NULL where nothing is left */
static struct bpf_prog_array *programs_without(const struct bpf_prog_array *old,
					       const struct bpf_prog *prog)
{
	struct bpf_prog_array *array;
	u32 i, to = 0;

	if (old->count == 1)
		return NULL;
	/* closing a descriptor cannot fail, and this is a kilobyte at most */
	array = alloc_programs(old->count - 1, GFP_KERNEL | __GFP_NOFAIL);
	for (i = 0; i < old->count; i++) {
		if (old->items[i].prog != prog)
			array->items[to++] = old->items[i];
	}
	return array;
}

/* skips the probed function, so it must not have begun, and may fail */
static bool may_override(struct trace_event_call *call)
{
	return trace_kprobe_on_func_entry(call) && trace_kprobe_error_injectable(call);
}

/**
 * perf_event_attach_bpf_prog() - a program runs where a perf event's trace event fires
 * @event:	a perf event of a tracepoint, probe or system call
 * @prog:	the program, of a type that fits; on success the event owns the reference
 * @bpf_cookie:	what the attachment says of itself
 *
 * Called by: kernel/events/core.c, which holds the event's context. Context: may sleep.
 * Return: 0; -EINVAL (it overrides the return of what does not allow that), -EEXIST (the
 * perf event has a program, or the trace event has this one), -E2BIG (the trace event
 * has 64), -ENOMEM.
 */
int perf_event_attach_bpf_prog(struct perf_event *event, struct bpf_prog *prog,
			       u64 bpf_cookie)
{
	struct trace_event_call *call = event->tp_event;
	struct bpf_prog_array *array;
	int err = 0;

	if (prog->kprobe_override && !may_override(call))
		return -EINVAL;

	mutex_lock(&programs_lock);
	array = event->prog ? ERR_PTR(-EEXIST) :
			      programs_with(programs_of(call), prog, bpf_cookie);
	if (IS_ERR(array)) {
		err = PTR_ERR(array);
	} else {
		event->bpf_cookie = bpf_cookie;
		WRITE_ONCE(event->prog, prog);
		replace_programs(call, array);
	}
	mutex_unlock(&programs_lock);
	return err;
}

/**
 * perf_event_detach_bpf_prog() - undo perf_event_attach_bpf_prog()
 * @event:	a perf event of a trace event, going away; it may have no program
 *
 * Called by: kernel/events/core.c. Context: may sleep.
 */
void perf_event_detach_bpf_prog(struct perf_event *event)
{
	struct trace_event_call *call = event->tp_event;
	struct bpf_prog *prog;

	mutex_lock(&programs_lock);
	prog = event->prog;
	if (prog) {
		replace_programs(call, programs_without(programs_of(call), prog));
		WRITE_ONCE(event->prog, NULL);
	}
	mutex_unlock(&programs_lock);
	if (prog)
		bpf_prog_put(prog);
}

/* ---- asking ---------------------------------------------------------------------- */

/* at most @room numbers to @ids; how many programs there are */
static u32 program_ids(const struct trace_event_call *call, u32 *ids, u32 room)
{
	const struct bpf_prog_array *array;
	u32 i, count = 0;

	mutex_lock(&programs_lock);
	array = programs_of(call);
	if (array) {
		count = array->count;
		for (i = 0; i < min(count, room); i++)
			ids[i] = array->items[i].prog->aux->id;
	}
	mutex_unlock(&programs_lock);
	return count;
}

/* may the caller ask, and for how many numbers? */
static int query_room(const struct perf_event *event,
		      const struct perf_event_query_bpf __user *from, u32 *room)
{
	if (!perfmon_capable())
		return -EPERM;
	/* released kernels do not answer for probes that are events of perf's own */
	if (event->attr.type != PERF_TYPE_TRACEPOINT)
		return -EINVAL;
	if (get_user(*room, &from->ids_len))
		return -EFAULT;
	return *room > EVENT_PROGS_MAX ? -E2BIG : 0;
}

/**
 * perf_event_query_prog_array() - PERF_EVENT_IOC_QUERY_BPF
 * @event:	the perf event
 * @info:	user's struct perf_event_query_bpf: room for numbers, and the room
 *
 * Context: may sleep.
 * Return: 0; -EPERM (not privileged to monitor), -EINVAL (not a tracepoint, probe or
 * system call), -EFAULT, -E2BIG (room for more programs than an event can have),
 * -ENOMEM, -ENOSPC (there are more programs than room; as many as fit were told).
 */
int perf_event_query_prog_array(struct perf_event *event, void __user *info)
{
	struct perf_event_query_bpf __user *to = info;
	u32 *ids = NULL;
	u32 room, count;
	int err;

	err = query_room(event, to, &room);
	if (err)
		return err;
	/* without room the question is how many there are */
	if (room) {
		ids = kcalloc(room, sizeof(*ids), GFP_KERNEL);
		if (!ids)
			return -ENOMEM;
	}
	count = program_ids(event->tp_event, ids, room);
	if (put_user(count, &to->prog_cnt) ||
	    copy_to_user(to->ids, ids, min(count, room) * sizeof(*ids)))
		err = -EFAULT;
	else if (room && room < count)
		err = -ENOSPC;
	kfree(ids);
	return err;
}
