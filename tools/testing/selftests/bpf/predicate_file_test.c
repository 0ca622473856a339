// SPDX-License-Identifier: GPL-2.0-only
/*
 * Filters of events that become programs, seen through the files of tracing: the switch,
 * what is recorded, what is said of bad filters, triggers, systems, filters that are
 * replaced while events fire. There are two instances, one whose filters are programs and
 * one whose filters are not, and nobody may be able to tell them apart.
 *
 *	predicate_file_test [SEED]
 *
 * Needs the module of kernel/trace/bpf/pred_events.c. Runs as root.
 */
#include <dirent.h>
#include <pthread.h>
#include <sched.h>
#include <stdarg.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <time.h>
#include "tap.h"
#include "predicate_gen.h"
#include "tracefs.h"

#define EVENT		"pred/pred_values"
#define EVENTS		24
#define TEXT_MAX	(1 << 20)
#define COMM_COLUMNS	16

/* instances, by the switch when their filters are made */
static const char *const instances[] = { TRACING "/instances/plain",
					 TRACING "/instances/compiled" };
static int device, made;
static char user_text[PRED_VALUES_STR];

static const char *path_in(int which, const char *file)
{
	static char path[400];

	snprintf(path, sizeof(path), "%s/%s", instances[which], file);
	return path;
}

static int put_in(int which, const char *file, const char *text)
{
	set_switch(which);
	return put_text(path_in(which, file), text);
}

/* to both, which must answer the same: that answer, or -1 */
static int put_both(const char *file, const char *text)
{
	int plain = put_in(0, file, text), compiled = put_in(1, file, text);

	return plain == compiled ? plain : -1;
}

/* what both say, without what differs anyway */
static char *said[2];

static bool read_both(const char *file, void (*strip)(char *text))
{
	int which;

	for (which = 0; which < 2; which++) {
		if (get_text(path_in(which, file), said[which], TEXT_MAX) < 0)
			return false;
		if (strip)
			strip(said[which]);
	}
	return !strcmp(said[0], said[1]);
}

/* all on one CPU: the order of lines from several is that of their clocks */
static void fire_all(void)
{
	struct pred_values v;
	cpu_set_t set;
	uint32_t i;

	CPU_ZERO(&set);
	CPU_SET(below(sysconf(_SC_NPROCESSORS_ONLN)), &set);
	sched_setaffinity(0, sizeof(set), &set);
	for (i = 0; i < EVENTS; i++) {
		snprintf(user_text, sizeof(user_text), "%s", some_text());
		fill_values(&v, user_text, i);
		if (write(device, &v, sizeof(v)) != sizeof(v))
			break;
	}
}

/* ---- the switch ------------------------------------------------------------------------- */

static int programs_of(const char *filter, int on)
{
	uint64_t before = read_counter(made);

	if (put_in(on, "events/" EVENT "/filter", filter))
		return -1;
	return read_counter(made) - before;
}

static void test_switch(void)
{
	struct stat st;

	ok(get_number(SWITCH) == 1, "the switch is on at boot");
	ok(!stat(SWITCH, &st) && (st.st_mode & 0777) == 0644, "the switch: everybody may look");
	ok(put_text(SWITCH, "2") == EINVAL && put_text(SWITCH, "-1") == EINVAL &&
	   get_number(SWITCH) == 1, "the switch: 0 and 1 only");
	ok(programs_of("u8 == 1", 1) == 1, "on: a filter becomes a program");
	ok(programs_of("u8 == 1", 0) == 0, "off: it does not");
	ok(programs_of("0", 1) == 0, "no filter, no program");
	ok(programs_of("func == 1 && ptr ~ \"*a*\" || three == 0 || !user.ustring == 'x'", 1) == 1,
	   "one with terms that are called becomes a program too");
	put_both("events/" EVENT "/filter", "0");
}

/* ---- what is recorded ---------------------------------------------------------------------- */

/*
 * Of each line go the name of the task, which is looked up when it is read, the time,
 * which is the word before the event's name, and what flags say about others that wait
 * for the CPU.
 */
