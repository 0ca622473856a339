// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit: program objects: tags, references, memory; and the formats of
 * bpf_trace_printk().
 *
 * Layer K4. Run: CONFIG_BPF_KUNIT_TEST, in UML or QEMU.
 */
#include <kunit/test.h>
#include <linux/bpf.h>
#include <linux/filter.h>
#include "prog.h"

/* ---- tags: sha1sum of the same bytes, little endian ---------------------- */

struct tag_case {
	const char	*name;
	u32		moves;	/* "r(i % 10) = i" first */
	bool		map;	/* then a map's address to r1 */
	u32		more;	/* then as many moves again */
	u8		tag[BPF_TAG_SIZE];
};

static const struct tag_case tag_cases[] = {
	{ "two", 1, false, 0, { 0xa0, 0x4f, 0x5e, 0xef, 0x06, 0xa7, 0xf5, 0x55 } },
	{ "padding fits", 6, false, 0, { 0x3f, 0x39, 0xbb, 0x4c, 0xb7, 0x18, 0x49, 0xe4 } },
	{ "one block", 7, false, 0, { 0xfd, 0xa9, 0xb0, 0x30, 0x5f, 0x60, 0x68, 0xe5 } },
	{ "map across blocks", 8, true, 4,
	  { 0x9e, 0xbd, 0x95, 0x9d, 0x55, 0x3c, 0x17, 0x81 } },
};

