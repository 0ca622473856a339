// SPDX-License-Identifier: GPL-2.0-only
/*
 * The answers that must be functions, of what this kernel's BPF does not have:
 * links, XDP redirection, sockmap. The base's code calls them, or takes their
 * address; with no way to attach such a program nobody gets here, and one who does
 * is refused.
 *
 * Must never grow an answer that could be taken for success.
 *
 * Layer K5. Test: tools/testing/selftests/bpf (absent program types are EINVAL).
 */
#include <linux/bpf.h>
#include <linux/export.h>
#include <linux/filter.h>
#include <linux/netdevice.h>
#include <linux/skbuff.h>
#include <net/af_unix.h>
#include <net/ipv6_stubs.h>
#include <net/sch_generic.h>
#include <net/tcp.h>
#include <net/xdp.h>

/* ---- links: an attachment as a descriptor -------------------------------- */

/**
 * bpf_link_init() - fill in a link
 * @l:		the link, in memory of the caller
 * @kind:	what it is a link to
 * @ops:	of that kind
 * @attached:	program it attaches
 *
 * Called by: net/core/dev.c. Any context.
 */
void bpf_link_init(struct bpf_link *l, enum bpf_link_type kind,
		   const struct bpf_link_ops *ops, struct bpf_prog *attached)
{
	*l = (struct bpf_link){ .ops = ops, .prog = attached, .type = kind };
}

/**
 * bpf_link_prime() - reserve a descriptor for a link
 * @l:		the link
 * @primed:	not filled in
 *
 * Called by: net/core/dev.c, which frees the link on an error. Any context.
 * Return: -EOPNOTSUPP always: there are no links.
 */
int bpf_link_prime(struct bpf_link *l, struct bpf_link_primer *primed)
{
	return -EOPNOTSUPP;
}

/**
 * bpf_link_settle() - give a primed link its descriptor
 * @primed:	from bpf_link_prime(), which makes none
 *
 * Called by: net/core/dev.c, never reached.
 * Return: -EOPNOTSUPP.
 */
int bpf_link_settle(struct bpf_link_primer *primed)
{
	return -EOPNOTSUPP;
}

/**
 * bpf_link_cleanup() - give up a primed link
 * @primed:	from bpf_link_prime(), which makes none
 *
 * Called by: net/core/dev.c, never reached.
 */
void bpf_link_cleanup(struct bpf_link_primer *primed)
{
}

/* ---- tc: actions of a program on a packet ---------------------------------- */

/**
 * skb_do_redirect() - send a packet where a program said
 * @skb:	the packet; consumed
 *
 * A tc program can ask for it only with a helper that is absent.
 *
 * Called by: net/core/dev.c, net/sched. Softirq.
 * Return: -EINVAL.
 */
int skb_do_redirect(struct sk_buff *skb)
{
	kfree_skb(skb);
	return -EINVAL;
}

/* ---- IPv6, as a module, lends functions to helpers that are absent ---------- */

const struct ipv6_bpf_stub *ipv6_bpf_stub __read_mostly;
EXPORT_SYMBOL_GPL(ipv6_bpf_stub);

/* ---- static keys that bonding and socket lookup read by name: never on ------ */

DEFINE_STATIC_KEY_FALSE(bpf_master_redirect_enabled_key);
EXPORT_SYMBOL_GPL(bpf_master_redirect_enabled_key);
DEFINE_STATIC_KEY_FALSE(bpf_sk_lookup_enabled);
EXPORT_SYMBOL(bpf_sk_lookup_enabled);

/* ---- sockmap ------------------------------------------------------------------ */

#ifdef CONFIG_BPF_SYSCALL
/**
 * unix_bpf_build_proto() - prepare the protocols of unix sockets in a map
 *
 * Called by: net/unix/af_unix.c, at boot.
 */
void __init unix_bpf_build_proto(void)
{
}
#endif

#if defined(CONFIG_BPF_SYSCALL) && defined(CONFIG_NET_SOCK_MSG)
/**
 * tcp_bpf_clone() - let a new connection leave the map of its listener
 * @sk:		listener
 * @newsk:	connection
 *
 * Called by: net/ipv4/tcp_minisocks.c. Softirq.
 */
void tcp_bpf_clone(const struct sock *sk, struct sock *newsk)
{
}
#endif
