// SPDX-License-Identifier: GPL-2.0-only
/*
 * Recording what the walk claims (claims.h): a copy of what is live of each state, when
 * the walk is about to step on from it. A state that ends because an older one covers it
 * is not recorded, so a run that came that way is held against the older one.
 *
 * It must never change what the walk does, but for running out of memory. Layer V6.
 * Tests: tools/bpf/verify: bpfcase --oracle, fuzz_oracle and its seeded bugs.
 */
#include <linux/bitops.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/string.h>
#include <linux/types.h>
#include "claims.h"
#include "oracle.h"
#include "walk.h"

static void free_claims_of(struct bv_claims_insn *at)
{
	while (at->first) {
		struct bv_claim *claim = at->first;

		at->first = claim->next;
		bv_free(claim);
	}
	at->count = 0;
}

/**
 * bv_claims_free() - give claims back
 * @claims:	from struct bv_result, or NULL; nobody runs the program any more
 *
 * Context: may sleep.
 */
void bv_claims_free(struct bv_claims *claims)
{
	u32 pc;

	if (!claims)
		return;
	for (pc = 0; claims->at && pc < claims->count; pc++)
		free_claims_of(&claims->at[pc]);
	bv_free(claims->at);
	bv_free(claims->insns);
	bv_free(claims->origin);
	bv_free(claims->points);
	bv_free(claims->maps);
	bv_free(claims->funcs);
	bv_free(claims);
}

/**
 * bv_claims_start() - begin recording, if that is asked for
 * @env:	the check, before its walk
 *
 * Return: 0 or -ENOMEM; bv_claims_finish() or bv_claims_drop() is due in any case.
 */
int bv_claims_start(struct bv_env *env)
{
	struct bv_claims *claims;
	u32 pc;

	if (!env->req->claims)
		return 0;
	claims = bv_alloc(sizeof(*claims));
	env->claims = claims;
	if (!claims)
		return -ENOMEM;
	claims->count = env->count;
	claims->at = bv_alloc(env->count * sizeof(*claims->at));
	claims->insns = bv_alloc(env->count * sizeof(*claims->insns));
	claims->maps = bv_alloc(max(env->map_count, 1U) * sizeof(*claims->maps));
	if (!claims->at || !claims->insns || !claims->maps)
		return -ENOMEM;
	claims->type = env->type;
	claims->privileged = env->req->privileged;
	memcpy(claims->insns, env->insns, env->count * sizeof(*claims->insns));
	if (env->map_count)
		memcpy(claims->maps, env->maps, env->map_count * sizeof(*claims->maps));
	for (pc = 0; pc < env->count; pc++) {
		claims->at[pc].proto = env->info[pc].proto;
		claims->at[pc].map = env->info[pc].map;
	}
	return 0;
}

/* too much to keep: whatever a run holds here is right */
static void give_up(struct bv_claims_insn *at)
{
	free_claims_of(at);
	at->open = true;
}

/**
 * bv_claims_note() - the walk goes on from a state
 * @env:	the check, whose claims are kept; env->pc is the instruction it is before
 * @st:		the state
 *
 * Return: 0 or -ENOMEM.
 */
int bv_claims_note(struct bv_env *env, const struct bv_state *st)
{
	u64 slots = env->info[env->pc].live_slots;
	u32 regs = env->info[env->pc].live_regs | BIT(BPF_REG_10);
	struct bv_claims *claims = env->claims;
	struct bv_claims_insn *at;
	struct bv_claim *claim;
	struct bv_slot *slot;
	struct bv_reg *reg;
	u32 bytes;

	at = &claims->at[env->pc];
	if (st->nslots < BV_SLOTS)
		slots &= BIT_ULL(st->nslots) - 1;
	bytes = sizeof(*claim) + hweight32(regs) * sizeof(*reg) +
		hweight64(slots) * sizeof(*slot);
	if (at->count == BV_CLAIMS_INSN || claims->bytes + bytes > BV_CLAIMS_BYTES)
		give_up(at);
	if (at->open)
		return 0;
	claim = bv_alloc(bytes);
	if (!claim)
		return -ENOMEM;
	claims->bytes += bytes;
	claim->call = st->caller ? st->caller->call : BV_NO_PC;
	claim->point = st->parent ? st->parent->point : BV_NO_POINT;
	claim->regs = regs;
	claim->slots = slots;
	claim->slot = (struct bv_slot *)&claim->reg[hweight32(regs)];
	for (reg = claim->reg; regs; regs &= regs - 1)
		*reg++ = st->reg[__ffs(regs)];
	for (slot = claim->slot; slots; slots &= slots - 1)
		bv_slot_copy(slot++, &st->slots[__ffs64(slots)]);
	claim->next = at->first;
	at->first = claim;
	at->count++;
	return 0;
}

