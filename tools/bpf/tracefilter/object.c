// SPDX-License-Identifier: GPL-2.0-only
/* Object files and the programs in them, through libbpf; object.h says what is promised. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include "object.h"
#include "say.h"

#define LOG_BYTES (1 << 20)

static bool is_verbose;
static char warnings[4096];	/* of libbpf, since the last call that may fail */
static char log_text[LOG_BYTES];

static int keep_message(enum libbpf_print_level level, const char *fmt, va_list args)
{
	size_t len = strlen(warnings);

	if (is_verbose)
		return vfprintf(stderr, fmt, args);
	if (level == LIBBPF_WARN)
		vsnprintf(warnings + len, sizeof(warnings) - len, fmt, args);
	return 0;
}

void object_talk(bool verbose)
{
	is_verbose = verbose;
	libbpf_set_print(keep_message);
}

/* why a call of libbpf failed, in words of libbpf where it has some */
static const char *reason(int err)
{
	static char text[128];

	libbpf_strerror(err < 0 ? -err : err, text, sizeof(text));
	return text;
}

static void indent(const char *text)
{
	size_t len;

	for (; *text; text += len + (text[len] == '\n')) {
		len = strcspn(text, "\n");
		fprintf(stderr, "  %.*s\n", (int)len, text);
	}
}

static bool begins(const char *text, const char *with)
{
	return !strncmp(text, with, strlen(with));
}

/* is a section "WORD" or "WORD/..."? returns what is behind the word, or NULL */
static const char *section_rest(const char *section, const char *word)
{
	size_t len = strlen(word);

	if (!begins(section, word))
		return NULL;
	if (!section[len])
		return section + len;
	return section[len] == '/' ? section + len + 1 : NULL;
}

/* what is behind the kind of program in the name of a section; NULL if it is no filter */
static const char *filter_section(const char *section)
{
	static const char * const kinds[] = { "filter", "tp", "tracepoint" };
	const char *rest = NULL;
	unsigned int i;

	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]) && !rest; i++)
		rest = section_rest(section, kinds[i]);
	return rest;
}

/*
 * The type TRACING without a type id to attach to, which is of 2014, is unknown to
 * libbpf: it looks for the kernel's type information first. So it learns of the type
 * as late as possible.
 */
static int make_filter(struct bpf_program *prog, struct bpf_prog_load_opts *opts, long cookie)
{
	(void)cookie;
	opts->expected_attach_type = 0;
	return bpf_program__set_type(prog, BPF_PROG_TYPE_TRACING);
}

static bool know_sections(void)
{
	LIBBPF_OPTS(libbpf_prog_handler_opts, opts, .prog_prepare_load_fn = make_filter);
	static bool known;

	if (!known)
		known = libbpf_register_prog_handler("filter+", BPF_PROG_TYPE_TRACEPOINT, 0,
						     &opts) >= 0;
	return known;
}

int object_open(struct object *o, const char *path)
{
	LIBBPF_OPTS(bpf_object_open_opts, opts,
		    .kernel_log_buf = log_text,
		    .kernel_log_size = sizeof(log_text));
	struct bpf_program *prog;

	o->path = path;
	o->bpf = NULL;
	if (access(path, R_OK)) {
		say("%s: %s", path, strerror(errno));
		return -1;
	}
	warnings[0] = '\0';
	if (know_sections())
		o->bpf = bpf_object__open_file(path, &opts);
	if (!o->bpf) {
		say("%s: no BPF object: %s", path, reason(errno));
		indent(warnings);
		return -1;
	}
	if (!bpf_object__next_program(o->bpf, NULL)) {
		say("%s: no program in it; is it in a section, as by SEC(\"filter\")?", path);
		object_close(o);
		return -1;
	}
	bpf_object__for_each_program(prog, o->bpf)
		bpf_program__set_autoload(prog, false);
	return 0;
}

static struct bpf_program *by_name(struct object *o, const char *name)
{
	struct bpf_program *prog = bpf_object__find_program_by_name(o->bpf, name);

	if (prog)
		return prog;
	bpf_object__for_each_program(prog, o->bpf) {
		if (!strcmp(bpf_program__section_name(prog), name))
			return prog;
	}
	say("%s: no program \"%s\" in it; there are:", o->path, name);
	bpf_object__for_each_program(prog, o->bpf)
		fprintf(stderr, "  %s, section \"%s\"\n", bpf_program__name(prog),
			bpf_program__section_name(prog));
	return NULL;
}

static struct bpf_program *by_event(struct object *o, const struct event *e)
{
	char name[sizeof(e->system) + sizeof(e->name) + 2];
	struct bpf_program *prog;
	const char *rest;

	snprintf(name, sizeof(name), "%s%s%s", e->system, e->name[0] ? "/" : "", e->name);
	bpf_object__for_each_program(prog, o->bpf) {
		rest = filter_section(bpf_program__section_name(prog));
		if (rest && !strcmp(rest, name))
			return prog;
	}
	return bpf_object__next_program(o->bpf, NULL);
}

struct bpf_program *object_choose(struct object *o, const char *name, const struct event *e)
{
	struct bpf_program *prog = name ? by_name(o, name) : by_event(o, e);

	if (!prog)
		return NULL;
	if (!filter_section(bpf_program__section_name(prog))) {
		say("%s: program %s is in section \"%s\"; a program in place of a filter is in "
		    "\"filter\", \"filter/...\" (arguments of the event), \"tp/...\" or "
		    "\"tracepoint/...\" (fields)", o->path, bpf_program__name(prog),
		    bpf_program__section_name(prog));
		return NULL;
	}
	bpf_program__set_autoload(prog, true);
	return prog;
}

int object_load(struct object *o)
{
	int err;

	warnings[0] = '\0';
	log_text[0] = '\0';
	err = bpf_object__load(o->bpf);
	if (!err)
		return 0;
	if (err == -EPERM)
		say("%s: not permitted to load programs; are you root?", o->path);
	else
		say("%s: refused: %s", o->path, reason(err));
	indent(log_text[0] ? log_text : warnings);
	return -1;
}

void object_close(struct object *o)
{
	bpf_object__close(o->bpf);
	o->bpf = NULL;
}
