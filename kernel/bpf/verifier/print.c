// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is known, as text. Three readers: the notes under a refusal (what a register
 * holds, which instruction put it there, which jumps lead here), the steps of log
 * level 2, and people who debug the verifier. Beginners read the first, so it is in
 * words; steps are compact and show only what an instruction changed.
 *
 * Numbers are shown as one value, as low..high, or as what little is known; pointers
 * as what they point to and where.
 *
 * Where the program came with its source (../btf), instructions are followed by the line
 * that they come from, and values of maps by their types.
 *
 * It changes nothing that the walk reads and is called only where there is a log.
 *
 * Layer V2. Tests: cases/walk/log-*.bpft.
 */
#include <linux/bitops.h>
#include <linux/kernel.h>
#include <linux/limits.h>
#include <linux/string.h>
#include <linux/types.h>
#include "../disasm.h"
#include "../insn.h"
#include "state.h"

/* decisions shown under a refusal */
#define PATH_SHOWN	8

/* numbers below this are easier to read in decimal */
#define DECIMAL_BELOW	0x100000

#define LINE_BYTES	480

/* of the name of a type, or of a part of one */
#define TYPE_BYTES	100

/* text being put together; what does not fit is cut off */
struct text {
	char	*buf;
	size_t	size;
	size_t	len;
};

__printf(2, 3) static void add(struct text *t, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	t->len += vscnprintf(t->buf + t->len, t->size - t->len, fmt, args);
	va_end(args);
}

/* ORDER kinds */
static const char * const kind_short[BV_KIND_COUNT] = {
	[BV_UNSET]		= "unset",
	[BV_SCALAR]		= "",
	[BV_CTX]		= "ctx",
	[BV_MAP]		= "map",
	[BV_MAP_VALUE]		= "value",
	[BV_MAP_VALUE_OR_NULL]	= "value|null",
	[BV_KEY]		= "key",
	[BV_STACK]		= "fp",
	[BV_OBJ]		= "obj",
	[BV_OBJ_OR_NULL]	= "obj|null",
	[BV_ACQUIRED]		= "mem",
	[BV_ACQUIRED_OR_NULL]	= "mem|null",
	[BV_MEM]		= "arg",
	[BV_MEM_OR_NULL]	= "arg|null",
	[BV_PACKET]		= "pkt",
	[BV_PACKET_META]	= "pkt_meta",
	[BV_PACKET_END]		= "pkt_end",
};

static void add_unsigned(struct text *t, u64 v)
{
	if (v < DECIMAL_BELOW)
		add(t, "%llu", v);
	else
		add(t, "0x%llx", v);
}

static void add_signed(struct text *t, s64 v)
{
	if (v > -DECIMAL_BELOW && v < DECIMAL_BELOW)
		add(t, "%lld", v);
	else
		add(t, "%s0x%llx", v < 0 ? "-" : "", v < 0 ? -(u64)v : (u64)v);
}

/* known bits, where they say more than the range does */
static void add_bits(struct text *t, struct scalar v)
{
	struct tnum span = bv_tnum_span(bv_scalar_umin(v), bv_scalar_umax(v));
	u64 align = bv_scalar_bits(v);

	if (v.bits.mask == span.mask)
		return;
	align &= -align;
	if (align > 1)
		add(t, ", a multiple of %llu", align);
	else
		add(t, ", bits 0x%llx are 0x%llx", ~v.bits.mask, v.bits.value);
}

static void add_unsigned_range(struct text *t, u64 min, u64 max)
{
	if (max == U64_MAX) {
		add(t, "at least ");
		add_unsigned(t, min);
		return;
	}
	add_unsigned(t, min);
	add(t, "..");
	add_unsigned(t, max);
}

static void add_signed_range(struct text *t, s64 min, s64 max)
{
	if (min == S64_MIN) {
		add(t, "at most ");
		add_signed(t, max);
		add(t, " (signed)");
		return;
	}
	if (max == S64_MAX) {
		add(t, "at least ");
		add_signed(t, min);
		add(t, " (signed)");
		return;
	}
	add_signed(t, min);
	add(t, "..");
	add_signed(t, max);
}

