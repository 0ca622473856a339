// SPDX-License-Identifier: GPL-2.0-only
/* Between the members of a structure there may be bytes that no initialiser reaches, and a
 * key is compared with all its bytes.
 */
#include "errors.h"

struct key {
	__u8 protocol;
	__u32 port;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 64);
	__type(key, struct key);
	__type(value, __u64);
} ports SEC(".maps");

SEC("socket")
int prog(struct __sk_buff *skb)
{
	__u64 one = 1;
#ifdef FIXED
	struct key k = { };

	__builtin_memset(&k, 0, sizeof(k));
#else
	struct key k;
#endif

	k.protocol = skb->protocol;
	k.port = skb->mark;
	bpf_map_update_elem(&ports, &k, &one, BPF_ANY);
	return 0;
}

char _license[] SEC("license") = "GPL";
