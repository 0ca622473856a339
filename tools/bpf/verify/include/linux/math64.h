/* SPDX-License-Identifier: GPL-2.0-only */
/* Stand-in: 64-bit division, which a 64-bit machine has. */
#ifndef _SHIM_LINUX_MATH64_H
#define _SHIM_LINUX_MATH64_H

#include <linux/types.h>

static inline u64 div64_u64(u64 a, u64 b)
{
	return a / b;
}

static inline s64 div64_s64(s64 a, s64 b)
{
	return a / b;
}

static inline u64 div_u64(u64 a, u32 b)
{
	return a / b;
}

static inline u64 div64_u64_rem(u64 a, u64 b, u64 *rem)
{
	*rem = a % b;
	return a / b;
}

#define do_div(n, base) ({			\
	u32 do_div_base = (base);		\
	u32 do_div_rem = (n) % do_div_base;	\
	(n) = (n) / do_div_base;		\
	do_div_rem; })

#endif /* _SHIM_LINUX_MATH64_H */
