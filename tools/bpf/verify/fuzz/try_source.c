// SPDX-License-Identifier: GPL-2.0-only
/*
 * What programs of accept.c say of their functions: static ones, and global ones that take
 * the context, a number, and a pointer to eight bytes. Types are made once for each type of
 * program.
 *
 * Layer: as bpfcase.c.
 */
#include <linux/bpf_func.h>
#include <linux/errno.h>
#include <linux/types.h>
#include <stdlib.h>
#include <string.h>
#include "btf_blob.h"
#include "btf/source.h"
#include "host.h"
#include "oracle_try.h"

/* numbers of types: the prototype is the last but these */
struct func_ids {
	u32	fixed;
	u32	global;
};

static struct bpf_types *types[ACCEPT_TYPES];
static struct func_ids ids[ACCEPT_TYPES];

static struct func_ids write_types(struct blob *b, const char *ctx)
{
	u32 number, wide, given, context, proto;

	number = blob_int(b, "int", 4);
	wide = blob_int(b, "unsigned long", 8);
	given = blob_type(b, BTF_KIND_STRUCT, "given", 1, 8);
	blob_item3(b, blob_name(b, "value"), wide, 0);
	given = blob_type(b, BTF_KIND_PTR, "", 0, given);
	context = blob_type(b, BTF_KIND_STRUCT, ctx, 0, 0);
	context = blob_type(b, BTF_KIND_PTR, "", 0, context);
	proto = blob_type(b, BTF_KIND_FUNC_PROTO, "", 3, number);
	blob_item2(b, blob_name(b, "ctx"), context);
	blob_item2(b, blob_name(b, "number"), wide);
	blob_item2(b, blob_name(b, "given"), given);
	return (struct func_ids){
		blob_type(b, BTF_KIND_FUNC, "fixed", BTF_FUNC_STATIC, proto),
		blob_type(b, BTF_KIND_FUNC, "global", BTF_FUNC_GLOBAL, proto),
	};
}

/**
 * try_source_start() - types for programs of a type
 * @type:	enum accept_type
 * @ctx:	name of its context
 *
 * Return: 0, or a negative errno.
 */
int try_source_start(u8 type, const char *ctx)
{
	static struct blob b;
	static u8 data[sizeof(b)];
	void *copy;
	u32 size;

	blob_start(&b);
	ids[type] = write_types(&b, ctx);
	size = blob_end(&b, data);
	copy = bv_alloc(size);
	if (!copy)
		return -ENOMEM;
	memcpy(copy, data, size);
	return bpf_types_new(copy, size, NULL, &types[type]);
}

void try_source_end(void)
{
	u32 i;

	for (i = 0; i < ACCEPT_TYPES; i++)
		bpf_types_free(types[i]);
}

/**
 * try_source() - what a program says of its functions
 * @p:	the program
 *
 * Return: it, until the next call; NULL where there is nothing to say.
 */
const struct bpf_source *try_source(const struct accept_prog *p)
{
	static struct bpf_func_info info[ACCEPT_FUNCS];
	static struct bpf_source source;
	u32 i;

	if (!p->funcs)
		return NULL;
	info[0] = (struct bpf_func_info){ 0, ids[p->type].global };
	for (i = 0; i < p->funcs; i++)
		info[i + 1] = (struct bpf_func_info){
			p->func[i].start,
			p->func[i].global ? ids[p->type].global : ids[p->type].fixed,
		};
	source = (struct bpf_source){
		.types = types[p->type], .funcs = info, .func_count = p->funcs + 1,
	};
	return &source;
}
