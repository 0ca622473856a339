// SPDX-License-Identifier: GPL-2.0-only
/*
 * Loads, stores and atomic operations: asks memkind.c whether the access is in
 * bounds, then applies what it does to registers; the stack's content is stack.c's.
 * Also notes for the rewrite which view an instruction goes through. Map values and
 * kernel objects have no content here: a load from them is some number, unless the value
 * is one that nobody changes any more.
 *
 * Layer V4. Tests: tools/testing/selftests/bpf/cases/ops/{value,ctx,kind,atomic}-*.bpft
 */
#include <linux/kernel.h>
#include <linux/minmax.h>
#include "../insn.h"
#include "mem.h"
#include "width.h"

/*
 * An access of a view is rewritten to another instruction than one of plain memory,
 * and each instruction is rewritten once: all paths must agree on what it is.
 */
static int check_view_agrees(struct bv_env *env, const struct bv_memop *op)
{
	const struct bv_insn_info *info = &env->info[env->pc];
	const struct bpf_view *view = op->field ? op->ptr->view : NULL;

	if (view ? info->plain || (info->view && info->view != view) : !!info->view)
		return bv_refuse(env, BV_R_VIEW_MIXED, BV_REG(op->regno),
				 bv_memkind_of(op->ptr)->name);
	return 0;
}

static void note_view(struct bv_env *env, const struct bv_memop *op)
{
	struct bv_insn_info *info = &env->info[env->pc];

	if (!op->field) {
		info->plain = true;
		if (op->ptr->kind == BV_STACK)
			info->stack = true;
		return;
	}
	info->view = op->ptr->view;
	if (op->ptr->kind != BV_CTX)
		return;
	env->max_ctx_offset = max_t(u32, env->max_ctx_offset, op->lo + op->size);
	if (op->field - op->ptr->view->fields < 32)
		env->ctx_fields |= BIT(op->field - op->ptr->view->fields);
	if (op->field->rights & BPF_FIELD_CB)
		env->cb_access = true;
}

static int check_readable(struct bv_env *env, const struct bv_state *st, u8 regno)
{
	if (st->reg[regno].kind != BV_UNSET)
		return 0;
	return bv_refuse(env, BV_R_REG_UNSET, BV_REG(regno), regno);
}

/* may the value of register @regno become visible through what @op writes? */
static int check_leak(struct bv_env *env, const struct bv_state *st, u8 regno,
		      const struct bv_memop *op)
{
	if (env->req->privileged || !bv_reg_is_pointer(&st->reg[regno]))
		return 0;
	return bv_refuse(env, BV_R_LEAK_STORE, BV_REG(regno), regno,
			 bv_memkind_of(op->ptr)->name);
}

static int check_access(struct bv_env *env, struct bv_memop *op)
{
	int err;

	err = bv_memkind_check(env, op);
	return err ?: check_view_agrees(env, op);
}

/* what a load gives that gives the same for ever; false: it may give anything */
static bool is_constant(struct bv_env *env, const struct bv_memop *op, u64 *val)
{
	const u8 *bytes;

	if (op->ptr->kind != BV_MAP_VALUE || op->lo != op->hi)
		return false;
	bytes = env->maps[op->ptr->map].constant;
	if (!bytes)
		return false;
	*val = bv_load_bytes(bytes + BV_SEEDED(26, op->lo, 0), op->size);
	return true;
}

static void load_number(struct bv_env *env, struct bv_reg *dst, const struct bv_memop *op,
			bool sign)
{
	struct scalar val = bv_scalar_bytes(op->size);
	u64 known;

	if (is_constant(env, op, &known))
		val = bv_scalar_const(known);
	if (sign)
		val = bv_scalar_sext(val, op->size * 8);
	bv_reg_scalar(dst, val, (struct bv_deps){ 0, 0 }, env->pc);
}

/* an address in the packet, of which nothing is known yet but where it is */
static int load_packet(struct bv_env *env, struct bv_reg *dst, const struct bv_memop *op,
		       bool sign)
{
	if (!env->req->privileged)
		return bv_refuse(env, BV_R_PACKET_UNPRIV, BV_REG(op->regno),
				 op->ptr->view->name, op->field->name);
	if (sign)
		return bv_refuse(env, BV_R_PACKET_SIGN, BV_REG(op->regno),
				 op->ptr->view->name, op->field->name);
	bv_reg_packet(dst, bv_packet_kind(op->field->gives), env->pc);
	return 0;
}

