// SPDX-License-Identifier: GPL-2.0-only
/*
 * Programs of accept.c that do not name the stack, for which the verifier has ways of its own:
 * all is in registers, R7 to R9 count the turns of loops, and are known to nobody else.
 *
 * Layer: as bpfcase.c.
 */
#include "accept_private.h"

/* the counter, in a register that may be used */
static void take_counter(struct maker *m, u8 counter, s64 lo, s64 hi)
{
	u8 dst = pick_dst(m);

	emit(m, BPF_ALU64 | BPF_MOV | BPF_X, dst, counter, 0, 0);
	set_num(m, dst, lo, hi);
}

/* from @start up, or down to it, by @step */
static void make_turns(struct maker *m, u32 depth)
{
	u32 turns = 1 + rnd(m, m->loops > 1 ? 5 : 24), step = 1 + rnd(m, 3), head, leave = 0;
	u8 counter = BPF_REG_7 + m->loops - 1, alu = rnd(m, 2) ? BPF_ALU : BPF_ALU64;
	s32 start = rnd(m, 4), end = start + turns * step, last;
	bool down = rnd(m, 3) == 0;
	struct know before, left;

	emit(m, alu | BPF_MOV | BPF_K, counter, 0, 0, down ? end : start);
	forget_turns(m, -1);
	before = m->now;
	head = m->p->count;
	take_counter(m, counter, start, end);
	make_block(m, 1 + rnd(m, 5), depth + 1);
	if (rnd(m, 3) == 0) {
		leave = emit_condition(m);
		left = m->now;
		make_block(m, 1 + rnd(m, 3), depth + 1);
	}
	restore_numbers(m, &before);
	emit(m, alu | BPF_ADD | BPF_K, counter, 0, 0, down ? -(s32)step : (s32)step);
	last = down ? start : end;
	/* a turn more than is known, where it is to go wrong */
	if (errs(m))
		last += step + 1;
	emit(m, BPF_JMP | (down ? BPF_JSGT : BPF_JSLT) | BPF_K, counter, 0,
	     (s32)head - (s32)m->p->count - 1, last);
	if (leave) {
		come_here(m, leave);
		join(m, &m->now, &left);
	}
	/* the step may have gone over the end */
	take_counter(m, counter, start - (s32)step, end + (s32)step);
}

/**
 * make_bare_loop() - a loop of a program without stack
 * @m:		the program
 * @depth:	of the block it is in
 */
void make_bare_loop(struct maker *m, u32 depth)
{
	if (m->loops == MOST_LOOPS || m->p->count + 40 > m->most)
		return;
	m->loops++;
	make_turns(m, depth);
	m->loops--;
}
