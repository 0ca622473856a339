/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Random events and random filters for them. Both are made of few values and texts, so
 * that they meet: what is equal, what differs in one character, what is one beyond the
 * end of a width. The whole run follows from the seed.
 */
#ifndef SELFTESTS_BPF_PREDICATE_GEN_H
#define SELFTESTS_BPF_PREDICATE_GEN_H

#include "predicate.h"

#define COUNT(array)	(sizeof(array) / sizeof((array)[0]))
#define FILTER_MAX	4000

static uint64_t random_state;

/* xorshift64* */
static inline uint64_t rnd(void)
{
	random_state ^= random_state >> 12;
	random_state ^= random_state << 25;
	random_state ^= random_state >> 27;
	return random_state * 0x2545f4914f6cdd1dULL;
}

static inline uint32_t below(uint32_t limit)
{
	return rnd() % limit;
}

static inline bool once_in(uint32_t n)
{
	return !below(n);
}

/* ---- what events and filters are made of --------------------------------------------- */

static const char *const texts[] = {
	"", "a", "b", "ab", "abc", "abd", "abcd", "abce", "abcde", "bcde", "abcdef", "abcdefg",
	"abcdefx", "abcdefgh", "abcdefghi", "xbcdefghi", "abcdefghijklmno", "abcdefghijklmnop",
	"abcdefghijklmnopq", "1", "123abc", "a*b", "a?c", "a[bc", "a\\b", "**", "!a", "   a  b",
	"0123456789abcdef0123456789abcde", "0123456789abcdef0123456789abcdef",
	"0123456789abcdef0123456789abcdefg", "0123456789abcdef0123456789abcdeF",
	"aaaaaaaaaaaaaaaab", "kworker/0:1-mm", "bash", "ba", "\x80\xff", "ab\xff",
	"this one is longer than what is written out inline",
};

static inline const char *some_text(void)
{
	return texts[below(COUNT(texts))];
}

static const uint64_t numbers[] = {
	0, 1, 2, 3, 5, 7, 10, 0x7e, 0x7f, 0x80, 0x81, 0xff, 0x100, 0x101, 0x7fff, 0x8000, 0xffff,
	0x10000, 0x7fffffff, 0x80000000, 0x80000001, 0xffffffff, 0x100000000, 0x100000001,
	0x7fffffffffffffff, 0x8000000000000000, 0x8000000000000001, -1ULL, -2ULL, -3ULL, -0x80ULL,
	-0x81ULL, -0x8000ULL, -0x8001ULL, -0x80000000ULL, -0x80000001ULL, 0x12345678abcdef01,
};

static inline uint64_t some_number(void)
{
	return once_in(20) ? rnd() >> below(64) : numbers[below(COUNT(numbers))];
}

/* ---- events ------------------------------------------------------------------------------ */

/* a text, cut off or with something behind its NUL; the bytes that count */
static inline unsigned int fill_str(char *to, unsigned int room)
{
	const char *text = some_text();
	unsigned int len = strlen(text);

	memset(to, once_in(2) ? 0 : 'a' + below(5), room);
	if (len >= room)
		len = room;
	else
		to[len] = '\0';
	memcpy(to, text, len);
	switch (below(6)) {
	case 0:
		return len;
	case 1:
		return room;
	case 2:
		return 0;
	default:
		return len < room ? len + 1 : len;
	}
}

static inline void fill_values(struct pred_values *v, const char *user, uint32_t id)
{
	memset(v, 0, sizeof(*v));
	v->id = id;
	v->u64 = some_number();
	v->s64 = some_number();
	v->u32 = some_number();
	v->s32 = some_number();
	v->u16 = some_number();
	v->s16 = some_number();
	v->u8 = some_number();
	v->s8 = some_number();
	v->flag = below(2);
	v->context = id & (PRED_VALUES_BH_OFF | PRED_VALUES_IRQS_OFF);
	v->mask = some_number();
	v->three[0] = below(2);
	v->user = once_in(6) ? 8 : (uintptr_t)user;
	v->ptr_is = once_in(6) ? below(2) : PRED_VALUES_GOOD;
	fill_str(v->one, sizeof(v->one));
	fill_str(v->odd, sizeof(v->odd));
	fill_str(v->fixed, sizeof(v->fixed));
	fill_str(v->big, sizeof(v->big));
	snprintf(v->ptr, sizeof(v->ptr), "%s", some_text());
	v->dyn_len = fill_str(v->dyn, sizeof(v->dyn));
	v->rel_len = fill_str(v->rel, sizeof(v->rel));
}

