// SPDX-License-Identifier: GPL-2.0-only
/*
 * Frames in programs of accept.c: pointers into them that are moved and compared with the
 * end in every form, accesses as far as was compared, loops to the end, helpers that move the
 * frame. Frames are of every length, so that a byte too far is one behind some frame's end.
 *
 * Of a pointer it is known how many bytes are there behind its variable part, as the
 * verifier has it; of what one test tells of other pointers, less.
 *
 * Layer: as bpfcase.c.
 */
#include <string.h>
#include "accept_private.h"

#define FIELD_DATA	0
#define FIELD_END	4
#define FIELD_META	8

static const u8 sizes[] = { BPF_B, BPF_H, BPF_W, BPF_DW };

/* a register that is none of @taken, bit by register */
static u8 pick_other(struct maker *m, u32 taken)
{
	u8 reg = pick_dst(m);

	while (taken >> reg & 1 || reg == BPF_REG_6)
		reg = (reg + 1) % (m->bare ? BPF_REG_6 : BPF_REG_10);
	return reg;
}

static void load_edge(struct maker *m, u8 reg, s16 field)
{
	emit(m, BPF_LDX | BPF_MEM | BPF_W, reg, BPF_REG_6, field, 0);
	m->now.r[reg] = (struct val){ .what = field == FIELD_DATA ? W_PACKET : W_UNSET };
}

/* a pointer into the frame, at its start where there is no other */
static u8 pick_packet(struct maker *m)
{
	int reg = rnd(m, 5) ? find(m, W_PACKET) : -1;

	if (reg >= 0)
		return reg;
	reg = pick_dst(m);
	load_edge(m, reg, FIELD_DATA);
	return reg;
}

/* a number that may lead back */
static void lower(struct maker *m, u8 reg)
{
	s32 by = 1 + rnd(m, 24);

	emit(m, BPF_ALU64 | BPF_ADD | BPF_K, reg, 0, 0, -by);
	set_num(m, reg, m->now.r[reg].lo - by, m->now.r[reg].hi - by);
}

/* what is known of a pointer that @n was added to */
static void move(struct maker *m, struct val *v, const struct val *n)
{
	v->link = ++m->links;
	v->lo += n->lo;
	v->hi += n->hi;
	v->size = v->size && v->size > n->hi ? v->size - n->hi : 0;
}

/* the sum takes the place of the number @reg, and the pointer stays where it was */
static void add_pointer(struct maker *m, u8 reg, u8 ptr)
{
	struct val moved = m->now.r[ptr];

	emit(m, BPF_ALU64 | BPF_ADD | BPF_X, reg, ptr, 0, 0);
	move(m, &moved, &m->now.r[reg]);
	m->now.r[reg] = moved;
}

/* by a constant, or a number that is bounded for it */
static void step_onwards(struct maker *m)
{
	static const u32 most[] = { 3, 15, 15, 60, 60, 255, 4095 };
	u8 ptr = pick_packet(m), by;
	struct val *v = &m->now.r[ptr], *n;

	if (!rnd(m, 3)) {
		s32 imm = (s32)rnd(m, 40) - 8;

		emit(m, BPF_ALU64 | BPF_ADD | BPF_K, ptr, 0, 0, imm);
		v->apart += imm;
		return;
	}
	by = pick_num_dst(m);
	bound(m, by, PICK(m, most));
	n = &m->now.r[by];
	if (by == ptr || v->what != W_PACKET || !is_small(n, 4095))
		return;
	if (!rnd(m, 3))
		lower(m, by);
	if (rnd(m, 2)) {
		emit(m, BPF_ALU64 | BPF_ADD | BPF_X, ptr, by, 0, 0);
		move(m, v, n);
		return;
	}
	add_pointer(m, by, ptr);
}

