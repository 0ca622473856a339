// SPDX-License-Identifier: GPL-2.0-only
/*
 * What user space sees of programs that are machine code: the sysctls of net.core, what
 * bpf_prog_info tells, symbols, hardening, the limit and who may pass it, the dump, and
 * a stack trace that goes through a program.
 *
 * Run in a guest of its own: it turns the switches of the whole machine.
 */
#include <ctype.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <linux/perf_event.h>
#include <sched.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/klog.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include "load.h"
#include "oracle.h"
#include "tap.h"

#define CORE "/proc/sys/net/core/bpf_jit_"
#define UNPRIVILEGED "/proc/sys/kernel/unprivileged_bpf_disabled"
#define TRACING "/sys/kernel/tracing/"
#define NOBODY 65534

/* ---- files ------------------------------------------------------------------ */

static int write_text(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_TRUNC | O_CLOEXEC), err = 0;

	if (fd < 0)
		return -errno;
	if (write(fd, text, strlen(text)) < 0)
		err = -errno;
	close(fd);
	return err;
}

/* a static buffer with the start of the file; empty where it cannot be read */
static char *read_text(const char *path)
{
	static char text[1 << 22];
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	size_t len = 0;
	ssize_t got;

	text[0] = '\0';
	if (fd < 0)
		return text;
	while (len < sizeof(text) - 1 &&
	       (got = read(fd, text + len, sizeof(text) - 1 - len)) > 0)
		len += got;
	text[len] = '\0';
	close(fd);
	return text;
}

static int set(const char *knob, const char *value)
{
	char path[64];

	snprintf(path, sizeof(path), CORE "%s", knob);
	return write_text(path, value);
}

static long long get(const char *knob)
{
	char path[64];

	snprintf(path, sizeof(path), CORE "%s", knob);
	return atoll(read_text(path));
}

/* ---- programs ---------------------------------------------------------------- */

static const struct bpf_insn small[] = {
	BPF_MOV64_IMM(BPF_REG_0, 0x12345),
	BPF_EXIT_INSN(),
};

static int load_named(const struct bpf_insn *insns, unsigned int len, const char *name)
{
	union bpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.prog_type = BPF_PROG_TYPE_SOCKET_FILTER;
	attr.insns = (uintptr_t)insns;
	attr.insn_cnt = len;
	attr.license = (uintptr_t)"GPL";
	strcpy(attr.prog_name, name);
	return bpf_call(BPF_PROG_LOAD, &attr);
}

static int load_small(const char *name)
{
	return load_named(small, 2, name);
}

static int info_of(int fd, struct bpf_prog_info *info)
{
	union bpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.info.bpf_fd = fd;
	attr.info.info_len = sizeof(*info);
	attr.info.info = (uintptr_t)info;
	return bpf_call(BPF_OBJ_GET_INFO_BY_FD, &attr) ? -errno : 0;
}

static unsigned int jited_len(int fd)
{
	struct bpf_prog_info info = { };

	return info_of(fd, &info) ? 0 : info.jited_prog_len;
}

static int run(int fd)
{
	unsigned char packet[64] = { };
	union bpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.test.prog_fd = fd;
	attr.test.data_in = (uintptr_t)packet;
	attr.test.data_size_in = sizeof(packet);
	return bpf_call(BPF_PROG_TEST_RUN, &attr) ? -errno : (int)attr.test.retval;
}

/* the line of "prog_jited" in fdinfo, which who has no privilege may read too */
static bool fdinfo_jited(int fd)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", fd);
	return strstr(read_text(path), "prog_jited:\t1\n");
}

/* runs @part as a user without privilege; what it returns, up to 255 */
static int as_nobody(int (*part)(void))
{
	int status;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (!pid) {
		if (setgroups(0, NULL) || setgid(NOBODY) || setuid(NOBODY))
			_exit(255);
		/* /proc/self is root's until then */
		prctl(PR_SET_DUMPABLE, 1);
		_exit(part());
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid || !WIFEXITED(status))
		return -1;
	return WEXITSTATUS(status);
}

/* ---- sysctls -------------------------------------------------------------------- */

