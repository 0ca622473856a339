/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Stand-in: is an option of the configuration 1? Included before all else. The options
 * that tables of types, fields and helpers depend on are those of Makefile.
 */
#ifndef _SHIM_LINUX_KCONFIG_H
#define _SHIM_LINUX_KCONFIG_H

/* an option that is 1 turns into two arguments, any other name stays one */
#define SHIM_SHIFT_1			0,
#define SHIM_SECOND(first, value, ...)	value
#define SHIM_CHOOSE(shift)		SHIM_SECOND(shift 1, 0, 0)
#define SHIM_PASTE(value)		SHIM_CHOOSE(SHIM_SHIFT_##value)
#define IS_ENABLED(option)		SHIM_PASTE(option)

#endif /* _SHIM_LINUX_KCONFIG_H */
