// SPDX-License-Identifier: GPL-2.0-only
/*
 * A checked classic program becomes one of ours.
 *
 *	A	R0	zero-extended 32 bits always: every operation is a 32-bit one
 *	X	R7	likewise
 *	M[k]	[R10 - 64 + 4k]
 *	packet	R6	the context; for seccomp its data. It stays in R1 where no packet
 *			load and no call needs another place or takes that one
 *	R8	A, while LD_ABS uses R0 for X
 *
 * What is plain here is made better by the optimiser, which sees more: zeros that nobody
 * reads, an A kept although it is dead, jumps to jumps.
 *
 * The translation runs twice: once counting, which also finds where each classic
 * instruction starts, and once writing. What an instruction becomes never depends
 * on distances, so both runs agree.
 *
 * Must never judge what a program does: classic_check.c did, and what reaches us is
 * legal, or was made by a subsystem's own check (seccomp's BPF_LDX | BPF_W | BPF_ABS).
 * The one refusal is for a jump that no instruction could hold.
 *
 * Source: Documentation/networking/filter.rst. Layer K5.
 * Tests: selftests/bpf/classic_test.c, lib/test_bpf.c.
 */
#include <linux/err.h>
#include <linux/filter.h>
#include <linux/netdevice.h>
#include <linux/slab.h>
#include "bpf_net.h"

#define REG_A		BPF_REG_0
#define REG_X		BPF_REG_7
#define REG_SAVED_A	BPF_REG_8

/* bytes of M[] */
#define WORDS_BYTES	(BPF_MEMWORDS * sizeof(u32))

/* instructions that one classic one, and the start of a program, become at most */
#define INSNS_PER_CLASSIC	7
#define INSNS_OF_PROLOGUE	3

static_assert(BPF_MAXINSNS * INSNS_PER_CLASSIC + INSNS_OF_PROLOGUE <= S16_MAX,
	      "every jump distance fits an instruction");

/* A jump must reach as far where a runtime opens packet loads up, in place, to
 * eight instructions. That matters to a jump over thousands of header lengths,
 * which keep two registers beside; released Linux refuses it for the same reason.
 */
#define INSNS_PER_MSH		13

/**
 * struct conv - a translation in progress
 * @out:	where instructions go, or NULL while counting
 * @count:	instructions so far
 * @start:	where the translation of each classic instruction starts
 * @idx:	classic instruction being translated
 * @ctx:	register that holds the context
 */
struct conv {
	struct bpf_insn	*out;
	u32		count;
	u32		*start;
	u32		idx;
	u8		ctx;
};

/* what an opcode's translation needs to find in the registers */
#define NEEDS_CTX	0x1
#define NEEDS_A		0x2
#define NEEDS_X		0x4
#define NEEDS_R6	0x8	/* the context there, or to survive a call */

struct conv_op {
	void	(*emit)(struct conv *c, const struct sock_filter *in);
	u8	needs;
};

/* ---- writing ---------------------------------------------------------------- */

static void put(struct conv *c, struct bpf_insn insn)
{
	if (c->out)
		c->out[c->count] = insn;
	c->count++;
}

/* distance from the next instruction to the classic one @distance ahead */
static s16 jump_to(const struct conv *c, u32 distance)
{
	return c->out ? c->start[c->idx + 1 + distance] - (c->count + 1) : 0;
}

static void put_jump(struct conv *c, u32 distance)
{
	put(c, BPF_JMP_A(jump_to(c, distance)));
}

static void put_field(struct conv *c, u32 off, u8 dst)
{
	struct bpf_insn part[BPF_EMIT_MAX];
	u32 i, n;

	n = bpf_skb_emit_load(off, dst, c->ctx, part);
	for (i = 0; i < n; i++)
		put(c, part[i]);
}

/* ---- ancillary data: loads at SKF_AD_OFF and above ---------------------------- */

enum anc_kind {
	ANC_FIELD,	/* field of __sk_buff */
	ANC_BE16,	/* the same, in network order */
	ANC_DEVICE,	/* member of the packet's device; none ends the program with 0 */
	ANC_CALL,	/* a function of packet, A and X */
	ANC_XOR,	/* no load at all: A ^= X */
};

struct anc {
	u8		kind;
	u8		needs;
	u8		size;	/* ANC_DEVICE: BPF_SIZE of the member */
	u16		off;	/* in __sk_buff, or in struct net_device */
	u8		arity;	/* ANC_CALL: registers that the function looks at */
	bpf_func_t	func;
};

#define SKB_FIELD(k, field)	{					\
	.kind = (k), .needs = NEEDS_CTX,				\
	.off = offsetof(struct __sk_buff, field),			\
}

