// SPDX-License-Identifier: GPL-2.0-only
/*
 * A small assembler for test programs. It judges nothing but its own notation: what a
 * case wants to be refused must come through, registers above 10 and all.
 *
 * One line, one instruction. Each form is tried in turn with sscanf(); a form matches
 * when it takes the whole line. Jumps to labels are filled in at the end.
 *
 * Tests: the corpus itself, and bpfcase, which prints every program with the kernel's
 * disassembler, assembles that again and compares.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "bpfasm.h"

#define LABEL_BYTES	48
#define LINE_BYTES	200

/* the whole line is of form @fmt; @n is the caller's */
#define FORM(line, fmt, ...) \
	(n = -1, sscanf(line, fmt " %n", __VA_ARGS__, &n), n >= 0 && !(line)[n])

struct label {
	char		name[LABEL_BYTES];
	unsigned int	at;
};

/**
 * struct as - a program being assembled
 * @out:	what is done
 * @room:	instructions that fit in out->insns
 * @labels:	labels seen
 * @nlabels:	how many
 * @jumps:	jumps to labels, to be filled in
 * @njumps:	how many
 * @line:	number of the line, from 1
 * @find_map:	says what a map's name stands for
 * @arg:	for it
 */
struct as {
	struct bpfasm_prog	*out;
	unsigned int		room;
	struct label		*labels;
	unsigned int		nlabels;
	struct label		*jumps;
	unsigned int		njumps;
	unsigned int		line;
	bpfasm_map_fn		find_map;
	void			*arg;
};

static const struct { const char *sign; __u8 op; } alu_signs[] = {
	{ "+=", BPF_ADD }, { "-=", BPF_SUB }, { "*=", BPF_MUL }, { "/=", BPF_DIV },
	{ "|=", BPF_OR }, { "&=", BPF_AND }, { "<<=", BPF_LSH }, { ">>=", BPF_RSH },
	{ "%=", BPF_MOD }, { "^=", BPF_XOR }, { "=", BPF_MOV }, { "s>>=", BPF_ARSH },
	{ "s/=", BPF_DIV }, { "s%=", BPF_MOD },
};

static const struct { const char *sign; __u8 op; } branch_signs[] = {
	{ "==", BPF_JEQ }, { "!=", BPF_JNE }, { "&", BPF_JSET },
	{ ">", BPF_JGT }, { ">=", BPF_JGE }, { "<", BPF_JLT }, { "<=", BPF_JLE },
	{ "s>", BPF_JSGT }, { "s>=", BPF_JSGE }, { "s<", BPF_JSLT }, { "s<=", BPF_JSLE },
};

static const struct { const char *name; int imm; } atomic_names[] = {
	{ "fetch_add", BPF_ADD | BPF_FETCH }, { "fetch_or", BPF_OR | BPF_FETCH },
	{ "fetch_and", BPF_AND | BPF_FETCH }, { "fetch_xor", BPF_XOR | BPF_FETCH },
	{ "xchg", BPF_XCHG },
};

