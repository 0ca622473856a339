// SPDX-License-Identifier: GPL-2.0-only
/*
 * Maps through bpf(2): what each command answers for an element that is there, is not
 * there, does not fit; descriptors; four threads on one map; and who pays. Needs root;
 * sys_test.c has the arguments of the call itself.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <linux/bpf.h>
#include "tap.h"

static int bpf(int cmd, union bpf_attr *attr)
{
	return syscall(__NR_bpf, cmd, attr, sizeof(*attr)) < 0 ? -errno : 0;
}

static int create(uint32_t type, uint32_t key, uint32_t value, uint32_t entries,
		  uint32_t flags)
{
	union bpf_attr attr;
	long fd;

	memset(&attr, 0, sizeof(attr));
	attr.map_type = type;
	attr.key_size = key;
	attr.value_size = value;
	attr.max_entries = entries;
	attr.map_flags = flags;
	fd = syscall(__NR_bpf, BPF_MAP_CREATE, &attr, sizeof(attr));
	return fd < 0 ? -errno : fd;
}

static int element(int cmd, int fd, const void *key, const void *value, uint64_t flags)
{
	union bpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.map_fd = fd;
	attr.key = (uintptr_t)key;
	attr.value = (uintptr_t)value;
	attr.flags = flags;
	return bpf(cmd, &attr);
}

static int lookup(int fd, const void *key, void *value)
{
	return element(BPF_MAP_LOOKUP_ELEM, fd, key, value, 0);
}

static int update(int fd, const void *key, const void *value, uint64_t flags)
{
	return element(BPF_MAP_UPDATE_ELEM, fd, key, value, flags);
}

static int delete(int fd, const void *key)
{
	return element(BPF_MAP_DELETE_ELEM, fd, key, NULL, 0);
}

static int next_key(int fd, const void *key, void *next)
{
	return element(BPF_MAP_GET_NEXT_KEY, fd, key, next, 0);
}

/* a call answers @want: 0 or -errno */
static void answers(int got, int want, const char *kind, const char *claim)
{
	ok(got == want, "%s: %s: %s", kind, claim, want ? strerror(-want) : "0");
	if (got != want)
		printf("# got %d (%s)\n", got, got < 0 ? strerror(-got) : "");
}

/* ---- one element at a time --------------------------------------------------- */

static void test_hash(const char *kind, uint32_t flags)
{
	int fd = create(BPF_MAP_TYPE_HASH, 4, 8, 4, flags);
	uint64_t value = 1;
	uint32_t key = 1;

	if (!ok(fd >= 0, "%s: created", kind))
		return;
	answers(lookup(fd, &key, &value), -ENOENT, kind, "lookup of what is not there");
	answers(delete(fd, &key), -ENOENT, kind, "delete of what is not there");
	answers(next_key(fd, &key, &key), -ENOENT, kind, "walk of an empty map");
	answers(next_key(fd, NULL, &key), -ENOENT, kind, "start in an empty map");
	answers(update(fd, &key, &value, BPF_EXIST), -ENOENT, kind, "EXIST, absent");
	value = 1111;
	answers(update(fd, &key, &value, BPF_NOEXIST), 0, kind, "NOEXIST, absent");
	answers(update(fd, &key, &value, BPF_NOEXIST), -EEXIST, kind, "NOEXIST, present");
	value = 0;
	answers(lookup(fd, &key, &value), 0, kind, "lookup");
	ok(value == 1111, "%s: the value written is read", kind);
	value = 2222;
	answers(update(fd, &key, &value, BPF_EXIST), 0, kind, "EXIST, present");
	value = 3333;
	answers(update(fd, &key, &value, BPF_ANY), 0, kind, "ANY, present");
	value = 0;
	lookup(fd, &key, &value);
	ok(value == 3333, "%s: the last value written is read", kind);
	answers(update(fd, &key, &value, 3), -EINVAL, kind, "flags 3");
	answers(update(fd, &key, &value, BPF_F_LOCK), -EINVAL, kind, "F_LOCK");
	answers(update(fd, &key, &value, 1ULL << 32), -EINVAL, kind, "flags beyond 32 bits");
	for (key = 2; key <= 4; key++)
		update(fd, &key, &value, BPF_ANY);
	answers(update(fd, &key, &value, BPF_ANY), -E2BIG, kind, "one more than max_entries");
	answers(update(fd, &key, &value, BPF_NOEXIST), -E2BIG, kind, "the same, NOEXIST");
	key = 1;
	answers(update(fd, &key, &value, BPF_ANY), 0, kind, "replacing in a full map");
	answers(delete(fd, &key), 0, kind, "delete");
	answers(lookup(fd, &key, &value), -ENOENT, kind, "lookup of what was deleted");
	key = 5;
	answers(update(fd, &key, &value, BPF_ANY), 0, kind, "its room is used again");
	close(fd);
}

