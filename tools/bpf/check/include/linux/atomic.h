/* SPDX-License-Identifier: GPL-2.0-only */
/* Stand-in: one thread. */
#ifndef _SHIM_LINUX_ATOMIC_H
#define _SHIM_LINUX_ATOMIC_H

#include <linux/types.h>

typedef struct {
	s64	counter;
} atomic64_t;

static inline void atomic64_set(atomic64_t *v, s64 to)
{
	v->counter = to;
}

static inline void atomic64_inc(atomic64_t *v)
{
	v->counter++;
}

static inline bool atomic64_dec_and_test(atomic64_t *v)
{
	return !--v->counter;
}

#endif /* _SHIM_LINUX_ATOMIC_H */
