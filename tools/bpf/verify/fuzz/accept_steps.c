// SPDX-License-Identifier: GPL-2.0-only
/*
 * What programs of accept.c do beside arithmetic: pointers moved, loads, stores and
 * atomic operations of every form in the table, registers saved in every width, helpers.
 *
 * Layer: as bpfcase.c.
 */
#include <string.h>
#include "accept_private.h"

static const u8 sizes[] = { BPF_B, BPF_H, BPF_W, BPF_DW };

static s64 most_of(u32 bytes)
{
	return bytes == 8 ? S64_MAX : (1LL << (8 * bytes)) - 1;
}

static void set_loaded(struct maker *m, u8 reg, u32 bytes, bool sign)
{
	if (bytes == 8)
		set_wide(m, reg);
	else if (sign)
		set_num(m, reg, -(1LL << (8 * bytes - 1)), (1LL << (8 * bytes - 1)) - 1);
	else
		set_num(m, reg, 0, most_of(bytes));
}

/* ---- memory ---------------------------------------------------------------------------- */

/* what stores through a pointer to the frame leave of cells */
static void weaken_frame(struct maker *m, s64 lo, s64 hi)
{
	u32 i;

	for (i = 0; i < SLOTS; i++)
		if (slot_off(i) < hi && slot_off(i) + 8 > lo)
			m->now.s[i] = (struct cell){
				.val = { .what = W_NUM, .lo = S64_MIN, .hi = S64_MAX },
			};
}

static bool holds_pointer(const struct maker *m, s64 lo, s64 hi)
{
	u32 i;

	for (i = 0; i < SLOTS; i++)
		if (slot_off(i) < hi && slot_off(i) + 8 > lo && m->now.s[i].val.what != W_NUM)
			return true;
	return false;
}

/* an offset of @bytes through @reg that stays inside; false where there is none */
static bool pick_off(struct maker *m, u8 reg, u32 bytes, bool aligned, s16 *off)
{
	const struct val *v = &m->now.r[reg];
	s64 room, at;

	if (v->what == W_FRAME) {
		if (v->lo != v->hi && bytes > 1)
			return false;
		room = v->lo == v->hi ? 8 - bytes : 0;
		at = v->lo == v->hi ? rnd(m, room / bytes + 1) * bytes : 0;
		*off = at;
		return v->hi + at + bytes <= 0;
	}
	room = (s64)v->size - (v->hi - v->lo) - bytes;
	if (room < 0)
		return false;
	/* the edges are where errors are */
	at = rnd(m, 3) ? rnd(m, room + 1) : rnd(m, 2) ? room : 0;
	if (errs(m))
		at = rnd(m, 2) ? room + 1 + rnd(m, bytes) : -(s64)(1 + rnd(m, bytes));
	if (aligned) {
		if (v->lo != v->hi)
			return false;
		at -= at & (bytes - 1);
	}
	*off = at - v->lo;
	return at - v->lo >= S16_MIN && at - v->lo <= S16_MAX;
}

static void do_load(struct maker *m, u8 code, u32 bytes, u8 base)
{
	bool sign = BPF_MODE(code) == BPF_MEMSX;
	const struct val v = m->now.r[base];
	u8 dst = pick_dst(m);
	s16 off;

	if (!pick_off(m, base, bytes, false, &off))
		return;
	if (v.what == W_FRAME && holds_pointer(m, v.lo + off, v.hi + off + bytes))
		return;
	emit(m, code, dst, base, off, 0);
	set_loaded(m, dst, bytes, sign);
}

static void do_store(struct maker *m, u8 code, u32 bytes, u8 base)
{
	const struct val v = m->now.r[base];
	u8 src = pick_num(m);
	s16 off;

	if (m->now.r[base].what != v.what || !pick_off(m, base, bytes, false, &off))
		return;
	if (v.what == W_FRAME && holds_pointer(m, v.lo + off, v.hi + off + bytes))
		return;
	if (BPF_CLASS(code) == BPF_ST)
		emit(m, code, base, 0, off, pick_imm(m));
	else
		emit(m, code, base, src, off, 0);
	if (v.what == W_FRAME)
		weaken_frame(m, v.lo + off, v.hi + off + bytes);
}

