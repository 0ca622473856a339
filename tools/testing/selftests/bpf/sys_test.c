// SPDX-License-Identifier: GPL-2.0-only
/*
 * bpf(2) as the manual page describes it: each command's success and each errno it
 * names (REQUIREMENTS S4.man, S3.fd, S3.load), and what bad input is answered.
 *
 * Built twice: as a 64-bit and as a 32-bit program (S4.compat).
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include "bpf_insn.h"
#include "tap.h"

#ifndef SO_ATTACH_BPF
#define SO_ATTACH_BPF 50
#endif

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define BAD_POINTER 0x10UL

static char log_text[65536];

static __u64 ptr(const void *p)
{
	return (uintptr_t)p;
}

static int bpf(int cmd, void *attr, unsigned int size)
{
	return syscall(__NR_bpf, cmd, attr, size);
}

/* calls and claims that it fails with @want, or succeeds where @want is 0 */
static int expect(int want, int got, const char *what)
{
	int err = got < 0 ? errno : 0;

	ok(err == want, "%s: %s", what,
	   want ? strerrorname_np(want) : "success");
	if (err != want)
		printf("# got %s\n", err ? strerrorname_np(err) : "success");
	return got;
}

static union bpf_attr map_attr(unsigned int type, int key, int value, int max)
{
	union bpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.map_type = type;
	attr.key_size = key;
	attr.value_size = value;
	attr.max_entries = max;
	return attr;
}

static int new_map(unsigned int type, int key, int value, int max)
{
	union bpf_attr attr = map_attr(type, key, value, max);

	return bpf(BPF_MAP_CREATE, &attr, sizeof(attr));
}

static int element(int cmd, int fd, const void *key, const void *value,
		   __u64 flags)
{
	union bpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.map_fd = fd;
	attr.key = ptr(key);
	attr.value = ptr(value);
	attr.flags = flags;
	return bpf(cmd, &attr, sizeof(attr));
}

static const struct bpf_insn return_zero[] = {
	BPF_MOV64_IMM(BPF_REG_0, 0),
	BPF_EXIT_INSN(),
};

static union bpf_attr prog_attr(const struct bpf_insn *insns, unsigned int count)
{
	union bpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.prog_type = BPF_PROG_TYPE_SOCKET_FILTER;
	attr.insns = ptr(insns);
	attr.insn_cnt = count;
	attr.license = ptr("GPL");
	return attr;
}

static int load(const struct bpf_insn *insns, unsigned int count)
{
	union bpf_attr attr = prog_attr(insns, count);

	return bpf(BPF_PROG_LOAD, &attr, sizeof(attr));
}

/* loads, claims the errno and that the log says something */
static void refused(int want, const struct bpf_insn *insns, unsigned int count,
		    const char *what)
{
	union bpf_attr attr = prog_attr(insns, count);
	int fd;

	attr.log_level = 1;
	attr.log_size = sizeof(log_text);
	attr.log_buf = ptr(log_text);
	log_text[0] = '\0';
	fd = expect(want, bpf(BPF_PROG_LOAD, &attr, sizeof(attr)), what);
	ok(log_text[0] != '\0', "%s: the log says why", what);
	if (fd >= 0)
		close(fd);
}

#define REFUSED(want, what, ...)					\
	do {								\
		const struct bpf_insn insns[] = { __VA_ARGS__ };	\
									\
		refused(want, insns, COUNT(insns), what);		\
	} while (0)

static void test_attr(void)
{
	struct {
		union bpf_attr known;
		char later[64];
	} big;
	int fd;

	expect(EINVAL, bpf(-1, &big, 0), "command -1");
	memset(&big, 0, sizeof(big));
	expect(EINVAL, bpf(99999, &big, sizeof(big.known)), "command 99999");
	expect(EFAULT, bpf(BPF_MAP_CREATE, (void *)BAD_POINTER,
			   sizeof(big.known)), "argument at a wild address");
	expect(E2BIG, bpf(BPF_MAP_CREATE, &big, 1 << 20), "argument of a megabyte");

	big.known = map_attr(BPF_MAP_TYPE_HASH, 4, 8, 4);
	fd = expect(0, bpf(BPF_MAP_CREATE, &big, sizeof(big)),
		    "longer argument, tail zero");
	close(fd);
	big.later[60] = 1;
	expect(E2BIG, bpf(BPF_MAP_CREATE, &big, sizeof(big)),
	       "longer argument, tail not zero");
	fd = expect(0, bpf(BPF_MAP_CREATE, &big, 16),
		    "shorter argument reads as zero");
	close(fd);
	expect(EINVAL, bpf(BPF_MAP_CREATE, &big, 8),
	       "argument too short for max_entries");
}

/* bytes that a command does not use, one at a time, from @used up to @end */
static void test_unused_to(int cmd, const union bpf_attr *good, unsigned int used,
			   unsigned int end, const char *what)
{
	unsigned int i, refusals = 0, tries = 0;

	for (i = used; i < end; i++) {
		union bpf_attr attr = *good;
		int fd;

		((unsigned char *)&attr)[i] = 1;
		fd = bpf(cmd, &attr, sizeof(attr));
		tries++;
		if (fd < 0 && errno == EINVAL)
			refusals++;
		else
			printf("# %s: byte %u accepted\n", what, i);
		if (fd > 0)
			close(fd);
	}
	ok(refusals == tries, "%s: each of %u unused bytes not zero: EINVAL", what,
	   tries);
}

