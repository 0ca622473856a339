// SPDX-License-Identifier: GPL-2.0-only
/*
 * Loads from addresses that may be none (BPF_PROBE_MEM, BPF_PROBE_MEMSX): zero where
 * there is nothing to read.
 *
 * Where the kernel has fault tables a load is a load, and a row of the table; but for
 * addresses of user space, which might well be readable: they are asked for before. A
 * process has no tables and calls a function.
 *
 * Layer K5; builds in user space too. Tests: lib/test_bpf.c, fuzzers of tools/bpf/verify.
 */
#include <linux/kernel.h>
#include "../../../kernel/bpf/insn.h"
#include "encode.h"
#include "host.h"
#include "stub.h"

static bool is_signed(const struct bpf_insn *insn)
{
	return BPF_MODE(insn->code) == BPF_PROBE_MEMSX;
}

/* opcode of a load, of registers too for less than eight bytes */
static u32 load_op(const struct bpf_insn *insn)
{
	switch (BPF_SIZE(insn->code)) {
	case BPF_B:
		return is_signed(insn) ? OP_MOVSX8 | OP_W : OP_MOVZX8;
	case BPF_H:
		return is_signed(insn) ? OP_MOVSX16 | OP_W : OP_MOVZX16;
	case BPF_W:
		return is_signed(insn) ? OP_MOVSX32 : OP_MOV_LOAD;
	default:
		return OP_MOV_LOAD | OP_W;
	}
}

/*
 * User addresses are those below a power of two, and nothing of them is in the bits
 * above: other addresses are the kernel's or fault.
 */
static void refuse_user(struct jit *jit, struct jit_mem from, u32 label)
{
	u8 temp = jit->plan.hw[JIT_TEMP];

	if (from.disp)
		enc_rm(jit, OP_LEA | OP_W, temp, from);
	else
		enc_mov64(jit, temp, from.base);
	enc_rr_imm(jit, OP_SHIFT_IMM | OP_W, X86_SHR, temp, jit_host_user_bits(), 1);
	jit_jump_to(jit, CC_E, label);
}

static void load_with_table(struct jit *jit, const struct bpf_insn *insn)
{
	u8 dst = jit->plan.hw[insn->dst_reg];
	struct jit_mem from = mem_at(jit->plan.hw[insn->src_reg], insn->off);
	struct jit_stub *zero = NULL;
	struct jit_place at;

	if (jit_host_user_bits()) {
		zero = jit_stub_new(jit, JIT_STUB_ZERO);
		if (!zero)
			return;
		zero->hw = dst;
		refuse_user(jit, from, zero->label);
	}
	at = jit_here(jit);
	enc_rm(jit, load_op(insn), dst, from);
	jit_fault_note(jit, at, dst);
	if (zero)
		jit_label_here(jit, zero->resume);
}

static void load_by_call(struct jit *jit, const struct bpf_insn *insn, u16 live)
{
	u8 dst = jit->plan.hw[insn->dst_reg];
	u8 temp = jit->plan.hw[JIT_TEMP];

	enc_rm(jit, OP_LEA | OP_W, temp, mem_at(jit->plan.hw[insn->src_reg], insn->off));
	jit_call_shared(jit, JIT_SHARED_PROBE, bpf_size_bytes(insn->code), live);
	enc_rr(jit, load_op(insn), dst, temp);
}

/**
 * jit_load_probe() - write a load from an address that may be none
 * @jit:	the compilation
 * @pc:		LDX with BPF_PROBE_MEM or BPF_PROBE_MEMSX (linux/bpf_func.h)
 */
void jit_load_probe(struct jit *jit, u32 pc)
{
	const struct bpf_insn *insn = &jit->in->insns[pc];

	if (jit_host_faults())
		load_with_table(jit, insn);
	else
		load_by_call(jit, insn, jit_live_hw(jit, pc));
}
