// SPDX-License-Identifier: GPL-2.0-only
/*
 * Numbers of stacks: which stack gets which, what happens where two want the same one or
 * there are no stacks left, how user space finds and deletes them, build ids in place of
 * addresses, and that nobody ever sees a stack half filled.
 *
 * The stacks are this program's own, of places that have nothing in common. Runs as root.
 */
#include <elf.h>
#include <link.h>
#include <pthread.h>
#include "fire.h"
#include "tap.h"

#define APART		__attribute__((noinline, noclone))
#define NEAR		256	/* bytes that a function below has at most */
#define FRAMES		3	/* of a place: those that are the same at each call */
#define USER		BPF_F_USER_STACK
#define BUILD_IDS	BPF_F_STACK_BUILD_ID
#define BUILD_ID_BYTES	((int)sizeof(struct bpf_stack_build_id))
#define TURNS		10000
#define SLOTS		4

/* ---- places ---------------------------------------------------------------------- */

/* a function with this in it has a frame that a stack trace finds */
#define HAS_FRAME	asm volatile("" : : "r" (__builtin_frame_address(0)))

static inline __attribute__((always_inline)) void rename_here(void)
{
	long ret;

	asm volatile("syscall" : "=a" (ret)
		     : "0" (__NR_prctl), "D" ((long)PR_SET_NAME), "S" (FIRE_NAME)
		     : "rcx", "r11", "memory");
}

#define PLACE(n)						\
static APART void inner_##n(void)				\
{								\
	HAS_FRAME;						\
	rename_here();						\
	asm volatile("nop");					\
}								\
								\
static APART void middle_##n(void)				\
{								\
	HAS_FRAME;						\
	inner_##n();						\
	asm volatile("nop");					\
}								\
								\
static APART void outer_##n(void)				\
{								\
	HAS_FRAME;						\
	middle_##n();						\
	asm volatile("nop");					\
}

PLACE(0)
PLACE(1)
PLACE(2)
PLACE(3)
PLACE(4)
PLACE(5)
PLACE(6)
PLACE(7)

#define FUNCTIONS(n)	{ inner_##n, middle_##n, outer_##n }

static void (* const places[][FRAMES])(void) = {
	FUNCTIONS(0), FUNCTIONS(1), FUNCTIONS(2), FUNCTIONS(3),
	FUNCTIONS(4), FUNCTIONS(5), FUNCTIONS(6), FUNCTIONS(7),
};

/* the place whose stack it is, or -1 */
static int place_of(const __u64 *stack)
{
	unsigned int n, i;

	for (n = 0; n < COUNT(places); n++) {
		for (i = 0; i < FRAMES; i++)
			if (stack[i] - (uintptr_t)places[n][i] >= NEAR)
				break;
		if (i == FRAMES)
			return n;
	}
	return -1;
}

/* ---- programs and maps ----------------------------------------------------------- */

/* numbers of the array */
enum { RESULT, FLAGS, COPY, NUMBERS = COPY + 64 };

/**
 * struct taker - a map and a program that stores stacks in it, attached
 * @map:	the stacks
 * @array:	result of the program, and flags for it
 * @prog:	the program
 * @at:		where it is attached
 */
struct taker {
	int	map;
	int	array;
	int	prog;
	int	at;
};

static void start_with(struct taker *t, unsigned int type, struct program *p)
{
	add_store(p, RESULT, BPF_REG_0);
	add_return(p, 1);
	t->prog = load_type(type, p);
	t->at = t->prog < 0 ? t->prog : hook(type, t->prog);
	if (t->map < 0 || t->prog < 0 || t->at < 0)
		printf("# map %d, load %d, attach %d\n", t->map, t->prog, t->at);
}

static void start(struct taker *t, unsigned int type, int bytes, int entries, int flags)
{
	struct program p = { };

	t->array = make_array(NUMBERS);
	t->map = create_map(BPF_MAP_TYPE_STACK_TRACE, 4, bytes, entries, flags);
	add_array_here(&p, t->array);
	ADD(&p,
	    BPF_MOV64_REG(BPF_REG_1, BPF_REG_6),
	    BPF_LD_MAP_FD(BPF_REG_2, t->map),
	    BPF_LDX_MEM(BPF_DW, BPF_REG_3, BPF_REG_7, 8 * FLAGS),
	    BPF_CALL_FUNC(BPF_FUNC_get_stackid));
	start_with(t, type, &p);
}

