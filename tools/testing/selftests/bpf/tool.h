/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Stock bpftool in the guest, and what it says.
 */
#ifndef SELFTESTS_BPF_TOOL_H
#define SELFTESTS_BPF_TOOL_H

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define BPFTOOL	"/usr/sbin/bpftool"

/* does it say @words? If not, what it says is shown */
static inline bool tool_says(const char *arguments, const char *words)
{
	static char text[1 << 16];
	char command[200];
	size_t used;
	FILE *out;

	snprintf(command, sizeof(command), BPFTOOL " %s 2>&1", arguments);
	out = popen(command, "r");
	if (!out)
		return false;
	used = fread(text, 1, sizeof(text) - 1, out);
	text[used] = '\0';
	pclose(out);
	if (strstr(text, words))
		return true;
	printf("# bpftool %s, no %s in:\n", arguments, words);
	for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n"))
		printf("# %s\n", line);
	return false;
}

#endif /* SELFTESTS_BPF_TOOL_H */
