/* SPDX-License-Identifier: GPL-2.0-only */
/* Stand-in: one task, its credentials, signals to it. */
#ifndef _SHIM_LINUX_SCHED_H
#define _SHIM_LINUX_SCHED_H

#include <linux/errno.h>
#include <linux/preempt.h>
#include <linux/string.h>
#include <linux/types.h>

#define PF_EXITING	0x00000004
#define PF_KTHREAD	0x00200000

enum pid_type { PIDTYPE_PID, PIDTYPE_TGID };

struct cred {
	u32	uid;
	u32	gid;
};

struct task_struct {
	u32		flags;
	s32		pid;
	s32		tgid;
	char		comm[16];
	struct cred	cred;
};

/* trace_host.c */
extern struct task_struct user_task;

#define current				(&user_task)
#define current_cred()			(&user_task.cred)
#define is_global_init(task)		((task)->tgid == 1)
#define get_task_struct(task)		((void)(task))
#define put_task_struct(task)		((void)(task))
#define from_kuid(ns, id)		(id)
#define from_kgid(ns, id)		(id)
#define valid_signal(signal)		((signal) <= 64)
#define SEND_SIG_PRIV			NULL

static inline int group_send_sig_info(u32 signal, void *info, struct task_struct *task,
				      enum pid_type to)
{
	return valid_signal(signal) ? 0 : -EINVAL;
}

static inline void strscpy_pad(char *to, const char *from, size_t size)
{
	strncpy(to, from, size);
	to[size - 1] = '\0';
}

#endif /* _SHIM_LINUX_SCHED_H */
