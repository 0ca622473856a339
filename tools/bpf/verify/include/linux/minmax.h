/* SPDX-License-Identifier: GPL-2.0-only */
/* Stand-in: least and greatest, each argument evaluated once. */
#ifndef _SHIM_LINUX_MINMAX_H
#define _SHIM_LINUX_MINMAX_H

#define min(x, y) ({				\
	__typeof__(x) min_x = (x);		\
	__typeof__(y) min_y = (y);		\
	(void)(&min_x == &min_y);		\
	min_x < min_y ? min_x : min_y; })

#define max(x, y) ({				\
	__typeof__(x) max_x = (x);		\
	__typeof__(y) max_y = (y);		\
	(void)(&max_x == &max_y);		\
	max_x > max_y ? max_x : max_y; })

#define min_t(t, x, y) ({			\
	t min_tx = (x);				\
	t min_ty = (y);				\
	min_tx < min_ty ? min_tx : min_ty; })

#define max_t(t, x, y) ({			\
	t max_tx = (x);				\
	t max_ty = (y);				\
	max_tx > max_ty ? max_tx : max_ty; })

#define min3(x, y, z)		min((__typeof__(x))min(x, y), z)
#define max3(x, y, z)		max((__typeof__(x))max(x, y), z)
#define clamp(v, lo, hi)	min((__typeof__(v))max(v, lo), hi)
#define clamp_t(t, v, lo, hi)	min_t(t, max_t(t, v, lo), hi)

#define swap(a, b) do {				\
	__typeof__(a) swap_tmp = (a);		\
	(a) = (b);				\
	(b) = swap_tmp;				\
} while (0)

#endif /* _SHIM_LINUX_MINMAX_H */
