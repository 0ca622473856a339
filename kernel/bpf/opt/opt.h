/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The optimiser: a program becomes one that does the same in fewer instructions. It
 * takes and gives plain instructions, so classic and extended programs, the interpreter
 * and every code generator share it. It knows nothing of maps, types or machines.
 *
 * Layer K3o, between the instructions and the programs; builds in user space too.
 */
#ifndef _BPF_OPT_H
#define _BPF_OPT_H

#include <linux/types.h>
#include <uapi/linux/bpf.h>

/**
 * struct bpf_code - instructions on their way to a runtime
 * @insns:	memory of kvmalloc(), the owner's to kvfree()
 * @count:	how many
 */
struct bpf_code {
	struct bpf_insn	*insns;
	u32		count;
};

/*
 * opt.c: replaces code->insns by better ones. Programs with functions of their own come
 * back as they are. 0, or -ENOMEM: @code is then unchanged and as good as before
 */
int bpf_opt_run(struct bpf_code *code);

#endif /* _BPF_OPT_H */
