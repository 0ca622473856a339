// SPDX-License-Identifier: GPL-2.0-only
/*
 * Is the kernel's verdict the one that bpfcheck has given? /bpfcheck has objects and what
 * bpfcheck said of them on the host (tools/bpf/check/tests/guest.py, file "list"); each
 * program is loaded by the stock libbpf, alone, and each object as a whole.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include "tap.h"

#define FOLDER		"/bpfcheck/"
#define LOG_BYTES	(1 << 20)

/* what objects are relocated against, there as here */
#define TYPES		FOLDER "types.bpf.o"

static char log_text[LOG_BYTES];
static char said[4096];		/* by libbpf */

static int keep_message(enum libbpf_print_level level, const char *fmt, va_list args)
{
	size_t len = strlen(said);

	if (level == LIBBPF_WARN)
		vsnprintf(said + len, sizeof(said) - len, fmt, args);
	return 0;
}

/* a program in the place of an event's filter, which libbpf does not know */
static int make_filter(struct bpf_program *prog, struct bpf_prog_load_opts *opts, long cookie)
{
	opts->expected_attach_type = 0;
	return bpf_program__set_type(prog, BPF_PROG_TYPE_TRACING);
}

static bool know_sections(void)
{
	LIBBPF_OPTS(libbpf_prog_handler_opts, opts, .prog_prepare_load_fn = make_filter);

	return libbpf_register_prog_handler("filter+", BPF_PROG_TYPE_TRACEPOINT, 0, &opts) >= 0;
}

/* 0 or a positive errno; @only: this program alone, NULL: all */
static int load(const char *file, const char *only)
{
	LIBBPF_OPTS(bpf_object_open_opts, opts, .btf_custom_path = TYPES);
	struct bpf_program *prog;
	struct bpf_object *obj;
	char path[256];
	int err;

	snprintf(path, sizeof(path), FOLDER "%s", file);
	said[0] = '\0';
	log_text[0] = '\0';
	obj = bpf_object__open_file(path, &opts);
	if (!obj)
		return errno;
	bpf_object__for_each_program(prog, obj) {
		bool wanted = !only || !strcmp(bpf_program__name(prog), only);

		bpf_program__set_autoload(prog, wanted);
		if (!only || !wanted)
			continue;
		bpf_program__set_log_buf(prog, log_text, sizeof(log_text));
		bpf_program__set_log_level(prog, 1);
	}
	err = -bpf_object__load(obj);
	bpf_object__close(obj);
	return err;
}

/* the rule in "refused: TEXT [RULE, CLASS]", "-" where there is none */
static void find_rule(char *rule, size_t size)
{
	const char *line = strstr(log_text, "refused: "), *end, *at;

	snprintf(rule, size, "-");
	if (!line)
		return;
	end = strchrnul(line, '\n');
	for (at = end; at > line && *at != '['; at--)
		;
	if (*at == '[')
		snprintf(rule, size, "%.*s", (int)strcspn(at + 1, ","), at + 1);
}

static void show(const char *text)
{
	size_t len;

	for (; *text; text += len + (text[len] == '\n')) {
		len = strcspn(text, "\n");
		printf("# %.*s\n", (int)len, text);
	}
}

static void check_program(char *line)
{
	char file[128], name[128], rule[64], its_rule[64];
	int want, got;

	if (sscanf(line, "%127s %127s %d %63s", file, name, &want, rule) != 4) {
		ok(false, "a line of the list: %s", line);
		return;
	}
	got = load(file, name);
	find_rule(its_rule, sizeof(its_rule));
	if (got != want || strcmp(rule, its_rule)) {
		printf("# error %d, must be %d; rule %s, must be %s\n", got, want, its_rule, rule);
		show(log_text);
		show(said);
	}
	ok(got == want && !strcmp(rule, its_rule), "%s: %s: %s", file, name,
	   !want ? "accepted" : rule);
}

static void check_object(char *line)
{
	char file[128];
	int want, got;

	if (sscanf(line, "%127s %d", file, &want) != 2) {
		ok(false, "a line of the list: %s", line);
		return;
	}
	got = load(file, NULL);
	if (got != want) {
		printf("# error %d, must be %d\n", got, want);
		show(said);
	}
	ok(got == want, "%s as a whole: %s", file, want ? strerror(want) : "accepted");
}

int main(void)
{
	FILE *list = fopen(FOLDER "list", "r");
	char line[512];

	if (!list) {
		skip("no " FOLDER "list: series/selftests.sh brings it");
		return tap_done();
	}
	libbpf_set_print(keep_message);
	ok(know_sections(), "sections of filters are known");
	while (fgets(line, sizeof(line), list)) {
		if (!strncmp(line, "program ", 8))
			check_program(line + 8);
		else if (!strncmp(line, "object ", 7))
			check_object(line + 7);
	}
	fclose(list);
	return tap_done();
}
