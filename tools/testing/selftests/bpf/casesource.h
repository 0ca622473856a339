/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The source of a case as a loader says it: types, functions and lines (linux/btf.h).
 */
#ifndef SELFTESTS_CASESOURCE_H
#define SELFTESTS_CASESOURCE_H

#include "btf_blob.h"
#include "casefile.h"

#define CASE_SOURCE_LINES	64
#define CASE_SOURCE_FUNCS	16

/**
 * struct case_types - the source of a case, put together
 * @blob:	types
 * @size:	their bytes
 * @funcs:	functions, in order
 * @func_count:	how many
 * @lines:	lines, in order
 * @line_count:	how many
 * @key_type:	type of keys of maps with a value type: four bytes
 * @wide_type:	eight bytes
 * @byte_type:	one byte
 * @value_type:	of each map, type of its values, or 0
 */
struct case_types {
	unsigned char		blob[sizeof(struct blob)];
	__u32			size;
	struct bpf_func_info	funcs[CASE_SOURCE_FUNCS];
	__u32			func_count;
	struct bpf_line_info	lines[CASE_SOURCE_LINES];
	__u32			line_count;
	__u32			key_type;
	__u32			wide_type;
	__u32			byte_type;
	__u32			value_type[CASE_MAPS];
};

/* 0, or -1 with c->error; there is a source where c->source.func is not empty */
int case_source(struct bpf_case *c, struct case_types *out);

#endif /* SELFTESTS_CASESOURCE_H */
