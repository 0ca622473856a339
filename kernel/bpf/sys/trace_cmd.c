// SPDX-License-Identifier: GPL-2.0-only
/*
 * bpf(2) on events: attaching a program to a raw tracepoint, and what the program behind
 * some process's descriptor is attached to. Perf events have their own ioctl.
 * Tests: selftests/bpf/rawtp_test.c, id_test.c.
 */
#include <linux/bpf.h>
#include <linux/bpf_rawtp.h>
#include <linux/capability.h>
#include <linux/err.h>
#include <linux/file.h>
#include <linux/pid.h>
#include <linux/sched/task.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include "sys.h"

/**
 * bpf_cmd_raw_tp_open() - BPF_RAW_TRACEPOINT_OPEN
 * @attr:	raw_tracepoint.*: a program, and the tracepoint's name
 * @uattr:	not used
 *
 * Context: may sleep.
 * Return: descriptor, closing which detaches; -EBADF, -EFAULT (name), or an error of
 * bpf_raw_tp_open().
 */
int bpf_cmd_raw_tp_open(union bpf_attr *attr, union bpf_attr __user *uattr)
{
	char name[BPF_RAW_TP_NAME_BYTES];
	struct bpf_prog *prog;
	int fd;

	prog = bpf_prog_get(attr->raw_tracepoint.prog_fd);
	if (IS_ERR(prog))
		return PTR_ERR(prog);
	if (prog->type != BPF_PROG_TYPE_RAW_TRACEPOINT) {
		fd = -EINVAL;
	} else if (strncpy_from_user(name, u64_to_user_ptr(attr->raw_tracepoint.name),
				     sizeof(name) - 1) < 0) {
		fd = -EFAULT;
	} else {
		/* a longer name is none of a tracepoint, whatever its end */
		name[sizeof(name) - 1] = '\0';
		fd = bpf_raw_tp_open(prog, name);
	}
	if (fd < 0)
		bpf_prog_put(prog);
	return fd;
}

/* file of a descriptor of another process, held; for fput() */
static struct file *file_of(u32 pid, u32 fd)
{
	struct task_struct *task;
	struct file *file;

	task = find_get_task_by_vpid(pid);
	if (!task)
		return ERR_PTR(-ENOENT);
	file = fget_task(task, fd);
	put_task_struct(task);
	return file ?: ERR_PTR(-EBADF);
}

/*
 * The name to the caller's buffer, cut where that is too short, and always its length.
 * 0, -EFAULT, or -ENOSPC, with which everything else is told all the same.
 */
static int tell_name(const char *name, const union bpf_attr *attr,
		     union bpf_attr __user *uattr)
{
	char __user *buf = u64_to_user_ptr(attr->task_fd_query.buf);
	u32 len = name ? strlen(name) : 0;
	u32 room = attr->task_fd_query.buf_len;
	u32 fits = min(len, room - 1);

	if (put_user(len, &uattr->task_fd_query.buf_len))
		return -EFAULT;
	if (!room || !buf)
		return 0;
	if (copy_to_user(buf, name, fits) || put_user('\0', buf + fits))
		return -EFAULT;
	return fits < len ? -ENOSPC : 0;
}

static int tell_site(const struct bpf_event_site *site, const union bpf_attr *attr,
		     union bpf_attr __user *uattr)
{
	int err = tell_name(site->name, attr, uattr);

	if (err == -EFAULT ||
	    put_user(site->prog_id, &uattr->task_fd_query.prog_id) ||
	    put_user(site->fd_type, &uattr->task_fd_query.fd_type) ||
	    put_user(site->offset, &uattr->task_fd_query.probe_offset) ||
	    put_user(site->address, &uattr->task_fd_query.probe_addr))
		return -EFAULT;
	return err;
}

/**
 * bpf_cmd_task_fd_query() - BPF_TASK_FD_QUERY
 * @attr:	task_fd_query.*: a process and one of its descriptors, a buffer for a name
 * @uattr:	takes the length of the name, and what the program is attached to
 *
 * Context: may sleep.
 * Return: 0; -EPERM, -EINVAL (flags), -ENOENT (no such process, or no program), -EBADF
 * (no such descriptor), -ENOSPC (the name is longer than the buffer), -EFAULT, or an
 * error of bpf_event_site().
 */
int bpf_cmd_task_fd_query(union bpf_attr *attr, union bpf_attr __user *uattr)
{
	struct bpf_event_site site = { };
	struct file *file;
	int err;

	if (!capable(CAP_SYS_ADMIN))
		return -EPERM;
	if (attr->task_fd_query.flags)
		return -EINVAL;
	file = file_of(attr->task_fd_query.pid, attr->task_fd_query.fd);
	if (IS_ERR(file))
		return PTR_ERR(file);
	err = bpf_event_site(file, &site);
	if (!err)
		err = tell_site(&site, attr, uattr);
	kfree(site.name);
	fput(file);
	return err;
}
