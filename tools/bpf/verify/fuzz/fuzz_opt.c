// SPDX-License-Identifier: GPL-2.0-only
/*
 * Random programs through the optimiser: interpreted before and after it they return the
 * same, leave the same memory and make the same calls.
 *
 *	fuzz_opt [SEED [COUNT]]		programs SEED, SEED + 1, ...
 *	fuzz_opt --show SEED		one program, before and after
 *
 * Programs need not be ones that the verifier would take, only ones that end and that
 * do not read what calls leave undefined. They are rich in what the passes look for:
 * copies, constants, shifts in pairs, jumps to jumps, chains of comparisons, results
 * that nobody reads. What they leave in registers goes to memory at the end.
 */
#include <linux/bpf_func.h>
#include <linux/kernel.h>
#include <linux/slab.h>
#include <linux/types.h>
#include <stdlib.h>
#include <string.h>
#include "../../../../kernel/bpf/disasm.h"
#include "../../../../kernel/bpf/flow.h"
#include "../../../../kernel/bpf/opt/opt.h"
#include "../../../../kernel/bpf/prog/xinsn.h"
#include "../host_user.h"

/* helpers are called by their distance from here */
u64 __bpf_call_base(u64 r1, u64 r2, u64 r3, u64 r4, u64 r5);

#define MOST_INSNS	2000
#define MOST_KEYS	64
#define WORDS		32	/* of memory that a program works on */
#define RUNS		12	/* of each program, with other memory */
#define MOST_CALLS	256
#define PACKET_BYTES	64

/* registers with a duty, not written by random steps */
#define REG_COUNTER	BPF_REG_8
#define REG_MEMORY	BPF_REG_9

/**
 * struct gen - a program being made
 * @random:	state of the generator
 * @insns:	the program
 * @count:	instructions in it
 * @pending:	jumps whose target is still to come
 * @npending:	how many
 * @key:	numbers that comparisons ask for
 * @nkeys:	how many
 * @in_loop:	the counter is in use
 * @own_stack:	no register ever points to the stack
 */
struct gen {
	u64		random;
	struct bpf_insn	insns[MOST_INSNS + 200];
	u32		count;
	u32		pending[MOST_INSNS];
	u32		npending;
	u64		key[MOST_KEYS];
	u32		nkeys;
	bool		in_loop;
	bool		own_stack;
};

/**
 * struct world - what a run sees and leaves
 * @memory:	read and written through REG_MEMORY
 * @calls:	arguments of calls, in order
 * @ncalls:	words of it
 * @r0:		what was returned
 */
struct world {
	u64	memory[WORDS];
	u64	calls[MOST_CALLS];
	u32	ncalls;
	u64	r0;
};

static struct world now;
static u64 stack[MAX_BPF_STACK / 8];
static u8 frame[PACKET_BYTES];

static u32 rnd(struct gen *g, u32 below)
{
	g->random ^= g->random << 13;
	g->random ^= g->random >> 7;
	g->random ^= g->random << 17;
	return (g->random >> 20) % below;
}

/* ---- helpers that programs call ---------------------------------------------------- */

static void note(u64 value)
{
	if (now.ncalls < MOST_CALLS)
		now.calls[now.ncalls++] = value;
}

static u64 call_none(u64 r1, u64 r2, u64 r3, u64 r4, u64 r5)
{
	note(1);
	return 0x123456789abcdefULL * now.ncalls;
}

static u64 call_two(u64 r1, u64 r2, u64 r3, u64 r4, u64 r5)
{
	note(2);
	note(r1);
	note(r2);
	return r1 ^ r2;
}

static u64 call_all(u64 r1, u64 r2, u64 r3, u64 r4, u64 r5)
{
	note(5);
	note(r1);
	note(r2);
	note(r3);
	note(r4);
	note(r5);
	return r1 + r2 + r3 + r4 + r5;
}

/* reads what the first argument points to, on the stack */
static u64 call_peek(u64 r1, u64 r2, u64 r3, u64 r4, u64 r5)
{
	u64 word = *(u64 *)(unsigned long)r1;

	note(word);
	return word;
}

/* ---- making programs ----------------------------------------------------------------- */

static void emit(struct gen *g, u8 code, u8 dst, u8 src, s16 off, s32 imm)
{
	if (g->count < ARRAY_SIZE(g->insns) - 1)
		g->insns[g->count++] = (struct bpf_insn){ code, dst, src, off, imm };
}

