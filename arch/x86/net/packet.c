// SPDX-License-Identifier: GPL-2.0-only
/*
 * Packet loads: LD_ABS and LD_IND, value in R0.
 *
 * The line reads linear data with what two registers hold, where the data is and how
 * many bytes there are; they are filled by the first load on a way. Whatever else a
 * packet can be is out of the line (stub.c). Values that are only compared for
 * (un)equality, or for bits set, with constants stay in the packet's byte order and the
 * constants are turned around instead; a comparison that is the value's only use reads
 * memory itself.
 *
 * Must never rely on R1 to R5 behind a load, nor on the two registers where a way comes
 * in that has not filled them or may have changed the packet since.
 *
 * Layer K5; builds in user space too. Tests: lib/test_bpf.c, the classic programs of
 * selftests/bpf, fuzzers of tools/bpf/verify.
 */
#include <linux/bits.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/limits.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/swab.h>
#include "../../../kernel/bpf/flow.h"
#include "../../../kernel/bpf/insn.h"
#include "encode.h"
#include "fuse.h"
#include "host.h"
#include "stub.h"

#define R0		BIT(BPF_REG_0)
#define OP_SUB_LOAD	0x2b

/* ---- what is known before code is written ---------------------------------------- */

static bool is_packet_load(const struct bpf_insn *insn)
{
	return bpf_insn_form(insn->code)->class == BPF_IC_PACKET;
}

static bool is_variable(const struct bpf_insn *insn)
{
	return BPF_MODE(insn->code) == BPF_IND;
}

/* may the bytes be in linear data? Constants below zero name other places */
static bool has_fast_path(const struct jit *jit, const struct bpf_insn *insn)
{
	return jit->plan.hw[JIT_DATA] != HW_NONE && jit->plan.hw[JIT_HLEN] != HW_NONE &&
	       (is_variable(insn) || insn->imm >= 0);
}

static bool reads_r0(const struct jit *jit, u32 pc)
{
	const struct bpf_insn *insn = &jit->in->insns[pc];
	struct bpf_touched t = bpf_insn_touches(insn);

	return ((jit->live_after[pc] & ~t.sets) | t.uses) & R0;
}

/* a comparison of R0, read as 32 bits without sign, with a constant */
struct match {
	enum jit_cc	cc;
	bool		test;	/* of bits, not of the value */
	u32		imm;
};

static const u8 match_cc[16] = {
	[BPF_JEQ >> 4]	= CC_E,
	[BPF_JNE >> 4]	= CC_NE,
	[BPF_JSET >> 4]	= CC_NE,
	[BPF_JGT >> 4]	= CC_A,
	[BPF_JGE >> 4]	= CC_AE,
	[BPF_JLT >> 4]	= CC_B,
	[BPF_JLE >> 4]	= CC_BE,
};

/* @insn is a branch on R0, which holds 32 bits, and a constant that fits as well */
static bool get_match(const struct bpf_insn *insn, struct match *m)
{
	if (bpf_insn_form(insn->code)->class != BPF_IC_BRANCH ||
	    BPF_SRC(insn->code) != BPF_K || insn->dst_reg != BPF_REG_0)
		return false;
	m->cc = match_cc[BPF_OP(insn->code) >> 4];
	m->test = BPF_OP(insn->code) == BPF_JSET;
	m->imm = insn->imm;
	return m->cc && (m->test || insn->imm >= 0 ||
			 BPF_CLASS(insn->code) == BPF_JMP32);
}

/* does it not matter in which order the bytes are, if both sides have the same? */
static bool is_order_free(const struct match *m)
{
	return m->cc == CC_E || m->cc == CC_NE;
}

/*
 * JIT_FACT_CACHED: forward, and what holds is what holds on every way. It starts from
 * "everywhere", so that a loop does not spoil what its inside keeps; each sweep takes
 * back what a jump backwards has not got. After a few, nothing is believed at targets.
 */
