// SPDX-License-Identifier: GPL-2.0-only
/*
 * Runs the corpus (cases/) through the kernel: each program is loaded by bpf(2), and
 * where a result is wanted, run by BPF_PROG_TEST_RUN. The same files are run by
 * tools/bpf/verify in user space, which does more with each; what this adds is the
 * kernel's own host: real maps, helpers, contexts, privileges, and its machine.
 *
 *	case_test [PATH]...		default: cases beside the program
 *
 * Programs of events cannot be run so; of them it is the verdict. Cases of program types
 * that the kernel does not have are skipped.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <linux/bpf.h>
#include "bpfasm.h"
#include "casefile.h"
#include "casesource.h"
#include "tap.h"

#define LOG_BYTES	(8 << 20)
#define NOBODY		65534
#define CLOSED_FD	900
#define SYSCTL		"/proc/sys/kernel/unprivileged_bpf_disabled"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* of the kernel, without a name here */
#ifndef ENOTSUPP
#define ENOTSUPP	524
#endif

static const struct { const char *name; int error; } rules[] = {
#define REASON(id, cls, err, name, ...) { name, err },
#include "reasons.def"
#undef REASON
};

/* types that the kernel has too */
static const struct { const char *name; unsigned int type; } types[] = {
	{ "socket_filter", BPF_PROG_TYPE_SOCKET_FILTER },
	{ "xdp", BPF_PROG_TYPE_XDP },
	{ "kprobe", BPF_PROG_TYPE_KPROBE },
	{ "tracepoint", BPF_PROG_TYPE_TRACEPOINT },
	{ "raw_tracepoint", BPF_PROG_TYPE_RAW_TRACEPOINT },
	{ "tracing", BPF_PROG_TYPE_TRACING },
	{ "perf_event", BPF_PROG_TYPE_PERF_EVENT },
};

/**
 * struct run - a case being run
 * @c:		the case
 * @prog:	its program
 * @type:	its program type
 * @map_fd:	its maps
 * @fds:	descriptors that the program names by their index
 * @not_map:	a descriptor of something else
 * @btf:	types that it comes with, 0: none
 * @source:	where they say that it comes from
 * @why:	what is not as it must be
 */
struct run {
	struct bpf_case		c;
	struct bpfasm_prog	prog;
	unsigned int		type;
	int			map_fd[CASE_MAPS];
	int			fds[CASE_FDS];
	int			not_map;
	int			btf;
	struct case_types	source;
	char			why[600];
};

static char log_text[LOG_BYTES];
static bool unpriv_is_off;
static bool has_events;	/* programs, maps and helpers of events */
static bool is_strict;	/* loads and stores must be aligned */

static int bpf(int cmd, union bpf_attr *attr)
{
	return syscall(__NR_bpf, cmd, attr, sizeof(*attr));
}

static __u64 ptr(const void *p)
{
	return (uintptr_t)p;
}

__attribute__((format(printf, 2, 3)))
static bool fails(struct run *r, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(r->why, sizeof(r->why), fmt, args);
	va_end(args);
	return false;
}

/* ---- maps ------------------------------------------------------------------- */

static bool update(struct run *r, const struct case_elem *e)
{
	union bpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.map_fd = r->map_fd[e->map];
	attr.key = ptr(e->key);
	attr.value = ptr(e->value);
	if (bpf(BPF_MAP_UPDATE_ELEM, &attr))
		return fails(r, "element cannot be set: %s", strerror(errno));
	return true;
}

static bool freeze(struct run *r, unsigned int map)
{
	union bpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.map_fd = r->map_fd[map];
	if (bpf(BPF_MAP_FREEZE, &attr))
		return fails(r, "map %s cannot be frozen: %s", r->c.maps[map].name,
			     strerror(errno));
	return true;
}

static bool make_types(struct run *r)
{
	union bpf_attr attr;

	if (!r->c.source.func[0])
		return true;
	if (case_source(&r->c, &r->source))
		return fails(r, "%s", r->c.error);
	memset(&attr, 0, sizeof(attr));
	attr.btf = ptr(r->source.blob);
	attr.btf_size = r->source.size;
	r->btf = bpf(BPF_BTF_LOAD, &attr);
	return r->btf > 0 || fails(r, "types cannot be loaded: %s", strerror(errno));
}