/* two pointers that one number moved, and the same number a constant further */
static void step_pair(struct maker *m)
{
	u8 by = pick_num_dst(m), near, far;
	s32 apart = (s32)rnd(m, 24) - 4;

	bound(m, by, 63);
	if (!is_small(&m->now.r[by], 63))
		return;
	near = pick_other(m, BIT(by));
	far = pick_other(m, BIT(by) | BIT(near));
	load_edge(m, near, FIELD_DATA);
	emit(m, BPF_ALU64 | BPF_ADD | BPF_X, near, by, 0, 0);
	m->now.r[near].link = ++m->links;
	m->now.r[near].lo = m->now.r[by].lo;
	m->now.r[near].hi = m->now.r[by].hi;
	emit(m, BPF_ALU64 | BPF_ADD | BPF_K, by, 0, 0, apart);
	load_edge(m, far, FIELD_DATA);
	emit(m, BPF_ALU64 | BPF_ADD | BPF_X, far, by, 0, 0);
	m->now.r[far] = m->now.r[near];
	m->now.r[far].apart = apart;
	set_num(m, by, m->now.r[near].lo + apart, m->now.r[near].hi + apart);
}

/* @bytes behind the variable part of @from are there, of the same one */
static void there(struct val *v, const struct val *from, s64 bytes)
{
	if (v->what != W_PACKET)
		return;
	if (!v->link && from->link)
		bytes += from->lo;
	else if (v->link != from->link)
		return;
	if (bytes > 0 && bytes > v->size)
		v->size = bytes;
}

static void learn_there(struct maker *m, const struct val *from, s64 bytes)
{
	u32 i;

	for (i = 0; i < MAX_BPF_REG; i++)
		there(&m->now.r[i], from, bytes);
	for (i = 0; i < SLOTS; i++)
		if (m->now.s[i].size == 8)
			there(&m->now.s[i].val, from, bytes);
}

/* out unless pointer @ptr is before @end, or at it; is it known to be before? */
static bool emit_test(struct maker *m, u8 ptr, u8 end)
{
	bool strict = rnd(m, 2);
	u8 dst = ptr, src = end, op;

	if (rnd(m, 2)) {
		op = strict ? BPF_JGE : BPF_JGT;
		if (rnd(m, 2)) {
			op = strict ? BPF_JLE : BPF_JLT;
			dst = end;
			src = ptr;
		}
		emit_out(m, BPF_JMP | op | BPF_X, dst, src, 0);
		return strict;
	}
	op = strict ? BPF_JLT : BPF_JLE;
	if (rnd(m, 2)) {
		op = strict ? BPF_JGT : BPF_JGE;
		dst = end;
		src = ptr;
	}
	emit(m, BPF_JMP | op | BPF_X, dst, src, 1, 0);
	emit_out(m, BPF_JMP | BPF_JA, 0, 0, 0);
	return strict;
}

static void access_packet(struct maker *m, u8 ptr)
{
	u8 size = PICK(m, sizes), reg;
	struct val *v = &m->now.r[ptr];
	s64 bytes = bpf_size_bytes(size), most, least, off;

	most = (s64)v->size - v->apart - bytes;
	if (errs(m))
		most += 1 + rnd(m, bytes);
	least = max(-v->lo - v->apart, most - 40);
	if (!v->size || most < least || least < S16_MIN || most > S16_MAX)
		return;
	off = rnd(m, 3) ? most : least + rnd(m, most - least + 1);
	if (rnd(m, 3)) {
		reg = pick_dst(m);
		emit(m, BPF_LDX | BPF_MEM | size, reg, ptr, off, 0);
		if (bytes < 8)
			set_num(m, reg, 0, (1LL << bytes * 8) - 1);
		else
			set_wide(m, reg);
	} else if (rnd(m, 2)) {
		reg = pick_num(m);
		if (m->now.r[ptr].what == W_PACKET)
			emit(m, BPF_STX | BPF_MEM | size, ptr, reg, off, 0);
	} else {
		emit(m, BPF_ST | BPF_MEM | size, ptr, 0, off, pick_imm(m));
	}
}

static void step_access(struct maker *m)
{
	access_packet(m, pick_packet(m));
}