static const struct { const char *name; int id; } helpers[] = {
	{ "map_lookup_elem", BPF_FUNC_map_lookup_elem },
	{ "map_update_elem", BPF_FUNC_map_update_elem },
	{ "map_delete_elem", BPF_FUNC_map_delete_elem },
	{ "probe_read", BPF_FUNC_probe_read },
	{ "ktime_get_ns", BPF_FUNC_ktime_get_ns },
	{ "trace_printk", BPF_FUNC_trace_printk },
	{ "get_prandom_u32", BPF_FUNC_get_prandom_u32 },
	{ "get_smp_processor_id", BPF_FUNC_get_smp_processor_id },
	{ "tail_call", BPF_FUNC_tail_call },
	{ "get_current_pid_tgid", BPF_FUNC_get_current_pid_tgid },
	{ "get_current_uid_gid", BPF_FUNC_get_current_uid_gid },
	{ "get_current_comm", BPF_FUNC_get_current_comm },
	{ "perf_event_read", BPF_FUNC_perf_event_read },
	{ "perf_event_output", BPF_FUNC_perf_event_output },
	{ "skb_load_bytes", BPF_FUNC_skb_load_bytes },
	{ "get_stackid", BPF_FUNC_get_stackid },
	{ "get_current_task", BPF_FUNC_get_current_task },
	{ "get_numa_node_id", BPF_FUNC_get_numa_node_id },
	{ "probe_read_str", BPF_FUNC_probe_read_str },
	{ "perf_event_read_value", BPF_FUNC_perf_event_read_value },
	{ "perf_prog_read_value", BPF_FUNC_perf_prog_read_value },
	{ "override_return", BPF_FUNC_override_return },
	{ "get_stack", BPF_FUNC_get_stack },
	{ "skb_load_bytes_relative", BPF_FUNC_skb_load_bytes_relative },
	{ "send_signal", BPF_FUNC_send_signal },
	{ "xdp_adjust_head", BPF_FUNC_xdp_adjust_head },
	{ "xdp_adjust_meta", BPF_FUNC_xdp_adjust_meta },
	{ "xdp_adjust_tail", BPF_FUNC_xdp_adjust_tail },
	{ "probe_read_user", BPF_FUNC_probe_read_user },
	{ "probe_read_kernel", BPF_FUNC_probe_read_kernel },
	{ "probe_read_user_str", BPF_FUNC_probe_read_user_str },
	{ "probe_read_kernel_str", BPF_FUNC_probe_read_kernel_str },
	{ "send_signal_thread", BPF_FUNC_send_signal_thread },
	{ "jiffies64", BPF_FUNC_jiffies64 },
	{ "ktime_get_boot_ns", BPF_FUNC_ktime_get_boot_ns },
	{ "ringbuf_output", BPF_FUNC_ringbuf_output },
	{ "ringbuf_reserve", BPF_FUNC_ringbuf_reserve },
	{ "ringbuf_submit", BPF_FUNC_ringbuf_submit },
	{ "ringbuf_discard", BPF_FUNC_ringbuf_discard },
	{ "ringbuf_query", BPF_FUNC_ringbuf_query },
	{ "ktime_get_coarse_ns", BPF_FUNC_ktime_get_coarse_ns },
	{ "trace_vprintk", BPF_FUNC_trace_vprintk },
	{ "loop", BPF_FUNC_loop },
	{ "for_each_map_elem", BPF_FUNC_for_each_map_elem },
	{ "fetch_u8", BPF_FUNC_fetch_u8 },
	{ "fetch_u16", BPF_FUNC_fetch_u16 },
	{ "fetch_u32", BPF_FUNC_fetch_u32 },
	{ "fetch_u64", BPF_FUNC_fetch_u64 },
	{ "fetch_ptr", BPF_FUNC_fetch_ptr },
	{ "memcmp", BPF_FUNC_memcmp },
	{ "get_current", BPF_FUNC_get_current },
	{ "dump_stack", BPF_FUNC_dump_stack },
};

#define COUNT(a)	(sizeof(a) / sizeof((a)[0]))

static int complain(struct as *as, const char *what, const char *text)
{
	snprintf(as->out->error, sizeof(as->out->error), "program line %u: %s: %s",
		 as->line, what, text);
	return -1;
}

static int put(struct as *as, struct bpf_insn insn)
{
	if (as->out->count == as->room) {
		as->room = as->room ? 2 * as->room : 64;
		as->out->insns = realloc(as->out->insns, as->room * sizeof(insn));
		if (!as->out->insns)
			abort();
	}
	as->out->insns[as->out->count++] = insn;
	return 0;
}

static int put_insn(struct as *as, unsigned int code, unsigned int dst, unsigned int src,
		    long long off, long long imm)
{
	return put(as, (struct bpf_insn){
		.code = code, .dst_reg = dst, .src_reg = src, .off = off, .imm = imm,
	});
}

