// SPDX-License-Identifier: GPL-2.0-only
/*
 * Functions that programs on packets call: bytes of the packet wherever they lie,
 * and the ancillary data of classic programs that is computed, not loaded.
 *
 * Must never read outside a packet, and must fill a program's buffer whatever
 * happens: the verifier takes it for initialised.
 *
 * Layer K5. Tests: selftests/bpf/sock_test.c, classic_test.c.
 */
#include <linux/bpf_func.h>
#include <linux/filter.h>
#include <linux/random.h>
#include <linux/skbuff.h>
#include <linux/smp.h>
#include <net/netlink.h>
#include <asm/unaligned.h>
#include "bpf_net.h"

/* ---- LD_ABS and LD_IND ---------------------------------------------------------- */

/* Offsets below zero count from a header instead of from skb->data. Writes the
 * distance from skb->data; false where the offset means nothing.
 */
static bool resolve_packet_offset(const struct sk_buff *skb, s32 off, s32 *from_data)
{
	const u8 *base;

	if (off >= 0) {
		*from_data = off;
		return true;
	}
	if (off >= SKF_NET_OFF) {
		base = skb_network_header(skb);
		off -= SKF_NET_OFF;
	} else if (off >= SKF_LL_OFF && skb_mac_header_was_set(skb)) {
		base = skb_mac_header(skb);
		off -= SKF_LL_OFF;
	} else {
		return false;
	}
	*from_data = off + (s32)(base - skb->data);
	return true;
}

/* The @size bytes at @from_data, which may start behind skb->data's back as long as
 * that is in the head; @spare takes them where they are not in one piece.
 */
static const void *find_bytes(const struct sk_buff *skb, s32 from_data, u32 size,
			      void *spare)
{
	if (from_data >= 0)
		return skb_header_pointer(skb, from_data, size, spare);
	if (from_data < -(s32)skb_headroom(skb))
		return NULL;
	if (from_data + (s64)size <= skb_headlen(skb))
		return skb->data + from_data;
	return skb_copy_bits(skb, from_data, spare, size) ? NULL : spare;
}

/**
 * bpf_skb_load_packet() - bytes of a packet as a number
 * @skb:	the packet
 * @off:	from skb->data; below zero SKF_NET_OFF and SKF_LL_OFF count from the
 *		network and the link layer header
 * @size:	1, 2 or 4
 * @val:	the number, network order taken off
 *
 * Where LD_ABS and LD_IND end up (RFC 9669 section 5.4.4). Called by: the
 * interpreter and machine code. Any context.
 * Return: 0, or -EFAULT where the packet does not have all the bytes.
 */
int bpf_skb_load_packet(const struct sk_buff *skb, s32 off, u32 size, u32 *val)
{
	const void *p;
	s32 from_data;
	u32 spare;

	if (!resolve_packet_offset(skb, off, &from_data))
		return -EFAULT;
	p = find_bytes(skb, from_data, size, &spare);
	if (!p)
		return -EFAULT;

	switch (size) {
	case 1:
		*val = *(const u8 *)p;
		return 0;
	case 2:
		*val = get_unaligned_be16(p);
		return 0;
	case 4:
		*val = get_unaligned_be32(p);
		return 0;
	default:
		return -EFAULT;
	}
}

/* ---- helpers of extended programs -------------------------------------------------- */

/* fills @to in any case */
static u64 copy_or_clear(const struct sk_buff *skb, s64 off, void *to, u32 len)
{
	const void *p = NULL;

	if (off >= INT_MIN && off <= INT_MAX)
		p = off < 0 ? find_bytes(skb, off, len, to) :
			      skb_header_pointer(skb, off, len, to);
	if (!p) {
		memset(to, 0, len);
		return -EFAULT;
	}
	if (p != to)
		memcpy(to, p, len);
	return 0;
}

BPF_CALL_4(bpf_skb_load_bytes, const struct sk_buff *, skb, u32, off,
	   void *, to, u32, len)
{
	return copy_or_clear(skb, off, to, len);
}

