// SPDX-License-Identifier: GPL-2.0-only
/*
 * libbpf opens, relocates and loads an object as it always does; but its calls of bpf(2)
 * end here (the linker's --wrap=syscall), and world.h answers them.
 *
 * A program that is refused is told to libbpf as loaded, so that it goes on to the next
 * one and each gets its verdict. A program is known by the address of its instructions:
 * what is not one of the object's is a probe of libbpf for what the kernel can do.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <linux/bpf.h>
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include "object.h"
#include "world.h"

#define LOG_BYTES	(1u << 20)
#define LOG_MOST_BYTES	(1u << 30)

/*
 * Helpers that there are not, which libbpf calls in the place of an instruction that it
 * cannot relocate: for CO-RE, and for a map of the object that was not made (by its place)
 */
#define CORE_POISON	0xbad2310
#define MAP_POISON	2001000000

/* level 1 is the refusal and its path, 2 each step, 4 totals */
#define LOG_REFUSAL	(1 | 4)
#define LOG_STEPS	2

/**
 * struct check - the object that libbpf is loading
 * @req:	what was asked
 * @out:	where verdicts go
 * @bpf:	libbpf's object
 * @program:	libbpf's programs, as @out->verdict
 * @type:	the type each is loaded as, or -1: as libbpf says
 * @map_error:	errno of the last command, where that was a map that was refused
 */
struct check {
	const struct object_request	*req;
	struct object			*out;
	struct bpf_object		*bpf;
	struct bpf_program		**program;
	int				*type;
	int				map_error;
};

static struct check *now;
static char warnings[8192];	/* of libbpf */

static int keep_message(enum libbpf_print_level level, const char *fmt, va_list args)
{
	size_t len = strlen(warnings);

	if (level == LIBBPF_WARN)
		vsnprintf(warnings + len, sizeof(warnings) - len, fmt, args);
	return 0;
}

static void *need(void *p)
{
	if (!p) {
		fputs("bpfcheck: no memory\n", stderr);
		exit(2);
	}
	return p;
}

/* ---- a program comes by ------------------------------------------------------------ */

static int find_program(const union bpf_attr *attr)
{
	unsigned int i;

	for (i = 0; i < now->out->count; i++)
		if ((unsigned long)bpf_program__insns(now->program[i]) == attr->insns)
			return i;
	return -1;
}

/* loads with a log that holds it all; 0 and a descriptor, or a positive errno */
static int load(union bpf_attr *attr, unsigned int size, char **log, int *fd)
{
	unsigned int bytes = LOG_BYTES;
	long ret;

	attr->log_level = LOG_REFUSAL | (now->req->steps ? LOG_STEPS : 0);
	for (*log = NULL;; bytes *= 4) {
		*log = need(realloc(*log, bytes));
		(*log)[0] = '\0';
		attr->log_buf = (unsigned long)*log;
		attr->log_size = bytes;
		ret = world_bpf(BPF_PROG_LOAD, attr, size);
		if (ret != -ENOSPC || bytes >= LOG_MOST_BYTES)
			break;
	}
	*fd = ret < 0 ? -1 : ret;
	return ret < 0 ? -ret : 0;
}

/* the maps of the object, once libbpf has made them */
static void list_maps(void)
{
	struct object *o = now->out;
	struct bpf_map *map;

	if (o->map)
		return;
	bpf_object__for_each_map(map, now->bpf) {
		o->map = need(realloc(o->map, (o->maps + 1) * sizeof(*o->map)));
		o->map[o->maps++] = (struct object_map){
			.name = need(strdup(bpf_map__name(map))),
			.fd = bpf_map__fd(map),
			.id = world_map_id(bpf_map__fd(map)),
		};
	}
}

/* the map that is meant at @p, and how many bytes that takes; NULL: none */
static const struct object_map *map_at(const struct object *o, const char *p, int *len)
{
	unsigned int i;
	int number, by_id = 0, by_fd = 0;

	sscanf(p, "map %d%n", &number, &by_id);
	if (!by_id)
		sscanf(p, "map[fd:%d]%n", &number, &by_fd);
	*len = by_id + by_fd;
	for (i = 0; *len && i < o->maps; i++)
		if (number == (by_id ? o->map[i].id : o->map[i].fd))
			return &o->map[i];
	return NULL;
}

/**
 * object_name_maps() - maps by their names
 * @o:		the object
 * @text:	has "map NUMBER" and "map[fd:NUMBER]"
 *
 * Return: the text with "map NAME", to be freed.
 */
char *object_name_maps(const struct object *o, const char *text)
{
	const struct object_map *map;
	char *named = NULL;
	size_t bytes;
	FILE *f = need(open_memstream(&named, &bytes));
	const char *p;
	int len;

	for (p = text; *p; p++) {
		map = *p == 'm' && !strncmp(p, "map", 3) ? map_at(o, p, &len) : NULL;
		if (!map) {
			fputc(*p, f);
			continue;
		}
		fprintf(f, "map %s", map->name);
		p += len - 1;
	}
	fclose(f);
	return need(named);
}

