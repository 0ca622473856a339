// SPDX-License-Identifier: GPL-2.0-only
/*
 * Functions of programs of accept.c: they get the context, numbers, and a pointer to eight
 * bytes of the caller's stack that hold a number, which they may read and write; some
 * return a number with a bound. Others are callbacks, of bpf_loop(), which get the number of
 * the turn and a pointer to such eight bytes with the context behind them, or of
 * bpf_for_each_map_elem(), which get a key and a value in place of the number. Global ones get the
 * same, or NULL in place of the bytes, and callers know nothing of what they return; others get
 * no pointer, and may be walked once. In programs on frames those that are neither get a pointer
 * into the frame, of which they do not know what was compared. A function is made behind the program, once somebody calls it, and may call those behind it.
 *
 * Layer: as bpfcase.c.
 */
#include <string.h>
#include "accept_private.h"

#define OUTER_REG	BPF_REG_9	/* keeps the pointer to the caller's stack */
#define MOST_INSNS	(ACCEPT_INSNS - 150)

/* may the program call a function here? */
static bool can_call(const struct maker *m)
{
	return m->func < m->funcs && m->calls < MOST_FUNC_CALLS && !m->held;
}

/* a slot whose content may become any number */
static int pick_cell(struct maker *m)
{
	u32 first = rnd(m, KEY_SLOT), i;

	for (i = 0; i < KEY_SLOT; i++) {
		u32 slot = (first + i) % KEY_SLOT;

		if (m->now.s[slot].val.what == W_NUM)
			return slot;
	}
	return -1;
}

static bool is_num_cell(const struct maker *m, u32 slot)
{
	return m->now.s[slot].val.what == W_NUM;
}

static void note_call(struct maker *m, u32 func)
{
	m->call[m->calls++] = (struct func_call){ m->p->count, func };
}

static void set_any_cell(struct maker *m, u32 slot)
{
	m->now.s[slot] = (struct cell){
		.val = { .what = W_NUM, .lo = S64_MIN, .hi = S64_MAX },
	};
}

/* R1 = how often bpf_loop() calls, or the map that is gone through */
static void emit_times(struct maker *m, u8 callback, u8 num)
{
	if (callback != CALLBACK_LOOP) {
		emit_map(m, BPF_REG_1, callback == CALLBACK_HASH ? ACCEPT_HASH : ACCEPT_ARRAY);
	} else if (rnd(m, 2)) {
		emit(m, BPF_ALU64 | BPF_MOV | BPF_K, BPF_REG_1, 0, 0, rnd(m, 12));
	} else {
		emit(m, BPF_ALU64 | BPF_MOV | BPF_X, BPF_REG_1, num, 0, 0);
		emit(m, BPF_ALU64 | BPF_AND | BPF_K, BPF_REG_1, 0, 0, (2 << rnd(m, 5)) - 1);
	}
}

/* bpf_loop(a few, func, the slot @cell and that above it, 0), or the same with a map */
static void emit_callback_call(struct maker *m, u32 func, u32 cell, u8 num)
{
	s32 off = -8 * (s32)(cell + 1);

	if (!cell || !is_num_cell(m, cell - 1))
		return;
	emit_times(m, m->callback[func], num);
	emit(m, BPF_STX | BPF_MEM | BPF_DW, BPF_REG_10, BPF_REG_6, off + 8, 0);
	note_call(m, func);
	emit(m, BPF_LD | BPF_IMM | BPF_DW, BPF_REG_2, BPF_PSEUDO_FUNC, 0, 0);
	emit(m, 0, 0, 0, 0, 0);
	emit(m, BPF_ALU64 | BPF_MOV | BPF_X, BPF_REG_3, BPF_REG_10, 0, 0);
	emit(m, BPF_ALU64 | BPF_ADD | BPF_K, BPF_REG_3, 0, 0, off);
	/* now and then with flags, which there are not */
	emit(m, BPF_ALU64 | BPF_MOV | BPF_K, BPF_REG_4, 0, 0, !rnd(m, 12));
	emit(m, BPF_JMP | BPF_CALL, 0, 0, 0, m->callback[func] == CALLBACK_LOOP ?
	     BPF_FUNC_loop : BPF_FUNC_for_each_map_elem);
	forget_args(m);
	emit(m, BPF_ST | BPF_MEM | BPF_DW, BPF_REG_10, 0, off + 8, 0);
	set_any_cell(m, cell);
	set_any_cell(m, cell - 1);
	set_wide(m, BPF_REG_0);
}

