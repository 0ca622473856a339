/* SPDX-License-Identifier: GPL-2.0-only */
/* Stand-in: to a user-space program, linux/bpf.h is the binary interface. */
#include <uapi/linux/bpf.h>
