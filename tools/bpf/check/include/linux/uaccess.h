/* SPDX-License-Identifier: GPL-2.0-only */
/* Stand-in: user memory is ours. */
#ifndef _SHIM_LINUX_UACCESS_H
#define _SHIM_LINUX_UACCESS_H

#include <linux/err.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/slab.h>
#include <linux/string.h>

#define PAGE_SIZE	4096

#define u64_to_user_ptr(x)	((void *)(unsigned long)(x))
#define put_user(x, p)		(*(p) = (x), 0)

static inline unsigned long copy_from_user(void *to, const void *from, unsigned long n)
{
	memcpy(to, from, n);
	return 0;
}

#define copy_to_user(to, from, n)	copy_from_user(to, from, n)

static inline void *memchr_inv(const void *at, int c, size_t n)
{
	const char *p = at;

	for (; n; p++, n--)
		if (*p != (char)c)
			return (void *)p;
	return NULL;
}

static inline int copy_struct_from_user(void *to, size_t known, const void *from, size_t size)
{
	size_t common = size < known ? size : known;

	if (size > known && memchr_inv((const char *)from + known, 0, size - known))
		return -E2BIG;
	memset((char *)to + common, 0, known - common);
	memcpy(to, from, common);
	return 0;
}

static inline long strncpy_from_user(char *to, const char *from, long n)
{
	strncpy(to, from, n);
	return strnlen(to, n);
}

static inline void *vmemdup_user(const void *from, size_t n)
{
	void *p = kvmalloc(n, 0);

	if (!p)
		return ERR_PTR(-ENOMEM);
	memcpy(p, from, n);
	return p;
}

#endif /* _SHIM_LINUX_UACCESS_H */
