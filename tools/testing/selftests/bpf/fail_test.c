// SPDX-License-Identifier: GPL-2.0-only
/*
 * Every allocation of a call fails once: the first, then the second, and so on, until
 * the call needs no more. Each time it must say ENOMEM, or manage without; what was
 * there before must be there still, and nothing may stay behind.
 *
 *	fail_test [WORD...]	only calls whose name has one of the words
 *
 * Uses fail-nth of the kernel's fault injection (make kernel DEBUG=1); kmemleak and
 * KASAN of the same kernel find what cannot be seen from here.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/perf_event.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "btf_blob.h"
#include "events.h"
#include "load.h"
#include "tap.h"

#ifndef SO_ATTACH_BPF
#define SO_ATTACH_BPF 50
#endif
#ifndef SO_ATTACH_REUSEPORT_CBPF
#define SO_ATTACH_REUSEPORT_CBPF 51
#endif

#define FAULTS		"/sys/kernel/debug/"
#define NTH_EACH	300
#define NTH_STEP	61
#define NTH_MAX		20000

/* keys and values that need a buffer in bpf(2), and sizes that need vmalloc() */
#define KEY_BYTES	80
#define VALUE_BYTES	2000
#define ARRAY_BYTES	100000

#define BRANCHES	40
#define LONG_PROGRAM	3000

static int nth_fd;
static int hash_fd, sparse_fd, events_fd, output_fd, prog_fd, sock_fd, group_fd;
static int event_fd = -1, record_fd, raw_fd, types_fd;
static char key[KEY_BYTES], other_key[KEY_BYTES];
static char value[VALUE_BYTES], seen[VALUE_BYTES];
static char log_text[1 << 18];
static struct program branchy, lengthy, unsafe;

/* ---- fault injection -------------------------------------------------------------- */

static bool put_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY);
	bool done;

	if (fd < 0)
		return false;
	done = write(fd, text, strlen(text)) == (ssize_t)strlen(text);
	close(fd);
	return done;
}

/* every kind of allocation may fail, no matter how willing it is to wait */
static bool setup_faults(void)
{
	if (!put_file(FAULTS "failslab/ignore-gfp-wait", "N") ||
	    !put_file(FAULTS "fail_page_alloc/ignore-gfp-wait", "N") ||
	    !put_file(FAULTS "fail_page_alloc/ignore-gfp-highmem", "N") ||
	    !put_file(FAULTS "fail_page_alloc/min-order", "0"))
		return false;
	put_file(FAULTS "failslab/verbose", "0");
	put_file(FAULTS "fail_page_alloc/verbose", "0");
	nth_fd = open("/proc/thread-self/fail-nth", O_RDWR);
	return nth_fd >= 0;
}

static void arm(unsigned int nth)
{
	char text[16];
	int len = snprintf(text, sizeof(text), "%u", nth);

	if (pwrite(nth_fd, text, len, 0) != len) {
		perror("fail-nth");
		exit(1);
	}
}

/* allocations that were still to come before the one that fails; 0: it failed */
static unsigned int disarm(void)
{
	char text[16] = "";
	ssize_t len = pread(nth_fd, text, sizeof(text) - 1, 0);

	arm(0);
	return len > 0 ? strtoul(text, NULL, 10) : 0;
}

/* ---- one call, again and again ----------------------------------------------------- */

/**
 * struct attempt - a call that allocates
 * @what:	its name
 * @prepare:	brings about what it needs; NULL for nothing
 * @run:	the call: a result, or -errno
 * @kept:	after a failure: is what was there before unharmed? NULL: nothing to ask
 * @want:	its result without faults: 0, -errno, or 1 for a new descriptor
 */
struct attempt {
	const char	*what;
	void		(*prepare)(void);
	int		(*run)(void);
	bool		(*kept)(void);
	int		want;
};

static int lowest_descriptor(void)
{
	int fd = dup(0);

	close(fd);
	return fd;
}

static bool is_wanted(const struct attempt *a, int got)
{
	return a->want == 1 ? got >= 0 : got == a->want;
}

/* the @nth allocation fails; says whether all was well, and in @failed if it came so far */
static bool try_nth(const struct attempt *a, unsigned int nth, bool *failed)
{
	int before, got;

	if (a->prepare)
		a->prepare();
	before = lowest_descriptor();
	arm(nth);
	got = a->run();
	*failed = !disarm();

	if (!is_wanted(a, got) && !(*failed && got == -ENOMEM)) {
		printf("# %s, allocation %u fails: got %d\n", a->what, nth, got);
		return false;
	}
	if (got == -ENOMEM && a->kept && !a->kept()) {
		printf("# %s, allocation %u fails: changed all the same\n", a->what, nth);
		return false;
	}
	if (a->want == 1 && got >= 0)
		close(got);
	if (lowest_descriptor() != before) {
		printf("# %s, allocation %u fails: a descriptor is left\n", a->what, nth);
		return false;
	}
	return true;
}

