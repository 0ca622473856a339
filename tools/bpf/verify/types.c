// SPDX-License-Identifier: GPL-2.0-only
/*
 * Program types of the user-space build.
 *
 * socket_filter has the names, offsets and rights of the kernel's, over a plain
 * structure; the types of events and frames are the kernel's own. The others exist for
 * rules that no type of the kernel can show yet: a narrow return range, no packet loads,
 * fields of every shape, helpers with every kind of argument, and prototypes that are wrong.
 */
#include <linux/bpf_func.h>
#include <linux/errno.h>
#include <linux/filter.h>
#include <linux/kernel.h>
#include <linux/types.h>
#include <stdlib.h>
#include <string.h>
#include "host_user.h"

#define ETH_HEADER	14
#define XDP_TYPES	2

/* the kernel's side of both contexts */
struct user_sock {
	u32	bound_dev_if;
	u16	family;
	u16	dport;
};

struct user_skb {
	struct user_packet	packet;
	u32			mark;
	u64			wide;
	u16			queue;
	u16			protocol;
	u16			words[4];
	u8			bits;
	u32			priority;
	u32			*device;
	u64			cb[3];
	const struct user_sock	*sk;
	const struct user_sock	*no_sk;
};

static const struct user_sock the_sock = {
	.bound_dev_if = 3, .family = 2, .dport = 0x5000,
};

static u32 the_device = 7;

/* ---- views ------------------------------------------------------------------ */

#define R	BPF_FIELD_READ
#define W	BPF_FIELD_WRITE
#define RN	(BPF_FIELD_READ | BPF_FIELD_NARROW)
#define MEMBER(m) \
	.koff = offsetof(struct user_skb, m), .ksize = sizeof_field(struct user_skb, m)
#define SKB(field, r) \
	.name = #field, .off = offsetof(struct __sk_buff, field), \
	.size = sizeof_field(struct __sk_buff, field), .unit = 4, .rights = (r)

/* zero without a device, as in the kernel */
static u32 emit_ifindex(const struct bpf_field *f, const struct bpf_access *a,
			struct bpf_insn *out)
{
	out[0] = (struct bpf_insn){ .code = BPF_LDX | BPF_MEM | BPF_DW, .dst_reg = a->dst,
				    .src_reg = a->src, .off = f->koff };
	out[1] = (struct bpf_insn){ .code = BPF_JMP | BPF_JEQ | BPF_K, .dst_reg = a->dst,
				    .off = 1 };
	out[2] = (struct bpf_insn){ .code = BPF_LDX | BPF_MEM | BPF_W, .dst_reg = a->dst,
				    .src_reg = a->dst };
	return 3;
}

/* loads and stores the complement, in BPF_REG_AX as far as a store goes */
static u32 emit_inverted(const struct bpf_field *f, const struct bpf_access *a,
			 struct bpf_insn *out)
{
	struct bpf_insn flip = { .code = BPF_ALU | BPF_XOR | BPF_K, .imm = -1 };

	if (!a->write) {
		out[0] = (struct bpf_insn){ .code = BPF_LDX | BPF_MEM | BPF_W,
					    .dst_reg = a->dst, .src_reg = a->src,
					    .off = f->koff + a->off };
		flip.dst_reg = a->dst;
		out[1] = flip;
		return 2;
	}
	out[0] = (struct bpf_insn){ .code = BPF_ALU64 | BPF_MOV | (a->is_imm ? BPF_K : BPF_X),
				    .dst_reg = BPF_REG_AX, .src_reg = a->is_imm ? 0 : a->src,
				    .imm = a->is_imm ? a->imm : 0 };
	flip.dst_reg = BPF_REG_AX;
	out[1] = flip;
	out[2] = (struct bpf_insn){ .code = BPF_STX | BPF_MEM | BPF_W, .dst_reg = a->dst,
				    .src_reg = BPF_REG_AX, .off = f->koff };
	return 3;
}

