/* SPDX-License-Identifier: GPL-2.0-only */
/* Stand-in: there is one CPU. */
#ifndef _SHIM_LINUX_PERCPU_H
#define _SHIM_LINUX_PERCPU_H

#define DEFINE_PER_CPU(type, name)	__typeof__(type) name
#define this_cpu_ptr(ptr)		(ptr)

#endif /* _SHIM_LINUX_PERCPU_H */
