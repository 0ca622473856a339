// SPDX-License-Identifier: GPL-2.0-only
/*
 * Loads and stores with what is around them: a value that is loaded only to be compared,
 * combined or stored back is an operand in memory, and so is the target of a constant.
 *
 * What is in memory is narrower than registers: whether an operation of its width gives
 * the same is decided here for each. The register that is not written any more has to be
 * dead, see fuse.c.
 *
 * Layer K5; builds in user space too. Tests: the fuzzers of tools/bpf/verify.
 */
#include <linux/bitops.h>
#include <linux/kernel.h>
#include "../../../kernel/bpf/insn.h"
#include "encode.h"
#include "fuse.h"
#include "host.h"

static bool is_alu(const struct bpf_insn *insn)
{
	u8 class = BPF_CLASS(insn->code);

	return class == BPF_ALU || class == BPF_ALU64;
}

static bool is_wide_alu(const struct bpf_insn *insn)
{
	return BPF_CLASS(insn->code) == BPF_ALU64;
}

static bool is_by_register(const struct bpf_insn *insn)
{
	return BPF_SRC(insn->code) == BPF_X;
}

static bool is_branch(const struct bpf_insn *insn)
{
	return bpf_insn_form(insn->code)->class == BPF_IC_BRANCH;
}

/* as an operation on memory of so many bytes is written; byte opcodes are one less */
static u32 sized(u32 op, u32 bytes)
{
	switch (bytes) {
	case 1:
		return op - 1;
	case 2:
		return op | OP_16;
	case 8:
		return op | OP_W;
	default:
		return op;
	}
}

static struct jit_mem mem_of(const struct jit *jit, u8 reg, s16 off)
{
	return mem_at(jit_hw(jit, reg), off);
}

/* the three operands: memory, @alu, constant */
static void put_alu_mem_imm(struct jit *jit, u32 prefix, enum x86_alu alu, u32 bytes,
			    struct jit_mem mem, s32 imm)
{
	if (bytes == 1)
		imm = (s8)imm;
	else if (bytes == 2)
		imm = (s16)imm;
	if (alu == X86_ADD && (imm == 1 || imm == -1))
		enc_rm(jit, prefix | sized(OP_GROUP5, bytes), imm < 0, mem);
	else if (bytes == 1)
		enc_rm_imm(jit, prefix | OP_GROUP1_BYTE, alu, mem, imm, 1);
	else if (fits_s8(imm))
		enc_rm_imm(jit, prefix | sized(OP_GROUP1_IMM8, bytes), alu, mem, imm, 1);
	else
		enc_rm_imm(jit, prefix | sized(OP_GROUP1_IMM, bytes), alu, mem, imm,
			   bytes == 2 ? 2 : 4);
}

static void put_alu_mem_reg(struct jit *jit, enum x86_alu alu, u32 bytes,
			    struct jit_mem mem, u8 hw)
{
	enc_rm(jit, sized(alu << 3 | 0x01, bytes) | (bytes == 1 ? OP_REG8 : 0), hw, mem);
}

static bool alu_of(const struct bpf_insn *insn, enum x86_alu *alu)
{
	switch (BPF_OP(insn->code)) {
	case BPF_ADD:
		*alu = X86_ADD;
		return true;
	case BPF_SUB:
		*alu = X86_SUB;
		return true;
	case BPF_AND:
		*alu = X86_AND;
		return true;
	case BPF_OR:
		*alu = X86_OR;
		return true;
	case BPF_XOR:
		*alu = X86_XOR;
		return true;
	default:
		return false;
	}
}

/* ---- load, branch ------------------------------------------------------------------- */

/**
 * struct loaded - a value in memory instead of a register
 * @mem:	where
 * @bytes:	how wide; the register would have zeroes above
 * @reg:	that register
 */
struct loaded {
	struct jit_mem	mem;
	u32		bytes;
	u8		reg;
};

