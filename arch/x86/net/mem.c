// SPDX-License-Identifier: GPL-2.0-only
/*
 * Loads, stores and atomic operations: RFC 9669 section 5, but for packet loads and
 * those that may fault.
 *
 * Layer K5; builds in user space too. Tests: every width with every pair of registers,
 * against the model in tools/bpf/verify.
 */
#include <linux/kernel.h>
#include "encode.h"
#include "fuse.h"
#include "host.h"

/* by BPF_SIZE() >> 3: W, H, B, DW */
static const u32 load_ops[] = {
	OP_MOV_LOAD, OP_MOVZX16, OP_MOVZX8, OP_MOV_LOAD | OP_W,
};

static const u32 load_signed_ops[] = {
	OP_MOVSX32, OP_MOVSX16 | OP_W, OP_MOVSX8 | OP_W, OP_MOV_LOAD | OP_W,
};

static const u32 store_ops[] = {
	OP_MOV_STORE, OP_MOV_STORE | OP_16, OP_MOV_STORE8, OP_MOV_STORE | OP_W,
};

static const u32 store_imm_ops[] = {
	OP_MOV_IMM, OP_MOV_IMM | OP_16, OP_MOV_IMM8, OP_MOV_IMM | OP_W,
};

static const u8 imm_bytes[] = { 4, 2, 1, 4 };

static u32 size_index(const struct bpf_insn *insn)
{
	return BPF_SIZE(insn->code) >> 3;
}

/* of 64 bits in memory, only 32 are read: by arithmetic that replaces them right away */
static bool is_half_enough(const struct jit *jit, u32 pc)
{
	const struct bpf_insn *load = &jit->in->insns[pc], *insn;
	u32 next = jit_next(jit, pc);

	if (load->code != (BPF_LDX | BPF_MEM | BPF_DW) || !next)
		return false;
	insn = &jit->in->insns[next];
	return BPF_CLASS(insn->code) == BPF_ALU && insn->dst_reg == load->dst_reg &&
	       BPF_OP(insn->code) != BPF_END && BPF_OP(insn->code) != BPF_MOV;
}

/**
 * jit_load() - LDX, plain or sign-extending
 * @jit:	the compilation
 * @pc:		the instruction
 *
 * Return: slots written.
 */
u32 jit_load(struct jit *jit, u32 pc)
{
	const struct bpf_insn *insn = &jit->in->insns[pc];
	const u32 *ops = BPF_MODE(insn->code) == BPF_MEMSX ? load_signed_ops : load_ops;
	u32 op = is_half_enough(jit, pc) ? OP_MOV_LOAD : ops[size_index(insn)];

	enc_rm(jit, op, jit_hw(jit, insn->dst_reg),
	       mem_at(jit_hw(jit, insn->src_reg), insn->off));
	return 1;
}

/**
 * jit_store() - ST and STX
 * @jit:	the compilation
 * @pc:		the instruction
 *
 * Return: slots written.
 */
u32 jit_store(struct jit *jit, u32 pc)
{
	const struct bpf_insn *insn = &jit->in->insns[pc];
	struct jit_mem mem = mem_at(jit_hw(jit, insn->dst_reg), insn->off);
	u32 i = size_index(insn);

	if (BPF_CLASS(insn->code) == BPF_ST)
		enc_rm_imm(jit, store_imm_ops[i], 0, mem, insn->imm, imm_bytes[i]);
	else
		enc_rm(jit, store_ops[i], jit_hw(jit, insn->src_reg), mem);
	return 1;
}

/* ---- atomic operations ------------------------------------------------------------- */

static enum x86_alu alu_of(u8 op)
{
	switch (op) {
	case BPF_OR:
		return X86_OR;
	case BPF_AND:
		return X86_AND;
	case BPF_XOR:
		return X86_XOR;
	default:
		return X86_ADD;
	}
}

/*
 * The machine has no such thing but for addition: the old value in rax, the new one in
 * JIT_TEMP, again until nobody came in between. What was in rax goes to a spare register
 * first, and is found there if it is an operand.
 */
static void put_fetch_loop(struct jit *jit, u32 pc, enum x86_alu alu, u32 wide)
{
	const struct bpf_insn *insn = &jit->in->insns[pc];
	u8 temp = jit_hw(jit, JIT_TEMP), spare = jit_spare(jit, pc, 1u << HW_AX);
	u8 dst = jit_hw(jit, insn->dst_reg), src = jit_hw(jit, insn->src_reg);
	u8 base = dst, operand = src;
	bool pushed = spare == HW_NONE;
	u32 again = jit_label_new(jit);

	if (pushed) {
		spare = HW_SI;
		while (spare == dst || spare == src)
			spare++;
		enc_push(jit, spare);
	}
	enc_mov64(jit, spare, HW_AX);
	if (dst == HW_AX)
		base = spare;
	if (src == HW_AX)
		operand = spare;
	enc_rm(jit, OP_MOV_LOAD | wide, HW_AX, mem_at(base, insn->off));
	jit_label_here(jit, again);
	enc_mov64(jit, temp, HW_AX);
	enc_alu(jit, alu, wide, temp, operand);
	enc_rm(jit, OP_CMPXCHG | wide, temp, mem_at(base, insn->off));
	jit_jump_to(jit, CC_NE, again);
	enc_mov64(jit, src, HW_AX);
	if (src != HW_AX)
		enc_mov64(jit, HW_AX, spare);
	if (pushed)
		enc_pop(jit, spare);
}

static void put_fetch(struct jit *jit, u32 pc, u32 wide)
{
	const struct bpf_insn *insn = &jit->in->insns[pc];
	struct jit_mem mem = mem_at(jit_hw(jit, insn->dst_reg), insn->off);
	u8 src = jit_hw(jit, insn->src_reg);

	switch (insn->imm) {
	case BPF_XCHG:
		enc_rm(jit, OP_XCHG | wide, src, mem);
		break;
	case BPF_CMPXCHG:
		enc_rm(jit, OP_CMPXCHG | wide, src, mem);
		/* where it is equal, eax is not written */
		if (!wide && !jit_upper_known(jit, BPF_REG_0))
			enc_mov32(jit, HW_AX, HW_AX);
		break;
	case BPF_ADD | BPF_FETCH:
		enc_rm(jit, OP_XADD | wide, src, mem);
		break;
	default:
		put_fetch_loop(jit, pc, alu_of(insn->imm & ~BPF_FETCH), wide);
		break;
	}
}

/**
 * jit_atomic() - an atomic operation
 * @jit:	the compilation
 * @pc:		the instruction
 *
 * All are full barriers, which released Linux promises for those that fetch.
 *
 * Return: slots written.
 */
u32 jit_atomic(struct jit *jit, u32 pc)
{
	const struct bpf_insn *insn = &jit->in->insns[pc];
	u32 wide = BPF_SIZE(insn->code) == BPF_DW ? OP_W : 0;

	if (insn->imm & BPF_FETCH)
		put_fetch(jit, pc, wide);
	else
		enc_rm(jit, OP_LOCK | (alu_of(insn->imm) << 3) | 0x01 | wide,
		       jit_hw(jit, insn->src_reg),
		       mem_at(jit_hw(jit, insn->dst_reg), insn->off));
	return 1;
}
