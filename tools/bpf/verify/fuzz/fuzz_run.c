// SPDX-License-Identifier: GPL-2.0-only
/*
 * Random programs against the verifier's promises:
 *
 *  - an accepted program touches no memory that is not its own (the sanitizer watches
 *    stack, map values, contexts, keys, each an allocation of exact size), whatever the
 *    fields of its context hold;
 *  - its result, where it was loaded without privilege, does not depend on what
 *    registers and stack held before, nor on any address;
 *  - the verdict is the same with states compared at chosen places, nowhere, and
 *    everywhere, and so is the result;
 *  - the result is the same without constants folded and lookups written out.
 *
 *	fuzz_run [SEED [COUNT]]		programs SEED, SEED + 1, ...
 *	fuzz_run --show SEED		one program as a case file
 *
 * Programs are not uniform noise: the generator remembers roughly what each register
 * is, so that about a third are accepted, and lives near the edges of what is allowed.
 * What it finds becomes a case file.
 */
#include <linux/bpf_func.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/types.h>
#include <stdlib.h>
#include <string.h>
#include "../../../../kernel/bpf/disasm.h"
#include "../../../../kernel/bpf/prog/xinsn.h"
#include "casefile.h"
#include "../engine.h"
#include "../host_user.h"
#include "tap.h"
#include "verify.h"

#define MOST_INSNS	160
#define MOST_OUT	48
#define CONTEXTS	6
#define STACK_SLOTS	6
#define LOG_BYTES	(1 << 16)
#define RECORD_OFF	(-72)

/* ways to check a program: those of enum bv_pruning, and one more */
#define AS_WRITTEN	3
#define WAYS		4

void __sanitizer_set_death_callback(void (*callback)(void));

enum kind {
	K_UNSET,
	K_NUMBER,
	K_VALUE,
	K_FRAME,
	K_CTX,
	K_RECORD,		/* memory to be given back; passes for K_VALUE */
};

/**
 * struct gen - a program being made
 * @random:	state of the generator
 * @insns:	the program
 * @count:	instructions in it
 * @kind:	roughly what registers are
 * @slot:	roughly what stack slots hold
 * @out:	branches to the end
 * @nout:	how many
 * @holds:	a record is held, at RECORD_OFF of the stack
 */
struct gen {
	u64		random;
	struct bpf_insn	insns[MOST_INSNS + 64];
	u32		count;
	u8		kind[MAX_BPF_REG];
	u8		slot[STACK_SLOTS];
	u32		out[MOST_OUT];
	u32		nout;
	bool		holds;
};

static u64 now_seed;
static char log_text[LOG_BYTES];

/* the maps of every program */
static struct bpf_case world = {
	.maps = {
		{ "a", BPF_MAP_TYPE_ARRAY, 4, 16, 3, 0 },
		{ "h", BPF_MAP_TYPE_HASH, 8, 24, 4, 0 },
		{ "r", BPF_MAP_TYPE_RINGBUF, 0, 0, 64, 0 },
		{ "o", BPF_MAP_TYPE_ARRAY, 4, 16, 1, 0 },
		{ "c", BPF_MAP_TYPE_ARRAY, 4, 16, 1, BPF_F_RDONLY_PROG, true },
	},
	.nmaps = 5,
};

/* what is in the last one */
static struct case_elem constant = {
	.map = 4, .key = (u8 [4]){ },
	.value = (u8 [16]){ 4, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 8, 7, 0, 1, 0, 0, 0, 0x80 },
};

static u32 rnd(struct gen *g, u32 below)
{
	g->random ^= g->random << 13;
	g->random ^= g->random >> 7;
	g->random ^= g->random << 17;
	return (g->random >> 20) % below;
}

static s32 pick_imm(struct gen *g)
{
	static const s32 some[] = {
		0, 1, -1, 2, 3, 4, 7, 8, 9, 12, 15, 16, 17, 31, 63, 255, -8, -16, 0xfff8,
		S32_MAX, S32_MIN, 0x10000, -128,
	};

	return rnd(g, 8) ? some[rnd(g, ARRAY_SIZE(some))] : (s32)g->random;
}

