// SPDX-License-Identifier: GPL-2.0-only
/*
 * Types that are refused, each with an accepted neighbour: what the row of faults.def is
 * about is all that differs. btf_test.c checks them.
 */
#include <linux/types.h>
#include <string.h>
#include "btf/types.h"
#include "btf_cases.h"

#define K(kind)		BTF_KIND_##kind
#define FLAG		(1U << 31)

static void header_short(struct blob *b, bool bad)
{
	blob_int(b, "int", 4);
	if (bad)
		b->cut = sizeof(b->h) + 16 + b->len - 7;
}

static void header_len(struct blob *b, bool bad)
{
	blob_int(b, "int", 4);
	if (bad)
		b->h.hdr_len = 4096;
}

/* the first word of the records belongs to the header */
static void header_long(struct blob *b, bool bad)
{
	blob_word(b, bad);
	blob_int(b, "int", 4);
	b->h.hdr_len += 4;
	b->raw = true;
	b->h.type_len = 16;
	b->h.str_off = 16;
	b->h.str_len = b->len;
}

static void magic(struct blob *b, bool bad)
{
	blob_int(b, "int", 4);
	b->h.magic = bad ? 0x9feb : BTF_MAGIC;
}

static void version(struct blob *b, bool bad)
{
	blob_int(b, "int", 4);
	b->h.version = 1 + bad;
}

static void flags(struct blob *b, bool bad)
{
	blob_int(b, "int", 4);
	b->h.flags = bad;
}

static void raw_sections(struct blob *b)
{
	blob_int(b, "int", 4);
	b->raw = true;
	b->h.type_len = 16;
	b->h.str_off = 16;
	b->h.str_len = b->len;
}

static void section_types(struct blob *b, bool bad)
{
	raw_sections(b);
	b->h.type_off = bad ? 0xfffffff0 : 0;
}

static void section_strings(struct blob *b, bool bad)
{
	raw_sections(b);
	b->h.str_len = bad ? 0xfffffff0 : b->len;
}

static void sections_overlap(struct blob *b, bool bad)
{
	raw_sections(b);
	if (bad) {
		b->h.str_off -= 4;
		b->h.str_len += 4;
	}
}

static void sections_gap(struct blob *b, bool bad)
{
	raw_sections(b);
	b->h.type_len -= bad ? 4 : 0;
}

static void strings_end(struct blob *b, bool bad)
{
	raw_sections(b);
	b->h.str_len -= bad;
}

static void align(struct blob *b, bool bad)
{
	raw_sections(b);
	if (bad) {
		b->h.hdr_len += 2;
		b->h.type_len -= 2;
		b->h.str_off -= 2;
		b->words[0] &= ~0xffff;
	}
}

static void empty(struct blob *b, bool bad)
{
	if (!bad)
		blob_int(b, "int", 4);
}

static void nothing(struct blob *b, bool bad)
{
	if (!bad)
		blob_int(b, "int", 4);
	else
		b->cut = 1;
}

static void strings_first(struct blob *b, bool bad)
{
	blob_int(b, "int", 4);
	b->strings[0] = bad ? 'a' : 0;
}

static void strings_last(struct blob *b, bool bad)
{
	blob_int(b, "int", 4);
	b->len -= bad;
}

static void cut_head(struct blob *b, bool bad)
{
	blob_int(b, "int", 4);
	if (bad)
		blob_item2(b, 0, K(PTR) << 24);
	else
		blob_type(b, K(PTR), "", 0, 1);
}

static void cut_items(struct blob *b, bool bad)
{
	blob_int(b, "int", 4);
	blob_type(b, K(STRUCT), "s", 2 + bad, 8);
	blob_item3(b, 0, 1, 0);
	blob_item3(b, 0, 1, 32);
}

static void info(struct blob *b, bool bad)
{
	blob_int(b, "int", 4);
	blob_type(b, K(PTR), "", 0, 1);
	b->words[5] |= bad ? 1 << 23 : 0;
}

static void kind_none(struct blob *b, bool bad)
{
	blob_int(b, "int", 4);
	blob_type(b, bad ? K(UNKN) : K(PTR), "", 0, 1);
}

