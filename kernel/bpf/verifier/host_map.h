/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the verifier is told of a map, but for the map's own functions: those are at
 * other places in the kernel than in user space (tools/bpf/check). For host_kernel.c
 * and its counterpart there only; the verifier does not see struct bpf_map.
 */
#ifndef _BPF_VERIFIER_HOST_MAP_H
#define _BPF_VERIFIER_HOST_MAP_H

#include <linux/bpf.h>
#include <linux/bpf_btf.h>
#include "host.h"

/* where a program finds values without a call */
static inline struct bv_values bv_describe_values(const struct bpf_map *map)
{
	const struct bpf_array *array = container_of(map, struct bpf_array, map);
	struct bv_values out = { 0 };

	if (!map->ops->flat && map->type != BPF_MAP_TYPE_PROG_ARRAY)
		return out;
	if (map->ops->flat) {
		out.off = map->ops->flat;
		out.stride = array->elem_size;
	}
	out.count = map->max_entries;
	out.mask = array->index_mask;
	return out;
}

static inline struct bv_map bv_describe_map(struct bpf_map *map)
{
	return (struct bv_map){
		.map = map,
		.type = map->type,
		.key_size = map->key_size,
		.value_size = map->value_size,
		.max_entries = map->max_entries,
		.flags = map->flags,
		.opaque = map->ops->opaque,
		.key_before = map->ops->next_elem ? round_up(map->key_size, 8) : 0,
		.id = map->id,
		.types = map->btf ? bpf_btf_types(map->btf) : NULL,
		.value_type = map->value_type,
		.values = bv_describe_values(map),
	};
}

#endif /* _BPF_VERIFIER_HOST_MAP_H */
