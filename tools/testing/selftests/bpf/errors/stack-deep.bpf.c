// SPDX-License-Identifier: GPL-2.0-only
/* The stack has 512 bytes. (The compiler says so itself; assembler does not.) */
#include "errors.h"

#ifdef FIXED
#define DEEPEST "r10 - 512"
#else
#define DEEPEST "r10 - 520"
#endif

SEC("socket")
int prog(struct __sk_buff *skb)
{
	asm volatile("*(u64 *)(" DEEPEST ") = %0" :: "r"((__u64)skb->len));
	return 0;
}

char _license[] SEC("license") = "GPL";
