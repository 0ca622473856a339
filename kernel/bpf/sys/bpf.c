// SPDX-License-Identifier: GPL-2.0-only
/*
 * bpf(2): the table of commands, who may call them, and the sysctl that decides about
 * callers without privilege.
 *
 * Adding a command is a row here and a function in one of the *_cmd.c files. This file
 * never looks into an argument. Tests: selftests/bpf/sys_test.c.
 */
#include <linux/bpf.h>
#include <linux/capability.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/nospec.h>
#include <linux/security.h>
#include <linux/syscalls.h>
#include <linux/sysctl.h>
#include "sys.h"

/**
 * struct bpf_command - a command of bpf(2)
 * @run:	does it; NULL in a row without command
 * @creates:	makes a map or a program, so the sysctl applies. Others work on a
 *		descriptor, and having that is permission enough
 * @span_count:	number of spans
 * @spans:	bytes of the argument that the command uses
 */
struct bpf_command {
	bpf_cmd_fn		run;
	bool			creates;
	u8			span_count;
	struct bpf_attr_span	spans[3];
};

static const struct bpf_command commands[] = {
	[BPF_MAP_CREATE] = {
		.run = bpf_cmd_map_create, .creates = true, .span_count = 3,
		.spans = { BPF_ATTR_SPAN(map_type, map_flags),
			   BPF_ATTR_SPAN(numa_node, map_name),
			   BPF_ATTR_SPAN(btf_fd, btf_value_type_id) },
	},
	[BPF_MAP_LOOKUP_ELEM] = {
		.run = bpf_cmd_map_lookup, .span_count = 1,
		.spans = { BPF_ATTR_SPAN(map_fd, flags) },
	},
	[BPF_MAP_UPDATE_ELEM] = {
		.run = bpf_cmd_map_update, .span_count = 1,
		.spans = { BPF_ATTR_SPAN(map_fd, flags) },
	},
	[BPF_MAP_DELETE_ELEM] = {
		.run = bpf_cmd_map_delete, .span_count = 1,
		.spans = { BPF_ATTR_SPAN(map_fd, key) },
	},
	[BPF_MAP_GET_NEXT_KEY] = {
		.run = bpf_cmd_map_next_key, .span_count = 1,
		.spans = { BPF_ATTR_SPAN(map_fd, next_key) },
	},
	[BPF_PROG_LOAD] = {
		.run = bpf_cmd_prog_load, .creates = true, .span_count = 3,
		.spans = { BPF_ATTR_SPAN(prog_type, prog_name),
			   BPF_ATTR_SPAN(expected_attach_type, line_info_cnt),
			   BPF_ATTR_SPAN(fd_array, fd_array) },
	},
	[BPF_PROG_TEST_RUN] = {
		.run = bpf_cmd_prog_test_run, .span_count = 1,
		.spans = { BPF_ATTR_SPAN(test.prog_fd, test.ctx_out) },
	},
	[BPF_PROG_GET_NEXT_ID] = {
		.run = bpf_cmd_prog_next_id, .span_count = 1,
		.spans = { BPF_ATTR_SPAN(start_id, next_id) },
	},
	[BPF_MAP_GET_NEXT_ID] = {
		.run = bpf_cmd_map_next_id, .span_count = 1,
		.spans = { BPF_ATTR_SPAN(start_id, next_id) },
	},
	[BPF_PROG_GET_FD_BY_ID] = {
		.run = bpf_cmd_prog_fd_by_id, .span_count = 1,
		.spans = { BPF_ATTR_SPAN(prog_id, prog_id) },
	},
	[BPF_MAP_GET_FD_BY_ID] = {
		.run = bpf_cmd_map_fd_by_id, .span_count = 1,
		.spans = { BPF_ATTR_SPAN(map_id, open_flags) },
	},
	[BPF_OBJ_GET_INFO_BY_FD] = {
		.run = bpf_cmd_info_by_fd, .span_count = 1,
		.spans = { BPF_ATTR_SPAN(info.bpf_fd, info.info) },
	},
	[BPF_RAW_TRACEPOINT_OPEN] = {
		.run = bpf_cmd_raw_tp_open, .span_count = 1,
		.spans = { BPF_ATTR_SPAN(raw_tracepoint.name,
					 raw_tracepoint.prog_fd) },
	},
	[BPF_BTF_LOAD] = {
		.run = bpf_cmd_btf_load, .span_count = 1,
		.spans = { BPF_ATTR_SPAN(btf, btf_log_level) },
	},
	[BPF_BTF_GET_NEXT_ID] = {
		.run = bpf_cmd_btf_next_id, .span_count = 1,
		.spans = { BPF_ATTR_SPAN(start_id, next_id) },
	},
	[BPF_BTF_GET_FD_BY_ID] = {
		.run = bpf_cmd_btf_fd_by_id, .span_count = 1,
		.spans = { BPF_ATTR_SPAN(btf_id, btf_id) },
	},
	[BPF_MAP_FREEZE] = {
		.run = bpf_cmd_map_freeze, .span_count = 1,
		.spans = { BPF_ATTR_SPAN(map_fd, map_fd) },
	},
	[BPF_TASK_FD_QUERY] = {
		.run = bpf_cmd_task_fd_query, .span_count = 1,
		.spans = { BPF_ATTR_SPAN(task_fd_query.pid,
					 task_fd_query.probe_addr) },
	},
};

