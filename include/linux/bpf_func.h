/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a subsystem says to plug programs in: its helpers, its context, its
 * type (REQUIREMENTS S2.ctx). Three kinds of const table and nothing else; the
 * verifier, the interpreter and the JIT read them and know no subsystem.
 *
 * Layer K0: builds in user space too; may include types and uapi only.
 */
#ifndef _LINUX_BPF_FUNC_H
#define _LINUX_BPF_FUNC_H

#include <linux/bits.h>
#include <linux/types.h>
#include <uapi/linux/bpf.h>

#define BPF_REG_ARG1	BPF_REG_1
#define BPF_REG_ARG2	BPF_REG_2
#define BPF_REG_ARG3	BPF_REG_3
#define BPF_REG_ARG4	BPF_REG_4
#define BPF_REG_ARG5	BPF_REG_5
#define BPF_REG_CTX	BPF_REG_6	/* the packet, for LD_ABS and LD_IND */
#define BPF_REG_FP	BPF_REG_10

/* scratch of code that the kernel inserts; user space cannot name it */
#define BPF_REG_AX	MAX_BPF_REG
#define MAX_BPF_EXT_REG	(MAX_BPF_REG + 1)

#define MAX_BPF_STACK		512	/* bytes below R10 */
#define MAX_TAIL_CALL_CNT	33	/* tail calls in one run */

/*
 * Internal: BPF_JMP | BPF_TAIL_CALL jumps to the program at index R3 of the
 * array R2, context R1, and falls through where there is none. User space writes
 * it as a call of BPF_FUNC_tail_call; this opcode itself is refused there.
 */
#define BPF_TAIL_CALL	0xf0

/*
 * Internal: BPF_LDX with these modes loads from an address that may fault, and gives
 * zero if it does. MEMSX is the sign-extending one.
 */
#define BPF_PROBE_MEM	0x20
#define BPF_PROBE_MEMSX	0x40

/* Internal: BPF_ST | BPF_NOSPEC holds speculation back; no operands */
#define BPF_NOSPEC	0xc0

/*
 * Internal: a helper call whose off is not zero uses off - 1 arguments only. Zero, as
 * user space and kernel code write it, says nothing: all five may be used.
 */
#define BPF_CALL_ARITY(n)	((n) + 1)

struct bpf_prog;

/*
 * enum bpf_arg_kind - what a helper demands of one argument
 */
enum bpf_arg_kind {
	BPF_ARG_NONE = 0,	/* the helper does not take it */
	BPF_ARG_ANY,		/* any initialised value */
	BPF_ARG_SCALAR,		/* a number, never a pointer */
	BPF_ARG_CTX,		/* the program's unmodified context */
	BPF_ARG_MAP,		/* a map named in the program */
	BPF_ARG_MAP_KEY,	/* readable memory of the map's key size */
	BPF_ARG_MAP_KEY_FILL,	/* writable memory of that size that the helper fills */
	BPF_ARG_MAP_VALUE,	/* readable memory of the map's value size */
	BPF_ARG_MEM_READ,	/* readable memory; its size is the next argument */
	BPF_ARG_MEM_READ_OR_NULL,	/* or NULL where the size is zero */
	BPF_ARG_MEM_FILL,	/* writable memory that the helper fills wholly */
	BPF_ARG_SIZE,		/* bytes of the argument before, at least one */
	BPF_ARG_SIZE_OR_ZERO,	/* bytes of the argument before */
	BPF_ARG_CONST_SIZE,	/* a constant: bytes of the memory that is returned */
	BPF_ARG_ACQUIRED,	/* memory that such a helper returned; it is taken back */
	BPF_ARG_KIND_COUNT,
};

/*
 * enum bpf_ret_kind - what a helper leaves in R0
 */
