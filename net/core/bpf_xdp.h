/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Programs on frames (xdp_ctx.c).
 *
 * Private to net/core and to the user-space build. Layer K5.
 */
#ifndef _NET_CORE_BPF_XDP_H
#define _NET_CORE_BPF_XDP_H

#include <linux/bpf_func.h>

extern const struct bpf_type_ops bpf_xdp_type;
const struct bpf_func_proto *bpf_xdp_proto(enum bpf_func_id id);

#endif /* _NET_CORE_BPF_XDP_H */
