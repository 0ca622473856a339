// SPDX-License-Identifier: GPL-2.0-only
/*
 * The part of jit_forms about places: offsets of memory, the frame, distances of jumps,
 * functions, packets. See jit_forms.c.
 */
#include <linux/bpf_func.h>
#include <linux/kernel.h>
#include <linux/types.h>
#include <stdlib.h>
#include <string.h>
#include "../../../kernel/bpf/flow.h"
#include "../../../kernel/bpf/insn.h"
#include "build.h"
#include "forms.h"
#include "host_user.h"
#include "judge.h"

#define FAR		32768		/* where the base register points, from the context */
#define INPUTS		64
#define FAR_RESULTS	1024		/* results of forms, from the base register */
#define MEM_BYTES	(2 * FAR + 8)

static u8 memory[MEM_BYTES + 64] __aligned(4096);
static u32 pcs[MEM_BYTES / 8 + 8];
static struct build prog;
static u32 at;				/* next result, from the base register */

static const u64 sets[][JUDGE_INPUTS] = {
	{ 0x8182838485868788ULL, 0x7f01020304050607ULL, 0 },
	{ 0, 1, 2 },
	{ 5, 0xffffffff80000000ULL, 1 },
};

static const u8 base = BPF_REG_9;

static struct trial make_trial(const char *name, const struct bpf_jit_func *funcs,
			       u32 func_count)
{
	return (struct trial){
		.name = name,
		.in = {
			.insns = prog.insns, .count = prog.count,
			.funcs = funcs, .func_count = func_count,
		},
		.ctx = memory,
		.mem = memory,
		.mem_bytes = MEM_BYTES,
		.results = INPUTS,
		.results_bytes = MEM_BYTES - INPUTS,
		.sets = sets,
		.set_count = ARRAY_SIZE(sets),
		.pcs = pcs,
	};
}

static bool run_trial(struct trial *t)
{
	return judge_expect(t) && judge_compare(t);
}

/* the context is 32 KiB below the base register */
static void begin(bool call)
{
	prog.count = 0;
	at = FAR_RESULTS;
	memset(pcs, 0, sizeof(pcs));
	build_mov(&prog, base, BPF_REG_1);
	build_insn(&prog, BPF_ALU64 | BPF_ADD | BPF_K, base, 0, 0, FAR);
	if (call)
		build_insn(&prog, BPF_JMP | BPF_CALL, 0, 0, BPF_CALL_ARITY(0),
			   judge_helper_imm());
}

static void put_result(u8 reg)
{
	pcs[(FAR + at - INPUTS) / 8] = prog.count - 1;
	build_store(&prog, base, at, reg);
	at += 8;
}

static void end(void)
{
	build_insn(&prog, BPF_ALU | BPF_MOV | BPF_K, 0, 0, 0, 1);
	build_exit(&prog);
}

/* ---- offsets of memory ----------------------------------------------------------- */

static const s16 offsets[] = {
	-32768, -32767, -32760, -1024, -257, -256, -255, -136, -130, -129, -128, -127, -121,
	-120, -9, -8, -4, -2, -1, 0, 1, 2, 4, 7, 8, 119, 120, 121, 124, 126, 127, 128, 129,
	135, 136, 255, 256, 32752, 32760, 32766, 32767,
};

static const u8 loads[] = {
	BPF_LDX | BPF_MEM | BPF_B, BPF_LDX | BPF_MEM | BPF_H, BPF_LDX | BPF_MEM | BPF_W,
	BPF_LDX | BPF_MEM | BPF_DW, BPF_LDX | BPF_MEMSX | BPF_B, BPF_LDX | BPF_MEMSX | BPF_H,
	BPF_LDX | BPF_MEMSX | BPF_W,
};

static const u8 sizes[] = { BPF_B, BPF_H, BPF_W, BPF_DW };

static void write_loads(u8 dst, u8 src)
{
	u32 i, j;

	for (i = 0; i < ARRAY_SIZE(loads); i++)
		for (j = 0; j < ARRAY_SIZE(offsets); j++) {
			build_mov(&prog, src, base);
			build_insn(&prog, loads[i], dst, src, offsets[j], 0);
			put_result(dst);
		}
}