static struct bpf_insn *emit(struct gen *g, u8 code, u8 dst, u8 src, s16 off, s32 imm)
{
	struct bpf_insn *insn = &g->insns[g->count++];

	*insn = (struct bpf_insn){ code, dst, src, off, imm };
	return insn;
}

/* a register of kind @k, or of any other one time in 32; -1 where there is none */
static int find_reg(struct gen *g, enum kind k)
{
	u32 first = rnd(g, BPF_REG_10), i;

	if (!rnd(g, 64))
		return first;
	for (i = 0; i < BPF_REG_10; i++) {
		u32 r = (first + i) % BPF_REG_10;

		if (g->kind[r] == k || (k == K_VALUE && g->kind[r] == K_RECORD))
			return r;
	}
	return -1;
}

/* one to be written: any but R6, which keeps the context */
static u8 pick_target(struct gen *g)
{
	u8 r = rnd(g, BPF_REG_10 - 1);

	return r >= BPF_REG_6 ? r + 1 : r;
}

static u8 pick_size(struct gen *g)
{
	static const u8 sizes[] = { BPF_B, BPF_H, BPF_W, BPF_DW };

	return sizes[rnd(g, 4)];
}

static u32 size_bytes(u8 size)
{
	return size == BPF_B ? 1 : size == BPF_H ? 2 : size == BPF_W ? 4 : 8;
}

/* a conditional jump to the end of the program */
static void emit_out(struct gen *g, u8 code, u8 dst, u8 src, s32 imm)
{
	if (g->nout == MOST_OUT || (g->holds && rnd(g, 16)))
		return;
	g->out[g->nout++] = g->count;
	emit(g, code, dst, src, 0, imm);
}

/* ---- steps: each adds a few instructions ---------------------------------------- */

static u8 pick_jump(struct gen *g)
{
	static const u8 ops[] = {
		BPF_JEQ, BPF_JNE, BPF_JGT, BPF_JGE, BPF_JLT, BPF_JLE,
		BPF_JSGT, BPF_JSGE, BPF_JSLT, BPF_JSLE, BPF_JSET,
	};

	return ops[rnd(g, ARRAY_SIZE(ops))] | (rnd(g, 2) ? BPF_JMP : BPF_JMP32);
}

static void step_alu(struct gen *g)
{
	static const u8 ops[] = {
		BPF_ADD, BPF_SUB, BPF_MUL, BPF_DIV, BPF_OR, BPF_AND, BPF_LSH, BPF_RSH,
		BPF_MOD, BPF_XOR, BPF_ARSH, BPF_MOV, BPF_NEG,
	};
	u8 class = rnd(g, 2) ? BPF_ALU64 : BPF_ALU, op = ops[rnd(g, ARRAY_SIZE(ops))];
	int dst = find_reg(g, K_NUMBER), src = find_reg(g, K_NUMBER);
	bool sign = (op == BPF_DIV || op == BPF_MOD) && rnd(g, 2);
	s32 imm = pick_imm(g);

	if (dst < 0 || src < 0 || dst == BPF_REG_6)
		return;
	if (op == BPF_NEG) {
		emit(g, class | op, dst, 0, 0, 0);
	} else if (rnd(g, 2)) {
		if (op == BPF_MOV && rnd(g, 2))
			emit(g, class | op | BPF_X, dst, src, 8 << rnd(g, 2), 0);
		else
			emit(g, class | op | BPF_X, dst, src, sign, 0);
	} else {
		if (op == BPF_LSH || op == BPF_RSH || op == BPF_ARSH)
			imm = (u32)imm % (class == BPF_ALU64 ? 64 : 32);
		if ((op == BPF_DIV || op == BPF_MOD) && !imm)
			imm = 3;
		emit(g, class | op | BPF_K, dst, 0, sign, imm);
	}
	g->kind[dst] = K_NUMBER;
}