static int put_const(struct as *as, unsigned int dst, unsigned int src,
		     unsigned long long value)
{
	put_insn(as, BPF_LD | BPF_IMM | BPF_DW, dst, src, 0, (__s32)value);
	return put_insn(as, 0, 0, 0, 0, (__s32)(value >> 32));
}

static void note(struct label **list, unsigned int *count, const char *name,
		 unsigned int at)
{
	*list = realloc(*list, (*count + 1) * sizeof(**list));
	if (!*list)
		abort();
	snprintf((*list)[*count].name, LABEL_BYTES, "%s", name);
	(*list)[(*count)++].at = at;
}

/* distance to pc+N at once; a label later, 0 for now */
static long long parse_target(struct as *as, const char *where)
{
	long long distance;
	int n;

	if (FORM(where, "pc%lld", &distance))
		return distance;
	note(&as->jumps, &as->njumps, where, as->out->count);
	return 0;
}

static int size_code(unsigned int bits)
{
	switch (bits) {
	case 8:
		return BPF_B;
	case 16:
		return BPF_H;
	case 32:
		return BPF_W;
	case 64:
		return BPF_DW;
	default:
		return -1;
	}
}

/* 1: the line is none of these forms; 0: done; -1: it is one, and wrong */
static int parse_const(struct as *as, const char *l)
{
	unsigned long long value;
	unsigned int dst;
	int fd, n;

	if (FORM(l, "r%u = 0x%llx", &dst, &value) || FORM(l, "r%u = 0x%llx ll", &dst, &value))
		return put_const(as, dst, 0, value);
	if (FORM(l, "r%u = %lld ll", &dst, (long long *)&value))
		return put_const(as, dst, 0, value);
	if (FORM(l, "r%u = map[fd:%d]", &dst, &fd))
		return put_const(as, dst, BPF_PSEUDO_MAP_FD, (__u32)fd);
	if (FORM(l, "r%u = map[fd:%d][0]+%llu", &dst, &fd, &value))
		return put_const(as, dst, BPF_PSEUDO_MAP_VALUE, (__u32)fd | value << 32);
	if (FORM(l, "r%u = map[idx:%d]", &dst, &fd))
		return put_const(as, dst, BPF_PSEUDO_MAP_IDX, (__u32)fd);
	if (FORM(l, "r%u = map[idx:%d][0]+%llu", &dst, &fd, &value))
		return put_const(as, dst, BPF_PSEUDO_MAP_IDX_VALUE, (__u32)fd | value << 32);
	return 1;
}

/* likewise; maps and functions by name */
static int parse_map(struct as *as, const char *l)
{
	char name[LABEL_BYTES];
	unsigned int dst, off;
	bool value;
	int fd, n;

	if (FORM(l, "r%u = func[%40[a-zA-Z0-9_+-]]", &dst, name))
		return put_const(as, dst, BPF_PSEUDO_FUNC, (__u32)parse_target(as, name));
	value = FORM(l, "r%u = map[%40[a-z0-9_]][0]+%u", &dst, name, &off);
	if (!value && !FORM(l, "r%u = map[%40[a-z0-9_]]", &dst, name))
		return 1;
	fd = as->find_map(as->arg, name);
	if (fd < 0)
		return complain(as, "no such map", l);
	if (value)
		return put_const(as, dst, BPF_PSEUDO_MAP_VALUE, (__u32)fd | (__u64)off << 32);
	return put_const(as, dst, BPF_PSEUDO_MAP_FD, (__u32)fd);
}

