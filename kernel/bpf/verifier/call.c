// SPDX-License-Identifier: GPL-2.0-only
/*
 * Calls of helpers and the packet loads that are calls in disguise: arguments are
 * checked by args.c, R1 to R5 are gone afterwards and R0 holds the result. Also
 * notes which map a call works on, so that the rewrite can call the map's own
 * function where it is the same map on all paths.
 *
 * Layer V5. Tests: tools/testing/selftests/bpf/cases/ops/{call,packet}-*.bpft
 */
#include <linux/kernel.h>
#include "../insn.h"
#include "op.h"

static void drop_arguments(struct bv_state *st)
{
	u8 regno;

	for (regno = BPF_REG_1; regno <= BPF_REG_5; regno++)
		bv_reg_unset(&st->reg[regno]);
}

/* the index of a tail call is masked with its map's mask: it must be one map's */
static int note_map(struct bv_env *env, u16 map, s32 helper)
{
	struct bv_insn_info *info = &env->info[env->pc];

	if (info->call_map == BV_CALL_MAP_UNSEEN) {
		info->call_map = BV_CALL_MAP_ONE;
		info->map = map;
	} else if (info->map != map) {
		if (helper == BPF_FUNC_tail_call && !env->req->privileged)
			return bv_refuse(env, BV_R_TAIL_CALL_MAPS, BV_REG(BPF_REG_2));
		info->call_map = BV_CALL_MAP_MANY;
		info->map = BV_NO_MAP;
	}
	return 0;
}

/*
 * What is called next may use all that its type lets it use. How far into the context this
 * one reads itself is still told: who attaches it asks for that.
 */
static void note_tail_call(struct bv_env *env)
{
	env->ctx_fields = U32_MAX;
	env->passes_ctx = true;
	env->cb_access = true;
}

/* helpers that change a map whatever memory of the program they read */
static bool changes_map(s32 helper)
{
	return helper == BPF_FUNC_map_update_elem || helper == BPF_FUNC_map_delete_elem;
}

/* the argument that the map is */
static struct bv_about map_argument(const struct bpf_func_proto *proto)
{
	u8 n = 0;

	while (proto->arg[n] != BPF_ARG_MAP)
		n++;
	return BV_REG(BPF_REG_1 + n);
}

static int check_map_rights(struct bv_env *env, const struct bv_call *call, s32 helper)
{
	const struct bpf_func_proto *proto = call->proto;
	const struct bv_map *map = &env->maps[call->map];

	if (proto->map_type && map->type != proto->map_type)
		return bv_refuse(env, BV_R_MAP_TYPE, map_argument(proto), map->id,
				 map->type, proto->name, proto->map_type);
	if (!proto->map_type && map->opaque)
		return bv_refuse(env, BV_R_MAP_OPAQUE, map_argument(proto), map->id,
				 map->type, proto->name);
	if (changes_map(helper) && (map->flags & BPF_F_RDONLY_PROG))
		return bv_refuse(env, BV_R_MAP_NO_WRITE, BV_REG(BPF_REG_1), map->id);
	return 0;
}

static int check_table(struct bv_env *env, const struct bv_call *call)
{
	switch (call->proto->ret) {
	case BPF_RET_MAP_VALUE_OR_NULL:
	case BPF_RET_MAP_KEY:
		if (call->map == BV_NO_MAP)
			return bv_refuse(env, BV_R_RESULT_TABLE, BV_INSN, call->proto->name);
		return 0;
	case BPF_RET_ACQUIRED_OR_NULL:
		if (!call->bytes)
			return bv_refuse(env, BV_R_RESULT_SIZE, BV_INSN, call->proto->name);
		return 0;
	default:
		return 0;
	}
}

static int set_result(struct bv_env *env, struct bv_state *st, const struct bv_call *call)
{
	struct bv_reg *r0 = &st->reg[BPF_REG_0];
	u32 id;
	int err;

	switch (call->proto->ret) {
	case BPF_RET_MAP_VALUE_OR_NULL:
		bv_reg_map(r0, BV_MAP_VALUE_OR_NULL, call->map, ++env->next_id, env->pc);
		return 0;
	case BPF_RET_MAP_KEY:
		bv_reg_map(r0, BV_KEY, call->map, ++env->next_id, env->pc);
		return 0;
	case BPF_RET_ACQUIRED_OR_NULL:
		err = bv_refs_acquire(env, st, &id);
		if (!err)
			bv_reg_acquired(r0, call->bytes, id, env->pc);
		return err;
	case BPF_RET_VOID:
		bv_reg_unset(r0);
		return 0;
	default:
		bv_reg_unknown(r0, env->pc);
		return 0;
	}
}