static void do_atomic(struct maker *m, u8 code, u32 bytes, u8 base)
{
	static const s32 ops[] = {
		BPF_ADD, BPF_OR, BPF_AND, BPF_XOR, BPF_ADD | BPF_FETCH, BPF_OR | BPF_FETCH,
		BPF_AND | BPF_FETCH, BPF_XOR | BPF_FETCH, BPF_XCHG, BPF_CMPXCHG,
	};
	const struct val v = m->now.r[base];
	u8 src = pick_num_dst(m);
	s32 op = PICK(m, ops);
	s16 off;

	if (m->now.r[base].what != v.what || m->now.r[src].what != W_NUM ||
	    !pick_off(m, base, bytes, true, &off))
		return;
	if (v.what == W_FRAME && holds_pointer(m, v.lo + off, v.hi + off + bytes))
		return;
	if (op == BPF_CMPXCHG && m->now.r[BPF_REG_0].what != W_NUM)
		op = BPF_XCHG;
	emit(m, code, base, src, off, op);
	if (v.what == W_FRAME)
		weaken_frame(m, v.lo + off, v.hi + off + bytes);
	if (op == BPF_CMPXCHG)
		set_loaded(m, BPF_REG_0, bytes, false);
	else if (op & BPF_FETCH)
		set_loaded(m, src, bytes, false);
}

/* any access of the table */
static void access_through(struct maker *m, int base)
{
	const struct bpf_insn_form *form;
	u8 code;

	if (base < 0 || base == BPF_REG_10 || (m->bytes && !m->left))
		return;
	do {
		code = rnd(m, 256);
		form = bpf_insn_form(code);
	} while (form->class != BPF_IC_LOAD && form->class != BPF_IC_STORE &&
		 form->class != BPF_IC_ATOMIC && (!m->bytes || m->left));
	if (form->class == BPF_IC_LOAD)
		do_load(m, code, form->bytes, base);
	else if (form->class == BPF_IC_STORE)
		do_store(m, code, form->bytes, base);
	else if (form->class == BPF_IC_ATOMIC)
		do_atomic(m, code, form->bytes, base);
}

static void step_memory(struct maker *m)
{
	access_through(m, rnd(m, 4) ? find_memory(m) : find(m, W_FRAME));
}

static void step_move(struct maker *m)
{
	int reg = move_pointer(m);

	if (rnd(m, 3))
		access_through(m, reg);
}

/* a test after which the pointer @p, moved from @from by @by, has room for @bytes */
static void emit_range_test(struct maker *m, u8 p, u8 from, u8 by, u8 other, u32 bytes)
{
	s64 room = m->now.r[from].size - m->now.r[from].lo;
	u32 far = errs(m);

	switch (rnd(m, 4)) {
	case 0:
		emit(m, BPF_ALU64 | BPF_MOV | BPF_X, other, from, 0, 0);
		emit(m, BPF_ALU64 | BPF_ADD | BPF_K, other, 0, 0, room - bytes + 1 + far);
		emit_out(m, BPF_JMP | (rnd(m, 4) ? BPF_JGE : BPF_JSGE) | BPF_X, p, other, 0);
		break;
	case 1:
		emit(m, BPF_ALU64 | BPF_MOV | BPF_X, other, from, 0, 0);
		emit(m, BPF_ALU64 | BPF_ADD | BPF_K, other, 0, 0, room + far);
		emit(m, BPF_ALU64 | BPF_ADD | BPF_K, p, 0, 0, bytes);
		emit_out(m, BPF_JMP | BPF_JLT | BPF_X, other, p, 0);
		emit(m, BPF_ALU64 | BPF_SUB | BPF_K, p, 0, 0, bytes);
		break;
	case 2:
		emit(m, BPF_ALU64 | BPF_MOV | BPF_X, other, p, 0, 0);
		emit(m, BPF_ALU64 | BPF_SUB | BPF_X, other, from, 0, 0);
		emit_out(m, BPF_JMP | BPF_JGT | BPF_K, other, 0, room - bytes + far);
		break;
	default:
		emit_out(m, BPF_JMP | BPF_JGT | BPF_K, by, 0, room - bytes + far);
	}
	m->now.r[other].what = W_UNSET;
}

/* a pointer moved too far, and compared with another one into the same memory */
static void step_range(struct maker *m)
{
	int from = find_memory(m), wrong;
	u8 p = pick_dst(m), by = pick_num_dst(m), other = pick_dst(m);
	u32 bytes = 1 + rnd(m, 8);
	const struct val *v;

	if (from < 0 || !m->p->privileged || !can_out(m) || p == by || p == from || by == from ||
	    other == p || other == by || other == from)
		return;
	v = &m->now.r[from];
	if (!is_pointer_to_bytes(v) || v->lo != v->hi || v->lo < 0 || v->size < v->lo + bytes ||
	    m->now.r[by].what != W_NUM)
		return;
	emit(m, BPF_ALU64 | BPF_AND | BPF_K, by, 0, 0, (4U << (31 - __builtin_clz(v->size))) - 1);
	set_num(m, by, 0, S32_MAX);
	link_of(m, by);
	emit(m, BPF_ALU64 | BPF_MOV | BPF_X, p, from, 0, 0);
	emit(m, BPF_ALU64 | BPF_ADD | BPF_X, p, by, 0, 0);
	wrong = errs(m) ? find(m, W_VALUE) : -1;
	if (wrong < 0 || wrong == p || wrong == by || wrong == other)
		wrong = from;
	m->mixed |= wrong != from;
	emit_range_test(m, p, wrong, by, other, bytes);
	learn(m, by, 0, v->size - v->lo - bytes);
	m->now.r[p] = *v;
	m->now.r[p].hi = v->size - bytes;
	access_through(m, p);
}

