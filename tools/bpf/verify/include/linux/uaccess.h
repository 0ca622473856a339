/* SPDX-License-Identifier: GPL-2.0-only */
/* Stand-in: reads that may fail; kernel and user are the same here. */
#ifndef _SHIM_LINUX_UACCESS_H
#define _SHIM_LINUX_UACCESS_H

#include <linux/types.h>

/* nothing is below it: what can be read is the kernel's */
#define TASK_SIZE	4096UL

/* trace_host.c: 0 or -EFAULT; length with the zero, or -EFAULT */
long copy_from_kernel_nofault(void *to, const void *from, size_t size);
long strncpy_from_kernel_nofault(char *to, const void *from, long size);

#define copy_from_user_nofault(to, from, size)		\
	copy_from_kernel_nofault(to, from, size)
#define strncpy_from_user_nofault(to, from, size)	\
	strncpy_from_kernel_nofault(to, from, size)

#endif /* _SHIM_LINUX_UACCESS_H */
