// SPDX-License-Identifier: GPL-2.0-only
/*
 * Eight bytes of the stack: what was saved in them, and what a load of some of them gives.
 *
 *	byte	0  1  2  3  4  5  6  7
 *		[        whole         ]	a pointer, or a number with all that a register has
 *		[   half   ][   half   ]	numbers of four bytes
 *		[ qu. ][ qu. ][ qu. ][ qu. ]	numbers of two bytes, or of one of the two
 *
 * Each half is either one half or two quarters, so that a slot is no larger than a register
 * and an index: a number of fewer bytes needs fewer for each of its bounds. Bytes beside what
 * is saved are some number, zero, or were never written. Pointers live here whole or not at all.
 *
 * It judges nothing, and knows nothing of offsets in the stack (stack.c). Layer V2.
 * Tests: tools/testing/selftests/bpf/cases/ops/slot-*.bpft, tools/bpf/verify/fuzz_oracle.
 */
#include <linux/bitops.h>
#include <linux/build_bug.h>
#include <linux/kernel.h>
#include <linux/string.h>
#include "state.h"
#include "width.h"

#define BIG_ENDIAN_HOST	(__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__)

#define HALF_BYTES	(BV_SLOT_BYTES / 2)
#define QUARTER_BYTES	(BV_SLOT_BYTES / 4)

/* ---- numbers in few bytes ---------------------------------------------------------- */

/* one that leads beyond, round to the beginning again, says little */
static struct range64 cut_range(struct range64 r, u64 most)
{
	if (r.base <= most && r.len <= most - r.base)
		return r;
	return (struct range64){ 0, most };
}

static struct range64 cut_low(struct range32 r, u64 most)
{
	/* four bytes are all of it, also round their end */
	if (most == U32_MAX)
		return (struct range64){ r.base, r.len };
	return cut_range((struct range64){ r.base, r.len }, most);
}

static void put_half(struct bv_half *h, const struct bv_reg *r)
{
	struct range64 range = cut_range(r->val.r64, U32_MAX), low = cut_low(r->val.r32, U32_MAX);

	*h = (struct bv_half){
		.id = r->id, .lost_pc = r->lost_pc, .delta = r->delta,
		.value = r->val.bits.value, .mask = r->val.bits.mask,
		.base = range.base, .len = range.len,
		.low_base = low.base, .low_len = low.len,
	};
}

static void put_quarter(struct bv_quarter *q, const struct bv_reg *r)
{
	struct range64 range = cut_range(r->val.r64, U16_MAX), low = cut_low(r->val.r32, U16_MAX);
	bool near = r->delta == (s32)r->delta;

	*q = (struct bv_quarter){
		.id = near ? r->id : 0, .delta = near ? r->delta : 0,
		.value = r->val.bits.value, .mask = r->val.bits.mask,
		.base = range.base, .len = range.len,
		.low_base = low.base, .low_len = low.len,
	};
}

static struct scalar half_value(const struct bv_half *h)
{
	return (struct scalar){
		.bits = { h->value, h->mask },
		.r64 = { h->base, h->len },
		.r32 = { h->low_base, h->low_len },
	};
}

static struct scalar quarter_value(const struct bv_quarter *q)
{
	return (struct scalar){
		.bits = { q->value, q->mask },
		.r64 = { q->base, q->len },
		.r32 = { q->low_base, q->low_len },
	};
}

static const struct bv_quarter *quarter_at(const struct bv_slot *slot, u32 at)
{
	return &slot->part[at / HALF_BYTES].quarter[at % HALF_BYTES / QUARTER_BYTES];
}

/* ---- what is saved ----------------------------------------------------------------- */

/* does what begins at @at go on to the end of a half? Where nothing else begins it does not end */
static bool is_half(const struct bv_slot *slot, u32 at)
{
	return !(at % HALF_BYTES) && slot->byte[at + HALF_BYTES - 1] == BV_BYTE_SPILL &&
	       !(slot->begins >> at & 0xe);
}

