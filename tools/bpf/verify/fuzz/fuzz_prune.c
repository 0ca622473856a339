// SPDX-License-Identifier: GPL-2.0-only
/*
 * Does pruning change a verdict? Small random programs are checked three times: with
 * every path walked to its end, with states kept where paths meet, and with states
 * kept before every instruction. All three must agree. What was accepted is then run
 * on packets of several kinds in the checking build of the interpreter, where an
 * access past a map's value ends the run.
 *
 *	fuzz_prune [SEED [COUNT]]	SEED 0: of the clock; it is printed
 *
 * Programs are made of what pruning can get wrong: numbers that come together from
 * several paths, copies, saves to the stack and back in several widths, pointers moved
 * by them, NULL tests of copies, memory to be given back. A failure prints the program and
 * its number.
 */
#include <linux/bpf_func.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/types.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "../../../../kernel/bpf/disasm.h"
#include "../../../../kernel/bpf/insn.h"
#include "../../../../kernel/bpf/prog/xinsn.h"
#include "../engine.h"
#include "../host_user.h"
#include "verify.h"

#define VALUE_BYTES	16
#define MAX_INSNS	256
#define ITEMS_MIN	3
#define ITEMS_MORE	12
#define RUNS		6
#define PACKET_BYTES	64

/**
 * struct gen - a program being made
 * @insn:	instructions
 * @count:	how many
 * @item:	where each item begins: what jumps go to
 * @items:	how many
 * @jump:	jumps to be given a distance
 * @to:		the item each goes to
 * @jumps:	how many
 */
struct gen {
	struct bpf_insn	insn[MAX_INSNS];
	u32		count;
	u32		item[MAX_INSNS];
	u32		items;
	u32		jump[MAX_INSNS];
	u32		to[MAX_INSNS];
	u32		jumps;
};

static u64 random_state;

static u32 rnd(u32 below)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return (u32)(random_state >> 20) % below;
}

#define PICK(array)	((array)[rnd(ARRAY_SIZE(array))])

static void emit(struct gen *g, u8 code, u8 dst, u8 src, s16 off, s32 imm)
{
	g->insn[g->count++] = (struct bpf_insn){ code, dst, src, off, imm };
}

/* numbers live in these; R6 is the context, R7 the value, R3 is for addresses */
static u8 number_reg(void)
{
	static const u8 regs[] = { 0, 1, 2, 4, 5, 8, 9 };

	return PICK(regs);
}

static s32 small(void)
{
	static const s32 numbers[] = { 0, 0, 1, 2, 3, 4, 7, 8, 12, 15, 16, 17, 31, -1, -8, 255 };

	return PICK(numbers);
}

/* an offset into the value, mostly */
static s32 inside(void)
{
	static const s32 numbers[] = { 0, 0, 1, 4, 7, 8, 12, 15 };

	return rnd(24) ? PICK(numbers) : small();
}

static void load_ctx(struct gen *g, u8 dst)
{
	static const u8 offs[] = { 0, 4, 8, 12, 16, 32 };

	emit(g, BPF_LDX | BPF_MEM | BPF_W, dst, 6, PICK(offs), 0);
}

static s16 slot(void)
{
	return -16 - 8 * (s16)rnd(4);
}

static void item_mov(struct gen *g)
{
	u8 class = rnd(3) ? BPF_ALU64 : BPF_ALU;

	if (rnd(2))
		emit(g, class | BPF_MOV | BPF_K, number_reg(), 0, 0, small());
	else
		emit(g, class | BPF_MOV | BPF_X, number_reg(), number_reg(), 0, 0);
}

static void item_alu(struct gen *g)
{
	static const u8 ops[] = { BPF_ADD, BPF_ADD, BPF_SUB, BPF_AND, BPF_AND, BPF_OR, BPF_XOR,
				  BPF_MUL, BPF_RSH, BPF_LSH, BPF_ARSH, BPF_DIV, BPF_MOD };
	static const s32 operands[] = { 1, 2, 3, 4, 7, 8, 15, 31 };
	u8 class = rnd(3) ? BPF_ALU64 : BPF_ALU;

	if (rnd(2))
		emit(g, class | PICK(ops) | BPF_K, number_reg(), 0, 0, PICK(operands));
	else
		emit(g, class | PICK(ops) | BPF_X, number_reg(), number_reg(), 0, 0);
}