/*
 * Long programs, whose claims the oracle keeps, have thousands of allocations that are alike,
 * and each attempt makes those before it: of these, one in NTH_STEP fails.
 */
static void try_all(const struct attempt *a)
{
	unsigned int nth = 0, bad = 0, tries = 0;
	bool failed;

	do {
		nth += nth < NTH_EACH ? 1 : NTH_STEP;
		tries++;
		if (!try_nth(a, nth, &failed))
			bad++;
	} while (failed && nth < NTH_MAX && bad < 5);
	ok(!bad && tries > 1 && !failed,
	   "%s: %u of about %u allocations failing is ENOMEM or managed without",
	   a->what, tries - 1, nth - 1);
}

/* ---- maps ---------------------------------------------------------------------------- */

static int create_array(void)
{
	return create_map(BPF_MAP_TYPE_ARRAY, 4, ARRAY_BYTES, 3, 0);
}

static int create_hash(void)
{
	return create_map(BPF_MAP_TYPE_HASH, KEY_BYTES, VALUE_BYTES, 50, 0);
}

static int create_sparse(void)
{
	return create_map(BPF_MAP_TYPE_HASH, KEY_BYTES, VALUE_BYTES, 50,
		      BPF_F_NO_PREALLOC);
}

static int create_ring(void)
{
	return create_map(BPF_MAP_TYPE_RINGBUF, 0, 0, 16384, 0);
}

static int create_stacks(void)
{
	return create_map(BPF_MAP_TYPE_STACK_TRACE, 4, 64, 50, 0);
}

static int create_events(void)
{
	return create_map(BPF_MAP_TYPE_PERF_EVENT_ARRAY, 4, 4, 4, 0);
}

static int element(int cmd, int fd, const void *with_key, const void *with)
{
	union bpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.map_fd = fd;
	attr.key = (uintptr_t)with_key;
	attr.value = (uintptr_t)with;
	return bpf_call(cmd, &attr) < 0 ? -errno : 0;
}

static void put_key(void)
{
	element(BPF_MAP_UPDATE_ELEM, hash_fd, key, value);
	element(BPF_MAP_UPDATE_ELEM, sparse_fd, key, value);
}

static void drop_other_key(void)
{
	put_key();
	element(BPF_MAP_DELETE_ELEM, hash_fd, other_key, NULL);
	element(BPF_MAP_DELETE_ELEM, sparse_fd, other_key, NULL);
}

static bool holds(int fd, const void *with_key)
{
	memset(seen, 0, sizeof(seen));
	return !element(BPF_MAP_LOOKUP_ELEM, fd, with_key, seen) &&
	       !memcmp(seen, value, sizeof(seen));
}

static bool holds_one(int fd)
{
	return holds(fd, key) &&
	       element(BPF_MAP_LOOKUP_ELEM, fd, other_key, seen) == -ENOENT;
}

static bool hash_holds_one(void)
{
	return holds_one(hash_fd);
}

static bool sparse_holds_one(void)
{
	return holds_one(sparse_fd);
}

static bool hash_holds_key(void)
{
	return holds(hash_fd, key);
}

static int look_up(void)
{
	return element(BPF_MAP_LOOKUP_ELEM, hash_fd, key, seen);
}

static int update_hash(void)
{
	return element(BPF_MAP_UPDATE_ELEM, hash_fd, other_key, value);
}

static int update_sparse(void)
{
	return element(BPF_MAP_UPDATE_ELEM, sparse_fd, other_key, value);
}

/* 0, or the error of putting an event where another one is, which must stay then */
static int replace_event(void)
{
	static const __u32 zero;

	return element(BPF_MAP_UPDATE_ELEM, events_fd, &zero, &output_fd);
}

static void put_event(void)
{
	replace_event();
}

static bool has_event(void)
{
	static const __u32 zero;

	return !element(BPF_MAP_DELETE_ELEM, events_fd, &zero, NULL);
}

static int open_output(void)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_SOFTWARE, .size = sizeof(attr),
		.config = PERF_COUNT_SW_BPF_OUTPUT,
	};

	return syscall(__NR_perf_event_open, &attr, -1, 0, -1, 0);
}

static int delete_key(void)
{
	return element(BPF_MAP_DELETE_ELEM, hash_fd, key, NULL);
}