static void test_array(void)
{
	int fd = create(BPF_MAP_TYPE_ARRAY, 4, 8, 4, 0);
	const char *kind = "array";
	uint64_t value = 1;
	uint32_t key = 4, next;

	if (!ok(fd >= 0, "%s: created", kind))
		return;
	answers(lookup(fd, &key, &value), -ENOENT, kind, "lookup behind the end");
	answers(update(fd, &key, &value, BPF_ANY), -E2BIG, kind, "update behind the end");
	answers(delete(fd, &key), -EINVAL, kind, "delete behind the end");
	key = 3;
	answers(lookup(fd, &key, &value), 0, kind, "lookup of the last");
	ok(!value, "%s: elements start as zero", kind);
	value = 4444;
	answers(update(fd, &key, &value, BPF_NOEXIST), -EEXIST, kind, "NOEXIST");
	answers(update(fd, &key, &value, BPF_EXIST), 0, kind, "EXIST");
	value = 0;
	lookup(fd, &key, &value);
	ok(value == 4444, "%s: the value written is read", kind);
	answers(delete(fd, &key), -EINVAL, kind, "delete");
	answers(next_key(fd, &key, &next), -ENOENT, kind, "next of the last");
	key = 99;
	answers(next_key(fd, &key, &next), 0, kind, "next of an index that is none");
	ok(next == 0, "%s: which is the first", kind);
	close(fd);
}

static void test_pointers(const char *kind, uint32_t type)
{
	long page = sysconf(_SC_PAGESIZE);
	char *edge = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int fd = create(type, 4, 64, 4, 0);
	uint32_t key = 0, next;
	char value[64] = {};
	char *bad = (char *)edge + page;

	munmap(bad, page);
	update(fd, &key, value, BPF_ANY);
	answers(lookup(fd, bad, value), -EFAULT, kind, "lookup, wild key");
	answers(lookup(fd, &key, bad), -EFAULT, kind, "lookup, wild value");
	answers(lookup(fd, &key, bad - 63), -EFAULT, kind, "value one byte too short");
	answers(lookup(fd, &key, bad - 64), 0, kind, "value that just fits");
	answers(update(fd, bad - 3, value, 0), -EFAULT, kind, "key one byte too short");
	answers(update(fd, &key, bad - 1, 0), -EFAULT, kind, "update, wild value");
	answers(delete(fd, bad), -EFAULT, kind, "delete, wild key");
	answers(next_key(fd, bad, &next), -EFAULT, kind, "walk, wild key");
	answers(next_key(fd, NULL, bad), -EFAULT, kind, "walk, wild next");
	answers(lookup(fd, NULL, value), -EFAULT, kind, "lookup without a key");
	close(fd);
	munmap(edge, page);
}

/* ---- the walk ---------------------------------------------------------------- */

static void test_walk(const char *kind, uint32_t flags)
{
	enum { COUNT = 1000 };
	int fd = create(BPF_MAP_TYPE_HASH, 4, 4, COUNT, flags);
	static bool seen[COUNT];
	uint32_t key, next, first, wrong = 0, count = 0;
	int err;

	memset(seen, 0, sizeof(seen));
	for (key = 0; key < COUNT; key++)
		update(fd, &key, &key, BPF_NOEXIST);
	for (err = next_key(fd, NULL, &next); !err; err = next_key(fd, &key, &next)) {
		if (next >= COUNT || seen[next] || count > COUNT)
			wrong++;
		else
			seen[next] = true;
		key = next;
		count++;
	}
	answers(err, -ENOENT, kind, "end of the walk");
	ok(count == COUNT && !wrong, "%s: each key once", kind);
	next_key(fd, NULL, &first);
	key = 123456;
	answers(next_key(fd, &key, &next), 0, kind, "key that never was");
	ok(next == first, "%s: is followed by the first", kind);
	count = 0;
	for (err = next_key(fd, NULL, &next); !err; err = next_key(fd, &key, &next)) {
		key = next;
		count += !delete(fd, &key);
		if (count > COUNT)
			break;
	}
	ok(count == COUNT, "%s: each key is deleted as the walk gives it", kind);
	answers(next_key(fd, NULL, &next), -ENOENT, kind, "nothing is left");
	close(fd);
}

