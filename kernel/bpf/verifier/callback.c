// SPDX-License-Identifier: GPL-2.0-only
/*
 * Helpers that call functions of the program: bpf_loop() and, for arrays and hash tables,
 * bpf_for_each_map_elem(). Neither is a helper here. A call of one becomes a call of a
 * function that is written behind the program and calls the callback as often as it is to
 * be called,
 *
 *	if flags, or too often: return an error
 *	for (i = 0; i < times; i++)
 *		if (callback(i, ctx))
 *			return i + 1;
 *	return i;
 *
 * so that all that comes later, the walk with its loops, the rewriting and every runtime,
 * sees nothing but a loop and calls. Which function the callback is must be told by a
 * constant in R2 in the straight line that leads to the call, as compilers write it.
 *
 * The elements of a hash table come and go while it is gone through, also by what the
 * callback does. The function keeps the key that it came to, and the map tells the next one
 * in an order that does not depend on what is there (map/hash_walk.c):
 *
 *	for (i = 0; i < most && (value = next(map, key, i)); i++)
 *		if (callback(map, key_of(value), value, ctx))
 *			return i + 1;
 *	return i;
 *
 * No key comes twice, but new ones may come for as long as somebody inserts them: the
 * function counts. "most" is so much above what the map holds that elements that stay are
 * met even while all others are exchanged, but by somebody who puts each new one right
 * behind the last (most_visits()).
 *
 * It judges nothing else: decode.c looks at what it wrote as at all else. Layer V3.
 * Tests: tools/testing/selftests/bpf/cases/func/callback-*.bpft.
 */
#include <linux/bpf_func.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/limits.h>
#include <linux/minmax.h>
#include <linux/string.h>
#include <linux/types.h>
#include "../flow.h"
#include "pass.h"

/* what bpf_loop() does at most */
#define MOST_TIMES	8388608

#define CONST		(BPF_LD | BPF_IMM | BPF_DW)
#define MOVE		(BPF_ALU64 | BPF_MOV | BPF_X)

/* bytes of stack for an array's key */
#define KEY_SLOT	4

/* of its own, instructions; the longest one */
#define DRIVER_INSNS	28

/**
 * struct driver - a function that calls a callback
 * @callback:	index of the callback
 * @fd:		of the map that it goes through
 * @entries:	of it
 * @key_bytes:	of it, where it is a hash table; otherwise 0
 * @count:	instructions
 * @call:	of these, the one that calls the callback
 * @insns:	the instructions
 */
struct driver {
	u32		callback;
	u32		fd;
	u32		entries;
	u32		key_bytes;
	u32		count;
	u32		call;
	struct bpf_insn	insns[DRIVER_INSNS];
};

/* where no path came: there is no such element */
static u64 find_none(u64 map, u64 key, u64 turn, u64 r4, u64 r5)
{
	return 0;
}

/* the map's own function is called, where the walk saw one; lower.c writes the others out */
static const struct bpf_func_proto next_elem_proto = {
	.name		= "map_next_elem",
	.func		= find_none,
	.ret		= BPF_RET_MAP_VALUE_OR_NULL,
	.arg		= { BPF_ARG_MAP, BPF_ARG_MAP_KEY_FILL, BPF_ARG_SCALAR },
	.map_type	= BPF_MAP_TYPE_HASH,
};

static const struct bpf_func_proto key_of_proto = {
	.name		= "map_key_of",
	.ret		= BPF_RET_MAP_KEY,
	.arg		= { BPF_ARG_MAP, BPF_ARG_ANY },
	.map_type	= BPF_MAP_TYPE_HASH,
};

static const struct bpf_func_proto key_at_proto = {
	.name		= "map_key_at",
	.ret		= BPF_RET_MAP_KEY,
	.arg		= { BPF_ARG_MAP, BPF_ARG_MAP_KEY },
	.map_type	= BPF_MAP_TYPE_ARRAY,
};