/* every byte behind those that it uses */
static void test_unused(int cmd, const union bpf_attr *good, unsigned int used,
			const char *what)
{
	test_unused_to(cmd, good, used, sizeof(*good), what);
}

static void test_unused_all(int map, int prog)
{
	union bpf_attr attr = map_attr(BPF_MAP_TYPE_HASH, 4, 8, 4);
	int key = 1;
	long long value = 2;

	test_unused_to(BPF_MAP_CREATE, &attr, offsetof(union bpf_attr, map_ifindex),
		       offsetof(union bpf_attr, btf_fd), "BPF_MAP_CREATE, map_ifindex");
	test_unused(BPF_MAP_CREATE, &attr,
		    offsetof(union bpf_attr, btf_vmlinux_value_type_id), "BPF_MAP_CREATE");
	attr.inner_map_fd = 3;
	expect(EINVAL, bpf(BPF_MAP_CREATE, &attr, sizeof(attr)), "inner_map_fd");

	memset(&attr, 0, sizeof(attr));
	attr.map_fd = map;
	attr.key = ptr(&key);
	test_unused(BPF_MAP_DELETE_ELEM, &attr, offsetof(union bpf_attr, value),
		    "BPF_MAP_DELETE_ELEM");
	attr.value = ptr(&value);
	test_unused(BPF_MAP_GET_NEXT_KEY, &attr, offsetof(union bpf_attr, flags),
		    "BPF_MAP_GET_NEXT_KEY");
	test_unused(BPF_MAP_LOOKUP_ELEM, &attr, offsetof(union bpf_attr, flags),
		    "BPF_MAP_LOOKUP_ELEM");
	test_unused(BPF_MAP_UPDATE_ELEM, &attr,
		    offsetof(union bpf_attr, flags) + 8, "BPF_MAP_UPDATE_ELEM");

	attr = prog_attr(return_zero, COUNT(return_zero));
	test_unused_to(BPF_PROG_LOAD, &attr, offsetof(union bpf_attr, attach_btf_id),
		       offsetof(union bpf_attr, fd_array), "BPF_PROG_LOAD");
	test_unused(BPF_PROG_LOAD, &attr, offsetof(union bpf_attr, core_relos),
		    "BPF_PROG_LOAD");
	memset(&attr, 0, sizeof(attr));
	attr.test.prog_fd = prog;
	test_unused(BPF_PROG_TEST_RUN, &attr,
		    offsetof(union bpf_attr, test.flags), "BPF_PROG_TEST_RUN");
	memset(&attr, 0, sizeof(attr));
	attr.info.bpf_fd = map;
	test_unused(BPF_OBJ_GET_INFO_BY_FD, &attr,
		    offsetof(union bpf_attr, info.info) + 8,
		    "BPF_OBJ_GET_INFO_BY_FD");
}

static void test_map_create(void)
{
	static const struct {
		unsigned int type;
		int key, value, max;
		unsigned int flags;
		int want;
		const char *what;
	} cases[] = {
		{ BPF_MAP_TYPE_HASH, 4, 8, 4, 0, 0, "hash" },
		{ BPF_MAP_TYPE_ARRAY, 4, 8, 4, 0, 0, "array" },
		{ BPF_MAP_TYPE_HASH, 4, 8, 4, BPF_F_NO_PREALLOC, 0, "hash without memory" },
		{ BPF_MAP_TYPE_HASH, 512, 8, 1, 0, 0, "key of 512 bytes" },
		{ BPF_MAP_TYPE_UNSPEC, 4, 8, 4, 0, EINVAL, "type 0" },
		{ 9999, 4, 8, 4, 0, EINVAL, "type 9999" },
		{ BPF_MAP_TYPE_HASH, 0, 8, 4, 0, EINVAL, "hash with no key" },
		{ BPF_MAP_TYPE_HASH, 4, 0, 4, 0, EINVAL, "hash with no value" },
		{ BPF_MAP_TYPE_HASH, 4, 8, 0, 0, EINVAL, "hash with no elements" },
		{ BPF_MAP_TYPE_HASH, 4, 8, 4, 1U << 31, EINVAL, "unknown flag" },
		{ BPF_MAP_TYPE_HASH, 4, 8, 4, BPF_F_RDONLY | BPF_F_WRONLY, EINVAL,
		  "neither readable nor writable" },
		{ BPF_MAP_TYPE_ARRAY, 8, 8, 4, 0, EINVAL, "array with a key of 8 bytes" },
		{ BPF_MAP_TYPE_ARRAY, 4, 0, 4, 0, EINVAL, "array with no value" },
		{ BPF_MAP_TYPE_ARRAY, 4, 8, 0, 0, EINVAL, "array with no elements" },
		{ BPF_MAP_TYPE_ARRAY, 4, 8, 4, BPF_F_NO_PREALLOC, EINVAL,
		  "array without memory" },
		{ BPF_MAP_TYPE_HASH, -1, 8, 4, 0, E2BIG, "key of 4 GiB" },
		{ BPF_MAP_TYPE_HASH, 4, -1, 4, 0, E2BIG, "value of 4 GiB" },
		{ BPF_MAP_TYPE_HASH, 513, 8, 4, 0, E2BIG, "key larger than the stack" },
		{ BPF_MAP_TYPE_ARRAY, 4, 1 << 20, -1, 0, ENOMEM, "array of 4 PiB" },
	};
	unsigned int i;

	for (i = 0; i < COUNT(cases); i++) {
		union bpf_attr attr = map_attr(cases[i].type, cases[i].key,
					       cases[i].value, cases[i].max);
		int fd;

		attr.map_flags = cases[i].flags;
		fd = expect(cases[i].want, bpf(BPF_MAP_CREATE, &attr, sizeof(attr)),
			    cases[i].what);
		if (fd >= 0)
			close(fd);
	}
}