/* shortest test of bits; false where none of them is in memory */
static bool put_test(struct jit *jit, const struct loaded *l, s32 imm)
{
	u32 mask = imm, byte;
	struct jit_mem mem = l->mem;

	if (l->bytes == 8 && imm < 0) {
		enc_rm_imm(jit, OP_GROUP3 | OP_W, X86_TEST, mem, imm, 4);
		return true;
	}
	if (l->bytes < 4)
		mask &= (1u << 8 * l->bytes) - 1;
	if (!mask)
		return false;
	byte = __ffs(mask) / 8;
	if (mask >> 8 * byte <= 0xff) {
		mem.disp += byte;
		enc_rm_imm(jit, OP_GROUP3_BYTE, X86_TEST, mem, mask >> 8 * byte, 1);
	} else if (mask <= 0xffff) {
		enc_rm_imm(jit, OP_GROUP3 | OP_16, X86_TEST, mem, mask, 2);
	} else {
		enc_rm_imm(jit, OP_GROUP3, X86_TEST, mem, mask, 4);
	}
	return true;
}

/*
 * May memory be compared with @imm instead of the register, and what is asked then? What
 * was extended by zeroes is no negative number.
 */
static bool fits_memory(const struct loaded *l, const struct bpf_insn *branch,
			enum jit_cc *cc)
{
	bool wide = BPF_CLASS(branch->code) == BPF_JMP;

	if (l->bytes == 8 || (l->bytes == 4 && !wide))
		return true;
	if (branch->imm < 0 || (l->bytes < 4 && branch->imm >> 8 * l->bytes))
		return false;
	*cc = jit_unsigned(*cc);
	return true;
}

static bool put_compare_imm(struct jit *jit, const struct loaded *l,
			    const struct bpf_insn *branch, enum jit_cc *cc)
{
	u32 bytes = l->bytes;
	s32 imm = branch->imm;

	if (!fits_memory(l, branch, cc))
		return false;
	if (bytes == 8 && BPF_CLASS(branch->code) == BPF_JMP32)
		bytes = 4;
	if (bytes > 1)
		jit_shorten(cc, &imm);
	put_alu_mem_imm(jit, 0, X86_CMP, bytes, l->mem, imm);
	return true;
}

/* both operands are as wide as memory then */
static bool put_compare_reg(struct jit *jit, const struct loaded *l,
			    const struct bpf_insn *branch, enum jit_cc *cc)
{
	bool wide = BPF_CLASS(branch->code) == BPF_JMP, swapped = branch->src_reg == l->reg;
	u8 other = swapped ? branch->dst_reg : branch->src_reg;
	u32 bytes = wide ? 8 : 4;

	if (branch->dst_reg == branch->src_reg || l->bytes < 4)
		return false;
	if (wide && l->bytes == 4) {
		if (!jit_upper_known(jit, other))
			return false;
		*cc = jit_unsigned(*cc);
		bytes = 4;
	}
	if (swapped)
		enc_rm(jit, sized(X86_CMP << 3 | 0x03, bytes), jit_hw(jit, other), l->mem);
	else
		put_alu_mem_reg(jit, X86_CMP, bytes, l->mem, jit_hw(jit, other));
	return true;
}

/* bits above those in memory are zero, so they do not matter */
static bool put_test_reg(struct jit *jit, const struct loaded *l,
			 const struct bpf_insn *branch)
{
	u8 other = branch->src_reg == l->reg ? branch->dst_reg : branch->src_reg;
	u32 bytes = l->bytes;

	if (branch->dst_reg == branch->src_reg)
		return false;
	if (bytes == 8 && BPF_CLASS(branch->code) == BPF_JMP32)
		bytes = 4;
	enc_rm(jit, sized(OP_TEST, bytes) | (bytes == 1 ? OP_REG8 : 0), jit_hw(jit, other),
	       l->mem);
	return true;
}

static bool put_comparison(struct jit *jit, const struct loaded *l,
			   const struct bpf_insn *branch, enum jit_cc *cc)
{
	struct loaded low = *l;

	if (BPF_OP(branch->code) != BPF_JSET)
		return is_by_register(branch) ? put_compare_reg(jit, l, branch, cc) :
						put_compare_imm(jit, l, branch, cc);
	if (is_by_register(branch))
		return put_test_reg(jit, l, branch);
	if (BPF_CLASS(branch->code) == BPF_JMP32)
		low.bytes = min(low.bytes, 4u);
	return put_test(jit, &low, branch->imm);
}