static void step_test(struct maker *m)
{
	static const u8 others[] = { BPF_JEQ, BPF_JNE, BPF_JSGT, BPF_JSLE, BPF_JSET };
	u8 ptr = pick_packet(m), far, end;
	struct val from;
	bool strict;

	if (!can_out(m))
		return;
	far = rnd(m, 2) ? ptr : pick_other(m, BIT(ptr));
	end = pick_other(m, BIT(ptr) | BIT(far));
	if (far != ptr) {
		emit(m, BPF_ALU64 | BPF_MOV | BPF_X, far, ptr, 0, 0);
		m->now.r[far] = m->now.r[ptr];
	}
	if (far != ptr || rnd(m, 2)) {
		s32 imm = 1 + rnd(m, 40);

		emit(m, BPF_ALU64 | BPF_ADD | BPF_K, far, 0, 0, imm);
		m->now.r[far].apart += imm;
	}
	load_edge(m, end, FIELD_END);
	/* what tells nothing, and leads on either way */
	if (!rnd(m, 6))
		emit(m, BPF_JMP | PICK(m, others) | BPF_X, far, end, 0, 0);
	from = m->now.r[far];
	strict = emit_test(m, far, end);
	/* what may be in front of the frame is before its end, whatever that is */
	if (from.lo + from.apart < 0 && !errs(m))
		return;
	learn_there(m, &from, from.apart + strict + errs(m));
	if (rnd(m, 2))
		access_packet(m, rnd(m, 2) ? ptr : far);
}

/*
 * One offset in two ways that meet: a number and a constant, or their sum. Each is compared with
 * the end, or one is and then both.
 */
static void step_split(struct maker *m)
{
	u8 by = pick_num_dst(m), ptr = pick_other(m, BIT(by)), end = pick_other(m, BIT(by) | BIT(ptr));
	s32 imm = 1 + rnd(m, 24);
	u32 other, over;
	s64 lo, hi;
	bool strict, once = rnd(m, 2);

	bound(m, by, 63);
	if (!is_small(&m->now.r[by], 63) || m->out[m->held].count + 3 > MOST_OUTS)
		return;
	lo = m->now.r[by].lo;
	hi = m->now.r[by].hi;
	load_edge(m, ptr, FIELD_DATA);
	load_edge(m, end, FIELD_END);
	other = emit_condition(m);
	emit(m, BPF_ALU64 | BPF_ADD | BPF_X, ptr, by, 0, 0);
	emit(m, BPF_ALU64 | BPF_ADD | BPF_K, ptr, 0, 0, imm);
	strict = emit_test(m, ptr, end);
	over = m->p->count;
	emit(m, BPF_JMP | BPF_JA, 0, 0, 0, 0);
	come_here(m, other);
	emit(m, BPF_ALU64 | BPF_ADD | BPF_K, by, 0, 0, imm);
	emit(m, BPF_ALU64 | BPF_ADD | BPF_X, ptr, by, 0, 0);
	if (once && !errs(m))
		emit_out(m, BPF_JMP | BPF_JGE | BPF_X, ptr, end, 0);
	come_here(m, over);
	if (!once)
		strict = emit_test(m, ptr, end);
	m->now.r[ptr] = (struct val){
		.what = W_PACKET, .link = ++m->links, .size = imm + strict, .apart = imm,
		.lo = lo, .hi = hi,
	};
	set_num(m, by, lo, hi + imm);
	access_packet(m, ptr);
}

/* from a place that is known to be there, and was reached by going back, by the sum with a number */
static void step_return(struct maker *m)
{
	u8 by = pick_num_dst(m), ptr = pick_other(m, BIT(by)), end = pick_other(m, BIT(by) | BIT(ptr));
	u8 on = pick_other(m, BIT(by) | BIT(ptr) | BIT(end));
	struct val from;

	bound(m, by, 3);
	if (!is_small(&m->now.r[by], 3) || !can_out(m))
		return;
	lower(m, by);
	load_edge(m, ptr, FIELD_DATA);
	load_edge(m, end, FIELD_END);
	emit(m, BPF_ALU64 | BPF_ADD | BPF_K, ptr, 0, 0, 24);
	m->now.r[ptr].apart = 24;
	emit(m, BPF_ALU64 | BPF_ADD | BPF_X, ptr, by, 0, 0);
	move(m, &m->now.r[ptr], &m->now.r[by]);
	from = m->now.r[ptr];
	learn_there(m, &from, from.apart + emit_test(m, ptr, end));
	load_number(m, on);
	emit(m, BPF_ALU64 | BPF_AND | BPF_K, on, 0, 0, rnd(m, 16));
	set_num(m, on, 0, 15);
	add_pointer(m, on, ptr);
	access_packet(m, on);
}

