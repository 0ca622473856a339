// SPDX-License-Identifier: GPL-2.0-only
/*
 * Functions of a C object, as the stock libbpf loads them: global ones are verified by
 * themselves, static and hidden ones where they are called. Needs root.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include "tap.h"

asm(".section .rodata\n"
    "object_start: .incbin \"" FUNCS_OBJECT "\"\n"
    "object_end:\n"
    ".previous\n");
extern const char object_start[], object_end[];

static int keep_quiet(enum libbpf_print_level level, const char *fmt, va_list args)
{
	return 0;
}

/* the object with one of its programs loaded; *err: what loading it gave */
static struct bpf_object *load(const char *name, int *err)
{
	LIBBPF_OPTS(bpf_object_open_opts, opts, .object_name = "funcs");
	struct bpf_program *prog;
	struct bpf_object *obj;

	obj = bpf_object__open_mem(object_start, object_end - object_start, &opts);
	*err = -errno;
	if (!obj)
		return NULL;
	bpf_object__for_each_program(prog, obj)
		bpf_program__set_autoload(prog, !strcmp(bpf_program__name(prog), name));
	*err = bpf_object__load(obj);
	return obj;
}

static long run(struct bpf_object *obj, const char *name)
{
	static char packet[64] = { [12] = 8 };
	LIBBPF_OPTS(bpf_test_run_opts, opts, .data_in = packet, .data_size_in = sizeof(packet));
	struct bpf_program *prog = bpf_object__find_program_by_name(obj, name);

	return bpf_prog_test_run_opts(bpf_program__fd(prog), &opts) ? -1 : (long)opts.retval;
}

static void test_refused(const char *name, int error, const char *what)
{
	struct bpf_object *obj;
	int err;

	obj = load(name, &err);
	ok(err == error, what);
	bpf_object__close(obj);
}

int main(void)
{
	struct bpf_object *obj;
	int err;

	libbpf_set_print(keep_quiet);
	obj = load("counts", &err);
	if (ok(!err, "global functions are verified by their types")) {
		ok(run(obj, "counts") == 11 + 1 + 1000 && run(obj, "counts") == 11 + 2 + 1000,
		   "... and change what they are given");
	}
	bpf_object__close(obj);
	obj = load("walked", &err);
	if (ok(!err, "a hidden function is verified where it is called"))
		ok(!run(obj, "walked"), "... and runs");
	bpf_object__close(obj);
	test_refused("untested", -EACCES, "what a global function is given may be NULL");
	test_refused("sizeless", -EINVAL, "a pointer to a type without size is refused");
	return tap_done();
}