#define MOST_SWEEPS	8

static bool keeps_header(const struct jit *jit, u32 pc, bool cached)
{
	const struct bpf_insn *insn = &jit->in->insns[pc];

	if (is_packet_load(insn))
		return cached || has_fast_path(jit, insn);
	/* a helper may move the data */
	if (insn->code == (BPF_JMP | BPF_CALL) || insn->code == (BPF_JMP | BPF_TAIL_CALL))
		return cached && jit_is_intrinsic(insn);
	return cached;
}

/* true if a loop's start has lost what it was believed to have */
static bool sweep_cached(struct jit *jit, u32 start, bool give_up)
{
	bool changed = false, falls = false, cached = false;
	u32 pc, slots, target;

	for (pc = start; pc < jit->func_end; pc += slots) {
		const struct bpf_insn *insn = &jit->in->insns[pc];

		slots = bpf_insn_slots(insn);
		if (pc == start || (falls && !cached) ||
		    (give_up && (jit->marks[pc] & BPF_FLOW_TARGET)))
			jit->facts[pc] &= ~JIT_FACT_CACHED;
		cached = keeps_header(jit, pc, jit->facts[pc] & JIT_FACT_CACHED);
		falls = bpf_insn_falls_through(insn);
		if (cached || !bpf_insn_target(insn, pc, &target) ||
		    !(jit->facts[target] & JIT_FACT_CACHED))
			continue;
		jit->facts[target] &= ~JIT_FACT_CACHED;
		changed |= target <= pc;
	}
	return changed;
}

static void find_cached(struct jit *jit, u32 start)
{
	u32 pc, round;

	for (pc = start; pc < jit->func_end; pc++)
		jit->facts[pc] |= JIT_FACT_CACHED;
	for (round = 0; round < MOST_SWEEPS; round++) {
		if (!sweep_cached(jit, start, false))
			return;
	}
	sweep_cached(jit, start, true);
}

/*
 * JIT_FACT_RAW: which load, and no other, has R0 from where. A load is called raw until
 * something else than an order-free comparison reads its value, or R0 is read where two
 * values may have come from. Forward, once; where a loop starts, values mix.
 */
#define FROM_NOWHERE	0		/* no way here seen yet */
#define FROM_OTHERS	U32_MAX		/* several, or no load */
#define FROM_LOAD(pc)	((pc) + 1)

struct values {
	struct jit	*jit;
	u32		start;
	u32		*from;		/* by instruction, from @start on: R0 before it */
};

static void spoil(const struct values *v, u32 from)
{
	if (from != FROM_NOWHERE && from != FROM_OTHERS)
		v->jit->facts[from - 1] &= ~JIT_FACT_RAW;
}

/* R0 before @pc is from @a on one way, from @b on another */
static u32 mix(const struct values *v, u32 pc, u32 a, u32 b)
{
	if (a == b || b == FROM_NOWHERE)
		return a;
	if (a == FROM_NOWHERE)
		return b;
	if (reads_r0(v->jit, pc)) {
		spoil(v, a);
		spoil(v, b);
	}
	return FROM_OTHERS;
}

static u32 value_after(const struct values *v, u32 pc, u32 from)
{
	const struct bpf_insn *insn = &v->jit->in->insns[pc];
	struct bpf_touched t = bpf_insn_touches(insn);
	u8 raw = 0;
	struct match m;

	if ((t.uses & R0) && !(get_match(insn, &m) && is_order_free(&m)))
		spoil(v, from);
	if (!(t.sets & R0))
		return from;
	if (is_packet_load(insn) && has_fast_path(v->jit, insn))
		raw = BPF_SIZE(insn->code) == BPF_H ? JIT_FACT_RAW16 :
		      BPF_SIZE(insn->code) == BPF_W ? JIT_FACT_RAW32 : 0;
	if (!raw)
		return FROM_OTHERS;
	v->jit->facts[pc] |= raw;
	return FROM_LOAD(pc);
}

