/* SPDX-License-Identifier: GPL-2.0-only */
/* Stand-in: one user. */
#ifndef _SHIM_CHECK_LINUX_UIDGID_H
#define _SHIM_CHECK_LINUX_UIDGID_H

#include <linux/types.h>

#define current_uid()	0

#endif /* _SHIM_CHECK_LINUX_UIDGID_H */
