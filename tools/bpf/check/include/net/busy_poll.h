/* SPDX-License-Identifier: GPL-2.0-only */
/* Stand-in: numbers of queues. */
#ifndef _SHIM_NET_BUSY_POLL_H
#define _SHIM_NET_BUSY_POLL_H

#define MIN_NAPI_ID	1

#endif /* _SHIM_NET_BUSY_POLL_H */
