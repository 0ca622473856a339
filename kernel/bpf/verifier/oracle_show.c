// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the oracle says: program, claims and run, in words, a line at a time. Decides
 * nothing. Any context. Layer V6. Tests: as claims.c.
 */
#include <linux/bitops.h>
#include <linux/kernel.h>
#include <linux/types.h>
#include "../disasm.h"
#include "../insn.h"
#include "claims.h"
#include "oracle_show.h"

/**
 * bv_oracle_say() - a line about a claim that did not hold
 * @fmt:	as of printf()
 *
 * Context: any that programs run in.
 */
void bv_oracle_say(const char *fmt, ...)
{
	char line[BV_ORACLE_LINE];
	va_list args;

	va_start(args, fmt);
	vscnprintf(line, sizeof(line), fmt, args);
	va_end(args);
	bv_host_violation(line);
}

/**
 * bv_oracle_show_program() - all instructions
 * @c:		claims of the program
 * @now:	the one that is marked
 */
void bv_oracle_show_program(const struct bv_claims *c, u32 now)
{
	char text[BPF_DISASM_BYTES];
	u32 pc;

	for (pc = 0; pc < c->count; pc++) {
		bpf_disasm(&c->insns[pc], c->count - pc, text, sizeof(text));
		bv_oracle_say("%c %u: %s", pc == now ? '>' : ' ', pc, text);
		pc += bpf_insn_form(c->insns[pc].code)->class == BPF_IC_CONST;
	}
}

/**
 * bv_oracle_show_claim() - a state that was claimed
 * @c:		claims of the program
 * @claim:	the state
 */
void bv_oracle_show_claim(const struct bv_claims *c, const struct bv_claim *claim)
{
	const struct bv_slot *slot = claim->slot;
	const struct bv_reg *reg = claim->reg;
	char text[BV_ORACLE_LINE - 40];
	u64 slots = claim->slots;
	u32 regs = claim->regs;

	for (; regs; regs &= regs - 1, reg++) {
		bv_print_reg(c->maps, reg, text, sizeof(text));
		bv_oracle_say("    r%lu=%s", __ffs(regs), text);
	}
	for (; slots; slots &= slots - 1, slot++) {
		bv_print_slot(c->maps, slot, __ffs64(slots), text, sizeof(text));
		bv_oracle_say("   %s", text);
	}
}

/**
 * bv_oracle_show_run() - registers of a run, and what they really are
 * @run:	the run
 */
void bv_oracle_show_run(const struct bv_oracle_run *run)
{
	u32 i;

	for (i = 0; i < MAX_BPF_REG; i++) {
		const struct bv_shadow *s = &run->reg[i];

		if (s->kind > BV_SCALAR)
			bv_oracle_say("    r%u: 0x%llx, kind %u, offset %lld of %u bytes", i,
				      run->regs[i], s->kind, (s64)(run->regs[i] - s->base),
				      s->size);
		else if (s->kind == BV_SCALAR)
			bv_oracle_say("    r%u: 0x%llx", i, run->regs[i]);
	}
}