/* the complement of 8 bytes; loads only */
static u32 emit_inverted_wide(const struct bpf_field *f, const struct bpf_access *a,
			      struct bpf_insn *out)
{
	out[0] = (struct bpf_insn){ .code = BPF_LDX | BPF_MEM | BPF_DW, .dst_reg = a->dst,
				    .src_reg = a->src, .off = f->koff + a->off };
	out[1] = (struct bpf_insn){ .code = BPF_ALU64 | BPF_XOR | BPF_K, .dst_reg = a->dst,
				    .imm = -1 };
	return 2;
}

static const struct bpf_field sock_fields[] = {
	{ .name = "bound_dev_if", .off = 0, .size = 4, .unit = 4, .rights = R,
	  .koff = offsetof(struct user_sock, bound_dev_if), .ksize = 4 },
	{ .name = "family", .off = 4, .size = 4, .unit = 4, .rights = RN,
	  .koff = offsetof(struct user_sock, family), .ksize = 2 },
	{ .name = "dst_port", .off = offsetof(struct bpf_sock, dst_port), .size = 4,
	  .unit = 4, .rights = RN, .koff = offsetof(struct user_sock, dport), .ksize = 2 },
};

static const struct bpf_view sock_view = {
	.name = "bpf_sock", .size = sizeof(struct bpf_sock),
	.fields = sock_fields, .count = ARRAY_SIZE(sock_fields),
};

static const struct bpf_field skb_fields[] = {
	{ SKB(len, RN), MEMBER(packet.len) },
	{ SKB(pkt_type, RN), MEMBER(bits), .mask = 7 },
	{ SKB(mark, RN), MEMBER(mark) },
	{ SKB(queue_mapping, RN), MEMBER(queue) },
	{ SKB(protocol, RN), MEMBER(protocol) },
	{ SKB(vlan_present, RN), MEMBER(bits), .shift = 7, .mask = 1 },
	{ SKB(vlan_tci, RN), MEMBER(words[0]) },
	{ SKB(vlan_proto, RN), MEMBER(words[1]) },
	{ SKB(priority, RN), MEMBER(priority) },
	{ SKB(ingress_ifindex, RN), MEMBER(words[2]) },
	{ SKB(ifindex, RN), MEMBER(device), .emit = emit_ifindex },
	{ SKB(tc_index, RN), MEMBER(words[3]) },
	{ SKB(cb, R | W | BPF_FIELD_RAW | BPF_FIELD_CB), .koff = offsetof(struct user_skb, cb),
	  .ksize = 4 },
	{ SKB(hash, RN), MEMBER(words[3]) },
	{ SKB(napi_id, RN), MEMBER(words[3]) },
	{ SKB(gso_segs, RN), MEMBER(words[3]) },
	{ .name = "sk", .off = offsetof(struct __sk_buff, sk), .size = 8, .unit = 8,
	  .rights = R, MEMBER(sk), .target = &sock_view },
	{ SKB(gso_size, RN), MEMBER(words[3]) },
};

static const struct bpf_view skb_view = {
	.name = "__sk_buff", .size = sizeof(struct __sk_buff),
	.fields = skb_fields, .count = ARRAY_SIZE(skb_fields),
};

/*
 * struct shapes: 0 plain (rw), 4 half (two bytes there), 8 wide (8), 16 words[4] (4 each,
 * two bytes there), 32 secret (write only), 36 upper (bits 3-5 of a byte), 40 inverted
 * (rw), 48 sock, 56 no_sock (NULL), 64 raw (24 bytes), 88 inverted_wide
 */
