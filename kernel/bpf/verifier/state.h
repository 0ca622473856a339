/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What is known before an instruction on one path: registers and stack.
 *
 * Layer V2.
 */
#ifndef _BPF_VERIFIER_STATE_H
#define _BPF_VERIFIER_STATE_H

#include <linux/bpf_func.h>
#include <linux/build_bug.h>
#include <linux/limits.h>
#include <linux/string.h>
#include "domain.h"
#include "env.h"
#include "pool.h"

#define BV_STACK_BYTES	512
#define BV_SLOT_BYTES	8
#define BV_SLOTS	(BV_STACK_BYTES / BV_SLOT_BYTES)

/* pieces of acquired memory that a path holds at a time */
#define BV_MOST_HELD	16

/* a number and a constant, in 64 bits that wrap */
static inline struct scalar bv_scalar_plus(struct scalar a, u64 by)
{
	return by ? bv_scalar_alu(BPF_ADD, true, false, a, bv_scalar_const(by)) : a;
}

/* bytes of a packet that was not compared with its end: fewer than any that are known */
#define BV_NONE_THERE	S32_MIN

/* kinds of value; memkind.c and print.c have one row each, in this order (ORDER kinds) */
enum bv_kind {
	BV_UNSET = 0,		/* never written: may not be read */
	BV_SCALAR,		/* a number: @val */
	BV_CTX,			/* the context */
	BV_MAP,			/* a map, by constant: @map */
	BV_MAP_VALUE,		/* a value of map @map */
	BV_MAP_VALUE_OR_NULL,	/* the same before its NULL test; @id says which lookup */
	BV_KEY,			/* the key of an element of map @map; @id says which */
	BV_STACK,		/* a function's stack: offset 0 is R10 there */
	BV_OBJ,			/* a kernel object seen through @view */
	BV_OBJ_OR_NULL,		/* the same before its NULL test */
	BV_ACQUIRED,		/* @bytes of memory that the program holds; @id says which */
	BV_ACQUIRED_OR_NULL,	/* the same before its NULL test */
	BV_MEM,			/* @bytes that a global function was given, as argument @frame */
	BV_MEM_OR_NULL,		/* the same before its NULL test */
	BV_PACKET,		/* the packet's data, of which @there are known to be there */
	BV_PACKET_META,		/* what is in front of them, likewise */
	BV_PACKET_END,		/* where the data end */
	BV_KIND_COUNT,
};

/**
 * struct bv_deps - which values of the last checkpoint a number was made from
 * @slots:	bit i: stack slot i of the checkpoint
 * @regs:	bit n: register n of the checkpoint
 *
 * Precision is demanded forwards-recorded, not by going back over instructions: an
 * ALU operation ors the sets of its operands; when a number turns out to matter,
 * the set says at once which kept values of the checkpoint must be compared
 * exactly (precise.c).
 */
struct bv_deps {
	u64	slots;
	u16	regs;
} __packed __aligned(4);	/* states are many, and mostly of these */

/**
 * struct bv_reg - one register, or one spilled register
 * @kind:	enum bv_kind
 * @frame:	BV_STACK: whose, 0 that of the function that the walk began in, 1 that of one
 *		it calls ... BV_MEM: which argument, 0 is R1
 * @map:	index in env->maps, for the map kinds
 * @id:		identity, 0 none. Pointers or NULL: registers with one id are NULL
 *		together. Acquired memory: which piece, one of bv_state.held. Map values
 *		and keys: those with one id point into the same one. Scalars: those with one id
 *		differ by their deltas and nothing else
 * @off:	pointers: constant part of the offset
 * @val:	scalars: the number. Pointers: the variable part of the offset
 * @view:	BV_CTX, BV_OBJ*: what it points to
 * @delta:	scalars with @id, pointers with @var: how far @val is from the number that
 *		the identity stands for, in 64 bits that wrap; otherwise 0
 * @var:	map values, keys, stack, other memory, packets: identity of the variable part of
 *		the offset, which is linked to numbers of this @id; 0 none
 * @deps:	scalars: where the number came from; pointers: empty, for their
 *		offsets were demanded when they were made
 * @def_pc:	instruction that gave the value, BV_NO_PC on entry; of BV_UNSET the
 *		one that cleared it, if any
 * @lost_pc:	instruction that lost the bounds of the number, BV_NO_PC if none did
 * @bytes:	acquired and given memory: how much there is
 * @there:	packets: how much is known to be there from where the variable part of the offset
 *		points to; if negative, up to so far in front of that; BV_NONE_THERE: nothing is
 */
