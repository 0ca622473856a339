// SPDX-License-Identifier: GPL-2.0-only
/*
 * BPF_MAP_TYPE_RINGBUF: what may be made and mapped, what records look like, what happens
 * at the end of the ring and where it is full, who is woken when, and that nothing is lost
 * or mixed where four CPUs write while one process reads. Then the same with libbpf, which
 * knows nothing of this kernel.
 *
 * What fills the rings are socket filters, run by BPF_PROG_TEST_RUN. Runs as root.
 */
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/wait.h>
#include <time.h>
#include "ring.h"
#include "tap.h"

#define COUNT(a)	(sizeof(a) / sizeof((a)[0]))
#define ENOTSUPP	524	/* the kernel's own */
#define SIZE		4096
#define UNPRIV_SYSCTL	"/proc/sys/kernel/unprivileged_bpf_disabled"

/* of libbpf.h, which wants another linux/bpf.h */
struct ring_buffer;
typedef int (*ring_buffer_sample_fn)(void *ctx, void *data, size_t size);
struct ring_buffer *ring_buffer__new(int map_fd, ring_buffer_sample_fn sample_cb, void *ctx,
				     const void *opts);
void ring_buffer__free(struct ring_buffer *rb);
int ring_buffer__poll(struct ring_buffer *rb, int timeout_ms);
int ring_buffer__consume(struct ring_buffer *rb);

static void expect(long got, long want, const char *what)
{
	if (!ok(got == want, "%s", what))
		printf("# got %ld, want %ld\n", got, want);
}

/* ---- making and mapping ---------------------------------------------------------- */

static void test_create(void)
{
	static const struct {
		unsigned int key, value, entries, flags;
		int want;
		const char *what;
	} cases[] = {
		{ 0, 0, SIZE, 0, 0, "a page" },
		{ 0, 0, 16 * SIZE, 0, 0, "several pages" },
		{ 0, 0, SIZE, BPF_F_NUMA_NODE, 0, "on a node" },
		{ 4, 0, SIZE, 0, -EINVAL, "with keys" },
		{ 0, 4, SIZE, 0, -EINVAL, "with values" },
		{ 0, 0, 0, 0, -EINVAL, "of no size" },
		{ 0, 0, 3 * SIZE, 0, -EINVAL, "of three pages" },
		{ 0, 0, SIZE / 2, 0, -EINVAL, "of half a page" },
		{ 0, 0, SIZE + 8, 0, -EINVAL, "of a page and a bit" },
		{ 0, 0, SIZE, BPF_F_RDONLY, -EINVAL, "that user space cannot write to" },
		{ 0, 0, SIZE, BPF_F_WRONLY, -EINVAL, "that user space cannot read" },
		{ 0, 0, SIZE, BPF_F_RDONLY_PROG, -EINVAL, "that programs cannot write to" },
		{ 0, 0, SIZE, BPF_F_NO_PREALLOC, -EINVAL, "without preallocation" },
		{ 0, 0, 1U << 31, 0, -ENOMEM, "larger than the machine" },
	};
	unsigned int i;

	for (i = 0; i < COUNT(cases); i++) {
		int fd = create_map(BPF_MAP_TYPE_RINGBUF, cases[i].key, cases[i].value,
				    cases[i].entries, cases[i].flags);

		if (!ok(cases[i].want ? fd == cases[i].want : fd >= 0,
			"a ring buffer %s: %s", cases[i].what,
			cases[i].want ? strerror(-cases[i].want) : "made"))
			printf("# got %d\n", fd);
		if (fd >= 0)
			close(fd);
	}
}

static long element(int cmd, int fd, const void *key)
{
	__u64 value = 0;
	union bpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.map_fd = fd;
	attr.key = (uintptr_t)key;
	if (cmd != BPF_MAP_DELETE_ELEM)
		attr.value = (uintptr_t)&value;
	return bpf_call(cmd, &attr) < 0 ? -errno : 0;
}

static void test_elements(void)
{
	static const struct { int cmd; const char *name; } cmds[] = {
		{ BPF_MAP_LOOKUP_ELEM, "lookup" }, { BPF_MAP_UPDATE_ELEM, "update" },
		{ BPF_MAP_DELETE_ELEM, "delete" }, { BPF_MAP_GET_NEXT_KEY, "next key" },
	};
	int fd = create_map(BPF_MAP_TYPE_RINGBUF, 0, 0, SIZE, 0);
	__u32 key = 0;
	unsigned int i;

	for (i = 0; i < COUNT(cmds); i++) {
		ok(element(cmds[i].cmd, fd, NULL) == -ENOTSUPP, "%s: there are no elements",
		   cmds[i].name);
		ok(element(cmds[i].cmd, fd, &key) == -EINVAL, "%s: nor keys", cmds[i].name);
	}
	close(fd);
}

