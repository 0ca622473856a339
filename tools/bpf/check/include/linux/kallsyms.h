/* SPDX-License-Identifier: GPL-2.0-only */
/* Stand-in: names of functions. */
#ifndef _SHIM_LINUX_KALLSYMS_H
#define _SHIM_LINUX_KALLSYMS_H

#define KSYM_NAME_LEN	512

#endif /* _SHIM_LINUX_KALLSYMS_H */
