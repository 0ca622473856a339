/* SPDX-License-Identifier: GPL-2.0-only */
/* Stand-in: which licences are compatible; the strings are the module loader's. */
#ifndef _SHIM_LINUX_LICENSE_H
#define _SHIM_LINUX_LICENSE_H

#include <linux/string.h>
#include <linux/types.h>

static inline bool license_is_gpl_compatible(const char *license)
{
	static const char *const compatible[] = {
		"GPL", "GPL v2", "GPL and additional rights", "Dual BSD/GPL",
		"Dual MIT/GPL", "Dual MPL/GPL",
	};
	u32 i;

	for (i = 0; i < sizeof(compatible) / sizeof(compatible[0]); i++)
		if (!strcmp(license, compatible[i]))
			return true;
	return false;
}

#endif /* _SHIM_LINUX_LICENSE_H */
