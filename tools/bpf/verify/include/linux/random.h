/* SPDX-License-Identifier: GPL-2.0-only */
/* Stand-in: random numbers come from the program, which may want to repeat them. */
#ifndef _SHIM_LINUX_RANDOM_H
#define _SHIM_LINUX_RANDOM_H

#include <linux/types.h>

/* by the program that includes blind.c */
u32 user_random(void);

static inline u32 get_random_u32(void)
{
	return user_random();
}

#endif /* _SHIM_LINUX_RANDOM_H */
