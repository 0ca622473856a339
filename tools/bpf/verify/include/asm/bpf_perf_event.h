/* SPDX-License-Identifier: GPL-2.0-only */
/* Stand-in: as architectures have it whose registers are in the interface. */
#ifndef _SHIM_ASM_BPF_PERF_EVENT_H
#define _SHIM_ASM_BPF_PERF_EVENT_H

#include <uapi/asm-generic/bpf_perf_event.h>

#endif /* _SHIM_ASM_BPF_PERF_EVENT_H */
