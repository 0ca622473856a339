/* SPDX-License-Identifier: GPL-2.0-only */
/* Stand-in: the control block as queueing disciplines see it. */
#ifndef _SHIM_NET_SCH_GENERIC_H
#define _SHIM_NET_SCH_GENERIC_H

#include <linux/types.h>

#define QDISC_CB_PRIV_LEN	20

struct qdisc_skb_cb {
	u32	pkt_len;
	u32	more;
	u8	data[QDISC_CB_PRIV_LEN];
};

#endif /* _SHIM_NET_SCH_GENERIC_H */
