// SPDX-License-Identifier: GPL-2.0-only
/*
 * Programs that the interpreter runs: decodes them, chooses the entry with the smallest
 * stack that holds one, and makes their memory read-only.
 *
 * Layer K4. Tests: interp_flow_test.c, prog_test.c, lib/test_bpf.c.
 */
#include <linux/bpf.h>
#include <linux/bpf_jit.h>
#include <linux/filter.h>
#include <linux/set_memory.h>
#include <linux/vmalloc.h>
#include "prog.h"
#include "xinsn.h"

/* ---- entries ------------------------------------------------------------- */

/*
 * A program's registers and stack are the frame of its entry. Verified programs
 * read no register they have not written, but a helper is handed all five argument
 * registers even if the program set fewer, so those are cleared. The stack is
 * cleared where the kernel is configured to clear what functions leave behind.
 */
#define ENTRY(bytes)							\
static u64 run_stack_##bytes(const void *ctx, const struct bpf_prog *prog) \
{									\
	u64 stack[(bytes) / sizeof(u64)];				\
	u64 regs[MAX_BPF_EXT_REG] __uninitialized;			\
									\
	regs[BPF_REG_1] = (unsigned long)ctx;				\
	regs[BPF_REG_2] = 0;						\
	regs[BPF_REG_3] = 0;						\
	regs[BPF_REG_4] = 0;						\
	regs[BPF_REG_5] = 0;						\
	regs[BPF_REG_FP] = (unsigned long)stack + sizeof(stack);	\
	return bpf_interp_run(prog->xcode, regs);			\
}

/* ORDER: ascending; entry_for() takes the first that fits */
#define STACKS(X)							\
	X(8) X(32) X(64) X(96) X(128) X(192) X(256) X(384) X(512)

STACKS(ENTRY)

#define ENTRY_ROW(bytes)	{ bytes, run_stack_##bytes },

static const struct {
	u32 stack_bytes;
	u64 (*run)(const void *ctx, const struct bpf_prog *prog);
} entries[] = {
	STACKS(ENTRY_ROW)
};

/* NULL where no stack is that deep */
static u64 (*entry_for(u32 depth))(const void *ctx, const struct bpf_prog *prog)
{
	u32 i;

	for (i = 0; i < ARRAY_SIZE(entries); i++) {
		if (depth <= entries[i].stack_bytes)
			return entries[i].run;
	}
	return NULL;
}

/* ---- memory -------------------------------------------------------------- */

/* with the exit behind the last instruction */
static u32 xcode_bytes(u32 insns)
{
	return (insns + 1) * sizeof(struct bpf_xinsn);
}

static u32 xcode_pages(const struct bpf_prog *prog)
{
	return PAGE_ALIGN(xcode_bytes(prog->aux->xcode_insns)) >> PAGE_SHIFT;
}

/* small programs leave room for their decoded form in their own last page */
static bool fits_behind(const struct bpf_prog *prog, u32 insns)
{
	return bpf_prog_size(prog->len) + xcode_bytes(insns) <=
	       (u32)prog->pages << PAGE_SHIFT;
}

static bool is_separate(const struct bpf_prog *prog)
{
	return prog->xcode && !fits_behind(prog, prog->aux->xcode_insns);
}

static struct bpf_xinsn *xcode_alloc(struct bpf_prog *prog, u32 insns)
{
	if (fits_behind(prog, insns))
		return (struct bpf_xinsn *)&prog->insnsi[prog->len];
	return __vmalloc(xcode_bytes(insns), GFP_KERNEL_ACCOUNT | __GFP_NOWARN);
}

/* vfree() makes the pages writable again before anybody else gets them */
static int lock_memory(void *base, u32 pages)
{
	set_vm_flush_reset_perms(base);
	return set_memory_ro((unsigned long)base, pages);
}

/* ---- the runtime ------------------------------------------------------------ */

static int decode(struct bpf_prog *prog, const struct bpf_unit *unit,
		  struct bpf_xtraits *traits)
{
	return bpf_xcode_decode_funcs(unit->code.insns, unit->code.count, unit->funcs,
				      unit->func_count, prog->xcode, traits);
}

/**
 * bpf_interp_make() - make the interpreter run a program
 * @prog:	the program; read-only afterwards
 * @unit:	its instructions
 *
 * Called by: select.c. Context: may sleep.
 * Return: 0; -EINVAL for instructions that the interpreter cannot run (xcode.c), tail calls
 * in functions or a stack deeper than MAX_BPF_STACK; -ENOMEM. bpf_interp_free() is due in any case.
 */
int bpf_interp_make(struct bpf_prog *prog, const struct bpf_unit *unit)
{
	struct bpf_xtraits traits;
	int err;

	prog->xcode = xcode_alloc(prog, unit->code.count);
	if (!prog->xcode)
		return -ENOMEM;
	prog->aux->xcode_insns = unit->code.count;
	err = decode(prog, unit, &traits);
	if (!err && traits.deep_tail_calls)
		err = -EINVAL;
	if (err)
		return err;
	/* who is called by a tail call runs on this program's stack */
	prog->bpf_func = entry_for(traits.tail_calls ? MAX_BPF_STACK :
						       traits.stack_depth);
	if (!prog->bpf_func)
		return -EINVAL;
	prog->locked = 1;
	if (is_separate(prog)) {
		err = lock_memory(prog->xcode, xcode_pages(prog));
		if (err)
			return err;
	}
	return lock_memory(prog, prog->pages);
}

/**
 * bpf_interp_free() - undo bpf_interp_make()
 * @prog:	a program that nobody runs any more; may have another runtime or none
 *
 * Called by: select.c. Context: may sleep.
 */
void bpf_interp_free(struct bpf_prog *prog)
{
	if (is_separate(prog))
		vfree(prog->xcode);
}

/**
 * bpf_interp_memory() - memory that decoded instructions take beside the program
 * @prog:	the program
 *
 * Called by: select.c. Any context.
 * Return: bytes.
 */
u64 bpf_interp_memory(const struct bpf_prog *prog)
{
	return is_separate(prog) ? (u64)xcode_pages(prog) << PAGE_SHIFT : 0;
}
