/* SPDX-License-Identifier: GPL-2.0-only */
/* Stand-in: members that programs read. */
#ifndef _SHIM_LINUX_NETDEVICE_H
#define _SHIM_LINUX_NETDEVICE_H

#include <linux/kernel.h>

struct net_device {
	int	ifindex;
};

#endif /* _SHIM_LINUX_NETDEVICE_H */
