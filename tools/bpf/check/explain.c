// SPDX-License-Identifier: GPL-2.0-only
/*
 * Each instruction with what the verifier knew before it, put together from the steps in
 * its log: a line that arrives somewhere has all that is known, a line with an
 * instruction what it changed. Where paths differ each way of arriving is a line.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "show.h"
#include "world.h"

#define WAYS		4	/* shown of one instruction */
#define VALUES		80	/* 11 registers, 64 slots of the stack */
#define KEY_BYTES	8
#define INSN_BYTES	160

/* a register or a slot, and what is known of it; in the log */
struct value {
	char		key[KEY_BYTES];
	const char	*text;
	size_t		len;
};

/* what is known at one point of a path */
struct known {
	struct value	value[VALUES];
	unsigned int	count;
};

/**
 * struct place - an instruction
 * @source:	line of the source that begins here, "; TEXT @ FILE:LINE", in the log; NULL
 * @source_len:	its bytes
 * @way:	what is known before it, each way once
 * @count:	how many of them
 * @visits:	how often a path came by
 * @hidden:	of these, those whose way is not shown
 */
struct place {
	const char	*source;
	size_t		source_len;
	char		*way[WAYS];
	unsigned int	count;
	unsigned long	visits;
	unsigned long	hidden;
};

static void set_value(struct known *k, const char *key, size_t key_len, const char *text,
		      size_t len)
{
	unsigned int i;

	for (i = 0; i < k->count; i++)
		if (strlen(k->value[i].key) == key_len &&
		    !strncmp(k->value[i].key, key, key_len))
			break;
	if (i == VALUES || key_len >= KEY_BYTES)
		return;
	if (i == k->count) {
		memcpy(k->value[i].key, key, key_len);
		k->value[i].key[key_len] = '\0';
		k->count++;
	}
	k->value[i].text = text;
	k->value[i].len = len;
}

/* r1 to r5 are gone behind a call */
static void forget_arguments(struct known *k)
{
	unsigned int i, kept = 0;

	for (i = 0; i < k->count; i++) {
		const char *key = k->value[i].key;

		if (key[0] == 'r' && key[1] >= '1' && key[1] <= '5' && !key[2])
			continue;
		k->value[kept++] = k->value[i];
	}
	k->count = kept;
}

/* " KEY=", and where the value begins; values have blanks, too. NULL: not here */
static const char *value_at(const char *p, const char *end)
{
	if (*p++ != ' ')
		return NULL;
	if (*p == 'r')
		p++;
	else if (!strncmp(p, "fp-", 3))
		p += 3;
	else
		return NULL;
	if (p >= end || !isdigit((unsigned char)*p))
		return NULL;
	while (p < end && isdigit((unsigned char)*p))
		p++;
	return p < end && *p == '=' ? p + 1 : NULL;
}

/* takes over " KEY=VALUE KEY=VALUE..." */
static void take_over(struct known *k, const char *p, const char *end)
{
	const char *text, *next;

	while (p < end && (text = value_at(p, end))) {
		for (next = text; next < end && !value_at(next, end); next++)
			;
		set_value(k, p + 1, text - 1 - (p + 1), text, next - text);
		p = next;
	}
}

/* in one order, without the frame pointer, which never changes */
static char *known_text(const struct known *k)
{
	char *text = NULL;
	unsigned int i, r;
	size_t bytes;
	FILE *f = open_memstream(&text, &bytes);

	if (!f)
		return NULL;
	for (r = 0; r < 10; r++)
		for (i = 0; i < k->count; i++)
			if (k->value[i].key[0] == 'r' && k->value[i].key[1] - '0' == (int)r &&
			    !k->value[i].key[2])
				fprintf(f, " r%u=%.*s", r, (int)k->value[i].len,
					k->value[i].text);
	for (i = 0; i < k->count; i++)
		if (k->value[i].key[0] == 'f')
			fprintf(f, " %s=%.*s", k->value[i].key, (int)k->value[i].len,
				k->value[i].text);
	fclose(f);
	return text;
}

static void arrive(struct place *place, const struct known *k)
{
	char *text = known_text(k);
	unsigned int i;

	place->visits++;
	if (!text)
		return;
	for (i = 0; i < place->count; i++) {
		if (!strcmp(place->way[i], text)) {
			free(text);
			return;
		}
	}
	if (place->count == WAYS) {
		place->hidden++;
		free(text);
		return;
	}
	place->way[place->count++] = text;
}

