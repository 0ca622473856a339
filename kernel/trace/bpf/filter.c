// SPDX-License-Identifier: GPL-2.0-only
/*
 * Programs in place of event filters: `bpf-<fd>` written to an event's filter file, or
 * to that of a system for all its events (REQUIREMENTS S1.filter, S3.trace).
 *
 *	type TRACING	sees the event's arguments at the gate, before anything is
 *			computed or reserved (linux/trace_gate.h)
 *	type TRACEPOINT	sees the event's record, where a predicate filter would
 *
 * An attachment is an event_filter like any other, so that whatever is written next
 * replaces it and freeing it waits for those who use it. It also ends when the open file
 * that wrote it is closed, by whomever.
 *
 * Must never let a program see an argument or a byte of a record that its event does not
 * have. Layer K5. Tests: selftests/bpf/filter_test.c.
 */
#include <linux/err.h>
#include <linux/filter.h>
#include <linux/kernel.h>
#include <linux/list.h>
#include <linux/log2.h>
#include <linux/perf_event.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/syscalls.h>
#include <linux/trace_events.h>
#include <linux/trace_gate.h>
#include <linux/tracepoint.h>
#include <asm/syscall.h>
#include <trace/syscall.h>
#include "../trace.h"
#include "../trace_probe.h"
#include "../trace_synth.h"
#include "attach.h"
#include "trace_bpf.h"

#define PREFIX	"bpf-"

/* the bit of bpf_prog_aux.ctx_fields behind those of the arguments */
#define RET_FIELD	BIT(TRACE_ARGS)

/* fields of a program that calls others by an array: any of them, zero where missing */
#define ALL_FIELDS	U32_MAX

/**
 * struct trace_attached - a program in the place of an event's filter
 * @prog:	the program, held
 * @real:	file of the event
 * @owner:	open file that wrote it; compared, never used
 * @filter:	what @real has as its filter
 * @replaced:	what it had before, while that is still in use
 * @link:	in a list of attachments that come or go together
 * @standin:	what @real is recorded under for triggers only
 */
struct trace_attached {
	struct bpf_prog		*prog;
	struct trace_event_file	*real;
	const struct file	*owner;
	struct event_filter	*filter;
	struct event_filter	*replaced;
	struct list_head	link;
	struct trace_event_file	standin;
};

/* ---- what an event can show ------------------------------------------------- */

/* bits of the first @count arguments */
static int first_args(int count)
{
	return BIT(min(count, TRACE_ARGS)) - 1;
}

static int probe_shows(struct trace_event_call *call)
{
	if (trace_find_event_field(call, FIELD_STRING_RETIP))
		return RET_FIELD;
	return IS_ENABLED(CONFIG_HAVE_FUNCTION_ARG_ACCESS_API) ? first_args(TRACE_ARGS) : 0;
}

/* synthetic events have a tracepoint of their own, which nobody else knows */
static int tracepoint_shows(const struct trace_event_call *call)
{
	const struct synth_event *synth = call->data;
	int count = trace_raw_args(call->tp);

	if (count >= 0)
		return first_args(count);
	if (IS_ENABLED(CONFIG_SYNTH_EVENTS) && call->flags & TRACE_EVENT_FL_DYNAMIC &&
	    !strcmp(call->class->system, SYNTH_SYSTEM))
		return first_args(synth->n_fields);
	return -EOPNOTSUPP;
}

static int syscall_shows(const struct trace_event_call *call)
{
	const struct syscall_metadata *meta = call->data;

	return meta->exit_event == call ? RET_FIELD : first_args(meta->nb_args);
}

/* bit n: argument n, RET_FIELD: a result; -EOPNOTSUPP where the event has no gate */
static int event_shows(struct trace_event_call *call)
{
	if (call->flags & TRACE_EVENT_FL_UKPROBE)
		return probe_shows(call);
	if (call->flags & TRACE_EVENT_FL_TRACEPOINT)
		return tracepoint_shows(call);
	if (is_syscall_trace_event(call))
		return syscall_shows(call);
	return -EOPNOTSUPP;
}

static int check_args(struct trace_event_call *call, const struct bpf_prog *prog)
{
	u32 wanted = prog->aux->ctx_fields;
	int shown = event_shows(call);

	if (shown < 0)
		return shown;
	return wanted != ALL_FIELDS && wanted & ~shown ? -EACCES : 0;
}

