/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Running accepted programs under the oracle (kernel/bpf/verifier/oracle.c).
 */
#ifndef TOOLS_BPF_ORACLE_H
#define TOOLS_BPF_ORACLE_H

#include <linux/types.h>
#include "verify.h"

struct bpf_oracle_code;

/* @res: as bpf_check() gave it with claims; NULL: it cannot be watched */
struct bpf_oracle_code *oracle_make(const struct bv_result *res);
void oracle_free(struct bpf_oracle_code *code);

/* runs it once; false where a claim did not hold: oracle_told() says which */
bool oracle_run(const struct bpf_oracle_code *code, const void *ctx, u32 stack_depth,
		u8 garbage, u64 *r0);
const char *oracle_told(void);

#endif /* TOOLS_BPF_ORACLE_H */
