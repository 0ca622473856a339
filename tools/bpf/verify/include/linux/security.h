/* SPDX-License-Identifier: GPL-2.0-only */
/* Stand-in: nothing is locked down. */
#ifndef _SHIM_LINUX_SECURITY_H
#define _SHIM_LINUX_SECURITY_H

#define security_locked_down(what)	0

#endif /* _SHIM_LINUX_SECURITY_H */