static u8 width(void)
{
	static const u8 widths[] = { BPF_DW, BPF_DW, BPF_DW, BPF_W, BPF_B };

	return PICK(widths);
}

/* at a slot's beginning, or at its end */
static s16 in_slot(u8 size)
{
	return rnd(3) ? 0 : 8 - bpf_size_bytes(size);
}

static void item_save(struct gen *g)
{
	u8 size = width();

	if (rnd(4))
		emit(g, BPF_STX | BPF_MEM | size, 10, number_reg(), slot() + in_slot(size), 0);
	else
		emit(g, BPF_ST | BPF_MEM | size, 10, 0, slot() + in_slot(size), small());
}

static void item_restore(struct gen *g)
{
	u8 size = width();

	emit(g, BPF_LDX | BPF_MEM | size, number_reg(), 10, slot() + in_slot(size), 0);
}

static u8 condition(void)
{
	static const u8 ops[] = { BPF_JEQ, BPF_JEQ, BPF_JNE, BPF_JGT, BPF_JGE, BPF_JLT, BPF_JLE,
				  BPF_JSGT, BPF_JSGE, BPF_JSLT, BPF_JSLE, BPF_JSET };

	return PICK(ops);
}

/* to an item further on; one that is not there means the end */
static void emit_jump(struct gen *g, u8 code, u8 dst, u8 src, s32 imm, u32 further)
{
	g->jump[g->jumps] = g->count;
	g->to[g->jumps++] = g->items + further;
	emit(g, code, dst, src, 0, imm);
}

static void item_branch(struct gen *g)
{
	u8 class = rnd(3) ? BPF_JMP : BPF_JMP32;
	u32 further = 1 + rnd(4);

	if (rnd(3))
		emit_jump(g, class | condition() | BPF_K, number_reg(), 0, small(), further);
	else
		emit_jump(g, class | condition() | BPF_X, number_reg(), number_reg(), 0, further);
}

static void choose(struct gen *g, u8 reg)
{
	emit(g, BPF_ALU64 | BPF_MOV | BPF_K, reg, 0, 0, inside());
	emit(g, BPF_JMP | condition() | BPF_K, number_reg(), 0, 1, small());
	emit(g, BPF_ALU64 | BPF_MOV | BPF_K, reg, 0, 0, inside());
}

/* one of two numbers, by the path */
static void item_choice(struct gen *g)
{
	choose(g, number_reg());
}

static void access_value(struct gen *g, u8 reg)
{
	/* single bytes: the sanitizer has another opinion of alignment than the machine */
	emit(g, BPF_ALU64 | BPF_MOV | BPF_X, 3, 7, 0, 0);
	emit(g, BPF_ALU64 | BPF_ADD | BPF_X, 3, reg, 0, 0);
	emit(g, BPF_LDX | BPF_MEM | BPF_B, number_reg(), 3, rnd(12) ? 0 : rnd(8), 0);
}

static void (*any_item(void))(struct gen *g);

static void some_items(struct gen *g)
{
	u32 n = rnd(4);

	while (n--)
		any_item()(g);
}

static void item_access(struct gen *g)
{
	u8 reg = number_reg();

	choose(g, reg);
	some_items(g);
	if (!rnd(3))
		emit(g, BPF_ALU64 | BPF_AND | BPF_K, reg, 0, 0, 15);
	access_value(g, reg);
}

/* one of two numbers lies on the stack: whole, in part, or written byte by byte */
static void item_saved_access(struct gen *g)
{
	u8 reg = number_reg(), how = width(), from = number_reg();
	s16 at = slot(), end = in_slot(how);

	emit(g, BPF_ST | BPF_MEM | BPF_DW, 10, 0, at, inside());
	at += end;
	if (end)
		emit(g, BPF_ST | BPF_MEM | how, 10, 0, at, inside());
	some_items(g);
	choose(g, from);
	if (rnd(2))
		some_items(g);
	emit(g, BPF_JMP | condition() | BPF_K, number_reg(), 0, 1, small());
	switch (rnd(3)) {
	case 0:
		emit(g, BPF_STX | BPF_MEM | how, 10, from, at, 0);
		break;
	case 1:
		emit(g, BPF_ST | BPF_MEM | how, 10, 0, at, inside());
		break;
	default:
		emit(g, BPF_STX | BPF_MEM | BPF_B, 10, from, at + rnd(2) * rnd(8 - end), 0);
	}
	some_items(g);
	emit(g, BPF_LDX | BPF_MEM | (end || rnd(3) ? how : width()), reg, 10, at, 0);
	some_items(g);
	access_value(g, reg);
}