static void step_swap(struct gen *g)
{
	static const u8 codes[] = {
		BPF_ALU | BPF_END | BPF_TO_LE, BPF_ALU | BPF_END | BPF_TO_BE,
		BPF_ALU64 | BPF_END,
	};
	int dst = find_reg(g, K_NUMBER);

	if (dst >= 0 && dst != BPF_REG_6)
		emit(g, codes[rnd(g, 3)], dst, 0, 0, 16 << rnd(g, 3));
}

static void step_mask(struct gen *g)
{
	static const s32 masks[] = { 0, 1, 3, 7, 8, 12, 15, 16, 0x1f, 0x3f, 0x78 };
	int dst = find_reg(g, K_NUMBER);

	if (dst >= 0 && dst != BPF_REG_6)
		emit(g, BPF_ALU64 | BPF_AND | BPF_K, dst, 0, 0,
		     masks[rnd(g, ARRAY_SIZE(masks))]);
}

static void step_limit(struct gen *g)
{
	int dst = find_reg(g, K_NUMBER), src = find_reg(g, K_NUMBER);

	if (dst < 0 || src < 0)
		return;
	if (rnd(g, 4))
		emit_out(g, pick_jump(g) | BPF_K, dst, 0, pick_imm(g));
	else
		emit_out(g, pick_jump(g) | BPF_X, dst, src, 0);
}

static void step_context(struct gen *g)
{
	static const s16 fields[] = { 0, 4, 8, 12, 16, 28, 32, 36, 44, 48, 52, 56, 60, 64 };
	u8 dst = pick_target(g), size = rnd(g, 3) ? BPF_W : rnd(g, 2) ? BPF_B : BPF_H;

	emit(g, BPF_LDX | BPF_MEM | size, dst, BPF_REG_6, fields[rnd(g, ARRAY_SIZE(fields))],
	     0);
	g->kind[dst] = K_NUMBER;
}

static void step_constant(struct gen *g)
{
	u8 dst = pick_target(g);

	if (rnd(g, 3)) {
		emit(g, BPF_ALU64 | BPF_MOV | BPF_K, dst, 0, 0, pick_imm(g));
	} else {
		emit(g, BPF_LD | BPF_IMM | BPF_DW, dst, 0, 0, pick_imm(g));
		emit(g, 0, 0, 0, 0, pick_imm(g));
	}
	g->kind[dst] = K_NUMBER;
}

/* a pointer, moved by a number */
static void step_move(struct gen *g)
{
	int from = find_reg(g, rnd(g, 4) ? K_VALUE : K_FRAME), by = find_reg(g, K_NUMBER);
	u8 dst = pick_target(g);

	if (from < 0 || by < 0 || dst == by)
		return;
	if (from != dst)
		emit(g, BPF_ALU64 | BPF_MOV | BPF_X, dst, from, 0, 0);
	if (rnd(g, 3))
		emit(g, BPF_ALU64 | BPF_ADD | BPF_X, dst, by, 0, 0);
	else if (rnd(g, 4))
		emit(g, BPF_ALU64 | BPF_ADD | BPF_K, dst, 0, 0, (s32)rnd(g, 40) - 16);
	else
		emit(g, BPF_ALU64 | BPF_SUB | BPF_X, dst, by, 0, 0);
	g->kind[dst] = g->kind[from];
}

static void step_frame(struct gen *g)
{
	u8 dst = pick_target(g);

	emit(g, BPF_ALU64 | BPF_MOV | BPF_X, dst, BPF_REG_10, 0, 0);
	emit(g, BPF_ALU64 | BPF_ADD | BPF_K, dst, 0, 0, -8 * (1 + (s32)rnd(g, STACK_SLOTS)));
	g->kind[dst] = K_FRAME;
}

