// SPDX-License-Identifier: GPL-2.0-only
/*
 * BPF_MAP_TYPE_STACK_TRACE as far as user space alone can see it: what may be made, and
 * that an empty map has nothing to look up. Stacks come from programs on events:
 * trace_output_test.c has them. Runs as root.
 */
#include <stdbool.h>
#include <stdlib.h>
#include "load.h"
#include "tap.h"

#define COUNT(a)	(sizeof(a) / sizeof((a)[0]))
#define FRAMES_FILE	"/proc/sys/kernel/perf_event_max_stack"
#define BUILD_IDS	BPF_F_STACK_BUILD_ID
#define BUILD_ID_BYTES	((int)sizeof(struct bpf_stack_build_id))

static void expect(long got, long want, const char *what)
{
	if (!ok(got == want, "%s", what))
		printf("# got %ld, want %ld\n", got, want);
}

static int read_frames(void)
{
	FILE *f = fopen(FRAMES_FILE, "r");
	int frames = 0;

	if (!f || fscanf(f, "%d", &frames) != 1)
		printf("# %s cannot be read\n", FRAMES_FILE);
	if (f)
		fclose(f);
	return frames;
}

static int write_frames(int frames)
{
	FILE *f = fopen(FRAMES_FILE, "w");
	int err;

	if (!f)
		return -errno;
	err = fprintf(f, "%d", frames) < 0 || fflush(f) ? -errno : 0;
	fclose(f);
	return err;
}

static void test_create(int frames)
{
	const struct {
		int key, value, entries, flags, want;
		const char *what;
	} cases[] = {
		{ 4, 8, 1, 0, 0, "one frame" },
		{ 4, frames * 8, 100, 0, 0, "as many frames as there may be" },
		{ 4, 64, 100, BPF_F_RDONLY, 0, "read-only for user space" },
		{ 4, 64, 100, BPF_F_NUMA_NODE, 0, "on a node" },
		{ 4, BUILD_ID_BYTES, 100, BUILD_IDS, 0, "a build id" },
		{ 4, frames * BUILD_ID_BYTES, 8, BUILD_IDS, 0,
		  "as many build ids as there may be frames" },
		{ 4, frames * 8 + 8, 100, 0, -EINVAL, "a frame more" },
		{ 4, (frames + 1) * BUILD_ID_BYTES, 8, BUILD_IDS, -EINVAL, "a build id more" },
		{ 4, 0, 100, 0, -EINVAL, "no frames" },
		{ 4, 12, 100, 0, -EINVAL, "a frame and a half" },
		{ 4, 40, 100, BUILD_IDS, -EINVAL, "a build id and a bit" },
		{ 8, 64, 100, 0, -EINVAL, "keys of 8 bytes" },
		{ 0, 64, 100, 0, -EINVAL, "no keys" },
		{ 4, 64, 0, 0, -EINVAL, "no entries" },
		{ 4, 64, -1, 0, -E2BIG, "too many entries" },
		{ 4, 64, 100, BPF_F_NO_PREALLOC, -EINVAL, "without preallocation" },
		{ 4, 64, 100, BPF_F_RDONLY_PROG, -EINVAL, "read-only for programs" },
	};
	unsigned int i;

	for (i = 0; i < COUNT(cases); i++) {
		int fd = create_map(BPF_MAP_TYPE_STACK_TRACE, cases[i].key, cases[i].value,
				    cases[i].entries, cases[i].flags);

		if (!ok(cases[i].want ? fd == cases[i].want : fd >= 0, "%s: %s", cases[i].what,
			cases[i].want ? strerror(-cases[i].want) : "made"))
			printf("# got %d\n", fd);
		if (fd >= 0)
			close(fd);
	}
}

static int element(int cmd, int map, __u32 key, void *value)
{
	union bpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.map_fd = map;
	attr.key = (uintptr_t)&key;
	attr.value = (uintptr_t)value;
	return bpf_call(cmd, &attr) < 0 ? -errno : 0;
}

