// SPDX-License-Identifier: GPL-2.0-only
/* Which helpers there are depends on the type: who sends a packet is not known on a socket. */
#include "errors.h"

#ifdef FIXED
SEC("kprobe/do_sys_openat2")
#else
SEC("socket")
#endif
int prog(void *context)
{
	return bpf_get_current_pid_tgid() >> 32;
}

char _license[] SEC("license") = "GPL";
