// SPDX-License-Identifier: GPL-2.0-only
/*
 * Records about functions and lines that come with a program: checked against its
 * instructions and types, asked for, and moved along when the verifier has rewritten the
 * program. Of what they say of functions the verifier makes use (signature.c), of lines the
 * log alone.
 *
 * Layer Kt. Tests: tools/bpf/verify/btf_test.c, cases/source.
 */
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/limits.h>
#include <linux/string.h>
#include <linux/types.h>
#include "../verifier/host.h"
#include "../verifier/verify.h"
#include "check.h"
#include "../flow.h"
#include "source.h"

/* records without a line that are skipped */
#define LINES_BACK	16

/**
 * struct starts - where functions begin
 * @at:		of each instruction, does one begin there? NULL: only the program itself does
 * @count:	how many begin somewhere
 */
struct starts {
	u8	*at;
	u32	count;
};

/* a call of a function of the program, or the address of one */
static bool names_function(const struct bpf_insn *insn)
{
	if (insn->code == (BPF_LD | BPF_IMM | BPF_DW))
		return insn->src_reg == BPF_PSEUDO_FUNC;
	return bpf_insn_calls_func(insn);
}

/* functions of the program are where calls and addresses go; the verifier judges these */
static int find_starts(const struct bpf_insn *insns, u32 count, struct starts *s)
{
	u32 pc;
	s64 to;

	s->count = 1;
	for (pc = 0; pc < count; pc++) {
		if (!names_function(&insns[pc]))
			continue;
		to = (s64)pc + 1 + insns[pc].imm;
		if (to <= 0 || to >= count)
			continue;
		if (!s->at)
			s->at = bv_alloc(count);
		if (!s->at)
			return -ENOMEM;
		s->count += !s->at[to];
		s->at[to] = 1;
	}
	if (s->at)
		s->at[0] = 1;
	return 0;
}

static bool begins(const struct starts *s, u32 pc)
{
	return s->at ? s->at[pc] : !pc;
}

static int check_func(const struct btf_check *c, const struct bpf_source *src,
		      const struct starts *s, u32 count, u32 i)
{
	const struct bpf_func_info *f = &src->funcs[i];
	u32 kind = bpf_type_kind(src->types, f->type_id);

	if (i ? f->insn_off <= f[-1].insn_off : f->insn_off)
		return btf_fault(c, BPF_FAULT_FUNC_ORDER, i, f->insn_off);
	if (f->insn_off >= count || !begins(s, f->insn_off))
		return btf_fault(c, BPF_FAULT_FUNC_START, f->insn_off);
	if (kind != BTF_KIND_FUNC)
		return btf_fault(c, BPF_FAULT_FUNC_ID, i, f->type_id,
				 kind ? btf_shape(kind)->word : "void");
	return 0;
}

static int check_funcs(const struct btf_check *c, const struct bpf_source *src,
		       const struct starts *s, u32 count)
{
	u32 i;
	int err = 0;

	if (!src->func_count)
		return 0;
	if (src->func_count != s->count)
		return btf_fault(c, BPF_FAULT_FUNC_COUNT, src->func_count, s->count);
	for (i = 0; !err && i < src->func_count; i++)
		err = check_func(c, src, s, count, i);
	return err;
}

static int check_line(const struct btf_check *c, const struct bpf_source *src,
		      const struct bpf_insn *insns, u32 count, u32 i)
{
	const struct bpf_line_info *l = &src->lines[i];
	u32 before = i ? l[-1].insn_off : 0;

	if ((i && l->insn_off <= before) || l->insn_off >= count)
		return btf_fault(c, BPF_FAULT_LINE_ORDER, i, l->insn_off, before, count);
	if (!insns[l->insn_off].code)
		return btf_fault(c, BPF_FAULT_LINE_INSN, i, l->insn_off);
	if (!bpf_types_string(src->types, l->line_off) ||
	    !bpf_types_string(src->types, l->file_name_off))
		return btf_fault(c, BPF_FAULT_LINE_NAME, i, l->file_name_off, l->line_off,
				 src->types->strings_len);
	return 0;
}

