/* SPDX-License-Identifier: GPL-2.0-only */
/* Stand-in: logarithms. */
#ifndef _SHIM_LINUX_LOG2_H
#define _SHIM_LINUX_LOG2_H

#include <linux/bitops.h>
#include <linux/types.h>

static inline bool is_power_of_2(unsigned long n)
{
	return n && !(n & (n - 1));
}

/* of what is not zero */
static inline int ilog2(u64 n)
{
	return fls64(n) - 1;
}

/* exponent of the least power of two that is no less than @n */
static inline int order_base_2(u64 n)
{
	return n > 1 ? fls64(n - 1) : 0;
}

#endif /* _SHIM_LINUX_LOG2_H */
