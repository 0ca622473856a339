// SPDX-License-Identifier: GPL-2.0-only
/*
 * accept.h. The maker knows bounds of numbers and offsets of pointers as intervals, which
 * numbers are the same, and what slots of the stack hold; control flow is nested, and
 * where ways meet it knows what holds on both. Instructions come from the table of
 * kernel/bpf/insn.c, accesses where it knows that they stay inside. Where it knows more
 * than the verifier can, the program is refused, which costs a program and nothing else.
 * One program in eight is made sloppily: it goes too far now and then, by a byte, by a
 * test left out, by two ways taken for one; such a program should be refused.
 *
 * Must never choose but by rnd(): a seed is a program, and so are bytes.
 *
 * Layer: as bpfcase.c.
 */
#include <string.h>
#include "accept_private.h"

/* ---- choosing ---------------------------------------------------------------------- */

static u64 next_state(struct maker *m)
{
	m->state ^= m->state << 13;
	m->state ^= m->state >> 7;
	m->state ^= m->state << 17;
	return m->state * 0x9e3779b97f4a7c15ULL;
}

static u32 take_byte(struct maker *m)
{
	if (!m->left)
		return 0;
	m->left--;
	return *m->bytes++;
}

u32 rnd(struct maker *m, u32 below)
{
	if (!m->bytes)
		return (next_state(m) >> 33) % below;
	if (below <= 256)
		return take_byte(m) % below;
	return (take_byte(m) | take_byte(m) << 8) % below;
}

u64 rnd64(struct maker *m)
{
	u64 v = 0;
	u32 i;

	if (!m->bytes)
		return next_state(m);
	for (i = 0; i < 8; i++)
		v = v << 8 | take_byte(m);
	return v;
}

s32 pick_imm(struct maker *m)
{
	static const s32 some[] = {
		0, 1, -1, 2, 3, 4, 7, 8, 9, 12, 15, 16, 17, 23, 24, 31, 63, 127, 128, 255, 256,
		-8, -16, -128, -129, 0x7fff, 0xffff, 0x10000, 0xfff8, S32_MAX, S32_MIN,
	};

	return rnd(m, 8) ? PICK(m, some) : (s32)rnd64(m);
}

/* ---- writing ------------------------------------------------------------------------ */

struct bpf_insn *emit(struct maker *m, u8 code, u8 dst, u8 src, s32 off, s32 imm)
{
	struct bpf_insn *insn = &m->p->insns[m->p->count];

	if (m->p->count < ACCEPT_INSNS - 1)
		m->p->count++;
	*insn = (struct bpf_insn){ code, dst, src, off, imm };
	return insn;
}

bool can_out(const struct maker *m)
{
	return m->out[m->held].count < MOST_OUTS;
}

/* a conditional jump to the end of the program */
void emit_out(struct maker *m, u8 code, u8 dst, u8 src, s32 imm)
{
	struct outs *out = &m->out[m->held];

	out->at[out->count++] = m->p->count;
	emit(m, code, dst, src, 0, imm);
}

/* the jump at @at comes here */
void come_here(struct maker *m, u32 at)
{
	m->p->insns[at].off = m->p->count - at - 1;
}

/* ---- what is known ------------------------------------------------------------------- */

/* R6 keeps the context */
u8 pick_dst(struct maker *m)
{
	u8 r = rnd(m, m->bare ? BPF_REG_6 : BPF_REG_10 - 1);

	return r >= BPF_REG_6 ? r + 1 : r;
}

void set_num(struct maker *m, u8 reg, s64 lo, s64 hi)
{
	m->now.r[reg] = (struct val){ .what = W_NUM, .lo = lo, .hi = hi };
}

void set_wide(struct maker *m, u8 reg)
{
	set_num(m, reg, S64_MIN, S64_MAX);
}

/* a register that holds that; -1 where there is none */
int find(struct maker *m, enum what what)
{
	u32 first = rnd(m, MAX_BPF_REG), i;

	for (i = 0; i < MAX_BPF_REG; i++) {
		u32 r = (first + i) % MAX_BPF_REG;

		if (m->now.r[r].what == what)
			return r;
	}
	return -1;
}

/* a number from the context */
void load_number(struct maker *m, u8 reg)
{
	emit(m, BPF_LDX | BPF_MEM | BPF_W, reg, BPF_REG_6, m->p->type == ACCEPT_FRAME ? 12 : 0, 0);
	set_num(m, reg, 0, U32_MAX);
}