static int first_key(int map)
{
	union bpf_attr attr;
	__u32 key;

	memset(&attr, 0, sizeof(attr));
	attr.map_fd = map;
	attr.next_key = (uintptr_t)&key;
	return bpf_call(BPF_MAP_GET_NEXT_KEY, &attr) < 0 ? -errno : (int)key;
}

static void test_empty(void)
{
	/* numbers go to 127: slots are a power of two */
	int map = create_map(BPF_MAP_TYPE_STACK_TRACE, 4, 64, 100, 0);
	__u64 stack[8] = { 0 };

	expect(element(BPF_MAP_LOOKUP_ELEM, map, 5, stack), -ENOENT, "no stack has number 5");
	expect(element(BPF_MAP_LOOKUP_ELEM, map, 127, stack), -ENOENT, "nor the last number");
	expect(element(BPF_MAP_LOOKUP_ELEM, map, 128, stack), -ENOENT, "nor one beyond");
	expect(element(BPF_MAP_DELETE_ELEM, map, 127, NULL), -ENOENT, "nothing to delete");
	expect(element(BPF_MAP_DELETE_ELEM, map, 128, NULL), -E2BIG, "a number too large");
	expect(element(BPF_MAP_UPDATE_ELEM, map, 5, stack), -EINVAL,
	       "stacks come from programs only");
	expect(first_key(map), -ENOENT, "there is no first one");
	close(map);
}

/* a program that copies stacks */
static int load_copier(void)
{
	struct program p = { };

	ADD(&p,
	    BPF_MOV64_REG(BPF_REG_2, BPF_REG_10),
	    BPF_ALU64_IMM(BPF_ADD, BPF_REG_2, -8),
	    BPF_MOV64_IMM(BPF_REG_3, 8),
	    BPF_MOV64_IMM(BPF_REG_4, 0),
	    BPF_CALL_FUNC(BPF_FUNC_get_stack));
	add_return(&p, 0);
	return load_as(BPF_PROG_TYPE_KPROBE, NULL, p.insns, p.len, true);
}

/* the depth of stacks is fixed while somebody collects them */
static void is_fixed_with(int fd, const char *what, int frames)
{
	int ms;

	ok(fd >= 0, "%s is there", what);
	expect(write_frames(frames - 1), -EBUSY, "the depth of stacks is fixed meanwhile");
	close(fd);
	for (ms = 0; ms < 5000 && write_frames(frames - 1); ms += 10)
		usleep(10000);
	expect(read_frames(), frames - 1, "and may be changed afterwards");
}

static void test_depth(int frames)
{
	is_fixed_with(load_copier(), "a program that copies stacks", frames);
	write_frames(frames);
	is_fixed_with(create_map(BPF_MAP_TYPE_STACK_TRACE, 4, 64, 100, 0), "a map of stacks",
		      frames);
	expect(create_map(BPF_MAP_TYPE_STACK_TRACE, 4, frames * 8, 8, 0), -EINVAL,
	       "which maps keep to");
	write_frames(frames);
}

static void test_programs(void)
{
	int map = create_map(BPF_MAP_TYPE_STACK_TRACE, 4, 64, 100, 0);
	struct bpf_insn insns[] = {
		BPF_ST_MEM(BPF_W, BPF_REG_10, -4, 0),
		BPF_MOV64_REG(BPF_REG_2, BPF_REG_10),
		BPF_ALU64_IMM(BPF_ADD, BPF_REG_2, -4),
		BPF_LD_MAP_FD(BPF_REG_1, map),
		BPF_CALL_FUNC(BPF_FUNC_map_lookup_elem),
		BPF_MOV64_IMM(BPF_REG_0, 0),
		BPF_EXIT_INSN(),
	};

	expect(load_insns(insns, COUNT(insns), false), -EINVAL, "programs do not look stacks up");
	close(map);
}

int main(void)
{
	int frames = read_frames();

	test_create(frames);
	test_empty();
	test_depth(frames);
	test_programs();
	return tap_done();
}
