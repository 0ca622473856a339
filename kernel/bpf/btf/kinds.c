// SPDX-License-Identifier: GPL-2.0-only
/*
 * The kinds of types, one row each: what stands behind a record's beginning, what name it
 * may have, and what must hold of it by itself. Numbers of other types are not looked at:
 * graph.c and refs.c do.
 *
 * Layer Kt. Tests: tools/bpf/verify/btf_test.c.
 */
#include <linux/kernel.h>
#include <linux/types.h>
#include "check.h"

/* bits of an integer's word that mean something, and most bits that it may have */
#define INT_WORD_BITS	0x0fffffff
#define INT_MOST_BITS	128

/* what a kind may be called */
enum name_rule {
	NAME_ANY,
	NAME_NONE,
	NAME_MAYBE,		/* an identifier, or nothing */
	NAME_IDENTIFIER,
	NAME_TEXT,		/* anything but nothing */
};

/**
 * struct kind - what must hold of a record of this kind
 * @shape:	how much there is of it
 * @name:	enum name_rule
 * @has_flag:	BTF_INFO_KFLAG means something
 * @has_linkage: BTF_INFO_VLEN is no number of items
 * @check:	the rest, or NULL
 */
struct kind {
	struct btf_shape	shape;
	u8			name;
	bool			has_flag;
	bool			has_linkage;
	int			(*check)(const struct btf_check *c, const struct btf_type *t);
};

/* is the string a good name for an item? */
static bool names_item(const struct btf_check *c, u32 name_off)
{
	const char *name = bpf_types_string(c->types, name_off);

	return name && btf_name_is_valid(name);
}

static int check_int(const struct btf_check *c, const struct btf_type *t)
{
	u32 word = btf_int_word(t), encoding = BTF_INT_ENCODING(word);
	u32 bits = BTF_INT_BITS(word), first = BTF_INT_OFFSET(word);

	if (word & ~INT_WORD_BITS)
		return btf_fault(c, BPF_FAULT_INT_WORD, word);
	if (bits + first > INT_MOST_BITS || DIV_ROUND_UP(bits + first, 8) > t->size)
		return btf_fault(c, BPF_FAULT_INT_BITS, bits, first, t->size);
	if (encoding && encoding != BTF_INT_SIGNED && encoding != BTF_INT_CHAR &&
	    encoding != BTF_INT_BOOL)
		return btf_fault(c, BPF_FAULT_INT_ENCODING, encoding);
	return 0;
}

static int check_array(const struct btf_check *c, const struct btf_type *t)
{
	return t->size ? btf_fault(c, BPF_FAULT_TYPE_SIZE, t->size) : 0;
}

static int check_member(const struct btf_check *c, const struct btf_type *t, u32 i, u32 before)
{
	const struct btf_member *m = (const struct btf_member *)btf_items(t) + i;
	u32 bit = btf_member_bit(t, m);

	if (m->name_off && !names_item(c, m->name_off))
		return btf_fault(c, BPF_FAULT_ITEM_NAME, i);
	if (bit < before || (bit && BTF_INFO_KIND(t->info) == BTF_KIND_UNION))
		return btf_fault(c, BPF_FAULT_MEMBER_ORDER, i, bit);
	if (DIV_ROUND_UP((u64)bit, 8) > t->size)
		return btf_fault(c, BPF_FAULT_MEMBER_OUT, i, bit, t->size);
	return 0;
}

static int check_compound(const struct btf_check *c, const struct btf_type *t)
{
	const struct btf_member *m = btf_items(t);
	u32 i, before = 0;
	int err = 0;

	for (i = 0; !err && i < BTF_INFO_VLEN(t->info); i++) {
		err = check_member(c, t, i, before);
		before = btf_member_bit(t, &m[i]);
	}
	return err;
}

/* values of both widths begin with their name */
static int check_enum(const struct btf_check *c, const struct btf_type *t)
{
	const u32 *word = btf_items(t);
	u32 step = btf_shape(BTF_INFO_KIND(t->info))->item_bytes / sizeof(*word), i;

	if (!t->size || t->size > 8 || t->size & (t->size - 1))
		return btf_fault(c, BPF_FAULT_TYPE_SIZE, t->size);
	for (i = 0; i < BTF_INFO_VLEN(t->info); i++)
		if (!names_item(c, word[i * step]))
			return btf_fault(c, BPF_FAULT_ITEM_NAME, i);
	return 0;
}