static void write_stores(u8 dst, u8 src)
{
	u32 i, j;

	for (i = 0; i < ARRAY_SIZE(sizes); i++)
		for (j = 0; j < ARRAY_SIZE(offsets); j++) {
			build_load(&prog, src, base, -FAR);
			build_mov(&prog, dst, base);
			build_insn(&prog, BPF_STX | BPF_MEM | sizes[i], dst, src, offsets[j], 0);
			build_load(&prog, src, base, offsets[j]);
			put_result(src);
			build_mov(&prog, dst, base);
			build_insn(&prog, BPF_ST | BPF_MEM | sizes[i], dst, 0, offsets[j],
				   form_imms[j % FORM_IMMS]);
			build_load(&prog, src, base, offsets[j]);
			put_result(src);
		}
}

/* whole words only: others may be in two cache lines, which not every machine allows */
static void write_atomics(u8 dst, u8 src)
{
	static const s32 ops[] = { BPF_ADD, BPF_ADD | BPF_FETCH, BPF_XOR | BPF_FETCH,
				   BPF_XCHG, BPF_CMPXCHG };
	u32 i, j;

	for (i = 0; i < ARRAY_SIZE(ops); i++)
		for (j = 0; j < ARRAY_SIZE(offsets); j++) {
			if (offsets[j] % 8)
				continue;
			build_load(&prog, BPF_REG_0, base, offsets[j]);
			build_load(&prog, src, base, -FAR + 8);
			build_mov(&prog, dst, base);
			build_insn(&prog, BPF_STX | BPF_ATOMIC | (j % 2 ? BPF_W : BPF_DW), dst,
				   src, offsets[j], ops[i]);
			put_result(src);
			build_load(&prog, src, base, offsets[j]);
			put_result(src);
		}
}

/* something to be found at each offset */
static void write_patterns(void)
{
	u32 j;

	for (j = 0; j < ARRAY_SIZE(offsets); j++)
		build_insn(&prog, BPF_ST | BPF_MEM | BPF_B, base, 0, offsets[j], 0x91 + 7 * j);
}

static bool test_pair_offsets(u8 dst, u8 src, const struct bpf_jit_func *func)
{
	static void (* const parts[])(u8 dst, u8 src) = {
		write_loads, write_stores, write_atomics,
	};
	char name[40];
	bool good = true;
	u32 i;

	for (i = 0; i < ARRAY_SIZE(parts); i++) {
		struct trial t;

		begin((dst + src + i) % 2);
		write_patterns();
		parts[i](dst, src);
		end();
		snprintf(name, sizeof(name), "offsets %u, R%u R%u", i, dst, src);
		t = make_trial(name, func, 1);
		t.set_count = 1;
		good &= run_trial(&t);
	}
	return good;
}

void test_offsets(void)
{
	static const struct bpf_jit_func no_stack = { .stack_depth = 0 };
	static const u8 regs[] = { 0, 1, 2, 3, 4, 5, 6, 7, 8, BPF_REG_AX };
	u32 i, j, good = 0, pairs = 0;

	/* every base, and every register with another or itself */
	for (i = 0; i < ARRAY_SIZE(regs); i++)
		for (j = 0; j < ARRAY_SIZE(regs); j++, pairs++)
			good += test_pair_offsets(regs[i], regs[j], &no_stack);
	form_ok(good == pairs, "memory at %zu offsets, %u pairs of registers",
		ARRAY_SIZE(offsets), pairs);
}

/* ---- the frame pointer ----------------------------------------------------------- */

static void write_frame_memory(u8 reg, u32 depth)
{
	u32 i, off;

	for (off = 8; off <= depth; off += 8)
		build_insn(&prog, BPF_ST | BPF_MEM | BPF_DW, BPF_REG_10, 0, -off, off * 0x1010101);
	for (i = 0; i < ARRAY_SIZE(loads); i++)
		for (off = 1; off <= depth; off += off < 140 ? 1 : 31) {
			if (off < bpf_size_bytes(loads[i]))
				continue;
			build_insn(&prog, loads[i], reg, BPF_REG_10, -off, 0);
			put_result(reg);
		}
	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		build_load(&prog, reg, base, -FAR);
		build_insn(&prog, BPF_STX | BPF_MEM | sizes[i], BPF_REG_10, reg, -depth, 0);
		build_insn(&prog, BPF_ST | BPF_MEM | sizes[i], BPF_REG_10, 0, -8, -2);
	}
	for (off = 8; off <= depth; off += 8) {
		build_load(&prog, reg, BPF_REG_10, -off);
		put_result(reg);
	}
}