/* the same behind a test, mostly one that suffices */
static void item_tested_access(struct gen *g)
{
	static const s32 limits[] = { 4, 7, 8, 8, 12, 15, 15, 15, 16 };
	u8 reg = number_reg();

	if (rnd(2)) {
		emit_jump(g, BPF_JMP | BPF_JGT | BPF_K, reg, 0, PICK(limits), 1);
	} else {
		u8 copy = number_reg();

		emit(g, BPF_ALU64 | BPF_MOV | BPF_X, copy, reg, 0, 0);
		emit_jump(g, BPF_JMP | BPF_JGT | BPF_K, copy, 0, PICK(limits), 1);
	}
	access_value(g, reg);
}

/* the limit is itself one of two numbers */
static void item_limit_chosen(struct gen *g)
{
	u8 reg = number_reg(), limit = number_reg();

	if (rnd(2))
		load_ctx(g, reg);
	choose(g, limit);
	emit_jump(g, (rnd(4) ? BPF_JMP : BPF_JMP32) | BPF_JGT | BPF_X, reg, limit, 0, 1);
	access_value(g, reg);
}

static void move_by(struct gen *g, u8 reg, s32 by)
{
	u8 class = rnd(3) ? BPF_ALU64 : BPF_ALU, other = number_reg();

	if (other != reg && !rnd(6)) {
		choose(g, other);
		emit(g, class | (rnd(6) ? BPF_ADD : BPF_SUB) | BPF_X, reg, other, 0, 0);
	} else {
		emit(g, class | (rnd(6) ? BPF_ADD : BPF_SUB) | BPF_K, reg, 0, 0, by);
	}
}

/* numbers that are a constant apart, which may differ by the path; one is tested */
static void item_linked_access(struct gen *g)
{
	u8 reg = number_reg(), other = number_reg();
	s32 by = small(), limit = 15 + by;

	load_ctx(g, reg);
	if (rnd(2))
		emit(g, BPF_ALU64 | BPF_AND | BPF_K, reg, 0, 0, rnd(2) ? 31 : 0xffff);
	emit(g, BPF_ALU64 | BPF_MOV | BPF_X, other, reg, 0, 0);
	if (!rnd(3))
		emit(g, BPF_JMP | condition() | BPF_K, number_reg(), 0, 1, small());
	move_by(g, other, by);
	some_items(g);
	if (!rnd(3))
		emit_jump(g, BPF_JMP | condition() | BPF_X, other, reg, 0, 1);
	emit_jump(g, (rnd(4) ? BPF_JMP : BPF_JMP32) | BPF_JGT | BPF_K, other, 0, limit, 1);
	access_value(g, reg);
}

/* two pointers compared, or one taken from the other; what is the end may differ by the path */
static void item_pointer_range(struct gen *g)
{
	u8 reg = number_reg(), end = reg == 8 ? 9 : 8;

	if (rnd(6))
		emit(g, BPF_ALU64 | BPF_AND | BPF_K, reg, 0, 0, 31);
	emit(g, BPF_ALU64 | BPF_MOV | BPF_X, 3, 7, 0, 0);
	emit(g, BPF_ALU64 | BPF_ADD | BPF_X, 3, reg, 0, 0);
	emit(g, BPF_ALU64 | BPF_MOV | BPF_X, end, rnd(12) ? 7 : 10, 0, 0);
	if (rnd(2)) {
		emit(g, BPF_ALU64 | BPF_ADD | BPF_K, end, 0, 0, rnd(3) ? 12 : 4);
		emit(g, BPF_JMP | condition() | BPF_K, reg, 0, 1, small());
		emit(g, BPF_ALU64 | BPF_ADD | BPF_K, end, 0, 0, rnd(8) ? 4 : 5);
	} else {
		emit(g, BPF_ALU64 | BPF_ADD | BPF_K, end, 0, 0, rnd(8) ? 16 : 17);
	}
	if (rnd(3)) {
		emit(g, BPF_JMP | BPF_JGE | BPF_X, 3, end, 1, 0);
	} else {
		emit(g, BPF_ALU64 | BPF_MOV | BPF_X, end, 3, 0, 0);
		emit(g, BPF_ALU64 | BPF_SUB | BPF_X, end, 7, 0, 0);
		emit(g, BPF_JMP | BPF_JGT | BPF_K, end, 0, 1, rnd(8) ? 15 : 16);
	}
	emit(g, BPF_LDX | BPF_MEM | BPF_B, end, 3, 0, 0);
	emit(g, BPF_ALU64 | BPF_MOV | BPF_K, end, 0, 0, small());
	if (!rnd(3))
		access_value(g, reg);
}