static u32 fuse_load_branch(struct jit *jit, const struct jit_pair *p,
			    const struct loaded *l)
{
	enum jit_cc cc = jit_condition(p->b);
	bool mentioned = p->b->dst_reg == l->reg ||
			 (is_by_register(p->b) && p->b->src_reg == l->reg);

	if (!mentioned || !jit_is_dead(jit, p->next, l->reg) ||
	    (jit->facts[p->next] & JIT_FACT_RAW))
		return 0;
	if (!put_comparison(jit, l, p->b, &cc))
		return 0;
	jit_jump_if(jit, p->next, cc);
	return 2;
}

/* reg = memory; reg &= imm; if reg == 0 or reg != 0 */
static u32 fuse_load_test(struct jit *jit, const struct jit_pair *p,
			  const struct loaded *l)
{
	u32 at = jit_next(jit, p->next);
	const struct bpf_insn *branch = &jit->in->insns[at];
	bool equal = BPF_OP(branch->code) == BPF_JEQ;
	struct loaded low = *l;

	if (!at || !is_branch(branch) || (!equal && BPF_OP(branch->code) != BPF_JNE) ||
	    is_by_register(branch) || branch->imm || branch->dst_reg != l->reg ||
	    !jit_is_dead(jit, at, l->reg))
		return 0;
	if (!is_wide_alu(p->b) || BPF_CLASS(branch->code) == BPF_JMP32)
		low.bytes = min(low.bytes, 4u);
	if (!put_test(jit, &low, p->b->imm))
		return 0;
	jit_jump_if(jit, at, equal ? CC_E : CC_NE);
	return 3;
}

/* ---- load, operation ----------------------------------------------------------------- */

/* is dst @op= memory, as wide as memory, what dst @op= the register would be? */
static bool is_same_narrow(const struct jit *jit, const struct bpf_insn *insn)
{
	switch (BPF_OP(insn->code)) {
	case BPF_AND:
		return true;
	case BPF_OR:
	case BPF_XOR:
		return jit_upper_known(jit, insn->dst_reg);
	default:
		return false;
	}
}

static u32 fuse_load_operand(struct jit *jit, const struct jit_pair *p,
			     const struct loaded *l)
{
	bool mul = BPF_OP(p->b->code) == BPF_MUL;
	u32 bytes = is_wide_alu(p->b) ? 8 : 4;
	enum x86_alu alu = X86_ADD;

	if (!is_by_register(p->b) || p->b->src_reg != l->reg || p->b->dst_reg == l->reg ||
	    l->bytes < 4 || (!mul && !alu_of(p->b, &alu)) ||
	    !jit_is_dead(jit, p->next, l->reg))
		return 0;
	if (bytes == 8 && l->bytes == 4) {
		if (mul || !is_same_narrow(jit, p->b))
			return 0;
		bytes = 4;
	}
	enc_rm(jit, sized(mul ? OP_IMUL : alu << 3 | 0x03, bytes),
	       jit_hw(jit, p->b->dst_reg), l->mem);
	if (!mul)
		jit_flags_are(jit, p->b->dst_reg, bytes == 8);
	return 2;
}

/* reg = memory; reg op= operand; memory = reg */
static u32 fuse_modify(struct jit *jit, const struct jit_pair *p, const struct loaded *l)
{
	u32 at = jit_next(jit, p->next);
	const struct bpf_insn *store = &jit->in->insns[at];
	bool by_register = is_by_register(p->b);
	enum x86_alu alu;

	if (!at || store->code != (BPF_STX | BPF_MEM | BPF_SIZE(p->a->code)) ||
	    store->src_reg != l->reg || store->dst_reg != p->a->src_reg ||
	    store->dst_reg == l->reg || store->off != p->a->off ||
	    !jit_is_dead(jit, at, l->reg))
		return 0;
	if (!alu_of(p->b, &alu) || (by_register && p->b->src_reg == l->reg) ||
	    (l->bytes == 8 && !is_wide_alu(p->b)))
		return 0;
	if (by_register)
		put_alu_mem_reg(jit, alu, l->bytes, l->mem, jit_hw(jit, p->b->src_reg));
	else
		put_alu_mem_imm(jit, 0, alu, l->bytes, l->mem, p->b->imm);
	return 3;
}

/* swaps all bytes of what is so wide? */
static bool is_swap(const struct bpf_insn *insn, u32 bytes)
{
	if (!is_alu(insn) || BPF_OP(insn->code) != BPF_END || insn->imm != 8 * bytes)
		return false;
	return is_wide_alu(insn) || BPF_SRC(insn->code) == BPF_TO_BE;
}

