// SPDX-License-Identifier: GPL-2.0-only
/*
 * BPF_PROG_TEST_RUN of programs on packets: user space gives a frame and fields of
 * the context, the program runs once or many times, and what became of them goes
 * back with the time it took.
 *
 * The packet looks as it does to a socket that received it: on a device, Ethernet
 * header pulled, owned by a socket with the packet's addresses.
 *
 * Must never let the packet out of this file: it is not on any queue, and its
 * device, socket and control block are what user space said.
 *
 * Layer K5. Tests: selftests/bpf/sock_test.c.
 */
#include <linux/bpf.h>
#include <linux/err.h>
#include <linux/etherdevice.h>
#include <linux/filter.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/nsproxy.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/timekeeping.h>
#include <linux/uaccess.h>
#include <net/net_namespace.h>
#include <net/sch_generic.h>
#include <net/sock.h>
#include "bpf_net.h"

#define HEADROOM	(NET_SKB_PAD + NET_IP_ALIGN)
#define FRAME_MAX	(PAGE_SIZE - HEADROOM - SKB_DATA_ALIGN(sizeof(struct skb_shared_info)))

/* runs between two looks at the clock, the scheduler and signals */
#define RUNS_PER_BATCH	1024

static struct proto test_run_proto = {
	.name		= "bpf_test_run",
	.owner		= THIS_MODULE,
	.obj_size	= sizeof(struct sock),
};

/* ---- context: user space to packet and back -------------------------------------- */

#define CTX_RANGE(field) {						\
	.off = offsetof(struct __sk_buff, field),			\
	.end = offsetofend(struct __sk_buff, field),			\
}

/* What user space may set; all other bytes are zero. data_end is let through,
 * and ignored, for programs that hand back the context of an earlier run.
 */
static const struct {
	u16	off;
	u16	end;
} ctx_ranges[] = {
	CTX_RANGE(mark),
	CTX_RANGE(priority),
	CTX_RANGE(ingress_ifindex),
	CTX_RANGE(ifindex),
	CTX_RANGE(cb),
	CTX_RANGE(data_end),
	CTX_RANGE(tstamp),
	CTX_RANGE(wire_len),
	CTX_RANGE(gso_segs),
	CTX_RANGE(gso_size),
	CTX_RANGE(hwtstamp),
};

static bool is_ctx_settable(const struct __sk_buff *ctx)
{
	const u8 *bytes = (const u8 *)ctx;
	u32 i, from = 0;

	for (i = 0; i < ARRAY_SIZE(ctx_ranges); i++) {
		if (memchr_inv(bytes + from, 0, ctx_ranges[i].off - from))
			return false;
		from = ctx_ranges[i].end;
	}
	return !memchr_inv(bytes + from, 0, sizeof(*ctx) - from);
}

/* NULL where the caller wants no context in either direction */
static struct __sk_buff *get_ctx(const union bpf_attr *attr)
{
	void __user *from = u64_to_user_ptr(attr->test.ctx_in);
	u32 size = attr->test.ctx_size_in;
	struct __sk_buff *ctx;
	int err;

	if (!attr->test.ctx_in && !attr->test.ctx_out)
		return NULL;
	if (size > PAGE_SIZE)
		return ERR_PTR(-E2BIG);
	if (size > sizeof(*ctx)) {
		err = check_zeroed_user(from + sizeof(*ctx), size - sizeof(*ctx));
		if (err <= 0)
			return ERR_PTR(err ?: -E2BIG);
		size = sizeof(*ctx);
	}

	ctx = kzalloc(sizeof(*ctx), GFP_USER);
	if (!ctx)
		return ERR_PTR(-ENOMEM);
	if (attr->test.ctx_in && copy_from_user(ctx, from, size)) {
		kfree(ctx);
		return ERR_PTR(-EFAULT);
	}
	return ctx;
}

static int apply_ctx(struct sk_buff *skb, const struct __sk_buff *ctx)
{
	struct qdisc_skb_cb *cb = qdisc_skb_cb(skb);

	cb->pkt_len = skb->len;
	if (!ctx)
		return 0;
	if (!is_ctx_settable(ctx) || ctx->gso_segs > GSO_MAX_SEGS)
		return -EINVAL;
	if (ctx->wire_len) {
		if (ctx->wire_len < skb->len || ctx->wire_len > GSO_LEGACY_MAX_SIZE)
			return -EINVAL;
		cb->pkt_len = ctx->wire_len;
	}

	skb->mark = ctx->mark;
	skb->priority = ctx->priority;
	skb->skb_iif = ctx->ingress_ifindex;
	skb->tstamp = ctx->tstamp;
	memcpy(cb->data, ctx->cb, sizeof(ctx->cb));
	skb_shinfo(skb)->gso_segs = ctx->gso_segs;
	skb_shinfo(skb)->gso_size = ctx->gso_size;
	skb_hwtstamps(skb)->hwtstamp = ctx->hwtstamp;
	return 0;
}

