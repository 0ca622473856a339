// SPDX-License-Identifier: GPL-2.0-only
/*
 * tracefilter(8): programs in place of the filters of trace events, from the command
 * line. Here are its commands and options; what they do is in the other files.
 */
#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include "attach.h"
#include "list.h"
#include "live.h"
#include "say.h"

struct options {
	const char	*object;
	char		*event[EVENTS_MAX];
	unsigned int	events;
	const char	*program;
	const char	*instance;
	const char	*tracefs;
	bool		live;
	double		seconds;
	char		**rest;		/* what is no option */
	int		rest_count;
};

/* options that a command has, as of getopt(3); @run does the work */
struct command {
	const char	*name;
	const char	*usage;
	const char	*options;
	int		(*run)(struct options *o);
};

static const struct command *current;

static int usage(void)
{
	fprintf(stderr, "usage: tracefilter %s\n", current->usage);
	return STATUS_USAGE;
}

/* the first of the rest is the object, the others are events */
static bool take_rest(struct options *o)
{
	int i;

	if (o->rest_count < 2 || o->rest_count - 1 > EVENTS_MAX)
		return false;
	o->object = o->rest[0];
	for (i = 1; i < o->rest_count; i++)
		o->event[o->events++] = o->rest[i];
	return true;
}

/* everything up to where events are recorded */
static int begin(struct session *s, const struct options *o, struct wait *w)
{
	w->pipe = -1;
	wait_prepare();
	if (session_begin(s, o->tracefs, o->instance) ||
	    session_load(s, o->object, o->program, o->event, o->events) ||
	    session_attach(s) || wait_open(w, &s->tracefs, o->live))
		return -1;
	return session_enable(s);
}

static void end(struct session *s, struct wait *w)
{
	session_disable(s);
	wait_close(w);
	session_end(s);
}

static int run_load(struct options *o)
{
	struct wait w = { .seconds = o->seconds };
	struct session s;
	int err;

	if (!take_rest(o))
		return usage();
	err = begin(&s, o, &w);
	if (!err) {
		session_say(&s);
		wait_for(&w);
	}
	end(&s, &w);
	return err ? STATUS_FAILED : 0;
}

/* in an instance of its own, where nobody's filter is replaced */
static int run_check(struct options *o)
{
	struct session s;
	char instance[64], text[EVENT_TEXT];
	unsigned int i;
	int err;

	if (!take_rest(o))
		return usage();
	snprintf(instance, sizeof(instance), "tracefilter-check-%d", getpid());
	err = session_begin(&s, o->tracefs, NULL) ||
	      session_load(&s, o->object, o->program, o->event, o->events) ||
	      session_enter(&s, instance) || session_attach(&s);
	for (i = 0; !err && i < s.count; i++) {
		event_print(&s.of[i].event, text);
		printf("%s: %s takes program %s\n", o->object, text,
		       bpf_program__name(s.of[i].prog));
	}
	session_end(&s);
	return err ? STATUS_FAILED : 0;
}

static int run_list(struct options *o)
{
	struct session s;
	int status;

	if (o->rest_count)
		return usage();
	if (session_begin(&s, o->tracefs, NULL))
		return STATUS_FAILED;
	status = list_all(&s.tracefs);
	session_end(&s);
	return status;
}

static int run_show(struct options *o)
{
	struct tracefs t;
	struct session s;
	int status;

	if (!o->rest_count)
		return usage();
	if (session_begin(&s, o->tracefs, NULL))
		return STATUS_FAILED;
	t = s.tracefs;
	if (o->instance && (size_t)snprintf(t.dir, sizeof(t.dir), "%s/instances/%s",
					    s.tracefs.dir, o->instance) >= sizeof(t.dir))
		return usage();
	status = show_events(&t, o->rest, o->rest_count);
	session_end(&s);
	return status;
}

/* the process of the command, or -1 */
static pid_t start(char **argv)
{
	pid_t pid = fork();

	if (pid < 0)
		say("fork: %s", strerror(errno));
	if (pid)
		return pid;
	wait_forget();
	signal(SIGPIPE, SIG_DFL);
	execvp(argv[0], argv);
	say("%s: %s", argv[0], strerror(errno));
	_exit(errno == ENOENT ? 127 : 126);
}

