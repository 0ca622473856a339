/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * AF_XDP is absent: a network namespace holds nothing for it.
 *
 * Layer K1.
 */
#ifndef _NET_NETNS_XDP_H
#define _NET_NETNS_XDP_H

struct netns_xdp {
};

#endif /* _NET_NETNS_XDP_H */