/* ---- registers saved -------------------------------------------------------------------- */

/* in any width; a pointer whole */
static void step_save(struct maker *m)
{
	static const u8 whats[] = { W_NUM, W_NUM, W_NUM, W_VALUE, W_FRAME, W_CTX, W_PACKET };
	u32 slot = rnd(m, KEY_SLOT), at;
	int src = find(m, PICK(m, whats));
	struct cell *cell = &m->now.s[slot];
	u8 size = PICK(m, sizes);
	u32 bytes = bpf_size_bytes(size);

	if (src < 0)
		return;
	if (m->now.r[src].what != W_NUM || rnd(m, 2)) {
		link_of(m, src);
		emit(m, BPF_STX | BPF_MEM | BPF_DW, BPF_REG_10, src, slot_off(slot), 0);
		*cell = (struct cell){ .val = m->now.r[src], .size = 8 };
		return;
	}
	if (cell->val.what != W_NUM)
		return;
	at = rnd(m, 3) ? 0 : rnd(m, 8 / bytes) * bytes;
	emit(m, BPF_STX | BPF_MEM | size, BPF_REG_10, src, slot_off(slot) + at, 0);
	cell->upper_bytes = at + bytes > 4 ? 0 : cell->upper_bytes;
	cell->size = at ? 0 : bytes;
	/* with as many bytes as it needs it stays the number that it is */
	if (is_small(&m->now.r[src], most_of(bytes)) || errs(m))
		link_of(m, src);
	cell->val = m->now.r[src];
	if (!is_small(&cell->val, most_of(bytes)))
		cell->val = (struct val){
			.what = W_NUM, .hi = most_of(bytes),
			.link = errs(m) ? cell->val.link : 0, .apart = cell->val.apart,
		};
}

static void step_restore(struct maker *m)
{
	u32 slot = rnd(m, KEY_SLOT), at;
	struct cell *cell = &m->now.s[slot];
	u8 dst = pick_dst(m), size = PICK(m, sizes);
	u32 bytes = bpf_size_bytes(size);
	bool sign = bytes < 8 && !rnd(m, 4);

	if (cell->val.what != W_NUM || (cell->size == 8 && rnd(m, 2))) {
		emit(m, BPF_LDX | BPF_MEM | BPF_DW, dst, BPF_REG_10, slot_off(slot), 0);
		m->now.r[dst] = cell->val;
		return;
	}
	at = rnd(m, 2) ? 0 : rnd(m, 8 / bytes) * bytes;
	emit(m, BPF_LDX | (sign ? BPF_MEMSX : BPF_MEM) | size, dst, BPF_REG_10,
	     slot_off(slot) + at, 0);
	set_loaded(m, dst, bytes, sign);
	if (!at && is_small(&cell->val, most_of(bytes) >> sign) && cell->size >= bytes)
		m->now.r[dst] = cell->val;
}

/*
 * Between the shift up and the one down a copy is made of what is shifted, and goes on in its
 * place, or another number does. False: it is not the number that was shifted any more.
 */
static bool move_between(struct maker *m, u8 *reg)
{
	u8 up = *reg, copy = pick_dst(m), other = pick_num(m);

	if (copy == up || rnd(m, 3))
		return true;
	emit(m, BPF_ALU64 | BPF_MOV | BPF_X, copy, up, 0, 0);
	m->now.r[copy] = m->now.r[up];
	if (rnd(m, 4)) {
		set_wide(m, up);
		*reg = copy;
		return true;
	}
	set_wide(m, copy);
	if (other == copy || m->now.r[other].what != W_NUM)
		other = up;
	emit(m, BPF_ALU64 | BPF_MOV | BPF_X, up, other, 0, 0);
	return other == up;
}