static const struct bpf_field shapes_fields[] = {
	{ .name = "plain", .off = 0, .size = 4, .unit = 4, .rights = RN | W, MEMBER(mark) },
	{ .name = "half", .off = 4, .size = 4, .unit = 4, .rights = RN | W, MEMBER(protocol) },
	{ .name = "wide", .off = 8, .size = 8, .unit = 8, .rights = RN | W, MEMBER(wide) },
	{ .name = "words", .off = 16, .size = 16, .unit = 4, .rights = RN | W,
	  .koff = offsetof(struct user_skb, words), .ksize = 2 },
	{ .name = "secret", .off = 32, .size = 4, .unit = 4, .rights = W, MEMBER(priority) },
	{ .name = "upper", .off = 36, .size = 4, .unit = 4, .rights = RN, MEMBER(bits),
	  .shift = 3, .mask = 7 },
	{ .name = "inverted", .off = 40, .size = 4, .unit = 4, .rights = RN | W,
	  MEMBER(priority), .emit = emit_inverted },
	{ .name = "sock", .off = 48, .size = 8, .unit = 8, .rights = R, MEMBER(sk),
	  .target = &sock_view },
	{ .name = "no_sock", .off = 56, .size = 8, .unit = 8, .rights = R, MEMBER(no_sk),
	  .target = &sock_view },
	{ .name = "raw", .off = 64, .size = 24, .unit = 4, .rights = R | W | BPF_FIELD_RAW,
	  .koff = offsetof(struct user_skb, cb), .ksize = 4 },
	{ .name = "inverted_wide", .off = 88, .size = 8, .unit = 8, .rights = RN,
	  MEMBER(wide), .emit = emit_inverted_wide },
};

static const struct bpf_view shapes_view = {
	.name = "shapes", .size = 96,
	.fields = shapes_fields, .count = ARRAY_SIZE(shapes_fields),
};

/* ---- packets ------------------------------------------------------------------ */

#define NET_BASE	(-0x100000)
#define LINK_BASE	(-0x200000)

void user_packet_init(struct user_packet *packet, const u8 *frame, u32 len)
{
	packet->frame = frame;
	packet->frame_len = len;
	packet->data = frame + ETH_HEADER;
	packet->len = len - ETH_HEADER;
	/* a frame that ends in its own header has no data, and a length below zero */
	packet->data_len = len < ETH_HEADER ? packet->len : 0;
}

/* what machine code must not read there is not what is in the packet */
void user_packet_page(struct user_packet *packet, u8 *linear, u32 paged)
{
	u32 bytes = packet->frame_len - paged;

	memcpy(linear, packet->frame, bytes);
	memset(linear + bytes, 0xee, paged);
	packet->data = linear + ETH_HEADER;
	packet->data_len = paged;
}

/* bytes @off to @off + @size of the frame; classic programs count from other places too */
static const u8 *find_bytes(const struct user_packet *packet, s32 off, u32 size)
{
	s64 from = (s64)off + ETH_HEADER;

	if (off >= LINK_BASE && off < NET_BASE)
		from = (s64)off - LINK_BASE;
	else if (off >= NET_BASE && off < 0)
		from = (s64)off - NET_BASE + ETH_HEADER;
	if (from < 0 || from + size > packet->frame_len)
		return NULL;
	return packet->frame + from;
}

bool bpf_user_load_packet(u64 ctx, u32 off, u32 size, u64 *value)
{
	const u8 *p = find_bytes((const struct user_packet *)ctx, off, size);
	u32 i;

	if (!p)
		return false;
	*value = 0;
	for (i = 0; i < size; i++)
		*value = *value << 8 | p[i];
	return true;
}

/* @p, or zeros where it is NULL */
static u64 give_bytes(const u8 *p, u64 to, u32 len)
{
	if (p)
		memcpy((void *)to, p, len);
	else
		memset((void *)to, 0, len);
	return p ? 0 : (u64)-EFAULT;
}

static u64 skb_load_bytes(u64 ctx, u64 off, u64 to, u64 len, u64 r5)
{
	const u8 *p = NULL;

	if ((u32)off <= 0xffff)
		p = find_bytes((const struct user_packet *)ctx, off, len);
	return give_bytes(p, to, len);
}

