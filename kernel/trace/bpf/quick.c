// SPDX-License-Identifier: GPL-2.0-only
/*
 * Events that a program drops as their filter. Most of what the base does for one is to
 * find out in what context it fires, for two bytes of the record that nobody sees then.
 * Here that is done for those that stay, unless the filter asks for these bytes.
 *
 * As in the base the record is built in a page of the CPU, shared by all that have a
 * filter; who comes while it is in use goes the base's way.
 *
 * Must never keep an event that the filter would drop, nor record another head of it than
 * the base does. Layer K5. Tests: selftests/bpf/predicate_file_test.c,
 * filter_test.c.
 */
#include <linux/irqflags.h>
#include <linux/percpu.h>
#include <linux/preempt.h>
#include <linux/ring_buffer.h>
#include "../trace.h"
#include "attach.h"
#include "pred.h"
#include "quick.h"

/* bytes of a record in the page */
#define MOST_BYTES	(PAGE_SIZE - offsetof(struct ring_buffer_event, array[1]))

/**
 * trace_quick_reserve() - room for a record, the base's way if need be
 * @fbuffer:	takes what trace_event_buffer_commit() needs to know
 * @file:	the event's file, of which trace_quick_may() holds
 * @len:	bytes of the record
 *
 * Called by: trace_event_buffer_reserve(). Context: any.
 * Return: the record, preemption is off then; NULL where there is no room.
 */
void *trace_quick_reserve(struct trace_event_buffer *fbuffer, struct trace_event_file *file,
			  unsigned long len)
{
	const struct event_filter *filter = rcu_dereference_raw(file->filter);
	struct ring_buffer_event *event;
	struct trace_entry *entry;

	if (!filter || !filter->quick || file->tr->no_filter_buffering_ref)
		goto full;
	preempt_disable_notrace();
	event = __this_cpu_read(trace_buffered_event);
	if (!event || len > MOST_BYTES)
		goto no_page;
	if (this_cpu_inc_return(trace_buffered_event_cnt) != 1)
		goto in_use;

	entry = (struct trace_entry *)&event->array[1];
	event->array[0] = len;
	entry->type = file->event_call->event.type;
	entry->pid = current->pid;
	fbuffer->event = event;
	fbuffer->trace_file = file;
	fbuffer->entry = entry;
	fbuffer->trace_ctx = TRACE_QUICK_CTX;
	fbuffer->regs = NULL;
	return entry;

in_use:
	this_cpu_dec(trace_buffered_event_cnt);
no_page:
	preempt_enable_notrace();
full:
	return trace_event_reserve_full(fbuffer, file, len);
}

/* as it was before trace_quick_reserve() switched preemption off */
static unsigned int context_before(void)
{
	unsigned long irqflags;
	unsigned int ctx;

	raw_local_irq_save(irqflags);
	preempt_enable_no_resched_notrace();
	ctx = tracing_gen_ctx_flags(irqflags);
	preempt_disable_notrace();
	raw_local_irq_restore(irqflags);
	/* what the tracepoint itself adds, see trace_event_buffer_reserve() */
	return IS_ENABLED(CONFIG_PREEMPTION) ? ctx - 1 : ctx;
}

/* what trace_quick_reserve() has left out */
static void complete_head(struct trace_event_buffer *fbuffer)
{
	struct trace_entry *entry = fbuffer->entry;

	fbuffer->buffer = fbuffer->trace_file->tr->array_buffer.buffer;
	fbuffer->trace_ctx = context_before();
	tracing_generic_entry_update(entry, entry->type, fbuffer->trace_ctx);
}

/* what the filter says, which is quick */
static bool is_wanted(const struct event_filter *filter, void *record)
{
	if (filter->compiled)
		return trace_pred_run(filter->compiled, record);
	return trace_attach_match(filter->attached, record);
}

static bool drop(void)
{
	this_cpu_dec(trace_buffered_event_cnt);
	preempt_enable_notrace();
	return false;
}

/**
 * trace_quick_keep() - is an event recorded?
 * @fbuffer:	from trace_quick_reserve(), the fields are there
 *
 * The filter may be another one by now.
 *
 * Called by: trace_event_buffer_commit(). Context: as trace_quick_reserve() left it.
 * Return: true: the head of the record is complete, the caller records it; false: the
 * record is gone, preemption is as it was.
 */
bool trace_quick_keep(struct trace_event_buffer *fbuffer)
{
	struct event_filter *filter = rcu_dereference_raw(fbuffer->trace_file->filter);

	if (likely(filter && filter->quick)) {
		if (!is_wanted(filter, fbuffer->entry))
			return drop();
		complete_head(fbuffer);
		return true;
	}
	complete_head(fbuffer);
	return filter_match_preds(filter, fbuffer->entry) || drop();
}