static void write_alu_fp(u8 reg, u8 op)
{
	build_insn(&prog, BPF_ALU64 | op | BPF_X, reg, BPF_REG_10, 0, 0);
}

/* the frame pointer's value is each engine's own: take it out again */
static void write_frame_operand(u8 reg, u8 other)
{
	u32 i;

	for (i = 0; i < FORM_IMMS; i++) {
		build_mov(&prog, reg, BPF_REG_10);
		build_insn(&prog, BPF_ALU64 | BPF_ADD | BPF_K, reg, 0, 0, form_imms[i]);
		write_alu_fp(reg, BPF_SUB);
		put_result(reg);
	}
	build_load(&prog, reg, base, -FAR);
	write_alu_fp(reg, BPF_ADD);
	write_alu_fp(reg, BPF_SUB);
	put_result(reg);
	build_load(&prog, reg, base, -FAR);
	write_alu_fp(reg, BPF_XOR);
	write_alu_fp(reg, BPF_XOR);
	put_result(reg);
	build_mov(&prog, reg, BPF_REG_10);
	write_alu_fp(reg, BPF_OR);
	write_alu_fp(reg, BPF_AND);
	write_alu_fp(reg, BPF_DIV);
	put_result(reg);
	build_store(&prog, base, at, BPF_REG_10);
	build_load(&prog, reg, base, at);
	write_alu_fp(reg, BPF_SUB);
	put_result(reg);
	build_insn(&prog, BPF_ALU | BPF_MOV | BPF_X, reg, BPF_REG_10, 0, 0);
	build_mov(&prog, other, BPF_REG_10);
	build_insn(&prog, BPF_ALU64 | BPF_LSH | BPF_K, other, 0, 0, 32);
	build_insn(&prog, BPF_ALU64 | BPF_RSH | BPF_K, other, 0, 0, 32);
	build_insn(&prog, BPF_ALU64 | BPF_SUB | BPF_X, reg, other, 0, 0);
	put_result(reg);
}

/* 1 where it goes on, 2 where it jumps */
static void write_frame_branch(u8 code, u8 dst, u8 src, s32 imm)
{
	build_insn(&prog, BPF_ST | BPF_MEM | BPF_DW, base, 0, at, 2);
	build_insn(&prog, code, dst, src, 1, imm);
	pcs[(FAR + at - INPUTS) / 8] = prog.count - 1;
	build_insn(&prog, BPF_ST | BPF_MEM | BPF_DW, base, 0, at, 1);
	at += 8;
}

static void write_frame_branches(u8 reg)
{
	static const u8 ops[] = { BPF_JEQ, BPF_JNE, BPF_JGT, BPF_JGE, BPF_JLT, BPF_JLE,
				  BPF_JSGT, BPF_JSGE, BPF_JSLT, BPF_JSLE };
	u32 i;

	for (i = 0; i < ARRAY_SIZE(ops); i++) {
		build_mov(&prog, reg, BPF_REG_10);
		write_frame_branch(BPF_JMP | ops[i] | BPF_X, reg, BPF_REG_10, 0);
		write_frame_branch(BPF_JMP | ops[i] | BPF_X, BPF_REG_10, reg, 0);
		write_frame_branch(BPF_JMP | ops[i] | BPF_X, BPF_REG_10, BPF_REG_10, 0);
		write_frame_branch(BPF_JMP | ops[i] | BPF_K, BPF_REG_10, 0, 0);
		build_insn(&prog, BPF_ALU64 | BPF_ADD | BPF_K, reg, 0, 0, -8);
		write_frame_branch(BPF_JMP | ops[i] | BPF_X, reg, BPF_REG_10, 0);
		write_frame_branch(BPF_JMP | ops[i] | BPF_X, BPF_REG_10, reg, 0);
		write_frame_branch(BPF_JMP32 | ops[i] | BPF_X, BPF_REG_10, BPF_REG_10, 0);
	}
}

