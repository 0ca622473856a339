// SPDX-License-Identifier: GPL-2.0-only
/*
 * The first pass: every instruction by itself. Is it one (the table of kernel/bpf/insn.h
 * knows), and does what it names exist: maps by descriptor, helpers by number, for this
 * program type and licence?
 *
 * From here on nobody looks at a descriptor or a helper's number again: info->map and
 * info->proto hold the answer. This room never looks at where control or data flow.
 *
 * Layer V3. Tests: tools/testing/selftests/bpf/cases/malformed.
 */
#include <linux/bits.h>
#include <linux/bpf_func.h>
#include <linux/errno.h>
#include <linux/types.h>
#include "../insn.h"
#include "pass.h"

#define LD_IMM64	(BPF_LD | BPF_IMM | BPF_DW)

/* offsets in a map's value are below this in any case */
#define VALUE_LIMIT	BIT(29)

/* where an illegal encoding is told of; arguments differ, so one call each */
static int refuse_encoding(struct bv_env *env, const struct bpf_insn *insn,
			   enum bpf_enc_error error)
{
	switch (error) {
	case BPF_ENC_OPCODE:
		return bv_refuse(env, BV_R_OPCODE, BV_INSN, insn->code);
	case BPF_ENC_REG:
		return bv_refuse(env, BV_R_BAD_REG, BV_INSN,
				 insn->dst_reg > BPF_REG_10 ? insn->dst_reg : insn->src_reg);
	case BPF_ENC_RESERVED_DST:
		return bv_refuse(env, BV_R_RESERVED_DST, BV_INSN, insn->dst_reg);
	case BPF_ENC_RESERVED_SRC:
		return bv_refuse(env, BV_R_RESERVED_SRC, BV_INSN, insn->src_reg);
	case BPF_ENC_RESERVED_OFF:
		return bv_refuse(env, BV_R_RESERVED_OFF, BV_INSN, insn->off);
	case BPF_ENC_RESERVED_IMM:
		return bv_refuse(env, BV_R_RESERVED_IMM, BV_INSN, insn->imm);
	case BPF_ENC_FRAME:
		return bv_refuse(env, BV_R_FRAME_WRITE, BV_INSN);
	case BPF_ENC_SHIFT:
		return bv_refuse(env, BV_R_SHIFT_WIDTH, BV_INSN, insn->imm,
				 BPF_CLASS(insn->code) == BPF_ALU64 ? 64 : 32);
	case BPF_ENC_DIV_ZERO:
		return bv_refuse(env, BV_R_DIV_ZERO, BV_INSN);
	default:
		return bv_refuse(env, BV_R_HALF_CONST, BV_INSN);
	}
}

/* forms of released Linux that this kernel does not have get a reason of their own */
static int check_kind(struct bv_env *env, const struct bpf_insn *insn)
{
	if (insn->code == LD_IMM64 && !bpf_insn_const_kind(insn->src_reg))
		return bv_refuse(env, BV_R_CONST_KIND, BV_INSN, insn->src_reg);
	if (insn->code != (BPF_JMP | BPF_CALL) || !insn->src_reg)
		return 0;
	if (insn->src_reg == BPF_PSEUDO_CALL && env->req->privileged)
		return 0;
	if (insn->src_reg == BPF_PSEUDO_CALL)
		return bv_refuse(env, BV_R_CALL_UNPRIV, BV_INSN);
	return bv_refuse(env, BV_R_CALL_KERNEL, BV_INSN, insn->src_reg);
}

/*
 * The map behind @fd as an index of env->maps. A program that names a map twice, by one
 * descriptor or by two, gets one index and holds one reference.
 */
static int find_map(struct bv_env *env, u32 fd, u16 *index)
{
	struct bv_map map;
	int err = bv_host_map_get(fd, &map);
	u32 i;

	if (err == -EBADF)
		return bv_refuse(env, BV_R_MAP_FD, BV_INSN, fd);
	if (err == -EINVAL)
		return bv_refuse(env, BV_R_MAP_NOT, BV_INSN, fd);
	if (err)
		return err;
	for (i = 0; i < env->map_count; i++) {
		if (env->maps[i].map != map.map)
			continue;
		bv_host_map_put(map.map);
		*index = i;
		return 0;
	}
	if (env->map_count == BV_MAX_MAPS)
		err = bv_refuse(env, BV_R_MAPS_MANY, BV_INSN, BV_MAX_MAPS);
	else if (env->map_count == env->map_cap)
		err = bv_grow_array((void **)&env->maps, &env->map_cap, 2, sizeof(*env->maps));
	if (err) {
		bv_host_map_put(map.map);
		return err;
	}
	env->maps[env->map_count] = map;
	*index = env->map_count++;
	return 0;
}

