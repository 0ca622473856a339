/* SPDX-License-Identifier: GPL-2.0-only */
/* Stand-in: a function that does not run. */
#ifndef _SHIM_LINUX_ERROR_INJECTION_H
#define _SHIM_LINUX_ERROR_INJECTION_H

#define override_function_with_return(regs)	((void)(regs))

#endif /* _SHIM_LINUX_ERROR_INJECTION_H */
