// SPDX-License-Identifier: GPL-2.0-only
/*
 * Comparisons of strings as instructions. Those with a short text are written out: a
 * few words are loaded and compared with constants. For longer texts, and for search, the
 * program finds the string and the parser's own function does the rest.
 *
 * What is written out does what regex_match_*() of trace_events_filter.c do, at the
 * edges too. With n the length of the text, NUL not counted, and len the string's, NUL
 * counted:
 *
 *	full	len >= n, the first min(len, n + 1) characters are the text's
 *	front	len >= n, the first n are the text's
 *	end	len > n, n characters are the text's and then one is left, whichever
 *
 * Where len is 0 the string ends with NUL: it is compared character by character, for
 * the first that differs may be the last that there is; and it has no end.
 *
 * Layer K5. Test: selftests/bpf/predicate_test.c.
 */
#include <linux/minmax.h>
#include <linux/sched.h>
#include <linux/string.h>
#include <asm/byteorder.h>
#include "pred_code.h"

/* texts up to so many characters are written out */
#define MOST_INLINE	32

/* halves of a __data_loc: the place is the lower one, the length the upper one */
#ifdef __LITTLE_ENDIAN
#define LOC_PLACE	0
#define LOC_LEN		2
#else
#define LOC_PLACE	2
#define LOC_LEN		0
#endif

BPF_CALL_0(pred_current)
{
	return (unsigned long)current;
}

static bool is_inline(const struct trace_pred *pred)
{
	return IS_ENABLED(CONFIG_HAVE_EFFICIENT_UNALIGNED_ACCESS) &&
	       pred->match != TRACE_PRED_SEARCH && pred->text_len <= MOST_INLINE;
}

/**
 * pred_str_calls() - does a comparison call a function?
 * @pred:	a string
 *
 * Return: true if so.
 */
bool pred_str_calls(const struct trace_pred *pred)
{
	return pred->kind == TRACE_PRED_COMM || !is_inline(pred);
}

/* ---- words --------------------------------------------------------------- */

static u32 word_bytes(u32 n)
{
	if (n >= 8)
		return 8;
	if (n >= 4)
		return 4;
	return n >= 2 ? 2 : 1;
}

static u8 size_code(u32 bytes)
{
	switch (bytes) {
	case 1:
		return BPF_B;
	case 2:
		return BPF_H;
	case 4:
		return BPF_W;
	default:
		return BPF_DW;
	}
}

/* as a load on this machine gives it */
static u64 word_of(const char *text, u32 bytes)
{
	union {
		u8	b;
		u16	h;
		u32	w;
		u64	d;
	} word = {};

	memcpy(&word, text, bytes);
	switch (bytes) {
	case 1:
		return word.b;
	case 2:
		return word.h;
	case 4:
		return word.w;
	default:
		return word.d;
	}
}

/* the comparison is false unless @bytes characters at @base + @off are those of @text */
static void require_word(struct pred_code *code, u8 base, int off, const char *text, u32 bytes)
{
	u64 word = word_of(text, bytes);
	u32 differs = pred_label(code, false);
	u8 load = BPF_LDX | BPF_MEM | size_code(bytes);

	pred_emit(code, BPF_RAW_INSN(load, PRED_WORD, base, off, 0));
	if (bytes < 8) {
		pred_jump(code, BPF_JMP32_IMM(BPF_JNE, PRED_WORD, word, 0), differs);
		return;
	}
	pred_const(code, PRED_CONST, word);
	pred_jump(code, BPF_JMP_REG(BPF_JNE, PRED_WORD, PRED_CONST, 0), differs);
}

/*
 * Words as large as possible; the last one may overlap the one before, as three
 * characters, say, are no word.
 */
static void require_text(struct pred_code *code, u8 base, int off, const char *text, u32 n)
{
	u32 at, bytes;

	for (at = 0; at < n; at += bytes) {
		u32 left = n - at;

		bytes = word_bytes(left);
		if (left > bytes && left < 2 * bytes && word_bytes(n) > bytes)
			bytes *= 2;
		at = min(at, n - bytes);
		require_word(code, base, off + at, text + at, bytes);
	}
}

static void require_chars(struct pred_code *code, u8 base, int off, const char *text, u32 n)
{
	u32 i;

	for (i = 0; i < n; i++)
		require_word(code, base, off + i, text + i, 1);
}

/* ---- a string of known length -------------------------------------------- */

static void compare_known(struct pred_code *code, const struct trace_pred *pred, u8 base,
			  int off, u32 len)
{
	bool end = pred->match == TRACE_PRED_END;
	u32 n = pred->text_len;

	if (len < n + end && (len || end)) {
		pred_goto(code, false);
		return;
	}
	if (end)
		off += len - 1 - n;
	if (!len)
		require_chars(code, base, off, pred->text,
			      n + (pred->match == TRACE_PRED_FULL));
	else if (pred->match == TRACE_PRED_FULL)
		require_text(code, base, off, pred->text, min(len, n + 1));
	else
		require_text(code, base, off, pred->text, n);
	pred_goto(code, true);
}

