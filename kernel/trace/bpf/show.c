// SPDX-License-Identifier: GPL-2.0-only
/*
 * A program in a filter file, read back as text (REQUIREMENTS S1.dump):
 *
 *	bpf 1f3a9c27d8e05b46 id 17 name count_drops
 *	0: r6 = r1
 *	1: r2 = *(u64 *)(r1 +8)
 *	...
 *
 * The text of a long program does not fit one read: each read makes the lines anew and
 * keeps those that it was asked for. Must never show an address.
 *
 * Layer K5. Test: selftests/bpf/filter_test.c.
 */
#include <linux/bpf_tell.h>
#include <linux/err.h>
#include <linux/filter.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/sizes.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include "../../bpf/disasm.h"
#include "../trace.h"
#include "attach.h"
#include "trace_bpf.h"

#define LINE_BYTES	(BPF_DISASM_BYTES + KSYM_SYMBOL_LEN)

/**
 * struct window - the part of a text that is wanted
 * @buf:	takes it
 * @room:	bytes of @buf
 * @used:	of those
 * @skip:	bytes of the text still before the part
 */
struct window {
	char	*buf;
	size_t	room;
	size_t	used;
	loff_t	skip;
};

static bool is_full(const struct window *w)
{
	return w->used == w->room;
}

static void add(struct window *w, const char *line, size_t len)
{
	if (w->skip >= len) {
		w->skip -= len;
		return;
	}
	line += w->skip;
	len = min_t(size_t, len - w->skip, w->room - w->used);
	w->skip = 0;
	memcpy(w->buf + w->used, line, len);
	w->used += len;
}

static void add_head(struct window *w, const struct bpf_prog *prog)
{
	char line[96];

	add(w, line, scnprintf(line, sizeof(line), "bpf %*phN id %u%s%s\n", BPF_TAG_SIZE,
			       prog->tag, prog->aux->id, prog->aux->name[0] ? " name " : "",
			       prog->aux->name));
}

/* text of instruction @pc, and how many slots it takes */
static u32 print_insn(const struct bpf_prog *prog, u32 pc, char *text, size_t size)
{
	const struct bpf_insn *insn = &prog->insnsi[pc];
	struct bpf_insn copy[2] = { };
	u32 slots = insn->code == (BPF_LD | BPF_IMM | BPF_DW) ? 2 : 1;

	if (insn->code == (BPF_JMP | BPF_CALL) && !insn->src_reg) {
		/* whatever the verifier made of the helper: its name */
		scnprintf(text, size, "call %ps", (void *)__bpf_call_base + insn->imm);
		return 1;
	}
	memcpy(copy, insn, slots * sizeof(*insn));
	bpf_prog_tell_insn(prog, copy, false);
	if (slots == 2 && copy[0].src_reg == BPF_PSEUDO_MAP_FD)
		scnprintf(text, size, "r%u = map[id:%d]", copy[0].dst_reg, copy[0].imm);
	else if (slots == 2 && copy[0].src_reg == BPF_PSEUDO_MAP_VALUE)
		scnprintf(text, size, "r%u = map[id:%d][0]+%u", copy[0].dst_reg, copy[0].imm,
			  (u32)copy[1].imm);
	else
		bpf_disasm(copy, slots, text, size);
	return slots;
}

static void add_insns(struct window *w, const struct bpf_prog *prog, char *line, char *text)
{
	u32 pc = 0, at;

	while (pc < prog->len && !is_full(w)) {
		at = pc;
		pc += print_insn(prog, pc, text, LINE_BYTES);
		add(w, line, scnprintf(line, LINE_BYTES + 16, "%u: %s\n", at, text));
		cond_resched();
	}
}

/* the program in the filter of @filp's event, held, or NULL */
static struct bpf_prog *find_prog(struct file *filp)
{
	const struct trace_attached *attached = NULL;
	const struct trace_event_file *file;
	struct bpf_prog *prog = NULL;

	mutex_lock(&event_mutex);
	file = event_file_data(filp);
	if (file)
		attached = trace_attached_to(file);
	if (attached) {
		prog = trace_attach_prog(attached);
		bpf_prog_inc(prog);
	}
	mutex_unlock(&event_mutex);
	return prog;
}

static ssize_t read_prog(const struct bpf_prog *prog, char __user *buf, size_t size,
			 loff_t *pos)
{
	struct window w = { .room = min_t(size_t, size, SZ_64K), .skip = *pos };
	char *lines = kmalloc(2 * LINE_BYTES + 16, GFP_KERNEL);
	ssize_t got = -ENOMEM;

	w.buf = kvmalloc(w.room, GFP_KERNEL);
	if (w.buf && lines) {
		add_head(&w, prog);
		add_insns(&w, prog, lines, lines + LINE_BYTES + 16);
		got = copy_to_user(buf, w.buf, w.used) ? -EFAULT : w.used;
	}
	kvfree(w.buf);
	kfree(lines);
	if (got > 0)
		*pos += got;
	return got;
}

/**
 * trace_attach_read() - read a filter file that a program is in
 * @filp:	filter file of an event
 * @buf:	takes text
 * @size:	bytes of @buf
 * @pos:	where in the text; moved on
 *
 * Context: process, may sleep; takes event_mutex.
 * Return: bytes read, 0 at the end; -ENOENT where no program is in the filter; -EFAULT,
 * -ENOMEM. Source: REQUIREMENTS S1.dump.
 */
ssize_t trace_attach_read(struct file *filp, char __user *buf, size_t size, loff_t *pos)
{
	struct bpf_prog *prog = find_prog(filp);
	ssize_t got;

	if (!prog)
		return -ENOENT;
	got = size ? read_prog(prog, buf, size, pos) : 0;
	bpf_prog_put(prog);
	return got;
}
