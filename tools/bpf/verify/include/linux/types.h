/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Stand-in for the kernel's header in the user-space build of the verifier: the
 * kernel's short type names over the C library's copy of the uapi header.
 */
#ifndef _SHIM_LINUX_TYPES_H
#define _SHIM_LINUX_TYPES_H

#include_next <linux/types.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <linux/compiler.h>

typedef __u8 u8;
typedef __u16 u16;
typedef __u32 u32;
typedef __u64 u64;
typedef __s8 s8;
typedef __s16 s16;
typedef __s32 s32;
typedef __s64 s64;

struct rcu_head {
	void	*next;
};

#endif /* _SHIM_LINUX_TYPES_H */