static void find_values(const struct values *v)
{
	u32 pc, slots, target, now = FROM_OTHERS;
	struct jit *jit = v->jit;

	for (pc = v->start; pc < jit->func_end; pc += slots) {
		const struct bpf_insn *insn = &jit->in->insns[pc];
		u32 *from = &v->from[pc - v->start];

		slots = bpf_insn_slots(insn);
		if (jit->marks[pc] & BPF_FLOW_LOOP)
			*from = mix(v, pc, *from, FROM_OTHERS);
		now = mix(v, pc, now, *from);
		*from = now;
		now = value_after(v, pc, now);
		if (bpf_insn_target(insn, pc, &target)) {
			u32 *there = &v->from[target - v->start];

			*there = mix(v, target, now, *there);
		}
		if (!bpf_insn_falls_through(insn))
			now = FROM_NOWHERE;
	}
}

/* branches are told what the load before them has left */
static void find_raw(struct jit *jit, u32 start)
{
	struct values v = { .jit = jit, .start = start };
	struct match m;
	u32 pc, from;

	v.from = kvcalloc(jit->func_end - start, sizeof(*v.from), GFP_KERNEL);
	if (!v.from) {
		jit->err = -ENOMEM;
		return;
	}
	find_values(&v);
	for (pc = start; pc < jit->func_end; pc++) {
		from = v.from[pc - start];
		if (from != FROM_NOWHERE && from != FROM_OTHERS &&
		    get_match(&jit->in->insns[pc], &m))
			jit->facts[pc] |= jit->facts[from - 1] & JIT_FACT_RAW;
	}
	kvfree(v.from);
}

/**
 * jit_packet_plan() - find out what packet loads and branches may rely on
 * @jit:	the compilation; the plan of the function is made
 *
 * Fills jit->facts for the function. A few sweeps over it. -ENOMEM in jit->err.
 */
void jit_packet_plan(struct jit *jit)
{
	u32 start = jit->in->funcs[jit->func].start;
	bool loads = false;
	u32 pc;

	for (pc = start; pc < jit->func_end; pc++)
		loads |= is_packet_load(&jit->in->insns[pc]);
	if (!loads)
		return;
	find_cached(jit, start);
	find_raw(jit, start);
}

/* ---- writing --------------------------------------------------------------------- */

static u8 hw_of(const struct jit *jit, u32 reg)
{
	return jit->plan.hw[reg];
}

/* the two registers, from the packet */
static void load_header(struct jit *jit)
{
	u8 ctx = hw_of(jit, BPF_REG_CTX);
	u8 hlen = hw_of(jit, JIT_HLEN);

	enc_rm(jit, OP_MOV_LOAD | OP_W, hw_of(jit, JIT_DATA), mem_at(ctx, JIT_PACKET_DATA));
	enc_rm(jit, OP_MOV_LOAD, hlen, mem_at(ctx, JIT_PACKET_LEN));
	enc_rm(jit, OP_SUB_LOAD, hlen, mem_at(ctx, JIT_PACKET_DATA_LEN));
}

/* R0 = the offset, where it is not in the instruction alone: 32 bits, as they add up */
static void put_offset(struct jit *jit, const struct bpf_insn *insn)
{
	u8 src = hw_of(jit, insn->src_reg);

	if (insn->imm)
		enc_rm(jit, OP_LEA, HW_AX, mem_at(src, insn->imm));
	else
		enc_mov32(jit, HW_AX, src);
}

/* end of the bytes that a load asks for, but for what is in a register */
static u32 end_of(const struct bpf_insn *insn)
{
	return insn->imm + bpf_size_bytes(insn->code);
}

/*
 * Two numbers of 32 bits without sign are added as 64 bits at no cost, and if that is
 * in linear data, it is what they come to as 32 bits.
 */
static bool adds_up(const struct jit *jit, const struct bpf_insn *insn)
{
	return insn->imm >= 0 && end_of(insn) <= S32_MAX &&
	       jit_upper_known(jit, insn->src_reg);
}