static bool takes_packet(const struct maker *m, u8 callback, u8 type)
{
	return m->p->type == ACCEPT_FRAME && !callback && type == ACCEPT_FIXED;
}

/* R3 = the slot @cell; a global function may also be given less aligned bytes, its own, NULL */
static void emit_given(struct maker *m, u32 func, u32 cell)
{
	bool global = m->type[func] == ACCEPT_GLOBAL;
	s32 off = -8 * (s32)(cell + 1);

	if (m->type[func] == ACCEPT_LONE)
		return;
	if (global && !rnd(m, 8)) {
		emit(m, BPF_ALU64 | BPF_MOV | BPF_K, BPF_REG_3, 0, 0, 0);
		return;
	}
	if (global && m->now.r[OUTER_REG].what == W_OUTER && rnd(m, 2)) {
		emit(m, BPF_ALU64 | BPF_MOV | BPF_X, BPF_REG_3, OUTER_REG, 0, 0);
		return;
	}
	if (global && cell && is_num_cell(m, cell - 1) && !rnd(m, 3)) {
		off += 4;
		set_any_cell(m, cell - 1);
	}
	emit(m, BPF_ALU64 | BPF_MOV | BPF_X, BPF_REG_3, BPF_REG_10, 0, 0);
	emit(m, BPF_ALU64 | BPF_ADD | BPF_K, BPF_REG_3, 0, 0, off);
}

/*
 * A byte of the stack by the number in R0, which the function bounds, and its types do not:
 * who had it walked once for all calls has to think again.
 */
static void rely_on_bound(struct maker *m)
{
	bool sign = rnd(m, 2);
	u8 reg = pick_dst(m);

	if (reg == BPF_REG_0)
		return;
	emit(m, BPF_ALU64 | BPF_MOV | BPF_X, reg, BPF_REG_10, 0, 0);
	emit(m, BPF_ALU64 | BPF_ADD | BPF_X, reg, BPF_REG_0, 0, 0);
	emit(m, BPF_LDX | (sign ? BPF_MEMSX : BPF_MEM) | BPF_B, reg, reg, slot_off(SLOTS - 1), 0);
	set_num(m, reg, sign ? S8_MIN : 0, sign ? S8_MAX : U8_MAX);
}

static void emit_func_call(struct maker *m, u32 func, int cell, int num)
{
	/* the number first: it may be in a register that is an argument */
	emit(m, BPF_ALU64 | BPF_MOV | BPF_X, BPF_REG_2, num, 0, 0);
	emit(m, BPF_ALU64 | BPF_MOV | BPF_X, BPF_REG_1, BPF_REG_6, 0, 0);
	emit_given(m, func, cell);
	if (takes_packet(m, m->callback[func], m->type[func]))
		give_packet(m, BPF_REG_4);
	note_call(m, func);
	emit(m, BPF_JMP | BPF_CALL, 0, BPF_PSEUDO_CALL, 0, 0);
	forget_args(m);
	set_any_cell(m, cell);
	if (!m->bound[func] || m->type[func] == ACCEPT_GLOBAL) {
		set_wide(m, BPF_REG_0);
		return;
	}
	set_num(m, BPF_REG_0, 0, m->bound[func]);
	if (m->bound[func] < SLOTS * 8 && rnd(m, 2))
		rely_on_bound(m);
}

/**
 * step_call() - call a function
 * @m:	the program
 */
