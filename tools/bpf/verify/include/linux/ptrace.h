/* SPDX-License-Identifier: GPL-2.0-only */
/* Stand-in: registers, as many as x86-64 has. */
#ifndef _SHIM_LINUX_PTRACE_H
#define _SHIM_LINUX_PTRACE_H

struct pt_regs {
	unsigned long	word[21];
};

/* where x86-64 has RAX */
#define regs_set_return_value(regs, value)	((regs)->word[10] = (value))

#endif /* _SHIM_LINUX_PTRACE_H */
