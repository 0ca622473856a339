// SPDX-License-Identifier: GPL-2.0-only
/*
 * One instruction as text, such as "r0 = *(u8 *)(r1 +16)": the notation of
 * released Linux, so that people and their tools recognise it.
 *
 * Must never fail: what is no instruction is printed as its code byte. Judges
 * nothing; insn.c does.
 *
 * Layer K0: pure; builds in user space too. Test: kernel/bpf/prog/insn_test.c.
 */
#include <linux/bpf_func.h>
#include <linux/kernel.h>
#include <linux/string.h>
#include "disasm.h"
#include "insn.h"

static const char *const helper_names[__BPF_FUNC_MAX_ID] = {
	[BPF_FUNC_map_lookup_elem]	= "map_lookup_elem",
	[BPF_FUNC_map_update_elem]	= "map_update_elem",
	[BPF_FUNC_map_delete_elem]	= "map_delete_elem",
	[BPF_FUNC_probe_read]		= "probe_read",
	[BPF_FUNC_ktime_get_ns]		= "ktime_get_ns",
	[BPF_FUNC_trace_printk]		= "trace_printk",
	[BPF_FUNC_get_prandom_u32]	= "get_prandom_u32",
	[BPF_FUNC_get_smp_processor_id]	= "get_smp_processor_id",
	[BPF_FUNC_tail_call]		= "tail_call",
	[BPF_FUNC_get_current_pid_tgid]	= "get_current_pid_tgid",
	[BPF_FUNC_get_current_uid_gid]	= "get_current_uid_gid",
	[BPF_FUNC_get_current_comm]	= "get_current_comm",
	[BPF_FUNC_perf_event_read]	= "perf_event_read",
	[BPF_FUNC_perf_event_output]	= "perf_event_output",
	[BPF_FUNC_skb_load_bytes]	= "skb_load_bytes",
	[BPF_FUNC_get_stackid]		= "get_stackid",
	[BPF_FUNC_get_current_task]	= "get_current_task",
	[BPF_FUNC_get_numa_node_id]	= "get_numa_node_id",
	[BPF_FUNC_xdp_adjust_head]	= "xdp_adjust_head",
	[BPF_FUNC_probe_read_str]	= "probe_read_str",
	[BPF_FUNC_xdp_adjust_meta]	= "xdp_adjust_meta",
	[BPF_FUNC_perf_event_read_value] = "perf_event_read_value",
	[BPF_FUNC_perf_prog_read_value]	= "perf_prog_read_value",
	[BPF_FUNC_override_return]	= "override_return",
	[BPF_FUNC_xdp_adjust_tail]	= "xdp_adjust_tail",
	[BPF_FUNC_get_stack]		= "get_stack",
	[BPF_FUNC_skb_load_bytes_relative] = "skb_load_bytes_relative",
	[BPF_FUNC_send_signal]		= "send_signal",
	[BPF_FUNC_probe_read_user]	= "probe_read_user",
	[BPF_FUNC_probe_read_kernel]	= "probe_read_kernel",
	[BPF_FUNC_probe_read_user_str]	= "probe_read_user_str",
	[BPF_FUNC_probe_read_kernel_str] = "probe_read_kernel_str",
	[BPF_FUNC_send_signal_thread]	= "send_signal_thread",
	[BPF_FUNC_jiffies64]		= "jiffies64",
	[BPF_FUNC_ktime_get_boot_ns]	= "ktime_get_boot_ns",
	[BPF_FUNC_ringbuf_output]	= "ringbuf_output",
	[BPF_FUNC_ringbuf_reserve]	= "ringbuf_reserve",
	[BPF_FUNC_ringbuf_submit]	= "ringbuf_submit",
	[BPF_FUNC_ringbuf_discard]	= "ringbuf_discard",
	[BPF_FUNC_ringbuf_query]	= "ringbuf_query",
	[BPF_FUNC_ktime_get_coarse_ns]	= "ktime_get_coarse_ns",
	[BPF_FUNC_trace_vprintk]	= "trace_vprintk",
};

/* those of the documents of 2013 and 2014, which have numbers far away */
#define OLD_NAMES_FROM	BPF_FUNC_fetch_u8

static const char *const old_helper_names[] = {
	[BPF_FUNC_fetch_u8 - OLD_NAMES_FROM] = "fetch_u8",
	[BPF_FUNC_fetch_u16 - OLD_NAMES_FROM] = "fetch_u16",
	[BPF_FUNC_fetch_u32 - OLD_NAMES_FROM] = "fetch_u32",
	[BPF_FUNC_fetch_u64 - OLD_NAMES_FROM] = "fetch_u64",
	[BPF_FUNC_fetch_ptr - OLD_NAMES_FROM] = "fetch_ptr",
	[BPF_FUNC_memcmp - OLD_NAMES_FROM] = "memcmp",
	[BPF_FUNC_get_current - OLD_NAMES_FROM] = "get_current",
	[BPF_FUNC_dump_stack - OLD_NAMES_FROM] = "dump_stack",
};