/* on one of two paths a number is a copy of another, which is the one tested */
static void item_copy_chosen(struct gen *g)
{
	u8 reg = number_reg(), other = number_reg();
	bool on_stack = !rnd(3);

	load_ctx(g, reg);
	load_ctx(g, other);
	if (on_stack) {
		emit(g, BPF_STX | BPF_MEM | BPF_DW, 10, other, -16, 0);
		emit(g, BPF_JMP | condition() | BPF_K, number_reg(), 0, 1, small());
		emit(g, BPF_STX | BPF_MEM | BPF_DW, 10, reg, -16, 0);
	} else {
		emit(g, BPF_JMP | condition() | BPF_K, number_reg(), 0, 1, small());
		emit(g, BPF_ALU64 | BPF_MOV | BPF_X, other, reg, 0, 0);
	}
	emit_jump(g, BPF_JMP | BPF_JGT | BPF_K, reg, 0, 12, 1);
	if (on_stack)
		emit(g, BPF_LDX | BPF_MEM | BPF_DW, other, 10, -16, 0);
	access_value(g, other);
}

/* the pointer itself is put on the stack, which numbers use too */
static void item_pointer_saved(struct gen *g)
{
	emit(g, BPF_STX | BPF_MEM | BPF_DW, 10, 7, -56, 0);
	if (rnd(3))
		item_branch(g);
	emit(g, BPF_LDX | BPF_MEM | BPF_DW, 3, 10, -56, 0);
	emit(g, BPF_LDX | BPF_MEM | BPF_W, number_reg(), 3, 4 * rnd(4), 0);
}

/* byte of an array on the stack */
static void item_indexed_stack(struct gen *g)
{
	u8 reg = number_reg();

	if (rnd(12))
		emit(g, BPF_ALU64 | BPF_AND | BPF_K, reg, 0, 0, 7);
	emit(g, BPF_ALU64 | BPF_MOV | BPF_X, 3, 10, 0, 0);
	emit(g, BPF_ALU64 | BPF_ADD | BPF_X, 3, reg, 0, 0);
	if (rnd(2))
		emit(g, BPF_ST | BPF_MEM | BPF_B, 3, 0, slot(), small());
	else
		emit(g, BPF_LDX | BPF_MEM | BPF_B, number_reg(), 3, slot(), 0);
}

static void emit_lookup(struct gen *g)
{
	emit(g, BPF_ALU64 | BPF_MOV | BPF_X, 2, 10, 0, 0);
	emit(g, BPF_ALU64 | BPF_ADD | BPF_K, 2, 0, 0, -4);
	emit(g, BPF_LD | BPF_IMM | BPF_DW, 1, BPF_PSEUDO_MAP_FD, 0, FD_FIRST);
	emit(g, 0, 0, 0, 0, 0);
	emit(g, BPF_JMP | BPF_CALL, 0, 0, 0, BPF_FUNC_map_lookup_elem);
}

/* one of two places in the map's only value */
static void item_direct(struct gen *g)
{
	u32 i;

	for (i = 0; i < 2; i++) {
		if (i)
			emit(g, BPF_JMP | condition() | BPF_K, 5, 0, 2, small());
		emit(g, BPF_LD | BPF_IMM | BPF_DW, 3, BPF_PSEUDO_MAP_VALUE, 0, FD_FIRST);
		emit(g, 0, 0, 0, 0, 4 * rnd(3));
		if (!rnd(3))
			load_ctx(g, 4);
	}
	if (!rnd(6))
		item_branch(g);
	emit(g, BPF_LDX | BPF_MEM | BPF_W, 4, 3, 4 * rnd(3), 0);
	load_ctx(g, 3);
}

