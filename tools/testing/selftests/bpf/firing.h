/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The module whose events have what contents a test likes, kernel/trace/bpf/pred_events.c.
 */
#ifndef SELFTESTS_BPF_FIRING_H
#define SELFTESTS_BPF_FIRING_H

#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "pred_values.h"

#define FIRING_MODULE	"/pred_events.ko"
#define FIRING_DEVICE	"/dev/pred_events"

/* the module is there, loaded or ready to be: descriptor of its device, or -1 */
static inline int open_device(void)
{
	int fd = open(FIRING_MODULE, O_RDONLY), device;

	if (fd >= 0) {
		syscall(__NR_finit_module, fd, "", 0);
		close(fd);
	}
	device = open(FIRING_DEVICE, O_WRONLY);
	return device;
}

#endif /* SELFTESTS_BPF_FIRING_H */