/* a copy that is cut to fewer bits, which it fits in or not */
static void step_cut(struct maker *m)
{
	static const u8 widths[] = { 8, 16, 32 };
	u8 src = pick_num(m), dst = pick_dst(m), bits = PICK(m, widths);
	bool sign = rnd(m, 2), is64 = rnd(m, 4);
	s64 most = (s64)(U64_MAX >> (64 - bits)) >> (sign ? 1 : 0);
	bool fits = is_small(&m->now.r[src], most) ||
		    (sign && is64 && m->now.r[src].lo >= -most - 1 && m->now.r[src].hi <= most);

	link_of(m, src);
	m->now.r[dst] = m->now.r[src];
	if (sign && (is64 ? rnd(m, 2) : bits < 32)) {
		emit(m, (is64 ? BPF_ALU64 : BPF_ALU) | BPF_MOV | BPF_X, dst, src, bits, 0);
	} else if (!sign && bits == 32 && rnd(m, 2)) {
		emit(m, BPF_ALU | BPF_MOV | BPF_X, dst, src, 0, 0);
	} else {
		emit(m, BPF_ALU64 | BPF_MOV | BPF_X, dst, src, 0, 0);
		emit(m, BPF_ALU64 | BPF_LSH | BPF_K, dst, 0, 0, 64 - bits);
		fits &= move_between(m, &dst);
		emit(m, BPF_ALU64 | (sign ? BPF_ARSH : BPF_RSH) | BPF_K, dst, 0, 0, 64 - bits);
		is64 = true;
	}
	if (fits || errs(m))
		return;
	if (!is64)
		set_num(m, dst, 0, U32_MAX);
	else
		set_num(m, dst, sign ? -most - 1 : 0, most);
}

/* ---- contexts ---------------------------------------------------------------------------- */

static const s16 skb_offs[] = { 0, 4, 8, 12, 16, 20, 24, 28, 32, 36, 44, 48, 52, 56, 60, 64 };

static void emit_shape(struct maker *m)
{
	static const s16 words[] = { 0, 4, 16, 20, 24, 28, 36, 40, 64, 68, 84 };
	static const s16 narrow[] = { 0, 1, 2, 3, 4, 5, 16, 17, 30, 36, 40, 43, 88, 95, 8, 15 };
	u8 dst = pick_dst(m);

	switch (rnd(m, 5)) {
	case 0:
		emit(m, BPF_LDX | BPF_MEM | BPF_B, dst, BPF_REG_6, PICK(m, narrow), 0);
		set_num(m, dst, 0, 255);
		return;
	case 1:
		emit(m, BPF_LDX | BPF_MEM | BPF_DW, dst, BPF_REG_6, rnd(m, 2) ? 8 : 88, 0);
		set_wide(m, dst);
		return;
	case 2:
		emit(m, BPF_ST | BPF_MEM | BPF_W, BPF_REG_6, 0, rnd(m, 2) ? 0 : 32, pick_imm(m));
		return;
	case 3:
		emit(m, BPF_STX | BPF_MEM | BPF_W, BPF_REG_6, pick_num(m),
		     rnd(m, 2) ? 40 : 4, 0);
		return;
	default:
		emit(m, BPF_LDX | BPF_MEM | BPF_W, dst, BPF_REG_6, PICK(m, words), 0);
		set_num(m, dst, 0, U32_MAX);
	}
}

/* a socket, if there is one: a field of it */
static void emit_sock(struct maker *m)
{
	u8 dst = pick_dst(m), to = pick_dst(m);
	s16 off = m->p->type == ACCEPT_SHAPES ? 48 : offsetof(struct __sk_buff, sk);

	if (!can_out(m))
		return;
	if (m->p->type == ACCEPT_SHAPES && rnd(m, 2))
		off = 56;
	emit(m, BPF_LDX | BPF_MEM | BPF_DW, dst, BPF_REG_6, off, 0);
	emit_out(m, BPF_JMP | BPF_JEQ | BPF_K, dst, 0, 0);
	emit(m, BPF_LDX | BPF_MEM | BPF_W, to, dst, rnd(m, 2) ? 0 : 4, 0);
	if (dst != to)
		set_wide(m, dst);
	m->now.r[dst].what = W_UNSET;
	set_num(m, to, 0, U32_MAX);
}

static void step_context(struct maker *m)
{
	u8 dst, size = PICK(m, sizes);
	s16 cb = offsetof(struct __sk_buff, cb);

	if (m->p->type == ACCEPT_FRAME) {
		step_frame_bytes(m);
		return;
	}
	if (!rnd(m, 6)) {
		emit_sock(m);
		return;
	}
	if (m->p->type == ACCEPT_SHAPES) {
		emit_shape(m);
		return;
	}
	dst = pick_dst(m);
	switch (rnd(m, 4)) {
	case 0:
		size = size == BPF_DW ? BPF_W : size;
		cb += 4 * (s16)rnd(m, 5);
		emit(m, BPF_LDX | BPF_MEM | size, dst, BPF_REG_6, cb, 0);
		set_loaded(m, dst, bpf_size_bytes(size), false);
		return;
	case 1:
		cb += 8 * (s16)rnd(m, 2);
		emit(m, BPF_STX | BPF_MEM | size, BPF_REG_6, pick_num(m), cb, 0);
		return;
	default:
		size = size == BPF_DW ? BPF_W : size;
		emit(m, BPF_LDX | BPF_MEM | size, dst, BPF_REG_6, PICK(m, skb_offs), 0);
		set_loaded(m, dst, bpf_size_bytes(size), false);
	}
}

