/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Storage of programs in sockets is absent: sk->sk_bpf_storage stays NULL and
 * sock_diag, asked for it, says so.
 *
 * Layer K1.
 */
#ifndef _NET_BPF_SK_STORAGE_H
#define _NET_BPF_SK_STORAGE_H

#include <linux/err.h>
#include <linux/types.h>

struct bpf_sk_storage_diag;
struct nlattr;
struct sk_buff;
struct sock;

static inline void bpf_sk_storage_free(struct sock *sk)
{
}

static inline int bpf_sk_storage_clone(const struct sock *sk, struct sock *newsk)
{
	return 0;
}

static inline struct bpf_sk_storage_diag *
bpf_sk_storage_diag_alloc(const struct nlattr *request)
{
	return ERR_PTR(-EOPNOTSUPP);
}

static inline void bpf_sk_storage_diag_free(struct bpf_sk_storage_diag *diag)
{
}

static inline int bpf_sk_storage_diag_put(struct bpf_sk_storage_diag *diag,
					  struct sock *sk, struct sk_buff *skb,
					  int attr, unsigned int *size)
{
	return 0;
}

#endif /* _NET_BPF_SK_STORAGE_H */
