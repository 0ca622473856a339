/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Trace events of XDP. XDP is absent, so nothing would ever fire: drivers call
 * these and they are empty. net/core/dev.c takes linux/filter.h from here.
 *
 * Layer K1.
 */
#ifndef _TRACE_EVENTS_XDP_H
#define _TRACE_EVENTS_XDP_H

#include <linux/filter.h>
#include <linux/types.h>

struct bpf_prog;
struct net_device;
struct xdp_mem_allocator;
struct xdp_rxq_info;

static inline void trace_xdp_exception(const struct net_device *dev,
				       const struct bpf_prog *prog, u32 act)
{
}

static inline void trace_xdp_bulk_tx(const struct net_device *dev, int sent,
				     int drops, int err)
{
}

static inline bool trace_mem_connect_enabled(void)
{
	return false;
}

static inline void trace_mem_connect(const struct xdp_mem_allocator *alloc,
				     const struct xdp_rxq_info *rxq)
{
}

static inline void trace_mem_disconnect(const struct xdp_mem_allocator *alloc)
{
}

#endif /* _TRACE_EVENTS_XDP_H */
