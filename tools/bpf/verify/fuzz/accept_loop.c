// SPDX-License-Identifier: GPL-2.0-only
/*
 * Loops of programs of accept.c: a counter in a slot of the stack that nothing else touches, or
 * in a half of one beside that of the loop around, up or down, in both widths, to a constant or
 * a number that is bounded; a way out in the middle; a pointer that every turn begins with; a
 * number that goes along with the counter, by which a turn moves pointers; loops in loops.
 *
 *	before		numbers may be anything, and pointers are gone, but for one that is kept
 *	body		as any block
 *	its end		what is no number any more becomes one; the pointer is taken back
 *
 * Layer: as bpfcase.c.
 */
#include <string.h>
#include "accept_private.h"

/* slots of a loop, below those of accept.c */
enum {
	COUNTER,
	BOUND,
	KEPT,
	ALONG,
	LOOP_SLOTS,
};

#define MOST_STEP	6

/* how far a number moves that goes along, each turn */
#define MOST_ALONG	4

/**
 * struct loop - a loop being made
 * @depth:	loops around it
 * @head:	its first instruction
 * @start:	counter at first
 * @end:	counter that ends it; where @by_reg, most that the number in BOUND may be
 * @turns:	most turns, where it does not vary
 * @step:	what each turn adds, below zero where it goes down
 * @along:	what each turn adds to a number in ALONG, 0 where there is none
 * @first:	what that is at first
 * @half:	the counter has 32 bits
 * @narrow:	and is saved in as many
 * @by_reg:	the bound is in BOUND
 * @varies:	each turn adds, or takes away, a number from 1 to MOST_STEP instead
 * @lazy:	and on some way through it nothing
 * @left:	jump that leaves it then, 0 none
 * @around:	the loop around it, or NULL
 * @kept:	register that keeps a pointer, or -1
 * @kept_as:	what it holds
 */
struct loop {
	u32		depth;
	u32		head;
	s32		start;
	s32		end;
	s32		turns;
	s32		step;
	s32		along;
	s32		first;
	bool		half;
	bool		narrow;
	bool		by_reg;
	bool		varies;
	bool		lazy;
	u32		left;
	const struct loop *around;
	int		kept;
	struct val	kept_as;
};

static s32 place(const struct loop *l, u32 which)
{
	return -8 * (s32)(SLOTS + 1 + l->depth * LOOP_SLOTS + which);
}

/* two loops share the slot of their narrow ones */
static s32 counter_place(const struct loop *l)
{
	if (!l->narrow)
		return place(l, COUNTER);
	return -8 * (s32)(SLOTS + 1 + MOST_LOOPS * LOOP_SLOTS + l->depth / 2) +
	       4 * (s32)(l->depth % 2);
}

static u8 counter_size(const struct loop *l)
{
	return l->narrow ? BPF_W : BPF_DW;
}

static void choose(struct maker *m, struct loop *l)
{
	u32 turns = 1 + rnd(m, l->depth ? 5 : 24);

	l->turns = turns;
	l->step = 1 + (rnd(m, 3) ? 0 : rnd(m, 5));
	l->half = rnd(m, 2);
	l->narrow = l->half && rnd(m, 3);
	if (rnd(m, 3)) {
		l->start = rnd(m, 4);
		l->end = l->start + l->step * (s32)turns;
		l->by_reg = rnd(m, 3) == 0;
	} else {
		l->end = l->half ? 0 : (s32)rnd(m, 3) - 1;
		l->start = l->end + l->step * (s32)turns;
		l->step = -l->step;
	}
	l->varies = rnd(m, 4) == 0;
	l->lazy = l->varies && l->step > 0 && m->sloppy && rnd(m, 2) == 0;
	/* from some way below zero up to it, which in 32 bits is a number that wraps */
	if (!l->varies && !l->by_reg && l->step == 1 && rnd(m, 3) == 0) {
		l->start = -(s32)turns;
		l->end = 0;
	}
}