static void stop(struct taker *t)
{
	close(t->at);
	close(t->prog);
	close(t->map);
	close(t->array);
}

/* what the program says of the stack of place @n */
static long take(const struct taker *t, unsigned int n, __u64 flags)
{
	__u64 numbers[NUMBERS] = { [RESULT] = -1000, [FLAGS] = flags };

	write_array(t->array, numbers);
	places[n][FRAMES - 1]();
	read_array(t->array, numbers);
	return numbers[RESULT];
}

static int element(int cmd, const struct taker *t, __u32 id, void *stack)
{
	union bpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.map_fd = t->map;
	attr.key = (uintptr_t)&id;
	attr.value = (uintptr_t)stack;
	return bpf_call(cmd, &attr) < 0 ? -errno : 0;
}

/* the place whose stack has the number, or -errno */
static int look(const struct taker *t, __u32 id)
{
	__u64 stack[FRAMES];
	int err = element(BPF_MAP_LOOKUP_ELEM, t, id, stack);

	return err ? err : place_of(stack);
}

static int delete(const struct taker *t, __u32 id)
{
	return element(BPF_MAP_DELETE_ELEM, t, id, NULL);
}

static void expect(long got, long want, const char *what)
{
	if (!ok(got == want, "%s", what))
		printf("# got %ld, want %ld\n", got, want);
}

/* ---- numbers --------------------------------------------------------------------- */

/* one stack, one number: whatever comes second meets what was there */
static void test_one(void)
{
	struct taker t;

	start(&t, BPF_PROG_TYPE_TRACEPOINT, 8 * FRAMES, 1, 0);
	expect(take(&t, 0, USER), 0, "a stack gets the only number");
	expect(look(&t, 0), 0, "and is found under it");
	expect(take(&t, 0, USER), 0, "it gets the same again");
	expect(take(&t, 0, USER | BPF_F_FAST_STACK_CMP), 0, "also where the hash is enough");
	expect(take(&t, 1, USER), -EEXIST, "another one does not: EEXIST");
	expect(take(&t, 1, USER | BPF_F_FAST_STACK_CMP), -EEXIST, "its hash is another");
	expect(take(&t, 1, USER | BPF_F_REUSE_STACKID), -ENOMEM,
	       "it may have the place, but there is no second stack: ENOMEM");
	expect(look(&t, 0), 0, "the first is still there");
	expect(take(&t, 0, USER | 255), -EFAULT, "nothing behind 255 frames: EFAULT");
	expect(delete(&t, 0), 0, "it is deleted");
	expect(delete(&t, 0), -ENOENT, "once");
	expect(look(&t, 0), -ENOENT, "and found no more");
	expect(take(&t, 1, USER), 0, "then another one has the number");
	expect(look(&t, 0), 1, "and is what is found");
	stop(&t);
}

/* of two numbers, somebody wants that of the first stack */
static void test_reuse(void)
{
	long first, got = 0;
	struct taker t;
	unsigned int n;

	start(&t, BPF_PROG_TYPE_TRACEPOINT, 8 * FRAMES, 2, 0);
	first = take(&t, 0, USER);
	for (n = 1; n < COUNT(places); n++) {
		got = take(&t, n, USER);
		if (got == -EEXIST)
			break;
		delete(&t, got);
	}
	if (got != -EEXIST) {
		skip("no two places with one number");
	} else {
		expect(take(&t, n, USER | BPF_F_REUSE_STACKID), first,
		       "a stack takes the place of another");
		expect(look(&t, first), n, "and is what is found there");
		expect(take(&t, 0, USER), -EEXIST, "the other one has lost it");
	}
	stop(&t);
}

/* numbers that a walk gives, in order; how many */
static unsigned int walk(const struct taker *t, __u32 *ids, unsigned int most)
{
	unsigned int count = 0;
	union bpf_attr attr;

	for (;;) {
		__u32 next;

		memset(&attr, 0, sizeof(attr));
		attr.map_fd = t->map;
		attr.key = count ? (uintptr_t)&ids[count - 1] : 0;
		attr.next_key = (uintptr_t)&next;
		if (bpf_call(BPF_MAP_GET_NEXT_KEY, &attr) || count == most)
			return count;
		ids[count++] = next;
	}
}

