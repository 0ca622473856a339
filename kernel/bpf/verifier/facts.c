// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is known before an instruction (facts.h): copied, met where edges meet, and the
 * bytes of the stack in it.
 *
 * Layer V7. Tests: tools/testing/selftests/bpf/cases/rewrite/fold-*.bpft, fuzz_run.
 */
#include <linux/bitops.h>
#include <linux/limits.h>
#include <linux/string.h>
#include <linux/types.h>
#include "facts.h"

/**
 * bv_facts_copy() - the same once more
 * @to:		takes it; has room for its words
 * @from:	what is known
 */
void bv_facts_copy(struct facts *to, const struct facts *from)
{
	u32 i;

	for (i = 0; i < MAX_BPF_REG; i++)
		to->reg[i] = from->reg[i];
	for (i = 0; i < from->words; i++)
		to->word[i] = from->word[i];
	to->copied = from->copied;
	to->words = from->words;
}

static void meet_word(struct word *a, const struct word *b)
{
	u64 differ = a->num ^ b->num;
	u32 j;

	a->set &= b->set;
	for (j = 0; j < BV_FACTS_WORD; j++) {
		u64 byte = 0xffULL << j * 8;

		if (differ & byte)
			a->set &= ~(1U << j);
		if (!(a->set >> j & 1))
			a->num &= ~byte;
	}
}

/**
 * bv_facts_meet() - what two agree on
 * @a:	one, which becomes that
 * @b:	the other
 */
void bv_facts_meet(struct facts *a, const struct facts *b)
{
	u32 i;

	for (i = 0; i < BPF_REG_10; i++)
		if (a->reg[i].fact != b->reg[i].fact || a->reg[i].num != b->reg[i].num ||
		    a->reg[i].map != b->reg[i].map)
			a->reg[i] = unknown;
	if (a->words > b->words)
		bv_facts_forget(a, b->words);
	for (i = 0; i < a->words; i++) {
		struct word *w = &a->word[i];
		const struct word *v = &b->word[i];

		if (w->set && (w->set != v->set || w->num != v->num))
			meet_word(w, v);
		if (w->copy.size && memcmp(&w->copy, &v->copy, sizeof(w->copy)))
			bv_facts_drop_copy(a, i);
	}
}

/**
 * bv_facts_find() - where on the stack an access goes
 * @base:	what is known of the address register
 * @off:	the instruction's offset
 * @size:	bytes
 * @word:	takes the word of the stack
 * @at:		takes the first byte in it
 *
 * Accesses of the stack are aligned to their size, so they stay in one word.
 *
 * Return: false where that is not known.
 */
bool bv_facts_find(struct known base, s32 off, u32 size, u32 *word, u32 *at)
{
	s64 place = (s64)base.num + off;

	if (base.fact != FACT_FRAME || place < -BV_FACTS_BYTES || place + (s64)size > 0)
		return false;
	*word = (u32)(-place - 1) / BV_FACTS_WORD;
	*at = (u32)place % BV_FACTS_WORD;
	return *at + size <= BV_FACTS_WORD;
}

static u64 mask_of(u32 size)
{
	return size < BV_FACTS_WORD ? (1ULL << size * 8) - 1 : U64_MAX;
}

static u32 shift_of(u32 at, u32 size)
{
	if (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__)
		at = BV_FACTS_WORD - size - at;
	return at * 8;
}

/**
 * bv_facts_put() - bytes of the stack get another value
 * @s:		what is known
 * @word:	the word
 * @at:		first byte in it
 * @size:	how many bytes
 * @val:	what they become
 */
void bv_facts_put(struct facts *s, u32 word, u32 at, u32 size, struct known val)
{
	u32 shift = shift_of(at, size);
	u8 bits = ((1U << size) - 1) << shift / 8;
	u64 mask = mask_of(size) << shift;
	const struct copy *copy;
	struct word *w;

	while (s->words <= word)
		s->word[s->words++] = (struct word){};
	w = &s->word[word];
	copy = &w->copy;
	if (at < copy->at + copy->size && copy->at < at + size)
		bv_facts_drop_copy(s, word);
	w->set &= ~bits;
	w->num &= ~mask;
	if (!is_number(val))
		return;
	w->set |= bits;
	w->num |= val.num << shift & mask;
}

static struct known get_bytes(const struct facts *s, u32 word, u32 at, u32 size)
{
	u32 shift = shift_of(at, size);
	u8 bits = ((1U << size) - 1) << shift / 8;

	if (word >= s->words || (s->word[word].set & bits) != bits)
		return unknown;
	return number(s->word[word].num >> shift & mask_of(size));
}

/**
 * bv_facts_load() - what a load from the stack gives
 * @s:		what is known
 * @base:	of the address register
 * @off:	the instruction's offset
 * @size:	bytes
 *
 * Return: the number, or that nothing is known.
 */
struct known bv_facts_load(const struct facts *s, struct known base, s32 off, u32 size)
{
	u32 word, at;

	if (!bv_facts_find(base, off, size, &word, &at))
		return unknown;
	return get_bytes(s, word, at, size);
}

/**
 * bv_facts_holder() - a register that holds what a load from the stack would give
 * @s:		what is known
 * @base:	of the address register
 * @off:	the instruction's offset
 * @size:	bytes
 *
 * Return: the register; R10, which holds none, where there is no such.
 */
u8 bv_facts_holder(const struct facts *s, struct known base, s32 off, u32 size)
{
	u32 word, at;

	if (!bv_facts_find(base, off, size, &word, &at))
		return BPF_REG_10;
	if (word >= s->words || s->word[word].copy.size != size || s->word[word].copy.at != at)
		return BPF_REG_10;
	return s->word[word].copy.reg;
}
