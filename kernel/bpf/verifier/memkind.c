// SPDX-License-Identifier: GPL-2.0-only
/*
 * One row per kind of value: what may be done with the memory behind it, where that
 * memory ends and how accesses are aligned; and the one place that holds an access
 * against its row. Nothing here changes a state or looks at the stack's content.
 *
 * An offset is a sum: constant part of the pointer, variable part, offset of the
 * instruction. The machine adds modulo 2^64, so the sum is formed in the domain of
 * numbers, which wraps alike, and the result is compared once. Comparing parts of
 * the sum, or adding the size before comparing, is how verifiers get overflows wrong.
 *
 * Layer V4. Tests: tools/testing/selftests/bpf/cases/ops/{value,stack,ctx,kind}-*.bpft
 */
#include <linux/kernel.h>
#include "mem.h"
#include "width.h"

#define LOAD	BIT(BV_ACCESS_LOAD)
#define STORE	BIT(BV_ACCESS_STORE)
#define ATOMIC	BIT(BV_ACCESS_ATOMIC)
#define HELPER	(BIT(BV_ACCESS_HELPER_READ) | BIT(BV_ACCESS_HELPER_FILL))
#define MEMORY	(LOAD | STORE | ATOMIC | HELPER)

/* bytes behind an aligned address that a packet begins: NET_IP_ALIGN of strict machines */
#define PACKET_ALIGN	2

/* ORDER kinds: enum bv_kind in state.h, the rows of print.c */
static const struct bv_memkind memkinds[] = {
	[BV_UNSET] = {
		.name = "not set", .refusal = BV_R_REG_UNSET,
	},
	[BV_SCALAR] = {
		.name = "a number", .refusal = BV_R_DEREF_NUMBER,
	},
	[BV_CTX] = {
		.name = "the context", .access = LOAD | STORE,
		.extent = BV_EXTENT_VIEW, .natural = true, .math = BV_MATH_ADD_SUB,
	},
	[BV_MAP] = {
		.name = "a map", .math = BV_MATH_ZERO, .refusal = BV_R_DEREF_KIND,
	},
	[BV_MAP_VALUE] = {
		.name = "a map value", .access = MEMORY,
		.extent = BV_EXTENT_VALUE, .begins = 8, .math = BV_MATH_ADD_SUB,
	},
	[BV_MAP_VALUE_OR_NULL] = {
		.name = "a map value or NULL", .refusal = BV_R_DEREF_MAYBE_NULL,
	},
	[BV_KEY] = {
		.name = "a map's key", .access = LOAD | BIT(BV_ACCESS_HELPER_READ),
		.extent = BV_EXTENT_KEY, .math = BV_MATH_ADD_SUB,
	},
	[BV_STACK] = {
		.name = "the stack", .access = MEMORY,
		.extent = BV_EXTENT_STACK, .begins = 8, .natural = true, .math = BV_MATH_ADD,
	},
	[BV_OBJ] = {
		.name = "a kernel object", .access = LOAD,
		.extent = BV_EXTENT_VIEW, .natural = true,
	},
	[BV_OBJ_OR_NULL] = {
		.name = "a kernel object or NULL", .refusal = BV_R_DEREF_MAYBE_NULL,
	},
	[BV_ACQUIRED] = {
		.name = "acquired memory", .access = MEMORY,
		.extent = BV_EXTENT_BYTES, .math = BV_MATH_ADD_SUB,
	},
	[BV_ACQUIRED_OR_NULL] = {
		.name = "acquired memory or NULL", .refusal = BV_R_DEREF_MAYBE_NULL,
	},
	[BV_MEM] = {
		.name = "an argument's memory", .access = MEMORY,
		.extent = BV_EXTENT_BYTES, .math = BV_MATH_ADD_SUB,
	},
	[BV_MEM_OR_NULL] = {
		.name = "an argument's memory or NULL", .refusal = BV_R_DEREF_MAYBE_NULL,
	},
	[BV_PACKET] = {
		.name = "the packet", .access = LOAD | STORE | HELPER,
		.extent = BV_EXTENT_PACKET, .math = BV_MATH_ADD_SUB,
	},
	[BV_PACKET_META] = {
		.name = "the packet's metadata", .access = LOAD | STORE | HELPER,
		.extent = BV_EXTENT_PACKET, .math = BV_MATH_ADD_SUB,
	},
	[BV_PACKET_END] = {
		.name = "the packet's end", .refusal = BV_R_DEREF_KIND,
	},
};

