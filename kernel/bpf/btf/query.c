// SPDX-License-Identifier: GPL-2.0-only
/*
 * Questions about types that were found good: records, names, sizes, and text for people.
 * Nothing here refuses anything or takes memory, and every loop has its bound, whatever
 * the types are.
 *
 * Layer Kt. Tests: tools/bpf/verify/btf_test.c.
 */
#include <linux/kernel.h>
#include <linux/string.h>
#include <linux/types.h>
#include "check.h"

/* letters of a name, as many as symbols of the kernel have */
#define NAME_LETTERS	512

/* pointers, arrays and members that text goes into */
#define TEXT_DEPTH	8

/**
 * bpf_type_record() - record of a type
 * @types:	the types
 * @id:		number, any value
 *
 * Return: it, or NULL for void and for numbers that are none.
 */
const struct btf_type *bpf_type_record(const struct bpf_types *types, u32 id)
{
	if (!id || id >= types->count)
		return NULL;
	return (const struct btf_type *)(types->records + types->off[id]);
}

/**
 * bpf_type_kind() - kind of a type
 * @types:	the types
 * @id:		number, any value
 *
 * Return: BTF_KIND_*; BTF_KIND_UNKN for void and for numbers that are none.
 */
u32 bpf_type_kind(const struct bpf_types *types, u32 id)
{
	const struct btf_type *t = bpf_type_record(types, id);

	return t ? BTF_INFO_KIND(t->info) : BTF_KIND_UNKN;
}

/**
 * btf_is_modifier() - does the kind only say more about another type?
 * @kind:	BTF_KIND_*
 *
 * Return: true for typedefs, qualifiers and type tags.
 */
bool btf_is_modifier(u32 kind)
{
	switch (kind) {
	case BTF_KIND_TYPEDEF:
	case BTF_KIND_VOLATILE:
	case BTF_KIND_CONST:
	case BTF_KIND_RESTRICT:
	case BTF_KIND_TYPE_TAG:
		return true;
	default:
		return false;
	}
}

/**
 * btf_is_compound() - has the kind members?
 * @kind:	BTF_KIND_*
 *
 * Return: true for structures and unions.
 */
bool btf_is_compound(u32 kind)
{
	return kind == BTF_KIND_STRUCT || kind == BTF_KIND_UNION;
}

/**
 * btf_int_is_plain() - is it an integer as machines have them?
 * @t:		record of kind INT
 *
 * Return: true where its bits are those of 1, 2, 4, 8 or 16 bytes, its first ones.
 */
bool btf_int_is_plain(const struct btf_type *t)
{
	u32 word = btf_int_word(t), bits = BTF_INT_BITS(word);

	return !BTF_INT_OFFSET(word) && bits >= 8 && bits <= 128 && !(bits & (bits - 1));
}

/**
 * bpf_type_bytes() - size of a type
 * @types:	the types
 * @id:		number, any value
 * @bytes:	takes it
 *
 * Return: true where the type has a size: not void, not a function or prototype, not a
 * structure without members that is only announced, nor a tag of a declaration.
 */
bool bpf_type_bytes(const struct bpf_types *types, u32 id, u32 *bytes)
{
	if (id >= types->count)
		return false;
	switch (bpf_type_kind(types, types->base[id])) {
	case BTF_KIND_UNKN:
	case BTF_KIND_FWD:
	case BTF_KIND_FUNC:
	case BTF_KIND_FUNC_PROTO:
	case BTF_KIND_DECL_TAG:
		return false;
	default:
		*bytes = types->bytes[id];
		return true;
	}
}

/**
 * bpf_type_is_plain_u32() - is it an integer of four whole bytes?
 * @types:	the types
 * @id:		number, any value
 *
 * Return: true where it is, typedefs and qualifiers aside.
 */
bool bpf_type_is_plain_u32(const struct bpf_types *types, u32 id)
{
	const struct btf_type *t;
	u32 word;

	if (id >= types->count)
		return false;
	t = bpf_type_record(types, types->base[id]);
	if (!t || BTF_INFO_KIND(t->info) != BTF_KIND_INT)
		return false;
	word = btf_int_word(t);
	return t->size == 4 && BTF_INT_BITS(word) == 32 && !BTF_INT_OFFSET(word);
}

/**
 * bpf_type_param() - type of a parameter
 * @proto:	record of kind FUNC_PROTO
 * @n:		which, below the number of items
 *
 * Return: number of the type; 0, void, of what stands for any more parameters.
 */
u32 bpf_type_param(const struct btf_type *proto, u32 n)
{
	return ((const struct btf_param *)btf_items(proto))[n].type;
}

/**
 * bpf_type_name() - name of a type
 * @types:	the types
 * @id:		number, any value
 *
 * Return: its name, "" where it has none.
 */
const char *bpf_type_name(const struct bpf_types *types, u32 id)
{
	const struct btf_type *t = bpf_type_record(types, id);
	const char *name = t ? bpf_types_string(types, t->name_off) : NULL;

	return name ? name : "";
}

/* compilers put dots in names of functions that they split, sections begin with one */
static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '.';
}

