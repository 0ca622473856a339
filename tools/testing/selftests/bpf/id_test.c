// SPDX-License-Identifier: GPL-2.0-only
/*
 * Maps and programs by their numbers, and BPF_TASK_FD_QUERY: what the program behind a
 * descriptor is attached to. Every errno; what stock bpftool asks for.
 */
#include <limits.h>
#include <signal.h>
#include <stddef.h>
#include <sys/mman.h>
#include "events.h"
#include "tool.h"

#define ENOTSUPP	524	/* not one of user space's numbers; bpftool looks for it */

static int numbers;

/* ---- numbers -------------------------------------------------------------------------------- */

static int next_id(int cmd, __u32 start, __u32 *next)
{
	union bpf_attr attr;
	int err;

	memset(&attr, 0, sizeof(attr));
	attr.start_id = start;
	err = result_of(bpf_call(cmd, &attr));
	*next = attr.next_id;
	return err;
}

static int fd_by_id(int cmd, __u32 id, __u32 flags)
{
	union bpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.prog_id = id;
	attr.open_flags = flags;
	return result_of(bpf_call(cmd, &attr));
}

static __u32 prog_id(int fd)
{
	struct bpf_prog_info info;

	return prog_info(fd, &info) ? 0 : info.id;
}

static __u32 map_id(int fd)
{
	struct bpf_map_info info;
	union bpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	memset(&info, 0, sizeof(info));
	attr.info.bpf_fd = fd;
	attr.info.info_len = sizeof(info);
	attr.info.info = (uintptr_t)&info;
	return bpf_call(BPF_OBJ_GET_INFO_BY_FD, &attr) ? 0 : info.id;
}

/* walks all numbers: how many, and whether @wanted are among them, each above the last */
static unsigned int walk(int cmd, const __u32 *wanted, unsigned int count, bool *all)
{
	unsigned int found = 0, n, total = 0;
	__u32 id = 0, next;

	*all = false;
	while (!next_id(cmd, id, &next)) {
		if (next <= id)
			return 0;
		for (n = 0; n < count; n++)
			found += wanted[n] == next;
		id = next;
		total++;
	}
	*all = found == count && errno == ENOENT;
	return total;
}

static void test_walk(void)
{
	int progs[3], maps[2], n;
	__u32 prog_ids[3], map_ids[2];
	unsigned int before, after;
	bool all, gone;

	for (n = 0; n < 3; n++) {
		progs[n] = load_reader(BPF_PROG_TYPE_KPROBE, 0, 0, 0);
		prog_ids[n] = prog_id(progs[n]);
	}
	for (n = 0; n < 2; n++) {
		maps[n] = make_array(1);
		map_ids[n] = map_id(maps[n]);
	}
	before = walk(BPF_PROG_GET_NEXT_ID, prog_ids, 3, &all);
	ok(before >= 3 && all, "programs by their numbers, then ENOENT");
	close(progs[1]);
	after = walk(BPF_PROG_GET_NEXT_ID, &prog_ids[1], 1, &gone);
	ok(after == before - 1 && !gone, "not one that has gone");
	before = walk(BPF_MAP_GET_NEXT_ID, map_ids, 2, &all);
	ok(before >= 2 && all, "maps by their numbers, then ENOENT");
	close(maps[0]);
	after = walk(BPF_MAP_GET_NEXT_ID, &map_ids[0], 1, &gone);
	ok(after == before - 1 && !gone, "not one that has gone");
	close(progs[0]);
	close(progs[2]);
	close(maps[1]);
}

/* with an argument that the kernel cannot write to */
static int next_id_read_only(int cmd)
{
	union bpf_attr *attr = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
				    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int err;

	memset(attr, 0, sizeof(*attr));
	mprotect(attr, 4096, PROT_READ);
	err = result_of(bpf_call(cmd, attr));
	munmap(attr, 4096);
	return err;
}

static int with_unused_byte(int cmd, unsigned int at)
{
	union bpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	((char *)&attr)[at] = 1;
	return result_of(bpf_call(cmd, &attr));
}