/* the descriptor that a constant names, itself or by its index */
static int find_fd(struct bv_env *env, const struct bpf_insn *insn, u32 *fd)
{
	int err;

	*fd = insn->imm;
	if (insn->src_reg != BPF_PSEUDO_MAP_IDX && insn->src_reg != BPF_PSEUDO_MAP_IDX_VALUE)
		return 0;
	if (!env->req->fd_array)
		return bv_refuse(env, BV_R_FD_ARRAY_NONE, BV_INSN, insn->imm);
	err = bv_host_fd(env->req->fd_array, insn->imm, fd);
	return err ? bv_refuse(env, BV_R_FD_ARRAY_FAULT, BV_INSN, insn->imm) : 0;
}

/* is there a byte @off in the only value of a map? */
static int check_value_byte(struct bv_env *env, const struct bv_map *map, u32 off)
{
	if (off >= VALUE_LIMIT)
		return bv_refuse(env, BV_R_VALUE_FAR, BV_INSN, off, (u32)VALUE_LIMIT - 1);
	if (!map->values.stride)
		return bv_refuse(env, BV_R_VALUE_NONE, BV_INSN, map->id);
	if (map->values.count != 1)
		return bv_refuse(env, BV_R_VALUE_MANY, BV_INSN, map->id, map->values.count);
	if (off >= map->value_size)
		return bv_refuse(env, BV_R_VALUE_END, BV_INSN, off, map->id,
				 map->value_size);
	return 0;
}

static int decode_const(struct bv_env *env, const struct bpf_insn *insn)
{
	struct bv_insn_info *info = &env->info[env->pc];
	u32 fd;
	int err;

	info[1].second = true;
	if (!insn->src_reg)
		return 0;
	err = find_fd(env, insn, &fd);
	if (!err)
		err = find_map(env, fd, &info->map);
	if (err || !bv_const_is_value(insn))
		return err;
	return check_value_byte(env, &env->maps[info->map], insn[1].imm);
}

static int decode_call(struct bv_env *env, const struct bpf_insn *insn)
{
	const struct bpf_func_proto *proto;

	if (insn->src_reg == BPF_PSEUDO_CALL) {
		env->local_calls++;
		return 0;
	}
	proto = env->pc < env->req->count ? NULL : bv_callback_proto(insn->imm);
	if (!proto)
		proto = env->type->proto(insn->imm);
	if (!proto)
		return bv_refuse(env, BV_R_HELPER_UNKNOWN, BV_INSN, env->type->name, insn->imm);
	if (proto->gpl_only && !env->req->gpl_compatible)
		return bv_refuse(env, BV_R_HELPER_GPL, BV_INSN, proto->name);
	env->info[env->pc].proto = proto;
	return 0;
}

static int decode_packet(struct bv_env *env)
{
	if (env->type->traits & BPF_TYPE_PACKET_LOADS)
		return 0;
	return bv_refuse(env, BV_R_PACKET_LOAD_TYPE, BV_INSN, env->type->name);
}

static int decode_insn(struct bv_env *env, const struct bpf_insn *insn)
{
	enum bpf_enc_error error;
	int err = check_kind(env, insn);

	if (err)
		return err;
	error = bpf_insn_check(insn, env->count - env->pc);
	if (error != BPF_ENC_OK)
		return refuse_encoding(env, insn, error);
	switch (bpf_insn_form(insn->code)->class) {
	case BPF_IC_CONST:
		return decode_const(env, insn);
	case BPF_IC_CALL:
		return decode_call(env, insn);
	case BPF_IC_PACKET:
		return decode_packet(env);
	default:
		return 0;
	}
}

/**
 * bv_decode() - check each instruction by itself and resolve what it names
 * @env:	the check; info gets map, proto, second; local_calls, insn_count, frame_named are
 *		written
 *
 * Maps found are in env->maps with a reference each, also when the program is refused.
 *
 * Return: 0; -EINVAL for an illegal instruction (RFC 9669 section 3), an unknown helper,
 * a descriptor that is no map, a byte that is in no map's value; -ENOTSUPP for one in a map
 * of several; -EACCES for a write to R10; -EBADF; -EPROTO and -EFAULT for fd_array; -E2BIG
 * for more than BV_MAX_MAPS maps.
 */
int bv_decode(struct bv_env *env)
{
	u32 pc, named = 0;
	int err;

	for (pc = 0; pc < env->count; pc++) {
		const struct bpf_insn *insn = &env->insns[pc];

		if (env->info[pc].second)
			continue;
		env->pc = pc;
		err = decode_insn(env, insn);
		if (err)
			return err;
		env->insn_count++;
		named |= BIT(insn->dst_reg) | BIT(insn->src_reg);
	}
	env->frame_named = named >> BPF_REG_10 & 1;
	env->pc = BV_NO_PC;
	return 0;
}
