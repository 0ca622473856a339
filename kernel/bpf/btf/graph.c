// SPDX-License-Identifier: GPL-2.0-only
/*
 * What types are made of: every number is that of a type, nothing is made of itself, and
 * how large each is.
 *
 * Two walks, each depth first with a stack of BPF_TYPES_DEPTH entries and no recursion:
 *
 *	chains		typedefs, qualifiers and pointers, of which each leads to one type
 *	values		structures, unions and arrays, which hold the types of their parts
 *
 * A pointer ends the second: a structure may well point to itself. A type that was done
 * is not entered again, so time is linear in the blob.
 *
 * Layer Kt. Tests: tools/bpf/verify/btf_test.c.
 */
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/limits.h>
#include <linux/types.h>
#include "../verifier/host.h"
#include "check.h"

#define POINTER_BYTES	8

enum state {
	NEW = 0,
	OPEN,		/* on the stack */
	DONE,
};

/**
 * struct visit - a type on the stack of the second walk
 * @id:		the type
 * @next:	part to look at next
 */
struct visit {
	u32	id;
	u32	next;
};

/**
 * struct walk - both walks
 * @c:		the check
 * @state:	enum state of each type
 * @stack:	types being looked into
 * @depth:	how many
 */
struct walk {
	struct btf_check	*c;
	u8			*state;
	struct visit		stack[BPF_TYPES_DEPTH];
	u32			depth;
};

static int check_number(const struct btf_check *c, u32 id)
{
	return id < c->types->count ? 0 : btf_fault(c, BPF_FAULT_REF, id, c->types->count);
}

/* the type's own reference; kinds that have a size there instead have none */
static bool has_target(u32 kind)
{
	switch (kind) {
	case BTF_KIND_PTR:
	case BTF_KIND_FUNC:
	case BTF_KIND_FUNC_PROTO:
	case BTF_KIND_VAR:
	case BTF_KIND_DECL_TAG:
		return true;
	default:
		return btf_is_modifier(kind);
	}
}

/* numbers that stand in items, the @stride words of which have one at word @word */
static int check_item_numbers(const struct btf_check *c, const struct btf_type *t, u32 stride,
			      u32 word)
{
	const u32 *words = btf_items(t);
	u32 i;
	int err = 0;

	for (i = 0; !err && i < BTF_INFO_VLEN(t->info); i++)
		err = check_number(c, words[i * stride + word]);
	return err;
}

static int check_numbers(const struct btf_check *c, const struct btf_type *t)
{
	const struct btf_array *array = btf_items(t);
	u32 kind = BTF_INFO_KIND(t->info);
	int err = has_target(kind) ? check_number(c, t->type) : 0;

	if (err)
		return err;
	switch (kind) {
	case BTF_KIND_ARRAY:
		err = check_number(c, array->type);
		return err ? err : check_number(c, array->index_type);
	case BTF_KIND_STRUCT:
	case BTF_KIND_UNION:
		return check_item_numbers(c, t, 3, 1);
	case BTF_KIND_FUNC_PROTO:
		return check_item_numbers(c, t, 2, 1);
	case BTF_KIND_DATASEC:
		return check_item_numbers(c, t, 3, 0);
	default:
		return 0;
	}
}

static int enter(struct walk *w, u32 id)
{
	if (w->depth == BPF_TYPES_DEPTH) {
		w->c->id = w->stack[0].id;
		return btf_fault(w->c, BPF_FAULT_DEPTH, BPF_TYPES_DEPTH);
	}
	w->state[id] = OPEN;
	w->stack[w->depth++] = (struct visit){ .id = id };
	return 0;
}

static int refuse_loop(struct walk *w, u32 id)
{
	u32 by = w->stack[w->depth - 1].id;

	w->c->id = id;
	return btf_fault(w->c, BPF_FAULT_LOOP, by);
}

/* ---- chains ------------------------------------------------------------------ */

static bool is_chain(const struct bpf_types *types, u32 id)
{
	u32 kind = bpf_type_kind(types, id);

	return kind == BTF_KIND_PTR || btf_is_modifier(kind);
}

static u32 target_of(const struct bpf_types *types, u32 id)
{
	return bpf_type_record(types, id)->type;
}

/* tags come first, then qualifiers, so that who looks for tags knows where to stop */
static int check_tag_order(const struct btf_check *c)
{
	u32 kind = bpf_type_kind(c->types, c->id);
	u32 to = target_of(c->types, c->id);

	if (btf_is_modifier(kind) && kind != BTF_KIND_TYPE_TAG &&
	    bpf_type_kind(c->types, to) == BTF_KIND_TYPE_TAG)
		return btf_fault(c, BPF_FAULT_TAG_ORDER, to);
	return 0;
}

/* all of the chain that @id begins and that was not done before */
static int walk_chain(struct walk *w, u32 id)
{
	struct bpf_types *types = w->c->types;
	int err;

	for (; is_chain(types, id) && w->state[id] == NEW; id = target_of(types, id)) {
		err = enter(w, id);
		if (err)
			return err;
	}
	if (is_chain(types, id) && w->state[id] == OPEN)
		return refuse_loop(w, id);
	while (w->depth) {
		id = w->stack[--w->depth].id;
		w->state[id] = DONE;
		if (bpf_type_kind(types, id) != BTF_KIND_PTR)
			types->base[id] = types->base[target_of(types, id)];
	}
	return 0;
}