static int nobody_asks(void *cmd)
{
	__u32 next;

	return -next_id(*(int *)cmd, 0, &next);
}

static int nobody_opens(void *cmd)
{
	return -fd_by_id(*(int *)cmd, 1, 0);
}

static void test_walk_errors(void)
{
	static const struct { int cmd; const char *name; } walks[] = {
		{ BPF_PROG_GET_NEXT_ID, "program" }, { BPF_MAP_GET_NEXT_ID, "map" },
	};
	int prog = load_reader(BPF_PROG_TYPE_KPROBE, 0, 0, 0);
	unsigned int n;
	__u32 next;

	for (n = 0; n < COUNT(walks); n++) {
		int cmd = walks[n].cmd;

		fails(EINVAL, next_id(cmd, INT_MAX, &next), "%s behind the last number",
		      walks[n].name);
		fails(EINVAL, next_id(cmd, UINT_MAX, &next), "%s behind no number",
		      walks[n].name);
		fails(ENOENT, next_id(cmd, INT_MAX - 1, &next), "%s with the last number",
		      walks[n].name);
		fails(EFAULT, next_id_read_only(cmd), "an answer nowhere to go");
		fails(EINVAL, with_unused_byte(cmd, 8), "a byte that means nothing");
		ok(as_nobody(nobody_asks, &cmd) == EPERM, "next %s without privilege: EPERM",
		   walks[n].name);
	}
	close(prog);
}

/* ---- descriptors by number ------------------------------------------------------------------ */

static void test_progs(void)
{
	int prog = load_counter(BPF_PROG_TYPE_KPROBE, numbers, 0, 0), other;
	int cmd = BPF_PROG_GET_FD_BY_ID;
	__u32 id = prog_id(prog);

	other = fails(0, fd_by_id(cmd, id, 0), "a program by its number");
	ok(other != prog && prog_id(other) == id && fcntl(other, F_GETFD) == FD_CLOEXEC,
	   "is that program");
	close(prog);
	prog = fails(0, fd_by_id(cmd, id, 0), "it lives as long as one descriptor");
	close(prog);
	close(other);
	fails(ENOENT, fd_by_id(cmd, id, 0), "one that has gone");
	fails(ENOENT, fd_by_id(cmd, 0, 0), "number 0");
	fails(ENOENT, fd_by_id(cmd, UINT_MAX, 0), "no number");
	fails(EINVAL, with_unused_byte(cmd, 4), "a byte that means nothing");
	ok(as_nobody(nobody_opens, &cmd) == EPERM, "without privilege: EPERM");
}

static void test_maps(void)
{
	int map = make_array(1), fd, cmd = BPF_MAP_GET_FD_BY_ID;
	__u32 id = map_id(map);
	__u64 value = 7;

	write_array(map, &value);
	fd = fails(0, fd_by_id(cmd, id, 0), "a map by its number");
	value = 0;
	ok(map_id(fd) == id && !read_array(fd, &value) && value == 7 && !write_array(fd, &value),
	   "is that map, to read and write");
	close(fd);
	fd = fails(0, fd_by_id(cmd, id, BPF_F_RDONLY), "a map to read");
	ok(!read_array(fd, &value) && write_array(fd, &value) && errno == EPERM,
	   "cannot be written");
	close(fd);
	fd = fails(0, fd_by_id(cmd, id, BPF_F_WRONLY), "a map to write");
	ok(!write_array(fd, &value) && read_array(fd, &value) && errno == EPERM,
	   "cannot be read");
	close(fd);
	fails(EINVAL, fd_by_id(cmd, id, BPF_F_RDONLY | BPF_F_WRONLY), "a map for nothing");
	fails(EINVAL, fd_by_id(cmd, id, BPF_F_RDONLY_PROG), "another flag");
	close(map);
	fails(ENOENT, fd_by_id(cmd, id, 0), "a map that has gone");
	fails(ENOENT, fd_by_id(cmd, 0, 0), "number 0");
	fails(EINVAL, with_unused_byte(cmd, 12), "a byte that means nothing");
	ok(as_nobody(nobody_opens, &cmd) == EPERM, "without privilege: EPERM");
}