/**
 * bv_slot_width() - how many bytes has what was saved?
 * @slot:	the slot
 * @at:		where it begins, a bit of slot->begins
 *
 * Return: 8, 4, 2 or 1.
 */
u32 bv_slot_width(const struct bv_slot *slot, u32 at)
{
	if (slot->whole)
		return BV_SLOT_BYTES;
	if (is_half(slot, at))
		return HALF_BYTES;
	return !(at & 1) && slot->byte[at + 1] == BV_BYTE_SPILL &&
	       !(slot->begins >> (at + 1) & 1) ? 2 : 1;
}

/**
 * bv_slot_id() - the identity that what was saved has, or its offset
 * @slot:	the slot
 * @at:		where it begins, a bit of slot->begins
 *
 * Return: it, 0 none; of pointers that of the variable part of the offset.
 */
u32 bv_slot_id(const struct bv_slot *slot, u32 at)
{
	if (slot->whole)
		return bv_reg_name(&slot->spill);
	return is_half(slot, at) ? slot->part[at / HALF_BYTES].half.id : quarter_at(slot, at)->id;
}

/**
 * bv_slot_get() - what was saved, as the register it was
 * @slot:	the slot
 * @at:		where it begins, a bit of slot->begins
 * @r:		takes it; a number of fewer than eight bytes with the deps of the slot
 */
void bv_slot_get(const struct bv_slot *slot, u32 at, struct bv_reg *r)
{
	const struct bv_half *h = &slot->part[at / HALF_BYTES].half;
	const struct bv_quarter *q = quarter_at(slot, at);

	if (slot->whole) {
		*r = slot->spill;
	} else if (is_half(slot, at)) {
		bv_reg_scalar(r, half_value(h), slot->deps, slot->def_pc);
		r->id = h->id;
		r->delta = h->delta;
		r->lost_pc = h->lost_pc;
	} else {
		bv_reg_scalar(r, quarter_value(q), slot->deps, slot->def_pc);
		r->id = q->id;
		r->delta = q->delta;
	}
}

/**
 * bv_slot_put() - another thing is known of what was saved
 * @slot:	the slot
 * @at:		where it begins, a bit of slot->begins
 * @r:		what it is now: where it is no whole register, a number that fits
 */
void bv_slot_put(struct bv_slot *slot, u32 at, const struct bv_reg *r)
{
	BUILD_BUG_ON(sizeof(slot->part) > sizeof(slot->spill));

	if (slot->whole) {
		slot->spill = *r;
		return;
	}
	slot->deps = bv_deps_or(slot->deps, r->deps);
	if (is_half(slot, at))
		put_half(&slot->part[at / HALF_BYTES].half, r);
	else
		put_quarter((struct bv_quarter *)quarter_at(slot, at), r);
}

/**
 * bv_slot_each() - visit what was saved
 * @slot:	the slot
 * @fn:		called for each; it may narrow numbers and add to their deps
 * @arg:	passed on
 */
void bv_slot_each(struct bv_slot *slot, void (*fn)(struct bv_reg *r, void *arg), void *arg)
{
	struct bv_reg r;
	u32 begins;

	if (slot->whole) {
		fn(&slot->spill, arg);
		return;
	}
	for (begins = slot->begins; begins; begins &= begins - 1) {
		bv_slot_get(slot, __ffs(begins), &r);
		fn(&r, arg);
		bv_slot_put(slot, __ffs(begins), &r);
	}
}

/* ---- loads -------------------------------------------------------------------------- */

/**
 * bv_slot_is_zero() - are bytes of a slot zeroes?
 * @slot:	the slot
 * @at:		the first
 * @size:	how many; they are also a number of that size then
 */
bool bv_slot_is_zero(const struct bv_slot *slot, u32 at, u32 size)
{
	while (size--)
		if (slot->byte[at + size] != BV_BYTE_ZERO)
			return false;
	return true;
}

static bool is_number(const struct bv_slot *slot, u32 at, u32 size)
{
	if (bv_slot_is_pointer(slot))
		return false;
	while (size--)
		if (slot->byte[at + size] == BV_BYTE_UNSET)
			return false;
	return true;
}

