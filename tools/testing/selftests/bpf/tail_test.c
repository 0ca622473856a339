// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tail calls and the arrays of programs behind them: what user space may do to an
 * array, where a call goes, how many may follow each other, which programs one array
 * takes, and that nothing of it is left when nobody holds it.
 *
 * What runs is run by the interpreter and, where there is one, as machine code. Runs as
 * root.
 */
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include "load.h"
#include "tap.h"

#define COUNT(a)	(sizeof(a) / sizeof((a)[0]))
#define JIT_SYSCTL	"/proc/sys/net/core/bpf_jit_enable"
#define SLOTS		4
#define CALLS_MOST	33
#define MISSED		77
#define PATIENCE_MS	10000

/* ---- arrays of programs ------------------------------------------------------------- */

static int make_progs(void)
{
	return create_map(BPF_MAP_TYPE_PROG_ARRAY, 4, 4, SLOTS, 0);
}

static int slot_call(int cmd, int map, __u32 idx, __u32 *value, __u64 flags)
{
	union bpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.map_fd = map;
	attr.key = (uintptr_t)&idx;
	attr.value = (uintptr_t)value;
	attr.flags = flags;
	return bpf_call(cmd, &attr) < 0 ? -errno : 0;
}

static int put(int map, __u32 idx, int prog)
{
	__u32 value = prog;

	return slot_call(BPF_MAP_UPDATE_ELEM, map, idx, &value, BPF_ANY);
}

static int take_out(int map, __u32 idx)
{
	return slot_call(BPF_MAP_DELETE_ELEM, map, idx, NULL, 0);
}

/* number of the program in a slot, or -errno */
static int look(int map, __u32 idx)
{
	__u32 id = 0;
	int err = slot_call(BPF_MAP_LOOKUP_ELEM, map, idx, &id, 0);

	return err ? err : (int)id;
}

/* ---- programs ------------------------------------------------------------------------ */

static int load_return(int value)
{
	struct program p = { };

	add_return(&p, value);
	return load(&p);
}

static void add_tail_call(struct program *p, int map)
{
	ADD(p, BPF_LD_MAP_FD(BPF_REG_2, map), BPF_CALL_FUNC(BPF_FUNC_tail_call));
}

/* calls slot @idx, returns @otherwise where that is nothing */
static int load_caller(int map, __s64 idx, int otherwise)
{
	struct program p = { };

	ADD(&p, BPF_LD_IMM64(BPF_REG_3, idx));
	add_tail_call(&p, map);
	add_return(&p, otherwise);
	return load_insns(p.insns, p.len, false);
}

/* counts itself in @array and calls slot @idx */
static int load_counter(int map, int array, int idx, int otherwise)
{
	struct program p = { };

	add_array(&p, array);
	ADD(&p,
	    BPF_LDX_MEM(BPF_DW, BPF_REG_1, BPF_REG_7, 0),
	    BPF_ALU64_IMM(BPF_ADD, BPF_REG_1, 1),
	    BPF_STX_MEM(BPF_DW, BPF_REG_7, BPF_REG_1, 0),
	    BPF_MOV64_REG(BPF_REG_1, BPF_REG_6),
	    BPF_MOV64_IMM(BPF_REG_3, idx));
	add_tail_call(&p, map);
	add_return(&p, otherwise);
	return load(&p);
}

/* what a program returns for some packet, or -errno */
static int run(int prog)
{
	static const char packet[64];
	union bpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.test.prog_fd = prog;
	attr.test.data_in = (uintptr_t)packet;
	attr.test.data_size_in = sizeof(packet);
	return bpf_call(BPF_PROG_TEST_RUN, &attr) < 0 ? -errno : (int)attr.test.retval;
}

static unsigned int id_of(int prog)
{
	struct bpf_prog_info info = { };
	union bpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.info.bpf_fd = prog;
	attr.info.info = (uintptr_t)&info;
	attr.info.info_len = sizeof(info);
	return bpf_call(BPF_OBJ_GET_INFO_BY_FD, &attr) ? 0 : info.id;
}

/* a number that fdinfo tells of a descriptor, or -1 */
static int read_fdinfo(int fd, const char *what)
{
	char path[64], line[128], name[64];
	int value, found = -1;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", fd);
	f = fopen(path, "r");
	while (f && fgets(line, sizeof(line), f))
		if (sscanf(line, "%63[^:]:%d", name, &value) == 2 && !strcmp(name, what))
			found = value;
	if (f)
		fclose(f);
	return found;
}

