// SPDX-License-Identifier: GPL-2.0-only
/*
 * Helpers of programs on events, from each program type: who the task is, against what
 * this process knows of itself; memory of this process, of the kernel, and addresses
 * where none is; lines and stacks in the trace. And which type has which helper.
 */
#include <pthread.h>
#include "fire.h"
#include "tap.h"

#define TYPES		COUNT(fire_types)
#define VALUE_BYTES	512
#define ROOM		0xaa	/* what is in the value where nothing was written */

/* addresses that are none: below what can be mapped, not canonical, and in the guard below the kernel's memory */
#define UNUSED		0x10UL
#define NOT_CANONICAL	0x8000000000000000ULL
#define NOT_MAPPED	0xffff800000001000ULL

/* what a program left */
union value {
	unsigned char	bytes[VALUE_BYTES];
	__u64		numbers[VALUE_BYTES / 8];
};

static const char user_text[] = "text of the user";
static union value value;
static int map;

/* ---- one call ------------------------------------------------------------------------ */

static struct program prog;

/* R6 context, R7 the value: a program begins */
static void begin(void)
{
	memset(&value, ROOM, sizeof(value));
	write_array(map, value.numbers);
	prog.len = 0;
	add_array_here(&prog, map);
}

/* ends it, and has it run once on an event; @value is what it left */
static bool run(unsigned int type)
{
	add_return(&prog, 1);
	if (!fire_once(type, &prog))
		return false;
	read_array(map, value.numbers);
	return true;
}

/* helper @id with R1 = the value at @to, R2 = @size, R3 = @from; its result is number 0 */
static void add_read(int id, unsigned int to, unsigned int size, __u64 from)
{
	ADD(&prog,
	    BPF_MOV64_REG(BPF_REG_1, BPF_REG_7),
	    BPF_ALU64_IMM(BPF_ADD, BPF_REG_1, (int)to),
	    BPF_MOV64_IMM(BPF_REG_2, (int)size),
	    BPF_LD_IMM64(BPF_REG_3, from),
	    BPF_CALL_FUNC(id));
	add_store(&prog, 0, BPF_REG_0);
}

#define TO 16	/* where it reads to */

/* claims what a read gives, and that nothing behind the last word of it was written */
static void reads(unsigned int type, int id, const char *what, const void *from,
		  unsigned int size, long want, const void *bytes)
{
	static const unsigned char zeros[VALUE_BYTES];
	unsigned int filled = want > 0 ? want : size, behind = TO + (filled + 7) / 8 * 8;
	bool good;

	begin();
	add_read(id, TO, size, (uintptr_t)from);
	good = run(type) && (long)value.numbers[0] == want &&
	       !memcmp(value.bytes + TO, want < 0 ? zeros : bytes, filled) &&
	       value.bytes[behind] == ROOM;
	if (!ok(good, "helper %d reads %s: %ld", id, what, want))
		printf("# result %ld, bytes %.*s\n", (long)value.numbers[0], (int)filled,
		       value.bytes + TO);
}

/* ---- memory --------------------------------------------------------------------------- */

static const void *banner;	/* of the kernel, in its memory */
static char banner_text[200];

static void read_banner(void)
{
	int fd = open("/proc/version", O_RDONLY);

	banner = (const void *)(uintptr_t)symbol("linux_banner");
	if (read(fd, banner_text, sizeof(banner_text) - 1) <= 0)
		banner_text[0] = '\0';
	close(fd);
}

static void test_user(unsigned int type)
{
	reads(type, BPF_FUNC_probe_read_user, "user memory", user_text, 8, 0, user_text);
	reads(type, BPF_FUNC_probe_read_user, "no bytes", user_text, 0, 0, user_text);
	reads(type, BPF_FUNC_probe_read_user, "an unused user address", (void *)UNUSED, 8,
	      -EFAULT, NULL);
	reads(type, BPF_FUNC_probe_read_user, "kernel memory as the user's", banner, 8, -EFAULT,
	      NULL);
	reads(type, BPF_FUNC_probe_read_user_str, "a string", user_text, 64, sizeof(user_text),
	      user_text);
	reads(type, BPF_FUNC_probe_read_user_str, "half a string", user_text, 5, 5, "text");
	reads(type, BPF_FUNC_probe_read_user_str, "no string", user_text, 0, 0, user_text);
	reads(type, BPF_FUNC_probe_read_user_str, "an unused user address",
	      (void *)UNUSED, 8, -EFAULT, NULL);
}