static void range(const char *knob, const char *good, const char *bad)
{
	char word[32];
	int n;

	for (; sscanf(good, "%31s%n", word, &n) == 1; good += n)
		ok(!set(knob, word) && get(knob) == atoll(word), "%s takes %s", knob, word);
	for (; sscanf(bad, "%31s%n", word, &n) == 1; bad += n) {
		long long before = get(knob);

		ok(set(knob, word) == -EINVAL && get(knob) == before,
		   "%s: %s is EINVAL and changes nothing", knob, word);
	}
}

/* a bit for each knob that cannot be read, another that cannot be written */
static int try_knobs(void)
{
	int rd = open(CORE "harden", O_RDONLY), denied = 0;

	denied |= rd < 0 && errno == EACCES ? 1 : 0;
	denied |= open(CORE "kallsyms", O_RDONLY) < 0 && errno == EACCES ? 2 : 0;
	denied |= open(CORE "limit", O_RDONLY) < 0 && errno == EACCES ? 4 : 0;
	denied |= open(CORE "enable", O_WRONLY) < 0 && errno == EACCES ? 8 : 0;
	denied |= isdigit((unsigned char)read_text(CORE "enable")[0]) ? 16 : 0;
	return denied;
}

/* files are root's, but CAP_SYS_ADMIN is asked for all the same */
static int rootly_without_admin(void)
{
	struct __user_cap_header_struct head = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct caps[2] = { };
	int status = -1;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (!pid) {
		char c;
		int fd, result = 0;

		if (syscall(SYS_capset, &head, caps))
			_exit(255);
		fd = open(CORE "harden", O_RDONLY);
		result |= read(fd, &c, 1) < 0 && errno == EPERM ? 1 : 0;
		result |= set("harden", "1") == -EPERM ? 2 : 0;
		result |= set("enable", "0") == -EPERM ? 4 : 0;
		result |= set("limit", "1000000") == -EPERM ? 8 : 0;
		_exit(result);
	}
	waitpid(pid, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void test_sysctls(void)
{
	long long limit = get("limit");
	int result;

	ok(get("enable") == 1, "machine code is on from boot on");
	ok(get("kallsyms") == 1 && get("harden") == 0, "symbols shown, no hardening");
	ok(limit > 1 << 28, "bpf_jit_limit starts with %lld", limit);
	range("enable", "0 2 1", "3 -1 x");
	range("harden", "1 2 0", "3 -1");
	range("kallsyms", "0 1", "2 -1");
	range("limit", "4096 1000000", "0 9999999999999");
	set("limit", "264241152");
	result = as_nobody(try_knobs);
	ok(result == 31, "a user reads bpf_jit_enable only and writes nothing (%d)", result);
	result = rootly_without_admin();
	ok(result == 15, "root without CAP_SYS_ADMIN is answered EPERM (%d)", result);
	ok(get("harden") == 0 && get("enable") == 1, "and has changed nothing");
}

/* initial network namespace only */
static void test_namespace(void)
{
	int status = 0;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (!pid)
		_exit(unshare(CLONE_NEWNET) ? 2 : !access(CORE "enable", F_OK));
	waitpid(pid, &status, 0);
	ok(!status, "another network namespace has no bpf_jit_enable");
}

/* ---- what is told of a program ------------------------------------------------------ */

static void test_info(void)
{
	unsigned char code[256], part[256];
	struct bpf_prog_info info = { };
	__u64 address = 0;
	__u32 len = 0;
	int fd = load_small("told");

	ok(fd >= 0 && run(fd) == 0x12345, "a program runs");
	info_of(fd, &info);
	ok(info.jited_prog_len > 0 && info.jited_prog_len < 64, "its code has %u bytes",
	   info.jited_prog_len);
	ok(info.nr_jited_ksyms == 1 && info.nr_jited_func_lens == 1, "in one function");
	ok(fdinfo_jited(fd), "fdinfo says it is machine code");

	memset(code, 0xee, sizeof(code));
	memset(part, 0xee, sizeof(part));
	memset(&info, 0, sizeof(info));
	info.jited_prog_len = sizeof(code);
	info.jited_prog_insns = (uintptr_t)code;
	info.nr_jited_ksyms = 1;
	info.jited_ksyms = (uintptr_t)&address;
	info.nr_jited_func_lens = 1;
	info.jited_func_lens = (uintptr_t)&len;
	ok(!info_of(fd, &info) && len == info.jited_prog_len && code[len] == 0xee,
	   "the length is the code's");
	ok((address >> 48) == 0xffff, "the address is one of the kernel's");
	ok(memmem(code, len, "\x45\x23\x01\x00", 4), "the constant is in the code");
	memset(&info, 0, sizeof(info));
	info.jited_prog_len = 3;
	info.jited_prog_insns = (uintptr_t)part;
	ok(!info_of(fd, &info) && info.jited_prog_len == len &&
	   !memcmp(part, code, 3) && part[3] == 0xee, "a small buffer gets what fits");
	info.jited_prog_len = sizeof(code);
	info.jited_prog_insns = 16;
	ok(info_of(fd, &info) == -EFAULT, "a bad buffer is EFAULT");

	/* who may not see addresses is told lengths, and no code */
	write_text("/proc/sys/kernel/kptr_restrict", "2");
	memset(&info, 0, sizeof(info));
	memset(part, 0xee, sizeof(part));
	address = 0;
	info.jited_prog_len = sizeof(part);
	info.jited_prog_insns = (uintptr_t)part;
	info.nr_jited_ksyms = 1;
	info.jited_ksyms = (uintptr_t)&address;
	ok(!info_of(fd, &info) && info.jited_prog_len == len && !info.jited_prog_insns &&
	   !info.jited_ksyms && !address && part[0] == 0xee,
	   "with kptr_restrict=2 neither code nor address, but its length");
	write_text("/proc/sys/kernel/kptr_restrict", "0");
	close(fd);
}

static int see_no_code(void)
{
	int fd = load_small("user");
	struct bpf_prog_info info = { .nr_jited_ksyms = 1 };

	if (fd < 0 || info_of(fd, &info))
		return 1;
	if (info.jited_prog_len || info.nr_jited_ksyms || info.nr_jited_func_lens)
		return 2;
	return fdinfo_jited(fd) && run(fd) != 0x12345 ? 3 : 0;
}

/* ---- switched off, hardened, limited ------------------------------------------------ */

static void test_fallback(void)
{
	int fd;

	set("enable", "0");
	fd = load_small("off");
	ok(fd >= 0 && !jited_len(fd) && !fdinfo_jited(fd), "bpf_jit_enable=0: interpreted");
	ok(run(fd) == 0x12345, "with the same result");
	set("enable", "1");
	ok(!jited_len(fd), "a switch does not change programs that are loaded");
	close(fd);
	fd = load_small("on");
	ok(jited_len(fd) && fdinfo_jited(fd), "bpf_jit_enable=1: machine code");
	close(fd);
}

static bool has_constant(int fd)
{
	unsigned char code[512];
	struct bpf_prog_info info = { .jited_prog_len = sizeof(code),
				      .jited_prog_insns = (uintptr_t)code };

	if (info_of(fd, &info) || !info.jited_prog_len)
		return true;
	return memmem(code, info.jited_prog_len, "\x45\x23\x01\x00", 4);
}

static void test_harden(void)
{
	int fd;

	set("harden", "2");
	fd = load_small("hidden");
	ok(jited_len(fd) && !has_constant(fd), "harden=2: no constant of the program is in it");
	ok(run(fd) == 0x12345, "with the same result");
	close(fd);
	set("harden", "1");
	fd = load_small("shown");
	ok(jited_len(fd) && has_constant(fd), "harden=1: not where who loads is privileged");
	close(fd);
	set("harden", "0");
}

static int load_as_user(void)
{
	int fd = load_small("user");

	if (fd < 0)
		return 2;
	if (run(fd) != -EPERM && run(fd) != 0x12345)
		return 3;
	return fdinfo_jited(fd);
}

static void test_limit(void)
{
	int fd, result;

	write_text(UNPRIVILEGED, "0");
	result = as_nobody(load_as_user);
	ok(result == 1, "a user's program is machine code (%d)", result);
	ok(as_nobody(see_no_code) == 0, "and bpf_prog_info shows a user none of it");
	set("limit", "1");
	result = as_nobody(load_as_user);
	ok(result == 0, "beyond bpf_jit_limit it is interpreted (%d)", result);
	fd = load_small("over");
	ok(jited_len(fd), "who has CAP_BPF may pass the limit");
	close(fd);
	set("limit", "264241152");
	result = as_nobody(load_as_user);
	ok(result == 1, "below it, machine code again (%d)", result);
}

/* ---- symbols ----------------------------------------------------------------------- */

/* address of the line that ends in @name and [bpf]; 0: there is none */
static unsigned long long symbol(const char *name)
{
	unsigned long long at = 0, addr;
	char line[256], type, sym[128], module[64];
	FILE *f = fopen("/proc/kallsyms", "r");

	while (f && fgets(line, sizeof(line), f)) {
		if (sscanf(line, "%llx %c %127s %63s", &addr, &type, sym, module) == 4 &&
		    !strcmp(module, "[bpf]") && strstr(sym, name) && type == 't')
			at = addr;
	}
	if (f)
		fclose(f);
	return at;
}

static void symbol_name(int fd, const char *name, char *out)
{
	struct bpf_prog_info info = { };
	int i;

	info_of(fd, &info);
	out += sprintf(out, "bpf_prog_");
	for (i = 0; i < BPF_TAG_SIZE; i++)
		out += sprintf(out, "%02x", info.tag[i]);
	if (*name)
		sprintf(out, "_%s", name);
}

static void test_symbols(void)
{
	struct bpf_prog_info info = { };
	__u64 address = 0;
	char name[64];
	int fd = load_small("my_symbol"), bare;

	symbol_name(fd, "my_symbol", name);
	info.nr_jited_ksyms = 1;
	info.jited_ksyms = (uintptr_t)&address;
	info_of(fd, &info);
	ok(address && symbol(name) == address, "%s is in /proc/kallsyms, at its address", name);
	bare = load_small("");
	symbol_name(bare, "", name);
	ok(symbol(name), "%s, without a name", name);
	close(bare);
	set("harden", "1");
	ok(!symbol("_my_symbol"), "bpf_jit_harden hides symbols");
	set("harden", "0");
	set("kallsyms", "0");
	ok(!symbol("_my_symbol"), "bpf_jit_kallsyms=0 hides symbols");
	set("kallsyms", "1");
	ok(symbol("_my_symbol"), "and both show them again");
	close(fd);
	ok(!symbol("_my_symbol"), "the symbol goes with the program");
	set("enable", "0");
	fd = load_small("my_symbol");
	ok(!symbol("_my_symbol"), "an interpreted program has none");
	set("enable", "1");
	close(fd);
}

static void test_user_symbol(void)
{
	int ends[2], back[2], fd;
	char c = 0;
	pid_t pid;

	if (pipe(ends) || pipe(back))
		return;
	fflush(stdout);
	pid = fork();
	if (!pid) {
		if (setgid(NOBODY) || setuid(NOBODY))
			_exit(1);
		fd = load_small("users_own");
		c = fd >= 0;
		if (write(ends[1], &c, 1) != 1 || read(back[0], &c, 1) != 1)
			_exit(1);
		_exit(0);
	}
	ok(read(ends[0], &c, 1) == 1 && c && !symbol("_users_own"),
	   "a user's program has no symbol");
	if (write(back[1], &c, 1) == 1)
		waitpid(pid, NULL, 0);
}

/* ---- events -------------------------------------------------------------------------- */

struct record {
	struct perf_event_header head;
	union {
		struct {
			__u64 addr;
			__u32 len;
			__u16 ksym_type, flags;
			char name[64];
		} ksymbol;
		struct {
			__u16 type, flags;
			__u32 id;
			__u8 tag[BPF_TAG_SIZE];
		} bpf;
	};
};

static int open_perf(void)
{
	struct perf_event_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.size = sizeof(attr);
	attr.type = PERF_TYPE_SOFTWARE;
	attr.config = PERF_COUNT_SW_DUMMY;
	attr.ksymbol = 1;
	attr.bpf_event = 1;
	return syscall(__NR_perf_event_open, &attr, -1, 0, -1, 0);
}

/* copies the next record out of the ring; false at the end */
static bool next_record(struct perf_event_mmap_page *page, __u64 *at, struct record *out)
{
	const char *data = (char *)page + getpagesize();
	__u64 mask = 8 * getpagesize() - 1, i, len;

	if (*at >= __atomic_load_n(&page->data_head, __ATOMIC_ACQUIRE))
		return false;
	memset(out, 0, sizeof(*out));
	memcpy(&out->head, data + (*at & mask), sizeof(out->head));
	len = out->head.size < sizeof(*out) ? out->head.size : sizeof(*out);
	for (i = 0; i < len; i++)
		((char *)out)[i] = data[(*at + i) & mask];
	*at += out->head.size;
	return true;
}

static void test_perf(void)
{
	struct perf_event_mmap_page *page;
	int loads = 0, unloads = 0, named = 0, gone = 0, fd, perf;
	struct bpf_prog_info info = { };
	struct record r;
	cpu_set_t cpu;
	__u64 at = 0;

	CPU_ZERO(&cpu);
	CPU_SET(0, &cpu);
	sched_setaffinity(0, sizeof(cpu), &cpu);
	perf = open_perf();
	page = perf < 0 ? MAP_FAILED : mmap(NULL, 9 * getpagesize(), PROT_READ | PROT_WRITE,
					    MAP_SHARED, perf, 0);
	if (page == MAP_FAILED) {
		skip("no perf events");
		return;
	}
	fd = load_small("perfect");
	info_of(fd, &info);
	close(fd);
	while (next_record(page, &at, &r)) {
		if (r.head.type == PERF_RECORD_KSYMBOL && strstr(r.ksymbol.name, "_perfect") &&
		    r.ksymbol.len == info.jited_prog_len) {
			named += !(r.ksymbol.flags & PERF_RECORD_KSYMBOL_FLAGS_UNREGISTER);
			gone += !!(r.ksymbol.flags & PERF_RECORD_KSYMBOL_FLAGS_UNREGISTER);
		}
		if (r.head.type == PERF_RECORD_BPF_EVENT && r.bpf.id == info.id &&
		    !memcmp(r.bpf.tag, info.tag, BPF_TAG_SIZE)) {
			loads += r.bpf.type == PERF_BPF_EVENT_PROG_LOAD;
			unloads += r.bpf.type == PERF_BPF_EVENT_PROG_UNLOAD;
		}
	}
	ok(named == 1 && gone == 1, "PERF_RECORD_KSYMBOL when it comes and when it goes");
	ok(loads == 1 && unloads == 1, "PERF_RECORD_BPF_EVENT likewise, with id and tag");
	munmap(page, 9 * getpagesize());
	close(perf);
}

/* ---- the log ----------------------------------------------------------------------------- */

/* bytes in the lines of hex that follow @line */
static unsigned int count_bytes(const char *line)
{
	unsigned int count = 0, byte;
	int n;

	while (line && (line = strstr(line, "JIT code: "))) {
		line = strchr(line + strlen("JIT code: "), ':');
		for (line++; sscanf(line, " %2x%n", &byte, &n) == 1; line += n)
			count++;
	}
	return count;
}

static void test_dump(void)
{
	static char log[1 << 20];
	unsigned int proglen = 0;
	int flen = 0, pass = 0, fd, len;
	char *line;

	set("enable", "2");
	fd = load_small("dumped");
	set("enable", "1");
	len = klogctl(3, log, sizeof(log) - 1);
	log[len > 0 ? len : 0] = '\0';
	line = strstr(log, "flen=");
	ok(line && sscanf(line, "flen=%d proglen=%u pass=%d image=", &flen, &proglen,
			  &pass) == 3 && flen == 2 && proglen == jited_len(fd),
	   "bpf_jit_enable=2: a line with lengths as bpf_jit_disasm reads it");
	ok(line && count_bytes(line) == proglen, "and all %u bytes", proglen);
	close(fd);
}

/* ---- unwinding ------------------------------------------------------------------------ */

/* a packet to a socket that has the program as its filter */
static void run_on_socket(int fd)
{
	int ends[2];

	if (socketpair(AF_UNIX, SOCK_DGRAM, 0, ends))
		return;
	if (!setsockopt(ends[1], SOL_SOCKET, SO_ATTACH_BPF, &fd, sizeof(fd)) &&
	    send(ends[0], "0123456789", 10, 0) < 0)
		printf("# send: %s\n", strerror(errno));
	close(ends[0]);
	close(ends[1]);
}

static void run_test(int fd)
{
	run(fd);
}

/*
 * A probe records its stack: a helper, the program, who ran it (@runner), and the system
 * call at the end.
 */
static void trace_through(const struct program *p, const char *name,
			  void (*run_it)(int fd), const char *runner)
{
	char *text, *at, *after;
	int fd = load_named(p->insns, p->len, name);
	char sym[64];

	if (!ok(fd >= 0 && jited_len(fd), "%s: loaded as machine code", name))
		return;
	write_text(TRACING "trace", "");
	write_text(TRACING "events/kprobes/jit_test/enable", "1");
	run_it(fd);
	write_text(TRACING "events/kprobes/jit_test/enable", "0");
	text = read_text(TRACING "trace");
	symbol_name(fd, name, sym);
	at = strstr(text, sym);
	after = at ? strstr(at, runner) : NULL;
	ok(at, "%s: a stack trace names the program", name);
	ok(after && strstr(after, "do_syscall_64"), "%s: goes on to %s and the system call",
	   name, runner);
	close(fd);
}

/* adds to @p the printing of an empty line */
static void add_print(struct program *p)
{
	ADD(p, BPF_ST_MEM(BPF_DW, BPF_REG_10, -8, 0),
	    BPF_MOV64_REG(BPF_REG_1, BPF_REG_10),
	    BPF_ALU64_IMM(BPF_ADD, BPF_REG_1, -8),
	    BPF_MOV64_IMM(BPF_REG_2, 8),
	    BPF_CALL_FUNC(BPF_FUNC_trace_printk));
}

/*
 * Of a function probed at its first instruction the trace leaves out who called it, so
 * the probe is on one that a helper calls. The second program has registers to save.
 */
static void test_unwind(void)
{
	struct program lean = { }, full = { };

	if (write_text(TRACING "kprobe_events", "p:jit_test bpf_format") ||
	    write_text(TRACING "events/kprobes/jit_test/trigger", "stacktrace")) {
		skip("no kprobe events with stack traces");
		return;
	}
	add_print(&lean);
	/* something to do after the call, or it would be a jump */
	ADD(&lean, BPF_MOV64_IMM(BPF_REG_0, 1), BPF_EXIT_INSN());
	ADD(&full, BPF_MOV64_REG(BPF_REG_6, BPF_REG_1),
	    BPF_MOV64_IMM(BPF_REG_7, 1));
	add_print(&full);
	ADD(&full, BPF_ALU64_REG(BPF_ADD, BPF_REG_7, BPF_REG_0));
	add_print(&full);
	ADD(&full, BPF_LDX_MEM(BPF_W, BPF_REG_0, BPF_REG_6, 0),
	    BPF_ALU64_REG(BPF_ADD, BPF_REG_0, BPF_REG_7), BPF_EXIT_INSN());
	trace_through(&lean, "small", run_test, "bpf_skb_test_run");
	trace_through(&full, "big", run_test, "bpf_skb_test_run");
	trace_through(&lean, "filter", run_on_socket, "sk_filter_trim_cap");
	trace_through(&full, "big_filter", run_on_socket, "sk_filter_trim_cap");
	write_text(TRACING "events/kprobes/jit_test/trigger", "!stacktrace");
	write_text(TRACING "kprobe_events", "-:jit_test");
}

/* many small programs; the charge of each is a few granules, and all of it comes back */
static void test_many(void)
{
	enum { COUNT = 400 };
	static int fds[COUNT];
	int i, bad = 0;

	for (i = 0; i < COUNT; i++) {
		fds[i] = load_small("many");
		bad += !jited_len(fds[i]);
	}
	for (i = 0; i < COUNT; i++)
		bad += run(fds[i]) != 0x12345;
	for (i = 0; i < COUNT; i += 2)
		close(fds[i]);
	usleep(200000);
	for (i = 0; i < COUNT; i += 2)
		fds[i] = load_small("many");
	for (i = 0; i < COUNT; i++) {
		bad += run(fds[i]) != 0x12345;
		close(fds[i]);
	}
	ok(!bad, "%d programs beside each other, half of them replaced", COUNT);
}

int main(void)
{
	if (access(CORE "enable", F_OK)) {
		skip("kernel without CONFIG_BPF_JIT");
		return tap_done();
	}
	if (oracle_is_on()) {
		skip("programs are interpreted under the oracle");
		return tap_done();
	}
	test_sysctls();
	test_namespace();
	test_info();
	test_fallback();
	test_harden();
	test_limit();
	test_symbols();
	test_user_symbol();
	test_perf();
	test_dump();
	test_unwind();
	test_many();
	return tap_done();
}
