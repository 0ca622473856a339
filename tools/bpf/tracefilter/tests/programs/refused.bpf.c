// SPDX-License-Identifier: GPL-2.0-only
/* What the verifier refuses: a number as if it were an address. */
#include "filters.h"

SEC("filter")
int follow(struct args *a)
{
	return *(int *)a->arg1;
}

char _license[] SEC("license") = "GPL";
