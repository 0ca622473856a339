// SPDX-License-Identifier: GPL-2.0-only
/*
 * Variables of programs: values addressed directly, arrays that user space maps, maps that
 * are frozen and what the verifier then knows of them. Needs root. What libbpf makes of
 * all this is globals_test.c's.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include "load.h"
#include "tap.h"

#define NOBODY		65534
#define NOTSUPP		524		/* of the kernel, without a name here */
#define COUNT(a)	(sizeof(a) / sizeof((a)[0]))
#define PAGE		4096UL

static int failed(long ret)
{
	return ret < 0 ? errno : 0;
}

static bool answers(int want, int got, const char *claim)
{
	if (got != want)
		printf("# got %d, want %d\n", got, want);
	return ok(got == want, "%s", claim);
}

static int array_of(unsigned int bytes, unsigned int entries, unsigned int flags)
{
	int fd = create_map(BPF_MAP_TYPE_ARRAY, 4, bytes, entries, flags);

	if (fd < 0)
		printf("# no array: %d\n", fd);
	return fd;
}

static int freeze(int fd)
{
	union bpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.map_fd = fd;
	return failed(bpf_call(BPF_MAP_FREEZE, &attr));
}

static int remove_first(int fd)
{
	return failed(element_call(BPF_MAP_DELETE_ELEM, fd, NULL));
}

/* runs a program once on a packet; R0, or -1 */
static long run(int prog)
{
	static unsigned char packet[64] = { [12] = 8 };
	union bpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.test.prog_fd = prog;
	attr.test.data_in = (uintptr_t)packet;
	attr.test.data_size_in = sizeof(packet);
	return bpf_call(BPF_PROG_TEST_RUN, &attr) ? -1 : (long)attr.test.retval;
}

/* ---- values by their address ------------------------------------------------------------ */

/* R1 = byte @off of the value of @map, by one of the two kinds */
#define VALUE_AT(kind, map, off)						\
	{ BPF_LD | BPF_IMM | BPF_DW, BPF_REG_1, kind, 0, (int)(map) },		\
	{ .imm = (int)(off) }

/* a program that looks at nothing else; 0 or an errno */
static int load_const(unsigned int kind, int map, unsigned int off, const int *fds)
{
	const struct bpf_insn insns[] = {
		VALUE_AT(kind, map, off), BPF_MOV64_IMM(BPF_REG_0, 0), BPF_EXIT_INSN(),
	};
	union bpf_attr attr;
	int fd;

	memset(&attr, 0, sizeof(attr));
	attr.prog_type = BPF_PROG_TYPE_SOCKET_FILTER;
	attr.insns = (uintptr_t)insns;
	attr.insn_cnt = COUNT(insns);
	attr.license = (uintptr_t)"GPL";
	attr.fd_array = (uintptr_t)fds;
	fd = bpf_call(BPF_PROG_LOAD, &attr);
	if (fd < 0)
		return errno;
	close(fd);
	return 0;
}

static void test_addresses(void)
{
	int one = array_of(24, 1, 0), two = array_of(24, 2, 0);
	int hash = create_map(BPF_MAP_TYPE_HASH, 4, 24, 1, 0);
	int null = open("/dev/null", O_RDONLY);
	const int fds[] = { null, one, two };
	const unsigned int value = BPF_PSEUDO_MAP_VALUE, by_idx = BPF_PSEUDO_MAP_IDX_VALUE;

	answers(0, load_const(value, one, 0, NULL), "a value by its address");
	answers(0, load_const(value, one, 23, NULL), "its last byte");
	answers(EINVAL, load_const(value, one, 24, NULL), "the byte behind it");
	answers(EINVAL, load_const(value, one, 1u << 29, NULL), "a byte far behind it");
	answers(EINVAL, load_const(value, one, ~0u, NULL), "one before it");
	answers(NOTSUPP, load_const(value, two, 0, NULL), "of an array of two");
	answers(EINVAL, load_const(value, two, 1u << 29, NULL), "too far in an array of two");
	answers(EINVAL, load_const(value, hash, 0, NULL), "of a hash");
	answers(EINVAL, load_const(value, null, 0, NULL), "of what is no map");
	answers(EBADF, load_const(value, 9999, 0, NULL), "of no descriptor");
	answers(EINVAL, load_const(BPF_PSEUDO_MAP_FD, one, 1, NULL), "a map has no byte");
	answers(0, load_const(by_idx, 1, 8, fds), "a value by its descriptor's index");
	answers(0, load_const(BPF_PSEUDO_MAP_IDX, 2, 0, fds), "a map likewise");
	answers(EINVAL, load_const(BPF_PSEUDO_MAP_IDX, 2, 1, fds), "which has no byte either");
	answers(EINVAL, load_const(by_idx, 1, 24, fds), "the byte behind the value");
	answers(EINVAL, load_const(by_idx, 0, 0, fds), "what is no map");
	answers(NOTSUPP, load_const(by_idx, 2, 0, fds), "of an array of two");
	answers(EPROTO, load_const(by_idx, 0, 0, NULL), "without descriptors");
	answers(EPROTO, load_const(BPF_PSEUDO_MAP_IDX, 0, 0, NULL), "a map likewise");
	answers(EFAULT, load_const(by_idx, 0, 0, (const int *)8), "descriptors at a wild address");
	answers(EINVAL, load_const(7, one, 0, NULL), "a kind that nobody has");
	close(null);
	close(hash);
	close(two);
	close(one);
}

