// SPDX-License-Identifier: GPL-2.0-only
/*
 * Records about functions and lines: refused and accepted ones, also without memory, and
 * what is found with them. Part of btf_test.
 */
#include <linux/bpf_func.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/limits.h>
#include <linux/types.h>
#include <string.h>
#include "btf/source.h"
#include "btf_cases.h"
#include "host_user.h"
#include "vlog.h"

static const struct bpf_insn program[] = {
	{ BPF_ALU64 | BPF_MOV | BPF_K, 0, 0, 0, 0 },
	{ BPF_JMP | BPF_CALL, 0, BPF_PSEUDO_CALL, 0, 3 },
	{ BPF_LD | BPF_IMM | BPF_DW, 1, 0, 0, 5 },
	{ 0 },
	{ BPF_JMP | BPF_EXIT },
	{ BPF_ALU64 | BPF_MOV | BPF_K, 0, 0, 0, 0 },
	{ BPF_JMP | BPF_EXIT },
};

static const struct bpf_func_info good_funcs[] = { { 0, 3 }, { 5, 5 } };
static struct bpf_line_info good_lines[4];

static void build_program(struct blob *b, bool bad)
{
	u32 file = blob_name(b, "/src/pkt.c"), text = blob_name(b, "\t\treturn\t\x1b[1m0;");
	u32 i;

	blob_int(b, "int", 4);
	blob_func(b, "count", 1);
	blob_func(b, "helper", 1);
	for (i = 0; i < ARRAY_SIZE(good_lines); i++)
		good_lines[i] = (struct bpf_line_info){
			(const u32[]){ 0, 1, 2, 5 }[i], file, text, (20 + i) << 10 | 3
		};
}

static void expect_source(const struct bpf_source *src, const char *rule, const char *what)
{
	struct bv_log log;
	long live = user_memory_live();
	int err, again;
	u32 nth = 0;

	bv_log_start(&log, btf_log, sizeof(btf_log), 1);
	err = bpf_source_check(src, program, ARRAY_SIZE(program), &log);
	bv_log_finish(&log);
	if (!btf_ok(rule ? btf_is_refused(rule, err) : !err && !btf_log[0], "%s: %s", what,
		rule ? rule : "accepted"))
		printf("# %d %s\n", err, btf_log);
	do {
		user_starve(++nth);
		again = bpf_source_check(src, program, ARRAY_SIZE(program), NULL);
	} while (user_starved() && again == -ENOMEM && nth < 10);
	user_starve(0);
	btf_ok(again == err && nth > 1 && user_memory_live() == live,
	   "the same without a log, and without memory");
}

static void test_funcs(struct bpf_source src)
{
	struct bpf_func_info f[2];

	src.funcs = f;
	src.func_count = 2;
	memcpy(f, good_funcs, sizeof(f));
	expect_source(&src, NULL, "two functions");
	src.func_count = 1;
	expect_source(&src, "func-count", "one function of two");
	src.func_count = 2;
	f[0].insn_off = 1;
	expect_source(&src, "func-order", "the first one not at 0");
	f[0].insn_off = 0;
	f[1].insn_off = 0;
	expect_source(&src, "func-order", "both at 0");
	f[1].insn_off = 4;
	expect_source(&src, "func-start", "where none begins");
	f[1].insn_off = 7;
	expect_source(&src, "func-start", "behind the program");
	f[1].insn_off = 5;
	f[1].type_id = 2;
	expect_source(&src, "func-id", "a prototype");
	f[1].type_id = 0;
	expect_source(&src, "func-id", "void");
	f[1].type_id = 6;
	expect_source(&src, "func-id", "a type that is none");
}