static void kind_new(struct blob *b, bool bad)
{
	blob_int(b, "int", 4);
	blob_type(b, bad ? NR_BTF_KINDS : K(PTR), "", 0, 1);
}

static void kflag(struct blob *b, bool bad)
{
	blob_int(b, "int", 4);
	blob_type(b, K(PTR), "", 0, 1);
	b->words[5] |= bad ? FLAG : 0;
}

static void vlen(struct blob *b, bool bad)
{
	blob_int(b, "int", 4);
	blob_type(b, K(PTR), "", bad, 1);
}

static void name_off(struct blob *b, bool bad)
{
	blob_int(b, "int", 4);
	b->words[0] = bad ? b->len : b->len - 1;
}

static void name_typedef(struct blob *b, bool bad)
{
	blob_int(b, "int", 4);
	blob_type(b, K(TYPEDEF), bad ? "" : "t", 0, 1);
}

static void name_struct(struct blob *b, bool bad)
{
	blob_int(b, "int", 4);
	blob_type(b, K(STRUCT), bad ? "a b" : "a.b", 0, 0);
	blob_type(b, K(UNION), "", 0, 0);
}

static void name_digit(struct blob *b, bool bad)
{
	blob_int(b, "int", 4);
	blob_type(b, K(FWD), bad ? "1a" : "a1", 0, 0);
}

static void name_section(struct blob *b, bool bad)
{
	blob_int(b, "int", 4);
	blob_type(b, K(DATASEC), bad ? "?.maps" : ".maps", 0, 4);
}

static void name_tag(struct blob *b, bool bad)
{
	blob_int(b, "int", 4);
	blob_type(b, K(TYPE_TAG), bad ? "" : "any thing", 0, 1);
}

static void name_long(struct blob *b, bool bad)
{
	char name[514];

	memset(name, 'a', sizeof(name));
	name[bad ? 513 : 512] = '\0';
	blob_type(b, K(FWD), name, 0, 0);
}

static void nameless(struct blob *b, bool bad)
{
	blob_int(b, "int", 4);
	blob_type(b, K(CONST), bad ? "c" : "", 0, 1);
}

static void item_member(struct blob *b, bool bad)
{
	u32 name = blob_name(b, bad ? "a-b" : "ab");

	blob_int(b, "int", 4);
	blob_type(b, K(STRUCT), "", 1, 4);
	blob_item3(b, name, 1, 0);
}

static void item_value(struct blob *b, bool bad)
{
	u32 name = blob_name(b, "RED");

	blob_type(b, K(ENUM), "", 1, 4);
	blob_item2(b, bad ? 0 : name, 7);
}

static void item_value64(struct blob *b, bool bad)
{
	u32 name = blob_name(b, "RED");

	blob_type(b, K(ENUM64), "", 1, 8);
	blob_item3(b, name, 7, 7);
	blob_type(b, K(ENUM64) | FLAG >> 24, "", 1, 8);
	blob_item3(b, bad ? 1000 : name, 7, 7);
}

static void item_param(struct blob *b, bool bad)
{
	u32 name = blob_name(b, bad ? " " : "p");

	blob_int(b, "int", 4);
	blob_type(b, K(FUNC_PROTO), "", 1, 0);
	blob_item2(b, name, 1);
}

static void int_bits(struct blob *b, bool bad)
{
	blob_int(b, "int", 4);
	b->words[3] = bad ? 33 : 32;
}

static void int_wide(struct blob *b, bool bad)
{
	blob_int(b, "int", 16);
	b->words[3] = 1 << 16 | (bad ? 128 : 127);
	b->words[2] = 32;
}

static void int_word(struct blob *b, bool bad)
{
	blob_int(b, "int", 4);
	b->words[3] |= bad ? 1 << 28 : 0;
}

static void int_encoding(struct blob *b, bool bad)
{
	blob_int(b, "int", 4);
	b->words[3] |= (bad ? BTF_INT_SIGNED | BTF_INT_BOOL : BTF_INT_BOOL) << 24;
}