enum bpf_ret_kind {
	BPF_RET_SCALAR = 0,		/* a 64-bit number */
	BPF_RET_VOID,			/* R0 may not be read */
	BPF_RET_MAP_VALUE_OR_NULL,	/* value of the BPF_ARG_MAP argument */
	BPF_RET_MAP_KEY,		/* key of an element of the BPF_ARG_MAP argument */
	BPF_RET_ACQUIRED_OR_NULL,	/* memory of BPF_ARG_CONST_SIZE bytes; on every path a
					 * helper with BPF_ARG_ACQUIRED takes it back */
	BPF_RET_KIND_COUNT,
};

typedef u64 (*bpf_func_t)(u64 r1, u64 r2, u64 r3, u64 r4, u64 r5);

/**
 * struct bpf_func_proto - one helper as the verifier sees it
 * @name:	as in enum bpf_func_id, without the prefix
 * @func:	the function; takes five registers whatever its arity
 * @ret:	what it returns
 * @arg:	what R1 to R5 must hold
 * @map_type:	enum bpf_map_type that the BPF_ARG_MAP argument has; 0: any whose elements
 *		programs may use (not bpf_map_ops.opaque)
 * @gpl_only:	only for programs with a GPL-compatible licence
 * @reads_packet: memory that it reads or fills may be a packet's
 * @moves_packet: it may move, cut or free the packet: pointers into it end
 * @takes_more:	may read registers behind those that @arg names, whatever is in them
 * @narrow:	arguments of which it takes the low 32 bits only, a bit each: what
 *		BPF_CALL_<n>() has of the function's types in <function>_narrow
 */
struct bpf_func_proto {
	const char		*name;
	bpf_func_t		func;
	enum bpf_ret_kind	ret;
	enum bpf_arg_kind	arg[5];
	u8			map_type;
	bool			gpl_only;
	bool			reads_packet;
	bool			moves_packet;
	bool			takes_more;
	u8			narrow;
};

/**
 * bpf_proto_takes() - what a helper sees of a register
 * @proto:	the helper
 * @n:		argument, 0 to 4
 * @value:	what the register holds
 *
 * Return: the number that the function works with.
 */
static inline u64 bpf_proto_takes(const struct bpf_func_proto *proto, u32 n, u64 value)
{
	return proto->narrow & BIT(n) ? (u32)value : value;
}

/* rights of a field */
#define BPF_FIELD_READ		0x01	/* whole elements may be read */
#define BPF_FIELD_WRITE		0x02	/* whole elements may be written */
#define BPF_FIELD_NARROW	0x04	/* a read may take a part of an element */
#define BPF_FIELD_RAW		0x08	/* plain memory of the kernel's object at @koff: any access
					 * of 1, 2, 4 or 8 bytes inside, aligned to its size */
#define BPF_FIELD_CB		0x10	/* the packet's control block: a program that uses it
					 * is run with a cleared one (prog->cb_access) */

/* a packet lies in memory at one place, and has fewer bytes than this there */
#define BPF_PACKET_LIMIT	0x1000000

/*
 * enum bpf_field_gives - what a load of a field yields (ORDER packet kinds)
 */
enum bpf_field_gives {
	BPF_GIVES_NUMBER = 0,		/* or, with a target, a pointer to an object */
	BPF_GIVES_PACKET,		/* where the packet's data begin */
	BPF_GIVES_PACKET_META,		/* where what was written in front of them begins */
	BPF_GIVES_PACKET_END,		/* where the data end */
};

struct bpf_view;

/**
 * struct bpf_access - one load or store of a field, for rewriting
 * @off:	offset of the access from the start of the field, in bytes
 * @size:	bytes read or written
 * @write:	store, not load
 * @dst:	load: register that takes the result. Store: register that holds
 *		the address of the object
 * @src:	load: register that holds the address of the object (may be
 *		@dst). Store: register that holds the value
 * @imm:	store of a constant: the constant; @src is then unused
 * @is_imm:	store of a constant
 */
struct bpf_access {
	u32	off;
	u8	size;
	bool	write;
	u8	dst;
	u8	src;
	s32	imm;
	bool	is_imm;
};

/* instructions that one access may be rewritten to */
#define BPF_EMIT_MAX	16

