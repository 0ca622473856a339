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

/* is @addr that of a map, or of a byte of its only value, @off? What @insn is then, or 0 */
static u8 map_kind(const struct bpf_map *map, u64 addr, u32 *off)
{
	u64 value = (unsigned long)bpf_map_value(map);

	*off = 0;
	if (addr == (unsigned long)map)
		return BPF_PSEUDO_MAP_FD;
	if (!value || addr < value || addr - value >= map->value_size)
		return 0;
	*off = addr - value;
	return BPF_PSEUDO_MAP_VALUE;
}

static void tell_const(const struct bpf_prog *prog, struct bpf_insn *insn)
{
	u64 addr = (u32)insn[0].imm | (u64)(u32)insn[1].imm << 32;
	u32 i, off;

	for (i = 0; i < prog->aux->map_cnt; i++) {
		const struct bpf_map *map = prog->aux->maps[i];
		u8 kind = map_kind(map, addr, &off);

		if (!kind)
			continue;
		insn[0].src_reg = kind;
		insn[0].imm = map->id;
		insn[1].imm = off;
		return;
	}
}

/**
 * bpf_prog_tell_insn() - an instruction as it could have been written
 * @prog:	the program
 * @insn:	a copy of one of its instructions, with the second slot where there is one
 * @raw_ok:	the reader may see addresses
 *
 * A map's number stands where its descriptor stood, or the index of that.
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