void test_frame_pointer(void)
{
	static const u32 depths[] = { 8, 16, 120, 128, 136, 512 };
	u32 reg, i, good = 0, tried = 0;
	char name[40];

	for (reg = 0; reg < base; reg++)
		for (i = 0; i < 2 * ARRAY_SIZE(depths); i++, tried++) {
			const struct bpf_jit_func func = { .stack_depth = depths[i / 2] };
			struct trial t;

			begin(i % 2);
			write_frame_memory(reg, func.stack_depth);
			write_frame_operand(reg, reg == 8 ? 0 : reg + 1);
			write_frame_branches(reg);
			end();
			snprintf(name, sizeof(name), "frame of %u, R%u", func.stack_depth, reg);
			t = make_trial(name, &func, 1);
			good += run_trial(&t);
		}
	form_ok(good == tried, "frame pointer as operand and base, %u programs", tried);
}

/* ---- jumps ----------------------------------------------------------------------- */

/* instructions of different lengths in machine code; the sum in R4 tells which have run */
static void write_filler(u32 kind, u32 i)
{
	switch (kind) {
	case 0:
		build_insn(&prog, BPF_ALU64 | BPF_ADD | BPF_K, 4, 0, 0, i % 100 + 1);
		break;
	case 1:
		build_insn(&prog, BPF_ALU | BPF_ADD | BPF_X, 4, 5, 0, 0);
		break;
	case 2:
		build_insn(&prog, BPF_ALU64 | BPF_XOR | BPF_K, 4, 0, 0, 0x10001 * (i + 1));
		break;
	default:
		build_insn(&prog, BPF_ST | BPF_MEM | BPF_B, base, 0, i % 1000, i);
		break;
	}
}

#define FILLERS		4
#define JUMP_KINDS	5

/* jumps for some inputs and not for others, but for the first kind */
static void write_jump(u32 kind, s32 off)
{
	switch (kind) {
	case 0:
		build_insn(&prog, BPF_JMP | BPF_JA, 0, 0, off, 0);
		break;
	case 1:
		build_insn(&prog, BPF_JMP | BPF_JEQ | BPF_K, 2, 0, off, 0);
		break;
	case 2:
		build_insn(&prog, BPF_JMP | BPF_JGT | BPF_X, 2, 3, off, 0);
		break;
	case 3:
		build_insn(&prog, BPF_JMP32 | BPF_JSET | BPF_K, 2, 0, off, 5);
		break;
	default:
		build_insn(&prog, BPF_JMP32 | BPF_JA, 0, 0, 0, off);
		break;
	}
}

static void begin_jumps(u32 variant)
{
	begin(variant % 2);
	build_load(&prog, 2, base, -FAR);
	build_load(&prog, 3, base, -FAR + 8);
	build_insn(&prog, BPF_ALU64 | BPF_MOV | BPF_K, 4, 0, 0, 0);
	build_insn(&prog, BPF_ALU64 | BPF_MOV | BPF_K, 5, 0, 0, 3);
	build_insn(&prog, BPF_ALU64 | BPF_MOV | BPF_K, 6, 0, 0, 3);
}

static bool end_jumps(const char *name, u32 sets_used)
{
	static const struct bpf_jit_func no_stack = { .stack_depth = 0 };
	struct trial t;

	put_result(4);
	put_result(6);
	end();
	t = make_trial(name, &no_stack, 1);
	t.set_count = sets_used;
	return run_trial(&t);
}

static bool jump_forward(u32 kind, u32 filler, u32 distance)
{
	char name[60];
	u32 i;

	begin_jumps(distance);
	write_jump(kind, distance);
	for (i = 0; i < distance; i++)
		write_filler(filler, i);
	snprintf(name, sizeof(name), "jump %u over %u of filler %u", kind, distance, filler);
	return end_jumps(name, ARRAY_SIZE(sets));
}

