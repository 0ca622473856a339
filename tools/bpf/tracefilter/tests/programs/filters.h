/* SPDX-License-Identifier: GPL-2.0-only */
/* What the programs of the tests share: no header of a kernel or a library. */
#ifndef TESTS_FILTERS_H
#define TESTS_FILTERS_H

#define SEC(name) __attribute__((section(name), used))

/* struct bpf_context */
struct args {
	unsigned long long arg1, arg2, arg3, arg4, arg5, arg6, ret;
};

#endif /* TESTS_FILTERS_H */