u8 pick_num(struct maker *m)
{
	int reg = find(m, W_NUM);

	if (reg >= 0)
		return reg;
	reg = pick_dst(m);
	load_number(m, reg);
	return reg;
}

/* both registers hold one number from now on */
void copy_num(struct maker *m, u8 to, u8 from)
{
	emit(m, BPF_ALU64 | BPF_MOV | BPF_X, to, from, 0, 0);
	link_of(m, from);
	m->now.r[to] = m->now.r[from];
}

/* a number that may be written, most often in a register of its own */
u8 pick_num_dst(struct maker *m)
{
	u8 from = pick_num(m), dst;

	if (rnd(m, 3))
		return from;
	dst = pick_dst(m);
	copy_num(m, dst, from);
	return dst;
}

/* is this the place for an error? */
bool errs(struct maker *m)
{
	return m->sloppy && !rnd(m, 6);
}

bool is_small(const struct val *v, s64 most)
{
	return v->what == W_NUM && v->lo >= 0 && v->hi <= most;
}

void forget_args(struct maker *m)
{
	memset(&m->now.r[BPF_REG_1], 0, 5 * sizeof(m->now.r[0]));
}

/* the link of a number, a new one where it has none */
u32 link_of(struct maker *m, u8 reg)
{
	struct val *v = &m->now.r[reg];

	if (v->what == W_NUM && !v->link)
		v->link = ++m->links;
	return v->link;
}

static void narrow(struct val *v, s64 lo, s64 hi)
{
	v->lo = max(v->lo, lo);
	v->hi = min(v->hi, hi);
	/* no run comes here; whatever is known is right */
	if (v->lo > v->hi)
		v->hi = v->lo;
}

/* bounds that may be moved without a wrap */
#define FAR	(1LL << 60)

static void narrow_linked(struct val *v, const struct val *from, s64 lo, s64 hi)
{
	s64 by = v->apart - from->apart;

	if (v->what != W_NUM || v->link != from->link)
		return;
	if (!by)
		narrow(v, lo, hi);
	else if (lo > -FAR && hi < FAR && by > -FAR && by < FAR)
		narrow(v, lo + by, hi + by);
}

/* the number in @reg is one of @lo..@hi, and whatever is linked to it is as far away */
void learn(struct maker *m, u8 reg, s64 lo, s64 hi)
{
	struct val from = m->now.r[reg];
	u32 i;

	narrow(&m->now.r[reg], lo, hi);
	for (i = 0; from.link && i < MAX_BPF_REG; i++)
		if (i != reg)
			narrow_linked(&m->now.r[i], &from, lo, hi);
	for (i = 0; from.link && i < SLOTS; i++) {
		if (m->now.s[i].size == 8)
			narrow_linked(&m->now.s[i].val, &from, lo, hi);
		if (m->now.s[i].upper_bytes)
			narrow_linked(&m->now.s[i].upper, &from, lo, hi);
	}
}

static void join_val(struct maker *m, struct val *a, const struct val *b)
{
	bool packet = a->what == W_PACKET && b->what == W_PACKET;

	if (packet && a->link == b->link && a->apart == b->apart)
		a->size = min(a->size, b->size);
	else if (a->what != b->what || a->size != b->size || packet) {
		a->what = W_UNSET;
		return;
	}
	a->lo = min(a->lo, b->lo);
	a->hi = max(a->hi, b->hi);
	/* one way they are the same, the other way not */
	if ((a->link != b->link || a->apart != b->apart) && !errs(m))
		a->link = 0;
}

void join(struct maker *m, struct know *a, const struct know *b)
{
	u32 i;

	for (i = 0; i < BPF_REG_10; i++)
		join_val(m, &a->r[i], &b->r[i]);
	for (i = 0; i < SLOTS; i++) {
		join_val(m, &a->s[i].val, &b->s[i].val);
		if (a->s[i].upper_bytes == b->s[i].upper_bytes &&
		    a->s[i].upper_at == b->s[i].upper_at)
			join_val(m, &a->s[i].upper, &b->s[i].upper);
		else
			a->s[i].upper_bytes = 0;
		if (a->s[i].size == b->s[i].size && a->s[i].val.what != W_UNSET)
			continue;
		/* a pointer or not: nobody may read it, so it gets another content */
		a->s[i].size = 0;
	}
}

/* ---- control flow ---------------------------------------------------------------------- */