static bool make_maps(struct run *r)
{
	union bpf_attr attr;
	unsigned int i;

	for (i = 0; i < r->c.nmaps; i++) {
		const struct case_map *m = &r->c.maps[i];

		memset(&attr, 0, sizeof(attr));
		attr.map_type = m->type;
		attr.key_size = m->key_size;
		attr.value_size = m->value_size;
		attr.max_entries = m->entries;
		attr.map_flags = m->flags;
		if (r->source.value_type[i]) {
			attr.btf_fd = r->btf;
			attr.btf_key_type_id = r->source.key_type;
			attr.btf_value_type_id = r->source.value_type[i];
		}
		r->map_fd[i] = bpf(BPF_MAP_CREATE, &attr);
		if (r->map_fd[i] < 0)
			return fails(r, "map %s cannot be made: %s", m->name, strerror(errno));
	}
	for (i = 0; i < r->c.before.count; i++)
		if (!update(r, &r->c.before.e[i]))
			return false;
	for (i = 0; i < r->c.nmaps; i++)
		if (r->c.maps[i].frozen && !freeze(r, i))
			return false;
	return true;
}

static void drop_maps(struct run *r)
{
	unsigned int i;

	for (i = 0; i < r->c.nmaps; i++)
		if (r->map_fd[i] > 0)
			close(r->map_fd[i]);
	if (r->btf > 0)
		close(r->btf);
}

static bool elems_are_there(struct run *r)
{
	unsigned int i;

	for (i = 0; i < r->c.after.count; i++) {
		const struct case_elem *e = &r->c.after.e[i];
		unsigned int size = r->c.maps[e->map].value_size;
		unsigned char *value = calloc(1, size + 8);
		union bpf_attr attr;
		bool same;

		memset(&attr, 0, sizeof(attr));
		attr.map_fd = r->map_fd[e->map];
		attr.key = ptr(e->key);
		attr.value = ptr(value);
		same = !bpf(BPF_MAP_LOOKUP_ELEM, &attr) && !memcmp(value, e->value, size);
		free(value);
		if (!same)
			return fails(r, "element %u of section after is not there", i);
	}
	return true;
}

/* NAME_again is another descriptor of NAME; it lives until the process ends */
static int find_map(void *arg, const char *name)
{
	struct run *r = arg;
	const char *again = strstr(name, "_again");
	char base[CASE_NAME];
	int map;

	if (!strcmp(name, "closed"))
		return CLOSED_FD;
	if (!strcmp(name, "notmap"))
		return r->not_map;
	snprintf(base, sizeof(base), "%.*s", again ? (int)(again - name) : CASE_NAME - 1, name);
	map = case_find_map(&r->c, base);
	if (map < 0)
		return -1;
	return again ? dup(r->map_fd[map]) : r->map_fd[map];
}

static bool find_fds(struct run *r)
{
	unsigned int i;

	for (i = 0; i < r->c.nfds; i++) {
		r->fds[i] = find_map(r, r->c.fds[i]);
		if (r->fds[i] < 0)
			return fails(r, "no map %s for fd_array", r->c.fds[i]);
	}
	return true;
}

/* ---- programs ------------------------------------------------------------------ */

static int load(const struct run *r, unsigned int log_level)
{
	union bpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.prog_type = r->type;
	attr.insn_cnt = r->prog.count;
	attr.insns = ptr(r->prog.insns);
	attr.fd_array = r->c.nfds ? ptr(r->fds) : 0;
	attr.license = ptr(r->c.no_gpl ? "none" : "GPL");
	attr.prog_flags = r->c.strict ? BPF_F_STRICT_ALIGNMENT : 0;
	if (r->btf > 0) {
		attr.prog_btf_fd = r->btf;
		attr.func_info = ptr(r->source.funcs);
		attr.func_info_cnt = r->source.func_count;
		attr.func_info_rec_size = sizeof(r->source.funcs[0]);
		attr.line_info = ptr(r->source.lines);
		attr.line_info_cnt = r->source.line_count;
		attr.line_info_rec_size = sizeof(r->source.lines[0]);
	}
	if (log_level) {
		attr.log_level = log_level;
		attr.log_size = LOG_BYTES;
		attr.log_buf = ptr(log_text);
		log_text[0] = '\0';
	}
	return bpf(BPF_PROG_LOAD, &attr);
}