static void size_enum(struct blob *b, bool bad)
{
	blob_type(b, K(ENUM), "e", 0, bad ? 3 : 2);
}

static void size_float(struct blob *b, bool bad)
{
	blob_type(b, K(FLOAT), "f", 0, bad ? 10 : 12);
}

static void size_array(struct blob *b, bool bad)
{
	blob_int(b, "int", 4);
	blob_array(b, 1, 1, 3);
	b->words[6] = bad;
}

static void size_section(struct blob *b, bool bad)
{
	blob_int(b, "int", 4);
	blob_type(b, K(DATASEC), ".bss", 0, bad ? 0 : 1);
}

static void member_order(struct blob *b, bool bad)
{
	blob_int(b, "int", 4);
	blob_type(b, K(STRUCT), "s", 2, 8);
	blob_item3(b, 0, 1, 32);
	blob_item3(b, 0, 1, bad ? 0 : 32);
}

static void member_union(struct blob *b, bool bad)
{
	blob_int(b, "int", 4);
	blob_type(b, K(UNION), "u", 1, 8);
	blob_item3(b, 0, 1, bad ? 32 : 0);
}

static void member_out(struct blob *b, bool bad)
{
	blob_int(b, "int", 4);
	blob_array(b, 1, 1, 0);
	blob_type(b, K(STRUCT), "s", 1, 8);
	blob_item3(b, 0, 2, bad ? 96 : 64);
}

static void var_linkage(struct blob *b, bool bad)
{
	blob_int(b, "int", 4);
	blob_type(b, K(VAR), "v.1", 0, 1);
	blob_word(b, bad ? BTF_VAR_GLOBAL_EXTERN : BTF_VAR_GLOBAL_ALLOCATED);
}

static void func_linkage(struct blob *b, bool bad)
{
	blob_type(b, K(FUNC_PROTO), "", 0, 0);
	blob_type(b, K(FUNC), "f", bad ? BTF_FUNC_EXTERN : BTF_FUNC_GLOBAL, 1);
}

static void two_vars(struct blob *b, u32 first, u32 second, u32 bytes)
{
	blob_int(b, "int", 4);
	blob_type(b, K(VAR), "a", 0, 1);
	blob_word(b, 0);
	blob_type(b, K(VAR), "b", 0, 1);
	blob_word(b, 1);
	blob_type(b, K(DATASEC), ".bss", 2, 8);
	blob_item3(b, 2, first, 4);
	blob_item3(b, 3, second, bytes);
}

static void section_overlap(struct blob *b, bool bad)
{
	two_vars(b, 0, bad ? 2 : 4, 4);
}

static void section_end(struct blob *b, bool bad)
{
	two_vars(b, 0, 4, bad ? 5 : 4);
}

static void section_none(struct blob *b, bool bad)
{
	two_vars(b, 0, 4, bad ? 0 : 4);
}

static void tagged(struct blob *b, u32 target, s32 part)
{
	blob_int(b, "int", 4);
	blob_type(b, K(STRUCT), "s", 1, 4);
	blob_item3(b, 0, 1, 0);
	blob_type(b, K(DECL_TAG), "tag", 0, target);
	blob_word(b, part);
}

static void tag_index(struct blob *b, bool bad)
{
	tagged(b, 2, bad ? -2 : -1);
}

static void tag_target(struct blob *b, bool bad)
{
	tagged(b, bad ? 1 : 2, -1);
}

static void tag_part(struct blob *b, bool bad)
{
	tagged(b, 2, bad);
}

static void tag_part_func(struct blob *b, bool bad)
{
	u32 name = blob_name(b, "p");

	blob_type(b, K(DECL_TAG), "tag", 0, 4);
	blob_word(b, bad);
	blob_int(b, "int", 4);
	blob_type(b, K(FUNC_PROTO), "", 1, 0);
	blob_item2(b, name, 2);
	blob_type(b, K(FUNC), "f", 0, 3);
}

static void tag_part_var(struct blob *b, bool bad)
{
	blob_int(b, "int", 4);
	blob_type(b, K(VAR), "v", 0, 1);
	blob_word(b, 0);
	blob_type(b, K(DECL_TAG), "tag", 0, 2);
	blob_word(b, bad ? 0 : -1);
}