/* how many programs the kernel has memory for */
static int count_programs(void)
{
	char line[512];
	int count = 0;
	FILE *f = fopen("/proc/vmallocinfo", "r");

	while (f && fgets(line, sizeof(line), f))
		count += !!strstr(line, "bpf_prog_alloc");
	if (f)
		fclose(f);
	return count;
}

/* programs go a while after their last reference */
static bool comes_down_to(int wanted, int patience_ms)
{
	int ms;

	for (ms = 0; ms < patience_ms && count_programs() > wanted; ms += 10)
		usleep(10000);
	return count_programs() <= wanted;
}

static void expect(int got, int want, const char *what)
{
	if (!ok(got == want, "%s", what))
		printf("# got %d, want %d\n", got, want);
}

/* ---- arrays in the hands of user space ------------------------------------------------ */

static void test_create(void)
{
	static const struct {
		unsigned int key, value, entries, flags;
		int want;
		const char *what;
	} cases[] = {
		{ 4, 4, 1, 0, 0, "an array of programs" },
		{ 4, 4, 1, BPF_F_RDONLY, 0, "read-only for user space" },
		{ 8, 4, 1, 0, -EINVAL, "keys of 8 bytes" },
		{ 4, 8, 1, 0, -EINVAL, "values of 8 bytes" },
		{ 4, 4, 0, 0, -EINVAL, "no slots" },
		{ 4, 4, 1, BPF_F_RDONLY_PROG, -EINVAL, "read-only for programs" },
		{ 4, 4, 1, BPF_F_WRONLY_PROG, -EINVAL, "write-only for programs" },
		{ 4, 4, 1, BPF_F_NO_PREALLOC, -EINVAL, "without preallocation" },
	};
	unsigned int i;

	for (i = 0; i < COUNT(cases); i++) {
		int fd = create_map(BPF_MAP_TYPE_PROG_ARRAY, cases[i].key, cases[i].value,
				  cases[i].entries, cases[i].flags);

		expect(fd < 0 ? fd : 0, cases[i].want, cases[i].what);
		if (fd >= 0)
			close(fd);
	}
}

static void test_slots(void)
{
	int map = make_progs(), prog = load_return(1), rdonly;
	__u32 value = prog, key = 1, next = 0;
	union bpf_attr attr;

	expect(look(map, 0), -ENOENT, "an empty slot has no number");
	expect(look(map, SLOTS), -ENOENT, "nor has one behind the last");
	expect(put(map, SLOTS, prog), -E2BIG, "nothing goes behind the last slot");
	expect(put(map, 0, 999), -EBADF, "a descriptor that is not open");
	expect(put(map, 0, map), -EINVAL, "a descriptor that is no program");
	expect(slot_call(BPF_MAP_UPDATE_ELEM, map, 0, &value, BPF_NOEXIST), -EINVAL,
	       "BPF_NOEXIST");
	expect(slot_call(BPF_MAP_UPDATE_ELEM, map, 0, &value, BPF_EXIST), -EINVAL, "BPF_EXIST");
	expect(take_out(map, 0), -ENOENT, "taken out of an empty slot");
	expect(take_out(map, SLOTS), -E2BIG, "taken out behind the last slot");
	expect(put(map, 2, prog), 0, "a program goes in");
	expect(look(map, 2), id_of(prog), "its number comes out");
	expect(put(map, 2, prog), 0, "and again");

	memset(&attr, 0, sizeof(attr));
	attr.map_fd = map;
	attr.key = (uintptr_t)&key;
	attr.next_key = (uintptr_t)&next;
	expect(bpf_call(BPF_MAP_GET_NEXT_KEY, &attr), 0, "slots are walked");
	expect(next, 2, "in order");
	key = SLOTS - 1;
	expect(bpf_call(BPF_MAP_GET_NEXT_KEY, &attr) ? -errno : 0, -ENOENT, "to the last");

	expect(take_out(map, 2), 0, "a program is taken out");
	expect(look(map, 2), -ENOENT, "then the slot is empty");
	rdonly = create_map(BPF_MAP_TYPE_PROG_ARRAY, 4, 4, 1, BPF_F_RDONLY);
	expect(put(rdonly, 0, prog), -EPERM, "nothing goes through a read-only descriptor");
	close(rdonly);
	close(prog);
	close(map);
}

