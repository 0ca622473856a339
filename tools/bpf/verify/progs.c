// SPDX-License-Identifier: GPL-2.0-only
/*
 * The array of programs for tail calls: laid out as machine code expects it, with what the
 * interpreter needs beside that.
 *
 * Layer: as bpfcase.c.
 */
#include <linux/kernel.h>
#include <linux/types.h>
#include <stdlib.h>
#include "engine.h"
#include "host_user.h"

/**
 * struct user_prog - a program as an array of programs holds it
 * @head:	what else stands there in the kernel
 * @tail_entry:	for machine code
 * @xcode:	for the interpreter
 */
struct user_prog {
	u8			head[48];
	void			*tail_entry;
	struct bpf_xinsn	*xcode;
};

/**
 * struct user_array - an array of programs
 * @head:		what else stands there in the kernel
 * @max_entries:	how many
 * @more:		likewise
 * @ptrs:		the programs
 */
struct user_array {
	u8			head[20];
	u32			max_entries;
	u8			more[112];
	struct user_prog	*ptrs[ENGINE_ENTRIES];
};

#if JIT_HOST
#include "../../../arch/x86/net/host.h"

static_assert(offsetof(struct user_prog, tail_entry) == JIT_PROG_TAIL_ENTRY);
static_assert(offsetof(struct user_array, max_entries) == JIT_ARRAY_COUNT);
static_assert(offsetof(struct user_array, ptrs) == JIT_ARRAY_PTRS);

static void *tail_entry(const struct engine_prog *p)
{
	if (!(p->way & ENGINE_JIT))
		return NULL;
	return p->image.text + p->image.code->tail_entry;
}
#else
static void *tail_entry(const struct engine_prog *p)
{
	return NULL;
}
#endif

/* the array there is, if any; then what is none must not be looked into */
static struct user_array *the_array;

const struct bpf_xinsn *user_tail_target(u64 map, u32 idx)
{
	const struct user_array *array = (struct user_array *)map;

	if (the_array && array != the_array)
		__builtin_trap();
	if (idx >= array->max_entries || !array->ptrs[idx])
		return NULL;
	return array->ptrs[idx]->xcode;
}

/**
 * engine_array_make() - make the array of programs
 *
 * Return: what programs call their map.
 */
void *engine_array_make(void)
{
	the_array = calloc(1, sizeof(*the_array));
	the_array->max_entries = ENGINE_ENTRIES;
	return the_array;
}

/**
 * engine_array_set() - put a program there
 * @map:	the array
 * @idx:	where
 * @p:		ready to be run; stays until the array is cleared
 */
void engine_array_set(void *map, u32 idx, const struct engine_prog *p)
{
	struct user_array *array = map;
	struct user_prog *user = calloc(1, sizeof(*user));

	user->xcode = p->xcode;
	user->tail_entry = tail_entry(p);
	free(array->ptrs[idx]);
	array->ptrs[idx] = user;
}

/**
 * engine_array_clear() - take all programs out
 * @map:	the array
 */
void engine_array_clear(void *map)
{
	struct user_array *array = map;
	u32 i;

	for (i = 0; i < ENGINE_ENTRIES; i++) {
		free(array->ptrs[i]);
		array->ptrs[i] = NULL;
	}
}

/**
 * engine_array_drop() - give the array back
 * @map:	the array
 */
void engine_array_drop(void *map)
{
	engine_array_clear(map);
	free(map);
	the_array = NULL;
}