static void test_kernel(unsigned int type)
{
	reads(type, BPF_FUNC_probe_read_kernel, "kernel memory", banner, 40, 0, banner_text);
	reads(type, BPF_FUNC_probe_read_kernel, "no bytes", banner, 0, 0, banner_text);
	reads(type, BPF_FUNC_probe_read_kernel, "memory that is not mapped",
	      (void *)NOT_MAPPED, 40, -EFAULT, NULL);
	reads(type, BPF_FUNC_probe_read_kernel, "what cannot be an address",
	      (void *)NOT_CANONICAL, 40, -ERANGE, NULL);
	reads(type, BPF_FUNC_probe_read_kernel, "user memory as the kernel's", user_text, 8,
	      -ERANGE, NULL);
	reads(type, BPF_FUNC_probe_read_kernel_str, "half a string", banner, 14, 14,
	      "Linux version");
	reads(type, BPF_FUNC_probe_read_kernel_str, "no string", banner, 0, 0, banner_text);
	reads(type, BPF_FUNC_probe_read_kernel_str, "memory that is not mapped",
	      (void *)NOT_MAPPED, 8, -EFAULT, NULL);
	reads(type, BPF_FUNC_probe_read_kernel_str, "user memory as the kernel's", user_text, 8,
	      -ERANGE, NULL);
}

/* whichever the address is */
static void test_either(unsigned int type)
{
	reads(type, BPF_FUNC_probe_read, "user memory", user_text, 8, 0, user_text);
	reads(type, BPF_FUNC_probe_read, "kernel memory", banner, 40, 0, banner_text);
	reads(type, BPF_FUNC_probe_read, "an unused user address", (void *)UNUSED, 8,
	      -EFAULT, NULL);
	reads(type, BPF_FUNC_probe_read, "kernel memory that is not mapped",
	      (void *)NOT_MAPPED, 8, -EFAULT, NULL);
	reads(type, BPF_FUNC_probe_read_str, "a string of the user", user_text, 64,
	      sizeof(user_text), user_text);
	reads(type, BPF_FUNC_probe_read_str, "a string of the kernel", banner, 14, 14,
	      "Linux version");
	reads(type, BPF_FUNC_probe_read_str, "kernel memory that is not mapped",
	      (void *)NOT_MAPPED, 8, -EFAULT, NULL);
}

/* the number that helper @id finds at @from */
static __u64 fetch(unsigned int type, int id, const void *from)
{
	begin();
	ADD(&prog, BPF_LD_IMM64(BPF_REG_1, (uintptr_t)from), BPF_CALL_FUNC(id));
	add_store(&prog, 0, BPF_REG_0);
	return run(type) ? value.numbers[0] : ~0ULL;
}

static void test_fetch(unsigned int type)
{
	static const struct { int id; unsigned int bytes; } widths[] = {
		{ BPF_FUNC_fetch_u8, 1 }, { BPF_FUNC_fetch_u16, 2 }, { BPF_FUNC_fetch_u32, 4 },
		{ BPF_FUNC_fetch_u64, 8 }, { BPF_FUNC_fetch_ptr, 8 },
	};
	unsigned int i;

	for (i = 0; i < COUNT(widths); i++) {
		__u64 want = 0;

		memcpy(&want, banner_text + 1, widths[i].bytes);
		ok(fetch(type, widths[i].id, banner + 1) == want,
		   "helper %d fetches %u bytes, aligned or not", widths[i].id,
		   widths[i].bytes);
		ok(fetch(type, widths[i].id, (void *)NOT_MAPPED) == 0 &&
		   fetch(type, widths[i].id, (void *)NOT_CANONICAL) == 0 &&
		   fetch(type, widths[i].id, user_text) == 0,
		   "helper %d fetches 0 where kernel memory is not", widths[i].id);
	}
}

/* memory of the kernel at @from against the first @size bytes of @own */
static long compare(unsigned int type, const void *from, const char *own, unsigned int size)
{
	begin();
	memcpy(value.bytes + TO, own, size);
	write_array(map, value.numbers);
	ADD(&prog,
	    BPF_LD_IMM64(BPF_REG_1, (uintptr_t)from),
	    BPF_MOV64_REG(BPF_REG_2, BPF_REG_7),
	    BPF_ALU64_IMM(BPF_ADD, BPF_REG_2, TO),
	    BPF_MOV64_IMM(BPF_REG_3, (int)size),
	    BPF_CALL_FUNC(BPF_FUNC_memcmp));
	add_store(&prog, 0, BPF_REG_0);
	return run(type) ? (long)value.numbers[0] : 99;
}