/* a load, store or atomic through a pointer */
static void step_memory(struct gen *g)
{
	static const s32 atomics[] = {
		BPF_ADD, BPF_ADD | BPF_FETCH, BPF_XCHG, BPF_CMPXCHG, BPF_OR | BPF_FETCH,
	};
	int base = find_reg(g, rnd(g, 4) ? K_VALUE : K_FRAME), src = find_reg(g, K_NUMBER);
	u8 size = pick_size(g), dst = pick_target(g);
	s16 off = (s16)rnd(g, 4) * size_bytes(size);

	if (base < 0 || src < 0)
		return;
	switch (rnd(g, 6)) {
	case 0:
		emit(g, BPF_ST | BPF_MEM | size, base, 0, off, pick_imm(g));
		return;
	case 1:
		emit(g, BPF_STX | BPF_MEM | size, base, src, off, 0);
		return;
	case 2:
		size = rnd(g, 2) ? BPF_W : BPF_DW;
		if (g->kind[BPF_REG_0] == K_NUMBER)
			emit(g, BPF_STX | BPF_ATOMIC | size, base, src,
			     rnd(g, 3) * size_bytes(size), atomics[rnd(g, 5)]);
		return;
	case 3:
		if (size != BPF_DW)
			emit(g, BPF_LDX | BPF_MEMSX | size, dst, base, off, 0);
		else
			emit(g, BPF_LDX | BPF_MEM | size, dst, base, off, 0);
		break;
	default:
		emit(g, BPF_LDX | BPF_MEM | size, dst, base, off, 0);
	}
	g->kind[dst] = K_NUMBER;
}

static void step_spill(struct gen *g)
{
	static const u8 kinds[] = { K_NUMBER, K_NUMBER, K_VALUE, K_FRAME, K_CTX };
	int src = find_reg(g, kinds[rnd(g, 5)]);
	u32 i = rnd(g, STACK_SLOTS);

	if (src < 0)
		return;
	if (g->kind[src] == K_NUMBER && !rnd(g, 3)) {
		u8 size = pick_size(g);

		emit(g, BPF_STX | BPF_MEM | size, BPF_REG_10, src,
		     -8 * (s16)(i + 1) + (rnd(g, 2) ? 8 - size_bytes(size) : 0), 0);
		return;
	}
	emit(g, BPF_STX | BPF_MEM | BPF_DW, BPF_REG_10, src, -8 * (s16)(i + 1), 0);
	g->slot[i] = g->kind[src];
}

static void step_fill(struct gen *g)
{
	u32 i = rnd(g, STACK_SLOTS);
	u8 dst = pick_target(g), size = rnd(g, 4) ? BPF_DW : pick_size(g);

	if (g->slot[i] == K_UNSET && rnd(g, 16))
		return;
	if (g->slot[i] != K_NUMBER && size != BPF_DW)
		return;
	emit(g, BPF_LDX | BPF_MEM | size, dst, BPF_REG_10,
	     -8 * (s16)(i + 1) + (rnd(g, 2) ? 8 - size_bytes(size) : 0), 0);
	g->kind[dst] = g->slot[i];
}

static void after_call(struct gen *g, enum kind result)
{
	memset(g->kind + BPF_REG_1, K_UNSET, 5);
	g->kind[BPF_REG_0] = result;
}

static void emit_map(struct gen *g, u8 dst, u32 map)
{
	emit(g, BPF_LD | BPF_IMM | BPF_DW, dst, BPF_PSEUDO_MAP_FD, 0, FD_FIRST + map);
	emit(g, 0, 0, 0, 0, 0);
}

/* keys and values of maps live in the last slots of the stack */
static void emit_key(struct gen *g, u8 reg, s32 off)
{
	emit(g, BPF_ALU64 | BPF_MOV | BPF_X, reg, BPF_REG_10, 0, 0);
	emit(g, BPF_ALU64 | BPF_ADD | BPF_K, reg, 0, 0, off);
}

static void step_lookup(struct gen *g)
{
	u32 map = rnd(g, 4) ? 0 : 1;

	emit(g, BPF_ST | BPF_MEM | BPF_DW, BPF_REG_10, 0, -64, rnd(g, 4));
	emit_map(g, BPF_REG_1, map);
	emit_key(g, BPF_REG_2, -64);
	emit(g, BPF_JMP | BPF_CALL, 0, 0, 0, BPF_FUNC_map_lookup_elem);
	after_call(g, K_VALUE);
	if (rnd(g, 24))
		emit_out(g, BPF_JMP | BPF_JEQ | BPF_K, BPF_REG_0, 0, 0);
}