/* the parser's function says */
static void compare_by_call(struct pred_code *code, const struct trace_pred *pred)
{
	pred_const(code, BPF_REG_1, (unsigned long)pred->self);
	pred_call(code, pred->call, 3);
	pred_branch(code, BPF_REG_0);
}

static void call_known(struct pred_code *code, const struct trace_pred *pred, u8 base, int off,
		       u32 len)
{
	pred_emit(code, BPF_MOV64_REG(BPF_REG_2, base));
	pred_emit(code, BPF_ALU64_IMM(BPF_ADD, BPF_REG_2, off));
	pred_emit(code, BPF_MOV64_IMM(BPF_REG_3, len));
	compare_by_call(code, pred);
}

static void known_length(struct pred_code *code, const struct trace_pred *pred, u8 base, int off,
			 u32 len)
{
	if (is_inline(pred))
		compare_known(code, pred, base, off, len);
	else
		call_known(code, pred, base, off, len);
}

static void task_name(struct pred_code *code, const struct trace_pred *pred)
{
	pred_call(code, pred_current, 0);
	pred_emit(code, BPF_MOV64_REG(PRED_STR, BPF_REG_0));
	known_length(code, pred, PRED_STR, offsetof(struct task_struct, comm), TASK_COMM_LEN);
}

/* ---- a string whose length the record has -------------------------------- */

/* its place to @str, counted from where @offset of the caller is added; its length to @len */
static void load_loc(struct pred_code *code, const struct trace_pred *pred, u8 str, u8 len)
{
	int off = pred->offset;

	pred_emit(code, BPF_LDX_MEM(BPF_H, str, code->record, off + LOC_PLACE));
	pred_emit(code, BPF_LDX_MEM(BPF_H, len, code->record, off + LOC_LEN));
	pred_emit(code, BPF_ALU64_REG(BPF_ADD, str, code->record));
}

/* from the record's start, or from behind the field that tells the place */
static int loc_base(const struct trace_pred *pred)
{
	return pred->kind == TRACE_PRED_RELLOC ? pred->offset + sizeof(u32) : 0;
}

static void compare_end(struct pred_code *code, const struct trace_pred *pred)
{
	int n = pred->text_len;

	pred_jump(code, BPF_JMP32_IMM(BPF_JLE, PRED_LEN, n, 0), pred_label(code, false));
	pred_emit(code, BPF_ALU64_REG(BPF_ADD, PRED_STR, PRED_LEN));
	require_text(code, PRED_STR, loc_base(pred) - 1 - n, pred->text, n);
	pred_goto(code, true);
}

static void compare_begin(struct pred_code *code, const struct trace_pred *pred)
{
	bool full = pred->match == TRACE_PRED_FULL;
	u32 n = pred->text_len, no_len = pred_own_label(code);
	int base = loc_base(pred);

	pred_jump(code, BPF_JMP32_IMM(BPF_JEQ, PRED_LEN, 0, 0), no_len);
	pred_jump(code, BPF_JMP32_IMM(BPF_JLT, PRED_LEN, n, 0), pred_label(code, false));
	require_text(code, PRED_STR, base, pred->text, n);
	if (full) {
		pred_jump(code, BPF_JMP32_IMM(BPF_JEQ, PRED_LEN, n, 0), pred_label(code, true));
		require_word(code, PRED_STR, base + n, "", 1);
	}
	pred_jump(code, BPF_JMP_A(0), pred_label(code, true));

	code->at[no_len] = code->len;
	require_chars(code, PRED_STR, base, pred->text, n + full);
	pred_goto(code, true);
}

static void length_in_record(struct pred_code *code, const struct trace_pred *pred)
{
	if (!is_inline(pred)) {
		load_loc(code, pred, BPF_REG_2, BPF_REG_3);
		pred_emit(code, BPF_ALU64_IMM(BPF_ADD, BPF_REG_2, loc_base(pred)));
		compare_by_call(code, pred);
		return;
	}
	load_loc(code, pred, PRED_STR, PRED_LEN);
	if (pred->match == TRACE_PRED_END)
		compare_end(code, pred);
	else
		compare_begin(code, pred);
}

/**
 * pred_str() - write the comparison of a string
 * @code:	the filter
 * @pred:	its term at hand
 */
void pred_str(struct pred_code *code, const struct trace_pred *pred)
{
	switch (pred->kind) {
	case TRACE_PRED_COMM:
		task_name(code, pred);
		break;
	case TRACE_PRED_STRING:
		known_length(code, pred, code->record, pred->offset, pred->bytes);
		break;
	default:
		length_in_record(code, pred);
		break;
	}
}
