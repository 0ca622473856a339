// SPDX-License-Identifier: GPL-2.0-only
/*
 * BPF_MAP_TYPE_PERF_EVENT_ARRAY in the hands of user space: what may be made, which
 * events go in, and how long they stay. What programs do with them is in
 * trace_output_test.c. Runs as root.
 */
#include <linux/hw_breakpoint.h>
#include <linux/perf_event.h>
#include <stdbool.h>
#include <stdlib.h>
#include "load.h"
#include "tap.h"

#define COUNT(a)	(sizeof(a) / sizeof((a)[0]))
#define ENOTSUPP	524	/* the kernel's own */
#define SLOTS		4

static void expect(long got, long want, const char *what)
{
	if (!ok(got == want, "%s", what))
		printf("# got %ld, want %ld\n", got, want);
}

static int make_events(void)
{
	return create_map(BPF_MAP_TYPE_PERF_EVENT_ARRAY, 4, 4, SLOTS, 0);
}

static int open_event(int config, bool inherit)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_SOFTWARE, .size = sizeof(attr), .config = config,
		.sample_type = PERF_SAMPLE_RAW, .inherit = inherit,
	};
	int fd = syscall(__NR_perf_event_open, &attr, inherit ? 0 : -1, inherit ? -1 : 0, -1, 0);

	return fd < 0 ? -errno : fd;
}

static int element(int cmd, int map, __u32 key, void *value, __u64 flags)
{
	union bpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.map_fd = map;
	attr.key = (uintptr_t)&key;
	attr.value = (uintptr_t)value;
	attr.flags = flags;
	return bpf_call(cmd, &attr) < 0 ? -errno : 0;
}

static int put(int map, __u32 key, int event)
{
	return element(BPF_MAP_UPDATE_ELEM, map, key, &event, BPF_ANY);
}

static int take_out(int map, __u32 key)
{
	return element(BPF_MAP_DELETE_ELEM, map, key, NULL, 0);
}

static void test_create(void)
{
	static const struct {
		int key, value, entries, flags, want;
		const char *what;
	} cases[] = {
		{ 4, 4, SLOTS, 0, 0, "an array of events" },
		{ 4, 4, SLOTS, BPF_F_RDONLY, 0, "read-only for user space" },
		{ 4, 4, SLOTS, BPF_F_NUMA_NODE, 0, "on a node" },
		{ 8, 4, SLOTS, 0, -EINVAL, "keys of 8 bytes" },
		{ 4, 8, SLOTS, 0, -EINVAL, "values of 8 bytes" },
		{ 4, 4, 0, 0, -EINVAL, "no slots" },
		{ 4, 4, SLOTS, BPF_F_RDONLY_PROG, -EINVAL, "read-only for programs" },
		{ 4, 4, SLOTS, BPF_F_WRONLY_PROG, -EINVAL, "write-only for programs" },
		{ 4, 4, SLOTS, BPF_F_NO_PREALLOC, -EINVAL, "without preallocation" },
	};
	unsigned int i;

	for (i = 0; i < COUNT(cases); i++) {
		int fd = create_map(BPF_MAP_TYPE_PERF_EVENT_ARRAY, cases[i].key, cases[i].value,
				    cases[i].entries, cases[i].flags);

		if (!ok(cases[i].want ? fd == cases[i].want : fd >= 0, "%s: %s", cases[i].what,
			cases[i].want ? strerror(-cases[i].want) : "made"))
			printf("# got %d\n", fd);
		if (fd >= 0)
			close(fd);
	}
}

static void test_update(void)
{
	int map = make_events(), event = open_event(PERF_COUNT_SW_BPF_OUTPUT, false);
	int inherited = open_event(PERF_COUNT_SW_TASK_CLOCK, true), out[2], value = event;

	if (!ok(event >= 0 && inherited >= 0 && !pipe(out), "events are opened"))
		return;
	expect(put(map, 0, event), 0, "an event goes in");
	expect(put(map, 0, event), 0, "again");
	expect(put(map, SLOTS - 1, event), 0, "and in the last slot");
	expect(put(map, SLOTS, event), -E2BIG, "there is none behind it");
	expect(put(map, 1, -1), -EBADF, "no descriptor");
	expect(put(map, 1, out[0]), -EBADF, "a pipe");
	expect(put(map, 1, map), -EBADF, "the array itself");
	expect(put(map, 1, inherited), -EOPNOTSUPP, "an event that children inherit");
	expect(element(BPF_MAP_UPDATE_ELEM, map, 1, &value, BPF_NOEXIST), -EINVAL, "only if empty");
	expect(element(BPF_MAP_UPDATE_ELEM, map, 1, &value, BPF_EXIST), -EINVAL,
	       "only if not empty");
	expect(element(BPF_MAP_LOOKUP_ELEM, map, 0, &value, 0), -ENOTSUPP,
	       "descriptors are not given back");
	expect(take_out(map, 1), -ENOENT, "refused ones did not go in");
	expect(take_out(map, 0), 0, "an event is taken out");
	expect(take_out(map, 0), -ENOENT, "once");
	expect(take_out(map, SLOTS), -E2BIG, "not from behind the end");
	close(out[0]);
	close(out[1]);
	close(inherited);
	close(event);
	close(map);
}

