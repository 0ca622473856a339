/* SPDX-License-Identifier: GPL-2.0-only */
/* Stand-in: programs do not run here. */
#ifndef _SHIM_LINUX_PREEMPT_H
#define _SHIM_LINUX_PREEMPT_H

#define cant_migrate()		((void)0)
#define migrate_disable()	((void)0)
#define migrate_enable()	((void)0)

#endif /* _SHIM_LINUX_PREEMPT_H */
