// SPDX-License-Identifier: GPL-2.0-only
/* What a kernel pointer points to is read by a helper, which knows what to do if it is bad. */
#include "errors.h"

SEC("kprobe/do_sys_openat2")
int prog(void *context)
{
	const char *name = *(const char **)context;
#ifdef FIXED
	char first = 0;

	bpf_probe_read_kernel(&first, sizeof(first), name);
	return first;
#else
	return *name;
#endif
}

char _license[] SEC("license") = "GPL";