/* of these the machine has few: whether one is still held can be seen */
static int open_breakpoint(void)
{
	static __u64 watched;
	struct perf_event_attr attr = {
		.type = PERF_TYPE_BREAKPOINT, .size = sizeof(attr), .bp_type = HW_BREAKPOINT_W,
		.bp_addr = (uintptr_t)&watched, .bp_len = HW_BREAKPOINT_LEN_8,
		.exclude_kernel = 1,
	};
	int fd = syscall(__NR_perf_event_open, &attr, 0, -1, -1, 0);

	return fd < 0 ? -errno : fd;
}

/* takes all breakpoints and leaves them to the array; how many there are, or -errno */
static int put_breakpoints(int map)
{
	int fds[SLOTS + 1], count = 0, i, err = 0;

	while (count <= SLOTS && (fds[count] = open_breakpoint()) >= 0)
		count++;
	for (i = 0; i < count && !err; i++)
		err = put(map, i, fds[i]);
	for (i = 0; i < count; i++)
		close(fds[i]);
	return err ? err : count;
}

/* events go a while after their last holder */
static bool is_free_in_time(void)
{
	int ms, fd;

	for (ms = 0; ms < 5000; ms += 10) {
		fd = open_breakpoint();
		if (fd >= 0) {
			close(fd);
			return true;
		}
		usleep(10000);
	}
	return false;
}

static void test_lifetime(void)
{
	int map = make_events(), again = dup(map), count = put_breakpoints(map);

	if (count < 1 || count > SLOTS) {
		skip("breakpoints: %d", count);
		return;
	}
	usleep(100000);
	expect(open_breakpoint(), -ENOSPC, "events whose descriptors are closed are the array's");
	close(again);
	usleep(100000);
	expect(open_breakpoint(), -ENOSPC, "a copy of its descriptor is the same file");
	take_out(map, 0);
	ok(is_free_in_time(), "one that is taken out is free");
	expect(put_breakpoints(map), 1, "and put in again");
	close(map);
	ok(is_free_in_time(), "closing the array frees them");
}

/*
 * The same map through another file: what went in through a file goes when that is
 * closed, though the map stays.
 */
static void test_two_files(void)
{
	int map = make_events(), event = open_event(PERF_COUNT_SW_BPF_OUTPUT, false), other;
	struct bpf_map_info info = { };
	union bpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.info.bpf_fd = map;
	attr.info.info = (uintptr_t)&info;
	attr.info.info_len = sizeof(info);
	bpf_call(BPF_OBJ_GET_INFO_BY_FD, &attr);
	memset(&attr, 0, sizeof(attr));
	attr.map_id = info.id;
	other = bpf_call(BPF_MAP_GET_FD_BY_ID, &attr);
	if (other < 0) {
		skip("no second file of a map: %s", strerror(errno));
	} else {
		put(map, 0, event);
		put(other, 1, event);
		put(map, 2, event);
		put(other, 2, event);
		close(other);
		expect(take_out(map, 0), 0, "what went in through this file is there");
		expect(take_out(map, 1), -ENOENT, "what went in through the other left with it");
		expect(take_out(map, 2), -ENOENT, "the last one to put something in counts");
	}
	close(event);
	close(map);
}

static void test_programs(void)
{
	int map = make_events();
	struct bpf_insn insns[] = {
		BPF_ST_MEM(BPF_W, BPF_REG_10, -4, 0),
		BPF_MOV64_REG(BPF_REG_2, BPF_REG_10),
		BPF_ALU64_IMM(BPF_ADD, BPF_REG_2, -4),
		BPF_LD_MAP_FD(BPF_REG_1, map),
		BPF_CALL_FUNC(BPF_FUNC_map_delete_elem),
		BPF_MOV64_IMM(BPF_REG_0, 0),
		BPF_EXIT_INSN(),
	};

	expect(load_insns(insns, COUNT(insns), false), -EINVAL, "programs do not take events out");
	close(map);
}

int main(void)
{
	test_create();
	test_update();
	test_lifetime();
	test_two_files();
	test_programs();
	return tap_done();
}
