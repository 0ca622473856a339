// SPDX-License-Identifier: GPL-2.0-only
/*
 * Registers: how one comes to hold a number or a pointer, and what kind it is. No
 * other code writes a register's kind, so that whatever the kind promises of the
 * other members (struct bv_reg) is promised here.
 *
 * It judges nothing: whether a program may do that is for the layers above.
 *
 * Layer V2. Tests: bv_state_broken() after every instruction in the user-space build.
 */
#include <linux/minmax.h>
#include <linux/string.h>
#include <linux/types.h>
#include "state.h"
#include "width.h"

static const struct bv_deps no_deps;

static void set_kind(struct bv_reg *r, enum bv_kind kind, u32 pc)
{
	r->kind = kind;
	r->frame = 0;
	r->map = BV_NO_MAP;
	r->id = 0;
	r->off = 0;
	r->bytes = 0;
	r->def_pc = pc;
	r->lost_pc = BV_NO_PC;
	r->delta = 0;
	r->view = NULL;
	r->var = 0;
	r->deps = no_deps;
}

/**
 * bv_reg_scalar() - a number
 * @r:		the register
 * @val:	what is known of the number
 * @deps:	values of the last checkpoint it was made from
 * @pc:		instruction that made it
 */
void bv_reg_scalar(struct bv_reg *r, struct scalar val, struct bv_deps deps, u32 pc)
{
	set_kind(r, BV_SCALAR, pc);
	r->val = val;
	r->deps = deps;
}

/**
 * bv_reg_const() - one number
 * @r:		the register
 * @num:	the number
 * @deps:	values of the last checkpoint it was made from
 * @pc:		instruction that made it
 */
void bv_reg_const(struct bv_reg *r, u64 num, struct bv_deps deps, u32 pc)
{
	set_kind(r, BV_SCALAR, pc);
	r->val = bv_scalar_const(num);
	r->deps = deps;
}

/**
 * bv_reg_unknown() - a number of which nothing is known
 * @r:	the register
 * @pc:	instruction that made it; also the one that has no bounds to give
 */
void bv_reg_unknown(struct bv_reg *r, u32 pc)
{
	set_kind(r, BV_SCALAR, pc);
	r->val = bv_scalar_any();
	r->lost_pc = pc;
}

/**
 * bv_reg_pointer() - a pointer that needs nothing but its kind
 * @r:		the register
 * @kind:	BV_STACK, or another one whose other members the caller fills in
 * @pc:		instruction that made it, BV_NO_PC on entry
 */
void bv_reg_pointer(struct bv_reg *r, enum bv_kind kind, u32 pc)
{
	set_kind(r, kind, pc);
	r->val = bv_scalar_const(0);
}

/**
 * bv_reg_map() - a map or a pointer into one of its values or keys
 * @r:		the register
 * @kind:	BV_MAP, BV_MAP_VALUE, BV_MAP_VALUE_OR_NULL or BV_KEY
 * @map:	index in env->maps
 * @id:		for the OR_NULL kind: which lookup, for a key: which one, not 0; otherwise 0
 * @pc:		instruction that made it
 */
void bv_reg_map(struct bv_reg *r, enum bv_kind kind, u16 map, u32 id, u32 pc)
{
	bv_reg_pointer(r, kind, pc);
	r->map = map;
	r->id = id;
}

/**
 * bv_reg_obj() - a pointer to something seen through a view
 * @r:		the register
 * @kind:	BV_CTX, BV_OBJ or BV_OBJ_OR_NULL
 * @view:	how a program sees it
 * @id:		for the OR_NULL kind: which load, not 0; otherwise 0
 * @pc:		instruction that made it
 */
void bv_reg_obj(struct bv_reg *r, enum bv_kind kind, const struct bpf_view *view,
		u32 id, u32 pc)
{
	bv_reg_pointer(r, kind, pc);
	r->view = view;
	r->id = id;
}

/**
 * bv_reg_acquired() - memory that the program must give back, or NULL
 * @r:		the register; becomes BV_ACQUIRED_OR_NULL
 * @bytes:	of the memory
 * @id:		which piece, an id of bv_state.held
 * @pc:		the call that returned it
 */
void bv_reg_acquired(struct bv_reg *r, u32 bytes, u32 id, u32 pc)
{
	bv_reg_pointer(r, BV_ACQUIRED_OR_NULL, pc);
	r->bytes = bytes;
	r->id = id;
}

/**
 * bv_reg_given() - memory that a global function was given, or NULL
 * @r:		the register; becomes BV_MEM_OR_NULL
 * @bytes:	of the memory
 * @arg:	which argument, 0 is R1
 * @id:		of the memory, not 0
 */
