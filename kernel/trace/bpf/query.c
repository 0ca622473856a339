// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the program behind a descriptor is attached to, for BPF_TASK_FD_QUERY: raw
 * tracepoints, and perf events of tracepoints, system calls and probes.
 *
 * Names are copied under event_mutex, as a probe made by hand may lose one of its places
 * at any time. Layer K5. Test: tools/testing/selftests/bpf/id_test.c.
 */
#include <linux/bpf.h>
#include <linux/bpf_rawtp.h>
#include <linux/err.h>
#include <linux/perf_event.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/syscalls.h>
#include <linux/trace_events.h>
#include "../trace.h"
#include "trace_bpf.h"

#ifdef CONFIG_KPROBE_EVENTS

static int kprobe_site(const struct perf_event *event, struct bpf_event_site *site,
		       const char **name)
{
	return bpf_get_kprobe_info(event, &site->fd_type, name, &site->offset, &site->address,
				   event->attr.type == PERF_TYPE_TRACEPOINT);
}

#else

static int kprobe_site(const struct perf_event *event, struct bpf_event_site *site,
		       const char **name)
{
	return -EOPNOTSUPP;
}

#endif /* CONFIG_KPROBE_EVENTS */

#ifdef CONFIG_UPROBE_EVENTS

static int uprobe_site(const struct perf_event *event, struct bpf_event_site *site,
		       const char **name)
{
	return bpf_get_uprobe_info(event, &site->fd_type, name, &site->offset, &site->address,
				   event->attr.type == PERF_TYPE_TRACEPOINT);
}

#else

static int uprobe_site(const struct perf_event *event, struct bpf_event_site *site,
		       const char **name)
{
	return -EOPNOTSUPP;
}

#endif /* CONFIG_UPROBE_EVENTS */

/* *@name belongs to the event */
static int event_site(const struct perf_event *event, struct bpf_event_site *site,
		      const char **name)
{
	struct trace_event_call *call = event->tp_event;

	if (call->flags & TRACE_EVENT_FL_KPROBE)
		return kprobe_site(event, site, name);
	if (call->flags & TRACE_EVENT_FL_UPROBE)
		return uprobe_site(event, site, name);
	if (!(call->flags & TRACE_EVENT_FL_TRACEPOINT) && !is_syscall_trace_event(call))
		return -EOPNOTSUPP;
	site->fd_type = BPF_FD_TYPE_TRACEPOINT;
	*name = trace_event_name(call);
	return 0;
}

static int perf_site(const struct perf_event *event, struct bpf_event_site *site)
{
	/* attached once and for as long as the file is held */
	const struct bpf_prog *prog = READ_ONCE(event->prog);
	const char *name = NULL;
	int err;

	if (!prog)
		return -ENOENT;
	/* only those of trace events are at a place that has a name */
	if (prog->type == BPF_PROG_TYPE_PERF_EVENT)
		return -EOPNOTSUPP;
	site->prog_id = prog->aux->id;

	mutex_lock(&event_mutex);
	err = event_site(event, site, &name);
	if (!err && name) {
		site->name = kstrdup(name, GFP_KERNEL);
		err = site->name ? 0 : -ENOMEM;
	}
	mutex_unlock(&event_mutex);
	return err;
}

/**
 * bpf_event_site() - what the program behind a file is attached to
 * @file:	any file, held by the caller
 * @site:	zeroed; takes the answer. Its name is the caller's to free
 *
 * Called by: BPF_TASK_FD_QUERY. Context: may sleep.
 * Return: 0; -ENOTSUPP (neither a raw tracepoint nor a perf event), -ENOENT (a perf event
 * without program), -EOPNOTSUPP (a perf event that is no trace event), -EINVAL (its probe
 * is gone), -ENOMEM.
 */
int bpf_event_site(const struct file *file, struct bpf_event_site *site)
{
	const struct perf_event *event;
	int err = trace_raw_site(file, site);

	if (err != -ENOTSUPP)
		return err;
	event = perf_get_event((struct file *)file);
	return IS_ERR(event) ? -ENOTSUPP : perf_site(event, site);
}
