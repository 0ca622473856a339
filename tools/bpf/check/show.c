// SPDX-License-Identifier: GPL-2.0-only
/* Verdicts for people: a line for each program, and under a refusal all that is known. */
#include <stdio.h>
#include <string.h>
#include "show.h"

/**
 * show_paint() - begin or end a colour
 * @how:	says whether there are colours
 * @code:	PAINT_*
 *
 * Return: what to write; valid until the fourth call from now.
 */
const char *show_paint(const struct show *how, const char *code)
{
	static char text[4][16];
	static unsigned int n;

	if (!how->colour)
		return "";
	n = (n + 1) % 4;
	snprintf(text[n], sizeof(text[n]), "\033[%sm", code);
	return text[n];
}

static const char *line_paint(const char *line)
{
	if (!strncmp(line, "refused: ", 9))
		return PAINT_BAD;
	line += strspn(line, " ");
	if (!strncmp(line, "help: ", 6))
		return PAINT_HELP;
	if (!strncmp(line, "note: ", 6) || !strncmp(line, "path: ", 6))
		return PAINT_DIM;
	return PAINT_END;
}

static void show_lines(const char *text, const struct show *how)
{
	size_t len;

	for (; *text; text += len + (text[len] == '\n')) {
		len = strcspn(text, "\n");
		printf("  %s%.*s%s\n", show_paint(how, line_paint(text)), (int)len, text,
		       show_paint(how, PAINT_END));
	}
}

static void show_stats(const struct verdict_stats *s, unsigned int insns)
{
	if (!s->insns)
		return;
	printf("  stats: %u instructions, %llu visited on %llu paths (%llu ended early), "
	       "%llu states, peak %llu bytes, stack %llu bytes, %llu us\n",
	       insns, s->insns, s->paths, s->pruned, s->states, s->peak_bytes, s->stack, s->usec);
}

/**
 * show_verdict() - one program
 * @o:		its object
 * @v:		what came of it
 * @how:	colours, statistics
 */
void show_verdict(const struct object *o, const struct verdict *v, const struct show *how)
{
	static const char *const word[] = {
		[VERDICT_NONE] = "not checked", [VERDICT_ACCEPTED] = "accepted",
		[VERDICT_REFUSED] = "refused", [VERDICT_UNREADABLE] = "cannot be checked",
	};

	printf("%s: %s%s%s (section \"%s\", type %s): %s%s%s\n", o->path,
	       show_paint(how, PAINT_NAME), v->program, show_paint(how, PAINT_END), v->section,
	       v->type,
	       show_paint(how, v->kind == VERDICT_ACCEPTED ? PAINT_GOOD : PAINT_BAD),
	       word[v->kind], show_paint(how, PAINT_END));
	if (v->text)
		show_lines(v->text, how);
	if (how->stats)
		show_stats(&v->stats, v->count);
}

/**
 * show_object() - all programs of an object
 * @o:		the object, which could be read
 * @how:	colours, statistics
 */
void show_object(const struct object *o, const struct show *how)
{
	unsigned int i;

	for (i = 0; i < o->count; i++)
		show_verdict(o, &o->verdict[i], how);
}
