// SPDX-License-Identifier: GPL-2.0-only
/*
 * Is a classic program safe? Its language makes that easy: jumps go forward
 * only, so one walk in program order sees every instruction after all of its
 * predecessors, and the only memory is the sixteen words M[].
 *
 * The walk carries, for each instruction, the set of words that every path to it
 * has written:
 *
 *	entry(0)  = {}
 *	entry(i)  = intersection of exit(p) over all predecessors p of i
 *	exit(i)   = entry(i), with M[k] added where i is a store
 *
 * What no path reaches keeps the full set: it cannot do harm.
 *
 * Must never change the program, and never look at who it is for: the ones who
 * use classic programs on other things than packets (seccomp) have a check of
 * their own, run after this one.
 *
 * Source: Documentation/networking/filter.rst. Layer K5.
 * Tests: selftests/bpf/classic_test.c, lib/test_bpf.c.
 */
#include <linux/errno.h>
#include <linux/filter.h>
#include <linux/slab.h>
#include "bpf_net.h"

/* what an opcode demands of its operand k and of the jump distances */
enum operand_rule {
	RULE_ILLEGAL = 0,	/* no such opcode */
	RULE_FREE,		/* any k */
	RULE_PACKET,		/* packet offset, or a known kind of ancillary data */
	RULE_READ_WORD,		/* k is a word of M[] that is written by then */
	RULE_WRITE_WORD,	/* k is a word of M[] */
	RULE_SHIFT,		/* k is less than the width */
	RULE_DIVISOR,		/* k is not zero */
	RULE_JUMP,		/* k is a distance */
	RULE_BRANCH,		/* jt and jf are distances */
	RULE_RETURN,		/* ends the program */
};

/* rows of an arithmetic operation or a condition: operand k, operand X */
#define RULES_ALU(op, rule)				\
	[BPF_ALU | (op) | BPF_K] = (rule),		\
	[BPF_ALU | (op) | BPF_X] = RULE_FREE
#define RULES_BRANCH(op)				\
	[BPF_JMP | (op) | BPF_K] = RULE_BRANCH,		\
	[BPF_JMP | (op) | BPF_X] = RULE_BRANCH
#define RULES_LOAD(size)				\
	[BPF_LD | (size) | BPF_ABS] = RULE_PACKET,	\
	[BPF_LD | (size) | BPF_IND] = RULE_FREE

/* the language; ORDER: the emitters of classic_conv.c name the same opcodes */
static const u8 operand_rules[256] = {
	RULES_LOAD(BPF_W),
	RULES_LOAD(BPF_H),
	RULES_LOAD(BPF_B),
	[BPF_LD | BPF_W | BPF_LEN]	= RULE_FREE,
	[BPF_LD | BPF_IMM]		= RULE_FREE,
	[BPF_LD | BPF_MEM]		= RULE_READ_WORD,

	[BPF_LDX | BPF_B | BPF_MSH]	= RULE_FREE,
	[BPF_LDX | BPF_W | BPF_LEN]	= RULE_FREE,
	[BPF_LDX | BPF_IMM]		= RULE_FREE,
	[BPF_LDX | BPF_MEM]		= RULE_READ_WORD,

	[BPF_ST]			= RULE_WRITE_WORD,
	[BPF_STX]			= RULE_WRITE_WORD,

	RULES_ALU(BPF_ADD, RULE_FREE),
	RULES_ALU(BPF_SUB, RULE_FREE),
	RULES_ALU(BPF_MUL, RULE_FREE),
	RULES_ALU(BPF_DIV, RULE_DIVISOR),
	RULES_ALU(BPF_MOD, RULE_DIVISOR),
	RULES_ALU(BPF_AND, RULE_FREE),
	RULES_ALU(BPF_OR, RULE_FREE),
	RULES_ALU(BPF_XOR, RULE_FREE),
	RULES_ALU(BPF_LSH, RULE_SHIFT),
	RULES_ALU(BPF_RSH, RULE_SHIFT),
	[BPF_ALU | BPF_NEG]		= RULE_FREE,

	[BPF_JMP | BPF_JA]		= RULE_JUMP,
	RULES_BRANCH(BPF_JEQ),
	RULES_BRANCH(BPF_JGT),
	RULES_BRANCH(BPF_JGE),
	RULES_BRANCH(BPF_JSET),

	[BPF_RET | BPF_K]		= RULE_RETURN,
	[BPF_RET | BPF_A]		= RULE_RETURN,

	[BPF_MISC | BPF_TAX]		= RULE_FREE,
	[BPF_MISC | BPF_TXA]		= RULE_FREE,
};

static_assert(BPF_MEMWORDS <= 16, "words of M[] are a bit each of a u16");

/* a path with @words written arrives at the instruction @distance after @idx */
static bool arrive(u16 *entry, u32 idx, u32 len, u32 distance, u16 words)
{
	if (distance >= len - idx - 1)
		return false;
	entry[idx + 1 + distance] &= words;
	return true;
}

/* one instruction: its own demands, then what its successors may rely on */
static bool check_insn(const struct sock_filter *insn, u16 *entry, u32 idx, u32 len)
{
	u16 words = entry[idx];
	u32 k = insn->k;

	if (insn->code >= ARRAY_SIZE(operand_rules))
		return false;

	switch (operand_rules[insn->code]) {
	case RULE_FREE:
		break;
	case RULE_PACKET:
		if (k >= (u32)SKF_AD_OFF && !bpf_classic_is_ancillary(k))
			return false;
		break;
	case RULE_READ_WORD:
		if (k >= BPF_MEMWORDS || !(words & BIT(k)))
			return false;
		break;
	case RULE_WRITE_WORD:
		if (k >= BPF_MEMWORDS)
			return false;
		words |= BIT(k);
		break;
	case RULE_SHIFT:
		if (k >= 32)
			return false;
		break;
	case RULE_DIVISOR:
		if (!k)
			return false;
		break;
	case RULE_JUMP:
		return arrive(entry, idx, len, k, words);
	case RULE_BRANCH:
		return arrive(entry, idx, len, insn->jt, words) &&
		       arrive(entry, idx, len, insn->jf, words);
	case RULE_RETURN:
		return true;
	default:
		return false;
	}
	return arrive(entry, idx, len, 0, words);
}

/**
 * bpf_classic_check() - judge a classic program
 * @insns:	the program, in kernel memory
 * @len:	its instructions
 *
 * Promises of an accepted program: it ends, on a return; every jump lands inside
 * it; every word of M[] that it reads was written; constants it divides or
 * shifts by are legal. Falling off the end is refused as a jump outside.
 *
 * Called by: sockfilter.c. Context: may sleep.
 * Return: 0; -EINVAL where the program is refused; -ENOMEM.
 */
int bpf_classic_check(const struct sock_filter *insns, u32 len)
{
	int err = 0;
	u16 *entry;
	u32 idx;

	if (!len || len > BPF_MAXINSNS)
		return -EINVAL;

	entry = kmalloc_array(len, sizeof(*entry), GFP_KERNEL | __GFP_NOWARN);
	if (!entry)
		return -ENOMEM;
	memset(entry, 0xff, len * sizeof(*entry));
	entry[0] = 0;

	for (idx = 0; idx < len && !err; idx++)
		if (!check_insn(&insns[idx], entry, idx, len))
			err = -EINVAL;
	kfree(entry);
	return err;
}