static_assert(ARRAY_SIZE(memkinds) == BV_KIND_COUNT);

static const char * const access_names[] = {
	[BV_ACCESS_LOAD]	= "load",
	[BV_ACCESS_STORE]	= "store",
	[BV_ACCESS_ATOMIC]	= "atomic operation",
	[BV_ACCESS_HELPER_READ]	= "helper's read",
	[BV_ACCESS_HELPER_FILL]	= "helper's write",
};

/**
 * bv_memkind_of() - row of the kind of a value
 * @r:	the value
 *
 * Return: its row, never NULL.
 */
const struct bv_memkind *bv_memkind_of(const struct bv_reg *r)
{
	return &memkinds[r->kind];
}

static bool is_reading(const struct bv_memop *op)
{
	return op->access != BV_ACCESS_STORE && op->access != BV_ACCESS_HELPER_FILL;
}

static bool is_writing(const struct bv_memop *op)
{
	return op->access != BV_ACCESS_LOAD && op->access != BV_ACCESS_HELPER_READ;
}

/* the sum of all parts of the offset, and which of its bits are known */
static void find_reach(struct bv_memop *op, struct tnum *bits)
{
	s64 fixed = (s64)op->ptr->off + op->off;
	struct scalar sum;

	if (bv_reg_const_offset(op->ptr)) {
		op->lo = fixed;
		op->hi = fixed;
		*bits = (struct tnum){ fixed, 0 };
		return;
	}
	sum = bv_scalar_plus(op->ptr->val, fixed);
	op->lo = bv_scalar_smin(sum);
	op->hi = BV_SEEDED(22, bv_scalar_smax(sum), op->lo);
	*bits = sum.bits;
}

static int check_alignment(struct bv_env *env, const struct bv_memop *op,
			   struct tnum bits, const struct bv_memkind *kind)
{
	if (op->access == BV_ACCESS_HELPER_READ || op->access == BV_ACCESS_HELPER_FILL)
		return 0;
	if (!((bits.value | bits.mask) & (op->size - 1)))
		return 0;
	if (!kind->natural && op->access != BV_ACCESS_ATOMIC &&
	    !env->req->strict_alignment && bv_host_unaligned_ok())
		return 0;
	if (bits.mask & (op->size - 1))
		return bv_refuse(env, BV_R_MISALIGNED_RANGE, BV_REG(op->regno),
				 op->size, access_names[op->access], kind->name, op->size);
	return bv_refuse(env, BV_R_MISALIGNED, BV_REG(op->regno),
			 op->size, access_names[op->access], op->lo, kind->name,
			 op->size);
}

static int check_value(struct bv_env *env, const struct bv_memop *op)
{
	const struct bv_map *map = &env->maps[op->ptr->map];
	s64 last = (s64)map->value_size - BV_SEEDED(21, op->size, 1);

	if (is_reading(op) && (map->flags & BPF_F_WRONLY_PROG))
		return bv_refuse(env, BV_R_MAP_NO_READ, BV_REG(op->regno), map->id);
	if (is_writing(op) && (map->flags & BPF_F_RDONLY_PROG))
		return bv_refuse(env, BV_R_MAP_NO_WRITE, BV_REG(op->regno), map->id);
	if (op->lo >= 0 && op->hi <= last)
		return 0;
	if (op->lo == op->hi)
		return bv_refuse(env, BV_R_VALUE_OUTSIDE, BV_REG(op->regno),
				 op->size, op->lo, map->value_size);
	if (op->lo < 0)
		return bv_refuse(env, BV_R_VALUE_BELOW, BV_REG(op->regno),
				 op->size, op->lo);
	return bv_refuse(env, BV_R_VALUE_BEYOND, BV_REG(op->regno),
			 op->size, op->hi, map->value_size);
}

