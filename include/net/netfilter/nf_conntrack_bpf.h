/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Connection tracking functions for programs are absent; registering none
 * succeeds.
 *
 * Layer K1.
 */
#ifndef _NF_CONNTRACK_BPF_H
#define _NF_CONNTRACK_BPF_H

static inline int register_nf_conntrack_bpf(void)
{
	return 0;
}

static inline void cleanup_nf_conntrack_bpf(void)
{
}

static inline int register_nf_nat_bpf(void)
{
	return 0;
}

#endif /* _NF_CONNTRACK_BPF_H */
