/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Buffers of AF_XDP are absent; drivers hold pointers to a pool that nothing
 * makes, and name the members below.
 *
 * Layer K1.
 */
#ifndef _NET_XSK_BUFF_POOL_H
#define _NET_XSK_BUFF_POOL_H

struct device;
struct xdp_desc;

/**
 * struct xsk_buff_pool - what drivers read of a pool
 * @dev:		device its memory is mapped for
 * @tx_descs:	packets taken from the ring in one go
 */
struct xsk_buff_pool {
	struct device	*dev;
	struct xdp_desc	*tx_descs;
};

#endif /* _NET_XSK_BUFF_POOL_H */
