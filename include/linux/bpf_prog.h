/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Programs as objects: the struct, references, running.
 *
 * A program is two pieces of memory. struct bpf_prog is what running it touches
 * and is read-only from the moment a runtime is selected; struct bpf_prog_aux is
 * the part that changes.
 *
 * Layer K1. Implemented in kernel/bpf/prog/.
 */
#ifndef _LINUX_BPF_PROG_H
#define _LINUX_BPF_PROG_H

#include <linux/atomic.h>
#include <linux/bpf_func.h>
#include <linux/preempt.h>
#include <linux/rcupdate.h>
#include <linux/types.h>
#include <linux/uidgid.h>
#include <linux/workqueue.h>
#include <uapi/linux/bpf.h>

struct bpf_btf;
struct bpf_image;
struct bpf_jit_func;
struct bpf_map;
struct bpf_prog;
struct bpf_xinsn;
struct file;
struct sock_fprog_kern;
struct user_struct;

/**
 * struct bpf_ksym - a program's name in /proc/kallsyms
 * @name:	bpf_prog_<tag>[_<name>], a part of the image; "" where it has none
 */
struct bpf_ksym {
	const char	*name;
};

/**
 * struct bpf_prog_aux - the part of a program that changes, or is seldom read
 * @refs:		holders; 0 frees after a grace period
 * @id:			number in bpf_prog_info; 0 for programs without descriptor
 * @stack_depth:	bytes of stack the program uses, with functions of its own that are
 *			under way, up to 512
 * @max_ctx_offset:	bytes of the context the program reads itself
 * @ctx_fields:	fields of the context it may access, bit n the n-th of the type's view
 * @verified_insns:	instructions the verifier visited
 * @xcode_insns:	decoded instructions in the program's @xcode
 * @func_cnt:		functions in @func; 0 where there is one program only
 * @map_cnt:		maps in @maps
 * @sleepable:		may run where it can sleep; none is yet
 * @xdp_has_frags:	asked by the base's XDP code
 * @verifier_zext:	instruction stream carries explicit zero extensions
 * @holds_stacks:	bpf_stack_release() is due when it ends
 * @offload_requested:	asked by the base's device code; never set
 * @func:		functions as programs of their own
 * @stacks:		functions of the program and the stack of each; NULL where it has none
 *			but itself, or nobody has told
 * @stack_cnt:		functions in @stacks
 * @image:		machine code with what belongs to it (image.c), or NULL
 * @maps:		maps the program uses; held
 * @btf:		types it came with; held, or NULL
 * @func_info:		its functions, by numbers of @btf
 * @line_info:		lines of its source, by the instructions as they are now
 * @func_info_cnt:	functions in @func_info
 * @line_info_cnt:	lines in @line_info
 * @claims:		what the verifier claimed, where the oracle watches; or NULL
 * @misses:		events it was not run on, as another program was running in the
 *			same context of the CPU
 * @load_time:		nanoseconds since boot
 * @uid:		user that loaded it, in the initial namespace
 * @name:		given at load, NUL-terminated
 * @ksym:		symbol
 * @prog:		back to the program
 * @rcu:		for the grace period before freeing
 * @work:		for freeing where sleeping is allowed
 */
struct bpf_prog_aux {
	atomic64_t		refs;
	u32			id;
	u32			stack_depth;
	u32			max_ctx_offset;
	u32			ctx_fields;
	u32			verified_insns;
	u32			xcode_insns;
	u32			func_cnt;
	u32			map_cnt;
	bool			sleepable;
	bool			xdp_has_frags;
	bool			verifier_zext;
	bool			holds_stacks;
	bool			offload_requested;
	struct bpf_prog		**func;
	struct bpf_jit_func	*stacks;
	u32			stack_cnt;
	struct bpf_image	*image;
	struct bpf_map		**maps;
	struct bpf_btf		*btf;
	struct bpf_func_info	*func_info;
	struct bpf_line_info	*line_info;
	u32			func_info_cnt;
	u32			line_info_cnt;
	struct bv_claims	*claims;
	atomic64_t		misses;
	u64			load_time;
	kuid_t			uid;
	char			name[BPF_OBJ_NAME_LEN];
	struct bpf_ksym		ksym;
	struct bpf_prog		*prog;
	struct rcu_head		rcu;
	struct work_struct	work;
};

/**
 * struct bpf_prog - a program, ready to run
 * @pages:		pages of this structure with its instructions
 * @jited:		@bpf_func is machine code
 * @gpl_compatible:	licence lets it use GPL-only helpers
 * @cb_access:		uses the packet's control block
 * @dst_needed:		asked by the base's device code
 * @locked:		memory is read-only
 * @was_classic:	translated from a classic program
 * @call_get_stack:	asked by the base's event code; set with such a helper
 * @kprobe_override:	asked by the base's event code; uses bpf_override_return()
 * @passes_ctx:	hands its context to a helper, which may want the machine's registers
 * @tail_calls:	goes on in other programs, which may read more of the context
 * @type:		enum bpf_prog_type
 * @expected_attach_type: enum bpf_attach_type, given at load
 * @len:		instructions in @insnsi
 * @jited_len:		bytes of machine code
 * @tag:		hash of the instructions as loaded, maps' numbers left out
 * @bpf_func:		runs it: interpreter entry or machine code
 * @xcode:		instructions decoded for the interpreter, or NULL
 * @tail_entry:		machine code: where tail calls enter; NULL without
 * @aux:		the rest
 * @orig_prog:		classic program as given, for SO_GET_FILTER
 * @insnsi:		instructions after the verifier's rewriting
 */