/**
 * bv_mem_load() - BPF_LDX: load from memory to a register
 * @env:	the check, env->pc being the instruction
 * @st:		state, the destination register is written
 * @insn:	the instruction
 *
 * RFC 9669 sections 5.1 and 5.2.
 *
 * Return: 0, or what bv_refuse() gave: -EACCES, or -EINVAL where paths disagree on
 * what the instruction accesses.
 */
int bv_mem_load(struct bv_env *env, struct bv_state *st, const struct bpf_insn *insn)
{
	struct bv_reg *dst = &st->reg[insn->dst_reg];
	bool sign = BPF_MODE(insn->code) == BPF_MEMSX;
	struct bv_memop op = {
		.ptr = &st->reg[insn->src_reg],
		.regno = insn->src_reg,
		.access = BV_ACCESS_LOAD,
		.size = bpf_size_bytes(insn->code),
		.off = insn->off,
	};
	struct bv_outer outer;
	int err;

	err = check_access(env, &op);
	if (err)
		return err;
	note_view(env, &op);
	if (op.ptr->kind == BV_STACK) {
		err = bv_outer_begin(env, st, &op, false, &outer);
		if (err)
			return err;
		err = bv_stack_read(env, st, &op, sign, insn->dst_reg);
		bv_outer_end(env, st, &op, &outer, err ? -1 : insn->dst_reg);
		return err;
	}
	if (op.field && op.field->gives)
		return load_packet(env, dst, &op, sign);
	if (op.field && op.field->target)
		bv_reg_obj(dst, BV_OBJ_OR_NULL, op.field->target, ++env->next_id,
			   env->pc);
	else
		load_number(env, dst, &op, sign);
	return 0;
}

/* is it an address of some function's stack? Keys of arrays are on one, too */
static bool is_on_stack(const struct bv_env *env, const struct bv_reg *r)
{
	return r->kind == BV_STACK || (r->kind == BV_KEY && !env->maps[r->map].next);
}

/*
 * A number that goes to the stack of a caller is demanded, as nobody will know there what
 * it was made from; and no function leaves an address of its own stack there.
 */
static int store_to_stack(struct bv_env *env, struct bv_state *st, struct bv_memop *op,
			  struct bv_reg val, int regno)
{
	struct bv_outer outer;
	int err;

	if (op->ptr->frame != st->depth) {
		if (is_on_stack(env, &val) && op->lo == op->hi)
			return bv_refuse(env, BV_R_STACK_SPILL, BV_REG(regno), regno);
		bv_demand(env, st, &val);
		val.deps = (struct bv_deps){ 0, 0 };
	}
	err = bv_outer_begin(env, st, op, true, &outer);
	if (err)
		return err;
	err = bv_stack_write(env, st, op, &val);
	bv_outer_end(env, st, op, &outer, -1);
	return err;
}

/* a number that is saved whole is linked to what is saved of it */
static int save(struct bv_env *env, struct bv_state *st, struct bv_memop *op, u32 regno)
{
	struct bv_reg *src = &st->reg[regno];
	u32 id = src->id;
	int err;

	if (bv_scalar_fits(src->val, op->size * 8, false))
		bv_reg_link(env, src);
	err = store_to_stack(env, st, op, *src, regno);
	if (err)
		src->id = id;
	return err;
}

/**
 * bv_mem_store() - BPF_ST and BPF_STX: store to memory
 * @env:	the check, env->pc being the instruction
 * @st:		state, slots of the stack may be written
 * @insn:	the instruction
 *
 * RFC 9669 section 5.1. A number saved whole, or with as many bytes as it needs, is one with
 * the register that it came from.
 *
 * Return: 0, -ENOMEM, or what bv_refuse() gave: -EACCES, or -EINVAL where paths
 * disagree on what the instruction accesses.
 */
int bv_mem_store(struct bv_env *env, struct bv_state *st, const struct bpf_insn *insn)
{
	bool is_imm = BPF_CLASS(insn->code) == BPF_ST;
	struct bv_memop op = {
		.ptr = &st->reg[insn->dst_reg],
		.regno = insn->dst_reg,
		.access = BV_ACCESS_STORE,
		.size = bpf_size_bytes(insn->code),
		.off = insn->off,
	};
	struct bv_reg imm = {};
	int err;

	err = is_imm ? 0 : check_readable(env, st, insn->src_reg);
	if (!err)
		err = check_access(env, &op);
	if (err)
		return err;
	if (op.ptr->kind != BV_STACK && !is_imm) {
		err = check_leak(env, st, insn->src_reg, &op);
		if (err)
			return err;
	}
	note_view(env, &op);
	if (op.ptr->kind != BV_STACK)
		return 0;
	if (!is_imm)
		return save(env, st, &op, insn->src_reg);
	bv_reg_const(&imm, (s64)insn->imm, (struct bv_deps){ 0, 0 }, env->pc);
	return store_to_stack(env, st, &op, imm, -1);
}

