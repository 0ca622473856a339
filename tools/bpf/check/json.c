// SPDX-License-Identifier: GPL-2.0-only
/* Verdicts for programs: one array of JSON objects, one for each program of all objects. */
#include <stdio.h>
#include <string.h>
#include "show.h"

static bool is_first;

/* bytes that are no characters of JSON are written as numbers */
static void put_string(const char *text, size_t len)
{
	size_t i;

	putchar('"');
	for (i = 0; i < len; i++) {
		unsigned char c = text[i];

		if (c == '"' || c == '\\')
			printf("\\%c", c);
		else if (c < 0x20 || c >= 0x7f)
			printf("\\u%04x", c);
		else
			putchar(c);
	}
	putchar('"');
}

static void put_member(const char *name, const char *value)
{
	printf(", \"%s\": ", name);
	if (value)
		put_string(value, strlen(value));
	else
		printf("null");
}

static void put_lines(const char *text)
{
	const char *comma = "";
	size_t len;

	printf(", \"lines\": [");
	for (; text && *text; text += len + (text[len] == '\n')) {
		len = strcspn(text, "\n");
		printf("%s", comma);
		put_string(text, len);
		comma = ", ";
	}
	printf("]");
}

static void put_source(const struct verdict *v)
{
	if (!v->source) {
		printf(", \"source\": null");
		return;
	}
	printf(", \"source\": {\"line\": %u", v->line);
	put_member("file", v->file);
	put_member("text", v->source);
	printf("}");
}

static void put_stats(const struct verdict *v)
{
	const struct verdict_stats *s = &v->stats;

	if (!s->insns) {
		printf(", \"stats\": null");
		return;
	}
	printf(", \"stats\": {\"program_insns\": %u, \"visited_insns\": %llu, \"paths\": %llu, "
	       "\"pruned_paths\": %llu, \"states\": %llu, \"peak_bytes\": %llu, "
	       "\"stack_bytes\": %llu, \"usec\": %llu}", v->count, s->insns, s->paths,
	       s->pruned, s->states, s->peak_bytes, s->stack, s->usec);
}

static void put_verdict(const struct object *o, const struct verdict *v)
{
	static const char *const word[] = {
		[VERDICT_NONE] = "unreadable", [VERDICT_ACCEPTED] = "accepted",
		[VERDICT_REFUSED] = "refused", [VERDICT_UNREADABLE] = "unreadable",
	};

	printf("%s\n  {\"object\": ", is_first ? "" : ",");
	is_first = false;
	put_string(o->path, strlen(o->path));
	put_member("name", v->program);
	put_member("section", v->section);
	put_member("type", v->type);
	put_member("verdict", word[v->kind]);
	put_member("reason", v->rule);
	put_member("class", v->class);
	put_member("errno", v->error ? strerrorname_np(v->error) : NULL);
	if (v->pc >= 0 && v->kind == VERDICT_REFUSED)
		printf(", \"insn\": %d", v->pc);
	else
		printf(", \"insn\": null");
	put_source(v);
	put_member("message", v->message);
	put_lines(v->text);
	put_stats(v);
	printf("}");
}

/** json_begin() - before the first object */
void json_begin(void)
{
	printf("[");
	is_first = true;
}

/**
 * json_object() - all programs of an object
 * @o:	the object; one that could not be read is an entry without a program
 */
void json_object(const struct object *o)
{
	const struct verdict none = {
		.kind = VERDICT_UNREADABLE, .message = o->trouble, .text = o->trouble, .pc = -1,
	};
	unsigned int i;

	if (o->trouble)
		put_verdict(o, &none);
	for (i = 0; i < o->count; i++)
		put_verdict(o, &o->verdict[i]);
}

/** json_end() - behind the last object */
void json_end(void)
{
	printf("%s]\n", is_first ? "" : "\n");
}