static void strip_times(char *text)
{
	char *from = text, *to = text;

	while (*from) {
		char *end = strchr(from, '\n');
		size_t len = end ? (size_t)(end - from) + 1 : strlen(from);
		char *name = memmem(from, len, ": pred_values:", 14), *word = name;

		if (name) {
			while (word > from && word[-1] != ' ')
				word--;
			char *cpu = memchr(from, ']', word - from);

			/* "[000] .N...": the second is that another task waits */
			if (cpu && cpu + 3 < word)
				cpu[3] = '.';
			memmove(to, from + COMM_COLUMNS, word - from - COMM_COLUMNS);
			to += word - from - COMM_COLUMNS;
			memmove(to, name, from + len - name);
			to += from + len - name;
		}
		from += len;
	}
	*to = '\0';
}

static int count_lines(const char *text)
{
	int lines = 0;

	for (; *text; text++)
		lines += *text == '\n';
	return lines;
}

static bool is_recorded_alike(const char *filter, int *lines)
{
	bool same;

	if (put_both("events/" EVENT "/filter", filter))
		return false;
	fire_all();
	same = read_both("trace", strip_times);
	*lines = count_lines(said[1]);
	put_both("trace", "");
	return same && read_both("events/" EVENT "/filter", NULL);
}

/* heads of records, which a program's events may get late */
static const char *const head_filters[] = {
	"common_type > 0", "common_flags >= 0", "common_flags & 1", "common_flags == 0",
	"common_preempt_count == 0", "common_preempt_count > 0", "common_pid > 0",
	"common_pid == 0", "id >= 0", "id < 12", "id == 99", "u8 >= 0 && common_flags >= 0",
};

static void test_records(void)
{
	static struct gen g;
	int lines, all = 0, alike = 0, some = 0;
	unsigned int i, heads = 0;

	ok(!put_both("events/" EVENT "/enable", "1"), "both instances record the event");
	for (i = 0; i < COUNT(head_filters); i++)
		heads += is_recorded_alike(head_filters[i], &lines);
	ok(heads == COUNT(head_filters), "records have the same head, whatever the filter reads");
	is_recorded_alike("id < 12", &lines);
	ok(lines == 12, "those that match are recorded, and no others");
	for (i = 0; i < 60 || (some <= 12 && i < 240); i++) {
		make_filter(&g, 100000);
		prctl(PR_SET_NAME, some_text());
		all++;
		if (is_recorded_alike(g.text, &lines))
			alike++;
		else if (alike > all - 5)
			printf("# differs: %s\n%s---\n%s", g.text, said[0], said[1]);
		some += lines > 0 && lines < EVENTS;
	}
	ok(alike == all, "random filters: both record the same");
	ok(some > 12, "random filters: %d record some events only", some);
	put_both("events/" EVENT "/enable", "0");
	put_both("events/" EVENT "/filter", "0");
}

/* wants events whose field id is below @limit */
static int load_below(int limit)
{
	struct program p = { };
	int off = field_offset(EVENT, "id");

	ADD(&p,
	    BPF_LDX_MEM(BPF_W, BPF_REG_1, BPF_REG_1, off),
	    BPF_MOV64_IMM(BPF_REG_0, 1),
	    BPF_JMP_IMM(BPF_JLT, BPF_REG_1, limit, 1),
	    BPF_MOV64_IMM(BPF_REG_0, 0),
	    BPF_EXIT_INSN());
	return load_type(BPF_PROG_TYPE_TRACEPOINT, &p);
}

/* fires all events: both instances record the same @lines */
static bool both_record(int lines)
{
	bool same;

	put_both("trace", "");
	put_both("events/" EVENT "/enable", "1");
	fire_all();
	put_both("events/" EVENT "/enable", "0");
	same = read_both("trace", strip_times) && count_lines(said[1]) == lines;
	if (!same)
		printf("# differs:\n%s---\n%s", said[0], said[1]);
	put_both("trace", "");
	return same;
}

/*
 * All pass a filter that the other instance does not have. Only here nobody else has just
 * completed a head in the page of the CPU, whose context changes from event to event.
 */
static void test_heads_alone(void)
{
	int prog = load_below(EVENTS), file = -1;

	put_in(0, "events/" EVENT "/filter", "0");
	put_in(1, "events/" EVENT "/filter", "id >= 0");
	ok(both_record(EVENTS), "heads are those of an event without filter: text");
	if (prog >= 0)
		file = attach_filter("instances/compiled/events/" EVENT "/filter", prog);
	ok(file >= 0 && both_record(EVENTS),
	   "heads are those of an event without filter: a program on fields");
	close(file);
	close(prog);
}

