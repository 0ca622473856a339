/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Programs attached to cgroups are absent: each place of the base that would run
 * one goes on as if none were attached. The names of hooks (CGROUP_INET4_BIND and
 * so on) are words that these macros drop, so they need no definition.
 *
 * Layer K1.
 */
#ifndef _LINUX_BPF_CGROUP_H
#define _LINUX_BPF_CGROUP_H

#include <linux/bpf-cgroup-defs.h>
#include <linux/errno.h>
#include <linux/types.h>
#include <uapi/linux/bpf.h>

struct cgroup;

static inline int cgroup_bpf_inherit(struct cgroup *cgrp)
{
	return 0;
}

static inline void cgroup_bpf_offline(struct cgroup *cgrp)
{
}

/* is any program attached to hook @hook anywhere? */
#define cgroup_bpf_enabled(hook)	false
#define BPF_CGROUP_PRE_CONNECT_ENABLED(sk)	false

/* sockets: made, bound, released */
#define BPF_CGROUP_RUN_PROG_INET_SOCK(sk)	0
#define BPF_CGROUP_RUN_PROG_INET_SOCK_RELEASE(sk)	({ 0; })
#define BPF_CGROUP_RUN_PROG_INET4_POST_BIND(sk)	0
#define BPF_CGROUP_RUN_PROG_INET6_POST_BIND(sk)	0
#define BPF_CGROUP_RUN_PROG_INET_BIND_LOCK(sk, addr, hook, flags)	\
	({ (void)(flags); 0; })

/* addresses: connect, sendmsg, recvmsg, getpeername */
#define BPF_CGROUP_RUN_SA_PROG(sk, addr, hook)	({ 0; })
#define BPF_CGROUP_RUN_PROG_INET4_CONNECT(sk, addr)	0
#define BPF_CGROUP_RUN_PROG_INET6_CONNECT(sk, addr)	0
#define BPF_CGROUP_RUN_PROG_INET4_CONNECT_LOCK(sk, addr)	0
#define BPF_CGROUP_RUN_PROG_INET6_CONNECT_LOCK(sk, addr)	0
#define BPF_CGROUP_RUN_PROG_UDP4_SENDMSG_LOCK(sk, addr, src)	0
#define BPF_CGROUP_RUN_PROG_UDP6_SENDMSG_LOCK(sk, addr, src)	0
#define BPF_CGROUP_RUN_PROG_UDP4_RECVMSG_LOCK(sk, addr)	({ 0; })
#define BPF_CGROUP_RUN_PROG_UDP6_RECVMSG_LOCK(sk, addr)	({ 0; })

/* packets */
#define BPF_CGROUP_RUN_PROG_INET_INGRESS(sk, skb)	0
#define BPF_CGROUP_RUN_PROG_INET_EGRESS(sk, skb)	0

/* TCP's calls to socket operations: 0 with an untouched reply means "default" */
#define BPF_CGROUP_RUN_PROG_SOCK_OPS(ops)	({ (void)(ops); 0; })
#define BPF_CGROUP_RUN_PROG_SOCK_OPS_SK(ops, sk)	({ (void)(ops); 0; })

/* socket options, sysctls, devices */
#define BPF_CGROUP_GETSOCKOPT_MAX_OPTLEN(optlen)	0
#define BPF_CGROUP_RUN_PROG_SETSOCKOPT(sk, level, optname, optval, optlen,	\
				       kernel_optval)	0
#define BPF_CGROUP_RUN_PROG_GETSOCKOPT(sk, level, optname, optval, optlen,	\
				       max_optlen, retval)	(retval)
#define BPF_CGROUP_RUN_PROG_GETSOCKOPT_KERN(sk, level, optname, optval,	\
					    optlen, retval)	(retval)
#define BPF_CGROUP_RUN_PROG_SYSCTL(head, table, write, buf, count, pos)	0
#define BPF_CGROUP_RUN_PROG_DEVICE_CGROUP(type, major, minor, access)	0

#endif /* _LINUX_BPF_CGROUP_H */