void step_call(struct maker *m)
{
	int cell = pick_cell(m), num = find(m, W_NUM);
	u32 func;

	if (!can_call(m) || cell < 0 || num < 0)
		return;
	func = m->func + rnd(m, m->funcs - m->func);
	if (m->callback[func]) {
		emit_callback_call(m, func, cell, num);
		return;
	}
	emit_func_call(m, func, cell, num);
	/* often enough that it is worth walking once */
	while (m->type[func] == ACCEPT_LONE && can_call(m) && rnd(m, 2))
		emit_func_call(m, func, cell, BPF_REG_0);
}

/* from or to the caller's stack, aligned */
static void step_outer(struct maker *m)
{
	static const u8 sizes[] = { BPF_B, BPF_H, BPF_W, BPF_DW };
	u32 log = rnd(m, 4);
	s16 off = rnd(m, 8 >> log) << log;
	u8 reg;

	if (rnd(m, 2)) {
		reg = pick_dst(m);
		if (reg == OUTER_REG)
			return;
		emit(m, BPF_LDX | BPF_MEM | sizes[log], reg, OUTER_REG, off, 0);
		if (log == 3)
			set_wide(m, reg);
		else
			set_num(m, reg, 0, (1LL << (8 << log)) - 1);
	} else if (rnd(m, 2)) {
		emit(m, BPF_STX | BPF_MEM | sizes[log], OUTER_REG, pick_num(m), off, 0);
	} else {
		emit(m, BPF_ST | BPF_MEM | sizes[log], OUTER_REG, 0, off, pick_imm(m));
	}
}

static void make_body(struct maker *m)
{
	u32 parts = 1 + rnd(m, 4);

	while (parts--) {
		make_block(m, 1 + rnd(m, 4), 1);
		if (m->now.r[OUTER_REG].what == W_OUTER)
			step_outer(m);
	}
}

/* elements go while the map is gone through, and others come elsewhere; R1 is kept */
static void emit_delete_key(struct maker *m)
{
	emit(m, BPF_STX | BPF_MEM | BPF_DW, BPF_REG_10, BPF_REG_1, -8, 0);
	emit_map(m, BPF_REG_1, ACCEPT_HASH);
	emit(m, BPF_JMP | BPF_CALL, 0, 0, 0, BPF_FUNC_map_delete_elem);
	emit(m, BPF_LDX | BPF_MEM | BPF_DW, BPF_REG_1, BPF_REG_10, -8, 0);
}

/* a number from the key R2 to R1, and the value R3 to another register, or not */
static void take_element(struct maker *m, u8 callback)
{
	static const u8 sizes[] = { BPF_B, BPF_H, BPF_W, BPF_DW };
	bool hash = callback == CALLBACK_HASH;
	u32 key = hash ? 8 : 4, log = rnd(m, hash ? 4 : 3);
	s16 off = rnd(m, key - (1 << log) + 1);
	u8 value = BPF_REG_7 + rnd(m, 2);

	if (m->sloppy && rnd(m, 2))
		off = rnd(m, 3) ? key - (1 << log) + 1 : -1;
	emit(m, BPF_LDX | BPF_MEM | sizes[log], BPF_REG_1, BPF_REG_2, off, 0);
	if (log == 3)
		set_wide(m, BPF_REG_1);
	else
		set_num(m, BPF_REG_1, 0, (1LL << (8 << log)) - 1);
	if (errs(m))
		emit(m, BPF_STX | BPF_MEM | BPF_B, BPF_REG_2, BPF_REG_1, 0, 0);
	if (rnd(m, 4)) {
		emit(m, BPF_ALU64 | BPF_MOV | BPF_X, value, BPF_REG_3, 0, 0);
		m->now.r[value] = (struct val){
			.what = W_VALUE, .size = hash ? ACCEPT_HASH_BYTES : ACCEPT_ARRAY_BYTES,
		};
	}
	if (hash && rnd(m, 2))
		emit_delete_key(m);
}

