// SPDX-License-Identifier: GPL-2.0-only
/*
 * Stacks, records and counters that programs on events give out, from each program type:
 * that the stack is that of the place where the event fired, in the kernel and in this
 * process; that a record comes with those registers; that counters are those that read(2)
 * tells. What the maps do beyond that is in stackmap_test and perfarray_test.
 */
#include <sched.h>
#include <sys/wait.h>
#include "fire.h"
#include "tap.h"

#define TYPES		COUNT(fire_types)
#define NUMBERS		256
#define DEPTH		32	/* frames that are asked for */
#define STACK_BYTES	(8 * DEPTH)

/* numbers of the array: results, then stacks */
enum { R_ID, R_COPY, R_SKIP, R_USER_ID, R_USER_COPY, R_FLAGS_ID, R_FLAGS_COPY, R_SIZE, R_NONE,
       COPY = 16, SKIP = COPY + DEPTH, USER = SKIP + DEPTH, SPOILT = USER + DEPTH };

static int map, stacks;
static __u64 numbers[NUMBERS];
static struct program prog;

static void begin(void)
{
	memset(numbers, 0xaa, sizeof(numbers));
	write_array(map, numbers);
	prog.len = 0;
	add_array_here(&prog, map);
}

/* R1 = context, R2 = number @idx of the array, R3 = @size */
static void add_room(unsigned int idx, unsigned int size)
{
	ADD(&prog,
	    BPF_MOV64_REG(BPF_REG_1, BPF_REG_6),
	    BPF_MOV64_REG(BPF_REG_2, BPF_REG_7),
	    BPF_ALU64_IMM(BPF_ADD, BPF_REG_2, 8 * (int)idx),
	    BPF_MOV64_IMM(BPF_REG_3, (int)size));
}

/* ---- firing so that the stack is known --------------------------------------------------- */

#define APART	__attribute__((noinline, noclone))
#define NEAR	256	/* bytes that a function below has at most */

/* a function with this in it has a frame that a stack trace finds */
#define HAS_FRAME	asm volatile("" : : "r" (__builtin_frame_address(0)))

/* the system call in this very function */
static APART long call_here(long number, long a, long b, long c)
{
	long ret;

	HAS_FRAME;
	asm volatile("syscall" : "=a" (ret) : "0" (number), "D" (a), "S" (b), "d" (c)
		     : "rcx", "r11", "memory");
	return ret;
}

static APART long touch_here(volatile char *page)
{
	HAS_FRAME;
	*page = 1;
	return 0;
}

/* calls one of the two and is seen behind it */
static APART long caller(unsigned int type, volatile char *page)
{
	long ret;

	HAS_FRAME;
	if (type == BPF_PROG_TYPE_PERF_EVENT)
		ret = touch_here(page);
	else
		ret = call_here(__NR_prctl, PR_SET_NAME, (long)FIRE_NAME, 0);
	asm volatile("" : "+r" (ret));
	return ret;
}