static const struct bpf_func_proto skb_load_bytes_proto = {
	.name	= "skb_load_bytes",
	.func	= bpf_skb_load_bytes,
	.ret	= BPF_RET_SCALAR,
	.arg	= { BPF_ARG_CTX, BPF_ARG_ANY, BPF_ARG_MEM_FILL, BPF_ARG_SIZE },
	.narrow	= bpf_skb_load_bytes_narrow,
};

/* counted from a header, and never before it: offsets are unsigned */
BPF_CALL_5(bpf_skb_load_bytes_relative, const struct sk_buff *, skb, u32, off,
	   void *, to, u32, len, u32, start)
{
	s64 base;

	if (start == BPF_HDR_START_MAC && skb_mac_header_was_set(skb))
		base = skb_mac_header(skb) - skb->data;
	else if (start == BPF_HDR_START_NET)
		base = skb_network_header(skb) - skb->data;
	else
		base = INT_MAX;
	if (off > INT_MAX)
		base = INT_MAX;
	return copy_or_clear(skb, base + off, to, len);
}

static const struct bpf_func_proto skb_load_bytes_relative_proto = {
	.name	= "skb_load_bytes_relative",
	.func	= bpf_skb_load_bytes_relative,
	.ret	= BPF_RET_SCALAR,
	.arg	= { BPF_ARG_CTX, BPF_ARG_ANY, BPF_ARG_MEM_FILL, BPF_ARG_SIZE,
		    BPF_ARG_ANY },
	.narrow	= bpf_skb_load_bytes_relative_narrow,
};

/**
 * bpf_socket_filter_proto() - helpers of socket filters
 * @id:		enum bpf_func_id
 *
 * Any context.
 * Return: its prototype, or NULL where socket filters may not call it.
 */
const struct bpf_func_proto *bpf_socket_filter_proto(enum bpf_func_id id)
{
	switch (id) {
	case BPF_FUNC_skb_load_bytes:
		return &skb_load_bytes_proto;
	case BPF_FUNC_skb_load_bytes_relative:
		return &skb_load_bytes_relative_proto;
	default:
		return bpf_base_proto(id);
	}
}

/* ---- computed ancillary data of classic programs: arguments packet, A, X ------------- */

BPF_CALL_1(bpf_classic_pay_offset, const struct sk_buff *, skb)
{
	return skb_get_poff(skb);
}

/* the attribute header at @off of a packet that is in one piece, or NULL */
static const struct nlattr *find_nlattr(const struct sk_buff *skb, u32 off)
{
	if (skb_is_nonlinear(skb) || skb->len < sizeof(struct nlattr) ||
	    off > skb->len - sizeof(struct nlattr))
		return NULL;
	return (const struct nlattr *)(skb->data + off);
}

/* offset of an attribute in its packet; 0 says that there is none */
static u32 offset_of_nlattr(const struct sk_buff *skb, const struct nlattr *attr)
{
	return attr ? (const u8 *)attr - skb->data : 0;
}

BPF_CALL_3(bpf_classic_nlattr, const struct sk_buff *, skb, u32, off, u32, type)
{
	const struct nlattr *first = find_nlattr(skb, off);

	if (!first)
		return 0;
	return offset_of_nlattr(skb, nla_find(first, skb->len - off, type));
}

BPF_CALL_3(bpf_classic_nlattr_nest, const struct sk_buff *, skb, u32, off, u32, type)
{
	const struct nlattr *outer = find_nlattr(skb, off);

	if (!outer || outer->nla_len > skb->len - off)
		return 0;
	return offset_of_nlattr(skb, nla_find_nested(outer, type));
}

/* the program is pinned to its processor, but lockdep need not know of it */
BPF_CALL_0(bpf_classic_cpu)
{
	return raw_smp_processor_id();
}

BPF_CALL_0(bpf_classic_random)
{
	return get_random_u32();
}