/* a call destroys these */
static void emit_refill(struct gen *g, u8 from)
{
	u8 r;

	for (r = from; r <= 5; r++) {
		if (rnd(2))
			load_ctx(g, r);
		else
			emit(g, BPF_ALU64 | BPF_MOV | BPF_K, r, 0, 0, small());
	}
}

/* another lookup: a copy is tested, in a register or on the stack */
static void item_null_test(struct gen *g)
{
	u8 copy = rnd(2) ? 8 : 9;

	emit_lookup(g);
	emit(g, BPF_ALU64 | BPF_MOV | BPF_X, copy, 0, 0, 0);
	if (rnd(2)) {
		emit(g, BPF_STX | BPF_MEM | BPF_DW, 10, 0, -56, 0);
		emit(g, BPF_LDX | BPF_MEM | BPF_DW, 3, 10, -56, 0);
		emit(g, BPF_JMP | BPF_JEQ | BPF_K, 3, 0, 1, 0);
	} else {
		emit(g, BPF_JMP | BPF_JEQ | BPF_K, 0, 0, 1, 0);
	}
	emit(g, BPF_LDX | BPF_MEM | BPF_W, rnd(2) ? 0 : copy, copy, 0, 0);
	if (rnd(8)) {
		emit(g, BPF_ALU64 | BPF_MOV | BPF_K, copy, 0, 0, small());
		emit_refill(g, 0);
	} else {
		emit_refill(g, 1);
	}
}

static void put_number(struct gen *g, u8 reg, s16 at)
{
	if (at)
		emit(g, BPF_ST | BPF_MEM | BPF_DW, 10, 0, at, inside());
	else
		emit(g, BPF_ALU64 | BPF_MOV | BPF_K, reg, 0, 0, inside());
}

/*
 * A path that passes a meeting point of its own before it meets the first one: what
 * mattered behind the second has to matter at the first too.
 */
static void item_side_way(struct gen *g)
{
	s16 at = rnd(2) ? slot() : 0;
	u8 reg = number_reg();

	emit(g, BPF_JMP | condition() | BPF_K, number_reg(), 0, 2, small());
	put_number(g, reg, at);
	emit(g, BPF_JMP | BPF_JA, 0, 0, 4, 0);
	put_number(g, reg, at);
	emit(g, BPF_JMP | condition() | BPF_K, number_reg(), 0, 1, small());
	put_number(g, reg, at);
	emit(g, BPF_ALU64 | BPF_MOV | BPF_K, 3, 0, 0, 1);
	some_items(g);
	if (at)
		emit(g, BPF_LDX | BPF_MEM | width(), reg, 10, at, 0);
	access_value(g, reg);
}

/* the pointer that is tested is a copy of the one used, but maybe on one path only */
static void item_pointer_copy(struct gen *g)
{
	emit_lookup(g);
	emit(g, BPF_ALU64 | BPF_MOV | BPF_X, 8, 0, 0, 0);
	emit_lookup(g);
	emit(g, BPF_ALU64 | BPF_MOV | BPF_X, 9, 0, 0, 0);
	emit_refill(g, 0);
	if (!rnd(3))
		emit(g, BPF_JMP | condition() | BPF_K, 1 + rnd(5), 0, 1, small());
	emit(g, BPF_ALU64 | BPF_MOV | BPF_X, 9, 8, 0, 0);
	emit(g, BPF_JMP | BPF_JEQ | BPF_K, 8, 0, 1, 0);
	emit(g, BPF_LDX | BPF_MEM | BPF_W, 2, 9, 0, 0);
	load_ctx(g, 8);
	emit(g, BPF_ALU64 | BPF_MOV | BPF_K, 9, 0, 0, small());
}

static void emit_reserve(struct gen *g, s32 bytes)
{
	emit(g, BPF_LD | BPF_IMM | BPF_DW, 1, BPF_PSEUDO_MAP_FD, 0, FD_FIRST + 1);
	emit(g, 0, 0, 0, 0, 0);
	emit(g, BPF_ALU64 | BPF_MOV | BPF_K, 2, 0, 0, bytes);
	emit(g, BPF_ALU64 | BPF_MOV | BPF_K, 3, 0, 0, 0);
	emit(g, BPF_JMP | BPF_CALL, 0, 0, 0, BPF_FUNC_ringbuf_reserve);
}