static void fwd_type(struct blob *b, bool bad)
{
	blob_type(b, K(FWD), "s", 0, bad);
}

static void ref_target(struct blob *b, bool bad)
{
	blob_int(b, "int", 4);
	blob_type(b, K(PTR), "", 0, bad ? 3 : 2);
	b->words[6] = bad ? 3 : 1;
}

static void ref_member(struct blob *b, bool bad)
{
	blob_int(b, "int", 4);
	blob_type(b, K(STRUCT), "s", 1, 4);
	blob_item3(b, 0, bad ? 0xffffffff : 1, 0);
}

static void ref_elem(struct blob *b, bool bad)
{
	blob_int(b, "int", 4);
	blob_array(b, bad ? 77 : 1, 1, 1);
}

static void ref_param(struct blob *b, bool bad)
{
	blob_int(b, "int", 4);
	blob_type(b, K(FUNC_PROTO), "", 1, 1);
	blob_item2(b, 0, bad ? 3 : 1);
}

static void ref_section(struct blob *b, bool bad)
{
	two_vars(b, 0, 4, 4);
	b->words[b->count - 3] = bad ? 5 : 3;
}

static void loop_typedef(struct blob *b, bool bad)
{
	blob_int(b, "int", 4);
	blob_type(b, K(TYPEDEF), "a", 0, 3);
	blob_type(b, K(TYPEDEF), "b", 0, bad ? 2 : 1);
}

static void loop_pointer(struct blob *b, bool bad)
{
	blob_int(b, "int", 4);
	blob_type(b, K(PTR), "", 0, 3);
	blob_type(b, K(CONST), "", 0, bad ? 2 : 1);
}

static void loop_self(struct blob *b, bool bad)
{
	blob_type(b, K(STRUCT), "s", 1, 8);
	blob_item3(b, 0, bad ? 1 : 2, 0);
	blob_type(b, K(PTR), "", 0, 1);
}

static void loop_struct(struct blob *b, bool bad)
{
	blob_int(b, "int", 4);
	blob_type(b, K(STRUCT), "a", 1, 8);
	blob_item3(b, 0, 3, 0);
	blob_type(b, K(CONST), "", 0, 4);
	blob_array(b, 5, 1, 1);
	blob_type(b, K(UNION), "u", 1, 8);
	blob_item3(b, 0, bad ? 2 : 1, 0);
}

/* @n typedefs, the first one of which is the outermost */
static void chain(struct blob *b, u32 n)
{
	u32 i;

	for (i = 1; i <= n; i++)
		blob_type(b, K(TYPEDEF), "t", 0, i + 1);
	blob_int(b, "int", 4);
}

static void depth_chain(struct blob *b, bool bad)
{
	chain(b, BPF_TYPES_DEPTH + bad);
}

static void depth_struct(struct blob *b, bool bad)
{
	u32 i, n = BPF_TYPES_DEPTH + bad;

	for (i = 1; i <= n; i++) {
		blob_type(b, K(STRUCT), "", 1, 4);
		blob_item3(b, 0, i + 1, 0);
	}
	blob_int(b, "int", 4);
}

static void tag_order(struct blob *b, bool bad)
{
	blob_int(b, "int", 4);
	blob_type(b, K(PTR), "", 0, 3);
	blob_type(b, bad ? K(CONST) : K(TYPE_TAG), bad ? "" : "t", 0, 4);
	blob_type(b, bad ? K(TYPE_TAG) : K(CONST), bad ? "t" : "", 0, 1);
}

static void target_pointer(struct blob *b, bool bad)
{
	blob_func(b, "f", 0);
	blob_type(b, K(DECL_TAG), "t", 0, 2);
	blob_word(b, -1);
	blob_type(b, K(PTR), "", 0, bad ? 3 : 2);
}

static void target_var(struct blob *b, bool bad)
{
	blob_int(b, "int", 4);
	blob_type(b, K(VAR), "v", 0, 1);
	blob_word(b, 0);
	blob_type(b, K(CONST), "", 0, bad ? 2 : 1);
}

