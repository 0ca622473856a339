// SPDX-License-Identifier: GPL-2.0-only
/*
 * Who is told that a program has come or gone: kallsyms, perf, the audit log. Programs
 * of bpf(2) only, as the others have no number.
 *
 * Layer K4. Test: selftests/bpf/jit_test.c.
 */
#include <linux/audit.h>
#include <linux/bpf.h>
#include <linux/bpf_btf.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/perf_event.h>
#include <linux/preempt.h>
#include "../btf/types.h"
#include "image.h"
#include "prog.h"

#ifdef CONFIG_BPF_JIT

/* the function's, where it is known: that of the program is cut to 15 letters */
static const char *name_of(const struct bpf_prog *prog)
{
	const struct bpf_prog_aux *aux = prog->aux;

	if (!aux->func_info_cnt)
		return aux->name;
	return bpf_type_name(bpf_btf_types(aux->btf), aux->func_info[0].type_id);
}

/* no name for programs of users without privilege: they could fill the list */
static void show_symbol(struct bpf_prog *prog)
{
	struct bpf_image *image = prog->aux->image;

	if (!image || !bpf_capable())
		return;
	bpf_image_set_name(image, prog->tag, name_of(prog));
	prog->aux->ksym.name = image->name;
	bpf_image_show(image);
}

static void hide_symbol(struct bpf_prog *prog)
{
	if (prog->aux->image)
		bpf_image_hide(prog->aux->image);
}

#else

static void show_symbol(struct bpf_prog *prog)
{
}

static void hide_symbol(struct bpf_prog *prog)
{
}

#endif /* CONFIG_BPF_JIT */

static void log_audit(const struct bpf_prog *prog, const char *op)
{
	struct audit_context *context = NULL;
	struct audit_buffer *record;

	if (!audit_enabled)
		return;
	/* in an interrupt the current task has nothing to do with it */
	if (!in_hardirq() && !irqs_disabled())
		context = audit_context();
	record = audit_log_start(context, GFP_ATOMIC, AUDIT_BPF);
	if (!record)
		return;
	audit_log_format(record, "prog-id=%u op=%s", prog->aux->id, op);
	audit_log_end(record);
}

/**
 * bpf_prog_loaded() - a program has got its number
 * @prog:	the program, with runtime, tag, name and number; no descriptor yet
 *
 * Called by: program loading. Context: the loader's, whose privilege counts.
 */
void bpf_prog_loaded(struct bpf_prog *prog)
{
	show_symbol(prog);
	perf_event_bpf_event(prog, PERF_BPF_EVENT_PROG_LOAD, 0);
	log_audit(prog, "LOAD");
}

/**
 * bpf_prog_unloaded() - a program has lost its last reference
 * @prog:	the program; it may still run
 *
 * Called by: bpf_prog_put(). Any context but NMI.
 */
void bpf_prog_unloaded(struct bpf_prog *prog)
{
	if (!prog->aux->id)
		return;
	hide_symbol(prog);
	perf_event_bpf_event(prog, PERF_BPF_EVENT_PROG_UNLOAD, 0);
	log_audit(prog, "UNLOAD");
}