/* which programs may name the array, and in which call */
static void test_kinds(void)
{
	int map = make_progs(), array = make_array(1);
	struct program p = { };

	expect(load_caller(array, 0, 0), -EINVAL, "tail call of an array of numbers");
	ADD(&p,
	    BPF_ST_MEM(BPF_W, BPF_REG_10, -4, 0),
	    BPF_MOV64_REG(BPF_REG_2, BPF_REG_10),
	    BPF_ALU64_IMM(BPF_ADD, BPF_REG_2, -4),
	    BPF_LD_MAP_FD(BPF_REG_1, map),
	    BPF_CALL_FUNC(BPF_FUNC_map_lookup_elem));
	add_return(&p, 0);
	expect(load_insns(p.insns, p.len, false), -EINVAL, "lookup in an array of programs");
	close(array);
	close(map);
}

/* ---- calls ------------------------------------------------------------------------------ */

static void expect_run(int prog, int want, const char *what)
{
	expect(prog < 0 ? prog : run(prog), want, what);
	if (prog >= 0)
		close(prog);
}

static void test_calls(void)
{
	int map = make_progs(), one = load_return(11), two = load_return(22), caller;

	put(map, 1, one);
	expect_run(load_caller(map, 1, MISSED), 11, "the program of the slot runs");
	expect_run(load_caller(map, 0, MISSED), MISSED, "an empty slot is passed over");
	expect_run(load_caller(map, SLOTS, MISSED), MISSED, "so is one behind the last");
	expect_run(load_caller(map, -1, MISSED), MISSED, "so is -1");
	expect_run(load_caller(map, 1LL << 32 | 1, MISSED), 11, "an index has 32 bits");

	caller = load_caller(map, 1, MISSED);
	put(map, 1, two);
	expect(run(caller), 22, "a program that was replaced");
	take_out(map, 1);
	expect(run(caller), MISSED, "a program that was taken out");
	put(map, 1, one);
	close(one);
	expect(run(caller), 11, "a program that only the array holds");
	close(caller);
	close(two);
	close(map);
}

/* what is called may use more stack than the caller, and the control block */
static void test_frames(void)
{
	int map = make_progs(), caller;
	struct program p = { };
	int off;

	for (off = -512; off < 0; off += 8)
		ADD(&p, BPF_ST_MEM(BPF_DW, BPF_REG_10, off, off));
	ADD(&p,
	    BPF_LDX_MEM(BPF_W, BPF_REG_6, BPF_REG_1, offsetof(struct __sk_buff, cb[0])),
	    BPF_LDX_MEM(BPF_DW, BPF_REG_0, BPF_REG_10, -512),
	    BPF_ALU64_REG(BPF_ADD, BPF_REG_0, BPF_REG_6),
	    BPF_ALU64_IMM(BPF_ADD, BPF_REG_0, 600),
	    BPF_EXIT_INSN());
	put(map, 0, load(&p));
	caller = load_caller(map, 0, MISSED);
	expect(run(caller), 88, "a program with all of the stack and the control block");
	close(caller);
	close(map);
}

static void test_chain(void)
{
	int map = make_progs(), array = make_array(1), self, last = load_return(5), i;
	__u64 count = 0;

	self = load_counter(map, array, 0, MISSED);
	expect(put(map, 0, self), 0, "a program calls itself");
	expect(run(self), MISSED, "and comes to an end");
	read_array(array, &count);
	expect(count, 1 + CALLS_MOST, "after 33 calls");
	expect(run(self), MISSED, "again");
	read_array(array, &count);
	expect(count, 2 * (1 + CALLS_MOST), "the count starts anew");

	/* three programs in turn, the last of which goes elsewhere in the end */
	for (i = 0; i < 2; i++) {
		int prog = load_counter(map, array, i + 1, MISSED);

		put(map, i, prog);
		close(prog);
	}
	put(map, 2, last);
	expect(run(self), 5, "a chain of programs");
	read_array(array, &count);
	expect(count, 2 * (1 + CALLS_MOST) + 3, "each of them once");
	close(self);
	close(last);
	close(array);
	close(map);
}

/* ---- both at once ----------------------------------------------------------------------- */

struct race {
	int map;
	int prog[2];
	atomic_bool over;
};

static void *replace(void *arg)
{
	struct race *r = arg;
	unsigned int i;

	for (i = 0; !atomic_load(&r->over); i++) {
		put(r->map, 0, r->prog[i % 2]);
		if (i % 7 == 0)
			take_out(r->map, 0);
	}
	return NULL;
}