/* ---- what is attached where ----------------------------------------------------------------- */

struct site {
	union bpf_attr	attr;
	char		name[256];
};

static int query_fd(struct site *site, pid_t pid, int fd, __u32 flags, __u32 room)
{
	memset(site, 0, sizeof(*site));
	memset(site->name, '#', sizeof(site->name) - 1);
	site->attr.task_fd_query.pid = pid;
	site->attr.task_fd_query.fd = fd;
	site->attr.task_fd_query.flags = flags;
	site->attr.task_fd_query.buf_len = room;
	site->attr.task_fd_query.buf = (uintptr_t)site->name;
	return result_of(bpf_call(BPF_TASK_FD_QUERY, &site->attr));
}

/* claims the whole answer about @fd */
static void expect_site(int fd, int prog, __u32 type, const char *name, __u64 offset,
			const char *what)
{
	struct site s;

	fails(0, query_fd(&s, getpid(), fd, 0, sizeof(s.name)), "%s", what);
	ok(s.attr.task_fd_query.prog_id == prog_id(prog) &&
	   s.attr.task_fd_query.fd_type == type && !strcmp(s.name, name) &&
	   s.attr.task_fd_query.buf_len == strlen(name) &&
	   s.attr.task_fd_query.probe_offset == offset && !s.attr.task_fd_query.probe_addr,
	   "type %u, name %s, offset %llu", s.attr.task_fd_query.fd_type, s.name,
	   s.attr.task_fd_query.probe_offset);
}

static int attach_raw(const char *name, int prog)
{
	union bpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.raw_tracepoint.name = (uintptr_t)name;
	attr.raw_tracepoint.prog_fd = prog;
	return result_of(bpf_call(BPF_RAW_TRACEPOINT_OPEN, &attr));
}

static void test_tracepoints(void)
{
	int raw = load_reader(BPF_PROG_TYPE_RAW_TRACEPOINT, 0, 0, 0);
	int record = load_reader(BPF_PROG_TYPE_TRACEPOINT, 0, 0, 0);
	int link = attach_raw("itimer_state", raw);
	int event = open_event("timer/itimer_state");
	int call = open_event("syscalls/sys_enter_getpgid");

	set_bpf(event, record);
	set_bpf(call, record);
	expect_site(link, raw, BPF_FD_TYPE_RAW_TRACEPOINT, "itimer_state", 0,
		    "a raw tracepoint");
	expect_site(event, record, BPF_FD_TYPE_TRACEPOINT, "itimer_state", 0, "a tracepoint");
	expect_site(call, record, BPF_FD_TYPE_TRACEPOINT, "sys_enter_getpgid", 0,
		    "a system call");
	close(link);
	close(event);
	close(call);
	close(raw);
	close(record);
}

/* where a function of the kernel is */
static __u64 address_of(const char *function)
{
	unsigned long long addr;
	char line[300], name[200], type;
	FILE *symbols = fopen("/proc/kallsyms", "r");
	__u64 found = 0;

	while (symbols && !found && fgets(line, sizeof(line), symbols)) {
		if (sscanf(line, "%llx %c %199s", &addr, &type, name) == 3 &&
		    !strcmp(name, function))
			found = addr;
	}
	if (symbols)
		fclose(symbols);
	return found;
}