/* ---- descriptors ------------------------------------------------------------- */

static bool fdinfo_has(int fd, const char *line)
{
	char path[64], text[1024] = "\n", want[64];
	int info;
	ssize_t n;

	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", fd);
	info = open(path, O_RDONLY);
	n = read(info, text + 1, sizeof(text) - 2);
	close(info);
	if (n <= 0)
		return false;
	text[n + 1] = '\0';
	snprintf(want, sizeof(want), "\n%s\n", line);
	return strstr(text, want);
}

static void test_descriptors(void)
{
	static const char * const lines[] = {
		"map_type:\t1", "key_size:\t4", "value_size:\t8", "max_entries:\t10",
		"map_flags:\t0x1", "map_extra:\t0x0", "memlock:\t4096", "frozen:\t0",
	};
	int fd = create(BPF_MAP_TYPE_HASH, 4, 8, 10, BPF_F_NO_PREALLOC);
	char link[64] = "", path[64];
	uint64_t value = 7;
	uint32_t key = 1;
	unsigned int i;
	int other;

	for (i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		ok(fdinfo_has(fd, lines[i]), "fdinfo has %s", lines[i]);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	ok(readlink(path, link, sizeof(link) - 1) > 0 &&
	   !strcmp(link, "anon_inode:bpf-map"), "descriptor is called %s", link);
	ok(fcntl(fd, F_GETFD) & FD_CLOEXEC, "descriptor does not survive exec");

	other = dup(fd);
	update(fd, &key, &value, BPF_ANY);
	close(fd);
	answers(lookup(other, &key, &value), 0, "descriptor", "map lives in the duplicate");
	answers(lookup(fd, &key, &value), -EBADF, "descriptor", "closed one");
	close(other);
	answers(lookup(-1, &key, &value), -EBADF, "descriptor", "-1");
	other = socket(AF_UNIX, SOCK_STREAM, 0);
	answers(lookup(other, &key, &value), -EINVAL, "descriptor", "of a socket");
	answers(update(other, &key, &value, 0), -EINVAL, "descriptor", "update of a socket");
	answers(delete(other, &key), -EINVAL, "descriptor", "delete in a socket");
	answers(next_key(other, &key, &key), -EINVAL, "descriptor", "walk of a socket");
	close(other);
}

static void test_access(void)
{
	int ro = create(BPF_MAP_TYPE_ARRAY, 4, 8, 4, BPF_F_RDONLY);
	int wo = create(BPF_MAP_TYPE_HASH, 4, 8, 4, BPF_F_WRONLY);
	uint64_t value = 7;
	uint32_t key = 1;

	answers(lookup(ro, &key, &value), 0, "read-only", "lookup");
	answers(next_key(ro, &key, &key), 0, "read-only", "walk");
	answers(update(ro, &key, &value, 0), -EPERM, "read-only", "update");
	answers(delete(ro, &key), -EPERM, "read-only", "delete");
	answers(update(wo, &key, &value, 0), 0, "write-only", "update");
	answers(lookup(wo, &key, &value), -EPERM, "write-only", "lookup");
	answers(next_key(wo, &key, &key), -EPERM, "write-only", "walk");
	answers(delete(wo, &key), 0, "write-only", "delete");
	ok(fdinfo_has(ro, "map_flags:\t0x0"), "access is the descriptor's, not the map's");
	close(ro);
	close(wo);
}

/* ---- four threads ------------------------------------------------------------ */

/* keys below STABLE stay; a value says whose it is, twice */
#define THREADS		4
#define STABLE		16
#define KEYS		64
#define STEPS		30000

struct shared {
	int			fd;
	_Atomic unsigned int	lost, torn, refused, astray, turn;
};

struct pair {
	uint64_t key, inverse;
};

static void write_step(struct shared *s, uint32_t key, unsigned int *seed)
{
	struct pair value = { key, ~(uint64_t)key };
	int err;

	if (key < STABLE || rand_r(seed) & 1)
		err = update(s->fd, &key, &value, BPF_ANY);
	else
		err = delete(s->fd, &key);
	if (err && (key < STABLE || (err != -E2BIG && err != -ENOENT)))
		s->refused++;
}

static void read_step(struct shared *s, uint32_t key)
{
	struct pair value;
	int err = lookup(s->fd, &key, &value);

	if (err && (key < STABLE || err != -ENOENT))
		s->lost++;
	if (!err && (value.key != key || value.inverse != ~(uint64_t)key))
		s->torn++;
}

static void walk_step(struct shared *s)
{
	bool seen[KEYS] = {};
	uint32_t key, next, i;
	int err;

	for (err = next_key(s->fd, NULL, &next); !err; err = next_key(s->fd, &key, &next)) {
		if (next >= KEYS || seen[next]) {
			s->astray++;
			return;
		}
		seen[next] = true;
		key = next;
	}
	if (err != -ENOENT)
		s->astray++;
	for (i = 0; i < STABLE; i++)
		if (!seen[i])
			s->astray++;
}

static void *work(void *data)
{
	struct shared *s = data;
	unsigned int seed = ++s->turn;
	int step;

	for (step = 0; step < STEPS; step++) {
		uint32_t key = rand_r(&seed) % KEYS;

		if (step & 1)
			write_step(s, key, &seed);
		else
			read_step(s, key);
		if (step % 100 == 0)
			walk_step(s);
	}
	return NULL;
}

static void test_threads(const char *kind, uint32_t entries, uint32_t flags)
{
	struct shared s = {
		.fd = create(BPF_MAP_TYPE_HASH, 4, sizeof(struct pair), entries, flags),
	};
	pthread_t thread[THREADS];
	uint32_t key;
	int i;

	for (key = 0; key < STABLE; key++) {
		struct pair value = { key, ~(uint64_t)key };

		update(s.fd, &key, &value, BPF_ANY);
	}
	for (i = 0; i < THREADS; i++)
		pthread_create(&thread[i], NULL, work, &s);
	for (i = 0; i < THREADS; i++)
		pthread_join(thread[i], NULL);
	ok(!s.lost, "%s: a key that stays is always found", kind);
	ok(!s.torn, "%s: a value read is its key's, whole", kind);
	ok(!s.refused, "%s: no call is refused without reason", kind);
	ok(!s.astray, "%s: walks end and give each key that stays once", kind);
	/* nothing got lost on the way: it can be filled to the last element */
	for (key = 0; key < KEYS; key++)
		delete(s.fd, &key);
	for (key = 0; key < entries; key++)
		if (update(s.fd, &key, &(struct pair){}, BPF_NOEXIST))
			break;
	ok(key == entries, "%s: afterwards max_entries fit", kind);
	answers(update(s.fd, &key, &(struct pair){}, BPF_NOEXIST), -E2BIG, kind,
		"and not one more");
	close(s.fd);
}

/* ---- who pays ---------------------------------------------------------------- */

#define GROUP	"/sys/fs/cgroup/map_test"

static bool write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY);
	bool written = fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text);

	if (fd >= 0)
		close(fd);
	return written;
}

