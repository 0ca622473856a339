/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * BPF Type Format: how a program tells the kernel, and the kernel a tool, what its
 * types, functions and sections are.
 *
 * A blob is a header, a section of type records and a section of strings. Records are
 * numbered from 1 in the order they stand; 0 is void. Each begins with a struct btf_type,
 * behind which stands what its kind wants. Numbers and layouts are those of released
 * Linux. Documentation/bpf/btf.rst says what is accepted.
 */
#ifndef _UAPI__LINUX_BTF_H__
#define _UAPI__LINUX_BTF_H__

#include <linux/types.h>

#define BTF_MAGIC	0xeB9F
#define BTF_VERSION	1

/**
 * struct btf_header - the first bytes of a blob
 * @magic:	BTF_MAGIC, in the byte order of all that follows
 * @version:	BTF_VERSION
 * @flags:	none are known
 * @hdr_len:	bytes of this header; offsets below count from its end
 * @type_off:	where the records begin
 * @type_len:	bytes of all records
 * @str_off:	where the strings begin
 * @str_len:	bytes of all strings
 */
struct btf_header {
	__u16	magic;
	__u8	version;
	__u8	flags;
	__u32	hdr_len;
	__u32	type_off;
	__u32	type_len;
	__u32	str_off;
	__u32	str_len;
};

#define BTF_MAX_TYPE		0x000fffff	/* highest number of a type */
#define BTF_MAX_NAME_OFFSET	0x00ffffff	/* highest place of a string */
#define BTF_MAX_VLEN		0xffff		/* most members, values, parameters */

/**
 * struct btf_type - the beginning of each record
 * @name_off:	name, as an offset in the strings; 0 is none
 * @info:	BTF_INFO_VLEN: how much of something follows, BTF_INFO_KIND,
 *		BTF_INFO_KFLAG: a flag of the kind's own
 * @size:	bytes, of kinds that have a size of their own
 * @type:	type that it refers to, of the others
 */
struct btf_type {
	__u32	name_off;
	__u32	info;
	union {
		__u32	size;
		__u32	type;
	};
};

#define BTF_INFO_VLEN(info)	((info) & 0xffff)
#define BTF_INFO_KIND(info)	(((info) >> 24) & 0x1f)
#define BTF_INFO_KFLAG(info)	((info) >> 31)

enum {
	BTF_KIND_UNKN = 0,
	BTF_KIND_INT = 1,
	BTF_KIND_PTR = 2,
	BTF_KIND_ARRAY = 3,
	BTF_KIND_STRUCT = 4,
	BTF_KIND_UNION = 5,
	BTF_KIND_ENUM = 6,		/* values of at most 32 bits */
	BTF_KIND_FWD = 7,		/* struct or, with the flag, union without members */
	BTF_KIND_TYPEDEF = 8,
	BTF_KIND_VOLATILE = 9,
	BTF_KIND_CONST = 10,
	BTF_KIND_RESTRICT = 11,
	BTF_KIND_FUNC = 12,		/* a function, its type a FUNC_PROTO */
	BTF_KIND_FUNC_PROTO = 13,
	BTF_KIND_VAR = 14,
	BTF_KIND_DATASEC = 15,		/* a section, its variables */
	BTF_KIND_FLOAT = 16,
	BTF_KIND_DECL_TAG = 17,		/* words about a declaration or a part of it */
	BTF_KIND_TYPE_TAG = 18,		/* words about a type */
	BTF_KIND_ENUM64 = 19,

	NR_BTF_KINDS,
	BTF_KIND_MAX = NR_BTF_KINDS - 1,
};

/* BTF_KIND_INT is followed by one __u32 */
#define BTF_INT_ENCODING(val)	(((val) & 0x0f000000) >> 24)
#define BTF_INT_OFFSET(val)	(((val) & 0x00ff0000) >> 16)
#define BTF_INT_BITS(val)	((val) & 0x000000ff)

#define BTF_INT_SIGNED		(1 << 0)
#define BTF_INT_CHAR		(1 << 1)
#define BTF_INT_BOOL		(1 << 2)

/* BTF_KIND_ENUM is followed by one for each value; with the flag, they are signed */
struct btf_enum {
	__u32	name_off;
	__s32	val;
};

struct btf_enum64 {
	__u32	name_off;
	__u32	val_lo32;
	__u32	val_hi32;
};

/* BTF_KIND_ARRAY is followed by one */
struct btf_array {
	__u32	type;
	__u32	index_type;
	__u32	nelems;
};

/* BTF_KIND_STRUCT and _UNION are followed by one for each member */
struct btf_member {
	__u32	name_off;
	__u32	type;
	__u32	offset;		/* bits; with the flag, also the width of a bit-field */
};

#define BTF_MEMBER_BITFIELD_SIZE(val)	((val) >> 24)
#define BTF_MEMBER_BIT_OFFSET(val)	((val) & 0xffffff)

/* BTF_KIND_FUNC_PROTO is followed by one for each parameter; type 0 at the end: "..." */
struct btf_param {
	__u32	name_off;
	__u32	type;
};

enum {
	BTF_VAR_STATIC = 0,
	BTF_VAR_GLOBAL_ALLOCATED = 1,
	BTF_VAR_GLOBAL_EXTERN = 2,
};

/* BTF_INFO_VLEN of BTF_KIND_FUNC */
enum btf_func_linkage {
	BTF_FUNC_STATIC = 0,
	BTF_FUNC_GLOBAL = 1,
	BTF_FUNC_EXTERN = 2,
};

/* BTF_KIND_VAR is followed by one */
struct btf_var {
	__u32	linkage;
};

/* BTF_KIND_DATASEC is followed by one for each variable, in order of offsets */
struct btf_var_secinfo {
	__u32	type;
	__u32	offset;		/* bytes from the start of the section */
	__u32	size;
};

/* BTF_KIND_DECL_TAG is followed by one: -1 for the whole, or the member or parameter */
struct btf_decl_tag {
	__s32	component_idx;
};

#endif /* _UAPI__LINUX_BTF_H__ */
