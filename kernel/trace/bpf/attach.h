/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Programs in filter files, as the base's event code asks for them: what is written,
 * what is read back, what ends with the file that wrote it.
 *
 * Layer K5. Implemented in filter.c and show.c.
 */
#ifndef _TRACE_BPF_ATTACH_H
#define _TRACE_BPF_ATTACH_H

#include <linux/errno.h>
#include <linux/types.h>

struct event_filter;
struct file;
struct trace_attached;
struct trace_event_file;
struct trace_subsystem_dir;

#ifdef CONFIG_BPF_EVENTS

bool trace_attach_is_text(const char *text);
int trace_attach_event(struct file *filp, struct trace_event_file *file, const char *text);
int trace_attach_system(struct file *filp, struct trace_subsystem_dir *dir,
			const char *text);
void trace_attach_close_event(struct file *filp, struct trace_event_file *file);
void trace_attach_close_system(struct file *filp, struct trace_subsystem_dir *dir);
int trace_attach_match(struct trace_attached *attached, void *record);
bool trace_attach_is_gate(const struct trace_attached *attached);
void trace_attach_free(struct trace_attached *attached);
ssize_t trace_attach_read(struct file *filp, char __user *buf, size_t size,
			  loff_t *pos);

/* kernel/trace/trace_events_filter.c: puts @filter, or NULL; returns what was there */
struct event_filter *event_filter_exchange(struct trace_event_file *file,
					   struct event_filter *filter);

#else

static inline bool trace_attach_is_text(const char *text)
{
	return false;
}

static inline int trace_attach_event(struct file *filp, struct trace_event_file *file,
				     const char *text)
{
	return -EINVAL;
}

static inline int trace_attach_system(struct file *filp, struct trace_subsystem_dir *dir,
				      const char *text)
{
	return -EINVAL;
}

static inline void trace_attach_close_event(struct file *filp,
					    struct trace_event_file *file)
{
}

static inline void trace_attach_close_system(struct file *filp,
					     struct trace_subsystem_dir *dir)
{
}

static inline int trace_attach_match(struct trace_attached *attached, void *record)
{
	return 1;
}

static inline void trace_attach_free(struct trace_attached *attached)
{
}

static inline ssize_t trace_attach_read(struct file *filp, char __user *buf,
					size_t size, loff_t *pos)
{
	return -ENOENT;
}

#endif /* CONFIG_BPF_EVENTS */

#endif /* _TRACE_BPF_ATTACH_H */