static u64 skb_load_bytes_relative(u64 ctx, u64 off, u64 to, u64 len, u64 start)
{
	const u8 *p = NULL;

	if ((u32)off <= 0xffff && (u32)start <= BPF_HDR_START_NET)
		p = find_bytes((const struct user_packet *)ctx, (s32)off +
			       ((u32)start == BPF_HDR_START_NET ? 0 : LINK_BASE), len);
	return give_bytes(p, to, len);
}

/* ---- helpers -------------------------------------------------------------------- */

u64 __bpf_call_base(u64 r1, u64 r2, u64 r3, u64 r4, u64 r5)
{
	return 0;
}

s32 bv_host_call_imm(bpf_func_t func)
{
	return (long)func - (long)__bpf_call_base;
}

static u64 give_number(u64 r1, u64 r2, u64 r3, u64 r4, u64 r5)
{
	return 42;
}

static u64 add_bytes(u64 mem, u64 size, u64 r3, u64 r4, u64 r5)
{
	u64 i, sum = 0;

	for (i = 0; i < size; i++)
		sum += ((const u8 *)mem)[i];
	return sum;
}

static u64 print_bytes(u64 text, u64 size, u64 r3, u64 r4, u64 r5)
{
	return add_bytes(text, (u32)size, r3, r4, r5);
}

static u64 fill_bytes(u64 mem, u64 size, u64 r3, u64 r4, u64 r5)
{
	memset((void *)mem, 0x5a, size);
	return 0;
}

static u64 give_back(u64 r1, u64 r2, u64 r3, u64 r4, u64 r5)
{
	return r1;
}

/* that may be given memory of a packet */
#define PACKET_PROTO(n, f, r, ...) \
	{ .name = n, .func = f, .ret = r, .arg = { __VA_ARGS__ }, .reads_packet = true }

#define PROTO(n, f, r, ...) \
	{ .name = n, .func = f, .ret = r, .arg = { __VA_ARGS__ } }

/* with arguments of 32 bits, a bit of @m each */
#define NARROW_PROTO(n, m, f, r, ...) \
	{ .name = n, .func = f, .ret = r, .arg = { __VA_ARGS__ }, .narrow = m }

/* of one map type */
#define TYPE_PROTO(n, t, f, r, ...) \
	{ .name = n, .func = f, .ret = r, .arg = { __VA_ARGS__ }, .map_type = t }

static const struct bpf_func_proto lookup_proto =
	PACKET_PROTO("map_lookup_elem", user_map_lookup, BPF_RET_MAP_VALUE_OR_NULL,
	      BPF_ARG_MAP, BPF_ARG_MAP_KEY);
static const struct bpf_func_proto update_proto =
	PACKET_PROTO("map_update_elem", user_map_update, BPF_RET_SCALAR,
	      BPF_ARG_MAP, BPF_ARG_MAP_KEY, BPF_ARG_MAP_VALUE, BPF_ARG_ANY);
static const struct bpf_func_proto delete_proto =
	PACKET_PROTO("map_delete_elem", user_map_delete, BPF_RET_SCALAR,
	      BPF_ARG_MAP, BPF_ARG_MAP_KEY);
static const struct bpf_func_proto tail_call_proto =
	TYPE_PROTO("tail_call", BPF_MAP_TYPE_PROG_ARRAY, NULL, BPF_RET_VOID,
		   BPF_ARG_CTX, BPF_ARG_MAP, BPF_ARG_ANY);
static const struct bpf_func_proto ktime_proto =
	PROTO("ktime_get_ns", give_number, BPF_RET_SCALAR);
static const struct bpf_func_proto random_proto =
	PROTO("get_prandom_u32", give_number, BPF_RET_SCALAR);
static const struct bpf_func_proto cpu_proto =
	PROTO("get_smp_processor_id", give_number, BPF_RET_SCALAR);
