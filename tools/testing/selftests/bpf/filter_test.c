// SPDX-License-Identifier: GPL-2.0-only
/*
 * Programs in place of event filters: every kind of event that can have one, what the
 * program sees of it, what is recorded, who ends an attachment and when, what reading
 * shows, and each error.
 *
 * Events are fired by signals to this process, which ignores them, and by calls that do
 * nothing. What is recorded goes to an instance of its own. Runs as root.
 */
#include <sys/mman.h>
#include <sys/wait.h>
#include "tap.h"
#include "filter.h"
#include "firing.h"

#define MODULE		"/trace-events-sample.ko"

/* ---- one event, by arguments and by fields ------------------------------------------------ */

static void test_arguments(void)
{
	int prog = load_wants(BPF_PROG_TYPE_TRACING, ARG(1), WANTED);
	int file;

	enable(SIGNAL, true);
	forget();
	fire(OTHER, 3);
	fire(WANTED, 2);
	ok(recorded("signal_generate:") == 5, "without a program everything is recorded");
	file = attach(SIGNAL, prog);
	ok(file >= 0, "a program on arguments is attached (%d)", file);
	forget();
	fire(OTHER, 3);
	fire(WANTED, 2);
	ok(recorded("signal_generate:") == 2 && recorded("sig=12") == 2,
	   "what the program wants is recorded, the rest is not");
	close(file);
	forget();
	fire(OTHER, 3);
	ok(recorded("signal_generate:") == 3, "closing the file ends it");
	ok(filter_says(SIGNAL, "none"), "and the filter is as before");
	close(prog);
	enable(SIGNAL, false);
}

static void test_fields(void)
{
	int off = field_offset(SIGNAL, "sig");
	int prog = load_wants(BPF_PROG_TYPE_TRACEPOINT, off, WANTED);
	int file = attach(SIGNAL, prog);

	ok(file >= 0, "a program on fields is attached (%d)", file);
	enable(SIGNAL, true);
	forget();
	fire(OTHER, 3);
	fire(WANTED, 2);
	ok(recorded("signal_generate:") == 2 && recorded("sig=12") == 2,
	   "it decides by what would be recorded");
	close(file);
	close(prog);
	enable(SIGNAL, false);
}

static void test_values(void)
{
	__u64 seen[2] = { };
	int array = make_array(2);
	int file;
	int n;

	enable(SIGNAL, true);
	for (n = 1; n <= 5; n++) {
		static const char *const what[] = {
			"signal", "info", "task", "group", "result"
		};
		int prog = load_counts(BPF_PROG_TYPE_TRACING, array, ARG(n));

		memset(seen, 0, sizeof(seen));
		write_array(array, seen);
		file = attach(SIGNAL, prog);
		forget();
		fire(OTHER, 7);
		close(file);
		read_array(array, seen);
		ok(seen[0] == 7, "arg%d: the program ran once for each event (%llu)", n,
		   (unsigned long long)seen[0]);
		if (n == 1)
			ok(seen[1] == OTHER, "arg1 is the %s", what[n - 1]);
		else if (n == 2 || n == 3)
			ok(seen[1] >> 47 == 0x1ffff, "arg%d is the address of %s", n,
			   what[n - 1]);
		else
			ok(seen[1] == 1, "arg%d is the %s, 1", n, what[n - 1]);
		ok(!recorded("signal_generate:"), "and nothing was recorded");
		close(prog);
	}
	enable(SIGNAL, false);
	close(array);
}

/* ---- kinds of events ---------------------------------------------------------------------- */

struct kind {
	const char	*name;
	const char	*event;
	int		off;	/* in struct bpf_context */
	__u64		value;
	void		(*fire)(void);
	const char	*word;
};

static void fire_getpgid(void)
{
	syscall(SYS_getpgid, 0x7ffffff1);
}

static void fire_other(void)
{
	fire(OTHER, 1);
}