static int map_error(int fd, size_t bytes, int prot, int flags, size_t at)
{
	void *p = mmap(NULL, bytes, prot, flags, fd, at);

	if (p == MAP_FAILED)
		return -errno;
	munmap(p, bytes);
	return 0;
}

static int protect_error(void *p, size_t bytes, int prot)
{
	return mprotect(p, bytes, prot) ? -errno : 0;
}

/* signal that a child dies of which writes there, 0: of none */
static int write_signal(unsigned long *to)
{
	int status;
	pid_t pid = fork();

	if (!pid) {
		signal(SIGSEGV, SIG_DFL);
		*(volatile unsigned long *)to = 77;
		_exit(0);
	}
	waitpid(pid, &status, 0);
	return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

static void test_mapping(void)
{
	const int rw = PROT_READ | PROT_WRITE, shared = MAP_SHARED;
	size_t page = ring_page(), all = 2 * page + 2 * SIZE;
	struct ring r;
	int array;

	if (!ok(ring_open(&r, SIZE), "a ring buffer is mapped as libraries map it"))
		return;
	expect(map_error(r.fd, page, PROT_READ, shared, 0), 0, "the consumer's page, to read");
	expect(map_error(r.fd, all, PROT_READ, shared, 0), 0, "everything at once, to read");
	expect(map_error(r.fd, 2 * page, rw, shared, 0), -EPERM,
	       "the consumer's page and the producer's, to write");
	expect(map_error(r.fd, page, rw, shared, page), -EPERM, "the producer's page, to write");
	expect(map_error(r.fd, page, rw, shared, 2 * page), -EPERM, "the data, to write");
	expect(map_error(r.fd, page, PROT_READ, MAP_PRIVATE, 0), -EINVAL, "a private mapping");
	expect(map_error(r.fd, all + page, PROT_READ, shared, 0), -EINVAL, "a page too much");
	expect(map_error(r.fd, page, PROT_READ, shared, all), -EINVAL, "behind the end");
	expect(protect_error(r.producer, page, rw), -EACCES,
	       "what was mapped to read stays so");
	expect(protect_error(r.data, page, PROT_READ | PROT_EXEC), -EACCES, "and is not run");
	expect(protect_error(r.consumer, page, PROT_READ | PROT_EXEC), -EACCES,
	       "nor is the consumer's page");
	expect(write_signal(r.producer), SIGSEGV, "a write to the producer's page");
	expect(write_signal((unsigned long *)r.data), SIGSEGV, "a write to the data");
	expect(*r.producer, 0, "neither changed anything");
	ring_close(&r);

	array = make_array(1);
	expect(map_error(array, page, PROT_READ, shared, 0), -EINVAL,
	       "an array made without BPF_F_MMAPABLE is not mapped");
	close(array);
}

/* ---- records --------------------------------------------------------------------- */

static void test_records(void)
{
	int five, submit, discard;
	struct ring r;

	ring_open(&r, SIZE);
	five = load_output(r.fd, 5, 0);
	submit = load_filler(r.fd, 24, 0, BPF_FUNC_ringbuf_submit);
	discard = load_filler(r.fd, 24, 0, BPF_FUNC_ringbuf_discard);

	expect(run_with(five, 0x1122334455667788), 0, "five bytes are output");
	expect(ring_length(&r, 0), 5, "the header has their number");
	expect(*r.producer, 16, "a record is a multiple of eight bytes");
	ok(!memcmp(ring_record(&r, 0), "\x88\x77\x66\x55\x44", 5), "and has the bytes");
	ok(!memcmp(ring_record(&r, 0) + SIZE, "\x88\x77\x66\x55\x44", 5), "also behind the end");
	expect(*r.consumer, 0, "the reader's position is the reader's");

	expect(run_with(submit, 42), 1, "a record is reserved and submitted");
	expect(ring_length(&r, 16), 24, "it follows the first");
	expect(*(__u64 *)ring_record(&r, 16), 42, "with what the program put there");
	expect(run_with(discard, 43), 1, "one is reserved and discarded");
	expect(ring_length(&r, 48), 24 | BPF_RINGBUF_DISCARD_BIT, "which is marked");
	expect(ring_drain(&r), 2, "a reader sees two of the three");
	expect(*r.consumer, *r.producer, "and comes to the end");
	close(five);
	close(submit);
	close(discard);
	ring_close(&r);
}

/* records of odd sizes, over the end of the ring many times */
static void test_wrap(void)
{
	static const int sizes[] = { 8, 1000, 13, 40, 2001, 64 };
	unsigned long i, good = 0, turns = 200;
	int prog[COUNT(sizes)];
	struct ring r;

	ring_open(&r, SIZE);
	for (i = 0; i < COUNT(sizes); i++)
		prog[i] = load_filler(r.fd, sizes[i], 0, BPF_FUNC_ringbuf_submit);
	for (i = 0; i < turns; i++) {
		unsigned int n = i % COUNT(sizes);
		unsigned char *record;
		uint32_t len;

		if (run_with(prog[n], i * 0x10001) != 1)
			break;
		record = ring_next(&r, &len);
		if (!record || len != (uint32_t)sizes[n] || *(__u64 *)record != i * 0x10001)
			break;
		ring_done(&r, len);
		good++;
	}
	expect(good, turns, "records that cross the end of the ring are whole");
	ok(*r.producer > 20 * SIZE, "and there were many of them");
	for (i = 0; i < COUNT(sizes); i++)
		close(prog[i]);
	ring_close(&r);
}

static void test_full(void)
{
	int prog, output, most, more, flags;
	struct program p = { };
	struct ring r;
	uint32_t len = 0;

	ring_open(&r, SIZE);
	prog = load_filler(r.fd, 1000, 0, BPF_FUNC_ringbuf_submit);
	output = load_output(r.fd, 64, 0);
	most = load_filler(r.fd, SIZE - 16, 0, BPF_FUNC_ringbuf_submit);
	more = load_filler(r.fd, SIZE - 8, 0, BPF_FUNC_ringbuf_submit);
	add_reserve(&p, r.fd, 8, 1);
	ADD(&p,
	    BPF_MOV64_REG(BPF_REG_1, BPF_REG_0),
	    BPF_MOV64_IMM(BPF_REG_2, 0),
	    BPF_CALL_FUNC(BPF_FUNC_ringbuf_submit));
	add_return(&p, 1);
	flags = load(&p);

	expect(run_with(flags, 0), 0, "reserving knows no flags: NULL");
	expect(run_with(more, 0), 0, "a record as large as the ring: NULL");
	expect(*r.producer, 0, "neither moved anything");
	expect(run_with(most, 0), 1, "the largest that fits");
	ring_drain(&r);
	while (run_with(prog, 0) == 1)
		;
	expect(*r.producer - *r.consumer, 4 * 1008, "four of a quarter fill the ring");
	expect(run_with(prog, 0), 0, "reserving gives NULL then");
	expect(run_with(output, 0), -EAGAIN, "output says EAGAIN");
	ring_next(&r, &len);
	ring_done(&r, len);
	expect(run_with(prog, 0), 1, "what was read makes room");
	expect(ring_drain(&r), 4, "nothing was lost");
	close(prog);
	close(output);
	close(most);
	close(more);
	close(flags);
	ring_close(&r);
}

/* reserves five records at once and gives them back; returns how many it had */
static int load_hoarder(int map)
{
	struct program p = { };
	int i;

	ADD(&p, BPF_MOV64_IMM(BPF_REG_8, 0));
	for (i = 1; i <= 5; i++)
		ADD(&p,
		    BPF_MOV64_IMM(BPF_REG_2, 1000),
		    BPF_MOV64_IMM(BPF_REG_3, 0),
		    BPF_LD_MAP_FD(BPF_REG_1, map),
		    BPF_CALL_FUNC(BPF_FUNC_ringbuf_reserve),
		    BPF_STX_MEM(BPF_DW, BPF_REG_10, BPF_REG_0, -8 * i));
	for (i = 1; i <= 5; i++)
		ADD(&p,
		    BPF_LDX_MEM(BPF_DW, BPF_REG_1, BPF_REG_10, -8 * i),
		    BPF_JMP_IMM(BPF_JEQ, BPF_REG_1, 0, 3),
		    BPF_MOV64_IMM(BPF_REG_2, 0),
		    BPF_CALL_FUNC(BPF_FUNC_ringbuf_submit),
		    BPF_ALU64_IMM(BPF_ADD, BPF_REG_8, 1));
	ADD(&p, BPF_MOV64_REG(BPF_REG_0, BPF_REG_8), BPF_EXIT_INSN());
	return load(&p);
}

/* a reader that lies about its position must not have one record over another */
static void test_lying_reader(void)
{
	struct ring r;
	int prog;

	ring_open(&r, SIZE);
	prog = load_hoarder(r.fd);
	expect(run_with(prog, 0), 4, "four records of a quarter are held at once");
	*r.consumer = *r.producer + 1000;
	expect(run_with(prog, 0), 4, "and no fifth, whatever the reader says it has read");
	*r.consumer = *r.producer + 3 * SIZE;
	expect(run_with(prog, 0), 0, "a position far ahead stops the ring");
	*r.consumer = *r.producer - 2 * SIZE;
	expect(run_with(prog, 0), 0, "so does one far behind");
	*r.consumer = *r.producer;
	expect(run_with(prog, 0), 4, "until it says the truth");
	close(prog);
	ring_close(&r);
}

#define BEHIND		500

/* holds a record while it writes many others, of 16 bytes each with their headers */
static int load_holder(int map)
{
	struct program p = { };
	int i;

	ADD(&p, BPF_ST_MEM(BPF_DW, BPF_REG_10, -8, 0));
	add_reserve(&p, map, 8, 0);
	ADD(&p, BPF_MOV64_REG(BPF_REG_7, BPF_REG_0));
	for (i = 0; i < BEHIND; i++)
		ADD(&p,
		    BPF_LD_MAP_FD(BPF_REG_1, map),
		    BPF_MOV64_REG(BPF_REG_2, BPF_REG_10),
		    BPF_ALU64_IMM(BPF_ADD, BPF_REG_2, -8),
		    BPF_MOV64_IMM(BPF_REG_3, 8),
		    BPF_MOV64_IMM(BPF_REG_4, 0),
		    BPF_CALL_FUNC(BPF_FUNC_ringbuf_output));
	ADD(&p,
	    BPF_MOV64_REG(BPF_REG_1, BPF_REG_7),
	    BPF_MOV64_IMM(BPF_REG_2, 0),
	    BPF_CALL_FUNC(BPF_FUNC_ringbuf_submit));
	add_return(&p, 1);
	return load(&p);
}

/* what is behind a record that was held long is passed over bit by bit */
static void test_held_long(void)
{
	int holder, large;
	struct ring r;

	ring_open(&r, 2 * SIZE);
	holder = load_holder(r.fd);
	large = load_filler(r.fd, 7000, 0, BPF_FUNC_ringbuf_submit);
	expect(run_with(holder, 0), 1, "a record is held while many are written");
	expect(ring_drain(&r), BEHIND + 1, "all of them are read");
	expect(run_with(large, 0), 0, "it takes a while until their room is found");
	expect(run_with(large, 0), 1, "and not long");
	close(holder);
	close(large);
	ring_close(&r);
}

static int load_query(int map, __s64 what)
{
	struct program p = { };

	ADD(&p,
	    BPF_LD_IMM64(BPF_REG_2, what),
	    BPF_LD_MAP_FD(BPF_REG_1, map),
	    BPF_CALL_FUNC(BPF_FUNC_ringbuf_query),
	    BPF_EXIT_INSN());
	return load(&p);
}

static int query(int map, __s64 what)
{
	int prog = load_query(map, what), got = run_with(prog, 0);

	close(prog);
	return got;
}

static void test_query(void)
{
	struct ring r;
	int prog;

	ring_open(&r, 2 * SIZE);
	prog = load_output(r.fd, 8, 0);
	run_with(prog, 0);
	run_with(prog, 0);
	*r.consumer = 16;
	expect(query(r.fd, BPF_RB_AVAIL_DATA), 16, "query: bytes not read");
	expect(query(r.fd, BPF_RB_RING_SIZE), 2 * SIZE, "query: size");
	expect(query(r.fd, BPF_RB_CONS_POS), 16, "query: the reader's position");
	expect(query(r.fd, BPF_RB_PROD_POS), 32, "query: the writers' position");
	expect(query(r.fd, 77), 0, "query: anything else");
	close(prog);
	prog = load_output(r.fd, 8, 4);
	expect(run_with(prog, 0), -EINVAL, "output with an unknown flag");
	close(prog);
	ring_close(&r);
}

/* ---- waking ---------------------------------------------------------------------- */

static int make_epoll(int fd)
{
	struct epoll_event event = { .events = EPOLLIN };
	int epoll = epoll_create1(0);

	return epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) ? -errno : epoll;
}