/* numbers at 0 and 8: the second one counts up by the first one */
static int load_counter(int map)
{
	const struct bpf_insn insns[] = {
		VALUE_AT(BPF_PSEUDO_MAP_VALUE, map, 8),
		BPF_LDX_MEM(BPF_DW, BPF_REG_2, BPF_REG_1, -8),
		BPF_LDX_MEM(BPF_DW, BPF_REG_0, BPF_REG_1, 0),
		BPF_ALU64_REG(BPF_ADD, BPF_REG_0, BPF_REG_2),
		BPF_STX_MEM(BPF_DW, BPF_REG_1, BPF_REG_0, 0),
		BPF_EXIT_INSN(),
	};

	return load_insns(insns, COUNT(insns), true);
}

static void test_runs(void)
{
	__u64 numbers[3] = { 5, 100, 7 };
	int map = array_of(24, 1, 0), prog = load_counter(map);

	write_array(map, numbers);
	ok(run(prog) == 105 && run(prog) == 110, "a program counts in its variable");
	read_array(map, numbers);
	ok(numbers[0] == 5 && numbers[1] == 110 && numbers[2] == 7, "... and in no other");
	close(map);
	ok(run(prog) == 115, "the program holds the map");
	close(prog);
}

static void test_dump(void)
{
	int map = array_of(24, 1, 0), again = array_of(24, 1, 0);
	int prog = load_counter(map), other = load_counter(again);
	struct bpf_prog_info info[2];
	struct bpf_insn insns[2] = { };
	struct bpf_map_info m;
	union bpf_attr attr;

	memset(info, 0, sizeof(info));
	memset(&attr, 0, sizeof(attr));
	info[0].xlated_prog_len = sizeof(insns);
	info[0].xlated_prog_insns = (uintptr_t)insns;
	attr.info.bpf_fd = prog;
	attr.info.info_len = sizeof(info[0]);
	attr.info.info = (uintptr_t)&info[0];
	answers(0, failed(bpf_call(BPF_OBJ_GET_INFO_BY_FD, &attr)), "the program told");
	attr.info.bpf_fd = other;
	attr.info.info = (uintptr_t)&info[1];
	bpf_call(BPF_OBJ_GET_INFO_BY_FD, &attr);
	attr.info.bpf_fd = map;
	attr.info.info_len = sizeof(m);
	attr.info.info = (uintptr_t)&m;
	bpf_call(BPF_OBJ_GET_INFO_BY_FD, &attr);
	ok(insns[0].src_reg == BPF_PSEUDO_MAP_VALUE && insns[0].imm == (int)m.id &&
	   insns[1].imm == 8, "... names the map by its number, and the place in its value");
	ok(info[0].nr_map_ids == 1, "... and has one map");
	ok(!memcmp(info[0].tag, info[1].tag, sizeof(info[0].tag)),
	   "another map's descriptor makes no other program");
	close(prog);
	close(other);
	close(map);
	close(again);
}

/* ---- frozen maps ------------------------------------------------------------------------ */

static bool fdinfo_says(int fd, const char *line)
{
	char path[64], text[1024] = "";
	FILE *f;

	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", fd);
	f = fopen(path, "r");
	if (!f)
		return false;
	if (!fread(text, 1, sizeof(text) - 1, f))
		text[0] = '\0';
	fclose(f);
	return strstr(text, line);
}

static int freeze_as_nobody(int fd)
{
	int status = 0;
	pid_t child;

	fflush(stdout);
	child = fork();
	if (!child) {
		if (setgid(NOBODY) || setuid(NOBODY))
			_exit(255);
		_exit(freeze(fd));
	}
	waitpid(child, &status, 0);
	return WEXITSTATUS(status);
}