static void target_of_var(struct blob *b, bool bad)
{
	blob_int(b, "int", 4);
	blob_type(b, K(VAR), "v", 0, bad ? 0 : 1);
	blob_word(b, 0);
}

static void array_index(struct blob *b, bool bad)
{
	blob_int(b, "int", 4);
	blob_type(b, K(ENUM), "e", 0, 4);
	blob_array(b, 1, bad ? 2 : 1, 4);
}

static void array_elem(struct blob *b, bool bad)
{
	blob_int(b, "int", 4);
	blob_type(b, K(FWD), "s", 0, 0);
	blob_array(b, bad ? 2 : 1, 1, 4);
}

static void array_bits(struct blob *b, bool bad)
{
	blob_int(b, "int", 4);
	blob_int(b, "odd", 4);
	b->words[7] = bad ? 31 : 32;
	blob_array(b, 2, 1, 4);
}

static void array_var(struct blob *b, bool bad)
{
	blob_int(b, "int", 4);
	blob_type(b, K(VAR), "v", 0, 1);
	blob_word(b, 0);
	blob_array(b, bad ? 2 : 1, 1, 4);
}

static void array_size(struct blob *b, bool bad)
{
	blob_int(b, "int", 4);
	blob_array(b, 1, 1, bad ? 0x40000000 : 0x3fffffff);
}

static void array_nested(struct blob *b, bool bad)
{
	blob_int(b, "int", 4);
	blob_array(b, 3, 1, bad ? 0x10000 : 0xffff);
	blob_array(b, 1, 1, 0x4000);
}

static void member_type(struct blob *b, bool bad)
{
	blob_int(b, "int", 4);
	blob_type(b, K(CONST), "", 0, bad ? 0 : 1);
	blob_type(b, K(STRUCT), "s", 1, 4);
	blob_item3(b, 0, 2, 0);
}

static void member_var(struct blob *b, bool bad)
{
	blob_int(b, "int", 4);
	blob_type(b, K(VAR), "v", 0, 1);
	blob_word(b, 0);
	blob_type(b, K(STRUCT), "s", 1, 4);
	blob_item3(b, 0, bad ? 2 : 1, 0);
}

/* a member of a structure whose flag is set: @width bits at @bit, of type @type */
static void bit_field(struct blob *b, u32 type, u32 width, u32 bit)
{
	blob_int(b, "int", 4);
	blob_type(b, K(ENUM), "e", 0, 4);
	blob_type(b, K(PTR), "", 0, 1);
	blob_type(b, K(STRUCT), "s", 1, 16);
	b->words[b->count - 2] |= FLAG;
	blob_item3(b, 0, type, width << 24 | bit);
}

static void width_int(struct blob *b, bool bad)
{
	bit_field(b, 1, 32 + bad, 3);
}

static void width_enum(struct blob *b, bool bad)
{
	bit_field(b, 2, 32 + bad, 3);
}

static void width_pointer(struct blob *b, bool bad)
{
	bit_field(b, 3, bad, 0);
}

static void width_old(struct blob *b, bool bad)
{
	blob_int(b, "wide", 16);
	b->words[3] = bad ? 128 : 120;
	blob_type(b, K(STRUCT), "s", 1, 24);
	blob_item3(b, 0, 1, 4);
}

static void align_int(struct blob *b, bool bad)
{
	bit_field(b, 1, 0, bad ? 4 : 8);
}

static void align_enum(struct blob *b, bool bad)
{
	bit_field(b, 2, 0, bad ? 4 : 8);
}

static void align_pointer(struct blob *b, bool bad)
{
	bit_field(b, 3, 0, bad ? 4 : 8);
}

static void align_float(struct blob *b, bool bad)
{
	blob_type(b, K(FLOAT), "double", 0, 8);
	blob_type(b, K(STRUCT), "s", 1, 16);
	blob_item3(b, 0, 1, bad ? 32 : 64);
}

static void end_int(struct blob *b, bool bad)
{
	blob_int(b, "int", 4);
	blob_type(b, K(STRUCT), "s", 1, 8);
	blob_item3(b, 0, 1, bad ? 40 : 32);
}

