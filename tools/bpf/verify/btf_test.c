// SPDX-License-Identifier: GPL-2.0-only
/*
 * The checker of types and of records about functions and lines (kernel/bpf/btf): every
 * row of faults.def has a refused blob here and an accepted one that differs from it by
 * what the row is about; accepted blobs once more with each allocation failing; then what
 * is known of the types that were accepted.
 *
 *	btf_test [BLOB...]	a file with types is one more that must be accepted
 */
#include <linux/bpf_func.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/types.h>
#include <stdlib.h>
#include <string.h>
#include "btf/check.h"
#include <linux/limits.h>
#include "btf_cases.h"
#include "host_user.h"
#include "tap.h"
#include "vlog.h"

#define LOG_BYTES	(1 << 20)
#define K(kind)		BTF_KIND_##kind

static const struct {
	const char	*rule;
	int		error;
} rules[] = {
#define FAULT(id, err, name, text) { name, -(err) },
#include "btf/faults.def"
#undef FAULT
};

static bool tested[ARRAY_SIZE(rules)];
char btf_log[LOG_BYTES];

/* ---- checking them ------------------------------------------------------------------ */

bool btf_ok(bool holds, const char *fmt, ...)
{
	char text[200];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	return ok(holds, "%s", text);
}

static int rule_index(const char *rule)
{
	u32 i;

	for (i = 0; i < ARRAY_SIZE(rules); i++)
		if (!strcmp(rules[i].rule, rule))
			return i;
	abort();
}

bool btf_is_refused(const char *rule, int err)
{
	char tail[64];

	tested[rule_index(rule)] = true;
	snprintf(tail, sizeof(tail), " [%s, malformed]\n", rule);
	return err == rules[rule_index(rule)].error && !strncmp(btf_log, "refused: ", 9) &&
	       strstr(btf_log, tail);
}

/* checks a copy of @bytes; the log is in btf_log */
static int check_bytes(const void *bytes, u32 size, u32 level, struct bpf_types **types)
{
	void *copy = bv_alloc(size ? size : 1);
	struct bv_log log;
	int err;

	if (!copy)
		return -ENOMEM;
	memcpy(copy, bytes, size);
	bv_log_start(&log, btf_log, sizeof(btf_log), level);
	err = bpf_types_new(copy, size, &log, types);
	bv_log_finish(&log);
	return err;
}

static struct blob blob;
static u8 bytes[sizeof(struct blob)];

static u32 make(void (*build)(struct blob *b, bool bad), bool bad)
{
	blob_start(&blob);
	build(&blob, bad);
	return blob_end(&blob, bytes);
}

struct bpf_types *btf_make(void (*build)(struct blob *b, bool bad), u32 level)
{
	struct bpf_types *types;

	return check_bytes(bytes, make(build, false), level, &types) ? NULL : types;
}

static bool is_clean(void)
{
	return !user_memory_live();
}

/* each allocation fails in turn: no verdict but that one and -ENOMEM, nothing left over */
static bool starves(u32 size)
{
	struct bpf_types *types;
	u32 nth;
	int err;

	for (nth = 1; nth < 100; nth++) {
		user_starve(nth);
		err = check_bytes(bytes, size, 1, &types);
		if (!user_starved()) {
			user_starve(0);
			bpf_types_free(types);
			return !err && is_clean();
		}
		if (err != -ENOMEM || !is_clean())
			break;
	}
	user_starve(0);
	return false;
}

static void run_case(u32 i)
{
	const char *rule = btf_cases[i].rule;
	struct bpf_types *types = NULL;
	u32 size = make(btf_cases[i].build, false);
	int err = check_bytes(bytes, size, 1, &types);

	if (!ok(!err && !btf_log[0], "the neighbour of: %s", btf_cases[i].what))
		printf("# %d %s\n", err, btf_log);
	if (!err)
		bpf_types_free(types);
	ok(starves(size), "the same without memory");
	size = make(btf_cases[i].build, true);
	err = check_bytes(bytes, size, 1, &types);
	if (!ok(btf_is_refused(rule, err) && is_clean(), "%s: %s", btf_cases[i].what, rule))
		printf("# %d %s\n", err, btf_log);
	if (!err)
		bpf_types_free(types);
}

/* ---- limits of size ------------------------------------------------------------------- */

/* as many times "const" of type 1 as there can be types, and @more */
static u32 many_types(u8 *to, u32 more)
{
	u32 i, count = BTF_MAX_TYPE + more;
	u32 *word = (u32 *)(to + sizeof(struct btf_header));
	struct btf_header h = {
		.magic = BTF_MAGIC, .version = 1, .hdr_len = sizeof(h),
		.type_len = 12 * count + 4, .str_off = 12 * count + 4, .str_len = 1,
	};

	memcpy(to, &h, sizeof(h));
	for (i = 0; i < count; i++) {
		*word++ = 0;
		*word++ = (i ? K(CONST) : K(INT)) << 24;
		*word++ = i ? i : 4;
		if (!i)
			*word++ = 32;
	}
	*(u8 *)word = 0;
	return sizeof(h) + h.str_off + 1;
}

/* strings that fill up @size bytes */
static void long_strings(u8 *to, u32 size, u32 str_len)
{
	struct btf_header h = {
		.magic = BTF_MAGIC, .version = 1, .hdr_len = sizeof(h), .type_len = 16,
		.str_off = 16, .str_len = str_len,
	};
	u32 words[4] = { 0, K(INT) << 24, 4, 32 };

	memset(to, 0, size);
	memcpy(to, &h, sizeof(h));
	memcpy(to + sizeof(h), words, sizeof(words));
}

