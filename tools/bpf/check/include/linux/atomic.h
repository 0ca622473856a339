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

typedef struct {
	int	counter;
} atomic_t;

#define atomic_read(v)			((v)->counter)
#define atomic_read_acquire(v)		((v)->counter)
#define atomic_dec_return_release(v)	(--(v)->counter)

static inline bool atomic_inc_unless_negative(atomic_t *v)
{
	if (v->counter < 0)
		return false;
	v->counter++;
	return true;
}

static inline int atomic_cmpxchg(atomic_t *v, int old, int new)
{
	int was = v->counter;

	if (was == old)
		v->counter = new;
	return was;
}

#endif /* _SHIM_LINUX_ATOMIC_H */