/* register that gets the old value, or -1 */
static int fetched_reg(const struct bpf_insn *insn)
{
	if (insn->imm == BPF_CMPXCHG)
		return BPF_REG_0;
	return insn->imm & BPF_FETCH ? insn->src_reg : -1;
}

/* a global function makes an atomic operation on what it was given: callers have it aligned */
static void note_aligned(struct bv_env *env, const struct bv_memop *op)
{
	u8 *aligned = &env->funcs[env->root].arg[op->ptr->frame].aligned;

	*aligned = max_t(u8, *aligned, op->size);
}

/**
 * bv_mem_atomic() - BPF_ATOMIC: read, change and write memory at once
 * @env:	the check, env->pc being the instruction
 * @st:		state; a fetched value goes to a register
 * @insn:	the instruction
 *
 * Aligned on every machine, and never on views, whose stores are rewritten to
 * sequences that are not atomic. RFC 9669 section 5.3.
 *
 * Return: 0, -ENOMEM, or what bv_refuse() gave: -EACCES, or -EINVAL where paths
 * disagree on what the instruction accesses.
 */
int bv_mem_atomic(struct bv_env *env, struct bv_state *st, const struct bpf_insn *insn)
{
	int dst = fetched_reg(insn);
	struct bv_memop op = {
		.ptr = &st->reg[insn->dst_reg],
		.regno = insn->dst_reg,
		.access = BV_ACCESS_ATOMIC,
		.size = bpf_size_bytes(insn->code),
		.off = insn->off,
	};
	struct bv_outer outer;
	int err;

	err = check_readable(env, st, insn->src_reg);
	if (!err && dst == BPF_REG_0)
		err = check_readable(env, st, BPF_REG_0);
	if (!err)
		err = check_access(env, &op);
	if (!err)
		err = check_leak(env, st, insn->src_reg, &op);
	if (!err && insn->imm == BPF_CMPXCHG)
		err = check_leak(env, st, BPF_REG_0, &op);
	if (err)
		return err;
	note_view(env, &op);
	if (op.ptr->kind == BV_STACK) {
		err = bv_outer_begin(env, st, &op, true, &outer);
		if (err)
			return err;
		err = bv_stack_atomic(env, st, &op, dst);
		bv_outer_end(env, st, &op, &outer, err ? -1 : dst);
		return err;
	}
	if (op.ptr->kind == BV_MEM)
		note_aligned(env, &op);
	if (dst >= 0)
		load_number(env, &st->reg[dst], &op, false);
	return 0;
}

/**
 * bv_mem_helper() - a helper accesses memory of the program
 * @env:	the check
 * @st:		state, slots of the stack may be written
 * @regno:	register with the address
 * @min:	least bytes
 * @max:	most bytes, below BV_OFFSET_LIMIT; 0 is no access
 * @write:	the helper fills the memory wholly, otherwise it reads it
 *
 * Where the size or the address is not constant, bytes that the helper may leave
 * alone must hold something already.
 *
 * Return: 0, -ENOMEM, or what bv_refuse() gave: -EACCES.
 */
int bv_mem_helper(struct bv_env *env, struct bv_state *st, u8 regno,
		  u64 min, u64 max, bool write)
{
	struct bv_memop op = {
		.ptr = &st->reg[regno],
		.regno = regno,
		.access = write ? BV_ACCESS_HELPER_FILL : BV_ACCESS_HELPER_READ,
		.size = max,
	};
	struct bv_outer outer;
	int err;

	if (!max)
		return 0;
	err = bv_memkind_check(env, &op);
	if (err || op.ptr->kind != BV_STACK)
		return err;
	env->info[env->pc].stack = true;
	err = bv_outer_begin(env, st, &op, write, &outer);
	if (err)
		return err;
	if (write)
		err = bv_stack_helper_fill(env, st, &op, min == max && op.lo == op.hi);
	else
		err = bv_stack_helper_read(env, st, &op);
	bv_outer_end(env, st, &op, &outer, -1);
	return err;
}