static void emit_const(struct gen *g, u8 dst, u64 value)
{
	emit(g, BPF_LD | BPF_IMM | BPF_DW, dst, 0, 0, (u32)value);
	emit(g, 0, 0, 0, 0, value >> 32);
}

static s32 pick_imm(struct gen *g)
{
	static const s32 some[] = {
		0, 1, -1, 2, 3, 4, 7, 8, 15, 16, 31, 32, 63, 64, 255, 256, 0xffff, 0x10000,
		S32_MAX, S32_MIN, S32_MIN + 1, -2, -8, 0x40000000, 0x7ffffffe,
	};

	return rnd(g, 8) ? some[rnd(g, ARRAY_SIZE(some))] : (s32)(g->random >> 11);
}

static u64 pick_number(struct gen *g)
{
	switch (rnd(g, 6)) {
	case 0:
		return rnd(g, 256);
	case 1:
		return (s64)pick_imm(g);
	case 2:
		return (u32)pick_imm(g);
	case 3:
		return g->nkeys ? g->key[rnd(g, g->nkeys)] + rnd(g, 3) - 1 : 7;
	case 4:
		return g->nkeys ? g->key[rnd(g, g->nkeys)] | (u64)rnd(g, 2) << 32 : 9;
	default:
		return g->random * 0x9e3779b97f4a7c15ULL;
	}
}

/* a register that may be written, but for R0 to R7 there are duties */
static u8 pick_dst(struct gen *g)
{
	static const u8 regs[] = { 0, 1, 2, 3, 4, 5, 7 };

	return regs[rnd(g, ARRAY_SIZE(regs))];
}

static u8 pick_src(struct gen *g)
{
	return rnd(g, 12) ? pick_dst(g) : rnd(g, BPF_REG_10);
}

static u8 pick_size(struct gen *g)
{
	static const u8 sizes[] = { BPF_B, BPF_H, BPF_W, BPF_DW };

	return sizes[rnd(g, 4)];
}

/* a jump whose target will be some instruction further on */
static void emit_jump(struct gen *g, u8 code, u8 dst, u8 src, s32 imm)
{
	if (g->npending == MOST_INSNS)
		return;
	g->pending[g->npending++] = g->count;
	emit(g, code, dst, src, 0, imm);
}

/* the next instruction is the target of some pending jumps */
static void land(struct gen *g, u32 one_in)
{
	u32 i = 0;

	while (i < g->npending) {
		u32 pc = g->pending[i];

		if (rnd(g, one_in)) {
			i++;
			continue;
		}
		g->insns[pc].off = g->count - pc - 1;
		g->pending[i] = g->pending[--g->npending];
	}
}

/* stores and loads of all widths in few places of the stack, at its known part's edge too */
static void step_stack(struct gen *g)
{
	s16 off = (rnd(g, 2) ? -16 : -136) + (s32)rnd(g, 9);
	u8 size = pick_size(g);
	u32 i;

	for (i = 1 + rnd(g, 3); i; i--) {
		if (rnd(g, 2))
			emit(g, BPF_STX | BPF_MEM | size, BPF_REG_10, pick_dst(g), off, 0);
		else
			emit(g, BPF_ST | BPF_MEM | size, BPF_REG_10, 0, off, pick_imm(g));
		off += (s32)rnd(g, 9) - 4;
		off = off > -8 ? -8 : off;
		size = pick_size(g);
	}
	if (rnd(g, 2))
		emit(g, BPF_LDX | BPF_MEM | size, pick_dst(g), BPF_REG_10, off, 0);
}

