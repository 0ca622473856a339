// SPDX-License-Identifier: GPL-2.0-only
/*
 * struct __sk_buff and struct bpf_sock as tables: which bytes of them a program
 * may touch, and where they are in the kernel's own structures.
 *
 * A row is a plain load of a member (its offset, bytes, bits) or a function that
 * writes the instructions where a member alone does not do: the device may be
 * missing, segmentation data is behind the packet's head, absent values have
 * numbers of their own.
 *
 * Must never let a program write what the stack relies on: of a packet it may
 * write the part of the control block that queueing disciplines leave to it.
 *
 * Layer K5. Tests: selftests/bpf/sock_test.c.
 */
#include <linux/bpf_func.h>
#include <linux/filter.h>
#include <linux/netdevice.h>
#include <linux/skbuff.h>
#include <net/busy_poll.h>
#include <net/sch_generic.h>
#include <net/sock.h>
#include "bpf_net.h"

#define PTR_SIZE	(sizeof(void *) == 8 ? BPF_DW : BPF_W)

/* ---- fields that are not one load ------------------------------------------- */

/* zero where there is no device */
static u32 emit_ifindex(const struct bpf_field *f, const struct bpf_access *a,
			struct bpf_insn *out)
{
	out[0] = BPF_LDX_MEM(PTR_SIZE, a->dst, a->src, offsetof(struct sk_buff, dev));
	out[1] = BPF_JMP_IMM(BPF_JEQ, a->dst, 0, 1);
	out[2] = BPF_LDX_MEM(BPF_W, a->dst, a->dst, offsetof(struct net_device, ifindex));
	return 3;
}

/* a member of struct skb_shared_info, which lies at the end of the head */
static u32 emit_shared_info(const struct bpf_insn *load, const struct bpf_access *a,
			    struct bpf_insn *out)
{
	u32 n = 0;

	if (IS_ENABLED(CONFIG_64BIT)) {
		/* skb->end is an offset */
		out[n++] = BPF_LDX_MEM(BPF_W, BPF_REG_AX, a->src,
				       offsetof(struct sk_buff, end));
		out[n++] = BPF_LDX_MEM(PTR_SIZE, a->dst, a->src,
				       offsetof(struct sk_buff, head));
		out[n++] = BPF_ALU64_REG(BPF_ADD, a->dst, BPF_REG_AX);
	} else {
		out[n++] = BPF_LDX_MEM(PTR_SIZE, a->dst, a->src,
				       offsetof(struct sk_buff, end));
	}
	out[n++] = *load;
	return n;
}

static u32 emit_gso_segs(const struct bpf_field *f, const struct bpf_access *a,
			 struct bpf_insn *out)
{
	struct bpf_insn load = BPF_LDX_MEM(BPF_H, a->dst, a->dst,
					   offsetof(struct skb_shared_info, gso_segs));

	return emit_shared_info(&load, a, out);
}

static u32 emit_gso_size(const struct bpf_field *f, const struct bpf_access *a,
			 struct bpf_insn *out)
{
	struct bpf_insn load = BPF_LDX_MEM(BPF_H, a->dst, a->dst,
					   offsetof(struct skb_shared_info, gso_size));

	return emit_shared_info(&load, a, out);
}

/* small numbers in the same place are a processor that sends, and no NAPI id */
static __maybe_unused u32 emit_napi_id(const struct bpf_field *f,
				       const struct bpf_access *a,
				       struct bpf_insn *out)
{
	out[0] = BPF_LDX_MEM(BPF_W, a->dst, a->src, f->koff);
	out[1] = BPF_JMP_IMM(BPF_JGE, a->dst, MIN_NAPI_ID, 1);
	out[2] = BPF_MOV64_IMM(a->dst, 0);
	return 3;
}

/* -1 where the socket remembers no queue */
static __maybe_unused u32 emit_rx_queue(const struct bpf_field *f,
					const struct bpf_access *a,
					struct bpf_insn *out)
{
	out[0] = BPF_LDX_MEM(BPF_H, a->dst, a->src, f->koff);
	out[1] = BPF_JMP_IMM(BPF_JNE, a->dst, NO_QUEUE_MAPPING, 1);
	out[2] = BPF_MOV32_IMM(a->dst, -1);
	return 3;
}

/* what this configuration has not */
static __maybe_unused u32 emit_zero(const struct bpf_field *f,
				    const struct bpf_access *a, struct bpf_insn *out)
{
	out[0] = BPF_MOV64_IMM(a->dst, 0);
	return 1;
}