/* another signal than the last one, which was OTHER at first */
static void fire_change(void)
{
	static unsigned int times;

	fire(times++ & 1 ? OTHER : WANTED, 1);
}

__attribute__((noinline)) int probed_function(int a, int b, long c, int d, int e, long f);
__attribute__((noinline)) int probed_function(int a, int b, long c, int d, int e, long f)
{
	__asm__ volatile("");
	return a + b + c + d + e + f;
}

static void fire_probed(void)
{
	volatile int result = probed_function(1, 2, 0x300000003, 4, 5, 0x600000006);

	(void)result;
}

static void check_kind(const struct kind *k)
{
	__u64 seen[2] = { };
	int array = make_array(2);
	int counts = load_counts(BPF_PROG_TYPE_TRACING, array, k->off);
	int all = load_constant(BPF_PROG_TYPE_TRACING, 1);
	int file;

	ok(!enable(k->event, true), "%s: enabled", k->name);
	file = attach(k->event, counts);
	ok(file >= 0, "%s: attached (%d)", k->name, file);
	forget();
	k->fire();
	k->fire();
	read_array(array, seen);
	ok(seen[0] == 2 && (!k->value || seen[1] == k->value),
	   "%s: ran for each event and saw its value (%llu times, 0x%llx)", k->name,
	   (unsigned long long)seen[0], (unsigned long long)seen[1]);
	ok(!recorded(k->word), "%s: nothing recorded", k->name);
	close(file);
	file = attach(k->event, all);
	forget();
	k->fire();
	ok(recorded(k->word) == 1, "%s: recorded once the program wants it", k->name);
	close(file);
	enable(k->event, false);
	close(all);
	close(counts);
	close(array);
}

static const struct kind kinds[] = {
	{ "system call", "syscalls/sys_enter_getpgid", ARG(1), 0x7ffffff1, fire_getpgid,
	  "sys_getpgid(" },
	{ "end of a system call", "syscalls/sys_exit_getpgid", RET, (__u64)-ESRCH,
	  fire_getpgid, "sys_getpgid -> " },
	{ "kprobe", "filter_test/kill", ARG(1), OTHER, fire_other, "kill: (kill_pid_info" },
	{ "kretprobe", "filter_test/killed", RET, 0, fire_other, "killed: (" },
	{ "uprobe", "filter_test/user", ARG(3), 0x300000003, fire_probed, "user: (" },
	{ "uprobe, last argument", "filter_test/user", ARG(6), 0x600000006, fire_probed,
	  "user: (" },
	{ "uretprobe", "filter_test/used", RET, 0x15, fire_probed, "used: (" },
	{ "synthetic event", "synthetic/sigs", ARG(1), OTHER, fire_change, "sigs: " },
};

/* ---- synthetic events that a module makes --------------------------------------------------- */

static int firing_device = -1;

static void fire_module_event(bool by_array)
{
	struct pred_synth s = { .value = OTHER, .by_array = by_array,
				.instance = "filter_test", .event = "sigs" };

	if (write(firing_device, &s, sizeof(s)) != sizeof(s))
		printf("# the module does not fire: %s\n", strerror(errno));
}

static void fire_by_module(void)
{
	fire_module_event(false);
}

static void fire_by_array(void)
{
	fire_module_event(true);
}

static const struct kind module_kinds[] = {
	{ "module's event", "synthetic/sigs", ARG(1), OTHER, fire_by_module, "sigs: " },
	{ "module's event, array", "synthetic/sigs", ARG(1), OTHER, fire_by_array, "sigs: " },
};

/* whatever else makes them must be off */
static void test_module_kinds(void)
{
	unsigned int n;

	firing_device = open_device();
	if (firing_device < 0) {
		skip("a module's events: no " FIRING_MODULE);
		return;
	}
	for (n = 0; n < COUNT(module_kinds); n++)
		check_kind(&module_kinds[n]);
	close(firing_device);
}

