// SPDX-License-Identifier: GPL-2.0-only
/* The files of tracefs; tracefs.h says what is promised. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>
#include "tracefs.h"

static const char * const places[] = {
	"/sys/kernel/tracing",
	"/sys/kernel/debug/tracing",
};

#define PLACES (sizeof(places) / sizeof(places[0]))

static int try_place(struct tracefs *t, const char *place)
{
	char events[PATH_MAX];
	struct stat st;

	snprintf(events, sizeof(events), "%s/events", place);
	if (stat(events, &st))
		return -errno;
	snprintf(t->dir, sizeof(t->dir), "%s", place);
	return 0;
}

int tracefs_find(struct tracefs *t)
{
	bool hidden = false;
	unsigned int i;
	int err;

	t->made = false;
	for (i = 0; i < PLACES; i++) {
		err = try_place(t, places[i]);
		if (!err)
			return 0;
		hidden = hidden || err == -EACCES;
	}
	if (hidden)
		return -EACCES;
	if (mount("tracefs", places[0], "tracefs", 0, NULL))
		return errno == EPERM ? -EPERM : -ENOENT;
	return try_place(t, places[0]);
}

int tracefs_enter(struct tracefs *t, const char *instance)
{
	size_t len = strlen(t->dir);

	if (!*instance || strchr(instance, '/') || instance[0] == '.')
		return -EINVAL;
	if ((size_t)snprintf(t->dir + len, sizeof(t->dir) - len, "/instances/%s",
			     instance) >= sizeof(t->dir) - len)
		return -ENAMETOOLONG;
	if (!mkdir(t->dir, 0755))
		t->made = true;
	else if (errno != EEXIST)
		return -errno;
	return 0;
}

void tracefs_leave(struct tracefs *t)
{
	if (t->made)
		rmdir(t->dir);
	t->made = false;
}

int tracefs_open(const struct tracefs *t, const char *path, int flags)
{
	char full[PATH_MAX];
	int fd;

	snprintf(full, sizeof(full), "%s/%s", t->dir, path);
	fd = open(full, flags | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

int tracefs_read(const struct tracefs *t, const char *path, char **text)
{
	size_t len = 0, size = 4096;
	int fd = tracefs_open(t, path, O_RDONLY);
	ssize_t got = 1;
	char *more;

	*text = NULL;
	if (fd < 0)
		return fd;
	while (got > 0) {
		more = realloc(*text, size);
		if (!more) {
			errno = ENOMEM;
			got = -1;
			break;
		}
		*text = more;
		got = read(fd, *text + len, size - len - 1);
		len += got > 0 ? got : 0;
		if (size - len < 2)
			size *= 2;
	}
	if (got < 0) {
		int err = -errno;

		free(*text);
		*text = NULL;
		close(fd);
		return err;
	}
	(*text)[len] = '\0';
	close(fd);
	return 0;
}

int tracefs_write(const struct tracefs *t, const char *path, const char *text)
{
	int fd = tracefs_open(t, path, O_WRONLY);
	int err = 0;

	if (fd < 0)
		return fd;
	if (write(fd, text, strlen(text)) < 0)
		err = -errno;
	close(fd);
	return err;
}

int event_parse(struct event *e, const char *text)
{
	size_t len = strcspn(text, ":/");
	const char *name = text[len] ? text + len + 1 : "";

	if (!len || len >= sizeof(e->system) || strlen(name) >= sizeof(e->name) ||
	    strpbrk(name, ":/") || text[0] == '.' || name[0] == '.')
		return -EINVAL;
	memset(e, 0, sizeof(*e));
	memcpy(e->system, text, len);
	if (strcmp(name, "*"))
		strcpy(e->name, name);
	return 0;
}

void event_print(const struct event *e, char *text)
{
	snprintf(text, EVENT_TEXT, "%s:%s", e->system, e->name[0] ? e->name : "*");
}

void event_path(const struct event *e, const char *file, char *path, size_t size)
{
	snprintf(path, size, "events/%s%s%s/%s", e->system, e->name[0] ? "/" : "", e->name,
		 file);
}

int event_exists(const struct tracefs *t, const struct event *e)
{
	char path[256], full[PATH_MAX];
	struct stat st;
	int err;

	event_path(e, "filter", path, sizeof(path));
	snprintf(full, sizeof(full), "%s/%s", t->dir, path);
	if (!stat(full, &st))
		return 0;
	err = -errno;
	*strrchr(full, '/') = '\0';
	return err == -ENOENT && !stat(full, &st) ? -EOPNOTSUPP : err;
}

static int is_visible(const struct dirent *d)
{
	return d->d_name[0] != '.';
}

static void free_names(struct dirent **names, int count)
{
	while (count-- > 0)
		free(names[count]);
	free(names);
}

/* events of one system; what has no filter is none */
static int each_of_system(const struct tracefs *t, const char *system,
			  int (*each)(const struct tracefs *t, const struct event *e,
				      void *data),
			  void *data)
{
	char path[PATH_MAX];
	struct dirent **names;
	struct event e = { };
	int count, i, result = 0;
	struct stat st;

	snprintf(path, sizeof(path), "%s/events/%s", t->dir, system);
	count = scandir(path, &names, is_visible, alphasort);
	if (count < 0)
		return errno == ENOTDIR ? 0 : -errno;
	snprintf(e.system, sizeof(e.system), "%s", system);
	for (i = 0; i < count && !result; i++) {
		snprintf(path, sizeof(path), "%s/events/%s/%s/filter", t->dir, system,
			 names[i]->d_name);
		if (strlen(names[i]->d_name) >= sizeof(e.name) || stat(path, &st))
			continue;
		strcpy(e.name, names[i]->d_name);
		result = each(t, &e, data);
	}
	free_names(names, count);
	return result;
}

int event_each(const struct tracefs *t, const struct event *of,
	       int (*each)(const struct tracefs *t, const struct event *e, void *data),
	       void *data)
{
	struct dirent **names;
	char path[PATH_MAX];
	int count, i, result = 0;

	if (of && of->name[0])
		return each(t, of, data);
	if (of)
		return each_of_system(t, of->system, each, data);
	snprintf(path, sizeof(path), "%s/events", t->dir);
	count = scandir(path, &names, is_visible, alphasort);
	if (count < 0)
		return -errno;
	for (i = 0; i < count && !result; i++)
		result = each_of_system(t, names[i]->d_name, each, data);
	free_names(names, count);
	return result;
}

int event_attach(const struct tracefs *t, const struct event *e, int prog_fd)
{
	char path[256], text[32];
	int fd, err;

	event_path(e, "filter", path, sizeof(path));
	fd = tracefs_open(t, path, O_RDWR);
	if (fd < 0)
		return fd == -EACCES ? -EPERM : fd;
	snprintf(text, sizeof(text), "bpf-%d", prog_fd);
	if (write(fd, text, strlen(text)) == (ssize_t)strlen(text))
		return fd;
	err = -errno;
	close(fd);
	return err;
}

int event_enabled(const struct tracefs *t, const struct event *e)
{
	char path[256], *text;
	int err;

	event_path(e, "enable", path, sizeof(path));
	err = tracefs_read(t, path, &text);
	if (err)
		return err;
	err = text[0] == '1';
	free(text);
	return err;
}

int event_enable(const struct tracefs *t, const struct event *e, bool on)
{
	char path[256];

	event_path(e, "enable", path, sizeof(path));
	return tracefs_write(t, path, on ? "1" : "0");
}