/* by operation; what stands between two operands */
static const char *const alu_signs[16] = {
	[BPF_ADD >> 4]	= "+=",
	[BPF_SUB >> 4]	= "-=",
	[BPF_MUL >> 4]	= "*=",
	[BPF_DIV >> 4]	= "/=",
	[BPF_OR >> 4]	= "|=",
	[BPF_AND >> 4]	= "&=",
	[BPF_LSH >> 4]	= "<<=",
	[BPF_RSH >> 4]	= ">>=",
	[BPF_MOD >> 4]	= "%=",
	[BPF_XOR >> 4]	= "^=",
	[BPF_MOV >> 4]	= "=",
	[BPF_ARSH >> 4]	= "s>>=",
};

static const char *const branch_signs[16] = {
	[BPF_JEQ >> 4]	= "==",
	[BPF_JNE >> 4]	= "!=",
	[BPF_JSET >> 4]	= "&",
	[BPF_JLT >> 4]	= "<",
	[BPF_JSLT >> 4]	= "s<",
	[BPF_JLE >> 4]	= "<=",
	[BPF_JSLE >> 4]	= "s<=",
	[BPF_JGT >> 4]	= ">",
	[BPF_JSGT >> 4]	= "s>",
	[BPF_JGE >> 4]	= ">=",
	[BPF_JSGE >> 4]	= "s>=",
};

static int disasm_alu(const struct bpf_insn *insn, char *buf, size_t size)
{
	bool wide = BPF_CLASS(insn->code) == BPF_ALU64;
	const char *sign = alu_signs[BPF_OP(insn->code) >> 4];
	char r = wide ? 'r' : 'w';

	switch (BPF_OP(insn->code)) {
	case BPF_NEG:
		return snprintf(buf, size, "%c%u = -%c%u", r, insn->dst_reg, r,
				insn->dst_reg);
	case BPF_END:
		return snprintf(buf, size, "r%u = %s%d r%u", insn->dst_reg,
				wide ? "bswap" :
				BPF_SRC(insn->code) == BPF_TO_BE ? "be" : "le",
				insn->imm, insn->dst_reg);
	case BPF_DIV:
	case BPF_MOD:
		if (insn->off)
			sign = BPF_OP(insn->code) == BPF_DIV ? "s/=" : "s%=";
		break;
	}
	if (BPF_SRC(insn->code) == BPF_K)
		return snprintf(buf, size, "%c%u %s %d", r, insn->dst_reg, sign,
				insn->imm);
	if (BPF_OP(insn->code) == BPF_MOV && insn->off)
		return snprintf(buf, size, "%c%u = (s%d)%c%u", r, insn->dst_reg,
				insn->off, r, insn->src_reg);
	return snprintf(buf, size, "%c%u %s %c%u", r, insn->dst_reg, sign, r,
			insn->src_reg);
}

static int disasm_const(const struct bpf_insn *insn, u32 left, char *buf,
			size_t size)
{
	u64 value = (u32)insn->imm;

	switch (insn->src_reg) {
	case BPF_PSEUDO_MAP_FD:
		return snprintf(buf, size, "r%u = map[fd:%d]", insn->dst_reg, insn->imm);
	case BPF_PSEUDO_MAP_IDX:
		return snprintf(buf, size, "r%u = map[idx:%d]", insn->dst_reg, insn->imm);
	case BPF_PSEUDO_MAP_VALUE:
	case BPF_PSEUDO_MAP_IDX_VALUE:
		return snprintf(buf, size, "r%u = map[%s:%d][0]+%u", insn->dst_reg,
				insn->src_reg == BPF_PSEUDO_MAP_VALUE ? "fd" : "idx",
				insn->imm, left > 1 ? (u32)insn[1].imm : 0);
	case BPF_PSEUDO_FUNC:
		return snprintf(buf, size, "r%u = func[pc%+d]", insn->dst_reg, insn->imm);
	}
	if (left > 1)
		value |= (u64)(u32)insn[1].imm << 32;
	return snprintf(buf, size, "r%u = 0x%llx", insn->dst_reg,
			(unsigned long long)value);
}

static int disasm_packet(const struct bpf_insn *insn, u32 bits, char *buf,
			 size_t size)
{
	if (BPF_MODE(insn->code) == BPF_ABS)
		return snprintf(buf, size, "r0 = *(u%u *)skb[%d]", bits,
				insn->imm);
	return snprintf(buf, size, "r0 = *(u%u *)skb[r%u + %d]", bits,
			insn->src_reg, insn->imm);
}

static int disasm_load(const struct bpf_insn *insn, u32 bits, char *buf,
		       size_t size)
{
	return snprintf(buf, size, "r%u = *(%c%u *)(r%u %+d)", insn->dst_reg,
			BPF_MODE(insn->code) == BPF_MEMSX ? 's' : 'u', bits,
			insn->src_reg, insn->off);
}

static int disasm_store(const struct bpf_insn *insn, u32 bits, char *buf,
			size_t size)
{
	if (BPF_CLASS(insn->code) == BPF_ST)
		return snprintf(buf, size, "*(u%u *)(r%u %+d) = %d", bits,
				insn->dst_reg, insn->off, insn->imm);
	return snprintf(buf, size, "*(u%u *)(r%u %+d) = r%u", bits,
			insn->dst_reg, insn->off, insn->src_reg);
}

