/* SPDX-License-Identifier: GPL-2.0-only */
/* Stand-in: done at once. */
#ifndef _SHIM_LINUX_IRQ_WORK_H
#define _SHIM_LINUX_IRQ_WORK_H

#include <linux/types.h>

struct irq_work {
	void (*func)(struct irq_work *work);
};

#define IRQ_WORK_INIT(f)	{ .func = (f) }

static inline bool irq_work_queue(struct irq_work *work)
{
	work->func(work);
	return true;
}

#endif /* _SHIM_LINUX_IRQ_WORK_H */
