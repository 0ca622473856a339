// SPDX-License-Identifier: GPL-2.0-only
/*
 * Functions of a C object, as the stock libbpf loads them: global ones are verified by
 * themselves, static and hidden ones where they are called, some called back for each
 * element of a hash table. Needs root.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
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

static bool is_named(const char *name, const char *want)
{
	const char *end = strchr(want, '*');

	return end ? !strncmp(name, want, end - want) : !strcmp(name, want);
}

/*
 * The object with one of its programs loaded, or those that begin with what is in front of
 * a *; *err: what loading it gave
 */
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
		bpf_program__set_autoload(prog, is_named(bpf_program__name(prog), name));
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

static bool has_jit(void)
{
	FILE *f = fopen("/proc/sys/net/core/bpf_jit_enable", "r");
	int on = 0;

	if (f && fscanf(f, "%d", &on) != 1)
		on = 0;
	if (f)
		fclose(f);
	return on;
}

static void test_tail_calls(void)
{
	struct bpf_object *obj;
	struct bpf_map *bss;
	__u64 *seen;
	__u32 key = 0;
	size_t bytes;
	int err, map, prog;

	obj = load("tails", &err);
	if (!has_jit()) {
		ok(err == -EINVAL, "tail calls of functions are for machine code");
		bpf_object__close(obj);
		return;
	}
	if (!ok(!err, "a function makes tail calls"))
		return;
	map = bpf_object__find_map_fd_by_name(obj, "programs");
	prog = bpf_program__fd(bpf_object__find_program_by_name(obj, "tails"));
	ok(run(obj, "tails") == 2000, "... that find no program");
	ok(!bpf_map_update_elem(map, &key, &prog, BPF_ANY), "... and then itself");
	/* 33 go on, and of the two calls of each of the 34 programs the others do not */
	ok(run(obj, "tails") == (2 * 34 - 33) * 1000, "... 33 times in one run");
	bss = bpf_object__find_map_by_name(obj, "funcs.bss");
	seen = calloc(1, bpf_map__value_size(bss));
	bytes = bpf_map__value_size(bss);
	if (ok(seen && !bpf_map_lookup_elem(bpf_map__fd(bss), &key, seen), "variables are read")) {
		struct counts {
			__u64 bytes, packets, runs, lost;
		} *c = (void *)seen;

		ok(bytes == sizeof(*c) && c->runs == 1 + 34 && !c->lost,
		   "... and no stack was lost");
	}
	free(seen);
	bpf_object__close(obj);
}

#define ENTRIES		64
/* so many are visited at most while elements come and go */
#define MOST_VISITS	(ENTRIES * 2 + 16)

static int walk(struct bpf_object *obj, const char *what, const char *map)
{
	char name[64];

	snprintf(name, sizeof(name), "each_%s_%s", what, map);
	return run(obj, name);
}

static void fill(int map, __u32 count)
{
	__u64 value;
	__u32 key;

	for (key = 0; key < count; key++) {
		value = key + 1;
		bpf_map_update_elem(map, &key, &value, BPF_ANY);
	}
}

static __u32 count_elements(int map)
{
	__u32 key, count = 0;
	int err;

	for (err = bpf_map_get_next_key(map, NULL, &key); !err;
	     err = bpf_map_get_next_key(map, &key, &key))
		count++;
	return count;
}

/* bpf_for_each_map_elem() of a hash table */
static void test_walks(struct bpf_object *obj, const char *map)
{
	int fd = bpf_object__find_map_fd_by_name(obj, map), n;
	__u32 key, sum = 0;

	ok(!walk(obj, "count", map) && !walk(obj, "take", map), "an empty table has no elements");
	fill(fd, ENTRIES);
	for (key = 0; key < ENTRIES; key++)
		sum += key * (key + 1);
	ok(walk(obj, "count", map) == ENTRIES, "a full one is gone through");
	ok(walk(obj, "sum", map) == (int)sum, "... each element once, with its key and value");
	ok(walk(obj, "stop", map) == 10, "... until the function returns 1");
	ok(walk(obj, "flags", map) == -EINVAL, "... without flags");
	ok(walk(obj, "put", map) == ENTRIES, "... and nothing can be inserted");
	ok(walk(obj, "take", map) == ENTRIES * 10000 + ENTRIES * (ENTRIES + 1) / 2,
	   "each element is deleted as it is visited");
	ok(!count_elements(fd) && !walk(obj, "count", map), "... and none is left");
	fill(fd, ENTRIES / 2);
	n = walk(obj, "put", map);
	ok(n >= ENTRIES / 2 && n <= ENTRIES, "elements are inserted meanwhile");
	ok(count_elements(fd) == ENTRIES, "... until there is no room");
	walk(obj, "take", map);
	fill(fd, ENTRIES / 2);
	n = walk(obj, "exchange", map);
	ok(n >= ENTRIES / 2 && n <= MOST_VISITS && count_elements(fd) == ENTRIES / 2,
	   "elements are exchanged for others, and it ends");
}

static void test_each(void)
{
	struct bpf_object *obj;
	int err;

	test_refused("overwrites", -EACCES, "the key of an element is not to be written");
	obj = load("each_*", &err);
	if (!ok(!err, "functions are called back for the elements of hash tables"))
		return;
	test_walks(obj, "table");
	test_walks(obj, "sparse");
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
	test_tail_calls();
	test_each();
	test_refused("untested", -EACCES, "what a global function is given may be NULL");
	test_refused("sizeless", -EINVAL, "a pointer to a type without size is refused");
	return tap_done();
}
