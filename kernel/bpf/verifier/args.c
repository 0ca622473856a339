// SPDX-License-Identifier: GPL-2.0-only
/*
 * One row per kind of helper argument: what the register must hold, in words and in
 * bits, and which function looks closer. Checking an argument changes nothing but
 * stack bytes that the helper will fill, and those only after all is well with it.
 *
 * Layer V5. Tests: tools/testing/selftests/bpf/cases/ops/call-*.bpft
 */
#include <linux/kernel.h>
#include "op.h"

/* one argument of the call at env->pc */
struct bv_arg {
	struct bv_call		*call;
	const struct bv_reg	*reg;
	u8			idx;	/* 0 to 4 */
	u8			regno;	/* idx + 1 */
};

/**
 * struct arg_kind - what one enum bpf_arg_kind demands
 * @wants:	for messages, with its article
 * @kinds:	bit mask, 1 << enum bv_kind
 * @null:	the constant 0 will do too
 * @check:	looks closer, after @kinds; NULL where there is nothing to see
 */
struct arg_kind {
	const char	*wants;
	u32		kinds;
	bool		null;
	int		(*check)(struct bv_env *env, struct bv_state *st,
				 struct bv_arg *arg);
};

#define PACKET_KINDS	(BIT(BV_PACKET) | BIT(BV_PACKET_META))
#define MEMORY_KINDS	(BIT(BV_STACK) | BIT(BV_MAP_VALUE) | BIT(BV_KEY) | BIT(BV_ACQUIRED) | \
			 BIT(BV_MEM) | PACKET_KINDS)
#define ANY_KINDS	(BIT(BV_KIND_COUNT) - 1 - BIT(BV_UNSET))

static bool is_null(const struct bv_reg *r)
{
	return r->kind == BV_SCALAR && bv_scalar_is_const(r->val) &&
	       !bv_scalar_umax(r->val);
}

static int check_any(struct bv_env *env, struct bv_state *st, struct bv_arg *arg)
{
	if (env->req->privileged || !bv_reg_is_pointer(arg->reg))
		return 0;
	return bv_refuse(env, BV_R_ARG_LEAK, BV_REG(arg->regno), arg->regno,
			 arg->call->proto->name);
}

static int check_ctx(struct bv_env *env, struct bv_state *st, struct bv_arg *arg)
{
	if (bv_reg_const_offset(arg->reg) && !arg->reg->off)
		return 0;
	return bv_refuse(env, BV_R_CTX_MOVED, BV_REG(arg->regno), arg->regno,
			 arg->call->proto->name);
}

static int check_map(struct bv_env *env, struct bv_state *st, struct bv_arg *arg)
{
	arg->call->map = arg->reg->map;
	return 0;
}

static int check_map_memory(struct bv_env *env, struct bv_state *st,
			    struct bv_arg *arg, bool is_key, bool fill)
{
	const struct bv_map *map;
	u32 size;

	if (arg->call->map == BV_NO_MAP)
		return bv_refuse(env, BV_R_ARG_TABLE, BV_INSN, arg->call->proto->name,
				 arg->idx + 1);
	map = &env->maps[arg->call->map];
	size = is_key ? map->key_size : map->value_size;
	return bv_mem_helper(env, st, arg->regno, size, size, fill);
}

static int check_map_key(struct bv_env *env, struct bv_state *st, struct bv_arg *arg)
{
	return check_map_memory(env, st, arg, true, false);
}

static int check_map_key_fill(struct bv_env *env, struct bv_state *st, struct bv_arg *arg)
{
	return check_map_memory(env, st, arg, true, true);
}

static int check_map_value(struct bv_env *env, struct bv_state *st, struct bv_arg *arg)
{
	return check_map_memory(env, st, arg, false, false);
}

/*
 * Does the straight line to the call give the register a constant? One that tests leave only
 * one value of has others where a guess passes the tests.
 */
static bool is_given(const struct bv_env *env, u8 regno)
{
	const struct bpf_insn *insn;
	u32 pc = env->pc;

	while (pc > 0 && !env->info[pc].target) {
		insn = &env->insns[--pc];
		if (env->info[pc].second)
			continue;
		if (!bpf_insn_falls_through(insn))
			return false;
		if (bpf_insn_touches(insn).sets & BIT(regno))
			return insn->code == (BPF_ALU64 | BPF_MOV | BPF_K) ||
			       insn->code == (BPF_ALU | BPF_MOV | BPF_K);
	}
	return false;
}

