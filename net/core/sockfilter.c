// SPDX-License-Identifier: GPL-2.0-only
/*
 * Classic programs as objects, and programs attached to sockets: attach, detach,
 * hand back, run on a received packet.
 *
 * A socket's filter is a struct sk_filter; sockets cloned from one share it, and
 * each pays for it out of its option memory. Who runs a filter holds RCU; who
 * replaces it holds the socket's lock.
 *
 * Must never free what a processor may be running: everything attached here goes
 * after a grace period.
 *
 * Layer K5. Tests: selftests/bpf/sock_test.c, classic_test.c.
 */
#include <linux/bpf.h>
#include <linux/bpf-cgroup.h>
#include <linux/compat.h>
#include <linux/err.h>
#include <linux/export.h>
#include <linux/filter.h>
#include <linux/security.h>
#include <linux/slab.h>
#include <linux/sockptr.h>
#include <linux/uaccess.h>
#include <net/ip.h>
#include <net/snmp.h>
#include <net/sock.h>
#include <net/sock_reuseport.h>
#include "bpf_net.h"

/* ---- classic programs ------------------------------------------------------------- */

static void free_orig(struct sock_fprog_kern *orig)
{
	if (!orig)
		return;
	kfree(orig->filter);
	kfree(orig);
}

/* the program as given, for who asks for it later */
static struct sock_fprog_kern *save_orig_prog(const struct sock_filter *insns, u16 len)
{
	struct sock_fprog_kern *orig;

	orig = kzalloc(sizeof(*orig), GFP_KERNEL_ACCOUNT | __GFP_NOWARN);
	if (!orig)
		return NULL;
	orig->len = len;
	orig->filter = kmemdup(insns, bpf_classic_proglen(orig),
			       GFP_KERNEL_ACCOUNT | __GFP_NOWARN);
	if (!orig->filter) {
		kfree(orig);
		return NULL;
	}
	return orig;
}

/* a program without runtime, from instructions that @trans may rewrite */
static struct bpf_prog *check_and_convert(struct sock_filter *insns, u16 len,
					  bpf_aux_classic_check_t trans)
{
	int err;

	err = bpf_classic_check(insns, len);
	if (!err && trans)
		err = trans(insns, len);
	return err ? ERR_PTR(err) : bpf_classic_convert(insns, len);
}

/* @orig becomes the program's own, or is freed on an error */
static struct bpf_prog *create_classic(struct sock_filter *insns, u16 len,
				       bpf_aux_classic_check_t trans,
				       struct sock_fprog_kern *orig)
{
	struct bpf_prog *prog, *ready;
	int err = 0;

	prog = check_and_convert(insns, len, trans);
	if (IS_ERR(prog)) {
		free_orig(orig);
		return prog;
	}
	prog->orig_prog = orig;
	ready = bpf_prog_select_runtime(prog, &err);
	if (err) {
		bpf_prog_destroy(prog);
		return ERR_PTR(err);
	}
	return ready;
}

static bool is_classic_len_ok(const void *insns, u16 len)
{
	return insns && len && len <= BPF_MAXINSNS;
}

/**
 * bpf_prog_create() - make a program of a classic one in kernel memory
 * @out:	the program; to be freed with bpf_prog_destroy()
 * @fprog:	the classic program; not changed, not kept
 *
 * Called by: drivers and classifiers. Context: may sleep.
 * Return: 0; -EINVAL where the program is refused; -ENOMEM.
 */
int bpf_prog_create(struct bpf_prog **out, struct sock_fprog_kern *fprog)
{
	struct bpf_prog *prog;

	if (!is_classic_len_ok(fprog->filter, fprog->len))
		return -EINVAL;
	prog = create_classic(fprog->filter, fprog->len, NULL, NULL);
	if (IS_ERR(prog))
		return PTR_ERR(prog);
	*out = prog;
	return 0;
}
EXPORT_SYMBOL_GPL(bpf_prog_create);

static struct bpf_prog *create_from_user(const struct sock_fprog *fprog,
					 bpf_aux_classic_check_t trans, bool save_orig)
{
	struct sock_fprog_kern *orig = NULL;
	struct sock_filter *insns;
	struct bpf_prog *prog;

	if (!is_classic_len_ok((const void __force *)fprog->filter, fprog->len))
		return ERR_PTR(-EINVAL);
	insns = memdup_user(fprog->filter, bpf_classic_proglen(fprog));
	if (IS_ERR(insns))
		return ERR_CAST(insns);

	if (save_orig)
		orig = save_orig_prog(insns, fprog->len);
	prog = save_orig && !orig ? ERR_PTR(-ENOMEM) :
	       create_classic(insns, fprog->len, trans, orig);
	kfree(insns);
	return prog;
}

