/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The log: text on its way to the buffer of who loads something. The checker of types
 * (kernel/bpf/btf) writes to it too.
 *
 * Layer V0: knows nothing of what is said.
 */
#ifndef _BPF_VERIFIER_VLOG_H
#define _BPF_VERIFIER_VLOG_H

#include <linux/types.h>

/**
 * struct bv_log - the user's log buffer while a program is checked
 * @ubuf:	where to, or NULL
 * @size:	its bytes
 * @level:	bit mask as in union bpf_attr
 * @pos:	bytes written; the terminating NUL is always kept in the buffer
 * @truncated:	something did not fit: -ENOSPC at the end
 * @fault:	the buffer could not be written: -EFAULT at the end
 * @line:	text not yet flushed
 * @line_len:	its bytes
 */
struct bv_log {
	char __user	*ubuf;
	u32		size;
	u32		level;
	u32		pos;
	bool		truncated;
	bool		fault;
	char		line[1024];
	u32		line_len;
};

#define BV_LOG_PATH	1
#define BV_LOG_STEPS	2
#define BV_LOG_TOTALS	4

void bv_log_start(struct bv_log *log, char __user *ubuf, u32 size, u32 level);
__printf(2, 3) void bv_log(struct bv_log *log, const char *fmt, ...);
int bv_log_finish(struct bv_log *log);	/* 0, -ENOSPC, -EFAULT */

#endif /* _BPF_VERIFIER_VLOG_H */