static int parse_move(struct as *as, const char *l)
{
	unsigned int dst, src, bits;
	char a[2], b[2], order[8];
	int n;

	if (FORM(l, "%1[rw]%u = (s%u)%1[rw]%u", a, &dst, &bits, b, &src))
		return put_insn(as, (a[0] == 'r' ? BPF_ALU64 : BPF_ALU) | BPF_MOV | BPF_X,
				dst, src, bits, 0);
	if (FORM(l, "%1[rw]%u = -%1[rw]%u", a, &dst, b, &src) && dst == src)
		return put_insn(as, (a[0] == 'r' ? BPF_ALU64 : BPF_ALU) | BPF_NEG, dst, 0, 0, 0);
	if (!FORM(l, "r%u = %5[a-z]%u r%u", &dst, order, &bits, &src) || dst != src)
		return 1;
	if (!strcmp(order, "bswap"))
		return put_insn(as, BPF_ALU64 | BPF_END, dst, 0, 0, bits);
	if (!strcmp(order, "be"))
		return put_insn(as, BPF_ALU | BPF_END | BPF_TO_BE, dst, 0, 0, bits);
	if (!strcmp(order, "le"))
		return put_insn(as, BPF_ALU | BPF_END | BPF_TO_LE, dst, 0, 0, bits);
	return 1;
}

static int parse_alu(struct as *as, const char *l)
{
	char a[2], b[2], sign[6];
	unsigned int dst, src, i;
	bool reg, wide;
	long long imm;
	int n;

	reg = FORM(l, "%1[rw]%u %5[-+*/|&<>%^=s] %1[rw]%u", a, &dst, sign, b, &src);
	if (reg && a[0] != b[0])
		return complain(as, "registers of two widths", l);
	if (!reg && !FORM(l, "%1[rw]%u %5[-+*/|&<>%^=s] %lli", a, &dst, sign, &imm))
		return 1;
	wide = a[0] == 'r';
	for (i = 0; i < COUNT(alu_signs); i++) {
		bool is_signed = sign[0] == 's' && sign[1] != '>';

		if (strcmp(sign, alu_signs[i].sign))
			continue;
		return put_insn(as, (wide ? BPF_ALU64 : BPF_ALU) | alu_signs[i].op |
				(reg ? BPF_X : BPF_K), dst, reg ? src : 0, is_signed,
				reg ? 0 : imm);
	}
	return 1;
}

static int parse_memory(struct as *as, const char *l)
{
	unsigned int dst, src, bits;
	long long imm;
	char sign[2];
	int n, off;

	if (FORM(l, "r%u = *(%1[us]%u *)(r%u %d)", &dst, sign, &bits, &src, &off) &&
	    size_code(bits) >= 0)
		return put_insn(as, BPF_LDX | size_code(bits) |
				(sign[0] == 's' ? BPF_MEMSX : BPF_MEM), dst, src, off, 0);
	if (FORM(l, "*(u%u *)(r%u %d) = r%u", &bits, &dst, &off, &src) &&
	    size_code(bits) >= 0)
		return put_insn(as, BPF_STX | BPF_MEM | size_code(bits), dst, src, off, 0);
	if (FORM(l, "*(u%u *)(r%u %d) = %lli", &bits, &dst, &off, &imm) &&
	    size_code(bits) >= 0)
		return put_insn(as, BPF_ST | BPF_MEM | size_code(bits), dst, 0, off, imm);
	if (FORM(l, "r0 = *(u%u *)skb[%lli]", &bits, &imm) && size_code(bits) >= 0)
		return put_insn(as, BPF_LD | BPF_ABS | size_code(bits), 0, 0, 0, imm);
	if (FORM(l, "r0 = *(u%u *)skb[r%u + %lli]", &bits, &src, &imm) && size_code(bits) >= 0)
		return put_insn(as, BPF_LD | BPF_IND | size_code(bits), 0, src, 0, imm);
	return 1;
}

static int put_atomic(struct as *as, unsigned int bits, unsigned int dst,
		      unsigned int src, int off, int imm)
{
	return put_insn(as, BPF_STX | BPF_ATOMIC | size_code(bits), dst, src, off, imm);
}