static int check_event(struct trace_event_call *call, const struct bpf_prog *prog)
{
	if (prog->type == BPF_PROG_TYPE_TRACING)
		return check_args(call, prog);
	if (prog->type != BPF_PROG_TYPE_TRACEPOINT)
		return -EINVAL;
	/* behind a record in the ring buffer may be the end of a page */
	if (prog->tail_calls || prog->aux->max_ctx_offset > trace_event_get_offsets(call))
		return -EACCES;
	return 0;
}

/* ---- running ---------------------------------------------------------------- */

/* preemption is off; an event that fires inside a program is dropped */
static __always_inline bool wants(const struct bpf_prog *prog, const void *ctx)
{
	int level = bpf_event_enter();
	bool wanted;

	if (unlikely(level < 0)) {
		atomic64_inc(&prog->aux->misses);
		return false;
	}
	/* for lockdep, which maps' code asks; taking it may fire events, so not before */
	rcu_read_lock();
	wanted = bpf_prog_run(prog, ctx);
	rcu_read_unlock();
	bpf_event_leave(level);
	return wanted;
}

/* the program behind an open gate, if it is to be asked at all */
static __always_inline struct trace_attached *find_attached(struct trace_event_file *file)
{
	struct event_filter *filter = rcu_dereference_raw(file->filter);
	struct trace_attached *attached = filter ? READ_ONCE(filter->attached) : NULL;

	if (!attached || attached->prog->type != BPF_PROG_TYPE_TRACING)
		return NULL;
	/* only triggers want it, the filter has no say */
	return unlikely(file->flags & EVENT_FILE_FL_SOFT_DISABLED) ? NULL : attached;
}

static bool is_ignored(struct trace_event_file *file)
{
	return unlikely(file->flags & EVENT_FILE_FL_PID_FILTER) &&
	       trace_event_ignore_this_pid(file);
}

/* what is recorded of an event that the program does not want */
static struct trace_event_file *dropped(struct trace_attached *attached,
					const struct trace_event_file *file)
{
	return file->flags & EVENT_FILE_FL_TRIGGER_COND ? &attached->standin : NULL;
}

/* for a program that hands its context on: all of it is there, zeros behind @count */
static noinline bool wants_all_args(const struct bpf_prog *prog, const u64 *args, u32 count)
{
	struct trace_args ctx = { };

	memcpy(ctx.arg, args, min_t(u32, count, TRACE_ARGS) * sizeof(*args));
	return wants(prog, &ctx);
}

/**
 * trace_gate() - ask the program in an event's filter: tracepoints
 * @file:	file of the event, with EVENT_FILE_FL_GATED
 * @args:	the event's arguments
 * @count:	how many
 *
 * Context: any, preemption off; the callers of tracepoints.
 * Return: file under which to record the event, or NULL: it is dropped. See
 * linux/trace_gate.h. Source: REQUIREMENTS S1.filter, S1.args.
 */
struct trace_event_file *trace_gate(struct trace_event_file *file, const u64 *args,
				    u32 count)
{
	struct trace_attached *attached = find_attached(file);
	bool wanted;

	if (!attached)
		return file;
	if (is_ignored(file))
		return NULL;
	/* reads no more than there is, as check_args() has seen */
	if (likely(!attached->prog->passes_ctx))
		wanted = wants(attached->prog, args);
	else
		wanted = wants_all_args(attached->prog, args, count);
	return likely(!wanted) ? dropped(attached, file) : file;
}
EXPORT_SYMBOL_GPL(trace_gate);

/* as trace_gate(), with a context that is filled in; preemption may be on */
static struct trace_event_file *ask(struct trace_attached *attached,
				    struct trace_event_file *file,
				    const struct trace_args *ctx)
{
	bool wanted;

	preempt_disable_notrace();
	wanted = wants(attached->prog, ctx);
	preempt_enable_notrace();
	return wanted ? file : dropped(attached, file);
}

/**
 * trace_gate_ret() - ask the program in an event's filter: results of system calls
 * @file:	file of the event, with EVENT_FILE_FL_GATED
 * @ret:	the result
 *
 * Context: process. Return: as trace_gate().
 */