struct bv_reg {
	u8			kind;
	u8			frame;
	u16			map;
	u32			id;
	s32			off;
	u32			def_pc;
	u32			lost_pc;
	union {			/* by kind */
		u32		bytes;
		s32		there;
	};
	struct scalar		val;
	union {			/* states are many: by kind */
		const struct bpf_view	*view;
		s64			delta;
	};
	struct bv_deps		deps;
	u32			var;
};

/* of a pointer: both parts of the offset */
static inline struct scalar bv_reg_whole_offset(const struct bv_reg *r)
{
	return bv_scalar_plus(r->val, (s64)r->off);
}

/* what one byte of the stack holds */
enum bv_byte {
	BV_BYTE_UNSET = 0,	/* never written */
	BV_BYTE_MISC,		/* some number */
	BV_BYTE_ZERO,		/* zero */
	BV_BYTE_SPILL,		/* part of @spill */
};

/**
 * struct bv_half - a number saved with four bytes, which makes it short
 * @id:		as of struct bv_reg, likewise the next two
 * @lost_pc:	instruction that lost the bounds of the number
 * @delta:	distance from the number that @id stands for
 * @value:	the number: bits.value and so on
 * @mask:	bits.mask
 * @base:	r64.base
 * @len:	r64.len, which does not lead beyond the four bytes
 * @low_base:	r32.base
 * @low_len:	r32.len
 */
struct bv_half {
	u32	id;
	u32	lost_pc;
	s64	delta;
	u32	value;
	u32	mask;
	u32	base;
	u32	len;
	u32	low_base;
	u32	low_len;
} __packed __aligned(4);

/**
 * struct bv_quarter - a number saved with one or two bytes
 * @id:		as of struct bv_half, and all the others; 0 where @delta has no room
 * @delta:	likewise
 * @value:	likewise
 * @mask:	likewise
 * @base:	likewise
 * @len:	likewise
 * @low_base:	likewise
 * @low_len:	likewise
 */
struct bv_quarter {
	u32	id;
	s32	delta;
	u16	value;
	u16	mask;
	u16	base;
	u16	len;
	u16	low_base;
	u16	low_len;
};

/**
 * struct bv_slot - eight aligned bytes of the stack
 * @byte:	enum bv_byte each; index 0 is the lowest address
 * @begins:	bit i: what was saved begins at byte[i] and goes on as BV_BYTE_SPILL to where the
 *		next begins, or other bytes do. It is aligned to its width
 * @whole:	all eight bytes are one register, @spill; then @begins is 1
 * @def_pc:	last instruction that wrote
 * @deps:	where MISC and ZERO bytes came from, and numbers of fewer bytes
 * @spill:	the register stored there
 * @part:	numbers saved with fewer bytes, by half of the slot: half those with four,
 *		quarter those with one or two, in byte[0 .. 1], byte[2 .. 3] ...
 */
struct bv_slot {
	u8			byte[BV_SLOT_BYTES];
	u8			begins;
	bool			whole;
	u32			def_pc;
	struct bv_deps		deps;
	union {			/* states are many: by @whole, and by width */
		struct bv_reg	spill;
		union {
			struct bv_half		half;
			struct bv_quarter	quarter[2];
		} part[2];
	};
};

/**
 * struct bv_held - acquired memory that is to be given back
 * @id:		identity, also of the pointers to it
 * @pc:		the call that returned it
 */
struct bv_held {
	u32	id;
	u32	pc;
};

struct bv_checkpoint;

/* registers that a function finds again when one that it called returns: R6 to R9 */
#define BV_KEPT_REGS	(BPF_REG_10 - BPF_REG_6)

/**
 * struct bv_frame - a function that waits for one that it called (frames.c)
 * @next:	in env->frames
 * @caller:	who called it in turn, or NULL
 * @saved:	checkpoint at the call, whose values deps of @reg and @slots name; NULL
 *		where no states are kept
 * @refs:	states, checkpoints and frames that refer to it; it is changed only where
 *		there is one
 * @call:	the call
 * @nslots:	slots in use, as in struct bv_state
 * @cap:	slots allocated
 * @slots:	the slots: those live at the call
 * @depth:	functions under way when it was called
 * @reg:	R6 to R9: those live at the call
 */
struct bv_frame {
	struct bv_frame		*next;
	struct bv_frame		*caller;
	struct bv_checkpoint	*saved;
	u32			refs;
	u32			call;
	u32			nslots;
	u32			cap;
	struct bv_slot		*slots;
	u8			depth;
	struct bv_reg		reg[BV_KEPT_REGS];
};