static int next_key(void)
{
	return element(BPF_MAP_GET_NEXT_KEY, hash_fd, key, seen);
}

/* ---- programs -------------------------------------------------------------------------- */

/* counts packets by their mark: branches that meet again, and a map */
static void make_branchy(void)
{
	struct program *p = &branchy;
	int i;

	p->len = 0;
	ADD(p, BPF_MOV64_REG(BPF_REG_6, BPF_REG_1), BPF_MOV64_IMM(BPF_REG_7, 0));
	for (i = 0; i < BRANCHES; i++)
		ADD(p,
		    BPF_LDX_MEM(BPF_W, BPF_REG_8, BPF_REG_6, 0),
		    BPF_JMP_IMM(BPF_JNE, BPF_REG_8, i, 2),
		    BPF_ALU64_IMM(BPF_ADD, BPF_REG_7, 1),
		    BPF_STX_MEM(BPF_DW, BPF_REG_10, BPF_REG_7, -8 * (i % 16 + 1)));
	for (i = 0; i < KEY_BYTES / 8; i++)
		ADD(p, BPF_ST_MEM(BPF_DW, BPF_REG_10, -KEY_BYTES + 8 * i, 0));
	ADD(p,
	    BPF_LD_MAP_FD(BPF_REG_1, hash_fd),
	    BPF_MOV64_REG(BPF_REG_2, BPF_REG_10),
	    BPF_ALU64_IMM(BPF_ADD, BPF_REG_2, -KEY_BYTES),
	    BPF_CALL_FUNC(BPF_FUNC_map_lookup_elem),
	    BPF_MOV64_IMM(BPF_REG_0, 0),
	    BPF_EXIT_INSN());
}

/* more than fits the page that holds a small program in both its forms */
static void make_lengthy(void)
{
	lengthy.len = 0;
	while (lengthy.len < LONG_PROGRAM)
		ADD(&lengthy, BPF_MOV64_IMM(BPF_REG_0, (int)lengthy.len));
	ADD(&lengthy, BPF_EXIT_INSN());
}

/* as branchy, and then reads what may not be there */
static void make_unsafe(void)
{
	unsafe = branchy;
	unsafe.len -= 2;
	ADD(&unsafe, BPF_LDX_MEM(BPF_DW, BPF_REG_0, BPF_REG_0, 0), BPF_EXIT_INSN());
}

static int load_logged(const struct program *p, unsigned int level)
{
	union bpf_attr attr;
	int fd;

	memset(&attr, 0, sizeof(attr));
	attr.prog_type = BPF_PROG_TYPE_SOCKET_FILTER;
	attr.insns = (uintptr_t)p->insns;
	attr.insn_cnt = p->len;
	attr.license = (uintptr_t)"GPL";
	attr.log_level = level;
	attr.log_size = sizeof(log_text);
	attr.log_buf = (uintptr_t)log_text;
	fd = bpf_call(BPF_PROG_LOAD, &attr);
	return fd < 0 ? -errno : fd;
}

static int load_branchy(void)
{
	return load_logged(&branchy, 2);
}

static int load_lengthy(void)
{
	return load_logged(&lengthy, 1);
}

/* types: a number is 1, a function 3 */
static int load_types(void)
{
	static struct blob blob;
	static char bytes[sizeof(blob)];
	union bpf_attr attr;
	int fd;

	blob_start(&blob);
	blob_int(&blob, "int", 4);
	blob_func(&blob, "branchy", 1);
	memset(&attr, 0, sizeof(attr));
	attr.btf = (uintptr_t)bytes;
	attr.btf_size = blob_end(&blob, bytes);
	fd = bpf_call(BPF_BTF_LOAD, &attr);
	return fd < 0 ? -errno : fd;
}

static int create_typed(void)
{
	union bpf_attr attr;
	int fd;

	memset(&attr, 0, sizeof(attr));
	attr.map_type = BPF_MAP_TYPE_HASH;
	attr.key_size = 4;
	attr.value_size = 4;
	attr.max_entries = 1;
	attr.btf_fd = types_fd;
	attr.btf_key_type_id = 1;
	attr.btf_value_type_id = 1;
	fd = bpf_call(BPF_MAP_CREATE, &attr);
	return fd < 0 ? -errno : fd;
}

