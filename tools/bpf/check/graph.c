// SPDX-License-Identifier: GPL-2.0-only
/*
 * Programs as text and as graphs, by the kernel's own tables of instructions. Works on
 * anything: what is no program has nodes too.
 */
#include <linux/bpf_func.h>
#include <linux/kernel.h>
#include <linux/types.h>
#include <stdlib.h>
#include "disasm.h"
#include "flow.h"
#include "insn.h"
#include "world.h"

static u32 slots(const struct bpf_insn *insn, u32 left)
{
	u32 n = bpf_insn_slots(insn);

	return n < left ? n : left;
}

unsigned int graph_insn(const void *insns, unsigned int count, unsigned int pc, char *buf,
			size_t size)
{
	const struct bpf_insn *insn = (const struct bpf_insn *)insns + pc;

	bpf_disasm(insn, count - pc, buf, size);
	return slots(insn, count - pc);
}

bool graph_clobbers(const void *insns, unsigned int pc)
{
	const struct bpf_insn *insn = (const struct bpf_insn *)insns + pc;
	u32 class = bpf_insn_form(insn->code)->class;

	return class == BPF_IC_CALL || class == BPF_IC_PACKET;
}

/* which instructions begin a node; NULL without memory */
static bool *find_leaders(const struct bpf_insn *insns, u32 count)
{
	bool *leader = calloc(count + 2, sizeof(*leader));
	u32 pc, target;

	if (!leader)
		return NULL;
	leader[0] = true;
	for (pc = 0; pc < count; pc += slots(&insns[pc], count - pc)) {
		bool jumps = bpf_insn_target(&insns[pc], pc, &target);

		if (jumps && target < count)
			leader[target] = true;
		if (jumps || !bpf_insn_falls_through(&insns[pc]))
			leader[pc + 1] = true;
	}
	return leader;
}

static void end_node(struct graph_node *node, const struct bpf_insn *insns, u32 count,
		     u32 last, u32 end)
{
	u32 target;

	node->end = end;
	node->next = bpf_insn_falls_through(&insns[last]) && end < count ? (int)end : -1;
	node->jump = bpf_insn_target(&insns[last], last, &target) && target < count ?
		     (int)target : -1;
}

unsigned int graph_nodes(const void *program, unsigned int count, struct graph_node *nodes)
{
	const struct bpf_insn *insns = program;
	bool *leader = find_leaders(insns, count);
	u32 pc, end, n = 0;

	if (!leader || !count)
		count = 0;
	for (pc = 0; pc < count; pc = end) {
		end = pc + slots(&insns[pc], count - pc);
		if (leader[pc])
			nodes[n++].first = pc;
		if (end >= count || leader[end])
			end_node(&nodes[n - 1], insns, count, pc, end);
	}
	free(leader);
	return n;
}