/* offset of a function of this program in its file */
static unsigned long file_offset(void *function)
{
	unsigned long start, end, off, at = (unsigned long)function;
	FILE *maps = fopen("/proc/self/maps", "r");
	char line[256], rights[8];
	unsigned long found = 0;

	while (maps && fgets(line, sizeof(line), maps)) {
		if (sscanf(line, "%lx-%lx %7s %lx", &start, &end, rights, &off) == 4 &&
		    at >= start && at < end)
			found = at - start + off;
	}
	if (maps)
		fclose(maps);
	return found;
}

static void make_events(void)
{
	char exe[128], text[256];
	ssize_t len = readlink("/proc/self/exe", exe, sizeof(exe) - 1);

	exe[len < 0 ? 0 : len] = '\0';
	ok(!trace_append("kprobe_events", "p:filter_test/kill kill_pid_info"), "a kprobe");
	ok(!trace_append("kprobe_events", "r:filter_test/killed kill_pid_info"),
	   "a kretprobe");
	snprintf(text, sizeof(text), "p:filter_test/user %s:0x%lx", exe,
		 file_offset(probed_function));
	ok(!trace_append("uprobe_events", text), "a uprobe (%s)", text);
	text[0] = 'r';
	memcpy(strstr(text, "user"), "used", 4);
	ok(!trace_append("uprobe_events", text), "a uretprobe");
	ok(!trace_append("synthetic_events", "sigs int sig"), "a synthetic event");
	ok(!trace_append("dynamic_events", "e:filter_test/echo " SIGNAL " s=$sig:s32"),
	   "an event probe");
	ok(!trace_write(INSTANCE "events/" SIGNAL "/trigger",
			"hist:keys=common_pid:x=sig:onchange($x).trace(sigs,$x)"),
	   "something that makes synthetic events");
}

static void drop_events(void)
{
	trace_write(INSTANCE "events/" SIGNAL "/trigger",
		    "!hist:keys=common_pid:x=sig:onchange($x).trace(sigs,$x)");
	ok(!trace_append("dynamic_events", "-:filter_test/echo"), "the event probe goes");
	ok(!trace_append("synthetic_events", "!sigs"), "the synthetic event goes");
	ok(!trace_write("kprobe_events", ""), "kprobes go");
	ok(!trace_write("uprobe_events", ""), "uprobes go");
}

static void test_kinds(void)
{
	unsigned int n;

	make_events();
	for (n = 0; n < COUNT(kinds); n++)
		check_kind(&kinds[n]);
}

static void test_event_probe(void)
{
	int args = load_constant(BPF_PROG_TYPE_TRACING, 0);
	int off = field_offset("filter_test/echo", "s");
	int fields = load_wants(BPF_PROG_TYPE_TRACEPOINT, off, WANTED);
	int file = attach("filter_test/echo", args);

	ok(file == -EOPNOTSUPP, "event probe: it has no arguments to show (%d)", file);
	file = attach("filter_test/echo", fields);
	ok(file >= 0, "event probe: fields it has (%d)", file);
	enable("filter_test/echo", true);
	forget();
	fire(OTHER, 2);
	fire(WANTED, 1);
	ok(recorded("echo: (signal") == 1, "event probe: recorded by its field (%u)",
	   recorded("echo: (signal"));
	enable("filter_test/echo", false);
	close(file);
	close(fields);
	close(args);
}

/* ---- how attachments end -------------------------------------------------------------------- */

static unsigned int fired(unsigned int times)
{
	forget();
	fire(OTHER, times);
	return recorded("signal_generate:");
}

