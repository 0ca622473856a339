/* SPDX-License-Identifier: GPL-2.0-only */
/* Stand-in: nothing is put off. */
#ifndef _SHIM_LINUX_WORKQUEUE_H
#define _SHIM_LINUX_WORKQUEUE_H

struct work_struct {
	void	*unused;
};

#endif /* _SHIM_LINUX_WORKQUEUE_H */
