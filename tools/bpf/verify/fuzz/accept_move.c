// SPDX-License-Identifier: GPL-2.0-only
/*
 * Pointers that programs of accept.c move: into values, records and the stack.
 *
 * Layer: as bpfcase.c.
 */
#include "accept_private.h"

/**
 * find_memory() - a register that points into a value or a record
 * @m:	the program being made
 *
 * Return: its number, or -1.
 */
int find_memory(struct maker *m)
{
	return find(m, m->held && rnd(m, 2) ? W_RECORD : W_VALUE);
}

/**
 * move_pointer() - a pointer into a value or a record, moved by a number
 * @m:	the program being made; the number is bounded for it first
 *
 * Return: the register it is in, or -1.
 */
int move_pointer(struct maker *m)
{
	int from = find_memory(m);
	u8 dst = rnd(m, 2) && from >= 0 ? from : pick_dst(m), by = pick_num_dst(m);
	struct val *v, *n;
	bool sub;

	if (from < 0 || dst == by || from == by)
		return -1;
	v = &m->now.r[from];
	/* numbers that are needed may have taken it */
	if (!is_pointer_to_bytes(v))
		return -1;
	sub = v->lo > 0 && rnd(m, 2);
	bound(m, by, sub ? v->lo : max_t(s64, v->size - v->hi - 1, 0));
	n = &m->now.r[by];
	v = &m->now.r[from];
	if (!is_pointer_to_bytes(v) || n->what != W_NUM || m->now.r[dst].what == W_CTX)
		return -1;
	if (from == dst || rnd(m, 2)) {
		if (from != dst)
			emit(m, BPF_ALU64 | BPF_MOV | BPF_X, dst, from, 0, 0);
		emit(m, BPF_ALU64 | (sub ? BPF_SUB : BPF_ADD) | BPF_X, dst, by, 0, 0);
	} else if (!sub) {
		emit(m, BPF_ALU64 | BPF_MOV | BPF_X, dst, by, 0, 0);
		emit(m, BPF_ALU64 | BPF_ADD | BPF_X, dst, from, 0, 0);
	} else {
		return -1;
	}
	m->now.r[dst] = *v;
	v = &m->now.r[dst];
	v->lo += sub ? -n->hi : n->lo;
	v->hi += sub ? -n->lo : n->hi;
	return dst;
}

/* by low bits that the address has not set, as a rule; false: there is nothing to do */
static bool set_bits(struct maker *m, u8 reg)
{
	struct val *v = &m->now.r[reg];
	u32 bits = 1 + rnd(m, 7);

	if (!m->p->privileged || v->what != W_VALUE || v->lo != v->hi ||
	    ((v->lo & bits) && rnd(m, 3)))
		return false;
	emit(m, BPF_ALU64 | BPF_OR | BPF_K, reg, 0, 0, bits);
	v->lo += bits;
	v->hi += bits;
	return true;
}

/**
 * step_shift() - one step: a pointer is moved by a constant
 * @m:	the program being made; the privileged may leave the memory with it
 */
void step_shift(struct maker *m)
{
	int reg = find_memory(m);
	struct val *v;
	s64 by;

	if (reg < 0 || (rnd(m, 2) && set_bits(m, reg)))
		return;
	v = &m->now.r[reg];
	by = m->p->privileged ? (s64)rnd(m, 200) - 100 :
	     rnd(m, 2) ? -(s64)rnd(m, max_t(s64, v->lo + 1, 1)) :
	     (s64)rnd(m, max_t(s64, v->size - v->hi, 1));
	if (v->lo + by < -MOST_OFFSET || v->hi + by > MOST_OFFSET)
		return;
	if (rnd(m, 2))
		emit(m, BPF_ALU64 | BPF_ADD | BPF_K, reg, 0, 0, by);
	else
		emit(m, BPF_ALU64 | BPF_SUB | BPF_K, reg, 0, 0, -by);
	v->lo += by;
	v->hi += by;
}

/**
 * step_frame() - one step: the address of a slot
 * @m:	the program being made; for the privileged, of a slot that a number chooses
 */
void step_frame(struct maker *m)
{
	u8 dst = pick_dst(m), by;
	u32 slot = rnd(m, KEY_SLOT), more;

	emit(m, BPF_ALU64 | BPF_MOV | BPF_X, dst, BPF_REG_10, 0, 0);
	emit(m, BPF_ALU64 | BPF_ADD | BPF_K, dst, 0, 0, slot_off(slot));
	m->now.r[dst] = (struct val){
		.what = W_FRAME, .lo = slot_off(slot), .hi = slot_off(slot),
	};
	if (!m->p->privileged || !slot || rnd(m, 2))
		return;
	by = pick_num_dst(m);
	if (by == dst || m->now.r[dst].what != W_FRAME)
		return;
	more = 8 * slot;
	bound(m, by, more);
	if (m->now.r[dst].what != W_FRAME || !is_small(&m->now.r[by], more))
		return;
	if (rnd(m, 2)) {
		emit(m, BPF_ALU64 | BPF_AND | BPF_K, by, 0, 0, 0x78);
		m->now.r[by] = (struct val){ .what = W_NUM, .hi = min_t(s64, m->now.r[by].hi, 0x78) };
	}
	emit(m, BPF_ALU64 | BPF_ADD | BPF_X, dst, by, 0, 0);
	m->now.r[dst].hi += m->now.r[by].hi;
	m->now.r[dst].lo += m->now.r[by].lo;
	m->now.r[dst].size = 1;		/* an offset that is not known to be aligned */
}

/* a pointer, of any kind that is one; or -1 */
static int find_pointer(struct maker *m)
{
	static const u8 kinds[] = { W_VALUE, W_RECORD, W_FRAME, W_PACKET };

	return find(m, PICK(m, kinds));
}

/* it is not NULL: a jump that no run takes */
static void test_null(struct maker *m, u8 ptr)
{
	u8 zero = pick_dst(m);

	if (!can_out(m))
		return;
	if (zero == ptr || rnd(m, 2)) {
		emit_out(m, BPF_JMP | BPF_JEQ | BPF_K, ptr, 0, 0);
		return;
	}
	emit(m, BPF_ALU64 | BPF_MOV | BPF_K, zero, 0, 0, 0);
	set_num(m, zero, 0, 0);
	if (rnd(m, 2))
		emit_out(m, BPF_JMP | BPF_JEQ | BPF_X, ptr, zero, 0);
	else
		emit_out(m, BPF_JMP | BPF_JEQ | BPF_X, zero, ptr, 0);
}

/* how far two pointers are apart of which one was made from the other */
static void take_distance(struct maker *m, u8 ptr)
{
	s32 by = (s32)rnd(m, 64) - 16;
	u8 far = pick_dst(m);

	if (far == ptr || !m->p->privileged)
		return;
	emit(m, BPF_ALU64 | BPF_MOV | BPF_X, far, ptr, 0, 0);
	emit(m, BPF_ALU64 | BPF_ADD | BPF_K, far, 0, 0, by);
	emit(m, BPF_ALU64 | BPF_SUB | BPF_X, far, ptr, 0, 0);
	set_num(m, far, by, by);
}

/**
 * step_pointer() - one step: something of a pointer that does not read through it
 * @m:	the program being made
 */
void step_pointer(struct maker *m)
{
	int ptr = find_pointer(m);

	if (ptr < 0)
		return;
	if (rnd(m, 2))
		test_null(m, ptr);
	else
		take_distance(m, ptr);
}