static void expect_big(const u8 *big, u32 size, const char *rule, const char *what)
{
	struct bpf_types *types;
	int err = check_bytes(big, size, 1, &types);

	if (!ok(rule ? btf_is_refused(rule, err) : !err, "%s: %s", what,
		rule ? rule : "accepted"))
		printf("# %d %s\n", err, btf_log);
	if (!err)
		bpf_types_free(types);
}

static void test_limits(void)
{
	const u32 most = BPF_TYPES_MAX_BYTES;
	u8 *big = malloc(most + 4096);

	expect_big(big, many_types(big, 0), NULL, "1048575 types, each made of the last");
	expect_big(big, many_types(big, 1), "types-count", "one more");
	long_strings(big, most, most - 40);
	expect_big(big, most, NULL, "16 MiB");
	expect_big(big, most + 1, "types-size", "a byte more");
	free(big);
}

/* ---- questions --------------------------------------------------------------------------- */

static void expect_text(const struct bpf_types *types, u32 id, const char *want)
{
	char text[64];

	bpf_type_text(types, id, text, sizeof(text));
	if (!ok(!strcmp(text, want), "type %u reads %s", id, want))
		printf("# got %s\n", text);
}

static void expect_path(const struct bpf_types *types, u32 id, u32 off, const char *want)
{
	char text[64];

	bpf_type_path(types, id, off, text, sizeof(text));
	if (!ok(!strcmp(text, want), "byte %u of type %u is %s", off, id, *want ? want : "nothing"))
		printf("# got %s\n", text);
}

/* struct flow { int a; struct { long b; } [2] c; union { int d; }; } */
static void build_flow(struct blob *b, bool bad)
{
	u32 a = blob_name(b, "a"), bb = blob_name(b, "b"), c = blob_name(b, "c");
	u32 d = blob_name(b, "d");

	blob_int(b, "int", 4);				/* 1 */
	blob_int(b, "long", 8);				/* 2 */
	blob_type(b, K(STRUCT), "", 1, 8);		/* 3 */
	blob_item3(b, bb, 2, 0);
	blob_array(b, 3, 1, 2);				/* 4 */
	blob_type(b, K(UNION), "", 1, 4);		/* 5 */
	blob_item3(b, d, 1, 0);
	blob_type(b, K(STRUCT), "flow", 3, 32);		/* 6 */
	blob_item3(b, a, 1, 0);
	blob_item3(b, c, 4, 64);
	blob_item3(b, 0, 5, 192);
	blob_type(b, K(CONST), "", 0, 6);		/* 7 */
	blob_type(b, K(PTR), "", 0, 7);			/* 8 */
	blob_type(b, K(PTR), "", 0, 8);			/* 9 */
	blob_type(b, K(PTR), "", 0, 0);			/* 10 */
	blob_type(b, K(TYPEDEF), "flow_t", 0, 7);	/* 11 */
	blob_type(b, K(VAR), "v", 0, 11);		/* 12 */
	blob_word(b, 0);
}

static void test_queries(void)
{
	static const u32 want[] = { 0, 4, 8, 8, 16, 4, 32, 32, 8, 8, 8, 32, 32 };
	struct bpf_types *types = btf_make(build_flow, BV_LOG_STEPS);
	u32 id, got, good = 0;

	if (!ok(types, "types of a flow"))
		return;
	ok(strstr(btf_log, "[6] STRUCT struct flow size 32\n"), "level 2 shows them");
	for (id = 1; id < ARRAY_SIZE(want); id++)
		good += bpf_type_bytes(types, id, &got) && got == want[id];
	ok(good == ARRAY_SIZE(want) - 1, "sizes, also those behind typedefs and variables");
	ok(!bpf_type_bytes(types, 0, &got) && !bpf_type_bytes(types, 13, &got),
	   "void and number 13 have none");
	ok(bpf_type_is_plain_u32(types, 1) && !bpf_type_is_plain_u32(types, 2) &&
	   !bpf_type_is_plain_u32(types, 99), "which is an int of four bytes");
	expect_text(types, 0, "void");
	expect_text(types, 1, "int");
	expect_text(types, 4, "struct (no name)[2]");
	expect_text(types, 9, "struct flow **");
	expect_text(types, 10, "void *");
	expect_text(types, 11, "flow_t");
	expect_path(types, 6, 0, ".a");
	expect_path(types, 11, 16, ".c[1].b");
	expect_path(types, 6, 24, ".d");
	expect_path(types, 6, 5, "");
	expect_path(types, 6, 1000, "");
	expect_path(types, 1, 0, "");
	bpf_types_free(types);
}

/* a blob that a compiler made */
static void test_file(const char *path)
{
	FILE *f = fopen(path, "rb");
	u8 *big = malloc(BPF_TYPES_MAX_BYTES);
	u32 size = f ? fread(big, 1, BPF_TYPES_MAX_BYTES, f) : 0;

	expect_big(big, size, NULL, path);
	free(big);
	if (f)
		fclose(f);
}

int main(int argc, char **argv)
{
	u32 i;

	for (i = 0; i < btf_case_count; i++)
		run_case(i);
	test_limits();
	test_queries();
	btf_test_source();
	for (i = 1; i < (u32)argc; i++)
		test_file(argv[i]);
	for (i = 0; i < ARRAY_SIZE(rules); i++)
		ok(tested[i], "rule %s has its cases", rules[i].rule);
	return tap_done();
}
