// SPDX-License-Identifier: GPL-2.0-only
/*
 * Every form of every instruction with operands at the edges, in the interpreter, the
 * optimiser, the code generator and behind blinding, against model.c:
 *
 *	all pairs of registers, values at the edges of both widths, amounts of shifts
 *	constants where encodings change, for all registers
 *	offsets of memory where encodings change, for all bases
 *	the frame pointer as operand and as base
 *
 * A program has many forms one after the other, each with its own results. It comes in
 * four variants, because the generator looks at what lives where: with a helper call and
 * without, all registers in use or few. forms_flow.c has what jumps about.
 */
#include <linux/bpf_func.h>
#include <linux/kernel.h>
#include <linux/types.h>
#include <stdlib.h>
#include <string.h>
#include "build.h"
#include "forms.h"
#include "judge.h"
#include "tap.h"

/* the context: inputs, two words that atomics work on, results */
#define IN_A		0
#define IN_B		8
#define IN_C		16
#define AREA		32
#define RESULTS		64
#define MOST_RESULTS	16000

#define RAX		BPF_REG_AX
#define FORM_REGS	(BPF_REG_10 + 1)	/* R0 to R9 and AX */

/* what all live means */
#define VARIANT_CALL	0x01
#define VARIANT_FULL	0x02
#define VARIANTS	4

static u8 memory[1 << 17] __aligned(4096);
static struct build prog;
static u32 pcs[MOST_RESULTS / 8 + 16];
static u64 sets[400][JUDGE_INPUTS];
static u32 set_count;
static const struct bpf_jit_func whole_stack = { .stack_depth = MAX_BPF_STACK };

static const u64 edges[] = {
	0, 1, -1ULL, 2, -2ULL, 0x80, 0x7fffffff, 0x80000000, 0xffffffff, 0x100000000ULL,
	0x7fffffffffffffffULL, 0x8000000000000000ULL, 0xffffffff80000000ULL,
	0x8182838485868788ULL,
};

const s32 form_imms[FORM_IMMS] = {
	0, 1, -1, 2, 3, 4, 5, 8, 9, 10, 0x40, 0x7f, 0x80, 0x81, -0x80, -0x81, 0xff, 0x100,
	0x7fff, 0x8000, -0x8000, -0x8001, 0xffff, 0x10000, 0x7fffffff, -0x7fffffff - 1,
	-0x7fffffff, 0x55aa55aa,
};

/* which register is which: @i from 0 to FORM_REGS - 1 */
static u8 form_reg(u32 i)
{
	return i == BPF_REG_10 ? RAX : i;
}

static void add_set(u64 a, u64 b, u64 c)
{
	sets[set_count][0] = a;
	sets[set_count][1] = b;
	sets[set_count++][2] = c;
}

/* every edge with every other; the third input equals the first, or its lower half does */
static void make_sets(void)
{
	u32 i, j;

	set_count = 0;
	for (i = 0; i < ARRAY_SIZE(edges); i++)
		for (j = 0; j < ARRAY_SIZE(edges); j++)
			add_set(edges[i], edges[j],
				edges[i] ^ (u64)(set_count % 3) << (set_count % 2 ? 32 : 5));
	for (i = 0; i < 66; i++)
		add_set(edges[i % ARRAY_SIZE(edges)] ^ 0x123456789abcdefULL, i, i);
}

/* ---- programs of forms ----------------------------------------------------------- */

/**
 * struct forms - a program of forms being written
 * @variant:	VARIANT_*
 * @base:	holds the context throughout
 * @busy:	registers that forms use, bit by number
 * @at:		offset of the next result
 */
struct forms {
	u32	variant;
	u8	base;
	u32	busy;
	u32	at;
};

static u64 sentinel(u32 reg)
{
	return 0x0101010101010101ULL * (0xc0 + reg);
}

