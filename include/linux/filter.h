/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Instructions as initialisers, and packet filters on sockets: what the rest of
 * the kernel includes to build, run and attach programs. At the end what other
 * parts expect here although this kernel does not have it.
 *
 * Must never decide anything about a program; it only spells and runs them.
 *
 * Layer K1. Tests: lib/test_bpf.c, kernel/bpf/prog/interp_test.c.
 */
#ifndef __LINUX_FILTER_H__
#define __LINUX_FILTER_H__

#include <linux/bpf.h>
#include <linux/compat.h>
#include <linux/crypto.h>
#include <linux/errno.h>
#include <linux/if_vlan.h>
#include <linux/jump_label.h>
#include <linux/kallsyms.h>
#include <linux/refcount.h>
#include <linux/skbuff.h>
#include <linux/sockptr.h>
#include <linux/string.h>
#include <linux/vmalloc.h>
#include <crypto/sha1.h>
#include <net/sch_generic.h>
#include <uapi/linux/filter.h>

struct net_device;
struct sock;
struct sock_reuseport;
struct xdp_buff;

/* ---- one instruction each ------------------------------------------------- */

/* all of them are this one; braces allow both initialisers and assignments */
#define BPF_INSN(c, d, s, o, i)						\
	((struct bpf_insn) {						\
		.code = (c), .dst_reg = (d), .src_reg = (s),		\
		.off = (o), .imm = (i),					\
	})

#define BPF_RAW_INSN(c, d, s, o, i)	BPF_INSN(c, d, s, o, i)

/* arithmetic: dst op= src, dst op= imm; ALU32 clears the upper half of dst */
#define BPF_ALU64_REG(op, d, s)	BPF_INSN(BPF_ALU64 | BPF_OP(op) | BPF_X, d, s, 0, 0)
#define BPF_ALU32_REG(op, d, s)	BPF_INSN(BPF_ALU | BPF_OP(op) | BPF_X, d, s, 0, 0)
#define BPF_ALU64_IMM(op, d, i)	BPF_INSN(BPF_ALU64 | BPF_OP(op) | BPF_K, d, 0, 0, i)
#define BPF_ALU32_IMM(op, d, i)	BPF_INSN(BPF_ALU | BPF_OP(op) | BPF_K, d, 0, 0, i)
#define BPF_MOV64_REG(d, s)	BPF_ALU64_REG(BPF_MOV, d, s)
#define BPF_MOV32_REG(d, s)	BPF_ALU32_REG(BPF_MOV, d, s)
#define BPF_MOV64_IMM(d, i)	BPF_ALU64_IMM(BPF_MOV, d, i)
#define BPF_MOV32_IMM(d, i)	BPF_ALU32_IMM(BPF_MOV, d, i)

/* sign extending moves, signed division; bits is 8, 16 or 32 */
#define BPF_MOVSX64_REG(d, s, bits) \
	BPF_INSN(BPF_ALU64 | BPF_MOV | BPF_X, d, s, bits, 0)
#define BPF_MOVSX32_REG(d, s, bits) \
	BPF_INSN(BPF_ALU | BPF_MOV | BPF_X, d, s, bits, 0)
#define BPF_ALU64_REG_OFF(op, d, s, o) \
	BPF_INSN(BPF_ALU64 | BPF_OP(op) | BPF_X, d, s, o, 0)
#define BPF_ALU32_REG_OFF(op, d, s, o) \
	BPF_INSN(BPF_ALU | BPF_OP(op) | BPF_X, d, s, o, 0)
#define BPF_ALU64_IMM_OFF(op, d, i, o) \
	BPF_INSN(BPF_ALU64 | BPF_OP(op) | BPF_K, d, 0, o, i)
#define BPF_ALU32_IMM_OFF(op, d, i, o) \
	BPF_INSN(BPF_ALU | BPF_OP(op) | BPF_K, d, 0, o, i)

/* zero extension that the verifier adds: a 32-bit move marked by its imm */
#define BPF_ZEXT_REG(d)		BPF_INSN(BPF_ALU | BPF_MOV | BPF_X, d, d, 0, 1)

