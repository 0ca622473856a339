/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Programs that run under the oracle's eyes: in the interpreter, with its look before
 * every instruction of the original.
 *
 * Layer K4; builds in user space too.
 */
#ifndef _BPF_PROG_ORACLE_H
#define _BPF_PROG_ORACLE_H

#include <linux/errno.h>
#include <linux/types.h>
#include "../verifier/oracle.h"
#include "xinsn.h"

/**
 * struct bpf_oracle_code - a program as the interpreter runs it when it is watched
 * @claims:	what the verifier claimed of it
 * @ops:	of each instruction, the operation that was there before
 * @count:	instructions
 * @xcode:	the instructions
 */
struct bpf_oracle_code {
	const struct bv_claims	*claims;
	u8			*ops;
	u32			count;
	struct bpf_xinsn	xcode[];
};

/* bytes of one of @insns instructions, with room for what bpf_oracle_watch() notes */
static inline size_t bpf_oracle_bytes(u32 insns)
{
	return sizeof(struct bpf_oracle_code) +
	       (insns + 1) * (sizeof(struct bpf_xinsn) + sizeof(u8));
}

#if defined(__BPF_USER_BUILD__) || defined(CONFIG_BPF_ORACLE)

void bpf_oracle_watch(struct bpf_oracle_code *code, const struct bv_claims *claims, u32 insns);
u64 bpf_oracle_run(const struct bpf_oracle_code *code, struct bv_oracle_run *run);

#endif

struct bpf_prog;
struct bpf_unit;

/* oracle_prog.c: kernel-doc is there */
#ifdef CONFIG_BPF_ORACLE
bool bpf_oracle_wanted(void);
int bpf_oracle_make(struct bpf_prog *prog, const struct bpf_unit *unit);
void bpf_oracle_free(struct bpf_prog *prog);
#else
static inline bool bpf_oracle_wanted(void)
{
	return false;
}

static inline int bpf_oracle_make(struct bpf_prog *prog, const struct bpf_unit *unit)
{
	return -EOPNOTSUPP;
}

static inline void bpf_oracle_free(struct bpf_prog *prog)
{
}
#endif

#endif /* _BPF_PROG_ORACLE_H */