struct trace_event_file *trace_gate_ret(struct trace_event_file *file, u64 ret)
{
	struct trace_attached *attached = find_attached(file);
	struct trace_args ctx = { .ret = ret };

	if (!attached)
		return file;
	return is_ignored(file) ? NULL : ask(attached, file, &ctx);
}

/**
 * trace_gate_syscall() - ask the program in an event's filter: system calls
 * @file:	file of the event, with EVENT_FILE_FL_GATED
 * @regs:	registers of the caller
 *
 * Context: process. Return: as trace_gate().
 */
struct trace_event_file *trace_gate_syscall(struct trace_event_file *file,
					    struct pt_regs *regs)
{
	struct trace_attached *attached = find_attached(file);
	struct trace_args ctx = { .regs = regs };
	unsigned long args[TRACE_ARGS];
	u32 n;

	if (!attached)
		return file;
	if (is_ignored(file))
		return NULL;
	syscall_get_arguments(current, regs, args);
	for (n = 0; n < TRACE_ARGS; n++)
		ctx.arg[n] = args[n];
	return ask(attached, file, &ctx);
}

/**
 * trace_gate_synth() - ask the program in an event's filter: synthetic events
 * @file:	file of the event, with EVENT_FILE_FL_GATED
 * @values:	values of the histogram
 * @index:	of them, by the event's field
 * @count:	fields of the event
 *
 * Strings are addresses. Context: any, preemption off. Return: as trace_gate().
 */
struct trace_event_file *trace_gate_synth(struct trace_event_file *file, const u64 *values,
					  const unsigned int *index, u32 count)
{
	struct trace_attached *attached = find_attached(file);
	struct trace_args ctx = { };
	u32 n;

	if (!attached)
		return file;
	if (is_ignored(file))
		return NULL;
	for (n = 0; n < min_t(u32, count, TRACE_ARGS); n++)
		ctx.arg[n] = values[index[n]];
	return ask(attached, file, &ctx);
}

/**
 * trace_gate_values() - ask the program in an event's filter: what a module traces
 * @file:	file of a synthetic event, with EVENT_FILE_FL_GATED
 * @values:	of its fields
 * @count:	how many the module has given
 *
 * No stand-in: the caller does not hold what it belongs to. Triggers with a condition and
 * histograms do not see what the program drops.
 *
 * Called by: synth_event_trace_array(). Context: any.
 * Return: @file, or NULL: the event is dropped.
 */
struct trace_event_file *trace_gate_values(struct trace_event_file *file, const u64 *values,
					   u32 count)
{
	struct trace_args ctx = { };
	struct trace_attached *attached;
	bool wanted = true;

	memcpy(ctx.arg, values, min_t(u32, count, TRACE_ARGS) * sizeof(*values));
	/* whoever replaces the program waits for this */
	preempt_disable_notrace();
	attached = find_attached(file);
	if (attached)
		wanted = !is_ignored(file) && wants(attached->prog, &ctx);
	preempt_enable_notrace();
	return wanted ? file : NULL;
}

/**
 * trace_gate_va() - as trace_gate_values(), the values being arguments
 * @file:	file of a synthetic event, with EVENT_FILE_FL_GATED
 * @count:	how many the module has given
 * @values:	each a u64
 *
 * Called by: synth_event_trace(). Context: any. Return: as trace_gate_values().
 */
struct trace_event_file *trace_gate_va(struct trace_event_file *file, u32 count,
				       va_list values)
{
	u64 first[TRACE_ARGS];
	u32 n;

	count = min_t(u32, count, TRACE_ARGS);
	for (n = 0; n < count; n++)
		first[n] = va_arg(values, u64);
	return trace_gate_values(file, first, count);
}

/* argument @n of a function of user space, by the convention of its mode */
static u64 user_arg(struct pt_regs *regs, u32 n)
{
#ifdef CONFIG_X86_64
	u32 arg = 0;

	if (!user_64bit_mode(regs)) {
		/* on the stack, above the return address */
		const void __user *at = (void __user *)(user_stack_pointer(regs) +
							(n + 1) * sizeof(arg));

		return copy_from_user_nofault(&arg, at, sizeof(arg)) ? 0 : arg;
	}
#endif
#ifdef CONFIG_HAVE_FUNCTION_ARG_ACCESS_API
	return regs_get_kernel_argument(regs, n);
#else
	return 0;
#endif
}