/* cells whose content differs by the way are overwritten, that all may be read */
void settle_cells(struct maker *m)
{
	u32 i;

	for (i = 0; i < SLOTS; i++) {
		struct cell *cell = &m->now.s[i];

		if (cell->val.what != W_UNSET)
			continue;
		emit(m, BPF_ST | BPF_MEM | BPF_DW, BPF_REG_10, 0, -8 * (s32)(i + 1),
		     pick_imm(m));
		*cell = (struct cell){ .val = { .what = W_NUM, .lo = S64_MIN, .hi = S64_MAX } };
	}
}

u32 emit_condition(struct maker *m)
{
	static const u8 ops[] = {
		BPF_JEQ, BPF_JNE, BPF_JGT, BPF_JGE, BPF_JLT, BPF_JLE, BPF_JSGT, BPF_JSGE,
		BPF_JSLT, BPF_JSLE, BPF_JSET,
	};
	u8 code = (rnd(m, 2) ? BPF_JMP : BPF_JMP32) | PICK(m, ops);
	u8 dst = pick_num(m), src = pick_num(m);
	u32 at;

	/* asking for one may have taken the other's register */
	if (m->now.r[dst].what != W_NUM)
		dst = src;
	at = m->p->count;
	if (rnd(m, 2))
		emit(m, code | BPF_X, dst, src, 0, 0);
	else
		emit(m, code | BPF_K, dst, 0, 0, pick_imm(m));
	return at;
}

/* if ... { block } [else { block }] */
static void make_branch(struct maker *m, u32 depth)
{
	u32 at = emit_condition(m), skip;
	struct know before = m->now, then;

	make_block(m, 1 + rnd(m, 5), depth + 1);
	then = m->now;
	m->now = before;
	if (rnd(m, 2)) {
		skip = m->p->count;
		emit(m, BPF_JMP | BPF_JA, 0, 0, 0, 0);
		come_here(m, at);
		make_block(m, 1 + rnd(m, 4), depth + 1);
		come_here(m, skip);
	} else {
		come_here(m, at);
	}
	join(m, &m->now, &then);
	settle_cells(m);
}

void make_block(struct maker *m, u32 steps, u32 depth)
{
	while (steps-- && m->p->count < m->most) {
		u32 kind = depth < MOST_DEPTH ? rnd(m, 13) : 12;

		if (kind == 0 && m->bare)
			accept_step(m);
		else if (kind == 0 && !m->held)
			step_record(m, depth);
		else if (kind <= 2)
			make_branch(m, depth);
		else if (kind == 3 && m->bare)
			make_bare_loop(m, depth);
		else if (kind == 3 && !m->held)
			make_loop(m, depth);
		else
			accept_step(m);
	}
}

/* ---- a program ------------------------------------------------------------------------- */

static void make_start(struct maker *m)
{
	u32 i;

	m->now.r[BPF_REG_1] = (struct val){ .what = W_CTX };
	m->now.r[BPF_REG_10].what = m->bare ? W_UNSET : W_FRAME;
	emit(m, BPF_ALU64 | BPF_MOV | BPF_X, BPF_REG_6, BPF_REG_1, 0, 0);
	m->now.r[BPF_REG_6] = m->now.r[BPF_REG_1];
	for (i = 0; i < SLOTS; i++) {
		s32 imm = pick_imm(m);

		if (m->bare) {
			m->now.s[i].val.what = W_NUM;
			continue;
		}
		emit(m, BPF_ST | BPF_MEM | BPF_DW, BPF_REG_10, 0, -8 * (s32)(i + 1), imm);
		m->now.s[i] = (struct cell){
			.val = { .what = W_NUM, .lo = imm, .hi = imm }, .size = 8,
		};
	}
	for (i = 0; i < 3; i++) {
		u8 dst = pick_dst(m);

		emit(m, BPF_LDX | BPF_MEM | BPF_W, dst, BPF_REG_6, i ? 8 : 0, 0);
		if (m->p->type == ACCEPT_SHAPES)
			m->p->insns[m->p->count - 1].off = i ? 4 : 0;
		if (m->p->type == ACCEPT_FRAME)
			m->p->insns[m->p->count - 1].off = i ? 12 : 16;
		set_num(m, dst, 0, U32_MAX);
	}
	/* as parsers begin; behind many other tests few runs come there */
	for (i = 0; m->p->type == ACCEPT_FRAME && i < 6; i++)
		step_frame_bytes(m);
	if (!m->bare)
		step_lookup(m);
}