static void test_memcmp(unsigned int type)
{
	unsigned int size = strlen(banner_text) - 1, at[] = { 0, 40, 63, 64, size - 1 }, i;
	char other[sizeof(banner_text)];

	ok(size > 66 && compare(type, banner, banner_text, size) == 0, "equal: 0");
	for (i = 0; i < COUNT(at); i++) {
		strcpy(other, banner_text);
		other[at[i]]++;
		ok(compare(type, banner, other, size) == -1, "byte %u is less: -1", at[i]);
		other[at[i]] -= 2;
		ok(compare(type, banner, other, size) == 1, "byte %u is greater: 1", at[i]);
		ok(!at[i] || compare(type, banner, other, at[i]) == 0,
		   "the bytes before are equal: 0");
	}
	ok(compare(type, (void *)NOT_MAPPED, other, 8) == -EFAULT, "memory is not there: EFAULT");
	ok(compare(type, user_text, user_text, 8) == -EFAULT, "user memory: EFAULT");
}

/* ---- the task ------------------------------------------------------------------------- */

enum { IDS, USER, TASK, AGAIN, NAMED, SHORT, NAME = 48, SHORT_NAME = 80, BODY = 96 };

static void add_ask(int id, unsigned int idx)
{
	ADD(&prog, BPF_CALL_FUNC(id));
	add_store(&prog, idx, BPF_REG_0);
}

static void add_name(unsigned int to, unsigned int size, unsigned int idx)
{
	ADD(&prog,
	    BPF_MOV64_REG(BPF_REG_1, BPF_REG_7),
	    BPF_ALU64_IMM(BPF_ADD, BPF_REG_1, (int)to),
	    BPF_MOV64_IMM(BPF_REG_2, (int)size));
	add_ask(BPF_FUNC_get_current_comm, idx);
}

static void test_task(unsigned int type)
{
	static const char want[24] = FIRE_NAME;

	begin();
	add_ask(BPF_FUNC_get_current_pid_tgid, IDS);
	add_ask(BPF_FUNC_get_current_uid_gid, USER);
	add_ask(BPF_FUNC_get_current_task, TASK);
	add_ask(BPF_FUNC_get_current, AGAIN);
	add_name(NAME, sizeof(want), NAMED);
	add_name(SHORT_NAME, 4, SHORT);
	if (!ok(run(type), "a program asks who it is"))
		return;
	ok(value.numbers[IDS] == ((__u64)getpid() << 32 | (__u32)gettid()),
	   "it is this thread of this process");
	ok(value.numbers[USER] == ((__u64)getgid() << 32 | getuid()), "of this user and group");
	ok(value.numbers[TASK] >> 47 == 0x1ffff && value.numbers[TASK] == value.numbers[AGAIN],
	   "the task has an address in the kernel, the same by both names");
	ok(!value.numbers[NAMED] && !memcmp(value.bytes + NAME, want, sizeof(want)),
	   "its name, and zeros up to the end of the room");
	ok(!value.numbers[SHORT] && !strcmp((char *)value.bytes + SHORT_NAME, "ren") &&
	   value.bytes[SHORT_NAME + 4] == ROOM, "a name that is cut ends in zero");
}

/* other numbers than the first thread's, or root's */
static void *test_thread(void *arg)
{
	unsigned int type = *(unsigned int *)arg;

	/* only this thread: the C library's call would change all */
	syscall(SYS_setresgid, 77, 77, -1);
	syscall(SYS_setresuid, 78, 78, 0);
	begin();
	add_ask(BPF_FUNC_get_current_pid_tgid, IDS);
	add_ask(BPF_FUNC_get_current_uid_gid, USER);
	syscall(SYS_setresuid, -1, 0, -1);
	add_return(&prog, 1);
	int fd = load_type(type, &prog), at = fd < 0 ? fd : hook(type, fd);

	syscall(SYS_setresuid, -1, 78, -1);
	fire(type);
	syscall(SYS_setresuid, -1, 0, -1);
	read_array(map, value.numbers);
	ok(at >= 0 && value.numbers[IDS] == ((__u64)getpid() << 32 | (__u32)gettid()) &&
	   gettid() != getpid(), "another thread has a number of its own");
	ok(value.numbers[USER] == (77ULL << 32 | 78), "and credentials");
	close(at);
	close(fd);
	return NULL;
}