/**
 * bpf_prog_create_from_user() - make a program of a classic one in user memory
 * @out:	the program; to be freed with bpf_prog_destroy()
 * @fprog:	the classic program
 * @check:	the caller's own check, run on the kernel's copy after ours; may
 *		rewrite it. NULL for none
 * @save_orig:	keep the program as given in orig_prog
 *
 * Called by: seccomp, packet sockets. Context: may sleep.
 * Return: 0; -EINVAL where the program is refused; what @check gave; -EFAULT;
 * -ENOMEM.
 */
int bpf_prog_create_from_user(struct bpf_prog **out, struct sock_fprog *fprog,
			      bpf_aux_classic_check_t check, bool save_orig)
{
	struct bpf_prog *prog = create_from_user(fprog, check, save_orig);

	if (IS_ERR(prog))
		return PTR_ERR(prog);
	*out = prog;
	return 0;
}
EXPORT_SYMBOL_GPL(bpf_prog_create_from_user);

/**
 * bpf_prog_destroy() - give up a program
 * @prog:	classic: freed at once, so nobody may run it any more. Extended: the
 *		caller's reference is dropped
 *
 * Called by: who called bpf_prog_create(), and who takes both kinds. Any context
 * but NMI.
 */
void bpf_prog_destroy(struct bpf_prog *prog)
{
	if (!prog->was_classic) {
		bpf_prog_put(prog);
		return;
	}
	free_orig(prog->orig_prog);
	bpf_prog_free(prog);
}
EXPORT_SYMBOL_GPL(bpf_prog_destroy);

/**
 * copy_bpf_fprog_from_user() - the argument of SO_ATTACH_FILTER
 * @dst:	where it goes
 * @src:	the option's value; a 32-bit caller's has its own layout
 * @len:	its bytes
 *
 * Called by: socket options. Context: may sleep.
 * Return: 0; -EINVAL (@len is not that of the structure); -EFAULT.
 */
int copy_bpf_fprog_from_user(struct sock_fprog *dst, sockptr_t src, int len)
{
#ifdef CONFIG_COMPAT
	if (in_compat_syscall()) {
		struct compat_sock_fprog narrow;

		if (len != sizeof(narrow))
			return -EINVAL;
		if (copy_from_sockptr(&narrow, src, sizeof(narrow)))
			return -EFAULT;
		memset(dst, 0, sizeof(*dst));
		dst->len = narrow.len;
		dst->filter = compat_ptr(narrow.filter);
		return 0;
	}
#endif
	if (len != sizeof(*dst))
		return -EINVAL;
	return copy_from_sockptr(dst, src, sizeof(*dst)) ? -EFAULT : 0;
}
EXPORT_SYMBOL_GPL(copy_bpf_fprog_from_user);

/* ---- filters shared by sockets ------------------------------------------------------- */

static void free_filter_rcu(struct rcu_head *rcu)
{
	struct sk_filter *filter = container_of(rcu, struct sk_filter, rcu);

	bpf_prog_destroy(filter->prog);
	kfree(filter);
}

static u32 filter_bytes(const struct sk_filter *filter)
{
	return bpf_prog_size(filter->prog->len);
}

/* same bound as sock_kmalloc() */
static bool charge_bytes(struct sock *sk, u32 bytes)
{
	u32 max = READ_ONCE(sysctl_optmem_max);

	if (bytes > max || atomic_read(&sk->sk_omem_alloc) + bytes >= max)
		return false;
	atomic_add(bytes, &sk->sk_omem_alloc);
	return true;
}

/**
 * sk_filter_charge() - one more socket uses a filter
 * @sk:		the socket that is to pay
 * @filter:	the filter, under RCU
 *
 * Called by: sk_clone_lock(). Any context.
 * Return: false where @sk has no option memory left, or the filter is going.
 */
bool sk_filter_charge(struct sock *sk, struct sk_filter *filter)
{
	u32 bytes = filter_bytes(filter);

	if (!charge_bytes(sk, bytes))
		return false;
	if (refcount_inc_not_zero(&filter->refcnt))
		return true;
	atomic_sub(bytes, &sk->sk_omem_alloc);
	return false;
}

/**
 * sk_filter_uncharge() - a socket no longer uses a filter
 * @sk:		the socket that paid
 * @filter:	the filter; freed after a grace period with its last socket
 *
 * Called by: the socket's destructor, and here. Any context.
 */
void sk_filter_uncharge(struct sock *sk, struct sk_filter *filter)
{
	atomic_sub(filter_bytes(filter), &sk->sk_omem_alloc);
	if (refcount_dec_and_test(&filter->refcnt))
		call_rcu(&filter->rcu, free_filter_rcu);
}

