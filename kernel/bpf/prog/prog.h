/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the files of kernel/bpf/prog share and nobody else uses.
 *
 * Layer K4.
 */
#ifndef _BPF_PROG_PRIVATE_H
#define _BPF_PROG_PRIVATE_H

#include <linux/errno.h>
#include <linux/types.h>
#include "../opt/opt.h"

struct bpf_func_proto;
struct bpf_jit_func;
struct bpf_prog;

/**
 * struct bpf_unit - a program on its way to a runtime
 * @code:	its instructions as they shall run
 * @funcs:	its functions, in order, the first one at 0
 * @func_count:	how many, at least one
 */
struct bpf_unit {
	struct bpf_code		code;
	struct bpf_jit_func	*funcs;
	u32			func_count;
};

/* fd.c: takes the program's number away; any context */
void bpf_prog_release_id(struct bpf_prog *prog);

/* select.c: what bpf_prog_select_runtime() made, apart from the program itself */
void bpf_runtime_free(struct bpf_prog *prog);
u64 bpf_runtime_memory(const struct bpf_prog *prog);

/* events.c: the last reference is gone, the number is not yet; any context */
#ifdef CONFIG_BPF_SYSCALL
void bpf_prog_unloaded(struct bpf_prog *prog);
#else
static inline void bpf_prog_unloaded(struct bpf_prog *prog)
{
}
#endif

/* jit.c, interp_prog.c: the two runtimes; kernel-doc is there */
#ifdef CONFIG_BPF_JIT
int bpf_jit_make(struct bpf_prog *prog, const struct bpf_unit *unit);
void bpf_jit_free(struct bpf_prog *prog);
u64 bpf_jit_memory(const struct bpf_prog *prog);
#else
static inline int bpf_jit_make(struct bpf_prog *prog, const struct bpf_unit *unit)
{
	return -EOPNOTSUPP;
}

static inline void bpf_jit_free(struct bpf_prog *prog)
{
}

static inline u64 bpf_jit_memory(const struct bpf_prog *prog)
{
	return 0;
}
#endif

#ifndef CONFIG_BPF_JIT_ALWAYS_ON
int bpf_interp_make(struct bpf_prog *prog, const struct bpf_unit *unit);
void bpf_interp_free(struct bpf_prog *prog);
u64 bpf_interp_memory(const struct bpf_prog *prog);
#else
/* the number that released kernels give, although it is not one of user space's */
static inline int bpf_interp_make(struct bpf_prog *prog, const struct bpf_unit *unit)
{
	return -ENOTSUPP;
}

static inline void bpf_interp_free(struct bpf_prog *prog)
{
}

static inline u64 bpf_interp_memory(const struct bpf_prog *prog)
{
	return 0;
}
#endif

/* blind.c: kernel-doc is there; builds in user space too */
int bpf_blind(struct bpf_code *code, struct bpf_jit_func *funcs, u32 func_count);

/* printf.c */
int bpf_format(char *out, u32 room, const char *fmt, u32 fmt_size,
	       const u64 *args, u32 count);

/* trace.c */
#ifdef CONFIG_EVENT_TRACING
const struct bpf_func_proto *bpf_trace_printk_proto(void);
const struct bpf_func_proto *bpf_trace_vprintk_proto(void);
#else
static inline const struct bpf_func_proto *bpf_trace_printk_proto(void)
{
	return NULL;
}

static inline const struct bpf_func_proto *bpf_trace_vprintk_proto(void)
{
	return NULL;
}
#endif

#endif /* _BPF_PROG_PRIVATE_H */
