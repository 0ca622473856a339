// SPDX-License-Identifier: GPL-2.0-only
/* What the samples with programs on trace events have in common. */
#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <bpf/libbpf.h>
#include "event_user.h"
#include "say.h"

/* path of a file in the folder of the program that runs */
static const char *beside(const char *name)
{
	static char path[PATH_MAX];
	ssize_t len = readlink("/proc/self/exe", path, sizeof(path) - 1);

	while (len > 0 && path[len - 1] != '/')
		len--;
	snprintf(path + (len > 0 ? len : 0), sizeof(path) - (len > 0 ? len : 0), "%s", name);
	return path;
}

int watch_begin(struct session *s, struct wait *w, const char *name,
		const char *const *events, unsigned int count, bool live)
{
	w->pipe = -1;
	object_talk(false);
	wait_prepare();
	if (session_begin(s, NULL, NULL) ||
	    session_load(s, beside(name), NULL, (char *const *)events, count) ||
	    session_attach(s) || wait_open(w, &s->tracefs, live) || session_enable(s))
		return -1;
	say("watching");
	return 0;
}

int watch_map(const struct session *s, const char *name)
{
	return bpf_object__find_map_fd_by_name(s->object.bpf, name);
}

void watch_end(struct session *s, struct wait *w)
{
	session_disable(s);
	wait_close(w);
	session_end(s);
}

int watch_options(int argc, char **argv, double *seconds)
{
	static const struct option once = { "once", required_argument, NULL, '1' };
	const struct option options[] = { once, { } };
	char *end = "";
	int letter;

	while ((letter = getopt_long(argc, argv, "1:", options, NULL)) == '1') {
		*seconds = strtod(optarg, &end);
		if (*end || !(*seconds > 0))
			break;
	}
	if (letter == -1 && optind == argc)
		return 0;
	fprintf(stderr, "usage: %s [-1 SECONDS | --once SECONDS]\n",
		program_invocation_short_name);
	return -1;
}