/* ---- the trace ------------------------------------------------------------------------ */

/* format and values go to the value, then bpf_trace_vprintk() */
static long print(unsigned int type, const char *format, unsigned int values,
		  unsigned int bytes)
{
	unsigned int i, data = 256;

	begin();
	strcpy((char *)value.bytes + TO, format);
	for (i = 0; i < values; i++)
		value.numbers[data / 8 + i] = 100 + i;
	write_array(map, value.numbers);
	ADD(&prog,
	    BPF_MOV64_REG(BPF_REG_1, BPF_REG_7),
	    BPF_ALU64_IMM(BPF_ADD, BPF_REG_1, TO),
	    BPF_MOV64_IMM(BPF_REG_2, (int)strlen(format) + 1),
	    BPF_MOV64_REG(BPF_REG_3, BPF_REG_7),
	    BPF_ALU64_IMM(BPF_ADD, BPF_REG_3, (int)data),
	    BPF_MOV64_IMM(BPF_REG_4, (int)bytes),
	    BPF_CALL_FUNC(BPF_FUNC_trace_vprintk));
	add_store(&prog, 0, BPF_REG_0);
	return run(type) ? (long)value.numbers[0] : -1000;
}

static void test_print(unsigned int type)
{
	static const char line[] = "v 100 101 102 103 104 105 106 107 108 109 110 111";

	trace_write("trace", "");
	ok(print(type, "v %d %d %d %d %d %d %d %d %d %d %d %d", 12, 96) == sizeof(line) - 1,
	   "twelve values are printed");
	ok(count_in(trace_read("trace"), line) == 1, "the line is in the trace");
	ok(print(type, "plain", 0, 0) == 5, "a line without values");
	ok(print(type, "one %llx", 2, 16) == 6, "more values than conversions");
	ok(print(type, "two %d %d", 1, 8) == -EINVAL, "fewer values: EINVAL");
	ok(print(type, "v", 13, 104) == -EINVAL, "thirteen values: EINVAL");
	ok(print(type, "v %d", 1, 12) == -EINVAL, "half a value: EINVAL");
	ok(print(type, "bad %n", 1, 8) == -EINVAL, "no such conversion: EINVAL");
}

static void test_dump(unsigned int type)
{
	const char *text;

	begin();
	add_ask(BPF_FUNC_dump_stack, 0);
	trace_write("trace", "");
	if (!ok(run(type) && !value.numbers[0], "a stack is dumped"))
		return;
	text = trace_read("trace");
	ok(strstr(text, "<stack trace>"), "it is in the trace");
	if (!ok(strstr(text, type == BPF_PROG_TYPE_PERF_EVENT ? "exc_page_fault" :
		       "=> __x64_sys_prctl"), "and shows where the event fired"))
		printf("# %.1500s\n", text);
	ok(!strstr(text, "=> bpf_dump_stack"), "but not the helper");
}

/* ---- who has which -------------------------------------------------------------------- */

#define K	1
#define PE	8
#define ALL	31

