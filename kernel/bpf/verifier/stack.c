// SPDX-License-Identifier: GPL-2.0-only
/*
 * Content of the stack: what every byte holds, what a store does to it and what a
 * load may conclude. Bounds, rights and alignment were judged by memkind.c before;
 * as stack accesses are aligned to their width, one with a constant offset never
 * leaves its eight-byte slot.
 *
 *	fp-8		fp-7	...	fp-1
 *	byte[0]		byte[1]		byte[7]		of slot 0, fp-16 starts slot 1
 *
 * A slot remembers what was saved in it (slot.c). Pointers live there whole or not at all:
 * no load may take a part of one, and a store over a part of one destroys it. A store with
 * a variable offset may hit any slot in its reach, so each of these is weakened to what is
 * true of both outcomes.
 *
 * Layer V4. Tests: tools/testing/selftests/bpf/cases/ops/{stack,slot}-*.bpft
 */
#include <linux/kernel.h>
#include <linux/minmax.h>
#include <linux/string.h>
#include "mem.h"
#include "width.h"

static u32 slot_of(s64 off)
{
	return (u32)(-off - 1) / BV_SLOT_BYTES;
}

static u32 byte_of(s64 off)
{
	return (u32)off % BV_SLOT_BYTES;
}

static u8 byte_at(const struct bv_state *st, s64 off)
{
	u32 idx = slot_of(off);

	return idx < st->nslots ? st->slots[idx].byte[byte_of(off)] : BV_BYTE_UNSET;
}

static bool is_number(const struct bv_reg *r)
{
	return r->kind == BV_SCALAR;
}

/* are the low @size bytes known to be zero? */
static bool is_zero(const struct bv_reg *r, u32 size)
{
	return is_number(r) && !bv_scalar_umax(bv_scalar_low(r->val, size * 8));
}

static void note_depth(struct bv_env *env, const struct bv_memop *op)
{
	struct bv_func *f = bv_func_at(env, op->owner);

	f->stack = max_t(u32, f->stack, -op->lo);
}

static int refuse_unset(struct bv_env *env, const struct bv_memop *op, s64 off)
{
	return bv_refuse(env, BV_R_STACK_UNSET, BV_SLOT((s32)off & -BV_SLOT_BYTES),
			 op->size, op->lo, off);
}

/* every byte that the access may touch has been written */
static int check_set(struct bv_env *env, const struct bv_state *st,
		     const struct bv_memop *op)
{
	s64 off;

	for (off = op->lo; off < op->hi + op->size; off++) {
		if (byte_at(st, off) == BV_BYTE_UNSET)
			return refuse_unset(env, op, off);
	}
	return 0;
}

/* a pointer on the stack that the access may touch: its slot's offset, otherwise 0 */
static s32 find_pointer(const struct bv_state *st, const struct bv_memop *op)
{
	u32 idx = slot_of(op->hi + op->size - 1);
	u32 end = min(slot_of(op->lo) + 1, st->nslots);

	for (; idx < end; idx++) {
		if (bv_slot_is_pointer(&st->slots[idx]))
			return -(s32)(idx + 1) * BV_SLOT_BYTES;
	}
	return 0;
}

/* bytes of one slot become zeroes, which came from @deps */
static void put_zeros(struct bv_slot *s, u32 at, u32 size, struct bv_deps deps)
{
	if (s->begins)
		bv_slot_lose(s, at, size);
	memset(s->byte + at, BV_BYTE_ZERO, size);
	s->deps = size == BV_SLOT_BYTES ? deps : bv_deps_or(s->deps, deps);
}

/* bytes that may or may not get a value; @zero where the value is zero */
static void weaken_bytes(struct bv_slot *s, u32 at, u32 size, bool zero,
			 struct bv_deps deps, u32 pc)
{
	u32 i;

	bv_slot_lose(s, at, size);
	for (i = at; i < at + size; i++) {
		if (!zero || s->byte[i] != BV_BYTE_ZERO)
			s->byte[i] = BV_BYTE_MISC;
	}
	s->deps = bv_deps_or(s->deps, deps);
	s->def_pc = pc;
}

/* the part of each slot in op->lo .. op->hi + op->size - 1 */
static void weaken_reach(struct bv_env *env, struct bv_state *st,
			 const struct bv_memop *op, bool zero, struct bv_deps deps)
{
	s64 end = op->hi + op->size;
	s64 off = op->lo;

	while (off < end) {
		u32 at = byte_of(off);
		u32 size = min_t(s64, BV_SLOT_BYTES - at, end - off);

		weaken_bytes(&st->slots[slot_of(off)], at, size, zero, deps, env->pc);
		off += size;
	}
}