/* where a load's bytes are; those of a run add up */
static struct jit_mem place_of(const struct jit *jit, u32 pc)
{
	const struct bpf_insn *insn = &jit->in->insns[pc];
	u8 data = hw_of(jit, JIT_DATA);

	if (!is_variable(insn))
		return mem_at(data, insn->imm);
	if ((jit->facts[pc] & JIT_FACT_CHECKED) || adds_up(jit, insn))
		return mem_index(data, hw_of(jit, insn->src_reg), 0, insn->imm);
	return mem_index(data, HW_AX, 0, 0);
}

/* goes to @label where not all bytes from a variable offset up to @end are linear */
static void check_variable(struct jit *jit, const struct bpf_insn *insn, u32 end, u32 label)
{
	struct jit_mem last = mem_at(HW_AX, bpf_size_bytes(insn->code) - 1);
	u8 hlen = hw_of(jit, JIT_HLEN), temp = hw_of(jit, JIT_TEMP);

	if (adds_up(jit, insn))
		last = mem_at(hw_of(jit, insn->src_reg), end - 1);
	else
		put_offset(jit, insn);
	if (last.disp) {
		/* in 64 bits, where nothing wraps */
		enc_rm(jit, OP_LEA | OP_W, temp, last);
		enc_alu(jit, X86_CMP, OP_W, temp, hlen);
	} else {
		enc_alu(jit, X86_CMP, 0, last.base, hlen);
	}
	jit_jump_to(jit, CC_AE, label);
}

/* is a load's value asked for? Otherwise it is no more than a test whether it is there */
static bool is_read(const struct jit *jit, u32 pc)
{
	return jit->live_after[pc] & R0;
}

/*
 * Where the value of a load goes: to the register that it is moved to right behind the
 * load, if nothing else reads R0, else to R0.
 */
static u8 find_target(const struct jit *jit, u32 pc)
{
	const struct bpf_insn *move = &jit->in->insns[pc + 1];
	u8 class;

	if (pc + 1 >= jit->func_end || (jit->marks[pc + 1] & BPF_FLOW_TARGET) ||
	    (jit->live_after[pc + 1] & R0))
		return BPF_REG_0;
	class = BPF_CLASS(move->code);
	if ((class != BPF_ALU && class != BPF_ALU64) || BPF_OP(move->code) != BPF_MOV ||
	    BPF_SRC(move->code) != BPF_X || move->off || move->src_reg != BPF_REG_0)
		return BPF_REG_0;
	return move->dst_reg;
}

/* a register's bytes from the packet's order to the host's, or back */
static void turn_around(struct jit *jit, u8 hw, u32 bytes)
{
	if (bytes == 2 && hw <= HW_BX)
		enc_bytes(jit, 0x86, 0xc4 + 9 * hw);	/* xchg ah, al; ch, cl; ... */
	else if (bytes == 2)
		enc_rr_imm(jit, OP_16 | OP_SHIFT_IMM, X86_ROL, hw, 8, 1);
	else if (bytes == 4)
		enc_opreg(jit, OP_0F | 0xc8, hw);	/* bswap */
}

static void put_value(struct jit *jit, struct jit_mem at, u8 hw, u32 bytes, bool raw)
{
	static const u32 loads[] = {
		[1] = OP_MOVZX8, [2] = OP_MOVZX16, [4] = OP_MOV_LOAD,
	};

	if (bytes == 4 && !raw && jit_host_has_movbe()) {
		enc_rm(jit, OP_MOVBE_LOAD, hw, at);
		return;
	}
	enc_rm(jit, loads[bytes], hw, at);
	if (!raw)
		turn_around(jit, hw, bytes);
}

/* ---- comparisons ------------------------------------------------------------------ */

/* a constant as it looks in the packet's order */
static u32 turned(u32 value, u32 bytes)
{
	return bytes == 4 ? swab32(value) : bytes == 2 ? swab16(value) : value;
}

