/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the files of kernel/bpf/prog share and nobody else uses.
 *
 * Layer K4.
 */
#ifndef _BPF_PROG_PRIVATE_H
#define _BPF_PROG_PRIVATE_H

#include <linux/types.h>

struct bpf_code;
struct bpf_func_proto;
struct bpf_jit_func;
struct bpf_prog;

/* fd.c: takes the program's number away; any context */
void bpf_prog_release_id(struct bpf_prog *prog);

/* select.c: what bpf_prog_select_runtime() made, apart from the program itself */
void bpf_runtime_free(struct bpf_prog *prog);
u64 bpf_runtime_memory(const struct bpf_prog *prog);

/* blind.c: kernel-doc is there; builds in user space too */
int bpf_blind(struct bpf_code *code, struct bpf_jit_func *funcs, u32 func_count);

/* printf.c */
int bpf_format(char *out, u32 room, const char *fmt, u32 fmt_size,
	       const u64 *args, u32 count);

/* trace.c */
#ifdef CONFIG_EVENT_TRACING
const struct bpf_func_proto *bpf_trace_printk_proto(void);
#else
static inline const struct bpf_func_proto *bpf_trace_printk_proto(void)
{
	return NULL;
}
#endif

#endif /* _BPF_PROG_PRIVATE_H */
