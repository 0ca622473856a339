/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What this kernel does not have, as the rest of the kernel asks for it: types
 * that only pass through, and answers that mean "there is none". A feature that
 * arrives takes its lines out of here.
 *
 * Must never grow an answer that a user of the feature could take for success.
 *
 * Layer K1. The few out-of-line answers are in net/core/bpf_absent.c.
 */
#ifndef _LINUX_BPF_ABSENT_H
#define _LINUX_BPF_ABSENT_H

#include <linux/errno.h>
#include <linux/module.h>
#include <linux/types.h>
#include <uapi/linux/bpf.h>

struct bpf_prog;
struct bpf_prog_aux;
struct seq_file;
struct sock;
struct task_struct;

/* ---- storage of programs in tasks; programs that call back ------------------ */

struct bpf_run_ctx;

static inline void bpf_task_storage_free(struct task_struct *task)
{
}

/* is the caller a program's helper, with the socket locked already? */
static inline bool has_current_bpf_ctx(void)
{
	return false;
}

/* ---- struct_ops: congestion control written as a program -------------------- */

/* every owner is a module, or built in */
static inline bool bpf_try_module_get(const void *ops, struct module *owner)
{
	return try_module_get(owner);
}

static inline void bpf_module_put(const void *ops, struct module *owner)
{
	module_put(owner);
}

/* ---- programs for a device's own processor --------------------------------- */

static inline bool bpf_prog_is_dev_bound(const struct bpf_prog_aux *aux)
{
	return false;
}

/* ---- sockets of a reuseport group in a map --------------------------------- */

static inline void bpf_sk_reuseport_detach(struct sock *sk)
{
}

/* ---- links: an attachment as a descriptor ----------------------------------- */

struct bpf_link;

/**
 * struct bpf_link_ops - what a kind of link can do; its link is the first argument
 * @detach:		undo the attachment although the descriptor stays
 * @release:		undo it because the descriptor goes
 * @dealloc:		then free the memory
 * @fill_link_info:	its part of struct bpf_link_info
 * @show_fdinfo:	lines for /proc/pid/fdinfo
 * @update_prog:	put a program in the place of another
 */
struct bpf_link_ops {
	int	(*detach)(struct bpf_link *l);
	void	(*release)(struct bpf_link *l);
	void	(*dealloc)(struct bpf_link *l);
	int	(*fill_link_info)(const struct bpf_link *l, struct bpf_link_info *to);
	void	(*show_fdinfo)(const struct bpf_link *l, struct seq_file *to);
	int	(*update_prog)(struct bpf_link *l, struct bpf_prog *put,
			       struct bpf_prog *taken);
};

/**
 * struct bpf_link - an attachment; the base's XDP code embeds one
 * @ops:	of its kind
 * @prog:	what is attached
 * @type:	its kind
 */
struct bpf_link {
	const struct bpf_link_ops	*ops;
	struct bpf_prog			*prog;
	enum bpf_link_type		type;
};

/**
 * struct bpf_link_primer - a link on its way to a descriptor
 * @link:	the link
 */
struct bpf_link_primer {
	struct bpf_link	*link;
};

void bpf_link_init(struct bpf_link *l, enum bpf_link_type kind,
		   const struct bpf_link_ops *ops, struct bpf_prog *attached);
void bpf_link_cleanup(struct bpf_link_primer *primed);
int bpf_link_settle(struct bpf_link_primer *primed);
int bpf_link_prime(struct bpf_link *l, struct bpf_link_primer *primed);

#endif /* _LINUX_BPF_ABSENT_H */
