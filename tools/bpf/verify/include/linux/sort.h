/* SPDX-License-Identifier: GPL-2.0-only */
/* Stand-in over qsort(). */
#ifndef _SHIM_LINUX_SORT_H
#define _SHIM_LINUX_SORT_H

#include <stdlib.h>
#include <linux/types.h>

#define sort(base, num, size, cmp, swap_fn)	qsort(base, num, size, cmp)

#endif /* _SHIM_LINUX_SORT_H */
