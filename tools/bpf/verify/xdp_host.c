// SPDX-License-Identifier: GPL-2.0-only
/*
 * Frames of the user-space build: the packet of a case in a buffer with room in front of it
 * and none behind it, so that the sanitizer sees who reads past its end. The type and its
 * helpers are the kernel's own (net/core/xdp_ctx.c); the one beside it may not write.
 */
#include <linux/bpf_func.h>
#include <linux/if_ether.h>
#include <linux/kernel.h>
#include <linux/netdevice.h>
#include <linux/types.h>
#include <net/xdp.h>
#include <stdlib.h>
#include <string.h>
#include "../../../net/core/bpf_xdp.h"
#include "host_user.h"

/* in front of the frame: the driver's own, and what metadata and longer headers take */
#define HEADROOM	128

struct user_frame {
	struct xdp_buff		xdp;
	struct xdp_rxq_info	rxq;
	struct net_device	dev;
};

/**
 * user_xdp_type() - types of programs on frames
 * @n:	number, from 0
 *
 * Return: the type, NULL behind the last.
 */
const struct bpf_type_ops *user_xdp_type(u32 n)
{
	static struct bpf_type_ops reader;

	if (n > 1)
		return NULL;
	reader = bpf_xdp_type;
	reader.name = "xdp_reader";
	reader.type = BPF_PROG_TYPE_UNSPEC;
	reader.traits = 0;
	return n ? &reader : &bpf_xdp_type;
}

/**
 * user_is_xdp() - is a type one of these?
 * @type:	the type
 */
bool user_is_xdp(const struct bpf_type_ops *type)
{
	return type->proto == bpf_xdp_proto;
}

/**
 * user_xdp_context() - a frame
 * @c:		has its bytes
 * @seed:	0: all of them. Otherwise chooses how many there are, at least a header, and how
 *		many of these are metadata in front of it
 *
 * Return: the context, to be given to free().
 */
void *user_xdp_context(const struct bpf_case *c, u64 seed)
{
	u32 spare = c->packet_len - ETH_HLEN;
	u64 random = seed * 0x9e3779b97f4a7c15ULL;
	u32 len = seed ? ETH_HLEN + (random >> 40) % (spare + 1) : c->packet_len;
	u32 meta = seed ? (random >> 30) % 9 * 4 : 0;
	struct user_frame *f = calloc(1, sizeof(*f) + HEADROOM + len);
	u8 *start = (u8 *)(f + 1);

	if (meta > len - ETH_HLEN)
		meta = 0;
	memcpy(start + HEADROOM, c->packet, len);
	f->dev.ifindex = seed ? random >> 22 & 0xff : 7;
	f->rxq = (struct xdp_rxq_info){
		.dev = &f->dev, .queue_index = seed ? random >> 50 & 0x3f : 3,
	};
	f->xdp = (struct xdp_buff){
		.data_hard_start = start,
		.data_meta = start + HEADROOM,
		.data = start + HEADROOM + meta,
		.data_end = start + HEADROOM + len,
		.rxq = &f->rxq,
		.frame_sz = HEADROOM + len,
	};
	return f;
}

/**
 * user_xdp_sum() - a number that all that programs may write of a frame makes up
 * @ctx:	from user_xdp_context()
 */
u64 user_xdp_sum(const void *ctx)
{
	const struct xdp_buff *xdp = ctx;
	const u8 *p;
	u64 sum = xdp->data - xdp->data_hard_start;

	for (p = xdp->data_meta; p < (const u8 *)xdp->data_end; p++)
		sum = sum * 0x100000001b3ULL ^ *p;
	return sum;
}
