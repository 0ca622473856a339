// SPDX-License-Identifier: GPL-2.0-only
/*
 * A program that reads an event's fields was compiled with a header that says where
 * they are. Its object remembers that (event_header, section .event_fields); here it
 * is held against the kernel the program is about to be loaded into.
 *
 *	EVENT FIELD,OFFSET,SIZE,SIGNED FIELD,... NUL		one for each event
 */
#include <errno.h>
#include <fcntl.h>
#include <gelf.h>
#include <libelf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "object.h"
#include "say.h"

#define SECTION ".event_fields"

struct field {
	char		name[64];
	unsigned int	offset;
	unsigned int	size;
	unsigned int	is_signed;
};

/* the section's content, to be freed; NULL where there is none */
static char *read_section(const char *path, size_t *size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	Elf_Scn *scn = NULL;
	char *copy = NULL;
	size_t names;
	Elf *elf;

	elf_version(EV_CURRENT);
	elf = fd < 0 ? NULL : elf_begin(fd, ELF_C_READ_MMAP, NULL);
	if (!elf || elf_getshdrstrndx(elf, &names))
		goto out;
	while (!copy && (scn = elf_nextscn(elf, scn))) {
		Elf_Data *data = elf_getdata(scn, NULL);
		const char *name;
		GElf_Shdr head;

		if (!data || !data->d_buf || !gelf_getshdr(scn, &head))
			continue;
		name = elf_strptr(elf, names, head.sh_name);
		if (!name || strcmp(name, SECTION))
			continue;
		copy = calloc(1, data->d_size + 1);
		if (copy)
			memcpy(copy, data->d_buf, data->d_size);
		*size = data->d_size;
	}
out:
	elf_end(elf);
	if (fd >= 0)
		close(fd);
	return copy;
}

/* what the object expects of the event, behind its name; NULL if nothing */
static char *find_expected(char *section, size_t size, const char *event)
{
	size_t len = strlen(event);
	char *at = section, *end = section + size;

	for (; at < end; at += strlen(at) + 1) {
		if (!strncmp(at, event, len) && (at[len] == ' ' || !at[len]))
			return at + len;
	}
	return NULL;
}

/* the field on a line of a `format` file */
static bool parse_line(const char *line, struct field *f)
{
	const char *end, *name;
	size_t len;

	if (strncmp(line, "\tfield:", 7))
		return false;
	end = strchr(line, ';');
	if (!end || sscanf(end, ";\toffset:%u;\tsize:%u;\tsigned:%u", &f->offset, &f->size,
			   &f->is_signed) != 3)
		return false;
	for (name = end; name[-1] != ' ' && name[-1] != '\t'; name--)
		;
	len = strcspn(name, "[;");
	if (len >= sizeof(f->name))
		return false;
	memcpy(f->name, name, len);
	f->name[len] = '\0';
	return true;
}

static bool find_field(const char *format, const char *name, struct field *found)
{
	const char *line = format;

	while (line) {
		if (parse_line(line, found) && !strcmp(found->name, name))
			return true;
		line = strchr(line, '\n');
		line += line ? 1 : 0;
	}
	return false;
}

static bool is_there(const char *format, const struct field *want, const char *path,
		     const char *event)
{
	struct field is;

	if (!find_field(format, want->name, &is)) {
		say("%s: was compiled for a field %s that %s has not", path, want->name, event);
		return false;
	}
	if (is.offset == want->offset && is.size == want->size &&
	    is.is_signed == want->is_signed)
		return true;
	say("%s: was compiled for %s's field %s at %u with %u bytes, %ssigned; it is at %u "
	    "with %u bytes, %ssigned", path, event, want->name, want->offset, want->size,
	    want->is_signed ? "" : "un", is.offset, is.size, is.is_signed ? "" : "un");
	return false;
}

static int compare(const char *path, const char *event, char *expected, const char *format)
{
	char *word, *rest;
	bool same = true;

	for (word = strtok_r(expected, " ", &rest); word; word = strtok_r(NULL, " ", &rest)) {
		struct field want;

		if (sscanf(word, "%63[^,],%u,%u,%u", want.name, &want.offset, &want.size,
			   &want.is_signed) != 4) {
			say("%s: section " SECTION " is damaged", path);
			return -1;
		}
		same = is_there(format, &want, path, event) && same;
	}
	if (same)
		return 0;
	say("make its header again with event_header, and compile it with that");
	return -1;
}

int fields_check(const struct object *o, const struct tracefs *t, const struct event *e)
{
	char event[EVENT_TEXT], path[256], *format, *section, *expected;
	size_t size = 0;
	int err = 0;

	section = e->name[0] ? read_section(o->path, &size) : NULL;
	if (!section)
		return 0;
	event_print(e, event);
	expected = find_expected(section, size, event);
	event_path(e, "format", path, sizeof(path));
	if (expected && !tracefs_read(t, path, &format)) {
		err = compare(o->path, event, expected, format);
		free(format);
	}
	free(section);
	return err;
}
