/* SPDX-License-Identifier: GPL-2.0-only */
/* Stand-in: a frame in a driver's buffer, as xdp_host.c makes it. */
#ifndef _SHIM_NET_XDP_H
#define _SHIM_NET_XDP_H

#include <linux/types.h>

struct net_device;

struct xdp_rxq_info {
	struct net_device	*dev;
	u32			queue_index;
};

struct xdp_buff {
	void			*data, *data_end, *data_meta, *data_hard_start;
	struct xdp_rxq_info	*rxq;
	void			*txq;
	u32			frame_sz;
	u32			flags;
};

/* what drivers keep at the start of a buffer */
struct xdp_frame {
	u64	words[5];
};

/* nothing is kept behind the frame: its end is that of its memory */
#define xdp_data_hard_end(xdp)	((xdp)->data_hard_start + (xdp)->frame_sz)

static inline bool xdp_data_meta_unsupported(const struct xdp_buff *xdp)
{
	return xdp->data_meta > xdp->data;
}

static inline bool xdp_metalen_invalid(unsigned long bytes)
{
	return bytes % 4 || bytes > 32;
}

#endif /* _SHIM_NET_XDP_H */