static void choose_along(struct maker *m, struct loop *l)
{
	if (l->varies || rnd(m, 2))
		return;
	l->along = 1 + rnd(m, MOST_ALONG);
	l->first = rnd(m, 4);
	if (rnd(m, 3))
		return;
	l->first += l->along * (l->turns - 1);
	l->along = -l->along;
}

/* the number that goes along, in a register; behind so many turns it is this at most */
static void take_along(struct maker *m, const struct loop *l, s32 turns)
{
	s32 last = l->first + l->along * turns;
	u8 reg = pick_num_dst(m);

	if (!l->along)
		return;
	emit(m, BPF_LDX | BPF_MEM | BPF_DW, reg, BPF_REG_10, place(l, ALONG), 0);
	set_num(m, reg, min(l->first, last), max(l->first, last));
}

/* a number of 0..@most into BOUND */
static void store_bound(struct maker *m, const struct loop *l)
{
	u8 reg = pick_num_dst(m);

	bound(m, reg, l->end);
	if (m->now.r[reg].what == W_NUM && is_small(&m->now.r[reg], l->end))
		emit(m, BPF_STX | BPF_MEM | BPF_DW, BPF_REG_10, reg, place(l, BOUND), 0);
	else
		emit(m, BPF_ST | BPF_MEM | BPF_DW, BPF_REG_10, 0, place(l, BOUND), l->end);
}

/* what holds in each turn of registers: kinds, but for pointers other than that in @kept, or -1 */
void forget_turns(struct maker *m, int kept)
{
	u32 i;

	for (i = 0; i < BPF_REG_10; i++) {
		if (m->now.r[i].what == W_NUM)
			set_wide(m, i);
		else if (m->now.r[i].what != W_CTX && (int)i != kept)
			m->now.r[i].what = W_UNSET;
	}
}

/* registers are numbers again where they were at the head */
void restore_numbers(struct maker *m, const struct know *head)
{
	u32 i;

	for (i = 0; i < BPF_REG_10; i++) {
		if (head->r[i].what != W_NUM || m->now.r[i].what == W_NUM)
			continue;
		emit(m, BPF_ALU64 | BPF_MOV | BPF_K, i, 0, 0, pick_imm(m));
		set_wide(m, i);
	}
}

static void begin(struct maker *m, struct loop *l)
{
	u32 i;

	if (l->by_reg)
		store_bound(m, l);
	l->kept = rnd(m, 2) ? find(m, W_VALUE) : -1;
	if (l->kept >= 0) {
		l->kept_as = m->now.r[l->kept];
		emit(m, BPF_STX | BPF_MEM | BPF_DW, BPF_REG_10, l->kept, place(l, KEPT), 0);
	}
	if (l->along)
		emit(m, BPF_ST | BPF_MEM | BPF_DW, BPF_REG_10, 0, place(l, ALONG), l->first);
	emit(m, BPF_ST | BPF_MEM | counter_size(l), BPF_REG_10, 0, counter_place(l), l->start);
	for (i = 0; i < SLOTS; i++)
		if (m->now.s[i].val.what != W_NUM)
			m->now.s[i].val.what = W_UNSET;
	settle_cells(m);
	for (i = 0; i < SLOTS; i++)
		m->now.s[i] = (struct cell){
			.val = { .what = W_NUM, .lo = S64_MIN, .hi = S64_MAX },
		};
	forget_turns(m, l->kept);
	l->head = m->p->count;
}

/* registers and slots hold again what they hold at the head, as far as kinds go */
static void restore(struct maker *m, const struct loop *l, const struct know *head)
{
	u32 i;

	for (i = 0; i < SLOTS; i++)
		if (m->now.s[i].val.what != W_NUM)
			m->now.s[i].val.what = W_UNSET;
	settle_cells(m);
	restore_numbers(m, head);
	if (l->kept >= 0) {
		emit(m, BPF_LDX | BPF_MEM | BPF_DW, l->kept, BPF_REG_10, place(l, KEPT), 0);
		m->now.r[l->kept] = l->kept_as;
	}
}