static void step_value(struct gen *g)
{
	u8 dst = pick_target(g);

	emit(g, BPF_LD | BPF_IMM | BPF_DW, dst, BPF_PSEUDO_MAP_VALUE, 0,
	     FD_FIRST + 3 + rnd(g, 2));
	emit(g, 0, 0, 0, 0, rnd(g, 32) ? rnd(g, 2) * rnd(g, 16) : 16);
	g->kind[dst] = K_VALUE;
}

static void step_update(struct gen *g)
{
	int from = find_reg(g, K_VALUE);

	emit(g, BPF_ST | BPF_MEM | BPF_DW, BPF_REG_10, 0, -64, rnd(g, 6));
	emit_map(g, BPF_REG_1, 1);
	emit_key(g, BPF_REG_2, -64);
	emit_key(g, BPF_REG_3, -24);
	if (from > BPF_REG_5 && rnd(g, 2))
		emit(g, BPF_ALU64 | BPF_MOV | BPF_X, BPF_REG_3, from, 0, 0);
	emit(g, BPF_ALU64 | BPF_MOV | BPF_K, BPF_REG_4, 0, 0, rnd(g, 3));
	emit(g, BPF_JMP | BPF_CALL, 0, 0, 0, BPF_FUNC_map_update_elem);
	after_call(g, K_NUMBER);
}

static void step_load_bytes(struct gen *g)
{
	int size = find_reg(g, K_NUMBER);

	if (size >= 0 && size <= BPF_REG_5)
		size = -1;
	emit(g, BPF_ALU64 | BPF_MOV | BPF_X, BPF_REG_1, BPF_REG_6, 0, 0);
	emit(g, BPF_ALU64 | BPF_MOV | BPF_K, BPF_REG_2, 0, 0, rnd(g, 8));
	emit_key(g, BPF_REG_3, -8 * (1 + (s32)rnd(g, STACK_SLOTS)));
	if (size >= 0 && rnd(g, 2))
		emit(g, BPF_ALU64 | BPF_MOV | BPF_X, BPF_REG_4, size, 0, 0);
	else
		emit(g, BPF_ALU64 | BPF_MOV | BPF_K, BPF_REG_4, 0, 0, 1 + rnd(g, 20));
	emit(g, BPF_JMP | BPF_CALL, 0, 0, 0, BPF_FUNC_skb_load_bytes);
	after_call(g, K_NUMBER);
}

static void step_random(struct gen *g)
{
	emit(g, BPF_JMP | BPF_CALL, 0, 0, 0, BPF_FUNC_get_prandom_u32);
	after_call(g, K_NUMBER);
}

static void step_packet(struct gen *g)
{
	if (g->holds && rnd(g, 16))
		return;
	emit(g, BPF_LD | BPF_ABS | (rnd(g, 2) ? BPF_B : BPF_H), 0, 0, 0, rnd(g, 60));
	after_call(g, K_NUMBER);
}

static void make_block(struct gen *g, u32 steps, u32 depth);

/* if ... { block } [else { block }] */
static void step_branch(struct gen *g, u32 depth)
{
	int dst = find_reg(g, K_NUMBER), src = find_reg(g, K_NUMBER);
	u8 kinds[MAX_BPF_REG], slots[STACK_SLOTS];
	u32 at = g->count, skip, i;

	if (dst < 0 || src < 0)
		return;
	if (rnd(g, 2))
		emit(g, pick_jump(g) | BPF_K, dst, 0, 0, pick_imm(g));
	else
		emit(g, pick_jump(g) | BPF_X, dst, src, 0, 0);
	memcpy(kinds, g->kind, sizeof(kinds));
	memcpy(slots, g->slot, sizeof(slots));
	make_block(g, 1 + rnd(g, 4), depth + 1);
	if (rnd(g, 2)) {
		skip = g->count;
		emit(g, BPF_JMP | BPF_JA, 0, 0, 0, 0);
		g->insns[at].off = g->count - at - 1;
		make_block(g, 1 + rnd(g, 3), depth + 1);
		g->insns[skip].off = g->count - skip - 1;
	} else {
		g->insns[at].off = g->count - at - 1;
	}
	for (i = 0; i < MAX_BPF_REG; i++)
		if (kinds[i] != g->kind[i])
			g->kind[i] = K_UNSET;
	for (i = 0; i < STACK_SLOTS; i++)
		if (slots[i] != g->slot[i])
			g->slot[i] = K_UNSET;
}