/* bits of a register decide a branch, and are read afterwards or not */
static void step_bits(struct gen *g)
{
	u8 dst = pick_dst(g), class = rnd(g, 2) ? BPF_ALU64 : BPF_ALU;

	if (rnd(g, 2))
		emit(g, BPF_ALU64 | BPF_MOV | BPF_X, dst, pick_src(g), 0, 0);
	if (!rnd(g, 4))
		emit_jump(g, BPF_JMP | BPF_JEQ | BPF_K, pick_dst(g), 0, pick_imm(g));
	if (rnd(g, 3))
		emit(g, class | BPF_AND | BPF_K, dst, 0, 0, pick_imm(g));
	else
		emit(g, class | BPF_AND | BPF_X, dst, pick_src(g), 0, 0);
	if (!rnd(g, 4))
		land(g, 2);
	emit_jump(g, (rnd(g, 2) ? BPF_JMP : BPF_JMP32) | (rnd(g, 4) ? BPF_JNE : BPF_JEQ) |
		  BPF_K, dst, 0, 0);
	/* one way, the other, or both kill the register */
	if (rnd(g, 2))
		emit(g, BPF_ALU64 | BPF_MOV | BPF_K, dst, 0, 0, 1);
	if (rnd(g, 2)) {
		land(g, 2);
		emit(g, BPF_ALU64 | BPF_MOV | BPF_K, dst, 0, 0, 2);
	}
}

static void step_alu(struct gen *g)
{
	static const u8 ops[] = {
		BPF_ADD, BPF_SUB, BPF_MUL, BPF_DIV, BPF_OR, BPF_AND, BPF_LSH, BPF_RSH,
		BPF_MOD, BPF_XOR, BPF_ARSH, BPF_MOV, BPF_ADD, BPF_AND,
	};
	u8 class = rnd(g, 2) ? BPF_ALU64 : BPF_ALU, op = ops[rnd(g, ARRAY_SIZE(ops))];
	bool sign = (op == BPF_DIV || op == BPF_MOD) && !rnd(g, 3);
	s32 imm = pick_imm(g);

	if (rnd(g, 2)) {
		emit(g, class | op | BPF_X, pick_dst(g), pick_src(g), sign, 0);
		return;
	}
	if (op == BPF_LSH || op == BPF_RSH || op == BPF_ARSH)
		imm &= class == BPF_ALU64 ? 63 : 31;
	if ((op == BPF_DIV || op == BPF_MOD) && !imm)
		imm = 1 << rnd(g, 31);
	emit(g, class | op | BPF_K, pick_dst(g), 0, sign, imm);
}

static void step_unary(struct gen *g)
{
	u8 dst = pick_dst(g);

	switch (rnd(g, 5)) {
	case 0:
		emit(g, BPF_ALU | BPF_NEG, dst, 0, 0, 0);
		break;
	case 1:
		emit(g, BPF_ALU64 | BPF_NEG, dst, 0, 0, 0);
		break;
	case 2:
		emit(g, BPF_ALU | BPF_END | (rnd(g, 2) ? BPF_TO_BE : BPF_TO_LE), dst, 0, 0,
		     16 << rnd(g, 3));
		break;
	case 3:
		emit(g, BPF_ALU64 | BPF_END, dst, 0, 0, 16 << rnd(g, 3));
		break;
	default:
		if (rnd(g, 2))
			emit(g, BPF_ALU64 | BPF_MOV | BPF_X, dst, pick_src(g),
			     8 << rnd(g, 3), 0);
		else
			emit(g, BPF_ALU | BPF_MOV | BPF_X, dst, pick_src(g),
			     8 << rnd(g, 2), 0);
	}
}

static void step_copy(struct gen *g)
{
	emit(g, (rnd(g, 4) ? BPF_ALU64 : BPF_ALU) | BPF_MOV | BPF_X, pick_dst(g),
	     pick_src(g), 0, 0);
}

static void step_number(struct gen *g)
{
	if (rnd(g, 2))
		emit_const(g, pick_dst(g), pick_number(g));
	else
		emit(g, (rnd(g, 2) ? BPF_ALU64 : BPF_ALU) | BPF_MOV | BPF_K, pick_dst(g),
		     0, 0, pick_imm(g));
}

static void step_shifts(struct gen *g)
{
	static const u8 counts[] = { 32, 48, 56, 16, 24, 8, 33, 1, 31 };
	u8 class = rnd(g, 2) ? BPF_ALU64 : BPF_ALU, dst = pick_dst(g);
	u32 n = counts[rnd(g, ARRAY_SIZE(counts))] & (class == BPF_ALU64 ? 63 : 31);

	if (rnd(g, 2))
		emit(g, BPF_ALU64 | BPF_MOV | BPF_X, dst, pick_src(g), 0, 0);
	emit(g, class | BPF_LSH | BPF_K, dst, 0, 0, n);
	emit(g, class | (rnd(g, 2) ? BPF_RSH : BPF_ARSH) | BPF_K, dst, 0, 0, n);
}