/**
 * bv_callback_proto() - what the functions written here call beside helpers
 * @id:	the number in such a call, any value
 *
 * Return: the description; NULL where that is none of them.
 */
const struct bpf_func_proto *bv_callback_proto(s32 id)
{
	switch (id) {
	case BV_CALL_NEXT_ELEM:
		return &next_elem_proto;
	case BV_CALL_KEY_OF:
		return &key_of_proto;
	case BV_CALL_KEY_AT:
		return &key_at_proto;
	default:
		return NULL;
	}
}

static bool is_helper(const struct bpf_insn *insn, u32 id)
{
	return insn->code == (BPF_JMP | BPF_CALL) && !insn->src_reg && insn->imm == id;
}

static bool takes_callback(const struct bpf_insn *insn)
{
	return is_helper(insn, BPF_FUNC_loop) || is_helper(insn, BPF_FUNC_for_each_map_elem);
}

/* ---- what is written behind the program -------------------------------------------- */

static void put(struct driver *d, u8 code, u8 dst, u8 src, s16 off, s32 imm)
{
	d->insns[d->count++] = (struct bpf_insn){ code, dst, src, off, imm };
}

/* jumps from instruction @from to the next one written */
static void land(struct driver *d, u32 from)
{
	d->insns[from].off = d->count - from - 1;
}

/* R0 = @error and out, unless the comparison with @imm is false; returns the jump */
static u32 put_check(struct driver *d, u8 op, u8 reg, s32 imm, s32 error)
{
	put(d, BPF_ALU64 | BPF_MOV | BPF_K, BPF_REG_0, 0, 0, error);
	put(d, BPF_JMP | op | BPF_K, reg, 0, 0, imm);
	return d->count - 1;
}

/* the callback, and back to @head unless it returns something; then R0 is how often */
static void put_turn(struct driver *d, u32 head)
{
	d->call = d->count;
	put(d, BPF_JMP | BPF_CALL, 0, BPF_PSEUDO_CALL, 0, 0);
	put(d, BPF_ALU64 | BPF_ADD | BPF_K, BPF_REG_6, 0, 0, 1);
	put(d, BPF_JMP | BPF_JEQ | BPF_K, BPF_REG_0, 0, (s32)head - (s32)d->count - 1, 0);
}

/* R6 is i, R7 how often, R8 the callback's context */
static void write_loop(struct driver *d)
{
	u32 flags, many, head;

	flags = put_check(d, BPF_JNE, BPF_REG_4, 0, -EINVAL);
	put(d, BPF_ALU | BPF_MOV | BPF_X, BPF_REG_1, BPF_REG_1, 0, 0);
	many = put_check(d, BPF_JGT, BPF_REG_1, MOST_TIMES, -E2BIG);
	put(d, BPF_ALU64 | BPF_MOV | BPF_K, BPF_REG_6, 0, 0, 0);
	put(d, MOVE, BPF_REG_7, BPF_REG_1, 0, 0);
	put(d, MOVE, BPF_REG_8, BPF_REG_3, 0, 0);
	head = d->count;
	put(d, BPF_JMP | BPF_JGE | BPF_X, BPF_REG_6, BPF_REG_7, 0, 0);
	put(d, MOVE, BPF_REG_1, BPF_REG_6, 0, 0);
	put(d, MOVE, BPF_REG_2, BPF_REG_8, 0, 0);
	put_turn(d, head);
	land(d, head);
	put(d, MOVE, BPF_REG_0, BPF_REG_6, 0, 0);
	land(d, flags);
	land(d, many);
	put(d, BPF_JMP | BPF_EXIT, 0, 0, 0, 0);
}

/* R1 = R7, the map; R2 = the key, in the stack */
static void put_key_args(struct driver *d, u32 slot)
{
	put(d, MOVE, BPF_REG_1, BPF_REG_7, 0, 0);
	put(d, MOVE, BPF_REG_2, BPF_REG_10, 0, 0);
	put(d, BPF_ALU64 | BPF_ADD | BPF_K, BPF_REG_2, 0, 0, -(s32)slot);
}