static long charged(void)
{
	char text[32] = "";
	int fd = open(GROUP "/memory.current", O_RDONLY);
	ssize_t n = read(fd, text, sizeof(text) - 1);

	close(fd);
	return n > 0 ? atol(text) : -1;
}

static bool enter(bool inside)
{
	return write_file(inside ? GROUP "/cgroup.procs" : "/sys/fs/cgroup/cgroup.procs",
			  "0");
}

/* freeing takes a grace period and a worker */
static long charged_settles_below(long limit)
{
	long now = 0;
	int i;

	for (i = 0; i < 100; i++) {
		now = charged();
		if (now < limit)
			break;
		usleep(50000);
	}
	return now;
}

/* a group that nobody was charged to yet: what an old one had drains when it likes */
static long fresh_group(void)
{
	rmdir(GROUP);
	mkdir(GROUP, 0755);
	return charged();
}

static void test_charge_prealloc(uint32_t type, const char *kind)
{
	const long bytes = 8 << 20;
	long before = fresh_group(), now;
	int fd;

	enter(true);
	fd = create(type, 4, 1024, bytes / 1024, 0);
	enter(false);
	now = charged();
	ok(fd >= 0 && now >= before + bytes, "%s: creator's cgroup is charged (%ld KiB)",
	   kind, (now - before) >> 10);
	close(fd);
	now = charged_settles_below(before + bytes / 4);
	ok(now < before + bytes / 4, "%s: and discharged after close (%ld KiB)", kind,
	   (now - before) >> 10);
	write_file(GROUP "/memory.max", "4194304");
	enter(true);
	fd = create(type, 4, 1024, bytes / 1024, 0);
	enter(false);
	answers(fd, -ENOMEM, kind, "more than the cgroup may have");
	write_file(GROUP "/memory.max", "max");
	if (fd >= 0)
		close(fd);
}