static int load_sourced(void)
{
	struct bpf_func_info func = { 0, 3 };
	struct bpf_line_info line = { 0, 0, 0, 1 << 10 };
	union bpf_attr attr;
	int fd;

	memset(&attr, 0, sizeof(attr));
	attr.prog_type = BPF_PROG_TYPE_SOCKET_FILTER;
	attr.insns = (uintptr_t)branchy.insns;
	attr.insn_cnt = branchy.len;
	attr.license = (uintptr_t)"GPL";
	attr.prog_btf_fd = types_fd;
	attr.func_info = (uintptr_t)&func;
	attr.func_info_rec_size = sizeof(func);
	attr.func_info_cnt = 1;
	attr.line_info = (uintptr_t)&line;
	attr.line_info_rec_size = sizeof(line);
	attr.line_info_cnt = 1;
	fd = bpf_call(BPF_PROG_LOAD, &attr);
	return fd < 0 ? -errno : fd;
}

static int load_unsafe(void)
{
	return load_logged(&unsafe, 1);
}

static int run_once(void)
{
	static char frame[64];
	struct __sk_buff in, out;
	union bpf_attr attr;

	memset(&in, 0, sizeof(in));
	memset(&attr, 0, sizeof(attr));
	attr.test.prog_fd = prog_fd;
	attr.test.data_in = (uintptr_t)frame;
	attr.test.data_size_in = sizeof(frame);
	attr.test.ctx_in = (uintptr_t)&in;
	attr.test.ctx_size_in = sizeof(in);
	attr.test.ctx_out = (uintptr_t)&out;
	attr.test.ctx_size_out = sizeof(out);
	return bpf_call(BPF_PROG_TEST_RUN, &attr) < 0 ? -errno : 0;
}

static int ask_prog(void)
{
	static struct bpf_insn insns[PROGRAM_MAX];
	struct bpf_prog_info info;
	union bpf_attr attr;

	memset(&info, 0, sizeof(info));
	info.xlated_prog_insns = (uintptr_t)insns;
	info.xlated_prog_len = sizeof(insns);
	memset(&attr, 0, sizeof(attr));
	attr.info.bpf_fd = prog_fd;
	attr.info.info = (uintptr_t)&info;
	attr.info.info_len = sizeof(info);
	return bpf_call(BPF_OBJ_GET_INFO_BY_FD, &attr) < 0 ? -errno : 0;
}

/* ---- sockets ------------------------------------------------------------------------------ */

static int attach_classic(int fd, int option, unsigned short len)
{
	struct sock_filter insns[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_LEN, 0),
		BPF_STMT(BPF_MISC | BPF_TAX, 0),
		BPF_STMT(BPF_RET | BPF_K, 1000),
	};
	/* the last @len of them */
	struct sock_fprog prog = { .len = len, .filter = insns + 3 - len };

	return setsockopt(fd, SOL_SOCKET, option, &prog, sizeof(prog)) ? -errno : 0;
}

static void attach_one(void)
{
	attach_classic(sock_fd, SO_ATTACH_FILTER, 1);
}

/* attach_one()'s filter is still the socket's */
static bool has_one(void)
{
	socklen_t len = 0;

	return !getsockopt(sock_fd, SOL_SOCKET, SO_GET_FILTER, NULL, &len) && len == 1;
}

static int attach_three(void)
{
	return attach_classic(sock_fd, SO_ATTACH_FILTER, 3);
}

static int attach_prog(void)
{
	return setsockopt(sock_fd, SOL_SOCKET, SO_ATTACH_BPF, &prog_fd,
			  sizeof(prog_fd)) ? -errno : 0;
}

static int attach_group(void)
{
	return attach_classic(group_fd, SO_ATTACH_REUSEPORT_CBPF, 3);
}

/* ---- events -------------------------------------------------------------------------------- */

static void open_timer(void)
{
	if (event_fd >= 0)
		close(event_fd);
	event_fd = open_event("timer/itimer_state");
}

static int attach_event(void)
{
	return set_bpf(event_fd, record_fd);
}

static int attach_raw(void)
{
	union bpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.raw_tracepoint.name = (uintptr_t)"itimer_state";
	attr.raw_tracepoint.prog_fd = raw_fd;
	return result_of(bpf_call(BPF_RAW_TRACEPOINT_OPEN, &attr));
}

static void attach_timer(void)
{
	open_timer();
	attach_event();
}

static int ask_event(void)
{
	union bpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.task_fd_query.pid = getpid();
	attr.task_fd_query.fd = event_fd;
	return result_of(bpf_call(BPF_TASK_FD_QUERY, &attr));
}

static int ask_programs(void)
{
	struct {
		struct perf_event_query_bpf	head;
		__u32				ids[64];
	} query = { .head.ids_len = 64 };

	return result_of(ioctl(event_fd, PERF_EVENT_IOC_QUERY_BPF, &query));
}