/* a filter of text in one instance, a program on fields in the other */
static void test_program_records(void)
{
	int prog = load_below(12), file = -1;

	if (prog >= 0)
		file = attach_filter("instances/compiled/events/" EVENT "/filter", prog);
	ok(file >= 0, "a program on fields is a filter (%d)", file);
	put_in(0, "events/" EVENT "/filter", "id < 12");
	ok(both_record(12),
	   "a program on fields records what a filter of text does, and the same heads");
	close(file);
	close(prog);
	put_in(0, "events/" EVENT "/filter", "0");
}

/* ---- bad filters ------------------------------------------------------------------------------ */

static const struct {
	const char	*filter;
	const char	*said;
} bad[] = {
	{ "nosuch == 1", "Field not found" },
	{ "u8", "Invalid operator" },
	{ "u8 = 1", "Invalid operator" },
	{ "(u8 == 1", "Too many '('" },
	{ "u8 == 1)", "Too few '('" },
	{ "fixed == \"a", "Missing matching quote" },
	{ "u8 == \"a\"", "Expecting numeric field" },
	{ "fixed == 1", "Expecting string field" },
	{ "fixed > \"a\"", "Illegal operation for field type" },
	{ "u8 ~ 1", "Illegal operation for field type" },
	{ "u8 == 1z", "Illegal integer value" },
	{ "u8 == -1", "Illegal integer value" },
	{ "u64 == 0x1ffffffffffffffff", "Illegal integer value" },
	{ "u8 == 111111111111111111111111111111", "Operand too long" },
	{ "u8 == x", "Invalid value" },
	{ "u8 == 1 &&", "Meaningless filter expression" },
	{ "u8 == 1 u8 == 2", "Too many terms" },
	{ "u8 == 1 & u8 == 2", "Too many terms" },
	{ "", NULL },
	{ "()", NULL },
	{ "!", NULL },
	{ "&&", NULL },
	{ "COMM == 1", "Expecting string field" },
	{ "CPU == \"a\"", "Expecting numeric field" },
};

/* what has been complained of is the same; the times in front are not */
static void strip_log(char *text)
{
	char *from, *to = text;

	for (from = text; *from; from++) {
		if (*from == '[') {
			char *end = strchr(from, ']');

			from = end ? end : from;
			continue;
		}
		*to++ = *from;
	}
	*to = '\0';
}

static void test_errors(void)
{
	static char log[256];
	unsigned int i;

	for (i = 0; i < COUNT(bad); i++) {
		bool told = true;
		int err;

		put_both("events/" EVENT "/filter", "0");
		put_both("error_log", "");
		err = put_both("events/" EVENT "/filter", bad[i].filter);
		if (bad[i].said)
			told = read_both("events/" EVENT "/filter", NULL) &&
			       strstr(said[0], bad[i].said);
		snprintf(log, sizeof(log), "%.200s", bad[i].filter);
		ok(err > 0 && told &&
		   read_both("events/" EVENT "/filter", NULL) &&
		   read_both("error_log", strip_log),
		   "'%s' is refused with the same words (%d)", log, err);
	}
	put_both("events/" EVENT "/filter", "0");
}

/* ---- who else takes filters -------------------------------------------------------------------- */

/* lines of a histogram that do not depend on where it is */
static void strip_hist(char *text)
{
	char *from = strstr(text, "\n{");

	memmove(text, from ? from : "", from ? strlen(from) + 1 : 1);
}

static void test_triggers(void)
{
	uint64_t before;
	int plain, compiled;

	put_both("events/" EVENT "/enable", "1");
	before = read_counter(made);
	plain = put_in(0, "events/" EVENT "/trigger", "hist:keys=id if u8 < 128 && id > 5\n");
	compiled = put_in(1, "events/" EVENT "/trigger", "hist:keys=id if u8 < 128 && id > 5\n");
	ok(!plain && !compiled && read_counter(made) == before + 1,
	   "the condition of a trigger becomes a program");
	put_both("events/" EVENT "/filter", "u16 < 1000 || s8 < 0");
	fire_all();
	ok(read_both("events/" EVENT "/hist", strip_hist) && count_lines(said[0]) > 2,
	   "histograms with a condition count the same");
	ok(read_both("trace", strip_times) && count_lines(said[0]) > 2,
	   "beside them the filter records the same");
	put_both("events/" EVENT "/trigger", "!hist:keys=id if u8 < 128 && id > 5\n");
	put_both("events/" EVENT "/filter", "0");
	put_both("events/" EVENT "/enable", "0");
	put_both("trace", "");
}