/* where what byte @at is a part of begins */
static u32 begin_of(const struct bv_slot *slot, u32 at)
{
	return fls(slot->begins & ((2U << at) - 1)) - 1;
}

/* bytes from @at on, below @end, that come from one thing */
static u32 count_alike(const struct bv_slot *slot, u32 at, u32 end)
{
	u32 n = 1;

	if (slot->byte[at] == BV_BYTE_SPILL) {
		u32 begin = begin_of(slot, at);

		return min(begin + bv_slot_width(slot, begin), end) - at;
	}
	while (at + n < end && slot->byte[at + n] == slot->byte[at])
		n++;
	return n;
}

/* bits that @size bytes from @at on begin at, of a number of @stored bytes */
static u32 first_bit(u32 stored, u32 at, u32 size)
{
	if (BIG_ENDIAN_HOST)
		return (stored - at - size) * 8;
	return at * 8;
}

static struct scalar shift_by(u8 op, struct scalar val, u32 bits)
{
	return bits ? bv_scalar_alu(op, true, false, val, bv_scalar_const(bits)) : val;
}

/* the number that bytes make up which all come from one thing */
static struct scalar piece(const struct bv_slot *slot, u32 at, u32 size)
{
	struct scalar val = bv_scalar_any();
	struct bv_reg r;
	u32 begin;

	if (slot->byte[at] == BV_BYTE_ZERO)
		return bv_scalar_const(0);
	if (slot->byte[at] == BV_BYTE_SPILL) {
		begin = begin_of(slot, at);
		bv_slot_get(slot, begin, &r);
		val = shift_by(BPF_RSH, r.val,
			       first_bit(bv_slot_width(slot, begin), at - begin, size));
	}
	return size < BV_SLOT_BYTES ? bv_scalar_low(val, size * 8) : val;
}

/* the number that bytes make up: as known as what they come from */
static struct scalar read_number(const struct bv_slot *slot, u32 at, u32 size)
{
	u32 end = at + size, n = count_alike(slot, at, end), done;
	struct scalar sum;

	sum = shift_by(BPF_LSH, piece(slot, at, n), first_bit(size, 0, n));
	for (done = n; done < size; done += n) {
		n = count_alike(slot, at + done, end);
		sum = bv_scalar_alu(BPF_ADD, true, false, sum,
				    shift_by(BPF_LSH, piece(slot, at + done, n),
					     BV_SEEDED(91, first_bit(size, done, n), 0)));
	}
	return sum;
}

/*
 * Is what @size bytes make up the very number @r, of @stored bytes, that begins with them? They
 * may be more, zero above it, or fewer, where it fits.
 */
static bool is_very(const struct bv_slot *slot, u32 at, u32 size, bool sign,
		    const struct bv_reg *r, u32 stored)
{
	if (stored == size && !sign)
		return true;
	if (BIG_ENDIAN_HOST && stored != size)
		return false;
	if (stored < size && !bv_slot_is_zero(slot, at + stored, size - stored))
		return false;
	return bv_scalar_fits(r->val, size * 8, sign);
}

/**
 * bv_slot_read() - what a load gives
 * @slot:	the slot
 * @at:		first byte
 * @size:	how many; the access is aligned
 * @sign:	the number is extended by its sign
 * @r:		takes the register: the one that was saved, its identity included, where all of it
 *		is read, or as many bytes as it needs; otherwise what the bytes make up
 *
 * Return: false where some byte was never written, or is but a part of a pointer.
 */
