// SPDX-License-Identifier: GPL-2.0-only
/*
 * The way into a function and out of it: frame, saved registers, the count of tail
 * calls, fences, the return as this machine wants it.
 *
 * Frame, from the top: return address, caller's rbp, the program's stack, the address of the
 * count of tail calls, padding, saved registers in ascending order. Nothing else in this
 * directory may move the stack pointer, but by push and pop inside one instruction of
 * the program.
 *
 * Layer K5; builds in user space too. Tests: the fuzzers of tools/bpf/verify look at all
 * registers after each run.
 */
#include <linux/bitops.h>
#include <linux/kernel.h>
#include "encode.h"
#include "host.h"
#include "stub.h"

/* an exit not longer than that is written wherever the program has one */
#define SHORT_EXIT	6

static u32 count_saved(const struct jit_plan *plan)
{
	return hweight16(plan->saved);
}

/**
 * jit_plan_frame() - the last decisions of a plan
 * @plan:	all else of it is settled
 */
void jit_plan_frame(struct jit_plan *plan)
{
	u32 bytes = plan->stack + 8 * count_saved(plan) +
		    (jit_count_on_stack(plan) ? 8 : 0);

	if (plan->frame)
		plan->pad = -bytes & (JIT_STACK_ALIGN - 1);
}

static void make_room(struct jit *jit, u32 bytes)
{
	if (bytes == 8)
		enc_push(jit, HW_AX);
	else if (bytes == 128)
		enc_alu_imm(jit, X86_ADD, OP_W, HW_SP, -128);
	else if (bytes)
		enc_alu_imm(jit, X86_SUB, OP_W, HW_SP, bytes);
}

static void put_endbr(struct jit *jit)
{
	if (jit_host_endbr())
		enc_bytes(jit, 0xf3, 0x0f, 0x1e, 0xfa);
}

/*
 * A run that begins here counts tail calls, in a frame that stays until its end whatever
 * programs it goes on to; entered by a tail call, the register says where that is. Unwinders
 * find a frame like any other.
 */
static void put_counter(struct jit *jit)
{
	u32 body = jit_label_new(jit);

	enc_push(jit, HW_BP);
	enc_mov64(jit, HW_BP, HW_SP);
	if (JIT_STACK_ALIGN > 8)
		enc_push(jit, HW_AX);
	enc_bytes(jit, 0x6a, MAX_TAIL_CALL_CNT);
	enc_mov64(jit, JIT_HW_COUNT, HW_SP);
	enc_bytes(jit, OP_CALL);
	jit_rel32_label(jit, body);
	enc_bytes(jit, 0xc9);
	jit_return(jit);
	jit_label_here(jit, body);
	jit->tail_entry = jit_here(jit);
	put_endbr(jit);
}

/**
 * jit_prologue() - enter the function
 * @jit:	the compilation, jit->plan settled
 *
 * Places the function's label, and for the first one the entry of tail calls.
 */
void jit_prologue(struct jit *jit)
{
	const struct jit_plan *plan = &jit->plan;
	u8 hw;

	jit_label_here(jit, jit_label_func(jit, jit->func));
	if (!jit->func)
		jit->tail_entry = jit_here(jit);
	put_endbr(jit);
	if (plan->tail_calls && !jit->func)
		put_counter(jit);
	if (!plan->frame)
		return;
	enc_push(jit, HW_BP);
	enc_mov64(jit, HW_BP, HW_SP);
	if (jit_count_on_stack(plan)) {
		make_room(jit, plan->stack);
		enc_push(jit, JIT_HW_COUNT);
		make_room(jit, plan->pad);
	} else {
		make_room(jit, plan->stack + plan->pad);
	}
	for (hw = 0; hw < 16; hw++) {
		if (plan->saved >> hw & 1)
			enc_push(jit, hw);
	}
}

/**
 * jit_unwind() - give back what jit_prologue() took
 * @jit:	the compilation
 *
 * The stack pointer is where it was on entry then. R0 and all registers that need not be
 * saved keep their values.
 */
void jit_unwind(struct jit *jit)
{
	const struct jit_plan *plan = &jit->plan;
	u8 hw;

	if (!plan->frame)
		return;
	for (hw = 16; hw-- > 0;) {
		if (plan->saved >> hw & 1)
			enc_pop(jit, hw);
	}
	if (plan->stack || jit_count_on_stack(plan) || plan->pad)
		enc_bytes(jit, 0xc9);
	else
		enc_pop(jit, HW_BP);
}

/* programs of users without privilege leave no branch history behind */
static void put_history_fence(struct jit *jit)
{
	unsigned long loop = jit_host_history_loop();

	if (!(jit->in->flags & BPF_JIT_FENCED) || jit->func)
		return;
	if (loop) {
		/* it may change rax and rcx */
		enc_mov64(jit, HW_11, HW_AX);
		enc_bytes(jit, 0xe8);
		jit_rel32(jit, loop);
		enc_mov64(jit, HW_AX, HW_11);
	}
	if (jit_host_history_insn())
		enc_bytes(jit, 0xf3, 0x48, 0x0f, 0x1e, 0xf8);
}

/**
 * jit_exit() - return to the caller
 * @jit:	the compilation
 */
void jit_exit(struct jit *jit)
{
	jit_unwind(jit);
	put_history_fence(jit);
	jit_return(jit);
}

/* bytes of jit_exit(), more or less; the return itself is needed anyway */
static u32 exit_bytes(const struct jit *jit)
{
	const struct jit_plan *plan = &jit->plan;
	u32 bytes = jit_host_return_thunk() ? 5 : 1;

	if (plan->frame)
		bytes += 1 + 2 * count_saved(plan) - (plan->saved >> HW_BX & 1);
	if (jit->in->flags & BPF_JIT_FENCED)
		bytes += 2 * SHORT_EXIT;
	return bytes;
}

/**
 * jit_leave() - an exit of the program
 * @jit:	the compilation
 *
 * Where leaving takes long, it is written once, and jumped to from then on.
 */
void jit_leave(struct jit *jit)
{
	if (exit_bytes(jit) > SHORT_EXIT) {
		if (jit->exit_label) {
			jit_jump_to(jit, CC_ALWAYS, jit->exit_label);
			return;
		}
		jit->exit_label = jit_label_new(jit);
		jit_label_here(jit, jit->exit_label);
	}
	jit_exit(jit);
}