static char *fresh_page(void)
{
	return mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

/* as fire(), by functions above */
static void fire_here(unsigned int type)
{
	char *page = fresh_page();

	caller(type, page);
	munmap(page, 4096);
}

/* as fire(), but a page is touched by the kernel */
static void fire_inside(unsigned int type)
{
	int zero = open("/dev/zero", O_RDONLY);
	char *page = fresh_page();

	if (type != BPF_PROG_TYPE_PERF_EVENT)
		caller(type, NULL);
	else if (read(zero, page, 8) != 8)
		printf("# nothing is read\n");
	munmap(page, 4096);
	close(zero);
}

/* another process fires, if the event is not this thread's own: no program here takes that */
static void fire_elsewhere(unsigned int type)
{
	pid_t child;

	if (type == BPF_PROG_TYPE_PERF_EVENT)
		return;
	child = fork();
	if (!child) {
		fire(type);
		_exit(0);
	}
	waitpid(child, NULL, 0);
}

/* loads, attaches, fires once, reads the array */
static bool run(unsigned int type, void (*shoot)(unsigned int type))
{
	int fd, at;

	add_return(&prog, 1);
	fd = load_type(type, &prog);
	at = fd < 0 ? fd : hook(type, fd);
	if (at < 0) {
		printf("# load %d, attach %d\n", fd, at);
		return false;
	}
	shoot(type);
	fire_elsewhere(type);
	close(at);
	close(fd);
	return !read_array(map, numbers);
}

/* ---- stacks ---------------------------------------------------------------------------- */

/* stacks of random addresses: one takes the place of another that had its number */
static void add_id(unsigned int idx, __u64 flags)
{
	flags |= BPF_F_REUSE_STACKID;
	ADD(&prog,
	    BPF_MOV64_REG(BPF_REG_1, BPF_REG_6),
	    BPF_LD_MAP_FD(BPF_REG_2, stacks),
	    BPF_LD_IMM64(BPF_REG_3, flags),
	    BPF_CALL_FUNC(BPF_FUNC_get_stackid));
	add_store(&prog, idx, BPF_REG_0);
}

static void add_copy(unsigned int idx, unsigned int to, unsigned int size, __u64 flags)
{
	add_room(to, size);
	ADD(&prog,
	    BPF_LD_IMM64(BPF_REG_4, flags),
	    BPF_CALL_FUNC(BPF_FUNC_get_stack));
	add_store(&prog, idx, BPF_REG_0);
}

/* name of the function of the kernel that @address is in */
static const char *function(__u64 address)
{
	static char found[64];
	unsigned long long at, best = 0;
	char kind, name[256];
	FILE *f = fopen("/proc/kallsyms", "r");

	found[0] = '\0';
	while (f && fscanf(f, "%llx %c %255s%*[^\n]", &at, &kind, name) == 3) {
		if (at > address || at < best)
			continue;
		best = at;
		snprintf(found, sizeof(found), "%.63s", name);
	}
	if (f)
		fclose(f);
	return found;
}

static bool goes_through(const __u64 *stack, const char *name)
{
	unsigned int i;

	for (i = 0; i < DEPTH && stack[i]; i++)
		if (!strcmp(function(stack[i]), name))
			return true;
	return false;
}

static void show(const __u64 *stack)
{
	unsigned int i;

	for (i = 0; i < DEPTH && stack[i]; i++)
		printf("# %2u %llx %s\n", i, stack[i], function(stack[i]));
}

static bool stored(__u32 id, __u64 *stack)
{
	union bpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	memset(stack, 0, STACK_BYTES);
	attr.map_fd = stacks;
	attr.key = (uintptr_t)&id;
	attr.value = (uintptr_t)stack;
	return !bpf_call(BPF_MAP_LOOKUP_ELEM, &attr);
}

/* what a stack begins with: where the event is, or the program that nobody told */
static bool begins_well(unsigned int type, const __u64 *stack)
{
	const char *first = function(stack[0]);

	switch (type) {
	case BPF_PROG_TYPE_KPROBE:
		/* the probe is in the function's first bytes */
		return stack[0] - symbol(FIRE_FUNCTION) < 16;
	case BPF_PROG_TYPE_TRACEPOINT:
	case BPF_PROG_TYPE_PERF_EVENT:
		return first[0] && strncmp(first, "bpf_", 4);
	default:
		/* the program is gone by now, but where it was are programs and modules only */
		return stack[0] >= 0xffffffffa0000000ULL || !strncmp(first, "bpf_interp", 10);
	}
}

static void test_kernel_stack(unsigned int type)
{
	const char *through = type == BPF_PROG_TYPE_PERF_EVENT ? "ksys_read" :
							       "__x64_sys_prctl";
	__u64 stack[DEPTH];
	bool good;

	begin();
	add_id(R_ID, 0);
	add_copy(R_COPY, COPY, STACK_BYTES, 0);
	add_copy(R_SKIP, SKIP, STACK_BYTES, 1);
	good = run(type, fire_inside) && (long)numbers[R_ID] >= 0 && stored(numbers[R_ID], stack);
	if (!ok(good, "a stack is stored: %lld", numbers[R_ID]))
		return;
	if (!ok(goes_through(stack, through), "it goes through %s", through))
		show(stack);
	if (!ok(begins_well(type, stack), "and begins where the event fired"))
		show(stack);
	ok((long)numbers[R_COPY] > 16 && numbers[R_COPY] % 8 == 0 &&
	   !memcmp(stack + 1, numbers + COPY + 1, STACK_BYTES - 8),
	   "it is copied, and zeros behind it");
	ok(numbers[R_SKIP] == numbers[R_COPY] - 8 &&
	   !memcmp(stack + 1, numbers + SKIP, STACK_BYTES - 8), "it is copied but for a frame");
}

static void test_user_stack(unsigned int type)
{
	__u64 here = type == BPF_PROG_TYPE_PERF_EVENT ? (uintptr_t)touch_here :
						       (uintptr_t)call_here;
	__u64 stack[DEPTH];
	bool good;

	begin();
	add_id(R_USER_ID, BPF_F_USER_STACK);
	add_copy(R_USER_COPY, USER, STACK_BYTES, BPF_F_USER_STACK);
	good = run(type, fire_here) && (long)numbers[R_USER_ID] >= 0 &&
	       stored(numbers[R_USER_ID], stack);
	if (!ok(good, "a user's stack is stored: %lld", numbers[R_USER_ID]))
		return;
	if (!ok(stack[0] - here < NEAR && stack[1] - (uintptr_t)caller < NEAR,
		"it begins in this program's function and goes on in its caller"))
		printf("# %llx %llx, %llx %p\n", stack[0], stack[1], here, caller);
	ok((long)numbers[R_USER_COPY] >= 16 && !memcmp(stack, numbers + USER, STACK_BYTES),
	   "it is copied");
}

static void test_stack_errors(unsigned int type)
{
	static const __u64 zeros[DEPTH];

	begin();
	add_id(R_FLAGS_ID, 1ULL << 40);
	add_copy(R_FLAGS_COPY, SPOILT, STACK_BYTES, 1ULL << 40);
	add_copy(R_NONE, USER, 0, 0);
	add_copy(R_SIZE, COPY, 12, 0);
	ok(run(type, fire_inside) && (long)numbers[R_FLAGS_ID] == -EINVAL &&
	   (long)numbers[R_FLAGS_COPY] == -EINVAL && !memcmp(numbers + SPOILT, zeros, STACK_BYTES),
	   "unknown flags: EINVAL, and zeros");
	ok((long)numbers[R_SIZE] == -EINVAL && !numbers[COPY] &&
	   numbers[COPY + 1] == 0xaaaaaaaa00000000ULL, "half an entry: EINVAL, and zeros");
	ok(!numbers[R_NONE] && numbers[USER] == 0xaaaaaaaaaaaaaaaaULL, "no room: nothing");
}

/* a program on the record, in place of the event's filter */
static void test_record_filter(void)
{
	__u64 stack[DEPTH];
	int fd, at;

	begin();
	add_id(R_ID, 0);
	add_return(&prog, 1);
	fd = load_type(BPF_PROG_TYPE_TRACEPOINT, &prog);
	at = attach_filter("events/" FIRE_EVENT "/filter", fd);
	trace_write("events/" FIRE_EVENT "/enable", "1");
	fire_here(BPF_PROG_TYPE_TRACEPOINT);
	read_array(map, numbers);
	ok(at >= 0 && (long)numbers[R_ID] >= 0 && stored(numbers[R_ID], stack) &&
	   goes_through(stack, "__x64_sys_prctl"), "tracepoint: a stack in place of a filter");
	close(at);
	close(fd);
}

/* a sample in user space has no stack of the kernel */
static void test_no_stack(void)
{
	begin();
	add_id(R_ID, 0);
	ok(run(BPF_PROG_TYPE_PERF_EVENT, fire_here) && (long)numbers[R_ID] == -EFAULT,
	   "perf_event: a sample of user space has no stack in the kernel: EFAULT");
}

/* ---- records ----------------------------------------------------------------------------- */

#define EVENTS		4	/* slots of the array: 0 and 1 are used */
#define PAGES		8

static int events;
static struct perf_event_mmap_page *ring;

static int put_event(__u32 slot, int fd)
{
	union bpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.map_fd = events;
	attr.key = (uintptr_t)&slot;
	attr.value = (uintptr_t)&fd;
	return result_of(bpf_call(BPF_MAP_UPDATE_ELEM, &attr));
}

/* a sample as asked for below */
struct record {
	struct perf_event_header	header;
	__u64				ip;
	__u32				size;
	unsigned char			bytes[64];
};

static int open_output(int cpu)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_SOFTWARE, .config = PERF_COUNT_SW_BPF_OUTPUT,
		.sample_type = PERF_SAMPLE_IP | PERF_SAMPLE_RAW, .sample_period = 1,
		.size = sizeof(attr),
	};

	return result_of(syscall(__NR_perf_event_open, &attr, -1, cpu, -1, 0));
}