static int parse_atomic(struct as *as, const char *l)
{
	unsigned int dst, src, got, bits, i;
	char sign[6], name[16];
	int n, off;

	if (FORM(l, "lock *(u%u *)(r%u %d) %5[-+*/|&<>%^=s] r%u", &bits, &dst, &off, sign,
		 &src)) {
		for (i = 0; i < COUNT(alu_signs); i++)
			if (!strcmp(sign, alu_signs[i].sign))
				return put_atomic(as, bits, dst, src, off, alu_signs[i].op);
		return 1;
	}
	if (FORM(l, "r0 = atomic_cmpxchg((u%u *)(r%u %d), r0, r%u)", &bits, &dst, &off,
		 &src) ||
	    FORM(l, "r0 = atomic64_cmpxchg((u%u *)(r%u %d), r0, r%u)", &bits, &dst, &off,
		 &src))
		return put_atomic(as, bits, dst, src, off, BPF_CMPXCHG);
	if (!FORM(l, "r%u = atomic_%15[a-z_]((u%u *)(r%u %d), r%u)", &got, name, &bits, &dst,
		  &off, &src) &&
	    !FORM(l, "r%u = atomic64_%15[a-z_]((u%u *)(r%u %d), r%u)", &got, name, &bits, &dst,
		  &off, &src))
		return 1;
	for (i = 0; i < COUNT(atomic_names); i++)
		if (!strcmp(name, atomic_names[i].name) && got == src)
			return put_atomic(as, bits, dst, src, off, atomic_names[i].imm);
	return 1;
}

static int parse_jump(struct as *as, const char *l)
{
	char a[2], b[2], sign[4], where[LABEL_BYTES];
	unsigned int dst, src, i, class;
	long long imm;
	bool reg;
	int n;

	if (FORM(l, "goto %47[a-zA-Z0-9_+-]", where))
		return put_insn(as, BPF_JMP | BPF_JA, 0, 0, parse_target(as, where), 0);
	if (FORM(l, "gotol %47[a-zA-Z0-9_+-]", where))
		return put_insn(as, BPF_JMP32 | BPF_JA, 0, 0, 0, parse_target(as, where));
	reg = FORM(l, "if %1[rw]%u %3[s<>=!&] %1[rw]%u goto %47[a-zA-Z0-9_+-]", a, &dst, sign, b,
		   &src, where);
	if (!reg && !FORM(l, "if %1[rw]%u %3[s<>=!&] %lli goto %47[a-zA-Z0-9_+-]", a, &dst, sign,
			  &imm, where))
		return 1;
	class = a[0] == 'r' ? BPF_JMP : BPF_JMP32;
	for (i = 0; i < COUNT(branch_signs); i++)
		if (!strcmp(sign, branch_signs[i].sign))
			return put_insn(as, class | branch_signs[i].op | (reg ? BPF_X : BPF_K),
					dst, reg ? src : 0, parse_target(as, where),
					reg ? 0 : imm);
	return 1;
}

static int parse_call(struct as *as, const char *l)
{
	char name[LABEL_BYTES];
	int id, n;
	unsigned int i;

	if (!strcmp(l, "exit"))
		return put_insn(as, BPF_JMP | BPF_EXIT, 0, 0, 0, 0);
	if (FORM(l, "call %d", &id) || FORM(l, "call unknown#%d", &id) ||
	    FORM(l, "call bpf_%*[a-z0-9_]#%d", &id))
		return put_insn(as, BPF_JMP | BPF_CALL, 0, 0, 0, id);
	if (FORM(l, "call pc%d", &id))
		return put_insn(as, BPF_JMP | BPF_CALL, 0, BPF_PSEUDO_CALL, 0, id);
	if (!FORM(l, "call %47[a-zA-Z0-9_]", name))
		return 1;
	for (i = 0; i < COUNT(helpers); i++)
		if (!strcmp(name, helpers[i].name))
			return put_insn(as, BPF_JMP | BPF_CALL, 0, 0, 0, helpers[i].id);
	return put_insn(as, BPF_JMP | BPF_CALL, 0, BPF_PSEUDO_CALL, 0, parse_target(as, name));
}

static int parse_raw(struct as *as, const char *l)
{
	unsigned int code, dst, src;
	long long imm;
	int off, n;

	if (FORM(l, "raw %i %u %u %i %lli", (int *)&code, &dst, &src, &off, &imm))
		return put_insn(as, code, dst, src, off, imm);
	return 1;
}