static void forget_records(struct gen *g)
{
	u32 i;

	for (i = 0; i < MAX_BPF_REG; i++)
		if (g->kind[i] == K_RECORD)
			g->kind[i] = K_UNSET;
	for (i = 0; i < STACK_SLOTS; i++)
		if (g->slot[i] == K_RECORD)
			g->slot[i] = K_UNSET;
	g->holds = false;
}

static void emit_give_back(struct gen *g)
{
	emit(g, BPF_LDX | BPF_MEM | BPF_DW, BPF_REG_1, BPF_REG_10, RECORD_OFF, 0);
	emit(g, BPF_ALU64 | BPF_MOV | BPF_K, BPF_REG_2, 0, 0, 0);
	emit(g, BPF_JMP | BPF_CALL, 0, 0, 0,
	     rnd(g, 2) ? BPF_FUNC_ringbuf_submit : BPF_FUNC_ringbuf_discard);
	after_call(g, K_UNSET);
}

/* a block with memory that is acquired before and given back behind it */
static void step_record(struct gen *g, u32 depth)
{
	if (g->holds)
		return;
	emit_map(g, BPF_REG_1, 2);
	emit(g, BPF_ALU64 | BPF_MOV | BPF_K, BPF_REG_2, 0, 0, rnd(g, 4) ? 16 : 1 + rnd(g, 70));
	emit(g, BPF_ALU64 | BPF_MOV | BPF_K, BPF_REG_3, 0, 0, 0);
	emit(g, BPF_JMP | BPF_CALL, 0, 0, 0, BPF_FUNC_ringbuf_reserve);
	after_call(g, K_RECORD);
	emit(g, BPF_STX | BPF_MEM | BPF_DW, BPF_REG_10, BPF_REG_0, RECORD_OFF, 0);
	emit_out(g, BPF_JMP | BPF_JEQ | BPF_K, BPF_REG_0, 0, 0);
	g->holds = true;
	make_block(g, 2 + rnd(g, 6), depth + 1);
	if (rnd(g, 24))
		emit_give_back(g);
	/* a copy may be used afterwards: it must not get far */
	if (rnd(g, 24))
		forget_records(g);
	g->holds = false;
}

static void make_block(struct gen *g, u32 steps, u32 depth)
{
	static void (* const all[])(struct gen *g) = {
		step_alu, step_alu, step_alu, step_swap, step_mask, step_mask, step_limit,
		step_limit, step_context, step_constant, step_move, step_move, step_frame,
		step_memory, step_memory, step_memory, step_spill, step_spill, step_fill,
		step_fill, step_lookup, step_update, step_load_bytes, step_random, step_packet,
		step_value, step_value,
	};

	while (steps-- && g->count < MOST_INSNS) {
		u32 i = rnd(g, ARRAY_SIZE(all) + 5);

		if (i < ARRAY_SIZE(all))
			all[i](g);
		else if (depth < 4 && i == ARRAY_SIZE(all))
			step_record(g, depth);
		else if (depth < 4)
			step_branch(g, depth);
	}
}

