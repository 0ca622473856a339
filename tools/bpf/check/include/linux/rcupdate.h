/* SPDX-License-Identifier: GPL-2.0-only */
/* Stand-in: one thread. */
#ifndef _SHIM_LINUX_RCUPDATE_H
#define _SHIM_LINUX_RCUPDATE_H

#include <linux/kernel.h>
#include <linux/slab.h>

#define rcu_read_lock()		((void)0)
#define rcu_read_unlock()	((void)0)

#endif /* _SHIM_LINUX_RCUPDATE_H */