static void test_replaced(void)
{
	int none = load_constant(BPF_PROG_TYPE_TRACING, 0);
	int all = load_constant(BPF_PROG_TYPE_TRACING, 1);
	int first, second;

	enable(SIGNAL, true);
	first = attach(SIGNAL, none);
	ok(!fired(2), "the first program");
	second = attach(SIGNAL, all);
	ok(second >= 0 && fired(2) == 2, "is replaced by another file's");
	close(first);
	ok(fired(2) == 2 && filter_says(SIGNAL, "bpf "),
	   "closing the first file does not end the second's");
	dprintf(second, "bpf-%d", none);
	ok(!fired(2), "a file may be written again");
	ok(!trace_write(filter_path(SIGNAL), "0") && fired(2) == 2 &&
	   filter_says(SIGNAL, "none"), "0 by anybody clears");
	close(second);
	second = attach(SIGNAL, none);
	ok(!trace_write(filter_path(SIGNAL), "sig == 12") && !fired(2) &&
	   filter_says(SIGNAL, "sig == 12"), "a predicate replaces a program");
	fire(WANTED, 1);
	ok(recorded("signal_generate:") == 1, "and decides");
	close(second);
	ok(filter_says(SIGNAL, "sig == 12"), "closing the program's file leaves it");
	second = attach(SIGNAL, all);
	ok(fired(2) == 2, "a program replaces a predicate");
	ok(trace_write(filter_path(SIGNAL), "nonsense") == -EINVAL &&
	   strstr(trace_read(filter_path(SIGNAL)), "parse_error"),
	   "a wrong predicate replaces it too, as it does a right one");
	close(second);
	trace_write(filter_path(SIGNAL), "0");
	enable(SIGNAL, false);
	close(none);
	close(all);
}

static void test_holders(void)
{
	int none = load_constant(BPF_PROG_TYPE_TRACING, 0);
	int file = attach(SIGNAL, none);
	int copy = dup(file);
	int status;
	pid_t child;

	enable(SIGNAL, true);
	close(none);
	ok(!fired(2), "the program's descriptor may be closed");
	close(file);
	ok(!fired(2), "a copy of the file's descriptor keeps it");
	close(copy);
	ok(fired(2) == 2, "the last one ends it");

	child = fork();
	if (!child) {
		none = load_constant(BPF_PROG_TYPE_TRACING, 0);
		if (attach(SIGNAL, none) < 0)
			_exit(1);
		raise(SIGSTOP);
		_exit(0);
	}
	waitpid(child, &status, WUNTRACED);
	ok(WIFSTOPPED(status) && !fired(2), "another process attaches");
	kill(child, SIGKILL);
	waitpid(child, &status, 0);
	ok(fired(2) == 2 && filter_says(SIGNAL, "none"), "killed, it leaves nothing behind");
	enable(SIGNAL, false);
}

static void test_gone_event(void)
{
	int none = load_constant(BPF_PROG_TYPE_TRACING, 0);
	int file;

	ok(!trace_append("kprobe_events", "p:filter_test/going kill_pid_info"),
	   "a probe that will go");
	file = attach("filter_test/going", none);
	ok(file >= 0, "gets a program");
	ok(!trace_append("kprobe_events", "-:filter_test/going"),
	   "a probe that is not enabled goes although its filter has a program");
	ok(dprintf(file, "bpf-%d", none) < 0 && errno == ENODEV,
	   "what is written then is refused: ENODEV");
	ok(!close(file), "and the file can be closed");
	close(none);
}

static void test_gone_module(void)
{
	static const char *const event = "sample-trace/foo_bar";
	int none = load_constant(BPF_PROG_TYPE_TRACING, 0);
	int module = open(MODULE, O_RDONLY);
	int file, err;

	if (module < 0) {
		skip("no " MODULE ", which the kernel's samples build");
		close(none);
		return;
	}
	ok(!syscall(SYS_finit_module, module, "", 0), "a module with events");
	file = attach(event, none);
	ok(file >= 0, "one of which gets a program (%d)", file);
	enable(event, true);
	ok(filter_says(event, "bpf "), "and is on");
	enable(event, false);
	ok(!syscall(SYS_delete_module, "trace_events_sample", O_NONBLOCK),
	   "the module goes although the filter file is open");
	err = dprintf(file, "bpf-%d", none) < 0 ? errno : 0;
	ok(err == ENODEV, "what is written then is refused: ENODEV (%d)", err);
	ok(!close(file), "and the file can be closed");
	close(module);
	close(none);
}