static const struct bpf_func_proto node_proto =
	PROTO("get_numa_node_id", give_number, BPF_RET_SCALAR);
static const struct bpf_func_proto jiffies_proto =
	PROTO("jiffies64", give_number, BPF_RET_SCALAR);
static const struct bpf_func_proto boot_proto =
	PROTO("ktime_get_boot_ns", give_number, BPF_RET_SCALAR);
static const struct bpf_func_proto coarse_proto =
	PROTO("ktime_get_coarse_ns", give_number, BPF_RET_SCALAR);
static const struct bpf_func_proto printk_proto = {
	.name = "trace_printk", .func = print_bytes, .ret = BPF_RET_SCALAR,
	.arg = { BPF_ARG_MEM_READ, BPF_ARG_SIZE },
	.gpl_only = true,
	.takes_more = true,
	.narrow = BIT(1),
};
static const struct bpf_func_proto vprintk_proto = {
	.name = "trace_vprintk", .func = print_bytes, .ret = BPF_RET_SCALAR,
	.arg = { BPF_ARG_MEM_READ, BPF_ARG_SIZE, BPF_ARG_MEM_READ_OR_NULL,
		 BPF_ARG_SIZE_OR_ZERO },
	.gpl_only = true,
	.narrow = BIT(1) | BIT(3),
};
static const struct bpf_func_proto load_bytes_proto =
	NARROW_PROTO("skb_load_bytes", BIT(1) | BIT(3), skb_load_bytes, BPF_RET_SCALAR,
		     BPF_ARG_CTX, BPF_ARG_ANY, BPF_ARG_MEM_FILL, BPF_ARG_SIZE);

static const struct bpf_func_proto ring_protos[] = {
	TYPE_PROTO("ringbuf_output", BPF_MAP_TYPE_RINGBUF, user_ring_output, BPF_RET_SCALAR,
		   BPF_ARG_MAP, BPF_ARG_MEM_READ, BPF_ARG_SIZE_OR_ZERO, BPF_ARG_ANY),
	TYPE_PROTO("ringbuf_reserve", BPF_MAP_TYPE_RINGBUF, user_ring_reserve,
		   BPF_RET_ACQUIRED_OR_NULL, BPF_ARG_MAP, BPF_ARG_CONST_SIZE, BPF_ARG_ANY),
	PROTO("ringbuf_submit", user_ring_give_back, BPF_RET_VOID,
	      BPF_ARG_ACQUIRED, BPF_ARG_ANY),
	PROTO("ringbuf_discard", user_ring_give_back, BPF_RET_VOID,
	      BPF_ARG_ACQUIRED, BPF_ARG_ANY),
	TYPE_PROTO("ringbuf_query", BPF_MAP_TYPE_RINGBUF, user_ring_query, BPF_RET_SCALAR,
		   BPF_ARG_MAP, BPF_ARG_ANY),
};

static const struct bpf_func_proto load_relative_proto =
	NARROW_PROTO("skb_load_bytes_relative", BIT(1) | BIT(3) | BIT(4),
		     skb_load_bytes_relative, BPF_RET_SCALAR,
		     BPF_ARG_CTX, BPF_ARG_ANY, BPF_ARG_MEM_FILL, BPF_ARG_SIZE, BPF_ARG_ANY);

/* helpers 200 and up, of type "shapes" only */
static const struct bpf_func_proto shapes_protos[] = {
	PROTO("sum_or_null", add_bytes, BPF_RET_SCALAR,
	      BPF_ARG_MEM_READ_OR_NULL, BPF_ARG_SIZE_OR_ZERO),
	PROTO("number_only", give_back, BPF_RET_SCALAR, BPF_ARG_SCALAR),
	PROTO("nothing", give_number, BPF_RET_VOID),
	PROTO("fill_or_zero", fill_bytes, BPF_RET_SCALAR,
	      BPF_ARG_MEM_FILL, BPF_ARG_SIZE_OR_ZERO),
	PROTO("wrong_key", give_number, BPF_RET_SCALAR, BPF_ARG_MAP_KEY),
	PROTO("any_value", give_number, BPF_RET_SCALAR, BPF_ARG_ANY),
	PROTO("wrong_result", give_number, BPF_RET_MAP_VALUE_OR_NULL, BPF_ARG_ANY),
	PROTO("wrong_size", give_number, BPF_RET_ACQUIRED_OR_NULL, BPF_ARG_ANY),
};

