// SPDX-License-Identifier: GPL-2.0-only
/*
 * Filters that have become programs do what the parser's own evaluation of them does:
 * thousands of random filters, each made twice, once with kernel.trace_filter_bpf and
 * once without, on the same random events. A perf event counts what a filter lets
 * through; so the filters are taken apart, compiled and run where real ones are.
 *
 *	predicate_test [SEED [FILTERS]]
 *
 * Needs the module of kernel/trace/bpf/pred_events.c. Runs as root.
 */
#include <sched.h>
#include <stdarg.h>
#include <sys/prctl.h>
#include <time.h>
#include "tap.h"
#include "predicate_gen.h"

#define JIT_ENABLE	"/proc/sys/net/core/bpf_jit_enable"
#define JIT_HARDEN	"/proc/sys/net/core/bpf_jit_harden"

#define BATCH		128	/* filters that see the same events */
#define EVENTS		24
#define MOST_COMPLAINTS	8

/* filters of one making */
struct side {
	int		fd[BATCH];
	uint64_t	count[BATCH];
};

static struct gen filters[BATCH];
static struct side plain, compiled;
static int device, id, cpus;
/* a page that programs' own accesses could not read is one that user space has */
static char user_text[PRED_VALUES_STR];

static struct {
	unsigned int	filters, both, lets, drops, differ, refused;
} sum;

/* ---- filters of a batch ------------------------------------------------------------------ */

static void close_side(struct side *side)
{
	int i;

	/* the one that leads last, as its end makes the others lead */
	for (i = BATCH - 1; i >= 0; i--)
		if (side->fd[i] >= 0)
			close(side->fd[i]);
}

static bool open_side(struct side *side, int on)
{
	int i;

	set_switch(on);
	for (i = 0; i < BATCH; i++) {
		side->fd[i] = open_counter(id, i ? side->fd[0] : -1, !i, filters[i].text);
		side->count[i] = 0;
		if (side->fd[i] >= 0)
			continue;
		printf("# %s, switch %d: %s\n", strerror(-side->fd[i]), on, filters[i].text);
		sum.refused++;
		close_side(side);
		return false;
	}
	return !ioctl(side->fd[0], PERF_EVENT_IOC_ENABLE, 0);
}

/* which filters have let the last event through */
static bool read_side(struct side *side, bool *passed)
{
	static uint64_t answer[1 + BATCH];
	int i;

	if (read(side->fd[0], answer, sizeof(answer)) != sizeof(answer) || answer[0] != BATCH)
		return false;
	for (i = 0; i < BATCH; i++) {
		passed[i] = answer[1 + i] != side->count[i];
		side->count[i] = answer[1 + i];
	}
	return true;
}

/* ---- events ------------------------------------------------------------------------------- */

static void move_to(int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	sched_setaffinity(0, sizeof(set), &set);
}

static bool fire(const struct pred_values *v)
{
	return write(device, v, sizeof(*v)) == sizeof(*v);
}

static bool fire_random(void)
{
	struct pred_values v;

	snprintf(user_text, sizeof(user_text), "%s", some_text());
	fill_values(&v, user_text, 0);
	prctl(PR_SET_NAME, some_text());
	if (once_in(4))
		move_to(below(cpus));
	return fire(&v);
}

static void compare(const bool *a, const bool *b, bool *seen_pass, bool *seen_drop)
{
	int i;

	for (i = 0; i < BATCH; i++) {
		seen_pass[i] |= a[i];
		seen_drop[i] |= !a[i];
		sum.lets += a[i];
		sum.drops += !a[i];
		if (a[i] != b[i] && sum.differ++ < MOST_COMPLAINTS)
			printf("# %s by the evaluator, %s by the program: %s\n",
			       a[i] ? "recorded" : "dropped", b[i] ? "recorded" : "dropped",
			       filters[i].text);
	}
}

static bool run_events(void)
{
	bool a[BATCH], b[BATCH], pass[BATCH] = {}, drop[BATCH] = {};
	int i;

	for (i = 0; i < EVENTS; i++) {
		if (!fire_random() || !read_side(&plain, a) || !read_side(&compiled, b))
			return false;
		compare(a, b, pass, drop);
	}
	for (i = 0; i < BATCH; i++)
		sum.both += pass[i] && drop[i];
	return true;
}

static bool run_batch(unsigned int first)
{
	bool done = false;
	int i;

	for (i = 0; i < BATCH; i++)
		make_filter(&filters[i], first + i);
	if (!open_side(&plain, 0))
		return false;
	if (open_side(&compiled, 1)) {
		done = run_events();
		close_side(&compiled);
	}
	close_side(&plain);
	sum.filters += BATCH;
	return done;
}

/* ---- a run ------------------------------------------------------------------------------------ */

static void run(const char *what, const char *runtime, unsigned int least)
{
	int counter = open_made_counter(runtime);
	unsigned int n = 0, made;
	bool done = true;

	memset(&sum, 0, sizeof(sum));
	if (!ok(counter >= 0, "%s: programs that are made can be counted", what))
		return;
	while (done && n < least) {
		done = run_batch(n);
		n += BATCH;
	}
	made = read_counter(counter);
	close(counter);
	printf("# %s: %u filters, %u of them programs; %u recorded and dropped; of all events %u%%"
	       " recorded\n", what, sum.filters, made, sum.both,
	       sum.filters ? (unsigned int)(100ULL * sum.lets / (sum.lets + sum.drops)) : 0);
	ok(done && sum.filters >= least && !sum.refused, "%s: %u filters are accepted and run",
	   what, sum.filters);
	ok(!sum.differ, "%s: the evaluator and the programs agree on every event", what);
	ok(made >= sum.filters / 100 * 99 && made <= sum.filters,
	   "%s: every filter has become a program, and only with the switch on", what);
	ok(sum.both >= sum.filters / 3, "%s: a third of them, or more, record some and drop some",
	   what);
}

static void run_all(unsigned int most)
{
	int jit = get_number(JIT_ENABLE), harden = get_number(JIT_HARDEN);

	if (jit < 0) {
		run("interpreter", "interp", most);
		return;
	}
	put_number(JIT_ENABLE, 1);
	run("machine code", "jit", most);
	put_number(JIT_HARDEN, 2);
	run("hardened machine code", "jit", most / 10);
	put_number(JIT_HARDEN, harden);
	put_number(JIT_ENABLE, 0);
	if (get_number(JIT_ENABLE) == 0)
		run("interpreter", "interp", most / 10);
	else
		skip("interpreter: this kernel has none");
	put_number(JIT_ENABLE, jit);
}

int main(int argc, char **argv)
{
	uint64_t seed = argc > 1 ? strtoull(argv[1], NULL, 0) : (uint64_t)time(NULL);
	unsigned int most = argc > 2 ? atoi(argv[2]) : 20000;

	printf("# seed %llu, %u filters\n", (unsigned long long)seed, most);
	random_state = seed * 2 + 1;
	cpus = sysconf(_SC_NPROCESSORS_ONLN);
	device = open_device();
	id = event_id("pred/pred_values");
	if (device < 0 || id < 0) {
		skip("events to filter: no module pred_events");
		return tap_done();
	}
	if (!ok(get_number(SWITCH) == 1, "filters become programs unless told otherwise"))
		return tap_done();
	run_all(most);
	set_switch(1);
	return tap_done();
}