/* bounds in the sign that says more */
static void add_range(struct text *t, struct scalar v)
{
	u64 umin = bv_scalar_umin(v), umax = bv_scalar_umax(v);
	s64 smin = bv_scalar_smin(v), smax = bv_scalar_smax(v);
	bool any_unsigned = !umin && umax == U64_MAX;
	bool any_signed = smin == S64_MIN && smax == S64_MAX;

	if (any_unsigned && any_signed)
		add(t, "any");
	else if (any_unsigned || smax < 0)
		add_signed_range(t, smin, smax);
	else if (any_signed || smin >= 0 || umax - umin <= (u64)smax - (u64)smin)
		add_unsigned_range(t, umin, umax);
	else
		add_signed_range(t, smin, smax);
}

static void add_number(struct text *t, struct scalar v)
{
	if (bv_scalar_is_const(v)) {
		add_signed(t, v.bits.value);
		return;
	}
	if (bv_scalar_is_any(v)) {
		add(t, "any");
		return;
	}
	add_range(t, v);
	add_bits(t, v);
	if (bv_scalar_umax(v) > U32_MAX &&
	    (bv_scalar_umin32(v) || bv_scalar_umax32(v) != U32_MAX))
		add(t, ", low 32 bits %u..%u", bv_scalar_umin32(v), bv_scalar_umax32(v));
}

/* where a pointer points, from the start of what it points to */
static void add_offset(struct text *t, const struct bv_reg *r)
{
	if (r->off)
		add(t, "%+d", r->off);
	if (!bv_reg_const_offset(r)) {
		add(t, "+(");
		add_number(t, r->val);
		add(t, ")");
	}
}

/* @r in few characters */
static void add_short(struct text *t, const struct bv_map *maps, const struct bv_reg *r)
{
	add(t, "%s", kind_short[r->kind]);
	switch (r->kind) {
	case BV_UNSET:
		return;
	case BV_SCALAR:
		add_number(t, r->val);
		break;
	case BV_MAP:
	case BV_MAP_VALUE:
	case BV_MAP_VALUE_OR_NULL:
	case BV_KEY:
		add(t, "(map %u)", maps[r->map].id);
		add_offset(t, r);
		break;
	case BV_OBJ:
	case BV_OBJ_OR_NULL:
		add(t, "(%s)", r->view->name);
		add_offset(t, r);
		break;
	case BV_ACQUIRED:
	case BV_ACQUIRED_OR_NULL:
	case BV_MEM:
	case BV_MEM_OR_NULL:
		add(t, "(%u)", r->bytes);
		add_offset(t, r);
		break;
	case BV_PACKET:
	case BV_PACKET_META:
		if (r->there != BV_NONE_THERE)
			add(t, "(%d)", r->there);
		add_offset(t, r);
		break;
	case BV_STACK:
		if (r->frame)
			add(t, "[%u]", r->frame);
		add_offset(t, r);
		break;
	default:
		add_offset(t, r);
	}
	/* of pointers what is still to be said of all copies: a test, or that they end */
	if (r->id && r->kind != BV_MAP_VALUE && r->kind != BV_KEY && r->kind != BV_MEM)
		add(t, "#%u", r->id);
	if (r->kind == BV_SCALAR && r->delta)
		add(t, "%+lld", r->delta);
}

/* " at offset ..." of @size bytes, where there is something to say */
static void add_place(struct text *t, const struct bv_reg *r)
{
	struct scalar whole = bv_reg_whole_offset(r);

	if (!r->off && bv_reg_const_offset(r))
		return;
	add(t, ", offset ");
	add_number(t, whole);
}

/* "struct flow, ", where the map came with its types */
static void add_value_type(struct text *t, const struct bv_map *map)
{
	char type[TYPE_BYTES];

	if (!map || !map->types)
		return;
	bpf_type_text(map->types, map->value_type, type, sizeof(type));
	add(t, "%s, ", type);
}

