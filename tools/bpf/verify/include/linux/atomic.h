/* SPDX-License-Identifier: GPL-2.0-only */
/* Stand-in: one thread. */
#ifndef _SHIM_LINUX_ATOMIC_H
#define _SHIM_LINUX_ATOMIC_H

#define cmpxchg(at, old, new)			\
	({					\
		__typeof__(*(at)) __was = *(at);\
						\
		if (__was == (old))		\
			*(at) = (new);		\
		__was;				\
	})
#define smp_store_release(at, value)	(*(at) = (value))

#endif /* _SHIM_LINUX_ATOMIC_H */
