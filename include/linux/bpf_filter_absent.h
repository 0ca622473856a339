/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Features of packet programs that this kernel does not have, as drivers and TCP
 * ask for them: redirection, socket operations, socket lookup. No program can ask for
 * them, so nothing here is reached with one; but one on frames may return any number,
 * the one for redirection as well, and the frame is dropped.
 *
 * Must never grow an answer that could be taken for success.
 *
 * Layer K1; part of linux/filter.h, not for inclusion elsewhere.
 */
#ifndef _LINUX_BPF_FILTER_ABSENT_H
#define _LINUX_BPF_FILTER_ABSENT_H

/* ---- programs on frames, and redirection ------------------------------------------ */

/* static keys that the base reads by name; net/core/bpf_absent.c */
DECLARE_STATIC_KEY_FALSE(bpf_master_redirect_enabled_key);
DECLARE_STATIC_KEY_FALSE(bpf_sk_lookup_enabled);

static __always_inline u32 bpf_prog_run_xdp(const struct bpf_prog *prog,
					    struct xdp_buff *xdp)
{
	return bpf_prog_run(prog, xdp);
}

static inline void bpf_prog_change_xdp(struct bpf_prog *from,
				       struct bpf_prog *to)
{
}

static inline void bpf_warn_invalid_xdp_action(struct net_device *dev,
					       struct bpf_prog *prog, u32 act)
{
	pr_warn_once("BPF: a program on frames returned %u, which means nothing: dropped\n", act);
}

static inline int xdp_do_redirect(struct net_device *dev, struct xdp_buff *xdp,
				  struct bpf_prog *prog)
{
	return -EOPNOTSUPP;
}

static inline int xdp_do_generic_redirect(struct net_device *dev,
					  struct sk_buff *skb,
					  struct xdp_buff *xdp,
					  struct bpf_prog *prog)
{
	return -EOPNOTSUPP;
}

static inline void xdp_do_flush(void)
{
}

/* the name drivers used before */
#define xdp_do_flush_map xdp_do_flush

static inline void xdp_set_return_frame_no_direct(void)
{
}

static inline void xdp_clear_return_frame_no_direct(void)
{
}

static inline bool xdp_return_frame_no_direct(void)
{
	return false;
}

/* ---- choosing a socket ------------------------------------------------------- */

static inline struct sock *
bpf_run_sk_reuseport(struct sock_reuseport *reuse, struct sock *sk,
		     struct bpf_prog *prog, struct sk_buff *skb,
		     struct sock *migrating_sk, u32 hash)
{
	return NULL;
}

struct in6_addr;
struct net;

static inline bool bpf_sk_lookup_run_v4(struct net *net, int protocol,
					__be32 saddr, __be16 sport,
					__be32 daddr, u16 dport,
					int ifindex, struct sock **found)
{
	return false;
}

static inline bool bpf_sk_lookup_run_v6(struct net *net, int protocol,
					const struct in6_addr *saddr,
					__be16 sport,
					const struct in6_addr *daddr,
					u16 dport, int ifindex,
					struct sock **found)
{
	return false;
}

/* ---- TCP asking programs ------------------------------------------------------ */

/**
 * struct bpf_sock_ops_kern - a question of TCP; members as TCP fills them in
 * @sk:			the socket
 * @skb:		packet it is about
 * @skb_data_end:	end of its headers
 * @op:			BPF_SOCK_OPS_*
 * @args:		of the question
 * @reply:		answer
 * @is_fullsock:	@sk is not a request or time-wait socket
 * @temp:		from here on the asker does not clear it
 */
struct bpf_sock_ops_kern {
	struct sock	*sk;
	struct sk_buff	*skb;
	void		*skb_data_end;
	u32		op;
	union {
		u32	args[4];
		u32	reply;
	};
	u8		is_fullsock;
	u64		temp;
};

#endif /* _LINUX_BPF_FILTER_ABSENT_H */