static void step_adds(struct gen *g)
{
	u8 dst = pick_dst(g);
	u32 i;

	if (rnd(g, 2))
		emit(g, BPF_ALU64 | BPF_MOV | BPF_X, dst, pick_src(g), 0, 0);
	for (i = 0; i < 3; i++)
		emit(g, (rnd(g, 4) ? BPF_ALU64 : BPF_ALU) | (rnd(g, 3) ? BPF_ADD : BPF_SUB) |
		     BPF_K, dst, 0, 0, pick_imm(g));
}

/* an address in memory or on the stack, to @reg; what may be added to it is returned */
static s16 emit_address(struct gen *g, u8 reg)
{
	s32 moved = 8 * rnd(g, 8);

	if (g->own_stack || rnd(g, 3)) {
		emit(g, BPF_ALU64 | BPF_MOV | BPF_X, reg, REG_MEMORY, 0, 0);
		if (rnd(g, 4))
			emit(g, BPF_ALU64 | BPF_ADD | BPF_K, reg, 0, 0, moved);
		return 8 * rnd(g, 8);
	}
	emit(g, BPF_ALU64 | BPF_MOV | BPF_X, reg, BPF_REG_10, 0, 0);
	emit(g, BPF_ALU64 | BPF_ADD | BPF_K, reg, 0, 0, -64 - moved);
	return 8 * rnd(g, 7);
}

static void step_memory(struct gen *g)
{
	static const s32 atomics[] = {
		BPF_ADD, BPF_ADD | BPF_FETCH, BPF_XCHG, BPF_CMPXCHG, BPF_OR | BPF_FETCH,
		BPF_XOR, BPF_AND,
	};
	u8 base = pick_dst(g), size = pick_size(g), dst = pick_dst(g), src = pick_dst(g);
	s16 off;

	switch (rnd(g, 4)) {
	case 0:
		base = REG_MEMORY;
		off = 8 * rnd(g, WORDS);
		break;
	case 1:
		base = BPF_REG_10;
		off = -8 * (1 + (s32)rnd(g, 8));
		break;
	default:
		off = emit_address(g, base);
	}
	if (size != BPF_DW)
		off += rnd(g, 2) * 4;
	switch (rnd(g, 6)) {
	case 0:
		emit(g, BPF_ST | BPF_MEM | size, base, 0, off, pick_imm(g));
		break;
	case 1:
	case 2:
		emit(g, BPF_STX | BPF_MEM | size, base, src, off, 0);
		break;
	case 3:
		if (size == BPF_B || size == BPF_H)
			size = BPF_W;
		emit(g, BPF_STX | BPF_ATOMIC | size, base, src, off, atomics[rnd(g, 7)]);
		break;
	default:
		emit(g, BPF_LDX | (size == BPF_DW || rnd(g, 3) ? BPF_MEM : BPF_MEMSX) | size,
		     dst, base, off, 0);
	}
}

/* calls and packet loads leave these undefined */
static void emit_arguments(struct gen *g)
{
	u8 r;

	for (r = BPF_REG_1; r <= BPF_REG_5; r++) {
		switch (rnd(g, 3)) {
		case 0:
			emit(g, BPF_ALU64 | BPF_MOV | BPF_K, r, 0, 0, pick_imm(g));
			break;
		case 1:
			emit(g, BPF_ALU64 | BPF_MOV | BPF_X, r, rnd(g, 2) ? 0 : 7, 0, 0);
			break;
		default:
			emit(g, BPF_LDX | BPF_MEM | pick_size(g), r, REG_MEMORY,
			     8 * rnd(g, WORDS), 0);
		}
	}
}

static void step_call(struct gen *g)
{
	static const bpf_func_t funcs[] = { call_none, call_two, call_all };
	static const u8 arity[] = { 0, 2, 5 };
	u32 which = rnd(g, 3);

	emit(g, BPF_JMP | BPF_CALL, 0, 0, rnd(g, 3) ? BPF_CALL_ARITY(arity[which]) : 0,
	     (s32)((long)funcs[which] - (long)__bpf_call_base));
	emit_arguments(g);
}

