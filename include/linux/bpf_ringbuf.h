/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Ring buffers from programs to user space: the helpers, for those who offer them.
 *
 * Layer K1. Implemented in kernel/bpf/map/ringbuf.c.
 */
#ifndef _LINUX_BPF_RINGBUF_H
#define _LINUX_BPF_RINGBUF_H

#include <linux/bpf_func.h>

const struct bpf_func_proto *bpf_ringbuf_proto(enum bpf_func_id id);

#endif /* _LINUX_BPF_RINGBUF_H */