/* " (.bytes)", where one offset is known and has a name */
static void add_part(struct text *t, const struct bv_map *map, const struct bv_reg *r)
{
	char part[TYPE_BYTES];

	if (!map || !map->types || !bv_reg_const_offset(r) || r->off < 0)
		return;
	bpf_type_path(map->types, map->value_type, r->off, part, sizeof(part));
	if (part[0])
		add(t, " (%s)", part);
}

/* how much of a packet is there, from the variable part of the offset on */
static void add_known(struct text *t, const struct bv_reg *r)
{
	if (r->there == BV_NONE_THERE)
		add(t, ", not compared with its end");
	else if (r->there < 0)
		add(t, ", known to be there up to %d bytes in front of the variable offset",
		    -r->there);
	else
		add(t, ", of which %d bytes are known to be there%s", r->there,
		    bv_reg_const_offset(r) ? "" : " from the variable offset on");
}

/* @r in words */
static void add_long(struct text *t, const struct bv_env *env, const struct bv_reg *r)
{
	const struct bv_map *map = r->kind > BV_SCALAR && r->map < env->map_count ?
				   &env->maps[r->map] : NULL;

	switch (r->kind) {
	case BV_UNSET:
		add(t, "nothing was put there on this path");
		return;
	case BV_SCALAR:
		add(t, "the number ");
		if (bv_scalar_is_any(r->val)) {
			add(t, "can be anything");
			return;
		}
		if (!bv_scalar_is_const(r->val))
			add(t, "is ");
		add_number(t, r->val);
		return;
	case BV_CTX:
		add(t, "pointer to the context (%s)", r->view->name);
		break;
	case BV_MAP:
		add(t, "map %u itself", map ? map->id : 0);
		break;
	case BV_MAP_VALUE:
		add(t, "pointer into a value of map %u (", map ? map->id : 0);
		add_value_type(t, map);
		add(t, "%u bytes)", map ? map->value_size : 0);
		break;
	case BV_MAP_VALUE_OR_NULL:
		add(t, "pointer to a value of map %u, ", map ? map->id : 0);
		add_value_type(t, map);
		add(t, "or NULL: not tested yet");
		break;
	case BV_KEY:
		add(t, "pointer into a key of map %u (%u bytes)", map ? map->id : 0,
		    map ? map->key_size : 0);
		break;
	case BV_STACK:
		add(t, "pointer to the stack %s(%d to -1)",
		    env->cur && r->frame < env->cur->depth ? "of a caller " : "",
		    -BV_STACK_BYTES);
		break;
	case BV_OBJ:
		add(t, "pointer to a %s", r->view->name);
		break;
	case BV_OBJ_OR_NULL:
		add(t, "pointer to a %s, or NULL: not tested yet", r->view->name);
		break;
	case BV_ACQUIRED:
		add(t, "pointer into acquired memory (%u bytes)", r->bytes);
		break;
	case BV_ACQUIRED_OR_NULL:
		add(t, "pointer to acquired memory (%u bytes), or NULL: not tested yet",
		    r->bytes);
		break;
	case BV_MEM:
		add(t, "pointer into memory given as argument %u (%u bytes)", r->frame + 1,
		    r->bytes);
		break;
	case BV_MEM_OR_NULL:
		add(t, "pointer to memory given as argument %u (%u bytes), or NULL: not tested yet",
		    r->frame + 1, r->bytes);
		break;
	case BV_PACKET:
	case BV_PACKET_META:
		add(t, "pointer into the packet%s", r->kind == BV_PACKET ? "" : "'s metadata");
		add_place(t, r);
		add_known(t, r);
		return;
	case BV_PACKET_END:
		add(t, "pointer to the end of the packet");
		break;
	}
	add_place(t, r);
	if (r->kind == BV_MAP_VALUE)
		add_part(t, map, r);
}

static const struct bv_slot *find_slot(const struct bv_state *st, s32 off)
{
	u32 i = off < 0 ? (-(u32)off - 1) / BV_SLOT_BYTES : BV_SLOTS;

	return i < st->nslots ? &st->slots[i] : NULL;
}

/* bytes of a slot, lowest address first: . unset, m number, 0 zero, s spilled */
static void add_bytes(struct text *t, const struct bv_slot *slot)
{
	static const char letter[] = { '.', 'm', '0', 's' };
	u32 i;

	for (i = 0; i < BV_SLOT_BYTES; i++)
		add(t, "%c", letter[slot->byte[i]]);
}

