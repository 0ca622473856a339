// SPDX-License-Identifier: GPL-2.0-only
/*
 * bpfcheck(8): are the programs of an object accepted by the kernel's verifier, and if
 * not, why? The command line; the rest is in object.c and show.h.
 */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "object.h"
#include "show.h"
#include "world.h"

#define VERSION "1.0"

/* how it ends, the worst of all objects */
#define EXIT_ACCEPTED	0
#define EXIT_REFUSED	1
#define EXIT_UNREADABLE	2

enum form { FORM_PLAIN, FORM_JSON, FORM_EXPLAIN, FORM_DOT };

static const char usage[] =
	"usage: bpfcheck [OPTION...] OBJECT.o...\n"
	"Verify the programs of BPF objects as the kernel does, without loading them.\n"
	"\n"
	"  --explain      each instruction with what is known before it\n"
	"  --dot          control-flow graphs for dot(1)\n"
	"  --json         an array of programs, for scripts\n"
	"  --stats        what verification took\n"
	"  --prog NAME    only this program\n"
	"  --type TYPE    programs are of this type, whatever their sections say\n"
	"  --btf FILE     types to relocate against, instead of the running kernel's\n"
	"  --unprivileged as for a user without CAP_BPF and CAP_PERFMON\n"
	"  --help         this\n"
	"  --version      which version\n"
	"\n"
	"Ends with 0 where all are accepted, 1 where one is refused, 2 where an object\n"
	"cannot be read.\n";

static void fail(const char *what, const char *about)
{
	fprintf(stderr, "bpfcheck: %s%s\n%s", what, about, usage);
	exit(EXIT_UNREADABLE);
}

static int find_type(const char *name)
{
	int type = world_type_find(name);
	const char *known;

	if (type >= 0)
		return type;
	fprintf(stderr, "bpfcheck: no program type \"%s\"; there are:", name);
	for (type = 0; type < 256; type++) {
		known = world_type_name(type);
		if (known)
			fprintf(stderr, " %s", known);
	}
	fputs("\n", stderr);
	exit(EXIT_UNREADABLE);
}

/**
 * struct options - the command line
 * @req:	what is asked of each object
 * @form:	how it is shown
 * @how:	colours, statistics
 */
struct options {
	struct object_request	req;
	enum form		form;
	struct show		how;
};

static void set_form(struct options *opt, enum form form)
{
	if (opt->form != FORM_PLAIN && opt->form != form)
		fail("only one of --explain, --dot and --json", "");
	opt->form = form;
	opt->req.steps = form == FORM_EXPLAIN;
}

static void set_btf(struct options *opt, const char *path)
{
	opt->req.btf = path;
	if (!access(path, R_OK))
		return;
	fprintf(stderr, "bpfcheck: %s: %s\n", path, strerror(errno));
	exit(EXIT_UNREADABLE);
}

static void parse(int argc, char **argv, struct options *opt)
{
	static const struct option known[] = {
		{ "explain", no_argument, NULL, 'e' }, { "dot", no_argument, NULL, 'd' },
		{ "json", no_argument, NULL, 'j' }, { "stats", no_argument, NULL, 's' },
		{ "prog", required_argument, NULL, 'p' },
		{ "type", required_argument, NULL, 't' },
		{ "btf", required_argument, NULL, 'b' },
		{ "unprivileged", no_argument, NULL, 'u' },
		{ "help", no_argument, NULL, 'h' }, { "version", no_argument, NULL, 'v' }, { }
	};
	int c;

	while ((c = getopt_long(argc, argv, "h", known, NULL)) >= 0) {
		switch (c) {
		case 'e':
			set_form(opt, FORM_EXPLAIN);
			break;
		case 'd':
			set_form(opt, FORM_DOT);
			break;
		case 'j':
			set_form(opt, FORM_JSON);
			break;
		case 's':
			opt->how.stats = true;
			break;
		case 'p':
			opt->req.program = optarg;
			break;
		case 't':
			opt->req.type = find_type(optarg);
			break;
		case 'b':
			set_btf(opt, optarg);
			break;
		case 'u':
			world_privileged = false;
			break;
		case 'h':
			fputs(usage, stdout);
			exit(EXIT_ACCEPTED);
		case 'v':
			puts("bpfcheck " VERSION);
			exit(EXIT_ACCEPTED);
		default:
			fputs(usage, stderr);
			exit(EXIT_UNREADABLE);
		}
	}
	if (optind == argc)
		fail("no object given", "");
}

static void show(const struct object *o, const struct options *opt)
{
	if (o->trouble)
		fprintf(stderr, "bpfcheck: %s: %s\n", o->path, o->trouble);
	if (opt->form == FORM_JSON)
		json_object(o);
	else if (o->trouble)
		return;
	else if (opt->form == FORM_EXPLAIN)
		explain_object(o, &opt->how);
	else if (opt->form == FORM_DOT)
		dot_object(o);
	else
		show_object(o, &opt->how);
}

static int status_of(const struct object *o)
{
	int status = o->trouble ? EXIT_UNREADABLE : EXIT_ACCEPTED;
	unsigned int i;

	for (i = 0; i < o->count; i++) {
		enum verdict_kind kind = o->verdict[i].kind;

		if (kind == VERDICT_REFUSED && status == EXIT_ACCEPTED)
			status = EXIT_REFUSED;
		else if (kind == VERDICT_UNREADABLE || kind == VERDICT_NONE)
			status = EXIT_UNREADABLE;
	}
	return status;
}

int main(int argc, char **argv)
{
	const char *no_colour = getenv("NO_COLOR");
	struct options opt = { .req.type = -1 };
	int i, status = EXIT_ACCEPTED;

	opt.how.colour = isatty(STDOUT_FILENO) && !(no_colour && no_colour[0]);
	parse(argc, argv, &opt);
	if (opt.form == FORM_JSON)
		json_begin();
	for (i = optind; i < argc; i++) {
		struct object o;
		int its;

		opt.req.path = argv[i];
		object_check(&o, &opt.req);
		show(&o, &opt);
		its = status_of(&o);
		status = its > status ? its : status;
		object_free(&o);
	}
	if (opt.form == FORM_JSON)
		json_end();
	if (fflush(stdout) || ferror(stdout)) {
		fprintf(stderr, "bpfcheck: cannot write: %s\n", strerror(errno));
		return EXIT_UNREADABLE;
	}
	return status;
}
