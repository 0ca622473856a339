/* SPDX-License-Identifier: GPL-2.0-only */
/* Stand-in: some more of the allocators. */
#ifndef _SHIM_CHECK_LINUX_SLAB_H
#define _SHIM_CHECK_LINUX_SLAB_H

#include_next <linux/slab.h>
#include <string.h>

#define GFP_USER	0u

static inline void *kmemdup(const void *from, size_t bytes, gfp_t gfp)
{
	void *p = kmalloc(bytes, gfp);

	if (p)
		memcpy(p, from, bytes);
	return p;
}

#endif /* _SHIM_CHECK_LINUX_SLAB_H */