/* byte order: type BPF_TO_LE or BPF_TO_BE; BSWAP swaps whatever the host is */
#define BPF_ENDIAN(type, d, bits) \
	BPF_INSN(BPF_ALU | BPF_END | BPF_SRC(type), d, 0, 0, bits)
#define BPF_BSWAP(d, bits)	BPF_INSN(BPF_ALU64 | BPF_END, d, 0, 0, bits)

/* constants of 64 bits take two slots */
#define BPF_LD_IMM64_RAW(d, s, v)					\
	BPF_INSN(BPF_LD | BPF_IMM | BPF_DW, d, s, 0,			\
		 (__u32)((__u64)(v) & 0xffffffff)),		\
	BPF_INSN(0, 0, 0, 0, (__s32)((__u64)(v) >> 32))
#define BPF_LD_IMM64(d, v)	BPF_LD_IMM64_RAW(d, 0, v)
#define BPF_LD_MAP_FD(d, fd)	BPF_LD_IMM64_RAW(d, BPF_PSEUDO_MAP_FD, fd)

/* memory */
#define BPF_LDX_MEM(size, d, s, o) \
	BPF_INSN(BPF_LDX | BPF_SIZE(size) | BPF_MEM, d, s, o, 0)
#define BPF_LDX_MEMSX(size, d, s, o) \
	BPF_INSN(BPF_LDX | BPF_SIZE(size) | BPF_MEMSX, d, s, o, 0)
#define BPF_STX_MEM(size, d, s, o) \
	BPF_INSN(BPF_STX | BPF_SIZE(size) | BPF_MEM, d, s, o, 0)
#define BPF_ST_MEM(size, d, o, i) \
	BPF_INSN(BPF_ST | BPF_SIZE(size) | BPF_MEM, d, 0, o, i)
#define BPF_ATOMIC_OP(size, op, d, s, o) \
	BPF_INSN(BPF_STX | BPF_SIZE(size) | BPF_ATOMIC, d, s, o, op)
#define BPF_STX_XADD(size, d, s, o)	BPF_ATOMIC_OP(size, BPF_ADD, d, s, o)

/* packet data, context in R6, result in R0 */
#define BPF_LD_ABS(size, i)	BPF_INSN(BPF_LD | BPF_SIZE(size) | BPF_ABS, 0, 0, 0, i)
#define BPF_LD_IND(size, s, i)	BPF_INSN(BPF_LD | BPF_SIZE(size) | BPF_IND, 0, s, 0, i)

/* jumps */
#define BPF_JMP_REG(op, d, s, o)	BPF_INSN(BPF_JMP | BPF_OP(op) | BPF_X, d, s, o, 0)
#define BPF_JMP_IMM(op, d, i, o)	BPF_INSN(BPF_JMP | BPF_OP(op) | BPF_K, d, 0, o, i)
#define BPF_JMP32_REG(op, d, s, o)	BPF_INSN(BPF_JMP32 | BPF_OP(op) | BPF_X, d, s, o, 0)
#define BPF_JMP32_IMM(op, d, i, o)	BPF_INSN(BPF_JMP32 | BPF_OP(op) | BPF_K, d, 0, o, i)
#define BPF_JMP_A(o)		BPF_INSN(BPF_JMP | BPF_JA, 0, 0, o, 0)
#define BPF_JMP32_A(i)		BPF_INSN(BPF_JMP32 | BPF_JA, 0, 0, 0, i)
#define BPF_CALL_REL(i)		BPF_INSN(BPF_JMP | BPF_CALL, 0, BPF_PSEUDO_CALL, 0, i)
#define BPF_EXIT_INSN()		BPF_INSN(BPF_JMP | BPF_EXIT, 0, 0, 0, 0)

/* distance of a helper from __bpf_call_base, as calls carry it */
#define BPF_CALL_IMM(f)		((s32)((unsigned long)(f) - (unsigned long)__bpf_call_base))
#define BPF_EMIT_CALL(f)	BPF_INSN(BPF_JMP | BPF_CALL, 0, 0, 0, BPF_CALL_IMM(f))

/* may @cred read instructions with kernel addresses in them? */
static inline bool bpf_dump_raw_ok(const struct cred *cred)
{
	return kallsyms_show_value(cred);
}

/* ---- classic programs ------------------------------------------------------- */