/**
 * bv_claims_point() - a state is kept
 * @env:	the check
 * @point:	takes the number that bv_claims_settle() is to be told
 *
 * Return: 0 or -ENOMEM.
 */
int bv_claims_point(struct bv_env *env, u32 *point)
{
	struct bv_claims *claims = env->claims;

	if (!claims)
		return 0;
	if (claims->npoints == claims->cap &&
	    bv_grow_array((void **)&claims->points, &claims->cap, 16, sizeof(*claims->points)))
		return -ENOMEM;
	*point = claims->npoints++;
	claims->points[*point] = (struct bv_deps){};
	return 0;
}

/**
 * bv_claims_settle() - a kept state goes
 * @env:	the check
 * @point:	its number
 * @precise:	values that it compared exactly
 */
void bv_claims_settle(struct bv_env *env, u32 point, struct bv_deps precise)
{
	if (env->claims)
		env->claims->points[point] = precise;
}

/**
 * bv_claims_place() - where instructions went
 * @env:	the check, rewritten; nothing went away, so indices are those of the walk
 * @start:	of each instruction its index in the final program; one more for the end
 *
 * Return: 0 or -ENOMEM.
 */
int bv_claims_place(struct bv_env *env, const u32 *start)
{
	struct bv_claims *claims = env->claims;
	u32 i;

	if (!claims)
		return 0;
	claims->origins = start[env->count];
	claims->origin = bv_alloc(claims->origins * sizeof(*claims->origin));
	if (!claims->origin)
		return -ENOMEM;
	for (i = 0; i < claims->origins; i++)
		claims->origin[i] = BV_NO_PC;
	for (i = 0; i < env->count; i++) {
		claims->at[i].view = env->info[i].view;
		if (!env->info[i].second && start[i] != start[i + 1])
			claims->origin[start[i]] = i;
	}
	return 0;
}

/**
 * bv_claims_funcs() - functions and their stacks
 * @env:	the check, after bv_walk()
 *
 * Return: 0 or -ENOMEM.
 */
int bv_claims_funcs(struct bv_env *env)
{
	struct bv_claims *claims = env->claims;
	u32 i;

	if (!claims)
		return 0;
	claims->funcs = bv_alloc(env->func_count * sizeof(*claims->funcs));
	if (!claims->funcs)
		return -ENOMEM;
	claims->func_count = env->func_count;
	for (i = 0; i < env->func_count; i++) {
		const struct bv_func *f = &env->funcs[i];

		claims->funcs[i] = (struct bv_claims_func){
			f->start, round_up(f->stack, BV_SLOT_BYTES), f->global, f->nargs,
		};
		memcpy(claims->funcs[i].arg, f->arg, sizeof(f->arg));
	}
	return 0;
}

/**
 * bv_claims_finish() - the program is accepted
 * @env:	the check
 *
 * Return: the claims, to be given to bv_claims_free(); NULL where none were asked for.
 */
struct bv_claims *bv_claims_finish(struct bv_env *env)
{
	struct bv_claims *claims = env->claims;

	env->claims = NULL;
	if (claims)
		claims->budget = env->budget;
	return claims;
}

/**
 * bv_claims_drop() - the check is over
 * @env:	the check; claims that were not finished go
 */
void bv_claims_drop(struct bv_env *env)
{
	bv_claims_free(env->claims);
	env->claims = NULL;
}

/**
 * bv_oracle_origin() - original instruction that one of the rewritten program begins
 * @claims:	of the program
 * @idx:	instruction of the rewritten program
 *
 * Return: its number, U32_MAX where @idx is in the middle.
 */
u32 bv_oracle_origin(const struct bv_claims *claims, u32 idx)
{
	return idx < claims->origins ? claims->origin[idx] : BV_NO_PC;
}