struct bpf_prog {
	u16			pages;
	u16			jited : 1,
				gpl_compatible : 1,
				cb_access : 1,
				dst_needed : 1,
				locked : 1,
				was_classic : 1,
				call_get_stack : 1,
				kprobe_override : 1,
				passes_ctx : 1,
				tail_calls : 1;
	enum bpf_prog_type	type;
	enum bpf_attach_type	expected_attach_type;
	u32			len;
	u32			jited_len;
	u8			tag[BPF_TAG_SIZE];
	u64			(*bpf_func)(const void *ctx,
					    const struct bpf_prog *prog);
	struct bpf_xinsn	*xcode;
	void			*tail_entry;
	struct bpf_prog_aux	*aux;
	struct sock_fprog_kern	*orig_prog;
	struct bpf_insn		insnsi[];
};

/**
 * bpf_prog_run() - run a program once
 * @prog:	the program; held by the caller or by RCU
 * @ctx:	its context, as its type defines
 *
 * Context: migration disabled; whatever else the type's hook promises.
 * Return: low 32 bits of R0.
 */
static __always_inline u32 bpf_prog_run(const struct bpf_prog *prog,
					const void *ctx)
{
	cant_migrate();
	return prog->bpf_func(ctx, prog);
}

/**
 * bpf_prog_run_pin_on_cpu() - bpf_prog_run() for callers that may migrate
 * @prog:	the program
 * @ctx:	its context
 *
 * Return: low 32 bits of R0.
 */
static inline u32 bpf_prog_run_pin_on_cpu(const struct bpf_prog *prog,
					  const void *ctx)
{
	u32 result;

	migrate_disable();
	result = bpf_prog_run(prog, ctx);
	migrate_enable();

	return result;
}

/**
 * bpf_prog_size() - bytes of a program object
 * @insns:	instructions it holds
 *
 * Return: bytes, structure included.
 */
static inline unsigned int bpf_prog_size(unsigned int insns)
{
	return max_t(unsigned int, sizeof(struct bpf_prog),
		     offsetof(struct bpf_prog, insnsi) +
		     insns * sizeof(struct bpf_insn));
}

/* kernel/bpf/prog/prog.c: memory and references */
struct bpf_prog *bpf_prog_alloc(unsigned int size, gfp_t gfp_extra);
void bpf_prog_free(struct bpf_prog *prog);
void bpf_prog_put(struct bpf_prog *prog);
void bpf_prog_add(struct bpf_prog *prog, int count);
void bpf_prog_sub(struct bpf_prog *prog, int count);
void bpf_prog_inc(struct bpf_prog *prog);
struct bpf_prog *bpf_prog_inc_not_zero(struct bpf_prog *prog);
struct bpf_prog *bpf_prog_get(u32 fd);
struct bpf_prog *bpf_prog_get_type_dev(u32 fd, enum bpf_prog_type type,
				       bool attach_drv);
struct bpf_prog *bpf_prog_get_type_path(const char *name, enum bpf_prog_type type);
int bpf_prog_new_fd(struct bpf_prog *prog);
int bpf_prog_assign_id(struct bpf_prog *prog);
void bpf_prog_loaded(struct bpf_prog *prog);
void bpf_insns_tag(const struct bpf_insn *insns, u32 count, u8 *tag);
struct bpf_prog *bpf_prog_from_file(const struct file *file);

static inline struct bpf_prog *bpf_prog_get_type(u32 fd, enum bpf_prog_type type)
{
	return bpf_prog_get_type_dev(fd, type, false);
}

/* kernel/bpf/prog/select.c: interpreter or machine code */
struct bpf_prog *bpf_prog_select_runtime(struct bpf_prog *prog, int *err);

/* kernel/bpf/prog/types.c: the list of program types */
const struct bpf_type_ops *bpf_type_find(enum bpf_prog_type type);

/* net/core/skb_ctx.c */
extern const struct bpf_type_ops bpf_socket_filter_type;

/* kernel/bpf/prog/helpers.c: helpers any type may offer */
const struct bpf_func_proto *bpf_base_proto(enum bpf_func_id id);
/* kernel/bpf/prog/helpers.c: what goes through a map's elements; not for programs to name */
u64 bpf_map_next_elem(u64 r1, u64 r2, u64 r3, u64 r4, u64 r5);

/*
 * A helper's number in a verified program is its distance from here, so that
 * it fits 32 bits.
 */
u64 __bpf_call_base(u64 r1, u64 r2, u64 r3, u64 r4, u64 r5);

extern const struct file_operations bpf_prog_fops;

#endif /* _LINUX_BPF_PROG_H */