/* a callee-saved one that no form uses, another each time */
static u8 pick_base(u32 busy)
{
	u8 reg = BPF_REG_6 + busy % 4;

	while (busy & BIT(reg))
		reg = reg == BPF_REG_9 ? BPF_REG_6 : reg + 1;
	return reg;
}

static void forms_begin(struct forms *f, u32 variant, u32 busy)
{
	u32 reg;

	*f = (struct forms){ .variant = variant, .base = pick_base(busy), .at = RESULTS };
	f->busy = busy | BIT(f->base);
	prog.count = 0;
	memset(pcs, 0, sizeof(pcs));
	build_mov(&prog, f->base, BPF_REG_1);
	if (variant & VARIANT_CALL)
		build_insn(&prog, BPF_JMP | BPF_CALL, 0, 0, BPF_CALL_ARITY(0),
			   judge_helper_imm());
	for (reg = 0; variant & VARIANT_FULL && reg < BPF_REG_10; reg++)
		if (!(f->busy & BIT(reg)))
			build_const(&prog, reg, sentinel(reg));
}

/* @reg is what came of the last instruction */
static void put_result(struct forms *f, u8 reg)
{
	pcs[(f->at - RESULTS) / 8] = prog.count - 1;
	build_store(&prog, f->base, f->at, reg);
	f->at += 8;
}

/* registers that no form uses must be untouched; then the program ends */
static u32 forms_end(struct forms *f)
{
	u32 results = f->at, reg;

	for (reg = 0; f->variant & VARIANT_FULL && reg < BPF_REG_10; reg++)
		if (!(f->busy & BIT(reg)))
			put_result(f, reg);
	if (f->at > MOST_RESULTS) {
		fprintf(stderr, "%u bytes of results\n", f->at);
		exit(2);
	}
	build_insn(&prog, BPF_ALU64 | BPF_MOV | BPF_K, 0, 0, 0, 42);
	build_exit(&prog);
	return (f->variant & VARIANT_FULL ? f->at : results) - RESULTS;
}

static void make_trial(struct trial *t, const char *name, u32 results_bytes)
{
	*t = (struct trial){
		.name = name,
		.in = {
			.insns = prog.insns, .count = prog.count,
			.funcs = &whole_stack, .func_count = 1,
		},
		.ctx = memory,
		.mem = memory,
		.mem_bytes = RESULTS + results_bytes,
		.results = RESULTS,
		.results_bytes = results_bytes,
		.sets = sets,
		.set_count = set_count,
		.pcs = pcs,
	};
}

/*
 * Runs write(f, arg) in all variants. The model is asked about the first, which has all
 * results the others have.
 */
static bool test_forms(const char *name, u32 busy,
		       void (*write)(struct forms *f, const void *arg), const void *arg)
{
	static const u32 variants[VARIANTS] = {
		VARIANT_FULL, VARIANT_FULL | VARIANT_CALL, 0, VARIANT_CALL,
	};
	bool good = true;
	struct trial t;
	struct forms f;
	u32 i, stride = 0;

	for (i = 0; i < VARIANTS && good; i++) {
		forms_begin(&f, variants[i], busy);
		write(&f, arg);
		make_trial(&t, name, forms_end(&f));
		if (i == 0 || t.results_bytes != stride)
			good = judge_expect(&t);
		stride = t.results_bytes;
		good = good && judge_compare(&t);
	}
	return good;
}

/* ---- pairs of registers ---------------------------------------------------------- */

struct pair {
	u8	dst;
	u8	src;
};

static void load_pair(struct forms *f, const struct pair *p)
{
	build_load(&prog, p->dst, f->base, IN_A);
	if (p->src != p->dst)
		build_load(&prog, p->src, f->base, IN_B);
}

static void put_pair(struct forms *f, const struct pair *p)
{
	put_result(f, p->dst);
	if (p->src != p->dst)
		put_result(f, p->src);
}