static void test_walk(void)
{
	__u32 ids[COUNT(places) + 1];
	unsigned int n, good = 0, stored = 0;
	struct taker t;

	start(&t, BPF_PROG_TYPE_TRACEPOINT, 8 * FRAMES, 1 << 16, 0);
	for (n = 0; n < COUNT(places); n++) {
		long id = take(&t, n, USER);

		/* the addresses are random: two stacks may want one number */
		stored += id != -EEXIST;
		good += id >= 0 && look(&t, id) == (int)n;
	}
	ok(good == stored && stored >= COUNT(places) / 2, "places have numbers of their own");
	expect(walk(&t, ids, COUNT(ids)), stored, "a walk finds all of them");
	for (n = 1; n < stored; n++)
		good -= ids[n - 1] < ids[n];
	expect(good, 1, "in order");
	delete(&t, ids[3]);
	expect(walk(&t, ids, COUNT(ids)), stored - 1, "and no deleted one");
	stop(&t);
}

/* a stack that is shorter than the value has zeros behind it */
static void test_long(void)
{
	__u64 stack[100];
	struct taker t;
	long id;

	start(&t, BPF_PROG_TYPE_TRACEPOINT, sizeof(stack), 8, 0);
	id = take(&t, 5, USER);
	memset(stack, 0xff, sizeof(stack));
	ok(id >= 0 && !element(BPF_MAP_LOOKUP_ELEM, &t, id, stack) && place_of(stack) == 5,
	   "a long stack begins with its place");
	expect(stack[COUNT(stack) - 1], 0, "behind its end are zeros");
	stop(&t);
}

/* ---- build ids ------------------------------------------------------------------- */

static unsigned char own_id[BPF_BUILD_ID_SIZE];

/* build id of this program, as it says itself */
static int find_own_id(struct dl_phdr_info *info, size_t size, void *found)
{
	int i;

	for (i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *ph = &info->dlpi_phdr[i];
		const char *at = (const char *)(info->dlpi_addr + ph->p_vaddr);
		const char *end = at + ph->p_memsz;

		while (ph->p_type == PT_NOTE && at < end) {
			const ElfW(Nhdr) *note = (const void *)at;
			const char *name = at + sizeof(*note);
			const char *bytes = name + ((note->n_namesz + 3) & ~3);

			if (note->n_type == NT_GNU_BUILD_ID && !memcmp(name, "GNU", 4) &&
			    note->n_descsz == sizeof(own_id)) {
				memcpy(own_id, bytes, sizeof(own_id));
				*(bool *)found = true;
				return 1;
			}
			at = bytes + ((note->n_descsz + 3) & ~3);
		}
	}
	return 0;
}

/* do the bytes at an offset of this program's file stand where the stack goes through? */
static bool is_offset_in(__u64 offset, void (*function)(void))
{
	unsigned char bytes[8];
	int fd = open("/proc/self/exe", O_RDONLY);
	bool same = false;
	unsigned int i;

	if (fd >= 0 && pread(fd, bytes, sizeof(bytes), offset) == sizeof(bytes))
		for (i = 0; i < NEAR && !same; i++)
			same = !memcmp((unsigned char *)function + i, bytes, sizeof(bytes));
	close(fd);
	return same;
}

static bool is_place(const struct bpf_stack_build_id *id, unsigned int n)
{
	unsigned int i;

	for (i = 0; i < FRAMES; i++) {
		if (id[i].status == BPF_STACK_BUILD_ID_VALID &&
		    !memcmp(id[i].build_id, own_id, sizeof(own_id)) &&
		    is_offset_in(id[i].offset, places[n][i]))
			continue;
		printf("# frame %u: status %d, offset %llx\n", i, id[i].status, id[i].offset);
		return false;
	}
	return true;
}

static void test_build_ids(unsigned int type, const char *name)
{
	struct bpf_stack_build_id stack[FRAMES];
	struct taker t;
	long id, kernel;

	start(&t, type, sizeof(stack), 64, BUILD_IDS);
	id = take(&t, 6, USER);
	ok(id >= 0 && !element(BPF_MAP_LOOKUP_ELEM, &t, id, stack) && is_place(stack, 6),
	   "%s: a stack of build ids and offsets", name);
	expect(take(&t, 6, USER), id, "it gets the same number again");
	/* the other stack may want that number */
	delete(&t, id);
	kernel = take(&t, 6, 0);
	ok(kernel >= 0 && !element(BPF_MAP_LOOKUP_ELEM, &t, kernel, stack) &&
	   stack[0].status == BPF_STACK_BUILD_ID_IP && stack[0].ip >> 63,
	   "%s: the kernel's frames are addresses", name);
	stop(&t);
}

