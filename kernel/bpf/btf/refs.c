// SPDX-License-Identifier: GPL-2.0-only
/*
 * Each type against those it refers to: what a pointer may point to, where a member may
 * lie, what a function may take. All numbers are good, all sizes known, and nothing is
 * made of itself (graph.c).
 *
 * Layer Kt. Tests: tools/bpf/verify/btf_test.c.
 */
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/limits.h>
#include <linux/types.h>
#include "../verifier/host.h"
#include "check.h"

/* bits of an integer member with what is in front of it in its first byte */
#define MEMBER_MOST_BITS	128

#define POINTER_BITS		64

/* bits that a bit-field of any enum may have */
#define ENUM_FIELD_BITS		32

/* others run after so many types */
#define BREATHE_EVERY		4096

static const char *word_of(const struct btf_check *c, u32 id)
{
	const struct btf_shape *shape = btf_shape(bpf_type_kind(c->types, id));

	return shape ? shape->word : "void";
}

/* is it a type that a value can have? Variables and sections have sizes too */
static bool is_value(const struct btf_check *c, u32 id, u32 *bytes)
{
	u32 kind = bpf_type_kind(c->types, c->types->base[id]);

	return kind != BTF_KIND_VAR && kind != BTF_KIND_DATASEC &&
	       bpf_type_bytes(c->types, id, bytes);
}

/* of pointers, typedefs, qualifiers: values, and what only pointers are of use to */
static int check_target(const struct btf_check *c, const struct btf_type *t)
{
	u32 bytes;

	switch (bpf_type_kind(c->types, c->types->base[t->type])) {
	case BTF_KIND_UNKN:
	case BTF_KIND_FWD:
	case BTF_KIND_FUNC:
	case BTF_KIND_FUNC_PROTO:
		return 0;
	default:
		if (is_value(c, t->type, &bytes))
			return 0;
		return btf_fault(c, BPF_FAULT_TARGET, t->type, word_of(c, t->type));
	}
}

static int check_array(const struct btf_check *c, const struct btf_type *t)
{
	const struct btf_array *array = btf_items(t);
	u32 index = c->types->base[array->index_type];
	u32 elem = c->types->base[array->type], bytes;

	if (bpf_type_kind(c->types, index) != BTF_KIND_INT ||
	    !btf_int_is_plain(bpf_type_record(c->types, index)))
		return btf_fault(c, BPF_FAULT_ARRAY_INDEX, array->index_type);
	if (!is_value(c, elem, &bytes) ||
	    (bpf_type_kind(c->types, elem) == BTF_KIND_INT &&
	     !btf_int_is_plain(bpf_type_record(c->types, elem))))
		return btf_fault(c, BPF_FAULT_ARRAY_ELEM, array->type,
				 word_of(c, array->type));
	return 0;
}

/* ---- members ------------------------------------------------------------------ */

/**
 * struct place - where a member lies
 * @i:		its index
 * @bit:	first bit
 * @bits:	how many, whole bytes but for bit-fields
 */
struct place {
	u32	i;
	u32	bit;
	u64	bits;
};

static int check_end(const struct btf_check *c, const struct btf_type *t,
		     const struct place *p)
{
	if (p->bit + p->bits > (u64)t->size * 8)
		return btf_fault(c, BPF_FAULT_MEMBER_END, p->i, p->bit + p->bits, t->size);
	return 0;
}

/* an integer may be a bit-field by itself, or by what the structure says of it */
static int check_int_member(const struct btf_check *c, const struct btf_type *t,
			    const struct btf_type *type, u32 width, struct place *p)
{
	u32 word = btf_int_word(type);

	p->bits = BTF_INT_BITS(word);
	if (BTF_INFO_KFLAG(t->info)) {
		if (!btf_int_is_plain(type) || width > p->bits)
			return btf_fault(c, BPF_FAULT_MEMBER_WIDTH, p->i, width);
		if (!width && p->bit % 8)
			return btf_fault(c, BPF_FAULT_MEMBER_ALIGN, p->i, p->bit);
		p->bits = width ? width : p->bits;
	} else {
		if (U32_MAX - p->bit < BTF_INT_OFFSET(word))
			return btf_fault(c, BPF_FAULT_MEMBER_ALIGN, p->i, p->bit);
		p->bit += BTF_INT_OFFSET(word);
	}
	if (p->bit % 8 + p->bits > MEMBER_MOST_BITS)
		return btf_fault(c, BPF_FAULT_MEMBER_WIDTH, p->i, (u32)p->bits);
	return check_end(c, t, p);
}