/* the callback is given the map R7, the key R0, the value R9 and the context R8 */
static void put_element(struct driver *d, u32 head)
{
	put(d, MOVE, BPF_REG_1, BPF_REG_7, 0, 0);
	put(d, MOVE, BPF_REG_2, BPF_REG_0, 0, 0);
	put(d, MOVE, BPF_REG_3, BPF_REG_9, 0, 0);
	put(d, MOVE, BPF_REG_4, BPF_REG_8, 0, 0);
	put_turn(d, head);
}

/*
 * R6 is the key, R7 the map, R8 the callback's context, R9 the value; an array has what it is
 * asked for
 */
static void write_array(struct driver *d)
{
	u32 flags, head, absent;

	flags = put_check(d, BPF_JNE, BPF_REG_4, 0, -EINVAL);
	put(d, BPF_ALU64 | BPF_MOV | BPF_K, BPF_REG_6, 0, 0, 0);
	put(d, MOVE, BPF_REG_7, BPF_REG_1, 0, 0);
	put(d, MOVE, BPF_REG_8, BPF_REG_3, 0, 0);
	head = d->count;
	put(d, BPF_JMP32 | BPF_JGE | BPF_K, BPF_REG_6, 0, 0, d->entries);
	put(d, BPF_STX | BPF_MEM | BPF_W, BPF_REG_10, BPF_REG_6, -KEY_SLOT, 0);
	put_key_args(d, KEY_SLOT);
	put(d, BPF_JMP | BPF_CALL, 0, 0, 0, BPF_FUNC_map_lookup_elem);
	absent = d->count;
	put(d, BPF_JMP | BPF_JEQ | BPF_K, BPF_REG_0, 0, 0, 0);
	put(d, MOVE, BPF_REG_9, BPF_REG_0, 0, 0);
	put_key_args(d, KEY_SLOT);
	put(d, BPF_JMP | BPF_CALL, 0, 0, 0, BV_CALL_KEY_AT);
	put_element(d, head);
	land(d, head);
	land(d, absent);
	put(d, MOVE, BPF_REG_0, BPF_REG_6, 0, 0);
	land(d, flags);
	put(d, BPF_JMP | BPF_EXIT, 0, 0, 0, 0);
}

/*
 * Elements at most: twice what the map can hold, and some. Nobody chooses where in the order
 * a key is: however fast others insert and delete, at each place there are as many as the
 * map can hold by that place's share, by chance some more. So as many are met in all as it
 * can hold, give or take its root.
 */
static u32 most_visits(u32 entries)
{
	return min_t(u64, 2ULL * entries + 16, U32_MAX);
}

/* R6 is i, R7 the map, R8 the callback's context, R9 the value */
static void write_hash(struct driver *d)
{
	u32 flags, head, none;

	flags = put_check(d, BPF_JNE, BPF_REG_4, 0, -EINVAL);
	put(d, BPF_ALU64 | BPF_MOV | BPF_K, BPF_REG_6, 0, 0, 0);
	/* not R1: whatever the call says, keys fit as long as it is this map */
	put(d, CONST, BPF_REG_7, BPF_PSEUDO_MAP_FD, 0, d->fd);
	put(d, 0, 0, 0, 0, 0);
	put(d, MOVE, BPF_REG_8, BPF_REG_3, 0, 0);
	head = d->count;
	put(d, BPF_JMP32 | BPF_JGE | BPF_K, BPF_REG_6, 0, 0, most_visits(d->entries));
	put_key_args(d, round_up(d->key_bytes, 8));
	put(d, MOVE, BPF_REG_3, BPF_REG_6, 0, 0);
	put(d, BPF_JMP | BPF_CALL, 0, 0, 0, BV_CALL_NEXT_ELEM);
	none = d->count;
	put(d, BPF_JMP | BPF_JEQ | BPF_K, BPF_REG_0, 0, 0, 0);
	put(d, MOVE, BPF_REG_9, BPF_REG_0, 0, 0);
	put(d, MOVE, BPF_REG_1, BPF_REG_7, 0, 0);
	put(d, MOVE, BPF_REG_2, BPF_REG_0, 0, 0);
	put(d, BPF_JMP | BPF_CALL, 0, 0, 0, BV_CALL_KEY_OF);
	put_element(d, head);
	land(d, head);
	land(d, none);
	put(d, MOVE, BPF_REG_0, BPF_REG_6, 0, 0);
	land(d, flags);
	put(d, BPF_JMP | BPF_EXIT, 0, 0, 0, 0);
}