#define DEVICE_MEMBER(s, field)	{					\
	.kind = ANC_DEVICE, .needs = NEEDS_CTX, .size = (s),		\
	.off = offsetof(struct net_device, field),			\
}

#define ANC_FUNCTION(f, n, needed)	{				\
	.kind = ANC_CALL, .needs = NEEDS_R6 | (needed),			\
	.arity = (n), .func = (f),					\
}

#define PACKET_CALL(f)	ANC_FUNCTION(f, 3, NEEDS_CTX | NEEDS_A | NEEDS_X)

static const struct anc ancillary[SKF_AD_MAX / 4] = {
	[SKF_AD_PROTOCOL / 4]		= SKB_FIELD(ANC_BE16, protocol),
	[SKF_AD_PKTTYPE / 4]		= SKB_FIELD(ANC_FIELD, pkt_type),
	[SKF_AD_IFINDEX / 4]		= DEVICE_MEMBER(BPF_W, ifindex),
	[SKF_AD_NLATTR / 4]		= PACKET_CALL(bpf_classic_nlattr),
	[SKF_AD_NLATTR_NEST / 4]	= PACKET_CALL(bpf_classic_nlattr_nest),
	[SKF_AD_MARK / 4]		= SKB_FIELD(ANC_FIELD, mark),
	[SKF_AD_QUEUE / 4]		= SKB_FIELD(ANC_FIELD, queue_mapping),
	[SKF_AD_HATYPE / 4]		= DEVICE_MEMBER(BPF_H, type),
	[SKF_AD_RXHASH / 4]		= SKB_FIELD(ANC_FIELD, hash),
	[SKF_AD_CPU / 4]		= ANC_FUNCTION(bpf_classic_cpu, 0, 0),
	[SKF_AD_ALU_XOR_X / 4]		= { .kind = ANC_XOR, .needs = NEEDS_A | NEEDS_X },
	[SKF_AD_VLAN_TAG / 4]		= SKB_FIELD(ANC_FIELD, vlan_tci),
	[SKF_AD_VLAN_TAG_PRESENT / 4]	= SKB_FIELD(ANC_FIELD, vlan_present),
	[SKF_AD_PAY_OFFSET / 4]		= ANC_FUNCTION(bpf_classic_pay_offset, 1,
						       NEEDS_CTX),
	[SKF_AD_RANDOM / 4]		= ANC_FUNCTION(bpf_classic_random, 0, 0),
	[SKF_AD_VLAN_TPID / 4]		= SKB_FIELD(ANC_BE16, vlan_proto),
};

static_assert(sizeof_field(struct net_device, ifindex) == 4);
static_assert(sizeof_field(struct net_device, type) == 2);

static const struct anc *find_ancillary(const struct sock_filter *in)
{
	if (BPF_CLASS(in->code) != BPF_LD || BPF_MODE(in->code) != BPF_ABS ||
	    !bpf_classic_is_ancillary(in->k))
		return NULL;
	return &ancillary[(in->k - SKF_AD_OFF) / 4];
}

static void put_ancillary(struct conv *c, const struct anc *anc)
{
	switch (anc->kind) {
	case ANC_FIELD:
		put_field(c, anc->off, REG_A);
		break;
	case ANC_BE16:
		put_field(c, anc->off, REG_A);
		put(c, BPF_ENDIAN(BPF_TO_BE, REG_A, 16));
		break;
	case ANC_DEVICE:
		put(c, BPF_LDX_MEM(sizeof(void *) == 8 ? BPF_DW : BPF_W, REG_A,
				   c->ctx, offsetof(struct sk_buff, dev)));
		put(c, BPF_JMP_IMM(BPF_JNE, REG_A, 0, 1));
		put(c, BPF_EXIT_INSN());
		put(c, BPF_LDX_MEM(anc->size, REG_A, REG_A, anc->off));
		break;
	case ANC_CALL:
		if (anc->needs & NEEDS_CTX)
			put(c, BPF_MOV64_REG(BPF_REG_ARG1, c->ctx));
		if (anc->needs & NEEDS_A)
			put(c, BPF_MOV64_REG(BPF_REG_ARG2, REG_A));
		if (anc->needs & NEEDS_X)
			put(c, BPF_MOV64_REG(BPF_REG_ARG3, REG_X));
		put(c, BPF_INSN(BPF_JMP | BPF_CALL, 0, 0, BPF_CALL_ARITY(anc->arity),
				BPF_CALL_IMM(anc->func)));
		break;
	case ANC_XOR:
		put(c, BPF_ALU32_REG(BPF_XOR, REG_A, REG_X));
		break;
	}
}