static const struct {
	int		id;
	unsigned char	types;	/* bit n: the n-th of fire_types */
	bool		gpl;
} helpers[] = {
	{ BPF_FUNC_map_lookup_elem, ALL, false }, { BPF_FUNC_map_update_elem, ALL, false },
	{ BPF_FUNC_map_delete_elem, ALL, false }, { BPF_FUNC_tail_call, ALL, false },
	{ BPF_FUNC_probe_read, ALL, true }, { BPF_FUNC_probe_read_str, ALL, true },
	{ BPF_FUNC_probe_read_user, ALL, true }, { BPF_FUNC_probe_read_user_str, ALL, true },
	{ BPF_FUNC_probe_read_kernel, ALL, true },
	{ BPF_FUNC_probe_read_kernel_str, ALL, true },
	{ BPF_FUNC_ktime_get_ns, ALL, false }, { BPF_FUNC_ktime_get_boot_ns, ALL, false },
	{ BPF_FUNC_ktime_get_coarse_ns, ALL, false }, { BPF_FUNC_jiffies64, ALL, false },
	{ BPF_FUNC_trace_printk, ALL, true }, { BPF_FUNC_trace_vprintk, ALL, true },
	{ BPF_FUNC_get_prandom_u32, ALL, false }, { BPF_FUNC_get_numa_node_id, ALL, false },
	{ BPF_FUNC_get_smp_processor_id, ALL, false },
	{ BPF_FUNC_get_current_pid_tgid, ALL, false },
	{ BPF_FUNC_get_current_uid_gid, ALL, false },
	{ BPF_FUNC_get_current_comm, ALL, false }, { BPF_FUNC_get_current_task, ALL, true },
	{ BPF_FUNC_send_signal, ALL, false }, { BPF_FUNC_send_signal_thread, ALL, false },
	{ BPF_FUNC_get_stackid, ALL, true }, { BPF_FUNC_get_stack, ALL, true },
	{ BPF_FUNC_perf_event_output, ALL, true }, { BPF_FUNC_perf_event_read, ALL, true },
	{ BPF_FUNC_perf_event_read_value, ALL, true },
	{ BPF_FUNC_perf_prog_read_value, PE, true }, { BPF_FUNC_override_return, K, true },
	{ BPF_FUNC_ringbuf_output, ALL, false }, { BPF_FUNC_ringbuf_reserve, ALL, false },
	{ BPF_FUNC_ringbuf_submit, ALL, false }, { BPF_FUNC_ringbuf_discard, ALL, false },
	{ BPF_FUNC_ringbuf_query, ALL, false },
	{ BPF_FUNC_fetch_u8, ALL, true }, { BPF_FUNC_fetch_u16, ALL, true },
	{ BPF_FUNC_fetch_u32, ALL, true }, { BPF_FUNC_fetch_u64, ALL, true },
	{ BPF_FUNC_fetch_ptr, ALL, true }, { BPF_FUNC_memcmp, ALL, true },
	{ BPF_FUNC_get_current, ALL, true }, { BPF_FUNC_dump_stack, ALL, true },
	{ BPF_FUNC_for_each_map_elem, ALL, false }, { BPF_FUNC_loop, ALL, false },
};

/* which of the types has it; what it is called with comes later and is wrong */
static bool knows(unsigned int type, int id, bool gpl)
{
	const struct bpf_insn call[] = { BPF_CALL_FUNC(id), BPF_EXIT_INSN() };
	static char log[4096];
	union bpf_attr attr;
	int fd;

	memset(&attr, 0, sizeof(attr));
	attr.prog_type = type;
	attr.insns = (uintptr_t)call;
	attr.insn_cnt = COUNT(call);
	attr.license = (uintptr_t)(gpl ? "GPL" : "Proprietary");
	attr.log_level = 1;
	attr.log_size = sizeof(log);
	attr.log_buf = (uintptr_t)log;
	fd = bpf_call(BPF_PROG_LOAD, &attr);
	if (fd >= 0)
		close(fd);
	return fd >= 0 || (errno == EACCES || !strstr(log, "-helper,"));
}

static void test_which(void)
{
	unsigned int i, t;
	int id;

	for (t = 0; t < TYPES; t++) {
		bool good = true;

		/* and some of the numbers between those of today and those of 2014 */
		for (id = -1; id < 0x1020; id += id > 300 && id < 0xff0 ? 50 : 1) {
			bool has = false, gpl = false;

			for (i = 0; i < COUNT(helpers); i++) {
				if (helpers[i].id != id || !(helpers[i].types >> t & 1))
					continue;
				has = true;
				gpl = helpers[i].gpl;
			}
			if (knows(fire_types[t].type, id, true) == has &&
			    knows(fire_types[t].type, id, false) == (has && !gpl))
				continue;
			printf("# helper %d: should %s\n", id,
			       !has ? "not be there" : gpl ? "be GPL-only" : "be there");
			good = false;
		}
		ok(good, "%s has its helpers and no others", fire_types[t].name);
	}
}

int main(void)
{
	unsigned int i;
	pthread_t thread;

	map = make_array(VALUE_BYTES / 8);
	read_banner();
	ok(map >= 0 && banner && banner_text[0], "the kernel's own text is found");
	prctl(PR_SET_NAME, FIRE_NAME);
	test_which();
	for (i = 0; i < TYPES; i++) {
		unsigned int type = fire_types[i].type;

		printf("# %s\n", fire_types[i].name);
		test_user(type);
		test_kernel(type);
		test_either(type);
		test_fetch(type);
		test_memcmp(type);
		test_task(type);
		if (pthread_create(&thread, NULL, test_thread, &type))
			ok(false, "a thread");
		else
			pthread_join(thread, NULL);
		test_print(type);
		test_dump(type);
	}
	return tap_done();
}