/* a guess may not call with another size */
static void harden_size(struct bv_env *env, u8 regno)
{
	if (!env->req->privileged && !is_given(env, regno))
		env->info[env->pc].harden |= BV_HARDEN_BEFORE;
}

/*
 * The number that a helper takes for a size. Where it takes 32 bits, those are what compilers
 * test of a u32, and what is above them may be left from a larger number. All of it where that
 * is no size either: it tells more.
 */
static struct scalar size_taken(const struct bv_arg *arg)
{
	struct scalar size = arg->reg->val, low = bv_scalar_low(size, 32);

	if (arg->call->proto->narrow & BIT(arg->idx) && bv_scalar_umax(low) < BV_OFFSET_LIMIT)
		return low;
	return size;
}

/* the size of the memory that the argument before points to, and then that memory */
static int check_sized(struct bv_env *env, struct bv_state *st, struct bv_arg *arg,
		       bool may_be_zero)
{
	bool fill = arg->call->proto->arg[arg->idx - 1] == BPF_ARG_MEM_FILL;
	struct scalar size = size_taken(arg);
	u64 max = bv_scalar_umax(size);

	bv_demand(env, st, arg->reg);
	if (bv_scalar_smin(size) < 0)
		return bv_refuse(env, BV_R_SIZE_NEGATIVE, BV_REG(arg->regno),
				 arg->regno, bv_scalar_smin(size));
	if (max >= BV_OFFSET_LIMIT)
		return bv_refuse(env, BV_R_SIZE_UNBOUNDED, BV_REG(arg->regno),
				 arg->regno, max, BV_OFFSET_LIMIT - 1);
	if (!may_be_zero && !bv_scalar_umin(size))
		return bv_refuse(env, BV_R_SIZE_ZERO, BV_REG(arg->regno), arg->regno,
				 arg->call->proto->name);
	harden_size(env, arg->regno);
	return bv_mem_helper(env, st, arg->regno - 1, bv_scalar_umin(size), max, fill);
}

static int check_size(struct bv_env *env, struct bv_state *st, struct bv_arg *arg)
{
	return check_sized(env, st, arg, false);
}

static int check_size_or_zero(struct bv_env *env, struct bv_state *st,
			      struct bv_arg *arg)
{
	return check_sized(env, st, arg, true);
}

/* how much memory the helper returns: known here, so that accesses can be checked */
static int check_const_size(struct bv_env *env, struct bv_state *st, struct bv_arg *arg)
{
	const char *name = arg->call->proto->name;
	struct scalar size = arg->reg->val;
	u64 bytes = bv_scalar_umin(size);

	bv_demand(env, st, arg->reg);
	if (!bv_scalar_is_const(size))
		return bv_refuse(env, BV_R_SIZE_VARIABLE, BV_REG(arg->regno), arg->regno,
				 name);
	if ((s64)bytes < 0)
		return bv_refuse(env, BV_R_SIZE_NEGATIVE, BV_REG(arg->regno),
				 arg->regno, (s64)bytes);
	if (bytes >= BV_OFFSET_LIMIT)
		return bv_refuse(env, BV_R_SIZE_UNBOUNDED, BV_REG(arg->regno),
				 arg->regno, bytes, BV_OFFSET_LIMIT - 1);
	if (!bytes)
		return bv_refuse(env, BV_R_SIZE_ZERO, BV_REG(arg->regno), arg->regno,
				 name);
	harden_size(env, arg->regno);
	arg->call->bytes = bytes;
	return 0;
}

/* what is given back is found by its first byte */
static int check_acquired(struct bv_env *env, struct bv_state *st, struct bv_arg *arg)
{
	if (!bv_reg_const_offset(arg->reg) || arg->reg->off)
		return bv_refuse(env, BV_R_ACQUIRED_MOVED, BV_REG(arg->regno), arg->regno,
				 arg->call->proto->name);
	arg->call->given_back = arg->reg->id;
	return 0;
}

