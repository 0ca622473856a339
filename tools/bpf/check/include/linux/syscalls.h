/* SPDX-License-Identifier: GPL-2.0-only */
/* Stand-in: bpf(2) is a function; world.h declares it. */
#ifndef _SHIM_LINUX_SYSCALLS_H
#define _SHIM_LINUX_SYSCALLS_H

#include <linux/kernel.h>

#define SYSCALL_DEFINE3(name, t1, a1, t2, a2, t3, a3)	\
	long world_##name(t1 a1, t2 a2, t3 a3);		\
	long world_##name(t1 a1, t2 a2, t3 a3)

#endif /* _SHIM_LINUX_SYSCALLS_H */
