// SPDX-License-Identifier: GPL-2.0-only
/*
 * guess_run.h: calls of helpers under guess.c. What a helper is given must be memory of
 * the program's and numbers that tell nothing. In the run itself the helper then runs, on
 * the memory of one side; the other gets what it wrote. On a guess only those run that
 * change nothing, and of the others the effect on the stack is made up.
 *
 * Layer: as bpfcase.c.
 */
#include <linux/bpf_func.h>
#include <linux/kernel.h>
#include <linux/types.h>
#include <string.h>
#include "guess_run.h"
#include "guess_world.h"
#include "host.h"
#include "host_user.h"

#define HELPER_STEPS	20	/* instructions that one stands for */
#define MOST_ID		256

/**
 * struct call - a call
 * @proto:	what it takes
 * @id:		enum bpf_func_id
 * @func:	what is called
 * @map:	the map that it was given, or NULL
 * @fill:	memory that it fills
 * @filled:	bytes of it
 * @arg:	arguments as the host takes them
 */
struct call {
	const struct bpf_func_proto	*proto;
	s32				id;
	bpf_func_t			func;
	struct guess_object		*map;
	struct guess_place		fill;
	u32				filled;
	u64				arg[5];
};

/* ---- who is called ------------------------------------------------------------------------ */

static bool is_called(bpf_func_t func, s32 imm)
{
	return func && bv_host_call_imm(func) == imm;
}

static void set_callee(struct call *c, const struct bpf_func_proto *proto, s32 id,
		       bpf_func_t func)
{
	c->proto = proto;
	c->id = id;
	c->func = func;
}

/* a map's own function for one of the helpers; ORDER own: ids from lookup on */
static bool find_own(struct call *c, const struct bpf_type_ops *type, s32 imm)
{
	struct user_area area;
	struct bv_map map;
	bpf_func_t own[3];
	u32 i, k;

	for (i = 0; user_map_area(i, &area); i++) {
		if (bv_host_map_get(FD_FIRST + i, &map))
			continue;
		bv_host_map_put(map.map);
		own[0] = map.lookup;
		own[1] = map.update;
		own[2] = map.remove;
		for (k = 0; k < ARRAY_SIZE(own); k++) {
			if (!is_called(own[k], imm))
				continue;
			set_callee(c, type->proto(BPF_FUNC_map_lookup_elem + k),
				   BPF_FUNC_map_lookup_elem + k, own[k]);
			return true;
		}
	}
	return false;
}

static bool find_callee(struct call *c, const struct bpf_type_ops *type, s32 imm)
{
	s32 id;

	for (id = 1; id < MOST_ID; id++) {
		const struct bpf_func_proto *proto = type->proto(id);

		if (!proto || !is_called(proto->func, imm))
			continue;
		set_callee(c, proto, id, proto->func);
		return true;
	}
	return find_own(c, type, imm);
}

/* ---- what it is given --------------------------------------------------------------------- */

static bool is_number(u8 kind)
{
	switch (kind) {
	case BPF_ARG_ANY:
	case BPF_ARG_SCALAR:
	case BPF_ARG_SIZE:
	case BPF_ARG_SIZE_OR_ZERO:
	case BPF_ARG_CONST_SIZE:
		return true;
	default:
		return false;
	}
}

static bool take_number(struct guess *g, const struct guess_machine *m, struct call *c, u32 i)
{
	const u8 reg = BPF_REG_1 + i;

	if (bpf_proto_takes(c->proto, i, m->reg[0][reg] ^ m->reg[1][reg]))
		return guess_fails(g, m, "R%u tells a helper what nobody may know", reg);
	c->arg[i] = m->reg[0][reg];
	return true;
}

/* bytes that a helper uses of memory */
static u64 bytes_of(const struct guess_machine *m, const struct call *c, u32 i)
{
	switch (c->proto->arg[i]) {
	case BPF_ARG_MAP_KEY:
		return c->map ? c->map->area.key_size : 0;
	case BPF_ARG_MAP_VALUE:
		return c->map ? c->map->area.value_size : 0;
	case BPF_ARG_MEM_READ:
	case BPF_ARG_MEM_READ_OR_NULL:
	case BPF_ARG_MEM_FILL:
		return bpf_proto_takes(c->proto, i + 1, m->reg[0][BPF_REG_1 + i + 1]);
	default:
		return 0;
	}
}

static bool take_memory(struct guess *g, const struct guess_machine *m, struct call *c, u32 i)
{
	const u8 reg = BPF_REG_1 + i, kind = c->proto->arg[i];
	const u64 addr[GUESS_SIDES] = { m->reg[0][reg], m->reg[1][reg] };
	u64 bytes = bytes_of(m, c, i);
	struct guess_place at;

	if (!bytes) {
		c->arg[i] = addr[0];
		return true;
	}
	if (!guess_access(g, m, addr, bytes < U32_MAX ? bytes : U32_MAX, &at))
		return false;
	if (kind == BPF_ARG_MEM_FILL) {
		c->fill = at;
		c->filled = bytes;
	} else if (!guess_world_same(&at, bytes)) {
		return guess_fails(g, m, "R%u gives a helper what nobody may know", reg);
	}
	c->arg[i] = (u64)(at.obj->mem[0] + at.off);
	return true;
}

