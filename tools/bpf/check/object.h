/* SPDX-License-Identifier: GPL-2.0-only */
/* Objects: what libbpf makes of them, and the verdict of each program in them. */
#ifndef TOOLS_BPF_CHECK_OBJECT_H
#define TOOLS_BPF_CHECK_OBJECT_H

#include <stdbool.h>
#include "verdict.h"

/**
 * struct object_request - what shall be checked, and how
 * @path:	the object
 * @program:	only the program of this name; NULL: all
 * @type:	number of the type that programs have, whatever their sections say; -1
 * @btf:	file with the types to relocate against; NULL: the running kernel's
 * @steps:	have every step of the verifier logged
 */
struct object_request {
	const char	*path;
	const char	*program;
	int		type;
	const char	*btf;
	bool		steps;
};

/**
 * struct object_map - a map of an object
 * @name:	its name
 * @fd:		what programs name it by
 * @id:		what the verifier names it by
 */
struct object_map {
	char	*name;
	int	fd;
	int	id;
};

/**
 * struct object - what came of an object
 * @path:	the object
 * @map:	its maps
 * @maps:	how many
 * @verdict:	of each program, in the order of the object
 * @count:	how many
 * @trouble:	why the object as a whole could not be read, NULL where it could
 */
struct object {
	const char		*path;
	struct object_map	*map;
	unsigned int		maps;
	struct verdict		*verdict;
	unsigned int		count;
	char			*trouble;
};

void object_check(struct object *o, const struct object_request *req);
/* @text with the names of maps for their numbers and descriptors; to be freed */
char *object_name_maps(const struct object *o, const char *text);
void object_free(struct object *o);

#endif /* TOOLS_BPF_CHECK_OBJECT_H */
