/* SPDX-License-Identifier: GPL-2.0-only */
/* Stand-in: members that programs read. */
#ifndef _SHIM_NET_SOCK_H
#define _SHIM_NET_SOCK_H

#include <linux/kernel.h>

struct sock_common {
	u32	skc_daddr;
	u32	skc_rcv_saddr;
	u32	skc_v6_daddr[4];
	u32	skc_v6_rcv_saddr[4];
	int	skc_bound_dev_if;
	u16	skc_family;
	u16	skc_num;
	u16	skc_dport;
	u16	skc_rx_queue_mapping;
	u8	skc_state;
};

#define NO_QUEUE_MAPPING	0xffff

#endif /* _SHIM_NET_SOCK_H */
