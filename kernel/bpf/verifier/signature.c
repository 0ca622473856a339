// SPDX-License-Identifier: GPL-2.0-only
/*
 * Signatures of global functions. A function that the program's types call global is
 * verified once, by itself, for all arguments that its prototype lets pass; calls of it
 * are held against the prototype and not walked into (global.c). What a prototype may say:
 *
 *	a number	int, enum and what is made of them: any number
 *	T *		where T has the name of the program type's context: the context
 *	T *		otherwise: memory of the size of T, or NULL
 *	returns		a number
 *
 * Static functions, and those of which nothing is said, are walked at each call. But static
 * ones that take nothing but numbers and the context, and would be walked often, are first
 * tried as if they were global; where anything is refused then, all is walked anew (walk.c).
 *
 * Layer V3. Tests: tools/testing/selftests/bpf/cases/func/global-*.bpft.
 */
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/string.h>
#include <linux/types.h>
#include "pass.h"

#define TYPE_BYTES	80

/* instructions that are not walked again, from which on a static function is tried by itself */
#define TRIAL_INSNS	64

/* contexts whose name in C is another one, too */
static const char * const aliases[][2] = {
	{ "pt_regs", "bpf_user_pt_regs_t" },
};

/**
 * struct sig - a signature being read
 * @env:	the check
 * @types:	the program's types
 * @func:	gets the arguments
 * @name:	of the function
 */
struct sig {
	struct bv_env		*env;
	const struct bpf_types	*types;
	struct bv_func		*func;
	const char		*name;
};

/* kind of a type behind typedefs and qualifiers, BTF_KIND_UNKN for void; *base: that type */
static u32 kind_of(const struct bpf_types *types, u32 id, u32 *base)
{
	*base = id < types->count ? types->base[id] : 0;
	return bpf_type_kind(types, *base);
}

/**
 * bv_type_is_number() - do values of a type fit a register, as numbers?
 * @types:	the types
 * @id:		number of a type, any value
 *
 * Return: true for integers and enumerations, typedefs and qualifiers aside.
 */
bool bv_type_is_number(const struct bpf_types *types, u32 id)
{
	u32 base, kind = kind_of(types, id, &base);

	return kind == BTF_KIND_INT || kind == BTF_KIND_ENUM || kind == BTF_KIND_ENUM64;
}

static bool is_context(const struct sig *s, u32 id)
{
	const char *ctx = s->env->type->ctx->name, *name;
	u32 base, i, kind = kind_of(s->types, id, &base);

	if (kind != BTF_KIND_STRUCT && kind != BTF_KIND_UNION)
		return false;
	name = bpf_type_name(s->types, base);
	if (!strcmp(name, ctx))
		return true;
	for (i = 0; i < ARRAY_SIZE(aliases); i++)
		if (!strcmp(ctx, aliases[i][0]) && !strcmp(name, aliases[i][1]))
			return true;
	return false;
}

static int refuse_type(const struct sig *s, enum bv_reason why, u32 n, u32 id)
{
	char text[TYPE_BYTES];

	bpf_type_text(s->types, id, text, sizeof(text));
	return bv_refuse(s->env, why, BV_INSN, n + 1, s->name, text);
}

static int read_arg(const struct sig *s, u32 n, u32 id)
{
	struct bv_func_arg *arg = &s->func->arg[n];
	u32 base, to;

	if (bv_type_is_number(s->types, id)) {
		arg->type = BV_ARG_TYPE_NUMBER;
		return 0;
	}
	if (kind_of(s->types, id, &base) != BTF_KIND_PTR)
		return refuse_type(s, BV_R_GLOBAL_TYPE, n, id);
	to = bpf_type_record(s->types, base)->type;
	if (is_context(s, to)) {
		arg->type = BV_ARG_TYPE_CTX;
		return 0;
	}
	arg->type = BV_ARG_TYPE_MEMORY;
	if (!bpf_type_bytes(s->types, to, &arg->bytes))
		return refuse_type(s, BV_R_GLOBAL_SIZE, n, id);
	return 0;
}

static int read_signature(const struct sig *s, const struct btf_type *proto)
{
	u32 n, nargs = BTF_INFO_VLEN(proto->info);
	char text[TYPE_BYTES];
	int err = 0;

	if (nargs > BV_MOST_ARGS)
		return bv_refuse(s->env, BV_R_GLOBAL_MANY, BV_INSN, s->name, nargs,
				 BV_MOST_ARGS);
	bpf_type_text(s->types, proto->type, text, sizeof(text));
	if (!bv_type_is_number(s->types, proto->type))
		return bv_refuse(s->env, BV_R_GLOBAL_RESULT, BV_INSN, s->name, text);
	for (n = 0; !err && n < nargs; n++)
		err = read_arg(s, n, bpf_type_param(proto, n));
	s->func->nargs = nargs;
	s->func->global = true;
	return err;
}

/* 0 if it is called back, too: more is asked of its result than a prototype says */
static u32 count_calls(const struct bv_env *env, const struct bv_func *f)
{
	u32 pc, calls = 0;

	for (pc = 0; pc < env->count; pc++) {
		if (env->info[pc].second || !bpf_insn_calls_func(&env->insns[pc]) ||
		    bv_callee(env, pc) != f->start)
			continue;
		if (pc >= env->req->count)
			return 0;
		calls++;
	}
	return calls;
}

/*
 * A static function of numbers and the context that is called from many places may be walked
 * once, too, as long as nobody relies on more than a global one promises: that is tried.
 */
static void try_static(const struct sig *s, const struct btf_type *proto)
{
	u32 n, nargs = BTF_INFO_VLEN(proto->info), calls, base;
	struct bv_func *f = s->func;

	if (nargs > BV_MOST_ARGS || !bv_type_is_number(s->types, proto->type))
		return;
	for (n = 0; n < nargs; n++) {
		u32 id = bpf_type_param(proto, n);

		if (bv_type_is_number(s->types, id)) {
			f->arg[n].type = BV_ARG_TYPE_NUMBER;
			continue;
		}
		if (kind_of(s->types, id, &base) != BTF_KIND_PTR ||
		    !is_context(s, bpf_type_record(s->types, base)->type))
			return;
		f->arg[n].type = BV_ARG_TYPE_CTX;
	}
	calls = count_calls(s->env, f);
	if (calls < 2 || (calls - 1) * (f->end - f->start) < TRIAL_INSNS)
		return;
	f->nargs = nargs;
	f->global = true;
	f->trial = true;
	s->env->trying = true;
}

/**
 * bv_signatures() - which functions are global, and what do they take?
 * @env:	the check, after bv_cfg(); of funcs global, trial, nargs and arg are written, and
 *		trying
 *
 * The program itself is none, whatever its types say: it takes its context.
 *
 * Return: 0, or -EINVAL through bv_refuse() for a global function with a signature that
 * nothing can be verified for.
 */
int bv_signatures(struct bv_env *env)
{
	const struct bpf_source *src = env->req->source;
	u32 i;
	int err = 0;

	for (i = 1; src && !err && i < env->func_count; i++) {
		struct sig s = { env, src->types, &env->funcs[i] };
		const struct btf_type *t = bpf_source_type(src, s.func->loaded);

		if (!t)
			continue;
		env->pc = s.func->start;
		s.name = bpf_types_string(src->types, t->name_off);
		if (BTF_INFO_VLEN(t->info) == BTF_FUNC_GLOBAL)
			err = read_signature(&s, bpf_type_record(src->types, t->type));
		else
			try_static(&s, bpf_type_record(src->types, t->type));
	}
	if (!err)
		env->pc = BV_NO_PC;
	return err;
}