/**
 * struct sock_fprog_kern - a classic program in kernel memory
 * @len:	instructions
 * @filter:	the instructions
 */
struct sock_fprog_kern {
	u16			len;
	struct sock_filter	*filter;
};

/* BPF_STMT() and BPF_JUMP() of uapi as values, not only initialisers */
#define __BPF_STMT(code, k)	((struct sock_filter)BPF_STMT(code, k))
#define __BPF_JUMP(code, k, jt, jf)	((struct sock_filter)BPF_JUMP(code, k, jt, jf))

#define bpf_classic_proglen(fprog)	((fprog)->len * sizeof(*(fprog)->filter))

#ifdef CONFIG_COMPAT
/**
 * struct compat_sock_fprog - struct sock_fprog of a 32-bit process
 * @len:	instructions
 * @filter:	user pointer
 */
struct compat_sock_fprog {
	u16		len;
	compat_uptr_t	filter;
};
#endif

/* a subsystem's own check of a classic program; may rewrite it. 0 or -errno */
typedef int (*bpf_aux_classic_check_t)(struct sock_filter *filter,
				       unsigned int len);

/* net/core/sockfilter.c; kernel-doc is with the definitions */
int bpf_prog_create(struct bpf_prog **out, struct sock_fprog_kern *fprog);
int bpf_prog_create_from_user(struct bpf_prog **out, struct sock_fprog *fprog,
			      bpf_aux_classic_check_t check, bool save_orig);
void bpf_prog_destroy(struct bpf_prog *prog);
int copy_bpf_fprog_from_user(struct sock_fprog *dst, sockptr_t src, int len);

/**
 * bpf_tell_extensions() - answer of SO_BPF_EXTENSIONS
 *
 * Return: number of ancillary loads classic programs may use.
 */
static inline int bpf_tell_extensions(void)
{
	return SKF_AD_MAX;
}

/* ---- filters of a socket ---------------------------------------------------- */

/**
 * struct sk_filter - filter as sockets share it
 * @refcnt:	sockets using it
 * @rcu:	for the grace period before freeing
 * @prog:	the program
 */
struct sk_filter {
	refcount_t	refcnt;
	struct rcu_head	rcu;
	struct bpf_prog	*prog;
};

bool sk_filter_charge(struct sock *sk, struct sk_filter *filter);
void sk_filter_uncharge(struct sock *sk, struct sk_filter *filter);
int sk_filter_trim_cap(struct sock *sk, struct sk_buff *skb, unsigned int cap);
int sk_attach_bpf(u32 ufd, struct sock *sk);
int sk_reuseport_attach_bpf(u32 ufd, struct sock *sk);
int sk_attach_filter(struct sock_fprog *fprog, struct sock *sk);
int sk_reuseport_attach_filter(struct sock_fprog *fprog, struct sock *sk);
int sk_get_filter(struct sock *sk, sockptr_t optval, unsigned int len);
int sk_detach_filter(struct sock *sk);
void sk_reuseport_prog_free(struct bpf_prog *prog);

/**
 * sk_filter() - run a socket's filter on a packet
 * @sk:		the socket
 * @skb:	the packet; trimmed to what the filter says, one byte at least
 *
 * Return: 0, or -EPERM (or another errno) where the packet is to be dropped.
 */
static inline int sk_filter(struct sock *sk, struct sk_buff *skb)
{
	return sk_filter_trim_cap(sk, skb, 1);
}

/*
 * net/core/skb_helpers.c: @size bytes (1, 2, 4) at @off of a packet, in host
 * order, to @val; SKF_NET_OFF and SKF_LL_OFF count from those headers. 0 or
 * -EFAULT.
 */
int bpf_skb_load_packet(const struct sk_buff *skb, s32 off, u32 size, u32 *val);

/* net/core/skb_helpers.c: number of this CPU; code generators write it inline */
u64 bpf_classic_cpu(u64 r1, u64 r2, u64 r3, u64 r4, u64 r5);

/* ---- running on packets ------------------------------------------------------ */

#define BPF_SKB_CB_LEN	QDISC_CB_PRIV_LEN

/**
 * struct bpf_skb_data_end - bounds of linear data, in the control block
 * @qdisc_cb:	what queueing disciplines keep; its data is __sk_buff::cb
 * @data_meta:	start of metadata before the packet
 * @data_end:	end of linear data
 */
