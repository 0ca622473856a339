// SPDX-License-Identifier: GPL-2.0-only
/*
 * net.core.bpf_jit_*: whether programs become machine code, how wary of who wrote them,
 * who sees their names, how much memory they may take. Values, ranges and errors are
 * those of released Linux. The whole machine's, so only in the first network namespace.
 *
 * Must never change a program that is loaded: a value counts for the programs after.
 *
 * Layer K4. Test: selftests/bpf/jit_test.c.
 */
#include <linux/bpf_jit.h>
#include <linux/capability.h>
#include <linux/cred.h>
#include <linux/filter.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/math.h>
#include <linux/sysctl.h>
#include <net/net_namespace.h>
#include "image.h"

#define ENABLE_DUMP	2

struct bpf_jit_knobs bpf_jit_knobs __read_mostly = {
	.mode = IS_ENABLED(CONFIG_BPF_JIT_DEFAULT_ON),
	.listing = IS_ENABLED(CONFIG_BPF_JIT_DEFAULT_ON),
	.most_bytes = LONG_MAX,
};

static long limit_max __read_mostly = LONG_MAX;
static long limit_min = 1;

#ifdef CONFIG_SYSCTL

/* printing machine code tells addresses: the writer must be one who may see them */
static int check_enable(int value)
{
	if (value == ENABLE_DUMP && !bpf_dump_raw_ok(current_cred()))
		return -EPERM;
	return 0;
}

static int set_enable(struct ctl_table *table, int write, void *buffer, size_t *lenp,
		      loff_t *ppos)
{
	int value = READ_ONCE(bpf_jit_knobs.mode);
	struct ctl_table copy = *table;
	int err;

	if (write && !capable(CAP_SYS_ADMIN))
		return -EPERM;
	copy.data = &value;
	err = proc_dointvec_minmax(&copy, write, buffer, lenp, ppos);
	if (!write)
		return err;
	err = err ?: check_enable(value);
	if (err) {
		if (IS_ENABLED(CONFIG_BPF_JIT_ALWAYS_ON))
			pr_info_once("bpf_jit_enable stays 1: this kernel has no BPF interpreter\n");
		return err;
	}
	if (value == ENABLE_DUMP)
		pr_warn("bpf_jit_enable = 2: machine code of programs goes to the log. For debugging only\n");
	WRITE_ONCE(bpf_jit_knobs.mode, value);
	return 0;
}

static int restricted_int(struct ctl_table *table, int write, void *buffer,
			  size_t *lenp, loff_t *ppos)
{
	if (!capable(CAP_SYS_ADMIN))
		return -EPERM;
	return proc_dointvec_minmax(table, write, buffer, lenp, ppos);
}

static int restricted_long(struct ctl_table *table, int write, void *buffer,
			   size_t *lenp, loff_t *ppos)
{
	if (!capable(CAP_SYS_ADMIN))
		return -EPERM;
	return proc_doulongvec_minmax(table, write, buffer, lenp, ppos);
}

static struct ctl_table knobs[] = {
	{
		.procname	= "bpf_jit_enable",
		.data		= &bpf_jit_knobs.mode,
		.maxlen		= sizeof(int),
		.mode		= 0644,
		.proc_handler	= set_enable,
#ifdef CONFIG_BPF_JIT_ALWAYS_ON
		.extra1		= SYSCTL_ONE,
		.extra2		= SYSCTL_ONE,
#else
		.extra1		= SYSCTL_ZERO,
		.extra2		= SYSCTL_TWO,
#endif
	},
	{
		.procname	= "bpf_jit_harden",
		.data		= &bpf_jit_knobs.blinding,
		.maxlen		= sizeof(int),
		.mode		= 0600,
		.proc_handler	= restricted_int,
		.extra1		= SYSCTL_ZERO,
		.extra2		= SYSCTL_TWO,
	},
	{
		.procname	= "bpf_jit_kallsyms",
		.data		= &bpf_jit_knobs.listing,
		.maxlen		= sizeof(int),
		.mode		= 0600,
		.proc_handler	= restricted_int,
		.extra1		= SYSCTL_ZERO,
		.extra2		= SYSCTL_ONE,
	},
	{
		.procname	= "bpf_jit_limit",
		.data		= &bpf_jit_knobs.most_bytes,
		.maxlen		= sizeof(long),
		.mode		= 0600,
		.proc_handler	= restricted_long,
		.extra1		= &limit_min,
		.extra2		= &limit_max,
	},
	{ }
};

/* the base registers its part of net/core likewise; the order does not matter */
static int __init register_knobs(void)
{
	register_net_sysctl(&init_net, "net/core", knobs);
	return 0;
}
fs_initcall(register_knobs);

#endif /* CONFIG_SYSCTL */

/* half of the area is left to modules; programs made before this have no limit */
static int __init set_limit(void)
{
	unsigned long room = bpf_arch_text_room();

	limit_max = min_t(unsigned long, room, LONG_MAX);
	bpf_jit_knobs.most_bytes = min_t(unsigned long, round_up(room >> 1, PAGE_SIZE), LONG_MAX);
	return 0;
}
pure_initcall(set_limit);