static u64 kernel_arg(struct pt_regs *regs, u32 n)
{
#ifdef CONFIG_HAVE_FUNCTION_ARG_ACCESS_API
	return regs_get_kernel_argument(regs, n);
#else
	return 0;
#endif
}

/* fetches only what the program reads: arguments of user space may be costly */
static struct trace_event_file *ask_probe(struct trace_event_file *file,
					  struct pt_regs *regs, bool returns,
					  u64 (*fetch)(struct pt_regs *regs, u32 n))
{
	struct trace_attached *attached = find_attached(file);
	struct trace_args ctx = { .regs = regs };
	u32 n, wanted;

	if (!attached)
		return file;
	if (is_ignored(file))
		return NULL;
	wanted = attached->prog->aux->ctx_fields;
	if (returns) {
		ctx.ret = regs_return_value(regs);
	} else {
		for (n = 0; n < TRACE_ARGS; n++) {
			if (wanted & BIT(n))
				ctx.arg[n] = fetch(regs, n);
		}
	}
	return ask(attached, file, &ctx);
}

/**
 * trace_gate_kernel() - ask the program in an event's filter: kprobes
 * @file:	file of the event, with EVENT_FILE_FL_GATED
 * @regs:	registers at the probe
 * @returns:	the function has returned
 *
 * Arguments are those of the function where the probe is at its entry; elsewhere they
 * are whatever the registers of arguments hold.
 *
 * Context: any, preemption off. Return: as trace_gate().
 */
struct trace_event_file *trace_gate_kernel(struct trace_event_file *file,
					   struct pt_regs *regs, bool returns)
{
	return ask_probe(file, regs, returns, kernel_arg);
}

/**
 * trace_gate_user() - ask the program in an event's filter: uprobes
 * @file:	file of the event, with EVENT_FILE_FL_GATED
 * @regs:	registers of the process
 * @returns:	the function has returned
 *
 * As trace_gate_kernel(). Context: process, under rcu_read_lock(). Return: as
 * trace_gate().
 */
struct trace_event_file *trace_gate_user(struct trace_event_file *file,
					 struct pt_regs *regs, bool returns)
{
	return ask_probe(file, regs, returns, user_arg);
}

/**
 * trace_gate_real() - the file that a stand-in is for
 * @file:	any file
 *
 * Context: any. Return: file with the event's triggers, @file itself for most.
 */
struct trace_event_file *trace_gate_real(struct trace_event_file *file)
{
	if (likely(!(file->flags & EVENT_FILE_FL_STANDIN)))
		return file;
	return container_of(file, struct trace_attached, standin)->real;
}

/*
 * A program that hands its context on is told the registers in the hidden bytes, where
 * the record has its header; which is put back, as the record may yet be kept.
 */
static bool wants_with_regs(const struct bpf_prog *prog, void *record)
{
	struct pt_regs regs;
	u64 header;
	bool wanted;

	memset(&regs, 0, sizeof(regs));
	perf_fetch_caller_regs(&regs);
	memcpy(&header, record, sizeof(header));
	*(struct pt_regs **)record = &regs;
	wanted = wants(prog, record);
	memcpy(record, &header, sizeof(header));
	return wanted;
}

/**
 * trace_attach_match() - does the program in an event's filter want a record?
 * @attached:	the program
 * @record:	the event's record, complete
 *
 * For filter_match_preds(). A program that was asked at the gate has wanted it already.
 *
 * Context: any, preemption off.
 * Return: 1 to keep the record, 0 to drop it.
 */
int trace_attach_match(struct trace_attached *attached, void *record)
{
	const struct bpf_prog *prog = attached->prog;

	if (prog->type != BPF_PROG_TYPE_TRACEPOINT)
		return 1;
	if (likely(!prog->passes_ctx))
		return wants(prog, record);
	return wants_with_regs(prog, record);
}

/* ---- attaching -------------------------------------------------------------- */

/**
 * trace_attach_is_text() - does a filter's text name a program?
 * @text:	what was written
 *
 * Return: true for "bpf-" and whatever follows.
 */
bool trace_attach_is_text(const char *text)
{
	return str_has_prefix(skip_spaces(text), PREFIX);
}

/**
 * trace_attach_prog() - the program of an attachment
 * @attached:	the attachment; event_mutex is held
 *
 * Return: the program, held by the attachment.
 */
