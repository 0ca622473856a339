// SPDX-License-Identifier: GPL-2.0-only
/*
 * Programs on perf events that are no trace events: hardware and software counters,
 * clocks, faults, breakpoints.
 *
 * Such an event calls its overflow handler for each sample. A program is a handler in
 * front of the one that records: it sees the sample and says whether that happens. One
 * program for an event, until the event goes; events that a child process inherits
 * afterwards have it too.
 *
 * A handler runs in any context up to NMI, with preemption off. The event cannot fire
 * any more when it is freed, and the program outlives it by a grace period.
 *
 * Layer K5. Test: tools/testing/selftests/bpf/overflow_test.c.
 */
#include <linux/bpf.h>
#include <linux/bpf_events.h>
#include <linux/bpf_overflow.h>
#include <linux/perf_event.h>

/* the program asks for stacks, and the event's sample is to have them */
static void add_callchain(const struct bpf_prog *prog, struct perf_event *event,
			  struct perf_sample_data *data, struct pt_regs *regs)
{
	if (!prog->call_get_stack || data->sample_flags & PERF_SAMPLE_CALLCHAIN ||
	    !(event->attr.sample_type & PERF_SAMPLE_CALLCHAIN))
		return;
	data->callchain = perf_callchain(event, regs);
	data->sample_flags |= PERF_SAMPLE_CALLCHAIN;
}

/* does the program want the sample to be recorded? */
static bool wants_sample(struct bpf_prog *prog, struct perf_event *event,
			 struct perf_sample_data *data, struct pt_regs *regs)
{
	struct bpf_perf_event_data_kern ctx = {
		.regs = perf_arch_bpf_user_pt_regs(regs),
		.data = data,
		.event = event,
	};
	int level = bpf_event_enter();
	bool wanted;

	if (unlikely(level < 0)) {
		atomic64_inc(&prog->aux->misses);
		return false;
	}
	/* for lockdep, which maps' code asks; it may fire events itself */
	rcu_read_lock();
	add_callchain(prog, event, data, regs);
	wanted = bpf_prog_run(prog, &ctx);
	rcu_read_unlock();
	bpf_event_leave(level);
	return wanted;
}

static void run_on_overflow(struct perf_event *event, struct perf_sample_data *data,
			    struct pt_regs *regs)
{
	/* what bpf_overflow_attach() has written before it made this the handler */
	smp_rmb();
	if (wants_sample(event->prog, event, data, regs))
		event->orig_overflow_handler(event, data, regs);
}

/*
 * A precise event's registers are those of the sample, which the processor wrote down
 * earlier: no stack can be walked from them. The event itself must have got it.
 */
static bool lacks_stack(const struct perf_event *event)
{
	const struct perf_event_attr *attr = &event->attr;

	return attr->precise_ip &&
	       (!(attr->sample_type & PERF_SAMPLE_CALLCHAIN) ||
		attr->exclude_callchain_kernel || attr->exclude_callchain_user);
}

/**
 * bpf_overflow_attach() - a program decides about an event's samples
 * @event:	a perf event that is no trace event
 * @prog:	the program; on success the event owns the reference
 * @cookie:	what the attachment says of itself
 *
 * Called by: PERF_EVENT_IOC_SET_BPF, which holds the event's context. Context: process.
 * Return: 0; -EEXIST (there is one), -EINVAL (another type of program, or the samples go
 * to somebody in the kernel), -EPROTO (it wants stacks of a precise event that has none).
 */
int bpf_overflow_attach(struct perf_event *event, struct bpf_prog *prog, u64 cookie)
{
	if (event->overflow_handler_context)
		return -EINVAL;
	if (event->prog)
		return -EEXIST;
	if (prog->type != BPF_PROG_TYPE_PERF_EVENT || !is_default_overflow_handler(event))
		return -EINVAL;
	if (prog->call_get_stack && lacks_stack(event))
		return -EPROTO;

	event->prog = prog;
	event->bpf_cookie = cookie;
	event->orig_overflow_handler = event->overflow_handler;
	/* from now on it runs; pairs with run_on_overflow() and bpf_overflow_inherit() */
	smp_store_release(&event->overflow_handler, run_on_overflow);
	return 0;
}

/**
 * bpf_overflow_detach() - undo bpf_overflow_attach() or bpf_overflow_inherit()
 * @event:	a perf event that cannot fire any more; it may have no program
 *
 * Context: process.
 */
void bpf_overflow_detach(struct perf_event *event)
{
	struct bpf_prog *prog = event->prog;

	if (!prog)
		return;
	event->overflow_handler = event->orig_overflow_handler;
	event->prog = NULL;
	bpf_prog_put(prog);
}

/**
 * bpf_overflow_inherit() - a child's event has the program of its parent's
 * @child:	the event, not yet in a context; has the parent's handler
 * @parent:	the event it was made from, held; a program may be attached meanwhile
 *
 * Context: any.
 */
void bpf_overflow_inherit(struct perf_event *child, const struct perf_event *parent)
{
	if (child->overflow_handler != run_on_overflow)
		return;
	/* as in run_on_overflow() */
	smp_rmb();
	bpf_prog_inc(parent->prog);
	child->prog = parent->prog;
	child->bpf_cookie = parent->bpf_cookie;
	child->orig_overflow_handler = parent->orig_overflow_handler;
}
