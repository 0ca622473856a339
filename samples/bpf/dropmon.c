// SPDX-License-Identifier: GPL-2.0-only
/*
 * Drop monitor: where in the kernel packets are thrown away, and how many. The program
 * in dropmon.bpf.o counts; this one attaches it to skb:kfree_skb and prints the counts
 * with the names of the places.
 *
 *	dropmon			until Ctrl-C, all counts anew each second
 *	dropmon -1 SECONDS	once, after so many seconds
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <bpf/bpf.h>
#include "event_user.h"

#define SITES_MAX 4096	/* as many as the map takes */

/* a place that drops packets */
struct site {
	uint64_t	address;
	uint64_t	count;
	uint64_t	symbol;		/* start of the function, 0 if not known yet */
	char		name[80];
};

static struct site sites[SITES_MAX];
static unsigned int site_count;

static struct site *find_site(uint64_t address)
{
	unsigned int i;

	for (i = 0; i < site_count && sites[i].address != address; i++)
		;
	if (i < site_count)
		return &sites[i];
	if (i == SITES_MAX)
		return NULL;
	site_count++;
	sites[i].address = address;
	return &sites[i];
}

/* the functions that hold sites without a name: the last one that starts before */
static void name_sites(void)
{
	char line[256], type, name[80];
	FILE *f = fopen("/proc/kallsyms", "re");
	unsigned int i, named = 0;
	uint64_t start;

	while (named < site_count && sites[named].symbol)
		named++;
	while (f && named < site_count && fgets(line, sizeof(line), f)) {
		if (sscanf(line, "%" SCNx64 " %c %79s", &start, &type, name) != 3 ||
		    !strchr("tTwW", type))
			continue;
		for (i = named; i < site_count; i++) {
			if (start > sites[i].address || start <= sites[i].symbol)
				continue;
			sites[i].symbol = start;
			strcpy(sites[i].name, name);
		}
	}
	if (f)
		fclose(f);
}

static void read_counts(int map)
{
	uint64_t address, last, count;
	struct site *site;
	bool first = true;

	while (!bpf_map_get_next_key(map, first ? NULL : &last, &address)) {
		site = find_site(address);
		if (site && !bpf_map_lookup_elem(map, &address, &count))
			site->count = count;
		last = address;
		first = false;
	}
}

static int by_count(const void *a, const void *b)
{
	const struct site *x = *(struct site *const *)a, *y = *(struct site *const *)b;

	return x->count < y->count ? 1 : x->count > y->count ? -1 : 0;
}

static void print_counts(bool whole_screen)
{
	static struct site *sorted[SITES_MAX];
	unsigned int i;

	for (i = 0; i < site_count; i++)
		sorted[i] = &sites[i];
	qsort(sorted, site_count, sizeof(sorted[0]), by_count);
	if (whole_screen)
		printf("\033[H\033[J");
	printf("%10s  %s\n", "PACKETS", "DROPPED AT");
	for (i = 0; i < site_count; i++) {
		const struct site *s = sorted[i];

		if (s->symbol)
			printf("%10" PRIu64 "  %s+0x%" PRIx64 "\n", s->count, s->name,
			       s->address - s->symbol);
		else
			printf("%10" PRIu64 "  0x%" PRIx64 "\n", s->count, s->address);
	}
	fflush(stdout);
}

static void refresh(int map, bool whole_screen)
{
	read_counts(map);
	name_sites();
	print_counts(whole_screen);
}

int main(int argc, char **argv)
{
	static const char * const event[] = { "skb:kfree_skb" };
	struct wait w = { };
	struct session s;
	bool again, whole_screen;
	int err;

	if (watch_options(argc, argv, &w.seconds))
		return 2;
	again = !w.seconds;
	whole_screen = again && isatty(STDOUT_FILENO);
	if (again)
		w.seconds = 1;
	err = watch_begin(&s, &w, "dropmon.bpf.o", event, 1, false);
	if (!err) {
		int map = watch_map(&s, "drops");

		while (wait_for(&w) && again)
			refresh(map, whole_screen);
		session_disable(&s);
		refresh(map, whole_screen);
	}
	watch_end(&s, &w);
	return err ? 1 : 0;
}