static void compare_memory(struct jit *jit, struct jit_mem at, u32 bytes, u32 imm)
{
	u32 op = bytes == 2 ? OP_16 : 0;
	s32 value = bytes == 2 ? (s16)imm : (s32)imm;

	if (bytes == 1)
		enc_rm_imm(jit, OP_GROUP1_BYTE, X86_CMP, at, imm, 1);
	else if (fits_s8(value))
		enc_rm_imm(jit, op | OP_GROUP1_IMM8, X86_CMP, at, imm, 1);
	else
		enc_rm_imm(jit, op | OP_GROUP1_IMM, X86_CMP, at, imm, bytes);
}

/* bits of one byte only need no more than that byte */
static void test_memory(struct jit *jit, struct jit_mem at, u32 bytes, u32 imm)
{
	u32 skip;

	for (skip = 0; skip < bytes; skip++) {
		if (imm & ~(0xffu << 8 * skip))
			continue;
		at.disp += skip;
		enc_rm_imm(jit, OP_GROUP3_BYTE, X86_TEST, at, imm >> 8 * skip, 1);
		return;
	}
	enc_rm_imm(jit, (bytes == 2 ? OP_16 : 0) | OP_GROUP3, X86_TEST, at, imm, bytes);
}

/* R0 against a constant, 32 bits */
static void match_r0(struct jit *jit, bool test, u32 imm)
{
	if (!test && imm)
		enc_alu_imm(jit, X86_CMP, 0, HW_AX, imm);
	else if (!test)
		enc_rr(jit, OP_TEST, HW_AX, HW_AX);
	else if (imm <= 0xff)
		enc_bytes(jit, 0xa8, imm);			/* test al, imm8 */
	else if (!(imm & ~0xff00))
		enc_bytes(jit, 0xf6, 0xc4, imm >> 8);		/* test ah, imm8 */
	else
		enc_bytes(jit, 0xa9, imm, imm >> 8, imm >> 16, imm >> 24);
}

/**
 * jit_packet_branch() - write a branch on R0 that is in the packet's byte order
 * @jit:	the compilation
 * @pc:		the branch; jit->facts has one of JIT_FACT_RAW
 *
 * Return: slots consumed.
 */
u32 jit_packet_branch(struct jit *jit, u32 pc)
{
	u32 bytes = jit->facts[pc] & JIT_FACT_RAW16 ? 2 : 4;
	u32 imm;
	struct match m;

	get_match(&jit->in->insns[pc], &m);
	imm = m.imm;
	if (m.test && bytes == 2)
		imm &= U16_MAX;
	/* what does not fit is not equal in any order */
	if (bytes == 4 || imm <= U16_MAX)
		imm = turned(imm, bytes);
	match_r0(jit, m.test, imm);
	jit_jump_if(jit, pc, m.cc);
	return 1;
}

/*
 * May the load at @pc and the branch behind it be one comparison with memory? The value
 * must have no other use, the constant must be none that the bytes cannot have.
 */
static bool can_fuse(const struct jit *jit, u32 pc, u32 bytes, struct match *m)
{
	u32 most = bytes == 4 ? U32_MAX : (1u << 8 * bytes) - 1;

	if (pc + 1 >= jit->func_end || (jit->marks[pc + 1] & BPF_FLOW_TARGET) ||
	    (jit->live_after[pc + 1] & R0) || !get_match(&jit->in->insns[pc + 1], m))
		return false;
	if (m->test)
		m->imm &= most;
	return m->imm <= most && (bytes == 1 || (jit->facts[pc + 1] & JIT_FACT_RAW));
}

/**
 * jit_packet_arrange() - make of a routine's result what the line expects
 * @jit:	the compilation
 * @pc:		the load; R0 has the value in host order
 */