static int check_key(struct bv_env *env, const struct bv_memop *op)
{
	u32 bytes = env->maps[op->ptr->map].key_size;

	if (op->lo >= 0 && op->hi <= (s64)bytes - BV_SEEDED(46, op->size, 1))
		return 0;
	return bv_refuse(env, BV_R_KEY_OUTSIDE, BV_REG(op->regno), op->size, op->lo, op->hi,
			 bytes);
}

static int check_bytes(struct bv_env *env, const struct bv_memop *op)
{
	u32 bytes = op->ptr->bytes;

	if (op->lo >= 0 && op->hi <= (s64)bytes - BV_SEEDED(23, op->size, op->size - 1))
		return 0;
	if (op->ptr->kind == BV_MEM)
		return bv_refuse(env, BV_R_MEM_OUTSIDE, BV_REG(op->regno), op->size,
				 op->lo, op->hi, bytes);
	if (op->lo == op->hi)
		return bv_refuse(env, BV_R_BYTES_OUTSIDE, BV_REG(op->regno),
				 op->size, op->lo, bytes);
	if (op->lo < 0)
		return bv_refuse(env, BV_R_BYTES_BELOW, BV_REG(op->regno),
				 op->size, op->lo);
	return bv_refuse(env, BV_R_BYTES_BEYOND, BV_REG(op->regno),
			 op->size, op->hi, bytes);
}

/*
 * What was compared with the packet's end is known to be there, wherever the variable part
 * of the offset points to: that is not asked for but to be no less than 0.
 */
static int check_packet(struct bv_env *env, const struct bv_memop *op)
{
	s64 first = (s64)op->ptr->off + op->off;
	s64 there = op->ptr->there;

	if (is_writing(op) && !(env->type->traits & BPF_TYPE_PACKET_STORES))
		return bv_refuse(env, BV_R_PACKET_WRITE, BV_REG(op->regno), env->type->name);
	if (op->lo >= 0 && first <= there - BV_SEEDED(71, op->size, 1))
		return 0;
	if (op->lo < 0)
		return bv_refuse(env, BV_R_PACKET_BELOW, BV_REG(op->regno), op->size,
				 op->lo, bv_memkind_of(op->ptr)->name);
	if (there == BV_NONE_THERE)
		return bv_refuse(env, BV_R_PACKET_UNTESTED, BV_REG(op->regno), op->size,
				 bv_memkind_of(op->ptr)->name);
	return bv_refuse(env, BV_R_PACKET_BEYOND, BV_REG(op->regno), op->size, first,
			 bv_memkind_of(op->ptr)->name, op->ptr->there);
}

static int check_stack(struct bv_env *env, const struct bv_memop *op)
{
	if (op->lo >= -BV_STACK_BYTES && op->hi <= -(s64)op->size)
		return 0;
	if (op->lo == op->hi)
		return bv_refuse(env, BV_R_STACK_OUTSIDE, BV_REG(op->regno),
				 op->size, op->lo, -BV_STACK_BYTES);
	if (op->lo < -BV_STACK_BYTES)
		return bv_refuse(env, BV_R_STACK_BELOW, BV_REG(op->regno),
				 op->size, op->lo, -BV_STACK_BYTES);
	return bv_refuse(env, BV_R_STACK_ABOVE, BV_REG(op->regno), op->size, op->hi);
}

/* width and alignment of an access of field @f, which the first byte lies in */
static int check_field_shape(struct bv_env *env, const struct bv_memop *op,
			     const struct bpf_field *f)
{
	u32 at = op->lo - f->off;
	u32 unit = f->unit;

	if (op->size > f->size - at)
		return bv_refuse(env, BV_R_FIELD_END, BV_REG(op->regno), op->size,
				 op->ptr->view->name, f->name, f->size - at);
	if (f->rights & BPF_FIELD_RAW)
		return 0;
	if (op->size == unit && at % unit == 0)
		return 0;
	if (op->size < unit && (f->rights & BPF_FIELD_NARROW)) {
		if (op->access == BV_ACCESS_LOAD)
			return 0;
		return bv_refuse(env, BV_R_FIELD_NARROW_STORE, BV_REG(op->regno),
				 op->size, op->ptr->view->name, f->name, unit);
	}
	return bv_refuse(env, BV_R_FIELD_WIDTH, BV_REG(op->regno), op->size,
			 op->ptr->view->name, f->name, unit);
}

