// SPDX-License-Identifier: GPL-2.0-only
/*
 * Leaving the program's own code: helper calls, functions, tail calls, returns and
 * barriers. The kernel's ways against speculation are asked for in host.h and written
 * here.
 *
 * R1 to R5 are where C takes its arguments, R0 where it returns: a call is a call.
 * Must never put anything between that a caller pays for.
 *
 * Layer K5; builds in user space too. Tests: lib/test_bpf.c, tools/bpf/verify.
 */
#include <linux/kernel.h>
#include <linux/limits.h>
#include "../../../kernel/bpf/flow.h"
#include "encode.h"
#include "host.h"
#include "stub.h"

/* ---- the kernel's ways -------------------------------------------------------------- */

#define INT3		0xcc
#define OP_CMP_MEM	0x39	/* memory with register */

static void put_lfence(struct jit *jit)
{
	enc_bytes(jit, 0x0f, 0xae, 0xe8);
}

/**
 * jit_nospec() - hold speculation back
 * @jit:	the compilation
 */
void jit_nospec(struct jit *jit)
{
	put_lfence(jit);
}

/**
 * jit_return() - return to the caller
 * @jit:	the compilation; frame and registers are given back
 */
void jit_return(struct jit *jit)
{
	unsigned long thunk = jit_host_return_thunk();

	if (thunk) {
		enc_bytes(jit, OP_JMP);
		jit_rel32(jit, thunk);
	} else {
		enc_bytes(jit, 0xc3);
	}
	if (jit_host_sls())
		enc_bytes(jit, INT3);
}

/* int3 is what the kernel has behind every jump to a register */
static void jump_to_reg(struct jit *jit, u8 hw)
{
	unsigned long thunk = jit_host_jump_thunk(hw);

	if (thunk) {
		enc_bytes(jit, OP_JMP);
		jit_rel32(jit, thunk);
	} else {
		if (jit_host_jump_lfence())
			put_lfence(jit);
		enc_rr(jit, OP_GROUP5, 4, hw);
	}
	enc_bytes(jit, INT3);
}

/* ---- calls -------------------------------------------------------------------------- */

static unsigned long helper_of(const struct bpf_insn *insn)
{
	return (unsigned long)__bpf_call_base + insn->imm;
}

/**
 * jit_is_intrinsic() - is a call no call?
 * @insn:	an instruction
 *
 * Return: true for the call of a helper that is written inline: it then clobbers R0,
 * as every call does, and nothing else.
 */
bool jit_is_intrinsic(const struct bpf_insn *insn)
{
	return insn->code == (BPF_JMP | BPF_CALL) && !insn->src_reg &&
	       jit_host_is_cpu_helper(helper_of(insn));
}

/**
 * jit_call_helper() - write the call of a helper
 * @jit:	the compilation
 * @pc:		the call
 */
void jit_call_helper(struct jit *jit, u32 pc)
{
	const struct bpf_insn *insn = &jit->in->insns[pc];

	if (jit_is_intrinsic(insn)) {
		enc_rm(jit, OP_MOV_LOAD | OP_GS, jit->plan.hw[BPF_REG_0],
		       mem_at(HW_NONE, jit_host_cpu_number()));
		return;
	}
	enc_bytes(jit, OP_CALL);
	jit_rel32(jit, helper_of(insn));
}

/* function that starts at @start */
static u32 func_at(const struct jit *jit, u32 start)
{
	u32 lo = 0, hi = jit->in->func_count - 1;

	while (lo < hi) {
		u32 mid = lo + (hi - lo + 1) / 2;

		if (jit->in->funcs[mid].start <= start)
			lo = mid;
		else
			hi = mid - 1;
	}
	return lo;
}

/* @hw = where tail calls are counted, which is on the stack */
static void load_counter(struct jit *jit, u8 hw)
{
	enc_rm(jit, OP_MOV_LOAD | OP_W, hw, mem_at(HW_BP, -(s32)(jit->plan.stack + 8)));
}

/**
 * jit_call_func() - write the call of another function of the program
 * @jit:	the compilation
 * @pc:		the call (RFC 9669 section 4.3.2)
 */
void jit_call_func(struct jit *jit, u32 pc)
{
	u32 start = pc + 1 + jit->in->insns[pc].imm;

	if (jit->deep_tail_calls)
		load_counter(jit, JIT_HW_COUNT);
	enc_bytes(jit, OP_CALL);
	jit_rel32_label(jit, jit_label_func(jit, func_at(jit, start)));
}

/* ---- tail calls --------------------------------------------------------------------- */