static void step_packet(struct maker *m)
{
	static const u8 narrow[] = { BPF_B, BPF_H, BPF_W };
	u8 size = PICK(m, narrow), src;

	/* a load that finds nothing ends the program; functions without types have none */
	if (m->p->type == ACCEPT_FRAME)
		step_frame_bytes(m);
	if (m->p->type != ACCEPT_SOCKET || m->held || m->func)
		return;
	src = pick_num(m);
	if (rnd(m, 2))
		emit(m, BPF_LD | BPF_ABS | size, 0, 0, 0, rnd(m, 64));
	else
		emit(m, BPF_LD | BPF_IND | size, 0, src, 0, rnd(m, 16));
	forget_args(m);
	set_loaded(m, BPF_REG_0, bpf_size_bytes(size), false);
}

/* ---- helpers ------------------------------------------------------------------------------ */

/**
 * emit_map() - a map into a register, by its descriptor or by the index of that
 * @m:		the program
 * @dst:	the register
 * @map:	enum accept_map
 */
void emit_map(struct maker *m, u8 dst, u32 map)
{
	if (rnd(m, 4))
		emit(m, BPF_LD | BPF_IMM | BPF_DW, dst, BPF_PSEUDO_MAP_FD, 0, FD_FIRST + map);
	else
		emit(m, BPF_LD | BPF_IMM | BPF_DW, dst, BPF_PSEUDO_MAP_IDX, 0, map);
	emit(m, 0, 0, 0, 0, 0);
}

static void emit_slot(struct maker *m, u8 reg, u32 slot)
{
	emit(m, BPF_ALU64 | BPF_MOV | BPF_X, reg, BPF_REG_10, 0, 0);
	emit(m, BPF_ALU64 | BPF_ADD | BPF_K, reg, 0, 0, slot_off(slot));
	m->now.r[reg] = (struct val){
		.what = W_FRAME, .lo = slot_off(slot), .hi = slot_off(slot),
	};
}

void emit_call(struct maker *m, s32 helper)
{
	emit(m, BPF_JMP | BPF_CALL, 0, 0, 0, helper);
	forget_args(m);
	set_wide(m, BPF_REG_0);
}

/* a key, constant or not */
void emit_key(struct maker *m, u8 reg)
{
	u8 src = pick_num(m);

	if (rnd(m, 2))
		emit(m, BPF_ST | BPF_MEM | BPF_DW, BPF_REG_10, 0, slot_off(KEY_SLOT), rnd(m, 5));
	else if (is_small(&m->now.r[src], U32_MAX) && rnd(m, 2))
		emit(m, BPF_STX | BPF_MEM | BPF_W, BPF_REG_10, src, slot_off(KEY_SLOT), 0);
	m->now.s[KEY_SLOT] = (struct cell){
		.val = { .what = W_NUM, .lo = S64_MIN, .hi = S64_MAX },
	};
	emit_slot(m, reg, KEY_SLOT);
}

/* R0 may be NULL: a copy is made, maybe on one way only, and one of them is tested */
static void test_copy(struct maker *m, u8 to, u32 map, u32 bytes)
{
	u8 by = BPF_REG_7 + rnd(m, 3), slot = rnd(m, KEY_SLOT);

	if (m->now.r[by].what != W_NUM)
		by = BPF_REG_10;
	/* one of two lookups, but the other one is tested */
	if (by != to && by < BPF_REG_10 && errs(m)) {
		emit(m, BPF_ALU64 | BPF_MOV | BPF_X, to, BPF_REG_0, 0, 0);
		emit_key(m, BPF_REG_2);
		emit_map(m, BPF_REG_1, map);
		emit_call(m, BPF_FUNC_map_lookup_elem);
		m->now.r[BPF_REG_0].what = W_UNSET;
		emit(m, BPF_JMP | BPF_JSGT | BPF_K, by, 0, 1, pick_imm(m));
	}
	emit(m, BPF_ALU64 | BPF_MOV | BPF_X, to, BPF_REG_0, 0, 0);
	if (rnd(m, 3) == 0) {
		emit(m, BPF_STX | BPF_MEM | BPF_DW, BPF_REG_10, BPF_REG_0, slot_off(slot), 0);
		m->now.s[slot] = (struct cell){
			.val = { .what = W_VALUE, .size = bytes }, .size = 8,
		};
	}
	m->now.r[to] = (struct val){ .what = W_UNSET };
	if (by != to && by < BPF_REG_10 && m->now.r[by].what == W_NUM && rnd(m, 2)) {
		emit(m, BPF_JMP | BPF_JSGT | BPF_K, by, 0, 1, pick_imm(m));
		emit(m, BPF_ALU64 | BPF_ADD | BPF_K, by, 0, 0, 1);
		set_wide(m, by);
	}
	emit_out(m, BPF_JMP | BPF_JEQ | BPF_K, rnd(m, 2) ? to : BPF_REG_0, 0, 0);
	m->now.r[to] = (struct val){ .what = W_VALUE, .size = bytes };
}