void jit_packet_arrange(struct jit *jit, u32 pc)
{
	u8 hw = hw_of(jit, find_target(jit, pc));
	u32 bytes = bpf_size_bytes(jit->in->insns[pc].code);
	struct match m;

	if (can_fuse(jit, pc, bytes, &m)) {
		match_r0(jit, m.test, m.imm);
		return;
	}
	if ((jit->facts[pc] & JIT_FACT_RAW) && is_read(jit, pc))
		turn_around(jit, HW_AX, bytes);
	if (hw != HW_AX)
		enc_mov32(jit, hw, HW_AX);
}

/* ---- loads ------------------------------------------------------------------------- */

/* the load by the routine: R0 in host order */
static void load_by_routine(struct jit *jit, u32 pc, bool have_offset)
{
	const struct bpf_insn *insn = &jit->in->insns[pc];

	if (!is_variable(insn))
		jit_packet_offset(jit, insn->imm);
	else if (!have_offset)
		put_offset(jit, insn);
	jit_call_shared(jit, JIT_SHARED_PACKET, bpf_size_bytes(insn->code),
			jit_live_hw(jit, pc));
}

/* the load itself, all bytes being at hand, but not the jump that may be part of it */
static void load_at_hand(struct jit *jit, u32 pc)
{
	const struct bpf_insn *insn = &jit->in->insns[pc];
	u32 bytes = bpf_size_bytes(insn->code);
	u8 hw = hw_of(jit, find_target(jit, pc));
	struct jit_mem at = place_of(jit, pc);
	struct match m;

	if (!is_read(jit, pc))
		return;
	if (!can_fuse(jit, pc, bytes, &m))
		put_value(jit, at, hw, bytes, jit->facts[pc] & JIT_FACT_RAW);
	else if (m.test)
		test_memory(jit, at, bytes, turned(m.imm, bytes));
	else
		compare_memory(jit, at, bytes, turned(m.imm, bytes));
}

/* the jump, if any, that load_at_hand() or jit_packet_arrange() left; returns slots */
static u32 finish_load(struct jit *jit, u32 pc)
{
	struct match m;

	if (!can_fuse(jit, pc, bpf_size_bytes(jit->in->insns[pc].code), &m))
		return find_target(jit, pc) == BPF_REG_0 ? 1 : 2;
	jit_jump_if(jit, pc + 1, m.cc);
	return 2;
}

/*
 * A run is a stretch of instructions, entered at its start only, with several loads at
 * constant offsets, or at such from one and the same variable place: the start asks for
 * the bytes of all of them, and if they are not at hand the whole stretch is done out of
 * the line, every load by the routine. That is for headers, which are there together or
 * not at all; loads further on ask for themselves.
 */
#define RUN_REACH	40	/* bytes that every frame has, with few exceptions */
#define RUN_STEP	32	/* or so many more than the first load asks for */
#define RUN_OTHERS	3	/* instructions between two loads, which are there twice */

/* may be part of a run, between its loads; @base: registers that must stay */
static bool can_be_twice(const struct bpf_insn *insn, u16 base)
{
	switch (bpf_insn_form(insn->code)->class) {
	case BPF_IC_ALU:
	case BPF_IC_LOAD:
		return !(bpf_insn_touches(insn).sets & base);
	case BPF_IC_STORE:
	case BPF_IC_BRANCH:
		return true;
	default:
		return false;
	}
}

/* one more load of a run that starts with @first, and asks for no bytes from @most on */
static bool belongs(const struct bpf_insn *first, const struct bpf_insn *insn, u32 most)
{
	return BPF_MODE(insn->code) == BPF_MODE(first->code) &&
	       insn->src_reg == first->src_reg && insn->imm >= 0 && end_of(insn) <= most;
}

