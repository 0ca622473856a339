// SPDX-License-Identifier: GPL-2.0-only
/*
 * Steps of random programs that are of interest where a processor guesses (guess.h): what a
 * register holds is told by another one, or by a test, which may be guessed.
 *
 * Layer: as bpfcase.c.
 */
#include "accept_private.h"

/* a register that holds a pointer to @bytes bytes of a value at a known place; -1: none */
static int find_place(struct maker *m, u32 bytes)
{
	int reg = find(m, W_VALUE);
	const struct val *v = &m->now.r[reg < 0 ? 0 : reg];

	if (reg < 0 || v->lo != v->hi || v->lo < 0 || v->lo + bytes > v->size)
		return -1;
	return reg;
}

/*
 *	to = num; flag = 0			on one way a number
 *	if num <condition> goto l
 *	to = value; flag = 1			on the other a pointer
 *  l:	if flag == 0 goto +1			which is told by the flag
 *	to = *(u8 *)(to +0)
 */
static void step_confuse(struct maker *m)
{
	static const u8 ops[] = { BPF_JSGT, BPF_JSLT, BPF_JSET, BPF_JNE };
	int value = find_place(m, 1);
	u8 num, to, flag;

	num = pick_num(m);
	to = pick_dst(m);
	flag = pick_dst(m);
	if (value < 0 || m->now.r[value].what != W_VALUE || to == value || flag == value ||
	    to == flag || num == flag)
		return;
	emit(m, BPF_ALU64 | BPF_MOV | BPF_X, to, num, 0, 0);
	emit(m, BPF_ALU64 | BPF_MOV | BPF_K, flag, 0, 0, 0);
	emit(m, BPF_JMP | BPF_K | PICK(m, ops), num, 0, 2, pick_imm(m));
	emit(m, BPF_ALU64 | BPF_MOV | BPF_X, to, value, 0, 0);
	emit(m, BPF_ALU64 | BPF_MOV | BPF_K, flag, 0, 0, 1);
	emit(m, BPF_JMP | BPF_JEQ | BPF_K, flag, 0, 1, 0);
	emit(m, BPF_LDX | BPF_MEM | BPF_B, to, to, 0, 0);
	set_wide(m, to);
	set_num(m, flag, 0, 1);
}

/*
 *	if r0 != 0 goto l			what a lookup gave
 *	if num <condition> goto +1
 *	r0 = 1					no constant
 *	*(u64 *)(value +0) = r0			but a number
 *	r1 = *(u64 *)(value +0); r1 &= 15
 *	r2 = value; r2 += r1; r2 = *(u8 *)(r2 +0)
 *  l:
 */
static void step_null(struct maker *m)
{
	int value = find_place(m, 16), num = find(m, W_NUM);

	if (value <= BPF_REG_5 || num <= BPF_REG_5 || m->now.r[value].lo % 8)
		return;
	emit_key(m, BPF_REG_2);
	if (m->now.r[value].what != W_VALUE)
		return;
	emit_map(m, BPF_REG_1, ACCEPT_HASH);
	emit_call(m, BPF_FUNC_map_lookup_elem);
	emit(m, BPF_JMP | BPF_JNE | BPF_K, BPF_REG_0, 0, 8, 0);
	emit(m, BPF_JMP | BPF_K | BPF_JSGT, num, 0, 1, pick_imm(m));
	emit(m, BPF_ALU64 | BPF_MOV | BPF_K, BPF_REG_0, 0, 0, 1);
	emit(m, BPF_STX | BPF_MEM | BPF_DW, value, BPF_REG_0, 0, 0);
	emit(m, BPF_LDX | BPF_MEM | BPF_DW, BPF_REG_1, value, 0, 0);
	emit(m, BPF_ALU64 | BPF_AND | BPF_K, BPF_REG_1, 0, 0, 15);
	emit(m, BPF_ALU64 | BPF_MOV | BPF_X, BPF_REG_2, value, 0, 0);
	emit(m, BPF_ALU64 | BPF_ADD | BPF_X, BPF_REG_2, BPF_REG_1, 0, 0);
	emit(m, BPF_LDX | BPF_MEM | BPF_B, BPF_REG_2, BPF_REG_2, 0, 0);
	m->now.r[BPF_REG_0].what = W_UNSET;
}

void step_guess(struct maker *m)
{
	if (rnd(m, 2))
		step_confuse(m);
	else
		step_null(m);
}