/* three times at most: R6 counts down */
static bool jump_backward(u32 kind, u32 filler, u32 distance)
{
	char name[60];
	u32 i;

	begin_jumps(distance);
	build_insn(&prog, BPF_ALU64 | BPF_SUB | BPF_K, 6, 0, 0, 1);
	for (i = 0; i < distance; i++)
		write_filler(filler, i);
	if (kind) {
		build_insn(&prog, BPF_JMP | BPF_JEQ | BPF_K, 6, 0, 1, 0);
		write_jump(kind, -(s32)distance - 3);
	} else {
		build_insn(&prog, BPF_JMP | BPF_JNE | BPF_K, 6, 0, -(s32)distance - 2, 0);
	}
	snprintf(name, sizeof(name), "jump %u back over %u of filler %u", kind, distance,
		 filler);
	return end_jumps(name, ARRAY_SIZE(sets));
}

/* many jumps that cross: one that must grow makes others grow */
static bool jump_tangle(u32 seed)
{
	u32 count = 60 + seed % 90, i, most;
	char name[40];

	srandom(seed);
	begin_jumps(seed);
	for (i = 0; i < count; i++) {
		most = min(count - i, 40u);
		if (random() % 3 == 0)
			write_jump(random() % JUMP_KINDS, random() % most);
		else
			write_filler(random() % FILLERS, i);
	}
	snprintf(name, sizeof(name), "tangle of jumps %u", seed);
	return end_jumps(name, ARRAY_SIZE(sets));
}

/* blocks that come in the opposite order: what lives is found out slowly */
static bool jump_reverse(u32 blocks)
{
	char name[40];
	u32 i;

	begin_jumps(blocks);
	/* each has three instructions, the last one is run first */
	build_insn(&prog, BPF_JMP | BPF_JA, 0, 0, 3 * (blocks - 1), 0);
	for (i = 0; i < blocks; i++) {
		build_insn(&prog, BPF_ALU64 | BPF_MUL | BPF_K, 4, 0, 0, 3);
		build_insn(&prog, BPF_ALU64 | BPF_ADD | BPF_X, 4, i % 2 ? 2 : 3, 0, 0);
		build_insn(&prog, BPF_JMP | BPF_JA, 0, 0, i ? -6 : 3 * (s32)(blocks - 1), 0);
	}
	snprintf(name, sizeof(name), "%u blocks in opposite order", blocks);
	return end_jumps(name, ARRAY_SIZE(sets));
}

/* instructions behind the end that nobody reaches, the last one not even an end */
static bool jump_never(u32 count)
{
	static const struct bpf_jit_func no_stack = { .stack_depth = 0 };
	struct trial t;

	begin_jumps(count);
	put_result(4);
	end();
	t = make_trial("instructions that nobody reaches", &no_stack, 1);
	t.open_end = count;
	t.in.count += count;
	while (count--)
		write_filler(count % FILLERS, count);
	return run_trial(&t);
}

static void test_far_jumps(void)
{
	u32 kind, good = 0;

	for (kind = 0; kind < JUMP_KINDS; kind++) {
		good += jump_forward(kind, 0, 32767);
		good += jump_backward(kind, 0, 32765);
	}
	form_ok(good == 2 * JUMP_KINDS, "jumps over 32767 instructions");
	form_ok(jump_forward(JUMP_KINDS - 1, 0, 40000) & jump_backward(JUMP_KINDS - 1, 2, 40000),
		"long jumps over 40000 instructions");
}

void test_jumps(void)
{
	u32 kind, filler, distance, good = 0, tried = 0;

	for (kind = 0; kind < JUMP_KINDS; kind++)
		for (filler = 0; filler < FILLERS; filler++)
			for (distance = 0; distance < 70; distance++, tried += 2) {
				good += jump_forward(kind, filler, distance);
				good += jump_backward(kind, filler, distance);
			}
	form_ok(good == tried, "jumps over 0 to 70 instructions of %u lengths, %u programs",
		FILLERS, tried);
	for (good = tried = 0; tried < 400; tried++)
		good += jump_tangle(tried);
	form_ok(good == tried, "jumps that cross, %u programs", tried);
	for (good = 0, tried = 1; tried < 40; tried++)
		good += jump_reverse(tried) & jump_never(tried % 5);
	form_ok(good == tried - 1, "blocks in opposite order, unreachable ones behind the end");
	test_far_jumps();
}

/* ---- functions ------------------------------------------------------------------- */