static int wait_ms(int epoll, int ms)
{
	struct epoll_event event;

	return epoll_wait(epoll, &event, 1, ms);
}

/* runs a program while this process sleeps in epoll_wait(): is it woken? */
struct later {
	int	prog;
	int	got;
};

static void *run_later(void *arg)
{
	struct later *later = arg;

	usleep(100000);
	later->got = run_with(later->prog, 0);
	return NULL;
}

static int woken_by(int epoll, int prog, int ms)
{
	struct later later = { prog, -1 };
	pthread_t thread;
	int woken;

	pthread_create(&thread, NULL, run_later, &later);
	woken = wait_ms(epoll, ms);
	pthread_join(thread, NULL);
	return later.got ? -1 : woken;
}

static void test_waking(void)
{
	int plain, quiet, loud, epoll;
	struct ring r;

	ring_open(&r, SIZE);
	plain = load_output(r.fd, 8, 0);
	quiet = load_output(r.fd, 8, BPF_RB_NO_WAKEUP);
	loud = load_output(r.fd, 8, BPF_RB_FORCE_WAKEUP);
	epoll = make_epoll(r.fd);

	expect(wait_ms(epoll, 0), 0, "an empty ring has nothing to read");
	expect(woken_by(epoll, plain, 5000), 1, "the first record wakes a reader");
	expect(wait_ms(epoll, 0), 1, "who is told until it has read");
	ring_drain(&r);
	expect(wait_ms(epoll, 0), 0, "and not afterwards");
	expect(woken_by(epoll, quiet, 600), 0, "nobody is woken where the program says so");
	expect(ring_drain(&r), 1, "though the record is there");
	expect(woken_by(epoll, loud, 5000), 1, "somebody is where it says so");

	/* one record not read, but epoll has told of it: only a new wake-up tells again */
	close(epoll);
	ring_drain(&r);
	epoll = make_epoll(r.fd);
	run_with(quiet, 0);
	expect(woken_by(epoll, plain, 600), 0, "a reader with records to read is not woken");
	expect(woken_by(epoll, loud, 5000), 1, "unless the program insists");
	close(epoll);
	close(plain);
	close(quiet);
	close(loud);
	ring_close(&r);
}

