/* SPDX-License-Identifier: GPL-2.0-only */
/* Stand-in: a program runs in a task. */
#ifndef _SHIM_LINUX_PREEMPT_H
#define _SHIM_LINUX_PREEMPT_H

#define interrupt_context_level()	0
#define irqs_disabled()			false

#endif /* _SHIM_LINUX_PREEMPT_H */