static void test_map_names(void)
{
	union bpf_attr attr = map_attr(BPF_MAP_TYPE_ARRAY, 4, 8, 1);
	int fd;

	strcpy(attr.map_name, "good_name.1");
	fd = expect(0, bpf(BPF_MAP_CREATE, &attr, sizeof(attr)), "name");
	close(fd);
	strcpy(attr.map_name, "bad name");
	expect(EINVAL, bpf(BPF_MAP_CREATE, &attr, sizeof(attr)),
	       "space in a name");
	memset(attr.map_name, 'a', sizeof(attr.map_name));
	expect(EINVAL, bpf(BPF_MAP_CREATE, &attr, sizeof(attr)),
	       "name without an end");
	attr = map_attr(BPF_MAP_TYPE_ARRAY, 4, 8, 1);
	attr.numa_node = 1;
	expect(EINVAL, bpf(BPF_MAP_CREATE, &attr, sizeof(attr)),
	       "node without its flag");
	attr.map_flags = BPF_F_NUMA_NODE;
	attr.numa_node = 9999;
	expect(EINVAL, bpf(BPF_MAP_CREATE, &attr, sizeof(attr)),
	       "node that is not there");
}

/* every command on elements answers a wrong descriptor the same way */
static void test_wrong_fd(int prog)
{
	static const struct {
		int cmd;
		const char *name;
	} cmds[] = {
		{ BPF_MAP_LOOKUP_ELEM, "lookup" },
		{ BPF_MAP_UPDATE_ELEM, "update" },
		{ BPF_MAP_DELETE_ELEM, "delete" },
		{ BPF_MAP_GET_NEXT_KEY, "next key" },
	};
	int null = open("/dev/null", O_RDWR);
	long long key = 0, value = 0;
	char what[64];
	unsigned int i;

	for (i = 0; i < COUNT(cmds); i++) {
		int cmd = cmds[i].cmd;
		const void *second = cmd == BPF_MAP_DELETE_ELEM ? NULL : &value;

		snprintf(what, sizeof(what), "%s on no descriptor", cmds[i].name);
		expect(EBADF, element(cmd, 9999, &key, second, 0), what);
		snprintf(what, sizeof(what), "%s on a device", cmds[i].name);
		expect(EINVAL, element(cmd, null, &key, second, 0), what);
		snprintf(what, sizeof(what), "%s on a program", cmds[i].name);
		expect(EINVAL, element(cmd, prog, &key, second, 0), what);
	}
	close(null);
}