/* numbers into r0, and out */
static void make_end(struct gen *g)
{
	u32 i;

	if (g->kind[BPF_REG_0] != K_NUMBER)
		emit(g, BPF_ALU64 | BPF_MOV | BPF_K, BPF_REG_0, 0, 0, 1);
	for (i = 1; i < BPF_REG_10; i++)
		if (g->kind[i] == K_NUMBER)
			emit(g, BPF_ALU64 | BPF_XOR | BPF_X, BPF_REG_0, i, 0, 0);
	emit(g, BPF_JMP | BPF_EXIT, 0, 0, 0, 0);
	for (i = 0; i < g->nout; i++)
		g->insns[g->out[i]].off = g->count - g->out[i] - 1;
	if (!g->nout)
		return;
	emit(g, BPF_ALU64 | BPF_MOV | BPF_K, BPF_REG_0, 0, 0, 2);
	emit(g, BPF_JMP | BPF_EXIT, 0, 0, 0, 0);
}

static void make_program(struct gen *g, u64 seed)
{
	u32 i;

	memset(g, 0, sizeof(*g));
	g->random = (seed + 1) * 0x9e3779b97f4a7c15ULL;
	emit(g, BPF_ALU64 | BPF_MOV | BPF_X, BPF_REG_6, BPF_REG_1, 0, 0);
	g->kind[BPF_REG_6] = K_CTX;
	g->kind[BPF_REG_1] = K_CTX;
	for (i = 0; i < 3; i++)
		step_context(g);
	step_lookup(g);
	step_constant(g);
	emit(g, BPF_ALU64 | BPF_MOV | BPF_X, BPF_REG_9, BPF_REG_0, 0, 0);
	g->kind[BPF_REG_9] = K_VALUE;
	make_block(g, 4 + rnd(g, 30), 0);
	make_end(g);
}

/* ---- the promises ------------------------------------------------------------------ */

/* with privilege a program may compute with addresses, and show them */
static bool is_privileged(void)
{
	return now_seed % 2;
}

static void show_program(const struct gen *g)
{
	char text[BPF_DISASM_BYTES];
	u32 i;

	printf("# found by fuzz_run, seed %llu\n-- maps\n", now_seed);
	printf("a array key=4 value=16 entries=3\nh hash key=8 value=24 entries=4\n");
	printf("r ring key=0 value=0 entries=64\no array key=4 value=16 entries=1\n");
	printf("c array key=4 value=16 entries=1 flags=128 frozen\nc[00 00 00 00] =");
	for (i = 0; i < 16; i++)
		printf(" %02x", constant.value[i]);
	printf("\n-- prog\n");
	for (i = 0; i < g->count; i++) {
		const struct bpf_insn *insn = &g->insns[i];

		if (insn->code == (BPF_LD | BPF_IMM | BPF_DW) && insn->src_reg) {
			printf("r%u = map[%s]", insn->dst_reg,
			       world.maps[insn->imm - FD_FIRST].name);
			if (insn->src_reg == BPF_PSEUDO_MAP_VALUE)
				printf("[0]+%u", insn[1].imm);
			printf("\n");
			i++;
			continue;
		}
		bpf_disasm(insn, g->count - i, text, sizeof(text));
		printf("%s\n", text);
		i += insn->code == (BPF_LD | BPF_IMM | BPF_DW);
	}
	printf("%s-- accept\n", is_privileged() ? "" : "-- options unpriv\n");
}

static struct gen now;

static void show_death(void)
{
	fflush(stdout);
	show_program(&now);
	fflush(stdout);
}

static struct bv_request make_request(const struct gen *g, u8 way)
{
	return (struct bv_request){
		.type = user_type("socket_filter"),
		.insns = g->insns,
		.count = g->count,
		.gpl_compatible = true,
		.privileged = is_privileged(),
		.pruning = way < AS_WRITTEN ? way : BV_PRUNE_NORMAL,
		.as_written = way == AS_WRITTEN,
		.log_level = 1,
		.log_buf = log_text,
		.log_size = sizeof(log_text),
	};
}

