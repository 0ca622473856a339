// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reading case files. The format is described in cases/README; a file that does not
 * keep to it is an error, never a case that tests less.
 */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include "casefile.h"

#define DEFAULT_PACKET	64
#define ETH_HEADER	14
#define LINE_BYTES	4096

/* the line is of form @fmt; @n is the caller's */
#define FORM(line, fmt, ...) \
	(n = -1, sscanf(line, fmt " %n", __VA_ARGS__, &n), n >= 0 && !(line)[n])

enum section {
	S_NONE,
	S_MAPS,
	S_PACKET,
	S_PROG,
	S_LOG,
	S_LOG2,
	S_AFTER,
	S_BECOMES,
	S_SOURCE,
};

static void *need(void *p)
{
	if (!p)
		abort();
	return p;
}

static int complain(struct bpf_case *c, const char *what, const char *text)
{
	snprintf(c->error, sizeof(c->error), "%s: %.120s", what, text);
	return -1;
}

/* hex digits of @text as @want bytes, or with @want 0 as many as there are */
static unsigned char *parse_hex(const char *text, unsigned int want, unsigned int *got)
{
	unsigned char *bytes = need(calloc(1, strlen(text) / 2 + want + 1));
	unsigned int n = 0, used;

	while (*(text += strspn(text, " \t"))) {
		unsigned int byte;

		if (sscanf(text, "%2x%n", &byte, &used) != 1 || used != 2) {
			free(bytes);
			return NULL;
		}
		bytes[n++] = byte;
		text += 2;
	}
	if (want && n != want) {
		free(bytes);
		return NULL;
	}
	if (got)
		*got = n;
	return bytes;
}

/**
 * case_find_map() - index of a map
 * @c:		the case
 * @name:	of the map
 *
 * Return: index in c->maps, or -1.
 */
int case_find_map(const struct bpf_case *c, const char *name)
{
	unsigned int i;

	for (i = 0; i < c->nmaps; i++)
		if (!strcmp(c->maps[i].name, name))
			return i;
	return -1;
}

/* NAME[HEX] = HEX */
static int parse_elem(struct bpf_case *c, const char *line, struct case_elems *to)
{
	static char key[LINE_BYTES], value[LINE_BYTES];
	char name[CASE_NAME];
	struct case_elem e;
	int n, map;

	if (!FORM(line, "%31[a-z0-9_][%4000[0-9a-f ]] = %4000[0-9a-f ]", name, key, value))
		return complain(c, "not an element", line);
	map = case_find_map(c, name);
	if (map < 0)
		return complain(c, "no such map", name);
	e.map = map;
	e.key = parse_hex(key, c->maps[map].key_size, NULL);
	e.value = parse_hex(value, c->maps[map].value_size, NULL);
	if (!e.key || !e.value) {
		free(e.key);
		return complain(c, "key or value of wrong size", line);
	}
	to->e = need(realloc(to->e, (to->count + 1) * sizeof(e)));
	to->e[to->count++] = e;
	return 0;
}

static int parse_map(struct bpf_case *c, const char *line)
{
	static const struct { const char *name; unsigned int type; } types[] = {
		{ "array", BPF_MAP_TYPE_ARRAY }, { "hash", BPF_MAP_TYPE_HASH },
		{ "progs", BPF_MAP_TYPE_PROG_ARRAY }, { "ring", BPF_MAP_TYPE_RINGBUF },
		{ "stacks", BPF_MAP_TYPE_STACK_TRACE },
		{ "events", BPF_MAP_TYPE_PERF_EVENT_ARRAY },
	};
	struct case_map *m = &c->maps[c->nmaps];
	char type[16], frozen[8] = "";
	unsigned int i;
	int n;

	if (strchr(line, '['))
		return parse_elem(c, line, &c->before);
	if (c->nmaps == CASE_MAPS)
		return complain(c, "too many maps", line);
	m->flags = 0;
	if (!FORM(line, "%31[a-z0-9_] %15[a-z] key=%u value=%u entries=%u", m->name, type,
		  &m->key_size, &m->value_size, &m->entries) &&
	    !FORM(line, "%31[a-z0-9_] %15[a-z] key=%u value=%u entries=%u flags=%i", m->name,
		  type, &m->key_size, &m->value_size, &m->entries, (int *)&m->flags) &&
	    !FORM(line, "%31[a-z0-9_] %15[a-z] key=%u value=%u entries=%u flags=%i %7[a-z]",
		  m->name, type, &m->key_size, &m->value_size, &m->entries, (int *)&m->flags,
		  frozen))
		return complain(c, "not a map", line);
	m->frozen = !strcmp(frozen, "frozen");
	if (*frozen && !m->frozen)
		return complain(c, "not a map", line);
	for (i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		if (strcmp(type, types[i].name))
			continue;
		m->type = types[i].type;
		c->nmaps++;
		return 0;
	}
	return complain(c, "unknown map type", type);
}

