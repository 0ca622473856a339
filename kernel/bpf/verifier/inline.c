// SPDX-License-Identifier: GPL-2.0-only
/*
 * A lookup in a map whose keys are indices, written out: no call, and R1 to R5 need not
 * be anywhere. R1 is the map's address and R2 the key's; both are free afterwards.
 *
 *	r2 = *(u32 *)(r2 +0)		r0 = r1
 *	r0 = 0				r0 += <values + key * stride>
 *	if w2 >= <count> goto miss
 *	w2 &= <mask>
 *	r2 *= <stride>
 *	r2 += r1
 *	r0 = r2
 *	r0 += <values>
 *  miss:
 *
 * on the left where the key is not known, on the right where it is. A key that is still in
 * a register is taken from there. The runtimes join
 * neighbours: a short shift and an addition, a move and an addition.
 *
 * It decides nothing about safety. Layer V7.
 * Tests: tools/testing/selftests/bpf/cases/rewrite/lookup-*.bpft.
 */
#include <linux/bitops.h>
#include <linux/bpf_func.h>
#include <linux/kernel.h>
#include <linux/limits.h>
#include <linux/types.h>
#include "rewrite.h"

static const struct bv_values *values_of(const struct bv_env *env, u32 pc)
{
	return &env->maps[env->info[pc].map].values;
}

/* from the map's address to the value of the known key */
static u64 known_place(const struct bv_env *env, u32 pc)
{
	const struct bv_values *v = values_of(env, pc);

	return v->off + (u64)v->stride * env->info[pc].key;
}

/**
 * bv_inline_able() - can a lookup be written out?
 * @env:	the check, after the walk
 * @pc:		an instruction
 *
 * Called by: fold.c, lower.c. Pure.
 * Return: true if it is a lookup that saw one map only, of the kind with indices for
 * keys.
 */
bool bv_inline_able(const struct bv_env *env, u32 pc)
{
	const struct bv_insn_info *info = &env->info[pc];
	const struct bpf_insn *insn = &env->insns[pc];

	if (insn->code != (BPF_JMP | BPF_CALL) || insn->src_reg ||
	    insn->imm != BPF_FUNC_map_lookup_elem)
		return false;
	if (env->req->as_written)
		return false;
	if (info->call_map != BV_CALL_MAP_ONE || info->map >= env->map_count)
		return false;
	/* the key may stand at any address */
	return values_of(env, pc)->stride && bv_host_unaligned_ok();
}

/**
 * bv_inline_known() - is the result of a lookup known when the map is?
 * @env:	the check, after fold.c
 * @pc:		a lookup for which bv_inline_able()
 *
 * Called by: fold.c, lower.c. Pure.
 * Return: true if the key is known, and there is no such value or its place can be
 * said in an instruction.
 */
bool bv_inline_known(const struct bv_env *env, u32 pc)
{
	const struct bv_insn_info *info = &env->info[pc];

	if (!info->key_known)
		return false;
	return info->key >= values_of(env, pc)->count || known_place(env, pc) <= S32_MAX;
}

static void put(struct bv_inlined *out, u8 code, u8 dst, u8 src, s32 imm)
{
	out->insns[out->count++] = (struct bpf_insn){
		.code = code, .dst_reg = dst, .src_reg = src, .imm = imm,
	};
}

static void put_known(const struct bv_env *env, u32 pc, struct bv_inlined *out)
{
	if (env->info[pc].key >= values_of(env, pc)->count) {
		put(out, BPF_ALU64 | BPF_MOV | BPF_K, BPF_REG_0, 0, 0);
		return;
	}
	put(out, BPF_ALU64 | BPF_MOV | BPF_X, BPF_REG_0, BPF_REG_1, 0);
	put(out, BPF_ALU64 | BPF_ADD | BPF_K, BPF_REG_0, 0, known_place(env, pc));
}

/* R0 = R2 * stride + R1 + values */
static void put_place(const struct bv_values *v, struct bv_inlined *out)
{
	if (hweight32(v->stride) == 1)
		put(out, BPF_ALU64 | BPF_LSH | BPF_K, BPF_REG_2, 0, __ffs(v->stride));
	else
		put(out, BPF_ALU64 | BPF_MUL | BPF_K, BPF_REG_2, 0, v->stride);
	put(out, BPF_ALU64 | BPF_ADD | BPF_X, BPF_REG_2, BPF_REG_1, 0);
	put(out, BPF_ALU64 | BPF_MOV | BPF_X, BPF_REG_0, BPF_REG_2, 0);
	put(out, BPF_ALU64 | BPF_ADD | BPF_K, BPF_REG_0, 0, v->off);
}

/**
 * bv_inline_emit() - write a lookup out
 * @env:	the check, after fold.c
 * @pc:		a lookup for which bv_inline_able()
 * @clear:	R0 must be zero where the jump for "no value" is taken; otherwise nobody
 *		reads it there
 * @out:	the instructions
 *
 * Called by: lower.c. Pure: the same lookup gives the same instructions.
 */
void bv_inline_emit(const struct bv_env *env, u32 pc, bool clear, struct bv_inlined *out)
{
	const struct bv_values *v = values_of(env, pc);
	u8 key_reg = env->info[pc].key_reg;

	out->count = 0;
	if (bv_inline_known(env, pc)) {
		put_known(env, pc, out);
		out->miss = out->count;
		return;
	}
	if (key_reg == BPF_REG_10)
		put(out, BPF_LDX | BPF_MEM | BPF_W, BPF_REG_2, BPF_REG_2, 0);
	else
		put(out, BPF_ALU | BPF_MOV | BPF_X, BPF_REG_2, key_reg, 0);
	if (clear)
		put(out, BPF_ALU64 | BPF_MOV | BPF_K, BPF_REG_0, 0, 0);
	out->miss = out->count;
	/* 32 bits: a count beyond S32_MAX is a count */
	put(out, BPF_JMP32 | BPF_JGE | BPF_K, BPF_REG_2, 0, v->count);
	if (v->mask != U32_MAX)
		put(out, BPF_ALU | BPF_AND | BPF_K, BPF_REG_2, 0, v->mask);
	put_place(v, out);
	out->insns[out->miss].off = out->count - out->miss - 1;
}