/* refusals that no rule of the verifier is behind */
static void explain_without_rule(struct verdict *v, const union bpf_attr *attr, int error)
{
	const char *known = libbpf_bpf_prog_type_str(attr->prog_type);
	char text[256];

	if (!world_type_name(attr->prog_type))
		snprintf(text, sizeof(text), "program type %s is not supported here",
			 known ?: "of this number");
	else if (v->stats.insns)
		snprintf(text, sizeof(text),
			 "an array of programs that it uses has programs of another type");
	else if (error == EPERM)
		snprintf(text, sizeof(text), "a program of type %s needs privilege",
			 world_type_name(attr->prog_type));
	else if (attr->attach_btf_id)
		snprintf(text, sizeof(text),
			 "a program that is attached by a type id is not supported here");
	else
		snprintf(text, sizeof(text),
			 "bpf(2) does not take what libbpf asks: %s", strerror(error));
	verdict_without_log(v, VERDICT_REFUSED, error, text);
}

/* calls that libbpf has put in the place of others */
static void note_poison(struct verdict *v)
{
	const struct bpf_insn *insn = v->insns;
	unsigned int map;

	if (v->pc < 0 || (unsigned int)v->pc >= v->count ||
	    insn[v->pc].code != (BPF_JMP | BPF_CALL))
		return;
	map = (unsigned int)insn[v->pc].imm - MAP_POISON;
	if (map < now->out->maps) {
		verdict_note(v, "  note: libbpf put this call there: map %s was not made",
			     now->out->map[map].name);
	} else if (insn[v->pc].imm == CORE_POISON) {
		verdict_drop_help(v);
		verdict_note(v, "  note: libbpf put this call there: a CO-RE relocation found "
			     "no such type, field or value");
		verdict_note(v, "  help: guard it with bpf_core_field_exists(), or give the "
			     "right types with --btf");
	}
}

static int judge(unsigned int n, const union bpf_attr *given, unsigned int size)
{
	struct verdict *v = &now->out->verdict[n];
	size_t bytes = given->insn_cnt * sizeof(struct bpf_insn);
	union bpf_attr attr = { };
	int error, fd = -1;
	char *log, *named;

	memcpy(&attr, given, size < sizeof(attr) ? size : sizeof(attr));
	if (now->type[n] >= 0) {
		attr.prog_type = now->type[n];
		attr.expected_attach_type = 0;
	}
	v->type = world_type_name(attr.prog_type) ?:
		  libbpf_bpf_prog_type_str(attr.prog_type) ?: "unknown";
	v->insns = need(malloc(bytes ?: 1));
	memcpy(v->insns, (void *)(unsigned long)attr.insns, bytes);
	v->count = attr.insn_cnt;
	error = load(&attr, size < sizeof(attr) ? size : sizeof(attr), &log, &fd);
	list_maps();
	named = object_name_maps(now->out, log);
	free(log);
	verdict_from_log(v, named, error);
	if (error && !v->rule)
		explain_without_rule(v, &attr, error);
	if (error)
		note_poison(v);
	return error ? world_new_fd("refused") : fd;
}

/* called instead of syscall() by all of this program, libbpf included */
long __real_syscall(long number, ...);
long __wrap_syscall(long number, ...);

static long answer(int cmd, union bpf_attr *attr, unsigned int size)
{
	int program = cmd == BPF_PROG_LOAD && now ? find_program(attr) : -1;
	long ret = program >= 0 ? judge(program, attr, size) : world_bpf(cmd, attr, size);

	if (now)
		now->map_error = cmd == BPF_MAP_CREATE && ret < 0 ? -ret : 0;
	if (ret >= 0)
		return ret;
	errno = -ret;
	return -1;
}

long __wrap_syscall(long number, ...)
{
	long arg[6];
	va_list args;
	int i;

	va_start(args, number);
	for (i = 0; i < 6; i++)
		arg[i] = va_arg(args, long);
	va_end(args);
	if (number == SYS_bpf)
		return answer(arg[0], (union bpf_attr *)arg[1], arg[2]);
	return __real_syscall(number, arg[0], arg[1], arg[2], arg[3], arg[4], arg[5]);
}

/* ---- an object --------------------------------------------------------------------- */

/*
 * A program of 2014 in the place of an event's filter, as tools/bpf/tracefilter names it;
 * libbpf has no such section.
 */
static int type_of_section(const char *section)
{
	size_t len = strcspn(section, "/");

	return len == strlen("filter") && !strncmp(section, "filter", len) ?
	       BPF_PROG_TYPE_TRACING : -1;
}

/* libbpf may know another type, or none: it then loads as this one, which asks nothing */
static void pretend(struct bpf_program *prog)
{
	bpf_program__set_type(prog, BPF_PROG_TYPE_SOCKET_FILTER);
	bpf_program__set_expected_attach_type(prog, 0);
}

