/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Programs on events as bpf(2) sees them: attaching one to a raw tracepoint, and saying
 * what a descriptor's program is attached to. For kernel/bpf/sys only.
 *
 * Layer K1. Implemented in kernel/trace/bpf/rawtp.c, query.c.
 */
#ifndef _LINUX_BPF_RAWTP_H
#define _LINUX_BPF_RAWTP_H

#include <linux/errno.h>
#include <linux/types.h>

struct bpf_prog;
struct file;

/* of a tracepoint's name that user space gives, terminating zero included */
#define BPF_RAW_TP_NAME_BYTES	128

/**
 * struct bpf_event_site - what a program is attached to
 * @prog_id:	the program's number
 * @fd_type:	enum bpf_task_fd_type
 * @name:	tracepoint, event, function or file; NULL where there is none. For kfree()
 * @offset:	of a probe in the function or file
 * @address:	of a probe without function
 */
struct bpf_event_site {
	u32	prog_id;
	u32	fd_type;
	char	*name;
	u64	offset;
	u64	address;
};

#ifdef CONFIG_BPF_EVENTS

int bpf_raw_tp_open(struct bpf_prog *prog, const char *name);
int bpf_event_site(const struct file *file, struct bpf_event_site *site);

#else

static inline int bpf_raw_tp_open(struct bpf_prog *prog, const char *name)
{
	return -EINVAL;
}

static inline int bpf_event_site(const struct file *file, struct bpf_event_site *site)
{
	return -ENOTSUPP;
}

#endif /* CONFIG_BPF_EVENTS */

#endif /* _LINUX_BPF_RAWTP_H */