/* ---- a system's filter, other instances ------------------------------------------------------ */

static void test_system(void)
{
	int arg1 = load_wants(BPF_PROG_TYPE_TRACING, ARG(1), WANTED);
	int arg5 = load_wants(BPF_PROG_TYPE_TRACING, ARG(5), WANTED);
	int arg6 = load_wants(BPF_PROG_TYPE_TRACING, ARG(6), WANTED);
	int file;

	file = attach_filter(INSTANCE "events/signal/filter", arg1);
	ok(file >= 0, "a system's filter takes a program (%d)", file);
	ok(filter_says(SIGNAL, "bpf ") && filter_says("signal/signal_deliver", "bpf "),
	   "for all its events");
	enable(SIGNAL, true);
	ok(!fired(2), "which obey it");
	close(file);
	ok(fired(2) == 2 && filter_says("signal/signal_deliver", "none"),
	   "until the file is closed");
	enable(SIGNAL, false);
	file = attach_filter(INSTANCE "events/signal/filter", arg5);
	ok(file >= 0 && filter_says(SIGNAL, "bpf ") &&
	   filter_says("signal/signal_deliver", "none"),
	   "events that lack what it reads keep their filter");
	close(file);
	file = attach_filter(INSTANCE "events/signal/filter", arg6);
	ok(file == -EACCES, "where all lack it, EACCES (%d)", file);
	close(arg1);
	close(arg5);
	close(arg6);
}

static void test_instance(void)
{
	int none = load_constant(BPF_PROG_TYPE_TRACING, 0);
	int file;

	trace_write("events/" SIGNAL "/enable", "1");
	enable(SIGNAL, true);
	file = attach(SIGNAL, none);
	trace_write("trace", " ");
	ok(!fired(3), "an instance's filter is the instance's");
	ok(count_in(trace_read("trace"), "signal_generate:") == 3,
	   "and nobody else's");
	close(file);
	trace_write("events/" SIGNAL "/enable", "0");
	enable(SIGNAL, false);
	close(none);
}

/* ---- triggers, pid filter --------------------------------------------------------------------- */

static unsigned int hits(const char *event)
{
	unsigned int count = 0;
	const char *at;
	char path[160];

	snprintf(path, sizeof(path), INSTANCE "events/%s/hist", event);
	at = strstr(trace_read(path), "Hits: ");
	if (at)
		sscanf(at, "Hits: %u", &count);
	return count;
}

static void test_triggers(void)
{
	static const char *const trigger = INSTANCE "events/" SIGNAL "/trigger";
	int none = load_constant(BPF_PROG_TYPE_TRACING, 0);
	int all = load_constant(BPF_PROG_TYPE_TRACING, 1);
	int file = attach(SIGNAL, none);

	enable(SIGNAL, true);
	ok(!trace_write(trigger, "hist:keys=sig"), "a histogram on the event");
	ok(!fired(4), "the program drops events");
	ok(hits(SIGNAL) == 4, "which the histogram has seen (%u)", hits(SIGNAL));
	dprintf(file, "bpf-%d", all);
	ok(fired(2) == 2 && hits(SIGNAL) == 6, "and those that are recorded (%u)", hits(SIGNAL));
	trace_write(trigger, "!hist:keys=sig");

	dprintf(file, "bpf-%d", none);
	ok(!trace_write(trigger, "traceoff if sig == 12"), "a trigger with a condition");
	ok(!fired(2) && !strncmp(trace_read(INSTANCE "tracing_on"), "1", 1),
	   "is not called where it does not hold");
	fire(WANTED, 1);
	ok(!strncmp(trace_read(INSTANCE "tracing_on"), "0", 1),
	   "is called for dropped events where it does");
	trace_write(trigger, "!traceoff if sig == 12");
	trace_write(INSTANCE "tracing_on", "1");

	ok(!trace_write(trigger, "traceoff"), "a trigger without condition");
	ok(!fired(1) && !strncmp(trace_read(INSTANCE "tracing_on"), "0", 1),
	   "is called for dropped events");
	trace_write(trigger, "!traceoff");
	trace_write(INSTANCE "tracing_on", "1");
	close(file);
	enable(SIGNAL, false);
	close(none);
	close(all);
}