static void prepare(unsigned int n)
{
	struct bpf_program *prog = now->program[n];
	struct verdict *v = &now->out->verdict[n];
	const char *section = bpf_program__section_name(prog);

	v->program = need(strdup(bpf_program__name(prog)));
	v->section = need(strdup(section));
	now->type[n] = now->req->type;
	if (now->type[n] < 0 && bpf_program__type(prog) == BPF_PROG_TYPE_UNSPEC)
		now->type[n] = type_of_section(section);
	if (now->type[n] >= 0)
		pretend(prog);
	v->type = world_type_name(bpf_program__type(prog)) ?:
		  libbpf_bpf_prog_type_str(bpf_program__type(prog)) ?: "unknown";
	bpf_program__set_autoload(prog, true);
	if (bpf_program__type(prog) != BPF_PROG_TYPE_UNSPEC)
		return;
	v->type = "unknown";
	bpf_program__set_autoload(prog, false);
	verdict_without_log(v, VERDICT_UNREADABLE, EINVAL,
			    "its section names no type of program; say which with --type");
}

/* those that were asked for; how many */
static unsigned int list_programs(struct check *c)
{
	struct bpf_program *prog;
	unsigned int n = 0;

	bpf_object__for_each_program(prog, c->bpf)
		n++;
	c->program = need(calloc(n + 1, sizeof(*c->program)));
	c->type = need(calloc(n + 1, sizeof(*c->type)));
	c->out->verdict = need(calloc(n + 1, sizeof(*c->out->verdict)));
	n = 0;
	bpf_object__for_each_program(prog, c->bpf) {
		if (c->req->program && strcmp(bpf_program__name(prog), c->req->program))
			bpf_program__set_autoload(prog, false);
		else
			c->program[n++] = prog;
	}
	return n;
}

__attribute__((__format__(printf, 2, 3)))
static void give_up(struct object *o, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	if (vasprintf(&o->trouble, fmt, args) < 0)
		need(NULL);
	va_end(args);
}

/* takes away the end of the last line */
static void cut_line(char *text)
{
	size_t len = strlen(text);

	if (len && text[len - 1] == '\n')
		text[len - 1] = '\0';
}

static const char *reason(int err)
{
	static char text[128];

	libbpf_strerror(err < 0 ? -err : err, text, sizeof(text));
	return text;
}

static void note_warnings(struct verdict *v)
{
	char *lines = need(strdup(warnings)), *rest = lines, *line;

	while ((line = strsep(&rest, "\n")))
		if (*line)
			verdict_note(v, "  note: %s", line);
	free(lines);
}

/* libbpf did not get as far as these programs */
static void rest_failed(struct object *o, int error)
{
	enum verdict_kind kind = now->map_error || error == ENOTSUP ? VERDICT_REFUSED :
								     VERDICT_UNREADABLE;
	char *text = NULL;
	unsigned int i;

	if (asprintf(&text, "libbpf cannot load the object: %s", reason(error)) < 0)
		need(NULL);
	if (now->map_error) {
		free(text);
		if (asprintf(&text, "a map of the object is refused: %s",
			     strerror(now->map_error)) < 0)
			need(NULL);
	}
	for (i = 0; i < o->count; i++) {
		if (o->verdict[i].kind != VERDICT_NONE)
			continue;
		verdict_without_log(&o->verdict[i], kind, now->map_error ?: error, text);
		note_warnings(&o->verdict[i]);
	}
	free(text);
}

static void load_object(struct check *c)
{
	struct object *o = c->out;
	unsigned int i;
	int err;

	o->count = list_programs(c);
	if (!o->count && c->req->program) {
		give_up(o, "no program \"%s\" in it", c->req->program);
		return;
	}
	if (!o->count) {
		give_up(o, "no program in it; is it in a section, as by SEC(\"socket\")?");
		return;
	}
	now = c;
	for (i = 0; i < o->count; i++)
		prepare(i);
	warnings[0] = '\0';
	err = bpf_object__load(c->bpf);
	if (err)
		rest_failed(o, -err);
	now = NULL;
}

/**
 * object_check() - the verdict of every program of an object
 * @o:		filled in, to be freed with object_free()
 * @req:	what is asked
 */
void object_check(struct object *o, const struct object_request *req)
{
	LIBBPF_OPTS(bpf_object_open_opts, opts, .btf_custom_path = req->btf);
	struct check c = { .req = req, .out = o };

	*o = (struct object){ .path = req->path };
	libbpf_set_print(keep_message);
	if (access(req->path, R_OK)) {
		give_up(o, "%s", strerror(errno));
		return;
	}
	warnings[0] = '\0';
	c.bpf = bpf_object__open_file(req->path, &opts);
	if (!c.bpf) {
		give_up(o, "no BPF object: %s%s%s", reason(errno),
			warnings[0] ? "\n  note: " : "", warnings);
		cut_line(o->trouble);
		return;
	}
	load_object(&c);
	bpf_object__close(c.bpf);
	world_forget();
	free(c.program);
	free(c.type);
}

/**
 * object_free() - forget an object
 * @o:	from object_check()
 */
void object_free(struct object *o)
{
	unsigned int i;

	for (i = 0; i < o->count; i++)
		verdict_free(&o->verdict[i]);
	for (i = 0; i < o->maps; i++)
		free(o->map[i].name);
	free(o->map);
	free(o->verdict);
	free(o->trouble);
}
