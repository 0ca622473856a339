// SPDX-License-Identifier: GPL-2.0-only
/*
 * The interpreter under the oracle's eyes (oracle.h). As a debugger puts a trap in the
 * place of an instruction, the operation of each that begins one of the original program
 * is replaced by WATCH, and noted beside; WATCH asks the oracle and has the interpreter
 * go on with the noted one, or leave the program where a claim does not hold. So the
 * program that runs is the rewritten one, and what is looked at is what was verified.
 *
 * Registers of such a run are a part of its struct bv_oracle_run: a watched program must
 * never run on others.
 *
 * Layer K4; builds in user space too. Tests: as verifier/claims.c.
 */
#include <linux/kernel.h>
#include <linux/string.h>
#include <linux/types.h>
#include "oracle.h"

/**
 * bpf_oracle_watch() - make a decoded program a watched one
 * @code:	bpf_oracle_bytes() of memory, @xcode holding the decoded program
 * @claims:	what was claimed of it
 * @insns:	its instructions
 */
void bpf_oracle_watch(struct bpf_oracle_code *code, const struct bv_claims *claims, u32 insns)
{
	u32 i;

	code->claims = claims;
	code->count = insns + 1;
	code->ops = (u8 *)&code->xcode[code->count];
	for (i = 0; i < code->count; i++) {
		struct bpf_xinsn *x = &code->xcode[i];

		/* two instructions taken together are looked at one by one */
		if (x->op == BPF_XOP_LEA)
			x->op = BPF_XOP_MOV64X;
		code->ops[i] = x->op;
		if (bv_oracle_origin(claims, i) != U32_MAX)
			x->op = BPF_XOP_WATCH;
	}
}

/* as interp.c does, but on the same registers, which the oracle finds the run by */
static void call_function(const struct bpf_xinsn *x, struct bv_oracle_run *run)
{
	const struct bpf_oracle_code *code = run->code;
	const struct bpf_xinsn *callee = x + 1 + x->imm;
	u64 kept[BPF_REG_10 - BPF_REG_6 + 1];
	struct bv_oracle_frame frame;
	u64 *regs = run->regs;

	memcpy(kept, &regs[BPF_REG_6], sizeof(kept));
	memset(&regs[BPF_REG_6], 0x6b, (BPF_REG_10 - BPF_REG_6) * sizeof(*regs));
	regs[BPF_REG_10] -= x->off;
	bv_oracle_call(run, &frame, bv_oracle_origin(code->claims, callee - code->xcode));
	regs[BPF_REG_0] = bpf_interp_run(callee, regs);
	memcpy(&regs[BPF_REG_6], kept, sizeof(kept));
	bv_oracle_return(run);
}

static bool is_of(const struct bpf_oracle_code *code, const struct bpf_xinsn *x)
{
	return code && x >= code->xcode && x < code->xcode + code->count;
}

/**
 * bpf_oracle_look() - the interpreter is before an instruction of the original program
 * @x:		in a struct bpf_oracle_code
 * @regs:	of a struct bv_oracle_run
 *
 * Called by: interp.c. Any context that programs run in.
 *
 * Return: the operation to go on with; BPF_XOP_EXIT, R0 zero, where some claim does not
 * hold, so that what the program would do now does not happen.
 */
u8 bpf_oracle_look(const struct bpf_xinsn *x, u64 *regs)
{
	struct bv_oracle_run *run = container_of(regs, struct bv_oracle_run, regs[0]);
	const struct bpf_oracle_code *code = run->code;

	/* at the start of a program: the run begins, or comes by a tail call */
	if (!is_of(code, x) || x == code->xcode) {
		code = container_of(x, struct bpf_oracle_code, xcode[0]);
		run->code = code;
		bv_oracle_enter(run, code->claims);
	}
	if (bv_oracle_before(run, bv_oracle_origin(code->claims, x - code->xcode))) {
		if (code->ops[x - code->xcode] != BPF_XOP_CALL_FUNC)
			return code->ops[x - code->xcode];
		call_function(x, run);
		return BPF_XOP_NOP;
	}
	regs[BPF_REG_0] = 0;
	return BPF_XOP_EXIT;
}

/**
 * bpf_oracle_run() - run a watched program
 * @code:	the program
 * @run:	R1 and R10 are set; @broken tells afterwards whether some claim did not hold
 *
 * Context: what the program's helpers need.
 *
 * Return: R0, 0 where the run is broken.
 */
u64 bpf_oracle_run(const struct bpf_oracle_code *code, struct bv_oracle_run *run)
{
	run->code = NULL;
	run->broken = false;
	return bpf_interp_run(code->xcode, run->regs);
}
