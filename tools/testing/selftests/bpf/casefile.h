/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Case files of the corpus (cases/README), read. Both runners use it.
 */
#ifndef SELFTESTS_CASEFILE_H
#define SELFTESTS_CASEFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <linux/bpf.h>

#define CASE_MAPS	80
#define CASE_NAME	32
#define CASE_FDS	8

/* what must come of a program */
enum case_verdict {
	CASE_NONE = 0,
	CASE_RESULT,
	CASE_ACCEPT,
	CASE_REJECT,
};

/**
 * struct case_map - a map of a case
 * @name:	in the program
 * @type:	enum bpf_map_type
 * @key_size:	bytes
 * @value_size:	bytes
 * @entries:	most elements
 * @flags:	BPF_F_*
 * @frozen:	user space does not change it from before the run on
 */
struct case_map {
	char		name[CASE_NAME];
	unsigned int	type;
	unsigned int	key_size;
	unsigned int	value_size;
	unsigned int	entries;
	unsigned int	flags;
	bool		frozen;
};

/**
 * struct case_elem - an element before or after the run
 * @map:	index of the map
 * @key:	bytes
 * @value:	bytes
 */
struct case_elem {
	unsigned int	map;
	unsigned char	*key;
	unsigned char	*value;
};

struct case_elems {
	struct case_elem	*e;
	unsigned int		count;
};

/**
 * struct case_lines - text that the log must have
 * @line:	each
 * @count:	how many
 */
struct case_lines {
	char		**line;
	unsigned int	count;
};

/**
 * struct case_source - where the program comes from
 * @func:	name of the function; empty: nothing is said of it
 * @file:	name of the file
 * @lines:	"PC NUMBER TEXT" each, or "map NAME STRUCT MEMBER..."
 */
struct case_source {
	char			func[CASE_NAME];
	char			file[64];
	struct case_lines	lines;
};

/**
 * struct bpf_case - a case file; cases/README says what its sections mean
 * @path:	the file
 * @type:	of the program
 * @no_gpl:	option of that name, and so on
 * @unpriv:	likewise
 * @strict:	likewise
 * @user_only:	likewise
 * @budget:	likewise
 * @maps:	maps
 * @nmaps:	how many
 * @fds:	maps whose descriptors are fd_array
 * @nfds:	how many
 * @before:	elements before the run
 * @after:	elements after it
 * @packet:	the packet; NULL: the usual one
 * @packet_len:	its bytes
 * @prog:	the program's text
 * @source:	where it comes from
 * @verdict:	what must come of it
 * @result:	of CASE_RESULT
 * @rule:	of CASE_REJECT
 * @near:	rule that a refused neighbour breaks; empty: none
 * @log:	lines that the log of level 1 has
 * @log2:	and that of level 2
 * @becomes:	the program after rewriting
 * @error:	what is wrong with the file, where case_read() fails
 */
struct bpf_case {
	char			path[256];
	char			type[CASE_NAME];
	bool			no_gpl;
	bool			unpriv;
	bool			strict;
	bool			user_only;
	bool			budget;
	struct case_map		maps[CASE_MAPS];
	unsigned int		nmaps;
	char			fds[CASE_FDS][CASE_NAME];
	unsigned int		nfds;
	struct case_elems	before;
	struct case_elems	after;
	unsigned char		*packet;
	unsigned int		packet_len;
	char			*prog;
	struct case_source	source;
	enum case_verdict	verdict;
	unsigned int		result;
	char			rule[CASE_NAME];
	char			near[CASE_NAME];
	struct case_lines	log;
	struct case_lines	log2;
	struct case_lines	becomes;
	char			error[200];
};

int case_read(const char *path, struct bpf_case *c);
void case_free(struct bpf_case *c);
int case_find_map(const struct bpf_case *c, const char *name);

/* calls @run for every case file at or below @path, in order of names; -1: no such path */
int case_walk(const char *path, void (*run)(const char *path));

#endif /* SELFTESTS_CASEFILE_H */