static void add_slot_long(struct text *t, const struct bv_env *env,
			  const struct bv_slot *slot)
{
	static const u8 unset[BV_SLOT_BYTES];

	if (!slot || !memcmp(slot->byte, unset, sizeof(unset))) {
		add(t, "nothing was written there on this path");
		return;
	}
	if (slot->whole) {
		add(t, "a saved register, ");
		add_long(t, env, &slot->spill);
		return;
	}
	add(t, "bytes ");
	add_bytes(t, slot);
	add(t, " (. never written, m a number, 0 zero, s a saved number)");
}

/**
 * bv_print_subject() - what is known of a register or stack slot, in words
 * @env:	the check, with env->cur
 * @about:	the register, or the slot by its offset from the frame pointer
 * @buf:	where to; an empty string where there is nothing to say
 * @size:	its bytes, at least one
 */
void bv_print_subject(struct bv_env *env, struct bv_about about,
		      char *buf, size_t size)
{
	struct text t = { buf, size, 0 };

	buf[0] = '\0';
	if (!env->cur)
		return;
	if (about.subject == BV_ABOUT_REG && (u32)about.index < MAX_BPF_REG)
		add_long(&t, env, &env->cur->reg[about.index]);
	else if (about.subject == BV_ABOUT_SLOT)
		add_slot_long(&t, env, find_slot(env->cur, about.index));
}

/**
 * bv_print_source() - the line that an instruction comes from
 * @env:	the check
 * @pc:		the instruction
 * @indent:	what stands in front
 *
 * With its function where that is known; nothing where the program came without lines.
 */
void bv_print_source(struct bv_env *env, u32 pc, const char *indent)
{
	const struct bpf_source *src = env->req->source;
	const char *func = bpf_source_func(src, pc);
	struct bpf_quote q;

	/* what the verifier has added comes from no line */
	if (pc >= env->req->count)
		return;
	if (bpf_source_quote(src, bpf_source_find(src, pc), &q))
		bv_log(&env->log, "%s%.64s%s%s:%u: %s\n", indent, func ? func : "",
		       func ? "() at " : "", q.file, q.line, q.text);
}

static void note_insn(struct bv_env *env, const char *what, u32 pc)
{
	char text[BPF_DISASM_BYTES];

	if (pc >= env->count)
		return;
	bpf_disasm(&env->insns[pc], env->count - pc, text, sizeof(text));
	bv_log(&env->log, "  note: %s at %u: %s\n", what, pc, text);
	bv_print_source(env, pc, "    ");
}

static void note_reg(struct bv_env *env, const struct bv_reg *r)
{
	switch (r->kind) {
	case BV_UNSET:
		note_insn(env, "cleared by the call", r->def_pc);
		return;
	case BV_SCALAR:
		note_insn(env, "got its value", r->def_pc);
		if (r->lost_pc != r->def_pc)
			note_insn(env, "lost its bounds", r->lost_pc);
		return;
	default:
		if (r->def_pc == BV_NO_PC)
			bv_log(&env->log, "  note: it is so from the start\n");
		else
			note_insn(env, "became that", r->def_pc);
		note_insn(env, "its offset lost its bounds", r->lost_pc);
	}
}

/**
 * bv_print_origin() - the instructions that a refusal's subject has its value from
 * @env:	the check, with env->cur
 * @about:	as for bv_print_subject()
 */
void bv_print_origin(struct bv_env *env, struct bv_about about)
{
	const struct bv_slot *slot;

	if (!env->cur)
		return;
	if (about.subject == BV_ABOUT_REG && (u32)about.index < MAX_BPF_REG) {
		note_reg(env, &env->cur->reg[about.index]);
	} else if (about.subject == BV_ABOUT_SLOT) {
		slot = find_slot(env->cur, about.index);
		if (!slot)
			return;
		note_insn(env, "last written", slot->def_pc);
		if (slot->whole && slot->spill.def_pc != slot->def_pc)
			note_reg(env, &slot->spill);
	}
}