/* ---- one function per way of translating ------------------------------------- */

static s16 word_off(u32 k)
{
	return (s16)(k * sizeof(u32)) - (s16)WORDS_BYTES;
}

static void emit_ld_abs(struct conv *c, const struct sock_filter *in)
{
	const struct anc *anc = find_ancillary(in);

	if (anc)
		put_ancillary(c, anc);
	else
		put(c, BPF_LD_ABS(BPF_SIZE(in->code), in->k));
}

static void emit_ld_ind(struct conv *c, const struct sock_filter *in)
{
	put(c, BPF_LD_IND(BPF_SIZE(in->code), REG_X, in->k));
}

static void emit_ld_len(struct conv *c, const struct sock_filter *in)
{
	put_field(c, offsetof(struct __sk_buff, len), REG_A);
}

static void emit_ldx_len(struct conv *c, const struct sock_filter *in)
{
	put_field(c, offsetof(struct __sk_buff, len), REG_X);
}

/* seccomp: a word of the context, at an offset its own check has judged */
static void emit_ld_ctx(struct conv *c, const struct sock_filter *in)
{
	put(c, BPF_LDX_MEM(BPF_W, REG_A, c->ctx, in->k));
}

/* X = 4 * (byte at k & 0xf), the length of an IPv4 header; A stays */
static void emit_ldx_msh(struct conv *c, const struct sock_filter *in)
{
	put(c, BPF_MOV64_REG(REG_SAVED_A, REG_A));
	put(c, BPF_LD_ABS(BPF_B, in->k));
	put(c, BPF_ALU32_IMM(BPF_AND, REG_A, 0xf));
	put(c, BPF_ALU32_IMM(BPF_LSH, REG_A, 2));
	put(c, BPF_MOV64_REG(REG_X, REG_A));
	put(c, BPF_MOV64_REG(REG_A, REG_SAVED_A));
}

static void emit_ld_imm(struct conv *c, const struct sock_filter *in)
{
	put(c, BPF_MOV32_IMM(REG_A, in->k));
}

static void emit_ldx_imm(struct conv *c, const struct sock_filter *in)
{
	put(c, BPF_MOV32_IMM(REG_X, in->k));
}

static void emit_ld_word(struct conv *c, const struct sock_filter *in)
{
	put(c, BPF_LDX_MEM(BPF_W, REG_A, BPF_REG_FP, word_off(in->k)));
}

static void emit_ldx_word(struct conv *c, const struct sock_filter *in)
{
	put(c, BPF_LDX_MEM(BPF_W, REG_X, BPF_REG_FP, word_off(in->k)));
}

static void emit_st_word(struct conv *c, const struct sock_filter *in)
{
	put(c, BPF_STX_MEM(BPF_W, BPF_REG_FP, REG_A, word_off(in->k)));
}

static void emit_stx_word(struct conv *c, const struct sock_filter *in)
{
	put(c, BPF_STX_MEM(BPF_W, BPF_REG_FP, REG_X, word_off(in->k)));
}

static void emit_tax(struct conv *c, const struct sock_filter *in)
{
	put(c, BPF_MOV64_REG(REG_X, REG_A));
}

static void emit_txa(struct conv *c, const struct sock_filter *in)
{
	put(c, BPF_MOV64_REG(REG_A, REG_X));
}

/* the encodings of 32-bit arithmetic are the classic ones */
static void emit_alu_k(struct conv *c, const struct sock_filter *in)
{
	put(c, BPF_ALU32_IMM(BPF_OP(in->code), REG_A, in->k));
}

static void emit_alu_x(struct conv *c, const struct sock_filter *in)
{
	put(c, BPF_ALU32_REG(BPF_OP(in->code), REG_A, REG_X));
}

/* division by an X of zero ends a classic program with 0 */
static void emit_div_x(struct conv *c, const struct sock_filter *in)
{
	put(c, BPF_JMP32_IMM(BPF_JNE, REG_X, 0, 2));
	put(c, BPF_MOV32_IMM(REG_A, 0));
	put(c, BPF_EXIT_INSN());
	emit_alu_x(c, in);
}

static void emit_neg(struct conv *c, const struct sock_filter *in)
{
	put(c, BPF_ALU32_IMM(BPF_NEG, REG_A, 0));
}

static void emit_ja(struct conv *c, const struct sock_filter *in)
{
	if (in->k)
		put_jump(c, in->k);
}