static void test_kprobes(void)
{
	int prog = load_reader(BPF_PROG_TYPE_KPROBE, 0, 0, 1), event;
	struct perf_event_attr attr = {
		.type = file_number("/sys/bus/event_source/devices/kprobe/type"),
		.kprobe_addr = address_of("sched_getaffinity"),
	};
	struct site s;

	event = open_kprobe("sched_getaffinity", 0, false);
	set_bpf(event, prog);
	expect_site(event, prog, BPF_FD_TYPE_KPROBE, "sched_getaffinity", 0, "a kprobe");
	close(event);
	event = open_kprobe("sched_getaffinity", 0, true);
	set_bpf(event, prog);
	expect_site(event, prog, BPF_FD_TYPE_KRETPROBE, "sched_getaffinity", 0, "a kretprobe");
	close(event);

	event = perf_open(&attr, 0, -1);
	set_bpf(event, prog);
	fails(0, query_fd(&s, getpid(), event, 0, sizeof(s.name)), "a kprobe at an address");
	ok(s.attr.task_fd_query.fd_type == BPF_FD_TYPE_KPROBE && !s.name[0] &&
	   !s.attr.task_fd_query.buf_len &&
	   s.attr.task_fd_query.probe_addr == attr.kprobe_addr, "has that and no name");
	close(event);

	if (!write_file(TRACING "kprobe_events", O_APPEND, "p:mine/id sched_getaffinity")) {
		event = open_event("mine/id");
		set_bpf(event, prog);
		expect_site(event, prog, BPF_FD_TYPE_KPROBE, "sched_getaffinity", 0,
			    "an event of kprobe_events");
		close(event);
		write_file(TRACING "kprobe_events", O_APPEND, "-:mine/id");
	}
	close(prog);
}

static void test_uprobes(void)
{
	int prog = load_reader(BPF_PROG_TYPE_KPROBE, 0, 0, 1), event;

	event = open_uprobe(false);
	set_bpf(event, prog);
	expect_site(event, prog, BPF_FD_TYPE_UPROBE, "/proc/self/exe", file_offset(probed),
		    "a uprobe");
	close(event);
	event = open_uprobe(true);
	set_bpf(event, prog);
	expect_site(event, prog, BPF_FD_TYPE_URETPROBE, "/proc/self/exe", file_offset(probed),
		    "a uretprobe");
	close(event);
	close(prog);
}

/* ---- errors of the query -------------------------------------------------------------------- */

static int nobody_queries(void *fd)
{
	struct site s;

	return -query_fd(&s, getppid(), *(int *)fd, 0, 16);
}

static void test_buffers(void)
{
	int raw = load_reader(BPF_PROG_TYPE_RAW_TRACEPOINT, 0, 0, 0);
	int link = attach_raw("itimer_state", raw);
	struct site s;

	fails(0, query_fd(&s, getpid(), link, 0, 13), "room for the name and its end");
	ok(!memcmp(s.name, "itimer_state\0#", 14), "is filled, and no more than that");
	fails(ENOSPC, query_fd(&s, getpid(), link, 0, 12), "room for less");
	ok(!memcmp(s.name, "itimer_stat\0#", 13) && s.attr.task_fd_query.buf_len == 12 &&
	   s.attr.task_fd_query.prog_id == prog_id(raw),
	   "as much as fits, the length it has, and everything else");
	fails(ENOSPC, query_fd(&s, getpid(), link, 0, 1), "room for the end");
	ok(!memcmp(s.name, "\0#", 2), "is that");
	fails(0, query_fd(&s, getpid(), link, 0, 0), "no room");
	ok(s.attr.task_fd_query.buf_len == 12 && s.name[0] == '#', "is the length only");

	memset(&s.attr, 0, sizeof(s.attr));
	s.attr.task_fd_query.pid = getpid();
	s.attr.task_fd_query.fd = link;
	s.attr.task_fd_query.buf_len = 16;
	fails(0, result_of(bpf_call(BPF_TASK_FD_QUERY, &s.attr)), "room without address");
	ok(s.attr.task_fd_query.buf_len == 12, "is the length only");
	s.attr.task_fd_query.buf_len = 16;
	s.attr.task_fd_query.buf = BAD_POINTER;
	fails(EFAULT, result_of(bpf_call(BPF_TASK_FD_QUERY, &s.attr)), "a wild address");
	close(link);
	close(raw);
}

