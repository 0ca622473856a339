// SPDX-License-Identifier: GPL-2.0-only
/* A pointer that may be NULL is moved before it is tested, and NULL plus 4 passes the test.
 * (The compiler often puts the two in order; the empty assembler keeps it from that.)
 */
#include "errors.h"

SEC("socket")
int prog(struct __sk_buff *skb)
{
	char *bytes = (char *)find_record();

#ifdef FIXED
	if (!bytes)
		return 0;
	bytes += 4;
#else
	bytes += 4;
	asm volatile("" : "+r"(bytes));
	if (!bytes)
		return 0;
#endif
	return *bytes;
}

char _license[] SEC("license") = "GPL";