/* gives back what is at that place of the stack, if that is not NULL */
static void emit_give_back(struct gen *g, s16 at)
{
	emit(g, BPF_LDX | BPF_MEM | BPF_DW, 1, 10, at, 0);
	emit(g, BPF_JMP | BPF_JEQ | BPF_K, 1, 0, 2, 0);
	emit(g, BPF_ALU64 | BPF_MOV | BPF_K, 2, 0, 0, 0);
	emit(g, BPF_JMP | BPF_CALL, 0, 0, 0,
	     rnd(2) ? BPF_FUNC_ringbuf_submit : BPF_FUNC_ringbuf_discard);
}

/*
 * Memory is acquired, maybe on one path only, maybe of two sizes; used; and given back,
 * unless a path leaves that out. What lies beside the pointer may differ, too.
 */
static void item_acquire(struct gen *g)
{
	emit(g, BPF_ST | BPF_MEM | BPF_DW, 10, 0, -64, 0);
	if (!rnd(3))
		emit(g, BPF_JMP | condition() | BPF_K, number_reg(), 0, 6, small());
	emit_reserve(g, rnd(6) ? 16 : 8 + 8 * rnd(2));
	emit(g, BPF_STX | BPF_MEM | BPF_DW, 10, 0, -64, 0);
	emit_refill(g, 0);
	some_items(g);
	if (rnd(2)) {
		emit(g, BPF_LDX | BPF_MEM | BPF_DW, 3, 10, -64, 0);
		emit(g, BPF_JMP | BPF_JEQ | BPF_K, 3, 0, 1, 0);
		emit(g, BPF_STX | BPF_MEM | BPF_B, 3, number_reg(), rnd(17), 0);
	}
	if (!rnd(6))
		emit_jump(g, BPF_JMP | condition() | BPF_K, number_reg(), 0, small(), 1);
	emit_give_back(g, -64);
	emit_refill(g, 0);
}

/* two pieces, which change places on one path; one may be given back twice */
static void item_acquire_two(struct gen *g)
{
	s16 first = rnd(12) ? -64 : -72;

	emit_reserve(g, 16);
	emit(g, BPF_STX | BPF_MEM | BPF_DW, 10, 0, -64, 0);
	emit_reserve(g, rnd(4) ? 16 : 8);
	emit(g, BPF_STX | BPF_MEM | BPF_DW, 10, 0, -72, 0);
	emit_refill(g, 0);
	emit(g, BPF_JMP | condition() | BPF_K, number_reg(), 0, rnd(8) ? 4 : 3, small());
	emit(g, BPF_LDX | BPF_MEM | BPF_DW, 3, 10, -64, 0);
	emit(g, BPF_LDX | BPF_MEM | BPF_DW, 0, 10, -72, 0);
	emit(g, BPF_STX | BPF_MEM | BPF_DW, 10, 0, -64, 0);
	emit(g, BPF_STX | BPF_MEM | BPF_DW, 10, 3, -72, 0);
	emit(g, BPF_ALU64 | BPF_MOV | BPF_K, 0, 0, 0, small());
	some_items(g);
	emit_give_back(g, first);
	if (rnd(12))
		emit_give_back(g, -72);
	emit_refill(g, 0);
}

/* items that are safe wherever they stand */
static void (* const plain[])(struct gen *g) = {
	item_mov, item_mov, item_alu, item_alu, item_save, item_restore, item_choice,
};

static void (*any_item(void))(struct gen *g)
{
	return PICK(plain);
}

static void (* const makers[])(struct gen *g) = {
	item_mov, item_mov, item_alu, item_alu, item_alu, item_save, item_save, item_restore,
	item_restore, item_branch, item_branch, item_branch, item_choice, item_choice,
	item_access, item_saved_access, item_saved_access, item_tested_access,
	item_pointer_saved, item_direct, item_indexed_stack, item_null_test, item_limit_chosen,
	item_copy_chosen, item_pointer_range, item_linked_access, item_linked_access, item_pointer_copy,
	item_side_way, item_acquire, item_acquire_two,
};

static void begin_item(struct gen *g)
{
	g->item[g->items++] = g->count;
}