/* a register with a number from 0 to MOST_STEP - 1 */
static u8 make_step(struct maker *m)
{
	u8 by = pick_num_dst(m);

	bound(m, by, MOST_STEP - 1);
	if (m->now.r[by].what != W_NUM || !is_small(&m->now.r[by], MOST_STEP - 1))
		emit(m, BPF_ALU64 | BPF_MOV | BPF_K, by, 0, 0, rnd(m, MOST_STEP));
	return by;
}

/* a jump that is told later where it goes, or to @to */
static u32 jump(struct maker *m, u8 code, u8 reg, s32 imm, u32 to)
{
	u32 at = m->p->count;

	emit(m, code, reg, 0, to ? (s32)to - (s32)at - 1 : 0, imm);
	return at;
}

static void add_step(struct maker *m, const struct loop *l, u8 reg, u8 by)
{
	u8 alu = l->half ? BPF_ALU : BPF_ALU64;

	emit(m, BPF_ALU64 | BPF_ADD | BPF_K, by, 0, 0, 1);
	emit(m, alu | (l->step < 0 ? BPF_SUB : BPF_ADD) | BPF_X, reg, by, 0, 0);
}

/*
 * @reg, the counter, moves by that number and one; or it does not, and what is known of it
 * behind the place where both ways meet is the same.
 */
static void move_counter(struct maker *m, struct loop *l, u8 reg, u8 by)
{
	s32 half = l->start + (l->end - l->start) / 2;
	u32 lazy, meet;

	if (!l->lazy) {
		add_step(m, l, reg, by);
		return;
	}
	lazy = jump(m, BPF_JMP | BPF_JGT | BPF_K, by, MOST_STEP / 2, 0);
	add_step(m, l, reg, by);
	emit(m, BPF_STX | BPF_MEM | counter_size(l), BPF_REG_10, reg, counter_place(l), 0);
	jump(m, BPF_JMP | BPF_JLT | BPF_K, reg, half, l->head);
	meet = jump(m, BPF_JMP | BPF_JA, 0, 0, 0);
	come_here(m, lazy);
	l->left = jump(m, BPF_JMP | BPF_JLT | BPF_K, reg, half, 0);
	come_here(m, meet);
}

/* the counter of the loop around this one becomes what it was at its beginning, or nearly */
static void turn_back(struct maker *m, const struct loop *around)
{
	u8 to = make_step(m);

	emit(m, BPF_STX | BPF_MEM | counter_size(around), BPF_REG_10, to, counter_place(around), 0);
}

/* the number that goes along moves; once more on some way, as no program should have it */
static void go_along(struct maker *m, const struct loop *l)
{
	u8 reg = pick_num(m), other = pick_num(m);
	u32 skip;

	if (!l->along)
		return;
	emit(m, BPF_LDX | BPF_MEM | BPF_DW, reg, BPF_REG_10, place(l, ALONG), 0);
	set_wide(m, reg);
	emit(m, BPF_ALU64 | BPF_ADD | BPF_K, reg, 0, 0, l->along);
	if (m->sloppy && rnd(m, 3) == 0) {
		skip = jump(m, BPF_JMP | BPF_JSGT | BPF_K, rnd(m, 2) ? other : reg,
			    rnd(m, 1 + l->turns), 0);
		emit(m, BPF_ALU64 | BPF_ADD | BPF_K, reg, 0, 0, l->along);
		come_here(m, skip);
	}
	emit(m, BPF_STX | BPF_MEM | BPF_DW, BPF_REG_10, reg, place(l, ALONG), 0);
}

