/* SPDX-License-Identifier: GPL-2.0-only */
/* Stand-in: one user. */
#ifndef _SHIM_LINUX_CRED_H
#define _SHIM_LINUX_CRED_H

#include <linux/uidgid.h>

#endif /* _SHIM_LINUX_CRED_H */