static void make_start(struct gen *g)
{
	s16 off;

	emit(g, BPF_ALU64 | BPF_MOV | BPF_X, 6, 1, 0, 0);
	emit(g, BPF_ST | BPF_MEM | BPF_W, 10, 0, -4, 0);
	emit_lookup(g);
	emit_jump(g, BPF_JMP | BPF_JEQ | BPF_K, 0, 0, 0, MAX_INSNS);
	emit(g, BPF_ALU64 | BPF_MOV | BPF_X, 7, 0, 0, 0);
	for (off = -16; off >= -40; off -= 8)
		emit(g, BPF_ST | BPF_MEM | BPF_DW, 10, 0, off, small());
	emit_refill(g, 0);
	load_ctx(g, 8);
	emit(g, BPF_ALU64 | BPF_MOV | BPF_K, 9, 0, 0, small());
}

static void make_end(struct gen *g)
{
	u32 i;

	/* R0 is 0 where the first lookup found nothing: that arm comes to the second item */
	begin_item(g);
	emit(g, BPF_ALU64 | BPF_MOV | BPF_X, 0, number_reg(), 0, 0);
	if (rnd(4))
		emit(g, BPF_ALU64 | BPF_AND | BPF_K, 0, 0, 0, 3);
	begin_item(g);
	emit(g, BPF_JMP | BPF_JLE | BPF_K, 0, 0, 1, 1);
	emit(g, BPF_ALU64 | BPF_AND | BPF_K, 0, 0, 0, rnd(8) ? 1 : 3);
	emit(g, BPF_JMP | BPF_EXIT, 0, 0, 0, 0);
	for (i = 0; i < g->jumps; i++) {
		u32 to = g->to[i] < g->items ? g->to[i] : g->items - 1;

		g->insn[g->jump[i]].off = g->item[to] - g->jump[i] - 1;
	}
}

static void make_program(struct gen *g)
{
	u32 i, items = ITEMS_MIN + rnd(ITEMS_MORE);

	g->count = 0;
	g->items = 0;
	g->jumps = 0;
	make_start(g);
	for (i = 0; i < items && g->count < MAX_INSNS - 100; i++) {
		begin_item(g);
		PICK(makers)(g);
	}
	make_end(g);
}

static int check(const struct gen *g, const char *type, u8 pruning, u32 log_level,
		 char *log, u32 log_size, struct bv_result *res)
{
	struct bv_request req = {
		.type = user_type(type), .insns = g->insn, .count = g->count,
		.gpl_compatible = true, .privileged = true, .pruning = pruning,
		.log_level = log_level, .log_buf = log, .log_size = log_size,
	};
	u32 i;
	int err;

	memset(res, 0, sizeof(*res));
	err = bpf_check(&req, res);
	for (i = 0; !err && i < res->map_count; i++)
		bv_host_map_put(res->maps[i]);
	return err;
}

static void print_program(const struct gen *g)
{
	char text[BPF_DISASM_BYTES];
	u32 i;

	for (i = 0; i < g->count; i++) {
		bpf_disasm(&g->insn[i], g->count - i, text, sizeof(text));
		printf("# %3u: %s\n", i, text);
		if (g->insn[i].code == (BPF_LD | BPF_IMM | BPF_DW))
			i++;
	}
}

static void print_log(const struct gen *g, const char *type, u8 pruning)
{
	static char log[1 << 20];
	struct bv_result res;

	log[0] = '\0';
	if (!check(g, type, pruning, 2, log, sizeof(log), &res))
		bv_pool_free(&res.pool);
	printf("---- pruning %u\n%s\n", pruning, log);
}

/* run what was accepted; the sanitizers watch */
static void run(const struct bv_result *res, const char *type, const struct bpf_case *c)
{
	struct bpf_xinsn *code = calloc(res->count * 2 + 16, sizeof(*code));
	u64 regs[BPF_REG_10 + 2] = {};
	static u8 stack[512];
	void *ctx = user_context(user_type(type), c);

	if (code && ctx && !engine_decode(res, code)) {
		memset(stack, 0xa5, sizeof(stack));
		regs[BPF_REG_1] = (u64)ctx;
		regs[BPF_REG_10] = (u64)(stack + sizeof(stack));
		bpf_interp_run(code, regs);
		user_rings_end();
	}
	free(ctx);
	free(code);
}