static void test_hash(int map)
{
	long long value = 10, got = 0;
	int key = 1, next = 0, i;

	expect(ENOENT, element(BPF_MAP_LOOKUP_ELEM, map, &key, &got, 0),
	       "lookup in an empty map");
	expect(ENOENT, element(BPF_MAP_DELETE_ELEM, map, &key, NULL, 0),
	       "delete in an empty map");
	expect(ENOENT, element(BPF_MAP_GET_NEXT_KEY, map, NULL, &next, 0),
	       "first key of an empty map");
	expect(ENOENT, element(BPF_MAP_UPDATE_ELEM, map, &key, &value, BPF_EXIST),
	       "update of what does not exist");
	expect(0, element(BPF_MAP_UPDATE_ELEM, map, &key, &value, BPF_NOEXIST),
	       "create");
	expect(EEXIST, element(BPF_MAP_UPDATE_ELEM, map, &key, &value, BPF_NOEXIST),
	       "create what exists");
	value = 11;
	expect(0, element(BPF_MAP_UPDATE_ELEM, map, &key, &value, BPF_EXIST),
	       "update");
	expect(0, element(BPF_MAP_LOOKUP_ELEM, map, &key, &got, 0), "lookup");
	ok(got == 11, "the value is what was stored last");
	expect(EINVAL, element(BPF_MAP_UPDATE_ELEM, map, &key, &value, 77),
	       "update with unknown flags");
	expect(EINVAL, element(BPF_MAP_LOOKUP_ELEM, map, &key, &got, 1),
	       "lookup with flags");

	for (i = 2; i <= 4; i++)
		element(BPF_MAP_UPDATE_ELEM, map, &i, &value, BPF_ANY);
	key = 5;
	expect(E2BIG, element(BPF_MAP_UPDATE_ELEM, map, &key, &value, BPF_ANY),
	       "a fifth element in a map of four");
	key = 1;
	expect(0, element(BPF_MAP_UPDATE_ELEM, map, &key, &value, BPF_ANY),
	       "update in a full map");

	expect(EFAULT, element(BPF_MAP_LOOKUP_ELEM, map, (void *)BAD_POINTER, &got, 0),
	       "lookup, wild key");
	expect(EFAULT, element(BPF_MAP_LOOKUP_ELEM, map, &key, (void *)BAD_POINTER, 0),
	       "lookup, wild value");
	expect(EFAULT, element(BPF_MAP_UPDATE_ELEM, map, (void *)BAD_POINTER, &got, 0),
	       "update, wild key");
	expect(EFAULT, element(BPF_MAP_UPDATE_ELEM, map, &key, (void *)BAD_POINTER, 0),
	       "update, wild value");
	expect(EFAULT, element(BPF_MAP_DELETE_ELEM, map, (void *)BAD_POINTER, NULL, 0),
	       "delete, wild key");
	expect(EFAULT, element(BPF_MAP_GET_NEXT_KEY, map, (void *)BAD_POINTER, &next, 0),
	       "next key, wild key");
	expect(EFAULT, element(BPF_MAP_GET_NEXT_KEY, map, NULL, (void *)BAD_POINTER, 0),
	       "next key, wild result");
}

static void test_walk(int map)
{
	int key, next, seen = 0, first;

	expect(0, element(BPF_MAP_GET_NEXT_KEY, map, NULL, &first, 0),
	       "first key, asked without a key");
	key = 4711;
	expect(0, element(BPF_MAP_GET_NEXT_KEY, map, &key, &next, 0),
	       "key that is not in the map");
	ok(next == first, "... is answered with the first");
	for (key = first; seen < 100; key = next) {
		seen++;
		if (element(BPF_MAP_GET_NEXT_KEY, map, &key, &next, 0))
			break;
	}
	ok(errno == ENOENT, "behind the last key: ENOENT");
	ok(seen == 4, "a walk sees each of four elements once (saw %d)", seen);
	for (key = 1; key <= 4; key++)
		element(BPF_MAP_DELETE_ELEM, map, &key, NULL, 0);
	expect(ENOENT, element(BPF_MAP_GET_NEXT_KEY, map, NULL, &next, 0),
	       "first key when all are deleted");
}

static void test_array(void)
{
	int map = new_map(BPF_MAP_TYPE_ARRAY, 4, 8, 4);
	long long value = 5, got = 1;
	int key = 3, next = 0;

	expect(0, element(BPF_MAP_LOOKUP_ELEM, map, &key, &got, 0),
	       "array elements exist");
	ok(got == 0, "... and are zero");
	expect(0, element(BPF_MAP_UPDATE_ELEM, map, &key, &value, BPF_EXIST),
	       "array update");
	expect(EEXIST, element(BPF_MAP_UPDATE_ELEM, map, &key, &value, BPF_NOEXIST),
	       "array create");
	expect(EINVAL, element(BPF_MAP_DELETE_ELEM, map, &key, NULL, 0),
	       "array delete");
	key = 4;
	expect(E2BIG, element(BPF_MAP_UPDATE_ELEM, map, &key, &value, BPF_ANY),
	       "array update behind the end");
	expect(ENOENT, element(BPF_MAP_LOOKUP_ELEM, map, &key, &got, 0),
	       "array lookup behind the end");
	key = 3;
	expect(ENOENT, element(BPF_MAP_GET_NEXT_KEY, map, &key, &next, 0),
	       "array: behind the last index");
	key = 0;
	expect(0, element(BPF_MAP_GET_NEXT_KEY, map, &key, &next, 0),
	       "array: index after 0");
	ok(next == 1, "... is 1");
	close(map);
}

static void test_access(void)
{
	union bpf_attr attr = map_attr(BPF_MAP_TYPE_HASH, 4, 8, 4);
	long long value = 0;
	int key = 0, fd;

	attr.map_flags = BPF_F_RDONLY;
	fd = bpf(BPF_MAP_CREATE, &attr, sizeof(attr));
	expect(EPERM, element(BPF_MAP_UPDATE_ELEM, fd, &key, &value, 0),
	       "update through a read-only descriptor");
	expect(EPERM, element(BPF_MAP_DELETE_ELEM, fd, &key, NULL, 0),
	       "delete through a read-only descriptor");
	expect(ENOENT, element(BPF_MAP_LOOKUP_ELEM, fd, &key, &value, 0),
	       "lookup through a read-only descriptor");
	close(fd);
	attr.map_flags = BPF_F_WRONLY;
	fd = bpf(BPF_MAP_CREATE, &attr, sizeof(attr));
	expect(0, element(BPF_MAP_UPDATE_ELEM, fd, &key, &value, 0),
	       "update through a write-only descriptor");
	expect(EPERM, element(BPF_MAP_LOOKUP_ELEM, fd, &key, &value, 0),
	       "lookup through a write-only descriptor");
	expect(EPERM, element(BPF_MAP_GET_NEXT_KEY, fd, NULL, &key, 0),
	       "next key through a write-only descriptor");
	close(fd);
}

