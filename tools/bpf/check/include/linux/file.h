/* SPDX-License-Identifier: GPL-2.0-only */
/* Stand-in: a descriptor's object is found by its inode, see world.c. */
#ifndef _SHIM_LINUX_FILE_H
#define _SHIM_LINUX_FILE_H

#include <linux/types.h>

struct file;

struct fd {
	struct file	*file;
};

/* world.c */
struct file *world_file(u32 fd);

static inline struct fd fdget(u32 fd)
{
	return (struct fd){ world_file(fd) };
}

#define fdput(f)	((void)(f))

#endif /* _SHIM_LINUX_FILE_H */
