// SPDX-License-Identifier: GPL-2.0-only
/*
 * Packets: how many bytes of one are known to be there. The context gives addresses where
 * its data begin and end; how far apart these are, only a test tells:
 *
 *	if (data + 14 > end)		in the other arm: 14 bytes from data on
 *		return 0;
 *	p = data + n;			of p nothing is known,
 *	if (p + 8 > end)
 *		return 0;		and here 8 bytes from p on
 *
 * What a test tells of one pointer it tells of every pointer whose offset has the same
 * variable part, or one that is linked to it. Of others it tells what follows from bounds of
 * both offsets. It is kept in the pointers, counted from where the variable part points to: so
 * it is the same however an offset is split, p + n being known to be there up to p + n - 20 or
 * (p + n - 20) + 20 up to its variable part.
 *
 * A packet is shorter than BPF_PACKET_LIMIT, and addresses do not wrap so near to it. So the
 * pointers' order is that of offsets, if these are known to be neither negative nor as large
 * as twice BV_OFFSET_LIMIT; and what is before the end has an offset below the limit, which
 * is what bounds loops over packets.
 *
 * What lies in front of a packet (its metadata) ends where the packet begins.
 *
 * Layer V4. Tests: tools/testing/selftests/bpf/cases/packet/.
 */
#include <linux/kernel.h>
#include <linux/limits.h>
#include <linux/minmax.h>
#include "mem.h"
#include "width.h"

/* is @end what @ptr has to stay in front of? */
static bool is_end_of(const struct bv_reg *end, const struct bv_reg *ptr)
{
	if (ptr->kind == BV_PACKET)
		return end->kind == BV_PACKET_END;
	return ptr->kind == BV_PACKET_META && end->kind == BV_PACKET && !end->off &&
	       bv_reg_const_offset(end);
}

/* the same comparison with its operands exchanged */
static u8 mirrored(u8 op)
{
	switch (op) {
	case BPF_JGT:
		return BPF_JLT;
	case BPF_JGE:
		return BPF_JLE;
	case BPF_JLT:
		return BPF_JGT;
	case BPF_JLE:
		return BPF_JGE;
	default:
		return op;
	}
}

/*
 * Bytes from the pointer on that are there if "pointer @op end" is @taken: one where the
 * pointer is before the end, none where it may be at it.
 */
static s8 bytes_there(u8 op, bool taken)
{
	switch (op) {
	case BPF_JGT:
		return taken ? BV_NO_BYTES : BV_SEEDED(72, 0, 1);
	case BPF_JGE:
		return taken ? BV_NO_BYTES : 1;
	case BPF_JLT:
		return taken ? 1 : BV_NO_BYTES;
	case BPF_JLE:
		return taken ? 0 : BV_NO_BYTES;
	default:
		return BV_NO_BYTES;
	}
}

/* is it known already that the packet has @more bytes behind where @ptr points to? */
static bool is_known(const struct bv_reg *ptr, s8 more)
{
	return more != BV_NO_BYTES && (s64)ptr->off + more <= ptr->there;
}

/**
 * bv_packet_test() - does a comparison tell how far a packet goes?
 * @st:		the state before it
 * @insn:	the jump, both operands being pointers
 * @test:	filled in if so
 *
 * Return: whether it does.
 */
bool bv_packet_test(const struct bv_state *st, const struct bpf_insn *insn,
		    struct bv_packet_test *test)
{
	const struct bv_reg *a = &st->reg[insn->dst_reg], *b = &st->reg[insn->src_reg];
	bool swap = is_end_of(a, b);
	u8 op = swap ? mirrored(BPF_OP(insn->code)) : BPF_OP(insn->code);
	struct scalar at;

	if (BPF_CLASS(insn->code) != BPF_JMP || (!swap && !is_end_of(b, a)))
		return false;
	*test = (struct bv_packet_test){
		.ptr = swap ? *b : *a,
		.end = swap ? insn->dst_reg : insn->src_reg,
		.fall = bytes_there(op, false),
		.jump = bytes_there(op, true),
		.decided = -1,
	};
	at = bv_reg_whole_offset(&test->ptr);
	if (bv_scalar_smin(at) < 0 || bv_scalar_smax(at) >= 2 * BV_OFFSET_LIMIT)
		return false;
	if (is_known(&test->ptr, test->fall))
		test->decided = 0;
	else if (is_known(&test->ptr, test->jump))
		test->decided = 1;
	return test->fall != BV_NO_BYTES || test->jump != BV_NO_BYTES;
}

/**
 * struct lesson - what a test taught
 * @kind:	of which pointers
 * @var:	variable part of the offset that was compared, 0: it is a constant
 * @at:		the rest: bytes behind the number that @var names, or from the start
 * @least:	bytes that are there, counted from the start
 */
struct lesson {
	u8	kind;
	u32	var;
	s64	at;
	s64	least;
};

