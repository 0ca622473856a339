/* SPDX-License-Identifier: GPL-2.0-only */
/* Types that programs come with: counted. */
#ifndef TOOLS_BPF_CHECK_TYPES_H
#define TOOLS_BPF_CHECK_TYPES_H

struct bpf_btf;

void types_hold(struct bpf_btf *btf);

#endif /* TOOLS_BPF_CHECK_TYPES_H */
