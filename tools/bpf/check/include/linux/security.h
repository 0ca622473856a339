/* SPDX-License-Identifier: GPL-2.0-only */
/* Stand-in: no security module. */
#ifndef _SHIM_LINUX_SECURITY_H
#define _SHIM_LINUX_SECURITY_H

#define security_bpf(cmd, attr, size)	((void)(attr), 0)

#endif /* _SHIM_LINUX_SECURITY_H */