/* the first record that has not been taken, and takes it */
static bool take(struct record *record)
{
	const char *data = (const char *)ring + 4096;
	__u64 head = __atomic_load_n(&ring->data_head, __ATOMIC_ACQUIRE);
	__u64 at = ring->data_tail;
	unsigned int i;

	if (head == at)
		return false;
	for (i = 0; i < sizeof(*record); i++)
		((char *)record)[i] = data[(at + i) % (PAGES * 4096)];
	__atomic_store_n(&ring->data_tail, at + record->header.size, __ATOMIC_RELEASE);
	return true;
}

static void add_output(unsigned int idx, __u64 flags, unsigned int size)
{
	ADD(&prog,
	    BPF_MOV64_REG(BPF_REG_1, BPF_REG_6),
	    BPF_LD_MAP_FD(BPF_REG_2, events),
	    BPF_LD_IMM64(BPF_REG_3, flags),
	    BPF_MOV64_REG(BPF_REG_4, BPF_REG_7),
	    BPF_ALU64_IMM(BPF_ADD, BPF_REG_4, 8 * COPY),
	    BPF_MOV64_IMM(BPF_REG_5, (int)size),
	    BPF_CALL_FUNC(BPF_FUNC_perf_event_output));
	add_store(&prog, idx, BPF_REG_0);
}