static void read_ctx(const struct sk_buff *skb, struct __sk_buff *ctx)
{
	const struct qdisc_skb_cb *cb = qdisc_skb_cb(skb);

	ctx->mark = skb->mark;
	ctx->priority = skb->priority;
	ctx->ingress_ifindex = skb->skb_iif;
	ctx->ifindex = skb->dev->ifindex;
	ctx->tstamp = skb->tstamp;
	memcpy(ctx->cb, cb->data, sizeof(ctx->cb));
	ctx->wire_len = cb->pkt_len;
	ctx->gso_segs = skb_shinfo(skb)->gso_segs;
	ctx->hwtstamp = skb_shinfo(skb)->hwtstamps.hwtstamp;
}

/* ---- the packet --------------------------------------------------------------------- */

static struct sk_buff *get_frame(const union bpf_attr *attr)
{
	u32 size = attr->test.data_size_in;
	struct sk_buff *skb;

	if (size < ETH_HLEN || size > FRAME_MAX)
		return ERR_PTR(-EINVAL);
	skb = alloc_skb(HEADROOM + size, GFP_USER);
	if (!skb)
		return ERR_PTR(-ENOMEM);
	skb_reserve(skb, HEADROOM);
	if (copy_from_user(skb_put(skb, size), u64_to_user_ptr(attr->test.data_in), size)) {
		kfree_skb(skb);
		return ERR_PTR(-EFAULT);
	}
	return skb;
}

static void set_ip4(struct sock *sk, const struct sk_buff *skb)
{
	sk->sk_family = AF_INET;
	sk->sk_rcv_saddr = ip_hdr(skb)->saddr;
	sk->sk_daddr = ip_hdr(skb)->daddr;
}

#if IS_ENABLED(CONFIG_IPV6)
static void set_ip6(struct sock *sk, const struct sk_buff *skb)
{
	sk->sk_family = AF_INET6;
	sk->sk_v6_rcv_saddr = ipv6_hdr(skb)->saddr;
	sk->sk_v6_daddr = ipv6_hdr(skb)->daddr;
}
#else
static void set_ip6(struct sock *sk, const struct sk_buff *skb)
{
}
#endif

/* as a driver and the socket lookup would leave it; no receiver gets half a header */
static int receive_frame(struct sk_buff *skb, struct net_device *dev, struct sock *sk)
{
	skb->sk = sk;
	skb->protocol = eth_type_trans(skb, dev);
	skb_reset_network_header(skb);

	if (skb->protocol == htons(ETH_P_IP)) {
		if (skb->len < sizeof(struct iphdr))
			return -EINVAL;
		set_ip4(sk, skb);
	} else if (skb->protocol == htons(ETH_P_IPV6)) {
		if (skb->len < sizeof(struct ipv6hdr))
			return -EINVAL;
		set_ip6(sk, skb);
	}
	return 0;
}

/* held; -ENODEV where the namespace has none of that number */
static struct net_device *find_device(struct net *net, const struct __sk_buff *ctx)
{
	struct net_device *dev = net->loopback_dev;

	if (ctx && ctx->ifindex > LOOPBACK_IFINDEX)
		return dev_get_by_index(net, ctx->ifindex) ?: ERR_PTR(-ENODEV);
	dev_hold(dev);
	return dev;
}

static struct sock *get_socket(struct net *net)
{
	struct sock *sk = sk_alloc(net, AF_UNSPEC, GFP_USER, &test_run_proto, 1);

	if (!sk)
		return ERR_PTR(-ENOMEM);
	sock_init_data(NULL, sk);
	return sk;
}

/* ---- running ------------------------------------------------------------------------- */

static int run_repeatedly(const struct bpf_prog *prog, struct sk_buff *skb, u32 repeat,
			  u32 *retval, u32 *duration_ns)
{
	u64 start_ns, spent_ns = 0;
	u32 batch, left = repeat;

	while (left) {
		batch = min_t(u32, left, RUNS_PER_BATCH);
		start_ns = ktime_get_ns();
		rcu_read_lock();
		migrate_disable();
		do {
			*retval = bpf_prog_run(prog, skb);
			left--;
		} while (--batch && !need_resched());
		migrate_enable();
		rcu_read_unlock();
		spent_ns += ktime_get_ns() - start_ns;

		if (left && signal_pending(current))
			return -EINTR;
		cond_resched();
	}
	*duration_ns = min_t(u64, div_u64(spent_ns, repeat), U32_MAX);
	return 0;
}

