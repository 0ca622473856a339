/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The kernel in this process: bpf(2) as the kernel's own sources have it, over maps and
 * programs that are nothing but their descriptions. Neither it nor its users ever reach
 * the bpf(2) of the machine they run on.
 *
 * Seen by both sides, that of the kernel's headers and that of libbpf's: plain types only.
 */
#ifndef TOOLS_BPF_CHECK_WORLD_H
#define TOOLS_BPF_CHECK_WORLD_H

#include <stdbool.h>
#include <stddef.h>

/* whether the caller has CAP_BPF, CAP_PERFMON and CAP_SYS_ADMIN, or nothing */
extern bool world_privileged;

/* kernel/bpf/sys/bpf.c; @attr is a union bpf_attr. A descriptor, 0, or -errno */
union bpf_attr;
long world_bpf(int cmd, union bpf_attr *attr, unsigned int size);

/* a descriptor that is neither a map nor a program, or -errno */
int world_new_fd(const char *name);
/* number of the map behind a descriptor, as the verifier tells it, or -1 */
int world_map_id(int fd);
/* forgets all maps and programs; their descriptors may be closed or not */
void world_forget(void);

/* name of a program type that there is, or NULL */
const char *world_type_name(unsigned int type);
/* its number, or -1 */
int world_type_find(const char *name);

/* graph.c: text of instruction @pc in @buf; its slots, 1 or 2 */
unsigned int graph_insn(const void *insns, unsigned int count, unsigned int pc, char *buf,
			size_t size);
/* does instruction @pc call a helper or load from the packet: r1 to r5 are gone behind it? */
bool graph_clobbers(const void *insns, unsigned int pc);

/**
 * struct graph_node - a piece of the program without a jump in it or into it
 * @first:	its first instruction
 * @end:	behind its last one
 * @next:	where it goes on, or -1
 * @jump:	where its last instruction jumps to, or -1
 */
struct graph_node {
	unsigned int	first;
	unsigned int	end;
	int		next;
	int		jump;
};

/* @nodes has room for @count; how many there are, in order */
unsigned int graph_nodes(const void *insns, unsigned int count, struct graph_node *nodes);

#endif /* TOOLS_BPF_CHECK_WORLD_H */
