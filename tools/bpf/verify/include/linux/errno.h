/* SPDX-License-Identifier: GPL-2.0-only */
/* Stand-in; the C library includes it too, so it must not include <errno.h>. */
#ifndef _SHIM_LINUX_ERRNO_H
#define _SHIM_LINUX_ERRNO_H

#include <asm/errno.h>

#define ENOTSUPP	524

#endif /* _SHIM_LINUX_ERRNO_H */