/* each system of events that there is takes a filter that all events understand */
static void test_systems(void)
{
	DIR *dir = opendir(TRACING "/events");
	uint64_t before = read_counter(made);
	unsigned int systems = 0, same = 0;
	struct dirent *entry;
	char file[300];

	while (dir && (entry = readdir(dir))) {
		snprintf(file, sizeof(file), "events/%s/filter", entry->d_name);
		if (entry->d_name[0] == '.' || access(path_in(0, file), W_OK))
			continue;
		systems++;
		same += put_both(file, "common_pid == 1 || COMM == \"init\"") >= 0 &&
			read_both(file, NULL);
		put_both(file, "0");
	}
	if (dir)
		closedir(dir);
	ok(systems > 5 && same == systems, "%u systems take a filter, or refuse it alike", systems);
	printf("# %llu programs\n", (unsigned long long)(read_counter(made) - before));
}

/* ---- while events fire ----------------------------------------------------------------------------- */

static volatile bool stop;

static void *fire_until_stopped(void *arg)
{
	struct pred_values v = {};

	while (!stop) {
		v.id = (v.id + 1) % 8;
		v.u32++;
		if (write(device, &v, sizeof(v)) != sizeof(v))
			break;
	}
	return NULL;
}

static void replace_filters(void)
{
	static const char *const filters[] = {
		"id == 3 && u32 & 64", "id == 3 || id == 5", "id == 5 && COMM ~ \"*\"",
		"id == 3 && common_flags >= 0", "(id == 5 || id == 3) && CPU < 2",
	};
	time_t end = time(NULL) + 4;
	unsigned int i = 0;

	while (time(NULL) < end) {
		put_in(i & 1, "events/" EVENT "/filter", filters[i % COUNT(filters)]);
		put_in(i & 1, "events/sched/filter", i & 2 ? "common_pid == 1" : "prev_pid == 0");
		i++;
	}
}

static void test_replace(void)
{
	pthread_t threads[3];
	unsigned int i, which;
	bool only = true, any = true;

	put_both("events/" EVENT "/filter", "id == 3");
	put_both("events/" EVENT "/enable", "1");
	put_both("events/sched/filter", "common_pid == 1");
	put_both("events/sched/enable", "1");
	stop = false;
	for (i = 0; i < COUNT(threads); i++)
		pthread_create(&threads[i], NULL, fire_until_stopped, NULL);
	replace_filters();
	stop = true;
	for (i = 0; i < COUNT(threads); i++)
		pthread_join(threads[i], NULL);
	put_both("events/sched/enable", "0");
	put_both("events/" EVENT "/enable", "0");
	for (which = 0; which < 2; which++) {
		get_text(path_in(which, "trace"), said[which], TEXT_MAX);
		strip_times(said[which]);
		any = any && strstr(said[which], "id=3");
		for (i = 0; i < 8; i++) {
			char wrong[16];

			snprintf(wrong, sizeof(wrong), "id=%u\n", i);
			only = only && (i == 3 || i == 5 || !strstr(said[which], wrong));
		}
	}
	ok(any && only, "filters are replaced while events fire: no other event is recorded");
}

int main(int argc, char **argv)
{
	uint64_t seed = argc > 1 ? strtoull(argv[1], NULL, 0) : (uint64_t)time(NULL);

	printf("# seed %llu\n", (unsigned long long)seed);
	random_state = seed * 2 + 1;
	device = open_device();
	said[0] = malloc(TEXT_MAX);
	said[1] = malloc(TEXT_MAX);
	if (device < 0 || event_id(EVENT) < 0) {
		skip("events to filter: no module pred_events");
		return tap_done();
	}
	made = open_made_counter(get_number("/proc/sys/net/core/bpf_jit_enable") > 0 ? "jit" :
									     "interp");
	if (!ok(!mkdir(instances[0], 0755) && !mkdir(instances[1], 0755) && made >= 0,
		"two instances, and a count of programs"))
		return tap_done();
	test_switch();
	test_records();
	test_program_records();
	test_heads_alone();
	test_errors();
	test_triggers();
	test_systems();
	test_replace();
	set_switch(1);
	rmdir(instances[0]);
	rmdir(instances[1]);
	return tap_done();
}