static int walk_chains(struct walk *w)
{
	struct btf_check *c = w->c;
	u32 id;
	int err;

	for (id = 1; id < c->types->count; id++) {
		c->id = id;
		if (!is_chain(c->types, id))
			continue;
		err = check_tag_order(c);
		if (!err)
			err = walk_chain(w, id);
		if (err)
			return err;
	}
	return 0;
}

/* ---- values -------------------------------------------------------------------- */

/* part @n of a type, typedefs and qualifiers aside; false: it has no more */
static bool find_part(const struct bpf_types *types, u32 id, u32 n, u32 *part)
{
	const struct btf_type *t = bpf_type_record(types, id);
	const struct btf_member *m = btf_items(t);
	const struct btf_array *array = btf_items(t);

	if (BTF_INFO_KIND(t->info) == BTF_KIND_ARRAY) {
		*part = types->base[array->type];
		return !n;
	}
	if (n >= BTF_INFO_VLEN(t->info))
		return false;
	*part = types->base[m[n].type];
	return true;
}

static bool has_parts(const struct bpf_types *types, u32 id)
{
	u32 kind = bpf_type_kind(types, id);

	return kind == BTF_KIND_ARRAY || btf_is_compound(kind);
}

/* all parts of an array are done: now its size is known */
static int leave(struct walk *w, u32 id)
{
	struct bpf_types *types = w->c->types;
	const struct btf_type *t = bpf_type_record(types, id);
	const struct btf_array *array = btf_items(t);
	u64 bytes;

	w->state[id] = DONE;
	w->depth--;
	if (BTF_INFO_KIND(t->info) != BTF_KIND_ARRAY)
		return 0;
	bytes = (u64)types->bytes[types->base[array->type]] * array->nelems;
	if (bytes > U32_MAX) {
		w->c->id = id;
		return btf_fault(w->c, BPF_FAULT_ARRAY_SIZE, array->nelems,
				 types->bytes[types->base[array->type]]);
	}
	types->bytes[id] = bytes;
	return 0;
}

/* all that @id holds and that was not done before */
static int walk_value(struct walk *w, u32 id)
{
	const struct bpf_types *types = w->c->types;
	int err = enter(w, id);
	u32 part;

	while (!err && w->depth) {
		struct visit *top = &w->stack[w->depth - 1];

		if (!find_part(types, top->id, top->next++, &part))
			err = leave(w, top->id);
		else if (has_parts(types, part) && w->state[part] == OPEN)
			err = refuse_loop(w, part);
		else if (has_parts(types, part) && w->state[part] == NEW)
			err = enter(w, part);
	}
	return err;
}

static int walk_values(struct walk *w)
{
	u32 id;
	int err = 0;

	for (id = 1; !err && id < w->c->types->count; id++)
		if (has_parts(w->c->types, id) && w->state[id] == NEW)
			err = walk_value(w, id);
	return err;
}

/* ---- sizes ----------------------------------------------------------------------- */

/* before the walks: each type stands for itself, and the sizes that records have */
static void start_sizes(struct bpf_types *types)
{
	u32 id;

	for (id = 1; id < types->count; id++) {
		const struct btf_type *t = bpf_type_record(types, id);
		u32 kind = BTF_INFO_KIND(t->info);

		types->base[id] = id;
		if (kind == BTF_KIND_PTR)
			types->bytes[id] = POINTER_BYTES;
		else if (!has_target(kind) && kind != BTF_KIND_ARRAY && kind != BTF_KIND_FWD)
			types->bytes[id] = t->size;
	}
}

/* behind the walks: those that have the size of another */
static void end_sizes(struct bpf_types *types)
{
	u32 id, of;

	for (id = 1; id < types->count; id++) {
		of = bpf_type_kind(types, id) == BTF_KIND_VAR ? target_of(types, id) : id;
		types->bytes[id] = types->bytes[types->base[of]];
	}
}

/**
 * btf_check_graph() - what is made of what
 * @c:		the check, every record of which is good by itself; base and bytes of all
 *		types are filled in
 *
 * Return: 0; -EINVAL (numbers that are none, sizes that overflow, tags behind
 * qualifiers), -EEXIST (a type made of itself), -E2BIG (too deep), -ENOMEM.
 */
int btf_check_graph(struct btf_check *c)
{
	struct walk w = { .c = c };
	int err = 0;

	for (c->id = 1; !err && c->id < c->types->count; c->id++)
		err = check_numbers(c, bpf_type_record(c->types, c->id));
	if (err)
		return err;
	w.state = bv_alloc(c->types->count);
	if (!w.state)
		return -ENOMEM;
	start_sizes(c->types);
	err = walk_chains(&w);
	bv_host_breathe();
	if (!err)
		err = walk_values(&w);
	if (!err)
		end_sizes(c->types);
	bv_free(w.state);
	c->id = BPF_NO_TYPE;
	return err;
}