/* bpf_get_stack() of @bytes into the array */
static void start_copy(struct taker *t, unsigned int type, int bytes)
{
	struct program p = { };

	t->array = make_array(NUMBERS);
	t->map = dup(t->array);
	add_array_here(&p, t->array);
	ADD(&p,
	    BPF_MOV64_REG(BPF_REG_1, BPF_REG_6),
	    BPF_MOV64_REG(BPF_REG_2, BPF_REG_7),
	    BPF_ALU64_IMM(BPF_ADD, BPF_REG_2, 8 * COPY),
	    BPF_MOV64_IMM(BPF_REG_3, bytes),
	    BPF_LDX_MEM(BPF_DW, BPF_REG_4, BPF_REG_7, 8 * FLAGS),
	    BPF_CALL_FUNC(BPF_FUNC_get_stack));
	start_with(t, type, &p);
}

static void test_copied_ids(unsigned int type, const char *name)
{
	const __u64 ids = USER | BPF_F_USER_BUILD_ID;
	__u64 numbers[NUMBERS];
	struct taker t;

	start_copy(&t, type, FRAMES * BUILD_ID_BYTES);
	ok(take(&t, 7, ids) == FRAMES * BUILD_ID_BYTES && !read_array(t.array, numbers) &&
	   is_place((void *)&numbers[COPY], 7), "%s: they are copied", name);
	expect(take(&t, 7, BPF_F_USER_BUILD_ID), -EINVAL, "not of the kernel's stack");
	stop(&t);
	start_copy(&t, type, BUILD_ID_BYTES + 8);
	expect(take(&t, 7, ids), -EINVAL, "nor a part of an entry");
	stop(&t);
}

/* ---- readers and writers --------------------------------------------------------- */

struct reader {
	const struct taker	*t;
	unsigned long		seen;
	unsigned long		broken;
	_Atomic bool		stop;
};

/* every stack that is found is one place's, whole */
static void *read_stacks(void *arg)
{
	struct reader *r = arg;
	unsigned long i;

	for (i = 0; !r->stop; i++) {
		int place = look(r->t, i % SLOTS);

		r->seen += place >= 0;
		r->broken += place == -1;
		if (i % 3 == 0)
			delete(r->t, i % SLOTS);
	}
	return NULL;
}

static void test_race(void)
{
	struct taker t;
	struct reader r = { .t = &t };
	unsigned int i, stored = 0, none = 0;
	pthread_t thread;

	start(&t, BPF_PROG_TYPE_TRACEPOINT, 8 * FRAMES, SLOTS, 0);
	pthread_create(&thread, NULL, read_stacks, &r);
	for (i = 0; i < TURNS; i++) {
		long got = take(&t, i % COUNT(places), USER | BPF_F_REUSE_STACKID);

		stored += got >= 0;
		/* all are in their slots */
		none += got == -ENOMEM;
	}
	r.stop = true;
	pthread_join(thread, NULL);
	expect(stored + none, TURNS, "stacks are stored while others are read and deleted");
	ok(stored > TURNS / 10 && r.seen && !r.broken, "and found whole");
	printf("# %u stored, %lu found, %lu broken\n", stored, r.seen, r.broken);
	stop(&t);
}

int main(void)
{
	static const struct { unsigned int type; const char *name; } types[] = {
		{ BPF_PROG_TYPE_TRACEPOINT, "tracepoint" },
		{ BPF_PROG_TYPE_KPROBE, "kprobe" },	/* with interrupts off */
	};
	bool found = false;
	unsigned int i;

	test_one();
	test_reuse();
	test_walk();
	test_long();
	dl_iterate_phdr(find_own_id, &found);
	ok(found, "this program has a build id");
	for (i = 0; i < COUNT(types); i++) {
		test_build_ids(types[i].type, types[i].name);
		test_copied_ids(types[i].type, types[i].name);
	}
	test_race();
	return tap_done();
}