static void end_bits(struct blob *b, bool bad)
{
	bit_field(b, 1, 4, bad ? 125 : 124);
}

static void end_struct(struct blob *b, bool bad)
{
	blob_type(b, K(STRUCT), "in", 0, bad ? 9 : 8);
	blob_type(b, K(UNION), "out", 1, 8);
	blob_item3(b, 0, 1, 0);
}

static void end_offset(struct blob *b, bool bad)
{
	blob_int(b, "odd", 8);
	b->words[3] = 8 << 16 | 8;
	blob_type(b, K(STRUCT), "s", 1, 4);
	blob_item3(b, 0, 1, bad ? 24 : 16);
}

static void param_type(struct blob *b, bool bad)
{
	blob_int(b, "int", 4);
	blob_type(b, K(FUNC_PROTO), "", 2, 1);
	blob_item2(b, 0, bad ? 0 : 1);
	blob_item2(b, 0, 1);
}

static void param_rest(struct blob *b, bool bad)
{
	u32 name = blob_name(b, "x");

	blob_int(b, "int", 4);
	blob_type(b, K(FUNC_PROTO), "", 2, 1);
	blob_item2(b, 0, 1);
	blob_item2(b, bad ? name : 0, 0);
}

static void return_type(struct blob *b, bool bad)
{
	blob_type(b, K(FWD), "s", 0, 0);
	blob_type(b, K(FUNC_PROTO), "", 0, bad);
}

static void func_type(struct blob *b, bool bad)
{
	blob_int(b, "int", 4);
	blob_type(b, K(FUNC_PROTO), "", 0, 1);
	blob_type(b, K(FUNC), "f", 0, bad ? 1 : 2);
}

static void func_param(struct blob *b, bool bad)
{
	u32 name = blob_name(b, "p");

	blob_int(b, "int", 4);
	blob_type(b, K(FUNC), "f", 0, 3);
	blob_type(b, K(FUNC_PROTO), "", 2, 1);
	blob_item2(b, bad ? 0 : name, 1);
	blob_item2(b, 0, 0);
}

static void section_var(struct blob *b, bool bad)
{
	two_vars(b, 0, 4, 4);
	b->words[b->count - 3] = bad ? 1 : 3;
}

static void section_size(struct blob *b, bool bad)
{
	two_vars(b, 0, 4, bad ? 3 : 4);
}