static void test_output(unsigned int type)
{
	struct record record;
	unsigned int i;

	begin();
	for (i = 0; i < 8; i++)
		numbers[COPY + i] = 0x1111111111111111ULL * i + type;
	write_array(map, numbers);
	add_output(0, BPF_F_CURRENT_CPU, 40);
	add_output(1, 0, 1);
	add_output(2, 2, 8);
	add_output(3, EVENTS, 8);
	add_output(4, 1ULL << 32, 8);
	add_output(5, 1, 8);
	add_output(6, 3, 8);
	if (!ok(run(type, fire_inside) && !numbers[0] && !numbers[1], "records are written"))
		printf("# %lld %lld\n", numbers[0], numbers[1]);
	if (!ok(take(&record) && record.header.type == PERF_RECORD_SAMPLE && record.size >= 40 &&
		!memcmp(record.bytes, numbers + COPY, 40), "a record has come"))
		printf("# type %u size %u\n", record.header.type, record.size);
	ok(type != BPF_PROG_TYPE_KPROBE || record.ip - symbol(FIRE_FUNCTION) < 16,
	   "with the registers of the probe");
	ok(begins_well(type, &record.ip), "from where the event fired");
	ok(take(&record) && record.bytes[0] == numbers[COPY] % 256, "and another one");
	ok(!take(&record), "and no more");
	ok((long)numbers[2] == -ENOENT, "no event in the slot: ENOENT");
	ok((long)numbers[3] == -E2BIG, "no such slot: E2BIG");
	ok((long)numbers[4] == -EINVAL, "unknown flags: EINVAL");
	ok((long)numbers[5] == -EOPNOTSUPP, "an event of another processor: EOPNOTSUPP");
	ok((long)numbers[6] == -EINVAL, "an event that takes no records: EINVAL");
}

/* ---- counters ---------------------------------------------------------------------------- */

#define VALUE	COPY

/* this thread's page faults are counted in slot 3 */
static int open_counter(void)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_SOFTWARE, .config = PERF_COUNT_SW_PAGE_FAULTS,
		.read_format = PERF_FORMAT_TOTAL_TIME_ENABLED | PERF_FORMAT_TOTAL_TIME_RUNNING,
	};

	return fire_open(&attr, -1);
}

static struct bpf_perf_event_value counted(int fd)
{
	struct bpf_perf_event_value value = { };

	if (read(fd, &value, sizeof(value)) != sizeof(value))
		printf("# the counter cannot be read\n");
	return value;
}

/* perf's clock may stand still for a jiffy, so times may be equal */
static bool between(const struct bpf_perf_event_value *before,
		    const struct bpf_perf_event_value *now,
		    const struct bpf_perf_event_value *after)
{
	bool good = before->counter <= now->counter && now->counter <= after->counter &&
		    before->enabled <= now->enabled && now->enabled <= after->enabled &&
		    before->running <= now->running && now->running <= after->running &&
		    now->enabled && now->running;

	if (!good)
		printf("# counted %llu %llu %llu, enabled %llu %llu %llu\n", before->counter,
		       now->counter, after->counter, before->enabled, now->enabled,
		       after->enabled);
	return good;
}

static void add_read(unsigned int idx, __u64 flags)
{
	ADD(&prog,
	    BPF_LD_MAP_FD(BPF_REG_1, events),
	    BPF_LD_IMM64(BPF_REG_2, flags),
	    BPF_CALL_FUNC(BPF_FUNC_perf_event_read));
	add_store(&prog, idx, BPF_REG_0);
}

static void add_read_value(unsigned int idx, __u64 flags, unsigned int to, unsigned int size)
{
	ADD(&prog,
	    BPF_LD_MAP_FD(BPF_REG_1, events),
	    BPF_LD_IMM64(BPF_REG_2, flags),
	    BPF_MOV64_REG(BPF_REG_3, BPF_REG_7),
	    BPF_ALU64_IMM(BPF_ADD, BPF_REG_3, 8 * (int)to),
	    BPF_MOV64_IMM(BPF_REG_4, (int)size),
	    BPF_CALL_FUNC(BPF_FUNC_perf_event_read_value));
	add_store(&prog, idx, BPF_REG_0);
}