static int parse_insn(struct as *as, const char *l)
{
	static int (* const forms[])(struct as *as, const char *l) = {
		parse_const, parse_map, parse_memory, parse_atomic, parse_move, parse_alu,
		parse_jump, parse_call, parse_raw,
	};
	unsigned int i;

	for (i = 0; i < COUNT(forms); i++) {
		int done = forms[i](as, l);

		if (done <= 0)
			return done;
	}
	return complain(as, "not understood", l);
}

/* cuts the comment and the spaces around; the rest begins where it returns */
static char *strip(char *line)
{
	char *end;

	line[strcspn(line, ";")] = '\0';
	line += strspn(line, " \t");
	end = line + strlen(line);
	while (end > line && (end[-1] == ' ' || end[-1] == '\t' || end[-1] == '\r'))
		*--end = '\0';
	return line;
}

static const char *read_line(const char *text, char *line)
{
	size_t len = strcspn(text, "\n"), take = len < LINE_BYTES ? len : LINE_BYTES - 1;

	memcpy(line, text, take);
	line[take] = '\0';
	return text[len] ? text + len + 1 : text + len;
}

static int assemble(struct as *as, const char *text)
{
	const char *again = NULL;
	unsigned int times = 0;
	char buf[LINE_BYTES];

	while (*text) {
		char name[LABEL_BYTES], *line;
		int n;

		text = read_line(text, buf);
		as->line++;
		line = strip(buf);
		if (!*line || line[0] == '#')
			continue;
		if (FORM(line, ".rept %u", &times)) {
			again = text;
		} else if (!strcmp(line, ".endr")) {
			if (times > 1) {
				times--;
				text = again;
			}
		} else if (FORM(line, "%47[a-zA-Z0-9_]:", name)) {
			note(&as->labels, &as->nlabels, name, as->out->count);
		} else if (parse_insn(as, line)) {
			return -1;
		}
	}
	return 0;
}

static int compare_labels(const void *a, const void *b)
{
	return strcmp(((const struct label *)a)->name, ((const struct label *)b)->name);
}

static int fill_jumps(struct as *as)
{
	unsigned int i;

	if (as->nlabels)
		qsort(as->labels, as->nlabels, sizeof(*as->labels), compare_labels);
	for (i = 0; i < as->njumps; i++) {
		struct label *l = as->nlabels ? bsearch(&as->jumps[i], as->labels, as->nlabels,
							sizeof(*l), compare_labels) : NULL;
		struct bpf_insn *insn = &as->out->insns[as->jumps[i].at];
		long long distance;

		if (!l)
			return complain(as, "no such label or helper", as->jumps[i].name);
		distance = (long long)l->at - as->jumps[i].at - 1;
		if (insn->code == (BPF_JMP32 | BPF_JA) || insn->code == (BPF_JMP | BPF_CALL) ||
		    insn->code == (BPF_LD | BPF_IMM | BPF_DW))
			insn->imm = distance;
		else
			insn->off = distance;
	}
	return 0;
}

/**
 * bpfasm() - assemble a program
 * @text:	lines
 * @find_map:	resolves map[NAME]
 * @arg:	for it
 * @out:	the program; to be given to bpfasm_free() in any case
 *
 * Return: 0, or -1 with out->error.
 */
int bpfasm(const char *text, bpfasm_map_fn find_map, void *arg, struct bpfasm_prog *out)
{
	struct as as = { .out = out, .find_map = find_map, .arg = arg };
	int err;

	memset(out, 0, sizeof(*out));
	err = assemble(&as, text) || fill_jumps(&as) ? -1 : 0;
	free(as.labels);
	free(as.jumps);
	return err;
}

/**
 * bpfasm_free() - give a program back
 * @prog:	from bpfasm()
 */
void bpfasm_free(struct bpfasm_prog *prog)
{
	free(prog->insns);
	prog->insns = NULL;
	prog->count = 0;
}
