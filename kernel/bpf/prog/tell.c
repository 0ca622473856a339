// SPDX-License-Identifier: GPL-2.0-only
/*
 * Instructions of a loaded program as user space could have written them: maps by
 * number, the kernel's own opcodes as calls, no addresses but for those who may see
 * them.
 *
 * Must never give away an address where it is not allowed. Layer K4. Tests:
 * selftests/bpf/sys_test.c, filter_test.c.
 */
#include <linux/bpf.h>
#include <linux/bpf_tell.h>

/* index of the map whose address is @addr among those of @prog, or -1 */
static int find_map(const struct bpf_prog *prog, u64 addr)
{
	u32 i;

	for (i = 0; i < prog->aux->map_cnt; i++) {
		if ((unsigned long)prog->aux->maps[i] == addr)
			return i;
	}
	return -1;
}

static void tell_const(const struct bpf_prog *prog, struct bpf_insn *insn)
{
	int map = find_map(prog, (u32)insn[0].imm | (u64)(u32)insn[1].imm << 32);

	if (map < 0)
		return;
	insn[0].src_reg = BPF_PSEUDO_MAP_FD;
	insn[0].imm = prog->aux->maps[map]->id;
	insn[1].imm = 0;
}

/**
 * bpf_prog_tell_insn() - an instruction as it could have been written
 * @prog:	the program
 * @insn:	a copy of one of its instructions, with the second slot where there is one
 * @raw_ok:	the reader may see addresses
 *
 * A map's number stands where its descriptor stood.
 *
 * Context: any.
 */
void bpf_prog_tell_insn(const struct bpf_prog *prog, struct bpf_insn *insn, bool raw_ok)
{
	if (insn->code == (BPF_JMP | BPF_TAIL_CALL)) {
		insn->code = BPF_JMP | BPF_CALL;
		insn->imm = BPF_FUNC_tail_call;
	} else if (insn->code == (BPF_JMP | BPF_CALL)) {
		insn->off = 0;
		if (!raw_ok)
			insn->imm = 0;
	} else if (insn->code == (BPF_LD | BPF_IMM | BPF_DW)) {
		tell_const(prog, insn);
	}
}
