/* SPDX-License-Identifier: GPL-2.0-only */
/* Stand-in: the C library's, of ASCII. */
#ifndef _SHIM_LINUX_CTYPE_H
#define _SHIM_LINUX_CTYPE_H

#include_next <ctype.h>

#endif /* _SHIM_LINUX_CTYPE_H */
