// SPDX-License-Identifier: GPL-2.0-only
/*
 * Code out of the line: what happens where a packet load does not find its bytes at
 * hand or a load may not touch its address, and the routines that call C for them.
 *
 * Decides what is kept across such a call, and where the frame comes from that a stack
 * walk needs. The line's code notes places while it is written; this writes them behind
 * the body. Must never change a register of the program but the load's own.
 *
 * Layer K5; builds in user space too. Tests: lib/test_bpf.c (packets in fragments),
 * fuzzers of tools/bpf/verify.
 */
#include <linux/bitops.h>
#include <linux/kernel.h>
#include "../../../kernel/bpf/flow.h"
#include "../../../kernel/bpf/insn.h"
#include "encode.h"
#include "host.h"
#include "stub.h"

/* ---- taking note ---------------------------------------------------------------- */

static struct jit_stub *stub_add(struct jit *jit)
{
	struct jit_stub *stubs = jit_grow(jit, jit->stubs, &jit->stub_room,
					  jit->stub_count, sizeof(*stubs));

	if (!stubs)
		return NULL;
	jit->stubs = stubs;
	return &stubs[jit->stub_count++];
}

/* the shared routines come first; none is written that nobody calls */
static bool stubs_start(struct jit *jit)
{
	while (jit->stub_count < JIT_SHARED_COUNT) {
		struct jit_stub *shared = stub_add(jit);

		if (!shared)
			return false;
		*shared = (struct jit_stub){ .kind = JIT_STUB_SHARED };
	}
	return true;
}

/**
 * jit_stub_new() - note a place out of the line
 * @jit:	the compilation
 * @kind:	what it does
 *
 * Return: the note with label and resume label made, to be filled in before the next
 * is taken; NULL where memory is short, jit->err tells then.
 */
struct jit_stub *jit_stub_new(struct jit *jit, enum jit_stub_kind kind)
{
	struct jit_stub *stub;

	if (!stubs_start(jit))
		return NULL;
	stub = stub_add(jit);
	if (!stub)
		return NULL;
	*stub = (struct jit_stub){ .kind = kind };
	stub->label = jit_label_new(jit);
	stub->resume = jit_label_new(jit);
	return stub;
}

/**
 * jit_live_hw() - machine registers that a call in place of an instruction would spoil
 * @jit:	the compilation
 * @pc:		the instruction
 *
 * Return: those that the plan keeps where a called function may write, and whose value
 * is read behind the instruction; without the two registers of packets.
 */
u16 jit_live_hw(const struct jit *jit, u32 pc)
{
	struct bpf_touched t = bpf_insn_touches(&jit->in->insns[pc]);
	u16 live = jit->live_after[pc] & ~t.sets, hw = 0;
	u32 reg;

	for (reg = 0; live; reg++, live >>= 1) {
		if ((live & 1) && jit->plan.hw[reg] != HW_NONE)
			hw |= 1 << jit->plan.hw[reg];
	}
	if (jit->plan.hw[JIT_COUNT] != HW_NONE)
		hw |= 1 << jit->plan.hw[JIT_COUNT];
	/* R1 has not moved yet */
	if (jit->plan.entry_move != JIT_NO_INSN && pc < jit->plan.entry_move)
		hw |= 1 << HW_DI;
	return hw & JIT_HW_CLOBBERED;
}

static u16 header_hw(const struct jit *jit)
{
	const u8 *hw = jit->plan.hw;

	if (hw[JIT_DATA] == HW_NONE || hw[JIT_HLEN] == HW_NONE)
		return 0;
	return (1 << hw[JIT_DATA] | 1 << hw[JIT_HLEN]) & JIT_HW_CLOBBERED;
}

/**
 * jit_call_shared() - write a call of a routine
 * @jit:	the compilation
 * @base:	JIT_SHARED_PACKET or JIT_SHARED_PROBE
 * @bytes:	of the load
 * @live:	machine registers to be kept
 *
 * In the line, or by a place out of it.
 */
void jit_call_shared(struct jit *jit, enum jit_shared base, u32 bytes, u16 live)
{
	struct jit_stub *shared;

	if (!stubs_start(jit))
		return;
	shared = &jit->stubs[base + (bytes == 8 ? 3 : bytes / 2)];
	if (!shared->users++)
		shared->label = jit_label_new(jit);
	shared->live |= live;
	shared->bytes = bytes;
	enc_bytes(jit, OP_CALL);
	jit_rel32_label(jit, shared->label);
}

/* ---- pieces ----------------------------------------------------------------------- */

/*
 * Where C relies on a stack that is aligned to 16 bytes, an even number of registers is
 * kept in the line of a function, an odd one below a routine's return address and
 * the frame, if that is its own. rbx is one that nobody minds.
 */
static u16 align_kept(u16 live, bool odd)
{
	if (JIT_STACK_ALIGN == 16 && (hweight16(live) & 1) != odd)
		live |= 1 << HW_BX;
	return live;
}