/* a copy with more room; callbacks are few, and the old one goes with all else */
static void *longer(struct bv_env *env, const void *old, size_t bytes, size_t more)
{
	void *copy = bv_pool_take(&env->pool, more);

	if (copy)
		memcpy(copy, old, bytes);
	return copy;
}

/* puts @d behind the program; its index, 0 without memory */
static u32 append(struct bv_env *env, struct driver *d)
{
	u32 at = env->count, count = env->count + d->count, i;
	struct bv_insn_info *info;
	struct bpf_insn *insns;
	u32 *loaded;

	insns = longer(env, env->insns, at * sizeof(*insns), count * sizeof(*insns));
	if (!insns)
		return 0;
	env->insns = insns;
	info = longer(env, env->info, at * sizeof(*info), count * sizeof(*info));
	if (!info)
		return 0;
	env->info = info;
	bv_info_start(info + at, d->count);
	if (env->loaded) {
		loaded = longer(env, env->loaded, at * sizeof(*loaded), count * sizeof(*loaded));
		if (!loaded)
			return 0;
		env->loaded = loaded;
		for (i = at; i < count; i++)
			loaded[i] = BV_NO_PC;
	}
	d->insns[d->call].imm = d->callback - (at + d->call) - 1;
	memcpy(&insns[at], d->insns, d->count * sizeof(*insns));
	env->count = count;
	return at;
}

/* ---- what the program says ------------------------------------------------------------ */

/* jump targets, 1 each; the instructions have not been looked at: they may be any */
static u8 *find_targets(const struct bv_env *env)
{
	u8 *targets = bv_alloc(env->count);
	u32 pc, to;

	for (pc = 0; targets && pc < env->count; pc++)
		if (bpf_insn_target(&env->insns[pc], pc, &to) && to < env->count)
			targets[to] = 1;
	return targets;
}

static bool sets(const struct bpf_insn *insn, u8 reg)
{
	return bpf_insn_touches(insn).sets >> reg & 1;
}

/*
 * The constant of that kind that @reg holds at @pc, in the straight line that leads there;
 * BV_NO_PC where that is not known.
 */
static u32 find_const(const struct bv_env *env, const u8 *targets, u32 pc, u8 reg, u8 kind)
{
	const struct bpf_insn *insn;

	while (pc-- > 0 && !targets[pc + 1]) {
		insn = &env->insns[pc];
		/* the second half of a constant is no instruction */
		if (!insn->code && pc && insn[-1].code == CONST) {
			if (insn[-1].dst_reg == reg)
				return insn[-1].src_reg == kind ? pc - 1 : BV_NO_PC;
			continue;
		}
		if (insn->code == CONST)
			continue;
		if (!bpf_insn_falls_through(insn) || sets(insn, reg))
			return BV_NO_PC;
	}
	return BV_NO_PC;
}

/*
 * How to go through the map whose descriptor that is, false: not known. Should it be that of
 * another map when decode.c asks, what is written here is checked with that one.
 */
