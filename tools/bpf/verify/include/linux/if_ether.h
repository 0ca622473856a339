/* SPDX-License-Identifier: GPL-2.0-only */
/* Stand-in: bytes of the header of a frame. */
#ifndef _SHIM_LINUX_IF_ETHER_H
#define _SHIM_LINUX_IF_ETHER_H

#define ETH_HLEN	14

#endif /* _SHIM_LINUX_IF_ETHER_H */
