/* SPDX-License-Identifier: GPL-2.0-only */
/* Stand-in: nothing starts by itself. */
#ifndef _SHIM_LINUX_INIT_H
#define _SHIM_LINUX_INIT_H

#define __init		__attribute__((__unused__))
#define __weak		__attribute__((__weak__))
#define late_initcall(f)

#endif /* _SHIM_LINUX_INIT_H */
