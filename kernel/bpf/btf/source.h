/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a program says of its source: where functions begin and which line an instruction
 * comes from. Pure, like types.h; the verifier's log quotes it in both builds.
 *
 * Layer Kt: kernel-doc is with the definitions.
 */
#ifndef _BPF_BTF_SOURCE_H
#define _BPF_BTF_SOURCE_H

#include <linux/types.h>
#include <uapi/linux/bpf.h>
#include "types.h"

struct bv_result;

/* bytes that records of user space may have */
#define BPF_RECORD_MAX_BYTES	252

/* no line is known */
#define BPF_NO_LINE		0xffffffff

/* bytes of text as it is quoted, the end included; longer ones are cut */
#define BPF_SOURCE_TEXT		160

/**
 * struct bpf_source - a program's functions and lines
 * @types:	names and texts
 * @funcs:	functions in order, the first one at instruction 0
 * @lines:	lines in order
 * @func_count:	how many functions; 0: nothing is said of them
 * @line_count:	how many lines; 0: likewise
 */
struct bpf_source {
	const struct bpf_types		*types;
	const struct bpf_func_info	*funcs;
	const struct bpf_line_info	*lines;
	u32				func_count;
	u32				line_count;
};

/**
 * struct bpf_quote - a line, fit to be printed
 * @file:	last part of the file's name
 * @text:	the line without what is blank in front
 * @line:	its number
 * @column:	where in it
 */
struct bpf_quote {
	char	file[64];
	char	text[BPF_SOURCE_TEXT];
	u32	line;
	u32	column;
};

int bpf_source_check(const struct bpf_source *src, const struct bpf_insn *insns, u32 count,
		     struct bv_log *log);
u32 bpf_source_find(const struct bpf_source *src, u32 pc);
bool bpf_source_quote(const struct bpf_source *src, u32 index, struct bpf_quote *out);
const struct btf_type *bpf_source_type(const struct bpf_source *src, u32 start);
const char *bpf_source_func(const struct bpf_source *src, u32 pc);
u32 bpf_source_move_funcs(const struct bv_result *res, struct bpf_func_info *funcs,
			  u32 func_count);
u32 bpf_source_move(const u32 *placed, u32 count, struct bpf_line_info *lines, u32 line_count);

/* what records of user space look like: refusals of whoever copies them */
int bpf_record_size_fault(struct bv_log *log, const char *what, u32 bytes, u32 least);
int bpf_record_new_fault(struct bv_log *log, const char *what, u32 index);

#endif /* _BPF_BTF_SOURCE_H */