static int parse_packet(struct bpf_case *c, const char *line)
{
	unsigned int got;
	unsigned char *bytes = parse_hex(line, 0, &got);

	if (!bytes)
		return complain(c, "not hex", line);
	c->packet = need(realloc(c->packet, c->packet_len + got + 1));
	memcpy(c->packet + c->packet_len, bytes, got);
	c->packet_len += got;
	free(bytes);
	return 0;
}

static void append_prog(struct bpf_case *c, const char *line)
{
	size_t old = c->prog ? strlen(c->prog) : 0, more = strlen(line);

	c->prog = need(realloc(c->prog, old + more + 2));
	memcpy(c->prog + old, line, more);
	memcpy(c->prog + old + more, "\n", 2);
}

static void append_line(struct case_lines *to, const char *line)
{
	to->line = need(realloc(to->line, (to->count + 1) * sizeof(*to->line)));
	to->line[to->count++] = need(strdup(line));
}

static int parse_options(struct bpf_case *c, const char *words)
{
	char word[CASE_NAME];
	int n;

	while (sscanf(words, " %31s%n", word, &n) == 1) {
		words += n;
		if (!strcmp(word, "no-gpl"))
			c->no_gpl = true;
		else if (!strcmp(word, "unpriv"))
			c->unpriv = true;
		else if (!strcmp(word, "strict"))
			c->strict = true;
		else if (!strcmp(word, "user-only"))
			c->user_only = true;
		else if (!strcmp(word, "budget"))
			c->budget = true;
		else
			return complain(c, "unknown option", word);
	}
	return 0;
}

static int parse_fds(struct bpf_case *c, const char *names)
{
	int n;

	for (; sscanf(names, " %31s%n", c->fds[c->nfds], &n) == 1; names += n)
		if (++c->nfds == CASE_FDS)
			return complain(c, "too many descriptors", names);
	return 0;
}

static int set_verdict(struct bpf_case *c, enum case_verdict v, const char *line)
{
	if (c->verdict)
		return complain(c, "a second verdict", line);
	c->verdict = v;
	return 0;
}

/* a line that begins with "-- " */
static int parse_head(struct bpf_case *c, const char *line, enum section *s)
{
	static const struct { const char *name; enum section s; } plain[] = {
		{ "-- maps", S_MAPS }, { "-- packet", S_PACKET }, { "-- prog", S_PROG },
		{ "-- log", S_LOG }, { "-- log2", S_LOG2 }, { "-- after", S_AFTER },
		{ "-- becomes", S_BECOMES },
	};
	unsigned int i;
	int n;

	*s = S_NONE;
	for (i = 0; i < sizeof(plain) / sizeof(plain[0]); i++) {
		if (strcmp(line, plain[i].name))
			continue;
		*s = plain[i].s;
		return 0;
	}
	if (!strcmp(line, "-- accept"))
		return set_verdict(c, CASE_ACCEPT, line);
	if (FORM(line, "-- result %i", (int *)&c->result))
		return set_verdict(c, CASE_RESULT, line);
	if (FORM(line, "-- reject %31[a-z0-9-]", c->rule))
		return set_verdict(c, CASE_REJECT, line);
	if (FORM(line, "-- source %31[a-z_] %63s", c->source.func, c->source.file)) {
		*s = S_SOURCE;
		return 0;
	}
	if (FORM(line, "-- near %31[a-z0-9-]", c->near) ||
	    FORM(line, "-- type %31[a-z0-9_]", c->type))
		return 0;
	if (!strncmp(line, "-- options ", 11))
		return parse_options(c, line + 11);
	if (!strncmp(line, "-- fds ", 7))
		return parse_fds(c, line + 7);
	return complain(c, "unknown section", line);
}