static void keep(struct jit *jit, u16 live)
{
	u8 hw;

	for (hw = 0; hw < 16; hw++)
		if (live >> hw & 1)
			enc_push(jit, hw);
}

static void give_back(struct jit *jit, u16 live)
{
	u8 hw = 16;

	while (hw--)
		if (live >> hw & 1)
			enc_pop(jit, hw);
}

/* a register that is written whole = a small constant, in three or four bytes */
static void put_small(struct jit *jit, u8 hw, u8 value)
{
	enc_bytes(jit, 0x6a, value);		/* push imm8 */
	enc_pop(jit, hw);
}

/**
 * jit_packet_offset() - put a packet offset where the routines want it
 * @jit:	the compilation
 * @off:	the offset
 */
void jit_packet_offset(struct jit *jit, u32 off)
{
	if (off && off <= S8_MAX)
		put_small(jit, HW_AX, off);
	else
		enc_const(jit, HW_AX, off);
}

static void call_c(struct jit *jit, unsigned long func)
{
	enc_bytes(jit, OP_CALL);
	jit_rel32(jit, func);
}

/*
 * A routine of a function without frame makes one where the function would have it,
 * right below the function's return address, so that a stack walk finds its way: the
 * routine's own return address moves down by one.
 */
static void routine_enter(struct jit *jit)
{
	if (jit->plan.frame)
		return;
	enc_bytes(jit, 0x48, 0x87, 0x2c, 0x24);		/* xchg [rsp], rbp */
	enc_bytes(jit, 0x55);				/* push rbp */
	enc_bytes(jit, 0x48, 0x8d, 0x6c, 0x24, 0x08);	/* lea rbp, [rsp + 8] */
}

static void routine_leave(struct jit *jit)
{
	if (!jit->plan.frame) {
		enc_bytes(jit, 0x5d);			/* pop rbp */
		enc_bytes(jit, 0x48, 0x87, 0x2c, 0x24);	/* xchg [rsp], rbp */
	}
	jit_return(jit);
}

/* out of the packet: the program is over and returns 0 */
static void leave_function(struct jit *jit)
{
	enc_zero(jit, HW_AX);
	jit_leave(jit);
}

/* ---- packets ---------------------------------------------------------------------- */

/* registers are kept already; the offset is in R0, or @off; the size in JIT_TEMP, or @bytes */
static void call_packet(struct jit *jit, const u32 *off, u32 bytes)
{
	enc_mov64(jit, HW_DI, jit->plan.hw[BPF_REG_CTX]);
	if (off)
		enc_const(jit, HW_SI, *off);
	else
		enc_mov32(jit, HW_SI, HW_AX);
	if (bytes)
		put_small(jit, HW_DX, bytes);
	else
		enc_mov32(jit, HW_DX, jit->plan.hw[JIT_TEMP]);
	call_c(jit, (unsigned long)bpf_jit_load_packet);
}

static void jump_if_none(struct jit *jit, u32 label)
{
	enc_rr(jit, OP_TEST | OP_W, HW_AX, HW_AX);
	jit_jump_to(jit, CC_S, label);
}

/* the only place that calls, at a constant offset: no routine */
static void lone_place(struct jit *jit, const struct jit_stub *place, u16 header)
{
	const struct bpf_insn *insn = &jit->in->insns[place->pc];
	u16 live = align_kept(jit_live_hw(jit, place->pc) | header, false);
	u32 none = jit_label_new(jit), off = insn->imm;

	jit_label_here(jit, place->label);
	if (!jit->plan.frame)
		enc_bytes(jit, 0x55, 0x48, 0x89, 0xe5);	/* push rbp; mov rbp, rsp */
	keep(jit, live);
	call_packet(jit, &off, bpf_size_bytes(insn->code));
	give_back(jit, live);
	if (!jit->plan.frame)
		enc_bytes(jit, 0x5d);			/* pop rbp */
	jump_if_none(jit, none);
	jit_packet_arrange(jit, place->pc);
	jit_jump_to(jit, CC_ALWAYS, place->resume);
	jit_label_here(jit, none);
	leave_function(jit);
}

static void packet_place(struct jit *jit, u32 index)
{
	/* a copy: more may be noted while it is written */
	const struct jit_stub place = jit->stubs[index];

	jit_label_here(jit, place.label);
	jit_packet_loads(jit, &place);
	jit_jump_to(jit, CC_ALWAYS, place.resume);
}

