// SPDX-License-Identifier: GPL-2.0-only
/*
 * Compiles a program and shows the machine code, or runs it:
 *
 *	jitcat [-p] [-r] [-m N] [-s BYTES] FILE...
 *
 * Each FILE (- is standard input) holds one program in the notation of
 * selftests/bpf/cases. -p: its context is a packet; -r: run it with a context of 256
 * bytes 0, 1, 2 ...; -m: as on machine N of jitrun.c; -s: bytes of stack, 512 else. The
 * machine code is handed to objdump where there is one.
 */
#include <linux/errno.h>
#include <linux/types.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "bpfasm.h"
#include "host_user.h"
#include "jitrun.h"

#define TEXT_MOST	(1 << 20)

static bool is_packet, must_run;
static u32 stack_bytes = 512;

static int no_map(void *arg, const char *name)
{
	return -1;
}

static char *read_text(const char *path)
{
	FILE *f = strcmp(path, "-") ? fopen(path, "r") : stdin;
	char *text = calloc(1, TEXT_MOST);

	if (!f || !text) {
		perror(path);
		exit(2);
	}
	if (!fread(text, 1, TEXT_MOST - 1, f))
		fprintf(stderr, "%s: empty\n", path);
	if (f != stdin)
		fclose(f);
	return text;
}

static void show_code(const struct jit_image *image)
{
	char path[] = "/tmp/jitcat.XXXXXX", command[200];
	int fd = mkstemp(path);

	if (fd < 0 || write(fd, image->text, image->bytes) != image->bytes) {
		perror(path);
		return;
	}
	close(fd);
	snprintf(command, sizeof(command),
		 "objdump -D -b binary -m i386:x86-64 --adjust-vma=%#lx %s | sed 1,7d",
		 (unsigned long)image->text, path);
	fflush(stdout);
	if (system(command))
		jit_image_print(NULL, 0, image);
	unlink(path);
}

static void run(const struct jit_image *image)
{
	struct run_crash crash;
	u8 bytes[256];
	u64 r0;
	u32 i;

	for (i = 0; i < sizeof(bytes); i++)
		bytes[i] = i;
	if (jit_image_run(image, bytes, NULL, &r0, &crash))
		printf("r0 = %#llx\n", r0);
	else
		printf("%s\n", crash.why);
}

static bool cat(const char *path)
{
	char *text = read_text(path);
	struct bpf_jit_func func = { .stack_depth = stack_bytes };
	struct bpf_jit_input in = { .funcs = &func, .func_count = 1 };
	struct bpfasm_prog prog;
	struct jit_image image;
	int err;

	if (bpfasm(text, no_map, NULL, &prog)) {
		printf("%s: %s\n", path, prog.error);
		return false;
	}
	in.insns = prog.insns;
	in.count = prog.count;
	in.flags = is_packet ? BPF_JIT_PACKET : 0;
	err = jit_image_load(&in, &image);
	if (err) {
		printf("%s: %s\n", path, strerror(-err));
		return false;
	}
	printf("%s: %u instructions, %u bytes\n", path, prog.count, image.bytes);
	show_code(&image);
	if (must_run)
		run(&image);
	jit_image_unload(&image);
	bpfasm_free(&prog);
	free(text);
	return true;
}

int main(int argc, char **argv)
{
	const struct jit_machine *machine;
	bool good = true;
	int opt;

	while ((opt = getopt(argc, argv, "prm:s:")) != -1) {
		switch (opt) {
		case 'p':
			is_packet = true;
			break;
		case 'r':
			must_run = true;
			break;
		case 'm':
			machine = jit_machine(atoi(optarg));
			if (machine)
				machine->set();
			break;
		case 's':
			stack_bytes = atoi(optarg);
			break;
		default:
			return 2;
		}
	}
	for (; optind < argc; optind++)
		good &= cat(argv[optind]);
	return good ? 0 : 1;
}
