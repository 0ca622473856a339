// SPDX-License-Identifier: GPL-2.0-only
/*
 * Loads of programs that may fault: the rows of their fault tables, and what happens
 * when one does. The register loaded becomes zero, and the program goes on.
 *
 * Layer K5. Tests: lib/test_bpf.c, kernel/bpf/prog/image_test.c.
 */
#include <linux/bpf_jit.h>
#include <linux/extable.h>
#include <linux/ptrace.h>
#include <asm/extable.h>
#include <asm/insn-eval.h>

/**
 * bpf_arch_fault_entry() - a row of a fault table
 * @e:		the row
 * @e_at:	where it will stand: its distances count from there
 * @code:	where the code does
 * @fault:	the load
 *
 * Called by: kernel/bpf/prog/image.c. Any context.
 */
void bpf_arch_fault_entry(struct exception_table_entry *e, unsigned long e_at,
			  unsigned long code, const struct bpf_jit_fault *fault)
{
	e->insn = code + fault->at -
		  (e_at + offsetof(struct exception_table_entry, insn));
	e->fixup = code + fault->resume -
		   (e_at + offsetof(struct exception_table_entry, fixup));
	e->data = EX_TYPE_BPF | EX_DATA_REG(fault->clear);
}

/**
 * ex_handler_bpf() - a load of a program has faulted
 * @x:		its row
 * @regs:	registers at the fault; changed to those to go on with
 *
 * Called by: fixup_exception(). Any context, NMI too.
 * Return: true where the program can go on.
 */
bool ex_handler_bpf(const struct exception_table_entry *x, struct pt_regs *regs)
{
	int reg = (x->data & EX_DATA_REG_MASK) >> EX_DATA_REG_SHIFT;
	int off = pt_regs_offset(regs, reg);

	if (off < 0)
		return false;
	*(unsigned long *)((void *)regs + off) = 0;
	regs->ip = (unsigned long)&x->fixup + x->fixup;
	return true;
}
