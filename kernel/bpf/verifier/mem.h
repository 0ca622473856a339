/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * May these bytes be accessed, and what does the access do to what is known? Each
 * function first checks and changes nothing, then applies and cannot refuse.
 *
 * memkind.c has one row per pointer kind and judges where an access may reach;
 * stack.c judges and changes the content of the stack; mem.c is the door to both.
 *
 * Layer V4.
 */
#ifndef _BPF_VERIFIER_MEM_H
#define _BPF_VERIFIER_MEM_H

#include "state.h"

/* offsets and numbers in pointer arithmetic stay below this, on both sides */
#define BV_OFFSET_LIMIT		0x20000000

/* how memory is accessed */
enum bv_access {
	BV_ACCESS_LOAD,
	BV_ACCESS_STORE,
	BV_ACCESS_ATOMIC,	/* load and store */
	BV_ACCESS_HELPER_READ,
	BV_ACCESS_HELPER_FILL,
};

/* where the end of the memory behind a pointer kind is */
enum bv_extent {
	BV_EXTENT_NONE,		/* no access at all */
	BV_EXTENT_VALUE,	/* 0 .. value_size of the map */
	BV_EXTENT_KEY,		/* 0 .. key_size of the map */
	BV_EXTENT_BYTES,	/* 0 .. @bytes of the pointer */
	BV_EXTENT_STACK,	/* -512 .. 0 */
	BV_EXTENT_PACKET,	/* 0 .. @there from the variable part of the offset on */
	BV_EXTENT_VIEW,		/* fields of @view, by constant offset */
};

/* what may be added to a pointer */
enum bv_math {
	BV_MATH_NONE,
	BV_MATH_ZERO,		/* the constant 0 */
	BV_MATH_ADD,		/* numbers with bounds, added */
	BV_MATH_ADD_SUB,	/* numbers with bounds, added or subtracted */
};

/**
 * struct bv_memkind - what a kind of value lets a program do with it
 * @name:	for messages, with its article
 * @access:	bit mask, 1 << enum bv_access
 * @extent:	enum bv_extent
 * @begins:	it begins at a multiple of this power of two; 0: anywhere
 * @natural:	every access is aligned to its width, whatever the machine can do
 * @math:	enum bv_math
 * @refusal:	why a load or store is refused, where @extent is BV_EXTENT_NONE
 */
struct bv_memkind {
	const char	*name;
	u8		access;
	u8		extent;
	u8		begins;
	bool		natural;
	u8		math;
	enum bv_reason	refusal;
};

/**
 * struct bv_memop - one access
 * @ptr:	the pointer
 * @regno:	register it is in, for messages
 * @access:	enum bv_access
 * @size:	bytes, at least 1
 * @off:	offset of the instruction, added to the pointer's
 * @lo:		lowest offset of the first byte, counted from the start of the
 *		memory (the frame pointer for the stack); bv_memkind_check() writes
 * @hi:		highest one; @lo where the offset is constant
 * @field:	field accessed, where the extent is a view; likewise
 * @owner:	of the stack: an instruction of the function whose stack it is (outer.c)
 */
struct bv_memop {
	const struct bv_reg	*ptr;
	u8			regno;
	u8			access;
	u32			size;
	s32			off;
	s64			lo;
	s64			hi;
	const struct bpf_field	*field;
	u32			owner;
};

/* memkind.c */
const struct bv_memkind *bv_memkind_of(const struct bv_reg *r);
int bv_memkind_check(struct bv_env *env, struct bv_memop *op);
bool bv_memkind_is_inside(struct bv_env *env, const struct bv_reg *ptr);

/*
 * precise.c: the number in @r decides about safety, so
 * the values it was made from must be compared exactly when states are
 */
void bv_demand(struct bv_env *env, struct bv_state *st, const struct bv_reg *r);
/* precise.c: the same of deps of a caller's frame */
void bv_demand_at(struct bv_env *env, struct bv_checkpoint *cp, struct bv_deps wanted);

/* refs.c: memory that the program holds until it gives it back */
int bv_refs_acquire(struct bv_env *env, struct bv_state *st, u32 *id);
int bv_refs_release(struct bv_env *env, struct bv_state *st, u32 id);
void bv_refs_absent(struct bv_state *st, u32 id);
int bv_refs_check(struct bv_env *env, const struct bv_state *st, enum bv_reason why);

/*
 * packet.c: a test of how far a packet goes, and what its two outcomes say
 */
struct bv_packet_test {
	struct bv_reg	ptr;		/* the pointer that is compared with the end */
	u32		end;		/* register that holds the end */
	s8		fall;		/* bytes known behind @ptr in that arm, or BV_NO_BYTES */
	s8		jump;
	s8		decided;	/* 1: it jumps, 0: it does not, -1: it depends */
};

#define BV_NO_BYTES	(-1)

bool bv_packet_test(const struct bv_state *st, const struct bpf_insn *insn,
		    struct bv_packet_test *test);
int bv_packet_learn(struct bv_env *env, struct bv_state *st, const struct bv_packet_test *test,
		    s8 bytes);
int bv_packet_moved(struct bv_env *env, struct bv_state *st);
void bv_packet_step(struct bv_env *env, struct bv_reg *ptr, struct scalar num, bool sub);

/*
 * mem.c: the instruction at env->pc, of class LDX, ST or STX, including BPF_ATOMIC and
 * BPF_MEMSX. 0 or what bv_refuse() gave, -ENOMEM
 */
int bv_mem_load(struct bv_env *env, struct bv_state *st, const struct bpf_insn *insn);
int bv_mem_store(struct bv_env *env, struct bv_state *st, const struct bpf_insn *insn);
int bv_mem_atomic(struct bv_env *env, struct bv_state *st, const struct bpf_insn *insn);

/*
 * mem.c: a helper will read (@write false) or fill (@write true) @min to @max bytes
 * at the address in register @regno. @max 0 is legal only with a zero size
 */
int bv_mem_helper(struct bv_env *env, struct bv_state *st, u8 regno,
		  u64 min, u64 max, bool write);

/*
 * outer.c: accesses of a stack stand between these two, which make the stack of a caller
 * take the place of the function's own while that lasts. @write: it may be changed. dst:
 * the register loaded, or -1. 0, -ENOMEM
 */
struct bv_outer {
	struct bv_frame	*frame;
	bool		write;
};

int bv_outer_begin(struct bv_env *env, struct bv_state *st, struct bv_memop *op, bool write,
		   struct bv_outer *outer);
void bv_outer_end(struct bv_env *env, struct bv_state *st, const struct bv_memop *op,
		  const struct bv_outer *outer, int dst);

/* stack.c: layer below mem.c. @op has passed bv_memkind_check() */
int bv_stack_read(struct bv_env *env, struct bv_state *st, const struct bv_memop *op,
		  bool sign, u8 dst);
int bv_stack_write(struct bv_env *env, struct bv_state *st, const struct bv_memop *op,
		   const struct bv_reg *val);
int bv_stack_atomic(struct bv_env *env, struct bv_state *st, const struct bv_memop *op,
		    int dst);
int bv_stack_helper_read(struct bv_env *env, struct bv_state *st,
			 const struct bv_memop *op);
int bv_stack_helper_fill(struct bv_env *env, struct bv_state *st,
			 const struct bv_memop *op, bool whole);

#endif /* _BPF_VERIFIER_MEM_H */
