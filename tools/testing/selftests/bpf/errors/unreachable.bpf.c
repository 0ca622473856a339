// SPDX-License-Identifier: GPL-2.0-only
/* Every instruction is one that can run. (The compiler leaves none; assembler may.) */
#include "errors.h"

SEC("socket")
int prog(struct __sk_buff *skb)
{
#ifdef FIXED
	asm volatile("r0 = 0; exit");
#else
	asm volatile("r0 = 0; exit; r0 = 1; exit");
#endif
	__builtin_unreachable();
}

char _license[] SEC("license") = "GPL";
