/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Arrays whose values are descriptors for user space and objects for the kernel: a struct
 * bpf_array, as code generators know it, with what the type needs before it.
 *
 * Layer K2. Implemented in fdarray.c; kernel-doc is with the definitions.
 */
#ifndef _BPF_MAP_FDARRAY_H
#define _BPF_MAP_FDARRAY_H

#include <linux/bpf_map.h>
#include "types.h"

int fdarray_check(const struct bpf_map_spec *spec);
struct bpf_array *fdarray_alloc(const struct bpf_map_ops *ops,
				const struct bpf_map_spec *spec, u32 head);
void fdarray_free(struct bpf_array *array, u32 head);
void **fdarray_slot(struct bpf_map *map, u32 index);
void **fdarray_find(struct bpf_map *map, const void *key);
bool fdarray_exchange(void **slot, void *object, void (*put)(void *object));
long fdarray_remove(struct bpf_map *map, const void *key, void (*put)(void *object));
void fdarray_clear(struct bpf_map *map, void (*put)(void *object));
int fdarray_next_key(struct bpf_map *map, const void *key, void *next);

#endif /* _BPF_MAP_FDARRAY_H */
