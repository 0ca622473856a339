/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Tests of the checker of types, in pieces: blobs with a mistake (btf_cases.c), records
 * about functions and lines (btf_source.c), and what checks both (btf_test.c).
 */
#ifndef TOOLS_BPF_BTF_CASES_H
#define TOOLS_BPF_BTF_CASES_H

#include <linux/types.h>
#include "btf_blob.h"

struct bpf_types;

/**
 * struct btf_case - a mistake
 * @rule:	rule of faults.def that finds it
 * @what:	it, in words
 * @build:	writes the blob that has it, or its neighbour that has not
 */
struct btf_case {
	const char	*rule;
	const char	*what;
	void		(*build)(struct blob *b, bool bad);
};

extern const struct btf_case btf_cases[];
extern const u32 btf_case_count;

/* btf_test.c: ok() of tap.h, whose counts are the program's */
__printf(2, 3) bool btf_ok(bool holds, const char *fmt, ...);
/* btf_test.c: types of what @build writes, or NULL; what the log of that level says */
struct bpf_types *btf_make(void (*build)(struct blob *b, bool bad), u32 level);
extern char btf_log[1 << 20];
/* is it the refusal of that rule? Counts as a test of it */
bool btf_is_refused(const char *rule, int err);

/* btf_source.c */
void btf_test_source(void);

#endif /* TOOLS_BPF_BTF_CASES_H */