static void test_load_attr(void)
{
	union bpf_attr good = prog_attr(return_zero, COUNT(return_zero)), attr;
	int fd;

	fd = expect(0, bpf(BPF_PROG_LOAD, &good, sizeof(good)), "a program");
	close(fd);
	attr = good;
	attr.prog_type = BPF_PROG_TYPE_UNSPEC;
	expect(EINVAL, bpf(BPF_PROG_LOAD, &attr, sizeof(attr)), "program type 0");
	attr.prog_type = 9999;
	expect(EINVAL, bpf(BPF_PROG_LOAD, &attr, sizeof(attr)), "program type 9999");
	attr.prog_type = BPF_PROG_TYPE_STRUCT_OPS;
	expect(EINVAL, bpf(BPF_PROG_LOAD, &attr, sizeof(attr)),
	       "program type that is not implemented");
	attr = good;
	attr.insns = BAD_POINTER;
	expect(EFAULT, bpf(BPF_PROG_LOAD, &attr, sizeof(attr)), "wild instructions");
	attr = good;
	attr.license = BAD_POINTER;
	expect(EFAULT, bpf(BPF_PROG_LOAD, &attr, sizeof(attr)), "wild licence");
	attr = good;
	attr.insn_cnt = 0;
	expect(E2BIG, bpf(BPF_PROG_LOAD, &attr, sizeof(attr)), "no instructions");
	attr.insn_cnt = 1000001;
	expect(E2BIG, bpf(BPF_PROG_LOAD, &attr, sizeof(attr)),
	       "more than a million instructions");
	attr.insn_cnt = -1;
	expect(E2BIG, bpf(BPF_PROG_LOAD, &attr, sizeof(attr)),
	       "4 billion instructions");
	attr = good;
	attr.prog_flags = 1U << 30;
	expect(EINVAL, bpf(BPF_PROG_LOAD, &attr, sizeof(attr)), "unknown flag");
	attr = good;
	strcpy(attr.prog_name, "a name");
	expect(EINVAL, bpf(BPF_PROG_LOAD, &attr, sizeof(attr)),
	       "space in a program's name");
}

static void test_log(void)
{
	const struct bpf_insn bad[] = { BPF_EXIT_INSN() };
	union bpf_attr attr = prog_attr(bad, COUNT(bad));

	attr.log_level = 1;
	expect(EINVAL, bpf(BPF_PROG_LOAD, &attr, sizeof(attr)), "log without buffer");
	attr.log_buf = ptr(log_text);
	attr.log_size = 64;
	expect(EINVAL, bpf(BPF_PROG_LOAD, &attr, sizeof(attr)), "log of 64 bytes");
	attr.log_size = 128;
	memset(log_text, 'x', sizeof(log_text));
	expect(ENOSPC, bpf(BPF_PROG_LOAD, &attr, sizeof(attr)),
	       "log of 128 bytes for a longer message");
	ok(strlen(log_text) == 127, "... its head is kept and ends in a zero");
	ok(log_text[128] == 'x', "... and nothing is written behind it");
	attr.log_size = sizeof(log_text);
	expect(EACCES, bpf(BPF_PROG_LOAD, &attr, sizeof(attr)), "log large enough");
	attr.log_buf = BAD_POINTER;
	expect(EFAULT, bpf(BPF_PROG_LOAD, &attr, sizeof(attr)), "wild log buffer");
	attr = prog_attr(bad, COUNT(bad));
	attr.log_level = 256;
	attr.log_buf = ptr(log_text);
	attr.log_size = sizeof(log_text);
	expect(EINVAL, bpf(BPF_PROG_LOAD, &attr, sizeof(attr)), "unknown log level");
}

