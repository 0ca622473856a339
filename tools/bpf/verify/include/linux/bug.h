/* SPDX-License-Identifier: GPL-2.0-only */
/* Stand-in: a broken promise ends the process, so that no test overlooks it. */
#ifndef _SHIM_LINUX_BUG_H
#define _SHIM_LINUX_BUG_H

#include <stdio.h>
#include <stdlib.h>
#include <linux/build_bug.h>
#include <linux/compiler.h>

#define WARN_ON(cond) ({						\
	int warn_cond = !!(cond);					\
	if (unlikely(warn_cond)) {					\
		fprintf(stderr, "%s:%d: WARN_ON(%s)\n",			\
			__FILE__, __LINE__, #cond);			\
		abort();						\
	}								\
	warn_cond; })
#define WARN_ON_ONCE(cond)	WARN_ON(cond)
#define WARN_ONCE(cond, ...)	WARN_ON(cond)
#define BUG_ON(cond)		((void)WARN_ON(cond))

#endif /* _SHIM_LINUX_BUG_H */