static __maybe_unused u32 emit_minus_one(const struct bpf_field *f,
					 const struct bpf_access *a,
					 struct bpf_insn *out)
{
	out[0] = BPF_MOV32_IMM(a->dst, -1);
	return 1;
}

/* ---- struct bpf_sock, as far as every kind of socket has it ------------------- */

#define R	BPF_FIELD_READ
#define RN	(BPF_FIELD_READ | BPF_FIELD_NARROW)

#define SOCK_ROW(field, elem, r)					\
	.name = #field, .off = offsetof(struct bpf_sock, field),	\
	.size = sizeof_field(struct bpf_sock, field),			\
	.unit = (elem), .rights = (r)
#define SOCK_MEMBER(member, bytes)					\
	.koff = offsetof(struct sock_common, member), .ksize = (bytes)

#if IS_ENABLED(CONFIG_IPV6)
#define SOCK_IP6(member)	SOCK_MEMBER(member, 4)
#else
#define SOCK_IP6(member)	.emit = emit_zero
#endif

#ifdef CONFIG_SOCK_RX_QUEUE_MAPPING
#define SOCK_RX_QUEUE	SOCK_MEMBER(skc_rx_queue_mapping, 2), .emit = emit_rx_queue
#else
#define SOCK_RX_QUEUE	.emit = emit_minus_one
#endif

/* bytes of dst_port and of the padding behind: it was a 32-bit field once */
#define DST_PORT_BYTES	(offsetof(struct bpf_sock, dst_ip4) -		\
			 offsetof(struct bpf_sock, dst_port))

/* skb->sk may be a request or a socket in TIME_WAIT, so type, protocol, mark and
 * priority, which only full sockets have, are left out.
 */
static const struct bpf_field sock_common_fields[] = {
	{ SOCK_ROW(bound_dev_if, 4, R), SOCK_MEMBER(skc_bound_dev_if, 4) },
	{ SOCK_ROW(family, 4, RN), SOCK_MEMBER(skc_family, 2) },
	{ SOCK_ROW(src_ip4, 4, RN), SOCK_MEMBER(skc_rcv_saddr, 4) },
	{ SOCK_ROW(src_ip6, 4, RN), SOCK_IP6(skc_v6_rcv_saddr) },
	{ SOCK_ROW(src_port, 4, RN), SOCK_MEMBER(skc_num, 2) },
	{ .name = "dst_port", .off = offsetof(struct bpf_sock, dst_port),
	  .size = DST_PORT_BYTES, .unit = DST_PORT_BYTES, .rights = RN,
	  SOCK_MEMBER(skc_dport, 2) },
	{ SOCK_ROW(dst_ip4, 4, RN), SOCK_MEMBER(skc_daddr, 4) },
	{ SOCK_ROW(dst_ip6, 4, RN), SOCK_IP6(skc_v6_daddr) },
	{ SOCK_ROW(state, 4, RN), SOCK_MEMBER(skc_state, 1) },
	{ SOCK_ROW(rx_queue_mapping, 4, RN), SOCK_RX_QUEUE },
};

static const struct bpf_view sock_common_view = {
	.name	= "bpf_sock",
	.size	= sizeof(struct bpf_sock),
	.fields	= sock_common_fields,
	.count	= ARRAY_SIZE(sock_common_fields),
};

/* ---- struct __sk_buff for socket filters --------------------------------------- */

#define SKB_ROW(field, r)						\
	.name = #field, .off = offsetof(struct __sk_buff, field),	\
	.size = sizeof_field(struct __sk_buff, field), .unit = 4, .rights = (r)
#define SKB_MEMBER(member)						\
	.koff = offsetof(struct sk_buff, member),			\
	.ksize = sizeof_field(struct sk_buff, member)

#ifdef __BIG_ENDIAN_BITFIELD
#define PKT_TYPE_SHIFT	5
#else
#define PKT_TYPE_SHIFT	0
#endif

#ifdef CONFIG_NET_SCHED
#define SKB_TC_INDEX	SKB_MEMBER(tc_index)
#else
#define SKB_TC_INDEX	.emit = emit_zero
#endif

#ifdef CONFIG_NET_RX_BUSY_POLL
#define SKB_NAPI_ID	SKB_MEMBER(napi_id), .emit = emit_napi_id
#else
#define SKB_NAPI_ID	.emit = emit_zero
#endif

#define SKB_CB_OFF	(offsetof(struct sk_buff, cb) + offsetof(struct qdisc_skb_cb, data))