/* for (i = 0; i < turns && p + step <= end; i++, p += step or a number in the frame) */
static void step_scan(struct maker *m)
{
	u8 p = pick_packet(m), t = pick_other(m, BIT(p)), e = pick_other(m, BIT(p) | BIT(t));
	u8 i = pick_other(m, BIT(p) | BIT(t) | BIT(e));
	u8 x = pick_other(m, BIT(p) | BIT(t) | BIT(e) | BIT(i));
	u32 step = 1 + rnd(m, 8), head, leave, over;
	bool by_number = rnd(m, 2);

	load_edge(m, e, FIELD_END);
	if (m->now.r[p].lo + m->now.r[p].apart < 0)
		load_edge(m, p, FIELD_DATA);
	emit(m, BPF_ALU64 | BPF_MOV | BPF_K, i, 0, 0, 0);
	emit(m, BPF_ALU64 | BPF_MOV | BPF_K, x, 0, 0, 0);
	head = m->p->count;
	emit(m, BPF_ALU64 | BPF_MOV | BPF_X, t, p, 0, 0);
	emit(m, BPF_ALU64 | BPF_ADD | BPF_K, t, 0, 0, step);
	leave = m->p->count;
	emit(m, BPF_JMP | BPF_JGT | BPF_X, t, e, 0, 0);
	emit(m, BPF_LDX | BPF_MEM | BPF_B, x, p, step - 1 + errs(m), 0);
	if (by_number) {
		emit(m, BPF_ALU64 | BPF_AND | BPF_K, x, 0, 0, 7);
		emit(m, BPF_ALU64 | BPF_ADD | BPF_X, p, x, 0, 0);
	}
	emit(m, BPF_ALU64 | BPF_ADD | BPF_K, p, 0, 0, step);
	emit(m, BPF_ALU64 | BPF_ADD | BPF_K, i, 0, 0, 1);
	over = m->p->count;
	emit(m, BPF_JMP | BPF_JLT | BPF_K, i, 0, head - over - 1, 2 + rnd(m, 60));
	come_here(m, leave);
	m->now.r[p].what = W_UNSET;
	m->now.r[t].what = W_UNSET;
	set_num(m, i, 0, 62);
	set_num(m, x, 0, 255);
}

/* what lies in front of the frame ends where that begins */
static void step_meta(struct maker *m)
{
	u8 by = pick_num_dst(m), ptr = pick_other(m, BIT(by)), end = pick_other(m, BIT(by) | BIT(ptr));
	u8 size = PICK(m, sizes), to = pick_other(m, BIT(by) | BIT(ptr) | BIT(end));
	s32 imm = 1 + rnd(m, 12), most;

	bound(m, by, 7);
	if (!is_small(&m->now.r[by], 7) || !can_out(m))
		return;
	load_edge(m, ptr, FIELD_META);
	emit(m, BPF_ALU64 | BPF_ADD | BPF_K, ptr, 0, 0, imm);
	if (rnd(m, 2))
		emit(m, BPF_ALU64 | BPF_ADD | BPF_X, ptr, by, 0, 0);
	load_edge(m, end, FIELD_DATA);
	if (errs(m))
		emit(m, BPF_ALU64 | BPF_ADD | BPF_K, end, 0, 0, 1 + rnd(m, 4));
	most = emit_test(m, ptr, end) + errs(m) - bpf_size_bytes(size);
	m->now.r[ptr].what = W_UNSET;
	if (most < -imm)
		return;
	emit(m, BPF_LDX | BPF_MEM | size, to, ptr, rnd(m, 2) ? most : -imm, 0);
	set_wide(m, to);
}

