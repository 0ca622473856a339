/* SPDX-License-Identifier: GPL-2.0-only */
/* Stand-in: what helpers and program types are written with. */
#ifndef _SHIM_LINUX_FILTER_H
#define _SHIM_LINUX_FILTER_H

#include <linux/bpf_func.h>

#define BPF_LDX_MEM(size, dst, src, offset)				\
	((struct bpf_insn) { .code = BPF_LDX | (size) | BPF_MEM,	\
			     .dst_reg = (dst), .src_reg = (src), .off = (offset) })

/* types.c */
const struct bpf_func_proto *bpf_base_proto(enum bpf_func_id id);
const struct bpf_func_proto *bpf_socket_filter_proto(enum bpf_func_id id);

#endif /* _SHIM_LINUX_FILTER_H */