static void test_bad_programs(int map)
{
	REFUSED(EINVAL, "unknown opcode", INSN(0xff, 0, 0, 0, 0), BPF_EXIT_INSN());
	REFUSED(EINVAL, "reserved field", INSN(BPF_JMP | BPF_EXIT, 0, 0, 0, 1));
	REFUSED(EINVAL, "jump out of the program",
		BPF_MOV64_IMM(BPF_REG_0, 0), BPF_JMP_A(5), BPF_EXIT_INSN());
	REFUSED(EINVAL, "jump into a two-slot instruction",
		BPF_JMP_A(1), BPF_LD_IMM64(BPF_REG_0, 0), BPF_EXIT_INSN());
	REFUSED(EINVAL, "no way to exit", BPF_MOV64_IMM(BPF_REG_0, 0));
	REFUSED(EINVAL, "loop", BPF_MOV64_IMM(BPF_REG_0, 0), BPF_JMP_A(-2),
		BPF_EXIT_INSN());
	REFUSED(EINVAL, "unreachable instruction", BPF_MOV64_IMM(BPF_REG_0, 0),
		BPF_EXIT_INSN(), BPF_EXIT_INSN());
	REFUSED(EINVAL, "unknown function", BPF_CALL_FUNC(99999), BPF_EXIT_INSN());
	REFUSED(EINVAL, "half a two-slot instruction",
		INSN(BPF_LD | BPF_DW | BPF_IMM, 0, 0, 0, 0));
	REFUSED(EINVAL, "register above R10",
		INSN(BPF_ALU64 | BPF_MOV, 11, 0, 0, 0), BPF_EXIT_INSN());
	REFUSED(EACCES, "uninitialised register",
		BPF_MOV64_REG(BPF_REG_0, BPF_REG_2), BPF_EXIT_INSN());
	REFUSED(EACCES, "uninitialised stack",
		BPF_LDX_MEM(BPF_DW, BPF_REG_0, BPF_REG_10, -8), BPF_EXIT_INSN());
	REFUSED(EACCES, "stack out of bounds",
		BPF_ST_MEM(BPF_DW, BPF_REG_10, -520, 0),
		BPF_MOV64_IMM(BPF_REG_0, 0), BPF_EXIT_INSN());
	REFUSED(EACCES, "misaligned stack",
		BPF_ST_MEM(BPF_DW, BPF_REG_10, -9, 0),
		BPF_MOV64_IMM(BPF_REG_0, 0), BPF_EXIT_INSN());
	REFUSED(EBADF, "map by a closed descriptor",
		BPF_LD_MAP_FD(BPF_REG_1, 9999), BPF_MOV64_IMM(BPF_REG_0, 0),
		BPF_EXIT_INSN());
	REFUSED(EINVAL, "map by standard input",
		BPF_LD_MAP_FD(BPF_REG_1, 0), BPF_MOV64_IMM(BPF_REG_0, 0),
		BPF_EXIT_INSN());
	REFUSED(EACCES, "value used without NULL test (man page)",
		BPF_ST_MEM(BPF_DW, BPF_REG_10, -8, 0),
		BPF_MOV64_REG(BPF_REG_2, BPF_REG_10),
		BPF_ALU64_IMM(BPF_ADD, BPF_REG_2, -8),
		BPF_LD_MAP_FD(BPF_REG_1, map),
		BPF_CALL_FUNC(BPF_FUNC_map_lookup_elem),
		BPF_ST_MEM(BPF_B, BPF_REG_0, 0, 0), BPF_EXIT_INSN());
}

/* the two programs that the manual page says are rejected */
static void test_man_page(void)
{
	int map8 = new_map(BPF_MAP_TYPE_HASH, 8, 8, 4);
	int map1 = new_map(BPF_MAP_TYPE_HASH, 4, 1, 4);

	REFUSED(EACCES, "key of 8 bytes at fp - 4",
		BPF_ST_MEM(BPF_W, BPF_REG_10, -4, 0),
		BPF_MOV64_REG(BPF_REG_2, BPF_REG_10),
		BPF_ALU64_IMM(BPF_ADD, BPF_REG_2, -4),
		BPF_LD_MAP_FD(BPF_REG_1, map8),
		BPF_CALL_FUNC(BPF_FUNC_map_lookup_elem),
		BPF_MOV64_IMM(BPF_REG_0, 0), BPF_EXIT_INSN());
	REFUSED(EACCES, "u32 written to a value of 1 byte",
		BPF_ST_MEM(BPF_W, BPF_REG_10, -4, 0),
		BPF_MOV64_REG(BPF_REG_2, BPF_REG_10),
		BPF_ALU64_IMM(BPF_ADD, BPF_REG_2, -4),
		BPF_LD_MAP_FD(BPF_REG_1, map1),
		BPF_CALL_FUNC(BPF_FUNC_map_lookup_elem),
		BPF_JMP_IMM(BPF_JEQ, BPF_REG_0, 0, 1),
		BPF_ST_MEM(BPF_W, BPF_REG_0, 0, 1),
		BPF_MOV64_IMM(BPF_REG_0, 0), BPF_EXIT_INSN());
	close(map8);
	close(map1);
}

static void test_license(void)
{
	const struct bpf_insn prog[] = {
		BPF_ST_MEM(BPF_DW, BPF_REG_10, -8, 0x0a68),
		BPF_MOV64_REG(BPF_REG_1, BPF_REG_10),
		BPF_ALU64_IMM(BPF_ADD, BPF_REG_1, -8),
		BPF_MOV64_IMM(BPF_REG_2, 8),
		BPF_CALL_FUNC(BPF_FUNC_trace_printk),
		BPF_MOV64_IMM(BPF_REG_0, 0),
		BPF_EXIT_INSN(),
	};
	union bpf_attr attr = prog_attr(prog, COUNT(prog));
	int fd;

	fd = bpf(BPF_PROG_LOAD, &attr, sizeof(attr));
	if (fd < 0 && errno == EINVAL)
		skip("trace_printk: kernel without tracing");
	else
		expect(0, fd, "GPL-only helper, licence GPL");
	close(fd);
	attr.license = ptr("Proprietary");
	expect(EINVAL, bpf(BPF_PROG_LOAD, &attr, sizeof(attr)),
	       "GPL-only helper, licence Proprietary");
}