static void test_soft_disabled(void)
{
	static const char *const trigger = INSTANCE "events/" SIGNAL "/trigger";
	__u64 seen[2] = { };
	int array = make_array(2);
	int counts = load_counts(BPF_PROG_TYPE_TRACING, array, ARG(1));
	int file = attach(SIGNAL, counts);

	/* the histogram keeps the event on, though nothing of it is to be recorded */
	ok(!trace_write(trigger, "hist:keys=sig"), "a histogram on an event that is off");
	ok(!fired(3) && hits(SIGNAL) == 3, "sees it");
	read_array(array, seen);
	ok(!seen[0], "the program is not asked, as nothing would be recorded");
	trace_write(trigger, "!hist:keys=sig");
	close(file);
	close(counts);
	close(array);
}

static void test_pid_filter(void)
{
	__u64 seen[2] = { };
	int array = make_array(2);
	int counts = load_counts(BPF_PROG_TYPE_TRACING, array, ARG(1));
	int file = attach(SIGNAL, counts);

	enable(SIGNAL, true);
	ok(!trace_write(INSTANCE "set_event_pid", "1"), "events of another process only");
	fired(3);
	read_array(array, seen);
	ok(!seen[0], "the program is not asked about this one's");
	trace_write(INSTANCE "set_event_pid", " ");
	fired(3);
	read_array(array, seen);
	ok(seen[0] == 3, "it is when all are wanted again (%llu)", (unsigned long long)seen[0]);
	close(file);
	enable(SIGNAL, false);
	close(counts);
	close(array);
}

/* ---- a program does not run inside itself ------------------------------------------------------ */

static void test_recursion(void)
{
	int map = create_map(BPF_MAP_TYPE_HASH, 8, 8, 4096, BPF_F_NO_PREALLOC);
	int array = make_array(2);
	struct program p = { };
	__u64 seen[2] = { };
	int prog, file;

	/* inserting takes memory, which is an event again */
	add_array(&p, array);
	ADD(&p,
	    BPF_MOV64_IMM(BPF_REG_1, 1),
	    BPF_ATOMIC_OP(BPF_DW, BPF_ADD | BPF_FETCH, BPF_REG_7, BPF_REG_1, 0),
	    BPF_STX_MEM(BPF_DW, BPF_REG_10, BPF_REG_1, -8),
	    BPF_STX_MEM(BPF_DW, BPF_REG_10, BPF_REG_1, -16),
	    BPF_LD_MAP_FD(BPF_REG_1, map),
	    BPF_MOV64_REG(BPF_REG_2, BPF_REG_10),
	    BPF_ALU64_IMM(BPF_ADD, BPF_REG_2, -8),
	    BPF_MOV64_REG(BPF_REG_3, BPF_REG_10),
	    BPF_ALU64_IMM(BPF_ADD, BPF_REG_3, -16),
	    BPF_MOV64_IMM(BPF_REG_4, 0),
	    BPF_CALL_FUNC(BPF_FUNC_map_update_elem));
	add_return(&p, 0);
	prog = load_type(BPF_PROG_TYPE_TRACING, &p);
	file = attach_filter(INSTANCE "events/kmem/filter", prog);
	ok(file >= 0, "a program that takes memory, on events of taking memory (%d)", file);
	trace_write(INSTANCE "events/kmem/enable", "1");
	fire(OTHER, 100);
	for (int i = 0; i < 100; i++)
		close(open("/proc/self/status", O_RDONLY));
	trace_write(INSTANCE "events/kmem/enable", "0");
	read_array(array, seen);
	ok(seen[0] > 100, "runs for each (%llu) and never inside itself",
	   (unsigned long long)seen[0]);
	close(file);
	close(prog);
	close(array);
	close(map);
}