/* last load of the run that starts with the one at @pc; @end: of what all ask for */
static u32 find_run(const struct jit *jit, u32 pc, u32 *end)
{
	const struct bpf_insn *first = &jit->in->insns[pc];
	u32 most = end_of(first) + RUN_STEP, last = pc, next, others = 0;
	u16 base = 0;

	*end = end_of(first);
	if (is_variable(first)) {
		base = BIT(first->src_reg);
		if ((base & BPF_REGS_CLOBBERED) || most > S32_MAX || !adds_up(jit, first))
			return pc;
	} else {
		most = max_t(u32, most, RUN_REACH);
	}
	for (next = pc + 1; next < jit->func_end && others <= RUN_OTHERS; next++) {
		const struct bpf_insn *insn = &jit->in->insns[next];

		if (jit->marks[next] & BPF_FLOW_TARGET)
			break;
		if (!is_packet_load(insn)) {
			others++;
			if (!can_be_twice(insn, base))
				break;
			continue;
		}
		if (!belongs(first, insn, most))
			break;
		*end = max(*end, end_of(insn));
		last = next;
		others = 0;
	}
	return last;
}

/**
 * jit_packet_loads() - write a run where not all bytes are at hand
 * @jit:	the compilation
 * @stub:	the run, or a load alone
 *
 * Up to where the line goes on: behind the last load, before the jump that is part of it.
 */
void jit_packet_loads(struct jit *jit, const struct jit_stub *stub)
{
	u32 pc = stub->pc;

	jit_forget(jit);
	for (;;) {
		if (!is_packet_load(&jit->in->insns[pc])) {
			pc += jit_select(jit, pc);
			continue;
		}
		load_by_routine(jit, pc, stub->have_offset);
		jit_packet_arrange(jit, pc);
		jit_forget(jit);
		if (pc == stub->last)
			return;
		pc += finish_load(jit, pc);
	}
}

static void check_constant(struct jit *jit, u32 end, u32 label)
{
	u8 hlen = hw_of(jit, JIT_HLEN);

	/* 127 is a byte */
	enc_alu_imm(jit, X86_CMP, 0, hlen, end == 128 ? 127 : end);
	jit_jump_to(jit, end == 128 ? CC_BE : CC_B, label);
}

/* asks for the bytes of a load, or of a run of them */
static struct jit_stub *check_bytes(struct jit *jit, u32 pc)
{
	const struct bpf_insn *insn = &jit->in->insns[pc];
	struct jit_stub *stub = jit_stub_new(jit, JIT_STUB_LOADS);
	u32 end, next;

	if (!stub)
		return NULL;
	stub->pc = pc;
	stub->last = find_run(jit, pc, &end);
	for (next = pc + 1; next <= stub->last; next++) {
		if (is_packet_load(&jit->in->insns[next]))
			jit->facts[next] |= JIT_FACT_CHECKED;
	}
	if (is_variable(insn)) {
		stub->have_offset = !adds_up(jit, insn);
		check_variable(jit, insn, end, stub->label);
	} else {
		check_constant(jit, end, stub->label);
	}
	return stub;
}

/**
 * jit_load_abs() - write a packet load
 * @jit:	the compilation
 * @pc:		an LD_ABS or LD_IND (RFC 9669 section 5.5)
 *
 * Return: slots consumed, 2 where the branch or the move behind it is part of it.
 */
u32 jit_load_abs(struct jit *jit, u32 pc)
{
	struct jit_stub *stub;

	if (!has_fast_path(jit, &jit->in->insns[pc])) {
		load_by_routine(jit, pc, false);
		return 1;
	}
	if (jit->facts[pc] & JIT_FACT_CHECKED) {
		/* the run is the latest note */
		stub = &jit->stubs[jit->stub_count - 1];
	} else {
		if (!(jit->facts[pc] & JIT_FACT_CACHED))
			load_header(jit);
		stub = check_bytes(jit, pc);
		if (!stub)
			return 1;
	}
	load_at_hand(jit, pc);
	if (stub->last == pc) {
		jit_label_here(jit, stub->resume);
		/* the routine's are not the line's */
		jit->flags.len = ~0u;
	}
	return finish_load(jit, pc);
}
