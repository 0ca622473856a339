/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Type information of the running kernel; types that programs come with are objects,
 * linux/bpf_btf.h. Functions of the kernel that programs
 * could call are absent: registering a set of them is accepted and does nothing,
 * so that their owners (TCP congestion control, cgroup statistics) start.
 *
 * Layer K1.
 */
#ifndef _LINUX_BTF_H
#define _LINUX_BTF_H

#include <linux/bits.h>
#include <linux/btf_ids.h>
#include <linux/types.h>
#include <uapi/linux/btf.h>

struct module;

/* a set of functions, as its owner declares it */
struct btf_kfunc_id_set {
	struct module	*owner;
	struct btf_id_set8 *set;
};

/* flags of a function in a set */
#define KF_SLEEPABLE	BIT(5)

static inline int register_btf_kfunc_id_set(int prog_type,
					    const struct btf_kfunc_id_set *set)
{
	return 0;
}

/* make the compiler describe the enumeration that has this member */
#define BTF_TYPE_EMIT_ENUM(member)	((void)(member))

#endif /* _LINUX_BTF_H */
