// SPDX-License-Identifier: GPL-2.0-only
/*
 * Before any code of a function is written: in which machine register each of the
 * program's lives, which of them have to be saved, whether there is a frame.
 *
 * R0 lives where functions return values, and R1 to R5 where calls take arguments if
 * there are calls. All others go, the most used first, to registers that nobody expects
 * to be kept, unless they hold something over a call; then, and when those are used up,
 * to registers that must be saved. A function without calls mostly saves nothing then,
 * and if it has no stack either, there is no frame at all.
 *
 * Two registers may live in one place if neither is written while the other holds
 * something: they are apart else. Those that are moved to each other do so if they can,
 * and the move is none.
 *
 * Must never write code. Layer K5; builds in user space too. Tests: the fuzzers of
 * tools/bpf/verify.
 */
#include <linux/bitops.h>
#include <linux/kernel.h>
#include <linux/string.h>
#include "../../../kernel/bpf/flow.h"
#include "encode.h"
#include "host.h"

/* callee-saved ones that programs may use, shortest encodings first */
static const u8 kept[] = { HW_BX, HW_14, HW_15, HW_13, HW_12 };

/* likewise those that functions may change; r11 is JIT_TEMP */
static const u8 loose[] = {
	HW_DI, HW_SI, HW_DX, HW_CX, HW_AX, HW_8, HW_9, HW_10,
};

#define BIT_OF(n)	(1u << (n))
#define LOOSE_HW	(BIT_OF(HW_AX) | BIT_OF(HW_DI) | BIT_OF(HW_SI) | BIT_OF(HW_DX) | \
			 BIT_OF(HW_CX) | BIT_OF(HW_8) | BIT_OF(HW_9) | BIT_OF(HW_10))

/* where calls take R1 to R5, and where R0 is */
static const u8 standard[] = { HW_AX, HW_DI, HW_SI, HW_DX, HW_CX, HW_8 };

/* An instruction of 64 bits has a REX prefix anyway: which registers it names hardly
 * matters.
 */
#define WEIGHT_WIDE	1
#define WEIGHT_SHORT	4

/**
 * struct scan - what a function contains
 * @weight:	how often a register is mentioned, by WEIGHT_*
 * @apart:	by register, those that cannot live in the same place
 * @akin:	by register, those it is moved to or from
 * @at:		by machine register, those that live there
 * @over_calls:	registers of the program that hold something over a call
 * @calls:	calls something that is no intrinsic
 * @calls_funcs: calls functions of the program
 * @tail_calls:	has tail calls
 * @packet:	has LD_ABS or LD_IND
 * @division:	has divisions that need rax, rdx and maybe a spare register
 * @fetch:	has atomic operations that need a spare register
 * @shift_cl:	has shifts by registers, which need rcx without BMI2
 */
struct scan {
	u32	weight[JIT_REGS];
	u16	apart[JIT_REGS];
	u16	akin[JIT_REGS];
	u16	at[16];
	u16	over_calls;
	bool	calls;
	bool	calls_funcs;
	bool	tail_calls;
	bool	packet;
	bool	division;
	bool	fetch;
	bool	shift_cl;
};

static bool is_alu(const struct bpf_insn *insn)
{
	return BPF_CLASS(insn->code) == BPF_ALU || BPF_CLASS(insn->code) == BPF_ALU64;
}

/* is the machine instruction one of 64 bits? A branch may turn out to be one of 32 */
static bool is_wide(const struct bpf_insn *insn)
{
	u8 class = BPF_CLASS(insn->code);

	return (class == BPF_LDX || class == BPF_ST || class == BPF_STX) &&
	       BPF_SIZE(insn->code) == BPF_DW;
}

static bool is_packet_load(const struct bpf_insn *insn)
{
	return BPF_CLASS(insn->code) == BPF_LD && BPF_MODE(insn->code) != BPF_IMM;
}

static bool is_fetch_loop(const struct bpf_insn *insn)
{
	u8 op = insn->imm & ~BPF_FETCH;

	return BPF_MODE(insn->code) == BPF_ATOMIC && (insn->imm & BPF_FETCH) &&
	       (op == BPF_OR || op == BPF_AND || op == BPF_XOR);
}