static void test_charge_elements(void)
{
	static char value[1024];
	long before = fresh_group(), now;
	uint32_t key;
	int fd, err;

	enter(true);
	fd = create(BPF_MAP_TYPE_HASH, 4, sizeof(value), 100000, BPF_F_NO_PREALLOC);
	enter(false);
	for (key = 0; key < 8192; key++)
		update(fd, &key, value, BPF_ANY);
	now = charged();
	ok(now >= before + (8 << 20),
	   "elements: creator's cgroup is charged, whoever adds them (%ld KiB)",
	   (now - before) >> 10);
	write_file(GROUP "/memory.max", "16777216");
	for (err = 0; !err && key < 100000; key++)
		err = update(fd, &key, value, BPF_ANY);
	answers(err, -ENOMEM, "elements", "beyond the creator's limit");
	write_file(GROUP "/memory.max", "max");
	close(fd);
	now = charged_settles_below(before + (2 << 20));
	ok(now < before + (2 << 20), "elements: discharged after close (%ld KiB)",
	   (now - before) >> 10);
}

static void test_charge(void)
{
	write_file("/sys/fs/cgroup/cgroup.subtree_control", "+memory");
	if (fresh_group() < 0) {
		skip("no memory cgroups (CONFIG_MEMCG, cgroup2 on /sys/fs/cgroup)");
		return;
	}
	test_charge_prealloc(BPF_MAP_TYPE_HASH, "hash");
	test_charge_prealloc(BPF_MAP_TYPE_ARRAY, "array");
	test_charge_elements();
	rmdir(GROUP);
}

/* a process that dies with the map in hand leaves nothing */
static void test_killed(void)
{
	uint32_t key = 0;
	uint64_t value = 1;
	int round, status, good = 0;
	pid_t child;

	for (round = 0; round < 20; round++) {
		child = fork();
		if (!child) {
			int fd = create(BPF_MAP_TYPE_HASH, 4, 8, 10000,
					round & 1 ? BPF_F_NO_PREALLOC : 0);

			for (;; key++)
				update(fd, &key, &value, BPF_ANY);
		}
		usleep(20000);
		kill(child, SIGKILL);
		waitpid(child, &status, 0);
		good += WIFSIGNALED(status);
	}
	ok(good == 20, "processes killed while they write a map");
}

int main(void)
{
	setvbuf(stdout, NULL, _IOLBF, 0);
	test_hash("hash", 0);
	test_hash("hash without memory", BPF_F_NO_PREALLOC);
	test_hash("hash without seed", BPF_F_ZERO_SEED);
	test_array();
	test_pointers("hash", BPF_MAP_TYPE_HASH);
	test_pointers("array", BPF_MAP_TYPE_ARRAY);
	test_walk("walk", 0);
	test_walk("walk without memory", BPF_F_NO_PREALLOC);
	test_descriptors();
	test_access();
	test_threads("threads", KEYS, 0);
	test_threads("threads, often full", KEYS / 2, 0);
	test_threads("threads without memory", KEYS, BPF_F_NO_PREALLOC);
	test_threads("threads without memory, often full", KEYS / 2, BPF_F_NO_PREALLOC);
	test_charge();
	test_killed();
	return tap_done();
}
