// SPDX-License-Identifier: GPL-2.0-only
/*
 * The verifier's log taken apart. Documentation/bpf/log.rst has its form: a block that
 * begins with "refused: " and whose other lines are indented, then totals.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "verdict.h"

#define REFUSED "refused: "

static char *copy(const char *from, size_t len)
{
	char *text = strndup(from, len);

	if (!text) {
		fputs("bpfcheck: no memory\n", stderr);
		exit(2);
	}
	return text;
}

static const char *next_line(const char *line)
{
	const char *end = strchr(line, '\n');

	return end ? end + 1 : line + strlen(line);
}

/* the last line that begins with @word, NULL where there is none */
static const char *find_line(const char *log, const char *word)
{
	const char *found = NULL, *line;

	for (line = log; *line; line = next_line(line))
		if (!strncmp(line, word, strlen(word)))
			found = line;
	return found;
}

/* "MESSAGE [RULE, CLASS]" */
static void split_first_line(struct verdict *v, const char *line)
{
	const char *end = strchrnul(line, '\n'), *open = end, *comma;

	while (open > line && *open != '[')
		open--;
	comma = memchr(open, ',', end - open);
	if (*open != '[' || open == line || !comma || end[-1] != ']') {
		v->message = copy(line, end - line);
		return;
	}
	v->message = copy(line, open - 1 - line);
	v->rule = copy(open + 1, comma - open - 1);
	v->class = copy(comma + 2, end - 1 - (comma + 2));
}

/* "    FUNCTION() at FILE:LINE: TEXT", under the instruction; without a function, FILE first */
static void read_source(struct verdict *v, const char *line)
{
	const char *end = strchrnul(line, '\n'), *file = line + 4, *at, *number, *text;

	at = memmem(line, end - line, "() at ", 6);
	if (at)
		file = at + 6;
	number = memchr(file, ':', end - file);
	text = number ? memmem(number, end - number, ": ", 2) : NULL;
	if (strncmp(line, "    ", 4) || !text || text == number)
		return;
	v->file = copy(file, number - file);
	v->line = strtoul(number + 1, NULL, 10);
	v->source = copy(text + 2, end - (text + 2));
}

static void read_block(struct verdict *v, const char *block)
{
	const char *end = next_line(block);
	const char *at = strstr(block, "\n  at ");

	while (*end == ' ')
		end = next_line(end);
	v->text = copy(block, end - block);
	split_first_line(v, block + strlen(REFUSED));
	if (!at || at >= end)
		return;
	v->pc = strtol(at + strlen("\n  at "), NULL, 10);
	read_source(v, next_line(at + 1));
}

static void read_stats(struct verdict *v)
{
	struct verdict_stats *s = &v->stats;
	const char *line = find_line(v->log, "time ");

	if (line)
		sscanf(line, "time %llu usec, %llu paths, %llu ended early, peak %llu bytes",
		       &s->usec, &s->paths, &s->pruned, &s->peak_bytes);
	line = find_line(v->log, "stack depth ");
	if (line)
		sscanf(line, "stack depth %llu", &s->stack);
	line = find_line(v->log, "processed ");
	if (line)
		sscanf(line, "processed %llu insns (limit %*u) max_states_per_insn %*u "
		       "total_states %llu", &s->insns, &s->states);
}

void verdict_from_log(struct verdict *v, char *log, int error)
{
	const char *block = find_line(log, REFUSED);

	v->kind = error ? VERDICT_REFUSED : VERDICT_ACCEPTED;
	v->error = error;
	v->log = log;
	v->pc = -1;
	read_stats(v);
	if (error && block)
		read_block(v, block);
}

void verdict_without_log(struct verdict *v, enum verdict_kind kind, int error,
			 const char *text)
{
	v->kind = kind;
	v->error = error;
	v->pc = -1;
	free(v->message);
	free(v->text);
	v->message = copy(text, strcspn(text, "\n"));
	v->text = NULL;
	verdict_note(v, "%s%s", kind == VERDICT_REFUSED ? REFUSED : "", text);
}

void verdict_note(struct verdict *v, const char *fmt, ...)
{
	char *line = NULL, *text = NULL;
	va_list args;

	va_start(args, fmt);
	if (vasprintf(&line, fmt, args) < 0 ||
	    asprintf(&text, "%s%s\n", v->text ?: "", line) < 0) {
		fputs("bpfcheck: no memory\n", stderr);
		exit(2);
	}
	va_end(args);
	free(line);
	free(v->text);
	v->text = text;
}

void verdict_drop_help(struct verdict *v)
{
	char *help = v->text ? strstr(v->text, "\n  help: ") : NULL;

	if (help)
		help[1] = '\0';
}

void verdict_free(struct verdict *v)
{
	free(v->program);
	free(v->section);
	free(v->insns);
	free(v->log);
	free(v->text);
	free(v->message);
	free(v->rule);
	free(v->class);
	free(v->file);
	free(v->source);
	memset(v, 0, sizeof(*v));
}