/**
 * struct bv_state - one path before one instruction
 * @reg:	R0 to R10
 * @nslots:	slots in use: slot i is at fp - 8 * (i + 1); those from @nslots on
 *		are BV_BYTE_UNSET
 * @cap:	slots allocated
 * @slots:	the slots
 * @nheld:	entries of @held
 * @held:	what the path holds, oldest first. Memory that may be NULL counts as held
 *		until a test says that it is
 * @depth:	functions under way that wait for this one to return
 * @caller:	the innermost of them, NULL in the program itself
 * @last:	last checkpoint this path passed, or NULL
 * @parent:	checkpoint whose values deps name: @last; behind a call that one at the call
 * @result:	right behind a function's return: checkpoint whose values the deps of R0
 *		name; otherwise NULL
 * @known:	identities given out until the path last came to a loop's head. Such a one
 *		stands for the same number in all of a turn (induct.c)
 * @grown:	the path follows from a state that was made to cover later turns of a loop,
 *		which maybe no run is in
 * @next_spare:	while it is not in use (state.c)
 */
struct bv_state {
	struct bv_reg		reg[MAX_BPF_REG];
	u32			nslots;
	u32			cap;
	struct bv_slot		*slots;
	u32			nheld;
	struct bv_held		held[BV_MOST_HELD];
	u32			depth;
	struct bv_frame		*caller;
	struct bv_checkpoint	*last;
	struct bv_checkpoint	*parent;
	struct bv_checkpoint	*result;
	u32			known;
	bool			grown;
	struct bv_state		*next_spare;
};

/* of a state, all but what it holds: members of the same names */
struct bv_path {
	u32			nslots;
	u32			nheld;
	u32			depth;
	u32			known;
	bool			grown;
	struct bv_frame		*caller;
	struct bv_checkpoint	*last;
	struct bv_checkpoint	*parent;
	struct bv_checkpoint	*result;
};

/**
 * struct bv_packed - a state of a path that waits: what is live, and no room for more
 * @path:	the rest of the state; slots in use include some that are not here
 * @mark:	of the pool that it lies in, the last piece there, from before it was made
 * @bytes:	of all this
 * @regs:	registers that are here, bit by number
 * @slots:	slots that are here
 * @reg:	registers of @regs, lowest first; behind them slots of @slots, likewise, and
 *		what the path holds
 */
struct bv_packed {
	struct bv_path	path;
	struct bv_mark	mark;
	u32		bytes;
	u32		regs;
	u64		slots;
	struct bv_reg	reg[];
};

/*
 * The register may not be read. Its other members mean nothing from now on, but @def_pc,
 * which the caller may set to the instruction that cleared it.
 */
static inline void bv_reg_unset(struct bv_reg *r)
{
	r->kind = BV_UNSET;
	r->id = 0;
	r->delta = 0;
	r->var = 0;
	r->def_pc = BV_NO_PC;
	r->lost_pc = BV_NO_PC;
}

/* reg.c: otherwise the only code that writes @kind */
void bv_reg_scalar(struct bv_reg *r, struct scalar val, struct bv_deps deps, u32 pc);
void bv_reg_const(struct bv_reg *r, u64 num, struct bv_deps deps, u32 pc);
void bv_reg_unknown(struct bv_reg *r, u32 pc);		/* any number, no deps */
void bv_reg_pointer(struct bv_reg *r, enum bv_kind kind, u32 pc);
void bv_reg_map(struct bv_reg *r, enum bv_kind kind, u16 map, u32 id, u32 pc);
void bv_reg_obj(struct bv_reg *r, enum bv_kind kind, const struct bpf_view *view,
		u32 id, u32 pc);
void bv_reg_acquired(struct bv_reg *r, u32 bytes, u32 id, u32 pc);	/* or NULL */
void bv_reg_given(struct bv_reg *r, u32 bytes, u8 arg, u32 id);	/* or NULL */
void bv_reg_packet(struct bv_reg *r, enum bv_kind kind, u32 pc);
void bv_reg_not_null(struct bv_reg *r);			/* X_OR_NULL becomes X */
void bv_reg_null(struct bv_reg *r, u32 pc);		/* X_OR_NULL becomes 0 */
void bv_reg_link(struct bv_env *env, struct bv_reg *r);	/* a number gets an identity */
void bv_reg_set_name(struct bv_reg *r, u32 name, s64 delta);
/* is it an address, of any kind? */
static inline bool bv_reg_is_pointer(const struct bv_reg *r)
{
	return r->kind > BV_SCALAR;
}

