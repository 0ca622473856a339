/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Words of the oracle. Layer V6: kernel-doc is with the definitions.
 */
#ifndef _BPF_VERIFIER_ORACLE_SHOW_H
#define _BPF_VERIFIER_ORACLE_SHOW_H

#include "claims.h"

/* bytes of a line */
#define BV_ORACLE_LINE	200

__printf(1, 2) void bv_oracle_say(const char *fmt, ...);
void bv_oracle_show_program(const struct bv_claims *c, u32 now);
void bv_oracle_show_claim(const struct bv_claims *c, const struct bv_claim *claim);
void bv_oracle_show_run(const struct bv_oracle_run *run);

#endif /* _BPF_VERIFIER_ORACLE_SHOW_H */
