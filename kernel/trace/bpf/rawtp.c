// SPDX-License-Identifier: GPL-2.0-only
/*
 * Raw tracepoints: a program gets a tracepoint's own arguments, as numbers, and nothing
 * is formatted or recorded.
 *
 * Every trace event adds a row to a table that says how many arguments its tracepoint
 * has and which function collects them (trace/bpf_probe.h). The kernel's rows are in one
 * section, those of a module in the module; attaching holds the module.
 *
 * An attachment is a descriptor: closing it detaches. A tracepoint is left before the
 * program is put, and programs are freed after a grace period of RCU, which watches
 * wherever a tracepoint calls.
 *
 * Layer K5. Test: tools/testing/selftests/bpf/rawtp_test.c.
 */
#include <linux/anon_inodes.h>
#include <linux/bpf.h>
#include <linux/bpf_events.h>
#include <linux/bpf_rawtp.h>
#include <linux/err.h>
#include <linux/export.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/init.h>
#include <linux/list.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/notifier.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/tracepoint.h>
#include "trace_bpf.h"

/**
 * struct raw_tp - a program on a raw tracepoint; a descriptor's private data
 * @row:	the tracepoint; its module is held
 * @prog:	the program, held
 */
struct raw_tp {
	struct bpf_raw_event_map	*row;
	struct bpf_prog			*prog;
};

/* ---- running --------------------------------------------------------------------- */

/* programs that tail calls lead to may read arguments that this tracepoint does not have */
static noinline void run_with_zeroes(const struct bpf_prog *prog, const u64 *args, u32 count)
{
	u64 all[TRACE_RAW_ARGS] = { };

	memcpy(all, args, count * sizeof(*args));
	bpf_prog_run(prog, all);
}

/**
 * bpf_raw_event_run() - run a program on a tracepoint
 * @prog:	the program
 * @args:	the tracepoint's arguments
 * @count:	how many; at most TRACE_RAW_ARGS
 *
 * Called by: the collecting functions of trace/bpf_probe.h, also those of modules.
 * Context: any in which RCU is watching.
 */
void bpf_raw_event_run(struct bpf_prog *prog, const u64 *args, u32 count)
{
	int level;

	preempt_disable_notrace();
	level = bpf_event_enter();
	if (likely(level >= 0)) {
		/* for lockdep, which maps' code asks; it may fire events itself */
		rcu_read_lock();
		if (unlikely(prog->tail_calls))
			run_with_zeroes(prog, args, count);
		else
			bpf_prog_run(prog, args);
		rcu_read_unlock();
		bpf_event_leave(level);
	} else {
		atomic64_inc(&prog->aux->misses);
	}
	preempt_enable_notrace();
}
EXPORT_SYMBOL_GPL(bpf_raw_event_run);

/* ---- the table ------------------------------------------------------------------- */

extern struct bpf_raw_event_map __start__bpf_raw_tp[];
extern struct bpf_raw_event_map __stop__bpf_raw_tp[];

/* what a row is looked for by; a member that is NULL does not matter */
struct wanted {
	const struct tracepoint	*tp;
	const char		*name;
};

static struct bpf_raw_event_map *find_in(struct bpf_raw_event_map *rows, size_t count,
					 const struct wanted *wanted)
{
	struct bpf_raw_event_map *row;

	for (row = rows; row < rows + count; row++) {
		if (wanted->tp && row->tp != wanted->tp)
			continue;
		if (wanted->name && strcmp(row->tp->name, wanted->name))
			continue;
		return row;
	}
	return NULL;
}

static struct bpf_raw_event_map *find_builtin(const struct wanted *wanted)
{
	return find_in(__start__bpf_raw_tp, __stop__bpf_raw_tp - __start__bpf_raw_tp, wanted);
}

#ifdef CONFIG_MODULES

/* a module that has rows */
struct row_module {
	struct list_head	list;
	struct module		*module;
};

static LIST_HEAD(row_modules);
static DEFINE_MUTEX(row_modules_lock);

