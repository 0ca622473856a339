/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What RFC 9669 says a program computes: the judge of interpreter, optimiser and code
 * generator. Shares nothing with them, not even the names of the opcodes.
 */
#ifndef TOOLS_BPF_MODEL_H
#define TOOLS_BPF_MODEL_H

#include <stdbool.h>
#include <stdint.h>

#define MODEL_REGS	12	/* R0 to R10, and the kernel's own, which is like R0 to R9 */
#define MODEL_REGIONS	8

/**
 * struct model_region - memory that a program may use
 * @start:	its first address
 * @bytes:	how many bytes
 */
struct model_region {
	uint64_t	start;
	uint64_t	bytes;
};

/**
 * struct model - a program and what it runs in
 * @code:	instructions, 8 bytes each, as RFC 9669 section 3 lays them out
 * @count:	how many
 * @region:	memory it may use, besides the stacks
 * @regions:	how many
 * @call:	calls helper @imm with R1 to R5 at @args; gives R0
 * @packet:	the first of @bytes packet bytes at @off, or NULL where it has not so many
 * @arg:	for both
 * @most_steps:	instructions it may run
 * @reg:	registers: on entry R1 is the context; when it has run, their values
 * @wrong:	why it did not run to its end, or NULL
 * @at:		the instruction where it ended
 */
struct model {
	const uint8_t		*code;
	uint32_t		count;
	struct model_region	region[MODEL_REGIONS];
	uint32_t		regions;
	uint64_t		(*call)(void *arg, int32_t imm, const uint64_t *args);
	const uint8_t		*(*packet)(void *arg, uint32_t off, uint32_t bytes);
	void			*arg;
	uint64_t		most_steps;
	uint64_t		reg[MODEL_REGS];
	const char		*wrong;
	uint32_t		at;
};

bool model_run(struct model *m);

#endif /* TOOLS_BPF_MODEL_H */