static int run_command(struct options *o)
{
	struct wait w = { .status = -1 };
	struct session s;

	if (!o->object || !o->events || !o->rest_count)
		return usage();
	w.child = begin(&s, o, &w) ? -1 : start(o->rest);
	if (w.child > 0)
		wait_for(&w);
	/* nobody reads our output any more: the command goes on */
	if (w.child > 0 && w.status == -1)
		waitpid(w.child, &w.status, 0);
	end(&s, &w);
	if (w.child < 0)
		return STATUS_NOT_RUN;
	return WIFEXITED(w.status) ? WEXITSTATUS(w.status) : 128 + WTERMSIG(w.status);
}

static const struct command commands[] = {
	{
		"load", "load OBJECT EVENT... [--program NAME] [--instance NAME] [--live] "
		"[--seconds N]", "P:i:ls:T:v", run_load,
	},
	{
		"check", "check OBJECT EVENT... [--program NAME]", "P:T:v", run_check,
	},
	{
		"list", "list", "T:", run_list,
	},
	{
		"show", "show EVENT... [--instance NAME]", "i:T:", run_show,
	},
	{
		"run", "run -p OBJECT -e EVENT [-e EVENT]... [--program NAME] "
		"[--instance NAME] [--live] -- COMMAND [ARG]...", "+p:e:P:i:lT:v", run_command,
	},
};

#define COMMANDS (sizeof(commands) / sizeof(commands[0]))

static const struct option long_options[] = {
	{ "object", required_argument, NULL, 'p' },
	{ "event", required_argument, NULL, 'e' },
	{ "program", required_argument, NULL, 'P' },
	{ "instance", required_argument, NULL, 'i' },
	{ "live", no_argument, NULL, 'l' },
	{ "seconds", required_argument, NULL, 's' },
	{ "tracefs", required_argument, NULL, 'T' },
	{ "verbose", no_argument, NULL, 'v' },
	{ }
};

static bool take_seconds(struct options *o, const char *text)
{
	char *end;

	o->seconds = strtod(text, &end);
	if (end != text && !*end && o->seconds > 0 && o->seconds < 1e6)
		return true;
	say("--seconds: not a time: %s", text);
	return false;
}

static bool take_option(struct options *o, int letter)
{
	switch (letter) {
	case 'p':
		o->object = optarg;
		return true;
	case 'e':
		if (o->events == EVENTS_MAX) {
			say("more than %d events", EVENTS_MAX);
			return false;
		}
		o->event[o->events++] = optarg;
		return true;
	case 'P':
		o->program = optarg;
		return true;
	case 'i':
		o->instance = optarg;
		return true;
	case 'l':
		o->live = true;
		return true;
	case 's':
		return take_seconds(o, optarg);
	case 'T':
		o->tracefs = optarg;
		return true;
	case 'v':
		object_talk(true);
		return true;
	default:
		return false;
	}
}

static bool parse(struct options *o, int argc, char **argv)
{
	int letter;

	memset(o, 0, sizeof(*o));
	while ((letter = getopt_long(argc, argv, current->options, long_options, NULL)) != -1) {
		/* getopt knows the long ones of all commands */
		if (letter != '?' && !strchr(current->options, letter)) {
			say("%s has no such option", current->name);
			return false;
		}
		if (!take_option(o, letter))
			return false;
	}
	o->rest = argv + optind;
	o->rest_count = argc - optind;
	return true;
}

static int help(FILE *to)
{
	unsigned int i;

	for (i = 0; i < COMMANDS; i++)
		fprintf(to, "%s tracefilter %s\n", i ? "      " : "usage:", commands[i].usage);
	return to == stdout ? 0 : STATUS_USAGE;
}

int main(int argc, char **argv)
{
	struct options o;
	unsigned int i;

	if (argc < 2)
		return help(stderr);
	if (!strcmp(argv[1], "help") || !strcmp(argv[1], "--help") || !strcmp(argv[1], "-h"))
		return help(stdout);
	for (i = 0; i < COMMANDS && strcmp(argv[1], commands[i].name); i++)
		;
	if (i == COMMANDS) {
		say("no command \"%s\"", argv[1]);
		return help(stderr);
	}
	current = &commands[i];
	object_talk(false);
	argv[1] = argv[0];
	if (!parse(&o, argc - 1, argv + 1))
		return usage();
	signal(SIGPIPE, SIG_IGN);
	return current->run(&o);
}