static void put_branch(struct conv *c, const struct sock_filter *in, u8 op, u32 distance)
{
	if (BPF_SRC(in->code) == BPF_X)
		put(c, BPF_JMP32_REG(op, REG_A, REG_X, jump_to(c, distance)));
	else
		put(c, BPF_JMP32_IMM(op, REG_A, in->k, jump_to(c, distance)));
}

/* the condition that holds where @op does not; BPF_JSET has none */
static u8 opposite(u8 op)
{
	switch (op) {
	case BPF_JEQ:
		return BPF_JNE;
	case BPF_JGT:
		return BPF_JLE;
	case BPF_JGE:
		return BPF_JLT;
	default:
		return 0;
	}
}

/* A classic branch names both targets, ours falls through: one instruction where
 * either arm is the next instruction, two otherwise.
 */
static void emit_branch(struct conv *c, const struct sock_filter *in)
{
	u8 op = BPF_OP(in->code);

	if (in->jt == in->jf) {
		if (in->jt)
			put_jump(c, in->jt);
		return;
	}
	if (!in->jt && opposite(op)) {
		put_branch(c, in, opposite(op), in->jf);
		return;
	}
	put_branch(c, in, op, in->jt);
	if (in->jf)
		put_jump(c, in->jf);
}

static void emit_ret_k(struct conv *c, const struct sock_filter *in)
{
	put(c, BPF_MOV32_IMM(REG_A, in->k));
	put(c, BPF_EXIT_INSN());
}

static void emit_ret_a(struct conv *c, const struct sock_filter *in)
{
	put(c, BPF_EXIT_INSN());
}

/* ---- the table -------------------------------------------------------------- */

#define OPS_ALU(op)							\
	[BPF_ALU | (op) | BPF_K] = { emit_alu_k, NEEDS_A },		\
	[BPF_ALU | (op) | BPF_X] = { emit_alu_x, NEEDS_A | NEEDS_X }
#define OPS_DIV(op)							\
	[BPF_ALU | (op) | BPF_K] = { emit_alu_k, NEEDS_A },		\
	[BPF_ALU | (op) | BPF_X] = { emit_div_x, NEEDS_A | NEEDS_X }
#define OPS_BRANCH(op)							\
	[BPF_JMP | (op) | BPF_K] = { emit_branch, NEEDS_A },		\
	[BPF_JMP | (op) | BPF_X] = { emit_branch, NEEDS_A | NEEDS_X }
#define OPS_LOAD(size)							\
	[BPF_LD | (size) | BPF_ABS] =					\
		{ emit_ld_abs, NEEDS_CTX | NEEDS_R6 },			\
	[BPF_LD | (size) | BPF_IND] =					\
		{ emit_ld_ind, NEEDS_CTX | NEEDS_R6 | NEEDS_X }

/* ORDER: the opcodes of classic_check.c, and the one that seccomp makes */
static const struct conv_op conv_ops[256] = {
	OPS_LOAD(BPF_W),
	OPS_LOAD(BPF_H),
	OPS_LOAD(BPF_B),
	[BPF_LD | BPF_W | BPF_LEN]	= { emit_ld_len, NEEDS_CTX },
	[BPF_LD | BPF_IMM]		= { emit_ld_imm },
	[BPF_LD | BPF_MEM]		= { emit_ld_word },

	[BPF_LDX | BPF_W | BPF_ABS]	= { emit_ld_ctx, NEEDS_CTX },
	[BPF_LDX | BPF_B | BPF_MSH]	= { emit_ldx_msh,
					    NEEDS_CTX | NEEDS_R6 | NEEDS_A },
	[BPF_LDX | BPF_W | BPF_LEN]	= { emit_ldx_len, NEEDS_CTX },
	[BPF_LDX | BPF_IMM]		= { emit_ldx_imm },
	[BPF_LDX | BPF_MEM]		= { emit_ldx_word },

	[BPF_ST]			= { emit_st_word, NEEDS_A },
	[BPF_STX]			= { emit_stx_word, NEEDS_X },

	OPS_ALU(BPF_ADD),
	OPS_ALU(BPF_SUB),
	OPS_ALU(BPF_MUL),
	OPS_DIV(BPF_DIV),
	OPS_DIV(BPF_MOD),
	OPS_ALU(BPF_AND),
	OPS_ALU(BPF_OR),
	OPS_ALU(BPF_XOR),
	OPS_ALU(BPF_LSH),
	OPS_ALU(BPF_RSH),
	[BPF_ALU | BPF_NEG]		= { emit_neg, NEEDS_A },

	[BPF_JMP | BPF_JA]		= { emit_ja },
	OPS_BRANCH(BPF_JEQ),
	OPS_BRANCH(BPF_JGT),
	OPS_BRANCH(BPF_JGE),
	OPS_BRANCH(BPF_JSET),

	[BPF_RET | BPF_K]		= { emit_ret_k },
	[BPF_RET | BPF_A]		= { emit_ret_a, NEEDS_A },

	[BPF_MISC | BPF_TAX]		= { emit_tax, NEEDS_A },
	[BPF_MISC | BPF_TXA]		= { emit_txa, NEEDS_X },
};