bool bv_slot_read(const struct bv_slot *slot, u32 at, u32 size, bool sign, struct bv_reg *r)
{
	u32 width = slot->begins >> at & 1 ? bv_slot_width(slot, at) : 0;
	u32 lost_pc = BV_NO_PC;
	struct scalar val;

	/* what all of is read may be a pointer */
	if ((width != size || sign) && !is_number(slot, at, size))
		return false;
	if (width) {
		bv_slot_get(slot, at, r);
		if (bv_reg_is_pointer(r))
			return true;
		if (is_very(slot, at, size, sign, r, width)) {
			r->deps = bv_slot_deps(slot);
			return true;
		}
		lost_pc = r->lost_pc;
	}
	val = read_number(slot, at, size);
	if (sign)
		val = bv_scalar_sext(val, size * 8);
	if (lost_pc == BV_NO_PC && bv_scalar_is_any(val))
		lost_pc = slot->def_pc;
	bv_reg_scalar(r, val, bv_slot_deps(slot), slot->def_pc);
	r->lost_pc = lost_pc;
	return true;
}

/* ---- stores ------------------------------------------------------------------------- */

/* forget what begins at @at, but not that its bytes are written */
static void lose_one(struct bv_slot *slot, u32 at)
{
	u32 width = bv_slot_width(slot, at);

	slot->deps = bv_slot_deps(slot);
	memset(slot->byte + at, BV_BYTE_MISC, width);
	slot->begins &= ~BIT(at);
	slot->whole = false;
}

/* a number that takes the bytes of no other */
static void put_number(struct bv_slot *slot, u32 at, u32 size, const struct bv_reg *r)
{
	memset(slot->byte + at, BV_BYTE_SPILL, size);
	slot->begins |= BIT(at);
	bv_slot_put(slot, at, r);
}

/* of a whole number, of which bytes are overwritten, one half is what it was */
static void split(struct bv_slot *slot, u32 at, u32 size)
{
	u32 kept = at < HALF_BYTES ? HALF_BYTES : 0;
	struct bv_reg r;

	if (at < HALF_BYTES && at + size > HALF_BYTES) {
		lose_one(slot, 0);
		return;
	}
	bv_slot_read(slot, BV_SEEDED(94, kept, 0), HALF_BYTES, false, &r);
	lose_one(slot, 0);
	if (bv_scalar_is_const(r.val) && !r.val.bits.value)
		memset(slot->byte + kept, BV_BYTE_ZERO, HALF_BYTES);
	else
		put_number(slot, kept, HALF_BYTES, &r);
}

/**
 * bv_slot_lose() - bytes of a slot are overwritten, or may be
 * @slot:	the slot
 * @at:		the first
 * @size:	how many
 *
 * Saved numbers that have one of these bytes are forgotten: of one of eight bytes the half of
 * the others stays. Bytes of what is forgotten are some number.
 */
void bv_slot_lose(struct bv_slot *slot, u32 at, u32 size)
{
	u32 begins;

	if (slot->whole && slot->spill.kind == BV_SCALAR && size < BV_SLOT_BYTES) {
		split(slot, at, size);
		return;
	}
	for (begins = slot->begins; begins; begins &= begins - 1) {
		u32 begin = __ffs(begins);

		if (begin < at + size && begin + bv_slot_width(slot, begin) > at)
			lose_one(slot, begin);
	}
}

/**
 * bv_slot_save() - a register is saved
 * @slot:	the slot
 * @at:		where, aligned to @size
 * @size:	bytes: of a pointer 8
 * @r:		the register; of a number its low bytes are saved
 *
 * A number of one byte takes the place of one in the other byte of the two.
 */
void bv_slot_save(struct bv_slot *slot, u32 at, u32 size, const struct bv_reg *r)
{
	struct bv_reg low;

	if (size == BV_SLOT_BYTES) {
		memset(slot->byte, BV_BYTE_SPILL, size);
		slot->begins = 1;
		slot->whole = true;
		slot->deps = (struct bv_deps){};
		slot->spill = *r;
		return;
	}
	if (slot->begins)
		bv_slot_lose(slot, size == 1 ? at & ~1U : at, max_t(u32, size, QUARTER_BYTES));
	low = *r;
	low.val = bv_scalar_low(r->val, size * 8);
	/* another number: learning of it says nothing of the one that was cut */
	if (BV_SEEDED(49, !bv_scalar_fits(r->val, size * 8, false), false)) {
		low.id = 0;
		low.delta = 0;
	}
	put_number(slot, at, size, &low);
}