void step_lookup(struct maker *m)
{
	static const struct {
		u8	map;
		u32	bytes;
	} maps[] = {
		{ ACCEPT_ARRAY, ACCEPT_ARRAY_BYTES }, { ACCEPT_HASH, ACCEPT_HASH_BYTES },
		{ ACCEPT_BIG, ACCEPT_BIG_BYTES }, { ACCEPT_ARRAY, ACCEPT_ARRAY_BYTES },
	};
	u32 n = rnd(m, ARRAY_SIZE(maps));
	u8 to = BPF_REG_7 + rnd(m, 3);

	if (!can_out(m))
		return;
	emit_key(m, BPF_REG_2);
	emit_map(m, BPF_REG_1, maps[n].map);
	emit_call(m, BPF_FUNC_map_lookup_elem);
	m->now.r[BPF_REG_0].what = W_UNSET;
	if (rnd(m, 2))
		test_copy(m, to, maps[n].map, maps[n].bytes);
	else if (!errs(m))
		emit_out(m, BPF_JMP | BPF_JEQ | BPF_K, BPF_REG_0, 0, 0);
	m->now.r[BPF_REG_0] = (struct val){ .what = W_VALUE, .size = maps[n].bytes };
}

/* ---- values that have a place ------------------------------------------------------------- */

const u8 accept_constant[ACCEPT_CONST_BYTES] = {
	0, 0, 0, 0, 1, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 7, 0, 0, 0x80,
	16, 0, 0, 0, 0, 0, 0, 0, 0xf8, 0xff, 0xff, 0x7f, 63, 5, 0x80, 0xc3,
};

void emit_value(struct maker *m, u8 dst, u32 map, u32 off)
{
	if (rnd(m, 4))
		emit(m, BPF_LD | BPF_IMM | BPF_DW, dst, BPF_PSEUDO_MAP_VALUE, 0, FD_FIRST + map);
	else
		emit(m, BPF_LD | BPF_IMM | BPF_DW, dst, BPF_PSEUDO_MAP_IDX_VALUE, 0, map);
	emit(m, 0, 0, 0, 0, off);
}

/* a variable of the program */
static void step_variable(struct maker *m)
{
	u32 off = rnd(m, ACCEPT_ONE_BYTES);
	u8 dst = pick_dst(m);

	emit_value(m, dst, ACCEPT_ONE, off);
	m->now.r[dst] = (struct val){
		.what = W_VALUE, .size = ACCEPT_ONE_BYTES, .lo = off, .hi = off,
	};
}

static s64 constant_at(u32 off, u32 bytes, bool sign)
{
	u64 val = 0;

	memcpy(&val, accept_constant + off, bytes);
	if (sign)
		return (s64)(val << (64 - 8 * bytes)) >> (64 - 8 * bytes);
	return val;
}

/* a constant of the program: what is loaded is known, or at least its width is */
static void step_constant(struct maker *m)
{
	u8 dst = pick_dst(m), by = pick_num_dst(m), size = PICK(m, sizes);
	u32 bytes = bpf_size_bytes(size), off = rnd(m, ACCEPT_CONST_BYTES - bytes + 1);
	bool sign = bytes < 8 && rnd(m, 2);
	u32 base = rnd(m, off + 1);
	s64 val = constant_at(off, bytes, sign);
	bool moved = by != dst && !rnd(m, 3);

	if (moved) {
		bound(m, by, ACCEPT_CONST_BYTES - bytes);
		moved = by != dst && is_small(&m->now.r[by], ACCEPT_CONST_BYTES - bytes);
		if (!moved)
			return;
		base = 0;
		off = 0;
	}
	emit_value(m, dst, ACCEPT_CONST, base);
	if (moved)
		emit(m, BPF_ALU64 | BPF_ADD | BPF_X, dst, by, 0, 0);
	emit(m, BPF_LDX | (sign ? BPF_MEMSX : BPF_MEM) | size, dst, dst, off - base, 0);
	if (moved)
		set_loaded(m, dst, bytes, sign);
	else
		set_num(m, dst, val, val);
}

static void step_update(struct maker *m)
{
	int from = find(m, W_VALUE);
	bool hash = rnd(m, 2);
	u32 need = hash ? 3 : 2;

	emit_key(m, BPF_REG_2);
	if (!rnd(m, 4)) {
		emit_map(m, BPF_REG_1, hash ? ACCEPT_HASH : ACCEPT_ARRAY);
		emit_call(m, BPF_FUNC_map_delete_elem);
		return;
	}
	/* @need slots that hold no pointer: addresses are not shown */
	if (holds_pointer(m, slot_off(need - 1), 0)) {
		m->now.r[BPF_REG_2].what = W_UNSET;
		return;
	}
	if (from > BPF_REG_5 && m->now.r[from].lo == 0 && m->now.r[from].hi == 0 &&
	    m->now.r[from].size >= 8 * need && rnd(m, 2))
		emit(m, BPF_ALU64 | BPF_MOV | BPF_X, BPF_REG_3, from, 0, 0);
	else
		emit_slot(m, BPF_REG_3, need - 1);
	emit_map(m, BPF_REG_1, hash ? ACCEPT_HASH : ACCEPT_ARRAY);
	emit(m, BPF_ALU64 | BPF_MOV | BPF_K, BPF_REG_4, 0, 0, rnd(m, 3));
	emit_call(m, BPF_FUNC_map_update_elem);
}

