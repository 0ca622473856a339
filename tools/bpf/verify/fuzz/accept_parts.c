// SPDX-License-Identifier: GPL-2.0-only
/*
 * Numbers of programs of accept.c that are saved in the upper half of a slot, in any width, beside
 * what is in the lower one, and taken back: alone, in part, or out of the whole slot.
 *
 * Layer: as bpfcase.c.
 */
#include <string.h>
#include "accept_private.h"

static const u8 sizes[] = { BPF_B, BPF_H, BPF_W, BPF_W };

static s64 most_of(u32 bytes)
{
	return (1LL << (8 * bytes)) - 1;
}

/* what a store to the upper half leaves of the lower one */
static void cut_lower(struct cell *cell)
{
	if (cell->size != 8)
		return;
	cell->size = 4;
	if (!is_small(&cell->val, U32_MAX))
		cell->val = (struct val){ .what = W_NUM, .hi = U32_MAX };
}

static void save(struct maker *m, u32 slot)
{
	struct cell *cell = &m->now.s[slot];
	u8 size = PICK(m, sizes), src = pick_num(m);
	u32 bytes = bpf_size_bytes(size), at = rnd(m, 2) ? 4 : 8 - bytes;

	if (m->now.r[src].what != W_NUM)
		return;
	emit(m, BPF_STX | BPF_MEM | size, BPF_REG_10, src, slot_off(slot) + at, 0);
	cut_lower(cell);
	if (is_small(&m->now.r[src], most_of(bytes)))
		link_of(m, src);
	cell->upper = m->now.r[src];
	if (!is_small(&cell->upper, most_of(bytes)))
		cell->upper = (struct val){ .what = W_NUM, .hi = most_of(bytes) };
	cell->upper_at = at;
	cell->upper_bytes = bytes;
}

/* one of two small numbers, or of two whole slots */
static void save_either(struct maker *m, u32 slot)
{
	struct cell *cell = &m->now.s[slot];
	u32 a = rnd(m, 40), b = rnd(m, 16);
	u8 by = pick_num(m);

	emit(m, BPF_ST | BPF_MEM | BPF_W, BPF_REG_10, 0, slot_off(slot) + 4, a);
	emit(m, BPF_JMP | BPF_JSGT | BPF_K, by, 0, 1, pick_imm(m));
	cut_lower(cell);
	if (rnd(m, 2)) {
		emit(m, BPF_ST | BPF_MEM | BPF_W, BPF_REG_10, 0, slot_off(slot) + 4, b);
	} else {
		emit(m, BPF_ST | BPF_MEM | BPF_DW, BPF_REG_10, 0, slot_off(slot), b);
		b = 0;
		cell->size = 0;
	}
	cell->upper = (struct val){ .what = W_NUM, .lo = min(a, b), .hi = max(a, b) };
	cell->upper_at = 4;
	cell->upper_bytes = 4;
}

static void take_back(struct maker *m, u32 slot)
{
	const struct cell *cell = &m->now.s[slot];
	u32 at = cell->upper_at, bytes = cell->upper_bytes;
	u8 dst = pick_dst(m), size = sizes[bytes / 2];

	if (at + bytes == 8 && !rnd(m, 3)) {
		emit(m, BPF_LDX | BPF_MEM | BPF_DW, dst, BPF_REG_10, slot_off(slot), 0);
		emit(m, BPF_ALU64 | BPF_RSH | BPF_K, dst, 0, 0, 8 * at);
		set_num(m, dst, cell->upper.lo, cell->upper.hi);
		return;
	}
	if (bytes > 1 && is_small(&cell->upper, 127) && rnd(m, 2))
		size = BPF_B;
	emit(m, BPF_LDX | (is_small(&cell->upper, 127) && rnd(m, 2) ? BPF_MEMSX : BPF_MEM) | size,
	     dst, BPF_REG_10, slot_off(slot) + at, 0);
	m->now.r[dst] = cell->upper;
}

/**
 * step_parts() - save a number in an upper half, or take it back
 * @m:	the program
 */
void step_parts(struct maker *m)
{
	u32 slot = rnd(m, KEY_SLOT), i;

	for (i = 0; i < KEY_SLOT && rnd(m, 2) && !m->now.s[slot].upper_bytes; i++)
		slot = (slot + 1) % KEY_SLOT;
	if (m->now.s[slot].val.what != W_NUM)
		return;
	if (m->now.s[slot].upper_bytes && rnd(m, 3))
		take_back(m, slot);
	else if (rnd(m, 3))
		save(m, slot);
	else
		save_either(m, slot);
}
