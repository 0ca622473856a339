// SPDX-License-Identifier: GPL-2.0-only
/*
 * One instruction of the program after the other: which room writes it, and what is
 * known about registers behind it.
 *
 * Layer K5; builds in user space too. Tests: the fuzzers of tools/bpf/verify.
 */
#include <linux/errno.h>
#include <linux/kernel.h>
#include "../../../kernel/bpf/flow.h"
#include "encode.h"
#include "fuse.h"

#define BIT_OF(reg)	(1u << (reg))

/* ---- which upper halves are zero ----------------------------------------------------- */

static bool upper_alu64(const struct bpf_insn *insn, u16 upper)
{
	bool by_imm = BPF_SRC(insn->code) == BPF_K;
	bool dst = upper >> insn->dst_reg & 1;
	bool src = by_imm ? insn->imm >= 0 : upper >> insn->src_reg & 1;

	switch (BPF_OP(insn->code)) {
	case BPF_MOV:
		return src && !insn->off;
	case BPF_AND:
		return dst || src;
	case BPF_OR:
	case BPF_XOR:
		return dst && src;
	case BPF_DIV:
	case BPF_MOD:
		return dst && !insn->off;
	case BPF_RSH:
		return dst || (by_imm && (insn->imm & 63) >= 32);
	case BPF_ARSH:
		return dst;
	case BPF_END:
		return insn->imm < 64;
	default:
		return false;
	}
}

/**
 * jit_upper_slow() - jit_upper_set() where the answer takes longer
 * @insn:	the instruction
 * @upper:	registers of the program of which that is known before it
 *
 * Return: as there.
 */
bool jit_upper_slow(const struct bpf_insn *insn, u16 upper)
{
	switch (BPF_CLASS(insn->code)) {
	case BPF_ALU:
		/* those of 64 bits are moves of byte order */
		return BPF_OP(insn->code) != BPF_END || insn->imm < 64 ||
		       (BPF_SRC(insn->code) == BPF_TO_LE && upper >> insn->dst_reg & 1);
	case BPF_ALU64:
		return upper_alu64(insn, upper);
	case BPF_LDX:
		return BPF_SIZE(insn->code) != BPF_DW &&
		       (BPF_MODE(insn->code) == BPF_MEM ||
			BPF_MODE(insn->code) == BPF_PROBE_MEM);
	case BPF_LD:
		return BPF_MODE(insn->code) != BPF_IMM || !insn[1].imm;
	case BPF_STX:
		return BPF_MODE(insn->code) == BPF_ATOMIC && BPF_SIZE(insn->code) == BPF_W;
	default:
		return false;
	}
}

static bool is_alu(const struct bpf_insn *insn)
{
	return BPF_CLASS(insn->code) == BPF_ALU || BPF_CLASS(insn->code) == BPF_ALU64;
}

static inline void note_result(struct jit *jit, const struct bpf_insn *insn, u8 reg)
{
	bool zero = jit_upper_set(insn, jit->upper);

	jit->upper = (jit->upper & ~BIT_OF(reg)) | zero << reg;
}

static void note_upper(struct jit *jit, u32 pc)
{
	const struct bpf_insn *insn = &jit->in->insns[pc];
	u8 class = BPF_CLASS(insn->code), reg = jit->sets[pc];
	u32 target;

	if (reg != JIT_NO_REG)
		note_result(jit, insn, reg);
	if ((class == BPF_JMP || class == BPF_JMP32) && bpf_insn_target(insn, pc, &target))
		jit->upper_at[target] &= jit->upper;
}

/* ---- who writes it --------------------------------------------------------------------- */

static u32 select_ld(struct jit *jit, u32 pc)
{
	const struct bpf_insn *insn = &jit->in->insns[pc];

	if (BPF_MODE(insn->code) != BPF_IMM)
		return jit_load_abs(jit, pc);
	enc_const(jit, jit_hw(jit, insn->dst_reg),
		  (u64)(u32)insn[1].imm << 32 | (u32)insn[0].imm);
	return 2;
}

static u32 select_ldx(struct jit *jit, u32 pc)
{
	u8 mode = BPF_MODE(jit->in->insns[pc].code);

	if (mode != BPF_PROBE_MEM && mode != BPF_PROBE_MEMSX)
		return jit_load(jit, pc);
	jit_load_probe(jit, pc);
	return 1;
}

