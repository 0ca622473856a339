// SPDX-License-Identifier: GPL-2.0-only
/*
 * Programs on frames as a driver received them, before there is an sk_buff: struct xdp_md
 * as a table, and the helpers that move the frame's edges. The frame itself is memory of
 * the program, as far as the program compares its addresses with the frame's end.
 *
 * Must never leave a frame shorter than an Ethernet header, which who takes it relies on,
 * or let metadata grow into what drivers keep at the start of the buffer.
 *
 * Layer K5; builds in user space too. Tests: selftests/bpf/cases/packet.
 */
#include <linux/bpf_func.h>
#include <linux/errno.h>
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/kernel.h>
#include <linux/limits.h>
#include <linux/netdevice.h>
#include <linux/string.h>
#include <net/xdp.h>
#include "bpf_xdp.h"

#define PTR_SIZE	(sizeof(void *) == 8 ? BPF_DW : BPF_W)

/* ---- struct xdp_md ---------------------------------------------------------------- */

static u32 emit_queue(const struct bpf_field *f, const struct bpf_access *a,
		      struct bpf_insn *out)
{
	out[0] = BPF_LDX_MEM(PTR_SIZE, a->dst, a->src, offsetof(struct xdp_buff, rxq));
	out[1] = BPF_LDX_MEM(BPF_W, a->dst, a->dst, offsetof(struct xdp_rxq_info, queue_index));
	return 2;
}

static u32 emit_ingress(const struct bpf_field *f, const struct bpf_access *a,
			struct bpf_insn *out)
{
	out[0] = BPF_LDX_MEM(PTR_SIZE, a->dst, a->src, offsetof(struct xdp_buff, rxq));
	out[1] = BPF_LDX_MEM(PTR_SIZE, a->dst, a->dst, offsetof(struct xdp_rxq_info, dev));
	out[2] = BPF_LDX_MEM(BPF_W, a->dst, a->dst, offsetof(struct net_device, ifindex));
	return 3;
}

#define ROW(field, r)							\
	.name = #field, .off = offsetof(struct xdp_md, field),		\
	.size = sizeof_field(struct xdp_md, field), .unit = 4, .rights = (r)
#define ADDRESS(field)							\
	ROW(field, BPF_FIELD_READ), .koff = offsetof(struct xdp_buff, field),	\
	.ksize = sizeof(void *)

static const struct bpf_field xdp_fields[] = {
	{ ADDRESS(data), .gives = BPF_GIVES_PACKET },
	{ ADDRESS(data_end), .gives = BPF_GIVES_PACKET_END },
	{ ADDRESS(data_meta), .gives = BPF_GIVES_PACKET_META },
	{ ROW(ingress_ifindex, BPF_FIELD_READ), .emit = emit_ingress },
	{ ROW(rx_queue_index, BPF_FIELD_READ), .emit = emit_queue },
};

static const struct bpf_view xdp_view = {
	.name = "xdp_md", .size = sizeof(struct xdp_md),
	.fields = xdp_fields, .count = ARRAY_SIZE(xdp_fields),
};

/* ---- helpers -------------------------------------------------------------------------- */

/* bytes of metadata; a driver that has none sets data_meta behind the data */
static unsigned long meta_bytes(const struct xdp_buff *xdp)
{
	return xdp_data_meta_unsupported(xdp) ? 0 : xdp->data - xdp->data_meta;
}

/* metadata stay in front of the data, and the driver's own in front of both */
BPF_CALL_2(bpf_xdp_adjust_head, struct xdp_buff *, xdp, int, by)
{
	unsigned long meta = meta_bytes(xdp);
	void *first = xdp->data_hard_start + sizeof(struct xdp_frame) + meta;

	if (by < first - xdp->data || by > xdp->data_end - ETH_HLEN - xdp->data)
		return -EINVAL;
	if (meta)
		memmove(xdp->data_meta + by, xdp->data_meta, meta);
	xdp->data_meta += by;
	xdp->data += by;
	return 0;
}

/* what is gained is cleared: nobody may learn what was in the buffer before */
BPF_CALL_2(bpf_xdp_adjust_tail, struct xdp_buff *, xdp, int, by)
{
	if (by > xdp_data_hard_end(xdp) - xdp->data_end ||
	    by < xdp->data + ETH_HLEN - xdp->data_end)
		return -EINVAL;
	if (by > 0)
		memset(xdp->data_end, 0, by);
	xdp->data_end += by;
	return 0;
}

BPF_CALL_2(bpf_xdp_adjust_meta, struct xdp_buff *, xdp, int, by)
{
	void *first = xdp->data_hard_start + sizeof(struct xdp_frame);

	if (xdp_data_meta_unsupported(xdp))
		return -ENOTSUPP;
	if (by < first - xdp->data_meta || by > xdp->data - xdp->data_meta)
		return -EINVAL;
	if (xdp_metalen_invalid(meta_bytes(xdp) - by))
		return -EACCES;
	xdp->data_meta += by;
	return 0;
}

static const struct bpf_func_proto adjust_head_proto = {
	.name	= "xdp_adjust_head",
	.func	= bpf_xdp_adjust_head,
	.ret	= BPF_RET_SCALAR,
	.arg	= { BPF_ARG_CTX, BPF_ARG_ANY },
	.moves_packet = true,
};

static const struct bpf_func_proto adjust_meta_proto = {
	.name	= "xdp_adjust_meta",
	.func	= bpf_xdp_adjust_meta,
	.ret	= BPF_RET_SCALAR,
	.arg	= { BPF_ARG_CTX, BPF_ARG_ANY },
	.moves_packet = true,
};

static const struct bpf_func_proto adjust_tail_proto = {
	.name	= "xdp_adjust_tail",
	.func	= bpf_xdp_adjust_tail,
	.ret	= BPF_RET_SCALAR,
	.arg	= { BPF_ARG_CTX, BPF_ARG_ANY },
	.moves_packet = true,
};

/**
 * bpf_xdp_proto() - helpers of programs on frames
 * @id:	number of the helper
 *
 * Return: its prototype, NULL where such programs have none of that number.
 */
const struct bpf_func_proto *bpf_xdp_proto(enum bpf_func_id id)
{
	switch (id) {
	case BPF_FUNC_xdp_adjust_head:
		return &adjust_head_proto;
	case BPF_FUNC_xdp_adjust_meta:
		return &adjust_meta_proto;
	case BPF_FUNC_xdp_adjust_tail:
		return &adjust_tail_proto;
	default:
		return bpf_base_proto(id);
	}
}

const struct bpf_type_ops bpf_xdp_type = {
	.type		= BPF_PROG_TYPE_XDP,
	.name		= "xdp",
	.traits		= BPF_TYPE_PACKET_STORES,
	.ret_min	= S32_MIN,
	.ret_max	= S32_MAX,
	.ctx		= &xdp_view,
	.proto		= bpf_xdp_proto,
};