/* a key that lies in the frame */
static void step_key(struct maker *m)
{
	int ptr = find(m, W_PACKET);
	struct val *v = &m->now.r[max(ptr, 0)];

	if (ptr < 0 || v->lo + v->apart < 0 || v->apart + 8 > (s64)v->size + errs(m))
		return;
	emit(m, BPF_ALU64 | BPF_MOV | BPF_X, BPF_REG_2, ptr, 0, 0);
	emit(m, BPF_LD | BPF_IMM | BPF_DW, BPF_REG_1, BPF_PSEUDO_MAP_FD, 0,
	     FD_FIRST + ACCEPT_HASH);
	emit(m, 0, 0, 0, 0, 0);
	emit(m, BPF_JMP | BPF_CALL, 0, 0, 0, BPF_FUNC_map_delete_elem);
	forget_args(m);
	set_wide(m, BPF_REG_0);
}

/* pointers into it are numbers then, which differ by the run */
static void step_adjust(struct maker *m)
{
	static const s32 helpers[] = {
		BPF_FUNC_xdp_adjust_head, BPF_FUNC_xdp_adjust_meta, BPF_FUNC_xdp_adjust_tail,
	};
	u32 i;

	emit(m, BPF_ALU64 | BPF_MOV | BPF_X, BPF_REG_1, BPF_REG_6, 0, 0);
	emit(m, BPF_ALU64 | BPF_MOV | BPF_K, BPF_REG_2, 0, 0, (s32)rnd(m, 24) - 16);
	emit(m, BPF_JMP | BPF_CALL, 0, 0, 0, PICK(m, helpers));
	forget_args(m);
	set_wide(m, BPF_REG_0);
	if (errs(m))
		return;
	for (i = 0; i < MAX_BPF_REG; i++)
		if (m->now.r[i].what == W_PACKET)
			m->now.r[i].what = W_UNSET;
	for (i = 0; i < SLOTS; i++)
		if (m->now.s[i].val.what == W_PACKET)
			m->now.s[i].val.what = W_UNSET;
	settle_cells(m);
}

/* how far into the frame a pointer is that a function is given */
#define MOST_GIVEN	255

/**
 * give_packet() - a pointer into the frame for a function that is called
 * @m:	the program
 * @to:	register of the argument; those of others are set already
 */
void give_packet(struct maker *m, u8 to)
{
	static const u8 kept[] = { BPF_REG_0, BPF_REG_7, BPF_REG_8, BPF_REG_9 };
	u8 from = PICK(m, kept);
	const struct val *v = &m->now.r[from];

	if (v->what == W_PACKET && v->lo + v->apart >= 0 && v->hi + v->apart <= MOST_GIVEN) {
		emit(m, BPF_ALU64 | BPF_MOV | BPF_X, to, from, 0, 0);
		return;
	}
	load_edge(m, to, FIELD_DATA);
	if (rnd(m, 2))
		emit(m, BPF_ALU64 | BPF_ADD | BPF_K, to, 0, 0, rnd(m, 40));
}

/**
 * take_packet() - the same in the function
 * @m:		the program
 * @to:		register that keeps it
 * @from:	the argument
 */
void take_packet(struct maker *m, u8 to, u8 from)
{
	emit(m, BPF_ALU64 | BPF_MOV | BPF_X, to, from, 0, 0);
	m->now.r[to] = (struct val){ .what = W_PACKET, .link = ++m->links, .hi = MOST_GIVEN };
}

/**
 * step_frame_bytes() - one step with pointers into the frame
 * @m:	the program
 */
void step_frame_bytes(struct maker *m)
{
	static void (* const all[])(struct maker *m) = {
		step_onwards, step_onwards, step_pair, step_pair, step_test, step_test, step_test,
		step_access, step_access, step_access, step_access, step_scan, step_split,
		step_return, step_meta, step_key, step_adjust,
	};

	PICK(m, all)(m);
}
