/* SPDX-License-Identifier: GPL-2.0-only */
/* Stand-in: see linux/file.h. */
#ifndef _SHIM_LINUX_FS_H
#define _SHIM_LINUX_FS_H

#include <linux/file.h>

#endif /* _SHIM_LINUX_FS_H */
