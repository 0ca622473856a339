/* SPDX-License-Identifier: GPL-2.0-only */
/* Stand-in over the C library's header. */
#ifndef _SHIM_LINUX_STRING_H
#define _SHIM_LINUX_STRING_H

#include <string.h>
#include <linux/types.h>

#endif /* _SHIM_LINUX_STRING_H */
