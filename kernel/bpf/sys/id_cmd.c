// SPDX-License-Identifier: GPL-2.0-only
/*
 * bpf(2) on maps, programs and types of other processes: walking their numbers, and getting a
 * descriptor by a number. For administrators, as a descriptor is permission enough for
 * everything else. Tests: selftests/bpf/id_test.c.
 */
#include <linux/bpf.h>
#include <linux/bpf_btf.h>
#include <linux/bpf_ids.h>
#include <linux/capability.h>
#include <linux/err.h>
#include <linux/limits.h>
#include <linux/uaccess.h>
#include "sys.h"

#define OPEN_FLAGS	(BPF_F_RDONLY | BPF_F_WRONLY)

static int next_id(int (*from)(u32 *id), const union bpf_attr *attr,
		   union bpf_attr __user *uattr)
{
	u32 id = attr->start_id;
	int err;

	if (id >= INT_MAX)
		return -EINVAL;
	if (!capable(CAP_SYS_ADMIN))
		return -EPERM;
	id++;
	err = from(&id);
	return err ?: put_user(id, &uattr->next_id);
}

/**
 * bpf_cmd_prog_next_id() - BPF_PROG_GET_NEXT_ID
 * @attr:	start_id: a number, 0 to begin with
 * @uattr:	next_id becomes the least number of a program above it
 *
 * Return: 0; -EINVAL (no number), -EPERM, -ENOENT (none is above it), -EFAULT.
 */
int bpf_cmd_prog_next_id(union bpf_attr *attr, union bpf_attr __user *uattr)
{
	return next_id(bpf_prog_next_id, attr, uattr);
}

/**
 * bpf_cmd_map_next_id() - BPF_MAP_GET_NEXT_ID
 * @attr:	start_id: a number, 0 to begin with
 * @uattr:	next_id becomes the least number of a map above it
 *
 * Return: as bpf_cmd_prog_next_id().
 */
int bpf_cmd_map_next_id(union bpf_attr *attr, union bpf_attr __user *uattr)
{
	return next_id(bpf_map_next_id, attr, uattr);
}

/**
 * bpf_cmd_btf_next_id() - BPF_BTF_GET_NEXT_ID
 * @attr:	start_id: a number, 0 to begin with
 * @uattr:	next_id becomes the least number of types above it
 *
 * Return: as bpf_cmd_prog_next_id().
 */
int bpf_cmd_btf_next_id(union bpf_attr *attr, union bpf_attr __user *uattr)
{
	return next_id(bpf_btf_next_id, attr, uattr);
}

/**
 * bpf_cmd_btf_fd_by_id() - BPF_BTF_GET_FD_BY_ID
 * @attr:	btf_id
 * @uattr:	not used
 *
 * Context: may sleep.
 * Return: descriptor; -EPERM, -ENOENT, -EMFILE, -ENFILE, -ENOMEM.
 */
int bpf_cmd_btf_fd_by_id(union bpf_attr *attr, union bpf_attr __user *uattr)
{
	struct bpf_btf *found;
	int fd;

	if (!capable(CAP_SYS_ADMIN))
		return -EPERM;
	found = bpf_btf_by_id(attr->btf_id);
	if (IS_ERR(found))
		return PTR_ERR(found);
	fd = bpf_btf_new_fd(found);
	if (fd < 0)
		bpf_btf_put(found);
	return fd;
}

/**
 * bpf_cmd_prog_fd_by_id() - BPF_PROG_GET_FD_BY_ID
 * @attr:	prog_id
 * @uattr:	not used
 *
 * Context: may sleep.
 * Return: descriptor; -EPERM, -ENOENT, -EMFILE, -ENFILE, -ENOMEM.
 */
int bpf_cmd_prog_fd_by_id(union bpf_attr *attr, union bpf_attr __user *uattr)
{
	struct bpf_prog *found;
	int fd;

	if (!capable(CAP_SYS_ADMIN))
		return -EPERM;
	found = bpf_prog_by_id(attr->prog_id);
	if (IS_ERR(found))
		return PTR_ERR(found);
	fd = bpf_prog_new_fd(found);
	if (fd < 0)
		bpf_prog_put(found);
	return fd;
}

/**
 * bpf_cmd_map_fd_by_id() - BPF_MAP_GET_FD_BY_ID
 * @attr:	map_id; open_flags: BPF_F_RDONLY or BPF_F_WRONLY, or 0 for both rights
 * @uattr:	not used
 *
 * Context: may sleep.
 * Return: descriptor; -EINVAL (flags), -EPERM, -ENOENT, -EMFILE, -ENFILE, -ENOMEM.
 */
int bpf_cmd_map_fd_by_id(union bpf_attr *attr, union bpf_attr __user *uattr)
{
	struct bpf_map *found;
	int fd;

	if (attr->open_flags & ~OPEN_FLAGS)
		return -EINVAL;
	if (!capable(CAP_SYS_ADMIN))
		return -EPERM;
	if (attr->open_flags == OPEN_FLAGS)
		return -EINVAL;
	found = bpf_map_by_id(attr->map_id);
	if (IS_ERR(found))
		return PTR_ERR(found);
	fd = bpf_map_new_fd(found, attr->open_flags);
	if (fd < 0)
		bpf_map_put(found);
	return fd;
}