/* the first byte of an object of that kind */
static bool take_object(struct guess *g, const struct guess_machine *m, struct call *c, u32 i,
			u8 kind)
{
	const u8 reg = BPF_REG_1 + i;
	const u64 addr[GUESS_SIDES] = { m->reg[0][reg], m->reg[1][reg] };
	struct guess_place at;

	guess_world_find(&g->world, addr, 0, &at);
	if (!at.obj || at.off || at.obj->kind != kind || at.obj->base[1] != addr[1])
		return guess_fails(g, m, "R%u is not what the helper takes", reg);
	if (kind == GUESS_MAP)
		c->map = at.obj;
	c->arg[i] = (u64)at.obj->mem[0];
	return true;
}

static bool take_arg(struct guess *g, const struct guess_machine *m, struct call *c, u32 i)
{
	switch (c->proto->arg[i]) {
	case BPF_ARG_MAP:
		return take_object(g, m, c, i, GUESS_MAP);
	case BPF_ARG_CTX:
		return take_object(g, m, c, i, GUESS_CTX);
	case BPF_ARG_ACQUIRED:
		return take_object(g, m, c, i, GUESS_RECORD);
	default:
		return is_number(c->proto->arg[i]) ? take_number(g, m, c, i) :
						     take_memory(g, m, c, i);
	}
}

static bool take_args(struct guess *g, const struct guess_machine *m, struct call *c)
{
	u32 i;

	for (i = 0; i < ARRAY_SIZE(c->proto->arg) && c->proto->arg[i]; i++)
		if (!take_arg(g, m, c, i))
			return false;
	return true;
}

/* ---- what it does ------------------------------------------------------------------------- */

/* what was in R1 to R5 is the helper's, and nobody reads it */
static void scrub(struct guess_machine *m)
{
	u32 side, i;

	for (side = 0; side < GUESS_SIDES; side++)
		for (i = BPF_REG_1; i <= BPF_REG_5; i++)
			m->reg[side][i] = 0xdeadbeefbad0ULL + (side + 1) * (i << 20);
}

static void give_pointer(struct guess_machine *m, const struct guess_object *o)
{
	u32 side;

	for (side = 0; side < GUESS_SIDES; side++)
		m->reg[side][BPF_REG_0] = o ? o->base[side] : 0;
}

static void give_number(struct guess_machine *m, u64 value)
{
	u32 side;

	for (side = 0; side < GUESS_SIDES; side++)
		m->reg[side][BPF_REG_0] = value;
}

static void fill(struct guess *g, const struct call *c)
{
	u32 side;

	guess_world_note(&g->world, &c->fill, c->filled, g->now);
	for (side = 0; g->depth && side < GUESS_SIDES; side++)
		memset(c->fill.obj->mem[side] + c->fill.off, 0x77, c->filled);
}

/* false: too many objects, or a lookup that has no map */
static bool give(struct guess *g, struct guess_machine *m, const struct call *c, u64 r0)
{
	struct guess_object *o = NULL;

	switch (c->proto->ret) {
	case BPF_RET_MAP_VALUE_OR_NULL:
		if (r0)
			o = guess_world_value(&g->world, c->map, (u8 *)r0);
		break;
	case BPF_RET_ACQUIRED_OR_NULL:
		if (r0)
			o = guess_world_record(&g->world, (u8 *)r0, c->arg[1]);
		break;
	default:
		give_number(m, r0);
		return true;
	}
	give_pointer(m, o);
	return o || !r0;
}

/* on a guess: does it change more than the stack? */
static bool changes(const struct call *c)
{
	switch (c->id) {
	case BPF_FUNC_map_update_elem:
	case BPF_FUNC_map_delete_elem:
	case BPF_FUNC_ringbuf_output:
	case BPF_FUNC_ringbuf_reserve:
	case BPF_FUNC_ringbuf_submit:
	case BPF_FUNC_ringbuf_discard:
		return true;
	default:
		return false;
	}
}

static u64 run_helper(const struct call *c)
{
	return c->func(c->arg[0], c->arg[1], c->arg[2], c->arg[3], c->arg[4]);
}

static bool call_on_guess(struct guess *g, struct guess_machine *m, struct call *c)
{
	if (changes(c))
		return false;
	if (!c->filled)
		return give(g, m, c, run_helper(c));
	give_number(m, 0);
	return true;
}

static bool call_in_run(struct guess *g, struct guess_machine *m, struct call *c)
{
	u64 r0;

	if (c->proto->arg[0] == BPF_ARG_ACQUIRED)
		guess_object_at(&g->world, GUESS_RECORD, (void *)c->arg[0])->gone = true;
	r0 = run_helper(c);
	if (c->filled)
		memcpy(c->fill.obj->mem[1] + c->fill.off, c->fill.obj->mem[0] + c->fill.off,
		       c->filled);
	guess_world_settle(&g->world);
	return give(g, m, c, r0);
}

/**
 * guess_call() - step over a call
 * @g:		the run
 * @m:		registers, changed
 * @insn:	the call
 *
 * Return: false where it does not go on from there.
 */
bool guess_call(struct guess *g, struct guess_machine *m, const struct bpf_insn *insn)
{
	struct call c = {};
	bool goes_on;

	if (insn->src_reg || !find_callee(&c, g->task->type, insn->imm) ||
	    !take_args(g, m, &c))
		return false;
	g->now += HELPER_STEPS;
	if (g->depth)
		g->left -= min_t(u32, g->left - 1, HELPER_STEPS);
	if (c.filled)
		fill(g, &c);
	goes_on = g->depth ? call_on_guess(g, m, &c) : call_in_run(g, m, &c);
	scrub(m);
	m->pc++;
	return goes_on;
}
