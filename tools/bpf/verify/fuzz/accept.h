/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Random programs that aim at being accepted by the verifier: of what registers and
 * stack hold it knows as much as a careful author would.
 */
#ifndef TOOLS_BPF_ACCEPT_H
#define TOOLS_BPF_ACCEPT_H

#include <linux/types.h>
#include <uapi/linux/bpf.h>

#define ACCEPT_INSNS	700

/* maps that programs use, by descriptor from FD_FIRST on; fuzz_oracle.c makes them */
enum accept_map {
	ACCEPT_ARRAY,		/* key 4, value 16, 3 entries */
	ACCEPT_HASH,		/* key 8, value 24, 4 entries */
	ACCEPT_RING,
	ACCEPT_BIG,		/* array, value 200, 4 entries */
	ACCEPT_PROGS,		/* array of programs, none in it */
	ACCEPT_ONE,		/* array, value 40, 1 entry */
	ACCEPT_CONST,		/* likewise, value 32, frozen: accept_constant */
	ACCEPT_MAPS,
};

#define ACCEPT_ARRAY_BYTES	16
#define ACCEPT_HASH_BYTES	24
#define ACCEPT_BIG_BYTES	200
#define ACCEPT_ONE_BYTES	40
#define ACCEPT_CONST_BYTES	32

extern const u8 accept_constant[ACCEPT_CONST_BYTES];

/* program types, as user_type() calls them */
enum accept_type {
	ACCEPT_SOCKET,
	ACCEPT_VERDICT,		/* results 0 and 1 only */
	ACCEPT_SHAPES,		/* a context with fields of every shape */
	ACCEPT_TYPES,
};

/* functions that a program may have, itself included */
#define ACCEPT_FUNCS	8

/**
 * struct accept_func - a function that is called
 * @start:	its first instruction
 * @global:	it is to be verified by itself
 */
struct accept_func {
	u32	start;
	bool	global;
};

/**
 * struct accept_prog - a program
 * @type:	enum accept_type
 * @privileged:	it is to be loaded with privilege
 * @shows:	may compute with addresses: no two runs need agree
 * @insns:	the program
 * @count:	instructions
 * @func:	functions that are called, in order
 * @funcs:	how many
 */
struct accept_prog {
	u8		type;
	bool		privileged;
	bool		shows;
	struct bpf_insn	insns[ACCEPT_INSNS];
	u32		count;
	struct accept_func func[ACCEPT_FUNCS - 1];
	u32		funcs;
};

/* from a seed; or from bytes, which choose in place of chance until they end */
void accept_make(struct accept_prog *p, u64 seed);
void accept_make_from(struct accept_prog *p, const u8 *bytes, size_t len);

#endif /* TOOLS_BPF_ACCEPT_H */