/* a function that uses all it may and calls the next one, if there is one */
static void write_function(u32 n, u32 stack, s32 call_at)
{
	u32 reg;

	for (reg = BPF_REG_6; reg <= BPF_REG_9; reg++)
		build_insn(&prog, BPF_ALU64 | BPF_MOV | BPF_K, reg, 0, 0, 100 * n + reg);
	build_mov(&prog, 8, BPF_REG_1);
	if (stack) {
		build_store(&prog, BPF_REG_10, -(s32)stack, BPF_REG_2);
		build_store(&prog, BPF_REG_10, -8, BPF_REG_3);
	}
	build_insn(&prog, BPF_ALU64 | BPF_ADD | BPF_X, 1, 2, 0, 0);
	build_insn(&prog, BPF_ALU64 | BPF_XOR | BPF_X, 4, 5, 0, 0);
	if (call_at >= 0)
		build_insn(&prog, BPF_JMP | BPF_CALL, 0, BPF_PSEUDO_CALL, 0,
			   call_at - (s32)prog.count - 1);
	else
		build_insn(&prog, BPF_JMP | BPF_CALL, 0, 0, 0, judge_helper_imm());
	for (reg = BPF_REG_6; reg <= BPF_REG_9; reg++)
		build_insn(&prog, BPF_ALU64 | BPF_ADD | BPF_X, 0, reg, 0, 0);
	if (stack) {
		build_load(&prog, 2, BPF_REG_10, -(s32)stack);
		build_load(&prog, 3, BPF_REG_10, -8);
		build_insn(&prog, BPF_ALU64 | BPF_MUL | BPF_K, 0, 0, 0, 3);
		build_insn(&prog, BPF_ALU64 | BPF_ADD | BPF_X, 0, 2, 0, 0);
		build_insn(&prog, BPF_ALU64 | BPF_XOR | BPF_X, 0, 3, 0, 0);
	}
	build_exit(&prog);
}

static void write_calling_main(u32 *call)
{
	u32 reg;

	begin(false);
	for (reg = BPF_REG_6; reg < base; reg++)
		build_insn(&prog, BPF_ALU64 | BPF_MOV | BPF_K, reg, 0, 0, -(s32)reg);
	build_load(&prog, 1, base, -FAR);
	build_load(&prog, 2, base, -FAR + 8);
	build_load(&prog, 3, base, -FAR + 16);
	build_insn(&prog, BPF_ALU64 | BPF_MOV | BPF_K, 4, 0, 0, 4);
	build_insn(&prog, BPF_ALU64 | BPF_MOV | BPF_K, 5, 0, 0, -5);
	*call = build_insn(&prog, BPF_JMP | BPF_CALL, 0, BPF_PSEUDO_CALL, 0, 0);
	for (reg = 0; reg < base; reg++)
		if (reg == 0 || reg >= BPF_REG_6)
			put_result(reg);
	end();
}

static bool test_nest(u32 stack, u32 deep)
{
	struct bpf_jit_func funcs[4] = { { 0, 0 } };
	char name[60];
	struct trial t;
	u32 call, n;

	write_calling_main(&call);
	prog.insns[call].imm = prog.count - call - 1;
	for (n = 1; n <= deep; n++) {
		u32 start = prog.count, length;

		funcs[n] = (struct bpf_jit_func){ start, stack };
		/* written twice: the first time tells how long it is */
		write_function(n, stack, n < deep ? (s32)start : -1);
		length = prog.count - start;
		prog.count = start;
		write_function(n, stack, n < deep ? (s32)(start + length) : -1);
	}
	snprintf(name, sizeof(name), "%u functions with stacks of %u", deep, stack);
	t = make_trial(name, funcs, deep + 1);
	return run_trial(&t);
}

void test_functions(void)
{
	static const u32 stacks[] = { 0, 8, 16, 64, 128 };
	u32 i, deep, good = 0;

	for (i = 0; i < ARRAY_SIZE(stacks); i++)
		for (deep = 1; deep < 4; deep++)
			good += test_nest(stacks[i], deep);
	form_ok(good == 3 * ARRAY_SIZE(stacks), "functions that call functions, %u programs", good);
}

/* ---- crowds ---------------------------------------------------------------------- */

#define CROWD_ADDS	30