static void refused_by(char *rule, size_t size)
{
	const char *line = strstr(log_text, "refused: "), *at;

	rule[0] = '\0';
	if (!line)
		return;
	at = line + strcspn(line, "\n");
	while (at > line && *at != '[')
		at--;
	snprintf(rule, size, "%.*s", (int)strcspn(at + 1, ","), at + 1);
}

static int wanted_error(const struct run *r)
{
	unsigned int i;

	for (i = 0; i < COUNT(rules); i++)
		if (!strcmp(rules[i].name, r->c.rule))
			return rules[i].error;
	return 0;
}

/* numbers of maps and descriptors differ from one kernel to the next */
static bool is_portable(const char *line)
{
	const char *at = strstr(line, "map ");

	if (strstr(line, "fd:") || strstr(line, "descriptor "))
		return false;
	return !at || at[4] < '0' || at[4] > '9';
}

static bool has_lines(struct run *r)
{
	unsigned int i;

	for (i = 0; i < r->c.log.count; i++)
		if (is_portable(r->c.log.line[i]) && !strstr(log_text, r->c.log.line[i]))
			return fails(r, "log lacks: %s", r->c.log.line[i]);
	return true;
}

static bool check_verdict(struct run *r, int *fd)
{
	int want = wanted_error(r), got;
	char rule[CASE_NAME];

	*fd = load(r, 1);
	got = *fd < 0 ? errno : 0;
	refused_by(rule, sizeof(rule));
	if (got != want || strcmp(rule, r->c.rule))
		return fails(r, "got %d [%s], want %d [%s]\n%s", got, rule, want, r->c.rule,
			     log_text);
	return has_lines(r);
}

static bool check_result(struct run *r, int fd)
{
	union bpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.test.prog_fd = fd;
	attr.test.data_in = ptr(r->c.packet);
	attr.test.data_size_in = r->c.packet_len;
	if (bpf(BPF_PROG_TEST_RUN, &attr))
		return fails(r, "cannot be run: %s", strerror(errno));
	if (attr.test.retval != r->c.result)
		return fails(r, "result is 0x%x, want 0x%x", attr.test.retval, r->c.result);
	return elems_are_there(r);
}

/* ---- cases ------------------------------------------------------------------------ */

static bool run_loaded(struct run *r)
{
	int fd, quiet;
	bool good = check_verdict(r, &fd);

	if (good) {
		quiet = load(r, 0);
		if ((quiet < 0) != (fd < 0))
			good = fails(r, "the verdict without a log is another");
		if (quiet >= 0)
			close(quiet);
	}
	if (good && r->c.verdict == CASE_RESULT && r->type == BPF_PROG_TYPE_SOCKET_FILTER)
		good = check_result(r, fd);
	if (fd >= 0)
		close(fd);
	return good;
}

static bool run_all(struct run *r)
{
	bool good;

	r->not_map = open("/dev/null", O_RDONLY);
	good = make_types(r) && make_maps(r);
	if (good && bpfasm(r->c.prog, find_map, r, &r->prog))
		good = fails(r, "%s", r->prog.error);
	good = good && find_fds(r) && run_loaded(r);
	drop_maps(r);
	close(r->not_map);
	return good;
}

/* in a process of its own, without privilege; what is wrong comes back by a pipe */
static bool run_unprivileged(struct run *r)
{
	int ends[2], status;
	ssize_t len;
	pid_t pid;

	if (pipe(ends))
		return fails(r, "no pipe: %s", strerror(errno));
	fflush(stdout);
	pid = fork();
	if (!pid) {
		bool good;

		if (setgid(NOBODY) || setuid(NOBODY))
			_exit(2);
		good = run_all(r);
		if (!good && write(ends[1], r->why, strlen(r->why)) < 0)
			_exit(2);
		_exit(!good);
	}
	close(ends[1]);
	len = read(ends[0], r->why, sizeof(r->why) - 1);
	r->why[len > 0 ? len : 0] = '\0';
	close(ends[0]);
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		return fails(r, "no process");
	return WIFEXITED(status) && !WEXITSTATUS(status);
}

