/* SPDX-License-Identifier: GPL-2.0-only */
/* Stand-in: one node. */
#ifndef _SHIM_LINUX_NUMA_H
#define _SHIM_LINUX_NUMA_H

#define NUMA_NO_NODE	(-1)
#define nr_node_ids	1
#define node_online(n)	((n) == 0)

#endif /* _SHIM_LINUX_NUMA_H */