static void test_lines(struct bpf_source src)
{
	struct bpf_line_info l[4];

	src.lines = l;
	src.line_count = 4;
	memcpy(l, good_lines, sizeof(l));
	expect_source(&src, NULL, "four lines");
	l[1].insn_off = 0;
	expect_source(&src, "line-order", "two at one instruction");
	l[1].insn_off = 3;
	l[2].insn_off = 2;
	expect_source(&src, "line-insn", "the second half of a constant");
	l[1].insn_off = 2;
	l[2].insn_off = 4;
	expect_source(&src, NULL, "other instructions");
	l[3].insn_off = 7;
	expect_source(&src, "line-order", "behind the program");
	l[3].insn_off = 6;
	expect_source(&src, "line-func", "none where the second function begins");
	l[3].insn_off = 5;
	l[0].insn_off = 1;
	expect_source(&src, "line-func", "none at 0");
	l[0].insn_off = 0;
	src.line_count = 3;
	expect_source(&src, "line-func", "none behind the last");
	src.line_count = 4;
	l[2].line_off = src.types->strings_len;
	expect_source(&src, "line-name", "a text that is none");
	l[2].line_off = 0;
	expect_source(&src, NULL, "an empty text");
	l[2].file_name_off = 0xffffffff;
	expect_source(&src, "line-name", "a file that is none");
	src.lines = NULL;
	src.line_count = ARRAY_SIZE(program) + 1;
	expect_source(&src, "line-count", "more than can be");
}

static void test_record_faults(void)
{
	struct bv_log log;
	int err;

	bv_log_start(&log, btf_log, sizeof(btf_log), 1);
	err = bpf_record_size_fault(&log, "lines", 15, 16);
	bv_log_finish(&log);
	btf_ok(btf_is_refused("record-size", err), "records of 15 bytes");
	bv_log_start(&log, btf_log, sizeof(btf_log), 1);
	err = bpf_record_new_fault(&log, "functions", 1);
	bv_log_finish(&log);
	btf_ok(btf_is_refused("record-new", err), "records of the future");
}

static void test_quotes(const struct bpf_source *src)
{
	static const u32 line[] = { 0, 1, 2, 2, 2, 3, 3 };
	struct bpf_quote quote;
	u32 pc, good = 0;

	for (pc = 0; pc < ARRAY_SIZE(line); pc++)
		good += bpf_source_find(src, pc) == line[pc];
	btf_ok(good == ARRAY_SIZE(line), "which line each instruction comes from");
	btf_ok(bpf_source_find(NULL, 0) == BPF_NO_LINE && !bpf_source_quote(src, BPF_NO_LINE, &quote),
	   "none where nothing is said");
	btf_ok(bpf_source_quote(src, 3, &quote) && quote.line == 23 && quote.column == 3 &&
	   !strcmp(quote.file, "pkt.c") && !strcmp(quote.text, "return ?[1m0;"),
	   "a line is quoted without what terminals obey");
	good_lines[2].line_col = 0;
	btf_ok(bpf_source_find(src, 4) == 1 && bpf_source_find(src, 5) == 3,
	   "what has line 0 belongs to the line in front");
	good_lines[0].line_col = 0;
	good_lines[0].line_off = 0;
	btf_ok(bpf_source_find(src, 0) == 0 && !bpf_source_quote(src, 0, &quote),
	   "or nothing is known");
	btf_ok(!strcmp(bpf_source_func(src, 4), "count") &&
	   !strcmp(bpf_source_func(src, 5), "helper") && !bpf_source_func(NULL, 0),
	   "functions by their names");
}

static void test_move(void)
{
	static const u32 gone = U32_MAX;
	const u32 placed[] = { 0, gone, gone, gone, 4, gone, 9 };
	struct bpf_line_info l[4];

	memcpy(l, good_lines, sizeof(l));
	btf_ok(bpf_source_move(placed, 7, l, 4) == 3 && l[0].insn_off == 0 &&
	   l[1].insn_off == 4 && l[1].line_col == good_lines[2].line_col &&
	   l[2].insn_off == 9, "lines go where their instructions go, or away with them");
}

void btf_test_source(void)
{
	struct bpf_source src = { };
	struct bpf_types *types = btf_make(build_program, BV_LOG_PATH);

	if (!btf_ok(types, "types of a program"))
		return;
	src.types = types;
	expect_source(&src, NULL, "nothing said");
	test_funcs(src);
	test_lines(src);
	test_record_faults();
	src.funcs = good_funcs;
	src.func_count = 2;
	src.lines = good_lines;
	src.line_count = 4;
	test_move();
	test_quotes(&src);
	bpf_types_free(types);
	btf_ok(!user_memory_live(), "nothing is left over");
}