/**
 * struct tail - a tail call being written
 * @out:	label: there is no such program, or it is one tail call too many
 * @index:	constant index, if @is_const
 * @is_const:	R3 does not hold the index
 */
struct tail {
	u32	out;
	u32	index;
	bool	is_const;
};

/* the machine register of R2 = program at the index of the array that R2 is */
static void find_program(struct jit *jit, const struct tail *tail)
{
	u8 array = jit->plan.hw[BPF_REG_2], index = jit->plan.hw[BPF_REG_3];
	struct jit_mem slot = mem_index(array, index, 3, JIT_ARRAY_PTRS);
	struct jit_mem count = mem_at(array, JIT_ARRAY_COUNT);

	if (tail->is_const) {
		slot = mem_at(array, JIT_ARRAY_PTRS + 8 * tail->index);
		enc_rm_imm(jit, OP_GROUP1_IMM8, X86_CMP, count, tail->index, 1);
	} else {
		enc_rm(jit, OP_CMP_MEM, index, count);
		if (!jit_upper_known(jit, BPF_REG_3))
			enc_mov32(jit, index, index);
	}
	jit_jump_to(jit, CC_BE, tail->out);
	enc_rm(jit, OP_MOV_LOAD | OP_W, array, slot);
	enc_rr(jit, OP_TEST | OP_W, array, array);
	jit_jump_to(jit, CC_E, tail->out);
}

/*
 * One less is left. It is asked for last of all: where none is left, the count may
 * stay below zero, as it is the end of tail calls for this run.
 */
static void count_down(struct jit *jit, u32 out)
{
	u8 hw = jit->plan.hw[JIT_COUNT];

	/* the program may have something in JIT_HW_COUNT, which it needs if it goes on here */
	if (jit_count_on_stack(&jit->plan)) {
		hw = jit->plan.hw[JIT_TEMP];
		load_counter(jit, hw);
	}
	enc_rm(jit, OP_GROUP5 | OP_W, 1, mem_at(hw, 0));
	jit_jump_to(jit, CC_S, out);
	if (hw != JIT_HW_COUNT)
		enc_mov64(jit, JIT_HW_COUNT, hw);
}

static void put_tail_call(struct jit *jit, struct tail *tail)
{
	u8 prog = jit->plan.hw[BPF_REG_2];
	struct jit_mem entry = mem_at(prog, JIT_PROG_TAIL_ENTRY);
	/* a jump through memory where nothing forbids it is one instruction less */
	bool through_memory = !jit_host_jump_thunk(prog) && !jit_host_jump_lfence();

	tail->out = jit_label_new(jit);
	find_program(jit, tail);
	if (through_memory) {
		enc_rm_imm(jit, OP_GROUP1_IMM8 | OP_W, X86_CMP, entry, 0, 1);
	} else {
		enc_rm(jit, OP_MOV_LOAD | OP_W, prog, entry);
		enc_rr(jit, OP_TEST | OP_W, prog, prog);
	}
	jit_jump_to(jit, CC_E, tail->out);
	count_down(jit, tail->out);
	jit_unwind(jit);
	if (through_memory) {
		enc_rm(jit, OP_GROUP5, 4, entry);
		enc_bytes(jit, INT3);
	} else {
		jump_to_reg(jit, prog);
	}
	jit_label_here(jit, tail->out);
}

/**
 * jit_tail_call() - write a tail call
 * @jit:	the compilation
 * @pc:		BPF_JMP | BPF_TAIL_CALL: context R1, struct bpf_array R2, index R3
 *
 * The target takes rdi as its context, JIT_HW_COUNT as the place of the count of tail calls.
 * Goes on behind it where there is no such program, or MAX_TAIL_CALL_CNT were made.
 */
void jit_tail_call(struct jit *jit, u32 pc)
{
	struct tail tail = { };

	put_tail_call(jit, &tail);
}

/**
 * jit_tail_call_const() - write a tail call together with the index that is set before
 * @jit:	the compilation
 * @pc:		an instruction
 *
 * Return: slots consumed; 0 where that is something else.
 */
u32 jit_tail_call_const(struct jit *jit, u32 pc)
{
	const struct bpf_insn *insn = &jit->in->insns[pc];
	struct tail tail = { .index = insn->imm, .is_const = true };

	if (insn->dst_reg != BPF_REG_3 || insn->off || insn->imm < 0 || insn->imm > S8_MAX ||
	    pc + 1 >= jit->func_end || (jit->marks[pc + 1] & BPF_FLOW_TARGET) ||
	    insn[1].code != (BPF_JMP | BPF_TAIL_CALL))
		return 0;
	put_tail_call(jit, &tail);
	return 2;
}