static void emit_exit(struct maker *m, u32 from_held)
{
	struct outs *out = &m->out[from_held];
	u32 i;

	for (i = 0; i < out->count; i++)
		come_here(m, out->at[i]);
	if (from_held) {
		emit(m, BPF_LDX | BPF_MEM | BPF_DW, BPF_REG_1, BPF_REG_10,
		     -8 * (RECORD_SLOT + 1), 0);
		emit(m, BPF_ALU64 | BPF_MOV | BPF_K, BPF_REG_2, 0, 0, 0);
		emit(m, BPF_JMP | BPF_CALL, 0, 0, 0, BPF_FUNC_ringbuf_discard);
	}
	emit(m, BPF_ALU64 | BPF_MOV | BPF_K, BPF_REG_0, 0, 0, from_held);
	emit(m, BPF_JMP | BPF_EXIT, 0, 0, 0, 0);
}

/* ways meet just before the end, of which one has shifted up what all shift down */
static void make_end_met(struct maker *m)
{
	u8 by = pick_num(m);

	/* which way is walked first is the verifier's choice */
	if (rnd(m, 2)) {
		emit(m, BPF_JMP | BPF_JSGT | BPF_K, by, 0, 1, pick_imm(m));
		emit(m, BPF_JMP | BPF_JA, 0, 0, 2, 0);
	} else {
		/* something in the upper half, most often */
		emit(m, BPF_ALU64 | BPF_NEG, BPF_REG_0, 0, 0, 0);
		emit(m, BPF_JMP | BPF_JSGT | BPF_K, by, 0, 2, pick_imm(m));
	}
	emit(m, BPF_ALU64 | BPF_AND | BPF_K, BPF_REG_0, 0, 0, 1 + rnd(m, 7));
	emit(m, BPF_ALU64 | BPF_LSH | BPF_K, BPF_REG_0, 0, 0, 32);
	emit(m, BPF_ALU64 | (rnd(m, 2) ? BPF_RSH : BPF_ARSH) | BPF_K, BPF_REG_0, 0, 0, 32);
}

/* numbers into R0, of which the bits in @mask stay where there are some, and out */
void make_end(struct maker *m, u32 mask)
{
	u32 i;

	if (m->now.r[BPF_REG_0].what != W_NUM)
		emit(m, BPF_ALU64 | BPF_MOV | BPF_K, BPF_REG_0, 0, 0, 1);
	for (i = 1; i < BPF_REG_10; i++)
		if (m->now.r[i].what == W_NUM)
			emit(m, BPF_ALU64 | (i % 2 ? BPF_XOR : BPF_ADD) | BPF_X, BPF_REG_0, i,
			     0, 0);
	if (mask)
		emit(m, BPF_ALU64 | BPF_AND | BPF_K, BPF_REG_0, 0, 0, mask);
	else if (!rnd(m, 4))
		make_end_met(m);
	emit(m, BPF_JMP | BPF_EXIT, 0, 0, 0, 0);
	for (i = 0; i < 2; i++)
		if (m->out[i].count)
			emit_exit(m, i);
}

static void make(struct maker *m)
{
	static const u8 types[] = {
		ACCEPT_SOCKET, ACCEPT_SOCKET, ACCEPT_SOCKET, ACCEPT_SOCKET, ACCEPT_VERDICT,
		ACCEPT_SHAPES, ACCEPT_FRAME, ACCEPT_FRAME,
	};

	m->p->count = 0;
	m->p->funcs = 0;
	m->p->type = PICK(m, types);
	m->p->privileged = rnd(m, 2) || m->p->type == ACCEPT_FRAME;
	m->p->shows = m->p->privileged && !rnd(m, 3);
	m->sloppy = !rnd(m, 8);
	m->bare = !rnd(m, 8);
	/* a long one costs as much as several short ones, which find most things */
	m->most = rnd(m, 4) && !m->large ? 24 + rnd(m, 48) : 60 + rnd(m, 200);
	choose_funcs(m);
	make_start(m);
	make_block(m, 3 + rnd(m, 30), 0);
	make_end(m, m->p->type == ACCEPT_VERDICT ? 1 : 0);
	make_funcs(m);
	m->p->shows |= m->mixed;
}

void accept_make(struct accept_prog *p, u64 seed)
{
	struct maker m = { .p = p, .state = (seed + 1) * 0x9e3779b97f4a7c15ULL | 1 };

	next_state(&m);
	make(&m);
}

void accept_make_large(struct accept_prog *p, u64 seed)
{
	struct maker m = { .p = p, .state = (seed + 1) * 0x9e3779b97f4a7c15ULL | 1, .large = true };

	next_state(&m);
	make(&m);
}

void accept_make_from(struct accept_prog *p, const u8 *bytes, size_t len)
{
	struct maker m = { .p = p, .bytes = bytes, .left = len };

	make(&m);
}