/* ---- many writers ---------------------------------------------------------------- */

#define WRITERS		4
#define ROUNDS		4000

struct writer {
	pthread_t	thread;
	unsigned int	number;
	int		prog;
	int		discard;
	unsigned int	dropped;
	_Atomic bool	done;
};

static void *write_records(void *arg)
{
	struct writer *w = arg;
	unsigned int i = 0;
	cpu_set_t cpus;

	CPU_ZERO(&cpus);
	CPU_SET(w->number, &cpus);
	sched_setaffinity(0, sizeof(cpus), &cpus);
	while (i < ROUNDS) {
		if (i % 7 == 3)
			run_with(w->discard, ~0ULL);
		if (run_with(w->prog, (__u64)w->number << 32 | i) == 1)
			i++;
		else
			w->dropped++;
	}
	w->done = true;
	return NULL;
}

/* reads what there is; false where a record is not the next one of its writer */
static bool read_records(struct ring *r, unsigned int *next)
{
	unsigned char *record;
	uint32_t len;

	while ((record = ring_next(r, &len))) {
		__u64 bytes = *(__u64 *)record;
		__u32 from = bytes >> 32;

		if (len != 24 || from >= WRITERS || (__u32)bytes != next[from])
			return false;
		next[from]++;
		ring_done(r, len);
	}
	return true;
}