static void test_race(void)
{
	struct race r = { make_progs(), { load_return(1), load_return(2) } };
	int caller = load_caller(r.map, 0, 3), wrong = 0, i;
	pthread_t thread;

	pthread_create(&thread, NULL, replace, &r);
	for (i = 0; i < 3000; i++) {
		int got = run(caller);

		wrong += got < 1 || got > 3;
	}
	atomic_store(&r.over, true);
	pthread_join(thread, NULL);
	expect(wrong, 0, "calls while the slot changes go to what was in it");
	close(caller);
	close(r.prog[0]);
	close(r.prog[1]);
	close(r.map);
}

/* ---- who holds whom --------------------------------------------------------------------- */

static void test_end(void)
{
	int map = make_progs(), again = dup(map), one = load_return(1), caller;

	put(map, 0, one);
	caller = load_caller(map, 0, MISSED);
	close(map);
	expect(run(caller), 1, "one of two descriptors of the array is closed");
	close(again);
	expect(run(caller), MISSED, "the other one too: the array is emptied");
	close(caller);
	close(one);
}

static void test_circle(void)
{
	int before, held = 0, i;

	comes_down_to(0, 500);	/* those of the tests before */
	before = count_programs();
	if (access("/proc/vmallocinfo", R_OK)) {
		skip("/proc/vmallocinfo");
		return;
	}
	for (i = 0; i < 20; i++) {
		int map = make_progs(), self = load_caller(map, 0, MISSED), other;

		other = load_caller(map, 1, MISSED);
		put(map, 0, self);
		put(map, 1, other);
		put(map, 2, self);
		close(self);
		close(other);
		held = count_programs();
		close(map);
	}
	ok(held >= before + 2, "programs that only an array holds are there");
	ok(comes_down_to(before, PATIENCE_MS), "programs and arrays that hold each other go away");
}

/* a program loaded while the sysctl is @jit, which it stays; -1 where there is none */
static int load_under(const char *jit)
{
	FILE *f = fopen(JIT_SYSCTL, "w");

	if (!f)
		return -1;
	fputs(jit, f);
	fclose(f);
	return load_return(1);
}

static void test_owner(const char *jit)
{
	int map = make_progs(), prog = load_return(1), caller, other;

	expect(read_fdinfo(map, "owner_prog_type"), -1, "an array without programs has no kind");
	put(map, 0, prog);
	expect(read_fdinfo(map, "owner_prog_type"), BPF_PROG_TYPE_SOCKET_FILTER,
	       "the first program gives it one");
	expect(read_fdinfo(map, "owner_jited"), read_fdinfo(prog, "prog_jited"), "machine code or not");
	take_out(map, 0);
	expect(read_fdinfo(map, "owner_prog_type"), BPF_PROG_TYPE_SOCKET_FILTER,
	       "which stays when the program goes");
	close(map);

	map = make_progs();
	caller = load_caller(map, 0, MISSED);
	expect(read_fdinfo(map, "owner_prog_type"), BPF_PROG_TYPE_SOCKET_FILTER,
	       "so does the first that calls");
	other = load_under(*jit == '0' ? "1" : "0");
	if (other < 0 || read_fdinfo(other, "prog_jited") == read_fdinfo(caller, "prog_jited")) {
		skip("interpreter and machine code side by side");
	} else {
		expect(put(map, 0, other), -EINVAL, "a program that runs otherwise");
		expect(load_caller(map, 0, MISSED), -EINVAL, "or calls from there");
	}
	close(load_under(jit));
	close(other);
	close(caller);
	close(prog);
	close(map);
}

static void test_running(const char *jit)
{
	int fd = open(JIT_SYSCTL, O_WRONLY);

	if (fd >= 0) {
		bool set = write(fd, jit, 1) == 1;

		close(fd);
		if (!set) {
			skip("net.core.bpf_jit_enable = %s", jit);
			return;
		}
	} else if (*jit != '0') {
		skip("no machine code here");
		return;
	}
	printf("# net.core.bpf_jit_enable = %s\n", jit);
	test_calls();
	test_frames();
	test_chain();
	test_race();
	test_end();
	test_circle();
	test_owner(jit);
}

int main(void)
{
	printf("TAP version 13\n");
	test_create();
	test_slots();
	test_kinds();
	test_running("0");
	test_running("1");
	return tap_done();
}