static int check_view(struct bv_env *env, struct bv_memop *op)
{
	const struct bpf_view *view = op->ptr->view;
	const struct bpf_field *f;

	/* the access is rewritten by the instruction's own offset, once for all paths */
	if (op->lo != op->hi)
		return bv_refuse(env, BV_R_VIEW_VARIABLE, BV_REG(op->regno),
				 view->name, op->lo, op->hi);
	if (op->ptr->off)
		return bv_refuse(env, BV_R_VIEW_MOVED, BV_REG(op->regno),
				 view->name, op->ptr->off);
	f = op->lo < 0 || op->lo >= view->size ? NULL : bpf_view_field(view, op->lo);
	if (!f)
		return bv_refuse(env, BV_R_FIELD_NONE, BV_REG(op->regno), view->name,
				 op->lo, env->type->name);
	if (is_reading(op) && !(f->rights & BPF_FIELD_READ))
		return bv_refuse(env, BV_R_FIELD_NO_READ, BV_REG(op->regno),
				 view->name, f->name, env->type->name);
	if (is_writing(op) && !(f->rights & BPF_FIELD_WRITE))
		return bv_refuse(env, BV_R_FIELD_NO_WRITE, BV_REG(op->regno),
				 view->name, f->name, env->type->name);
	op->field = f;
	return check_field_shape(env, op, f);
}

/**
 * bv_memkind_check() - does an access stay in what its pointer may reach?
 * @env:	the check
 * @op:		the access; @lo, @hi and @field are written
 *
 * Rights, bounds and alignment, for every value the offset may have
 * (REQUIREMENTS S1.verifier). Changes no state. For the stack this says nothing of
 * its content, which is stack.c's.
 *
 * Return: 0, or what bv_refuse() gave: -EACCES.
 */
int bv_memkind_check(struct bv_env *env, struct bv_memop *op)
{
	const struct bv_memkind *kind = bv_memkind_of(op->ptr);
	struct tnum bits;
	int err;

	op->field = NULL;
	if (kind->extent == BV_EXTENT_NONE)
		return bv_refuse(env, kind->refusal, BV_REG(op->regno), op->regno,
				 kind->name);
	if (!(kind->access & BIT(op->access)))
		return bv_refuse(env, BV_R_ACCESS_KIND, BV_REG(op->regno),
				 access_names[op->access], kind->name);

	find_reach(op, &bits);
	switch (kind->extent) {
	case BV_EXTENT_VALUE:
		err = check_value(env, op);
		break;
	case BV_EXTENT_KEY:
		err = check_key(env, op);
		break;
	case BV_EXTENT_BYTES:
		err = check_bytes(env, op);
		break;
	case BV_EXTENT_STACK:
		err = check_stack(env, op);
		break;
	case BV_EXTENT_PACKET:
		err = check_packet(env, op);
		/* machines that care put the link-layer header so that IP's is aligned */
		bits = bv_tnum_add(bits, bv_tnum_const(PACKET_ALIGN));
		break;
	default:
		err = check_view(env, op);
	}
	return err ?: check_alignment(env, op, bits, kind);
}

/**
 * bv_memkind_is_inside() - does a pointer stay on the memory it points to?
 * @env:	the check
 * @ptr:	the pointer
 *
 * The rule for pointers of the unprivileged, who may not even hold one elsewhere.
 *
 * Return: whether the pointer is at a byte of its memory whatever its offset is; on
 * the stack, whether it is at one known byte. True for memory that has no such end.
 */
bool bv_memkind_is_inside(struct bv_env *env, const struct bv_reg *ptr)
{
	struct bv_memop op = { .ptr = ptr, .size = 1 };
	struct tnum bits;

	find_reach(&op, &bits);
	switch (bv_memkind_of(ptr)->extent) {
	case BV_EXTENT_VALUE:
		return op.lo >= 0 && op.hi < env->maps[ptr->map].value_size;
	case BV_EXTENT_BYTES:
		return op.lo >= 0 && op.hi < ptr->bytes;
	case BV_EXTENT_STACK:
		return op.lo == op.hi && op.lo >= -BV_STACK_BYTES && op.lo < 0;
	default:
		return true;
	}
}
