/* SPDX-License-Identifier: GPL-2.0-only */
/* Stand-in: the kernel's allocators over memory.c, where they can be made to fail. */
#ifndef _SHIM_LINUX_SLAB_H
#define _SHIM_LINUX_SLAB_H

#include <linux/overflow.h>
#include <linux/types.h>

typedef unsigned int gfp_t;

#define GFP_KERNEL		0u
#define GFP_ATOMIC		0u
#define GFP_KERNEL_ACCOUNT	0u
#define __GFP_NOWARN		0u
#define __GFP_ZERO		1u

/* memory.c: zeroed memory or NULL; @old is given back unless NULL is returned */
void *user_kalloc(size_t bytes);
void *user_krealloc(const void *old, size_t bytes);
void user_kfree(const void *p);

static inline void *kmalloc(size_t bytes, gfp_t gfp)
{
	return user_kalloc(bytes);
}

static inline void *kmalloc_array(size_t n, size_t bytes, gfp_t gfp)
{
	return user_kalloc(size_mul(n, bytes));
}

static inline void *krealloc(const void *old, size_t bytes, gfp_t gfp)
{
	return user_krealloc(old, bytes);
}

static inline void *kvrealloc(const void *old, size_t old_bytes, size_t bytes, gfp_t gfp)
{
	return user_krealloc(old, bytes);
}

static inline void kfree(const void *p)
{
	user_kfree(p);
}

#define kzalloc(bytes, gfp)		kmalloc(bytes, gfp)
#define kcalloc(n, bytes, gfp)		kmalloc_array(n, bytes, gfp)
#define kvmalloc(bytes, gfp)		kmalloc(bytes, gfp)
#define kvzalloc(bytes, gfp)		kmalloc(bytes, gfp)
#define kvmalloc_array(n, bytes, gfp)	kmalloc_array(n, bytes, gfp)
#define kvcalloc(n, bytes, gfp)		kmalloc_array(n, bytes, gfp)
#define kvfree(p)			kfree(p)

#endif /* _SHIM_LINUX_SLAB_H */