/* how far the variable part is from what its name stands for; constants have one name */
static bool find_base(const struct bv_reg *r, s64 *base)
{
	*base = r->var ? r->delta : (s64)r->val.bits.value;
	return r->var || bv_scalar_is_const(r->val);
}

/* may there be an access that needs no more? It is where the packet begins at the least */
static bool is_worth(const struct bv_reg *r, s64 there)
{
	return there > -BV_OFFSET_LIMIT && there < BV_OFFSET_LIMIT &&
	       bv_scalar_smin(r->val) > -there;
}

static void learn(struct bv_reg *r, void *arg)
{
	const struct lesson *l = arg;
	s64 base, there;

	if (r->kind != l->kind)
		return;
	if (find_base(r, &base) && r->var == l->var)
		there = BV_SEEDED(73, l->at - base, l->at);
	else if (bv_scalar_smin(r->val) > -BV_OFFSET_LIMIT &&
		 bv_scalar_smax(r->val) < 2 * BV_OFFSET_LIMIT)
		there = l->least - bv_scalar_smax(r->val);
	else
		return;
	if (there > r->there && is_worth(r, there))
		r->there = there;
}

static bool holds_packet(const struct bv_frame *f)
{
	u32 i;

	for (i = 0; i < BV_KEPT_REGS; i++)
		if (bv_reg_is_packet(&f->reg[i]) || f->reg[i].kind == BV_PACKET_END)
			return true;
	for (i = 0; i < f->nslots; i++)
		if (f->slots[i].whole && (bv_reg_is_packet(&f->slots[i].spill) ||
					  f->slots[i].spill.kind == BV_PACKET_END))
			return true;
	return false;
}

/* frames of callers that know the packet become the path's own */
static int own_frames(struct bv_env *env, struct bv_state *st)
{
	const struct bv_frame *f;
	u32 depth = st->depth;

	for (f = st->caller; f; f = f->caller)
		if (holds_packet(f))
			depth = f->depth;
	return depth == st->depth || bv_frames_own(env, st, depth) ? 0 : -ENOMEM;
}

/**
 * bv_packet_learn() - one arm of such a test
 * @env:	the check
 * @st:		state of the arm
 * @test:	the test
 * @bytes:	its @fall or @jump
 *
 * Return: 0 or -ENOMEM.
 */
int bv_packet_learn(struct bv_env *env, struct bv_state *st, const struct bv_packet_test *test,
		    s8 bytes)
{
	const struct bv_reg *ptr = &test->ptr;
	struct lesson l = { .kind = ptr->kind, .var = ptr->var };
	int err;

	if (bytes == BV_NO_BYTES)
		return 0;
	l.least = bv_scalar_smin(bv_reg_whole_offset(ptr)) + bytes;
	/* an offset that is not constant has a name (bv_state_broken()) */
	find_base(ptr, &l.at);
	l.at += (s64)ptr->off + bytes;
	err = own_frames(env, st);
	if (err)
		return err;
	bv_state_each(st, learn, &l);
	bv_frames_each(st, learn, &l);
	return 0;
}

/* addresses of what was a packet are numbers, for whoever may see them */
static void lose(struct bv_reg *r, void *arg)
{
	if (bv_reg_is_packet(r) || r->kind == BV_PACKET_END)
		bv_reg_unknown(r, *(const u32 *)arg);
}

/**
 * bv_packet_moved() - a helper may have changed where the packet is
 * @env:	the check, env->pc being the call
 * @st:		the path; what pointed into the packet, on the stack and in callers, too, is
 *		some number now
 *
 * Return: 0 or -ENOMEM.
 */
int bv_packet_moved(struct bv_env *env, struct bv_state *st)
{
	int err = own_frames(env, st);

	if (err || BV_SEEDED(74, false, true))
		return err;
	bv_state_each(st, lose, &env->pc);
	bv_frames_each(st, lose, &env->pc);
	return 0;
}

/**
 * bv_packet_step() - a pointer into a packet was moved by a number
 * @env:	the check
 * @ptr:	the pointer, its offset the new one
 * @num:	the number
 * @sub:	was it subtracted?
 *
 * As many bytes less are known behind it as it may have gone on. Its offset has a name, by
 * which copies of the pointer are known.
 */
void bv_packet_step(struct bv_env *env, struct bv_reg *ptr, struct scalar num, bool sub)
{
	s64 least = bv_scalar_smin(num), most = bv_scalar_smax(num);
	s64 there = BV_NONE_THERE;

	if (!ptr->var) {
		ptr->var = ++env->next_id;
		ptr->delta = 0;
	}
	if (ptr->there == BV_NONE_THERE)
		return;
	if (least > -BV_OFFSET_LIMIT && most < BV_OFFSET_LIMIT)
		there = min_t(s64, ptr->there - (sub ? -least : most), BV_OFFSET_LIMIT - 1);
	ptr->there = is_worth(ptr, there) ? there : BV_NONE_THERE;
}
