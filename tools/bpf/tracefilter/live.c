// SPDX-License-Identifier: GPL-2.0-only
/* Waiting for a signal, a child or a time; live.h says what is promised. */
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "live.h"
#include "say.h"

/* a reader of trace_pipe is woken when half a buffer is full, which is too late */
#define LOOK_MS 100
/* and may find more than it can write: others have their turn after so many pages */
#define LOOK_READS 64
/* others may go on recording: what is left is shown no longer than this */
#define LAST_SECONDS 3

static sigset_t handled(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGCHLD);
	return set;
}

void wait_prepare(void)
{
	sigset_t set = handled();

	sigprocmask(SIG_BLOCK, &set, NULL);
}

void wait_forget(void)
{
	sigset_t set = handled();

	sigprocmask(SIG_UNBLOCK, &set, NULL);
}

enum shown {
	SHOWN_ALL,
	SHOWN_SOME,
	SHOWN_NOBODY,	/* reads it any more */
};

/* what has been recorded up to now, or some of it */
static enum shown show(int pipe)
{
	ssize_t got, put, done;
	char text[65536];
	int i;

	for (i = 0; i < LOOK_READS; i++) {
		got = read(pipe, text, sizeof(text));
		if (got <= 0)
			return SHOWN_ALL;
		for (done = 0; done < got; done += put) {
			put = write(STDOUT_FILENO, text + done, got - done);
			if (put <= 0)
				return SHOWN_NOBODY;
		}
	}
	return SHOWN_SOME;
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + t.tv_nsec / 1e9;
}

/* is waiting over by this signal? */
static bool ends(struct wait *w, const struct signalfd_siginfo *info)
{
	if (info->ssi_signo == SIGCHLD)
		return w->child && waitpid(w->child, &w->status, WNOHANG) == w->child;
	if (!w->child)
		return true;
	/* what the terminal sends, it has sent to the child, too */
	if (info->ssi_code != SI_KERNEL)
		kill(w->child, info->ssi_signo);
	return false;
}

static bool is_over(struct wait *w, int signals)
{
	struct signalfd_siginfo info;

	while (read(signals, &info, sizeof(info)) == sizeof(info)) {
		if (ends(w, &info))
			return true;
	}
	return false;
}

/* milliseconds until there is something to do, -1 for never */
static int next_look(const struct wait *w, double end, enum shown shown)
{
	double left = (end - now()) * 1000;

	if (shown == SHOWN_SOME)
		return 0;
	if (!w->seconds)
		return w->pipe >= 0 ? LOOK_MS : -1;
	if (left < 0)
		return 0;
	return w->pipe >= 0 && left > LOOK_MS ? LOOK_MS : (int)left + 1;
}

int wait_open(struct wait *w, const struct tracefs *t, bool live)
{
	w->pipe = -1;
	if (!live)
		return 0;
	w->pipe = tracefs_open(t, "trace_pipe", O_RDONLY | O_NONBLOCK);
	if (w->pipe >= 0)
		return 0;
	say("trace_pipe: %s", strerror(-w->pipe));
	return -1;
}

bool wait_for(struct wait *w)
{
	double end = now() + w->seconds;
	struct pollfd signals = { .events = POLLIN };
	enum shown shown = SHOWN_ALL;
	sigset_t set = handled();
	bool late = false;

	signals.fd = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
	while (!late && shown != SHOWN_NOBODY) {
		if (poll(&signals, 1, next_look(w, end, shown)) > 0 && is_over(w, signals.fd))
			break;
		if (w->pipe >= 0)
			shown = show(w->pipe);
		late = w->seconds && now() >= end;
	}
	close(signals.fd);
	return late;
}

void wait_close(struct wait *w)
{
	double end = now() + LAST_SECONDS;

	if (w->pipe < 0)
		return;
	while (show(w->pipe) == SHOWN_SOME && now() < end)
		;
	close(w->pipe);
	w->pipe = -1;
}