/**
 * btf_name_is_valid() - may something be called so?
 * @name:	a string
 *
 * Return: true where it is an identifier, dots being letters, of at most 512.
 */
bool btf_name_is_valid(const char *name)
{
	u32 i;

	if (!is_letter(name[0]))
		return false;
	for (i = 1; name[i]; i++)
		if (i == NAME_LETTERS ||
		    (!is_letter(name[i]) && (name[i] < '0' || name[i] > '9')))
			return false;
	return true;
}

/* ---- text ------------------------------------------------------------------ */

/* what stands in front of a type's name in C */
static const char *keyword(const struct btf_type *t)
{
	switch (BTF_INFO_KIND(t->info)) {
	case BTF_KIND_STRUCT:
		return "struct ";
	case BTF_KIND_UNION:
		return "union ";
	case BTF_KIND_FWD:
		return BTF_INFO_KFLAG(t->info) ? "union " : "struct ";
	case BTF_KIND_ENUM:
	case BTF_KIND_ENUM64:
		return "enum ";
	default:
		return "";
	}
}

/* the type that a pointer, array or nameless modifier is made of; @id itself: none */
static u32 inner(const struct bpf_types *types, u32 id)
{
	const struct btf_type *t = bpf_type_record(types, id);

	if (!t)
		return id;
	switch (BTF_INFO_KIND(t->info)) {
	case BTF_KIND_ARRAY:
		return ((const struct btf_array *)btf_items(t))->type;
	case BTF_KIND_PTR:
	case BTF_KIND_VOLATILE:
	case BTF_KIND_CONST:
	case BTF_KIND_RESTRICT:
	case BTF_KIND_TYPE_TAG:
	case BTF_KIND_VAR:
		return t->type;
	default:
		return id;
	}
}

/**
 * bpf_type_text() - a type as C writes it, nearly
 * @types:	the types
 * @id:		number, any value
 * @buf:	where to
 * @size:	its bytes, at least one
 *
 * Qualifiers are left out, and what is deeper than people read.
 */
void bpf_type_text(const struct bpf_types *types, u32 id, char *buf, u32 size)
{
	char after[4 * TEXT_DEPTH + 12] = "";
	const struct btf_type *t;
	u32 i, len = 0;

	for (i = 0; i < TEXT_DEPTH && inner(types, id) != id; i++) {
		t = bpf_type_record(types, id);
		if (BTF_INFO_KIND(t->info) == BTF_KIND_PTR)
			len += scnprintf(after + len, sizeof(after) - len, "%s*",
					 len ? "" : " ");
		else if (BTF_INFO_KIND(t->info) == BTF_KIND_ARRAY)
			len += scnprintf(after + len, sizeof(after) - len, "[%u]",
					 ((const struct btf_array *)btf_items(t))->nelems);
		id = inner(types, id);
	}
	t = bpf_type_record(types, id);
	if (!t)
		scnprintf(buf, size, "void%s", after);
	else if (BTF_INFO_KIND(t->info) == BTF_KIND_FUNC_PROTO)
		scnprintf(buf, size, "function%s", after);
	else
		scnprintf(buf, size, "%s%s%s", keyword(t),
			  t->name_off ? bpf_type_name(types, id) : "(no name)", after);
}

/* the last member that has byte @off, or NULL; bit-fields are not looked into */
static const struct btf_member *find_member(const struct bpf_types *types,
					    const struct btf_type *t, u32 off)
{
	const struct btf_member *m = btf_items(t);
	u32 i, bytes;

	for (i = BTF_INFO_VLEN(t->info); i-- > 0;) {
		u32 first = btf_member_bit(t, &m[i]) / 8;

		if (off >= first && bpf_type_bytes(types, m[i].type, &bytes) &&
		    off - first < bytes)
			return &m[i];
	}
	return NULL;
}

/**
 * bpf_type_path() - which part of a type is at an offset
 * @types:	the types
 * @id:		type of the whole
 * @off:	bytes from its start
 * @buf:	takes it, as C names parts: ".flows[3].bytes"; "" where it is not known
 * @size:	its bytes, at least one
 */
void bpf_type_path(const struct bpf_types *types, u32 id, u32 off, char *buf, u32 size)
{
	u32 i, bytes, len = 0;

	buf[0] = '\0';
	for (i = 0; i < TEXT_DEPTH && id < types->count; i++) {
		const struct btf_type *t = bpf_type_record(types, types->base[id]);
		const struct btf_member *m;
		u32 kind = t ? BTF_INFO_KIND(t->info) : BTF_KIND_UNKN;

		if (btf_is_compound(kind)) {
			m = find_member(types, t, off);
			if (!m)
				return;
			if (m->name_off)
				len += scnprintf(buf + len, size - len, ".%.64s",
						 bpf_types_string(types, m->name_off));
			off -= btf_member_bit(t, m) / 8;
			id = m->type;
		} else if (kind == BTF_KIND_ARRAY) {
			id = ((const struct btf_array *)btf_items(t))->type;
			if (!bpf_type_bytes(types, id, &bytes) || !bytes)
				return;
			len += scnprintf(buf + len, size - len, "[%u]", off / bytes);
			off %= bytes;
		} else {
			return;
		}
	}
}
