/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What every cgroup holds for programs attached to it: nothing. Programs on
 * cgroups are absent.
 *
 * Layer K1.
 */
#ifndef _LINUX_BPF_CGROUP_DEFS_H
#define _LINUX_BPF_CGROUP_DEFS_H

/* the base embeds one in struct cgroup */
struct cgroup_bpf {
};

#endif /* _LINUX_BPF_CGROUP_DEFS_H */