/*
 * All registers of @crowd are in use at one time and mentioned often, but for @rare, which
 * is the base of loads and stores: the generator gives it what is left over.
 */
static void write_crowd(u32 crowd, u8 rare)
{
	u64 results = (u64)memory + FAR + FAR_RESULTS;
	u32 reg, i;

	for (reg = 0; reg < MAX_BPF_EXT_REG; reg++)
		if (crowd >> reg & 1)
			build_const(&prog, reg, 0x1111111111111111ULL * (reg + 1));
	build_const(&prog, rare, results);
	for (i = 0; i < CROWD_ADDS; i++)
		for (reg = 0; reg < MAX_BPF_EXT_REG; reg++)
			if (reg != rare && crowd >> reg & 1)
				build_insn(&prog, BPF_ALU64 | BPF_ADD | BPF_X, reg, reg, 0, 0);
}

/* through @rare, with and without an offset */
static void write_crowd_results(u32 crowd, u8 rare)
{
	u32 reg;

	for (reg = 0; reg < MAX_BPF_EXT_REG; reg++) {
		if (reg == rare || !(crowd >> reg & 1))
			continue;
		build_store(&prog, rare, 0, reg);
		build_load(&prog, reg, rare, 0);
		build_store(&prog, rare, 8 * reg + 8, reg);
	}
}

/* one of R6 to R9 is the rare one, all live over calls */
static bool test_crowd_calls(u8 rare)
{
	static const struct bpf_jit_func func = { .stack_depth = 0 };
	const u32 kept = BIT(6) | BIT(7) | BIT(8) | BIT(9);
	char name[40];
	struct trial t;

	prog.count = 0;
	write_crowd(kept, rare);
	build_insn(&prog, BPF_JMP | BPF_CALL, 0, 0, BPF_CALL_ARITY(0), judge_helper_imm());
	write_crowd_results(kept, rare);
	end();
	snprintf(name, sizeof(name), "crowd over a call, R%u left", rare);
	t = make_trial(name, &func, 1);
	t.set_count = 1;
	t.pcs = NULL;
	return run_trial(&t);
}

/* ---- packets --------------------------------------------------------------------- */

#define FRAME_HEADER	14
#define FRAME_MOST	256

/* what is looked at last may be outside, which ends the program */
/* the program as it stands, its context the packet in @memory */
static bool run_on_packet(const char *name, const struct bpf_jit_func *func,
			  u32 results_bytes)
{
	struct trial t = make_trial(name, func, 1);

	t.in.flags = BPF_JIT_PACKET;
	t.results = FAR + FAR_RESULTS;
	t.results_bytes = results_bytes;
	t.is_packet = true;
	t.set_count = 1;
	t.pcs = NULL;
	return run_trial(&t);
}

static bool test_load(u32 len, u32 paged, u8 code, u8 src, s32 off)
{
	static const struct bpf_jit_func func = { .stack_depth = 16 };
	static u8 frame[FRAME_MOST], linear[FRAME_MOST];
	struct user_packet *packet = (struct user_packet *)memory;
	char name[60];
	u32 i;

	for (i = 0; i < FRAME_MOST; i++)
		frame[i] = 0x81 + 7 * i;
	memset(memory, 0, sizeof(*packet));
	user_packet_init(packet, frame, len + FRAME_HEADER);
	user_packet_page(packet, linear, paged);
	prog.count = 0;
	at = FAR_RESULTS;
	memset(pcs, 0, sizeof(pcs));
	build_mov(&prog, BPF_REG_6, BPF_REG_1);
	build_const(&prog, base, (u64)memory + FAR);
	build_insn(&prog, BPF_ALU64 | BPF_MOV | BPF_K, 7, 0, 0, 0x777);
	build_insn(&prog, BPF_LD | BPF_ABS | BPF_H, 0, 0, 0, 0);
	put_result(0);
	/* the register of LD_IND has half of the offset, and rubbish above 32 bits */
	if (BPF_MODE(code) == BPF_IND) {
		build_const(&prog, src, 0xabcdef0100000000ULL | (u32)(off / 2));
		off -= off / 2;
	}
	build_insn(&prog, code, 0, BPF_MODE(code) == BPF_IND ? src : 0, 0, off);
	put_result(0);
	build_insn(&prog, BPF_LD | BPF_ABS | BPF_B, 0, 0, 0, 1);
	put_result(0);
	put_result(7);
	build_insn(&prog, BPF_ALU64 | BPF_MOV | BPF_K, 0, 0, 0, 9);
	build_exit(&prog);
	snprintf(name, sizeof(name), "packet of %u, %u paged: (%02x) at %d", len, paged, code, off);
	return run_on_packet(name, &func, 64);
}