/* does it still need its NULL test? */
static inline bool bv_reg_maybe_null(const struct bv_reg *r)
{
	return r->kind == BV_MAP_VALUE_OR_NULL || r->kind == BV_OBJ_OR_NULL ||
	       r->kind == BV_ACQUIRED_OR_NULL || r->kind == BV_MEM_OR_NULL;
}

/* a pointer to one known place: @off is the whole offset */
static inline bool bv_reg_const_offset(const struct bv_reg *r)
{
	return !r->val.bits.mask && !r->val.bits.value;
}

/* something that is seen through a view: @view means something, @delta and @var nothing */
static inline bool bv_reg_has_view(const struct bv_reg *r)
{
	return r->kind == BV_CTX || r->kind == BV_OBJ || r->kind == BV_OBJ_OR_NULL;
}

/* a pointer to bytes of a packet: @there says how many of them are known to be there */
static inline bool bv_reg_is_packet(const struct bv_reg *r)
{
	return r->kind == BV_PACKET || r->kind == BV_PACKET_META;
}

void bv_reg_rebase(struct bv_reg *r, s32 off);	/* the same offset with @off the constant part */
bool bv_reg_same_place(const struct bv_reg *a, const struct bv_reg *b);
bool bv_reg_same_object(const struct bv_reg *a, const struct bv_reg *b);

/* identity that @val of @r has, and @delta is the distance from: a number, or an offset */
static inline u32 bv_reg_name(const struct bv_reg *r)
{
	return r->kind == BV_SCALAR ? r->id : r->var;
}

/* kind of the address that a field gives; ORDER packet kinds: enum bpf_field_gives */
static inline enum bv_kind bv_packet_kind(enum bpf_field_gives gives)
{
	static_assert(BV_PACKET_META - BV_PACKET == BPF_GIVES_PACKET_META - BPF_GIVES_PACKET &&
		      BV_PACKET_END - BV_PACKET == BPF_GIVES_PACKET_END - BPF_GIVES_PACKET);
	return BV_PACKET + (gives - BPF_GIVES_PACKET);
}

/* is a number what its low @bits, extended, are? Then it may be cut to them and stays the same */
static inline bool bv_scalar_fits(struct scalar v, u32 bits, bool sign)
{
	s64 most = S64_MAX >> (64 - bits);

	if (bits >= 64)
		return true;
	if (!sign)
		return bv_scalar_umax(v) <= U64_MAX >> (64 - bits);
	return bv_scalar_smin(v) >= -most - 1 && bv_scalar_smax(v) <= most;
}

static inline struct bv_deps bv_deps_or(struct bv_deps a, struct bv_deps b)
{
	return (struct bv_deps){ a.slots | b.slots, a.regs | b.regs };
}

/*
 * state.c. Copies are cheap: only what is live (env->info) where the copy goes on is
 * copied, the rest is BV_UNSET; memory of freed states is used again.
 */
struct bv_state *bv_state_new(struct bv_env *env);	/* entry: R1 context, R10 stack */
struct bv_state *bv_state_copy(struct bv_env *env, const struct bv_state *from, u32 pc);
void bv_state_keep_live(struct bv_env *env, struct bv_state *st, u32 pc);
void bv_state_free(struct bv_env *env, struct bv_state *st);
void bv_state_free_spare(struct bv_env *env);
struct bv_packed *bv_state_pack(struct bv_env *env, struct bv_pool *pool, struct bv_state *st,
				u32 pc);
struct bv_state *bv_state_unpack(struct bv_env *env, const struct bv_packed *p);
void bv_packed_free(struct bv_env *env, struct bv_pool *pool, const struct bv_packed *p);
int bv_state_grow(struct bv_env *env, struct bv_state *st, u32 nslots);
/* calls @fn for every register and every saved one of @st */
void bv_state_each(struct bv_state *st, void (*fn)(struct bv_reg *r, void *arg), void *arg);
/* frames.c: callers' frames, shared by states until one changes them */

/* one more state refers to the callers @f, the innermost of them, or NULL */
static inline struct bv_frame *bv_frames_get(struct bv_frame *f)
{
	if (f)
		f->refs++;
	return f;
}

/* a state refers to the callers @f no more; they may be gone at the next sweep */
static inline void bv_frames_put(struct bv_env *env, struct bv_frame *f)
{
	for (; f && !--f->refs; f = f->caller)
		env->dead_frames++;
}