static int run(int prog, const void *data, unsigned int size, unsigned int *retval)
{
	union bpf_attr attr;
	int err;

	memset(&attr, 0, sizeof(attr));
	attr.test.prog_fd = prog;
	attr.test.data_in = ptr(data);
	attr.test.data_size_in = size;
	attr.test.repeat = 1;
	err = bpf(BPF_PROG_TEST_RUN, &attr, sizeof(attr));
	*retval = attr.test.retval;
	return err;
}

/* a program keeps its map alive when user space has closed it */
static void test_map_lifetime(void)
{
	int map = new_map(BPF_MAP_TYPE_ARRAY, 4, 8, 1), prog;
	const struct bpf_insn insns[] = {
		BPF_ST_MEM(BPF_W, BPF_REG_10, -4, 0),
		BPF_MOV64_REG(BPF_REG_2, BPF_REG_10),
		BPF_ALU64_IMM(BPF_ADD, BPF_REG_2, -4),
		BPF_LD_MAP_FD(BPF_REG_1, map),
		BPF_CALL_FUNC(BPF_FUNC_map_lookup_elem),
		BPF_JMP_IMM(BPF_JNE, BPF_REG_0, 0, 1),
		BPF_EXIT_INSN(),
		BPF_MOV64_IMM(BPF_REG_1, 1),
		BPF_ATOMIC_OP(BPF_DW, BPF_ADD | BPF_FETCH, BPF_REG_0, BPF_REG_1, 0),
		BPF_MOV64_REG(BPF_REG_0, BPF_REG_1),
		BPF_EXIT_INSN(),
	};
	unsigned char packet[64] = { 0 };
	unsigned int retval = 99, i;

	prog = expect(0, load(insns, COUNT(insns)), "program with a map");
	close(map);
	for (i = 0; i < 3; i++)
		run(prog, packet, sizeof(packet), &retval);
	ok(retval == 2, "the map lives on in the program (count %u)", retval);
	close(prog);
}

static void test_run_errors(int map, int prog)
{
	unsigned char packet[64] = { 0 };
	unsigned int retval;

	expect(0, run(prog, packet, sizeof(packet), &retval), "test run");
	expect(EBADF, run(9999, packet, sizeof(packet), &retval),
	       "test run of no descriptor");
	expect(EINVAL, run(map, packet, sizeof(packet), &retval),
	       "test run of a map");
	expect(EINVAL, run(prog, packet, 4, &retval), "test run on 4 bytes");
	expect(EFAULT, run(prog, (void *)BAD_POINTER, 64, &retval),
	       "test run on a wild packet");
}

static int get_info(int fd, void *info, unsigned int len, unsigned int *written)
{
	union bpf_attr attr;
	int err;

	memset(&attr, 0, sizeof(attr));
	attr.info.bpf_fd = fd;
	attr.info.info_len = len;
	attr.info.info = ptr(info);
	err = bpf(BPF_OBJ_GET_INFO_BY_FD, &attr, sizeof(attr));
	*written = attr.info.info_len;
	return err;
}

static void test_info(int map)
{
	struct bpf_insn insns[] = {
		BPF_LD_MAP_FD(BPF_REG_1, map),
		BPF_MOV64_IMM(BPF_REG_0, 0),
		BPF_EXIT_INSN(),
	};
	int null = open("/dev/null", O_RDONLY), prog = load(insns, COUNT(insns));
	struct {
		struct bpf_prog_info info;
		char later[16];
	} p;
	struct bpf_map_info m;
	struct bpf_insn dump[4];
	unsigned int written, map_id = 0;

	memset(&m, 0, sizeof(m));
	expect(0, get_info(map, &m, sizeof(m), &written), "map information");
	ok(m.type == BPF_MAP_TYPE_HASH && m.key_size == 4 && m.value_size == 8 &&
	   m.max_entries == 4 && m.id, "... says what was created");
	memset(&p, 0, sizeof(p));
	p.info.nr_map_ids = 1;
	p.info.map_ids = ptr(&map_id);
	p.info.xlated_prog_len = sizeof(dump);
	p.info.xlated_prog_insns = ptr(dump);
	expect(0, get_info(prog, &p, sizeof(p), &written), "program information");
	ok(written == sizeof(p.info), "... of its own size");
	ok(p.info.type == BPF_PROG_TYPE_SOCKET_FILTER && p.info.id &&
	   p.info.nr_map_ids == 1 && map_id == m.id && p.info.gpl_compatible,
	   "... names the type and the map");
	ok(p.info.xlated_prog_len == sizeof(dump) &&
	   dump[0].src_reg == BPF_PSEUDO_MAP_FD && dump[0].imm == (int)m.id &&
	   dump[1].imm == 0, "... dumps the map by id, not by address");
	expect(0, get_info(prog, &p, 8, &written), "shorter structure");
	ok(written == 8, "... gets what fits");
	p.later[3] = 1;
	expect(E2BIG, get_info(prog, &p, sizeof(p), &written),
	       "longer structure, tail not zero");
	expect(EINVAL, get_info(null, &m, sizeof(m), &written),
	       "information on a device");
	expect(EBADF, get_info(9999, &m, sizeof(m), &written),
	       "information on no descriptor");
	expect(EFAULT, get_info(map, (void *)BAD_POINTER, sizeof(m), &written),
	       "information to a wild address");
	close(null);
	close(prog);
}

