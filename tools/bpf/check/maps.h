/* SPDX-License-Identifier: GPL-2.0-only */
/* Maps that are nothing but what was asked for. */
#ifndef TOOLS_BPF_CHECK_MAPS_H
#define TOOLS_BPF_CHECK_MAPS_H

struct bpf_map;

void maps_free(struct bpf_map *map);
const void *maps_constant(const struct bpf_map *map);

#endif /* TOOLS_BPF_CHECK_MAPS_H */
