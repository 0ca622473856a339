/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Types that a program came with: a blob that has been checked once, and questions about
 * it. Knows neither descriptors nor user memory, and builds in user space too.
 *
 *	bytes from anywhere -> bpf_types_new() -> struct bpf_types, never changed again
 *
 * Layer Kt: kernel-doc is with the definitions.
 */
#ifndef _BPF_BTF_TYPES_H
#define _BPF_BTF_TYPES_H

#include <linux/types.h>
#include <uapi/linux/btf.h>

struct bv_log;

/* bytes that a blob may have */
#define BPF_TYPES_MAX_BYTES	(16U << 20)

/* types that are being looked into at once: how deep they may contain each other */
#define BPF_TYPES_DEPTH		32

/**
 * struct bpf_types - a checked blob
 * @data:	all of it; owned
 * @size:	its bytes
 * @records:	first type record in it
 * @strings:	first string in it
 * @strings_len: bytes of strings, the last one zero
 * @count:	types, void included: numbers below are types
 * @off:	of each type, where its record is from @records on
 * @base:	of each type, the one behind its typedefs and qualifiers
 * @bytes:	of each type, its size; 0 where it has none (bpf_type_bytes())
 */
struct bpf_types {
	const void	*data;
	u32		size;
	const u8	*records;
	const char	*strings;
	u32		strings_len;
	u32		count;
	u32		*off;
	u32		*base;
	u32		*bytes;
};

/* parse.c */
int bpf_types_new(void *data, u32 size, struct bv_log *log, struct bpf_types **out);
void bpf_types_free(struct bpf_types *types);

/* string at an offset, any value: it ends within the strings; NULL where there is none */
static inline const char *bpf_types_string(const struct bpf_types *types, u32 off)
{
	return off < types->strings_len ? types->strings + off : NULL;
}

/* query.c */
const struct btf_type *bpf_type_record(const struct bpf_types *types, u32 id);
u32 bpf_type_kind(const struct bpf_types *types, u32 id);
bool bpf_type_bytes(const struct bpf_types *types, u32 id, u32 *bytes);
bool bpf_type_is_plain_u32(const struct bpf_types *types, u32 id);
u32 bpf_type_param(const struct btf_type *proto, u32 n);
const char *bpf_type_name(const struct bpf_types *types, u32 id);
void bpf_type_text(const struct bpf_types *types, u32 id, char *buf, u32 size);
void bpf_type_path(const struct bpf_types *types, u32 id, u32 off, char *buf, u32 size);

#endif /* _BPF_BTF_TYPES_H */