/* something else than the program's own loads reads what is on the stack */
static void step_peek(struct gen *g)
{
	u8 reg = pick_dst(g);
	s16 off = -8 * (1 + (s32)rnd(g, 4));

	if (g->own_stack)
		return;
	emit(g, BPF_STX | BPF_MEM | BPF_DW, BPF_REG_10, pick_dst(g), off, 0);
	if (rnd(g, 2)) {
		emit(g, BPF_ALU64 | BPF_MOV | BPF_X, BPF_REG_1, BPF_REG_10, 0, 0);
		emit(g, BPF_ALU64 | BPF_ADD | BPF_K, BPF_REG_1, 0, 0, off);
		emit(g, BPF_JMP | BPF_CALL, 0, 0, BPF_CALL_ARITY(1),
		     (s32)((long)call_peek - (long)__bpf_call_base));
		emit_arguments(g);
		return;
	}
	emit(g, BPF_ALU64 | BPF_MOV | BPF_X, reg, BPF_REG_10, 0, 0);
	emit(g, BPF_JMP | BPF_JEQ | BPF_K, REG_COUNTER, 0, 1, 1);
	emit(g, BPF_ALU64 | BPF_ADD | BPF_K, reg, 0, 0, -8);
	emit(g, BPF_LDX | BPF_MEM | BPF_DW, reg, reg,
	     rnd(g, 2) ? min(off + 8, -8) : -8, 0);
}

static void step_packet(struct gen *g)
{
	static const u8 sizes[] = { BPF_B, BPF_H, BPF_W };
	u8 size = sizes[rnd(g, 3)];
	s32 at = rnd(g, 16) ? (s32)rnd(g, 40) : pick_imm(g);

	if (rnd(g, 2)) {
		emit(g, BPF_LD | BPF_ABS | size, 0, 0, 0, at);
	} else {
		if (rnd(g, 2))
			emit(g, BPF_ALU | BPF_MOV | BPF_K, BPF_REG_7, 0, 0, rnd(g, 20));
		else
			emit(g, BPF_ALU | BPF_AND | BPF_K, BPF_REG_7, 0, 0, 15);
		emit(g, BPF_LD | BPF_IND | size, 0, BPF_REG_7, 0, at);
	}
	emit_arguments(g);
}

static u8 pick_jump(struct gen *g)
{
	static const u8 ops[] = {
		BPF_JEQ, BPF_JNE, BPF_JGT, BPF_JGE, BPF_JLT, BPF_JLE,
		BPF_JSGT, BPF_JSGE, BPF_JSLT, BPF_JSLE, BPF_JSET, BPF_JEQ, BPF_JNE,
	};

	return ops[rnd(g, ARRAY_SIZE(ops))] | (rnd(g, 2) ? BPF_JMP : BPF_JMP32);
}

static void step_branch(struct gen *g)
{
	if (rnd(g, 3))
		emit_jump(g, pick_jump(g) | BPF_K, pick_dst(g), 0, pick_imm(g));
	else
		emit_jump(g, pick_jump(g) | BPF_X, pick_dst(g), pick_src(g), 0);
	if (!rnd(g, 3))
		emit_jump(g, BPF_JMP | BPF_JA, 0, 0, 0);
	if (!rnd(g, 3))
		land(g, 2);
}

/* numbers a chain asks for: close together, far apart, or both, either sign */
static void make_keys(struct gen *g, u32 n)
{
	s32 base = rnd(g, 2) ? (s32)rnd(g, 100) : pick_imm(g);
	u32 i, step = rnd(g, 3) ? 1 + rnd(g, 4) : 1 << rnd(g, 20);

	g->nkeys = n;
	for (i = 0; i < n; i++) {
		base += rnd(g, 5) ? 1 + rnd(g, step) : 0;
		g->key[i] = (s64)base;
	}
	for (i = 0; rnd(g, 2) && i < n; i++) {
		u32 j = rnd(g, n);
		u64 swap = g->key[i];

		g->key[i] = g->key[j];
		g->key[j] = swap;
	}
}