/* a walk that did not begin at the program's first instruction */
static void print_root(struct bv_env *env)
{
	const struct bv_func *f = &env->funcs[env->root];
	const char *name = bpf_source_func(env->req->source, f->loaded);

	if (f->global)
		bv_log(&env->log, "  in global function %s, for all arguments of its types\n",
		       name ? name : "");
}

/**
 * bv_print_callers() - the calls that functions under way wait at, and where it began
 * @env:	the check, with env->cur
 */
void bv_print_callers(struct bv_env *env)
{
	const struct bv_frame *f;
	char text[BPF_DISASM_BYTES];

	for (f = env->cur->caller; f; f = f->caller) {
		bpf_disasm(&env->insns[f->call], env->count - f->call, text, sizeof(text));
		bv_log(&env->log, "  called at %u: %s\n", f->call, text);
		bv_print_source(env, f->call, "    ");
	}
	print_root(env);
}

/* calls are on the way, too, and packet loads that ended their function */
static void print_decision(struct bv_env *env, const struct bv_decision *d)
{
	const struct bpf_insn *insn = &env->insns[d->pc];
	const char *how = d->arm == BV_ARM_JUMP ? "true" : "false";
	char text[BPF_DISASM_BYTES];

	bpf_disasm(insn, env->count - d->pc, text, sizeof(text));
	if (bpf_insn_calls_func(insn))
		bv_log(&env->log, "  path: %u: %s\n", d->pc, text);
	else
		bv_log(&env->log, "  path: %u: %s: %s%s\n", d->pc, text,
		       d->forced ? "always " : "",
		       bpf_insn_form(insn->code)->class == BPF_IC_BRANCH ? how :
		       "ends its function");
}

/**
 * bv_print_path() - the conditional jumps on the way to the instruction
 * @env:	the check; env->trail has the decisions
 *
 * The newest ones, oldest of them first, one a line.
 */
void bv_print_path(struct bv_env *env)
{
	const struct bv_trail *trail = &env->trail;
	u32 i = trail->len > PATH_SHOWN ? trail->len - PATH_SHOWN : 0;

	if (!trail->len) {
		bv_log(&env->log, "  path: straight from the start\n");
		return;
	}
	if (i)
		bv_log(&env->log, "  path: after %u other jumps\n", i);
	for (; i < trail->len; i++) {
		print_decision(env, &trail->made[i]);
		bv_print_source(env, trail->made[i].pc, "    ");
	}
}

/* does @b say something that @a does not? */
static bool reg_differs(const struct bv_reg *a, const struct bv_reg *b)
{
	if (b->kind == BV_UNSET)
		return false;
	if (a->kind != b->kind)
		return true;
	if (bv_reg_has_view(a) ? a->view != b->view : a->delta != b->delta)
		return true;
	return a->off != b->off || a->map != b->map || a->frame != b->frame ||
	       a->bytes != b->bytes || a->id != b->id ||
	       !bv_scalar_same(&a->val, &b->val);
}

static bool slot_differs(const struct bv_slot *a, const struct bv_slot *b)
{
	struct bv_reg was, is;
	u32 begins;

	if (memcmp(a->byte, b->byte, sizeof(a->byte)) || a->begins != b->begins)
		return true;
	for (begins = b->begins; begins; begins &= begins - 1) {
		bv_slot_get(a, __ffs(begins), &was);
		bv_slot_get(b, __ffs(begins), &is);
		if (reg_differs(&was, &is))
			return true;
	}
	return false;
}

static void add_slot_short(struct text *t, const struct bv_map *maps,
			   const struct bv_slot *slot, u32 i)
{
	struct bv_reg r;
	u32 begins;

	add(t, " fp%d=", -(s32)(i + 1) * BV_SLOT_BYTES);
	if (!slot->whole)
		add_bytes(t, slot);
	for (begins = slot->begins; begins; begins &= begins - 1) {
		if (begins != slot->begins)
			add(t, ",");
		bv_slot_get(slot, __ffs(begins), &r);
		add_short(t, maps, &r);
	}
}

