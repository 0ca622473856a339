/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Writing programs an instruction at a time, for tests that make their own.
 */
#ifndef TOOLS_BPF_BUILD_H
#define TOOLS_BPF_BUILD_H

#include <linux/bpf_func.h>
#include <linux/types.h>

#define BUILD_MOST	100000

/**
 * struct build - a program being written
 * @insns:	instructions so far
 * @count:	how many
 */
struct build {
	struct bpf_insn	insns[BUILD_MOST];
	u32		count;
};

static inline u32 build_insn(struct build *b, u8 code, u8 dst, u8 src, s16 off, s32 imm)
{
	b->insns[b->count] = (struct bpf_insn){ code, dst, src, off, imm };
	return b->count++;
}

static inline void build_const(struct build *b, u8 dst, u64 value)
{
	build_insn(b, BPF_LD | BPF_IMM | BPF_DW, dst, 0, 0, (u32)value);
	build_insn(b, 0, 0, 0, 0, value >> 32);
}

static inline void build_mov(struct build *b, u8 dst, u8 src)
{
	build_insn(b, BPF_ALU64 | BPF_MOV | BPF_X, dst, src, 0, 0);
}

static inline void build_load(struct build *b, u8 dst, u8 base, s16 off)
{
	build_insn(b, BPF_LDX | BPF_MEM | BPF_DW, dst, base, off, 0);
}

static inline void build_store(struct build *b, u8 base, s16 off, u8 src)
{
	build_insn(b, BPF_STX | BPF_MEM | BPF_DW, base, src, off, 0);
}

static inline void build_exit(struct build *b)
{
	build_insn(b, BPF_JMP | BPF_EXIT, 0, 0, 0, 0);
}

#endif /* TOOLS_BPF_BUILD_H */
