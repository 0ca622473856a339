/* SPDX-License-Identifier: GPL-2.0-only */
/* Stand-in: what structures of the kernel's objects are declared with. */
#ifndef _SHIM_CHECK_LINUX_TYPES_H
#define _SHIM_CHECK_LINUX_TYPES_H

#include_next <linux/types.h>

typedef u32		kuid_t;
typedef unsigned int	__poll_t;

#define DECLARE_FLEX_ARRAY(type, name) \
	struct { struct { } name##_empty; type name[]; }

#endif /* _SHIM_CHECK_LINUX_TYPES_H */