static void test_query_errors(void)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_SOFTWARE, .config = PERF_COUNT_SW_PAGE_FAULTS,
		.sample_period = 1000,
	};
	int prog = load_reader(BPF_PROG_TYPE_PERF_EVENT, 0, 0, 0);
	int event = open_event("timer/itimer_state"), faults = perf_open(&attr, 0, -1);
	int plain = open("/proc/self/exe", O_RDONLY);
	struct site s;

	fails(EINVAL, query_fd(&s, getpid(), event, 1, 16), "a flag");
	fails(ENOENT, query_fd(&s, INT_MAX, event, 0, 16), "no such process");
	fails(EBADF, query_fd(&s, getpid(), 999, 0, 16), "no such descriptor");
	fails(ENOENT, query_fd(&s, getpid(), event, 0, 16), "a perf event without program");
	set_bpf(faults, prog);
	fails(EOPNOTSUPP, query_fd(&s, getpid(), faults, 0, 16),
	      "a program on what is no trace event");
	ok(query_fd(&s, getpid(), plain, 0, 16) == -ENOTSUPP, "an ordinary file: ENOTSUPP");
	ok(query_fd(&s, getpid(), prog, 0, 16) == -ENOTSUPP, "a program: ENOTSUPP");
	ok(as_nobody(nobody_queries, &event) == EPERM, "without privilege: EPERM");
	fails(EINVAL, with_unused_byte(BPF_TASK_FD_QUERY,
				       offsetof(union bpf_attr, task_fd_query.probe_addr) + 8),
	      "a byte that means nothing");
	close(plain);
	close(faults);
	close(event);
	close(prog);
}

/* the descriptor is another process's */
static void test_other_process(void)
{
	int raw = load_reader(BPF_PROG_TYPE_RAW_TRACEPOINT, 0, 0, 0), ready[2];
	struct site s;
	pid_t pid;
	int fd = -1;

	if (pipe(ready))
		return;
	pid = fork();
	if (!pid) {
		fd = attach_raw("itimer_state", raw);
		if (write(ready[1], &fd, sizeof(fd)) == sizeof(fd))
			pause();
		_exit(1);
	}
	ok(read(ready[0], &fd, sizeof(fd)) == sizeof(fd) &&
	   !query_fd(&s, pid, fd, 0, sizeof(s.name)) && !strcmp(s.name, "itimer_state") &&
	   s.attr.task_fd_query.prog_id == prog_id(raw), "another process's descriptor");
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	close(ready[0]);
	close(ready[1]);
	close(raw);
}

/* ---- stock bpftool -------------------------------------------------------------------------- */

static void test_tool(void)
{
	int prog = load_counter(BPF_PROG_TYPE_KPROBE, numbers, 0, 0), event, raw, link;
	char words[100];

	if (access(BPFTOOL, X_OK)) {
		skip("no bpftool");
		close(prog);
		return;
	}
	event = open_kprobe("sched_getaffinity", 0, false);
	set_bpf(event, prog);
	raw = load_reader(BPF_PROG_TYPE_RAW_TRACEPOINT, 0, 0, 0);
	link = attach_raw("itimer_state", raw);
	snprintf(words, sizeof(words), "%u: kprobe", prog_id(prog));
	ok(tool_says("prog list", words), "bpftool prog list");
	snprintf(words, sizeof(words), "%u: array", map_id(numbers));
	ok(tool_says("map list", words), "bpftool map list");
	snprintf(words, sizeof(words), "prog_id %u  kprobe  func sched_getaffinity  offset 0",
		 prog_id(prog));
	ok(tool_says("perf list", words), "bpftool perf list: kprobe");
	snprintf(words, sizeof(words), "prog_id %u  raw_tracepoint  itimer_state",
		 prog_id(raw));
	ok(tool_says("perf list", words), "bpftool perf list: raw tracepoint");
	close(link);
	close(raw);
	close(event);
	close(prog);
}

int main(void)
{
	numbers = make_array(64);
	test_walk();
	test_walk_errors();
	test_progs();
	test_maps();
	test_tracepoints();
	test_kprobes();
	test_uprobes();
	test_buffers();
	test_query_errors();
	test_other_process();
	test_tool();
	return tap_done();
}