struct bpf_prog *trace_attach_prog(const struct trace_attached *attached)
{
	return attached->prog;
}

/* the program of "bpf-<fd>", held */
static struct bpf_prog *parse_prog(const char *text)
{
	char digits[12];
	u32 fd;

	if (strscpy(digits, skip_spaces(text) + strlen(PREFIX), sizeof(digits)) < 0 ||
	    kstrtouint(strim(digits), 10, &fd))
		return ERR_PTR(-EINVAL);
	return bpf_prog_get(fd);
}

/**
 * trace_attach_is_gate() - is a program asked before the event is recorded?
 * @attached:	the program, or NULL
 *
 * Return: true where EVENT_FILE_FL_GATED belongs to its file.
 */
bool trace_attach_is_gate(const struct trace_attached *attached)
{
	return attached && attached->prog->type == BPF_PROG_TYPE_TRACING;
}

/**
 * trace_attach_free() - let a program go
 * @attached:	the program, or NULL; nobody runs it any more
 *
 * Context: process.
 */
void trace_attach_free(struct trace_attached *attached)
{
	if (!attached)
		return;
	bpf_prog_put(attached->prog);
	kfree(attached);
}

/* a filter that is @prog, which gets one more reference, at the end of @list */
static int add_attachment(struct list_head *list, const struct file *owner,
			  struct trace_event_file *file, struct bpf_prog *prog)
{
	struct event_filter *filter = kzalloc(sizeof(*filter), GFP_KERNEL_ACCOUNT);
	struct trace_attached *attached = kzalloc(sizeof(*attached), GFP_KERNEL_ACCOUNT);

	if (!filter || !attached) {
		kfree(filter);
		kfree(attached);
		return -ENOMEM;
	}
	bpf_prog_inc(prog);
	attached->prog = prog;
	attached->real = file;
	attached->owner = owner;
	attached->filter = filter;
	attached->standin.event_call = file->event_call;
	attached->standin.tr = file->tr;
	attached->standin.system = file->system;
	attached->standin.flags = EVENT_FILE_FL_STANDIN | EVENT_FILE_FL_SOFT_DISABLED |
				  EVENT_FILE_FL_TRIGGER_COND;
	INIT_LIST_HEAD(&attached->standin.triggers);
	filter->attached = attached;
	/* no program reads what quick.c leaves out */
	filter->quick = prog->type == BPF_PROG_TYPE_TRACEPOINT;
	list_add_tail(&attached->link, list);
	return 0;
}

/* frees attachments that nobody runs, with their filters */
static void drop_all(struct list_head *list)
{
	struct trace_attached *attached, *tmp;

	list_for_each_entry_safe(attached, tmp, list, link)
		free_event_filter(attached->filter);
}

/* event_mutex is held; one wait for all that may run a filter that is replaced */
static void attach_all(struct list_head *list)
{
	struct trace_attached *attached;

	list_for_each_entry(attached, list, link)
		attached->replaced = event_filter_exchange(attached->real,
							   attached->filter);
	tracepoint_synchronize_unregister();
	list_for_each_entry(attached, list, link) {
		free_event_filter(attached->replaced);
		attached->replaced = NULL;
	}
}

/**
 * trace_attached_to() - what is attached to an event
 * @file:	the event
 *
 * Context: event_mutex is held, and what is returned is good as long as it is.
 * Return: the attachment, or NULL where there is none or the event is gone.
 */
struct trace_attached *trace_attached_to(const struct trace_event_file *file)
{
	const struct event_filter *filter;

	filter = rcu_dereference_protected(file->filter, lockdep_is_held(&event_mutex));
	return filter && !(file->flags & EVENT_FILE_FL_FREED) ? filter->attached : NULL;
}

/**
 * trace_attach_event() - put a program in the place of an event's filter
 * @filp:	open file that was written to
 * @file:	file of the event; event_mutex is held
 * @text:	"bpf-<fd>", see trace_attach_is_text()
 *
 * The attachment ends when @filp is closed, or with the next filter of the event.
 *
 * Context: process, may sleep.
 * Return: 0; -EINVAL (no number, descriptor is no program, or one of another type),
 * -EBADF, -EACCES (it reads arguments, a result or fields that the event does not have),
 * -EOPNOTSUPP (the event shows no arguments), -ENODEV (the event is gone), -ENOMEM.
 * Source: REQUIREMENTS S3.trace.
 */