/* instructions @from up to @to have no line: no function may begin there */
static int check_gap(const struct btf_check *c, const struct starts *s, u32 from, u32 to)
{
	u32 pc;

	if (!s->at && from)
		return 0;
	for (pc = from; pc < to; pc++)
		if (begins(s, pc))
			return btf_fault(c, BPF_FAULT_LINE_FUNC, pc);
	return 0;
}

/* where there are lines, each function begins with one */
static int check_lines(const struct btf_check *c, const struct bpf_source *src,
		       const struct bpf_insn *insns, u32 count, const struct starts *s)
{
	u32 i, pc = 0;
	int err;

	for (i = 0; i < src->line_count; i++) {
		err = check_line(c, src, insns, count, i);
		err = err ?: check_gap(c, s, pc, src->lines[i].insn_off);
		if (err)
			return err;
		pc = src->lines[i].insn_off + 1;
	}
	return src->line_count ? check_gap(c, s, pc, count) : 0;
}

/**
 * bpf_source_check() - do the records fit the program and the types?
 * @src:	the records, copied; with none of a sort, nothing is checked of it. Those of a
 *		sort of which there are more than instructions need not be there
 * @insns:	the program as user space wrote it
 * @count:	its instructions, at least one
 * @log:	takes why they are refused, or NULL
 *
 * Context: may sleep.
 *
 * Return: 0, -EINVAL through btf_fault(), -ENOMEM.
 */
int bpf_source_check(const struct bpf_source *src, const struct bpf_insn *insns, u32 count,
		     struct bv_log *log)
{
	const struct btf_check c = { .log = log };
	struct starts starts = { };
	int err = find_starts(insns, count, &starts);

	if (!err)
		err = check_funcs(&c, src, &starts, count);
	if (!err && src->line_count > count)
		err = btf_fault(&c, BPF_FAULT_LINES_MANY, src->line_count);
	if (!err)
		err = check_lines(&c, src, insns, count, &starts);
	bv_free(starts.at);
	return err;
}

/* what compilers add of their own has line 0: it belongs to what stands in front */
static u32 find_real(const struct bpf_source *src, u32 index)
{
	u32 i;

	for (i = index; index - i < LINES_BACK; i--) {
		if (BPF_LINE_INFO_LINE_NUM(src->lines[i].line_col))
			return i;
		if (!i)
			break;
	}
	return index;
}

/**
 * bpf_source_find() - line that an instruction comes from
 * @src:	checked records, or NULL
 * @pc:		the instruction
 *
 * Return: index of the record, or BPF_NO_LINE.
 */
u32 bpf_source_find(const struct bpf_source *src, u32 pc)
{
	u32 low = 0, high, mid;

	if (!src || !src->line_count || src->lines[0].insn_off > pc)
		return BPF_NO_LINE;
	/* lines[low] begins at or before @pc, lines[high] behind it */
	for (high = src->line_count; high - low > 1;) {
		mid = low + (high - low) / 2;
		if (src->lines[mid].insn_off <= pc)
			low = mid;
		else
			high = mid;
	}
	return find_real(src, low);
}

/* copies what a terminal shows as it is; @room bytes, the end included */
static void copy_shown(char *to, u32 room, const char *from)
{
	u32 i;

	for (i = 0; i + 1 < room && from[i]; i++) {
		u8 byte = from[i];

		to[i] = byte == '\t' ? ' ' : byte < ' ' || byte == 0x7f ? '?' : byte;
	}
	to[i] = '\0';
}

/**
 * bpf_source_quote() - a line as it is quoted
 * @src:	checked records
 * @index:	from bpf_source_find()
 * @out:	takes the line
 *
 * Return: true, or false where nothing is known.
 */
