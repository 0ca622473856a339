/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Where control goes and which registers an instruction reads and writes, for whole
 * programs as they run: verified and rewritten ones, classic ones, and what kernel code
 * wrote, loops and internal instructions (linux/bpf_func.h) included. The optimiser and
 * the code generators read this; the verifier has its own, which knows more.
 *
 * Layer K0: pure; builds in user space too.
 */
#ifndef _BPF_FLOW_H
#define _BPF_FLOW_H

#include <linux/bpf_func.h>
#include <linux/types.h>

/* sets of registers: bit n is Rn, bit 10 the frame pointer, bit 11 BPF_REG_AX */
#define BPF_REGS_ARGS		0x3e	/* R1 to R5 */
#define BPF_REGS_CLOBBERED	0x3f	/* by calls and packet loads */

/**
 * struct bpf_touched - registers that an instruction touches
 * @uses:	read
 * @sets:	written with a result, or left undefined (R1 to R5 of a call)
 */
struct bpf_touched {
	u16	uses;
	u16	sets;
};

struct bpf_touched bpf_insn_touches(const struct bpf_insn *insn);

/* the second slot of ld_imm64 is no instruction: readers step by this */
u32 bpf_insn_slots(const struct bpf_insn *insn);

/* may control go to the next instruction? Not behind exit and plain jumps */
bool bpf_insn_falls_through(const struct bpf_insn *insn);

/* has @insn a target in this program, and which; @pc is its index. Functions are none */
bool bpf_insn_target(const struct bpf_insn *insn, u32 pc, u32 *target);

/* flags of bpf_flow_mark() */
#define BPF_FLOW_TARGET		0x01	/* a jump goes here */
#define BPF_FLOW_FUNC		0x02	/* a function starts here (index 0 too) */
#define BPF_FLOW_SECOND		0x04	/* second slot of ld_imm64 */
#define BPF_FLOW_LOOP		0x08	/* a jump from here or from further on goes here */

int bpf_flow_mark(const struct bpf_insn *insns, u32 count, u8 *marks);
void bpf_flow_live(const struct bpf_insn *insns, u32 count, const u8 *marks,
		   u16 *live_after);

#endif /* _BPF_FLOW_H */