static void run_all(const struct bv_result *res, const char *type, struct bpf_case *c)
{
	u32 i, k;

	for (i = 0; i < RUNS; i++) {
		for (k = 0; k < PACKET_BYTES; k++)
			c->packet[k] = i < 2 ? rnd(16) : rnd(256);
		c->packet_len = 14 + rnd(PACKET_BYTES - 14);
		run(res, type, c);
	}
}

struct totals {
	u64	accepted;
	u64	refused;
	u64	skipped;
	u64	visited[3];
};

/* true: all verdicts agree */
static bool test_one(const struct gen *g, struct bpf_case *c, struct totals *sum)
{
	static const char * const types[] = { "socket_filter", "verdict" };
	const char *type = PICK(types);
	struct bv_result res[3];
	int verdict[3];
	u8 how;
	bool agree = true;
	u32 i;

	for (how = 0; how < 3; how++)
		verdict[how] = check(g, type, how, 0, NULL, 0, &res[how]);
	if (verdict[BV_PRUNE_OFF] == -E2BIG) {
		sum->skipped++;
	} else if (verdict[0] != verdict[BV_PRUNE_OFF] || verdict[2] != verdict[BV_PRUNE_OFF]) {
		printf("# type %s: verdict %d, without pruning %d, with all states %d\n", type,
		       verdict[0], verdict[BV_PRUNE_OFF], verdict[2]);
		print_program(g);
		print_log(g, type, BV_PRUNE_OFF);
		print_log(g, type, verdict[0] != verdict[BV_PRUNE_OFF] ?
				   BV_PRUNE_NORMAL : BV_PRUNE_ALWAYS);
		agree = false;
	} else if (verdict[0]) {
		sum->refused++;
	} else {
		sum->accepted++;
		for (i = 0; i < 3; i++)
			sum->visited[i] += res[i].visited;
	}
	if (agree && !verdict[0])
		run_all(&res[0], type, c);
	for (how = 0; how < 3; how++)
		if (!verdict[how])
			bv_pool_free(&res[how].pool);
	return agree;
}

static void set_up(struct bpf_case *c, u8 *packet)
{
	memset(c, 0, sizeof(*c));
	strcpy(c->maps[0].name, "m");
	c->maps[0].type = BPF_MAP_TYPE_ARRAY;
	c->maps[0].key_size = 4;
	c->maps[0].value_size = VALUE_BYTES;
	c->maps[0].entries = 1;
	strcpy(c->maps[1].name, "r");
	c->maps[1].type = BPF_MAP_TYPE_RINGBUF;
	c->maps[1].entries = 64;
	c->nmaps = 2;
	c->packet = packet;
	c->packet_len = PACKET_BYTES;
	user_maps_start(c);
}

int main(int argc, char **argv)
{
	u64 seed = argc > 1 ? strtoull(argv[1], NULL, 0) : 1;
	u64 count = argc > 2 ? strtoull(argv[2], NULL, 0) : 20000;
	static u8 packet[PACKET_BYTES];
	static struct bpf_case c;
	static struct gen g;
	struct totals sum = {};
	u64 i;

	if (!seed)
		seed = time(NULL);
	printf("TAP version 13\n1..1\n# seed %llu, %llu programs\n",
	       (unsigned long long)seed, (unsigned long long)count);
	set_up(&c, packet);
	for (i = 0; i < count; i++) {
		random_state = (seed + i) * 0x9e3779b97f4a7c15ULL + 1;
		rnd(2);
		make_program(&g);
		if (test_one(&g, &c, &sum))
			continue;
		printf("not ok 1 fuzz_prune: again with seed %llu, 1 program\n",
		       (unsigned long long)(seed + i));
		return 1;
	}
	printf("# %llu accepted, %llu refused, %llu too long without pruning\n",
	       (unsigned long long)sum.accepted, (unsigned long long)sum.refused,
	       (unsigned long long)sum.skipped);
	printf("# instructions visited: %llu, without pruning %llu, with all states %llu\n",
	       (unsigned long long)sum.visited[0], (unsigned long long)sum.visited[1],
	       (unsigned long long)sum.visited[2]);
	printf("%s 1 fuzz_prune\n", sum.accepted && sum.refused && !user_maps_refs() ?
				    "ok" : "not ok");
	return !(sum.accepted && sum.refused && !user_maps_refs());
}