static bool is_move(const struct bpf_insn *insn)
{
	return insn->code == (BPF_ALU64 | BPF_MOV | BPF_X) && !insn->off;
}

static void scan_jump(struct scan *scan, const struct jit *jit, u32 pc)
{
	const struct bpf_insn *insn = &jit->in->insns[pc];

	if (insn->code == (BPF_JMP | BPF_TAIL_CALL))
		scan->tail_calls = true;
	if (insn->code != (BPF_JMP | BPF_CALL) || jit_is_intrinsic(insn))
		return;
	scan->calls = true;
	scan->calls_funcs |= bpf_insn_calls_func(insn);
	scan->over_calls |= jit->live_after[pc] & ~BPF_REGS_CLOBBERED;
}

/* what an instruction means for the function as a whole */
static void scan_traits(struct scan *scan, const struct jit *jit, u32 pc)
{
	const struct bpf_insn *insn = &jit->in->insns[pc];

	switch (BPF_CLASS(insn->code)) {
	case BPF_STX:
		scan->fetch |= is_fetch_loop(insn);
		break;
	case BPF_JMP:
		scan_jump(scan, jit, pc);
		break;
	case BPF_LD:
		if (!is_packet_load(insn))
			break;
		scan->packet = true;
		/* R0 is written before the packet is looked at */
		scan->apart[BPF_REG_0] |= BIT_OF(BPF_REG_CTX);
		scan->weight[JIT_DATA] += WEIGHT_SHORT;
		scan->weight[JIT_HLEN] += WEIGHT_SHORT;
		break;
	}
}

/* what is written is apart from all that lives on, but for what it is a copy of */
static inline void note_set(struct scan *scan, const struct bpf_insn *insn, u8 reg, u16 live)
{
	if ((insn->code & ~3) == (BPF_ALU | BPF_MOV | BPF_X) && !insn->off) {
		if (is_move(insn))
			live &= ~BIT_OF(insn->src_reg);
		scan->akin[reg] |= BIT_OF(insn->src_reg);
		scan->akin[insn->src_reg] |= BIT_OF(reg);
	}
	scan->apart[reg] |= live & ~BIT_OF(reg);
}

/* most instructions are of these classes, and all there is to know of them is here */
static void scan_alu(struct scan *scan, struct jit *jit, u32 pc)
{
	const struct bpf_insn *insn = &jit->in->insns[pc];
	u8 op = BPF_OP(insn->code), reg = insn->dst_reg;
	u32 weight = BPF_CLASS(insn->code) == BPF_ALU ? WEIGHT_SHORT : WEIGHT_WIDE;

	jit->sets[pc] = reg;
	note_set(scan, insn, reg, jit->live_after[pc]);
	scan->weight[reg] += weight;
	if (op == BPF_DIV || op == BPF_MOD)
		scan->division |= jit_is_hard_division(insn);
	if (BPF_SRC(insn->code) == BPF_K || op == BPF_NEG || op == BPF_END)
		return;
	if (insn->src_reg != reg)
		scan->weight[insn->src_reg] += weight;
	scan->shift_cl |= op == BPF_LSH || op == BPF_RSH || op == BPF_ARSH;
}

static void scan_insn(struct scan *scan, struct jit *jit, u32 pc)
{
	const struct bpf_insn *insn = &jit->in->insns[pc];
	struct bpf_touched t = bpf_insn_touches_quick(insn);
	u16 mentioned = t.uses | t.sets;
	u32 weight = is_wide(insn) ? WEIGHT_WIDE : WEIGHT_SHORT;

	jit->sets[pc] = JIT_NO_REG;
	if (t.sets == BPF_REGS_CLOBBERED) {
		/* others than R0 are not read behind it */
		t.sets = BIT_OF(BPF_REG_0);
		mentioned = insn->code == (BPF_JMP | BPF_CALL) ? 0 : t.uses;
	}
	if (t.sets) {
		jit->sets[pc] = __ffs(t.sets);
		note_set(scan, insn, jit->sets[pc], jit->live_after[pc]);
	}
	for (; mentioned; mentioned &= mentioned - 1)
		scan->weight[__ffs(mentioned)] += weight;
	scan_traits(scan, jit, pc);
}