/**
 * struct bpf_field - one field of a view
 * @name:	as in the uapi structure, for messages
 * @off:	offset in the view, in bytes
 * @size:	bytes of the whole field, all elements of an array together
 * @unit:	bytes of one element; accesses are aligned to it, or to their own
 *		size where BPF_FIELD_NARROW allows part of an element
 * @rights:	BPF_FIELD_*
 * @koff:	offset in the kernel's object, in bytes (element 0)
 * @ksize:	bytes of one element there, at most @unit unless it @gives more: 1, 2, 4 or 8
 * @shift:	a load is shifted right by this many bits, then
 * @mask:	and-ed with this unless zero
 * @gives:	enum bpf_field_gives: loads of all of the uapi field yield the address that
 *		eight bytes at @koff hold
 * @target:	loads yield a pointer to an object of that view, or NULL
 * @emit:	where a plain load or store does not do: writes the instructions
 *		of access @a to @out, at most BPF_EMIT_MAX, and returns how many.
 *		May use no register but a->dst (load) or BPF_REG_AX (both); the
 *		result of a load is the whole element, zero-extended. Narrowing is
 *		the caller's work
 */
struct bpf_field {
	const char		*name;
	u16			off;
	u16			size;
	u8			unit;
	u8			rights;
	u16			koff;
	u8			ksize;
	u8			shift;
	u8			gives;
	u32			mask;
	const struct bpf_view	*target;
	u32 (*emit)(const struct bpf_field *f, const struct bpf_access *a,
		    struct bpf_insn *out);
};

/**
 * struct bpf_view - a kernel object as a program sees it
 * @name:	of the uapi structure, for messages
 * @size:	its bytes
 * @fields:	in order of their offsets, not overlapping; what no field covers
 *		cannot be accessed
 * @count:	number of fields
 */
struct bpf_view {
	const char		*name;
	u32			size;
	const struct bpf_field	*fields;
	u32			count;
};

/* traits of a program type */
#define BPF_TYPE_PACKET_LOADS	0x01	/* LD_ABS and LD_IND; context is a packet */
#define BPF_TYPE_UNPRIV		0x02	/* may be loaded without privilege, if the sysctl lets */
#define BPF_TYPE_PERFMON	0x04	/* sees the whole kernel: CAP_PERFMON */
#define BPF_TYPE_PACKET_STORES	0x08	/* may write to the packet that its context points to */

/**
 * struct bpf_type_ops - a program type
 * @type:	its number
 * @name:	for messages
 * @traits:	BPF_TYPE_*
 * @ret_min:	least legal return value
 * @ret_max:	greatest legal return value (both of the low 32 bits, signed)
 * @ctx:	its context; R1 on entry
 * @proto:	helper @id for this type, or NULL
 * @test_run:	BPF_PROG_TEST_RUN, or NULL where the type has none; @uattr is the
 *		user's own union for results. 0 or -errno
 */
struct bpf_type_ops {
	enum bpf_prog_type	type;
	const char		*name;
	u32			traits;
	s32			ret_min;
	s32			ret_max;
	const struct bpf_view	*ctx;
	const struct bpf_func_proto *(*proto)(enum bpf_func_id id);
	int (*test_run)(struct bpf_prog *prog, const union bpf_attr *attr,
			union bpf_attr __user *uattr);
};

/**
 * bpf_view_field() - field that an offset of a view lies in
 * @view:	the view
 * @off:	offset in bytes
 *
 * Return: the field, or NULL where there is none.
 */
static inline const struct bpf_field *
bpf_view_field(const struct bpf_view *view, u32 off)
{
	u32 lo = 0, hi = view->count;

	while (lo < hi) {
		u32 mid = lo + (hi - lo) / 2;
		const struct bpf_field *f = &view->fields[mid];

		if (off < f->off)
			hi = mid;
		else if (off - f->off >= f->size)
			lo = mid + 1;
		else
			return f;
	}
	return NULL;
}

