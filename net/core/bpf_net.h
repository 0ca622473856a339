/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the rooms of BPF in net/core give each other. A classic program goes
 * classic_check.c -> classic_conv.c -> sockfilter.c; an extended one is checked
 * against skb_ctx.c and skb_helpers.c by the verifier.
 *
 * Private to net/core. Layer K5.
 */
#ifndef _NET_CORE_BPF_NET_H
#define _NET_CORE_BPF_NET_H

#include <linux/bpf_func.h>
#include <linux/filter.h>
#include <linux/types.h>

/* classic_check.c */
int bpf_classic_check(const struct sock_filter *insns, u32 len);

/**
 * bpf_classic_is_ancillary() - does a packet offset name ancillary data?
 * @k:	operand of an absolute load
 *
 * Return: true where @k is one of SKF_AD_OFF + SKF_AD_*.
 */
static inline bool bpf_classic_is_ancillary(u32 k)
{
	return k - SKF_AD_OFF < SKF_AD_MAX && !(k & 3);
}

/* classic_conv.c */
struct bpf_prog *bpf_classic_convert(const struct sock_filter *insns, u32 len);

/* skb_ctx.c */
extern const struct bpf_view bpf_skb_view_socket;
u32 bpf_skb_emit_load(u32 off, u8 dst, u8 src, struct bpf_insn *out);

/* skb_helpers.c */
const struct bpf_func_proto *bpf_socket_filter_proto(enum bpf_func_id id);
u64 bpf_classic_pay_offset(u64 r1, u64 r2, u64 r3, u64 r4, u64 r5);
u64 bpf_classic_nlattr(u64 r1, u64 r2, u64 r3, u64 r4, u64 r5);
u64 bpf_classic_nlattr_nest(u64 r1, u64 r2, u64 r3, u64 r4, u64 r5);
u64 bpf_classic_random(u64 r1, u64 r2, u64 r3, u64 r4, u64 r5);

/* skb_test_run.c */
#ifdef CONFIG_BPF_SYSCALL
int bpf_skb_test_run(struct bpf_prog *prog, const union bpf_attr *attr,
		     union bpf_attr __user *uattr);
#else
#define bpf_skb_test_run	NULL
#endif

#endif /* _NET_CORE_BPF_NET_H */
