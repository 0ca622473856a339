/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Inside of the checker of types: one check, its refusals, its passes in order.
 *
 *	parse.c		header, strings; where each record begins
 *	kinds.c		each record by itself
 *	graph.c		what refers to what: range, cycles, depth; sizes
 *	refs.c		each record against those it refers to
 *
 * A pass may rely on what those before it found good, and on nothing else of the blob.
 *
 * Layer Kt.
 */
#ifndef _BPF_BTF_CHECK_H
#define _BPF_BTF_CHECK_H

#include <linux/types.h>
#include "types.h"

/* why a blob, or what a program says with it, is refused: rows of faults.def */
enum bpf_fault {
#define FAULT(id, ...) BPF_FAULT_##id,
#include "faults.def"
#undef FAULT
	BPF_FAULT_COUNT,
};

/* no type in particular */
#define BPF_NO_TYPE	0

/**
 * struct btf_check - one check
 * @types:	what is being checked; each pass fills in its part
 * @log:	where refusals go, or NULL
 * @id:		type being looked at, for messages, or BPF_NO_TYPE
 */
struct btf_check {
	struct bpf_types	*types;
	struct bv_log		*log;
	u32			id;
};

/* how much of a record there is, by its kind */
struct btf_shape {
	const char	*word;		/* for messages */
	u8		fixed_bytes;	/* behind struct btf_type */
	u8		item_bytes;	/* and for each item that BTF_INFO_VLEN counts */
};

/* fault.c: the row's errno, negative */
int btf_fault(const struct btf_check *c, enum bpf_fault why, ...);

/* kinds.c */
const struct btf_shape *btf_shape(u32 kind);	/* NULL: no such kind */
int btf_check_record(const struct btf_check *c, const struct btf_type *t);

/* graph.c */
int btf_check_graph(struct btf_check *c);

/* refs.c */
int btf_check_refs(struct btf_check *c);

/* query.c */
bool btf_name_is_valid(const char *name);
bool btf_is_modifier(u32 kind);			/* typedef, qualifier, type tag */
bool btf_is_compound(u32 kind);			/* struct, union */
bool btf_int_is_plain(const struct btf_type *t);	/* of whole bytes */

/* what stands behind a record's beginning */
#define btf_items(t)	((const void *)((t) + 1))

static inline u32 btf_int_word(const struct btf_type *t)
{
	return *(const u32 *)btf_items(t);
}

/* where a member begins, in bits */
static inline u32 btf_member_bit(const struct btf_type *t, const struct btf_member *m)
{
	return BTF_INFO_KFLAG(t->info) ? BTF_MEMBER_BIT_OFFSET(m->offset) : m->offset;
}

/* width of a bit-field; 0: it is none, or the type says */
static inline u32 btf_member_width(const struct btf_type *t, const struct btf_member *m)
{
	return BTF_INFO_KFLAG(t->info) ? BTF_MEMBER_BITFIELD_SIZE(m->offset) : 0;
}

#endif /* _BPF_BTF_CHECK_H */