/*
 * Where a function starts by moving R1 away, for good, and calls nothing, the register it
 * is moved to may live where R1 arrives. JIT_NO_INSN where that cannot be.
 */
static u32 find_entry_move(const struct jit *jit, u32 start, struct scan *scan)
{
	u16 before = 0;
	u32 pc, reg;

	if (jit->marks[start] & BPF_FLOW_TARGET)
		return JIT_NO_INSN;
	for (pc = start; pc < jit->func_end; pc += jit_slots(&jit->in->insns[pc])) {
		const struct bpf_insn *insn = &jit->in->insns[pc];
		struct bpf_touched t = bpf_insn_touches_quick(insn);
		u8 class = BPF_CLASS(insn->code);

		if (pc != start && (jit->marks[pc] & (BPF_FLOW_TARGET | BPF_FLOW_FUNC)))
			break;
		if (class == BPF_JMP || class == BPF_JMP32 || is_packet_load(insn))
			break;
		if (!((t.uses | t.sets) & BIT_OF(BPF_REG_1))) {
			before |= t.uses | t.sets;
			continue;
		}
		if (!is_move(insn) || insn->src_reg != BPF_REG_1 ||
		    insn->dst_reg <= BPF_REG_1 || insn->dst_reg >= BPF_REG_10 ||
		    (before & BIT_OF(insn->dst_reg)) ||
		    (jit->live_after[pc] & BIT_OF(BPF_REG_1)))
			break;
		/* nothing that is written before may live there */
		for (reg = 0; reg < MAX_BPF_EXT_REG; reg++) {
			if (before & BIT_OF(reg))
				scan->apart[reg] |= BIT_OF(insn->dst_reg);
		}
		return pc;
	}
	return JIT_NO_INSN;
}

/* may @reg live in @hw, with those that do already? */
static bool is_free_for(const struct scan *scan, u32 reg, u8 hw)
{
	u16 others = scan->at[hw], other;

	if (reg >= MAX_BPF_EXT_REG)
		return !others;
	if (scan->apart[reg] & others)
		return false;
	for (other = 0; others; other++, others >>= 1) {
		if ((others & 1) && (other >= MAX_BPF_EXT_REG ||
				     scan->apart[other] & BIT_OF(reg)))
			return false;
	}
	return true;
}

/* first of @from that @reg may live in and that is not in @but; HW_NONE: there is none */
static u8 find_free(const struct scan *scan, u32 reg, const u8 *from, u32 count, u32 but)
{
	u32 i;

	for (i = 0; i < count; i++) {
		if (!(but & BIT_OF(from[i])) && is_free_for(scan, reg, from[i]))
			return from[i];
	}
	return HW_NONE;
}

/* of the registers that have no place yet, the one mentioned most; JIT_REGS: none */
static u32 heaviest(const struct scan *scan, u32 settled)
{
	u32 reg, best = JIT_REGS;

	for (reg = 0; reg < JIT_REGS; reg++) {
		if ((settled & BIT_OF(reg)) || !scan->weight[reg])
			continue;
		if (best == JIT_REGS || scan->weight[reg] > scan->weight[best])
			best = reg;
	}
	return best;
}

/* registers of @loose that are better left alone while there are others */
static u32 unloved(const struct scan *scan)
{
	u32 set = 0;

	if (scan->division)
		set |= BIT_OF(HW_DX);
	if (scan->shift_cl && !jit_host_has_bmi2())
		set |= BIT_OF(HW_CX);
	return set;
}

/* where one lives that @reg is moved to or from; HW_NONE: nowhere, or not together */
static u8 find_akin(const struct scan *scan, const struct jit_plan *plan, u32 reg)
{
	u16 akin = scan->akin[reg];
	u32 other;

	for (other = 0; akin; other++, akin >>= 1) {
		u8 hw = plan->hw[other];

		if (!(akin & 1) || hw >= 16 || !(scan->at[hw] & BIT_OF(other)))
			continue;
		if ((scan->over_calls & BIT_OF(reg)) && (LOOSE_HW & BIT_OF(hw)))
			continue;
		if (is_free_for(scan, reg, hw))
			return hw;
	}
	return HW_NONE;
}

