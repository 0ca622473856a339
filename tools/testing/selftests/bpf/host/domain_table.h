/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Precision as data. A row adds up, over all operands tried, how many concrete
 * values our result holds and how many the best result that the domain can say
 * would hold. domain_precision.txt is the checked-in table; a row that got worse,
 * or is not in it, fails.
 */
#ifndef _DOMAIN_TABLE_H
#define _DOMAIN_TABLE_H

#include "domain_test.h"

struct row {
	char			name[40];
	unsigned long long	tried, best_hit, ours, best;
};

static struct row rows[160];
static int row_count;
static const char *table_path;

__printf(1, 2)
static __maybe_unused struct row *row_start(const char *fmt, ...)
{
	struct row *r = &rows[row_count++];
	va_list args;
	int n;

	n = snprintf(r->name, sizeof(r->name), "%d:", BV_BITS);
	va_start(args, fmt);
	vsnprintf(r->name + n, sizeof(r->name) - n, fmt, args);
	va_end(args);
	return r;
}

static __maybe_unused void row_add(struct row *r, int ours, int best)
{
	r->tried++;
	r->ours += ours;
	r->best += best;
	r->best_hit += ours <= best;
}

static __maybe_unused const struct row *row_find(const struct row *in, int n, const char *name)
{
	int i;

	for (i = 0; i < n; i++)
		if (!strcmp(in[i].name, name))
			return &in[i];
	return NULL;
}

/* prints all rows and holds them against the table */
static __maybe_unused void rows_end(void)
{
	static struct row old[400];
	const struct row *was;
	FILE *f = table_path ? fopen(table_path, "r") : NULL;
	char line[200];
	int i, n = 0;

	if (table_path && !f)
		wrong("cannot read %s", table_path);
	while (f && n < (int)ARRAY_LEN(old) && fgets(line, sizeof(line), f))
		n += sscanf(line, "%39s %llu %llu %llu", old[n].name,
			    &old[n].tried, &old[n].ours, &old[n].best) == 4;
	if (f)
		fclose(f);
	printf("# %-22s %12s %14s %14s %8s %8s\n", "operator", "tried",
	       "values, ours", "values, best", "ratio", "best in");
	for (i = 0; i < row_count; i++) {
		struct row *r = &rows[i];

		tap_checks++;
		printf("# %-22s %12llu %14llu %14llu %8.4f %7.2f%%\n", r->name,
		       r->tried, r->ours, r->best,
		       r->best ? (double)r->ours / r->best : 1.0,
		       r->tried ? 100.0 * r->best_hit / r->tried : 100.0);
		was = row_find(old, n, r->name);
		if (table_path && !was)
			wrong("%s is not in the table", r->name);
		if (was && (r->ours > was->ours || r->tried != was->tried))
			wrong("%s: %llu values, the table has %llu", r->name,
			      r->ours, was->ours);
	}
	tap_end("precision is not below the table's");
}

#endif /* _DOMAIN_TABLE_H */