static void write_alu(struct forms *f, const struct pair *p, u8 op, s16 off)
{
	load_pair(f, p);
	build_insn(&prog, BPF_ALU64 | op | BPF_X, p->dst, p->src, off, 0);
	put_pair(f, p);
	if (op == BPF_MOV && off == 32)
		return;
	load_pair(f, p);
	build_insn(&prog, BPF_ALU | op | BPF_X, p->dst, p->src, off, 0);
	put_pair(f, p);
}

/* 1 where it goes on, 2 where it jumps; nobody keeps AX across a target */
static void write_branch(struct forms *f, const struct pair *p, u8 code)
{
	load_pair(f, p);
	build_insn(&prog, BPF_ST | BPF_MEM | BPF_DW, f->base, 0, f->at, 2);
	build_insn(&prog, code, p->dst, p->src, 1, 0);
	pcs[(f->at - RESULTS) / 8] = prog.count - 1;
	build_insn(&prog, BPF_ST | BPF_MEM | BPF_DW, f->base, 0, f->at, 1);
	f->at += 8;
	if (p->dst != RAX && p->src != RAX)
		put_pair(f, p);
}

/* through @dst, which may be all of the operands at once */
static void write_atomic(struct forms *f, const struct pair *p, u8 size, s32 op)
{
	build_load(&prog, p->src, f->base, IN_C);
	build_store(&prog, f->base, AREA, p->src);
	load_pair(f, p);
	if (p->dst != 0 && p->src != 0)
		build_load(&prog, BPF_REG_0, f->base, IN_A);
	build_mov(&prog, p->dst, f->base);
	build_insn(&prog, BPF_STX | BPF_ATOMIC | size, p->dst, p->src, AREA, op);
	put_pair(f, p);
	if (op == BPF_CMPXCHG)
		put_result(f, BPF_REG_0);
	build_load(&prog, p->dst, f->base, AREA);
	put_result(f, p->dst);
}

static void write_memory(struct forms *f, const struct pair *p, u8 size)
{
	static const u8 modes[] = { BPF_MEM, BPF_MEMSX };
	u32 i;

	for (i = 0; i < (size == BPF_DW ? 1 : ARRAY_SIZE(modes)); i++) {
		load_pair(f, p);
		build_mov(&prog, p->src, f->base);
		build_insn(&prog, BPF_LDX | modes[i] | size, p->dst, p->src, IN_A, 0);
		put_pair(f, p);
	}
	load_pair(f, p);
	build_mov(&prog, p->dst, f->base);
	build_insn(&prog, BPF_STX | BPF_MEM | size, p->dst, p->src, f->at, 0);
	pcs[(f->at - RESULTS) / 8] = prog.count - 1;
	f->at += 8;
	put_pair(f, p);
}

static const u8 alu_ops[] = {
	BPF_ADD, BPF_SUB, BPF_MUL, BPF_DIV, BPF_OR, BPF_AND, BPF_LSH, BPF_RSH, BPF_MOD,
	BPF_XOR, BPF_MOV, BPF_ARSH,
};

static const u8 branch_ops[] = {
	BPF_JEQ, BPF_JGT, BPF_JGE, BPF_JSET, BPF_JNE, BPF_JSGT, BPF_JSGE, BPF_JLT, BPF_JLE,
	BPF_JSLT, BPF_JSLE,
};

static const u8 sizes[] = { BPF_B, BPF_H, BPF_W, BPF_DW };

static const s32 atomic_ops[] = {
	BPF_ADD, BPF_OR, BPF_AND, BPF_XOR, BPF_ADD | BPF_FETCH, BPF_OR | BPF_FETCH,
	BPF_AND | BPF_FETCH, BPF_XOR | BPF_FETCH, BPF_XCHG, BPF_CMPXCHG,
};