static int check_fwd(const struct btf_check *c, const struct btf_type *t)
{
	return t->type ? btf_fault(c, BPF_FAULT_FWD_TYPE, t->type) : 0;
}

static int check_func(const struct btf_check *c, const struct btf_type *t)
{
	u32 linkage = BTF_INFO_VLEN(t->info);

	return linkage > BTF_FUNC_GLOBAL ? btf_fault(c, BPF_FAULT_FUNC_LINKAGE, linkage) : 0;
}

/* names are optional here; a function's prototype must have them (refs.c) */
static int check_proto(const struct btf_check *c, const struct btf_type *t)
{
	const struct btf_param *p = btf_items(t);
	u32 i;

	for (i = 0; i < BTF_INFO_VLEN(t->info); i++)
		if (p[i].name_off && !names_item(c, p[i].name_off))
			return btf_fault(c, BPF_FAULT_ITEM_NAME, i);
	return 0;
}

static int check_var(const struct btf_check *c, const struct btf_type *t)
{
	const struct btf_var *var = btf_items(t);

	if (var->linkage != BTF_VAR_STATIC && var->linkage != BTF_VAR_GLOBAL_ALLOCATED)
		return btf_fault(c, BPF_FAULT_VAR_LINKAGE, var->linkage);
	return 0;
}

static int check_section(const struct btf_check *c, const struct btf_type *t)
{
	const struct btf_var_secinfo *var = btf_items(t);
	u64 end, before = 0;
	u32 i;

	if (!t->size)
		return btf_fault(c, BPF_FAULT_TYPE_SIZE, t->size);
	for (i = 0; i < BTF_INFO_VLEN(t->info); i++) {
		end = (u64)var[i].offset + var[i].size;
		if (!var[i].size || var[i].offset < before || end > t->size)
			return btf_fault(c, BPF_FAULT_SEC_ORDER, i, var[i].offset, end,
					 t->size);
		before = end;
	}
	return 0;
}

static int check_float(const struct btf_check *c, const struct btf_type *t)
{
	switch (t->size) {
	case 2:
	case 4:
	case 8:
	case 12:
	case 16:
		return 0;
	default:
		return btf_fault(c, BPF_FAULT_TYPE_SIZE, t->size);
	}
}

static int check_decl_tag(const struct btf_check *c, const struct btf_type *t)
{
	const struct btf_decl_tag *tag = btf_items(t);

	if (tag->component_idx < -1)
		return btf_fault(c, BPF_FAULT_TAG_INDEX, tag->component_idx);
	return 0;
}