void bv_frames_sweep(struct bv_env *env);
int bv_frames_push(struct bv_env *env, struct bv_state *st, struct bv_checkpoint *saved);
int bv_frames_pop(struct bv_env *env, struct bv_state *st);
struct bv_frame *bv_frames_own(struct bv_env *env, struct bv_state *st, u32 depth);
int bv_frames_own_named(struct bv_env *env, struct bv_state *st, u32 id);
/* bv_frames_own_named(), where there is a name, and who could hold it */
static inline int bv_frames_own_id(struct bv_env *env, struct bv_state *st, u32 id)
{
	return id && st->caller ? bv_frames_own_named(env, st, id) : 0;
}

void bv_frames_each(struct bv_state *st, void (*fn)(struct bv_reg *r, void *arg), void *arg);
struct bv_frame *bv_frames_find(const struct bv_state *st, u32 depth);
void bv_frames_swap(struct bv_state *st, struct bv_frame *f);

/* account memory held for states */
void bv_state_bytes(struct bv_env *env, s64 bytes);

/* what of the structure's invariants does not hold, or NULL; debug builds call it */
const char *bv_state_broken(const struct bv_env *env, const struct bv_state *st);

/* forget all of @slot */
static inline void bv_slot_unset(struct bv_slot *slot)
{
	memset(slot->byte, BV_BYTE_UNSET, sizeof(slot->byte));
	slot->begins = 0;
	slot->whole = false;
	slot->def_pc = BV_NO_PC;
	slot->deps = (struct bv_deps){};
}

/* most slots save nothing, and then only what says so is copied */
static inline void bv_slot_copy(struct bv_slot *to, const struct bv_slot *from)
{
	BUILD_BUG_ON(sizeof(to->spill) < sizeof(to->part));
	memcpy(to, from, offsetof(struct bv_slot, spill));
	if (from->begins)
		to->spill = from->spill;
}

/* is a pointer stored in @slot? */
static inline bool bv_slot_is_pointer(const struct bv_slot *slot)
{
	return slot->whole && bv_reg_is_pointer(&slot->spill);
}

/* where all that bytes of @slot hold came from */
static inline struct bv_deps bv_slot_deps(const struct bv_slot *slot)
{
	if (!slot->whole || slot->spill.kind != BV_SCALAR)
		return slot->deps;
	return bv_deps_or(slot->deps, slot->spill.deps);
}

/*
 * slot.c: what was saved in a slot, whole or in parts. Each part begins at a bit of
 * @begins; bv_slot_width() tells how many bytes it has
 */
u32 bv_slot_width(const struct bv_slot *slot, u32 at);
u32 bv_slot_id(const struct bv_slot *slot, u32 at);
void bv_slot_get(const struct bv_slot *slot, u32 at, struct bv_reg *r);
void bv_slot_put(struct bv_slot *slot, u32 at, const struct bv_reg *r);
/* slot.c: the register that a load of some bytes gives; false where it may not be loaded */
bool bv_slot_read(const struct bv_slot *slot, u32 at, u32 size, bool sign, struct bv_reg *r);
bool bv_slot_is_zero(const struct bv_slot *slot, u32 at, u32 size);
/* slot.c: bytes are overwritten: by a number or pointer, or with what the caller writes then */
void bv_slot_save(struct bv_slot *slot, u32 at, u32 size, const struct bv_reg *r);
void bv_slot_lose(struct bv_slot *slot, u32 at, u32 size);
/* slot.c: calls @fn for all that is saved in @slot */
void bv_slot_each(struct bv_slot *slot, void (*fn)(struct bv_reg *r, void *arg), void *arg);

/* print.c: @r and @slot in few characters, for the oracle; never NULL */
void bv_print_reg(const struct bv_map *maps, const struct bv_reg *r, char *buf, size_t size);
void bv_print_slot(const struct bv_map *maps, const struct bv_slot *slot, u32 idx,
		   char *buf, size_t size);

/* print.c: log level 2; env->cur is the state after the instruction at @pc */
void bv_print_step(struct bv_env *env, u32 pc);
/* print.c: log level 2; a path starts or goes on at @pc */
void bv_print_arrival(struct bv_env *env, u32 pc, const char *why);

/* state.c: room for a note of an identity, the latest; 0 or -ENOMEM */
int bv_id_room(struct bv_env *env, void **items, u32 count, u32 *cap, u32 first, size_t bytes);
/* state.c: of notes that begin with an identity, the lowest first, that of @id, or NULL */
const void *bv_id_find(const void *items, u32 count, size_t bytes, u32 id);

#endif /* _BPF_VERIFIER_STATE_H */
