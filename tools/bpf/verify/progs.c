// SPDX-License-Identifier: GPL-2.0-only
/*
 * Arrays of programs for tail calls, laid out as machine code expects them, with what the
 * interpreter needs beside it.
 *
 * Layer: as bpfcase.c. On machines without a code generator there are none.
 */
#include <linux/kernel.h>
#include <linux/types.h>
#include <stdlib.h>
#include "engine.h"
#include "host_user.h"

#if JIT_HOST

#include "../../../arch/x86/net/host.h"

/**
 * struct user_prog - a program as an array of programs holds it
 * @prog:	what machine code looks at
 * @xcode:	what the interpreter looks at
 */
struct user_prog {
	struct bpf_user_prog	prog;
	struct bpf_xinsn	*xcode;
};

/* the array there is, if any; then what is none must not be looked into */
static void *the_array;

const struct bpf_xinsn *user_tail_target(u64 map, u32 idx)
{
	const struct bpf_user_array *array = (struct bpf_user_array *)map;

	if (the_array && array != the_array)
		__builtin_trap();
	if (idx >= array->max_entries || !array->ptrs[idx])
		return NULL;
	return container_of(array->ptrs[idx], struct user_prog, prog)->xcode;
}

void *engine_array_make(void)
{
	struct bpf_user_array *array;

	array = calloc(1, sizeof(*array) + ENGINE_ENTRIES * sizeof(array->ptrs[0]));
	array->max_entries = ENGINE_ENTRIES;
	the_array = array;
	return array;
}

void engine_array_set(void *map, u32 idx, const struct engine_prog *p)
{
	struct bpf_user_array *array = map;
	struct user_prog *user = calloc(1, sizeof(*user));

	user->xcode = p->xcode;
	if (p->way & ENGINE_JIT)
		user->prog.tail_entry = p->image.text + p->image.code->tail_entry;
	if (array->ptrs[idx])
		free(container_of(array->ptrs[idx], struct user_prog, prog));
	array->ptrs[idx] = &user->prog;
}

void engine_array_clear(void *map)
{
	struct bpf_user_array *array = map;
	u32 i;

	for (i = 0; i < ENGINE_ENTRIES; i++) {
		if (array->ptrs[i])
			free(container_of(array->ptrs[i], struct user_prog, prog));
		array->ptrs[i] = NULL;
	}
}

void engine_array_drop(void *map)
{
	engine_array_clear(map);
	free(map);
	the_array = NULL;
}
#else /* JIT_HOST */

const struct bpf_xinsn *user_tail_target(u64 map, u32 idx)
{
	return NULL;
}

#endif /* JIT_HOST */