const struct btf_case btf_cases[] = {
	{ "types-header", "seven bytes", header_short },
	{ "types-header", "a header longer than all", header_len },
	{ "types-header-new", "a header of the future", header_long },
	{ "types-magic", "the other byte order", magic },
	{ "types-version", "version 2", version },
	{ "types-flags", "flags", flags },
	{ "types-section", "types at the end of the world", section_types },
	{ "types-section", "strings without an end", section_strings },
	{ "types-sections", "sections that overlap", sections_overlap },
	{ "types-sections", "bytes that belong to no section", sections_gap },
	{ "types-strings-end", "strings not at the end", strings_end },
	{ "types-align", "records at an odd place", align },
	{ "types-empty", "no types", empty },
	{ "types-empty", "nothing behind the header", nothing },
	{ "types-strings", "strings that do not begin with zero", strings_first },
	{ "types-strings", "strings that do not end with zero", strings_last },
	{ "type-cut", "half a record", cut_head },
	{ "type-cut", "a member too few", cut_items },
	{ "type-info", "a bit of info", info },
	{ "type-kind", "kind 0", kind_none },
	{ "type-kind", "a kind of the future", kind_new },
	{ "type-kflag", "flag of a pointer", kflag },
	{ "type-vlen", "items of a pointer", vlen },
	{ "type-name-offset", "a name behind the strings", name_off },
	{ "type-name", "typedef without name", name_typedef },
	{ "type-name", "blank in a name", name_struct },
	{ "type-name", "name that begins with a digit", name_digit },
	{ "type-name", "question mark of a section", name_section },
	{ "type-name", "empty tag", name_tag },
	{ "type-name", "name of 513 letters", name_long },
	{ "type-nameless", "const with a name", nameless },
	{ "item-name", "minus in a member", item_member },
	{ "item-name", "value without name", item_value },
	{ "item-name", "wide value with a name that is none", item_value64 },
	{ "item-name", "blank parameter", item_param },
	{ "int-bits", "33 bits of 4 bytes", int_bits },
	{ "int-bits", "129 bits", int_wide },
	{ "int-word", "a bit of an integer's word", int_word },
	{ "int-encoding", "signed truth", int_encoding },
	{ "type-size", "enum of 3 bytes", size_enum },
	{ "type-size", "float of 10 bytes", size_float },
	{ "type-size", "array with a size", size_array },
	{ "type-size", "section of no size", size_section },
	{ "member-order", "member before the one in front", member_order },
	{ "member-order", "member of a union not at its start", member_union },
	{ "member-out", "member behind the end", member_out },
	{ "var-linkage", "variable of elsewhere", var_linkage },
	{ "func-linkage", "function of elsewhere", func_linkage },
	{ "section-order", "variables that overlap", section_overlap },
	{ "section-order", "variable beyond the section", section_end },
	{ "section-order", "variable of no size", section_none },
	{ "tag-index", "component -2", tag_index },
	{ "fwd-type", "announced with a type", fwd_type },
	{ "type-ref", "pointer to a type that is none", ref_target },
	{ "type-ref", "member of type -1", ref_member },
	{ "type-ref", "array of a type that is none", ref_elem },
	{ "type-ref", "parameter of a type that is none", ref_param },
	{ "type-ref", "variable of a section that is none", ref_section },
	{ "type-loop", "two typedefs of each other", loop_typedef },
	{ "type-loop", "a pointer to itself", loop_pointer },
	{ "type-loop", "a structure in itself", loop_self },
	{ "type-loop", "struct, const, array, union and again", loop_struct },
	{ "type-depth", "33 typedefs", depth_chain },
	{ "type-depth", "33 structures in each other", depth_struct },
	{ "type-tag-order", "const in front of a tag", tag_order },
	{ "type-target", "pointer to a tag", target_pointer },
	{ "type-target", "const variable", target_var },
	{ "type-target", "variable of void", target_of_var },
	{ "array-index", "index that is an enum", array_index },
	{ "array-elem", "array of what is only announced", array_elem },
	{ "array-elem", "array of odd integers", array_bits },
	{ "array-elem", "array of a variable", array_var },
	{ "array-size", "4 GiB", array_size },
	{ "array-size", "4 GiB in two steps", array_nested },
	{ "member-type", "member of const void", member_type },
	{ "member-type", "member that is a variable", member_var },
	{ "member-width", "33 bits of an int", width_int },
	{ "member-width", "33 bits of an enum", width_enum },
	{ "member-width", "a bit of a pointer", width_pointer },
	{ "member-width", "128 bits from bit 4 on", width_old },
	{ "member-align", "int at bit 4", align_int },
	{ "member-align", "enum at bit 4", align_enum },
	{ "member-align", "pointer at bit 4", align_pointer },
	{ "member-align", "double at byte 4", align_float },
	{ "member-end", "int beyond the end", end_int },
	{ "member-end", "bit-field beyond the end", end_bits },
	{ "member-end", "structure larger than what holds it", end_struct },
	{ "member-end", "integer with an offset of its own", end_offset },
	{ "param-type", "parameter of void", param_type },
	{ "param-type", "named rest", param_rest },
	{ "return-type", "returns what is only announced", return_type },
	{ "func-type", "function that is an int", func_type },
	{ "func-param", "parameter without name", func_param },
	{ "section-var", "section of types", section_var },
	{ "section-size", "variable cut short", section_size },
	{ "tag-target", "tag of an int", tag_target },
	{ "tag-part", "member 1 of 1", tag_part },
	{ "tag-part", "parameter 1 of 1", tag_part_func },
	{ "tag-part", "part of a variable", tag_part_var },
};

const u32 btf_case_count = sizeof(btf_cases) / sizeof(btf_cases[0]);
