/* SPDX-License-Identifier: GPL-2.0-only */
/* Stand-in: assertions at compile time. */
#ifndef _SHIM_LINUX_BUILD_BUG_H
#define _SHIM_LINUX_BUILD_BUG_H

#define BUILD_BUG_ON(e)		((void)sizeof(char[1 - 2 * !!(e)]))
#define BUILD_BUG_ON_MSG(e, m)	BUILD_BUG_ON(e)

#ifndef static_assert
#define STATIC_ASSERT_TEXT(e, text, ...)	_Static_assert(e, text)
#define static_assert(e, ...)	STATIC_ASSERT_TEXT(e, ##__VA_ARGS__, #e)
#endif

#endif /* _SHIM_LINUX_BUILD_BUG_H */