static int reach_slots(struct bv_env *env, struct bv_state *st,
		       const struct bv_memop *op)
{
	u32 need = slot_of(op->lo) + 1;

	return need > st->nslots ? bv_state_grow(env, st, need) : 0;
}

/* why a load was not possible */
static int refuse_read(struct bv_env *env, const struct bv_state *st, const struct bv_memop *op)
{
	int err = check_set(env, st, op);

	return err ?: bv_refuse(env, BV_R_FILL_WIDTH, BV_SLOT((s32)op->lo & -BV_SLOT_BYTES),
				op->size, op->lo);
}

static int read_fixed(struct bv_env *env, struct bv_state *st,
		      const struct bv_memop *op, bool sign, u8 dst)
{
	struct bv_reg *r = &st->reg[dst];
	u32 idx = slot_of(op->lo);

	if (idx >= st->nslots ||
	    !bv_slot_read(&st->slots[idx], byte_of(op->lo), op->size, sign, r))
		return refuse_read(env, st, op);
	note_depth(env, op);
	r->def_pc = env->pc;
	return 0;
}

/* what holds of all places that the access may read */
static int read_reach(struct bv_env *env, struct bv_state *st,
		      const struct bv_memop *op, bool sign, u8 dst)
{
	struct bv_deps deps = { 0, 0 };
	struct scalar val;
	bool zero = true;
	s64 off;
	int err;

	err = check_set(env, st, op);
	if (err)
		return err;
	note_depth(env, op);
	for (off = op->lo; off < op->hi + op->size; off++) {
		if (byte_at(st, off) != BV_BYTE_ZERO)
			zero = false;
		deps = bv_deps_or(deps, bv_slot_deps(&st->slots[slot_of(off)]));
	}
	val = zero ? bv_scalar_const(0) : bv_scalar_bytes(op->size);
	if (sign)
		val = bv_scalar_sext(val, op->size * 8);
	bv_reg_scalar(&st->reg[dst], val, deps, env->pc);
	return 0;
}

/**
 * bv_stack_read() - load from the stack to a register
 * @env:	the check
 * @st:		state, @dst is written
 * @op:		the access, which stays inside the stack
 * @sign:	sign-extend, not zero-extend
 * @dst:	register
 *
 * A register stored whole comes back whole; the low or a middle part of a stored
 * number is as known as the number was; other written bytes are some number, or
 * zero where all are (RFC 9669 section 5.1, REQUIREMENTS S1.verifier).
 *
 * Return: 0, or what bv_refuse() gave: -EACCES for bytes never written or a part of
 * a pointer.
 */
int bv_stack_read(struct bv_env *env, struct bv_state *st, const struct bv_memop *op,
		  bool sign, u8 dst)
{
	if (op->lo == op->hi)
		return read_fixed(env, st, op, sign, dst);
	return read_reach(env, st, op, sign, dst);
}

/*
 * Does a store put an address where a number was, or the other way round? Or write what
 * was never written, where an address of others may be left? A load that follows at once
 * may get what was there.
 */
static bool is_guessable(const struct bv_slot *s, u32 at, u32 size, bool pointer)
{
	u32 i;

	if (pointer || bv_slot_is_pointer(s))
		return true;
	for (i = at; i < at + size; i++)
		if (s->byte[i] == BV_BYTE_UNSET)
			return true;
	return false;
}

static int write_fixed(struct bv_env *env, struct bv_state *st,
		       const struct bv_memop *op, const struct bv_reg *val)
{
	u32 at = byte_of(op->lo);
	s32 held = find_pointer(st, op);
	struct bv_slot *s;
	int err;

	if (!is_number(val) && op->size != BV_SLOT_BYTES)
		return bv_refuse(env, BV_R_SPILL_WIDTH, BV_REG(op->regno), op->size,
				 op->lo);
	if (held && op->size != BV_SLOT_BYTES && !env->req->privileged)
		return bv_refuse(env, BV_R_STACK_CORRUPT, BV_SLOT(held), op->size,
				 op->lo, held);
	err = reach_slots(env, st, op);
	if (err)
		return err;
	note_depth(env, op);

	s = &st->slots[slot_of(op->lo)];
	if (!env->req->privileged && is_guessable(s, at, op->size, !is_number(val)))
		env->info[env->pc].harden |= BV_HARDEN_AFTER;
	if (is_zero(val, op->size))
		put_zeros(s, at, op->size, val->deps);
	else
		bv_slot_save(s, at, op->size, val);
	s->def_pc = env->pc;
	return 0;
}