/* memory in @reg and a size that is a number in @size_reg; false: there is none */
static bool emit_room(struct maker *m, u8 reg, u8 size_reg, bool fill)
{
	u32 slot = 3 + rnd(m, 6), room = 8 * (slot + 1);
	int from = find(m, W_VALUE), by = find(m, W_NUM);

	if (from > BPF_REG_5 && m->now.r[from].lo == m->now.r[from].hi &&
	    m->now.r[from].lo >= 0 && m->now.r[from].lo < m->now.r[from].size && rnd(m, 2)) {
		room = m->now.r[from].size - m->now.r[from].lo;
		emit(m, BPF_ALU64 | BPF_MOV | BPF_X, reg, from, 0, 0);
	} else {
		if (holds_pointer(m, slot_off(slot), 0))
			return false;
		emit_slot(m, reg, slot);
		if (fill)
			weaken_frame(m, slot_off(slot), 0);
	}
	if (by <= BPF_REG_5 || rnd(m, 2)) {
		emit(m, BPF_ALU64 | BPF_MOV | BPF_K, size_reg, 0, 0, 1 + rnd(m, room));
		return true;
	}
	emit(m, BPF_ALU64 | BPF_MOV | BPF_X, size_reg, by, 0, 0);
	/* a test can be guessed */
	if (!m->p->privileged && can_out(m) && rnd(m, 2))
		emit_out(m, BPF_JMP | BPF_JGE | BPF_K, size_reg, 0, room);
	else
		emit(m, BPF_ALU64 | BPF_AND | BPF_K, size_reg, 0, 0,
		     (1U << (31 - __builtin_clz(room))) - 1);
	emit(m, BPF_ALU64 | BPF_ADD | BPF_K, size_reg, 0, 0, 1);
	return true;
}

static void step_helper(struct maker *m)
{
	static const s32 plain[] = {
		BPF_FUNC_get_prandom_u32, BPF_FUNC_ktime_get_ns, BPF_FUNC_get_smp_processor_id,
	};

	switch (rnd(m, 5)) {
	case 0:
		if (m->p->type != ACCEPT_SOCKET || !emit_room(m, BPF_REG_3, BPF_REG_4, true))
			break;
		emit(m, BPF_ALU64 | BPF_MOV | BPF_X, BPF_REG_1, BPF_REG_6, 0, 0);
		emit(m, BPF_ALU64 | BPF_MOV | BPF_K, BPF_REG_2, 0, 0, rnd(m, 40));
		emit_call(m, BPF_FUNC_skb_load_bytes);
		return;
	case 1:
		if (!emit_room(m, BPF_REG_2, BPF_REG_3, false))
			break;
		emit_map(m, BPF_REG_1, ACCEPT_RING);
		emit(m, BPF_ALU64 | BPF_MOV | BPF_K, BPF_REG_4, 0, 0, 0);
		emit_call(m, BPF_FUNC_ringbuf_output);
		return;
	case 2:
		if (m->held)
			break;
		emit(m, BPF_ALU64 | BPF_MOV | BPF_X, BPF_REG_1, BPF_REG_6, 0, 0);
		emit_map(m, BPF_REG_2, ACCEPT_PROGS);
		emit(m, BPF_ALU64 | BPF_MOV | BPF_K, BPF_REG_3, 0, 0, rnd(m, 6));
		emit_call(m, BPF_FUNC_tail_call);
		m->now.r[BPF_REG_0].what = W_UNSET;
		return;
	default:
		break;
	}
	emit_call(m, PICK(m, plain));
	forget_args(m);
}

static void forget_records(struct maker *m)
{
	u32 i;

	for (i = 0; i < MAX_BPF_REG; i++)
		if (m->now.r[i].what == W_RECORD)
			m->now.r[i].what = W_UNSET;
}

