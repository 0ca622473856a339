/* SPDX-License-Identifier: GPL-2.0-only */
/* Stand-in: nobody reads or sets them. */
#ifndef _SHIM_LINUX_SYSCTL_H
#define _SHIM_LINUX_SYSCTL_H

#include <sys/types.h>
#include <linux/types.h>

struct ctl_table {
	const char	*procname;
	void		*data;
	int		maxlen;
	unsigned short	mode;
	int		(*proc_handler)(struct ctl_table *table, int write, void *buffer,
					size_t *lenp, loff_t *ppos);
	void		*extra1;
	void		*extra2;
};

#define SYSCTL_ZERO	NULL
#define SYSCTL_TWO	NULL

#define proc_dointvec_minmax(table, write, buffer, lenp, ppos)	((void)(table), 0)
#define register_sysctl_init(path, table)			((void)(table))

#endif /* _SHIM_LINUX_SYSCTL_H */
