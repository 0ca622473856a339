/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Buffers of AF_XDP are absent; drivers hold pointers to a pool that nothing
 * makes.
 *
 * Layer K1.
 */
#ifndef _NET_XSK_BUFF_POOL_H
#define _NET_XSK_BUFF_POOL_H

struct xsk_buff_pool;

#endif /* _NET_XSK_BUFF_POOL_H */
