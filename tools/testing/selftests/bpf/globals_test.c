// SPDX-License-Identifier: GPL-2.0-only
/*
 * Global variables and constants of a C object, as the stock libbpf loads them: sections
 * become arrays that are mapped where the kernel can, constants are set, frozen and known
 * to the verifier. Needs root.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include "tap.h"

asm(".section .rodata\n"
    "object_start: .incbin \"" GLOBALS_OBJECT "\"\n"
    "object_end:\n"
    ".previous\n");
extern const char object_start[], object_end[];

/* as in the object */
struct constants {
	__u32	step;
	__u32	mask;
};

struct zeros {
	__u64	runs;
	__u64	by_len[4];
};

static int keep_quiet(enum libbpf_print_level level, const char *fmt, va_list args)
{
	return 0;
}

static struct bpf_object *open_object(void)
{
	LIBBPF_OPTS(bpf_object_open_opts, opts, .object_name = "globals");

	return bpf_object__open_mem(object_start, object_end - object_start, &opts);
}

static void *initial(struct bpf_object *obj, const char *map)
{
	size_t bytes;

	return (void *)bpf_map__initial_value(bpf_object__find_map_by_name(obj, map), &bytes);
}

static long run(struct bpf_object *obj, const char *name)
{
	static char packet[64] = { [12] = 8 };
	LIBBPF_OPTS(bpf_test_run_opts, opts, .data_in = packet, .data_size_in = sizeof(packet));
	struct bpf_program *prog = bpf_object__find_program_by_name(obj, name);

	return bpf_prog_test_run_opts(bpf_program__fd(prog), &opts) ? -1 : (long)opts.retval;
}

static void test_variables(void)
{
	struct bpf_object *obj = open_object();
	struct constants *set;
	struct zeros *seen;
	__u64 *data;
	int bss;

	if (!ok(obj, "an object with variables is opened"))
		return;
	set = initial(obj, "globals.rodata");
	data = initial(obj, "globals.data");
	set->step = 5;
	*data = 2000;
	if (!ok(!bpf_object__load(obj), "and loaded"))
		return;
	ok(run(obj, "counts") == 2005 && run(obj, "counts") == 2010,
	   "constants and variables are what was set");
	bss = bpf_object__find_map_fd_by_name(obj, "globals.bss");
	seen = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, bss, 0);
	if (ok(seen != MAP_FAILED, "variables are mapped")) {
		ok(seen->runs == 10, "... and seen there");
		seen->runs = 0;
		ok(run(obj, "counts") == 2005, "... and set there");
		munmap(seen, 4096);
	}
	bpf_object__close(obj);
}

static void test_constants(void)
{
	struct bpf_object *obj = open_object();
	__u32 key = 0;
	struct constants set = { };
	int rodata;

	if (!ok(!bpf_object__load(obj), "a mask that is known bounds an index"))
		return;
	ok(run(obj, "masked") >= 0, "... and the program runs");
	rodata = bpf_object__find_map_fd_by_name(obj, "globals.rodata");
	ok(bpf_map_update_elem(rodata, &key, &set, 0) && errno == EPERM,
	   "constants are frozen");
	bpf_object__close(obj);

	obj = open_object();
	((struct constants *)initial(obj, "globals.rodata"))->mask = 4;
	ok(bpf_object__load(obj) == -EACCES, "another mask does not");
	bpf_object__close(obj);
}

int main(void)
{
	libbpf_set_print(keep_quiet);
	test_variables();
	test_constants();
	return tap_done();
}