static bool look_at_map(u32 fd, struct driver *d)
{
	struct bv_map map;

	if (bv_host_map_get(fd, &map))
		return false;
	bv_host_map_put(map.map);
	d->fd = fd;
	d->entries = map.max_entries;
	d->key_bytes = map.next ? map.key_size : 0;
	return map.next || (map.type == BPF_MAP_TYPE_ARRAY && map.max_entries <= S32_MAX);
}

/* the descriptor of the map in R1, which a constant there names, or its index */
static bool find_map(const struct bv_env *env, const u8 *targets, u32 *fd)
{
	u32 pc = find_const(env, targets, env->pc, BPF_REG_1, BPF_PSEUDO_MAP_FD);

	if (pc != BV_NO_PC) {
		*fd = env->insns[pc].imm;
		return true;
	}
	pc = find_const(env, targets, env->pc, BPF_REG_1, BPF_PSEUDO_MAP_IDX);
	return pc != BV_NO_PC && env->req->fd_array &&
	       !bv_host_fd(env->req->fd_array, env->insns[pc].imm, fd);
}

/* what is to be called at env->pc in place of the helper */
static int choose_driver(struct bv_env *env, const u8 *targets, struct driver *d)
{
	struct bpf_insn *insn = &env->insns[env->pc];
	u32 func = find_const(env, targets, env->pc, BPF_REG_2, BPF_PSEUDO_FUNC), fd;
	const struct btf_type *type;
	s64 to;

	if (func == BV_NO_PC)
		return bv_refuse(env, BV_R_CALLBACK_UNKNOWN, BV_INSN);
	to = (s64)func + 1 + env->insns[func].imm;
	if (to < 0 || to >= env->req->count)
		return bv_refuse(env, BV_R_CALL_OUT, BV_INSN, to, env->req->count - 1);
	type = bpf_source_type(env->req->source, to);
	if (type && BTF_INFO_VLEN(type->info) != BTF_FUNC_STATIC)
		return bv_refuse(env, BV_R_CALLBACK_GLOBAL, BV_INSN,
				 bpf_source_func(env->req->source, to));
	d->callback = to;
	if (is_helper(insn, BPF_FUNC_loop)) {
		write_loop(d);
	} else {
		if (!find_map(env, targets, &fd) || !look_at_map(fd, d))
			return bv_refuse(env, BV_R_CALLBACK_MAP, BV_INSN);
		if (d->key_bytes)
			write_hash(d);
		else
			write_array(d);
	}
	/* nobody reads the register any more */
	env->insns[func].src_reg = 0;
	env->insns[func].imm = 0;
	return 0;
}

static int replace_call(struct bv_env *env, const u8 *targets)
{
	struct driver d = {};
	u32 at;
	int err;

	err = choose_driver(env, targets, &d);
	if (err)
		return err;
	at = append(env, &d);
	if (!at)
		return -ENOMEM;
	env->insns[env->pc].src_reg = BPF_PSEUDO_CALL;
	env->insns[env->pc].imm = at - env->pc - 1;
	return 0;
}

/**
 * bv_callbacks() - helpers that call functions of the program become such functions
 * @env:	the check, nothing of it looked at; insns, info and count may grow
 *
 * Without privilege nothing is done, and decode.c will know neither helper nor constant.
 *
 * Return: 0; -EINVAL through bv_refuse() where the callback or the array is not known;
 * -ENOMEM.
 */
int bv_callbacks(struct bv_env *env)
{
	u8 *targets = NULL;
	int err = 0;
	u32 pc;

	if (!env->req->privileged)
		return 0;
	for (pc = 0; !err && pc < env->req->count; pc++) {
		if (!takes_callback(&env->insns[pc]))
			continue;
		if (!targets)
			targets = find_targets(env);
		env->pc = pc;
		err = targets ? replace_call(env, targets) : -ENOMEM;
	}
	bv_free(targets);
	if (!err)
		env->pc = BV_NO_PC;
	return err;
}