/* registers and stack as a function finds them */
static void enter(struct maker *m, u8 callback, u8 type)
{
	static const u8 outers[] = {
		[CALLBACK_NONE] = BPF_REG_3, [CALLBACK_LOOP] = BPF_REG_2,
		[CALLBACK_ARRAY] = BPF_REG_4, [CALLBACK_HASH] = BPF_REG_4,
	};
	u8 outer = outers[callback], number = callback ? BPF_REG_1 : BPF_REG_2;
	u32 i;

	memset(&m->now, 0, sizeof(m->now));
	m->now.r[BPF_REG_10] = (struct val){ .what = W_FRAME };
	if (type == ACCEPT_GLOBAL) {
		emit(m, BPF_JMP | BPF_JNE | BPF_K, BPF_REG_3, 0, 2, 0);
		emit(m, BPF_ALU64 | BPF_MOV | BPF_K, BPF_REG_0, 0, 0, rnd(m, 5));
		emit(m, BPF_JMP | BPF_EXIT, 0, 0, 0, 0);
	}
	if (callback)
		emit(m, BPF_LDX | BPF_MEM | BPF_DW, BPF_REG_6, outer, 8, 0);
	else
		emit(m, BPF_ALU64 | BPF_MOV | BPF_X, BPF_REG_6, BPF_REG_1, 0, 0);
	m->now.r[BPF_REG_6] = (struct val){ .what = W_CTX };
	if (type != ACCEPT_LONE) {
		emit(m, BPF_ALU64 | BPF_MOV | BPF_X, OUTER_REG, outer, 0, 0);
		m->now.r[OUTER_REG] = (struct val){ .what = W_OUTER };
	}
	if (takes_packet(m, callback, type))
		take_packet(m, BPF_REG_7, BPF_REG_4);
	if (callback == CALLBACK_LOOP)
		set_num(m, BPF_REG_1, 0, 63);
	else if (callback)
		take_element(m, callback);
	else
		set_wide(m, BPF_REG_2);
	for (i = 0; i < SLOTS; i++) {
		emit(m, BPF_STX | BPF_MEM | BPF_DW, BPF_REG_10, number, -8 * (s32)(i + 1), 0);
		m->now.s[i] = (struct cell){
			.val = { .what = W_NUM, .lo = S64_MIN, .hi = S64_MAX },
		};
	}
}

static void mend_calls(struct maker *m, u32 func)
{
	u32 i;

	for (i = 0; i < m->calls; i++)
		if (m->call[i].func == func)
			m->p->insns[m->call[i].at].imm = m->p->count - m->call[i].at - 1;
}

static bool is_called(const struct maker *m, u32 func)
{
	u32 i;

	for (i = 0; i < m->calls; i++)
		if (m->call[i].func == func)
			return true;
	return false;
}

/**
 * choose_funcs() - how many functions may be called, and what they return
 * @m:	the program, about to be made
 */
void choose_funcs(struct maker *m)
{
	u32 i;

	m->funcs = m->p->privileged && !m->bare ? rnd(m, MOST_FUNCS + 1) : 0;
	for (i = 0; i < m->funcs; i++) {
		m->bound[i] = rnd(m, 2) ? 0 : (1U << (1 + rnd(m, 8))) - 1;
		m->callback[i] = rnd(m, 3) ? rnd(m, CALLBACKS) : CALLBACK_NONE;
		m->type[i] = m->callback[i] ? ACCEPT_FIXED : rnd(m, 3);
		/* those return 0 or 1 */
		if (m->callback[i])
			m->bound[i] = errs(m) ? 3 : 1;
	}
}

/**
 * make_funcs() - the functions that are called
 * @m:	the program, made but for them
 */
void make_funcs(struct maker *m)
{
	u32 func;

	for (func = 0; func < m->funcs; func++) {
		if (!is_called(m, func))
			continue;
		mend_calls(m, func);
		m->func = func + 1;
		m->most = min_t(u32, m->p->count + 30 + rnd(m, 90), MOST_INSNS);
		memset(m->out, 0, sizeof(m->out));
		m->p->func[m->p->funcs++] = (struct accept_func){ m->p->count, m->type[func] };
		enter(m, m->callback[func], m->type[func]);
		make_body(m);
		make_end(m, m->bound[func]);
	}
}