static void print_why(const char *why)
{
	while (*why) {
		int len = strcspn(why, "\n");

		printf("# %.*s\n", len, why);
		why += len + !!why[len];
	}
}

/* the type's number, BPF_PROG_TYPE_UNSPEC for one that only the user-space build has */
static unsigned int find_type(const char *name)
{
	unsigned int i;

	for (i = 0; i < COUNT(types); i++)
		if (!strcmp(name, types[i].name))
			return types[i].type;
	return BPF_PROG_TYPE_UNSPEC;
}

static bool is_of_events(unsigned int type)
{
	return type != BPF_PROG_TYPE_SOCKET_FILTER && type != BPF_PROG_TYPE_XDP;
}

/* the kernel that is running cannot give the verdict that is wanted, which is another's */
static bool is_other_kernel(const struct run *r)
{
	if (is_strict && strstr(r->why, "[misaligned"))
		return true;
	return !has_events && (strstr(r->why, "got 22 [unknown-helper]") ||
			       strstr(r->why, "cannot be made: Invalid argument"));
}

static void run_case(const char *path)
{
	static struct run r;
	bool good;

	memset(&r, 0, sizeof(r));
	if (case_read(path, &r.c)) {
		good = fails(&r, "%s", r.c.error);
	} else if (!(r.type = find_type(r.c.type)) || r.c.user_only) {
		skip("%s: for the user-space build only", path);
		case_free(&r.c);
		return;
	} else if (r.c.unpriv && unpriv_is_off) {
		skip("%s: %s is not 0", path, SYSCTL);
		case_free(&r.c);
		return;
	} else if (is_of_events(r.type) && !has_events) {
		skip("%s: the kernel lacks CONFIG_BPF_EVENTS", path);
		case_free(&r.c);
		return;
	} else {
		good = r.c.unpriv ? run_unprivileged(&r) : run_all(&r);
	}
	if (!good && is_other_kernel(&r)) {
		skip("%s: the kernel lacks CONFIG_BPF_EVENTS or accesses not aligned", path);
	} else {
		ok(good, "%s", path);
		if (!good)
			print_why(r.why);
	}
	bpfasm_free(&r.prog);
	case_free(&r.c);
}

/* lets users without privilege load programs, if that can still be done */
static void allow_unprivileged(void)
{
	int fd = open(SYSCTL, O_RDWR);
	char now = '?';

	if (fd >= 0) {
		if (write(fd, "0", 1) != 1)
			printf("# %s: %s\n", SYSCTL, strerror(errno));
		if (pread(fd, &now, 1, 0) != 1)
			now = '?';
		close(fd);
	}
	unpriv_is_off = now != '0';
}

static void look_at_kernel(void)
{
	const struct bpf_insn zero[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K }, { .code = BPF_JMP | BPF_EXIT },
	};
	char text[512] = "";
	union bpf_attr attr;
	int fd;

	memset(&attr, 0, sizeof(attr));
	attr.prog_type = BPF_PROG_TYPE_KPROBE;
	attr.insns = ptr(zero);
	attr.insn_cnt = COUNT(zero);
	attr.license = ptr("GPL");
	fd = bpf(BPF_PROG_LOAD, &attr);
	has_events = fd >= 0;
	if (fd >= 0)
		close(fd);
	fd = open("/proc/cpuinfo", O_RDONLY);
	if (fd >= 0 && read(fd, text, sizeof(text) - 1) > 0)
		is_strict = strstr(text, "User Mode Linux");
	if (fd >= 0)
		close(fd);
}

int main(int argc, char **argv)
{
	char beside[PATH_MAX];
	const char *slash = strrchr(argv[0], '/');
	int i;

	look_at_kernel();
	allow_unprivileged();
	snprintf(beside, sizeof(beside), "%.*scases", slash ? (int)(slash + 1 - argv[0]) : 0,
		 argv[0]);
	if (argc < 2 && case_walk(beside, run_case))
		ok(false, "%s can be read", beside);
	for (i = 1; i < argc; i++)
		if (case_walk(argv[i], run_case))
			ok(false, "%s can be read", argv[i]);
	return tap_done();
}
