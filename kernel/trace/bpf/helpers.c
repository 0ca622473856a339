// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which helpers a program on an event may call: the rows of this folder's files, and
 * those that any program may.
 *
 * Must never know what a helper does. Layer K5. Tests: selftests/bpf/cases/trace, and
 * trace_helpers_test.c (which type has which).
 */
#include <linux/filter.h>
#include <linux/kernel.h>
#include <linux/security.h>
#include "helpers.h"

static const struct trace_helpers *const sets[] = {
	&trace_read_helpers,
	&trace_task_helpers,
	&trace_output_helpers,
#ifdef CONFIG_BPF_KPROBE_OVERRIDE
	&trace_override_helpers,
#endif
};

static const struct trace_helper *find_row(u32 type, enum bpf_func_id id)
{
	const struct trace_helper *row;
	u32 i, n;

	for (i = 0; i < ARRAY_SIZE(sets); i++) {
		for (n = 0; n < sets[i]->count; n++) {
			row = &sets[i]->row[n];
			if (row->id == id && row->types & type)
				return row;
		}
	}
	return NULL;
}

/**
 * trace_helper_find() - helper of a program type
 * @type:	one of TRACE_*
 * @id:		number of the helper, any value
 *
 * Called by: the types' proto functions while a program is loaded. Context: process.
 * Return: its description; NULL where there is none, or none that this process or this
 * kernel, locked down, may use.
 */
const struct bpf_func_proto *trace_helper_find(u32 type, enum bpf_func_id id)
{
	const struct trace_helper *row = find_row(type, id);

	if (!row)
		return bpf_base_proto(id);
	if (row->locked && security_locked_down(LOCKDOWN_BPF_READ_KERNEL))
		return NULL;
	return &row->proto;
}
