/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A loaded program told to people: its instructions as they could have been written.
 *
 * Layer K1. Implemented in kernel/bpf/prog/tell.c.
 */
#ifndef _LINUX_BPF_TELL_H
#define _LINUX_BPF_TELL_H

#include <linux/types.h>

struct bpf_insn;
struct bpf_prog;

void bpf_prog_tell_insn(const struct bpf_prog *prog, struct bpf_insn *insn, bool raw_ok);

#endif /* _LINUX_BPF_TELL_H */