/* a block with memory that is acquired before and given back behind it */
void step_record(struct maker *m, u32 depth)
{
	u32 bytes = rnd(m, 4) ? 16 : 1 + rnd(m, 56);
	struct cell *cell = &m->now.s[RECORD_SLOT];
	u8 to = BPF_REG_7 + rnd(m, 3);

	if (!can_out(m) || m->out[1].count > MOST_OUTS / 2)
		return;
	emit_map(m, BPF_REG_1, ACCEPT_RING);
	emit(m, BPF_ALU64 | BPF_MOV | BPF_K, BPF_REG_2, 0, 0, bytes);
	emit(m, BPF_ALU64 | BPF_MOV | BPF_K, BPF_REG_3, 0, 0, 0);
	emit_call(m, BPF_FUNC_ringbuf_reserve);
	emit(m, BPF_STX | BPF_MEM | BPF_DW, BPF_REG_10, BPF_REG_0, slot_off(RECORD_SLOT), 0);
	emit_out(m, BPF_JMP | BPF_JEQ | BPF_K, BPF_REG_0, 0, 0);
	emit(m, BPF_ALU64 | BPF_MOV | BPF_X, to, BPF_REG_0, 0, 0);
	m->now.r[BPF_REG_0] = (struct val){ .what = W_RECORD, .size = bytes };
	m->now.r[to] = m->now.r[BPF_REG_0];
	cell->val = m->now.r[to];
	cell->size = 8;
	m->held = true;
	make_block(m, 2 + rnd(m, 8), depth + 1);
	m->held = false;
	emit(m, BPF_LDX | BPF_MEM | BPF_DW, BPF_REG_1, BPF_REG_10, slot_off(RECORD_SLOT), 0);
	emit(m, BPF_ALU64 | BPF_MOV | BPF_K, BPF_REG_2, 0, 0, 0);
	emit_call(m, rnd(m, 2) ? BPF_FUNC_ringbuf_submit : BPF_FUNC_ringbuf_discard);
	m->now.r[BPF_REG_0].what = W_UNSET;
	forget_records(m);
	emit(m, BPF_ST | BPF_MEM | BPF_DW, BPF_REG_10, 0, slot_off(RECORD_SLOT), 0);
	*cell = (struct cell){ .val = { .what = W_NUM }, .size = 8 };
}

/* ---- addresses as numbers ------------------------------------------------------------------- */

static void step_show(struct maker *m)
{
	int a = find(m, W_VALUE), b = find(m, W_VALUE);
	u8 dst = pick_dst(m), class;

	if (!m->p->shows || a < 0 || dst == b)
		return;
	switch (rnd(m, 4)) {
	case 0:
		emit(m, BPF_ALU64 | BPF_MOV | BPF_X, dst, a, 0, 0);
		emit(m, BPF_ALU64 | BPF_SUB | BPF_X, dst, b, 0, 0);
		set_wide(m, dst);
		return;
	case 1:
		/* some bytes of it, or half */
		class = rnd(m, 2) ? BPF_ALU : BPF_ALU64;
		if (rnd(m, 2))
			emit(m, BPF_ALU | BPF_MOV | BPF_X, dst, a, 0, 0);
		else
			emit(m, class | BPF_MOV | BPF_X, dst, a, 16, 0);
		set_wide(m, dst);
		return;
	case 2:
		if (m->now.r[b].lo || m->now.r[b].hi || m->now.r[b].size < 8)
			return;
		emit(m, BPF_STX | BPF_MEM | BPF_DW, b, a, 0, 0);
		return;
	default:
		if (can_out(m))
			emit_out(m, BPF_JMP | BPF_JGT | BPF_X, a, b, 0);
	}
}

/**
 * accept_step() - one step of a program
 * @m:	the program
 */
void accept_step(struct maker *m)
{
	static void (* const all[])(struct maker *m) = {
		step_alu, step_alu, step_alu, step_alu, step_alu, step_move, step_move,
		step_move, step_move, step_choose, step_choose, step_order, step_range,
		step_range, step_shift, step_frame, step_pointer,
		step_memory, step_memory, step_parts, step_parts,
		step_memory, step_memory, step_memory, step_memory, step_save, step_save,
		step_save, step_restore, step_restore, step_restore, step_context, step_lookup,
		step_update, step_packet, step_helper, step_compare, step_show, step_call, step_call,
		step_variable, step_constant, step_constant, step_cut, step_cut, step_parts,
		step_origins, step_origins, step_siblings, step_gone,
	};
	static void (* const bare[])(struct maker *m) = {
		step_alu, step_alu, step_alu, step_alu, step_alu, step_alu, step_choose,
		step_choose, step_choose, step_order, step_compare, step_compare, step_range, step_shift,
		step_pointer,
		step_memory, step_memory, step_move, step_move, step_context, step_context,
		step_packet, step_show, step_variable, step_variable, step_constant, step_constant,
		step_cut, step_cut, step_origins, step_origins, step_siblings,
		step_siblings,
	};

	if (m->p->type == ACCEPT_FRAME && !rnd(m, 3))
		step_frame_bytes(m);
	else if (m->bare)
		PICK(m, bare)(m);
	else if (!m->p->privileged && !rnd(m, 16))
		step_guess(m);
	else
		PICK(m, all)(m);
}