int trace_attach_event(struct file *filp, struct trace_event_file *file, const char *text)
{
	struct bpf_prog *prog;
	LIST_HEAD(list);
	int err;

	if (file->flags & EVENT_FILE_FL_FREED)
		return -ENODEV;
	prog = parse_prog(text);
	if (IS_ERR(prog))
		return PTR_ERR(prog);
	err = check_event(file->event_call, prog);
	if (!err)
		err = add_attachment(&list, filp, file, prog);
	bpf_prog_put(prog);
	if (!err)
		attach_all(&list);
	return err;
}

/* all events of @dir that can show what @prog reads; the first refusal if none can */
static int add_system(struct list_head *list, const struct file *owner,
		      struct trace_subsystem_dir *dir, struct bpf_prog *prog)
{
	struct trace_event_file *file;
	int refusal = -ENODEV;
	int err;

	list_for_each_entry(file, &dir->tr->events, list) {
		if (file->system != dir)
			continue;
		err = check_event(file->event_call, prog);
		if (err) {
			refusal = refusal == -ENODEV ? err : refusal;
			continue;
		}
		err = add_attachment(list, owner, file, prog);
		if (err)
			return err;
	}
	return list_empty(list) ? refusal : 0;
}

/**
 * trace_attach_system() - put a program in the place of filters of a system's events
 * @filp:	open file that was written to
 * @dir:	the system, in one instance
 * @text:	"bpf-<fd>"
 *
 * As trace_attach_event() for each event that can show what the program reads. Others
 * keep the filter they have, as with a predicate whose field they do not have.
 *
 * Context: process, may sleep; takes event_mutex.
 * Return: 0 where it is attached to one event at least; otherwise the error of the
 * first one, or -ENODEV where there is none, or -ENOMEM and nothing is changed.
 */
int trace_attach_system(struct file *filp, struct trace_subsystem_dir *dir,
			const char *text)
{
	struct bpf_prog *prog = parse_prog(text);
	LIST_HEAD(list);
	int err;

	if (IS_ERR(prog))
		return PTR_ERR(prog);
	mutex_lock(&event_mutex);
	err = add_system(&list, filp, dir, prog);
	if (err)
		drop_all(&list);
	else
		attach_all(&list);
	mutex_unlock(&event_mutex);
	bpf_prog_put(prog);
	return err;
}

/* ---- the end ---------------------------------------------------------------- */

static bool is_owned(const struct trace_event_file *file, const struct file *owner)
{
	const struct trace_attached *attached = trace_attached_to(file);

	return attached && attached->owner == owner;
}

/* takes away what @owner has attached to @file, for drop_all() once nobody runs it */
static void detach(struct list_head *list, const struct file *owner,
		   struct trace_event_file *file)
{
	if (is_owned(file, owner))
		list_add_tail(&event_filter_exchange(file, NULL)->attached->link, list);
}

/* event_mutex is held */
static void end_all(struct list_head *list)
{
	if (list_empty(list))
		return;
	tracepoint_synchronize_unregister();
	drop_all(list);
}

/**
 * trace_attach_close_event() - end what an open filter file has attached
 * @filp:	the open file, being closed
 * @file:	file of its event
 *
 * Context: process, may sleep; takes event_mutex.
 */
void trace_attach_close_event(struct file *filp, struct trace_event_file *file)
{
	LIST_HEAD(list);

	mutex_lock(&event_mutex);
	detach(&list, filp, file);
	end_all(&list);
	mutex_unlock(&event_mutex);
}

/**
 * trace_attach_close_system() - end what an open filter file of a system has attached
 * @filp:	the open file, being closed
 * @dir:	the system, in one instance
 *
 * Context: process, may sleep; takes event_mutex.
 */
void trace_attach_close_system(struct file *filp, struct trace_subsystem_dir *dir)
{
	struct trace_event_file *file;
	LIST_HEAD(list);

	mutex_lock(&event_mutex);
	list_for_each_entry(file, &dir->tr->events, list) {
		if (file->system == dir)
			detach(&list, filp, file);
	}
	end_all(&list);
	mutex_unlock(&event_mutex);
}