static u8 find_place(const struct scan *scan, const struct jit_plan *plan, u32 reg)
{
	u8 hw = find_akin(scan, plan, reg);

	if (hw == HW_NONE && !(scan->over_calls & BIT_OF(reg))) {
		hw = find_free(scan, reg, loose, ARRAY_SIZE(loose), unloved(scan));
		if (hw == HW_NONE)
			hw = find_free(scan, reg, loose, ARRAY_SIZE(loose), 0);
	}
	if (hw == HW_NONE)
		hw = find_free(scan, reg, kept, ARRAY_SIZE(kept), 0);
	return hw;
}

/* registers that have to be where the caller, or who is called, expects them */
static u32 pin(struct jit *jit, struct scan *scan)
{
	struct jit_plan *plan = &jit->plan;
	bool all = scan->calls || scan->tail_calls || jit->func;
	u32 reg, settled = 0;

	for (reg = 0; reg < ARRAY_SIZE(standard); reg++) {
		plan->hw[reg] = standard[reg];
		if (reg > BPF_REG_1 && !all)
			continue;
		settled |= BIT_OF(reg);
		/* what arrives may be what a call takes, and nobody else mentions it */
		if (scan->weight[reg] || reg == BPF_REG_1 || jit->func)
			scan->at[standard[reg]] |= BIT_OF(reg);
	}
	plan->hw[BPF_REG_10] = HW_BP;
	plan->hw[JIT_TEMP] = HW_11;
	if (scan->tail_calls && !scan->calls) {
		plan->hw[JIT_COUNT] = JIT_HW_COUNT;
		scan->at[JIT_HW_COUNT] |= BIT_OF(JIT_COUNT);
	}
	return settled | BIT_OF(BPF_REG_10) | BIT_OF(JIT_TEMP);
}

/* the register that takes over from R1 where R1 arrives */
static u32 place_entry_move(struct jit *jit, struct scan *scan, u32 settled)
{
	u8 to = jit->in->insns[jit->plan.entry_move].dst_reg;

	jit->plan.hw[to] = HW_DI;
	scan->at[HW_DI] = BIT_OF(to);
	settled |= BIT_OF(to);
	/* R1 has another place from then on, if it is used again */
	scan->weight[BPF_REG_1] -= WEIGHT_WIDE;
	if (scan->weight[BPF_REG_1])
		settled &= ~BIT_OF(BPF_REG_1);
	return settled;
}

static void place_registers(struct jit *jit, struct scan *scan, u32 start)
{
	struct jit_plan *plan = &jit->plan;
	u32 settled, reg, hw, idle = 0;

	settled = pin(jit, scan);
	if (plan->leaf && !scan->tail_calls)
		plan->entry_move = find_entry_move(jit, start, scan);
	if (plan->entry_move != JIT_NO_INSN)
		settled = place_entry_move(jit, scan, settled);
	while ((reg = heaviest(scan, settled)) < JIT_REGS) {
		plan->hw[reg] = find_place(scan, plan, reg);
		scan->at[plan->hw[reg] & 15] |= BIT_OF(reg);
		settled |= BIT_OF(reg);
	}
	for (hw = 0; hw < 16; hw++) {
		if (!scan->at[hw])
			idle += LOOSE_HW >> hw & 1;
		else if (!(LOOSE_HW >> hw & 1))
			plan->saved |= BIT_OF(hw);
	}
	/* some instructions push what is in their way */
	if ((scan->division && idle < 2) || (scan->fetch && !idle))
		plan->frame = true;
}

/**
 * jit_plan_func() - decide how a function uses the machine
 * @jit:	the compilation: marks and live_after are known
 * @func:	number of the function
 *
 * Fills jit->plan, jit->func, jit->func_end.
 *
 * Return: 0.
 */