/* the row, with its module held */
static struct bpf_raw_event_map *find_in_modules(const struct wanted *wanted)
{
	struct bpf_raw_event_map *row = NULL;
	struct row_module *entry;

	mutex_lock(&row_modules_lock);
	list_for_each_entry(entry, &row_modules, list) {
		struct module *module = entry->module;

		row = find_in(module->bpf_raw_events, module->num_bpf_raw_events, wanted);
		if (!row)
			continue;
		/* one whose start may yet fail cannot be held, nor one that is going */
		if (module->state != MODULE_STATE_LIVE || !try_module_get(module))
			row = NULL;
		break;
	}
	mutex_unlock(&row_modules_lock);
	return row;
}

static void put_row(struct bpf_raw_event_map *row)
{
	struct module *module;

	preempt_disable();
	module = __module_address((unsigned long)row);
	preempt_enable();
	module_put(module);
}

static int add_module(struct module *module)
{
	struct row_module *entry;

	entry = kmalloc(sizeof(*entry), GFP_KERNEL);
	if (!entry)
		return -ENOMEM;
	entry->module = module;
	mutex_lock(&row_modules_lock);
	list_add(&entry->list, &row_modules);
	mutex_unlock(&row_modules_lock);
	return 0;
}

static void remove_module(const struct module *module)
{
	struct row_module *entry, *next;

	mutex_lock(&row_modules_lock);
	list_for_each_entry_safe(entry, next, &row_modules, list) {
		if (entry->module == module) {
			list_del(&entry->list);
			kfree(entry);
		}
	}
	mutex_unlock(&row_modules_lock);
}

static int module_event(struct notifier_block *self, unsigned long event, void *data)
{
	struct module *module = data;
	int err = 0;

	if (!module->num_bpf_raw_events)
		return NOTIFY_DONE;
	if (event == MODULE_STATE_COMING)
		err = add_module(module);
	else if (event == MODULE_STATE_GOING)
		remove_module(module);
	return notifier_from_errno(err);
}

static struct notifier_block module_notifier = {
	.notifier_call	= module_event,
};

static int __init watch_modules(void)
{
	return register_module_notifier(&module_notifier);
}
fs_initcall(watch_modules);

#else

static struct bpf_raw_event_map *find_in_modules(const struct wanted *wanted)
{
	return NULL;
}

static void put_row(struct bpf_raw_event_map *row)
{
}

#endif /* CONFIG_MODULES */

/* the row, held; or NULL. For put_row(), which knows a built-in row by its address */
static struct bpf_raw_event_map *get_row(const struct wanted *wanted)
{
	return find_builtin(wanted) ?: find_in_modules(wanted);
}

/**
 * trace_raw_args() - how many arguments a tracepoint has
 * @tp:	the tracepoint; the caller holds its module
 *
 * Context: may sleep.
 * Return: the number, or -ENOENT where no trace event is made of it.
 */
int trace_raw_args(const struct tracepoint *tp)
{
	const struct wanted wanted = { .tp = tp };
	struct bpf_raw_event_map *row = get_row(&wanted);
	int count;

	if (!row)
		return -ENOENT;
	count = row->num_args;
	put_row(row);
	return count;
}

/* ---- the descriptor -------------------------------------------------------------- */

static int raw_tp_release(struct inode *inode, struct file *file)
{
	struct raw_tp *raw = file->private_data;

	tracepoint_probe_unregister(raw->row->tp, raw->row->bpf_func, raw->prog);
	put_row(raw->row);
	bpf_prog_put(raw->prog);
	kfree(raw);
	return 0;
}

#ifdef CONFIG_PROC_FS
/* names and order are those of released kernels */
static void raw_tp_show_fdinfo(struct seq_file *seq, struct file *file)
{
	const struct raw_tp *raw = file->private_data;

	seq_puts(seq, "link_type:\traw_tracepoint\n");
	seq_printf(seq, "prog_tag:\t%*phN\n", BPF_TAG_SIZE, raw->prog->tag);
	seq_printf(seq, "prog_id:\t%u\n", raw->prog->aux->id);
	seq_printf(seq, "tp_name:\t%s\n", raw->row->tp->name);
}
#endif