void bv_reg_given(struct bv_reg *r, u32 bytes, u8 arg, u32 id)
{
	bv_reg_pointer(r, BV_MEM_OR_NULL, BV_NO_PC);
	r->bytes = bytes;
	r->frame = arg;
	r->id = id;
}

/**
 * bv_reg_packet() - an address in a packet, or its end; nothing was compared with that yet
 * @r:		the register
 * @kind:	one of the packet kinds
 * @pc:		instruction that made it
 */
void bv_reg_packet(struct bv_reg *r, enum bv_kind kind, u32 pc)
{
	bv_reg_pointer(r, kind, pc);
	r->there = BV_NONE_THERE;
}

/**
 * bv_reg_not_null() - a pointer passed its NULL test
 * @r:	the register, of an OR_NULL kind
 *
 * The identity of an object ends here: nothing asks any more which of the copies was
 * tested, and states that differ in nothing else are then the same. That of acquired memory
 * stays, as all its copies end together, and that of a map value or an argument's memory:
 * pointers into one can be compared.
 */
void bv_reg_not_null(struct bv_reg *r)
{
	switch (r->kind) {
	case BV_ACQUIRED_OR_NULL:
		r->kind = BV_ACQUIRED;
		return;
	case BV_MAP_VALUE_OR_NULL:
		r->kind = BV_MAP_VALUE;
		return;
	case BV_MEM_OR_NULL:
		r->kind = BV_MEM;
		return;
	default:
		r->kind = BV_OBJ;
		r->id = 0;
	}
}

/**
 * bv_reg_null() - a pointer turned out to be NULL
 * @r:	the register, of an OR_NULL kind; becomes the number 0
 * @pc:	the test
 *
 * The number depends on no other: that it is 0 follows from the path alone.
 */
void bv_reg_null(struct bv_reg *r, u32 pc)
{
	bv_reg_const(r, 0, no_deps, pc);
}

/**
 * bv_reg_link() - a number is about to be copied
 * @env:	the check
 * @r:		the register; a number that is not constant has an identity from now on, by
 *		which what is learnt of one copy is learnt of all
 */
void bv_reg_link(struct bv_env *env, struct bv_reg *r)
{
	if (r->kind == BV_SCALAR && !r->id && !bv_scalar_is_const(r->val))
		r->id = ++env->next_id;
}

/**
 * bv_reg_set_name() - link a number, or the variable part of an offset, to others
 * @r:		the register
 * @name:	their identity
 * @delta:	distance from the number that the identity stands for
 */
void bv_reg_set_name(struct bv_reg *r, u32 name, s64 delta)
{
	if (r->kind == BV_SCALAR)
		r->id = name;
	else
		r->var = name;
	r->delta = delta;
}

/**
 * bv_reg_same_place() - are two pointers alike but for the offset and the identity?
 * @a:	a pointer
 * @b:	another one of the same kind
 *
 * Return: whether one may stand for the other where their offsets allow it; through a view
 * nothing but the variable part may differ.
 */
bool bv_reg_same_place(const struct bv_reg *a, const struct bv_reg *b)
{
	if (a->map != b->map || a->frame != b->frame ||
	    (a->bytes != b->bytes && !bv_reg_is_packet(a)))
		return false;
	return !bv_reg_has_view(a) || (a->view == b->view && a->off == b->off);
}

/**
 * bv_reg_rebase() - the same offset in other parts
 * @r:		a pointer without a view
 * @off:	constant part from now on; the variable part is what is left
 */
void bv_reg_rebase(struct bv_reg *r, s32 off)
{
	u64 by = (s64)r->off - off;
	s64 there;

	if (!by)
		return;
	r->val = bv_scalar_plus(r->val, by);
	if (r->var)
		r->delta += by;
	/* where nothing is known to be there, nothing is known of what is in front of it */
	there = BV_SEEDED(109, r->there, max(r->there, 0));
	if (bv_reg_is_packet(r) && there != BV_NONE_THERE)
		r->there = max_t(s64, there - (s64)by, BV_NONE_THERE);
	r->off = off;
}

/**
 * bv_reg_same_object() - do two pointers surely point into the same memory?
 * @a:	a register
 * @b:	another one
 *
 * Return: true if the difference of the addresses is that of the offsets.
 */
bool bv_reg_same_object(const struct bv_reg *a, const struct bv_reg *b)
{
	if (a->kind != b->kind)
		return false;
	switch (a->kind) {
	case BV_STACK:
		return a->frame == b->frame;
	case BV_MAP_VALUE:
	case BV_KEY:
	case BV_ACQUIRED:
	case BV_MEM:
		return a->id && BV_SEEDED(25, a->id == b->id, true);
	case BV_PACKET:
	case BV_PACKET_META:
	case BV_PACKET_END:
		/* pointers to what a packet was before end where it changes (packet.c) */
		return true;
	default:
		return false;
	}
}