/* ORDER arguments: enum bpf_arg_kind in linux/bpf_func.h */
static const struct arg_kind arg_kinds[] = {
	[BPF_ARG_NONE] = { .wants = "nothing", .kinds = BIT(BV_KIND_COUNT) - 1 },
	[BPF_ARG_ANY] = { "any value", ANY_KINDS, false, check_any },
	[BPF_ARG_SCALAR] = { "a number", BIT(BV_SCALAR), false, NULL },
	[BPF_ARG_CTX] = { "the context", BIT(BV_CTX), false, check_ctx },
	[BPF_ARG_MAP] = { "a map", BIT(BV_MAP), false, check_map },
	[BPF_ARG_MAP_KEY] = {
		"a key, on the stack or in a map value", MEMORY_KINDS, false,
		check_map_key
	},
	[BPF_ARG_MAP_KEY_FILL] = {
		"room for a key", MEMORY_KINDS, false, check_map_key_fill
	},
	[BPF_ARG_MAP_VALUE] = {
		"a value, on the stack or in a map value", MEMORY_KINDS, false,
		check_map_value
	},
	[BPF_ARG_MEM_READ] = { "memory", MEMORY_KINDS, false, NULL },
	[BPF_ARG_MEM_READ_OR_NULL] = { "memory or 0", MEMORY_KINDS, true, NULL },
	[BPF_ARG_MEM_FILL] = { "memory to fill", MEMORY_KINDS, false, NULL },
	[BPF_ARG_SIZE] = { "a size", BIT(BV_SCALAR), false, check_size },
	[BPF_ARG_SIZE_OR_ZERO] = {
		"a size", BIT(BV_SCALAR), false, check_size_or_zero
	},
	[BPF_ARG_CONST_SIZE] = {
		"a constant size", BIT(BV_SCALAR), false, check_const_size
	},
	[BPF_ARG_ACQUIRED] = {
		"acquired memory", BIT(BV_ACQUIRED), false, check_acquired
	},
};

static_assert(ARRAY_SIZE(arg_kinds) == BPF_ARG_KIND_COUNT);

static int refuse_kind(struct bv_env *env, const struct bv_arg *arg,
		       const struct arg_kind *want)
{
	if (arg->reg->kind == BV_UNSET)
		return bv_refuse(env, BV_R_ARG_UNSET, BV_REG(arg->regno), arg->regno,
				 arg->call->proto->name, want->wants);
	if (bv_reg_maybe_null(arg->reg))
		return bv_refuse(env, BV_R_ARG_MAYBE_NULL, BV_REG(arg->regno),
				 arg->regno, bv_memkind_of(arg->reg)->name,
				 arg->call->proto->name, want->wants);
	return bv_refuse(env, BV_R_ARG_KIND, BV_REG(arg->regno), arg->regno,
			 bv_memkind_of(arg->reg)->name, arg->call->proto->name,
			 want->wants);
}

/**
 * bv_args_check() - does a register hold what a helper demands?
 * @env:	the check, env->pc being the call
 * @st:		state; stack bytes that the helper fills are written
 * @call:	the call; @map is written when the map argument is seen, which comes
 *		before the key and value arguments that need it; @bytes and @given_back
 *		likewise
 * @n:		argument, 0 to 4
 *
 * Return: 0, -ENOMEM, or what bv_refuse() gave: -EACCES.
 */
int bv_args_check(struct bv_env *env, struct bv_state *st, struct bv_call *call, u8 n)
{
	const struct arg_kind *want = &arg_kinds[call->proto->arg[n]];
	struct bv_arg arg = {
		.call = call,
		.idx = n,
		.regno = n + BPF_REG_1,
		.reg = &st->reg[n + BPF_REG_1],
	};

	if (!(want->kinds & BIT(arg.reg->kind))) {
		if (!want->null || !is_null(arg.reg))
			return refuse_kind(env, &arg, want);
		bv_demand(env, st, arg.reg);
		return 0;
	}
	if (want->kinds == MEMORY_KINDS && bv_reg_is_packet(arg.reg) && !call->proto->reads_packet)
		return bv_refuse(env, BV_R_ARG_PACKET, BV_REG(arg.regno), arg.regno,
				 bv_memkind_of(arg.reg)->name, call->proto->name);
	return want->check ? want->check(env, st, &arg) : 0;
}
