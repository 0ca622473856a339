/* SPDX-License-Identifier: GPL-2.0-only */
/* Stand-in: all of it is in linux/sched.h. */
#include <linux/sched.h>