/* entries by size, then what they share */
static void packet_routine(struct jit *jit, u16 header)
{
	u32 body = jit_label_new(jit), none = jit_label_new(jit);
	u32 i, bytes = 0, entries = 0, written = 0;
	u16 live = header;

	for (i = JIT_SHARED_PACKET; i < JIT_SHARED_PROBE; i++) {
		if (!jit->stubs[i].users)
			continue;
		entries++;
		bytes = jit->stubs[i].bytes;
		live |= jit->stubs[i].live;
	}
	for (i = JIT_SHARED_PACKET; i < JIT_SHARED_PROBE; i++) {
		if (!jit->stubs[i].users)
			continue;
		jit_label_here(jit, jit->stubs[i].label);
		if (entries > 1)
			put_small(jit, jit->plan.hw[JIT_TEMP], jit->stubs[i].bytes);
		if (++written < entries)
			jit_jump_to(jit, CC_ALWAYS, body);
	}
	live = align_kept(live, true);
	jit_label_here(jit, body);
	routine_enter(jit);
	keep(jit, live);
	call_packet(jit, NULL, entries > 1 ? 0 : bytes);
	give_back(jit, live);
	jump_if_none(jit, none);
	routine_leave(jit);
	jit_label_here(jit, none);
	if (jit->plan.frame)
		enc_pop(jit, HW_CX);		/* the routine's return address */
	else
		enc_bytes(jit, 0xc9);		/* leave; it was above the frame */
	leave_function(jit);
}

/* does a load rely on what an earlier one has left in the two registers? */
static bool is_header_reread(const struct jit *jit)
{
	u32 pc;

	for (pc = jit->in->funcs[jit->func].start; pc < jit->func_end; pc++) {
		if ((jit->facts[pc] & JIT_FACT_CACHED) &&
		    !(jit->facts[pc] & JIT_FACT_CHECKED) &&
		    bpf_insn_form(jit->in->insns[pc].code)->class == BPF_IC_PACKET)
			return true;
	}
	return false;
}

static bool is_lone(const struct jit *jit, const struct jit_stub *place)
{
	return place->pc == place->last &&
	       BPF_MODE(jit->in->insns[place->pc].code) == BPF_ABS;
}

/* bytes of the body, jumps not counted, from which on the last loads have the near places */
#define LONG_BODY	90

/*
 * Behind a short body every place is near enough for a short jump there and back if they
 * stand in the order of the loads, behind a long one if the last come first.
 */
static void packet_places(struct jit *jit, u32 first, u32 end)
{
	u32 start = jit->labels[jit_label_func(jit, jit->func)].off;
	bool last_first = jit->len - start > LONG_BODY;
	u32 i, n;

	for (i = first; i < end; i++) {
		n = last_first ? end - 1 - (i - first) : i;
		if (jit->stubs[n].kind == JIT_STUB_LOADS)
			packet_place(jit, n);
	}
}

static void packet_stubs(struct jit *jit)
{
	u32 i, places = 0, in_line = 0, last = 0, end = jit->stub_count;
	u16 header;

	for (i = JIT_SHARED_PACKET; i < JIT_SHARED_PROBE; i++)
		in_line += jit->stubs[i].users;
	for (i = JIT_SHARED_COUNT; i < end; i++) {
		if (jit->stubs[i].kind != JIT_STUB_LOADS)
			continue;
		places++;
		last = i;
	}
	if (!places && !in_line)
		return;
	header = is_header_reread(jit) ? header_hw(jit) : 0;
	if (places == 1 && !in_line && is_lone(jit, &jit->stubs[last])) {
		lone_place(jit, &jit->stubs[last], header);
		return;
	}
	packet_places(jit, JIT_SHARED_COUNT, end);
	packet_routine(jit, header);
}

/* ---- loads that may fault --------------------------------------------------------- */

static void zero_stubs(struct jit *jit)
{
	u32 i;

	for (i = JIT_SHARED_COUNT; i < jit->stub_count; i++) {
		const struct jit_stub *stub = &jit->stubs[i];

		if (stub->kind != JIT_STUB_ZERO)
			continue;
		jit_label_here(jit, stub->label);
		enc_zero(jit, stub->hw);
		jit_jump_to(jit, CC_ALWAYS, stub->resume);
	}
}

static void probe_routines(struct jit *jit)
{
	u8 temp = jit->plan.hw[JIT_TEMP];
	u16 live;
	u32 i;

	for (i = JIT_SHARED_PROBE; i < JIT_SHARED_COUNT; i++) {
		if (!jit->stubs[i].users)
			continue;
		jit_label_here(jit, jit->stubs[i].label);
		live = (jit->stubs[i].live | header_hw(jit)) & ~(1 << temp);
		live = align_kept(live, true);
		routine_enter(jit);
		keep(jit, live);
		enc_mov64(jit, HW_DI, temp);
		put_small(jit, HW_SI, jit->stubs[i].bytes);
		call_c(jit, (unsigned long)bpf_jit_load_nofault);
		enc_mov64(jit, temp, HW_AX);
		give_back(jit, live);
		routine_leave(jit);
	}
}

/**
 * jit_stubs() - write all code of a function that is out of its line
 * @jit:	the compilation; the function's body is written
 *
 * Forgets what was noted, for the next function.
 */
void jit_stubs(struct jit *jit)
{
	if (!jit->stub_count || jit->err)
		return;
	packet_stubs(jit);
	zero_stubs(jit);
	probe_routines(jit);
	jit->stub_count = 0;
}