/* ---- reading back ------------------------------------------------------------------------------- */

static void test_read(void)
{
	int array = make_array(2);
	int prog = load_counts(BPF_PROG_TYPE_TRACING, array, ARG(1));
	int file = attach(SIGNAL, prog);
	static char whole[65536], pieces[65536];
	size_t used = 0;
	ssize_t got;

	strncpy(whole, trace_read(filter_path(SIGNAL)), sizeof(whole) - 1);
	ok(!strncmp(whole, "bpf ", 4) && strspn(whole + 4, "0123456789abcdef") == 16,
	   "the first line has the program's tag");
	ok(strstr(whole, " name test\n"), "and its name");
	ok(strstr(whole, "\n0: ") && strstr(whole, "exit\n"), "an instruction a line follows");
	ok(strstr(whole, "map[id:"), "maps are shown by number");
	lseek(file, 0, SEEK_SET);
	while (used < sizeof(pieces) && (got = read(file, pieces + used, 7)) > 0)
		used += got;
	ok(used == strlen(whole) && !memcmp(whole, pieces, used),
	   "read in small pieces it is the same (%zu, %zu)", used, strlen(whole));
	close(file);
	close(prog);
	close(array);
}

static void test_read_long(void)
{
	static struct program p;
	int prog, file;
	const char *text;
	int i;

	p.len = 0;
	ADD(&p, BPF_LDX_MEM(BPF_DW, BPF_REG_0, BPF_REG_1, 0));
	for (i = 0; i < 3000; i++)
		ADD(&p, BPF_ALU64_IMM(i & 1 ? BPF_MUL : BPF_XOR, BPF_REG_0, i + 3));
	ADD(&p, BPF_EXIT_INSN());
	prog = load_type(BPF_PROG_TYPE_TRACING, &p);
	file = attach(SIGNAL, prog);
	text = trace_read(filter_path(SIGNAL));
	ok(count_in(text, "\n") > 2000 && strstr(text, ": exit\n"),
	   "a long program is shown whole (%u lines)", count_in(text, "\n"));
	close(file);
	close(prog);
}

/* ---- errors --------------------------------------------------------------------------------------- */

static int write_filter(const char *text)
{
	return trace_write(filter_path(SIGNAL), text);
}

static int attach_number(int fd)
{
	char text[32];

	snprintf(text, sizeof(text), "bpf-%d", fd);
	return write_filter(text);
}

static int load_jump(unsigned int type, int array)
{
	struct program p = { };

	add_jump(&p, array);
	add_return(&p, 1);
	return load_type(type, &p);
}

static void test_errors(void)
{
	int array = make_array(1);
	int off = field_offset(SIGNAL, "result");
	int prog, progs;

	ok(write_filter("bpf-") == -EINVAL, "no number: EINVAL");
	ok(write_filter("bpf-x") == -EINVAL, "no number but a letter: EINVAL");
	ok(write_filter("bpf-1x") == -EINVAL, "something behind the number: EINVAL");
	ok(write_filter("bpf--1") == -EINVAL, "a negative number: EINVAL");
	ok(write_filter("bpf-99999999999") == -EINVAL, "no descriptor's number: EINVAL");
	ok(write_filter("bpf-999") == -EBADF, "a descriptor that is not open: EBADF");
	ok(attach_number(array) == -EINVAL, "a map: EINVAL");
	ok(attach_number(0) == -EINVAL || attach_number(0) == -EBADF, "a file: EINVAL");
	prog = load_constant(BPF_PROG_TYPE_SOCKET_FILTER, 1);
	ok(attach_number(prog) == -EINVAL, "a socket filter: EINVAL");
	close(prog);
	prog = load_constant(BPF_PROG_TYPE_KPROBE, 1);
	ok(attach_number(prog) == -EINVAL, "a program on registers: EINVAL");
	close(prog);
	prog = load_wants(BPF_PROG_TYPE_TRACING, ARG(6), 1);
	ok(attach_number(prog) == -EACCES, "an argument more than there are: EACCES");
	close(prog);
	prog = load_wants(BPF_PROG_TYPE_TRACING, RET, 1);
	ok(attach_number(prog) == -EACCES, "a result where nothing is returned: EACCES");
	close(prog);
	prog = load_wants(BPF_PROG_TYPE_TRACEPOINT, off, 1);
	ok(!attach_number(prog), "the last field is there");
	close(prog);
	prog = load_wants(BPF_PROG_TYPE_TRACEPOINT, off + 64, 1);
	ok(attach_number(prog) == -EACCES, "a field behind the last one is not: EACCES");
	close(prog);
	progs = create_map(BPF_MAP_TYPE_PROG_ARRAY, 4, 4, 1, 0);
	prog = load_jump(BPF_PROG_TYPE_TRACEPOINT, progs);
	ok(attach_number(prog) == -EACCES, "who knows what another reads: EACCES");
	close(prog);
	close(progs);
	ok(filter_says(SIGNAL, "none"), "none of them has left anything");
	ok(load_wants(BPF_PROG_TYPE_TRACEPOINT, 0, 1) == -EACCES,
	   "the head of a record is nobody's");
	close(array);
}