/* compilers make enums smaller than an int, their bit-fields not */
static int check_enum_member(const struct btf_check *c, const struct btf_type *t, u32 width,
			     struct place *p)
{
	if (width > max_t(u64, p->bits, ENUM_FIELD_BITS))
		return btf_fault(c, BPF_FAULT_MEMBER_WIDTH, p->i, width);
	if (!width && p->bit % 8)
		return btf_fault(c, BPF_FAULT_MEMBER_ALIGN, p->i, p->bit);
	p->bits = width ? width : p->bits;
	return check_end(c, t, p);
}

/* everything that cannot be a bit-field */
static int check_whole_member(const struct btf_check *c, const struct btf_type *t, u32 kind,
			      u32 width, struct place *p)
{
	u32 align = 8;

	if (width)
		return btf_fault(c, BPF_FAULT_MEMBER_WIDTH, p->i, width);
	if (kind == BTF_KIND_FLOAT)
		align = min_t(u32, p->bits, POINTER_BITS);
	if (p->bit % align)
		return btf_fault(c, BPF_FAULT_MEMBER_ALIGN, p->i, p->bit);
	return check_end(c, t, p);
}

static int check_member(const struct btf_check *c, const struct btf_type *t, u32 i)
{
	const struct btf_member *m = (const struct btf_member *)btf_items(t) + i;
	u32 base = c->types->base[m->type], kind = bpf_type_kind(c->types, base);
	u32 width = btf_member_width(t, m), bytes;
	struct place p = { .i = i, .bit = btf_member_bit(t, m) };

	if (!is_value(c, m->type, &bytes))
		return btf_fault(c, BPF_FAULT_MEMBER_TYPE, i, m->type, word_of(c, m->type));
	p.bits = (u64)bytes * 8;
	switch (kind) {
	case BTF_KIND_INT:
		return check_int_member(c, t, bpf_type_record(c->types, base), width, &p);
	case BTF_KIND_ENUM:
	case BTF_KIND_ENUM64:
		return check_enum_member(c, t, width, &p);
	default:
		return check_whole_member(c, t, kind, width, &p);
	}
}

static int check_compound(const struct btf_check *c, const struct btf_type *t)
{
	u32 i;
	int err = 0;

	for (i = 0; !err && i < BTF_INFO_VLEN(t->info); i++)
		err = check_member(c, t, i);
	return err;
}

/* ---- functions ------------------------------------------------------------------ */

/* the last parameter may be "...": no type and no name */
static u32 count_params(const struct btf_type *t)
{
	const struct btf_param *p = btf_items(t);
	u32 n = BTF_INFO_VLEN(t->info);

	return n && !p[n - 1].type && !p[n - 1].name_off ? n - 1 : n;
}

static int check_proto(const struct btf_check *c, const struct btf_type *t)
{
	const struct btf_param *p = btf_items(t);
	u32 i, bytes;

	if (t->type && !is_value(c, t->type, &bytes))
		return btf_fault(c, BPF_FAULT_RETURN, t->type, word_of(c, t->type));
	for (i = 0; i < count_params(t); i++)
		if (!is_value(c, p[i].type, &bytes))
			return btf_fault(c, BPF_FAULT_PARAM, i, p[i].type,
					 word_of(c, p[i].type));
	return 0;
}

static int check_func(const struct btf_check *c, const struct btf_type *t)
{
	const struct btf_type *proto = bpf_type_record(c->types, t->type);
	const struct btf_param *p;
	u32 i;

	if (!proto || BTF_INFO_KIND(proto->info) != BTF_KIND_FUNC_PROTO)
		return btf_fault(c, BPF_FAULT_FUNC_TYPE, t->type, word_of(c, t->type));
	p = btf_items(proto);
	for (i = 0; i < count_params(proto); i++)
		if (!p[i].name_off)
			return btf_fault(c, BPF_FAULT_FUNC_PARAM, i);
	return 0;
}