struct bpf_skb_data_end {
	struct qdisc_skb_cb	qdisc_cb;
	void			*data_meta;
	void			*data_end;
};

/* __sk_buff::cb of a packet */
static inline u8 *bpf_skb_cb(const struct sk_buff *skb)
{
	return qdisc_skb_cb(skb)->data;
}

/* sets the bounds that programs with direct packet access read */
static inline void bpf_compute_data_pointers(struct sk_buff *skb)
{
	struct bpf_skb_data_end *bounds = (struct bpf_skb_data_end *)skb->cb;

	BUILD_BUG_ON(sizeof(*bounds) > sizeof(skb->cb));
	bounds->data_end = skb_tail_pointer(skb);
	bounds->data_meta = skb->data - skb_metadata_len(skb);
}

/**
 * bpf_prog_run_save_cb() - run on a packet whose control block is in use
 * @prog:	the program
 * @skb:	the packet
 *
 * The program sees zeros in __sk_buff::cb, the caller its own bytes again.
 *
 * Return: what the program returns.
 */
static inline u32 bpf_prog_run_save_cb(const struct bpf_prog *prog,
				       struct sk_buff *skb)
{
	u8 kept[BPF_SKB_CB_LEN];
	u32 verdict;

	migrate_disable();
	if (likely(!prog->cb_access)) {
		verdict = bpf_prog_run(prog, skb);
	} else {
		memcpy(kept, bpf_skb_cb(skb), sizeof(kept));
		memset(bpf_skb_cb(skb), 0, sizeof(kept));
		verdict = bpf_prog_run(prog, skb);
		memcpy(bpf_skb_cb(skb), kept, sizeof(kept));
	}
	migrate_enable();
	return verdict;
}

/* like bpf_prog_run_save_cb(), for callers that need nothing back */
static inline u32 bpf_prog_run_clear_cb(const struct bpf_prog *prog,
					struct sk_buff *skb)
{
	if (unlikely(prog->cb_access))
		memset(bpf_skb_cb(skb), 0, BPF_SKB_CB_LEN);
	return bpf_prog_run_pin_on_cpu(prog, skb);
}

/* runs with bounds of linear data set; puts back what stood in their place */
static inline u32 bpf_prog_run_data_pointers(const struct bpf_prog *prog,
					     struct sk_buff *skb)
{
	struct bpf_skb_data_end *bounds = (struct bpf_skb_data_end *)skb->cb;
	const struct bpf_skb_data_end kept = *bounds;
	u32 verdict;

	bpf_compute_data_pointers(skb);
	verdict = bpf_prog_run(prog, skb);
	bounds->data_meta = kept.data_meta;
	bounds->data_end = kept.data_end;
	return verdict;
}

/* ---- machine code as text of the kernel ------------------------------------- */

#ifdef CONFIG_BPF_JIT

/* kernel/bpf/prog/symbols.c; kernel-doc is with the definitions */
bool is_bpf_text_address(unsigned long addr);
const char *__bpf_address_lookup(unsigned long addr, unsigned long *size,
				 unsigned long *off, char *sym);
int bpf_get_kallsym(unsigned int symnum, unsigned long *value, char *type,
		    char *sym);

#else

static inline bool is_bpf_text_address(unsigned long addr)
{
	return false;
}

static inline const char *__bpf_address_lookup(unsigned long addr,
					       unsigned long *size,
					       unsigned long *off, char *sym)
{
	return NULL;
}

static inline int bpf_get_kallsym(unsigned int symnum, unsigned long *value,
				  char *type, char *sym)
{
	return -ERANGE;
}

#endif /* CONFIG_BPF_JIT */

/* programs belong to no module */
static inline const char *bpf_address_lookup(unsigned long addr,
					     unsigned long *size,
					     unsigned long *off,
					     char **modname, char *sym)
{
	const char *name = __bpf_address_lookup(addr, size, off, sym);

	if (name && modname)
		*modname = NULL;
	return name;
}

/* ---- expected here by others, and absent ------------------------------------- */

#include <linux/bpf_filter_absent.h>

#endif /* __LINUX_FILTER_H__ */
