// SPDX-License-Identifier: GPL-2.0-only
/* A map of any kind; if nothing is said, one that no kernel makes: a ring buffer with keys. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#ifndef TYPE
#define TYPE 27
#define KEY 4
#define VALUE 0
#define ENTRIES 4096
#define FLAGS 0
#endif


struct {
	__uint(type, TYPE);
	__uint(key_size, KEY);
	__uint(value_size, VALUE);
	__uint(max_entries, ENTRIES);
	__uint(map_flags, FLAGS);
} the_map SEC(".maps");

/* whatever the map is, the verifier has a word to say */
SEC("socket")
int prog(struct __sk_buff *skb)
{
	__u64 key[8] = { }, *value = bpf_map_lookup_elem(&the_map, key);

	if (value)
		*value = 1;
	return 0;
}

char _license[] SEC("license") = "GPL";