static struct sk_filter *filter_of(struct sock *sk)
{
	return rcu_dereference_protected(sk->sk_filter, lockdep_sock_is_held(sk));
}

/* @prog is the socket's from success on */
static int attach_prog(struct bpf_prog *prog, struct sock *sk)
{
	struct sk_filter *filter, *old;

	filter = kmalloc(sizeof(*filter), GFP_KERNEL);
	if (!filter)
		return -ENOMEM;
	refcount_set(&filter->refcnt, 1);
	filter->prog = prog;
	if (!charge_bytes(sk, filter_bytes(filter))) {
		kfree(filter);
		return -ENOMEM;
	}

	old = filter_of(sk);
	rcu_assign_pointer(sk->sk_filter, filter);
	if (old)
		sk_filter_uncharge(sk, old);
	return 0;
}

/* ---- socket options ---------------------------------------------------------------- */

static struct bpf_prog *get_classic(const struct sock_fprog *fprog, struct sock *sk)
{
	if (sock_flag(sk, SOCK_FILTER_LOCKED))
		return ERR_PTR(-EPERM);
	return create_from_user(fprog, NULL, true);
}

static struct bpf_prog *get_extended(u32 ufd, struct sock *sk)
{
	if (sock_flag(sk, SOCK_FILTER_LOCKED))
		return ERR_PTR(-EPERM);
	return bpf_prog_get_type(ufd, BPF_PROG_TYPE_SOCKET_FILTER);
}

static int attach_or_drop(struct bpf_prog *prog, struct sock *sk)
{
	int err;

	if (IS_ERR(prog))
		return PTR_ERR(prog);
	err = attach_prog(prog, sk);
	if (err)
		bpf_prog_destroy(prog);
	return err;
}

/**
 * sk_attach_filter() - SO_ATTACH_FILTER
 * @fprog:	classic program in user memory
 * @sk:		the socket, locked; an earlier filter is replaced
 *
 * Context: may sleep.
 * Return: 0; -EPERM (SO_LOCK_FILTER); -EINVAL (program refused); -EFAULT; -ENOMEM
 * (also: the socket's option memory does not suffice).
 */
int sk_attach_filter(struct sock_fprog *fprog, struct sock *sk)
{
	return attach_or_drop(get_classic(fprog, sk), sk);
}
EXPORT_SYMBOL_GPL(sk_attach_filter);

/**
 * sk_attach_bpf() - SO_ATTACH_BPF
 * @ufd:	descriptor of a socket filter program
 * @sk:		the socket, locked; an earlier filter is replaced
 *
 * Context: may sleep.
 * Return: 0; -EPERM (SO_LOCK_FILTER); -EBADF; -EINVAL (no program, or one of
 * another type); -ENOMEM as sk_attach_filter().
 */
int sk_attach_bpf(u32 ufd, struct sock *sk)
{
	return attach_or_drop(get_extended(ufd, sk), sk);
}

/**
 * sk_detach_filter() - SO_DETACH_FILTER, SO_DETACH_BPF
 * @sk:		the socket, locked
 *
 * Any context.
 * Return: 0; -EPERM (SO_LOCK_FILTER); -ENOENT (there is none).
 */
int sk_detach_filter(struct sock *sk)
{
	struct sk_filter *filter;

	if (sock_flag(sk, SOCK_FILTER_LOCKED))
		return -EPERM;
	filter = filter_of(sk);
	if (!filter)
		return -ENOENT;
	RCU_INIT_POINTER(sk->sk_filter, NULL);
	sk_filter_uncharge(sk, filter);
	return 0;
}
EXPORT_SYMBOL_GPL(sk_detach_filter);

/* instructions of the original program, after copying them where there is room */
static int copy_orig(const struct sock_fprog_kern *orig, sockptr_t optval, u32 room)
{
	if (!room)
		return orig->len;
	if (room < orig->len)
		return -EINVAL;
	if (copy_to_sockptr(optval, orig->filter, bpf_classic_proglen(orig)))
		return -EFAULT;
	return orig->len;
}

/**
 * sk_get_filter() - SO_GET_FILTER
 * @sk:		the socket; locked here
 * @optval:	room for the classic program
 * @len:	instructions it has room for; 0 only asks how many there are
 *
 * Context: may sleep.
 * Return: instructions of the program, 0 where there is no filter; -EACCES (the
 * filter is an extended program); -EINVAL (room too small); -EFAULT.
 */
int sk_get_filter(struct sock *sk, sockptr_t optval, unsigned int len)
{
	struct sk_filter *filter;
	int ret = 0;

	sockopt_lock_sock(sk);
	filter = filter_of(sk);
	if (filter && !filter->prog->orig_prog)
		ret = -EACCES;
	else if (filter)
		ret = copy_orig(filter->prog->orig_prog, optval, len);
	sockopt_release_sock(sk);
	return ret;
}