/* ---- results -------------------------------------------------------------------------- */

/* @len bytes to @to, which has @room of them; no @room given means enough. The
 * true length goes to @len_to. -ENOSPC says that the bytes were cut.
 */
static int put_bytes(void __user *to, u32 room, const void *from, u32 len,
		     u32 __user *len_to)
{
	u32 take = room ? min(room, len) : len;

	if (to && copy_to_user(to, from, take))
		return -EFAULT;
	if (copy_to_user(len_to, &len, sizeof(len)))
		return -EFAULT;
	return take < len ? -ENOSPC : 0;
}

static int put_results(const union bpf_attr *attr, union bpf_attr __user *uattr,
		       struct sk_buff *skb, u32 retval, u32 duration_ns)
{
	int err;

	/* the program saw no Ethernet header, so what it leaves has an empty one */
	memset(__skb_push(skb, ETH_HLEN), 0, ETH_HLEN);

	err = put_bytes(u64_to_user_ptr(attr->test.data_out), attr->test.data_size_out,
			skb->data, skb_headlen(skb), &uattr->test.data_size_out);
	if (err == -EFAULT ||
	    copy_to_user(&uattr->test.retval, &retval, sizeof(retval)) ||
	    copy_to_user(&uattr->test.duration, &duration_ns, sizeof(duration_ns)))
		return -EFAULT;
	return err;
}

static int run_frame(struct bpf_prog *prog, const union bpf_attr *attr,
		     union bpf_attr __user *uattr, struct sk_buff *skb,
		     struct __sk_buff *ctx)
{
	u32 retval, duration_ns;
	int err;

	err = apply_ctx(skb, ctx);
	if (!err)
		err = run_repeatedly(prog, skb, attr->test.repeat ?: 1, &retval,
				     &duration_ns);
	if (err)
		return err;

	err = put_results(attr, uattr, skb, retval, duration_ns);
	if (err || !ctx || !attr->test.ctx_out)
		return err;
	read_ctx(skb, ctx);
	return put_bytes(u64_to_user_ptr(attr->test.ctx_out), attr->test.ctx_size_out,
			 ctx, sizeof(*ctx), &uattr->test.ctx_size_out);
}

/**
 * bpf_skb_test_run() - run a program on a packet that user space made
 * @prog:	the program; held by the caller
 * @attr:	attr->test
 * @uattr:	attr as user space gave it, for results
 *
 * Called by: BPF_PROG_TEST_RUN. Context: may sleep.
 * Return: 0; -EINVAL (frame shorter than an Ethernet header or longer than a page
 * leaves room for, or cut in its IP header; context sets a field that cannot be set, or a number
 * out of range; flags); -E2BIG (context longer than ours and not zero behind);
 * -EFAULT; -ENOMEM; -ENODEV (no such ifindex); -EINTR (signal between runs);
 * -ENOSPC (room for data or context too small: what fits is there).
 */
int bpf_skb_test_run(struct bpf_prog *prog, const union bpf_attr *attr,
		     union bpf_attr __user *uattr)
{
	struct net *net = current->nsproxy->net_ns;
	struct __sk_buff *ctx;
	struct net_device *dev;
	struct sk_buff *skb;
	struct sock *sk;
	int err;

	if (attr->test.flags || attr->test.cpu || attr->test.batch_size)
		return -EINVAL;

	skb = get_frame(attr);
	if (IS_ERR(skb))
		return PTR_ERR(skb);
	ctx = get_ctx(attr);
	err = PTR_ERR_OR_ZERO(ctx);
	if (err)
		goto free_frame;
	sk = get_socket(net);
	err = PTR_ERR_OR_ZERO(sk);
	if (err)
		goto free_ctx;
	dev = find_device(net, ctx);
	err = PTR_ERR_OR_ZERO(dev);
	if (err)
		goto free_socket;

	err = receive_frame(skb, dev, sk);
	if (!err)
		err = run_frame(prog, attr, uattr, skb, ctx);

	dev_put(dev);
free_socket:
	sk_free(sk);
free_ctx:
	kfree(ctx);
free_frame:
	kfree_skb(skb);
	return err;
}
