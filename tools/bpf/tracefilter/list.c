// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which programs are loaded, and which event's filter is one. Reading the filter file
 * of such an event gives
 *
 *	bpf TAG id ID name NAME
 *	0: instruction
 *	...
 */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include "attach.h"
#include "list.h"
#include "say.h"

#define TAG_DIGITS 16

/* tag in digits, or NULL where the text is no program */
static bool parse_tag(const char *text, char *tag)
{
	int i;

	if (strncmp(text, "bpf ", 4))
		return false;
	for (i = 0; i < TAG_DIGITS; i++) {
		tag[i] = text[4 + i];
		if (!isxdigit((unsigned char)tag[i]))
			return false;
	}
	tag[i] = '\0';
	return true;
}

static void print_tag(const struct bpf_prog_info *info, char *tag)
{
	int i;

	for (i = 0; i < TAG_DIGITS / 2; i++)
		sprintf(tag + 2 * i, "%02x", info->tag[i]);
}

/* the next program with its properties, 0; or -errno, -ENOENT behind the last one */
static int next_program(__u32 *id, struct bpf_prog_info *info)
{
	__u32 size = sizeof(*info);
	int fd, err;

	do {
		if (bpf_prog_get_next_id(*id, id))
			return -errno;
		fd = bpf_prog_get_fd_by_id(*id);
	} while (fd < 0 && errno == ENOENT);
	if (fd < 0)
		return -errno;
	memset(info, 0, sizeof(*info));
	err = bpf_obj_get_info_by_fd(fd, info, &size) ? -errno : 0;
	close(fd);
	return err;
}

static int list_programs(void)
{
	struct bpf_prog_info info;
	char tag[TAG_DIGITS + 1];
	__u32 id = 0;
	int err;

	printf("%-6s %-15s %-16s %s\n", "ID", "TYPE", "TAG", "NAME");
	while (!(err = next_program(&id, &info))) {
		const char *type = libbpf_bpf_prog_type_str(info.type);

		print_tag(&info, tag);
		printf("%-6u %-15s %-16s %s\n", info.id, type ? type : "?", tag, info.name);
	}
	if (err == -ENOENT)
		return 0;
	say("programs: %s%s", strerror(-err), err == -EPERM ? "; are you root?" : "");
	return -1;
}

static int list_event(const struct tracefs *t, const struct event *e, void *instance)
{
	char path[256], tag[TAG_DIGITS + 1], name[EVENT_TEXT], *text;

	event_path(e, "filter", path, sizeof(path));
	if (tracefs_read(t, path, &text))
		return 0;
	if (parse_tag(text, tag)) {
		event_print(e, name);
		text[strcspn(text, "\n")] = '\0';
		printf("%-31s %-8s %s%s%s\n", name,
		       event_enabled(t, e) > 0 ? "enabled" : "disabled", text + 4,
		       instance ? ", instance " : "", instance ? (char *)instance : "");
	}
	free(text);
	return 0;
}

static int is_visible(const struct dirent *d)
{
	return d->d_name[0] != '.';
}

static void list_instances(const struct tracefs *t)
{
	struct dirent **names;
	struct tracefs of;
	char path[PATH_MAX];
	int count, i;

	snprintf(path, sizeof(path), "%s/instances", t->dir);
	count = scandir(path, &names, is_visible, alphasort);
	for (i = 0; i < count; i++) {
		snprintf(path, sizeof(path), "%s/instances/%s", t->dir, names[i]->d_name);
		if (strlen(path) < sizeof(of.dir)) {
			strcpy(of.dir, path);
			event_each(&of, NULL, list_event, names[i]->d_name);
		}
		free(names[i]);
	}
	if (count >= 0)
		free(names);
}

int list_all(const struct tracefs *t)
{
	int failed = list_programs(), err;

	printf("\n%-31s %-8s %s\n", "EVENT", "STATE", "PROGRAM");
	err = event_each(t, NULL, list_event, NULL);
	if (err < 0) {
		say_tracefs(err);
		return STATUS_FAILED;
	}
	list_instances(t);
	return failed ? STATUS_FAILED : 0;
}

static void show_program(const char *text)
{
	const char *line = text + 4;
	size_t len;

	len = strcspn(line, "\n");
	printf("program %.*s\n", (int)len, line);
	for (line += len + !!line[len]; *line; line += len + !!line[len]) {
		len = strcspn(line, "\n");
		printf("  %.*s\n", (int)len, line);
	}
}

static int show_event(const struct tracefs *t, const struct event *e, void *failed)
{
	char path[256], tag[TAG_DIGITS + 1], name[EVENT_TEXT], *text;
	int err;

	event_path(e, "filter", path, sizeof(path));
	err = tracefs_read(t, path, &text);
	if (err) {
		say_no_event(t, e, err);
		*(bool *)failed = true;
		return 0;
	}
	event_print(e, name);
	printf("%s: %s, ", name, event_enabled(t, e) > 0 ? "enabled" : "disabled");
	if (parse_tag(text, tag))
		show_program(text);
	else if (!strcmp(text, "none\n"))
		puts("no filter");
	else
		printf("filter %s", text);
	free(text);
	return 0;
}

int show_events(const struct tracefs *t, char *const *events, unsigned int count)
{
	bool failed = false;
	struct event e;
	unsigned int i;
	int err;

	for (i = 0; i < count; i++) {
		if (event_parse(&e, events[i])) {
			say("\"%s\": an event is SYSTEM:NAME, as in skb:kfree_skb", events[i]);
			return STATUS_FAILED;
		}
		err = event_exists(t, &e);
		if (err) {
			say_no_event(t, &e, err);
			failed = true;
			continue;
		}
		event_each(t, &e, show_event, &failed);
	}
	return failed ? STATUS_FAILED : 0;
}
