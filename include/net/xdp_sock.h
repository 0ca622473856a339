/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * AF_XDP sockets are absent.
 *
 * Layer K1.
 */
#ifndef _NET_XDP_SOCK_H
#define _NET_XDP_SOCK_H

#include <linux/types.h>
#include <net/xsk_buff_pool.h>

struct xdp_umem;
struct xdp_sock;

/* one packet of a socket's ring, as drivers read it */
struct xdp_desc {
	__u64	addr;
	__u32	len;
	__u32	options;
};

#endif /* _NET_XDP_SOCK_H */