static u32 fuse_load_swap(struct jit *jit, const struct loaded *l)
{
	u8 hw = jit_hw(jit, l->reg);

	if (l->bytes == 2) {
		/* what is above stays zero */
		enc_rm(jit, OP_MOVZX16, hw, l->mem);
		enc_rr_imm(jit, OP_SHIFT_IMM | OP_16, X86_ROL, hw, 8, 1);
		return 2;
	}
	if (l->bytes == 1 || !jit_host_has_movbe())
		return 0;
	enc_rm(jit, sized(OP_MOVBE_LOAD, l->bytes), hw, l->mem);
	return 2;
}

/**
 * jit_fuse_load() - write a load with what follows it
 * @jit:	the compilation
 * @p:		a plain load and the next instruction
 *
 * Return: slots written, 0 where they do not go together.
 */
u32 jit_fuse_load(struct jit *jit, const struct jit_pair *p)
{
	const struct loaded l = {
		.mem = mem_of(jit, p->a->src_reg, p->a->off),
		.bytes = bpf_size_bytes(p->a->code),
		.reg = p->a->dst_reg,
	};

	if (is_branch(p->b))
		return fuse_load_branch(jit, p, &l);
	if (!is_alu(p->b))
		return 0;
	if (p->b->dst_reg != l.reg)
		return fuse_load_operand(jit, p, &l);
	if (is_swap(p->b, l.bytes))
		return fuse_load_swap(jit, &l);
	if (BPF_OP(p->b->code) == BPF_AND && !is_by_register(p->b)) {
		u32 done = fuse_load_test(jit, p, &l);

		if (done)
			return done;
	}
	return fuse_modify(jit, p, &l);
}

/* ---- stores ---------------------------------------------------------------------------- */

/* the constant as a sign-extended one of 32 bits, if a store of so many bytes takes it */
static bool fits_store(const struct bpf_insn *mov, u32 bytes)
{
	return bytes < 8 || is_wide_alu(mov) || mov->imm >= 0;
}

static void put_store_imm(struct jit *jit, u32 bytes, struct jit_mem mem, s32 imm)
{
	enc_rm_imm(jit, sized(OP_MOV_IMM, bytes), 0, mem, imm, min(bytes, 4u));
}

static u32 fuse_constant_atomic(struct jit *jit, const struct jit_pair *p)
{
	u32 bytes = bpf_size_bytes(p->b->code);
	enum x86_alu alu = X86_ADD;

	switch (p->b->imm) {
	case BPF_ADD:
		break;
	case BPF_OR:
		alu = X86_OR;
		break;
	case BPF_AND:
		alu = X86_AND;
		break;
	case BPF_XOR:
		alu = X86_XOR;
		break;
	default:
		return 0;
	}
	put_alu_mem_imm(jit, OP_LOCK, alu, bytes, mem_of(jit, p->b->dst_reg, p->b->off),
			p->a->imm);
	return 2;
}

/**
 * jit_fuse_store() - write a value with the store that is its only use
 * @jit:	the compilation
 * @p:		a constant, or a change of byte order, and the next instruction
 *
 * Return: slots written, 0 where they do not go together.
 */
u32 jit_fuse_store(struct jit *jit, const struct jit_pair *p)
{
	u32 bytes = bpf_size_bytes(p->b->code);
	u8 reg = p->a->dst_reg;

	if (BPF_CLASS(p->b->code) != BPF_STX || p->b->src_reg != reg ||
	    p->b->dst_reg == reg || !jit_is_dead(jit, p->next, reg))
		return 0;
	if (BPF_OP(p->a->code) == BPF_MOV) {
		if (!fits_store(p->a, bytes))
			return 0;
		if (BPF_MODE(p->b->code) == BPF_ATOMIC)
			return fuse_constant_atomic(jit, p);
		put_store_imm(jit, bytes, mem_of(jit, p->b->dst_reg, p->b->off),
			      p->a->imm);
		return 2;
	}
	if (BPF_MODE(p->b->code) != BPF_MEM || !is_swap(p->a, bytes) ||
	    !jit_host_has_movbe())
		return 0;
	enc_rm(jit, sized(OP_MOVBE_STORE, bytes), jit_hw(jit, reg),
	       mem_of(jit, p->b->dst_reg, p->b->off));
	return 2;
}