static const struct bpf_field socket_fields[] = {
	{ SKB_ROW(len, RN), SKB_MEMBER(len) },
	{ SKB_ROW(pkt_type, RN), .koff = PKT_TYPE_OFFSET, .ksize = 1,
	  .shift = PKT_TYPE_SHIFT, .mask = PKT_TYPE_MAX >> PKT_TYPE_SHIFT },
	{ SKB_ROW(mark, RN), SKB_MEMBER(mark) },
	{ SKB_ROW(queue_mapping, RN), SKB_MEMBER(queue_mapping) },
	{ SKB_ROW(protocol, RN), SKB_MEMBER(protocol) },
	{ SKB_ROW(vlan_present, RN), .koff = PKT_VLAN_PRESENT_OFFSET, .ksize = 1,
	  .shift = PKT_VLAN_PRESENT_BIT, .mask = 1 },
	{ SKB_ROW(vlan_tci, RN), SKB_MEMBER(vlan_tci) },
	{ SKB_ROW(vlan_proto, RN), SKB_MEMBER(vlan_proto) },
	{ SKB_ROW(priority, RN), SKB_MEMBER(priority) },
	{ SKB_ROW(ingress_ifindex, RN), SKB_MEMBER(skb_iif) },
	{ SKB_ROW(ifindex, RN), .emit = emit_ifindex },
	{ SKB_ROW(tc_index, RN), SKB_TC_INDEX },
	{ SKB_ROW(cb, R | BPF_FIELD_WRITE | BPF_FIELD_RAW | BPF_FIELD_CB),
	  .koff = SKB_CB_OFF, .ksize = 4 },
	{ SKB_ROW(hash, RN), SKB_MEMBER(hash) },
	{ SKB_ROW(napi_id, RN), SKB_NAPI_ID },
	{ SKB_ROW(gso_segs, RN), .emit = emit_gso_segs },
	{ .name = "sk", .off = offsetof(struct __sk_buff, sk), .size = 8, .unit = 8,
	  .rights = R, SKB_MEMBER(sk), .target = &sock_common_view },
	{ SKB_ROW(gso_size, RN), .emit = emit_gso_size },
};

static_assert(sizeof_field(struct __sk_buff, cb) <= QDISC_CB_PRIV_LEN);
static_assert(SKB_CB_OFF % 8 == 0, "accesses of 8 bytes to cb stay aligned");
static_assert(sizeof_field(struct net_device, ifindex) == 4);
static_assert(sizeof_field(struct skb_shared_info, gso_segs) == 2);
static_assert(sizeof_field(struct skb_shared_info, gso_size) == 2);

const struct bpf_view bpf_skb_view_socket = {
	.name	= "__sk_buff",
	.size	= sizeof(struct __sk_buff),
	.fields	= socket_fields,
	.count	= ARRAY_SIZE(socket_fields),
};

/**
 * bpf_skb_emit_load() - instructions that load a field of a packet
 * @off:	start of a field of struct __sk_buff that socket filters may read
 * @dst:	register for its value, zero-extended
 * @src:	register that holds the packet; may be @dst
 * @out:	room for BPF_EMIT_MAX instructions
 *
 * So that classic programs read a packet by the same table. The only scratch
 * register is BPF_REG_AX.
 *
 * Called by: classic_conv.c. Any context.
 * Return: how many instructions it wrote.
 */
u32 bpf_skb_emit_load(u32 off, u8 dst, u8 src, struct bpf_insn *out)
{
	const struct bpf_field *f = bpf_view_field(&bpf_skb_view_socket, off);
	const struct bpf_access access = {
		.size = 4, .dst = dst, .src = src,
	};
	u32 n = 0;

	if (f->emit)
		return f->emit(f, &access, out);
	out[n++] = BPF_LDX_MEM(bpf_size_code(f->ksize), dst, src, f->koff);
	if (f->shift)
		out[n++] = BPF_ALU32_IMM(BPF_RSH, dst, f->shift);
	if (f->mask)
		out[n++] = BPF_ALU32_IMM(BPF_AND, dst, f->mask);
	return n;
}

/* Programs attached to a socket return how many bytes of a packet it gets; any number
 * will do.
 */
const struct bpf_type_ops bpf_socket_filter_type = {
	.type		= BPF_PROG_TYPE_SOCKET_FILTER,
	.name		= "socket_filter",
	.traits		= BPF_TYPE_PACKET_LOADS | BPF_TYPE_UNPRIV,
	.ret_min	= S32_MIN,
	.ret_max	= S32_MAX,
	.ctx		= &bpf_skb_view_socket,
	.proto		= bpf_socket_filter_proto,
	.test_run	= bpf_skb_test_run,
};
