/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One program, many inputs, all ways and machines: does each leave in memory and R0 what
 * the model says?
 */
#ifndef TOOLS_BPF_JUDGE_H
#define TOOLS_BPF_JUDGE_H

#include <linux/bpf_jit.h>
#include <linux/types.h>

#define JUDGE_INPUTS	4

/**
 * struct trial - a program and its inputs
 * @name:	for messages
 * @in:		the program
 * @ctx:	its context: inputs are written there, results from @ctx + @results on
 * @mem:	first byte that it may use
 * @mem_bytes:	how many; all are cleared before each run
 * @results:	offset of the first result from @ctx
 * @results_bytes: how much there is to compare
 * @sets:	inputs, one array of words for each run
 * @set_count:	how many
 * @pcs:	the instruction that each 8 bytes of results are about; may be NULL
 * @is_packet:	@ctx is a packet: inputs are not written
 * @open_end:	the last instruction is none that programs end with: blinding refuses that
 */
struct trial {
	const char		*name;
	struct bpf_jit_input	in;
	u8			*ctx;
	u8			*mem;
	u32			mem_bytes;
	u32			results;
	u32			results_bytes;
	const u64		(*sets)[JUDGE_INPUTS];
	u32			set_count;
	const u32		*pcs;
	bool			is_packet;
	bool			open_end;
};

/* asks the model; false and a message where it refuses the program */
bool judge_expect(const struct trial *t);
/* compares with what the model said last: ways and machines that differ are printed */
bool judge_compare(const struct trial *t);

/* programs run so far, and ways that were closed to a program (blinding) */
extern u64 judge_runs, judge_closed;

/* for struct model: calls any helper; reads the packet that @arg is */
uint64_t judge_call(void *arg, int32_t imm, const uint64_t *args);
const uint8_t *judge_packet(void *arg, uint32_t off, uint32_t bytes);

/* a helper: mixes its arguments */
u64 judge_helper(u64 r1, u64 r2, u64 r3, u64 r4, u64 r5);
s32 judge_helper_imm(void);

#endif /* TOOLS_BPF_JUDGE_H */