const struct bpf_func_proto *bpf_base_proto(enum bpf_func_id id)
{
	switch (id) {
	case BPF_FUNC_map_lookup_elem:
		return &lookup_proto;
	case BPF_FUNC_map_update_elem:
		return &update_proto;
	case BPF_FUNC_map_delete_elem:
		return &delete_proto;
	case BPF_FUNC_tail_call:
		return &tail_call_proto;
	case BPF_FUNC_ktime_get_ns:
		return &ktime_proto;
	case BPF_FUNC_get_prandom_u32:
		return &random_proto;
	case BPF_FUNC_get_smp_processor_id:
		return &cpu_proto;
	case BPF_FUNC_get_numa_node_id:
		return &node_proto;
	case BPF_FUNC_jiffies64:
		return &jiffies_proto;
	case BPF_FUNC_ktime_get_boot_ns:
		return &boot_proto;
	case BPF_FUNC_ktime_get_coarse_ns:
		return &coarse_proto;
	case BPF_FUNC_trace_printk:
		return &printk_proto;
	case BPF_FUNC_trace_vprintk:
		return &vprintk_proto;
	case BPF_FUNC_ringbuf_output ... BPF_FUNC_ringbuf_query:
		return &ring_protos[id - BPF_FUNC_ringbuf_output];
	default:
		return NULL;
	}
}

const struct bpf_func_proto *bpf_socket_filter_proto(enum bpf_func_id id)
{
	switch (id) {
	case BPF_FUNC_skb_load_bytes:
		return &load_bytes_proto;
	case BPF_FUNC_skb_load_bytes_relative:
		return &load_relative_proto;
	default:
		return bpf_base_proto(id);
	}
}

static const struct bpf_func_proto *shapes_proto(enum bpf_func_id id)
{
	if (id >= 200 && id < 200 + ARRAY_SIZE(shapes_protos))
		return &shapes_protos[id - 200];
	return bpf_base_proto(id);
}

/* ---- types ------------------------------------------------------------------------ */

static const struct bpf_type_ops types[] = {
	{
		.type = BPF_PROG_TYPE_SOCKET_FILTER, .name = "socket_filter",
		.traits = BPF_TYPE_PACKET_LOADS | BPF_TYPE_UNPRIV,
		.ret_min = S32_MIN, .ret_max = S32_MAX,
		.ctx = &skb_view, .proto = bpf_socket_filter_proto,
	},
	{
		.type = BPF_PROG_TYPE_UNSPEC, .name = "shapes",
		.ret_min = S32_MIN, .ret_max = S32_MAX,
		.ctx = &shapes_view, .proto = shapes_proto,
	},
	{
		.type = BPF_PROG_TYPE_UNSPEC, .name = "verdict",
		.ret_min = 0, .ret_max = 1,
		.ctx = &skb_view, .proto = bpf_base_proto,
	},
};

/* then those of frames and of events, see xdp_host.c and trace_host.c */
const struct bpf_type_ops *user_type_nth(u32 n)
{
	if (n < ARRAY_SIZE(types))
		return &types[n];
	n -= ARRAY_SIZE(types);
	return n < XDP_TYPES ? user_xdp_type(n) : user_trace_type(n - XDP_TYPES);
}

static bool is_trace_type(const struct bpf_type_ops *type)
{
	return type->traits & BPF_TYPE_PERFMON;
}

