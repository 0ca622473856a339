/* SPDX-License-Identifier: GPL-2.0-only */
/* Stand-in: what the code generator and the optimiser take from here is memory. */
#ifndef _SHIM_LINUX_MM_H
#define _SHIM_LINUX_MM_H

#include <linux/slab.h>

#endif /* _SHIM_LINUX_MM_H */
