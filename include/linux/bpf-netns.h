/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Programs attached to a network namespace are absent.
 *
 * Layer K1.
 */
#ifndef _LINUX_BPF_NETNS_H
#define _LINUX_BPF_NETNS_H

#include <net/netns/bpf.h>

#endif /* _LINUX_BPF_NETNS_H */