/* ---- the others ------------------------------------------------------------------- */

static int check_var(const struct btf_check *c, const struct btf_type *t)
{
	u32 bytes;

	if (!is_value(c, t->type, &bytes))
		return btf_fault(c, BPF_FAULT_TARGET, t->type, word_of(c, t->type));
	return 0;
}

static int check_section(const struct btf_check *c, const struct btf_type *t)
{
	const struct btf_var_secinfo *var = btf_items(t);
	u32 i, bytes;

	for (i = 0; i < BTF_INFO_VLEN(t->info); i++) {
		if (bpf_type_kind(c->types, var[i].type) != BTF_KIND_VAR)
			return btf_fault(c, BPF_FAULT_SEC_VAR, i, var[i].type,
					 word_of(c, var[i].type));
		if (bpf_type_bytes(c->types, var[i].type, &bytes) && var[i].size < bytes)
			return btf_fault(c, BPF_FAULT_SEC_SIZE, i, var[i].size, bytes);
	}
	return 0;
}

/* parts of a declaration that a tag may be of; false: it cannot be tagged */
static bool count_parts(const struct btf_check *c, u32 id, u32 *parts)
{
	const struct btf_type *t = bpf_type_record(c->types, id);

	*parts = 0;
	switch (bpf_type_kind(c->types, id)) {
	case BTF_KIND_STRUCT:
	case BTF_KIND_UNION:
		*parts = BTF_INFO_VLEN(t->info);
		return true;
	case BTF_KIND_FUNC:
		/* the function may not have been looked at yet */
		t = bpf_type_record(c->types, t->type);
		if (t && BTF_INFO_KIND(t->info) == BTF_KIND_FUNC_PROTO)
			*parts = BTF_INFO_VLEN(t->info);
		return true;
	case BTF_KIND_VAR:
	case BTF_KIND_TYPEDEF:
		return true;
	default:
		return false;
	}
}

static int check_decl_tag(const struct btf_check *c, const struct btf_type *t)
{
	const struct btf_decl_tag *tag = btf_items(t);
	u32 parts;

	if (!count_parts(c, t->type, &parts))
		return btf_fault(c, BPF_FAULT_TAG_TARGET, t->type, word_of(c, t->type));
	if (tag->component_idx != -1 && tag->component_idx >= parts)
		return btf_fault(c, BPF_FAULT_TAG_PART, t->type, tag->component_idx);
	return 0;
}

static int check_type(const struct btf_check *c, const struct btf_type *t)
{
	u32 kind = BTF_INFO_KIND(t->info);

	switch (kind) {
	case BTF_KIND_ARRAY:
		return check_array(c, t);
	case BTF_KIND_STRUCT:
	case BTF_KIND_UNION:
		return check_compound(c, t);
	case BTF_KIND_FUNC_PROTO:
		return check_proto(c, t);
	case BTF_KIND_FUNC:
		return check_func(c, t);
	case BTF_KIND_VAR:
		return check_var(c, t);
	case BTF_KIND_DATASEC:
		return check_section(c, t);
	case BTF_KIND_DECL_TAG:
		return check_decl_tag(c, t);
	default:
		return kind == BTF_KIND_PTR || btf_is_modifier(kind) ? check_target(c, t) : 0;
	}
}

/**
 * btf_check_refs() - each type against those it refers to
 * @c:		the check, after btf_check_graph()
 *
 * Return: 0, -EINVAL through btf_fault().
 */
int btf_check_refs(struct btf_check *c)
{
	int err = 0;

	for (c->id = 1; !err && c->id < c->types->count; c->id++) {
		err = check_type(c, bpf_type_record(c->types, c->id));
		if (!(c->id % BREATHE_EVERY))
			bv_host_breathe();
	}
	c->id = BPF_NO_TYPE;
	return err;
}
