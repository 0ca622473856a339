/* SPDX-License-Identifier: GPL-2.0-only */
/* Stand-in: what tables of helpers and fields are written with. */
#ifndef _SHIM_LINUX_FILTER_H
#define _SHIM_LINUX_FILTER_H

#include <linux/bpf.h>
#include <linux/errno.h>

#define BPF_INSN(c, d, s, o, i)						\
	((struct bpf_insn){ .code = (c), .dst_reg = (d), .src_reg = (s),	\
			    .off = (o), .imm = (i) })
#define BPF_LDX_MEM(size, d, s, o) \
	BPF_INSN(BPF_LDX | (size) | BPF_MEM, d, s, o, 0)
#define BPF_ALU64_REG(op, d, s)	BPF_INSN(BPF_ALU64 | (op) | BPF_X, d, s, 0, 0)
#define BPF_ALU32_IMM(op, d, i)	BPF_INSN(BPF_ALU | (op) | BPF_K, d, 0, 0, i)
#define BPF_MOV64_IMM(d, i)	BPF_INSN(BPF_ALU64 | BPF_MOV | BPF_K, d, 0, 0, i)
#define BPF_MOV32_IMM(d, i)	BPF_INSN(BPF_ALU | BPF_MOV | BPF_K, d, 0, 0, i)
#define BPF_JMP_IMM(op, d, i, o)	BPF_INSN(BPF_JMP | (op) | BPF_K, d, 0, o, i)

/* instructions of an unprivileged program, as linux/filter.h of the interface has it */
#define BPF_MAXINSNS	4096
#define SKF_AD_OFF	(-0x1000)
#define SKF_AD_MAX	64

struct sock_filter;

#endif /* _SHIM_LINUX_FILTER_H */
