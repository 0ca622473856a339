/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Instructions as text, in the notation users of Linux know.
 *
 * Layer K0: pure; builds in user space too.
 */
#ifndef _BPF_DISASM_H
#define _BPF_DISASM_H

#include <linux/types.h>
#include <uapi/linux/bpf.h>

/* the longest text, its final zero included */
#define BPF_DISASM_BYTES	80

const char *bpf_func_id_name(s32 id);
int bpf_disasm(const struct bpf_insn *insn, u32 left, char *buf, size_t size);

#endif /* _BPF_DISASM_H */