static bool all_done(const struct writer *w)
{
	unsigned int i;

	for (i = 0; i < WRITERS; i++)
		if (!w[i].done)
			return false;
	return true;
}

static void test_writers(void)
{
	static struct writer w[WRITERS];
	unsigned int next[WRITERS] = { 0 }, i, total = 0, dropped = 0;
	bool good = true, done = false;
	struct ring r;
	int epoll;

	ring_open(&r, SIZE);
	epoll = make_epoll(r.fd);
	for (i = 0; i < WRITERS; i++) {
		w[i].number = i;
		w[i].prog = load_filler(r.fd, 24, 0, BPF_FUNC_ringbuf_submit);
		w[i].discard = load_filler(r.fd, 16, 0, BPF_FUNC_ringbuf_discard);
		pthread_create(&w[i].thread, NULL, write_records, &w[i]);
	}
	while (good && !done) {
		done = all_done(w);
		if (!done)
			wait_ms(epoll, 1000);
		good = read_records(&r, next);
	}
	for (i = 0; i < WRITERS; i++) {
		/* writers that find the ring full for ever would not end */
		if (!good)
			pthread_cancel(w[i].thread);
		pthread_join(w[i].thread, NULL);
		total += next[i];
		dropped += w[i].dropped;
		close(w[i].prog);
		close(w[i].discard);
	}
	ok(good, "records of four writers are whole and each one's in order");
	expect(total, WRITERS * ROUNDS, "and none is lost");
	printf("# found no room %u times\n", dropped);
	close(epoll);
	ring_close(&r);
}