/* ---- filters -------------------------------------------------------------------------------- */

/* what the parser takes a field for */
struct gen_field {
	const char	*name;
	enum { GEN_UNSIGNED, GEN_SIGNED, GEN_STRING } kind;
};

static const struct gen_field gen_fields[] = {
	{ "u8", GEN_UNSIGNED }, { "u16", GEN_UNSIGNED }, { "u32", GEN_UNSIGNED },
	{ "u64", GEN_UNSIGNED }, { "s8", GEN_SIGNED }, { "s16", GEN_SIGNED },
	{ "s32", GEN_SIGNED }, { "s64", GEN_SIGNED }, { "flag", GEN_UNSIGNED },
	{ "func", GEN_UNSIGNED }, { "three", GEN_UNSIGNED }, { "bits", GEN_UNSIGNED },
	{ "cpus", GEN_UNSIGNED }, { "common_pid", GEN_SIGNED },
	{ "common_preempt_count", GEN_UNSIGNED }, { "CPU", GEN_SIGNED }, { "cpu", GEN_SIGNED },
	{ "common_cpu", GEN_SIGNED }, { "one", GEN_STRING }, { "odd", GEN_STRING },
	{ "fixed", GEN_STRING }, { "big", GEN_STRING }, { "dyn", GEN_STRING },
	{ "rel", GEN_STRING }, { "end", GEN_STRING }, { "ptr", GEN_STRING },
	{ "ptr.ustring", GEN_STRING }, { "user.ustring", GEN_STRING }, { "user", GEN_STRING },
	{ "COMM", GEN_STRING }, { "comm", GEN_STRING },
};

static const char *const number_ops[] = { "==", "!=", "<", "<=", ">", ">=", "&" };
static const char *const string_ops[] = { "==", "!=", "~" };

/* a filter that grows */
struct gen {
	char		text[FILTER_MAX];
	unsigned int	len;
};

__attribute__((format(printf, 2, 3)))
static inline void put(struct gen *g, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	g->len += vsnprintf(g->text + g->len, sizeof(g->text) - g->len, format, args);
	va_end(args);
}

static inline void put_space(struct gen *g)
{
	if (once_in(4))
		put(g, "%s", once_in(8) ? "\t " : " ");
}

static inline void put_value(struct gen *g, const struct gen_field *field)
{
	uint64_t n = field->name[0] == 'C' || field->name[0] == 'c' ? (int)below(6) - 1 : 0;

	if (!n || once_in(10))
		n = some_number() + below(3) - 1;
	/* a signed field takes no number above the largest signed one */
	if (field->kind == GEN_SIGNED && (int64_t)n < 0)
		put(g, "%lld", (long long)n);
	else
		put(g, once_in(3) ? "0x%llx" : once_in(10) ? "0%llo" : "%llu", (unsigned long long)n);
}

/* part of a text, with one of the patterns that the parser knows, or any */
static inline void make_pattern(char *to, size_t room)
{
	const char *text = some_text();
	unsigned int len = strlen(text), from = below(len + 1), n = below(len - from + 1);
	char part[80];
	char *c;

	snprintf(part, sizeof(part), "%.*s", n, text + from);
	if (once_in(3))
		snprintf(part, sizeof(part), "%s", text);
	switch (below(7)) {
	case 0:
		snprintf(to, room, "%.*s*", n, text);
		break;
	case 1:
		snprintf(to, room, "*%s", text + from);
		break;
	case 2:
		snprintf(to, room, "*%s*", part);
		break;
	case 3:
		snprintf(to, room, "%s", part);
		break;
	case 4:
		c = part[0] ? &part[below(strlen(part))] : part;
		if (*c)
			*c = '?';
		snprintf(to, room, "%s%s", part, once_in(2) ? "*" : "");
		break;
	case 5:
		snprintf(to, room, "%.*s*%s", n / 2, text, text + len - below(len + 1));
		break;
	default:
		snprintf(to, room, "%s[%sa-d]%s", once_in(2) ? "*" : "a",
			 once_in(3) ? "!" : "", once_in(2) ? "*" : "c");
		break;
	}
}

