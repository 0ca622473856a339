// SPDX-License-Identifier: GPL-2.0-only
/*
 * What loading costs: objects of clang in /objects, by the stock libbpf. Only the kernel's
 * part counts: calls of bpf(2) that load a program of the object, each made three times, and
 * natively twenty times.
 *
 *   objects [native]
 *
 * Prints a line an object: name, guest instructions of all its loads (native: nanoseconds),
 * most bytes held by one of them; "refused" where the kernel takes one of the programs not.
 */
#include <dirent.h>
#include <stdarg.h>
#include <stdbool.h>
#include <time.h>
#include <bpf/libbpf.h>
#include "peak.h"

#define FOLDER	"/objects/"

/* all are timed first, and then looked at again */
static bool native, watched;
static struct bpf_object *loading;

/* of the object being loaded */
static __u64 cost, most;
static bool is_refused;

static __u64 clock_now(void)
{
	struct timespec t;

	if (!native)
		return now();
	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000ULL + t.tv_nsec;
}

/* libbpf loads small programs of its own, to see what the kernel has */
static bool is_of_object(const union bpf_attr *attr)
{
	struct bpf_program *prog;

	if (!loading)
		return false;
	bpf_object__for_each_program(prog, loading)
		if (!strncmp(bpf_program__name(prog), attr->prog_name,
			     sizeof(attr->prog_name) - 1))
			return true;
	return false;
}

long __real_syscall(long number, ...);
long __wrap_syscall(long number, ...);

static long measured(union bpf_attr *attr, long size)
{
	__u64 best = -1ULL, start, took;
	long fd = -1;
	int i;

	for (i = 0; i < (native ? 20 : 3); i++) {
		if (fd >= 0)
			close(fd);
		start = clock_now();
		fd = __real_syscall(__NR_bpf, BPF_PROG_LOAD, attr, size);
		took = clock_now() - start;
		if (took < best)
			best = took;
	}
	cost += best;
	is_refused |= fd < 0;
	return fd;
}

static long watched_load(union bpf_attr *attr, long size)
{
	__u64 bytes;
	long fd;

	peak_start();
	fd = __real_syscall(__NR_bpf, BPF_PROG_LOAD, attr, size);
	bytes = peak_stop();
	if (bytes > most)
		most = bytes;
	return fd;
}

/* called instead of syscall() by all of this program, libbpf included */
long __wrap_syscall(long number, ...)
{
	long arg[6];
	va_list args;
	int i;

	va_start(args, number);
	for (i = 0; i < 6; i++)
		arg[i] = va_arg(args, long);
	va_end(args);
	if (number == __NR_bpf && arg[0] == BPF_PROG_LOAD &&
	    is_of_object((union bpf_attr *)arg[1]))
		return (watched ? watched_load : measured)((union bpf_attr *)arg[1], arg[2]);
	return __real_syscall(number, arg[0], arg[1], arg[2], arg[3], arg[4], arg[5]);
}

static int keep_quiet(enum libbpf_print_level level, const char *fmt, va_list args)
{
	return 0;
}

/* false: one of its programs is refused */
static bool load_object(const char *file)
{
	char path[512];
	bool good;

	snprintf(path, sizeof(path), FOLDER "%s", file);
	loading = bpf_object__open_file(path, NULL);
	if (!loading)
		die(path);
	cost = 0;
	most = 0;
	is_refused = false;
	good = !bpf_object__load(loading) && !is_refused;
	bpf_object__close(loading);
	loading = NULL;
	return good;
}

static int is_object(const struct dirent *file)
{
	return strstr(file->d_name, ".bpf.o") != NULL;
}

static void report(const char *file, bool loads, __u64 took)
{
	int len = strcspn(file, ".");

	if (loads)
		printf("object/%.*s %llu %llu\n", len, file, took, most);
	else
		printf("object/%.*s refused\n", len, file);
	fflush(stdout);
}

int main(int argc, char **argv)
{
	struct dirent **files;
	int i, n = scandir(FOLDER, &files, is_object, alphasort);
	__u64 *costs = calloc(n, sizeof(*costs));
	bool *loads = calloc(n, sizeof(*loads));

	native = argc > 1 && !strcmp(argv[1], "native");
	/* both kernels interpret there: the peer has no code generator in User-Mode Linux */
	if (native)
		set_jit("0");
	libbpf_set_print(keep_quiet);
	for (i = 0; i < n; i++) {
		loads[i] = load_object(files[i]->d_name);
		costs[i] = cost;
	}
	watched = !native && peak_prepare();
	for (i = 0; i < n; i++) {
		if (watched && loads[i])
			load_object(files[i]->d_name);
		report(files[i]->d_name, loads[i], costs[i]);
	}
	return 0;
}
