/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * CONFIG_BPF_ORACLE, for tests: programs loaded by bpf(2) are watched, and so interpreted.
 */
#ifndef SELFTESTS_BPF_ORACLE_H
#define SELFTESTS_BPF_ORACLE_H

#include <stdbool.h>
#include <stdio.h>

#define ORACLE_FOLDER	"/sys/module/bpf_oracle/parameters/"

static inline bool oracle_is_on(void)
{
	FILE *f = fopen(ORACLE_FOLDER "on", "r");
	int c = f ? fgetc(f) : 'N';

	if (f)
		fclose(f);
	return c == 'Y';
}

#endif /* SELFTESTS_BPF_ORACLE_H */