static inline void put_string(struct gen *g, bool pattern)
{
	char quote = once_in(3) ? '\'' : '"', text[128];

	if (pattern)
		make_pattern(text, sizeof(text));
	else
		snprintf(text, sizeof(text), "%s", some_text());
	put(g, "%c%s%s%c", quote, pattern && once_in(6) ? "!" : "", text, quote);
}

static inline void put_term_op(struct gen *g, const struct gen_field *field, const char *op)
{
	put_space(g);
	put(g, "%s", field->name);
	put_space(g);
	put(g, "%s", op);
	put_space(g);
	if (field->kind == GEN_STRING)
		put_string(g, op[0] == '~');
	else
		put_value(g, field);
	put_space(g);
}

static inline const char *some_op(const struct gen_field *field)
{
	if (field->kind == GEN_STRING)
		return string_ops[below(COUNT(string_ops))];
	return number_ops[below(COUNT(number_ops))];
}

static inline const struct gen_field *some_field(void)
{
	return &gen_fields[below(COUNT(gen_fields))];
}

static inline void put_term(struct gen *g)
{
	const struct gen_field *field = some_field();

	put_term_op(g, field, some_op(field));
}

/* the same field again and again: what becomes a search, or keeps a value */
static inline void put_list(struct gen *g)
{
	const struct gen_field *field = some_field();
	unsigned int i, n = 2 + below(14);
	bool any = once_in(2), mixed = once_in(3);
	const char *op = any ? "==" : "!=";

	put(g, "(");
	for (i = 0; i < n; i++) {
		if (i)
			put(g, "%s", any ? "||" : "&&");
		put_term_op(g, field, mixed ? some_op(field) : op);
	}
	put(g, ")");
}

static inline void put_expression(struct gen *g, unsigned int depth)
{
	unsigned int i, n = 1 + below(3);

	if (g->len > FILTER_MAX / 4)
		depth = 0;
	if (!depth || once_in(3)) {
		if (once_in(5))
			put(g, "!");
		put_term(g);
		return;
	}
	if (once_in(8)) {
		put_list(g);
		return;
	}
	put(g, "%s(", once_in(3) ? "!" : "");
	for (i = 0; i < n; i++) {
		if (i)
			put(g, "%s", once_in(2) ? "||" : "&&");
		put_expression(g, depth - 1);
	}
	put(g, ")");
}

/*
 * The n-th filter: first each field with each operator, alone; then a term, a row of
 * terms without parentheses, and anything else.
 */
static inline void make_filter(struct gen *g, unsigned int n)
{
	const struct gen_field *field = &gen_fields[n / 10 % COUNT(gen_fields)];
	unsigned int i, count = 2 + below(7);

	g->len = 0;
	g->text[0] = '\0';
	if (n < 8 * 10 * COUNT(gen_fields)) {
		put_term_op(g, field, field->kind == GEN_STRING ? string_ops[n % COUNT(string_ops)] :
				      number_ops[n % COUNT(number_ops)]);
		return;
	}
	if (once_in(3)) {
		put_expression(g, 1 + below(4));
		return;
	}
	for (i = 0; i < count; i++) {
		if (i)
			put(g, "%s", once_in(2) ? "||" : "&&");
		if (once_in(12))
			put_list(g);
		else
			put_expression(g, once_in(3));
	}
}

#endif /* SELFTESTS_BPF_PREDICATE_GEN_H */