static const u8 packet_loads[] = {
	BPF_LD | BPF_ABS | BPF_B, BPF_LD | BPF_ABS | BPF_H, BPF_LD | BPF_ABS | BPF_W,
	BPF_LD | BPF_IND | BPF_B, BPF_LD | BPF_IND | BPF_H, BPF_LD | BPF_IND | BPF_W,
};

/* everything there is lives between two packet loads, which keep two registers more */
static bool test_crowd_packet(u8 rare)
{
	static const struct bpf_jit_func func = { .stack_depth = 0 };
	const u32 crowd = BIT(0) | BPF_REGS_ARGS | BIT(7) | BIT(8) | BIT(9) | BIT(BPF_REG_AX);
	struct user_packet *packet = (struct user_packet *)memory;
	static u8 frame[FRAME_MOST], linear[FRAME_MOST];
	char name[40];
	u32 i;

	for (i = 0; i < FRAME_MOST; i++)
		frame[i] = 0x35 + 11 * i;
	memset(memory, 0, sizeof(*packet));
	user_packet_init(packet, frame, 100);
	user_packet_page(packet, linear, 30);
	prog.count = 0;
	build_mov(&prog, BPF_REG_6, BPF_REG_1);
	build_insn(&prog, BPF_LD | BPF_ABS | BPF_H, 0, 0, 0, 4);
	write_crowd(crowd, rare);
	write_crowd_results(crowd, rare);
	for (i = 0; i < 4; i++)
		build_insn(&prog, BPF_LD | BPF_ABS | BPF_W, 0, 0, 0, 15 * i);
	build_exit(&prog);
	snprintf(name, sizeof(name), "crowd and a packet, R%u left", rare);
	return run_on_packet(name, &func, 128);
}

void test_crowds(void)
{
	static const u8 between[] = { 0, 1, 2, 3, 4, 5, 7, 8, 9, BPF_REG_AX };
	u32 i, good = 0;

	for (i = BPF_REG_6; i <= BPF_REG_9; i++)
		good += test_crowd_calls(i);
	for (i = 0; i < ARRAY_SIZE(between); i++)
		good += test_crowd_packet(between[i]);
	form_ok(good == 4 + ARRAY_SIZE(between), "all registers at one time, %u programs", good);
}

void test_packets(void)
{
	static const struct {
		u32	len;
		u32	paged;
	} packets[] = { { 60, 0 }, { 60, 20 }, { 200, 70 }, { 4, 0 }, { 130, 3 } };
	static const s32 near[] = { -5, -4, -3, -2, -1, 0, 1 };
	static const s32 odd[] = {
		0, 1, 0x7fffffff, -0x7fffffff - 1, -1, -0x100000, -0x100000 + 12, -0x200000,
		-0x200000 + 13, -0x200000 - 1, 0x10000, 126, 127, 128,
	};
	u32 p, c, i, good = 0, tried = 0;

	for (p = 0; p < ARRAY_SIZE(packets); p++)
		for (c = 0; c < ARRAY_SIZE(packet_loads); c++) {
			u32 len = packets[p].len, paged = packets[p].paged;
			u8 code = packet_loads[c], src = (p + c) % 9;

			src += src == BPF_REG_6 || src == 7 ? 2 : 0;
			src = src == base ? 8 : src;
			for (i = 0; i < ARRAY_SIZE(near); i++, tried += 2) {
				good += test_load(len, paged, code, src, len + near[i]);
				good += test_load(len, paged, code, src, len - paged + near[i]);
			}
			for (i = 0; i < ARRAY_SIZE(odd); i++, tried++)
				good += test_load(len, paged, code, src, odd[i]);
		}
	form_ok(good == tried, "packet loads at the ends of all parts, %u programs", tried);
}