/* ---- the whole program -------------------------------------------------------- */

static u8 needs_of(const struct sock_filter *in)
{
	const struct anc *anc = find_ancillary(in);

	return anc ? anc->needs : conv_ops[in->code].needs;
}

/* loads into A that do not read it; a program that starts so needs no zero there */
static bool overwrites_a(const struct sock_filter *in)
{
	return BPF_CLASS(in->code) == BPF_LD && !(needs_of(in) & NEEDS_A);
}

/* registers as a classic program expects them: both zero */
static void emit_prologue(struct conv *c, const struct sock_filter *insns, u8 needs)
{
	c->ctx = needs & NEEDS_R6 ? BPF_REG_CTX : BPF_REG_ARG1;
	if ((needs & NEEDS_CTX) && c->ctx != BPF_REG_ARG1)
		put(c, BPF_MOV64_REG(c->ctx, BPF_REG_ARG1));
	if ((needs & NEEDS_A) && !overwrites_a(insns))
		put(c, BPF_MOV32_IMM(REG_A, 0));
	if (needs & NEEDS_X)
		put(c, BPF_MOV32_IMM(REG_X, 0));
}

static void emit_program(struct conv *c, const struct sock_filter *insns, u32 len, u8 needs)
{
	c->count = 0;
	emit_prologue(c, insns, needs);
	for (c->idx = 0; c->idx < len; c->idx++) {
		c->start[c->idx] = c->count;
		conv_ops[insns[c->idx].code].emit(c, &insns[c->idx]);
	}
}

/* does every jump reach, in the longest form a program can take? @scratch: len words */
static bool is_reachable(const struct sock_filter *insns, u32 len, u32 *scratch)
{
	u32 i, longest = 0;

	for (i = 0; i < len; i++) {
		scratch[i] = longest;
		longest += insns[i].code == (BPF_LDX | BPF_B | BPF_MSH) ?
			   INSNS_PER_MSH : INSNS_PER_CLASSIC;
	}
	for (i = 0; i < len; i++) {
		if (insns[i].code == (BPF_JMP | BPF_JA) &&
		    scratch[i + 1 + insns[i].k] - scratch[i] > S16_MAX)
			return false;
	}
	return true;
}

/**
 * bpf_classic_convert() - translate a classic program
 * @insns:	the program: accepted by bpf_classic_check(), then perhaps rewritten
 *		by seccomp's check
 * @len:	its instructions
 *
 * Called by: sockfilter.c. Context: may sleep.
 * Return: a program without runtime, to be freed with bpf_prog_free(); ERR_PTR of
 * -ENOMEM, or of -EINVAL for a jump over too much (INSNS_PER_MSH) and for an opcode
 * that has no translation (a subsystem's check made one up).
 */
struct bpf_prog *bpf_classic_convert(const struct sock_filter *insns, u32 len)
{
	struct conv c = { };
	struct bpf_prog *prog;
	bool words = false;
	u8 needs = 0;
	u32 i;

	for (i = 0; i < len; i++) {
		u16 code = insns[i].code;

		if (code >= ARRAY_SIZE(conv_ops) || !conv_ops[code].emit)
			return ERR_PTR(-EINVAL);
		needs |= needs_of(&insns[i]);
		words |= BPF_CLASS(code) == BPF_ST || BPF_CLASS(code) == BPF_STX;
	}

	c.start = kmalloc_array(len, sizeof(*c.start), GFP_KERNEL | __GFP_NOWARN);
	if (!c.start)
		return ERR_PTR(-ENOMEM);
	if (!is_reachable(insns, len, c.start)) {
		kfree(c.start);
		return ERR_PTR(-EINVAL);
	}
	emit_program(&c, insns, len, needs);

	prog = bpf_prog_alloc(bpf_prog_size(c.count), 0);
	if (prog) {
		prog->len = c.count;
		prog->was_classic = 1;
		prog->aux->stack_depth = words ? WORDS_BYTES : 0;
		c.out = prog->insnsi;
		emit_program(&c, insns, len, needs);
	}
	kfree(c.start);
	return prog ?: ERR_PTR(-ENOMEM);
}
