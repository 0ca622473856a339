// SPDX-License-Identifier: GPL-2.0-only
/* A helper that is declared by hand, with an argument too few: r4 has no value. */
#include "errors.h"

#ifdef FIXED
#define update(map, key, value) bpf_map_update_elem(map, key, value, BPF_ANY)
#else
static long (*update)(void *map, const void *key, const void *value) =
	(void *)BPF_FUNC_map_update_elem;
#endif

SEC("socket")
int prog(struct __sk_buff *skb)
{
	struct record r = { };
	__u32 key = 0;

	return update(&records, &key, &r);
}

char _license[] SEC("license") = "GPL";