/**
 * bpf_size_code() - width of a memory access as an opcode has it
 * @bytes:	1, 2, 4 or 8
 *
 * Return: BPF_B, BPF_H, BPF_W or BPF_DW.
 */
static inline u8 bpf_size_code(u32 bytes)
{
	switch (bytes) {
	case 1:
		return BPF_B;
	case 2:
		return BPF_H;
	case 4:
		return BPF_W;
	default:
		return BPF_DW;
	}
}

/*
 * A helper is written BPF_CALL_<n>(name, type1, arg1, ...) { body }: a function
 * that takes five registers, converts the first n and runs the body. The constant
 * name_narrow says of which registers a conversion takes 32 bits.
 */
#define BPF_REG_TO(t, r)						\
	((t)(typeof(__builtin_choose_expr(sizeof(t) == 8, 0ULL, 0UL)))(r))

#define BPF_REG_NARROW(t, n)	((sizeof(t) == sizeof(u32)) << (n))

#define BPF_CALL_FUNC(name, narrow, params, ...)			\
	enum { name##_narrow = narrow };				\
	static __always_inline u64 name##_body params;			\
	u64 name(u64 r1, u64 r2, u64 r3, u64 r4, u64 r5);		\
	u64 name(u64 r1, u64 r2, u64 r3, u64 r4, u64 r5)		\
	{								\
		return name##_body(__VA_ARGS__);			\
	}								\
	static __always_inline u64 name##_body params

#define BPF_CALL_0(name)						\
	BPF_CALL_FUNC(name, 0, (void))
#define BPF_CALL_1(name, t1, a1)					\
	BPF_CALL_FUNC(name, BPF_REG_NARROW(t1, 0),			\
		      (t1 a1), BPF_REG_TO(t1, r1))
#define BPF_CALL_2(name, t1, a1, t2, a2)				\
	BPF_CALL_FUNC(name, BPF_REG_NARROW(t1, 0) |			\
		      BPF_REG_NARROW(t2, 1),				\
		      (t1 a1, t2 a2),					\
		      BPF_REG_TO(t1, r1), BPF_REG_TO(t2, r2))
#define BPF_CALL_3(name, t1, a1, t2, a2, t3, a3)			\
	BPF_CALL_FUNC(name, BPF_REG_NARROW(t1, 0) |			\
		      BPF_REG_NARROW(t2, 1) | BPF_REG_NARROW(t3, 2),	\
		      (t1 a1, t2 a2, t3 a3),				\
		      BPF_REG_TO(t1, r1), BPF_REG_TO(t2, r2),		\
		      BPF_REG_TO(t3, r3))
#define BPF_CALL_4(name, t1, a1, t2, a2, t3, a3, t4, a4)		\
	BPF_CALL_FUNC(name, BPF_REG_NARROW(t1, 0) |			\
		      BPF_REG_NARROW(t2, 1) | BPF_REG_NARROW(t3, 2) |	\
		      BPF_REG_NARROW(t4, 3),				\
		      (t1 a1, t2 a2, t3 a3, t4 a4),			\
		      BPF_REG_TO(t1, r1), BPF_REG_TO(t2, r2),		\
		      BPF_REG_TO(t3, r3), BPF_REG_TO(t4, r4))
#define BPF_CALL_5(name, t1, a1, t2, a2, t3, a3, t4, a4, t5, a5)	\
	BPF_CALL_FUNC(name, BPF_REG_NARROW(t1, 0) |			\
		      BPF_REG_NARROW(t2, 1) | BPF_REG_NARROW(t3, 2) |	\
		      BPF_REG_NARROW(t4, 3) | BPF_REG_NARROW(t5, 4),	\
		      (t1 a1, t2 a2, t3 a3, t4 a4, t5 a5),		\
		      BPF_REG_TO(t1, r1), BPF_REG_TO(t2, r2),		\
		      BPF_REG_TO(t3, r3), BPF_REG_TO(t4, r4),		\
		      BPF_REG_TO(t5, r5))

#endif /* _LINUX_BPF_FUNC_H */