/* reading and writing a descriptor are nothing; both fail like on other objects */
static ssize_t raw_tp_read(struct file *file, char __user *buf, size_t size, loff_t *pos)
{
	return -EINVAL;
}

static ssize_t raw_tp_write(struct file *file, const char __user *buf, size_t size,
			    loff_t *pos)
{
	return -EINVAL;
}

static const struct file_operations raw_tp_fops = {
#ifdef CONFIG_PROC_FS
	.show_fdinfo	= raw_tp_show_fdinfo,
#endif
	.release	= raw_tp_release,
	.read		= raw_tp_read,
	.write		= raw_tp_write,
};

/**
 * trace_raw_site() - what a raw tracepoint's descriptor is attached to
 * @file:	any file, held by the caller
 * @site:	takes the answer; its name is the caller's to free
 *
 * Context: may sleep.
 * Return: 0, -ENOTSUPP (the file is something else), -ENOMEM.
 */
int trace_raw_site(const struct file *file, struct bpf_event_site *site)
{
	const struct raw_tp *raw = file->private_data;

	if (file->f_op != &raw_tp_fops)
		return -ENOTSUPP;
	site->prog_id = raw->prog->aux->id;
	site->fd_type = BPF_FD_TYPE_RAW_TRACEPOINT;
	site->name = kstrdup(raw->row->tp->name, GFP_KERNEL);
	return site->name ? 0 : -ENOMEM;
}

/* a descriptor for @row and @prog, which it then owns; not attached yet on an error */
static int raw_tp_new_fd(struct bpf_raw_event_map *row, struct bpf_prog *prog)
{
	struct raw_tp *raw;
	struct file *file;
	int fd, err;

	raw = kzalloc(sizeof(*raw), GFP_KERNEL_ACCOUNT);
	if (!raw)
		return -ENOMEM;
	raw->row = row;
	raw->prog = prog;
	err = get_unused_fd_flags(O_CLOEXEC);
	if (err < 0)
		goto free;
	fd = err;
	/* before there is a file, whose release would detach */
	err = tracepoint_probe_register_may_exist(row->tp, row->bpf_func, prog);
	if (err)
		goto put_fd;
	file = anon_inode_getfile("bpf-raw-tracepoint", &raw_tp_fops, raw, O_RDWR | O_CLOEXEC);
	if (IS_ERR(file)) {
		err = PTR_ERR(file);
		goto detach;
	}
	fd_install(fd, file);
	return fd;

detach:
	tracepoint_probe_unregister(row->tp, row->bpf_func, prog);
put_fd:
	put_unused_fd(fd);
free:
	kfree(raw);
	return err;
}

/**
 * bpf_raw_tp_open() - attach a program to a raw tracepoint
 * @prog:	the program; on success the descriptor owns the caller's reference
 * @name:	of the tracepoint
 *
 * Called by: BPF_RAW_TRACEPOINT_OPEN. Context: may sleep.
 * Return: descriptor, closed on exec; -EINVAL (another program type, or the program reads
 * more arguments than there are), -ENOENT (no such tracepoint), -EEXIST (it has this
 * program already), -ENOMEM, -EMFILE, -ENFILE.
 */
int bpf_raw_tp_open(struct bpf_prog *prog, const char *name)
{
	const struct wanted wanted = { .name = name };
	struct bpf_raw_event_map *row;
	int fd = -EINVAL;

	if (prog->type != BPF_PROG_TYPE_RAW_TRACEPOINT)
		return -EINVAL;
	row = get_row(&wanted);
	if (!row)
		return -ENOENT;
	if (prog->aux->max_ctx_offset <= row->num_args * sizeof(u64))
		fd = raw_tp_new_fd(row, prog);
	if (fd < 0)
		put_row(row);
	return fd;
}