/* "... at PC: STATE", where a path begins, goes on or ends; false: no such line */
static bool read_arrival(struct known *k, const struct verdict *v, const char *line,
			 const char *end, struct place *places)
{
	static const char *const words[] = { "path ", "safe as seen before at " };
	const char *at = memmem(line, end - line, " at ", 4);
	unsigned long pc;
	char *rest;

	if ((strncmp(line, words[0], strlen(words[0])) &&
	     strncmp(line, words[1], strlen(words[1]))) || !at)
		return false;
	pc = strtoul(at + 4, &rest, 10);
	k->count = 0;
	if (*rest == ':')
		take_over(k, rest + 1, end);
	if (line[0] == 's' && pc < v->count)
		arrive(&places[pc], k);
	return true;
}

/*
 * "PC: (OPCODE) TEXT  ; CHANGES"; @source is the line before, where it says from which line
 * of the source the instruction comes
 */
static void read_step(struct known *k, const struct verdict *v, const char *line,
		      const char *end, struct place *places, const char *source)
{
	const char *changes = memmem(line, end - line, "  ;", 3);
	char *rest;
	unsigned long pc = strtoul(line, &rest, 10);

	if (rest == line || strncmp(rest, ": (", 3) || pc >= v->count)
		return;
	arrive(&places[pc], k);
	if (source) {
		places[pc].source = source;
		places[pc].source_len = line - 1 - source;
	}
	if (graph_clobbers(v->insns, pc))
		forget_arguments(k);
	if (changes)
		take_over(k, changes + 3, end);
}

static void read_log(const struct verdict *v, struct place *places)
{
	struct known k = { .count = 0 };
	const char *line, *end, *source = NULL;

	for (line = v->log; *line; line = *end ? end + 1 : end) {
		end = strchrnul(line, '\n');
		if (!strncmp(line, "refused: ", 9)) {
			if (v->pc >= 0 && (unsigned int)v->pc < v->count && k.count)
				arrive(&places[v->pc], &k);
			break;
		}
		if (!read_arrival(&k, v, line, end, places))
			read_step(&k, v, line, end, places, source);
		/* what the compiler made itself is of line 0, and has no text */
		source = !strncmp(line, "; ", 2) && line[2] != ' ' ? line : NULL;
	}
}

static void put_place(const struct place *place, const struct show *how)
{
	unsigned int i;

	if (place->source)
		printf("%s%.*s%s\n", show_paint(how, PAINT_NAME), (int)place->source_len,
		       place->source, show_paint(how, PAINT_END));
	printf("%s", show_paint(how, PAINT_DIM));
	if (!place->visits)
		printf("        | no path was walked to here\n");
	for (i = 0; i < place->count; i++)
		printf("        |%s\n", place->way[i][0] ? place->way[i] : " nothing");
	if (place->hidden)
		printf("        | and on other ways, %lu visits in all\n", place->visits);
	printf("%s", show_paint(how, PAINT_END));
}

static void explain(const struct object *o, const struct verdict *v, const struct show *how)
{
	struct place *places = calloc(v->count + 1, sizeof(*places));
	char insn[INSN_BYTES];
	unsigned int pc, i, next;

	if (!places)
		return;
	read_log(v, places);
	for (pc = 0; pc < v->count; pc = next) {
		bool bad = v->kind == VERDICT_REFUSED && (int)pc == v->pc;
		char *named;

		put_place(&places[pc], how);
		next = pc + graph_insn(v->insns, v->count, pc, insn, sizeof(insn));
		named = object_name_maps(o, insn);
		printf("%s%6u: %s%s\n", bad ? show_paint(how, PAINT_BAD) : "", pc, named,
		       bad ? show_paint(how, PAINT_END) : "");
		free(named);
	}
	for (pc = 0; pc < v->count; pc++)
		for (i = 0; i < places[pc].count; i++)
			free(places[pc].way[i]);
	free(places);
}

/**
 * explain_object() - all programs of an object, with what is known in them
 * @o:		the object, checked with object_request.steps
 * @how:	colours, statistics
 */
void explain_object(const struct object *o, const struct show *how)
{
	unsigned int i;

	for (i = 0; i < o->count; i++) {
		show_verdict(o, &o->verdict[i], how);
		if (o->verdict[i].insns)
			explain(o, &o->verdict[i], how);
	}
}