/* what the call asks of the path as a whole */
static int check_path(struct bv_env *env, struct bv_state *st, s32 helper)
{
	int err;

	if (helper != BPF_FUNC_tail_call)
		return 0;
	err = bv_refs_check(env, st, BV_R_HELD_TAIL_CALL);
	if (!err)
		note_tail_call(env);
	return err;
}

/**
 * bv_op_call() - call of a helper
 * @env:	the check, env->pc being the call; decode.c found its prototype
 * @st:		state, R0 to R5 are written, and stack bytes that the helper fills
 * @insn:	the instruction
 *
 * RFC 9669 section 4.3.1.
 *
 * Return: 0, -ENOMEM, or what bv_refuse() gave: -EACCES, or -EINVAL for a map that the
 * helper does not take, a tail call with memory held, and a prototype that contradicts
 * itself, -E2BIG for more memory held than BV_MOST_HELD.
 */
int bv_op_call(struct bv_env *env, struct bv_state *st, const struct bpf_insn *insn)
{
	struct bv_call call = {
		.proto = env->info[env->pc].proto,
		.map = BV_NO_MAP,
	};
	int err;
	u8 n;

	for (n = 0; n < ARRAY_SIZE(call.proto->arg); n++) {
		err = bv_args_check(env, st, &call, n);
		if (err)
			return err;
	}
	err = check_table(env, &call);
	if (!err && call.map != BV_NO_MAP) {
		err = check_map_rights(env, &call, insn->imm);
		if (!err)
			err = note_map(env, call.map, insn->imm);
	}
	if (!err)
		err = check_path(env, st, insn->imm);
	if (err)
		return err;
	if (call.proto->arg[0] == BPF_ARG_CTX)
		env->passes_ctx = true;
	if (call.given_back)
		err = bv_refs_release(env, st, call.given_back);
	if (!err && call.proto->moves_packet)
		err = bv_packet_moved(env, st);
	if (err)
		return err;
	drop_arguments(st);
	return set_result(env, st, &call);
}

/**
 * bv_op_packet_load() - LD_ABS and LD_IND
 * @env:	the check, env->pc being the instruction; decode.c saw that the
 *		program's type has packet loads
 * @st:		state, R0 to R5 are written
 * @insn:	the instruction
 *
 * R6 is an operand that no field names: the context (RFC 9669 section 5.5). A load
 * behind the packet's end ends the program with R0 zero.
 *
 * Return: 0, or what bv_refuse() gave: -EACCES, -EINVAL for another kind of value
 * in R6 and for memory held, which the program could not give back then.
 */
int bv_op_packet_load(struct bv_env *env, struct bv_state *st, const struct bpf_insn *insn)
{
	const struct bv_reg *ctx = &st->reg[BPF_REG_6];
	const struct bv_reg *src = &st->reg[insn->src_reg];
	bool indirect = BPF_MODE(insn->code) == BPF_IND;
	int err;

	if (ctx->kind == BV_UNSET)
		return bv_refuse(env, BV_R_REG_UNSET, BV_REG(BPF_REG_6), BPF_REG_6);
	if (ctx->kind != BV_CTX)
		return bv_refuse(env, BV_R_PACKET_CTX, BV_REG(BPF_REG_6),
				 bv_memkind_of(ctx)->name);
	if (!bv_reg_const_offset(ctx) || ctx->off)
		return bv_refuse(env, BV_R_PACKET_CTX_MOVED, BV_REG(BPF_REG_6));
	if (indirect && src->kind == BV_UNSET)
		return bv_refuse(env, BV_R_REG_UNSET, BV_REG(insn->src_reg),
				 insn->src_reg);
	/* whether the load finds anything tells something of the offset */
	if (indirect && bv_reg_is_pointer(src) && !env->req->privileged)
		return bv_refuse(env, BV_R_PACKET_OFFSET, BV_REG(insn->src_reg),
				 insn->src_reg);
	err = bv_refs_check(env, st, BV_R_HELD_PACKET);
	if (err)
		return err;
	drop_arguments(st);
	bv_reg_scalar(&st->reg[BPF_REG_0], bv_scalar_bytes(bpf_size_bytes(insn->code)),
		      (struct bv_deps){ 0, 0 }, env->pc);
	return 0;
}
