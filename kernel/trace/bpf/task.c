// SPDX-License-Identifier: GPL-2.0-only
/*
 * Helpers about the task in which an event fired: who it is, and signals for it.
 *
 * Events fire where the lock of the task's signals may be held, but then with interrupts
 * off: a signal that is sent there waits for them in a slot of the CPU, which holds one.
 *
 * Must never sleep. Layer K5. Tests: selftests/bpf/trace_helpers_test.c,
 * trace_signal_test.c.
 */
#include <linux/atomic.h>
#include <linux/cred.h>
#include <linux/errno.h>
#include <linux/filter.h>
#include <linux/irq_work.h>
#include <linux/kernel.h>
#include <linux/percpu.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/string.h>
#include <linux/uidgid.h>
#include <linux/user_namespace.h>
#include <asm/tlb.h>
#include "helpers.h"

/* ---- who it is --------------------------------------------------------------- */

BPF_CALL_0(bpf_get_current_task)
{
	return (unsigned long)current;
}

BPF_CALL_0(bpf_get_current_pid_tgid)
{
	return (u64)current->tgid << 32 | (u32)current->pid;
}

BPF_CALL_0(bpf_get_current_uid_gid)
{
	const struct cred *cred = current_cred();

	return (u64)from_kgid(&init_user_ns, cred->gid) << 32 |
	       from_kuid(&init_user_ns, cred->uid);
}

/* strscpy_pad() never reads behind the name, which another task may be writing */
BPF_CALL_2(bpf_get_current_comm, char *, to, u32, size)
{
	strscpy_pad(to, current->comm, size);
	return 0;
}

/* ---- signals ----------------------------------------------------------------- */

/**
 * struct signal_slot - a signal that waits for interrupts
 * @work:	delivers it
 * @task:	for whom, held; NULL where the slot is free
 * @signal:	which
 * @to:		the task or its process
 */
struct signal_slot {
	struct irq_work		work;
	struct task_struct	*task;
	u32			signal;
	enum pid_type		to;
};

static void deliver(struct irq_work *work)
{
	struct signal_slot *slot = container_of(work, struct signal_slot, work);
	struct task_struct *task = slot->task;

	group_send_sig_info(slot->signal, SEND_SIG_PRIV, task, slot->to);
	/* what an NMI then writes to the slot comes after what was read here */
	smp_store_release(&slot->task, NULL);
	put_task_struct(task);
}

static DEFINE_PER_CPU(struct signal_slot, signal_slot) = {
	.work = IRQ_WORK_INIT(deliver),
};

/* interrupts are off, but an NMI may come and want the slot too */
static long send_later(u32 signal, enum pid_type to)
{
	struct signal_slot *slot = this_cpu_ptr(&signal_slot);

	if (!valid_signal(signal))
		return -EINVAL;
	if (cmpxchg(&slot->task, NULL, current))
		return -EBUSY;
	get_task_struct(current);
	slot->signal = signal;
	slot->to = to;
	irq_work_queue(&slot->work);
	return 0;
}

/*
 * A kernel thread takes no signals, a task that is leaving may be nearly gone, and the
 * kernel does not live on without the first process. An NMI may have come in the midst of
 * a change of tasks.
 */
static bool takes_signals(struct task_struct *task)
{
	return !(task->flags & (PF_KTHREAD | PF_EXITING)) && !is_global_init(task) &&
	       nmi_uaccess_okay();
}

static long send(u32 signal, enum pid_type to)
{
	if (!takes_signals(current))
		return -EPERM;
	if (irqs_disabled())
		return send_later(signal, to);
	return group_send_sig_info(signal, SEND_SIG_PRIV, current, to);
}

BPF_CALL_1(bpf_send_signal, u32, signal)
{
	return send(signal, PIDTYPE_TGID);
}

BPF_CALL_1(bpf_send_signal_thread, u32, signal)
{
	return send(signal, PIDTYPE_PID);
}

/* ---- which there are --------------------------------------------------------- */

#define ASKS(words, gpl)					\
	{							\
		.name		= #words,			\
		.func		= bpf_##words,			\
		.ret		= BPF_RET_SCALAR,		\
		.gpl_only	= (gpl),			\
	}

#define SENDS(words)						\
	{							\
		.name		= #words,			\
		.func		= bpf_##words,			\
		.ret		= BPF_RET_SCALAR,		\
		.arg		= { BPF_ARG_ANY },		\
	}

static const struct trace_helper rows[] = {
	{ BPF_FUNC_get_current_task, TRACE_ALL, false, ASKS(get_current_task, true) },
	/* the name of the 2014 manual page */
	{
		BPF_FUNC_get_current, TRACE_ALL, false, {
			.name		= "get_current",
			.func		= bpf_get_current_task,
			.ret		= BPF_RET_SCALAR,
			.gpl_only	= true,
		}
	},
	{ BPF_FUNC_get_current_pid_tgid, TRACE_ALL, false, ASKS(get_current_pid_tgid, false) },
	{ BPF_FUNC_get_current_uid_gid, TRACE_ALL, false, ASKS(get_current_uid_gid, false) },
	{
		BPF_FUNC_get_current_comm, TRACE_ALL, false, {
			.name		= "get_current_comm",
			.func		= bpf_get_current_comm,
			.ret		= BPF_RET_SCALAR,
			.arg		= { BPF_ARG_MEM_FILL, BPF_ARG_SIZE },
			.narrow		= bpf_get_current_comm_narrow,
		}
	},
	{ BPF_FUNC_send_signal, TRACE_ALL, false, SENDS(send_signal) },
	{ BPF_FUNC_send_signal_thread, TRACE_ALL, false, SENDS(send_signal_thread) },
};

const struct trace_helpers trace_task_helpers = { rows, ARRAY_SIZE(rows) };