static void test_counter(unsigned int type, int counter)
{
	struct bpf_perf_event_value before = counted(counter), value, after;

	begin();
	add_read(0, 3);
	add_read(1, 2);
	add_read(2, EVENTS);
	add_read(3, 1ULL << 32);
	add_read_value(4, 3, VALUE, sizeof(value));
	add_read_value(5, 2, SKIP, sizeof(value));
	add_read_value(6, 3, USER, 16);
	if (!ok(run(type, fire_inside), "counters are read"))
		return;
	after = counted(counter);
	memcpy(&value, numbers + VALUE, sizeof(value));
	ok(before.counter <= numbers[0] && numbers[0] <= after.counter && after.counter,
	   "it has counted %llu", numbers[0]);
	ok(!numbers[4] && between(&before, &value, &after), "and the times are told");
	ok((long)numbers[1] == -ENOENT && (long)numbers[5] == -ENOENT && !numbers[SKIP] &&
	   !numbers[SKIP + 2], "no event in the slot: ENOENT, and zeros");
	ok((long)numbers[2] == -E2BIG, "no such slot: E2BIG");
	ok((long)numbers[3] == -EINVAL, "unknown flags: EINVAL");
	ok((long)numbers[6] == -EINVAL && !numbers[USER] && !numbers[USER + 1] &&
	   numbers[USER + 2] == 0xaaaaaaaaaaaaaaaaULL, "room of another size: EINVAL, and zeros");
}

static void add_own(unsigned int idx, unsigned int to, unsigned int size)
{
	add_room(to, size);
	ADD(&prog, BPF_CALL_FUNC(BPF_FUNC_perf_prog_read_value));
	add_store(&prog, idx, BPF_REG_0);
}

/* the event that a program is attached to, as it sees it */
static void test_own_counter(void)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_SOFTWARE, .config = PERF_COUNT_SW_PAGE_FAULTS,
		.sample_period = 1,
		.read_format = PERF_FORMAT_TOTAL_TIME_ENABLED | PERF_FORMAT_TOTAL_TIME_RUNNING,
	};
	struct bpf_perf_event_value before, value, after;
	int fd, at;

	begin();
	add_own(0, VALUE, sizeof(value));
	add_own(1, SKIP, 32);
	add_return(&prog, 1);
	fd = load_type(BPF_PROG_TYPE_PERF_EVENT, &prog);
	at = fire_open(&attr, fd);
	before = counted(at);
	touch_page();
	after = counted(at);
	read_array(map, numbers);
	memcpy(&value, numbers + VALUE, sizeof(value));
	ok(at >= 0 && !numbers[0] && between(&before, &value, &after) &&
	   value.counter > before.counter, "perf_event: a program reads its own counter");
	ok((long)numbers[1] == -EINVAL && !numbers[SKIP] && !numbers[SKIP + 3],
	   "room of another size: EINVAL, and zeros");
	close(at);
	close(fd);
}

int main(void)
{
	int output, other, counter;
	unsigned int i;
	cpu_set_t one;

	CPU_ZERO(&one);
	CPU_SET(0, &one);
	sched_setaffinity(0, sizeof(one), &one);
	map = make_array(NUMBERS);
	stacks = create_map(BPF_MAP_TYPE_STACK_TRACE, 4, STACK_BYTES, 1024, 0);
	events = create_map(BPF_MAP_TYPE_PERF_EVENT_ARRAY, 4, 4, EVENTS, 0);
	output = open_output(0);
	other = open_output(1);
	counter = open_counter();
	ring = mmap(NULL, (1 + PAGES) * 4096, PROT_READ | PROT_WRITE, MAP_SHARED, output, 0);
	if (!ok(map >= 0 && stacks >= 0 && events >= 0 && ring != MAP_FAILED &&
		!put_event(0, output) && !put_event(1, other) && !put_event(3, counter),
		"maps and events are there"))
		return tap_done();
	for (i = 0; i < TYPES; i++) {
		unsigned int type = fire_types[i].type;

		printf("# %s\n", fire_types[i].name);
		test_kernel_stack(type);
		test_user_stack(type);
		test_stack_errors(type);
		test_output(type);
		test_counter(type, counter);
	}
	test_record_filter();
	test_no_stack();
	test_own_counter();
	return tap_done();
}