static u32 select_store(struct jit *jit, u32 pc)
{
	const struct bpf_insn *insn = &jit->in->insns[pc];

	if (insn->code == (BPF_ST | BPF_NOSPEC)) {
		jit_nospec(jit);
		return 1;
	}
	if (BPF_CLASS(insn->code) == BPF_STX && BPF_MODE(insn->code) == BPF_ATOMIC)
		return jit_atomic(jit, pc);
	return jit_store(jit, pc);
}

static u32 select_jmp(struct jit *jit, u32 pc)
{
	const struct bpf_insn *insn = &jit->in->insns[pc];

	switch (insn->code) {
	case BPF_JMP | BPF_CALL:
		if (insn->src_reg == BPF_PSEUDO_CALL)
			jit_call_func(jit, pc);
		else
			jit_call_helper(jit, pc);
		return 1;
	case BPF_JMP | BPF_TAIL_CALL:
		jit_tail_call(jit, pc);
		return 1;
	case BPF_JMP | BPF_EXIT:
		jit_leave(jit);
		return 1;
	default:
		if (jit->facts[pc] & JIT_FACT_RAW)
			return jit_packet_branch(jit, pc);
		return jit_branch(jit, pc);
	}
}

static u32 select_alu(struct jit *jit, u32 pc)
{
	const u8 constant = BPF_MOV | BPF_K;
	u32 slots = 0;

	if ((jit->in->insns[pc].code & ~7) == constant && jit->plan.tail_calls)
		slots = jit_tail_call_const(jit, pc);
	return slots ?: jit_alu(jit, pc);
}

/* by class */
static u32 (* const writers[8])(struct jit *jit, u32 pc) = {
	[BPF_LD] = select_ld,
	[BPF_LDX] = select_ldx,
	[BPF_ST] = select_store,
	[BPF_STX] = select_store,
	[BPF_ALU] = select_alu,
	[BPF_JMP] = select_jmp,
	[BPF_JMP32] = select_jmp,
	[BPF_ALU64] = select_alu,
};

/* does an instruction, written alone, leave the machine's flags alone? */
static bool keeps_flags(const struct bpf_insn *insn)
{
	switch (BPF_CLASS(insn->code)) {
	case BPF_ALU:
	case BPF_ALU64:
		if (BPF_OP(insn->code) != BPF_MOV)
			return false;
		return BPF_SRC(insn->code) == BPF_X || (insn->imm && insn->imm != -1);
	case BPF_LDX:
		return BPF_MODE(insn->code) == BPF_MEM || BPF_MODE(insn->code) == BPF_MEMSX;
	case BPF_ST:
	case BPF_STX:
		return BPF_MODE(insn->code) == BPF_MEM;
	default:
		return false;
	}
}

static u32 select_one(struct jit *jit, u32 pc)
{
	const struct bpf_insn *insn = &jit->in->insns[pc];
	bool known = jit->flags.len == jit->len && jit->sets[pc] != jit->flags.reg &&
		     keeps_flags(insn);
	u32 slots = writers[BPF_CLASS(insn->code)](jit, pc);

	/* a constant may have gone into the tail call that follows: that leaves nothing */
	if (known && slots == 1)
		jit->flags.len = jit->len;
	return slots;
}

/**
 * jit_select() - write an instruction, and perhaps some that follow it
 * @jit:	the compilation
 * @pc:		the instruction
 *
 * Sets jit->err to -EINVAL for an instruction that nobody knows.
 *
 * Return: slots written, at least 1.
 */
u32 jit_select(struct jit *jit, u32 pc)
{
	const struct bpf_insn *insn = &jit->in->insns[pc];
	u32 slots = 0, done = 0;

	if (jit_may_fuse(insn->code)) {
		slots = jit_fuse(jit, pc);
	} else if (is_alu(insn)) {
		/* what programs are made of; it leaves flags, and is none that jumps */
		slots = jit_alu(jit, pc);
		note_result(jit, insn, insn->dst_reg);
		if (slots)
			return slots;
	}
	if (!slots)
		slots = select_one(jit, pc);
	if (!slots) {
		if (!jit->err)
			jit->err = -EINVAL;
		return 1;
	}
	while (done < slots) {
		note_upper(jit, pc + done);
		done += jit_slots(&jit->in->insns[pc + done]);
	}
	return slots;
}
