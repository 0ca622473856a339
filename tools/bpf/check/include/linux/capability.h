/* SPDX-License-Identifier: GPL-2.0-only */
/* Stand-in: the caller is who the command line says. */
#ifndef _SHIM_LINUX_CAPABILITY_H
#define _SHIM_LINUX_CAPABILITY_H

#include <linux/types.h>

#define CAP_SYS_ADMIN	21

/* world.c */
extern bool world_privileged;

#define capable(cap)		((void)(cap), world_privileged)
#define bpf_capable()		world_privileged
#define perfmon_capable()	world_privileged

#endif /* _SHIM_LINUX_CAPABILITY_H */
