// SPDX-License-Identifier: GPL-2.0-only
/*
 * The list of program types, as a table.
 *
 * Must never know anything of a type but where its description is.
 *
 * Layer K4. Test: tools/testing/selftests/bpf/sys_test.c (unknown types).
 */
#include <linux/bpf.h>
#include <linux/kernel.h>
#include <linux/nospec.h>

#define BPF_TYPE(number, ops)	extern const struct bpf_type_ops ops;
#include <linux/bpf_type_list.h>
#undef BPF_TYPE

/* one row more than needed, so that an empty list is an array too */
static const struct bpf_type_ops *const types[] = {
	[BPF_PROG_TYPE_UNSPEC] = NULL,
#define BPF_TYPE(number, ops)	[number] = &(ops),
#include <linux/bpf_type_list.h>
#undef BPF_TYPE
};

/**
 * bpf_type_find() - description of a program type
 * @type:	its number, any value
 *
 * Called by: BPF_PROG_LOAD, BPF_PROG_TEST_RUN. Any context.
 * Return: the description, or NULL where this kernel has no such type.
 */
const struct bpf_type_ops *bpf_type_find(enum bpf_prog_type type)
{
	if ((u32)type >= ARRAY_SIZE(types))
		return NULL;
	return types[array_index_nospec((u32)type, ARRAY_SIZE(types))];
}
