// SPDX-License-Identifier: GPL-2.0-only
/*
 * Global functions: verified once, by themselves, for all arguments that their signature
 * lets pass (signature.c). So a call asks only that the arguments are such, and knows of
 * what comes back only that it is a number:
 *
 *	call		each register as its argument says; R0 any number, R1 to R5 gone
 *	memory given	the function may have changed all of it: it holds some numbers
 *	beginning	R1 to R5 any numbers, the context, or any memory of that size or NULL
 *	end		a number in R0, nothing held
 *
 * Memory that is given is at any address: whether two arguments are the same memory, or
 * parts of each other, is not known, and nothing is known of its content at any time.
 *
 * Layer V5. Tests: tools/testing/selftests/bpf/cases/func/global-*.bpft.
 */
#include <linux/bits.h>
#include <linux/kernel.h>
#include "op.h"
#include "width.h"

#define MEMORY_KINDS	(BIT(BV_STACK) | BIT(BV_MAP_VALUE) | BIT(BV_MAP_VALUE_OR_NULL) | \
			 BIT(BV_ACQUIRED) | BIT(BV_ACQUIRED_OR_NULL) | BIT(BV_MEM) | \
			 BIT(BV_MEM_OR_NULL))

static const char *name_of(const struct bv_env *env, const struct bv_func *f)
{
	const char *name = bpf_source_func(env->req->source, f->loaded);

	return name ? name : "";
}

static int refuse_arg(struct bv_env *env, const struct bv_func *f, enum bv_reason why,
		      const struct bv_reg *r, u32 n)
{
	return bv_refuse(env, why, BV_REG(BPF_REG_1 + n), BPF_REG_1 + n,
			 bv_memkind_of(r)->name, n + 1, name_of(env, f), f->arg[n].bytes);
}

static bool is_null(const struct bv_reg *r)
{
	return r->kind == BV_SCALAR && bv_scalar_is_const(r->val) && !bv_scalar_umax(r->val);
}

/* the function makes atomic operations there; who only hands on what it was given asks others */
static int check_aligned(struct bv_env *env, const struct bv_func *f, const struct bv_reg *r,
			 u32 n)
{
	struct scalar off = bv_reg_whole_offset(r);
	u8 aligned = f->arg[n].aligned, *own;

	if (!aligned)
		return 0;
	if (bv_scalar_bits(off) & (aligned - 1))
		return bv_refuse(env, BV_R_GLOBAL_ALIGNED, BV_REG(BPF_REG_1 + n),
				 BPF_REG_1 + n, aligned, name_of(env, f));
	if (r->kind == BV_MEM) {
		own = &env->funcs[env->root].arg[r->frame].aligned;
		*own = max(*own, aligned);
	}
	return 0;
}

/*
 * Memory to read and to write. A pointer that was not tested is one: NULL will do. The register
 * is gone behind the call, so that here it may be taken for one that was.
 */
static int check_memory(struct bv_env *env, struct bv_state *st, const struct bv_func *f, u32 n)
{
	struct bv_reg *r = &st->reg[BPF_REG_1 + n];
	u32 bytes = f->arg[n].bytes;
	int err;

	if (is_null(r)) {
		bv_demand(env, st, r);
		return 0;
	}
	if (!(BIT(r->kind) & MEMORY_KINDS))
		return refuse_arg(env, f, BV_R_GLOBAL_MEMORY, r, n);
	if (bv_reg_maybe_null(r))
		bv_reg_not_null(r);
	err = check_aligned(env, f, r, n);
	if (!err)
		err = bv_mem_helper(env, st, BPF_REG_1 + n, bytes, bytes, false);
	return err ?: bv_mem_helper(env, st, BPF_REG_1 + n, bytes, bytes,
				   BV_SEEDED(44, true, false));
}

static int check_arg(struct bv_env *env, struct bv_state *st, const struct bv_func *f, u32 n)
{
	struct bv_reg *r = &st->reg[BPF_REG_1 + n];

	switch (f->arg[n].type) {
	case BV_ARG_TYPE_NUMBER:
		if (r->kind == BV_SCALAR)
			return 0;
		return refuse_arg(env, f, BV_R_GLOBAL_NUMBER, r, n);
	case BV_ARG_TYPE_CTX:
		if (r->kind == BV_CTX && bv_reg_const_offset(r) && !r->off)
			return 0;
		return refuse_arg(env, f, BV_R_GLOBAL_CTX, r, n);
	default:
		return check_memory(env, st, f, n);
	}
}

/**
 * bv_op_call_global() - call of a function that is verified by itself
 * @env:	the check, env->pc being the call
 * @st:		the path; R0 to R5 are written, and memory of a stack that is given
 * @f:		the function
 *
 * Return: 0, -ENOMEM, or what bv_refuse() gave for an argument that is not as the
 * signature says.
 */
int bv_op_call_global(struct bv_env *env, struct bv_state *st, struct bv_func *f)
{
	u32 n;
	int err;

	for (n = 0; n < f->nargs; n++) {
		err = check_arg(env, st, f, n);
		if (err)
			return err;
	}
	if (f->moves) {
		err = bv_packet_moved(env, st);
		if (err)
			return err;
	}
	env->info[env->pc].calls++;
	for (n = BPF_REG_1; n <= BPF_REG_5; n++)
		bv_reg_unset(&st->reg[n]);
	bv_reg_unknown(&st->reg[BPF_REG_0], env->pc);
	return 0;
}

/**
 * bv_op_begin_global() - a function is verified by itself
 * @env:	the check
 * @st:		a new state, as the program begins; becomes that of all calls of @f
 * @f:		the function
 */
void bv_op_begin_global(struct bv_env *env, struct bv_state *st, const struct bv_func *f)
{
	u32 n;

	bv_reg_unset(&st->reg[BPF_REG_1]);
	for (n = 0; n < f->nargs; n++) {
		struct bv_reg *r = &st->reg[BPF_REG_1 + n];

		switch (f->arg[n].type) {
		case BV_ARG_TYPE_NUMBER:
			bv_reg_unknown(r, BV_NO_PC);
			break;
		case BV_ARG_TYPE_CTX:
			bv_reg_obj(r, BV_CTX, env->type->ctx, 0, BV_NO_PC);
			break;
		default:
			bv_reg_given(r, f->arg[n].bytes, n, ++env->next_id);
		}
	}
}

/**
 * bv_op_exit_global() - such a function ends
 * @env:	the check, env->pc being the exit instruction
 * @st:		state
 *
 * Return: 0, or what bv_refuse() gave: -EACCES for R0 never written, -EINVAL for an
 * address in it and for acquired memory that is still held.
 */
int bv_op_exit_global(struct bv_env *env, struct bv_state *st)
{
	const struct bv_reg *r0 = &st->reg[BPF_REG_0];
	int err = bv_op_exit_ready(env, st);

	if (err)
		return err;
	if (r0->kind != BV_SCALAR)
		return bv_refuse(env, BV_R_GLOBAL_EXIT, BV_REG(BPF_REG_0),
				 bv_memkind_of(r0)->name);
	return 0;
}
