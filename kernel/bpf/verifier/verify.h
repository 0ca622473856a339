/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The verifier's front door, and the only header others include: what goes in,
 * what comes out, and bpf_check(). It knows no struct bpf_prog.
 *
 * Layer V0, with no include of a V layer but for memory, so that a caller sees no insides.
 */
#ifndef _BPF_VERIFIER_VERIFY_H
#define _BPF_VERIFIER_VERIFY_H

#include <linux/bpf_func.h>
#include <linux/types.h>
#include <uapi/linux/bpf.h>
#include "pool.h"

/* maps that one program may use */
#define BV_MAX_MAPS	64

/* what was claimed of a program; see oracle.h */
struct bv_claims;

/* a map as the host hands it out; see host.h */
struct bv_map;

/* lines and functions of the program's source; see ../btf/source.h */
struct bpf_source;

/* whether states are kept and compared; anything but NORMAL is for tests */
enum bv_pruning {
	BV_PRUNE_NORMAL = 0,
	BV_PRUNE_OFF,		/* every path is walked to its end */
	BV_PRUNE_ALWAYS,	/* before every instruction */
};

/**
 * struct bv_request - a program to be checked
 * @type:		program type
 * @insns:		instructions as user space gave them; not changed
 * @count:		how many, 1 to BPF_COMPLEXITY_LIMIT_INSNS
 * @fd_array:		descriptors that instructions name by their index, or NULL
 * @gpl_compatible:	licence allows GPL-only helpers
 * @privileged:		loader may see kernel addresses (CAP_PERFMON)
 * @strict_alignment:	refuse misaligned access even where the machine allows it
 * @pruning:		enum bv_pruning; no verdict depends on it but -E2BIG
 * @as_written:		constants are not folded and lookups stay calls: for tests, which
 *			compare the two
 * @source:		what is known of the program's source, or NULL: for the log, and which
 *			functions are verified by their types
 * @claims:		keep what the walk claims, for the oracle; with @as_written only, and
 *			nothing where it is not compiled in
 * @log_level:		0 none, 1 refusal and path, 2 every step; 4 or-ed: totals
 * @log_buf:		user's buffer, or NULL
 * @log_size:		its bytes
 */
struct bv_request {
	const struct bpf_type_ops	*type;
	const struct bpf_insn		*insns;
	u32				count;
	const s32 __user		*fd_array;
	bool				gpl_compatible;
	bool				privileged;
	bool				strict_alignment;
	u8				pruning;
	bool				as_written;
	const struct bpf_source		*source;
	bool				claims;
	u32				log_level;
	char __user			*log_buf;
	u32				log_size;
};

/**
 * struct bv_placed_func - a function of an accepted program
 * @start:	its first instruction
 * @stack_depth: bytes of stack that it uses itself, a multiple of 8
 * @loaded:	its first instruction, as the program was given
 */
struct bv_placed_func {
	u32	start;
	u32	stack_depth;
	u32	loaded;
};

/**
 * struct bv_result - an accepted program, for bv_result_drop()
 * @insns:		instructions after rewriting: context loads made real, maps
 *			and helpers resolved
 * @count:		how many
 * @placed:		where the request had a source, of each instruction of the request
 *			where it begins among @insns, U32_MAX where it is gone; otherwise
 *			NULL
 * @maps:		maps the program uses, each with a reference that the caller
 *			may take over; the kernel's struct bpf_map pointers
 * @map_count:		how many
 * @claims:		what the walk claimed, if that was asked for; the caller may take them over
 * @funcs:		its functions in order, the first one at 0
 * @func_count:		how many, at least one
 * @stack_depth:	bytes of stack that functions under way at one time use at most, a
 *			multiple of 8, at most 512
 * @max_ctx_offset:	bytes of the context that may be read
 * @ctx_fields:		fields of the context that are accessed, bit n the n-th of its view
 * @cb_access:		the packet's control block is used
 * @passes_ctx:		some helper gets the context
 * @budget:		instructions that a run may take at most
 * @visited:		instructions visited by the walk
 * @states:		states kept at the end of the walk
 * @peak_bytes:		most memory held for states
 * @pool:		what the arrays are in
 */
struct bv_result {
	struct bpf_insn	*insns;
	u32		count;
	u32		*placed;
	void		*maps[BV_MAX_MAPS];
	u32		map_count;
	struct bv_claims *claims;
	struct bv_placed_func *funcs;
	u32		func_count;
	u32		stack_depth;
	u32		max_ctx_offset;
	u32		ctx_fields;
	bool		cb_access;
	bool		passes_ctx;
	u64		budget;
	u32		visited;
	u32		states;
	u64		peak_bytes;
	struct bv_pool	pool;
};

int bpf_check(const struct bv_request *req, struct bv_result *res);
void bv_result_drop(struct bv_result *res);

#endif /* _BPF_VERIFIER_VERIFY_H */
