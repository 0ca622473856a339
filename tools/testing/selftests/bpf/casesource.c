// SPDX-License-Identifier: GPL-2.0-only
/*
 * Section "source" of a case as types and records (casesource.h). Both runners use it.
 */
#include <stdio.h>
#include <string.h>
#include "casesource.h"

static int complain(struct bpf_case *c, const char *line)
{
	snprintf(c->error, sizeof(c->error), "not a line of source: %.120s", line);
	return -1;
}

/* map NAME STRUCT MEMBER...: values are as many numbers of 64 bits */
static int add_map(struct bpf_case *c, struct blob *b, struct case_types *out,
		   const char *line)
{
	char name[CASE_NAME], type[CASE_NAME], member[CASE_NAME];
	__u32 words[64], count = 0, i;
	int map, n;

	if (sscanf(line, "map %31s %31s%n", name, type, &n) != 2)
		return complain(c, line);
	map = case_find_map(c, name);
	if (map < 0)
		return complain(c, line);
	for (line += n; count < 64 && sscanf(line, " %31s%n", member, &n) == 1; line += n)
		words[count++] = blob_name(b, member);
	out->value_type[map] = blob_type(b, BTF_KIND_STRUCT, type, count, 8 * count);
	for (i = 0; i < count; i++)
		blob_item3(b, words[i], 2, 64 * i);
	return 0;
}

/* func PC NAME [void]: a static function begins there; it returns an int or nothing */
static int add_func(struct bpf_case *c, struct blob *b, struct case_types *out,
		    const char *line)
{
	char name[CASE_NAME], returns[8] = "";
	__u32 proto;
	unsigned int pc;

	if (sscanf(line, "func %u %31s %7s", &pc, name, returns) < 2 ||
	    out->func_count == CASE_SOURCE_FUNCS)
		return complain(c, line);
	proto = blob_type(b, BTF_KIND_FUNC_PROTO, "", 0, returns[0] ? 0 : out->key_type);
	out->funcs[out->func_count++] = (struct bpf_func_info){
		pc, blob_type(b, BTF_KIND_FUNC, name, BTF_FUNC_STATIC, proto),
	};
	return 0;
}

/* struct NAME of @bytes bytes, all in one member */
static __u32 add_struct(struct blob *b, struct case_types *out, const char *name, __u32 bytes)
{
	__u32 array = bytes ? blob_array(b, out->byte_type, out->key_type, bytes) : 0, type;

	type = blob_type(b, BTF_KIND_STRUCT, name, !!bytes, bytes);
	if (bytes)
		blob_item3(b, blob_name(b, "bytes"), array, 0);
	return type;
}

/*
 * A type by one word: void, int, long, enum, struct, *NUMBER a pointer to so many bytes, *void,
 * *NAME a pointer to an empty structure of that name
 */
static __u32 add_word(struct blob *b, struct case_types *out, const char *word)
{
	__u32 to, bytes;

	if (!strcmp(word, "void"))
		return 0;
	if (!strcmp(word, "int"))
		return out->key_type;
	if (!strcmp(word, "long"))
		return out->wide_type;
	if (!strcmp(word, "enum"))
		return blob_type(b, BTF_KIND_ENUM, "choice", 0, 4);
	if (*word != '*')
		return add_struct(b, out, word, 8);
	if (!strcmp(word, "*void"))
		to = 0;
	else if (sscanf(word, "*%u", &bytes) == 1)
		to = add_struct(b, out, "given", bytes);
	else
		to = add_struct(b, out, word + 1, 0);
	return blob_type(b, BTF_KIND_PTR, "", 0, to);
}

/* global PC NAME RETURNS [ARGUMENT...]: a global function begins there */
static int add_global(struct bpf_case *c, struct blob *b, struct case_types *out,
		      const char *line)
{
	char name[CASE_NAME], word[CASE_NAME];
	__u32 type[8], count = 0, proto, i;
	unsigned int pc;
	int n;

	if (sscanf(line, "global %u %31s%n", &pc, name, &n) < 2 ||
	    out->func_count == CASE_SOURCE_FUNCS)
		return complain(c, line);
	for (line += n; count < 8 && sscanf(line, " %31s%n", word, &n) == 1; line += n)
		type[count++] = add_word(b, out, word);
	if (!count)
		return complain(c, name);
	proto = blob_type(b, BTF_KIND_FUNC_PROTO, "", count - 1, type[0]);
	for (i = 1; i < count; i++)
		blob_item2(b, blob_name(b, "arg"), type[i]);
	out->funcs[out->func_count++] = (struct bpf_func_info){
		pc, blob_type(b, BTF_KIND_FUNC, name, BTF_FUNC_GLOBAL, proto),
	};
	return 0;
}

static int add_line(struct bpf_case *c, struct blob *b, struct case_types *out, __u32 file,
		    const char *line)
{
	unsigned int pc, number;
	int n = -1;

	if (sscanf(line, "%u %u %n", &pc, &number, &n) != 2 || n < 0 ||
	    out->line_count == CASE_SOURCE_LINES)
		return complain(c, line);
	out->lines[out->line_count++] = (struct bpf_line_info){
		pc, file, blob_name(b, line + n), number << 10 | 1,
	};
	return 0;
}

/**
 * case_source() - put the source of a case together
 * @c:		the case
 * @out:	takes it
 *
 * Return: 0, or -1 with c->error.
 */
int case_source(struct bpf_case *c, struct case_types *out)
{
	static struct blob b;
	__u32 i, file;
	int err = 0;

	memset(out, 0, sizeof(*out));
	blob_start(&b);
	out->key_type = blob_int(&b, "unsigned int", 4);
	out->wide_type = blob_int(&b, "unsigned long", 8);
	out->byte_type = blob_int(&b, "unsigned char", 1);
	file = blob_name(&b, c->source.file);
	out->funcs[0].type_id = blob_func(&b, c->source.func, out->key_type);
	out->func_count = 1;
	for (i = 0; !err && i < c->source.lines.count; i++) {
		const char *line = c->source.lines.line[i];

		if (!strncmp(line, "map ", 4))
			err = add_map(c, &b, out, line);
		else if (!strncmp(line, "func ", 5))
			err = add_func(c, &b, out, line);
		else if (!strncmp(line, "global ", 7))
			err = add_global(c, &b, out, line);
		else
			err = add_line(c, &b, out, file, line);
	}
	out->size = blob_end(&b, out->blob);
	return err;
}