const struct bpf_type_ops *user_type(const char *name)
{
	const struct bpf_type_ops *type;
	u32 i;

	for (i = 0; (type = user_type_nth(i)); i++)
		if (!strcmp(type->name, name))
			return type;
	return NULL;
}

/* numbers that are near the edges of ranges, or anything */
static u32 pick_number(u64 *random)
{
	static const u32 edges[] = {
		0, 1, 7, 8, 15, 16, 255, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff,
	};

	*random = *random * 6364136223846793005ULL + 1442695040888963407ULL;
	if (*random >> 63)
		return edges[(*random >> 33) % ARRAY_SIZE(edges)];
	return *random >> 29;
}

/* as user_context(), with other numbers in the fields */
void *user_context_random(const struct bpf_type_ops *type, const struct bpf_case *c,
			  u64 seed)
{
	struct user_skb *skb;
	u32 i;

	if (user_is_xdp(type))
		return user_xdp_context(c, seed);
	skb = user_context(type, c);
	skb->mark = pick_number(&seed);
	skb->priority = pick_number(&seed);
	skb->queue = pick_number(&seed);
	skb->bits = pick_number(&seed);
	for (i = 0; i < ARRAY_SIZE(skb->words); i++)
		skb->words[i] = pick_number(&seed);
	for (i = 0; i < ARRAY_SIZE(skb->cb); i++)
		skb->cb[i] = (u64)pick_number(&seed) << 32 | pick_number(&seed);
	return skb;
}

/* a number that what programs may write of a packet's context makes up */
u64 user_context_sum(const struct bpf_type_ops *type, const void *ctx)
{
	const struct user_skb *skb = ctx;
	u64 sum;
	u32 i;

	if (user_is_xdp(type))
		return user_xdp_sum(ctx);
	sum = skb->wide ^ (u64)skb->mark << 32 ^ skb->priority;
	for (i = 0; i < ARRAY_SIZE(skb->cb); i++)
		sum = sum * 0x100000001b3ULL ^ skb->cb[i];
	for (i = 0; i < ARRAY_SIZE(skb->words); i++)
		sum = sum * 0x100000001b3ULL ^ skb->words[i];
	return sum * 0x100000001b3ULL ^ skb->protocol;
}

/* a packet is as BPF_PROG_TEST_RUN makes it: data begins behind the link-layer header */
void *user_context(const struct bpf_type_ops *type, const struct bpf_case *c)
{
	struct user_skb *skb;

	if (is_trace_type(type))
		return user_trace_context(type);
	if (user_is_xdp(type))
		return user_xdp_context(c, 0);
	skb = calloc(1, sizeof(*skb));
	user_packet_init(&skb->packet, c->packet, c->packet_len);
	memcpy(&skb->protocol, c->packet + 12, 2);
	skb->sk = &the_sock;
	if (type->ctx != &shapes_view)
		return skb;
	skb->device = &the_device;
	skb->mark = 0x11223344;
	skb->wide = 0x0102030405060708ULL;
	skb->protocol = 0xabcd;
	skb->words[1] = 0x1357;
	skb->words[3] = 0x2468;
	skb->bits = 5 << 3 | 0xc1;
	skb->priority = 0xfffffff0;
	return skb;
}

u32 user_context_areas(const struct bpf_type_ops *type, void *ctx,
		       struct user_area areas[USER_CONTEXT_AREAS])
{
	if (is_trace_type(type) || user_is_xdp(type))
		return 0;
	areas[0] = (struct user_area){
		.name = "the context", .start = ctx, .bytes = sizeof(struct user_skb),
	};
	areas[1] = (struct user_area){
		.name = "the socket", .start = (u8 *)&the_sock, .bytes = sizeof(the_sock),
		.constant = true,
	};
	areas[2] = (struct user_area){
		.name = "the device", .start = (u8 *)&the_device,
		.bytes = sizeof(the_device), .constant = true,
	};
	return USER_CONTEXT_AREAS;
}