int sysctl_unprivileged_bpf_disabled __read_mostly =
	IS_ENABLED(CONFIG_BPF_UNPRIV_DEFAULT_OFF) ? 2 : 0;

static const struct bpf_command *find_command(int cmd)
{
	if (cmd < 0 || cmd >= ARRAY_SIZE(commands))
		return NULL;
	cmd = array_index_nospec(cmd, ARRAY_SIZE(commands));
	return commands[cmd].run ? &commands[cmd] : NULL;
}

static bool may_create(void)
{
	return unprivileged_ebpf_enabled() || bpf_capable();
}

/*
 * The errors come in the order in which released kernels give them: libraries probe for
 * features by them.
 */
SYSCALL_DEFINE3(bpf, int, cmd, union bpf_attr __user *, uattr, unsigned int, size)
{
	const struct bpf_command *command = find_command(cmd);
	union bpf_attr attr;
	int err;

	if (command && command->creates && !may_create())
		return -EPERM;
	err = bpf_attr_copy(&attr, uattr, size);
	if (err)
		return err;
	err = security_bpf(cmd, &attr, size);
	if (err)
		return err;
	if (!command)
		return -EINVAL;
	if (!bpf_attr_unused_zero(&attr, size, command->spans,
				  command->span_count))
		return -EINVAL;
	return command->run(&attr, uattr);
}

/**
 * unpriv_ebpf_notify() - the sysctl has changed
 * @new_state:	its value
 *
 * Architectures override it to report what unprivileged programs mean for their
 * speculation mitigations. May sleep.
 */
void __weak unpriv_ebpf_notify(int new_state)
{
}

/*
 * 1 is for good: whoever set it may rely on it until the next boot. 0 and 2 can be
 * swapped by the administrator.
 */
static int set_unprivileged(struct ctl_table *table, int write, void *buffer,
			    size_t *lenp, loff_t *ppos)
{
	int value = READ_ONCE(sysctl_unprivileged_bpf_disabled);
	struct ctl_table tmp = *table;
	bool for_good = value == 1;
	int err;

	if (write && !capable(CAP_SYS_ADMIN))
		return -EPERM;
	tmp.data = &value;
	err = proc_dointvec_minmax(&tmp, write, buffer, lenp, ppos);
	if (err || !write)
		return err;
	if (for_good && value != 1)
		return -EPERM;
	WRITE_ONCE(sysctl_unprivileged_bpf_disabled, value);
	unpriv_ebpf_notify(value);
	return 0;
}

static struct ctl_table bpf_sysctls[] = {
	{
		.procname	= "unprivileged_bpf_disabled",
		.mode		= 0644,
		.proc_handler	= set_unprivileged,
		.maxlen		= sizeof(int),
		.extra1		= SYSCTL_ZERO,
		.extra2		= SYSCTL_TWO,
	},
	{ }
};

static int __init bpf_sysctl_init(void)
{
	register_sysctl_init("kernel", bpf_sysctls);
	return 0;
}
late_initcall(bpf_sysctl_init);