/* if r == a goto ...; if r != b goto next; ...: jumps to few or many places */
static void step_chain(struct gen *g)
{
	u8 class = rnd(g, 2) ? BPF_JMP : BPF_JMP32, reg = pick_dst(g);
	u32 n = 3 + rnd(g, rnd(g, 2) ? 12 : MOST_KEYS - 3), i, places = 1 + rnd(g, 4);
	u32 first[4] = { };

	make_keys(g, n);
	emit(g, BPF_LDX | BPF_MEM | (rnd(g, 3) ? BPF_DW : BPF_W), reg, REG_MEMORY, 0, 0);
	for (i = 0; i < n && g->count < MOST_INSNS; i++) {
		u32 place = rnd(g, 6) ? 0 : rnd(g, places);

		if (!rnd(g, 40))
			land(g, 8);
		if (rnd(g, 10)) {
			if (!first[place] || !rnd(g, 8))
				first[place] = g->count;
			emit_jump(g, class | BPF_JEQ | BPF_K, reg, 0, g->key[i]);
			continue;
		}
		emit(g, class | BPF_JNE | BPF_K, reg, 0, 2, g->key[i]);
		emit(g, BPF_ALU64 | BPF_ADD | BPF_K, rnd(g, 4) ? BPF_REG_7 : reg, 0, 0, i);
		emit_jump(g, BPF_JMP | BPF_JA, 0, 0, 0);
	}
	/* what is pending lands in bunches, so that arms share their targets */
	emit(g, BPF_ALU64 | BPF_XOR | BPF_K, BPF_REG_7, 0, 0, pick_imm(g));
	for (i = 0; i < places; i++) {
		land(g, 1 + rnd(g, 2));
		emit(g, BPF_ALU64 | BPF_ADD | BPF_K, BPF_REG_7, 0, 0, pick_imm(g));
	}
}

static void step_any(struct gen *g);

static void step_loop(struct gen *g)
{
	u32 head, i;

	if (g->in_loop)
		return;
	g->in_loop = true;
	emit(g, BPF_ALU64 | BPF_MOV | BPF_K, REG_COUNTER, 0, 0, 3);
	head = g->count;
	for (i = rnd(g, 6) + 1; i; i--)
		step_any(g);
	emit(g, BPF_ALU64 | BPF_AND | BPF_K, REG_COUNTER, 0, 0, 3);
	emit(g, BPF_ALU64 | BPF_SUB | BPF_K, REG_COUNTER, 0, 0, 1);
	emit(g, BPF_JMP | BPF_JSGT | BPF_K, REG_COUNTER, 0, head - g->count - 1, 0);
	g->in_loop = false;
}

static void step_any(struct gen *g)
{
	static void (*const steps[])(struct gen *g) = {
		step_alu, step_alu, step_unary, step_copy, step_copy, step_number,
		step_shifts, step_adds, step_memory, step_memory, step_memory, step_branch,
		step_branch, step_call, step_packet, step_loop, step_chain, step_stack,
		step_stack, step_bits, step_peek,
	};

	if (g->count >= MOST_INSNS - 100)
		return;
	steps[rnd(g, ARRAY_SIZE(steps))](g);
	if (!rnd(g, 3))
		land(g, 3);
	if (!rnd(g, 60))
		emit(g, BPF_JMP | BPF_EXIT, 0, 0, 0, 0);
}

static void make_program(struct gen *g, u64 seed)
{
	u32 steps, r;

	*g = (struct gen){ .random = seed * 0x9e3779b97f4a7c15ULL + 1 };
	for (r = 0; r < 8; r++)
		rnd(g, 2);
	g->own_stack = rnd(g, 2);
	emit(g, BPF_ALU64 | BPF_MOV | BPF_X, BPF_REG_6, BPF_REG_1, 0, 0);
	emit_const(g, REG_MEMORY, (u64)(unsigned long)now.memory);
	emit(g, BPF_ALU64 | BPF_MOV | BPF_K, REG_COUNTER, 0, 0, 0);
	emit(g, BPF_LDX | BPF_MEM | BPF_DW, BPF_REG_0, REG_MEMORY, 8, 0);
	emit(g, BPF_LDX | BPF_MEM | BPF_W, BPF_REG_7, REG_MEMORY, 16, 0);
	emit_arguments(g);
	for (steps = 1 + rnd(g, 30); steps; steps--)
		step_any(g);
	land(g, 1);
	for (r = BPF_REG_0; r <= BPF_REG_7; r++) {
		if (r != BPF_REG_6 && rnd(g, 3))
			emit(g, BPF_STX | BPF_MEM | BPF_DW, REG_MEMORY, r, 8 * (16 + r), 0);
	}
	emit(g, BPF_JMP | BPF_EXIT, 0, 0, 0, 0);
}

/* ---- running them --------------------------------------------------------------------- */

