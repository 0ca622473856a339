/* SPDX-License-Identifier: GPL-2.0-only */
/* Stand-in: the time of loading is not told. */
#ifndef _SHIM_LINUX_TIMEKEEPING_H
#define _SHIM_LINUX_TIMEKEEPING_H

#define ktime_get_boottime_ns()	0

#endif /* _SHIM_LINUX_TIMEKEEPING_H */