static void write_pair(struct forms *f, const void *arg)
{
	const struct pair *p = arg;
	u32 i;

	for (i = 0; i < ARRAY_SIZE(alu_ops); i++)
		write_alu(f, p, alu_ops[i], 0);
	write_alu(f, p, BPF_DIV, 1);
	write_alu(f, p, BPF_MOD, 1);
	write_alu(f, p, BPF_MOV, 8);
	write_alu(f, p, BPF_MOV, 16);
	write_alu(f, p, BPF_MOV, 32);
	for (i = 0; i < ARRAY_SIZE(branch_ops); i++) {
		write_branch(f, p, BPF_JMP | branch_ops[i] | BPF_X);
		write_branch(f, p, BPF_JMP32 | branch_ops[i] | BPF_X);
	}
	for (i = 0; i < ARRAY_SIZE(sizes); i++)
		write_memory(f, p, sizes[i]);
	for (i = 0; i < ARRAY_SIZE(atomic_ops); i++) {
		write_atomic(f, p, BPF_W, atomic_ops[i]);
		write_atomic(f, p, BPF_DW, atomic_ops[i]);
	}
}

static void test_pairs(void)
{
	u32 i, j, good = 0;

	make_sets();
	for (i = 0; i < FORM_REGS; i++)
		for (j = 0; j < FORM_REGS; j++) {
			const struct pair p = { form_reg(i), form_reg(j) };
			char name[32];

			snprintf(name, sizeof(name), "pair R%u R%u", p.dst, p.src);
			good += test_forms(name, BIT(p.dst) | BIT(p.src) | BIT(0), write_pair, &p);
		}
	ok(good == FORM_REGS * FORM_REGS, "%u pairs of registers, %u inputs", good, set_count);
}

/* ---- constants ------------------------------------------------------------------- */

/* may this operation have this constant? */
static bool is_legal(u8 op, s32 imm, u32 bits)
{
	switch (op) {
	case BPF_LSH:
	case BPF_RSH:
	case BPF_ARSH:
		return imm >= 0 && imm < bits;
	case BPF_DIV:
	case BPF_MOD:
		return imm != 0;
	default:
		return true;
	}
}

static void write_alu_imm(struct forms *f, u8 dst, u8 op, s16 off, s32 imm)
{
	static const u8 classes[] = { BPF_ALU64, BPF_ALU };
	u32 i;

	for (i = 0; i < ARRAY_SIZE(classes); i++) {
		if (!is_legal(op, imm, i ? 32 : 64))
			continue;
		build_load(&prog, dst, f->base, IN_A);
		build_insn(&prog, classes[i] | op | BPF_K, dst, 0, off, imm);
		put_result(f, dst);
	}
}

static void write_imms(struct forms *f, const void *arg)
{
	u8 dst = *(const u8 *)arg;
	u32 i, j;

	for (i = 0; i < ARRAY_SIZE(alu_ops); i++)
		for (j = 0; j < FORM_IMMS; j++)
			write_alu_imm(f, dst, alu_ops[i], 0, form_imms[j]);
	for (j = 0; j < FORM_IMMS; j++) {
		write_alu_imm(f, dst, BPF_DIV, 1, form_imms[j]);
		write_alu_imm(f, dst, BPF_MOD, 1, form_imms[j]);
	}
	for (j = 0; j < 64; j++) {
		write_alu_imm(f, dst, BPF_LSH, 0, j);
		write_alu_imm(f, dst, BPF_RSH, 0, j);
		write_alu_imm(f, dst, BPF_ARSH, 0, j);
	}
}

static void write_branch_imm(struct forms *f, u8 dst, u8 code, s32 imm)
{
	build_load(&prog, dst, f->base, IN_A);
	build_insn(&prog, BPF_ST | BPF_MEM | BPF_DW, f->base, 0, f->at, 2);
	build_insn(&prog, code, dst, 0, 1, imm);
	pcs[(f->at - RESULTS) / 8] = prog.count - 1;
	build_insn(&prog, BPF_ST | BPF_MEM | BPF_DW, f->base, 0, f->at, 1);
	f->at += 8;
}