static void test_freeze(void)
{
	int map = array_of(16, 1, 0), null = open("/dev/null", O_RDONLY);
	int hash = create_map(BPF_MAP_TYPE_HASH, 4, 16, 4, 0);
	__u64 numbers[2] = { 3, 4 };
	union bpf_attr attr;
	int prog;

	answers(EBADF, freeze(9999), "freezing nothing");
	answers(EINVAL, freeze(null), "freezing what is no map");
	memset(&attr, 0, sizeof(attr));
	attr.map_fd = map;
	attr.flags = 1;
	answers(EINVAL, failed(bpf_call(BPF_MAP_FREEZE, &attr)), "with an argument too many");
	answers(EPERM, freeze_as_nobody(map), "freezing without privilege");
	write_array(map, numbers);
	ok(fdinfo_says(map, "frozen:\t0\n"), "fdinfo: not frozen");
	answers(0, freeze(map), "freezing");
	answers(EBUSY, freeze(map), "freezing again");
	answers(EBUSY, freeze_as_nobody(map), "which is said to anybody");
	ok(fdinfo_says(map, "frozen:\t1\n"), "fdinfo: frozen");
	answers(EPERM, failed(write_array(map, numbers)), "update of a frozen map");
	answers(EPERM, remove_first(map), "delete in a frozen map");
	numbers[0] = 0;
	ok(!read_array(map, numbers) && numbers[0] == 3, "lookup in a frozen map");
	prog = load_counter(map);
	ok(run(prog) == 7, "programs still write to it");
	ok(!read_array(map, numbers) && numbers[1] == 7, "... as can be seen");
	close(prog);
	write_array(hash, numbers);
	answers(0, freeze(hash), "freezing a hash");
	answers(EPERM, remove_first(hash), "delete in it");
	close(hash);
	close(null);
	close(map);
}

/* ---- constants -------------------------------------------------------------------------- */

/* good only where the first four bytes of @map are known to be below 8 */
static int load_indexed(int map, int table)
{
	const struct bpf_insn insns[] = {
		VALUE_AT(BPF_PSEUDO_MAP_VALUE, map, 0),
		BPF_LDX_MEM(BPF_W, BPF_REG_2, BPF_REG_1, 0),
		VALUE_AT(BPF_PSEUDO_MAP_VALUE, table, 0),
		BPF_ALU64_REG(BPF_ADD, BPF_REG_1, BPF_REG_2),
		BPF_LDX_MEM(BPF_B, BPF_REG_0, BPF_REG_1, 0),
		BPF_EXIT_INSN(),
	};

	return load_insns(insns, COUNT(insns), false);
}

static void test_constants(void)
{
	int table = array_of(8, 1, 0);
	int plain = array_of(16, 1, 0), constant = array_of(16, 1, BPF_F_RDONLY_PROG);
	__u64 numbers[2] = { 5, 0 }, bytes = 0x8877665544332211ULL;
	int prog;

	write_array(table, &bytes);
	write_array(plain, numbers);
	write_array(constant, numbers);
	answers(-EACCES, load_indexed(plain, table), "a variable is any number");
	answers(-EACCES, load_indexed(constant, table), "what is not frozen yet, too");
	freeze(plain);
	freeze(constant);
	answers(-EACCES, load_indexed(plain, table), "what other programs may write, too");
	prog = load_indexed(constant, table);
	ok(prog >= 0, "a constant is known");
	ok(run(prog) == 0x66, "... and is what it is");
	close(prog);
	close(constant);
	constant = array_of(16, 1, BPF_F_RDONLY_PROG);
	numbers[0] = 8;
	write_array(constant, numbers);
	freeze(constant);
	answers(-EACCES, load_indexed(constant, table), "one that is too great");
	answers(-EACCES, load_counter(constant) < 0 ? -EACCES : 0, "constants are not written");
	close(constant);
	close(plain);
	close(table);
}

/* ---- mapped arrays ---------------------------------------------------------------------- */

static void *map_pages(int fd, int prot, unsigned long bytes, unsigned long from)
{
	return mmap(NULL, bytes, prot, MAP_SHARED, fd, from);
}

/* 0 or the errno of a mapping that is not wanted for long */
static int try_pages(int fd, int prot, unsigned long bytes, unsigned long from)
{
	void *p = map_pages(fd, prot, bytes, from);

	if (p == MAP_FAILED)
		return errno;
	munmap(p, bytes);
	return 0;
}

