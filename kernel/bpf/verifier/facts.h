/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What fold.c knows before an instruction: numbers and places in registers, bytes of the
 * stack, and which registers hold these, too.
 *
 * Layer V7.
 */
#ifndef _BPF_VERIFIER_FACTS_H
#define _BPF_VERIFIER_FACTS_H

#include <linux/bitops.h>
#include <linux/types.h>
#include <uapi/linux/bpf.h>

#define BV_FACTS_BYTES	512			/* of stack */
#define BV_FACTS_WORD	8			/* bytes of a word of it */
#define BV_FACTS_WORDS	(BV_FACTS_BYTES / BV_FACTS_WORD)

enum fact {
	FACT_NONE = 0,
	FACT_NUMBER,		/* @num */
	FACT_FRAME,		/* R10 + @num */
	FACT_VALUE,		/* the value of map @map, + @num */
	FACT_NOT_NULL,		/* some pointer */
};

struct known {
	u8	fact;
	u16	map;
	u64	num;
};

/**
 * struct copy - bytes of a word of the stack that a register holds, too
 * @reg:	the register, in its low bytes
 * @at:		first byte
 * @size:	4 or 8; 0: no such bytes
 */
struct copy {
	u8	reg;
	u8	at;
	u8	size;
};

/**
 * struct word - a word of the stack
 * @num:	little end first; bytes that are not known are zero
 * @set:	bytes that are known, bit by byte
 * @copy:	what of it is in a register
 */
struct word {
	u64		num;
	u8		set;
	struct copy	copy;
};

/**
 * struct facts - before an instruction
 * @reg:	R0 to R10
 * @copied:	words of which @copy says something, bit by word
 * @words:	of those from here on nothing is known
 * @room:	how many there is memory for
 * @word:	the others; the first one is at R10 - 8
 */
struct facts {
	struct known	reg[MAX_BPF_REG];
	u64		copied;
	u32		words;
	u32		room;
	struct word	word[];
};

/* nothing is known */
static const struct known unknown;

static inline struct known number(u64 num)
{
	return (struct known){ .fact = FACT_NUMBER, .num = num };
}

static inline bool is_number(struct known k)
{
	return k.fact == FACT_NUMBER;
}

static inline bool is_place(struct known k)
{
	return k.fact == FACT_FRAME || k.fact == FACT_VALUE;
}

static inline void bv_facts_drop_copy(struct facts *s, u32 word)
{
	s->copied &= ~BIT_ULL(word);
	s->word[word].copy.size = 0;
}

/* of words from @first on nothing is known any more */
static inline void bv_facts_forget(struct facts *s, u32 first)
{
	s->words = first;
	s->copied &= BIT_ULL(first) - 1;
}

static inline void bv_facts_forget_stack(struct facts *s)
{
	bv_facts_forget(s, 0);
}

/* the register gets another value: bytes of the stack are not in it any more */
static inline void bv_facts_set(struct facts *s, u8 reg, struct known val)
{
	u64 words;

	for (words = s->copied; words; words &= words - 1)
		if (s->word[__ffs64(words)].copy.reg == reg)
			bv_facts_drop_copy(s, __ffs64(words));
	s->reg[reg] = val;
}

static inline size_t bv_facts_bytes(u32 words)
{
	return sizeof(struct facts) + words * sizeof(struct word);
}

/* facts.c */
void bv_facts_copy(struct facts *to, const struct facts *from);
void bv_facts_meet(struct facts *a, const struct facts *b);
bool bv_facts_find(struct known base, s32 off, u32 size, u32 *word, u32 *at);
void bv_facts_put(struct facts *s, u32 word, u32 at, u32 size, struct known val);
struct known bv_facts_load(const struct facts *s, struct known base, s32 off, u32 size);
u8 bv_facts_holder(const struct facts *s, struct known base, s32 off, u32 size);

#endif /* _BPF_VERIFIER_FACTS_H */