bool bpf_source_quote(const struct bpf_source *src, u32 index, struct bpf_quote *out)
{
	const struct bpf_line_info *l;
	const char *file, *slash, *text;

	if (index == BPF_NO_LINE)
		return false;
	l = &src->lines[index];
	file = bpf_types_string(src->types, l->file_name_off);
	text = bpf_types_string(src->types, l->line_off);
	slash = strrchr(file, '/');
	copy_shown(out->file, sizeof(out->file), slash ? slash + 1 : file);
	copy_shown(out->text, sizeof(out->text), text + strspn(text, " \t"));
	out->line = BPF_LINE_INFO_LINE_NUM(l->line_col);
	out->column = BPF_LINE_INFO_LINE_COL(l->line_col);
	return out->line || out->text[0];
}

/**
 * bpf_source_type() - type of the function that begins at an instruction
 * @src:	checked records, or NULL
 * @start:	the instruction
 *
 * Return: its record, of kind FUNC; NULL where none is known.
 */
const struct btf_type *bpf_source_type(const struct bpf_source *src, u32 start)
{
	u32 i;

	for (i = 0; src && i < src->func_count; i++)
		if (src->funcs[i].insn_off == start)
			return bpf_type_record(src->types, src->funcs[i].type_id);
	return NULL;
}

/**
 * bpf_source_func() - function that an instruction belongs to
 * @src:	checked records, or NULL
 * @pc:		the instruction
 *
 * Return: its name, an identifier; NULL where none is known.
 */
const char *bpf_source_func(const struct bpf_source *src, u32 pc)
{
	u32 i;

	if (!src || !src->func_count)
		return NULL;
	for (i = 1; i < src->func_count && src->funcs[i].insn_off <= pc; i++)
		;
	return bpf_type_name(src->types, src->funcs[i - 1].type_id);
}

/**
 * bpf_source_move_funcs() - records of functions follow these
 * @res:	where functions went
 * @funcs:	checked records, in order; those of functions that are gone go too
 * @func_count:	how many
 *
 * Return: how many are left.
 */
u32 bpf_source_move_funcs(const struct bv_result *res, struct bpf_func_info *funcs,
			  u32 func_count)
{
	u32 i, at = 0, kept = 0;

	for (i = 0; i < func_count; i++) {
		while (at < res->func_count && res->funcs[at].loaded < funcs[i].insn_off)
			at++;
		if (at == res->func_count || res->funcs[at].loaded != funcs[i].insn_off)
			continue;
		funcs[kept] = funcs[i];
		funcs[kept++].insn_off = res->funcs[at].start;
	}
	return kept;
}

/**
 * bpf_source_move() - lines follow their instructions
 * @placed:	of each instruction as it was loaded, where it begins now; U32_MAX for those
 *		that are gone
 * @count:	how many
 * @lines:	checked records, in order; those of instructions that are all gone go too
 * @line_count:	how many
 *
 * Return: how many lines are left, each behind the one before it.
 */
u32 bpf_source_move(const u32 *placed, u32 count, struct bpf_line_info *lines, u32 line_count)
{
	u32 i, pc, end, kept = 0;

	for (i = 0; i < line_count; i++) {
		end = i + 1 < line_count ? lines[i + 1].insn_off : count;
		for (pc = lines[i].insn_off; pc < end && placed[pc] == U32_MAX; pc++)
			;
		if (pc == end)
			continue;
		lines[kept] = lines[i];
		lines[kept++].insn_off = placed[pc];
	}
	return kept;
}

/**
 * bpf_record_size_fault() - refuse the size of records
 * @log:	takes why
 * @what:	"functions" or "lines"
 * @bytes:	what user space says
 * @least:	what they must have
 *
 * Return: -EINVAL.
 */
int bpf_record_size_fault(struct bv_log *log, const char *what, u32 bytes, u32 least)
{
	const struct btf_check c = { .log = log };

	return btf_fault(&c, BPF_FAULT_RECORD_SIZE, what, bytes, least, BPF_RECORD_MAX_BYTES);
}

/**
 * bpf_record_new_fault() - refuse a record that says more than is known here
 * @log:	takes why
 * @what:	"functions" or "lines"
 * @index:	of the record
 *
 * Return: -E2BIG.
 */
int bpf_record_new_fault(struct bv_log *log, const char *what, u32 index)
{
	const struct btf_check c = { .log = log };

	return btf_fault(&c, BPF_FAULT_RECORD_NEW, index, what);
}