static int disasm_atomic(const struct bpf_insn *insn, u32 bits, char *buf,
			 size_t size)
{
	const char *prefix = bits == 64 ? "64" : "";
	const char *name;

	switch (insn->imm) {
	case BPF_CMPXCHG:
		return snprintf(buf, size,
				"r0 = atomic%s_cmpxchg((u%u *)(r%u %+d), r0, r%u)",
				prefix, bits, insn->dst_reg, insn->off,
				insn->src_reg);
	case BPF_XCHG:
		name = "xchg";
		break;
	case BPF_ADD | BPF_FETCH:
		name = "fetch_add";
		break;
	case BPF_AND | BPF_FETCH:
		name = "fetch_and";
		break;
	case BPF_OR | BPF_FETCH:
		name = "fetch_or";
		break;
	case BPF_XOR | BPF_FETCH:
		name = "fetch_xor";
		break;
	default:
		return snprintf(buf, size, "lock *(u%u *)(r%u %+d) %s r%u", bits,
				insn->dst_reg, insn->off,
				alu_signs[BPF_OP(insn->imm) >> 4], insn->src_reg);
	}
	return snprintf(buf, size, "r%u = atomic%s_%s((u%u *)(r%u %+d), r%u)",
			insn->src_reg, prefix, name, bits, insn->dst_reg,
			insn->off, insn->src_reg);
}

static int disasm_branch(const struct bpf_insn *insn, char *buf, size_t size)
{
	const char *sign = branch_signs[BPF_OP(insn->code) >> 4];
	char r = BPF_CLASS(insn->code) == BPF_JMP ? 'r' : 'w';

	if (BPF_SRC(insn->code) == BPF_K)
		return snprintf(buf, size, "if %c%u %s 0x%x goto pc%+d", r,
				insn->dst_reg, sign, insn->imm, insn->off);
	return snprintf(buf, size, "if %c%u %s %c%u goto pc%+d", r,
			insn->dst_reg, sign, r, insn->src_reg, insn->off);
}

static int disasm_call(const struct bpf_insn *insn, char *buf, size_t size)
{
	const char *name = bpf_func_id_name(insn->imm);

	if (insn->src_reg == BPF_PSEUDO_CALL)
		return snprintf(buf, size, "call pc%+d", insn->imm);
	if (!name)
		return snprintf(buf, size, "call unknown#%d", insn->imm);
	return snprintf(buf, size, "call bpf_%s#%d", name, insn->imm);
}

/**
 * bpf_func_id_name() - name of a helper
 * @id:		imm of a call, any value
 *
 * Called by: bpf_disasm(), messages. Pure.
 * Return: the name without "bpf_", or NULL where there is no such helper.
 */
const char *bpf_func_id_name(s32 id)
{
	if (id >= OLD_NAMES_FROM && id - OLD_NAMES_FROM < (s32)ARRAY_SIZE(old_helper_names))
		return old_helper_names[id - OLD_NAMES_FROM];
	if (id < 0 || id >= (s32)ARRAY_SIZE(helper_names))
		return NULL;
	return helper_names[id];
}

/**
 * bpf_disasm() - text of one instruction
 * @insn:	the instruction, legal or not
 * @left:	instructions from @insn to the end of the program, at least 1
 * @buf:	takes the text, always ended by zero, cut to @size
 * @size:	bytes of @buf; BPF_DISASM_BYTES is enough for every instruction
 *
 * Called by: the verifier's log, tests, tools. Pure.
 * Return: length of the whole text.
 */
int bpf_disasm(const struct bpf_insn *insn, u32 left, char *buf, size_t size)
{
	struct bpf_insn_form form = bpf_insn_form_full(insn);
	u32 bits = form.bytes * 8u;

	switch (form.class) {
	case BPF_IC_ALU:
		return disasm_alu(insn, buf, size);
	case BPF_IC_CONST:
		return disasm_const(insn, left, buf, size);
	case BPF_IC_PACKET:
		return disasm_packet(insn, bits, buf, size);
	case BPF_IC_LOAD:
		return disasm_load(insn, bits, buf, size);
	case BPF_IC_STORE:
		return disasm_store(insn, bits, buf, size);
	case BPF_IC_ATOMIC:
		return disasm_atomic(insn, bits, buf, size);
	case BPF_IC_JUMP:
		return snprintf(buf, size, "goto%s pc%+d",
				BPF_CLASS(insn->code) == BPF_JMP ? "" : "l",
				bpf_insn_jump(insn));
	case BPF_IC_BRANCH:
		return disasm_branch(insn, buf, size);
	case BPF_IC_CALL:
		return disasm_call(insn, buf, size);
	case BPF_IC_EXIT:
		return snprintf(buf, size, "exit");
	default:
		/* no program comes with it: harden.c and the like put it in */
		if (insn->code == (BPF_ST | BPF_NOSPEC))
			return snprintf(buf, size, "nospec");
		return snprintf(buf, size, "BUG_%02x", insn->code);
	}
}