static int parse_line(struct bpf_case *c, char *line, enum section *s)
{
	size_t len = strlen(line);

	while (len && strchr(" \t\r\n", line[len - 1]))
		line[--len] = '\0';
	if (!strncmp(line, "-- ", 3))
		return parse_head(c, line, s);
	if (*s == S_PROG) {
		append_prog(c, line);
		return 0;
	}
	line += strspn(line, " \t");
	if (!*line || *line == '#')
		return 0;
	switch (*s) {
	case S_MAPS:
		return parse_map(c, line);
	case S_PACKET:
		return parse_packet(c, line);
	case S_AFTER:
		return parse_elem(c, line, &c->after);
	case S_LOG:
		append_line(&c->log, line);
		return 0;
	case S_LOG2:
		append_line(&c->log2, line);
		return 0;
	case S_SOURCE:
		append_line(&c->source.lines, line);
		return 0;
	case S_BECOMES:
		append_line(&c->becomes, line);
		return 0;
	default:
		return complain(c, "text outside of a section", line);
	}
}

static int finish(struct bpf_case *c)
{
	if (!c->prog)
		return complain(c, "no program", "");
	if (!c->verdict)
		return complain(c, "no verdict", "");
	if (c->packet)
		return c->packet_len >= ETH_HEADER ? 0 : complain(c, "short packet", "");
	c->packet = need(calloc(1, DEFAULT_PACKET));
	c->packet_len = DEFAULT_PACKET;
	c->packet[12] = 0x08;
	return 0;
}

/**
 * case_read() - read a case file
 * @path:	of the file
 * @c:		the case; to be given to case_free() in any case
 *
 * Return: 0, or -1 with c->error.
 */
int case_read(const char *path, struct bpf_case *c)
{
	static char line[LINE_BYTES];
	enum section s = S_NONE;
	FILE *f = fopen(path, "r");
	int err = 0;

	memset(c, 0, sizeof(*c));
	snprintf(c->path, sizeof(c->path), "%s", path);
	strcpy(c->type, "socket_filter");
	if (!f)
		return complain(c, "cannot be read", path);
	while (!err && fgets(line, sizeof(line), f))
		err = parse_line(c, line, &s);
	fclose(f);
	return err ? err : finish(c);
}

static void free_elems(struct case_elems *e)
{
	while (e->count--) {
		free(e->e[e->count].key);
		free(e->e[e->count].value);
	}
	free(e->e);
}

static void free_lines(struct case_lines *l)
{
	while (l->count--)
		free(l->line[l->count]);
	free(l->line);
}

/**
 * case_free() - give a case back
 * @c:		from case_read()
 */
void case_free(struct bpf_case *c)
{
	free_elems(&c->before);
	free_elems(&c->after);
	free_lines(&c->log);
	free_lines(&c->log2);
	free_lines(&c->becomes);
	free_lines(&c->source.lines);
	free(c->packet);
	free(c->prog);
}

static int is_visible(const struct dirent *d)
{
	return d->d_name[0] != '.';
}

/**
 * case_walk() - find case files
 * @path:	a case file, or a folder of them
 * @run:	called with each
 *
 * Return: 0, or -1 where there is no such path.
 */
int case_walk(const char *path, void (*run)(const char *path))
{
	struct dirent **list;
	struct stat st;
	int i, n;

	if (stat(path, &st))
		return -1;
	if (!S_ISDIR(st.st_mode)) {
		run(path);
		return 0;
	}
	n = scandir(path, &list, is_visible, alphasort);
	for (i = 0; i < n; i++) {
		char below[512];
		size_t len = snprintf(below, sizeof(below), "%s/%s", path, list[i]->d_name);

		if (!stat(below, &st) && (S_ISDIR(st.st_mode) ||
					  (len > 5 && !strcmp(below + len - 5, ".bpft"))))
			case_walk(below, run);
		free(list[i]);
	}
	if (n >= 0)
		free(list);
	return 0;
}
