// SPDX-License-Identifier: GPL-2.0-only
/*
 * A program becomes machine code:
 *
 *	instructions --> [hide constants] --> compile --> memory --> place --> runs
 *	                  blind.c             arch        image.c    arch
 *
 * Decides what the code generator is told about a program. Must never know the machine;
 * a step that fails leaves the program to the interpreter.
 *
 * Layer K4. Tests: lib/test_bpf.c, selftests/bpf/jit_test.c.
 */
#include <linux/bpf.h>
#include <linux/capability.h>
#include <linux/err.h>
#include <linux/filter.h>
#include <linux/mm.h>
#include <linux/printk.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/user_namespace.h>
#include "image.h"
#include "prog.h"

/* ---- how much the loader is trusted -------------------------------------------------- */

static bool is_blinding_wanted(void)
{
	switch (READ_ONCE(bpf_jit_knobs.blinding)) {
	case 0:
		return false;
	case 1:
		return !bpf_capable();
	default:
		return true;
	}
}

static bool is_fenced(const struct bpf_jit_input *in)
{
	return in->flags & BPF_JIT_FENCED;
}

static bool reads_packets(const struct bpf_prog *prog)
{
	const struct bpf_type_ops *ops = bpf_type_find(prog->type);

	return prog->was_classic || (ops && ops->traits & BPF_TYPE_PACKET_LOADS);
}

static u32 choose_flags(const struct bpf_prog *prog)
{
	u32 flags = reads_packets(prog) ? BPF_JIT_PACKET : 0;

	/* the question is no use of the privilege */
	if (!ns_capable_noaudit(&init_user_ns, CAP_SYS_ADMIN))
		flags |= BPF_JIT_FENCED;
	return flags;
}

/* ---- constants hidden ------------------------------------------------------------------ */

static void *duplicate(const void *from, size_t bytes)
{
	void *to = kvmalloc(bytes, GFP_KERNEL);

	return to ? memcpy(to, from, bytes) : NULL;
}

static void free_copy(struct bpf_unit *copy)
{
	kvfree(copy->code.insns);
	kvfree(copy->funcs);
}

/* the interpreter, should it come to that, has no use for blinded instructions */
static int make_blinded(const struct bpf_unit *unit, struct bpf_unit *copy)
{
	int err = -ENOMEM;

	*copy = *unit;
	copy->code.insns = duplicate(unit->code.insns,
				     unit->code.count * sizeof(*unit->code.insns));
	copy->funcs = duplicate(unit->funcs, unit->func_count * sizeof(*unit->funcs));
	if (copy->code.insns && copy->funcs)
		err = bpf_blind(&copy->code, copy->funcs, copy->func_count);
	if (err)
		free_copy(copy);
	return err;
}

/* ---- bytes ---------------------------------------------------------------------------------- */

/* lines that tools/bpf/bpf_jit_disasm reads out of the log */
static void dump(const struct bpf_prog *prog, const struct bpf_image *image)
{
	pr_err("flen=%u proglen=%u pass=%u image=%pK from=%s pid=%d\n",
	       prog->len, image->bytes, 1, (void *)image->start, current->comm,
	       task_pid_nr(current));
	print_hex_dump(KERN_ERR, "JIT code: ", DUMP_PREFIX_OFFSET, 16, 1,
		       (void *)image->start, image->bytes, false);
}

static int fill(struct bpf_image *image, struct bpf_jit_code *code)
{
	const u8 *bytes = bpf_arch_jit_place(code, image->start);

	return IS_ERR(bytes) ? PTR_ERR(bytes) : bpf_image_write(image, bytes, code->faults);
}

static struct bpf_image *make_image(struct bpf_jit_code *code, bool fenced)
{
	struct bpf_image *image = bpf_image_alloc(code->bytes, code->fault_count, fenced);
	int err;

	if (IS_ERR(image))
		return image;
	image->has_frame = code->has_frame;
	err = fill(image, code);
	if (!err)
		return image;
	bpf_image_free(image);
	return ERR_PTR(err);
}

static void install(struct bpf_prog *prog, struct bpf_image *image,
		    const struct bpf_jit_code *code)
{
	prog->aux->image = image;
	prog->bpf_func = (void *)image->start;
	prog->tail_entry = (void *)image->start + code->tail_entry;
	prog->jited_len = image->bytes;
	prog->jited = 1;
}

static int compile(struct bpf_prog *prog, const struct bpf_unit *unit)
{
	struct bpf_jit_input in = {
		.insns = unit->code.insns,
		.count = unit->code.count,
		.flags = choose_flags(prog),
		.funcs = unit->funcs,
		.func_count = unit->func_count,
	};
	struct bpf_jit_code *code = bpf_arch_jit_compile(&in);
	struct bpf_image *image;

	if (IS_ERR(code))
		return PTR_ERR(code);
	image = make_image(code, is_fenced(&in));
	if (!IS_ERR(image))
		install(prog, image, code);
	bpf_arch_jit_release(code);
	return PTR_ERR_OR_ZERO(image);
}

/**
 * bpf_jit_make() - make a program run as machine code
 * @prog:	the program; untouched unless 0 is returned
 * @unit:	its instructions
 *
 * Called by: select.c. Context: may sleep; the loader's, whose privilege counts.
 * Return: 0; -EOPNOTSUPP (switched off, or more than the code generator can), -EPERM
 * (net.core.bpf_jit_limit), -ENOMEM, -EINVAL, -ERANGE: the interpreter may do it.
 */
int bpf_jit_make(struct bpf_prog *prog, const struct bpf_unit *unit)
{
	int enable = READ_ONCE(bpf_jit_knobs.mode);
	struct bpf_unit blinded;
	int err;

	if (!enable)
		return -EOPNOTSUPP;
	if (is_blinding_wanted()) {
		err = make_blinded(unit, &blinded);
		if (err)
			return err;
		err = compile(prog, &blinded);
		free_copy(&blinded);
	} else {
		err = compile(prog, unit);
	}
	if (!err && enable > 1)
		dump(prog, prog->aux->image);
	return err;
}

/**
 * bpf_jit_free() - give back a program's machine code
 * @prog:	a program that nobody runs any more; may have none
 *
 * Called by: select.c. Context: may sleep.
 */
void bpf_jit_free(struct bpf_prog *prog)
{
	if (prog->aux->image)
		bpf_image_free(prog->aux->image);
}

/**
 * bpf_jit_memory() - memory that machine code takes
 * @prog:	the program
 *
 * Called by: select.c. Any context.
 * Return: bytes, 0 where it has none.
 */
u64 bpf_jit_memory(const struct bpf_prog *prog)
{
	const struct bpf_image *image = prog->aux->image;

	return image ? (u64)image->granules * BPF_IMAGE_GRANULE : 0;
}
