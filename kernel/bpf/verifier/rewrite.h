/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * After acceptance: the instructions are made what the machine runs. These rooms may
 * fail for memory and nothing else; they may not refuse for safety.
 *
 * Layer V7.
 */
#ifndef _BPF_VERIFIER_REWRITE_H
#define _BPF_VERIFIER_REWRITE_H

#include "env.h"

/*
 * trim.c: arms that no path took become straight line, instructions that no path
 * reached go away. 0 or -ENOMEM
 */
int bv_trim(struct bv_env *env);

/*
 * lower.c: one pass that writes a new instruction array: context accesses through
 * info->view become loads and stores of the kernel's objects (ctxconv.c emits one
 * access), map references become addresses, calls become distances from
 * __bpf_call_base, a call with one known map becomes the map's own function. Linear
 * in the program: no instruction is inserted by moving those behind it. 0, -ENOMEM
 */
int bv_lower(struct bv_env *env);

/* ctxconv.c: instructions for one access; returns how many, at most BPF_EMIT_MAX + 4 */
u32 bv_ctxconv_emit(const struct bpf_view *view, const struct bpf_insn *insn,
		    struct bpf_insn *out);

#endif /* _BPF_VERIFIER_REWRITE_H */