static void set_sysctl(char value)
{
	int fd = open("/proc/sys/kernel/unprivileged_bpf_disabled", O_WRONLY);

	if (fd < 0 || write(fd, &value, 1) != 1)
		printf("# sysctl %c: %m\n", value);
	close(fd);
}

/* in a child without privilege: the errno of @what, as exit status */
static int unprivileged(int (*what)(int), int arg)
{
	int status;

	fflush(stdout);
	if (!fork()) {
		if (setresgid(65534, 65534, 65534) || setresuid(65534, 65534, 65534))
			_exit(255);
		_exit(what(arg) < 0 ? errno : 0);
	}
	wait(&status);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static int try_create(int unused)
{
	return new_map(BPF_MAP_TYPE_ARRAY, 4, 8, 1);
}

static int try_load(int unused)
{
	return load(return_zero, COUNT(return_zero));
}

static int try_lookup(int map)
{
	int key = 0;
	long long value;

	return element(BPF_MAP_LOOKUP_ELEM, map, &key, &value, 0);
}

static int try_long(int unused)
{
	static struct bpf_insn insns[4098];
	unsigned int i;

	for (i = 0; i < COUNT(insns) - 1; i++)
		insns[i] = (struct bpf_insn)BPF_MOV64_IMM(BPF_REG_0, 0);
	insns[i] = (struct bpf_insn)BPF_EXIT_INSN();
	return load(insns, COUNT(insns));
}

static int try_leak(int unused)
{
	const struct bpf_insn insns[] = {
		BPF_MOV64_REG(BPF_REG_0, BPF_REG_10),
		BPF_EXIT_INSN(),
	};

	return load(insns, COUNT(insns));
}

static void test_privilege(void)
{
	int array = new_map(BPF_MAP_TYPE_ARRAY, 4, 8, 1);

	set_sysctl('2');
	ok(unprivileged(try_create, 0) == EPERM, "map without privilege: EPERM");
	ok(unprivileged(try_load, 0) == EPERM, "program without privilege: EPERM");
	ok(unprivileged(try_lookup, array) == 0,
	   "a descriptor that was handed over may be used");
	set_sysctl('0');
	ok(unprivileged(try_create, 0) == 0, "sysctl 0: map without privilege");
	ok(unprivileged(try_load, 0) == 0, "sysctl 0: program without privilege");
	ok(unprivileged(try_long, 0) == E2BIG,
	   "sysctl 0: more than 4096 instructions: E2BIG");
	ok(unprivileged(try_leak, 0) == EACCES,
	   "sysctl 0: returning an address: EACCES");
	set_sysctl('2');
	close(array);
}

static void test_attach(int map, int prog)
{
	int null = open("/dev/null", O_RDONLY);
	int sock = socket(AF_INET, SOCK_DGRAM, 0), none = 9999;

	expect(0, setsockopt(sock, SOL_SOCKET, SO_ATTACH_BPF, &prog, sizeof(prog)),
	       "SO_ATTACH_BPF");
	expect(EBADF, setsockopt(sock, SOL_SOCKET, SO_ATTACH_BPF, &none, sizeof(none)),
	       "SO_ATTACH_BPF of no descriptor");
	expect(EINVAL, setsockopt(sock, SOL_SOCKET, SO_ATTACH_BPF, &map, sizeof(map)),
	       "SO_ATTACH_BPF of a map");
	expect(EINVAL, setsockopt(sock, SOL_SOCKET, SO_ATTACH_BPF, &null, sizeof(null)),
	       "SO_ATTACH_BPF of a device");
	close(sock);
	close(null);
}

/* a process killed with maps and programs open leaves nothing */
static void test_many(void)
{
	int i, made = 0;

	for (i = 0; i < 2000; i++) {
		int fd = new_map(BPF_MAP_TYPE_HASH, 4, 8, 64);
		int prog = load(return_zero, COUNT(return_zero));

		made += fd >= 0 && prog >= 0;
		close(fd);
		close(prog);
	}
	ok(made == 2000, "2000 maps and programs made and closed");
}

int main(void)
{
	int map = new_map(BPF_MAP_TYPE_HASH, 4, 8, 4);
	int prog = load(return_zero, COUNT(return_zero));

	if (!ok(map >= 0 && prog >= 0, "a map and a program"))
		return tap_done();
	test_attr();
	test_unused_all(map, prog);
	test_map_create();
	test_map_names();
	test_wrong_fd(prog);
	test_hash(map);
	test_walk(map);
	test_array();
	test_access();
	test_load_attr();
	test_log();
	test_bad_programs(map);
	test_man_page();
	test_license();
	test_map_lifetime();
	test_run_errors(map, prog);
	test_info(map);
	test_attach(map, prog);
	test_privilege();
	test_many();
	return tap_done();
}