static void write_branch_imms(struct forms *f, const void *arg)
{
	u8 dst = *(const u8 *)arg;
	u32 i, j;

	for (i = 0; i < ARRAY_SIZE(branch_ops); i++)
		for (j = 0; j < FORM_IMMS; j++) {
			write_branch_imm(f, dst, BPF_JMP | branch_ops[i] | BPF_K, form_imms[j]);
			write_branch_imm(f, dst, BPF_JMP32 | branch_ops[i] | BPF_K, form_imms[j]);
		}
}

static void write_swap(struct forms *f, u8 dst, u8 code, s32 imm)
{
	build_load(&prog, dst, f->base, IN_A);
	build_insn(&prog, code, dst, 0, 0, imm);
	put_result(f, dst);
}

/* one operand, and constants that are stored or loaded */
static void write_singles(struct forms *f, const void *arg)
{
	u8 dst = *(const u8 *)arg;
	u32 i, j;

	for (i = 16; i <= 64; i *= 2) {
		write_swap(f, dst, BPF_ALU | BPF_END | BPF_TO_LE, i);
		write_swap(f, dst, BPF_ALU | BPF_END | BPF_TO_BE, i);
		write_swap(f, dst, BPF_ALU64 | BPF_END, i);
	}
	write_swap(f, dst, BPF_ALU | BPF_NEG, 0);
	write_swap(f, dst, BPF_ALU64 | BPF_NEG, 0);
	for (i = 0; i < ARRAY_SIZE(sizes); i++)
		for (j = 0; j < FORM_IMMS; j++) {
			build_mov(&prog, dst, f->base);
			build_insn(&prog, BPF_ST | BPF_MEM | sizes[i], dst, 0, f->at,
				   form_imms[j]);
			pcs[(f->at - RESULTS) / 8] = prog.count - 1;
			f->at += 8;
		}
	for (i = 0; i < ARRAY_SIZE(edges); i++)
		for (j = 0; j < 3; j++) {
			build_const(&prog, dst, edges[i] + j - 1);
			put_result(f, dst);
		}
	for (j = 0; j < FORM_IMMS; j++) {
		build_const(&prog, dst, (u64)(u32)form_imms[j] << 32 | 0x7f);
		put_result(f, dst);
	}
}

static void test_constants(void)
{
	static const struct {
		const char	*name;
		void		(*write)(struct forms *f, const void *arg);
	} groups[] = {
		{ "arithmetic with constants", write_imms },
		{ "branches on constants", write_branch_imms },
		{ "one operand, constants stored and loaded", write_singles },
	};
	u32 g, i, good;

	set_count = 0;
	for (i = 0; i < ARRAY_SIZE(edges); i++)
		add_set(edges[i], 0, 0);
	for (i = 0; i < FORM_IMMS; i++)
		add_set((s64)form_imms[i], 0, 0);
	for (g = 0; g < ARRAY_SIZE(groups); g++) {
		for (good = i = 0; i < FORM_REGS; i++) {
			u8 dst = form_reg(i);
			char name[80];

			snprintf(name, sizeof(name), "%s, R%u", groups[g].name, dst);
			good += test_forms(name, BIT(dst) | BIT(0), groups[g].write, &dst);
		}
		ok(good == FORM_REGS, "%s: %u registers, %u inputs", groups[g].name, good,
		   set_count);
	}
}

void form_ok(bool good, const char *fmt, ...)
{
	char text[160];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	ok(good, "%s", text);
}

int main(void)
{
	test_pairs();
	test_constants();
	test_offsets();
	test_frame_pointer();
	test_jumps();
	test_functions();
	test_tail_calls();
	test_packets();
	test_crowds();
	if (!JIT_HOST)
		skip("no code generator for this machine");
	printf("# %llu runs of programs; blinding gave up %llu times\n", judge_runs,
	       judge_closed);
	return tap_done();
}