/* ---- choosing among the sockets of a reuseport group ------------------------------------ */

static void free_prog_rcu(struct rcu_head *rcu)
{
	bpf_prog_destroy(container_of(rcu, struct bpf_prog_aux, rcu)->prog);
}

/**
 * sk_reuseport_prog_free() - a reuseport group gives up its program
 * @prog:	the program; freed after a grace period. NULL is allowed
 *
 * Called by: net/core/sock_reuseport.c, which has unlinked it. Any context.
 */
void sk_reuseport_prog_free(struct bpf_prog *prog)
{
	if (!prog)
		return;
	if (prog->was_classic)
		call_rcu(&prog->aux->rcu, free_prog_rcu);
	else
		bpf_prog_put(prog);
}

static int reuseport_attach_or_drop(struct bpf_prog *prog, struct sock *sk)
{
	int err = -ENOMEM;

	if (IS_ERR(prog))
		return PTR_ERR(prog);
	if (bpf_prog_size(prog->len) <= READ_ONCE(sysctl_optmem_max))
		err = reuseport_attach_prog(sk, prog);
	if (err)
		bpf_prog_destroy(prog);
	return err;
}

/**
 * sk_reuseport_attach_filter() - SO_ATTACH_REUSEPORT_CBPF
 * @fprog:	classic program in user memory, which returns a socket's index
 * @sk:		a socket of the group, locked
 *
 * Context: may sleep.
 * Return: as sk_attach_filter(), and -EINVAL where @sk is in no group.
 */
int sk_reuseport_attach_filter(struct sock_fprog *fprog, struct sock *sk)
{
	return reuseport_attach_or_drop(get_classic(fprog, sk), sk);
}

/**
 * sk_reuseport_attach_bpf() - SO_ATTACH_REUSEPORT_EBPF
 * @ufd:	descriptor of a socket filter program, which returns a socket's index
 * @sk:		a socket of the group, locked
 *
 * Context: may sleep.
 * Return: as sk_attach_bpf(), and -EINVAL where @sk is in no group.
 */
int sk_reuseport_attach_bpf(u32 ufd, struct sock *sk)
{
	return reuseport_attach_or_drop(get_extended(ufd, sk), sk);
}

/* ---- running --------------------------------------------------------------------------- */

/* bytes that the socket's filter lets through; all where there is none */
static u32 run_filter(struct sock *sk, struct sk_buff *skb)
{
	struct sk_filter *filter;
	struct sock *owner;
	u32 verdict = U32_MAX;

	rcu_read_lock();
	filter = rcu_dereference(sk->sk_filter);
	if (filter) {
		/* the program's __sk_buff::sk is the socket that receives */
		owner = skb->sk;
		skb->sk = sk;
		verdict = bpf_prog_run_save_cb(filter->prog, skb);
		skb->sk = owner;
	}
	rcu_read_unlock();
	return verdict;
}

/* memory kept for swapping over the network goes to sockets that swap, only */
static bool is_reserve_for(struct sock *sk, const struct sk_buff *skb)
{
	if (!skb_pfmemalloc(skb) || sock_flag(sk, SOCK_MEMALLOC))
		return true;
	NET_INC_STATS(sock_net(sk), LINUX_MIB_PFMEMALLOCDROP);
	return false;
}

/**
 * sk_filter_trim_cap() - may a socket have a packet, and how much of it?
 * @sk:		the socket
 * @skb:	the packet; cut to what the filter returns
 * @cap:	bytes it is never cut below, for a protocol's header
 *
 * Memory reserves, cgroup and security module come first, as they are not the
 * socket owner's to decide.
 *
 * Called by: protocols on receive. Any context but NMI.
 * Return: 0; -EPERM (the filter returned 0); -ENOMEM (a packet from memory
 * reserves is not for this socket, or cutting failed); what the cgroup or the
 * security module gave. The caller drops the packet.
 */
int sk_filter_trim_cap(struct sock *sk, struct sk_buff *skb, unsigned int cap)
{
	int err = is_reserve_for(sk, skb) ? 0 : -ENOMEM;
	u32 verdict;

	err = err ?: BPF_CGROUP_RUN_PROG_INET_INGRESS(sk, skb);
	err = err ?: security_sock_rcv_skb(sk, skb);
	if (err)
		return err;

	verdict = run_filter(sk, skb);
	if (!verdict)
		return -EPERM;
	return pskb_trim(skb, max(cap, verdict));
}
EXPORT_SYMBOL(sk_filter_trim_cap);