int jit_plan_func(struct jit *jit, u32 func)
{
	const struct bpf_jit_input *in = jit->in;
	struct jit_plan *plan = &jit->plan;
	struct scan scan = { 0 };
	u32 start = in->funcs[func].start, pc;

	jit->func = func;
	jit->func_end = func + 1 < in->func_count ? in->funcs[func + 1].start : in->count;
	memset(plan, 0, sizeof(*plan));
	memset(plan->hw, HW_NONE, sizeof(plan->hw));
	plan->entry_move = JIT_NO_INSN;
	for (pc = start; pc < jit->func_end; pc += jit_slots(&in->insns[pc])) {
		if (is_alu(&in->insns[pc]))
			scan_alu(&scan, jit, pc);
		else
			scan_insn(&scan, jit, pc);
	}
	plan->leaf = !scan.calls;
	plan->tail_calls = scan.tail_calls || (jit->deep_tail_calls && scan.calls_funcs);
	if (scan.weight[BPF_REG_10])
		plan->stack = in->funcs[func].stack_depth;
	place_registers(jit, &scan, start);
	if (scan.weight[BPF_REG_10] || plan->saved || !plan->leaf)
		plan->frame = true;
	jit_plan_frame(plan);
	return 0;
}

/**
 * jit_narrow() - registers that the function writes with an upper half of zero only
 * @jit:	the compilation
 *
 * Asked where loops start, so that programs without need not find out.
 *
 * Return: registers of the program; none that callers give a value.
 */
u16 jit_narrow(struct jit *jit)
{
	const struct bpf_jit_input *in = jit->in;
	struct jit_plan *plan = &jit->plan;
	u32 pc = in->funcs[jit->func].start;

	if (plan->narrow_known)
		return plan->narrow;
	plan->narrow = ~(jit->func ? BPF_REGS_ARGS : BIT_OF(BPF_REG_1));
	for (; pc < jit->func_end; pc += jit_slots(&in->insns[pc])) {
		if (jit->sets[pc] != JIT_NO_REG && !jit_upper_set(&in->insns[pc], 0))
			plan->narrow &= ~BIT_OF(jit->sets[pc]);
	}
	plan->narrow_known = true;
	return plan->narrow;
}

/**
 * jit_hw_needed() - does a machine register hold something that is read later?
 * @jit:	the compilation
 * @pc:		instruction
 * @hw:		machine register
 *
 * Return: true if it must be the same behind the instruction, unless that sets it.
 */
bool jit_hw_needed(const struct jit *jit, u32 pc, u8 hw)
{
	const struct jit_plan *plan = &jit->plan;
	u32 reg;

	/* R1 is still where it arrived, the register that takes it over not live yet */
	if (plan->entry_move != JIT_NO_INSN && pc < plan->entry_move && hw == HW_DI)
		return true;
	for (reg = 0; reg < JIT_REGS; reg++) {
		if (plan->hw[reg] != hw)
			continue;
		if (reg >= MAX_BPF_EXT_REG || (jit->live_after[pc] & BIT_OF(reg)))
			return true;
	}
	return false;
}

/**
 * jit_spare() - find a register for an instruction's own use
 * @jit:	the compilation
 * @pc:		the instruction
 * @avoid:	machine registers that are none, by bit
 *
 * Registers that the instruction itself mentions are none either.
 *
 * Return: the register, or HW_NONE: there is a frame then, and push and pop do.
 */
u8 jit_spare(const struct jit *jit, u32 pc, u32 avoid)
{
	struct bpf_touched t = bpf_insn_touches(&jit->in->insns[pc]);
	u32 reg, hw;

	for (reg = 0; reg < MAX_BPF_EXT_REG; reg++) {
		if ((t.uses | t.sets) & BIT_OF(reg) && jit->plan.hw[reg] != HW_NONE)
			avoid |= BIT_OF(jit->plan.hw[reg]);
	}
	for (hw = 0; hw < 16; hw++) {
		if (!(BIT_OF(hw) & (LOOSE_HW | jit->plan.saved) & ~avoid))
			continue;
		if (!jit_hw_needed(jit, pc, hw))
			return hw;
	}
	return HW_NONE;
}