static u64 run_once(const struct bv_result *res, const struct bpf_xinsn *code, u64 seed,
		    u8 garbage)
{
	u64 regs[MAX_BPF_EXT_REG], ret;
	u8 *stack = malloc(res->stack_depth + 1);
	void *ctx;

	user_maps_end();
	user_maps_start(&world);
	ctx = user_context_random(user_type("socket_filter"), &world, seed);
	memset(regs, garbage, sizeof(regs));
	memset(stack, garbage, res->stack_depth + 1);
	regs[BPF_REG_1] = (u64)ctx;
	regs[BPF_REG_10] = (u64)(stack + res->stack_depth);
	ret = bpf_interp_run(code, regs);
	free(ctx);
	free(stack);
	return (u32)ret;
}

/* the results in every context, or false where garbage shows in one */
static bool run_contexts(const struct bv_result *res, u64 *results)
{
	struct bpf_xinsn *code = calloc(res->count + 1, sizeof(*code));
	bool good = !engine_decode(res, code);
	u32 i;

	for (i = 0; good && i < CONTEXTS; i++) {
		results[i] = run_once(res, code, now_seed * CONTEXTS + i, 0x5a);
		good = is_privileged() ||
		       results[i] == run_once(res, code, now_seed * CONTEXTS + i, 0xc3);
	}
	free(code);
	return good;
}

/* one program in one way; 0 and the results, or an errno */
static int try(const struct gen *g, u8 way, u64 *results, bool *good)
{
	struct bv_request req = make_request(g, way);
	struct bv_result res = { 0 };
	u32 i;
	int err;

	log_text[0] = '\0';
	err = bpf_check(&req, &res);
	if (err)
		return err;
	for (i = 0; i < res.map_count; i++)
		bv_host_map_put(res.maps[i]);
	*good = run_contexts(&res, results);
	bv_pool_free(&res.pool);
	return 0;
}

/*
 * Rules about a number's lowest value, or about what a dead slot holds, are broken by
 * states that a wider, accepted one covers. They protect nothing that the walk from
 * the wider state does not.
 */
static bool is_loose_rule(void)
{
	return strstr(log_text, "[pointer-far-number,") ||
	       strstr(log_text, "[pointer-overwritten,");
}

static bool test_program(const struct gen *g, u32 *accepted)
{
	u64 results[WAYS][CONTEXTS] = { { 0 } };
	bool good = true;
	int err[WAYS];
	u32 i;

	for (i = 0; good && i < ARRAY_SIZE(err); i++) {
		err[i] = try(g, i, results[i], &good);
		if (err[i] && is_loose_rule())
			return true;
	}
	if (!good)
		printf("# seed %llu: result depends on garbage, way %u\n", now_seed, i - 1);
	for (i = 1; good && i < ARRAY_SIZE(err); i++) {
		if (err[i] == -E2BIG || err[0] == -E2BIG)
			continue;
		good = err[i] == err[0] &&
		       (is_privileged() ||
			!memcmp(results[i], results[0], sizeof(results[0])));
		if (!good)
			printf("# seed %llu: %d with pruning 0, %d with %u, or other results\n%s",
			       now_seed, err[0], err[i], i, log_text);
	}
	if (good && user_memory_live()) {
		good = false;
		printf("# seed %llu: %ld allocations left\n", now_seed, user_memory_live());
	}
	*accepted += !err[0];
	return good;
}

int main(int argc, char **argv)
{
	bool show = argc > 1 && !strcmp(argv[1], "--show");
	u64 count, first, bad = 0;
	u32 accepted = 0;

	first = argc > 1 + show ? strtoull(argv[1 + show], NULL, 0) : 1;
	count = argc > 2 && !show ? strtoull(argv[2], NULL, 0) : 20000;
	world.packet_len = 64;
	world.packet = calloc(1, world.packet_len);
	world.before.e = &constant;
	world.before.count = 1;
	user_maps_start(&world);
	__sanitizer_set_death_callback(show_death);
	for (now_seed = first; now_seed < first + count && bad < 10; now_seed++) {
		make_program(&now, now_seed);
		if (show) {
			show_program(&now);
			return 0;
		}
		bad += !test_program(&now, &accepted);
	}
	ok(!bad, "%llu random programs keep the verifier's promises (%u accepted)", count,
	   accepted);
	user_maps_end();
	free(world.packet);
	return tap_done();
}