static void test_mapped(void)
{
	const int rw = PROT_READ | PROT_WRITE;
	int map = array_of(24, 1, BPF_F_MMAPABLE), plain = array_of(24, 1, 0), prog;
	__u64 numbers[3] = { 5, 10, 0 };
	__u64 *seen;

	answers(EINVAL, try_pages(plain, PROT_READ, PAGE, 0), "an array made without the flag");
	answers(-EINVAL, create_map(BPF_MAP_TYPE_HASH, 4, 24, 1, BPF_F_MMAPABLE),
		"a hash has no such flag");
	answers(EINVAL, try_pages(map, rw, 2 * PAGE, 0), "more pages than it has");
	answers(EINVAL, try_pages(map, rw, PAGE, PAGE), "a page behind them");
	ok(mmap(NULL, PAGE, rw, MAP_PRIVATE, map, 0) == MAP_FAILED && errno == EINVAL,
	   "a copy of one's own");
	seen = map_pages(map, rw, PAGE, 0);
	if (!ok(seen != MAP_FAILED, "an array is mapped"))
		return;
	write_array(map, numbers);
	ok(seen[0] == 5 && seen[1] == 10, "what is written by bpf(2) is seen");
	prog = load_counter(map);
	ok(run(prog) == 15 && seen[1] == 15, "what a program writes is seen");
	seen[0] = 7;
	ok(run(prog) == 22, "a program sees what is written there");
	ok(!read_array(map, numbers) && numbers[0] == 7 && numbers[1] == 22, "bpf(2) does, too");
	ok(mprotect(seen, PAGE, rw | PROT_EXEC) && errno == EACCES, "it is never executable");
	close(map);
	ok(run(prog) == 29 && seen[1] == 29, "the mapping holds the map");
	munmap(seen, PAGE);
	close(prog);
	close(plain);
}

static void test_many_pages(void)
{
	const unsigned int bytes = 3000, entries = 5;
	int map = array_of(bytes, entries, BPF_F_MMAPABLE);
	char *seen = map_pages(map, PROT_READ | PROT_WRITE, 4 * PAGE, 0), *last;
	char *value = calloc(1, bytes);
	__u32 key = 4;
	union bpf_attr attr;

	if (!ok(seen != MAP_FAILED, "an array of five values and four pages is mapped"))
		return;
	memset(&attr, 0, sizeof(attr));
	attr.map_fd = map;
	attr.key = (uintptr_t)&key;
	attr.value = (uintptr_t)value;
	value[bytes - 1] = 42;
	bpf_call(BPF_MAP_UPDATE_ELEM, &attr);
	ok(seen[5 * bytes - 1] == 42, "the last byte of the last value");
	last = map_pages(map, PROT_READ, PAGE, 3 * PAGE);
	ok(last != MAP_FAILED && last[5 * bytes - 1 - 3 * PAGE] == 42, "its page alone");
	free(value);
	munmap(last, PAGE);
	munmap(seen, 4 * PAGE);
	close(map);
}

/* a mapping that is writable is a writer, until its last part is gone, in any process */
static void test_mapped_frozen(void)
{
	const int rw = PROT_READ | PROT_WRITE;
	int map = array_of(2 * PAGE, 1, BPF_F_MMAPABLE), hold[2], status;
	int constant = array_of(24, 1, BPF_F_MMAPABLE | BPF_F_RDONLY_PROG);
	char *seen = map_pages(map, rw, 2 * PAGE, 0);
	char c = 0;
	pid_t child;

	answers(EACCES, try_pages(constant, rw, PAGE, 0), "constants are not mapped writable");
	answers(0, try_pages(constant, PROT_READ, PAGE, 0), "but to be read");
	answers(EBUSY, freeze(map), "freezing what is mapped writable");
	munmap(seen, PAGE);
	answers(EBUSY, freeze(map), "while half of it is");
	if (pipe(hold))
		return;
	fflush(stdout);
	child = fork();
	if (!child) {
		close(hold[1]);
		_exit(read(hold[0], &c, 1));
	}
	munmap(seen + PAGE, PAGE);
	answers(EBUSY, freeze(map), "while a child has it");
	close(hold[1]);
	waitpid(child, &status, 0);
	close(hold[0]);
	answers(0, freeze(map), "when it is gone");
	answers(EPERM, try_pages(map, rw, PAGE, 0), "a frozen map is not mapped writable");
	seen = map_pages(map, PROT_READ, PAGE, 0);
	ok(seen != MAP_FAILED, "but to be read");
	ok(mprotect(seen, PAGE, rw) && errno == EACCES, "and never becomes writable");
	munmap(seen, PAGE);
	close(constant);
	close(map);
}

int main(void)
{
	test_addresses();
	test_runs();
	test_dump();
	test_freeze();
	test_constants();
	test_mapped();
	test_many_pages();
	test_mapped_frozen();
	return tap_done();
}
