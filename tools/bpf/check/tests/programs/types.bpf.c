// SPDX-License-Identifier: GPL-2.0-only
/* The types of a kernel in which the fields of core.bpf.c are elsewhere: no program. */
struct thing {
	char more[1000];
	int first;
	int wanted;
};

struct thing the_thing = { };
