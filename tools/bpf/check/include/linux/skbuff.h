/* SPDX-License-Identifier: GPL-2.0-only */
/* Stand-in: members that programs read; where they are does not matter here. */
#ifndef _SHIM_LINUX_SKBUFF_H
#define _SHIM_LINUX_SKBUFF_H

#include <linux/kernel.h>

struct net_device;
struct sock;

struct sk_buff {
	struct net_device	*dev;
	struct sock		*sk;
	char			cb[48];
	u32			len;
	u8			pkt_type;
	u8			vlan_present;
	u16			queue_mapping;
	u16			tc_index;
	u16			protocol;
	u16			vlan_proto;
	u16			vlan_tci;
	u32			priority;
	u32			skb_iif;
	u32			hash;
	u32			napi_id;
	u32			mark;
	u32			end;
	u8			*head;
};

struct skb_shared_info {
	u16	gso_size;
	u16	gso_segs;
};

#define PKT_TYPE_OFFSET		offsetof(struct sk_buff, pkt_type)
#define PKT_TYPE_MAX		7
#define PKT_VLAN_PRESENT_OFFSET	offsetof(struct sk_buff, vlan_present)
#define PKT_VLAN_PRESENT_BIT	0

#endif /* _SHIM_LINUX_SKBUFF_H */