static void die(u64 seed, const char *what)
{
	printf("fuzz_opt: seed %llu: %s\n", (unsigned long long)seed, what);
	exit(1);
}

static struct bpf_xinsn *decode(u64 seed, const struct bpf_insn *insns, u32 count)
{
	struct bpf_xinsn *code = calloc(count + 1, sizeof(*code));
	struct bpf_xtraits traits;

	if (bpf_xcode_decode(insns, count, code, &traits))
		die(seed, "cannot be decoded");
	return code;
}

static void run(const struct bpf_xinsn *code, const struct world *start, struct world *end)
{
	u64 regs[MAX_BPF_EXT_REG] = { };
	struct user_packet packet = { };

	now = *start;
	memset(stack, 0, sizeof(stack));
	user_packet_init(&packet, frame, sizeof(frame));
	regs[BPF_REG_1] = (u64)(unsigned long)&packet;
	regs[BPF_REG_10] = (u64)(unsigned long)(stack + ARRAY_SIZE(stack));
	now.r0 = bpf_interp_run(code, regs);
	*end = now;
}

static void show(const char *title, const struct bpf_insn *insns, u32 count)
{
	char text[BPF_DISASM_BYTES];
	u32 pc, slots;

	printf("%s\n", title);
	for (pc = 0; pc < count; pc += slots) {
		slots = bpf_insn_slots(&insns[pc]);
		bpf_disasm(&insns[pc], count - pc, text, sizeof(text));
		printf("%5u: %s\n", pc, text);
	}
}

static s64 removed, before_all;

static void try_one(u64 seed, bool verbose)
{
	static struct gen g;
	struct bpf_xinsn *before, *after;
	struct bpf_code code;
	u8 marks[MOST_INSNS * 4];
	u32 i, k;

	make_program(&g, seed);
	code.count = g.count;
	code.insns = kvmalloc_array(g.count, sizeof(*code.insns), GFP_KERNEL);
	memcpy(code.insns, g.insns, g.count * sizeof(*code.insns));
	if (bpf_flow_mark(g.insns, g.count, marks))
		die(seed, "is no program");
	if (bpf_opt_run(&code))
		die(seed, "is not optimised");
	if (verbose) {
		show("before:", g.insns, g.count);
		show("after:", code.insns, code.count);
	}
	if (code.count > ARRAY_SIZE(marks) || bpf_flow_mark(code.insns, code.count, marks))
		die(seed, "is no program afterwards");
	before = decode(seed, g.insns, g.count);
	after = decode(seed, code.insns, code.count);
	for (i = 0; i < RUNS; i++) {
		struct world start = { }, one, two;

		for (k = 0; k < WORDS; k++)
			start.memory[k] = pick_number(&g);
		for (k = 0; k < sizeof(frame); k++)
			frame[k] = rnd(&g, 256);
		run(before, &start, &one);
		run(after, &start, &two);
		if (verbose)
			printf("run %u: %llx, %llx; memory %s, calls %s\n", i,
			       (unsigned long long)one.r0, (unsigned long long)two.r0,
			       memcmp(one.memory, two.memory, sizeof(one.memory)) ? "differs" :
			       "same", one.ncalls != two.ncalls ||
			       memcmp(one.calls, two.calls, sizeof(one.calls)) ? "differ" :
			       "same");
		if (one.r0 != two.r0 || memcmp(&one, &two, sizeof(one)))
			die(seed, "does something else afterwards");
	}
	before_all += g.count;
	removed += (s64)g.count - code.count;
	free(before);
	free(after);
	kvfree(code.insns);
}

int main(int argc, char **argv)
{
	u64 seed = argc > 1 ? strtoull(argv[1], NULL, 0) : 1, count, i;

	if (argc > 2 && !strcmp(argv[1], "--show")) {
		try_one(strtoull(argv[2], NULL, 0), true);
		return 0;
	}
	count = argc > 2 ? strtoull(argv[2], NULL, 0) : 20000;
	for (i = 0; i < count; i++)
		try_one(seed + i, false);
	printf("fuzz_opt: %llu programs from %llu, %u runs of each: same before and after\n",
	       (unsigned long long)count, (unsigned long long)seed, RUNS);
	printf("fuzz_opt: %lld of %lld instructions removed\n", (long long)removed,
	       (long long)before_all);
	return 0;
}