static void test_keeps_on_error(void)
{
	int none = load_constant(BPF_PROG_TYPE_TRACING, 0);
	int file = attach(SIGNAL, none);

	enable(SIGNAL, true);
	ok(write_filter("bpf-999") == -EBADF && !fired(2), "an error leaves what there was");
	close(file);
	enable(SIGNAL, false);
	close(none);
}

/* ---- everything at once ------------------------------------------------------------------------------ */

#define STORM_TASKS	3
#define STORM_ROUNDS	60

static void test_storm(void)
{
	int none = load_constant(BPF_PROG_TYPE_TRACING, 0);
	int fields = load_constant(BPF_PROG_TYPE_TRACEPOINT, 0);
	volatile unsigned int *sent = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
					   MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	pid_t tasks[STORM_TASKS];
	int first, second;
	unsigned int n;

	enable(SIGNAL, true);
	for (n = 0; n < STORM_TASKS; n++) {
		tasks[n] = fork();
		if (tasks[n])
			continue;
		for (;;) {
			kill(getpid(), OTHER);
			sent[n]++;
		}
	}
	for (n = 0; n < STORM_ROUNDS; n++) {
		first = attach(SIGNAL, n & 1 ? none : fields);
		second = attach(SIGNAL, n & 2 ? none : fields);
		if (n % 3 == 0)
			write_filter(n & 1 ? "0" : "sig == 99");
		close(first);
		close(second);
	}
	write_filter("0");
	for (n = 0; n < STORM_TASKS; n++) {
		kill(tasks[n], SIGKILL);
		waitpid(tasks[n], NULL, 0);
		ok(sent[n] > 0, "task %u fired %u events meanwhile", n, sent[n]);
	}
	ok(filter_says(SIGNAL, "none"), "attached, replaced and closed while events fire");
	enable(SIGNAL, false);
	munmap((void *)sent, 4096);
	close(none);
	close(fields);
}

int main(void)
{
	signal(WANTED, SIG_IGN);
	signal(OTHER, SIG_IGN);
	if (mkdir(TRACEFS INSTANCE, 0755) && errno != EEXIST) {
		skip("tracefs is not mounted on " TRACEFS);
		return tap_done();
	}
	test_arguments();
	test_fields();
	test_values();
	test_kinds();
	test_module_kinds();
	test_event_probe();
	drop_events();
	test_replaced();
	test_holders();
	test_gone_event();
	test_gone_module();
	test_system();
	test_instance();
	test_triggers();
	test_soft_disabled();
	test_pid_filter();
	test_recursion();
	test_read();
	test_read_long();
	test_errors();
	test_keeps_on_error();
	test_storm();
	ok(!rmdir(TRACEFS INSTANCE), "the instance can go");
	return tap_done();
}
