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
#include "../../../kernel/bpf/flow.h"
#include "encode.h"
#include "host.h"
#include "stub.h"

/*
 * The count of tail calls goes up by this much each time, so that one addition counts
 * and, by the sign, tells when it is over.
 */
#define TAIL_STEP	((1u << 31) / (MAX_TAIL_CALL_CNT + 1) + 1)

static_assert((u64)TAIL_STEP * MAX_TAIL_CALL_CNT < 1u << 31);
static_assert((u64)TAIL_STEP * (MAX_TAIL_CALL_CNT + 1) >= 1u << 31);

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

/**
 * jit_call_func() - write the call of another function of the program
 * @jit:	the compilation
 * @pc:		the call (RFC 9669 section 4.3.2)
 */
void jit_call_func(struct jit *jit, u32 pc)
{
	u32 start = pc + 1 + jit->in->insns[pc].imm;

	enc_bytes(jit, OP_CALL);
	jit_rel32_label(jit, jit_label_func(jit, func_at(jit, start)));
}

/* ---- tail calls --------------------------------------------------------------------- */

/*
 * Jumps to @out unless there is a program in the array and room for one more tail call.
 * The program is in @prog then, the new count in eax.
 */
static void find_program(struct jit *jit, u8 prog, u32 out)
{
	u8 array = jit->plan.hw[BPF_REG_2], index = jit->plan.hw[BPF_REG_3];
	s32 count = -(s32)(jit->plan.stack + 8);

	enc_rm(jit, OP_CMP_MEM, index, mem_at(array, JIT_ARRAY_COUNT));
	jit_jump_to(jit, CC_BE, out);
	enc_rm(jit, OP_MOV_LOAD, HW_AX, mem_at(HW_BP, count));
	enc_alu_imm(jit, X86_ADD, 0, HW_AX, TAIL_STEP);
	jit_jump_to(jit, CC_S, out);
	if (!jit_upper_known(jit, BPF_REG_3))
		enc_mov32(jit, index, index);
	enc_rm(jit, OP_MOV_LOAD | OP_W, prog, mem_index(array, index, 3, JIT_ARRAY_PTRS));
	enc_rr(jit, OP_TEST | OP_W, prog, prog);
	jit_jump_to(jit, CC_E, out);
}

/* a jump through memory where nothing forbids it: one instruction less */
static bool jumps_through_memory(u8 prog)
{
	return !jit_host_jump_thunk(prog) && !jit_host_jump_lfence();
}

/**
 * jit_tail_call() - write a tail call
 * @jit:	the compilation
 * @pc:		BPF_JMP | BPF_TAIL_CALL: context R1, struct bpf_array R2, index R3
 *
 * The target takes rdi as its context and eax as the count. Goes on behind it where
 * there is no such program, or MAX_TAIL_CALL_CNT tail calls were made.
 */
void jit_tail_call(struct jit *jit, u32 pc)
{
	u32 out = jit_label_new(jit);
	u8 prog = jit->plan.hw[BPF_REG_2];	/* the array is not needed then */
	bool through_memory = jumps_through_memory(prog);

	find_program(jit, prog, out);
	if (through_memory)
		enc_rm_imm(jit, OP_GROUP1_IMM8 | OP_W, X86_CMP,
			   mem_at(prog, JIT_PROG_TAIL_ENTRY), 0, 1);
	else
		enc_rm(jit, OP_MOV_LOAD | OP_W, prog, mem_at(prog, JIT_PROG_TAIL_ENTRY));
	if (!through_memory)
		enc_rr(jit, OP_TEST | OP_W, prog, prog);
	jit_jump_to(jit, CC_E, out);
	enc_mov64(jit, HW_DI, jit->plan.hw[BPF_REG_1]);
	jit_unwind(jit);
	if (through_memory) {
		enc_rm(jit, OP_GROUP5, 4, mem_at(prog, JIT_PROG_TAIL_ENTRY));
		enc_bytes(jit, INT3);
	} else {
		jump_to_reg(jit, prog);
	}
	jit_label_here(jit, out);
}