static void tag_describe(const struct tag_case *c, char *out)
{
	strscpy(out, c->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(tag, tag_cases, tag_describe);

static u32 add_moves(struct bpf_insn *insns, u32 at, u32 count)
{
	u32 i;

	for (i = 0; i < count; i++)
		insns[at++] = BPF_MOV64_IMM(i % 10, i);
	return at;
}

static void tag_test(struct kunit *test)
{
	const struct tag_case *c = test->param_value;
	struct bpf_insn insns[24];
	u8 tag[BPF_TAG_SIZE];
	u32 fd;

	if (IS_ENABLED(CONFIG_CPU_BIG_ENDIAN))
		kunit_skip(test, "expected values are of little endian programs");
	/* whatever the descriptor is */
	for (fd = 3; fd < 5; fd++) {
		u32 count = add_moves(insns, 0, c->moves);

		if (c->map) {
			const struct bpf_insn load[] = { BPF_LD_MAP_FD(1, fd) };

			insns[count++] = load[0];
			insns[count++] = load[1];
		}
		count = add_moves(insns, count, c->more);
		insns[count++] = BPF_EXIT_INSN();
		bpf_insns_tag(insns, count, tag);
		KUNIT_EXPECT_EQ(test, 0, memcmp(tag, c->tag, BPF_TAG_SIZE));
	}
}

/* ---- objects ------------------------------------------------------------- */

static struct bpf_prog *make_prog(struct kunit *test, u32 count)
{
	struct bpf_prog *prog = bpf_prog_alloc(bpf_prog_size(count), 0);
	u32 i;
	int err;

	KUNIT_ASSERT_NOT_NULL(test, prog);
	for (i = 0; i + 1 < count; i++)
		prog->insnsi[i] = BPF_ALU64_IMM(BPF_ADD, BPF_REG_0, 1);
	prog->insnsi[0] = BPF_MOV64_IMM(BPF_REG_0, 1);
	prog->insnsi[count - 1] = BPF_EXIT_INSN();
	prog->len = count;
	prog->type = BPF_PROG_TYPE_SOCKET_FILTER;
	prog = bpf_prog_select_runtime(prog, &err);
	KUNIT_ASSERT_EQ(test, 0, err);
	/* what is interpreted is read-only; machine code is in memory of its own */
	KUNIT_EXPECT_TRUE(test, prog->jited || prog->locked);
	return prog;
}

/* the decoded form lies in the last page of the program, or in pages of its own */
static void sizes_test(struct kunit *test)
{
	static const u32 counts[] = { 2, 240, 250, 256, 500, 511, 512, 4096, 100000 };
	u32 i;

	for (i = 0; i < ARRAY_SIZE(counts); i++) {
		struct bpf_prog *prog = make_prog(test, counts[i]);

		KUNIT_EXPECT_EQ(test, (u64)counts[i] - 1,
				prog->bpf_func(NULL, prog));
		bpf_prog_put(prog);
	}
}

static void references_test(struct kunit *test)
{
	struct bpf_prog *prog = make_prog(test, 2);

	KUNIT_EXPECT_EQ(test, 1LL, (s64)atomic64_read(&prog->aux->refs));
	bpf_prog_inc(prog);
	bpf_prog_add(prog, 3);
	KUNIT_EXPECT_EQ(test, 5LL, (s64)atomic64_read(&prog->aux->refs));
	bpf_prog_sub(prog, 3);
	KUNIT_EXPECT_PTR_EQ(test, prog, bpf_prog_inc_not_zero(prog));
	bpf_prog_put(prog);
	bpf_prog_put(prog);
	KUNIT_EXPECT_EQ(test, 1LL, (s64)atomic64_read(&prog->aux->refs));
	KUNIT_EXPECT_EQ(test, 0u, prog->aux->id);
	KUNIT_EXPECT_EQ(test, 0, bpf_prog_assign_id(prog));
	KUNIT_EXPECT_NE(test, 0u, prog->aux->id);
	/* freed after a grace period, so it may still be looked at here */
	rcu_read_lock();
	bpf_prog_put(prog);
	KUNIT_EXPECT_EQ(test, 0u, prog->aux->id);
	KUNIT_EXPECT_PTR_EQ(test, ERR_PTR(-ENOENT),
			    (void *)bpf_prog_inc_not_zero(prog));
	rcu_read_unlock();
}

static void too_deep_test(struct kunit *test)
{
	struct bpf_prog *prog = bpf_prog_alloc(bpf_prog_size(1), 0);
	int err;

	KUNIT_ASSERT_NOT_NULL(test, prog);
	prog->insnsi[0] = BPF_EXIT_INSN();
	prog->len = 1;
	prog->aux->stack_depth = MAX_BPF_STACK + 1;
	prog = bpf_prog_select_runtime(prog, &err);
	KUNIT_EXPECT_EQ(test, -EINVAL, err);
	bpf_prog_free(prog);
}

/* ---- formats ------------------------------------------------------------- */

static const char some_string[] = "spam";
static const u8 some_address[16] = { 10, 0, 0, 1, [15] = 9 };

struct format_case {
	const char	*fmt;
	u64		args[3];
	int		result;		/* 0: length of @text */
	const char	*text;
};

static const struct format_case format_cases[] = {
	{ "plain", { }, 0, "plain" },
	{ "", { }, 0, "" },
	{ "100%%", { }, 0, "100%" },
	{ "%d %u %x", { -1ULL, -1ULL, 0xabcULL }, 0, "-1 4294967295 abc" },
	{ "%i|%X", { 0x180000000ULL, 0xabc }, 0, "-2147483648|ABC" },
	{ "%ld %lu", { -5ULL, 7 }, 0, "-5 7" },
	{ "%lld %llu %llx", { -1ULL, -1ULL, -1ULL }, 0,
	  "-1 18446744073709551615 ffffffffffffffff" },
	{ "[%5d][%-5d][%05d]", { 42, 42, 42 }, 0, "[   42][42   ][00042]" },
	{ "%c%c", { 'o', 'k' }, 0, "ok" },
	{ "%s!", { (unsigned long)some_string }, 0, "spam!" },
	{ "%pks", { (unsigned long)some_string }, 0, "spam" },
	{ "[%6s]", { (unsigned long)some_string }, 0, "[  spam]" },
	{ "%pI4", { (unsigned long)some_address }, 0, "10.0.0.1" },
	{ "%pi6", { (unsigned long)some_address }, 0,
	  "0a000001000000000000000000000009" },
	{ "%d %d %d", { 1, 2, 3 }, 0, "1 2 3" },
	{ "%d %d %d %d", { 1, 2, 3 }, -EINVAL },
	{ "%", { }, -EINVAL },
	{ "%l", { }, -EINVAL },
	{ "%llld", { }, -EINVAL },
	{ "%n", { }, -EINVAL },
	{ "%hd", { }, -EINVAL },
	{ "%.5s", { }, -EINVAL },
	{ "%*d", { }, -EINVAL },
	{ "%f", { }, -EINVAL },
	{ "%pq", { }, -EINVAL },
	{ "%0000d", { 5 }, 0, "5" },
	{ "%9999d", { }, -EINVAL },
	{ "bell\a", { }, -EINVAL },
	{ "\xc3\xa4", { }, -EINVAL },
};

static void format_describe(const struct format_case *c, char *out)
{
	snprintf(out, KUNIT_PARAM_DESC_SIZE, "%*pE", (int)strlen(c->fmt), c->fmt);
}

KUNIT_ARRAY_PARAM(format, format_cases, format_describe);

static void format_test(struct kunit *test)
{
	const struct format_case *c = test->param_value;
	int expected = c->result ?: (int)strlen(c->text);
	char text[64];

	KUNIT_EXPECT_EQ(test, expected,
			bpf_format(text, sizeof(text), c->fmt, strlen(c->fmt) + 1,
				   c->args, 3));
	if (!c->result)
		KUNIT_EXPECT_STREQ(test, text, c->text);
	/* not ended by zero */
	KUNIT_EXPECT_EQ(test, -EINVAL,
			bpf_format(text, sizeof(text), c->fmt, strlen(c->fmt),
				   c->args, 3));
}

/* an address that is none gives no text, and no fault */
static void unreadable_string_test(struct kunit *test)
{
	const u64 args[] = { 1, (unsigned long)ERR_PTR(-EFAULT) };
	char text[16];

	if (IS_ENABLED(CONFIG_UML))
		kunit_skip(test, "a kernel thread of User-Mode Linux cannot take a fault");
	KUNIT_EXPECT_EQ(test, 4, bpf_format(text, sizeof(text), "[%s][%s]", 9, args, 2));
	KUNIT_EXPECT_STREQ(test, text, "[][]");
	KUNIT_EXPECT_EQ(test, 2, bpf_format(text, sizeof(text), "[%pks]", 7, args, 1));
	KUNIT_EXPECT_EQ(test, 2, bpf_format(text, sizeof(text), "[%pus]", 7, args, 1));
}

static void format_room_test(struct kunit *test)
{
	const u64 args[] = { 123456 };
	char text[9];
	u32 room;

	for (room = 1; room < sizeof(text); room++) {
		memset(text, '#', sizeof(text));
		KUNIT_EXPECT_EQ(test, (int)room - 1,
				bpf_format(text, room, "a%dbcdef", 9, args, 1));
		KUNIT_EXPECT_EQ(test, 0, text[room - 1]);
		KUNIT_EXPECT_EQ(test, '#', text[room]);
	}
}

static struct kunit_case prog_cases[] = {
	KUNIT_CASE_PARAM(tag_test, tag_gen_params),
	KUNIT_CASE(sizes_test),
	KUNIT_CASE(references_test),
	KUNIT_CASE(too_deep_test),
	KUNIT_CASE_PARAM(format_test, format_gen_params),
	KUNIT_CASE(unreadable_string_test),
	KUNIT_CASE(format_room_test),
	{ }
};

static struct kunit_suite prog_suite = {
	.name		= "bpf_prog",
	.test_cases	= prog_cases,
};

kunit_test_suite(prog_suite);