static const struct kind kinds[NR_BTF_KINDS] = {
	[BTF_KIND_INT] = {
		.shape = { "INT", .fixed_bytes = sizeof(u32) },
		.check = check_int,
	},
	[BTF_KIND_PTR] = { .shape = { "PTR" }, .name = NAME_NONE },
	[BTF_KIND_ARRAY] = {
		.shape = { "ARRAY", .fixed_bytes = sizeof(struct btf_array) },
		.name = NAME_NONE, .check = check_array,
	},
	[BTF_KIND_STRUCT] = {
		.shape = { "STRUCT", .item_bytes = sizeof(struct btf_member) },
		.name = NAME_MAYBE, .has_flag = true, .check = check_compound,
	},
	[BTF_KIND_UNION] = {
		.shape = { "UNION", .item_bytes = sizeof(struct btf_member) },
		.name = NAME_MAYBE, .has_flag = true, .check = check_compound,
	},
	[BTF_KIND_ENUM] = {
		.shape = { "ENUM", .item_bytes = sizeof(struct btf_enum) },
		.name = NAME_MAYBE, .has_flag = true, .check = check_enum,
	},
	[BTF_KIND_FWD] = {
		.shape = { "FWD" },
		.name = NAME_IDENTIFIER, .has_flag = true, .check = check_fwd,
	},
	[BTF_KIND_TYPEDEF] = { .shape = { "TYPEDEF" }, .name = NAME_IDENTIFIER },
	[BTF_KIND_VOLATILE] = { .shape = { "VOLATILE" }, .name = NAME_NONE },
	[BTF_KIND_CONST] = { .shape = { "CONST" }, .name = NAME_NONE },
	[BTF_KIND_RESTRICT] = { .shape = { "RESTRICT" }, .name = NAME_NONE },
	[BTF_KIND_FUNC] = {
		.shape = { "FUNC" },
		.name = NAME_IDENTIFIER, .has_linkage = true, .check = check_func,
	},
	[BTF_KIND_FUNC_PROTO] = {
		.shape = { "FUNC_PROTO", .item_bytes = sizeof(struct btf_param) },
		.name = NAME_NONE, .check = check_proto,
	},
	[BTF_KIND_VAR] = {
		.shape = { "VAR", .fixed_bytes = sizeof(struct btf_var) },
		.name = NAME_IDENTIFIER, .check = check_var,
	},
	[BTF_KIND_DATASEC] = {
		.shape = { "DATASEC", .item_bytes = sizeof(struct btf_var_secinfo) },
		.name = NAME_IDENTIFIER, .check = check_section,
	},
	[BTF_KIND_FLOAT] = { .shape = { "FLOAT" }, .check = check_float },
	[BTF_KIND_DECL_TAG] = {
		.shape = { "DECL_TAG", .fixed_bytes = sizeof(struct btf_decl_tag) },
		.name = NAME_TEXT, .check = check_decl_tag,
	},
	[BTF_KIND_TYPE_TAG] = { .shape = { "TYPE_TAG" }, .name = NAME_TEXT },
	[BTF_KIND_ENUM64] = {
		.shape = { "ENUM64", .item_bytes = sizeof(struct btf_enum64) },
		.name = NAME_MAYBE, .has_flag = true, .check = check_enum,
	},
};

/**
 * btf_shape() - how much there is of a record
 * @kind:	any value
 *
 * Return: it, or NULL where there is no such kind.
 */
const struct btf_shape *btf_shape(u32 kind)
{
	if (kind >= NR_BTF_KINDS || !kinds[kind].shape.word)
		return NULL;
	return &kinds[kind].shape;
}

static int check_name(const struct btf_check *c, const struct btf_type *t, u8 rule)
{
	const char *name = bpf_types_string(c->types, t->name_off);

	if (!name)
		return btf_fault(c, BPF_FAULT_NAME_OFF, t->name_off, c->types->strings_len);
	switch (rule) {
	case NAME_NONE:
		return t->name_off ? btf_fault(c, BPF_FAULT_NAMELESS) : 0;
	case NAME_MAYBE:
		if (!t->name_off)
			return 0;
		fallthrough;
	case NAME_IDENTIFIER:
		return btf_name_is_valid(name) ? 0 : btf_fault(c, BPF_FAULT_NAME);
	case NAME_TEXT:
		return name[0] ? 0 : btf_fault(c, BPF_FAULT_NAME);
	default:
		return 0;
	}
}

/**
 * btf_check_record() - what must hold of a record by itself
 * @c:		the check, c->id being its number
 * @t:		the record; all of it is there, and its kind is known
 *
 * Return: 0, or what btf_fault() gave: -EINVAL, -ENOTSUPP (an integer's encoding).
 */
int btf_check_record(const struct btf_check *c, const struct btf_type *t)
{
	const struct kind *kind = &kinds[BTF_INFO_KIND(t->info)];
	int err;

	if (BTF_INFO_KFLAG(t->info) && !kind->has_flag)
		return btf_fault(c, BPF_FAULT_KFLAG);
	if (BTF_INFO_VLEN(t->info) && !kind->shape.item_bytes && !kind->has_linkage)
		return btf_fault(c, BPF_FAULT_VLEN, BTF_INFO_VLEN(t->info));
	err = check_name(c, t, kind->name);
	if (err || !kind->check)
		return err;
	return kind->check(c, t);
}