/* ---- lifetime, privilege, libbpf -------------------------------------------------- */

static void test_lifetime(void)
{
	struct ring r;
	int prog;

	ring_open(&r, SIZE);
	prog = load_output(r.fd, 8, 0);
	close(r.fd);
	run_with(prog, 7);
	expect(*(__u64 *)ring_record(&r, 0), 7, "a mapping outlives the descriptor");
	close(prog);
	usleep(50000);
	expect(*(__u64 *)ring_record(&r, 0), 7, "and the program");
	ring_unmap(&r);
}

static void write_sysctl(const char *path, const char *value)
{
	int fd = open(path, O_WRONLY);

	if (fd < 0 || write(fd, value, strlen(value)) < 0)
		printf("# %s cannot be set\n", path);
	close(fd);
}

/* exit status of a child without privilege that can make arrays */
static int try_unprivileged(int ring)
{
	struct bpf_insn insns[] = {
		BPF_MOV64_IMM(BPF_REG_2, 1),
		BPF_LD_MAP_FD(BPF_REG_1, ring),
		BPF_CALL_FUNC(BPF_FUNC_ringbuf_query),
		BPF_EXIT_INSN(),
	};
	int array;

	if (setgid(65534) || setuid(65534))
		return 1;
	array = make_array(1);
	if (array < 0)
		return 2;
	if (create_map(BPF_MAP_TYPE_RINGBUF, 0, 0, SIZE, 0) != -EPERM)
		return 3;
	return load_insns(insns, COUNT(insns), false) == -EINVAL ? 0 : 4;
}

static void test_privilege(void)
{
	int ring = create_map(BPF_MAP_TYPE_RINGBUF, 0, 0, SIZE, 0), status = -1;
	pid_t pid;

	write_sysctl(UNPRIV_SYSCTL, "0");
	pid = fork();
	if (!pid)
		_exit(try_unprivileged(ring));
	waitpid(pid, &status, 0);
	write_sysctl(UNPRIV_SYSCTL, "2");
	expect(WEXITSTATUS(status), 0, "who may not has neither ring buffers nor their helpers");
	close(ring);
}

static int add_sample(void *ctx, void *data, size_t size)
{
	if (size == 24)
		*(__u64 *)ctx += *(__u64 *)data;
	return 0;
}

static void test_libbpf(void)
{
	int map = create_map(BPF_MAP_TYPE_RINGBUF, 0, 0, SIZE, 0), prog, i;
	struct ring_buffer *rb;
	__u64 sum = 0;

	prog = load_filler(map, 24, 0, BPF_FUNC_ringbuf_submit);
	rb = ring_buffer__new(map, add_sample, &sum, NULL);
	if (!ok(rb, "libbpf takes the ring"))
		return;
	expect(ring_buffer__poll(rb, 0), 0, "and finds it empty");
	for (i = 1; i <= 300; i++) {
		run_with(prog, i);
		if (i % 50 == 0 && ring_buffer__poll(rb, 1000) != 50)
			break;
	}
	expect(sum, 300 * 301 / 2, "three hundred records come through");
	run_with(prog, 1);
	expect(ring_buffer__consume(rb), 1, "also without asking epoll");
	ring_buffer__free(rb);
	close(prog);
	close(map);
}

int main(void)
{
	test_create();
	test_elements();
	test_mapping();
	test_records();
	test_wrap();
	test_full();
	test_lying_reader();
	test_held_long();
	test_query();
	test_waking();
	test_writers();
	test_lifetime();
	test_privilege();
	test_libbpf();
	return tap_done();
}