/*
 * Bytes never written count as written afterwards, though one of them was at most:
 * the loader may see the kernel's memory anyway (ptr.c lets no others get here),
 * and a program that writes an element and reads it back could not be told apart.
 */
static int write_reach(struct bv_env *env, struct bv_state *st,
		       const struct bv_memop *op, const struct bv_reg *val)
{
	int err;

	err = reach_slots(env, st, op);
	if (err)
		return err;
	note_depth(env, op);
	weaken_reach(env, st, op, is_zero(val, op->size), val->deps);
	return 0;
}

/**
 * bv_stack_write() - store of a register or constant to the stack
 * @env:	the check
 * @st:		state, its slots are written
 * @op:		the access, which stays inside the stack
 * @val:	what is stored
 *
 * Return: 0, -ENOMEM, or what bv_refuse() gave: -EACCES for a part of a pointer
 * stored, or, without privilege, a store over a part of a pointer.
 */
int bv_stack_write(struct bv_env *env, struct bv_state *st, const struct bv_memop *op,
		   const struct bv_reg *val)
{
	if (op->lo == op->hi)
		return write_fixed(env, st, op, val);
	return write_reach(env, st, op, val);
}

/**
 * bv_stack_atomic() - atomic operation on the stack
 * @env:	the check
 * @st:		state
 * @op:		the access, which stays inside the stack
 * @dst:	register that gets the old value, or -1 where nothing is fetched
 *
 * Leaves some number in place; the old value is fetched as a load would
 * (RFC 9669 section 5.3).
 *
 * Return: 0, -ENOMEM, or what bv_refuse() gave: -EACCES.
 */
int bv_stack_atomic(struct bv_env *env, struct bv_state *st, const struct bv_memop *op,
		    int dst)
{
	s32 held = find_pointer(st, op);
	int err;

	if (held && !env->req->privileged)
		return bv_refuse(env, BV_R_STACK_LEAK, BV_SLOT(held), held);
	err = check_set(env, st, op);
	if (!err && held && op->size != BV_SLOT_BYTES)
		err = bv_refuse(env, BV_R_FILL_WIDTH, BV_SLOT(held), op->size, op->lo);
	if (!err && dst >= 0)
		err = bv_stack_read(env, st, op, false, dst);
	if (err)
		return err;
	note_depth(env, op);
	weaken_reach(env, st, op, false, (struct bv_deps){ 0, 0 });
	return 0;
}

/**
 * bv_stack_helper_read() - a helper reads bytes of the stack
 * @env:	the check
 * @st:		state, not changed
 * @op:		the access, which stays inside the stack
 *
 * Return: 0, or what bv_refuse() gave: -EACCES for bytes never written or, without
 * privilege, for pointers.
 */
int bv_stack_helper_read(struct bv_env *env, struct bv_state *st,
			 const struct bv_memop *op)
{
	s32 held;
	int err;

	err = check_set(env, st, op);
	if (err)
		return err;
	held = find_pointer(st, op);
	if (held && !env->req->privileged)
		return bv_refuse(env, BV_R_STACK_LEAK, BV_SLOT(held), held);
	note_depth(env, op);
	return 0;
}

/**
 * bv_stack_helper_fill() - a helper writes bytes of the stack
 * @env:	the check
 * @st:		state, its slots are written
 * @op:		the access, which stays inside the stack; at most op->size bytes
 * @whole:	exactly that many at a constant offset; otherwise some may keep what
 *		they hold, and must hold something
 *
 * Return: 0, -ENOMEM, or what bv_refuse() gave: -EACCES.
 */
int bv_stack_helper_fill(struct bv_env *env, struct bv_state *st,
			 const struct bv_memop *op, bool whole)
{
	s32 held = find_pointer(st, op);
	int err;

	if (held && !env->req->privileged)
		return bv_refuse(env, BV_R_STACK_CORRUPT, BV_SLOT(held), op->size,
				 op->lo, held);
	err = whole ? reach_slots(env, st, op) : check_set(env, st, op);
	if (err)
		return err;
	/* what was there before the call is not for those who may see no address */
	if (!env->req->privileged)
		env->info[env->pc].harden |= BV_HARDEN_AFTER;
	note_depth(env, op);
	weaken_reach(env, st, op, false, (struct bv_deps){ 0, 0 });
	return 0;
}
