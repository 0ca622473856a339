// SPDX-License-Identifier: GPL-2.0-only
/*
 * How a program runs: decodes it for the interpreter, chooses the entry with the
 * smallest stack that holds it, and makes its memory read-only.
 *
 * Takes programs from the verifier, classic ones, and lib/test_bpf.c's. Must never
 * be called twice for one program.
 *
 * Layer K4. Tests: kernel/bpf/prog/interp_flow_test.c, lib/test_bpf.c.
 */
#include <linux/bpf.h>
#include <linux/export.h>
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
static u32 xcode_bytes(const struct bpf_prog *prog)
{
	return (prog->len + 1) * sizeof(struct bpf_xinsn);
}

static u32 xcode_pages(const struct bpf_prog *prog)
{
	return PAGE_ALIGN(xcode_bytes(prog)) >> PAGE_SHIFT;
}

/* small programs leave room for their decoded form in their own last page */
static bool fits_behind(const struct bpf_prog *prog)
{
	return bpf_prog_size(prog->len) + xcode_bytes(prog) <=
	       (u32)prog->pages << PAGE_SHIFT;
}

static bool is_separate(const struct bpf_prog *prog)
{
	return prog->xcode && !fits_behind(prog);
}

static struct bpf_xinsn *xcode_alloc(struct bpf_prog *prog)
{
	if (fits_behind(prog))
		return (struct bpf_xinsn *)&prog->insnsi[prog->len];
	return __vmalloc(xcode_bytes(prog), GFP_KERNEL_ACCOUNT | __GFP_NOWARN);
}

/* vfree() makes the pages writable again before anybody else gets them */
static int lock_memory(void *base, u32 pages)
{
	set_vm_flush_reset_perms(base);
	return set_memory_ro((unsigned long)base, pages);
}

/**
 * bpf_runtime_free() - undo bpf_prog_select_runtime()
 * @prog:	a program on its way out; may never have had a runtime
 *
 * Called by: prog.c's worker. Context: may sleep.
 */
void bpf_runtime_free(struct bpf_prog *prog)
{
	if (is_separate(prog))
		vfree(prog->xcode);
}

/**
 * bpf_runtime_memory() - memory a program's runtime takes beside the program
 * @prog:	the program
 *
 * Called by: fdinfo. Any context.
 * Return: bytes.
 */
u64 bpf_runtime_memory(const struct bpf_prog *prog)
{
	return is_separate(prog) ? (u64)xcode_pages(prog) << PAGE_SHIFT : 0;
}

static int make_runtime(struct bpf_prog *prog)
{
	u32 depth = prog->aux->stack_depth;
	struct bpf_xtraits traits;
	struct bpf_xinsn *xcode;
	int err;

	xcode = xcode_alloc(prog);
	if (!xcode)
		return -ENOMEM;
	prog->xcode = xcode;
	err = bpf_xcode_decode(prog->insnsi, prog->len, xcode, &traits);
	if (err)
		return err;
	/* who is called by a tail call runs on this program's stack */
	prog->bpf_func = entry_for(traits.tail_calls ? MAX_BPF_STACK : depth);
	if (!prog->bpf_func)
		return -EINVAL;
	prog->locked = 1;
	if (is_separate(prog)) {
		err = lock_memory(xcode, xcode_pages(prog));
		if (err)
			return err;
	}
	return lock_memory(prog, prog->pages);
}

/**
 * bpf_prog_select_runtime() - make a program ready to run
 * @prog:	the program, complete: type, len, insnsi, aux->stack_depth, and all
 *		else that is not in aux; nothing in it can change afterwards
 * @err:	takes 0; -ENOMEM, or -EINVAL for instructions the interpreter cannot
 *		run (xcode.c) or a stack deeper than MAX_BPF_STACK
 *
 * Called by: program loading, classic programs, lib/test_bpf.c. Context: may
 * sleep. There is one runtime, the interpreter.
 *
 * Return: @prog, also on an error; the caller frees it.
 */
struct bpf_prog *bpf_prog_select_runtime(struct bpf_prog *prog, int *err)
{
	*err = make_runtime(prog);
	return prog;
}
EXPORT_SYMBOL_GPL(bpf_prog_select_runtime);
