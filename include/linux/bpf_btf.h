/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Types that programs come with, as objects: counted, with a number and descriptors.
 * What they say is asked in kernel/bpf/btf/types.h. kernel-doc is with the definitions.
 *
 * Layer K1. Implemented in kernel/bpf/btf/object.c.
 */
#ifndef _LINUX_BPF_BTF_H
#define _LINUX_BPF_BTF_H

#include <linux/types.h>

struct bpf_btf;
struct bpf_types;
struct file;

struct bpf_btf *bpf_btf_new(struct bpf_types *types);
struct bpf_btf *bpf_btf_get(u32 fd);
struct bpf_btf *bpf_btf_by_id(u32 id);
struct bpf_btf *bpf_btf_from_file(const struct file *file);
void bpf_btf_put(struct bpf_btf *btf);
int bpf_btf_new_fd(struct bpf_btf *btf);
int bpf_btf_next_id(u32 *id);
u32 bpf_btf_id(const struct bpf_btf *btf);
const struct bpf_types *bpf_btf_types(const struct bpf_btf *btf);

#endif /* _LINUX_BPF_BTF_H */