static int prog_by_id(void)
{
	struct bpf_prog_info info;
	union bpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	prog_info(raw_fd, &info);
	attr.prog_id = info.id;
	return result_of(bpf_call(BPF_PROG_GET_FD_BY_ID, &attr));
}

/* ---- all of it ------------------------------------------------------------------------------ */

static const struct attempt attempts[] = {
	{ "create an array", NULL, create_array, NULL, 1 },
	{ "create a hash", NULL, create_hash, NULL, 1 },
	{ "create a hash not preallocated", NULL, create_sparse, NULL, 1 },
	{ "create a ring buffer", NULL, create_ring, NULL, 1 },
	{ "create a map of stacks", NULL, create_stacks, NULL, 1 },
	{ "create an array of events", NULL, create_events, NULL, 1 },
	{ "replace an event", put_event, replace_event, has_event, 0 },
	{ "look up", put_key, look_up, NULL, 0 },
	{ "update", drop_other_key, update_hash, hash_holds_one, 0 },
	{ "update, not preallocated", drop_other_key, update_sparse,
	  sparse_holds_one, 0 },
	{ "delete", put_key, delete_key, hash_holds_key, 0 },
	{ "next key", drop_other_key, next_key, NULL, -ENOENT },
	{ "load a program with branches", NULL, load_branchy, NULL, 1 },
	{ "load a long program", NULL, load_lengthy, NULL, 1 },
	{ "load an unsafe program", NULL, load_unsafe, NULL, -EACCES },
	{ "load types", NULL, load_types, NULL, 1 },
	{ "create a map with types", NULL, create_typed, NULL, 1 },
	{ "load a program with its source", NULL, load_sourced, NULL, 1 },
	{ "test run", NULL, run_once, NULL, 0 },
	{ "ask for a program's instructions", NULL, ask_prog, NULL, 0 },
	{ "attach a classic filter", attach_one, attach_three, has_one, 0 },
	{ "attach a program", attach_one, attach_prog, has_one, 0 },
	{ "attach to a reuseport group", NULL, attach_group, NULL, 0 },
	{ "attach to a perf event", open_timer, attach_event, NULL, 0 },
	{ "attach to a raw tracepoint", NULL, attach_raw, NULL, 1 },
	{ "ask what a perf event's program is attached to", attach_timer, ask_event, NULL, 0 },
	{ "ask for a perf event's programs", attach_timer, ask_programs, NULL, 0 },
	{ "open a program by its number", NULL, prog_by_id, NULL, 1 },
};

static bool setup_objects(void)
{
	int on = 1;

	memset(key, 1, sizeof(key));
	memset(other_key, 2, sizeof(other_key));
	memset(value, 3, sizeof(value));
	hash_fd = create_hash();
	sparse_fd = create_sparse();
	events_fd = create_events();
	output_fd = open_output();
	make_branchy();
	make_lengthy();
	make_unsafe();
	prog_fd = load(&branchy);
	types_fd = load_types();
	sock_fd = socket(AF_INET, SOCK_DGRAM, 0);
	group_fd = socket(AF_INET, SOCK_DGRAM, 0);
	record_fd = load_reader(BPF_PROG_TYPE_TRACEPOINT, 0, 0, 1);
	raw_fd = load_reader(BPF_PROG_TYPE_RAW_TRACEPOINT, 0, 0, 1);
	/* the first one of an event allocates much for good */
	open_timer();
	return record_fd >= 0 && raw_fd >= 0 && hash_fd >= 0 && sparse_fd >= 0 &&
	       prog_fd >= 0 && sock_fd >= 0 && types_fd >= 0 &&
	       !setsockopt(group_fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof(on)) &&
	       !mlockall(MCL_CURRENT | MCL_FUTURE);
}

static bool is_asked(const struct attempt *attempt, int argc, char **argv)
{
	int i;

	for (i = 1; i < argc; i++)
		if (strstr(attempt->what, argv[i]))
			return true;
	return argc < 2;
}

int main(int argc, char **argv)
{
	unsigned int i;

	if (!setup_faults()) {
		skip("the kernel lacks CONFIG_FAULT_INJECTION, %s",
		     "CONFIG_FAILSLAB or CONFIG_FAIL_PAGE_ALLOC");
		return tap_done();
	}
	if (!ok(setup_objects(), "maps, programs and sockets to begin with"))
		return tap_done();
	for (i = 0; i < sizeof(attempts) / sizeof(attempts[0]); i++)
		if (is_asked(&attempts[i], argc, argv))
			try_all(&attempts[i]);
	return tap_done();
}
