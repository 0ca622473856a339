// SPDX-License-Identifier: GPL-2.0-only
/*
 * Wording of refusals of types and of records about functions and lines, in the form
 * that refusals of programs have:
 *
 *	refused: type 5, STRUCT s: member 1 ends at bit 128, behind 12 bytes [member-end, malformed]
 *
 * Decides nothing. Layer Kt. Tests: tools/bpf/verify/btf_test.c.
 */
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/types.h>
#include "../verifier/vlog.h"
#include "check.h"

#define MESSAGE_BYTES	240
#define NAME_SHOWN	64

static const struct {
	s16		error;
	const char	*rule;
	const char	*message;
} faults[BPF_FAULT_COUNT] = {
#define FAULT(id, err, name, text) [BPF_FAULT_##id] = { -(err), name, text },
#include "faults.def"
#undef FAULT
};

/*
 * The type's number, and its kind and name as far as they are good: a record is printed
 * while it is not known to be.
 */
static void print_subject(const struct btf_check *c)
{
	const struct btf_type *t;
	const struct btf_shape *shape;
	const char *name;

	if (c->id == BPF_NO_TYPE)
		return;
	t = bpf_type_record(c->types, c->id);
	bv_log(c->log, "type %u", c->id);
	shape = t ? btf_shape(BTF_INFO_KIND(t->info)) : NULL;
	if (shape) {
		name = bpf_types_string(c->types, t->name_off);
		bv_log(c->log, ", %s", shape->word);
		if (name && btf_name_is_valid(name))
			bv_log(c->log, " %.*s", NAME_SHOWN, name);
	}
	bv_log(c->log, ": ");
}

/**
 * btf_fault() - refuse types, or a record about them
 * @c:		the check; c->id is the type at fault
 * @why:	row of faults.def, whose arguments follow
 *
 * Return: the row's errno, negative.
 */
int btf_fault(const struct btf_check *c, enum bpf_fault why, ...)
{
	char message[MESSAGE_BYTES];
	va_list args;

	if (!c->log || !c->log->level)
		return faults[why].error;
	va_start(args, why);
	vscnprintf(message, sizeof(message), faults[why].message, args);
	va_end(args);
	bv_log(c->log, "refused: ");
	print_subject(c);
	bv_log(c->log, "%s [%s, malformed]\n", message, faults[why].rule);
	return faults[why].error;
}