/* what @st has that @old, if there is one, has not */
static void add_state(struct text *t, const struct bv_env *env,
		      const struct bv_state *st, const struct bv_state *old)
{
	static const struct bv_reg unset;
	static const struct bv_slot none;
	u32 i;

	for (i = 0; i < MAX_BPF_REG; i++) {
		if (!reg_differs(old ? &old->reg[i] : &unset, &st->reg[i]))
			continue;
		add(t, " r%u=", i);
		add_short(t, env->maps, &st->reg[i]);
	}
	for (i = 0; i < st->nslots; i++)
		if (slot_differs(old && i < old->nslots ? &old->slots[i] : &none,
				 &st->slots[i]))
			add_slot_short(t, env->maps, &st->slots[i], i);
}

/* remember what the log has shown; without memory it shows more than it must */
static void remember(struct bv_env *env)
{
	const struct bv_state *st = env->cur;
	struct bv_state *shown = env->shown;

	if (!shown)
		shown = bv_state_new(env);
	env->shown = shown;
	if (!shown)
		return;
	shown->nslots = 0;
	if (bv_state_grow(env, shown, st->nslots)) {
		bv_state_free(env, shown);
		env->shown = NULL;
		return;
	}
	memcpy(shown->reg, st->reg, sizeof(shown->reg));
	if (st->nslots)
		memcpy(shown->slots, st->slots, st->nslots * sizeof(*st->slots));
}

/* the source, where it goes on to another line */
static void print_line(struct bv_env *env, u32 pc)
{
	const struct bpf_source *src = env->req->source;
	u32 line = bpf_source_find(src, pc);
	struct bpf_quote q;

	if (pc >= env->req->count || line == env->shown_line || !bpf_source_quote(src, line, &q))
		return;
	env->shown_line = line;
	bv_log(&env->log, "; %s @ %s:%u\n", q.text, q.file, q.line);
}

/**
 * bv_print_step() - log level 2: an instruction and what it changed
 * @env:	the check; env->cur is the state after it, or NULL
 * @pc:		the instruction
 */
void bv_print_step(struct bv_env *env, u32 pc)
{
	char insn[BPF_DISASM_BYTES], line[LINE_BYTES] = "";
	struct text t = { line, sizeof(line), 0 };

	print_line(env, pc);
	bpf_disasm(&env->insns[pc], env->count - pc, insn, sizeof(insn));
	if (env->cur) {
		add_state(&t, env, env->cur, env->shown);
		remember(env);
	}
	if (t.len)
		bv_log(&env->log, "%u: (%02x) %s  ;%s\n", pc, env->insns[pc].code,
		       insn, line);
	else
		bv_log(&env->log, "%u: (%02x) %s\n", pc, env->insns[pc].code, insn);
}

/**
 * bv_print_arrival() - log level 2: the walk goes on somewhere else, or stops there
 * @env:	the check, with env->cur
 * @pc:		instruction it has come to
 * @why:	how
 */
void bv_print_arrival(struct bv_env *env, u32 pc, const char *why)
{
	char line[LINE_BYTES] = "";
	struct text t = { line, sizeof(line), 0 };

	add_state(&t, env, env->cur, NULL);
	bv_log(&env->log, "%s %u:%s\n", why, pc, line);
	remember(env);
}

/**
 * bv_print_reg() - a register as steps of the log show it
 * @maps:	maps that the program names
 * @r:		the register
 * @buf:	where to
 * @size:	its bytes, at least one
 */
void bv_print_reg(const struct bv_map *maps, const struct bv_reg *r, char *buf, size_t size)
{
	struct text t = { buf, size, 0 };

	buf[0] = '\0';
	add_short(&t, maps, r);
}

/**
 * bv_print_slot() - a stack slot as steps of the log show it
 * @maps:	maps that the program names
 * @slot:	the slot
 * @idx:	its number
 * @buf:	where to
 * @size:	its bytes, at least one
 */
void bv_print_slot(const struct bv_map *maps, const struct bv_slot *slot, u32 idx,
		   char *buf, size_t size)
{
	struct text t = { buf, size, 0 };

	buf[0] = '\0';
	add_slot_short(&t, maps, slot, idx);
}