/* the counter moves, and the jump back */
static void turn(struct maker *m, struct loop *l)
{
	static const u8 up[] = { BPF_JLT, BPF_JSLT, BPF_JLT, BPF_JNE };
	static const u8 down[] = { BPF_JSGT, BPF_JSGT, BPF_JNE };
	u8 alu = l->half ? BPF_ALU : BPF_ALU64, jmp = l->half ? BPF_JMP32 : BPF_JMP;
	u8 op = l->step < 0 ? down[rnd(m, l->varies ? 2 : 3)] :
			      up[rnd(m, l->by_reg || l->varies ? 3 : 4)];
	u8 by = l->varies ? make_step(m) : BPF_REG_10;
	u8 reg = pick_num(m), other = pick_num(m);
	u32 back;

	go_along(m, l);
	if (l->around && m->sloppy && rnd(m, 6) == 0)
		turn_back(m, l->around);
	if (by != BPF_REG_10)
		set_wide(m, by);
	emit(m, BPF_LDX | BPF_MEM | counter_size(l), reg, BPF_REG_10, counter_place(l), 0);
	set_wide(m, reg);
	if (l->start < 0)
		op = BPF_JNE;
	if (l->varies && by != reg && m->now.r[by].what == W_NUM)
		move_counter(m, l, reg, by);
	else if (rnd(m, 2))
		emit(m, alu | BPF_ADD | BPF_K, reg, 0, 0, l->step);
	else
		emit(m, alu | BPF_SUB | BPF_K, reg, 0, 0, -l->step);
	emit(m, BPF_STX | BPF_MEM | counter_size(l), BPF_REG_10, reg, counter_place(l), 0);
	if (l->by_reg && other != reg && m->now.r[other].what == W_NUM) {
		emit(m, BPF_LDX | BPF_MEM | BPF_DW, other, BPF_REG_10, place(l, BOUND), 0);
		set_wide(m, other);
		back = m->p->count;
		emit(m, jmp | op | BPF_X, reg, other, 0, 0);
	} else {
		back = m->p->count;
		emit(m, jmp | op | BPF_K, reg, 0, 0, l->end);
	}
	m->p->insns[back].off = (s32)l->head - (s32)back - 1;
}

/* a jump that leaves the loop in the middle of a turn, most often by what the counter is */
static u32 leave(struct maker *m, const struct loop *l)
{
	u8 op = rnd(m, 2) ? BPF_JGT : BPF_JLT, reg;

	if (!l->along || rnd(m, 3) == 0)
		return emit_condition(m);
	reg = pick_num(m);
	emit(m, BPF_LDX | BPF_MEM | counter_size(l), reg, BPF_REG_10, counter_place(l), 0);
	set_wide(m, reg);
	return jump(m, (l->half ? BPF_JMP32 : BPF_JMP) | op | BPF_K, reg,
		    min(l->start, l->end) + rnd(m, 1 + l->turns), 0);
}

/**
 * make_loop() - a loop
 * @m:		the program, holding no record
 * @depth:	of the block it is in
 */
void make_loop(struct maker *m, u32 depth)
{
	struct loop l = { .depth = m->loops, .around = m->around };
	struct know head, left;
	bool leaves;
	u32 at = 0;

	if (m->loops == MOST_LOOPS || m->p->count + 40 > m->most)
		return;
	m->loops++;
	m->around = &l;
	choose(m, &l);
	choose_along(m, &l);
	begin(m, &l);
	head = m->now;
	take_along(m, &l, l.turns - 1);
	make_block(m, 1 + rnd(m, 5), depth + 1);
	leaves = rnd(m, 3) == 0;
	if (leaves) {
		at = leave(m, &l);
		left = m->now;
		make_block(m, 1 + rnd(m, 3), depth + 1);
	}
	restore(m, &l, &head);
	turn(m, &l);
	if (l.left)
		come_here(m, l.left);
	if (leaves) {
		come_here(m, at);
		join(m, &m->now, &left);
		settle_cells(m);
	}
	take_along(m, &l, l.turns);
	m->loops--;
	m->around = l.around;
}
