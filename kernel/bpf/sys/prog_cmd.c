// SPDX-License-Identifier: GPL-2.0-only
/*
 * bpf(2) on programs: load, and run once for a test.
 *
 * Tests: selftests/bpf/sys_test.c, sock_test.c.
 */
#include <linux/bpf.h>
#include <linux/err.h>
#include "sys.h"

/**
 * bpf_cmd_prog_load() - BPF_PROG_LOAD
 * @attr:	the program, see bpf_prog_load()
 * @uattr:	likewise
 *
 * Context: may sleep.
 * Return: descriptor, or an error of bpf_prog_load(), -EMFILE, -ENFILE.
 */
int bpf_cmd_prog_load(union bpf_attr *attr, union bpf_attr __user *uattr)
{
	struct bpf_prog *loaded = bpf_prog_load(attr, uattr);
	int fd = PTR_ERR_OR_ZERO(loaded);

	if (fd)
		return fd;
	fd = bpf_prog_new_fd(loaded);
	if (fd < 0)
		bpf_prog_put(loaded);
	return fd;
}

/**
 * bpf_cmd_prog_test_run() - BPF_PROG_TEST_RUN
 * @attr:	test.*: what the program is given
 * @uattr:	where its results go
 *
 * Context: may sleep.
 * Return: 0; -EBADF, -EINVAL (no program, context without size or the reverse),
 * -ENOTSUPP (type has no test run), or what the type's test run says.
 */
int bpf_cmd_prog_test_run(union bpf_attr *attr, union bpf_attr __user *uattr)
{
	const struct bpf_type_ops *type;
	struct bpf_prog *tested;
	int err;

	if (!attr->test.ctx_size_in != !attr->test.ctx_in ||
	    !attr->test.ctx_size_out != !attr->test.ctx_out)
		return -EINVAL;
	tested = bpf_prog_get(attr->test.prog_fd);
	err = PTR_ERR_OR_ZERO(tested);
	if (err)
		return err;
	type = bpf_type_find(tested->type);
	err = type->test_run ? type->test_run(tested, attr, uattr) : -ENOTSUPP;
	bpf_prog_put(tested);
	return err;
}
